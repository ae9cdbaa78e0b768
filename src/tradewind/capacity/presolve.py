"""Make a linear programme smaller without changing its answer, and bring the answer back.

PyPSA states bounds as rows, a store's power as a variable free of bounds, and a constant demand as
two inequalities. Four reductions, repeated until none applies, undo this:

- a row with one column is a bound of that column;
- a column whose bounds meet is a number;
- two inequalities with the same two columns in the same proportion are one row;
- an equality gives one of its columns in terms of the others, where that column has no bounds of
  its own or the row has two columns (its bounds then pass to the other).

Each reduction remembers what it needs to recover primal values and duals (``undo``): the dual of a
bound's row is the column's reduced cost, that of a used-up equality makes the reduced cost of the
column it gave zero. Andersen & Andersen (1995, Mathematical Programming 71) has the theory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.programme import Programme
from tradewind.capacity.shrinking import (
    SLACK,
    Clash,
    Outcome,
    State,
    Undo,
    meet,
    seen_by,
    tightest,
    without,
)
from tradewind.capacity.substitution import given_columns

SAME = 1e-12
"""Relative difference below which two proportions are the same."""


@dataclass(frozen=True, eq=False)
class Reduction:
    """The way back from a smaller programme.

    Attributes
    ----------
    rows, columns : ndarray of int
        Numbers in the first programme of those that are left.
    """

    rows: np.ndarray
    columns: np.ndarray
    undoes: tuple[Undo, ...]
    shape: tuple[int, int]

    def recover(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return values of all columns and duals of all rows of the first programme."""
        rows, columns = self.shape
        full_x, full_y = np.zeros(columns), np.zeros(rows)
        full_x[self.columns], full_y[self.rows] = x, y
        for undo in reversed(self.undoes):
            undo.primal(full_x)
            undo.dual(full_y)
        return full_x, full_y


def reduce(programme: Programme) -> tuple[Programme, Reduction]:
    """Apply the reductions until none applies.

    Raises
    ------
    Clash
        If bounds exclude each other.
    """
    matrix = programme.matrix
    if not matrix.data.all():
        matrix = matrix.copy()
        matrix.eliminate_zeros()
    rows, columns = programme.shape
    state = State(
        *(matrix, programme.cost, programme.lower, programme.upper),
        *(programme.row_lower, programme.row_upper),
        *(np.arange(rows, dtype=np.int32), np.arange(columns, dtype=np.int32)),
        programme.offset,
    )
    undoes: list[Undo] = []
    while True:
        before = len(undoes)
        for step in (_bounds, _numbers, _pairs, given_columns):
            state, undo = step(state, programme)
            if undo is not None:
                undoes.append(undo)
        if len(undoes) == before:
            break
    small = Programme(
        matrix=state.matrix,
        cost=state.cost,
        lower=state.lower,
        upper=state.upper,
        row_lower=state.row_lower,
        row_upper=state.row_upper,
        column_step=programme.column_step[state.columns],
        row_step=programme.row_step[state.rows],
        offset=state.offset,
    )
    return small, Reduction(state.rows, state.columns, tuple(undoes), programme.shape)


@dataclass(frozen=True, eq=False)
class _Side:
    """Rows that tightened one bound: their numbers, entries, and which columns' they were."""

    row: np.ndarray
    entry: np.ndarray
    which: np.ndarray


@dataclass(frozen=True, eq=False)
class _BoundRows(Undo):
    """Rows that became bounds, by side; ``seen`` and ``cost`` are of the columns they bound."""

    seen: sp.csr_array | sp.csc_array
    cost: np.ndarray
    lower: _Side
    upper: _Side

    def dual(self, y: np.ndarray) -> None:
        reduced = self.cost - self.seen @ y
        for side, sign in ((self.lower, 1.0), (self.upper, -1.0)):
            pull = reduced[side.which]
            at = np.flatnonzero(sign * pull > 0.0)
            y[side.row[at]] = pull[at] / side.entry[at]


