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

Source: Mehrotra (1992, SIAM J. Optim. 2); Wright (1997), Primal–Dual Interior-Point Methods, ch. 10.
"""

from __future__ import annotations

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
TO_BOUNDARY = 0.995
MOST_AT_ONCE = 1.0


@njit(cache=True)  # type: ignore[untyped-decorator]
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
    offers, limits, buyers = buyer.size, limit.size, demand.size
    if offers == 0:
        value = reference_price * (held / demand) ** (1.0 / elasticity)
        return np.zeros(0), np.zeros(limits), value, 0.0, 0
    # Own units: money in the mean price asked per effective chip, each constraint in its limit,
    # each offer in the most its constraints and its buyer's demand leave it.
    money = (price / effective).mean()
    most = np.empty(offers)
    for j in range(offers):
        most[j] = demand[buyer[j]] / effective[j]
        for slot in range(SLOTS):
            c = constraint[j, slot]
            if c != NONE:
                most[j] = min(most[j], limit[c] / draw[j, slot])
    take = np.zeros((limits, offers))
    crowd = np.ones(limits)
    for j in range(offers):
        for slot in range(SLOTS):
            c = constraint[j, slot]
            if c != NONE:
                take[c, j] += draw[j, slot] * most[j] / limit[c]
                crowd[c] += take[c, j]
    size = demand.mean()
    gain = effective * most / size
    cost = price * most / (money * size)
    asked, kept = demand / size, held / size

    x = np.empty(offers)
    for j in range(offers):
        room = 1.0
        for c in range(limits):
            if take[c, j] > 0.0:
                room = max(room, crowd[c])
        x[j] = 0.5 / room
    slack = 1.0 - take @ x
    total = kept.copy()
    for j in range(offers):
        total[buyer[j]] += gain[j] * x[j]
    worth = np.empty(buyers)
    level = np.log(reference_price / money)
    for e in range(buyers):
        worth[e] = np.exp(level[e] + np.log(total[e] / asked[e]) / elasticity)
    z = np.empty(offers)
    for j in range(offers):
        z[j] = max(cost[j], gain[j])
    barrier = (x * z).mean()
    z = barrier / x
    rent = barrier / slack

    residual, iteration = np.inf, 0
    while True:
        dual = z - cost - rent @ take
        miss = np.empty(buyers)
        for e in range(buyers):
            miss[e] = np.log(worth[e]) - level[e] - np.log(total[e] / asked[e]) / elasticity
        for j in range(offers):
            dual[j] += gain[j] * worth[buyer[j]]
        gap = (x * z).sum() + (slack * rent).sum()
        residual = max(np.abs(dual / cost).max(), np.abs(miss).max(), gap / (cost * x).sum())
        if residual < TOLERANCE or iteration == MAX_ITERATIONS or not np.isfinite(residual):
            packages, rents = x * most, rent * money * size / limit
            return packages, rents, worth * money, residual, iteration
        iteration += 1

        weight = x / z
        bend = -worth / (elasticity * total)
        inner = np.ones(buyers)
        for j in range(offers):
            inner[buyer[j]] += bend[buyer[j]] * gain[j] * gain[j] * weight[j]
        along = np.zeros((limits, buyers))
        for j in range(offers):
            for c in range(limits):
                along[c, buyer[j]] += take[c, j] * gain[j] * weight[j]
        matrix = (take * weight) @ take.T - (along * (bend / inner)) @ along.T
        for c in range(limits):
            matrix[c, c] += slack[c] / rent[c]
        inverse = np.linalg.inv(matrix)

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
            free = solve_buyers(right, buyer, gain, weight, bend, inner)
            left = (target - slack * rent - ds * dl) / rent
            dl = inverse @ (take @ (x + free) - 1.0 + slack + left)
            dx = solve_buyers(right - dl @ take, buyer, gain, weight, bend, inner)
            dz = mix - z * dx / x
            ds = left - slack * dl / rent
            more[:] = 0.0
            for j in range(offers):
                more[buyer[j]] += gain[j] * dx[j]
            dw = more / (elasticity * total) - miss
            primal = min(longest(x, dx), longest(slack, ds))
            twin = min(longest(z, dz), longest(rent, dl))
            if phase == 0:
                ahead = ((x + primal * dx) * (z + twin * dz)).sum()
                ahead += ((slack + primal * ds) * (rent + twin * dl)).sum()
                target = gap * min((ahead / gap) ** 3, 1.0)
                target = max(target, 0.1 * TOLERANCE * (cost * x).sum()) / (offers + limits)
        # One length for both sides, since the buyers' conditions are not linear.
        step = min(1.0, TO_BOUNDARY * min(primal, twin))
        for e in range(buyers):
            step = min(step, MOST_AT_ONCE / max(abs(dw[e]), abs(more[e]) / total[e], MOST_AT_ONCE))
        x += step * dx
        z += step * dz
        slack += step * ds
        rent += step * dl
        worth *= np.exp(step * dw)
        total[:] = kept
        for j in range(offers):
            total[buyer[j]] += gain[j] * x[j]


@njit(cache=True)  # type: ignore[untyped-decorator]
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


@njit(cache=True)  # type: ignore[untyped-decorator]
def longest(value: Floats, change: Floats) -> float:
    """Longest step, at most one, that keeps ``value`` at or above zero."""
    step = 1.0
    for i in range(value.size):
        if change[i] < 0.0:
            step = min(step, -value[i] / change[i])
    return step
