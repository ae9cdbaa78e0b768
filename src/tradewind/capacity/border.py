"""The border's system: hot columns, a block for every zone, and the rows that tie them.

With P the Schur complement of hot columns, M the links and border rows on them and D what cold
columns give to those rows,

    P dz - M'dr = f,   M dz + D dr = g

is eliminated zone by zone: first its hot columns, then the rows that touch no other zone. What is
left, of all zones together, are the links, the rows of several zones and those of cold columns
alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.linalg import blas

from tradewind.capacity.joins import Products, pairs_of
from tradewind.capacity.steps import cholesky, fill

SHARED = -1


@dataclass(frozen=True, eq=False)
class Touched:
    """Positions of a zone's hot columns; the links and border rows that touch it."""

    columns: np.ndarray
    rows: np.ndarray


@dataclass(eq=False)
class _Zone:
    """A zone: its hot columns, its own rows, the shared rows that touch it, and its factors.

    ``half`` is L^-1 M' of all its rows, own ones first, with L the factor of P; ``lower`` the
    factor of its own rows and ``across`` its inverse times what joins them with shared rows.
    """

    columns: np.ndarray
    rows: np.ndarray
    shared: np.ndarray
    links: np.ndarray
    entries: np.ndarray
    cells: slice
    hot: np.ndarray = field(init=False)
    half: np.ndarray = field(init=False)
    lower: np.ndarray = field(init=False)
    across: np.ndarray = field(init=False)


