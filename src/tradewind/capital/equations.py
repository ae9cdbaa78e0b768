"""Equations of the capital block: pure functions of arrays.

Symbols, one line each, are in the README; sources with each function.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def attracted(shares: Floats, excess: Floats, elasticity: float) -> tuple[Floats, Floats]:
    """Shares that follow an excess return, and what the whole is worth to who chooses.

    a* = a e^(εx) / Σ a e^(εx),  x̄ = ln(Σ a e^(εx)) / ε, which is Σ a x where ε = 0.

    Parameters
    ----------
    shares : (…, choice) [1]
        a, summing to one over the last axis.
    excess : (…, choice) [1 / year]
        x, expected return less the cost of capital.
    elasticity : float [year]
        ε, zero or above: log points of relative share for a return of 1.00 a year.

    Returns
    -------
    tuple of arrays
        Shares (…, choice) [1] and inclusive value (…) [1 / year]. Equal excess returns leave the
        shares as they are.

    Notes
    -----
    Logit in hat form, as McFadden (1974) and, for the inclusive value, Ben-Akiva & Lerman (1985).
    """
    if elasticity == 0.0:
        return shares.copy(), np.asarray((shares * excess).sum(axis=-1))
    top = excess.max(axis=-1, keepdims=True)
    pulled = shares * np.exp(elasticity * (excess - top))
    total = pulled.sum(axis=-1, keepdims=True)
    # Differences from the best are summed with expm1, so that a small ε loses no digits.
    drop = (shares * np.expm1(elasticity * (excess - top))).sum(axis=-1)
    return pulled / total, np.asarray(top[..., 0] + np.log1p(drop) / elasticity)


def invested(
    ratio: Floats,
    funds: Floats,
    excess: Floats,
    asset_elasticity: float,
    economy_elasticity: float,
    inertia: float,
) -> Floats:
    """Investment by economy and asset out of the world's funds.

    I_na = λ k ρ_na S_n + (1−λ) a*_na g*_n F, with k = F / Σ ρ S and F = Σ S, so that Σ I = F.

    Parameters
    ----------
    ratio : (economy, asset) [1]
        ρ, last year's investment over the economy's own savings: rows sum to more than one where
        money comes in.
    funds : (economy,) [USD million / year]
        S, savings of each economy.
    excess : (economy, asset) [1 / year]
    asset_elasticity, economy_elasticity : float [year]
    inertia : float [1]
        λ, share of funds that goes where it went.

    Returns
    -------
    (economy, asset) [USD million / year]
    """
    world = funds.sum()
    carried = ratio * funds[:, None]
    carried = carried * (world / carried.sum())
    by_economy = carried.sum(axis=1)
    within, worth = attracted(carried / by_economy[:, None], excess, asset_elasticity)
    across, _ = attracted(by_economy / world, worth, economy_elasticity)
    return np.asarray(inertia * carried + (1.0 - inertia) * within * across[:, None] * world)


def stock_after(stock: Floats, investment: Floats, depreciation: Floats) -> Floats:
    """Capital a year later: K' = (1−δ) K + I."""
    return np.asarray((1.0 - depreciation) * stock + investment)


def steady_stock(investment: Floats, depreciation: Floats, growth: Floats) -> Floats:
    """Stock that past investment left if it always grew by the same factor: K = I/(1 − (1−δ)/g)."""
    return np.asarray(investment / (1.0 - (1.0 - depreciation) / growth))


def net_return(revenue: float, margin: float, capital: float, life: float) -> float:
    """Net return on AI capital: r = mR/K − 1/L [1 / year], what is left after wear.

    Parameters
    ----------
    revenue : float [USD million / year]
        R, sales of AI to who uses it; what one AI firm pays another is not counted twice.
    margin : float [1]
        m, share of revenue left to pay for capital.
    capital : float [USD million]
        K, mean of the year.
    life : float [year]
        L.

    Notes
    -----
    Jorgenson (1963, AER 53): capital earns its user cost (c + δ) K where r = c.
    """
    return margin * revenue / capital - 1.0 / life


def break_even(capital_cost: float, margin: float, capital: float, life: float) -> float:
    """Revenue at which AI capital earns its cost: R° = (c + 1/L) K / m [USD million / year]."""
    return (capital_cost + 1.0 / life) * capital / margin


def vintage_share(spending: Floats, ages: Floats, in_service: Flags, progress: float) -> Floats:
    """Share of one vintage in the compute of all: φ_v = C_v q^(−a_v) / Σ C q^(−a).

    Parameters
    ----------
    spending : (vintage,) [USD million]
        C.
    ages : (month, vintage) [year]
        a, time since a vintage was bought: its dollar bought q^(−a) of what one buys now.
    in_service : (month, vintage) [bool]
    progress : float [1 / year]
        q, yearly factor of price–performance.

    Returns
    -------
    (month, vintage) [1]
        Rows sum to one where anything is in service.
    """
    compute = np.where(in_service, spending * progress**-ages, 0.0)
    return np.asarray(compute / compute.sum(axis=1, keepdims=True))


def present_value(flows: Floats, times: Floats, rate: float) -> float:
    """Σ flow (1+r)^(−t), times in years."""
    return float((flows * (1.0 + rate) ** -times).sum())


def fading_growth(start: float, growth: float, years: Floats, fading: float) -> Floats:
    """Level after some years of growth that fades: ln x = ln x₀ + ln g · τ (1 − e^(−h/τ))."""
    return np.asarray(start * np.exp(np.log(growth) * fading * -np.expm1(-years / fading)))
