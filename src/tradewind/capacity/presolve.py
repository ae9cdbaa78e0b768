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
from typing import Any

import numpy as np
import scipy.sparse as sp
from numba import njit

from tradewind.capacity.programme import NO_STEP, Programme

LONGEST_ROW = 6
"""Columns of an equality, at most, that gives a free column."""
LONGEST_COLUMN = 4
"""Rows of a column, at most, that an equality gives."""
SMALL_PIVOT = 1e-3
"""Share of a row's largest entry below which an entry gives no column."""
SAME = 1e-12
"""Relative difference below which two proportions are the same."""
SLACK = 1e-9
"""Relative excess of a lower over an upper bound that is still rounding."""


class Clash(Exception):
    """Bounds that exclude each other: the programme has no solution."""


@dataclass(eq=False)
class State:
    """A programme while it shrinks; ``rows`` and ``columns`` are numbers in the first one."""

    matrix: sp.csr_array
    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    offset: float


@dataclass(frozen=True, eq=False)
class Layer:
    """What a reduction took away: matrix and cost before it, and how bounds were tightened."""

    matrix: sp.csr_array
    cost: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    undo: Undo


class Undo:
    """Recovers what one reduction took away."""

    def primal(self, layer: Layer, x: np.ndarray) -> None:
        """Fill in values of columns, numbered as in the first programme."""

    def dual(self, layer: Layer, y: np.ndarray) -> None:
        """Fill in duals of rows, numbered as in the first programme."""


