"""One period's programme in its own units, a point of its iteration, and what is left there.

The conditions are those of ``allocation``, which goes from point to point.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SLOTS = 3
"""Constraints an offer can be under: its pool, its quota, its grant."""
NONE = -1
"""An empty slot."""


class Problem(NamedTuple):
    """A period in its own units: money in the mean price asked, limits and offers in their most."""

    buyer: Integers
    """(offer,)"""
    gain: Floats
    """(offer,) [mean demand] that the most of an offer gives its buyer"""
    cost: Floats
    """(offer,) of it"""
    constraint: Integers
    """(offer, SLOTS)"""
    take: Floats
    """(offer, SLOTS) [limit] that the most of an offer takes of each constraint"""
    limits: int
    demand: Floats
    """(economy,) [mean demand]"""
    share: Floats
    """(offer,) ω, the buyer's demand over the mean of offers"""
    held: Floats
    """(economy,) [mean demand]"""
    level: Floats
    """(economy,) ln of the reference price"""
    elasticity: float


class Point(NamedTuple):
    """Where the iteration is; all arrays above zero, changed in place."""

    x: Floats
    """(offer,) share of the most"""
    z: Floats
    """(offer,) reduced cost"""
    slack: Floats
    """(constraint,)"""
    rent: Floats
    """(constraint,)"""
    worth: Floats
    """(economy,) marginal value"""
    total: Floats
    """(economy,) E"""


@njit(cache=True)
def load(problem: Problem, x: Floats) -> Floats:
    """What offers take of every limit: (constraint,)."""
    total = np.zeros(problem.limits)
    for j in range(x.size):
        for slot in range(SLOTS):
            c = problem.constraint[j, slot]
            if c != NONE:
                total[c] += problem.take[j, slot] * x[j]
    return total


@njit(cache=True)
def charge(problem: Problem, rent: Floats) -> Floats:
    """What rents make every offer dearer: (offer,)."""
    total = np.zeros(problem.buyer.size)
    for j in range(total.size):
        for slot in range(SLOTS):
            c = problem.constraint[j, slot]
            if c != NONE:
                total[j] += problem.take[j, slot] * rent[c]
    return total


@njit(cache=True)
def held_after(problem: Problem, x: Floats) -> Floats:
    """What each buyer holds with its offers: (economy,)."""
    total = problem.held.copy()
    for j in range(x.size):
        total[problem.buyer[j]] += problem.gain[j] * x[j]
    return total


@njit(cache=True)
def violation(problem: Problem, point: Point) -> tuple[Floats, Floats, float, float]:
    """What is left of the conditions.

    Returns
    -------
    dual : (offer,)
        Of the first line of the conditions.
    miss : (economy,)
        Of the demand curve, in logarithms.
    residual : float
        The largest, with that of the limits and the duality gap over what all holdings are worth.
    astray : float
        Largest relative distance of a product x z / ω or s λ from their mean.
    """
    x, z, slack, rent, worth, total = point
    dual, miss = charge(problem, rent), np.empty(worth.size)
    residual = gap = held = 0.0
    for j in range(x.size):
        gained = problem.gain[j] * worth[problem.buyer[j]]
        dual[j] = gained + z[j] - problem.cost[j] - dual[j]
        residual = max(residual, abs(dual[j]) / problem.cost[j])
        gap += x[j] * z[j]
    for e in range(worth.size):
        held += worth[e] * total[e]
        curve = np.log(total[e] / problem.demand[e]) / problem.elasticity
        miss[e] = np.log(worth[e]) - problem.level[e] - curve
        residual = max(residual, abs(miss[e]))
    used = load(problem, x)
    for c in range(problem.limits):
        gap += slack[c] * rent[c]
        residual = max(residual, abs(used[c] + slack[c] - 1.0))
    residual = max(residual, gap / held)
    mean, astray = gap / (x.size + problem.limits), 0.0
    for j in range(x.size):
        astray = max(astray, abs(x[j] * z[j] / (mean * problem.share[j]) - 1.0))
    for c in range(problem.limits):
        astray = max(astray, abs(slack[c] * rent[c] / mean - 1.0))
    return dual, miss, residual if np.isfinite(gap + worth.sum()) else np.inf, astray
