"""What follows from duals of rows and steps of capacities: those of local columns, and limits."""

from __future__ import annotations

import numpy as np
from numba import njit

from tradewind.capacity.columns import NEAR, Columns, Three, onto_links


@njit(cache=True, nogil=True)
def from_rows(
    c: Columns,
    first: int,
    last: int,
    inverse: np.ndarray,
    y: np.ndarray,
    pushed: np.ndarray,
    before: tuple[np.ndarray, np.ndarray],
    x: np.ndarray,
    force: np.ndarray,
) -> None:
    """Add what duals of rows do to steps and forces as they were; links have made their steps."""
    row_at, row, entry = c.rows
    x_before, force_before = before
    for j in range(first, last):
        total = 0.0
        for e in range(row_at[j], row_at[j + 1]):
            total += entry[e] * y[row[e]]
        x[j] = x_before[j] + total * inverse[j]
        force[j] = force_before[j] + total
    if c.link_rows:
        for j in range(first, last):
            for e in range(c.links.at[j], c.links.at[j + 1]):
                force[j] += c.links.value[e] * pushed[c.links.to[e]]


@njit(cache=True, nogil=True)
def settle(
    c: Columns,
    first: int,
    last: int,
    weights: Three,
    z: np.ndarray,
    x: np.ndarray,
    drive: np.ndarray,
    of_limits: tuple[np.ndarray, np.ndarray],
    sums: np.ndarray,
) -> None:
    """Find what limits reach and their force at a solution; take that off capacities.

    Limits reach a dx + G dz and push back with omega times that. Where a limit binds, it is a small
    difference of large numbers. So the force of each column's stiffest limit is taken from the
    column's own balance of forces, of which ``drive`` is all but those of bounds and limits.
    """
    weight, omega, stiffest = weights
    reach, force = of_limits
    limit_at, of, by = c.limits
    at, _, limit, border, entry = c.capacities
    rest = np.empty(NEAR)
    for begin in range(first, last, NEAR):
        end = min(begin + NEAR, last)
        for v in range(limit_at[begin], limit_at[end]):
            reach[v] = by[v] * x[of[v]]
        for e in range(at[begin], at[end]):
            reach[limit[e]] += entry[e] * z[border[e]]
        for j in range(begin, end):
            rest[j - begin] = drive[j] - weight[j] * x[j]
        for v in range(limit_at[begin], limit_at[end]):
            force[v] = omega[v] * reach[v]
            rest[of[v] - begin] -= by[v] * force[v]
        for v in range(limit_at[begin], limit_at[end]):
            force[v] += stiffest[v] * rest[of[v] - begin] / by[v]
        for e in range(at[begin], at[end]):
            sums[border[e]] -= entry[e] * force[limit[e]]


@njit(cache=True)
def stiffest_of(c: Columns, omega: np.ndarray) -> np.ndarray:
    """Return, of limits, one for every column's stiffest and zero for its others."""
    stiffest = np.zeros(len(omega))
    for j in range(len(c.limits.at) - 1):
        begin, end = c.limits.at[j], c.limits.at[j + 1]
        if begin < end:
            first = begin
            for v in range(begin, end):
                if omega[v] * c.limits.value[v] ** 2 > omega[first] * c.limits.value[first] ** 2:
                    first = v
            stiffest[first] = 1.0
    return stiffest


@njit(cache=True, nogil=True)
def step_and_settle(
    c: Columns,
    first: int,
    last: int,
    inverse: np.ndarray,
    more: Three,
    before: tuple[np.ndarray, np.ndarray],
    weights: Three,
    z: np.ndarray,
    x: np.ndarray,
    drive: np.ndarray,
    of_limits: tuple[np.ndarray, np.ndarray],
    sums: np.ndarray,
) -> None:
    """Let local columns follow from what duals were found, then limits from all of them."""
    _, y, pushed = more
    for begin in range(first, last, NEAR):
        end = min(begin + NEAR, last)
        from_rows(c, begin, end, inverse, y, pushed, before, x, drive)
        settle(c, begin, end, weights, z, x, drive, of_limits, sums)
        if c.link_rows:
            onto_links(c, begin, end, x, sums)
