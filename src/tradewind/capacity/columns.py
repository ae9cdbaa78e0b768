"""Local columns and what each stands in, in one pass: rows, limits with capacities, links.

Passes of matrices one after another would read and write a vector of all columns for each. Passes
go over columns (or rows) ``first`` to ``last`` and write to no others, so that threads may share
them (``crew``): what they add to capacities and links goes to sums of their own, capacities first.
They make no vectors: numba's of millions of columns take longer to come by than to fill, NumPy's,
which are asked for in large pages, do not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numba import njit

from tradewind.capacity.partition import Partition

NEAR = 1024
"""Columns whose numbers stay in a core's own memory from one loop to the next."""


class Entries(NamedTuple):
    """Entries of a matrix, row by row: where each row begins, columns, values."""

    at: np.ndarray
    to: np.ndarray
    value: np.ndarray


class Limits(NamedTuple):
    """Limits, sorted by column: where each column's begin, each one's column, its entry there."""

    at: np.ndarray
    column: np.ndarray
    value: np.ndarray


class Capacities(NamedTuple):
    """Entries of border columns in limits, sorted: where each column's begin, and of each entry
    its local column, limit, border column and value.
    """

    at: np.ndarray
    column: np.ndarray
    limit: np.ndarray
    border: np.ndarray
    value: np.ndarray


class Columns(NamedTuple):
    """What local columns stand in: balance rows, limits with their border columns, link rows."""

    rows: Entries
    limits: Limits
    capacities: Capacities
    links: Entries
    link_rows: int


Three = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Vectors that go together."""


def columns_of(part: Partition, balance_t: sp.csr_array, link_t: sp.csr_array) -> Columns:
    """List what the local columns of a partition stand in."""
    at, of = np.searchsorted(part.limit_column, np.arange(len(part.cost) + 1)), part.limit_column
    each = np.repeat(np.arange(len(of)), np.diff(part.limit_border.indptr))
    return Columns(
        entries_of(balance_t),
        Limits(_small(at), _small(of), part.limit_entry),
        Capacities(
            _small(part.limit_border.indptr[at]),
            _small(of[each]),
            _small(each),
            _small(part.limit_border.indices),
            part.limit_border.data,
        ),
        entries_of(link_t),
        part.link.shape[0],
    )


def _small(places: np.ndarray) -> np.ndarray:
    # Unsigned, so that no loop asks whether to count from the end.
    return places.astype(np.uint32)


def entries_of(matrix: sp.csr_array) -> Entries:
    """Return the entries of a matrix, with small numbers for places."""
    return Entries(_small(matrix.indptr), _small(matrix.indices), matrix.data)


@njit(cache=True, nogil=True)
def rows_left(
    local: Entries,
    border: Entries,
    first: int,
    last: int,
    wanted: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    left: np.ndarray,
) -> None:
    """Find what rows want less what columns give."""
    for i in range(first, last):
        total = wanted[i]
        for e in range(local.at[i], local.at[i + 1]):
            total -= local.value[e] * x[local.to[e]]
        for e in range(border.at[i], border.at[i + 1]):
            total -= border.value[e] * z[border.to[e]]
        left[i] = total


@njit(cache=True, nogil=True)
def gather_force(
    c: Columns,
    first: int,
    last: int,
    push: np.ndarray,
    press: np.ndarray,
    limit: np.ndarray,
    dual: np.ndarray,
    force: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Sum what bounds, limits and excess (``dual``, or nothing) do to columns and capacities."""
    at, _, of, border, entry = c.capacities
    if len(dual):
        for j in range(first, last):
            force[j] = push[j] - press[j] - dual[j]
    else:
        for j in range(first, last):
            force[j] = push[j] - press[j]
    for v in range(c.limits.at[first], c.limits.at[last]):
        force[c.limits.column[v]] -= c.limits.value[v] * limit[v]
    for e in range(at[first], at[last]):
        sums[border[e]] -= entry[e] * limit[of[e]]


@njit(cache=True, nogil=True)
def take_force(
    c: Columns,
    first: int,
    last: int,
    inverse: np.ndarray,
    pull: np.ndarray,
    force: np.ndarray,
    x: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Find what columns do under a force (Theta dx = force); take it off links and capacities."""
    for begin in range(first, last, NEAR):
        end = min(begin + NEAR, last)
        for j in range(begin, end):
            x[j] = force[j] * inverse[j]
        take_steps(c, begin, end, pull, x, sums)


@njit(cache=True, nogil=True)
def onto_border(
    c: Columns,
    first: int,
    last: int,
    inverse: np.ndarray,
    pull: np.ndarray,
    y: np.ndarray,
    x: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Find what duals of balance rows make of columns; take it off links and capacities."""
    row_at, row, entry = c.rows
    for begin in range(first, last, NEAR):
        end = min(begin + NEAR, last)
        for j in range(begin, end):
            total = 0.0
            for e in range(row_at[j], row_at[j + 1]):
                total += entry[e] * y[row[e]]
            x[j] = total * inverse[j]
        take_steps(c, begin, end, pull, x, sums)


@njit(cache=True, nogil=True)
def take_steps(
    c: Columns, first: int, last: int, pull: np.ndarray, x: np.ndarray, sums: np.ndarray
) -> None:
    """Take steps of columns off links, and off capacities by way of limits."""
    at, column, limit, border, entry = c.capacities
    for e in range(at[first], at[last]):
        sums[border[e]] -= entry[e] * pull[limit[e]] * x[column[e]]
    if c.link_rows:
        onto_links(c, first, last, x, sums)


@njit(cache=True, nogil=True)
def onto_links(c: Columns, first: int, last: int, x: np.ndarray, sums: np.ndarray) -> None:
    """Take steps of columns off links."""
    links = len(sums) - c.link_rows
    for j in range(first, last):
        for e in range(c.links.at[j], c.links.at[j + 1]):
            sums[links + c.links.to[e]] -= c.links.value[e] * x[j]


@njit(cache=True, nogil=True)
def from_border(
    c: Columns,
    first: int,
    last: int,
    inverse: np.ndarray,
    pull: np.ndarray,
    force: np.ndarray,
    z: np.ndarray,
    pushed: np.ndarray,
    x: np.ndarray,
) -> None:
    """Find what columns do under a force (or none), that of capacities and that of links."""
    at, column, limit, border, entry = c.capacities
    link_at, link, link_entry = c.links
    for begin in range(first, last, NEAR):
        end = min(begin + NEAR, last)
        for j in range(begin, end):
            x[j] = force[j] * inverse[j] if len(force) else 0.0
        for e in range(at[begin], at[end]):
            x[column[e]] -= inverse[column[e]] * pull[limit[e]] * entry[e] * z[border[e]]
        if c.link_rows:
            for j in range(begin, end):
                for e in range(link_at[j], link_at[j + 1]):
                    x[j] += inverse[j] * link_entry[e] * pushed[link[e]]
