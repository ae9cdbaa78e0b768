"""Interior-point method on a partitioned programme.

Mehrotra's predictor and corrector (1992, SIAM Journal on Optimization 2) with Gondzio's further
correctors (1996, Computational Optimization and Applications 6): the system is factored once an
iteration and solved several times. Columns stay strictly inside their bounds, limits have a slack;
an iterate is finished when rows, duals and the gap hold to ``TOLERANCE``, relative to the data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tradewind.capacity.iterate import (
    TO_THE_BOUNDARY,
    Excess,
    Point,
    Products,
    Progress,
    Stalled,
    settle,
    size_of,
    step_to_bound,
)
from tradewind.capacity.kkt import Direction, Residual, System, Weights
from tradewind.capacity.partition import Partition
from tradewind.capacity.steps import Breakdown

TOLERANCE = 1e-8
LEAST_OBJECTIVE = 1e-3
"""Of a scaled programme; the gap of one that costs less is told beside this."""
PATIENCE = 5
"""Iterations without progress after which a good answer is taken; four times as many, given up."""
ROOM = 2.0
"""First distances from bounds, in means of what least squares moves a column by."""
BASE = 1.0
"""First duals of bounds, in means of the least-squares reduced costs."""
REFINEMENTS = 6
"""Times, at most, that a solve is repeated for what it left over."""
ROWS = ("balance", "link", "rows")
ROUNDING = 1e-10
"""What a solve may leave over in any case, relative to the size of the data."""
EXACT = 1e-2
"""What it may leave over, relative to its right-hand side."""
GOOD_ENOUGH = 1e-6
"""Accepted where rounding stops progress; the door checks the answer in the user's units."""
MOST_ITERATIONS = 200
CORRECTORS = 3
SHORTEST_STEP = 1e-9
EARLY = 1e-2
"""Gap of the iterate that a later programme may start from: further in, it is too near the edge."""
FREE = 1e-9
"""Weight of a column without bounds and limits, so that it can be divided by."""


Tell = Callable[[Progress], None]