def _bounds(state: State, programme: Programme) -> Outcome:
    """Turn rows with one column into bounds, and drop rows with none."""
    count = np.diff(state.matrix.indptr)
    single, empty = np.flatnonzero(count == 1), count == 0
    if empty.any() and (
        np.any(state.row_lower[empty] > SLACK) or np.any(state.row_upper[empty] < -SLACK)
    ):
        raise Clash
    if single.size == 0 and not empty.any():
        return state, None
    first = state.matrix.indptr[single]
    column, entry = state.matrix.indices[first], state.matrix.data[first]
    ends = np.stack([state.row_lower[single] / entry, state.row_upper[single] / entry])
    low, high = ends.min(axis=0), ends.max(axis=0)
    lower, lower_row, lower_entry = tightest(state.lower, column, low, single, entry, 1.0)
    upper, upper_row, upper_entry = tightest(state.upper, column, high, single, entry, -1.0)
    upper = meet(lower, upper)
    seen: sp.csr_array | sp.csc_array
    if state.matrix is programme.matrix:
        # They share their arrays with a programme that its owner keeps anyway.
        bound, seen = np.arange(len(state.cost), dtype=np.int32), state.matrix.T
        cost = state.cost
    else:
        bound = np.flatnonzero((lower_row >= 0) | (upper_row >= 0)).astype(np.int32)
        seen, cost = seen_by(state, bound, programme), state.cost[bound]
    sides = []
    for row, entry in ((lower_row[bound], lower_entry), (upper_row[bound], upper_entry)):
        which = np.flatnonzero(row >= 0).astype(np.int32)
        sides.append(_Side(state.rows[row[which]], entry[bound[which]], which))
    keep = np.ones(len(state.cost), dtype=bool)
    undo = _BoundRows(seen, cost, *sides)
    return without(state, count > 1, keep, lower=lower, upper=upper), undo


@dataclass(frozen=True, eq=False)
class _Numbers(Undo):
    """Columns that are numbers."""

    which: np.ndarray
    value: np.ndarray

    def primal(self, x: np.ndarray) -> None:
        x[self.which] = self.value


def _numbers(state: State, programme: Programme) -> Outcome:
    """Put in columns whose bounds meet, and columns in no row at their better bound."""
    entries = np.bincount(state.matrix.indices, minlength=len(state.cost))
    idle = (entries == 0) & (state.lower < state.upper)
    best = np.where(state.cost > 0, state.lower, np.where(state.cost < 0, state.upper, 0.0))
    rest = np.clip(0.0, state.lower, state.upper)
    best = np.where(state.cost == 0, rest, best)
    idle &= np.isfinite(best)
    fixed = (state.lower == state.upper) | idle
    if not fixed.any():
        return state, None
    which = np.flatnonzero(fixed)
    value = np.where(idle, best, state.lower)[which]
    moved = state.matrix[:, which] @ value
    reduced = without(
        state,
        np.ones(len(state.rows), dtype=bool),
        ~fixed,
        row_lower=state.row_lower - moved,
        row_upper=state.row_upper - moved,
        offset=state.offset + state.cost[which] @ value,
    )
    return reduced, _Numbers(state.columns[which], value)


@dataclass(frozen=True, eq=False)
class _Pairs(Undo):
    """Rows that were one: which was kept, the one dropped, their ratio, and who gave each side."""

    kept: np.ndarray
    dropped: np.ndarray
    ratio: np.ndarray
    lower_is_dropped: np.ndarray
    upper_is_dropped: np.ndarray

    def dual(self, y: np.ndarray) -> None:
        held = y[self.kept]
        moves = np.where(held > 0, self.lower_is_dropped, self.upper_is_dropped)
        y[self.dropped] = np.where(moves, held / self.ratio, 0.0)
        y[self.kept] = np.where(moves, 0.0, held)


def _pairs(state: State, programme: Programme) -> Outcome:
    """Join two rows with the same two columns in the same proportion."""
    two = np.flatnonzero(np.diff(state.matrix.indptr) == 2)
    if two.size < 2:
        return state, None
    state.matrix.sort_indices()
    first = state.matrix.indptr[two]
    left, right = state.matrix.indices[first], state.matrix.indices[first + 1]
    a, b = state.matrix.data[first], state.matrix.data[first + 1]
    order = np.lexsort((b / a, right, left))
    here, after = order[:-1], order[1:]
    proportion = b / a
    same = (left[here] == left[after]) & (right[here] == right[after])
    same &= np.abs(proportion[here] - proportion[after]) <= SAME * np.abs(proportion[here])
    same[1:] &= ~same[:-1]
    if not same.any():
        return state, None
    kept, dropped = two[here[same]], two[after[same]]
    ratio = a[after[same]] / a[here[same]]
    ends = np.stack([state.row_lower[dropped] / ratio, state.row_upper[dropped] / ratio])
    low, high = ends.min(axis=0), ends.max(axis=0)
    which = low > state.row_lower[kept], high < state.row_upper[kept]
    undo = _Pairs(state.rows[kept], state.rows[dropped], ratio, *which)
    row_lower, row_upper = state.row_lower.copy(), state.row_upper.copy()
    row_lower[kept] = np.maximum(row_lower[kept], low)
    row_upper[kept] = meet(row_lower[kept], np.minimum(row_upper[kept], high))
    rows = np.ones(len(row_lower), dtype=bool)
    rows[dropped] = False
    columns = np.ones(len(state.cost), dtype=bool)
    return without(state, rows, columns, row_lower=row_lower, row_upper=row_upper), undo
