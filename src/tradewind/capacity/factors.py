"""The factor of S, block by block, as flat arrays: sparse heads, corners of tails, and ties.

A tie is S[t, t-1] itself, a few entries, and not the link F: a solve reads half as much memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tradewind.capacity.joins import Products
from tradewind.capacity.kernels import fill_in, packed_size
from tradewind.capacity.order import Order
from tradewind.capacity.partition import Partition


class Factors(NamedTuple):
    """Blocks of a factor one after another.

    Attributes
    ----------
    row : ndarray, (blocks + 1,)
        First row of every block.
    head : ndarray, (blocks + 1,)
        First of every block's head columns among all.
    parent, children : ndarray
        See ``Order``.
    start, entry_row, entry : ndarray
        Head columns as a sparse matrix, the diagonal first; rows are places in the block.
    corner_at, corner : ndarray
        Where each block's corner begins; inverses of the triangles of tails, row by row (``pack``).
    tie_at : ndarray, (blocks + 1,)
        First entry of every block's tie to the block before it in time, and of none after.
    tie_later, tie_earlier, tie : ndarray
        Place in the block's tail, place in the earlier block's tail, entry.
    """

    row: np.ndarray
    head: np.ndarray
    parent: np.ndarray
    children: np.ndarray
    start: np.ndarray
    entry_row: np.ndarray
    entry: np.ndarray
    corner_at: np.ndarray
    corner: np.ndarray
    tie_at: np.ndarray
    tie_later: np.ndarray
    tie_earlier: np.ndarray
    tie: np.ndarray


def factors_of(
    part: Partition, own: Products, coupling: Products, order: Order
) -> tuple[Factors, Products]:
    """Say where the numbers of a partition's factor will be; list what goes into its ties."""
    size, tail = np.diff(part.block_start), part.tail
    starts, rows = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.uint32)]
    filled = 0
    for block in range(len(tail)):
        cells = own.to[own.start[block] : own.start[block + 1]]
        start, row = fill_in(cells, int(size[block]), int(size[block] - tail[block]))
        starts.append(start[1:] + filled)
        rows.append(row)
        filled += len(row)
    nothing = np.empty(0)
    tie_at, later, earlier, ties = _ties(part.tail, coupling)
    corner_at = _before(np.array([packed_size(t) for t in tail.tolist()], dtype=np.int64))
    factors = Factors(
        part.block_start, _before(size - tail), order.parent, order.children,
        np.concatenate(starts), np.concatenate(rows), nothing, corner_at, nothing,
        tie_at, later, earlier, nothing,
    )  # fmt: skip
    return factors, ties


def with_room(factors: Factors) -> Factors:
    """Make room for the numbers."""
    return factors._replace(
        entry=np.empty(len(factors.entry_row)),
        corner=np.zeros(factors.corner_at[-1]),
        tie=np.empty(len(factors.tie_later)),
    )


def _before(count: np.ndarray) -> np.ndarray:
    """Return where each of many stretches begins, and the last ends."""
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64)


def _ties(
    tail: np.ndarray, coupling: Products
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Products]:
    """List the cells in which a block meets the one before it in time, and what goes into each."""
    tail = np.maximum(tail, 1)
    cells = int((tail[1:] * tail[:-1]).max(initial=1))
    block = np.repeat(np.arange(len(tail)), np.diff(coupling.start))
    key, tie = np.unique(block * cells + coupling.to, return_inverse=True)
    block, cell = key // cells, key % cells
    at = np.searchsorted(block, np.arange(len(tail) + 1))
    later, earlier = (cell % tail[block]).astype(np.uint32), (cell // tail[block]).astype(np.uint32)
    return at, later, earlier, coupling._replace(to=tie.astype(np.int32))


def shared(arms: Sequence[np.ndarray], size: np.ndarray, parts: int) -> tuple[np.ndarray, ...]:
    """Deal arms out to ``parts`` lists of blocks of about the same work."""
    work = np.array([float((size[arm] ** 2).sum()) for arm in arms])
    lists: list[list[np.ndarray]] = [[] for _ in range(parts)]
    load = np.zeros(parts)
    for i in np.argsort(-work, kind="stable"):
        least = int(np.argmin(load))
        lists[least].append(arms[i])
        load[least] += work[i]
    return tuple(np.concatenate(held) for held in lists if held)
