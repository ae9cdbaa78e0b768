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
    Σ_j d_cj x_j + s_c = b_c                       x_j z_j = μ ω_j,  s_c λ_c = μ

are followed to μ = 0 by predictor and corrector. With the marginal values π as variables of their
own, tied to E in logarithms, all but one line is linear or bilinear. Each buyer's curvature is of
rank one, so a step costs one dense system in the constraints alone. Where several families cost a
buyer the same per effective chip, as those of scarce pools do, the split between them is not
unique; the answer is the centre of the optimal face with weights ω_j, the demand of an offer's
buyer, so that like buyers get like shares however they are grouped. Steps without a predictor go
on until it is met.

It stops when all conditions hold to ``TOLERANCE`` relative and says what is left; the caller raises
where it did not converge.

Source: Mehrotra (1992, SIAM J. Optim. 2); Wright (1997), Primal–Dual Interior-Point Methods.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tradewind.chips.programme import (
    NONE,
    SLOTS,
    Floats,
    Integers,
    Point,
    Problem,
    charge,
    held_after,
    load,
    violation,
)

TOLERANCE = 1e-10
"""Relative bound on what is left of the optimality conditions."""
MAX_ITERATIONS = 150
PASSES = 3
"""Solutions with one inverse, each of what the last left open."""
CENTRING = 6
"""Most steps to the centre of the optimum."""
ASTRAY = 1e-3
"""How far the products may be from the centre in the end, relative."""
WILD, PATIENCE, CAREFUL = 100.0, 6, 0.5
"""So far from the centre, or after so many steps without gain, a step goes back to the centre and
keeps this part of the gap."""
TO_BOUNDARY = 0.995
"""Part of the way to the boundary that a step goes."""
MOST_AT_ONCE = 1.0
"""How far logarithms of quantities and values may move in a step."""


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
    take = np.zeros(draw.shape)
    for j in range(buyer.size):
        for slot in range(SLOTS):
            if constraint[j, slot] != NONE:
                most[j] = min(most[j], limit[constraint[j, slot]] / draw[j, slot])
        for slot in range(SLOTS):
            if constraint[j, slot] != NONE:
                take[j, slot] = draw[j, slot] * most[j] / limit[constraint[j, slot]]
    problem = Problem(
        buyer,
        effective * most / size,
        price * most / (money * size),
        constraint,
        take,
        limit.size,
        demand / size,
        demand[buyer] / demand[buyer].mean(),
        held / size,
        np.log(reference_price / money),
        elasticity,
    )
    iterations, residual, point = 0, np.inf, begin(problem)
    # Where the predictor leads nowhere, the way along the centre is gone from the start.
    for careful in (False, True):
        if not residual < TOLERANCE:
            point = begin(problem)
            residual, taken = follow(problem, point, careful)
            iterations += taken
    rent = point.rent * money * size / limit
    return point.x * most, rent, point.worth * money, residual, iterations


@njit(cache=True)
def follow(problem: Problem, point: Point, careful: bool) -> tuple[float, int]:
    """Go from a point to the optimum, and there to the centre: what is left, and the steps taken.

    Parameters
    ----------
    careful : bool
        Whether every step keeps part of the gap and none has a predictor.
    """
    iteration, patience, best = 0, PATIENCE, np.inf
    dual, miss, residual, astray = violation(problem, point)
    while not residual < TOLERANCE and iteration < MAX_ITERATIONS and residual < np.inf:
        if residual < best:
            best, patience = residual, PATIENCE
        patience -= 1
        back = careful or astray > WILD or patience < 0
        advance(problem, point, dual, miss, CAREFUL if back else 0.0)
        dual, miss, residual, astray = violation(problem, point)
        iteration += 1
    for _ in range(CENTRING):
        if not (residual < TOLERANCE and astray > ASTRAY):
            break
        x, z, slack, rent, worth, total = point
        kept = Point(x.copy(), z.copy(), slack.copy(), rent.copy(), worth.copy(), total.copy())
        advance(problem, point, dual, miss, 1.0)
        dual, miss, after, astray = violation(problem, point)
        iteration += 1
        if not after < TOLERANCE:
            # Rounding does not let the centre be reached: what was an answer stays one.
            x[:], z[:], slack[:], rent[:] = kept.x, kept.z, kept.slack, kept.rent
            worth[:], total[:] = kept.worth, kept.total
            break
        residual = after
    return residual, iteration


@njit(cache=True)
def begin(problem: Problem) -> Point:
    """Start inside all limits, on every buyer's demand curve, with all products x z = s λ alike."""
    offers = problem.buyer.size
    x = np.ones(offers)
    crowd = load(problem, x)
    for j in range(offers):
        room = 1.0
        for slot in range(SLOTS):
            if problem.constraint[j, slot] != NONE:
                room = max(room, 1.0 + crowd[problem.constraint[j, slot]])
        x[j] = 0.5 / room
    slack = 1.0 - load(problem, x)
    total = held_after(problem, x)
    worth = np.exp(problem.level + np.log(total / problem.demand) / problem.elasticity)
    barrier = (x * np.maximum(problem.cost, problem.gain)).mean()
    return Point(x, barrier * problem.share / x, slack, barrier / slack, worth, total)


