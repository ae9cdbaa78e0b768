"""Equations of the adoption block: pure functions of arrays.

Symbols, one line each, are in the README; sources with each function. The last axis is the stack.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def systematic(
    price: Floats,
    quality: Floats,
    openness: Floats,
    price_coefficient: float,
    quality_coefficient: float,
    openness_coefficient: float,
) -> Floats:
    """What price, quality and openness are worth: V = β_p ln p + β_q q + β_o o [1]."""
    return np.asarray(
        price_coefficient * np.log(price)
        + quality_coefficient * quality
        + openness_coefficient * openness
    )


def followed(utility: Floats, share: Floats, imitation: float, awareness: float) -> Floats:
    """Utility with what others do: u' = u + γ ln(s + ε).

    Parameters
    ----------
    utility, share : (…, stack) [1]
    imitation : float [1]
        γ, from 0 to below 1: at rest a difference of utility counts 1/(1−γ) times.
    awareness : float [1]
        ε, above zero.

    Notes
    -----
    Brock & Durlauf (2001, RES 68), in logarithms.
    """
    return np.asarray(utility + imitation * np.log(share + awareness))


def chosen(utility: Floats, restriction: Floats) -> Floats:
    """Shares of who chooses anew: s*_k = (1−r_k) e^(u_k) / Σ (1−r) e^u.

    Parameters
    ----------
    utility : (…, stack) [1]
        u.
    restriction : (…, stack) [1]
        r, from 0 (free) to 1 (banned); not all banned.

    Notes
    -----
    McFadden (1974), conditional logit, with availability as a share of use.
    """
    odds = (1.0 - restriction) * np.exp(utility - utility.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def month_later(
    share: Floats, target: Floats, restriction: Floats, inertia: float | Floats
) -> Floats:
    """Shares a month later: s' = λ min(s, 1−r) + (1 − Σ λ min(s, 1−r)) s*.

    Who does not choose anew stays, as far as the stack may still be used; all others follow the
    target. A share at its target stays where nothing is restricted, and a ban empties a stack in
    the first month.

    Parameters
    ----------
    share, target, restriction : (…, stack) [1]
    inertia : float or array [1 / month]
        λ.

    Notes
    -----
    Partial adjustment, Nerlove (1958); as a hazard of choosing anew, Calvo (1983).
    """
    stay = inertia * np.minimum(share, 1.0 - restriction)
    return np.asarray(stay + (1.0 - stay.sum(axis=-1, keepdims=True)) * target)


def blended(input_price: Floats, output_price: Floats, input_share: float) -> Floats:
    """Price of a token: p = w p_in + (1−w) p_out, w the share of tokens that are read."""
    return np.asarray(input_share * input_price + (1.0 - input_share) * output_price)


def frontier(last: float, growth: float, years: float | Floats, lag: float | Floats) -> Floats:
    """Quality behind a frontier that grows by points: q = q₀ + g (h − ℓ)."""
    return np.asarray(last + growth * (years - lag))


def world_share(share: Floats, weight: Floats) -> Floats:
    """Mean over economies by people: Σ_n N_n s_n / Σ N; (…, economy, stack) and (economy,)."""
    return np.asarray(np.einsum("...nk,n->...k", share, weight / weight.sum()))
