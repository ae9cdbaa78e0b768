"""Rows of X = L^-1 (C - F X[t-1]), block by block, and the sum of their squares, C'S^-1 C.

The head's rows of X are few and sparse towards the border and stay so; only the rest is multiplied
out in full, several blocks at once, in single or double precision.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tradewind.capacity.dense import Routines, add_squares, lower_times, take_product
from tradewind.capacity.factors import Factors
from tradewind.capacity.kernels import solve_head

FULL = 0.1
"""Share of entries from which a row is multiplied out in full."""
PANEL = 48
"""Rows of a link that are multiplied at once; columns before the first that is not zero are not."""


class End(NamedTuple):
    """A block that was taken out: the inverse of its tail's factor, and the tail's rows of X."""

    block: int
    corner: np.ndarray
    tail: np.ndarray


@njit(cache=True, nogil=True)
def take_link(routine: Routines, link: np.ndarray, end: End, tail: np.ndarray) -> None:
    """Subtract link @ end.tail: by panels of rows, without the columns in which all are zero."""
    rows, columns = link.shape
    kind = link.astype(tail.dtype)
    flat = kind.reshape(-1)
    for top in range(0, rows, PANEL):
        bottom = min(top + PANEL, rows)
        first = columns
        for i in range(top, bottom):
            j = 0
            while j < first and kind[i, j] == 0.0:
                j += 1
            first = j
        if first < columns:
            left = flat[top * columns + first :]
            take_product(routine, left, columns, end.tail[first:], tail[top:bottom])


@njit(cache=True, nogil=True)
def _head(f: Factors, block: int, outer: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Solve the head's rows of X; return which are too full to have been squared."""
    first, head = f.head[block], f.head[block + 1] - f.head[block]
    start = f.start[first : first + head + 1] - f.start[first]
    entries = slice(f.start[first], f.start[first + head])
    full = FULL * outer.shape[1]
    marks = solve_head(start, f.entry_row[entries], f.entry[entries], outer, full, total)
    return np.flatnonzero(marks)


@njit(cache=True, nogil=True)
def _take_full(
    f: Factors, block: int, routine: Routines, full: np.ndarray, rows: np.ndarray, tail: np.ndarray
) -> None:
    """Subtract what full rows of the head put into the tail."""
    first, head = f.head[block], f.head[block + 1] - f.head[block]
    below = np.zeros((len(tail), len(full)), dtype=tail.dtype)
    for c in range(len(full)):
        for p in range(f.start[first + full[c]] + 1, f.start[first + full[c] + 1]):
            if f.entry_row[p] >= head:
                below[f.entry_row[p] - head, c] = f.entry[p]
    take_product(routine, below.reshape(-1), len(full), rows, tail)


@njit(cache=True, nogil=True)
def _copy_rows(source: np.ndarray, chosen: np.ndarray, target: np.ndarray) -> None:
    for c in range(len(chosen)):
        for j in range(source.shape[1]):
            target[c, j] = source[chosen[c], j]


@njit(cache=True, nogil=True)
def rows_of_x(
    f: Factors,
    block: int,
    routine: Routines,
    outer: np.ndarray,
    corner: np.ndarray,
    tail: np.ndarray,
    total: np.ndarray,
    rows: np.ndarray,
    waiting: int,
) -> int:
    """Make a block's rows of X, those of its tail in ``tail``; return how many wait now."""
    full = _head(f, block, outer, total)
    tail += outer[len(outer) - len(tail) :]
    dense = rows[waiting : waiting + len(full)]
    _copy_rows(outer, full, dense)
    if len(full):
        _take_full(f, block, routine, full, dense, tail)
    lower_times(routine, corner.astype(tail.dtype), tail)
    waiting += len(full)
    _copy_rows(tail, np.arange(len(tail)), rows[waiting:])
    return waiting + len(tail)


@njit(cache=True, nogil=True)
def square(routine: Routines, rows: np.ndarray, squares: np.ndarray, total: np.ndarray) -> None:
    """Add rows' rows to the lower triangle of ``total``."""
    squares[:] = 0.0
    add_squares(routine, rows, squares)
    for j in range(len(total)):
        for i in range(j, len(total)):
            total[i, j] += squares[i, j]
