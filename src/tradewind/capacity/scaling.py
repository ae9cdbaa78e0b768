"""Scale a programme so that its entries are near one (Ruiz 2001, RAL-TR-2001-034)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.programme import Programme

ROUNDS = 6
SIZE = 64.0
"""Largest right-hand side of an equality, about, after scaling."""


@dataclass(frozen=True, eq=False)
class Scaling:
    """How a programme was scaled: columns are x / column, rows times ``row``, costs over ``cost``.

    Attributes
    ----------
    row, column : ndarray
        What the entries ask for, rows over and columns times ``size``.
    size, cost : float
        What is asked for, and what it costs at most.
    """

    row: np.ndarray
    column: np.ndarray
    size: float
    cost: float

    def recover(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return columns and duals in the first programme's units."""
        return x * self.column, y * self.row * self.cost


def scaled(programme: Programme, like: Scaling | None = None) -> tuple[Programme, Scaling]:
    """Scale rows, columns, sizes and cost by powers of two.

    Parameters
    ----------
    programme : Programme
    like : Scaling, optional
        Of another programme with the same matrix.
    """
    held = programme.matrix
    data = held.data.copy()
    if like is None:
        row, column = np.ones(held.shape[0]), np.ones(held.shape[1])
        for _ in range(ROUNDS):
            by_row, by_column = (_power(1.0 / np.sqrt(m)) for m in _largest(held, np.abs(data)))
            _multiply(held, data, by_row, by_column)
            row *= by_row
            column *= by_column
    else:
        row, column = like.row * like.size, like.column / like.size
        _multiply(held, data, row, column)
    met = _size(programme, row)
    row /= met
    column *= met
    cost = programme.cost * column
    unit = float(_power(np.array([max(float(np.abs(cost).max(initial=0.0)), 1e-300)]))[0])
    programme = replace(
        programme,
        matrix=sp.csr_array((data, held.indices, held.indptr), shape=held.shape),
        cost=cost / unit,
        lower=programme.lower / column,
        upper=programme.upper / column,
        row_lower=programme.row_lower * row,
        row_upper=programme.row_upper * row,
        offset=0.0,
    )
    return programme, Scaling(row, column, met, unit)


def _multiply(held: sp.csr_array, data: np.ndarray, row: np.ndarray, column: np.ndarray) -> None:
    """Multiply entries by numbers of their rows and columns, in place."""
    data *= np.repeat(row, np.diff(held.indptr))
    data *= column[held.indices]


def _size(programme: Programme, row: np.ndarray) -> float:
    """Return a power of two near the size of what has to be met, over ``SIZE``."""
    equal = programme.row_lower == programme.row_upper
    asked = np.abs(programme.row_lower[equal] * row[equal])
    if not np.any(asked > 0.0):
        bounds = [programme.lower, programme.upper, programme.row_lower, programme.row_upper]
        asked = np.abs(np.concatenate([b[np.isfinite(b)] for b in bounds]))
    asked = asked[asked > 0.0]
    return float(_power(np.array([asked.max() / SIZE]))[0]) if asked.size else 1.0


def _largest(held: sp.csr_array, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest size of every row's and column's entries; one where there is none."""
    by_row, by_column = np.zeros(held.shape[0]), np.zeros(held.shape[1])
    filled = np.diff(held.indptr) > 0
    by_row[filled] = np.maximum.reduceat(size, held.indptr[:-1][filled])
    np.maximum.at(by_column, held.indices, size)
    return np.where(by_row > 0.0, by_row, 1.0), np.where(by_column > 0.0, by_column, 1.0)


def _power(values: np.ndarray) -> np.ndarray:
    """Round to powers of two, which multiply without error."""
    power: np.ndarray = np.exp2(np.round(np.log2(values)))
    return power
