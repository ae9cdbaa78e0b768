"""Where each number goes when the structured system is built: lists made once, used always.

A list holds, for every product that enters a matrix, its cell (``to``), its constant factor
(``factor``) and the number of the weight it is multiplied by (``of``), sorted by block;
``start`` says where each block's begin. Blocks of one zone whose tails meet are a chain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.factors import Factors, factors_of
from tradewind.capacity.joins import Products, joined, limit_pairs, pairs_of
from tradewind.capacity.order import Order, order_of
from tradewind.capacity.partition import Partition
from tradewind.capacity.zones import NOWHERE


@dataclass(frozen=True, eq=False)
class Pattern:
    """Cells of the blocks of the structured system.

    Attributes
    ----------
    hot : ndarray
        Border columns that stand in balance or limit rows; the others are cold.
    chain : ndarray, (blocks,)
    active : tuple of ndarray
        For every chain, what its rows touch: positions in ``hot``, then ``hot.size`` and more for
        link rows.
    order : Order
        In which order blocks are taken out.
    factors : Factors
        Without numbers: where those of a factor will be.
    own, ties : Products
        Into a block S[t, t] (lower triangle) and into the entries of S[t, t-1]; weights are
        1/Theta of local columns.
    outer, linked : Products
        Into a block towards the border: from limits (weights omega/Theta) and links (weights
        1/Theta).
    constant : Products
        Into the same block, constants.
    curvature, crossing : Products
        Into the border's own block: one limit (weights omega H / Theta), two limits of one column
        (weights omega omega' / Theta, for ``crossing_pairs``).
    link_border : Products
        Into the block of links and hot columns (weights omega/Theta).
    """

    hot: np.ndarray
    chain: np.ndarray
    active: tuple[np.ndarray, ...]
    order: Order
    factors: Factors
    own: Products
    ties: Products
    outer: Products
    linked: Products
    constant: Products
    curvature: Products
    crossing: Products
    crossing_pairs: np.ndarray
    link_border: Products


@dataclass(frozen=True, eq=False)
class _Rows:
    """Block, place in it, and chain of every balance row."""

    block: np.ndarray
    place: np.ndarray
    chain: np.ndarray


def pattern_of(part: Partition) -> Pattern:
    """Make the lists for a partition."""
    blocks = len(part.tail)
    size = np.diff(part.block_start)
    block = np.repeat(np.arange(blocks), size)
    row_place = np.arange(len(block)) - part.block_start[block]
    hot = np.flatnonzero(part.border_zone != NOWHERE)
    place = np.full(len(part.border_cost), -1)
    place[hot] = np.arange(hot.size)
    own, coupling = _blocks(part, block, row_place, size)
    tied = np.zeros(blocks, dtype=bool)
    tied[1:] = (np.diff(coupling.start)[1:] > 0) & (np.diff(part.block_zone) == 0)
    chain = np.cumsum(~tied) - 1
    order = order_of(chain)
    factors, ties = factors_of(part, own, coupling, order)
    active, outer, linked, constant = _outer(
        part, _Rows(block, row_place, chain[block]), place, len(hot), blocks
    )
    curvature, crossing, pairs = _curvature(part, place, len(hot))
    return Pattern(
        hot, chain, active, order, factors, own, ties, outer, linked, constant, curvature,
        crossing, pairs, _link_border(part, place, len(hot)),
    )  # fmt: skip


def _sorted(
    to: np.ndarray, factor: np.ndarray, of: np.ndarray, block: np.ndarray, blocks: int
) -> Products:
    order = np.argsort(block, kind="stable")
    start = np.searchsorted(block[order], np.arange(blocks + 1))
    return Products(to[order].astype(np.int32), factor[order], of[order].astype(np.int32), start)


def _blocks(
    part: Partition, block: np.ndarray, place: np.ndarray, size: np.ndarray
) -> tuple[Products, Products]:
    """Make the lists of A 1/Theta A': pairs of rows that share a local column."""
    by_column = part.balance.tocsc()
    high, low, factor, of = pairs_of(by_column.indptr, by_column.indices, by_column.data)
    swap = block[high] < block[low]
    swap |= (block[high] == block[low]) & (place[high] < place[low])
    high, low = np.where(swap, low, high), np.where(swap, high, low)
    blocks = len(size)
    same = block[high] == block[low]
    at = block[high[same]]
    own = place[high[same]] + place[low[same]] * size[at]
    here, before = block[high[~same]], block[low[~same]]
    head, head_before = (size - part.tail)[here], (size - part.tail)[before]
    tail = place[high[~same]] - head
    cell = tail + (place[low[~same]] - head_before) * part.tail[here]
    return (
        _sorted(own, factor[same], of[same], at, blocks),
        _sorted(cell, factor[~same], of[~same], here, blocks),
    )


@dataclass(frozen=True, eq=False)
class _Touch:
    """Balance row, limit row, border column and factor of every product in A Theta^-1 Omega G."""

    row: np.ndarray
    limit: np.ndarray
    border: np.ndarray
    factor: np.ndarray


def _limits_of_entries(part: Partition) -> _Touch:
    """Join entries of balance rows with the limits of the same column."""
    by_column = part.balance.tocsc()
    first = np.searchsorted(part.limit_column, np.arange(len(part.cost) + 1))
    row, limit, factor = joined(
        by_column.indptr, by_column.indices, by_column.data, first, part.limit_entry
    )
    border = part.limit_border
    entries = np.diff(border.indptr)[limit]
    again = np.repeat(np.arange(limit.size), entries)
    within = np.arange(again.size) - np.repeat(np.cumsum(entries) - entries, entries)
    at = border.indptr[limit[again]] + within
    return _Touch(row[again], limit[again], border.indices[at], factor[again] * border.data[at])


def _entries(matrix: sp.csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row, column and value of every entry."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return rows, matrix.indices, matrix.data


class _Slots:
    """Which hot columns and links every chain touches, and where they stand among its own."""

    def __init__(self, width: int, chains: int, chain: np.ndarray, column: np.ndarray) -> None:
        self.width = width
        self.keys = np.unique(chain * width + column)
        self.start = np.searchsorted(self.keys, np.arange(chains + 1) * width)
        self.wide = np.diff(self.start)

    def active(self) -> tuple[np.ndarray, ...]:
        """Return the columns of every chain."""
        ends = zip(self.start, self.start[1:], strict=False)
        return tuple(self.keys[a:b] - c * self.width for c, (a, b) in enumerate(ends))

    def cells(self, place: np.ndarray, chain: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Return the cells of a block towards the border, row by row."""
        slot = np.searchsorted(self.keys, chain * self.width + column) - self.start[chain]
        cell: np.ndarray = place * self.wide[chain] + slot
        return cell


def _outer(
    part: Partition, rows: _Rows, place: np.ndarray, hot: int, blocks: int
) -> tuple[tuple[np.ndarray, ...], Products, Products, Products]:
    """Make the lists of the blocks towards the border, and what each chain touches."""
    touch = _limits_of_entries(part)
    fixed, fixed_border, fixed_entry = _entries(part.balance_border)
    links, columns, entry = _entries(part.link)
    by_column = part.balance.tocsc()
    count = np.diff(by_column.indptr)[columns]
    again = np.repeat(np.arange(columns.size), count)
    within = np.arange(again.size) - np.repeat(np.cumsum(count) - count, count)
    at = by_column.indptr[columns[again]] + within
    linked = by_column.indices[at]
    row = np.concatenate([touch.row, fixed, linked])
    column = np.concatenate([place[touch.border], place[fixed_border], hot + links[again]])
    chains = int(rows.chain.max(initial=-1)) + 1
    slots = _Slots(hot + part.link.shape[0], chains, rows.chain[row], column)
    cell = slots.cells(rows.place[row], rows.chain[row], column)
    block = rows.block[row]
    ends = np.cumsum([touch.row.size, fixed.size])
    cells, of_block = np.split(cell, ends), np.split(block, ends)
    return (
        slots.active(),
        _sorted(cells[0], touch.factor, touch.limit, of_block[0], blocks),
        _sorted(cells[2], by_column.data[at] * entry[again], columns[again], of_block[2], blocks),
        _sorted(cells[1], fixed_entry, np.zeros(fixed.size), of_block[1], blocks),
    )


def _curvature(
    part: Partition, place: np.ndarray, hot: int
) -> tuple[Products, Products, np.ndarray]:
    """Make the lists of G' (Omega - Omega a a' Omega / Theta) G, free of cancellation."""
    limits = part.limit_border
    transposed = sp.csr_array(limits.T).tocsc()
    one, two, factor, of = pairs_of(transposed.indptr, transposed.indices, transposed.data)
    curvature = _symmetric(place[one], place[two], factor, of, hot)
    same = np.flatnonzero(np.diff(part.limit_column) == 0)
    first = np.searchsorted(part.limit_column, part.limit_column)
    pairs = limit_pairs(first, part.limit_column)
    a, b = pairs[:, 0], pairs[:, 1]
    if same.size == 0:
        empty = np.zeros(0)
        return curvature, _symmetric(empty, empty, empty, empty, hot), pairs
    mixed = sp.csr_array(
        sp.diags_array(part.limit_entry[b]) @ limits[a]
        - sp.diags_array(part.limit_entry[a]) @ limits[b]
    )
    mixed.eliminate_zeros()
    turned = sp.csr_array(mixed.T).tocsc()
    one, two, factor, of = pairs_of(turned.indptr, turned.indices, turned.data)
    return curvature, _symmetric(place[one], place[two], factor, of, hot), pairs


def _symmetric(
    one: np.ndarray, two: np.ndarray, factor: np.ndarray, of: np.ndarray, hot: int
) -> Products:
    """List products into the lower triangle of the border's block."""
    high, low = np.maximum(one, two).astype(np.int64), np.minimum(one, two).astype(np.int64)
    to = (high + low * hot).astype(np.int32)
    return Products(to, factor, of.astype(np.int32), np.array([0, len(factor)]))


def _link_border(part: Partition, place: np.ndarray, hot: int) -> Products:
    """List the products of E Theta^-1 Omega a G, links by hot columns."""
    first = np.searchsorted(part.limit_column, np.arange(len(part.cost) + 1))
    links, columns, data = _entries(part.link)
    count = np.diff(first)[columns]
    again = np.repeat(np.arange(columns.size), count)
    limit = (
        first[columns[again]] + np.arange(again.size) - np.repeat(np.cumsum(count) - count, count)
    )
    border = part.limit_border
    entries = np.diff(border.indptr)[limit]
    twice = np.repeat(np.arange(limit.size), entries)
    at = border.indptr[limit[twice]] + np.arange(twice.size)
    at -= np.repeat(np.cumsum(entries) - entries, entries)
    factor = -data[again[twice]] * part.limit_entry[limit[twice]] * border.data[at]
    to = links[again[twice]] + place[border.indices[at]] * part.link.shape[0]
    return Products(
        to.astype(np.int32), factor, limit[twice].astype(np.int32), np.array([0, len(to)])
    )