@dataclass(frozen=True, eq=False)
class Reduced:
    """A smaller programme and the way back.

    Attributes
    ----------
    programme : Programme
    rows, columns : ndarray of int
        Their numbers in the first programme.
    """

    programme: Programme
    rows: np.ndarray
    columns: np.ndarray
    layers: tuple[Layer, ...]
    shape: tuple[int, int]

    def recover(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return values of all columns and duals of all rows of the first programme."""
        rows, columns = self.shape
        full_x, full_y = np.zeros(columns), np.zeros(rows)
        full_x[self.columns], full_y[self.rows] = x, y
        for layer in reversed(self.layers):
            layer.undo.primal(layer, full_x)
            layer.undo.dual(layer, full_y)
        return full_x, full_y


def reduce(programme: Programme) -> Reduced:
    """Apply the reductions until none applies.

    Raises
    ------
    Clash
        If bounds exclude each other.
    """
    matrix = programme.matrix.copy()
    matrix.eliminate_zeros()
    rows, columns = programme.shape
    state = State(
        *(matrix, programme.cost, programme.lower, programme.upper),
        *(programme.row_lower, programme.row_upper, np.arange(rows), np.arange(columns)),
        programme.offset,
    )
    layers: list[Layer] = []
    while True:
        before = len(layers)
        for step in (_bounds, _numbers, _pairs, _given):
            state, layer = step(state, programme)
            if layer is not None:
                layers.append(layer)
        if len(layers) == before:
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
    return Reduced(small, state.rows, state.columns, tuple(layers), programme.shape)


Outcome = tuple[State, Layer | None]


def _layer(state: State, undo: Undo) -> Layer:
    return Layer(state.matrix, state.cost, state.rows, state.columns, undo)


def _without(state: State, rows: np.ndarray, columns: np.ndarray, **changed: Any) -> State:
    """Keep the rows and columns marked True."""
    matrix = changed.pop("matrix", state.matrix)
    if not columns.all():
        matrix = sp.csr_array(matrix[:, columns])
    if not rows.all():
        matrix = sp.csr_array(matrix[rows])
    get = {**state.__dict__, **changed}
    return State(
        matrix,
        get["cost"][columns],
        get["lower"][columns],
        get["upper"][columns],
        get["row_lower"][rows],
        get["row_upper"][rows],
        state.rows[rows],
        state.columns[columns],
        get["offset"],
    )


@dataclass(frozen=True, eq=False)
class _BoundRows(Undo):
    """Rows that became bounds: the row that tightened each column's lower and upper bound."""

    lower_row: np.ndarray
    upper_row: np.ndarray
    lower_entry: np.ndarray
    upper_entry: np.ndarray

    def dual(self, layer: Layer, y: np.ndarray) -> None:
        reduced = layer.cost - layer.matrix.T @ y[layer.rows]
        for row, entry, wanted in (
            (self.lower_row, self.lower_entry, reduced > 0),
            (self.upper_row, self.upper_entry, reduced < 0),
        ):
            at = np.flatnonzero(wanted & (row >= 0))
            y[layer.rows[row[at]]] = reduced[at] / entry[at]


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
    lower, lower_row, lower_entry = _tightest(state.lower, column, low, single, entry, 1.0)
    upper, upper_row, upper_entry = _tightest(state.upper, column, high, single, entry, -1.0)
    upper = _meet(lower, upper)
    undo = _BoundRows(lower_row, upper_row, lower_entry, upper_entry)
    keep = np.ones(len(state.cost), dtype=bool)
    return _without(state, count > 1, keep, lower=lower, upper=upper), _layer(state, undo)


def _tightest(
    bound: np.ndarray,
    column: np.ndarray,
    value: np.ndarray,
    row: np.ndarray,
    entry: np.ndarray,
    sign: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return bounds tightened by rows, the row that did it (or -1), and its entry."""
    tight = sign * bound
    np.maximum.at(tight, column, sign * value)
    source, of = np.full(len(bound), -1), np.ones(len(bound))
    did = (sign * value >= tight[column]) & (sign * value > sign * bound[column])
    source[column[did]], of[column[did]] = row[did], entry[did]
    return sign * tight, source, of


def _meet(lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Let bounds that cross by rounding meet; refuse those that cross by more."""
    crossed = lower > upper
    if crossed.any():
        excess = (lower - upper)[crossed]
        if np.any(excess > SLACK * (1.0 + np.abs(lower[crossed]))):
            raise Clash
        return np.where(crossed, lower, upper)
    return upper


@dataclass(frozen=True, eq=False)
class _Numbers(Undo):
    """Columns that are numbers."""

    which: np.ndarray
    value: np.ndarray

    def primal(self, layer: Layer, x: np.ndarray) -> None:
        x[layer.columns[self.which]] = self.value


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
    reduced = _without(
        state,
        np.ones(len(state.rows), dtype=bool),
        ~fixed,
        row_lower=state.row_lower - moved,
        row_upper=state.row_upper - moved,
        offset=state.offset + state.cost[which] @ value,
    )
    return reduced, _layer(state, _Numbers(which, value))


@dataclass(frozen=True, eq=False)
class _Pairs(Undo):
    """Rows that were one: which was kept, the one dropped, their ratio, and who gave each side."""

    kept: np.ndarray
    dropped: np.ndarray
    ratio: np.ndarray
    lower_is_dropped: np.ndarray
    upper_is_dropped: np.ndarray

    def dual(self, layer: Layer, y: np.ndarray) -> None:
        kept, dropped = layer.rows[self.kept], layer.rows[self.dropped]
        moves = np.where(y[kept] > 0, self.lower_is_dropped, self.upper_is_dropped)
        y[dropped] = np.where(moves, y[kept] / self.ratio, 0.0)
        y[kept] = np.where(moves, 0.0, y[kept])


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
    undo = _Pairs(kept, dropped, ratio, low > state.row_lower[kept], high < state.row_upper[kept])
    row_lower, row_upper = state.row_lower.copy(), state.row_upper.copy()
    row_lower[kept] = np.maximum(row_lower[kept], low)
    row_upper[kept] = _meet(row_lower[kept], np.minimum(row_upper[kept], high))
    rows = np.ones(len(row_lower), dtype=bool)
    rows[dropped] = False
    columns = np.ones(len(state.cost), dtype=bool)
    return _without(state, rows, columns, row_lower=row_lower, row_upper=row_upper), _layer(
        state, undo
    )


@dataclass(frozen=True, eq=False)
class _Given(Undo):
    """Columns that equalities gave: row and its right-hand side, and the row that passed on the
    lower and upper bound that each column has now (or -1).
    """

    column: np.ndarray
    row: np.ndarray
    rhs: np.ndarray
    lower_row: np.ndarray
    upper_row: np.ndarray

    def primal(self, layer: Layer, x: np.ndarray) -> None:
        rows = layer.matrix[self.row]
        own = _entries(layer.matrix, self.row, self.column)
        held = x[layer.columns]
        held[self.column] = 0.0
        x[layer.columns[self.column]] = (self.rhs - rows @ held) / own

    def dual(self, layer: Layer, y: np.ndarray) -> None:
        held = y[layer.rows]
        held[self.row] = 0.0
        reduced = layer.cost - layer.matrix.T @ held
        own = _entries(layer.matrix, self.row, self.column)
        held[self.row] = reduced[self.column] / own
        rest = layer.cost - layer.matrix.T @ held
        source = np.where(rest > 0, self.lower_row, np.where(rest < 0, self.upper_row, -1))
        took = np.flatnonzero(source >= 0)
        held[source[took]] += rest[took] / _entries(layer.matrix, source[took], took)
        y[layer.rows[self.row]] = held[self.row]


def _entries(matrix: sp.csr_array, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Return single entries of a matrix."""
    if row.size == 0:
        return np.zeros(0)
    return np.asarray(matrix[row, column]).ravel()


def _given(state: State, programme: Programme) -> Outcome:
    """Use equalities to put columns in terms of others."""
    found = _choose(state, programme.column_step[state.columns])
    if found is None:
        return state, None
    column, row, other = found
    own = _entries(state.matrix, row, column)
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
    reduced = _without(
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
    undo = _Given(column, row, rhs, lower_row, upper_row)
    return reduced, _layer(state, undo)


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
    towards = _entries(state.matrix, row[at], other[at])
    ends = np.stack(
        [
            (rhs[at] - own[at] * state.lower[column[at]]) / towards,
            (rhs[at] - own[at] * state.upper[column[at]]) / towards,
        ]
    )
    low, high = ends.min(axis=0), ends.max(axis=0)
    lower, lower_row, _ = _tightest(state.lower, other[at], low, row[at], towards, 1.0)
    upper, upper_row, _ = _tightest(state.upper, other[at], high, row[at], towards, -1.0)
    return lower, _meet(lower, upper), lower_row, upper_row


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
