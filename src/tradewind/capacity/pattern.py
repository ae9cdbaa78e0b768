"""Where each number goes when the structured system is built: lists made once, used always.

A list holds, for every product that enters a matrix, its cell (``to``), its constant factor
(``factor``) and the number of the weight it is multiplied by (``of``). Products are sorted by step;
``start`` says where each step's begin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numba import njit

from tradewind.capacity.partition import Partition


@dataclass(frozen=True, eq=False)
class Products:
    """Products to be added up: cell, factor, number of the weight; ``start`` by step."""

    to: np.ndarray
    factor: np.ndarray
    of: np.ndarray
    start: np.ndarray


@dataclass(frozen=True, eq=False)
class Pattern:
    """Cells of the blocks of the structured system.

    Attributes
    ----------
    hot : ndarray
        Border columns that stand in balance or limit rows; the others are cold.
    active : tuple of ndarray
        For every period, positions in ``hot`` of the columns its rows touch; links follow them.
    period : ndarray, (steps,)
    own, coupling : Products
        Into a step's block S[t, t] (lower triangle) and S[t, t-1] (tail by tail); weights are
        1/Theta of local columns.
    outer, linked : Products
        Into a step's block towards the border: from limits (weights omega/Theta) and links
        (weights 1/Theta).
    constant : Products
        Into the same block, constants.
    curvature, crossing : Products
        Into the border's own block: one limit (weights omega H / Theta), two limits of one column
        (weights omega omega' / Theta, for ``crossing_pairs``).
    link_border : Products
        Into the block of links and hot columns (weights omega/Theta).
    """

    hot: np.ndarray
    active: tuple[np.ndarray, ...]
    period: np.ndarray
    own: Products
    coupling: Products
    outer: Products
    linked: Products
    constant: Products
    curvature: Products
    crossing: Products
    crossing_pairs: np.ndarray
    link_border: Products


def pattern_of(part: Partition) -> Pattern:
    """Make the lists for a partition."""
    steps = len(part.tail)
    size = np.diff(part.step_start)
    row_step = np.repeat(np.arange(steps), size)
    row_place = np.arange(len(row_step)) - part.step_start[row_step]
    hot, place = _hot(part)
    own, coupling = _blocks(part, row_step, row_place, size)
    tied = np.zeros(steps, dtype=bool)
    tied[1:] = np.diff(coupling.start)[1:] > 0
    period = np.cumsum(~tied) - 1
    limits = _limits_of_entries(part)
    active, slots = _active(part, row_step, period, place, limits)
    outer, linked, constant = _outer(part, row_step, row_place, size, period, place, slots, limits)
    curvature, crossing, pairs = _curvature(part, place, len(hot))
    return Pattern(
        hot, active, period, own, coupling, outer, linked, constant, curvature, crossing, pairs,
        _link_border(part, place, len(hot)),
    )  # fmt: skip


def _hot(part: Partition) -> tuple[np.ndarray, np.ndarray]:
    """Return the hot border columns, and every border column's place among them (or -1)."""
    touched = np.zeros(len(part.border_cost), dtype=bool)
    touched[part.balance_border.indices] = True
    touched[part.limit_border.indices] = True
    hot = np.flatnonzero(touched)
    place = np.full(len(touched), -1)
    place[hot] = np.arange(hot.size)
    return hot, place


def _sorted(
    to: np.ndarray, factor: np.ndarray, of: np.ndarray, step: np.ndarray, steps: int
) -> Products:
    order = np.argsort(step, kind="stable")
    start = np.searchsorted(step[order], np.arange(steps + 1))
    return Products(to[order], factor[order], of[order].astype(np.int64), start)


def _blocks(
    part: Partition, row_step: np.ndarray, row_place: np.ndarray, size: np.ndarray
) -> tuple[Products, Products]:
    """Make the lists of A 1/Theta A': pairs of rows that share a local column."""
    by_column = part.balance.tocsc()
    high, low, factor, of = _pairs(by_column.indptr, by_column.indices, by_column.data)
    swap = row_step[high] < row_step[low]
    swap |= (row_step[high] == row_step[low]) & (row_place[high] < row_place[low])
    high, low = np.where(swap, low, high), np.where(swap, high, low)
    steps = len(size)
    same = row_step[high] == row_step[low]
    at = row_step[high[same]]
    own = row_place[high[same]] + row_place[low[same]] * size[at]
    step, before = row_step[high[~same]], row_step[low[~same]]
    head, head_before = (size - part.tail)[step], (size - part.tail)[before]
    tail = row_place[high[~same]] - head
    cell = tail + (row_place[low[~same]] - head_before) * part.tail[step]
    return (
        _sorted(own, factor[same], of[same], at, steps),
        _sorted(cell, factor[~same], of[~same], step, steps),
    )


@njit(cache=True)
def _pairs(
    start: np.ndarray, rows: np.ndarray, data: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """List the pairs of entries of every column, each with itself included."""
    total = 0
    for j in range(len(start) - 1):
        n = start[j + 1] - start[j]
        total += n * (n + 1) // 2
    one, two = np.empty(total, np.int64), np.empty(total, np.int64)
    factor, of = np.empty(total), np.empty(total, np.int64)
    at = 0
    for j in range(len(start) - 1):
        for p in range(start[j], start[j + 1]):
            for q in range(start[j], p + 1):
                one[at], two[at] = rows[p], rows[q]
                factor[at], of[at] = data[p] * data[q], j
                at += 1
    return one, two, factor, of


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
    row, limit, factor = _join(
        by_column.indptr, by_column.indices, by_column.data, first, part.limit_entry
    )
    border = part.limit_border
    entries = np.diff(border.indptr)[limit]
    again = np.repeat(np.arange(limit.size), entries)
    within = np.arange(again.size) - np.repeat(np.cumsum(entries) - entries, entries)
    at = border.indptr[limit[again]] + within
    return _Touch(row[again], limit[again], border.indices[at], factor[again] * border.data[at])


@njit(cache=True)
def _join(
    start: np.ndarray, rows: np.ndarray, data: np.ndarray, first: np.ndarray, entry: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    total = 0
    for j in range(len(start) - 1):
        total += (start[j + 1] - start[j]) * (first[j + 1] - first[j])
    row, limit, factor = np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total)
    at = 0
    for j in range(len(start) - 1):
        for p in range(start[j], start[j + 1]):
            for v in range(first[j], first[j + 1]):
                row[at], limit[at], factor[at] = rows[p], v, -data[p] * entry[v]
                at += 1
    return row, limit, factor


def _entries(matrix: sp.csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row, column and value of every entry."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return rows, matrix.indices, matrix.data


def _active(
    part: Partition, row_step: np.ndarray, period: np.ndarray, place: np.ndarray, touch: _Touch
) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Return each period's hot columns, and the slot of every hot column in every period."""
    rows, columns, _ = _entries(part.balance_border)
    periods = int(period[-1]) + 1
    used = np.zeros((periods, int(place.max(initial=-1)) + 1), dtype=bool)
    used[period[row_step[rows]], place[columns]] = True
    used[period[row_step[touch.row]], place[touch.border]] = True
    slots = np.where(used, np.cumsum(used, axis=1) - 1, -1)
    return tuple(np.flatnonzero(own) for own in used), slots


def _outer(
    part: Partition,
    row_step: np.ndarray,
    row_place: np.ndarray,
    size: np.ndarray,
    period: np.ndarray,
    place: np.ndarray,
    slots: np.ndarray,
    touch: _Touch,
) -> tuple[Products, Products, Products]:
    """Make the lists of the blocks towards the border."""
    steps = len(size)

    width = (slots >= 0).sum(axis=1) + part.link.shape[0]

    def cell(row: np.ndarray, slot: np.ndarray) -> np.ndarray:
        at: np.ndarray = row_place[row] * width[period[row_step[row]]] + slot
        return at

    slot = slots[period[row_step[touch.row]], place[touch.border]]
    outer = _sorted(cell(touch.row, slot), touch.factor, touch.limit, row_step[touch.row], steps)
    rows, columns, data = _entries(part.balance_border)
    slot = slots[period[row_step[rows]], place[columns]]
    constant = _sorted(cell(rows, slot), data, np.zeros(len(rows)), row_step[rows], steps)
    active = (slots >= 0).sum(axis=1)
    by_column = part.balance.tocsc()
    links, columns, data = _entries(part.link)
    count = np.diff(by_column.indptr)[columns]
    again = np.repeat(np.arange(columns.size), count)
    within = np.arange(again.size) - np.repeat(np.cumsum(count) - count, count)
    at = by_column.indptr[columns[again]] + within
    row = by_column.indices[at]
    slot = active[period[row_step[row]]] + links[again]
    linked = _sorted(
        cell(row, slot), by_column.data[at] * data[again], columns[again], row_step[row], steps
    )
    return outer, linked, constant


def _curvature(
    part: Partition, place: np.ndarray, hot: int
) -> tuple[Products, Products, np.ndarray]:
    """Make the lists of G' (Omega - Omega a a' Omega / Theta) G, free of cancellation."""
    limits = part.limit_border
    transposed = sp.csr_array(limits.T).tocsc()
    one, two, factor, of = _pairs(transposed.indptr, transposed.indices, transposed.data)
    curvature = _symmetric(place[one], place[two], factor, of, hot)
    same = np.flatnonzero(np.diff(part.limit_column) == 0)
    first = np.searchsorted(part.limit_column, part.limit_column)
    pairs = _limit_pairs(first, part.limit_column)
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
    one, two, factor, of = _pairs(turned.indptr, turned.indices, turned.data)
    return curvature, _symmetric(place[one], place[two], factor, of, hot), pairs


def _symmetric(
    one: np.ndarray, two: np.ndarray, factor: np.ndarray, of: np.ndarray, hot: int
) -> Products:
    """List products into the lower triangle of the border's block."""
    high, low = np.maximum(one, two).astype(np.int64), np.minimum(one, two).astype(np.int64)
    return Products(high + low * hot, factor, of.astype(np.int64), np.array([0, len(factor)]))


@njit(cache=True)
def _limit_pairs(first: np.ndarray, column: np.ndarray) -> np.ndarray:
    """List the pairs of limits of one column."""
    total = 0
    for v in range(len(column)):
        total += v - first[v]
    pairs = np.empty((total, 2), np.int64)
    at = 0
    for v in range(len(column)):
        for u in range(first[v], v):
            pairs[at, 0], pairs[at, 1] = u, v
            at += 1
    return pairs


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
    return Products(to, factor, limit[twice].astype(np.int64), np.array([0, len(to)]))
