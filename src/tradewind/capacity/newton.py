"""Directions of the interior-point method: what the linearised conditions ask of an iterate.

A column far from its bounds (a queue that is never full) weighs nothing near the optimum: it makes
numbers of 1e18 in the system's rows, and all others drown in their rounding. So no column weighs
less than ``FLOOR``, which holds it back a little, as a proximal term would (Altman & Gondzio 1999,
Optimization Methods and Software 11; Friedlander & Orban 2012, Mathematical Programming Computation
4): rows still hold, and duals are off by the floor times a step, which the next direction takes up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from tradewind.capacity.columns import NEAR, Columns, gather_force
from tradewind.capacity.form import LEAST_OBJECTIVE, Form
from tradewind.capacity.iterate import Aim, Excess, Pairs, Point, size_of, towards_aim
from tradewind.capacity.kkt import NOTHING, Direction, Residual, Weights

REFINEMENTS = 6
"""Times, at most, that a solve is repeated for what it left over."""
ROWS = ("balance", "link", "rows")
ROUNDING = 1e-10
"""What a solve may leave over in any case, relative to the size of the data."""
LOOSE = 1e-3
"""The same, of an iterate's gap: the next direction takes it up, in one solve for many."""
LOOSE_DUALS = 1e-2
"""The same of capacities' duals: these times what is built are the answer's gap."""
EXACT = 1e-2
"""What it may leave over of rows, relative to its right-hand side."""
FREE = 1e-9
"""Weight of a column without bounds and limits, so that it can be divided by."""
FLOOR = 1e-13
"""Least weight of any other where what is minimised comes to one or more, as a programme is scaled:
its costs to one, its right-hand sides to about a hundred."""


