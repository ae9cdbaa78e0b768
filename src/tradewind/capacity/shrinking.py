"""A linear programme while it shrinks, what every reduction needs, and how one is undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.programme import Programme

SLACK = 1e-9
"""Relative excess of a lower over an upper bound that is still rounding."""


class Clash(Exception):
    """Bounds that exclude each other: the programme has no solution."""


@dataclass(eq=False)
class State:
    """A programme while it shrinks; ``rows`` and ``columns`` are numbers in the first one."""

    matrix: sp.csr_array
    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    offset: float


class Undo:
    """Recovers what one reduction took away; all numbers are those of the first programme.

    A year of hours has room for what recovery needs and no more: rows and columns that were taken
    away are still zero when their turn comes, so that only entries beside others are kept.
    """

    def primal(self, x: np.ndarray) -> None:
        """Fill in values of columns."""

    def dual(self, y: np.ndarray) -> None:
        """Fill in duals of rows."""


Outcome = tuple[State, Undo | None]


def seen_by(state: State, columns: np.ndarray, programme: Programme) -> sp.csr_array:
    """Return A' of some columns, its own columns numbered as rows of the first programme."""
    held = sp.csc_array(state.matrix[:, columns])
    shape = (len(columns), programme.shape[0])
    return sp.csr_array((held.data, state.rows[held.indices], held.indptr), shape=shape)


def without(state: State, rows: np.ndarray, columns: np.ndarray, **changed: Any) -> State:
    """Keep the rows and columns marked True."""
    matrix = changed.pop("matrix", state.matrix)
    if not columns.all():
        matrix = sp.csr_array(matrix[:, columns])
    if not rows.all():
        matrix = sp.csr_array(matrix[rows])
    get = {**state.__dict__, **changed}
    return State(
        matrix,
        get["cost"][columns],
        get["lower"][columns],
        get["upper"][columns],
        get["row_lower"][rows],
        get["row_upper"][rows],
        state.rows[rows],
        state.columns[columns],
        get["offset"],
    )


def tightest(
    bound: np.ndarray,
    column: np.ndarray,
    value: np.ndarray,
    row: np.ndarray,
    entry: np.ndarray,
    sign: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return bounds tightened by rows, the row that did it (or -1), and its entry."""
    tight = sign * bound
    np.maximum.at(tight, column, sign * value)
    source, of = np.full(len(bound), -1), np.ones(len(bound))
    did = (sign * value >= tight[column]) & (sign * value > sign * bound[column])
    source[column[did]], of[column[did]] = row[did], entry[did]
    return sign * tight, source, of


def meet(lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Let bounds that cross by rounding meet; refuse those that cross by more."""
    crossed = lower > upper
    if crossed.any():
        excess = (lower - upper)[crossed]
        if np.any(excess > SLACK * (1.0 + np.abs(lower[crossed]))):
            raise Clash
        return np.where(crossed, lower, upper)
    return upper


def entries_of(matrix: sp.csr_array, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Return single entries of a matrix."""
    if row.size == 0:
        return np.zeros(0)
    return np.asarray(matrix[row, column]).ravel()
