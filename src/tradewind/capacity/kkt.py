"""The system of one interior-point iteration, factored along time.

With Theta the weights of local columns and omega those of limits (``weights``), the iteration asks
for dx, dz, dy, dl, dr with

    dx = (f + A'dy + E'dl - a omega G dz) / Theta
    S dy + C dz + C_l dl = ...                        S = A Theta^-1 A'

S is block tridiagonal: steps meet only in their tails. One pass of Cholesky factors along time
gives S^-1 and the border's Schur complement P = H + C'S^-1 C, a sum of positive parts, with a block
for every zone. Cold border columns are a diagonal; links and border rows, which tie zones together,
follow by a last, small Cholesky. The work grows linearly with the number of steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.border import Border, Touched
from tradewind.capacity.columns import (
    columns_of,
    from_border,
    onto_border,
    steps_of,
    take_force,
)
from tradewind.capacity.partition import Partition
from tradewind.capacity.pattern import Pattern
from tradewind.capacity.steps import Steps, fill


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of an iteration: of local columns' bounds, of limits, of border columns' bounds."""

    local: np.ndarray
    limit: np.ndarray
    border: np.ndarray


@dataclass(frozen=True, eq=False)
class Residual:
    """Right-hand sides: of local and border columns' duals, balance, link and border rows."""

    local: np.ndarray
    border: np.ndarray
    balance: np.ndarray
    link: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True, eq=False)
class Direction:
    """Changes of local and border columns, and of the duals of balance, link and border rows."""

    local: np.ndarray
    border: np.ndarray
    balance: np.ndarray
    link: np.ndarray
    rows: np.ndarray


class System:
    """The system of a partition; ``factor`` for new weights, then ``solve`` as often as wanted."""

    def __init__(self, part: Partition, pattern: Pattern) -> None:
        self.part, self.pattern = part, pattern
        self.hot = pattern.hot
        self.cold = np.setdiff1d(np.arange(len(part.border_cost)), self.hot)
        self.balance_t = sp.csr_array(part.balance.T)
        self.balance_border_t = sp.csr_array(part.balance_border.T)
        self.limit_border_t = sp.csr_array(part.limit_border.T)
        self.link_t = sp.csr_array(part.link.T)
        self.link_border_t = sp.csr_array(part.link_border.T)
        self.border_t = sp.csr_array(part.border.T)
        self.links = part.link.shape[0]
        duals = sp.csc_array(sp.vstack([part.link_border, part.border], format="csc"))
        self.duals_cold = sp.csr_array(duals[:, self.cold])
        on_hot = np.asarray(duals[:, self.hot].todense())
        cold = sp.csc_array(duals[:, self.cold])
        self.border = Border(self._zones(on_hot), on_hot, cold, self.links)
        self.steps = Steps(part, pattern)
        self.columns = columns_of(part, self.balance_t, self.link_t)

    def _zones(self, on_hot: np.ndarray) -> list[Touched]:
        """Return every zone's hot columns, and the links and border rows that touch it."""
        part, pattern, links = self.part, self.pattern, self.links
        zone = part.border_zone[self.hot]
        first = np.flatnonzero(np.diff(pattern.chain, prepend=-1))
        touched = on_hot != 0.0
        touched[pattern.link_border.to % max(links, 1), pattern.link_border.to // max(links, 1)] = (
            True
        )
        found = []
        for number in np.unique(zone):
            columns = np.flatnonzero(zone == number)
            rows = touched[:, columns].any(axis=1)
            for chain in np.flatnonzero(part.block_zone[first] == number):
                active = pattern.active[chain]
                rows[active[active >= self.hot.size] - self.hot.size] = True
            found.append(Touched(columns, np.flatnonzero(rows)))
        return found

    def factor(self, weights: Weights) -> None:
        """Factor the system for new weights.

        Raises
        ------
        Breakdown
            If rounding makes a block indefinite.
        """
        part, pattern = self.part, self.pattern
        self.weights, self.pull = weights, weights.limit * part.limit_entry
        inverse = 1.0 / (weights.local + self.by_column(weights.limit * part.limit_entry**2))
        self.inverse = inverse
        ratio = weights.limit * inverse[part.limit_column]
        hot = self.hot.size
        gram = self.steps.factor(inverse, ratio)
        curved = np.zeros(hot * hot)
        fill(curved, pattern.curvature, ratio * weights.local[part.limit_column], 0)
        pairs = pattern.crossing_pairs
        crossing = ratio[pairs[:, 0]] * weights.limit[pairs[:, 1]]
        fill(curved, pattern.crossing, crossing, 0)
        own = curved.reshape((hot, hot), order="F") + gram[:hot, :hot]
        own[np.diag_indices(hot)] += weights.border[self.hot]
        self.cold_inverse = 1.0 / weights.border[self.cold]
        across = np.zeros(self.links * hot)
        fill(across, pattern.link_border, ratio, 0)
        linked = across.reshape((self.links, hot), order="F") - gram[hot:, :hot]
        links = (part.link @ sp.diags_array(inverse) @ part.link.T).todense() - gram[hot:, hot:]
        self.border.factor(own, linked, np.asarray(links), self.cold_inverse)

    def by_column(self, of_limits: np.ndarray) -> np.ndarray:
        """Add numbers of limits to their columns."""
        return np.bincount(self.part.limit_column, of_limits, len(self.part.cost))

    def solve(self, rhs: Residual) -> Direction:
        """Solve the system for a right-hand side.

        ``local`` and ``border`` stand for what Theta dx - A'dy ... must equal, the others for what
        the rows must gain.
        """
        part, columns, inverse, pull = self.part, self.columns, self.inverse, self.pull
        towards, need, link_need = rhs.border.copy(), rhs.balance.copy(), rhs.link.copy()
        take_force(columns, inverse, pull, rhs.local, need, link_need, towards)
        first = self.steps.solve(need)
        hot, cold, links = self.hot, self.cold, self.links
        gathered, linked = onto_border(columns, inverse, pull, first, len(towards), links)
        gathered += self.balance_border_t @ first
        f_dual = np.concatenate([link_need - linked, rhs.rows])
        f_dual -= self.duals_cold @ (self.cold_inverse * towards[cold])
        z = np.empty(len(part.border_cost))
        z[hot], dual = self.border.solve(towards[hot] + gathered[hot], f_dual)
        z[cold] = self.cold_inverse * (towards[cold] + self.duals_cold.T @ dual)
        dl, dr = dual[:links], dual[links:]
        need -= part.balance_border @ z
        force = from_border(columns, inverse, pull, z, dl, need)
        y = self.steps.solve(need)
        return Direction(steps_of(columns, inverse, rhs.local, force, y), z, y, dl, dr)
