"""Marks by which rows and columns of a programme are sorted: how far each reaches over time."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.programme import NO_STEP, Programme


def count_of(matrix: sp.csr_array, marked: np.ndarray) -> np.ndarray:
    """Count the marked columns of every row."""
    return np.diff(np.concatenate([[0], np.cumsum(marked[matrix.indices])])[matrix.indptr])


def far(programme: Programme, local: np.ndarray) -> np.ndarray:
    """Mark columns that stand in rows of a step that is neither their own nor the next."""
    matrix = programme.matrix
    step = programme.column_step
    rows = np.repeat(programme.row_step, np.diff(matrix.indptr))
    apart = rows - step[matrix.indices]
    bad = (rows != NO_STEP) & local[matrix.indices] & ((apart < 0) | (apart > 1))
    return np.bincount(matrix.indices[bad], minlength=len(step)) > 0


def wide(programme: Programme, local: np.ndarray) -> np.ndarray:
    """Mark rows of no step whose local columns lie in more than two neighbouring steps."""
    step = np.where(local, programme.column_step, NO_STEP)
    first, last = _spread(programme.matrix, step)
    marked: np.ndarray = (programme.row_step == NO_STEP) & (last - first > 1)
    return marked


def row_steps(matrix: sp.csr_array, column_step: np.ndarray, row_step: np.ndarray) -> np.ndarray:
    """Return the step of every row, which is its last column's where it has none of its own."""
    return np.where(row_step == NO_STEP, _spread(matrix, column_step)[1], row_step)


def _spread(matrix: sp.csr_array, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last step of the columns of every row; no step counts for nothing."""
    of, filled = step[matrix.indices], np.diff(matrix.indptr) > 0
    latest = np.iinfo(of.dtype).max
    first, last = np.full((2, len(filled)), latest, of.dtype)
    last[:] = NO_STEP
    begin = matrix.indptr[:-1][filled]
    last[filled] = np.maximum.reduceat(of, begin)
    of[of == NO_STEP] = latest
    first[filled] = np.minimum.reduceat(of, begin)
    return first, last


def meeting(
    matrix: sp.csr_array,
    column_step: np.ndarray,
    local: np.ndarray,
    balance: np.ndarray,
    step: np.ndarray,
) -> np.ndarray:
    """Mark balance rows that share a local column with a balance row of another step."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    held = local[matrix.indices] & balance[rows]
    later = held & (step[rows] != column_step[matrix.indices])
    shared = np.zeros(len(local), dtype=bool)
    shared[matrix.indices[later]] = True
    marked = np.zeros(matrix.shape[0], dtype=bool)
    marked[rows[held & shared[matrix.indices]]] = True
    return marked
