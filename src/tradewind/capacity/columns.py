"""Local columns and what each stands in, in one pass: rows, limits with capacities, links.

Passes of matrices one after another would read and write a vector of all columns for each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numba import njit

from tradewind.capacity.partition import Partition


class Entries(NamedTuple):
    """Entries of a matrix, row by row: where each row begins, columns, values."""

    at: np.ndarray
    to: np.ndarray
    value: np.ndarray


class Limits(NamedTuple):
    """Limits, which are sorted by column: where each column's begin, and its entry in each."""

    at: np.ndarray
    value: np.ndarray


class Columns(NamedTuple):
    """What local columns stand in: balance rows, limits with their border columns, link rows."""

    rows: Entries
    limits: Limits
    capacities: Entries
    links: Entries


def columns_of(part: Partition, balance_t: sp.csr_array, link_t: sp.csr_array) -> Columns:
    """List what the local columns of a partition stand in."""
    limits = np.searchsorted(part.limit_column, np.arange(len(part.cost) + 1))
    return Columns(
        _entries(balance_t),
        Limits(limits, part.limit_entry),
        _entries(part.limit_border),
        _entries(link_t),
    )


def _entries(matrix: sp.csr_array) -> Entries:
    return Entries(matrix.indptr, matrix.indices, matrix.data)


@njit(cache=True, nogil=True)
def take_force(
    c: Columns,
    inverse: np.ndarray,
    pull: np.ndarray,
    force: np.ndarray,
    need: np.ndarray,
    link_need: np.ndarray,
    towards: np.ndarray,
) -> None:
    """Take what columns do under a force (Theta dx = force) off rows, links and capacities."""
    row_at, row, entry = c.rows
    limit_at = c.limits.at
    border_at, border, border_entry = c.capacities
    link_at, link, link_entry = c.links
    for j in range(len(force)):
        step = force[j] * inverse[j]
        if step != 0.0:
            for e in range(row_at[j], row_at[j + 1]):
                need[row[e]] -= entry[e] * step
            for e in range(link_at[j], link_at[j + 1]):
                link_need[link[e]] -= link_entry[e] * step
            for v in range(limit_at[j], limit_at[j + 1]):
                for e in range(border_at[v], border_at[v + 1]):
                    towards[border[e]] -= border_entry[e] * pull[v] * step


@njit(cache=True, nogil=True)
def onto_border(
    c: Columns, inverse: np.ndarray, pull: np.ndarray, y: np.ndarray, capacities: int, links: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return what duals of balance rows do, by way of columns, to capacities and to links."""
    row_at, row, entry = c.rows
    limit_at = c.limits.at
    border_at, border, border_entry = c.capacities
    link_at, link, link_entry = c.links
    towards, gathered = np.zeros(capacities), np.zeros(links)
    for j in range(len(inverse)):
        if limit_at[j] < limit_at[j + 1] or link_at[j] < link_at[j + 1]:
            step = 0.0
            for e in range(row_at[j], row_at[j + 1]):
                step += entry[e] * y[row[e]]
            step *= inverse[j]
            for e in range(link_at[j], link_at[j + 1]):
                gathered[link[e]] += link_entry[e] * step
            for v in range(limit_at[j], limit_at[j + 1]):
                for e in range(border_at[v], border_at[v + 1]):
                    towards[border[e]] -= border_entry[e] * pull[v] * step
    return towards, gathered


@njit(cache=True, nogil=True)
def from_border(
    c: Columns,
    inverse: np.ndarray,
    pull: np.ndarray,
    z: np.ndarray,
    pushed: np.ndarray,
    need: np.ndarray,
) -> np.ndarray:
    """Return the force of capacities and links on columns; take what that does off rows."""
    row_at, row, entry = c.rows
    limit_at = c.limits.at
    border_at, border, border_entry = c.capacities
    link_at, link, link_entry = c.links
    force = np.zeros(len(inverse))
    for j in range(len(inverse)):
        if limit_at[j] < limit_at[j + 1] or link_at[j] < link_at[j + 1]:
            total = 0.0
            for e in range(link_at[j], link_at[j + 1]):
                total += link_entry[e] * pushed[link[e]]
            for v in range(limit_at[j], limit_at[j + 1]):
                for e in range(border_at[v], border_at[v + 1]):
                    total -= pull[v] * border_entry[e] * z[border[e]]
            force[j] = total
            step = total * inverse[j]
            for e in range(row_at[j], row_at[j + 1]):
                need[row[e]] -= entry[e] * step
    return force


@njit(cache=True, nogil=True)
def steps_of(
    c: Columns, inverse: np.ndarray, force: np.ndarray, other: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Return the steps of columns under two forces and duals of balance rows."""
    row_at, row, entry = c.rows
    step = np.empty(len(inverse))
    for j in range(len(inverse)):
        total = force[j] + other[j]
        for e in range(row_at[j], row_at[j + 1]):
            total += entry[e] * y[row[e]]
        step[j] = total * inverse[j]
    return step


@njit(cache=True, nogil=True)
def limit_forces(
    c: Columns,
    omega: np.ndarray,
    weight: np.ndarray,
    wanted: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    y: np.ndarray,
    pushed: np.ndarray,
) -> np.ndarray:
    """Return the force of limits, omega (a dx + G dz), at a solution.

    Where a limit binds, a dx + G dz is a small difference of large numbers. So the force of each
    column's stiffest limit is taken from the column's own balance of forces.
    """
    row_at, row, entry = c.rows
    limit_at, limit_entry = c.limits
    border_at, border, border_entry = c.capacities
    link_at, link, link_entry = c.links
    force = np.empty(len(omega))
    for j in range(len(x)):
        first, last = limit_at[j], limit_at[j + 1]
        if first == last:
            continue
        rest, stiffest = wanted[j] - weight[j] * x[j], first
        for e in range(row_at[j], row_at[j + 1]):
            rest += entry[e] * y[row[e]]
        for e in range(link_at[j], link_at[j + 1]):
            rest += link_entry[e] * pushed[link[e]]
        for v in range(first, last):
            reach = limit_entry[v] * x[j]
            for e in range(border_at[v], border_at[v + 1]):
                reach += border_entry[e] * z[border[e]]
            force[v] = omega[v] * reach
            rest -= limit_entry[v] * force[v]
            if omega[v] * limit_entry[v] ** 2 > omega[stiffest] * limit_entry[stiffest] ** 2:
                stiffest = v
        force[stiffest] += rest / limit_entry[stiffest]
    return force
