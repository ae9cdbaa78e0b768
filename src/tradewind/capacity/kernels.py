"""Loops of the structured solver, compiled; they leave the interpreter free for other threads."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def add_up(
    target: np.ndarray,
    to: np.ndarray,
    factor: np.ndarray,
    of: np.ndarray,
    weight: np.ndarray,
    first: int,
    last: int,
) -> None:
    """Add products into the flat cells of a block."""
    for i in range(first, last):
        target[to[i]] += factor[i] * weight[of[i]]


@njit(cache=True, nogil=True)
def eliminate(block: np.ndarray, head: int, share: float, tiny: float) -> bool:
    """Turn the head's columns of a lower triangle into their factor, and take them out of the rest.

    ``share`` of itself and ``tiny`` are added to the diagonal. False if a pivot is not positive.
    """
    size = block.shape[0]
    for i in range(size):
        block[i, i] += share * block[i, i] + tiny
    at = np.empty(size, dtype=np.int64)
    for k in range(head):
        if not block[k, k] > 0.0:
            return False
        pivot = np.sqrt(block[k, k])
        block[k, k] = pivot
        count = 0
        for i in range(k + 1, size):
            if block[i, k] != 0.0:
                block[i, k] /= pivot
                at[count] = i
                count += 1
        for a in range(count):
            entry = block[at[a], k]
            for b in range(a, count):
                block[at[b], at[a]] -= entry * block[at[b], k]
    return True


@njit(cache=True, nogil=True)
def entries_of(block: np.ndarray, head: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the head's columns as a sparse matrix: start by column, rows, values.

    The diagonal comes first in every column.
    """
    size = block.shape[0]
    start = np.zeros(head + 1, dtype=np.int64)
    for k in range(head):
        count = 0
        for i in range(k, size):
            count += block[i, k] != 0.0
        start[k + 1] = start[k] + count
    rows, values = np.empty(start[head], dtype=np.int64), np.empty(start[head])
    for k in range(head):
        p = start[k]
        for i in range(k, size):
            if block[i, k] != 0.0:
                rows[p], values[p] = i, block[i, k]
                p += 1
    return start, rows, values


@njit(cache=True, nogil=True)
def solve_head(
    block: np.ndarray, outer: np.ndarray, head: int, full: float, total: np.ndarray
) -> np.ndarray:
    """Solve the head's rows of X in place; take sparse rows out of the tail, and add their squares.

    Returns a mark for every row of the head: whether it is too full for that.
    """
    rows, width = outer.shape
    columns = np.empty(width, dtype=np.int64)
    marks = np.zeros(head, dtype=np.bool_)
    for k in range(head):
        row = outer[k]
        pivot, count = 1.0 / block[k, k], 0
        for j in range(width):
            if row[j] != 0.0:
                row[j] *= pivot
                columns[count] = j
                count += 1
        marks[k] = count > full
        for i in range(k + 1, head if marks[k] else rows):
            entry = block[i, k]
            if entry != 0.0:
                for a in range(count):
                    outer[i, columns[a]] -= entry * row[columns[a]]
        if not marks[k]:
            for a in range(count):
                for b in range(count):
                    total[columns[a], columns[b]] += row[columns[a]] * row[columns[b]]
    return marks


@njit(cache=True, nogil=True)
def invert(lower: np.ndarray, inverse: np.ndarray) -> None:
    """Invert a lower triangle into zeros."""
    for i in range(len(lower)):
        row = inverse[i]
        for k in range(i):
            entry = lower[i, k]
            for j in range(k + 1):
                row[j] -= entry * inverse[k, j]
        pivot = 1.0 / lower[i, i]
        for j in range(i):
            row[j] *= pivot
        row[i] = pivot


@njit(cache=True, nogil=True)
def few_times(cells: np.ndarray, corner: np.ndarray, product: np.ndarray) -> np.ndarray:
    """Multiply a transposed matrix of few entries by a transposed lower triangle.

    Returns the first column of every row of the product that may not be zero.
    """
    product[:] = 0.0
    begin = np.full(cells.shape[1], cells.shape[0])
    for k in range(cells.shape[0]):
        for i in range(cells.shape[1]):
            entry = cells[k, i]
            if entry != 0.0:
                begin[i] = min(begin[i], k)
                for j in range(k, corner.shape[0]):
                    product[i, j] += entry * corner[j, k]
    return begin


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def take_product(
    target: np.ndarray, matrix: np.ndarray, begin: np.ndarray, right: np.ndarray
) -> None:
    """Subtract matrix times right; its rows begin somewhere."""
    for i in range(matrix.shape[0]):
        total = 0.0
        for j in range(begin[i], matrix.shape[1]):
            total += matrix[i, j] * right[j]
        target[i] -= total


@njit(cache=True, nogil=True)
def take_transposed(
    target: np.ndarray, matrix: np.ndarray, begin: np.ndarray, right: np.ndarray
) -> None:
    """Subtract the transposed matrix times right."""
    for i in range(matrix.shape[0]):
        for j in range(begin[i], matrix.shape[1]):
            target[j] -= right[i] * matrix[i, j]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def forwards(
    here: np.ndarray, start: np.ndarray, rows: np.ndarray, values: np.ndarray, lower: np.ndarray
) -> None:
    """Solve with a step's factor, in place: its head's sparse columns, then its tail."""
    head = len(start) - 1
    for k in range(head):
        here[k] /= values[start[k]]
        for p in range(start[k] + 1, start[k + 1]):
            here[rows[p]] -= values[p] * here[k]
    tail = here[head:]
    for i in range(len(lower)):
        total = 0.0
        for j in range(i):
            total += lower[i, j] * tail[j]
        tail[i] = (tail[i] - total) / lower[i, i]


@njit(cache=True, nogil=True)
def backwards(
    here: np.ndarray, start: np.ndarray, rows: np.ndarray, values: np.ndarray, lower: np.ndarray
) -> None:
    """Solve with a step's transposed factor, in place."""
    head = len(start) - 1
    tail = here[head:]
    for i in range(len(lower) - 1, -1, -1):
        tail[i] /= lower[i, i]
        for j in range(i):
            tail[j] -= tail[i] * lower[i, j]
    for k in range(head - 1, -1, -1):
        total = here[k]
        for p in range(start[k] + 1, start[k + 1]):
            total -= values[p] * here[rows[p]]
        here[k] = total / values[start[k]]
