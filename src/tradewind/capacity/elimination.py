"""Blocks taken out one after another, compiled: no thread holds the interpreter meanwhile."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tradewind.capacity.dense import Routines, factored, take_squares
from tradewind.capacity.factors import Factors
from tradewind.capacity.joins import Products
from tradewind.capacity.kernels import add_up, eliminate, invert, pack
from tradewind.capacity.order import NONE
from tradewind.capacity.outer import End, rows_of_x, square, take_link

REGULAR = 1e-14
"""Added to the diagonals, relative to themselves, so that redundant rows do no harm."""
TINY = 1e-200
ATTEMPTS = 5
"""Times that a block is factored, each with a hundred times the addition of the one before."""
TOGETHER = 1024
"""Rows of X, about, that are squared at once."""


class Inverses(NamedTuple):
    """Weights of local columns (1/Theta) and of limits (omega/Theta)."""

    inverse: np.ndarray
    ratio: np.ndarray


class Lists(NamedTuple):
    """Where the products of a pattern go: into blocks, ties, and towards the border."""

    own: Products
    ties: Products
    outer: Products
    linked: Products
    constant: Products


class Room(NamedTuple):
    """Where a block is worked on, and where rows of X wait to be squared."""

    block: np.ndarray
    trial: np.ndarray
    outer: np.ndarray
    link: np.ndarray
    rows: np.ndarray


@njit(cache=True, nogil=True)
def _fill(target: np.ndarray, products: Products, weight: np.ndarray, block: int) -> None:
    first, last = products.start[block], products.start[block + 1]
    add_up(target, products.to, products.factor, products.of, weight, first, last)


@njit(cache=True, nogil=True)
def _link(
    f: Factors, lists: Lists, inverses: Inverses, block: int, end: End, link: np.ndarray
) -> None:
    """Make F between a block and one before it, and keep what ties them."""
    later = max(block, end.block)
    first, last = f.tie_at[later], f.tie_at[later + 1]
    f.tie[first:last] = 0.0
    _fill(f.tie, lists.ties, inverses.inverse, later)
    link[:] = 0.0
    for e in range(first, last):
        here, there = f.tie_later[e], f.tie_earlier[e]
        if later != block:
            here, there = there, here
        for j in range(there, len(end.corner)):
            link[here, j] += f.tie[e] * end.corner[j, there]


@njit(cache=True, nogil=True)
def _factor(f: Factors, block: int, room: Room, routine: Routines, corner: np.ndarray) -> bool:
    """Factor a block: its head's columns, and the inverse of its tail's triangle."""
    size = f.row[block + 1] - f.row[block]
    first, head = f.head[block], f.head[block + 1] - f.head[block]
    start = f.start[first : first + head + 1] - f.start[first]
    entries = slice(f.start[first], f.start[first + head])
    share = REGULAR
    for _ in range(ATTEMPTS):
        trial = room.trial[: size * size]
        for i in range(size * size):
            trial[i] = room.block[i]
        square = trial.reshape((size, size)).T
        positive = eliminate(square, start, f.entry_row[entries], f.entry[entries], share, TINY)
        if positive and factored(routine, trial[head * size + head :], size - head, size):
            invert(square[head:, head:], corner)
            pack(corner, f.corner[f.corner_at[block] :])
            return True
        share *= 100.0
    return False


@njit(cache=True, nogil=True)
def _block(f: Factors, lists: Lists, inverses: Inverses, block: int, room: Room) -> np.ndarray:
    """Build a block (lower triangle) and its part towards the border, which is returned."""
    size, width = f.row[block + 1] - f.row[block], room.rows.shape[1]
    own, cells = room.block[: size * size], room.outer[: size * width]
    own[:] = 0.0
    cells[:] = 0.0
    _fill(own, lists.own, inverses.inverse, block)
    _fill(cells, lists.outer, inverses.ratio, block)
    _fill(cells, lists.linked, inverses.inverse, block)
    _fill(cells, lists.constant, np.ones(1), block)
    return cells.reshape((size, width))


@njit(cache=True, nogil=True)
def _take_before(
    f: Factors,
    lists: Lists,
    inverses: Inverses,
    routine: Routines,
    block: int,
    before: End,
    room: Room,
    tail: np.ndarray,
) -> None:
    """Subtract what a block before this one takes from its tail, and from its rows of X."""
    size, columns = f.row[block + 1] - f.row[block], len(before.corner)
    head = size - len(tail)
    link = room.link[: len(tail) * columns].reshape((len(tail), columns))
    _link(f, lists, inverses, block, before, link)
    take_squares(routine, link, room.block[head * size + head : size * size], size)
    take_link(routine, link, before, tail)


@njit(cache=True, nogil=True)
def _room(blocks: np.ndarray, one: End, two: End, f: Factors, squares: np.ndarray) -> Room:
    """Make room for the largest of some blocks."""
    width, largest, tails = len(squares), 0, max(len(one.corner), len(two.corner))
    for b in blocks:
        size = f.row[b + 1] - f.row[b]
        largest = max(largest, size)
        tails = max(tails, size - f.head[b + 1] + f.head[b])
    return Room(
        np.empty(largest * largest),
        np.empty(largest * largest),
        np.empty(largest * width),
        np.empty(tails * tails),
        np.empty((TOGETHER + largest, width), squares.dtype),
    )


@njit(cache=True, nogil=True)
def take_out(
    blocks: np.ndarray,
    one: End,
    two: End,
    f: Factors,
    lists: Lists,
    inverses: Inverses,
    routine: Routines,
    total: np.ndarray,
    squares: np.ndarray,
) -> tuple[bool, End]:
    """Take blocks out, each after the one before it, the first after up to two others.

    Parameters
    ----------
    blocks : ndarray
    one, two : End
        Those before the first block; the number of none is negative.
    total : ndarray, (border, border)
        Is given C'S^-1 C of these blocks in its lower triangle.
    squares : ndarray, (border, border)
        Room, in the precision that X is to have.

    Returns
    -------
    bool
        Whether all blocks are positive definite.
    End
        Of the last block.
    """
    waiting = 0
    room = _room(blocks, one, two, f, squares)
    for b in blocks:
        outer = _block(f, lists, inverses, b, room)
        tail = np.zeros(
            (f.row[b + 1] - f.row[b] - f.head[b + 1] + f.head[b], len(total)), squares.dtype
        )
        for before in (one, two):
            if before.block >= 0:
                _take_before(f, lists, inverses, routine, b, before, room, tail)
        corner = np.zeros((len(tail), len(tail)))
        if not _factor(f, b, room, routine, corner):
            return False, one
        waiting = rows_of_x(f, b, routine, outer, corner, tail, total, room.rows, waiting)
        if waiting > TOGETHER:
            square(routine, room.rows[:waiting], squares, total)
            waiting = 0
        one, two = End(b, corner, tail), End(NONE, corner, tail)
    square(routine, room.rows[:waiting], squares, total)
    return True, one