@njit(cache=True)
def schur(problem: Problem, point: Point, weight: Floats, bend: Floats, inner: Floats) -> Floats:
    """Inverse of the system in the constraints alone: (constraint, constraint)."""
    limits, buyers = problem.limits, bend.size
    matrix = np.zeros((limits, limits))
    along = np.zeros((buyers, limits))
    for j in range(weight.size):
        for one in range(SLOTS):
            c = problem.constraint[j, one]
            if c == NONE:
                continue
            drawn = problem.take[j, one] * weight[j]
            along[problem.buyer[j], c] += drawn * problem.gain[j]
            for other in range(SLOTS):
                k = problem.constraint[j, other]
                if k != NONE:
                    matrix[c, k] += drawn * problem.take[j, other]
    for e in range(buyers):
        factor = bend[e] / inner[e]
        for c in range(limits):
            if along[e, c] != 0.0:
                for k in range(limits):
                    matrix[c, k] -= factor * along[e, c] * along[e, k]
    for c in range(limits):
        matrix[c, c] += point.slack[c] / point.rent[c]
    return np.linalg.inv(matrix)  # type: ignore[return-value]


@njit(cache=True)
def advance(problem: Problem, point: Point, dual: Floats, miss: Floats, keep: float) -> None:
    """Take one step: a predictor to μ = 0, then the corrector that knows how far it came.

    With ``keep`` above zero it is the corrector alone, to that part of the gap: to the centre.
    """
    x, z, slack, rent, worth, total = point
    buyer, gain = problem.buyer, problem.gain
    offers, limits, buyers = buyer.size, slack.size, worth.size
    weight = x / z
    bend = -worth / (problem.elasticity * total)
    inner = np.ones(buyers)
    gap = 0.0
    for j in range(offers):
        inner[buyer[j]] += bend[buyer[j]] * gain[j] * gain[j] * weight[j]
        gap += x[j] * z[j]
    for c in range(limits):
        gap += slack[c] * rent[c]
    inverse = schur(problem, point, weight, bend, inner)

    # The products' sum at μ = 1 is that of the weights, whose mean is one.
    # Below what the tolerance asks, rounding would grow faster than the gap falls.
    least = 0.1 * TOLERANCE * (worth * total).sum() / (offers + limits)
    target = max(keep * gap / (offers + limits), least) if keep > 0.0 else 0.0
    dx, dz, mix, right = np.zeros(offers), np.zeros(offers), np.zeros(offers), np.zeros(offers)
    ds, dl, left = np.zeros(limits), np.zeros(limits), np.zeros(limits)
    dw, more = np.zeros(buyers), np.zeros(buyers)
    primal = twin = 1.0
    for phase in range(1 if keep > 0.0 else 0, 2):
        for j in range(offers):
            mix[j] = (target * problem.share[j] - x[j] * z[j] - dx[j] * dz[j]) / x[j]
            right[j] = dual[j] + mix[j] - gain[j] * worth[buyer[j]] * miss[buyer[j]]
        for c in range(limits):
            left[c] = (target - slack[c] * rent[c] - ds[c] * dl[c]) / rent[c]
            dl[c] = 0.0
        # What rounding leaves open of the limits, a second and third pass close.
        for step in range(PASSES + 1):
            dx = solve_buyers(right - charge(problem, dl), buyer, gain, weight, bend, inner)
            for c in range(limits):
                ds[c] = left[c] - slack[c] * dl[c] / rent[c]
            if step < PASSES:
                dl += inverse @ (load(problem, x + dx) - 1.0 + slack + ds)
        more[:] = 0.0
        for j in range(offers):
            dz[j] = mix[j] - z[j] * dx[j] / x[j]
            more[buyer[j]] += gain[j] * dx[j]
        for e in range(buyers):
            dw[e] = more[e] / (problem.elasticity * total[e]) - miss[e]
        primal = min(longest(x, dx), longest(slack, ds))
        twin = min(longest(z, dz), longest(rent, dl))
        if phase == 0:
            ahead = 0.0
            for j in range(offers):
                ahead += (x[j] + primal * dx[j]) * (z[j] + twin * dz[j])
            for c in range(limits):
                ahead += (slack[c] + primal * ds[c]) * (rent[c] + twin * dl[c])
            target = max(gap * min((ahead / gap) ** 3, 1.0) / (offers + limits), least)
    # One length for both sides, since the buyers' conditions are not linear.
    length = min(1.0, TO_BOUNDARY * min(primal, twin))
    for e in range(buyers):
        length = min(length, MOST_AT_ONCE / max(abs(dw[e]), abs(more[e]) / total[e], MOST_AT_ONCE))
    for j in range(offers):
        x[j] += length * dx[j]
        z[j] += length * dz[j]
    for c in range(limits):
        slack[c] += length * ds[c]
        rent[c] += length * dl[c]
    for e in range(buyers):
        worth[e] *= np.exp(length * dw[e])
    total[:] = held_after(problem, x)


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
