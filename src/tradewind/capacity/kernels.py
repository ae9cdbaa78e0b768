"""Loops of the structured solver, compiled; they leave the interpreter free for other threads.

Arrays are copied number by number: of a slice that is assigned to another, three seconds of
compilation go into the words of an error that cannot be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from tradewind.capacity.factors import Factors

LOT = 8
"""Numbers that a vectorised loop takes at once, unrolled."""


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
def add_block(whole: np.ndarray, own: np.ndarray, at: np.ndarray) -> None:
    """Add a lower triangle to rows and columns ``at`` (ascending) of a larger one."""
    for j in range(len(at)):
        for i in range(j, len(at)):
            whole[at[i], at[j]] += own[i, j]


@njit(cache=True, nogil=True)
def fill_in(cells: np.ndarray, size: int, head: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the entries of the head's columns of a factor: start by column, rows.

    ``cells`` are those of the block's lower triangle, column by column. The diagonal comes first.
    """
    held = np.zeros((size, size), dtype=np.bool_)
    for cell in cells:
        held[cell // size, cell % size] = True
    start = np.zeros(head + 1, dtype=np.int64)
    for k in range(head):
        held[k, k] = True
        start[k + 1] = start[k]
        for i in range(k, size):
            if held[k, i]:
                start[k + 1] += 1
                for j in range(k + 1, i + 1):
                    if held[k, j]:
                        held[j, i] = True
    # Unsigned, so that no loop asks whether to count from the end.
    rows = np.empty(start[head], dtype=np.uint32)
    for k in range(head):
        p = start[k]
        for i in range(k, size):
            if held[k, i]:
                rows[p] = i
                p += 1
    return start, rows


@njit(cache=True, nogil=True)
def eliminate(
    block: np.ndarray,
    start: np.ndarray,
    rows: np.ndarray,
    values: np.ndarray,
    share: float,
    tiny: float,
) -> bool:
    """Take the head's columns out of a lower triangle; their factor goes to ``values``.

    ``share`` of itself and ``tiny`` are added to the diagonal. False if a pivot is not positive.
    """
    for i in range(block.shape[0]):
        block[i, i] += share * block[i, i] + tiny
    for k in range(len(start) - 1):
        if not block[k, k] > 0.0:
            return False
        pivot = np.sqrt(block[k, k])
        values[start[k]] = pivot
        for p in range(start[k] + 1, start[k + 1]):
            values[p] = block[rows[p], k] / pivot
        for p in range(start[k] + 1, start[k + 1]):
            for q in range(p, start[k + 1]):
                block[rows[q], rows[p]] -= values[p] * values[q]
    return True


@njit(cache=True, nogil=True)
def solve_head(
    start: np.ndarray,
    rows: np.ndarray,
    values: np.ndarray,
    outer: np.ndarray,
    full: float,
    total: np.ndarray,
) -> np.ndarray:
    """Solve the head's rows of X in place; take sparse rows out of the tail, and add their squares.

    Squares go to the lower triangle of ``total``. Returns a mark for every row of the head: whether
    it is too full for that.
    """
    head, width = len(start) - 1, outer.shape[1]
    columns = np.empty(width, dtype=np.uint32)
    marks = np.zeros(head, dtype=np.bool_)
    for k in range(head):
        row = outer[k]
        pivot, count = 1.0 / values[start[k]], 0
        for j in range(width):
            if row[j] != 0.0:
                row[j] *= pivot
                columns[count] = j
                count += 1
        marks[k] = count > full
        for p in range(start[k] + 1, start[k + 1]):
            if rows[p] >= head and marks[k]:
                break
            target, entry = outer[rows[p]], values[p]
            for a in range(count):
                target[columns[a]] -= entry * row[columns[a]]
        if not marks[k]:
            for b in range(count):
                line, entry = total.T[columns[b]], row[columns[b]]
                for a in range(b, count):
                    line[columns[a]] += entry * row[columns[a]]
    return marks


@njit(cache=True, nogil=True)
def lots(row: int) -> int:
    """Return how long the four rows of a packed triangle from ``row`` on are, in whole lots."""
    return (row + 4 + LOT - 1) // LOT * LOT


@njit(cache=True, nogil=True)
def packed_size(size: int) -> int:
    """Return the room that a packed lower triangle takes."""
    total = 0
    for i in range(0, size, 4):
        total += 4 * lots(i)
    return total


@njit(cache=True, nogil=True)
def pack(lower: np.ndarray, flat: np.ndarray) -> None:
    """Lay the rows of a lower triangle one after another into zeros: fours of one length."""
    at = 0
    for i in range(0, len(lower), 4):
        for k in range(i, min(i + 4, len(lower))):
            first = at + (k - i) * lots(i)
            for j in range(k + 1):
                flat[first + j] = lower[k, j]
        at += 4 * lots(i)


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


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def square_times(corner: np.ndarray, first: int, vector: np.ndarray) -> np.ndarray:
    """Multiply by C'C for a lower triangle C, packed, that begins at ``first``.

    Four rows at a time: each number of the vector is read once for four, and no loop has a rest.
    """
    size = len(vector)
    right, product = np.zeros(size + LOT), np.zeros(size + LOT)
    for j in range(size):
        right[j] = vector[j]
    at = first
    for i in range(0, size, 4):
        n = lots(i)
        one, two = corner[at : at + n], corner[at + n : at + 2 * n]
        three, four = corner[at + 2 * n : at + 3 * n], corner[at + 3 * n : at + 4 * n]
        a, b, c, d = 0.0, 0.0, 0.0, 0.0
        for j in range(n):
            number = right[j]
            a += one[j] * number
            b += two[j] * number
            c += three[j] * number
            d += four[j] * number
        for j in range(n):
            product[j] += a * one[j] + b * two[j] + c * three[j] + d * four[j]
        at += 4 * n
    return product


@njit(cache=True, nogil=True)
def take_tied(f: Factors, block: int, target: np.ndarray, other: int, source: np.ndarray) -> None:
    """Subtract from a block's tail what its neighbour's tail puts into its rows."""
    later = max(block, other)
    for e in range(f.tie_at[later], f.tie_at[later + 1]):
        i, k = f.tie_later[e], f.tie_earlier[e]
        if later == block:
            target[i] -= f.tie[e] * source[k]
        else:
            target[k] -= f.tie[e] * source[i]


@njit(cache=True, nogil=True)
def forwards(f: Factors, blocks: np.ndarray, value: np.ndarray) -> None:
    """Take blocks out of a right-hand side, in place; tails are left solved by themselves."""
    for b in blocks:
        head = f.head[b + 1] - f.head[b]
        here = value[f.row[b] : f.row[b + 1]]
        tail = here[head:]
        for c in f.children[b]:
            if c >= 0:
                first = f.row[c] + f.head[c + 1] - f.head[c]
                take_tied(f, b, tail, c, value[first : f.row[c + 1]])
        for k in range(head):
            p = f.start[f.head[b] + k]
            here[k] /= f.entry[p]
            for q in range(p + 1, f.start[f.head[b] + k + 1]):
                here[f.entry_row[q]] -= f.entry[q] * here[k]
        solved = square_times(f.corner, f.corner_at[b], tail)
        for i in range(len(tail)):
            tail[i] = solved[i]


@njit(cache=True, nogil=True)
def backwards(f: Factors, blocks: np.ndarray, value: np.ndarray) -> None:
    """Put parents into what ``forwards`` left, in place, from the last block to the first."""
    for n in range(len(blocks) - 1, -1, -1):
        b, p = blocks[n], f.parent[blocks[n]]
        head = f.head[b + 1] - f.head[b]
        here = value[f.row[b] : f.row[b + 1]]
        tail = here[head:]
        if p >= 0:
            pull = np.zeros(len(tail))
            first = f.row[p] + f.head[p + 1] - f.head[p]
            take_tied(f, b, pull, p, value[first : f.row[p + 1]])
            solved = square_times(f.corner, f.corner_at[b], pull)
            for i in range(len(tail)):
                tail[i] += solved[i]
        for k in range(head - 1, -1, -1):
            q = f.start[f.head[b] + k]
            total = here[k]
            for e in range(q + 1, f.start[f.head[b] + k + 1]):
                total -= f.entry[e] * here[f.entry_row[e]]
            here[k] = total / f.entry[q]
