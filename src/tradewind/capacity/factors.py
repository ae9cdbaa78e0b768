"""The factor of S, block by block, as flat arrays: sparse heads, triangles of tails, links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tradewind.capacity.kernels import fill_in
from tradewind.capacity.order import Order
from tradewind.capacity.partition import Partition
from tradewind.capacity.pattern import Pattern


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
    lower_at, lower : ndarray
        Triangles of tails, row by row; where each block's begins.
    link_at : ndarray, (blocks,)
        First of every block's link rows (one for each row of its parent's tail) among all.
    link_begin, link_start, link : ndarray
        First column that may not be zero of every link row, and its entries from there.
    """

    row: np.ndarray
    head: np.ndarray
    parent: np.ndarray
    children: np.ndarray
    start: np.ndarray
    entry_row: np.ndarray
    entry: np.ndarray
    lower_at: np.ndarray
    lower: np.ndarray
    link_at: np.ndarray
    link_begin: np.ndarray
    link_start: np.ndarray
    link: np.ndarray


def factors_of(part: Partition, pattern: Pattern, order: Order) -> Factors:
    """Make room for the factor of a partition."""
    size, tail = np.diff(part.block_start), part.tail
    starts, rows = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    filled = 0
    own = pattern.own
    for block in range(len(tail)):
        cells = own.to[own.start[block] : own.start[block + 1]]
        start, row = fill_in(cells, int(size[block]), int(size[block] - tail[block]))
        starts.append(start[1:] + filled)
        rows.append(row)
        filled += len(row)
    has = order.parent >= 0
    height = np.where(has, tail[order.parent], 0)
    link_at = _before(height)
    begin = _begin(part, pattern, order, link_at)
    length = np.repeat(tail, height) - begin
    link_start = _before(length)
    lower_at = _before(tail * (tail + 1) // 2)
    return Factors(
        part.block_start, _before(size - tail), order.parent, order.children,
        np.concatenate(starts), np.concatenate(rows), np.empty(filled),
        lower_at, np.empty(lower_at[-1]),
        link_at, begin, link_start, np.empty(link_start[-1]),
    )  # fmt: skip


def _before(count: np.ndarray) -> np.ndarray:
    """Return where each of many stretches begins, and the last ends."""
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64)


def _begin(part: Partition, pattern: Pattern, order: Order, link_at: np.ndarray) -> np.ndarray:
    """Return the first column of every link row that may not be zero."""
    tail, coupling = part.tail, pattern.coupling
    begin = np.repeat(tail, np.diff(link_at))
    later = np.repeat(np.arange(len(tail)), np.diff(coupling.start))
    earlier = later - 1
    high, low = coupling.to % np.maximum(tail[later], 1), coupling.to // np.maximum(tail[later], 1)
    forward = order.parent[earlier] == later
    child = np.where(forward, earlier, later)
    row, column = np.where(forward, high, low), np.where(forward, low, high)
    np.minimum.at(begin, link_at[child] + row, column)
    return begin


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
