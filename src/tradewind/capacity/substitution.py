"""Equalities that give one of their columns in terms of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numba import njit

from tradewind.capacity.programme import NO_STEP, Programme
from tradewind.capacity.shrinking import (
    Outcome,
    State,
    Undo,
    entries_of,
    meet,
    seen_by,
    tightest,
    without,
)

LONGEST_ROW = 6
"""Columns of an equality, at most, that gives a free column."""
LONGEST_COLUMN = 4
"""Rows of a column, at most, that an equality gives."""
SMALL_PIVOT = 1e-3
"""Share of a row's largest entry below which an entry gives no column."""


@dataclass(frozen=True, eq=False)
class _Passed:
    """Bounds of given columns that other columns have now, and the rows that passed them on.

    ``seen`` and ``cost`` are of all such columns; the row is -1 where the bound is a column's own.
    """

    seen: sp.csr_array
    cost: np.ndarray
    lower_row: np.ndarray
    lower_entry: np.ndarray
    upper_row: np.ndarray
    upper_entry: np.ndarray

    def dual(self, y: np.ndarray) -> None:
        """Let the row that passed a bound bear the reduced cost that pushes against it."""
        rest = self.cost - self.seen @ y
        for row, entry, pushed in (
            (self.lower_row, self.lower_entry, rest > 0.0),
            (self.upper_row, self.upper_entry, rest < 0.0),
        ):
            at = np.flatnonzero(pushed & (row >= 0))
            y[row[at]] += rest[at] / entry[at]


@dataclass(frozen=True, eq=False)
class _Given(Undo):
    """Columns that equalities gave: the rows with their right-hand sides and own entries."""

    column: np.ndarray
    row: np.ndarray
    own: np.ndarray
    rhs: np.ndarray
    cost: np.ndarray
    entries: sp.csr_array
    seen: sp.csr_array
    passed: _Passed

    def primal(self, x: np.ndarray) -> None:
        x[self.column] = (self.rhs - self.entries @ x) / self.own

    def dual(self, y: np.ndarray) -> None:
        y[self.row] = (self.cost - self.seen @ y) / self.own
        self.passed.dual(y)


def given_columns(state: State, programme: Programme) -> Outcome:
    """Use equalities to put columns in terms of others."""
    found = _choose(state, programme.column_step[state.columns])
    if found is None:
        return state, None
    column, row, other = found
    own = entries_of(state.matrix, row, column)
    rhs = state.row_lower[row]
    keep_rows, keep_columns = np.ones(len(state.rows), bool), np.ones(len(state.cost), bool)
    keep_rows[row], keep_columns[column] = False, False
    held = sp.csr_array(state.matrix[row])
    rows = sp.csr_array(sp.diags_array(1.0 / own) @ held)
    spread = sp.csr_array(state.matrix[:, column])
    matrix = sp.csr_array(state.matrix - spread @ rows)
    matrix.data[np.abs(matrix.data) < 1e-14] = 0.0
    matrix.eliminate_zeros()
    value = rhs / own
    moved = spread @ value
    lower, upper, passed = _passed(state, programme, column, row, other, rhs, own)
    reduced = without(
        state,
        keep_rows,
        keep_columns,
        matrix=matrix,
        cost=state.cost - rows.T @ state.cost[column],
        row_lower=state.row_lower - moved,
        row_upper=state.row_upper - moved,
        lower=lower,
        upper=upper,
        offset=state.offset + state.cost[column] @ value,
    )
    undo = _Given(
        *(state.columns[column], state.rows[row], own, rhs, state.cost[column]),
        _numbered(held, state.columns, programme.shape[1]),
        seen_by(state, column, programme),
        passed,
    )
    return reduced, undo


def _numbered(matrix: sp.csr_array, columns: np.ndarray, count: int) -> sp.csr_array:
    """Number the columns of a matrix as in the first programme."""
    shape = (matrix.shape[0], count)
    return sp.csr_array((matrix.data, columns[matrix.indices], matrix.indptr), shape=shape)