Products = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Distance times dual of lower and upper bounds and of limits, pair by pair."""
NO_PRODUCTS: Products = (np.zeros(1), np.zeros(1), np.zeros(1))


@dataclass(frozen=True, eq=False)
class _Stiffness:
    """Dual over distance: of lower and upper bounds, and of limits."""

    push: np.ndarray
    press: np.ndarray
    limit: np.ndarray


class Newton:
    """Directions from one iterate after another; ``factor``, then ask.

    Attributes
    ----------
    gap : float
        What an iterate is from the optimum: the further, the less exact are directions.
    floor : float
        Least weight of a column that has bounds; see ``holds_back``.
    """

    def __init__(self, form: Form) -> None:
        self.form, self.gap, self.floor = form, 0.0, FLOOR
        part = form.part
        self._none = tuple(
            np.zeros(len(r)) for r in (part.balance_rhs, part.link_rhs, part.border_rhs)
        )

    def holds_back(self, objective: float) -> None:
        """Set the least weight by what an iterate comes to, of which it must be a small part.

        Slacks of a clash come to 5e-4, where plans come to 2 or 20: what 1e-13 held back in two
        weeks of the United States was 3e-4 of it.
        """
        self.floor = FLOOR * min(1.0, max(abs(objective), LEAST_OBJECTIVE))

    def factor(self, point: Point) -> None:
        """Factor the system at an iterate.

        Raises
        ------
        Breakdown
            If rounding makes a block indefinite.
        """
        form = self.form
        self.stiff = _Stiffness(
            np.where(form.has_lower, point.push / point.above, 0.0),
            np.where(form.has_upper, point.press / point.below, 0.0),
            point.limit / point.slack,
        )
        bound = self.stiff.push + self.stiff.press
        bound = np.maximum(bound, np.where(form.bare, FREE, self.floor))
        local, border = form.split(bound)
        form.system.factor(Weights(local, self.stiff.limit, border))

    def towards(self, point: Point, excess: Excess, products: Products = NO_PRODUCTS) -> Point:
        """Return the direction to no excess, and to these products of distance and dual."""
        form, stiff, system = self.form, self.stiff, self.form.system
        push = np.where(form.has_lower, products[0] / point.above, 0.0)
        push -= point.push + stiff.push * excess.above
        press = np.where(form.has_upper, products[1] / point.below, 0.0)
        press -= point.press + stiff.press * excess.below
        limit = products[2] / point.slack - point.limit - stiff.limit * excess.limit
        columns, force, n = system.columns, np.empty(form.local), form.local
        sums = system.summed(
            lambda i, j, sums: gather_force(
                columns, i, j, push, press, limit, excess.dual, force, sums
            )
        )
        border = push[n:] - press[n:] - excess.dual[n:] + sums[: len(form.cost) - n]
        rhs = Residual(force, border, excess.balance, excess.link, excess.rows)
        move = self._direction(rhs, push, press, limit)
        for change, off in (
            (move.above, excess.above), (move.below, excess.below), (move.slack, excess.limit),
        ):  # fmt: skip
            change += off
        return move

    def correction(self, point: Point, move: Point, aim: Aim) -> Point:
        """Return the direction that changes products at the end of a move, and no excess."""
        form, system = self.form, self.form.system
        columns, n = system.columns, form.local
        push, press = np.empty(len(form.cost)), np.empty(len(form.cost))
        limit, force = np.empty(len(form.part.limit_rhs)), np.empty(n)
        lower = (point.above, move.above, point.push, move.push)
        upper = (point.below, move.below, point.press, move.press)
        limits = (point.slack, move.slack, point.limit, move.limit)
        sums = system.summed(
            lambda i, j, sums: corrected(
                columns, i, j, lower, upper, limits, aim, push, press, limit, force, sums
            )
        )
        for pairs, wished in ((lower, push), (upper, press)):
            towards_aim(pairs, n, len(form.cost), aim, wished)
        border = push[n:] - press[n:] + sums[: len(form.cost) - n]
        return self._direction(Residual(force, border, *self._none), push, press, limit)

    def _direction(
        self, rhs: Residual, push: np.ndarray, press: np.ndarray, limit: np.ndarray
    ) -> Point:
        """Solve for the changes of columns; the duals of bounds and limits follow from theirs.

        These are given as what they would be if no column moved, and changed in place.
        """
        form, stiff, crew = self.form, self.stiff, self.form.system.crew
        found = self._refined(rhs)
        step, size = found.value, len(found.value)
        above, below = np.empty(size), np.empty(size)

        def bounded(part: int) -> None:
            i, j = crew.stretch(size, part)
            of_bounds(i, j, step, stiff.push, form.has_lower, 1.0, above, push)
            of_bounds(i, j, step, stiff.press, form.has_upper, -1.0, below, press)
            of_limits(*crew.stretch(len(limit), part), found.force, found.reach, limit)

        crew.each(bounded)
        return Point(
            step, above, below, found.reach, push, press, limit,
            found.balance, found.link, found.rows,
        )  # fmt: skip

    def _refined(self, rhs: Residual) -> Direction:
        """Solve the system, and again for what is left."""
        form, system = self.form, self.form.system
        found = system.solve(rhs)
        primal = max(size_of(getattr(rhs, name)) for name in ROWS)
        least = max(ROUNDING, LOOSE * self.gap)
        enough = max(EXACT * primal, least * form.rhs_size)
        enough_border = max(ROUNDING, LOOSE_DUALS * self.gap) * form.cost_size
        for _ in range(REFINEMENTS):
            worst = max(size_of(getattr(found.left, name)) for name in ROWS)
            if worst <= enough and size_of(found.left.border) <= enough_border:
                break
            found = system.again(rhs, found)
        return found


@njit(cache=True, nogil=True)
def corrected(
    c: Columns,
    first: int,
    last: int,
    lower: Pairs,
    upper: Pairs,
    limits: Pairs,
    aim: Aim,
    push: np.ndarray,
    press: np.ndarray,
    limit: np.ndarray,
    force: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Find the duals that bring products where they are wanted, and their force on columns."""
    for begin in range(first, last, NEAR):
        end = min(begin + NEAR, last)
        towards_aim(lower, begin, end, aim, push)
        towards_aim(upper, begin, end, aim, press)
        towards_aim(limits, c.limits.at[begin], c.limits.at[end], aim, limit)
        gather_force(c, begin, end, push, press, limit, NOTHING, force, sums)


@njit(cache=True, nogil=True)
def of_bounds(
    first: int,
    last: int,
    step: np.ndarray,
    stiff: np.ndarray,
    has: np.ndarray,
    sign: float,
    distance: np.ndarray,
    dual: np.ndarray,
) -> None:
    """Find the changes of distances from bounds that are below (or above: sign) and of duals."""
    step, stiff, has = step[first:last], stiff[first:last], has[first:last]
    distance, dual = distance[first:last], dual[first:last]
    for i in range(len(step)):
        change = sign * step[i] if has[i] else 0.0
        distance[i] = change
        dual[i] -= stiff[i] * change


@njit(cache=True, nogil=True)
def of_limits(
    first: int, last: int, force: np.ndarray, reach: np.ndarray, limit: np.ndarray
) -> None:
    """Find the changes of limits' duals, and of their slacks, which columns' reach takes up."""
    force, reach, limit = force[first:last], reach[first:last], limit[first:last]
    for v in range(len(limit)):
        limit[v] += force[v]
        reach[v] = -reach[v]
