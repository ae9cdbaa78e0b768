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

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.border import Border, Touched
from tradewind.capacity.columns import (
    columns_of,
    entries_of,
    from_border,
    onto_border,
    rows_left,
    take_force,
)
from tradewind.capacity.crew import Crew
from tradewind.capacity.partition import Partition
from tradewind.capacity.pattern import Pattern
from tradewind.capacity.settling import step_and_settle, stiffest_of
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
    """Changes of columns (local, then border), and of the duals of balance, link and border rows.

    ``reach`` is what columns and capacities add to limits, ``force`` what those push back with,
    ``drive`` what rows and the right-hand side do to local columns, ``left`` what the system is off
    by: nothing at local columns.
    """

    value: np.ndarray
    balance: np.ndarray
    link: np.ndarray
    rows: np.ndarray
    reach: np.ndarray
    force: np.ndarray
    drive: np.ndarray
    left: Residual


Duals = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Changes of border columns, and of the duals of balance, link and border rows."""
NOTHING = np.empty(0)


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
        self.crew = Crew(self.steps.pool, len(part.cost))
        self.rows = entries_of(part.balance), entries_of(part.balance_border)

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
        self.inverse, self.stiffest = inverse, stiffest_of(self.columns, weights.limit)
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
        local, limits = len(self.part.cost), len(self.part.limit_rhs)
        value = np.empty(local + len(self.part.border_cost))
        x = value[:local]
        value[local:], y, dl, dr = duals = self._duals(rhs, x)
        found = Direction(
            value, y, dl, dr, np.empty(limits), np.empty(limits), np.empty(local), rhs
        )
        return self._settled(rhs, found, duals, (x, rhs.local))

    def again(self, rhs: Residual, found: Direction) -> Direction:
        """Solve for what is left, too, and add that to what was found."""
        local = len(self.part.cost)
        x = np.empty(local)
        more = self._duals(found.left, x)
        for all_of, part in zip(
            (found.value[local:], found.balance, found.link, found.rows), more, strict=True
        ):
            all_of += part
        x += found.value[:local]
        return self._settled(rhs, found, more, (x, found.drive))

    def _duals(self, rhs: Residual, x: np.ndarray) -> Duals:
        """Take out local columns, solve for the border, and go back to the balance rows.

        ``x`` ends as what local columns do but for duals of balance rows.
        """
        part, inverse, pull, c = self.part, self.inverse, self.pull, self.columns
        links, hot, cold, size = self.links, self.hot, self.cold, len(part.border_cost)
        need, nothing = rhs.balance, np.zeros(size)
        towards, link_need = rhs.border, rhs.link
        if rhs.local.size:
            total = self.summed(
                lambda i, j, sums: take_force(c, i, j, inverse, pull, rhs.local, x, sums)
            )
            towards, link_need = towards + total[:size], link_need + total[size:]
            need = self._left(rhs.balance, x, nothing)
        first = self.steps.solve(need)
        total = self.summed(lambda i, j, sums: onto_border(c, i, j, inverse, pull, first, x, sums))
        gathered = total[:size] + self.balance_border_t @ first
        f_dual = np.concatenate([link_need + total[size:], rhs.rows])
        f_dual -= self.duals_cold @ (self.cold_inverse * towards[cold])
        z = np.empty(size)
        z[hot], dual = self.border.solve(towards[hot] + gathered[hot], f_dual)
        z[cold] = self.cold_inverse * (towards[cold] + self.duals_cold.T @ dual)
        dl, dr = dual[:links], dual[links:]
        self.summed(lambda i, j, _: from_border(c, i, j, inverse, pull, rhs.local, z, dl, x))
        return z, self.steps.solve(self._left(rhs.balance, x, z)), dl, dr

    def _left(self, wanted: np.ndarray, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return what balance rows want less what columns give."""
        left, crew = np.empty(len(wanted)), self.crew
        crew.each(
            lambda part: rows_left(*self.rows, *crew.stretch(len(left), part), wanted, x, z, left)
        )
        return left

    def summed(self, task: Callable[[int, int, np.ndarray], None]) -> np.ndarray:
        """Call a task for all local columns; return what it sums of border columns and of links."""
        sums = np.zeros((self.crew.parts, len(self.part.border_cost) + self.links))
        size = len(self.part.cost)
        self.crew.each(lambda part: task(*self.crew.stretch(size, part), sums[part]))
        total: np.ndarray = sums.sum(axis=0)
        return total

    def _settled(
        self,
        rhs: Residual,
        found: Direction,
        more: Duals,
        before: tuple[np.ndarray, np.ndarray],
    ) -> Direction:
        """Let local columns and limits follow from duals, and find what is left."""
        part, columns, local = self.part, self.columns, len(self.part.cost)
        weights = (self.weights.local, self.weights.limit, self.stiffest)
        x, z = found.value[:local], found.value[local:]
        total = self.summed(
            lambda i, j, sums: step_and_settle(
                columns, i, j, self.inverse, more[:3], before, weights, z, x, found.drive,
                (found.reach, found.force), sums,
            )
        )  # fmt: skip
        border = rhs.border - self.weights.border * z + total[: len(z)]
        border += self.balance_border_t @ found.balance + self.link_border_t @ found.link
        border += self.border_t @ found.rows
        link = rhs.link + total[len(z) :] - part.link_border @ z
        balance = self._left(rhs.balance, x, z)
        return replace(
            found, left=Residual(NOTHING, border, balance, link, rhs.rows - part.border @ z)
        )
