"""Equations of the chip market: pure functions of arrays.

Symbols, one line each, are in ``docs/notation.md``; sources with each function.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tradewind.chips.programme import Floats


def effective_chips(h100e: Floats, bandwidth: Floats, bandwidth_weight: float | Floats) -> Floats:
    """Effective compute of a package: a = h^(1−w) b^w.

    Parameters
    ----------
    h100e : array [H100e / package]
        Dense 8-bit operations over those of an H100 (1,979 TFLOP/s).
    bandwidth : array [H100 / package]
        Memory bandwidth over that of an H100 (3.35 TB/s).
    bandwidth_weight : float or array [1]
        w, from 0 (operations alone, as for training) to 1 (bandwidth alone, as for decoding).

    Returns
    -------
    array [effective chips / package]
        1 for an H100 whatever the weight.

    Notes
    -----
    A weight between the ends is a judgement: no article fits it. Every result is shown at both.
    """
    return np.asarray(h100e ** (1.0 - bandwidth_weight) * bandwidth**bandwidth_weight)


def list_price(cost: Floats, margin: float | Floats) -> Floats:
    """Price that a vendor lists: p = c / (1 − m), with m its gross margin as a share of price.

    A quota's or a shortage's rent comes on top and is not in it.
    """
    return np.asarray(cost / (1.0 - margin))


def learned_cost(
    cost: float | Floats, cumulative: Floats, cumulative_then: float | Floats, exponent: float
) -> Floats:
    """Wright's law: c = c₀ (Q / Q₀)^(−b), Q all that was made so far.

    Parameters
    ----------
    cost : float or array [USD / H100e]
        c₀, when ``cumulative_then`` had been made.
    cumulative, cumulative_then : array [H100e]
    exponent : float [1]
        b; each doubling leaves 2^(−b) of the cost (b = 0.32: 20 % less). 0 is no learning.

    Notes
    -----
    Wright (1936); for semiconductors Irwin & Klenow (1994, JPE 102); Nagy et al. (2013).
    """
    return np.asarray(cost * (cumulative / cumulative_then) ** (-exponent))


def demand(
    base: Floats, price: Floats, reference_price: Floats, elasticity: float | Floats
) -> Floats:
    """Effective chips asked for at a price: D = D₀ (π / π₀)^ε, ε < 0."""
    return np.asarray(base * (price / reference_price) ** elasticity)


def marginal_value(
    quantity: Floats, base: Floats, reference_price: Floats, elasticity: float
) -> Floats:
    """Willingness to pay for one more effective chip: π = π₀ (E / D₀)^(1/ε)."""
    return np.asarray(reference_price * (quantity / base) ** (1.0 / elasticity))


def surplus(
    quantity: Floats, least: Floats, base: Floats, reference_price: Floats, elasticity: float
) -> Floats:
    """Area under the demand curve from ``least`` to ``quantity`` [USD].

    ∫ π₀ (E / D₀)^(1/ε) dE. With −1 ≤ ε < 0 the area from zero is infinite, so that it is always
    counted from a quantity above zero; differences do not depend on which.
    """
    power = 1.0 + 1.0 / elasticity
    first, last = least / base, quantity / base
    if abs(power) < 1e-9:
        return np.asarray(reference_price * base * np.log(last / first))
    return np.asarray(reference_price * base * (last**power - first**power) / power)


def bottleneck(wafers: Floats, memory: Floats, packaging: Floats) -> Floats:
    """Packages a chain can make: Q = min(wafers × dies × yield, stacks / stacks each, packaging).

    Each argument already counts packages [package / year], whatever its own unit was.
    """
    return np.minimum(np.minimum(wafers, memory), packaging)


def grown(start: float, growth: float, years: Floats, fading: float) -> Floats:
    """Level after some years of a growth rate that fades: ln x = ln x₀ + ln g · τ (1 − e^(−h/τ)).

    Parameters
    ----------
    start : float
    growth : float [1 / year]
        Factor of the first year, above zero.
    years : array [year]
        h.
    fading : float [year]
        τ, over which the growth rate falls to a third.
    """
    return np.asarray(start * np.exp(np.log(growth) * fading * -np.expm1(-years / fading)))


def retired(stock: Floats, rate: float | Floats) -> Floats:
    """What is left of a stock after a year in which ``rate`` of it was retired."""
    return np.asarray(stock * (1.0 - rate))


@njit(cache=True)
def response(level: float, pull: float, elasticity: float, lag: float) -> float:
    """Capacity of the makers at home, over what it would be at the price abroad, a year later.

    ln M' = ln M + (η ln(π_home / π_abroad) − ln M) / L: the price that denied demand can pay calls
    capacity up by the elasticity η, of which 1/L of the missing part comes in a year.

    Parameters
    ----------
    level : float [1]
        M now.
    pull : float [1]
        ln(π_home / π_abroad), the mean over the year and over workloads.
    elasticity : float [1]
        η, zero or above.
    lag : float [year]
        L, one or above: mean time of building, and the cost of haste.
    """
    answer: float = level * np.exp((elasticity * pull - np.log(level)) / lag)
    return answer
