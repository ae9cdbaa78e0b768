"""Who gets which chips in one period: the convex programme and its exact solution.

Buyers e hold effective compute E_e = L_e + Σ_j a_j x_j over the offers j made to them (an offer is
one family for sale to one economy), and the market does what maximises surplus:

    max Σ_e U_e(E_e) − Σ_j p_j x_j   subject to   Σ_j d_cj x_j ≤ b_c,  x ≥ 0
    U'_e(E) = π⁰_e (E / D_e)^(1/ε)

with π⁰_e the reference price at which D_e is asked, ε < 0 the price elasticity of demand, p_j the
price asked for a package (list price and surcharges: a vendor's margin is in it), and b_c a pool's
packages, a quota or a grant. The duals λ_c are scarcity rents, apart from the vendors' margins.

Algorithm: primal–dual interior point. The conditions

    a_j π_e(j) − p_j − Σ_c d_cj λ_c + z_j = 0      ln π_e = ln π⁰_e + ln(E_e / D_e) / ε
    Σ_j d_cj x_j + s_c = b_c                       x_j z_j = s_c λ_c = μ

are followed to μ = 0 by predictor and corrector. With the marginal values π as variables of their
own, tied to E in logarithms, all but one line is linear or bilinear. Each buyer's curvature is of
rank one, so a step costs one dense system in the constraints alone. Where several families cost a
buyer the same per effective chip the split between them is not unique; the answer is the analytic
centre of the optimal face, which treats like buyers alike.

It stops when all conditions hold to ``TOLERANCE`` relative and says what is left; the caller raises
where it did not converge.

Source: Mehrotra (1992, SIAM J. Optim. 2); Wright (1997), Primal–Dual Interior-Point Methods.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

TOLERANCE = 1e-10
"""Relative bound on what is left of the optimality conditions."""
MAX_ITERATIONS = 100
SLOTS = 3
"""Constraints an offer can be under: its pool, its quota, its grant."""
NONE = -1
"""An empty slot."""
PASSES = 3
"""Solutions with one inverse, each of what the last left open."""
TO_BOUNDARY = 0.995
"""Part of the way to the boundary that a step goes."""
MOST_AT_ONCE = 1.0
"""How far logarithms of quantities and values may move in a step."""


class Problem(NamedTuple):
    """A period in its own units: money in the mean price asked, limits and offers in their most."""

    buyer: Integers
    """(offer,)"""
    gain: Floats
    """(offer,) [mean demand] that the most of an offer gives its buyer"""
    cost: Floats
    """(offer,) of it"""
    take: Floats
    """(constraint, offer) [limit]"""
    demand: Floats
    """(economy,) [mean demand]"""
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
def allocate(
    buyer: Integers,
    effective: Floats,
    price: Floats,
    constraint: Integers,
    draw: Floats,
    limit: Floats,
    demand: Floats,
    reference_price: Floats,
    held: Floats,
    elasticity: float,
) -> tuple[Floats, Floats, Floats, float, int]:
    """Solve one period.

    Parameters
    ----------
    buyer : (offer,) int
        Which economy each offer is made to.
    effective : (offer,) [effective chips / package]
    price : (offer,) [USD / package]
        What a buyer pays before any rent.
    constraint : (offer, SLOTS) int
        Constraints each offer is under, ``NONE`` in empty slots.
    draw : (offer, SLOTS) [limit's unit / package]
        What a package takes of each of them.
    limit : (constraint,)
        Their right-hand sides, above zero.
    demand : (economy,) [effective chips]
        What each economy asks for at its reference price, above zero.
    reference_price : (economy,) [USD / effective chip]
    held : (economy,) [effective chips]
        What it gets without the market (leakage).
    elasticity : float [1]
        Price elasticity of demand, below zero.

    Returns
    -------
    packages : (offer,)
    rent : (constraint,) [USD / limit's unit]
    marginal_value : (economy,) [USD / effective chip]
        Each buyer's willingness to pay for one more.
    residual : float
        Largest relative violation of the optimality conditions.
    iterations : int
    """
    if buyer.size == 0:
        value = reference_price * (held / demand) ** (1.0 / elasticity)
        return np.zeros(0), np.zeros(limit.size), value, 0.0, 0
    money, size = (price / effective).mean(), demand.mean()
    most = demand[buyer] / effective
    for j in range(buyer.size):
        for slot in range(SLOTS):
            if constraint[j, slot] != NONE:
                most[j] = min(most[j], limit[constraint[j, slot]] / draw[j, slot])
    take = np.zeros((limit.size, buyer.size))
    for j in range(buyer.size):
        for slot in range(SLOTS):
            c = constraint[j, slot]
            if c != NONE:
                take[c, j] += draw[j, slot] * most[j] / limit[c]
    problem = Problem(
        buyer,
        effective * most / size,
        price * most / (money * size),
        take,
        demand / size,
        held / size,
        np.log(reference_price / money),
        elasticity,
    )
    point = begin(problem)
    iteration = 0
    while True:
        dual, miss, residual = violation(problem, point)
        if residual < TOLERANCE or iteration == MAX_ITERATIONS or not np.isfinite(residual):
            rent = point.rent * money * size / limit
            return point.x * most, rent, point.worth * money, residual, iteration
        iteration += 1
        advance(problem, point, dual, miss)


@njit(cache=True)
def begin(problem: Problem) -> Point:
    """Start inside all limits, on every buyer's demand curve, with all products x z = s λ alike."""
    offers, limits = problem.buyer.size, problem.take.shape[0]
    crowd = 1.0 + problem.take.sum(axis=1)
    x = np.empty(offers)
    for j in range(offers):
        room = 1.0
        for c in range(limits):
            if problem.take[c, j] > 0.0:
                room = max(room, crowd[c])
        x[j] = 0.5 / room
    slack = 1.0 - problem.take @ x
    total = problem.held.copy()
    for j in range(offers):
        total[problem.buyer[j]] += problem.gain[j] * x[j]
    worth = np.exp(problem.level + np.log(total / problem.demand) / problem.elasticity)
    barrier = (x * np.maximum(problem.cost, problem.gain)).mean()
    return Point(x, barrier / x, slack, barrier / slack, worth, total)


@njit(cache=True)
def violation(problem: Problem, point: Point) -> tuple[Floats, Floats, float]:
    """What is left of the conditions.

    Returns
    -------
    dual : (offer,)
        Of the first line of the conditions.
    miss : (economy,)
        Of the demand curve, in logarithms.
    residual : float
        The largest, with that of the limits and the duality gap over what is spent.
    """
    curve = np.log(point.total / problem.demand) / problem.elasticity
    miss = np.log(point.worth) - problem.level - curve
    dual = point.z - problem.cost - point.rent @ problem.take
    for j in range(problem.buyer.size):
        dual[j] += problem.gain[j] * point.worth[problem.buyer[j]]
    gap = (point.x * point.z).sum() + (point.slack * point.rent).sum()
    spent = (problem.cost * point.x).sum()
    over = np.abs(problem.take @ point.x + point.slack - 1.0).max()
    residual = max(np.abs(dual / problem.cost).max(), np.abs(miss).max(), over, gap / spent)
    return dual, miss, residual


@njit(cache=True)
def advance(problem: Problem, point: Point, dual: Floats, miss: Floats) -> None:
    """Take one step: a predictor to μ = 0, then the corrector that knows how far it came."""
    x, z, slack, rent, worth, total = point
    buyer, gain, take = problem.buyer, problem.gain, problem.take
    offers, limits, buyers = buyer.size, slack.size, worth.size
    weight = x / z
    bend = -worth / (problem.elasticity * total)
    inner = np.ones(buyers)
    along = np.zeros((limits, buyers))
    for j in range(offers):
        e = buyer[j]
        inner[e] += bend[e] * gain[j] * gain[j] * weight[j]
        for c in range(limits):
            along[c, e] += take[c, j] * gain[j] * weight[j]
    matrix = (take * weight) @ take.T - (along * (bend / inner)) @ along.T
    for c in range(limits):
        matrix[c, c] += slack[c] / rent[c]
    inverse = np.linalg.inv(matrix)

    gap = (x * z).sum() + (slack * rent).sum()
    target = 0.0
    dx, dz = np.zeros(offers), np.zeros(offers)
    ds, dl = np.zeros(limits), np.zeros(limits)
    dw, more = np.zeros(buyers), np.zeros(buyers)
    primal = twin = 1.0
    for phase in range(2):
        mix = (target - x * z - dx * dz) / x
        right = dual + mix
        for j in range(offers):
            right[j] -= gain[j] * worth[buyer[j]] * miss[buyer[j]]
        left = (target - slack * rent - ds * dl) / rent
        dl = np.zeros(limits)
        # What rounding leaves open of the limits, a second and third pass close.
        for _ in range(PASSES):
            dx = solve_buyers(right - dl @ take, buyer, gain, weight, bend, inner)
            ds = left - slack * dl / rent
            dl += inverse @ (take @ (x + dx) - 1.0 + slack + ds)
        dx = solve_buyers(right - dl @ take, buyer, gain, weight, bend, inner)
        ds = left - slack * dl / rent
        dz = mix - z * dx / x
        more[:] = 0.0
        for j in range(offers):
            more[buyer[j]] += gain[j] * dx[j]
        dw = more / (problem.elasticity * total) - miss
        primal = min(longest(x, dx), longest(slack, ds))
        twin = min(longest(z, dz), longest(rent, dl))
        if phase == 0:
            ahead = ((x + primal * dx) * (z + twin * dz)).sum()
            ahead += ((slack + primal * ds) * (rent + twin * dl)).sum()
            target = gap * min((ahead / gap) ** 3, 1.0)
            # Below what the tolerance asks, rounding would grow faster than the gap falls.
            target = max(target, 0.1 * TOLERANCE * (problem.cost * x).sum()) / (offers + limits)
    # One length for both sides, since the buyers' conditions are not linear.
    step = min(1.0, TO_BOUNDARY * min(primal, twin))
    for e in range(buyers):
        step = min(step, MOST_AT_ONCE / max(abs(dw[e]), abs(more[e]) / total[e], MOST_AT_ONCE))
    x += step * dx
    z += step * dz
    slack += step * ds
    rent += step * dl
    worth *= np.exp(step * dw)
    total[:] = problem.held
    for j in range(offers):
        total[buyer[j]] += gain[j] * x[j]


@njit(cache=True)
def solve_buyers(
    right: Floats, buyer: Integers, gain: Floats, weight: Floats, bend: Floats, inner: Floats
) -> Floats:
    """Solve (diag(1/weight) + Σ_e bend_e g_e g_eᵀ) y = right, by Sherman and Morrison."""
    pull = np.zeros(bend.size)
    for j in range(buyer.size):
        pull[buyer[j]] += gain[j] * weight[j] * right[j]
    pull *= bend / inner
    answer = np.empty(buyer.size)
    for j in range(buyer.size):
        answer[j] = weight[j] * (right[j] - gain[j] * pull[buyer[j]])
    return answer


@njit(cache=True)
def longest(value: Floats, change: Floats) -> float:
    """Longest step, at most one, that keeps ``value`` at or above zero."""
    step = 1.0
    for i in range(value.size):
        if change[i] < 0.0:
            step = min(step, -value[i] / change[i])
    return step
