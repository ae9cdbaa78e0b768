"""The allocation of one period once more, as linear programmes that close in on the optimum.

The programme, as ``tradewind.chips.allocation`` states it: buyers e hold E_e = L_e + Σ_j a_j x_j,

    max Σ_e U_e(E_e) − Σ_j p_j x_j   subject to   Σ_j d_cj x_j ≤ b_c,  x ≥ 0
    U'_e(E) = π⁰_e (E / D_e)^(1/ε).

Here each U_e is replaced by the lower envelope of tangents, which lies above it: a piecewise-linear
programme for HiGHS, whose optimum bounds the true one from above, while the true surplus of its
answer bounds it from below. Between the tangents next to each buyer's answer more are laid, until
the bounds meet. A buyer's answer lies between two tangents, so that the distance between them also
bounds the error of quantities and marginal values.

Source: Kelley (1960, SIAM J. 8), cutting planes; the solver is Huangfu & Hall (2018, HiGHS).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array, hstack

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

BETWEEN = 7
"""Tangents laid between two neighbours."""
FIRST_TANGENTS = 12
NEAR = 12
"""Tangents kept on either side of a buyer's answer."""
NARROW = 1e-7
"""Distance of neighbouring tangents, relative, at which quantities are known well enough."""
ROUNDS = 40


@dataclass(frozen=True)
class Problem:
    """One period, in the arguments of ``allocate`` and in their order."""

    buyer: Integers
    effective: Floats
    price: Floats
    constraint: Integers
    draw: Floats
    limit: Floats
    demand: Floats
    reference_price: Floats
    held: Floats
    elasticity: float

    @property
    def arguments(self) -> tuple[object, ...]:
        """Arguments of ``allocate``."""
        return tuple(getattr(self, field.name) for field in fields(self))

    @property
    def use(self) -> Floats:
        """What a package takes of each limit: (constraint, offer)."""
        table = np.zeros((self.limit.size, self.buyer.size))
        for j, rows in enumerate(self.constraint):
            for slot, c in enumerate(rows):
                if c >= 0:
                    table[c, j] += self.draw[j, slot]
        return table

    def totals(self, packages: Floats) -> Floats:
        """What each buyer holds: (buyer,) [effective chips]."""
        bought = np.bincount(self.buyer, self.effective * packages, self.demand.size)
        return self.held + bought

    def worth(self, totals: Floats) -> Floats:
        """U': (buyer,) [USD / effective chip]."""
        return self.reference_price * (totals / self.demand) ** (1.0 / self.elasticity)

    def utility(self, totals: Floats, buyer: int | slice = slice(None)) -> Floats:
        """U, counted from D: (buyer,) [USD]. Buyers without anything have none to count.

        Of one buyer alone: at as many totals as are given.
        """
        demand = self.demand[buyer]
        ratio = totals / demand
        power = 1.0 + 1.0 / self.elasticity
        with np.errstate(divide="ignore"):
            logs = np.log(ratio)
        area = logs if power == 0.0 else np.expm1(power * logs) / power
        return np.asarray(self.reference_price[buyer] * demand * area)

    def surplus(self, packages: Floats) -> float:
        """What the market maximises [USD]."""
        totals = self.totals(packages)
        inside = totals > 0.0
        return float(self.utility(totals)[inside].sum() - self.price @ packages)

    def limited(self, c: int, change: float) -> Problem:
        """The same with another right-hand side."""
        limit = self.limit.copy()
        limit[c] += change
        return replace(self, limit=limit)


@dataclass(frozen=True)
class Optimum:
    """What the linear programmes found, and how far the two bounds are apart."""

    packages: Floats
    totals: Floats
    worth: Floats
    rent: Floats
    surplus: float
    gap: float
    """[1] of what is spent, upper bound less lower bound"""


def maximise(problem: Problem) -> Optimum:
    """Solve by tangents until both bounds and the neighbours of every answer are close."""
    buyers = problem.demand.size
    asked = np.unique(problem.buyer)
    # Nobody gets more than all that is offered to him, or wants what is worth less than it costs.
    cheapest = np.full(buyers, np.inf)
    np.minimum.at(cheapest, problem.buyer, problem.price / problem.effective)
    tangents = {}
    for e in asked:
        most = problem.demand[e] * (cheapest[e] / problem.reference_price[e]) ** problem.elasticity
        low = max(problem.held[e], 1e-3 * most)
        tangents[e] = np.geomspace(low, max(most, 1.01 * low), FIRST_TANGENTS)
    for _ in range(ROUNDS):
        packages, rent, above = _solve_linear(problem, tangents)
        totals = problem.totals(packages)
        below = problem.surplus(packages) if (totals[asked] > 0.0).all() else -np.inf
        gap = (above - below) / max(float(problem.price @ packages), 1e-300)
        width = 0.0
        for e in asked:
            at = tangents[e]
            i = int(np.searchsorted(at, totals[e]))
            left = at[i - 1] if i > 0 else min(totals[e], at[0]) / 4.0 or at[0] / 4.0
            right = at[i] if i < at.size else 2.0 * max(totals[e], at[-1])
            if problem.held[e] > 0.0:
                left = max(left, problem.held[e])
            if right - left > NARROW * right:
                width = max(width, (right - left) / right)
                near = np.concatenate([at[:1], at[max(i - NEAR, 0) : i + NEAR], at[-1:]])
                tangents[e] = np.union1d(near, np.linspace(left, right, BETWEEN + 2))
        if width == 0.0:
            break
    worth = problem.worth(np.where(totals > 0.0, totals, np.nan))
    return Optimum(packages, totals, worth, rent, below, gap)


