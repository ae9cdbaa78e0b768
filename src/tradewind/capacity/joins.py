"""Pairs of entries that meet in a product of sparse matrices: loops, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit


class Products(NamedTuple):
    """Products to be added up: cell, factor, number of the weight; ``start`` by block."""

    to: np.ndarray
    factor: np.ndarray
    of: np.ndarray
    start: np.ndarray


@njit(cache=True)
def pairs_of(
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


@njit(cache=True)
def joined(
    start: np.ndarray, rows: np.ndarray, data: np.ndarray, first: np.ndarray, entry: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pair the entries of every column with its limits: row, limit, minus the product."""
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


@njit(cache=True)
def limit_pairs(first: np.ndarray, column: np.ndarray) -> np.ndarray:
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