def _passed(
    state: State,
    programme: Programme,
    column: np.ndarray,
    row: np.ndarray,
    other: np.ndarray,
    rhs: np.ndarray,
    own: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, _Passed]:
    """Pass the bounds of a column on to the other column of its row."""
    at = np.flatnonzero(other >= 0)
    towards = entries_of(state.matrix, row[at], other[at])
    ends = np.stack(
        [
            (rhs[at] - own[at] * state.lower[column[at]]) / towards,
            (rhs[at] - own[at] * state.upper[column[at]]) / towards,
        ]
    )
    low, high = ends.min(axis=0), ends.max(axis=0)
    lower, *below = tightest(state.lower, other[at], low, row[at], towards, 1.0)
    upper, *above = tightest(state.upper, other[at], high, row[at], towards, -1.0)
    took = np.flatnonzero((below[0] >= 0) | (above[0] >= 0))
    sides = []
    for source, entry in (below, above):
        first = np.where(source[took] >= 0, state.rows[source[took]], -1)
        sides += [first, entry[took]]
    passed = _Passed(seen_by(state, took, programme), state.cost[took], *sides)
    return lower, meet(lower, upper), passed


def _choose(state: State, step: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Choose columns, the rows that give them, and the other column of a row of two (or -1)."""
    matrix = state.matrix
    length = np.diff(matrix.indptr)
    equal = (state.row_lower == state.row_upper) & (length >= 2) & (length <= LONGEST_ROW)
    if not equal.any():
        return None
    entries = np.bincount(matrix.indices, minlength=len(state.cost))
    bent = np.repeat(state.row_lower != state.row_upper, length)
    bound = np.bincount(matrix.indices, weights=bent, minlength=len(state.cost)) > 0
    free = np.isinf(state.lower) & np.isinf(state.upper) & ~bound
    rows = np.flatnonzero(equal)
    column, row, other = _greedy(
        rows, matrix.indptr, matrix.indices, matrix.data, free, entries, step
    )
    return None if column.size == 0 else (column, row, other)


@njit(cache=True)
def _greedy(
    rows: np.ndarray,
    start: np.ndarray,
    indices: np.ndarray,
    data: np.ndarray,
    free: np.ndarray,
    entries: np.ndarray,
    step: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pick rows in order, so that no column that a pick gives is in another pick's row."""
    gone = np.zeros(len(free), dtype=np.bool_)
    used = np.zeros(len(free), dtype=np.bool_)
    column = np.empty(len(rows), dtype=np.int64)
    row = np.empty(len(rows), dtype=np.int64)
    other = np.empty(len(rows), dtype=np.int64)
    picked = 0
    for r in rows:
        lo, hi = start[r], start[r + 1]
        clean, largest = True, 0.0
        for p in range(lo, hi):
            clean = clean and not gone[indices[p]]
            largest = max(largest, abs(data[p]))
        if not clean:
            continue
        two = hi - lo == 2
        alike = two and (step[indices[lo]] == NO_STEP) == (step[indices[lo + 1]] == NO_STEP)
        best, fewest = -1, LONGEST_COLUMN + 1
        for p in range(lo, hi):
            j = indices[p]
            if used[j] or entries[j] >= fewest or abs(data[p]) < SMALL_PIVOT * largest:
                continue
            if free[j] or (two and (alike or step[j] != NO_STEP)):
                best, fewest = p, entries[j]
        if best < 0:
            continue
        column[picked], row[picked], other[picked] = indices[best], r, -1
        gone[indices[best]] = True
        if two:
            other[picked] = indices[lo] + indices[lo + 1] - indices[best]
        for p in range(lo, hi):
            used[indices[p]] = True
        picked += 1
    return column[:picked].copy(), row[:picked].copy(), other[:picked].copy()
