"""Equalities that give one of their columns in terms of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numba import njit

from tradewind.capacity.programme import NO_STEP, Programme
from tradewind.capacity.shrinking import (
    Layer,
    Outcome,
    State,
    Undo,
    entries_of,
    layer_of,
    meet,
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
class _Given(Undo):
    """Columns that equalities gave: row and its right-hand side, and the row that passed on the
    lower and upper bound that each column has now (or -1).
    """

    matrix: sp.csr_array
    cost: np.ndarray
    column: np.ndarray
    row: np.ndarray
    rhs: np.ndarray
    lower_row: np.ndarray
    upper_row: np.ndarray

    def primal(self, layer: Layer, x: np.ndarray) -> None:
        rows = self.matrix[self.row]
        own = entries_of(self.matrix, self.row, self.column)
        held = x[layer.columns]
        held[self.column] = 0.0
        x[layer.columns[self.column]] = (self.rhs - rows @ held) / own

    def dual(self, layer: Layer, y: np.ndarray) -> None:
        held = y[layer.rows]
        held[self.row] = 0.0
        reduced = self.cost - self.matrix.T @ held
        own = entries_of(self.matrix, self.row, self.column)
        held[self.row] = reduced[self.column] / own
        rest = self.cost - self.matrix.T @ held
        source = np.where(rest > 0, self.lower_row, np.where(rest < 0, self.upper_row, -1))
        took = np.flatnonzero(source >= 0)
        held[source[took]] += rest[took] / entries_of(self.matrix, source[took], took)
        y[layer.rows[self.row]] = held[self.row]


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
    rows = sp.csr_array(sp.diags_array(1.0 / own) @ state.matrix[row])
    spread = sp.csr_array(state.matrix[:, column])
    matrix = sp.csr_array(state.matrix - spread @ rows)
    matrix.data[np.abs(matrix.data) < 1e-14] = 0.0
    matrix.eliminate_zeros()
    value = rhs / own
    moved = spread @ value
    lower, upper, lower_row, upper_row = _passed(state, column, row, other, rhs, own)
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
    undo = _Given(state.matrix, state.cost, column, row, rhs, lower_row, upper_row)
    return reduced, layer_of(state, undo)


def _passed(
    state: State,
    column: np.ndarray,
    row: np.ndarray,
    other: np.ndarray,
    rhs: np.ndarray,
    own: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pass the bounds of a column on to the other column of its row; say which row did it."""
    at = np.flatnonzero(other >= 0)
    towards = entries_of(state.matrix, row[at], other[at])
    ends = np.stack(
        [
            (rhs[at] - own[at] * state.lower[column[at]]) / towards,
            (rhs[at] - own[at] * state.upper[column[at]]) / towards,
        ]
    )
    low, high = ends.min(axis=0), ends.max(axis=0)
    lower, lower_row, _ = tightest(state.lower, other[at], low, row[at], towards, 1.0)
    upper, upper_row, _ = tightest(state.upper, other[at], high, row[at], towards, -1.0)
    return lower, meet(lower, upper), lower_row, upper_row


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