def _solve_linear(problem: Problem, tangents: dict[int, Floats]) -> tuple[Floats, Floats, float]:
    """Solve with tangents for utility: packages, rents, and the bound from above."""
    order = list(tangents)
    row_of = {e: r for r, e in enumerate(order)}
    money = float((problem.price / problem.effective).mean())
    use = problem.use
    unit = problem.demand[problem.buyer] / problem.effective
    with np.errstate(divide="ignore"):
        unit = np.minimum(unit, (problem.limit[:, None] / np.where(use > 0, use, 0.0)).min(axis=0))
    size = float(problem.demand[order].mean())
    slopes, widths, rows, start = [], [], [], 0.0
    for e in order:
        at = tangents[e]
        slope = problem.reference_price[e] * (at / problem.demand[e]) ** (1.0 / problem.elasticity)
        height = problem.utility(at, e)
        # Tangents i and i+1 cross where both give the same height, which is half way between close
        # ones (to the third order in their distance, where the quotient has lost its digits).
        exact = ((height - slope * at)[1:] - (height - slope * at)[:-1]) / -np.diff(slope)
        cross = np.where(np.diff(at) < 1e-4 * at[1:], 0.5 * (at[1:] + at[:-1]), exact)
        start += float(height[0] - slope[0] * at[0]) + float(slope[0] * problem.held[e])
        edges = np.clip(np.concatenate([[0.0], cross, [np.inf]]), problem.held[e], None)
        slopes.append(slope)
        widths.append(np.diff(edges))
        rows.append(np.full(at.size, row_of[e]))
        # Held chips beyond the first segments have a height of their own.
        skipped = np.clip(np.minimum(cross, problem.held[e]), 0.0, None)
        lengths = np.diff(np.concatenate([[0.0], skipped, [problem.held[e]]]))
        start += float((slope * lengths).sum() - slope[0] * problem.held[e])
    segment, length = np.concatenate(slopes) / money, np.concatenate(widths) / size
    at_row = np.concatenate(rows)
    n, m = problem.buyer.size, segment.size
    gain = problem.effective * unit / size
    bought = coo_array((-gain, ([row_of[e] for e in problem.buyer], np.arange(n))), (len(order), n))
    enjoyed = coo_array((np.ones(m), (at_row, np.arange(m))), (len(order), m))
    found = linprog(
        np.concatenate([problem.price * unit / (money * size), -segment]),
        A_ub=hstack([coo_array(use * unit / problem.limit[:, None]), coo_array((use.shape[0], m))]),
        b_ub=np.ones(use.shape[0]),
        A_eq=hstack([bought, enjoyed]),
        b_eq=np.zeros(len(order)),
        bounds=np.column_stack([np.zeros(n + m), np.concatenate([np.full(n, np.inf), length])]),
        method="highs-ds",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    assert found.status == 0, found.message
    rent = -found.ineqlin.marginals * money * size / problem.limit
    # Buyers without offers get only what they hold.
    out = [e for e in range(problem.demand.size) if e not in row_of and problem.held[e] > 0.0]
    above = -float(found.fun) * money * size + start
    above += float(
        problem.utility(np.where(problem.held > 0, problem.held, problem.demand))[out].sum()
    )
    return np.clip(found.x[:n], 0.0, None) * unit, rent, above


def random_problem(seed: int) -> Problem:
    """Draw a period: pools, quotas, grants, chips held, elasticity from −0.7 to −2."""
    rng = np.random.default_rng(seed)
    buyers, pools = int(rng.integers(2, 9)), int(rng.integers(1, 5))
    families = int(rng.integers(pools, pools + 4))
    pool_of = np.concatenate([np.arange(pools), rng.integers(0, pools, families - pools)])
    effective = rng.uniform(0.2, 3.0, families)
    list_price = 20e3 * effective * rng.uniform(0.7, 1.6, families)
    draw = rng.uniform(0.4, 2.0, families)
    demand = 10.0 ** rng.uniform(3.0, 6.0, buyers)
    held = np.where(rng.random(buyers) < 0.4, demand * rng.uniform(0.02, 0.6, buyers), 0.0)
    offered = rng.random((families, buyers)) < 0.7
    offered[rng.integers(families), ~offered.any(axis=0)] = True
    # Contiguous as the path has them: of views the kernels would be compiled once more, for 20 s.
    f, e = map(np.ascontiguousarray, np.nonzero(offered))
    used = np.unique(pool_of[f])
    constraint, drawn = np.full((f.size, 3), -1), np.zeros((f.size, 3))
    constraint[:, 0], drawn[:, 0] = np.searchsorted(used, pool_of[f]), draw[f]
    limits = list(demand.sum() * 10.0 ** rng.uniform(-1.2, 0.3, used.size))
    tpp = 15832.0 * rng.uniform(0.5, 2.0, families)
    for buyer in np.flatnonzero(rng.random(buyers) < 0.4):
        own = (e == buyer) & (rng.random(f.size) < 0.8)
        if own.any():
            constraint[own, 1], drawn[own, 1] = len(limits), tpp[f[own]]
            limits.append(demand[buyer] * 15832.0 * rng.uniform(0.05, 1.5))
    for j in np.flatnonzero(rng.random(f.size) < 0.2):
        constraint[j, 2], drawn[j, 2] = len(limits), effective[f[j]]
        limits.append(demand[e[j]] * rng.uniform(0.05, 0.9))
    return Problem(
        e,
        effective[f],
        list_price[f] * (1.0 + np.where(rng.random(f.size) < 0.2, 0.25, 0.0)),
        constraint,
        drawn,
        np.array(limits),
        demand,
        20e3 * rng.uniform(0.8, 1.2, buyers),
        held,
        float(rng.uniform(-2.0, -0.7)),
    )
