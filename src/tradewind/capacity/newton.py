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

from tradewind.capacity.columns import limit_forces
from tradewind.capacity.form import Form
from tradewind.capacity.iterate import Excess, Point, Products, size_of
from tradewind.capacity.kkt import Direction, Residual, Weights

REFINEMENTS = 6
"""Times, at most, that a solve is repeated for what it left over."""
ROWS = ("balance", "link", "rows")
ROUNDING = 1e-10
"""What a solve may leave over in any case, relative to the size of the data."""
EXACT = 1e-2
"""What it may leave over, relative to its right-hand side."""
FREE = 1e-9
"""Weight of a column without bounds and limits, so that it can be divided by."""
FLOOR = 1e-13
"""Least weight of any other; costs and right-hand sides are scaled to one and about a hundred."""


@dataclass(frozen=True, eq=False)
class _Stiffness:
    """Dual over distance: of lower and upper bounds, and of limits."""

    push: np.ndarray
    press: np.ndarray
    limit: np.ndarray


class Newton:
    """Directions from one iterate after another; ``factor``, then ask."""

    def __init__(self, form: Form) -> None:
        self.form = form
        part, pairs = form.part, len(form.cost)
        self._none = Excess(
            np.zeros(pairs), np.zeros(len(part.balance_rhs)), np.zeros(len(part.limit_rhs)),
            np.zeros(len(part.link_rhs)), np.zeros(len(part.border_rhs)),
            np.zeros(pairs), np.zeros(pairs),
        )  # fmt: skip

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
        bound = np.maximum(bound, np.where(form.bare, FREE, FLOOR))
        local, border = form.split(bound)
        form.system.factor(Weights(local, self.stiff.limit, border))

    def towards(self, point: Point, excess: Excess, product: float = 0.0) -> Point:
        """Return the direction in which excess vanishes and distance times dual is ``product``."""
        form, stiff = self.form, self.stiff
        return self._direction(
            excess,
            np.where(form.has_lower, product / point.above, 0.0)
            - point.push
            - stiff.push * excess.above,
            np.where(form.has_upper, product / point.below, 0.0)
            - point.press
            - stiff.press * excess.below,
            product / point.slack - point.limit - stiff.limit * excess.limit,
        )

    def correction(self, point: Point, products: Products) -> Point:
        """Return the direction that changes products of distance and dual, and no excess."""
        form = self.form
        return self._direction(
            self._none,
            np.where(form.has_lower, products.above / point.above, 0.0),
            np.where(form.has_upper, products.below / point.below, 0.0),
            products.slack / point.slack,
        )

    def _direction(
        self, excess: Excess, push: np.ndarray, press: np.ndarray, limit: np.ndarray
    ) -> Point:
        """Solve for the changes of columns; the duals of bounds and limits follow from theirs."""
        form, system, part, stiff = self.form, self.form.system, self.form.part, self.stiff
        local, border = form.split(push - press - excess.dual)
        local = local - system.by_column(part.limit_entry * limit)
        border = border - system.limit_border_t @ limit
        found, force = self._refined(
            Residual(local, border, excess.balance, excess.link, excess.rows)
        )
        step = np.concatenate([found.local, found.border])
        reach = part.limit_entry * found.local[part.limit_column] + part.limit_border @ found.border
        above, below, push, press = of_bounds(
            step, excess.above, excess.below, push, press, stiff.push, stiff.press,
            form.has_lower, form.has_upper,
        )  # fmt: skip
        return Point(
            step,
            above,
            below,
            excess.limit - reach,
            push,
            press,
            limit + force,
            found.balance,
            found.link,
            found.rows,
        )

    def _refined(self, rhs: Residual) -> tuple[Direction, np.ndarray]:
        """Solve the system, and again for what is left; return the limits' force, too."""
        form, system = self.form, self.form.system
        found = system.solve(rhs)
        primal = max(size_of(getattr(rhs, name)) for name in ROWS)
        enough = max(EXACT * primal, ROUNDING * form.rhs_size)
        enough_border = max(EXACT * size_of(rhs.border), ROUNDING * form.cost_size)
        for again in range(REFINEMENTS + 1):
            force, left = self._left(rhs, found)
            worst = max(size_of(getattr(left, name)) for name in ROWS)
            done = worst <= enough and size_of(left.border) <= enough_border
            if again == REFINEMENTS or done:
                break
            more = system.solve(left)
            found = Direction(
                *(getattr(found, n) + getattr(more, n) for n in Direction.__dataclass_fields__)
            )
        return found, force

    def _left(self, rhs: Residual, found: Direction) -> tuple[np.ndarray, Residual]:
        """Return the force of the limits, and what a solution leaves over."""
        system, part, weights = self.form.system, self.form.part, self.form.system.weights
        x, z, y = found.local, found.border, found.balance
        force = limit_forces(
            system.columns, self.stiff.limit, weights.local, rhs.local, x, z, y, found.link
        )
        border = rhs.border - weights.border * z
        border += system.balance_border_t @ y + system.link_border_t @ found.link
        border += system.border_t @ found.rows - system.limit_border_t @ force
        return force, Residual(
            np.zeros_like(rhs.local),
            border,
            rhs.balance - part.balance @ x - part.balance_border @ z,
            rhs.link - part.link @ x - part.link_border @ z,
            rhs.rows - part.border @ z,
        )


@njit(cache=True)
def of_bounds(
    step: np.ndarray,
    above: np.ndarray,
    below: np.ndarray,
    push: np.ndarray,
    press: np.ndarray,
    push_stiff: np.ndarray,
    press_stiff: np.ndarray,
    has_lower: np.ndarray,
    has_upper: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the changes of distances from bounds and of their duals, in one pass."""
    size = len(step)
    to_lower, to_upper = np.zeros(size), np.zeros(size)
    pushes, presses = np.zeros(size), np.zeros(size)
    for i in range(size):
        if has_lower[i]:
            to_lower[i] = above[i] + step[i]
            pushes[i] = push[i] - push_stiff[i] * step[i]
        if has_upper[i]:
            to_upper[i] = below[i] - step[i]
            presses[i] = press[i] + press_stiff[i] * step[i]
    return to_lower, to_upper, pushes, presses