class Interior:
    """The method on one partition."""

    def __init__(self, part: Partition, system: System) -> None:
        self.part, self.system = part, system
        self.local = len(part.cost)
        self.cost = np.concatenate([part.cost, part.border_cost])
        self.lower = np.concatenate([part.lower, part.border_lower])
        self.upper = np.concatenate([part.upper, part.border_upper])
        self.has_lower, self.has_upper = np.isfinite(self.lower), np.isfinite(self.upper)
        self.bare = ~self.has_lower & ~self.has_upper
        self.bare[part.limit_column] = False
        self.bare[self.local + system.hot] = False
        self.pairs = int(self.has_lower.sum() + self.has_upper.sum() + len(part.limit_rhs))
        rhs = [part.balance_rhs, part.limit_rhs, part.link_rhs, part.border_rhs]
        self.iterations, self.last_step = 0, 1.0
        self.early: Point | None = None
        self.rhs_size = 1.0 + max(float(np.abs(r).max(initial=0.0)) for r in rhs)
        self.cost_size = 1.0 + float(np.abs(self.cost).max(initial=0.0))

    def minimise(self, start: Point | None = None, tell: Tell | None = None) -> Point:
        """Iterate to the optimum.

        Raises
        ------
        Stalled
            If rounding or the lack of a solution stops progress.
        """
        point = self._centre() if start is None else start
        best: tuple[float, Point, Progress] | None = None
        since = 0
        for iteration in range(MOST_ITERATIONS):
            excess, progress = self._measure(point, iteration)
            if tell is not None:
                tell(progress)
            if best is None or progress.worst < best[0]:
                best, since = (progress.worst, point, progress), 0
            since += 1
            self.iterations = iteration
            if self.early is None and progress.gap <= EARLY and progress.primal <= EARLY:
                self.early = point
            if progress.worst <= TOLERANCE:
                return point
            if (since > PATIENCE and best[0] <= GOOD_ENOUGH) or since > 4 * PATIENCE:
                break
            try:
                point = self._iterate(point, excess)
            except Breakdown:
                break
            if self.last_step < SHORTEST_STEP:
                break
        if best is not None and best[0] <= GOOD_ENOUGH:
            return best[1]
        assert best is not None
        raise Stalled(best[2])

    def adopted(self, point: Point, cost: float) -> Point | None:
        """Return an iterate of another programme for this one, its duals times ``cost``.

        None if it does not have the same shape, or bounds where this programme has none.
        """
        mine = (len(self.cost), *(len(r) for r in self._rows(np.zeros(len(self.cost)))))
        theirs = (len(point.value), *(len(getattr(point, n)) for n in ("balance", "slack")))
        theirs += (len(point.link), len(point.rows))
        bounded = (point.push > 0.0, point.press > 0.0)
        if mine != theirs or not all(
            map(np.array_equal, bounded, (self.has_lower, self.has_upper))
        ):
            return None
        duals = ("push", "press", "limit", "balance", "link", "rows")
        return replace(point, **{name: getattr(point, name) * cost for name in duals})

    def mean_product(self, point: Point) -> float:
        """Return the mean of distance times dual."""
        total = point.above[self.has_lower] @ point.push[self.has_lower]
        total += point.below[self.has_upper] @ point.press[self.has_upper]
        total += point.slack @ point.limit
        return float(total) / max(self.pairs, 1)

    def _split(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return value[: self.local], value[self.local :]

    def _rows(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return what balance, limits, link and border rows come to."""
        part = self.part
        x, z = self._split(value)
        return (
            part.balance @ x + part.balance_border @ z,
            part.limit_entry * x[part.limit_column] + part.limit_border @ z,
            part.link @ x + part.link_border @ z,
            part.border @ z,
        )

    def _pull(self, y: np.ndarray, w: np.ndarray, link: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return A'y and its like, less the limits' pull."""
        system = self.system
        local = system.balance_t @ y + system.link_t @ link
        local -= system._by_column(self.part.limit_entry * w)
        border = system.balance_border_t @ y + system.link_border_t @ link
        border += system.border_t @ rows - system.limit_border_t @ w
        return np.concatenate([local, border])

    def _measure(self, point: Point, iteration: int) -> tuple[Excess, Progress]:
        part = self.part
        balance, limit, link, rows = self._rows(point.value)
        pull = self._pull(point.balance, point.limit, point.link, point.rows)
        excess = Excess(
            dual=self.cost - pull - point.push + point.press,
            balance=part.balance_rhs - balance,
            limit=part.limit_rhs - limit - point.slack,
            link=part.link_rhs - link,
            rows=part.border_rhs - rows,
            above=np.where(self.has_lower, point.value - self.lower - point.above, 0.0),
            below=np.where(self.has_upper, self.upper - point.value - point.below, 0.0),
        )
        objective = float(self.cost @ point.value)
        dual = float(
            part.balance_rhs @ point.balance
            + part.link_rhs @ point.link
            + part.border_rhs @ point.rows
            - part.limit_rhs @ point.limit
            + self.lower[self.has_lower] @ point.push[self.has_lower]
            - self.upper[self.has_upper] @ point.press[self.has_upper]
        )
        parts = ("balance", "limit", "link", "rows", "above", "below")
        primal = max(size_of(getattr(excess, name)) for name in parts)
        progress = Progress(
            iteration,
            primal / self.rhs_size,
            size_of(excess.dual) / self.cost_size,
            abs(objective - dual) / max(abs(objective), LEAST_OBJECTIVE),
            objective,
        )
        return excess, progress

    def _centre(self) -> Point:
        """Return a first iterate: least squares, moved inside the bounds."""
        part, system = self.part, self.system
        system.factor(
            Weights(
                np.ones(self.local), np.ones(len(part.limit_rhs)), np.ones(len(part.border_cost))
            )
        )
        near = np.clip(0.0, self.lower, self.upper)
        balance, limit, link, rows = self._rows(near)
        zero = np.zeros(self.local), np.zeros(len(part.border_cost))
        found = system.solve(
            Residual(
                *zero, part.balance_rhs - balance, part.link_rhs - link, part.border_rhs - rows
            )
        )
        value = near + np.concatenate([found.local, found.border])
        _, limit, _, _ = self._rows(value)
        room = 1.0 + ROOM * float(np.abs(value - near).mean())
        above = np.maximum(np.where(self.has_lower, value - self.lower, 1.0), room)
        below = np.maximum(np.where(self.has_upper, self.upper - value, 1.0), room)
        slack = np.maximum(part.limit_rhs - limit, room)
        dual = system.solve(
            Residual(
                -part.cost, -part.border_cost, np.zeros(len(part.balance_rhs)),
                np.zeros(len(part.link_rhs)), np.zeros(len(part.border_rhs)),
            )
        )  # fmt: skip
        pull = self._pull(dual.balance, np.zeros(len(slack)), dual.link, dual.rows)
        rest = self.cost - pull
        base = 0.01 + BASE * float(np.abs(rest).mean())
        return Point(
            value,
            np.where(self.has_lower, above, 1.0),
            np.where(self.has_upper, below, 1.0),
            slack,
            np.where(self.has_lower, np.maximum(rest, 0.0) + base, 0.0),
            np.where(self.has_upper, np.maximum(-rest, 0.0) + base, 0.0),
            np.full(len(slack), base),
            dual.balance,
            dual.link,
            dual.rows,
        )

    def _iterate(self, point: Point, excess: Excess) -> Point:
        """Take one step: predict, correct, correct again while it lengthens the step."""
        omega = point.limit / point.slack
        bound = np.where(self.has_lower, point.push / point.above, 0.0)
        bound += np.where(self.has_upper, point.press / point.below, 0.0)
        bound[self.bare] = FREE
        local, border = self._split(bound)
        self.system.factor(Weights(local, omega, border))
        mean = self.mean_product(point)
        none = Products(*(np.zeros_like(v) for v in (point.above, point.below, point.slack)))
        move = self._move(point, excess, none)
        along = self._furthest(point, move)
        ahead = self._mean_after(point, move, along)
        target = mean * (ahead / mean) ** 3
        second = Products(
            target - move.above * move.push,
            target - move.below * move.press,
            target - move.slack * move.limit,
        )
        move = self._move(point, excess, second)
        along = self._furthest(point, move)
        for _ in range(CORRECTORS):
            if min(along) > 0.95:
                break
            further = self._centred(point, move, along, target, second)
            trial = self._move(point, excess, further)
            trial_along = self._furthest(point, trial)
            if min(trial_along) < min(along) + 0.02:
                break
            move, along, second = trial, trial_along, further
        self.last_step = min(along)
        return self._moved(point, move, along)

    def _centred(
        self, point: Point, move: Point, along: tuple[float, float], target: float, now: Products
    ) -> Products:
        """Return products that bring outliers of a longer step back towards the target."""
        far = [min(1.0, 1.3 * a + 0.1) for a in along]

        def corrected(
            gap: np.ndarray, dgap: np.ndarray, dual: np.ndarray, ddual: np.ndarray, was: np.ndarray
        ) -> np.ndarray:
            product = (gap + far[0] * dgap) * (dual + far[1] * ddual)
            wish = np.clip(product, 0.1 * target, 10.0 * target) - product
            return was + np.maximum(wish, -10.0 * target)

        return Products(
            corrected(point.above, move.above, point.push, move.push, now.above),
            corrected(point.below, move.below, point.press, move.press, now.below),
            corrected(point.slack, move.slack, point.limit, move.limit, now.slack),
        )

    def _move(self, point: Point, excess: Excess, products: Products) -> Point:
        """Return the direction towards the wanted products of distance and dual."""
        part = self.part
        pushing = np.where(self.has_lower, point.push / point.above, 0.0)
        pressing = np.where(self.has_upper, point.press / point.below, 0.0)
        push = np.where(self.has_lower, products.above / point.above - point.push, 0.0)
        press = np.where(self.has_upper, products.below / point.below - point.press, 0.0)
        push -= pushing * excess.above
        press -= pressing * excess.below
        omega = point.limit / point.slack
        limit = products.slack / point.slack - point.limit - omega * excess.limit
        local, border = self._split(push - press - excess.dual)
        local = local - self.system._by_column(part.limit_entry * limit)
        border = border - self.system.limit_border_t @ limit
        rhs = Residual(local, border, excess.balance, excess.link, excess.rows)
        found, force = self._refined(rhs, omega)
        step = np.concatenate([found.local, found.border])
        reach = part.limit_entry * found.local[part.limit_column] + part.limit_border @ found.border
        return Point(
            step,
            np.where(self.has_lower, step + excess.above, 0.0),
            np.where(self.has_upper, excess.below - step, 0.0),
            excess.limit - reach,
            push - pushing * step,
            press + pressing * step,
            limit + force,
            found.balance,
            found.link,
            found.rows,
        )

    def _refined(self, rhs: Residual, omega: np.ndarray) -> tuple[Direction, np.ndarray]:
        """Solve the system, and again for what is left; return the limits' force, too."""
        found = self.system.solve(rhs)
        primal = max(size_of(getattr(rhs, name)) for name in ROWS)
        enough = max(EXACT * primal, ROUNDING * self.rhs_size)
        enough_border = max(EXACT * size_of(rhs.border), ROUNDING * self.cost_size)
        for again in range(REFINEMENTS + 1):
            force, left = self._left(rhs, found, omega)
            worst = max(size_of(getattr(left, name)) for name in ROWS)
            done = worst <= enough and size_of(left.border) <= enough_border
            if again == REFINEMENTS or done:
                break
            more = self.system.solve(left)
            found = Direction(
                *(getattr(found, n) + getattr(more, n) for n in Direction.__dataclass_fields__)
            )
        return found, force

    def _left(
        self, rhs: Residual, found: Direction, omega: np.ndarray
    ) -> tuple[np.ndarray, Residual]:
        """Return the force of the limits, omega (a dx + G dz), and what a solution leaves over.

        Where a limit binds, a dx + G dz is a small difference of large numbers. So the force of
        each column's stiffest limit is taken from the column's own balance of forces.
        """
        part, system = self.part, self.system
        step = np.concatenate([found.local, found.border])
        balance, limit, link, rows = self._rows(step)
        force = omega * limit
        wanted = rhs.local - system.weights.local * found.local
        wanted += system.balance_t @ found.balance + system.link_t @ found.link
        settle(force, part.limit_column, part.limit_entry, omega, wanted)
        border = rhs.border - system.weights.border * found.border
        border += system.balance_border_t @ found.balance + system.link_border_t @ found.link
        border += system.border_t @ found.rows - system.limit_border_t @ force
        return force, Residual(
            np.zeros(self.local), border, rhs.balance - balance, rhs.link - link, rhs.rows - rows
        )

    def _furthest(self, point: Point, move: Point) -> tuple[float, float]:
        """Return how far the columns and the duals can go."""
        primal = min(
            step_to_bound(point.above, move.above), step_to_bound(point.below, move.below),
            step_to_bound(point.slack, move.slack),
        )  # fmt: skip
        dual = min(
            step_to_bound(point.push, move.push), step_to_bound(point.press, move.press),
            step_to_bound(point.limit, move.limit),
        )  # fmt: skip
        return primal, dual

    def _mean_after(self, point: Point, move: Point, along: tuple[float, float]) -> float:
        return self.mean_product(self._moved(point, move, along, 1.0))

    def _moved(
        self, point: Point, move: Point, along: tuple[float, float], share: float | None = None
    ) -> Point:
        share = TO_THE_BOUNDARY if share is None else share
        primal, dual = (min(1.0, share * a) for a in along)
        of = {"value": primal, "above": primal, "below": primal, "slack": primal}
        return replace(
            point,
            **{
                name: getattr(point, name) + of.get(name, dual) * getattr(move, name)
                for name in point.__dataclass_fields__
            },
        )