class Border:
    """Factors of the border; ``factor`` for new weights, then ``solve``.

    Parameters
    ----------
    zones : sequence of Touched
    hot : ndarray, (links and border rows, hot columns)
    cold : csc_array, (links and border rows, cold columns)
    links : int
        Rows that are links, the first ones.
    """

    def __init__(
        self, zones: Sequence[Touched], hot: np.ndarray, cold: sp.csc_array, links: int
    ) -> None:
        owner = _owners(zones, cold, links)
        self.shared = np.flatnonzero(owner == SHARED)
        self.links = links
        self.zones: list[_Zone] = []
        first = 0
        for number, zone in enumerate(zones):
            own = np.flatnonzero(owner == number)
            met = np.flatnonzero(np.isin(self.shared, zone.rows))
            rows = np.concatenate([own, self.shared[met]])
            last = first + own.size * (own.size + self.shared.size)
            self.zones.append(
                _Zone(
                    zone.columns, own, met, rows[own.size :][rows[own.size :] < links],
                    np.asfortranarray(hot[np.ix_(rows, zone.columns)].T), slice(first, last),
                )
            )  # fmt: skip
            first = last
        self.cells = np.zeros(first + self.shared.size**2)
        self.cold = self._cells_of_cold(owner, cold)

    def _cells_of_cold(self, owner: np.ndarray, cold: sp.csc_array) -> Products:
        """List where the products of two rows of a cold column go."""
        one, two, factor, of = pairs_of(cold.indptr, cold.indices, cold.data)
        place = np.zeros(len(owner), dtype=np.int64)
        place[self.shared] = np.arange(self.shared.size)
        for zone in self.zones:
            place[zone.rows] = np.arange(zone.rows.size)
        # Own rows before shared ones; the lower triangle of blocks of one kind.
        swap = (owner[one] == SHARED) & (owner[two] != SHARED)
        swap |= (owner[one] == owner[two]) & (place[one] > place[two])
        low, high = np.where(swap, two, one), np.where(swap, one, two)
        to = len(self.cells) - self.shared.size**2 + place[high] + place[low] * self.shared.size
        for number, zone in enumerate(self.zones):
            own = owner[low] == number
            size, inside = zone.rows.size, owner[high] == number
            column = np.where(inside, place[low], size + place[high])
            row = np.where(inside, place[high], place[low])
            to[own] = (zone.cells.start + row + column * size)[own]
        return Products(
            to.astype(np.int32), factor, of.astype(np.int32), np.array([0, len(factor)])
        )

    def factor(
        self, hot: np.ndarray, linked: np.ndarray, links: np.ndarray, cold_inverse: np.ndarray
    ) -> None:
        """Factor for P (lower triangle), links by hot columns and by links, and weights of D.

        Raises
        ------
        Breakdown
            If rounding makes a block indefinite.
        """
        self.cells[:] = 0.0
        fill(self.cells, self.cold, cold_inverse, 0)
        size = self.shared.size
        last = self.cells[len(self.cells) - size**2 :].reshape((size, size), order="F")
        last[: self.links, : self.links] += links
        for zone in self.zones:
            own = zone.rows.size
            entries = zone.entries.copy(order="F")
            entries[:, own : own + zone.links.size] += linked[np.ix_(zone.links, zone.columns)].T
            zone.hot = cholesky(hot[np.ix_(zone.columns, zone.columns)]).T
            zone.half = half = blas.dtrsm(1.0, zone.hot, entries, trans_a=1)
            cells = self.cells[zone.cells].reshape((own, own + size), order="F")
            mine, theirs = half[:, :own], half[:, own:]
            across = cells[:, own:].copy(order="F")
            across[:, zone.shared] += mine.T @ theirs
            zone.lower = cholesky(cells[:, :own] + mine.T @ mine).T
            zone.across = blas.dtrsm(1.0, zone.lower, across, trans_a=1) if own else across
            last[np.ix_(zone.shared, zone.shared)] += theirs.T @ theirs
            last -= zone.across.T @ zone.across
        self.last = cholesky(last).T

    def solve(self, of_hot: np.ndarray, of_rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the changes of hot columns, and of the duals of links and border rows."""
        rows = of_rows.copy()
        ahead = []
        for zone in self.zones:
            first = _before(zone.hot, of_hot[zone.columns])
            pulled = zone.half.T @ first
            rows[zone.rows] -= pulled[: zone.rows.size]
            rows[self.shared[zone.shared]] -= pulled[zone.rows.size :]
            second = _before(zone.lower, rows[zone.rows])
            rows[self.shared] -= zone.across.T @ second
            ahead.append((first, second))
        shared = _after(self.last, _before(self.last, rows[self.shared]))
        rows[self.shared] = shared
        columns = np.empty_like(of_hot)
        for zone, (first, second) in zip(self.zones, ahead, strict=True):
            own = _after(zone.lower, second - zone.across @ shared)
            rows[zone.rows] = own
            pushed = zone.half @ np.concatenate([own, shared[zone.shared]])
            columns[zone.columns] = _after(zone.hot, first + pushed)
        return columns, rows


def _owners(zones: Sequence[Touched], cold: sp.csc_array, links: int) -> np.ndarray:
    """Return the zone that has a row to itself; ``SHARED`` where no zone has or several do."""
    count, owner = np.zeros(cold.shape[0], dtype=np.int64), np.full(cold.shape[0], SHARED)
    for number, zone in enumerate(zones):
        count[zone.rows] += 1
        owner[zone.rows] = number
    owner[count > 1] = SHARED
    owner[:links] = SHARED
    # A cold column that joins rows of two zones makes them shared.
    column = np.repeat(np.arange(cold.shape[1]), np.diff(cold.indptr))
    held = owner[cold.indices] != SHARED
    least = np.full(cold.shape[1], len(zones))
    most = np.full(cold.shape[1], SHARED)
    np.minimum.at(least, column[held], owner[cold.indices[held]])
    np.maximum.at(most, column[held], owner[cold.indices[held]])
    owner[cold.indices[(least < most)[column]]] = SHARED
    return owner


def _before(upper: np.ndarray, rhs: np.ndarray) -> np.ndarray:
    """Solve with the transpose of an upper triangle."""
    if rhs.size == 0:
        return rhs
    solution: np.ndarray = blas.dtrsv(upper, rhs, trans=1)
    return solution


def _after(upper: np.ndarray, rhs: np.ndarray) -> np.ndarray:
    """Solve with an upper triangle."""
    if rhs.size == 0:
        return rhs
    solution: np.ndarray = blas.dtrsv(upper, rhs)
    return solution
