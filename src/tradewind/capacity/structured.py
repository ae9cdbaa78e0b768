"""The way to an optimum that knows time: reduce, scale, partition, iterate, and bring back.

Linear algebra keeps to one thread: blocks are a few hundred rows, on which a second thread waits
longer than it works, and on a busy machine brings everything to a stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from tradewind.capacity.form import Form
from tradewind.capacity.groundwork import Groundwork, prepared
from tradewind.capacity.highs import Answer
from tradewind.capacity.interior import GOOD_ENOUGH, Interior
from tradewind.capacity.iterate import Point, Progress, Stalled
from tradewind.capacity.kkt import System
from tradewind.capacity.polish import polished
from tradewind.capacity.presolve import reduce
from tradewind.capacity.programme import Programme
from tradewind.capacity.start import adopted
from tradewind.capacity.steps import Breakdown

OPTIMAL = 1e-7
"""Relative duality gap of the recovered answer above which it is not one."""
FEASIBLE = 1e-6
"""Excess of a row or bound, relative to the row's own size, above which an answer is not one."""

Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Start:
    """Where a later programme of the same shape may start.

    Attributes
    ----------
    points : tuple of Point
        Early iterates.
    size, cost : float
        Their units of sizes and of cost.
    groundwork : Groundwork, optional
        For a programme with the same matrix; None where it is too large to keep.
    """

    points: tuple[Point, ...]
    size: float
    cost: float
    groundwork: Groundwork | None


@dataclass(frozen=True, eq=False)
class Solved:
    """An optimum, a start for the next programme, and how many iterations it took."""

    answer: Answer
    start: Start | None
    iterations: int


def minimised(
    programme: Programme,
    *,
    start: Start | None = None,
    say: Say | None = None,
    enough: float = GOOD_ENOUGH,
) -> Solved:
    """Find the optimum of a programme with steps.

    Parameters
    ----------
    programme : Programme
    start : Start, optional
        From a programme of the same shape.
    say : callable, optional
        Is told every iteration.
    enough : float
        Relative excess and gap that do where rounding stops progress.

    Raises
    ------
    Clash
        If bounds exclude each other.
    Stalled
        If there is no progress: no solution, or rounding.
    """
    small, reduction = reduce(programme)
    if small.shape[1] == 0:
        x, y = reduction.recover(np.zeros(0), np.zeros(small.shape[0]))
        return Solved(Answer(small.offset, x, y), None, 0)
    offset, (rows, columns) = small.offset, small.shape
    ground = prepared(small, None if start is None else start.groundwork)
    # A year of hours has no room for what is not needed any more.
    del small
    scaling, part = ground.scaling, ground.part
    clock = perf_counter()

    def tell(progress: Progress) -> None:
        if say is not None:
            objective = progress.objective * scaling.cost + offset
            say(
                f"iteration {progress.iteration}: objective {objective:.6g}, gap "
                f"{progress.gap:.0e}, rows {progress.primal:.0e}, {perf_counter() - clock:.0f} s"
            )

    def recovered(point: Point) -> Answer:
        x, z = form.split(point.value)
        column, row = scaling.recover(
            part.origin.primal(x, z, columns),
            part.origin.dual(point.balance, point.limit, point.link, point.rows, rows),
        )
        full, dual = reduction.recover(column, row)
        return Answer(float(programme.cost @ full) + programme.offset, full, dual)

    def answered(point: Point) -> tuple[Answer, bool]:
        """Return an iterate's answer, its duals polished if they alone fail; say if it is one."""
        answer = recovered(point)
        if violation(programme, answer.column) > FEASIBLE:
            return answer, False
        gap = duality_gap(programme, answer)
        if gap > OPTIMAL:
            try:
                other = recovered(polished(form, point))
            except Breakdown:
                return answer, False
            better = duality_gap(programme, other)
            if better < gap:
                answer, gap = other, better
        return answer, gap <= OPTIMAL

    def done(point: Point) -> bool:
        return answered(point)[1]

    with threadpool_limits(1):
        form = Form(part, System(part, ground.pattern))
        interior = Interior(form, enough)
        found = (
            []
            if start is None
            else [
                adopted(form, p, start.size / scaling.size, start.cost / scaling.cost)
                for p in start.points
            ]
        )
        starts = [p for p in found if p is not None]
        try:
            point = interior.minimise(starts, tell, done)
        except Stalled:
            if not starts:
                raise
            point = interior.minimise((), tell, done)
        answer, _ = answered(point)
    early = tuple(interior.early)
    kept = Start(early, scaling.size, scaling.cost, ground if ground.lasts else None)
    return Solved(answer, kept, interior.iterations)


def violation(programme: Programme, column: np.ndarray) -> float:
    """Return the largest excess of a row or bound, relative to the size of what it adds up."""
    matrix = programme.matrix
    rows = matrix @ column
    size = 1.0 + abs(matrix) @ np.abs(column)
    over = np.maximum(rows - programme.row_upper, programme.row_lower - rows) / size
    bound = np.maximum(column - programme.upper, programme.lower - column) / (1.0 + np.abs(column))
    return float(max(over.max(initial=0.0), bound.max(initial=0.0)))


def duality_gap(programme: Programme, answer: Answer) -> float:
    """Return the relative sum of what rows and columns are off their bounds times their duals."""
    rows = programme.matrix @ answer.column
    reduced = programme.cost - programme.matrix.T @ answer.row
    gap = _products(answer.row, rows, programme.row_lower, programme.row_upper)
    gap += _products(reduced, answer.column, programme.lower, programme.upper)
    size = np.abs(programme.cost) @ np.abs(answer.column)
    return gap / size if size > 0.0 else gap


def _products(dual: np.ndarray, at: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """Sum duals times the distance from the bound they push from; its size where there is none."""
    away = np.where(dual > 0.0, at - lower, upper - at)
    away = np.where(np.isfinite(away), np.abs(away), np.abs(at))
    return float(np.abs(dual) @ away)
