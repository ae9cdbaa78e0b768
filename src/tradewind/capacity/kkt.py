"""The system of one interior-point iteration, factored along time.

With Theta the weights of local columns and omega those of limits (``weights``), the iteration asks
for dx, dz, dy, dl, dr with

    dx = (f + A'dy + E'dl - a omega G dz) / Theta
    S dy + C dz + C_l dl = ...                        S = A Theta^-1 A'

S is block tridiagonal: steps meet only in their tails. One pass of Cholesky factors along time
gives S^-1 and the border's Schur complement P = H + C'S^-1 C, a sum of positive parts. Cold border
columns are a diagonal; links and border rows follow by a last, small Cholesky. The work grows
linearly with the number of steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numba import njit
from scipy.linalg import blas, lapack

from tradewind.capacity.partition import Partition
from tradewind.capacity.pattern import Pattern, Products

REGULAR = 1e-14
"""Added to the diagonals, relative to themselves, so that redundant rows do no harm."""


TINY = 1e-200


class Breakdown(ArithmeticError):
    """A factor that is not positive definite to working precision."""


@njit(cache=True)
def add_up(
    target: np.ndarray,
    to: np.ndarray,
    factor: np.ndarray,
    of: np.ndarray,
    weight: np.ndarray,
    first: int,
    last: int,
) -> None:
    """Add products into the flat cells of a block."""
    for i in range(first, last):
        target[to[i]] += factor[i] * weight[of[i]]


def _fill(target: np.ndarray, products: Products, weight: np.ndarray, step: int) -> None:
    add_up(
        target, products.to, products.factor, products.of, weight,
        products.start[step], products.start[step + 1],
    )  # fmt: skip


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
        self.duals_hot = np.asarray(duals[:, self.hot].todense())
        self.duals_cold = sp.csr_array(duals[:, self.cold])
        self.size = np.diff(part.step_start)
        self.factors: list[np.ndarray] = [np.zeros((0, 0))] * len(self.size)
        self.couplings: list[np.ndarray] = [np.zeros((0, 0))] * len(self.size)
        self.first = np.searchsorted(part.limit_column, np.arange(len(part.cost) + 1))

    def factor(self, weights: Weights) -> None:
        """Factor the system for new weights.

        Raises
        ------
        Breakdown
            If rounding makes a block indefinite.
        """
        part, pattern = self.part, self.pattern
        entry = part.limit_entry
        self.weights = weights
        self.theta = weights.local + self._by_column(weights.limit * entry**2)
        inverse = 1.0 / self.theta
        ratio = weights.limit * inverse[part.limit_column]
        hot, links = self.hot.size, self.links
        gram = np.zeros((hot + links, hot + links), order="F")
        self._along_time(inverse, ratio, gram)
        curved = np.zeros(hot * hot)
        _fill(curved, pattern.curvature, ratio * weights.local[part.limit_column], 0)
        pairs = pattern.crossing_pairs
        crossing = ratio[pairs[:, 0]] * weights.limit[pairs[:, 1]]
        _fill(curved, pattern.crossing, crossing, 0)
        own = curved.reshape((hot, hot), order="F") + gram[:hot, :hot]
        own[np.diag_indices(hot)] += weights.border[self.hot]
        self._border(own, gram, ratio, inverse)

    def _by_column(self, of_limits: np.ndarray) -> np.ndarray:
        total = np.concatenate([[0.0], of_limits])
        summed = np.zeros(len(self.part.cost))
        add_by_column(total[1:], self.part.limit_column, summed)
        return summed

    def _along_time(self, inverse: np.ndarray, ratio: np.ndarray, gram: np.ndarray) -> None:
        """Factor step after step; add C'S^-1 C of hot columns and links to ``gram``."""
        pattern, part = self.pattern, self.part
        one = np.ones(1)
        before = np.zeros((0, 0))
        held = np.zeros((0, 0), order="F")
        for step, m in enumerate(self.size):
            period = pattern.period[step]
            active = pattern.active[period]
            width = active.size + self.links
            tail = part.tail[step]
            block = np.zeros(m * m)
            _fill(block, pattern.own, inverse, step)
            block = block.reshape((m, m), order="F")
            diagonal = block.diagonal().copy()
            outer = np.zeros(m * width)
            _fill(outer, pattern.outer, ratio, step)
            _fill(outer, pattern.linked, inverse, step)
            _fill(outer, pattern.constant, one, step)
            outer = outer.reshape((m, width), order="F")
            starts = step == 0 or pattern.period[step - 1] != period
            if starts:
                self._keep(gram, held, pattern.active[period - 1] if step else active)
                held = np.zeros((width, width), order="F")
                self.couplings[step] = np.zeros((0, 0))
            else:
                cells = np.zeros(tail * part.tail[step - 1])
                _fill(cells, pattern.coupling, inverse, step)
                cells = cells.reshape((tail, part.tail[step - 1]), order="F")
                corner = self.factors[step - 1][-cells.shape[1] :, -cells.shape[1] :]
                link = blas.dtrsm(1.0, corner, cells, side=1, lower=1, trans_a=1)
                block[m - tail :, m - tail :] -= link @ link.T
                outer[m - tail :] -= link @ before
                self.couplings[step] = link
            self.factors[step] = _cholesky(block, diagonal)
            solved = blas.dtrsm(1.0, self.factors[step], outer, lower=1, overwrite_b=1)
            held = blas.dsyrk(1.0, solved, beta=1.0, c=held, trans=1, lower=1, overwrite_c=1)
            before = solved[m - tail :]
        self._keep(gram, held, pattern.active[pattern.period[-1]])

    def _keep(self, gram: np.ndarray, held: np.ndarray, active: np.ndarray) -> None:
        """Add a period's part to the whole, both triangles."""
        if held.size == 0:
            return
        full = np.tril(held) + np.tril(held, -1).T
        at = np.concatenate([active, self.hot.size + np.arange(self.links)])
        gram[np.ix_(at, at)] += full

    def _border(
        self, own: np.ndarray, gram: np.ndarray, ratio: np.ndarray, inverse: np.ndarray
    ) -> None:
        """Factor the border: hot columns, then links and border rows."""
        part, hot, links = self.part, self.hot.size, self.links
        own = np.tril(own) + np.tril(own, -1).T
        self.own = _cholesky(own, own.diagonal())
        mixed = self.duals_hot.copy()
        if links:
            across = np.zeros(links * hot)
            _fill(across, self.pattern.link_border, ratio, 0)
            mixed[:links] += across.reshape((links, hot), order="F") - gram[hot:, :hot]
        self.mixed = mixed
        self.cold_inverse = 1.0 / self.weights.border[self.cold]
        last = np.asarray(
            (self.duals_cold @ sp.diags_array(self.cold_inverse) @ self.duals_cold.T).todense()
        )
        if links:
            curved = (part.link @ sp.diags_array(inverse) @ part.link.T).todense()
            last[:links, :links] += curved - gram[hot:, hot:]
        half = blas.dtrsm(1.0, self.own, np.asfortranarray(mixed.T), lower=1)
        last += half.T @ half
        self.last = _cholesky(last, last.diagonal())

    def _through_time(self, rhs: np.ndarray) -> np.ndarray:
        """Return S^-1 rhs."""
        value = rhs.copy()
        start, tail = self.part.step_start, self.part.tail
        for step, (factor, link) in enumerate(zip(self.factors, self.couplings, strict=True)):
            own = value[start[step] : start[step + 1]]
            if link.size:
                own[len(own) - tail[step] :] -= (
                    link @ value[start[step] - tail[step - 1] : start[step]]
                )
            blas.dtrsv(factor, own, lower=1, overwrite_x=1)
        for step in range(len(self.size) - 1, -1, -1):
            own = value[start[step] : start[step + 1]]
            blas.dtrsv(self.factors[step], own, lower=1, trans=1, overwrite_x=1)
            link = self.couplings[step]
            if link.size:
                value[start[step] - tail[step - 1] : start[step]] -= 0.0
                rest = link.T @ own[len(own) - tail[step] :]
                value[start[step] - tail[step - 1] : start[step]] -= rest
        return value

    def solve(self, rhs: Residual) -> Direction:
        """Solve the system for a right-hand side.

        ``local`` and ``border`` stand for what Theta dx - A'dy ... must equal, the others for what
        the rows must gain.
        """
        part, weights = self.part, self.weights
        scaled = rhs.local / self.theta
        pull = weights.limit * part.limit_entry
        towards = rhs.border - self.limit_border_t @ (pull * scaled[part.limit_column])
        need = rhs.balance - part.balance @ scaled
        link_need = rhs.link - part.link @ scaled
        first = self._through_time(need)
        hot, cold, links = self.hot, self.cold, self.links
        gathered = self._outer_transposed(first)
        f_hot = towards[hot] + gathered[: hot.size]
        f_dual = np.concatenate([link_need - gathered[hot.size :], rhs.rows])
        f_dual -= self.duals_cold @ (self.cold_inverse * towards[cold])
        f_dual -= self.mixed @ _back(self.own, f_hot)
        dual = _back(self.last, f_dual)
        z = np.empty(len(part.border_cost))
        z[hot] = _back(self.own, f_hot + self.mixed.T @ dual)
        z[cold] = self.cold_inverse * (towards[cold] + self.duals_cold.T @ dual)
        dl, dr = dual[:links], dual[links:]
        y = self._through_time(need - self._outer_product(z, dl))
        x = (
            scaled
            + (
                self.balance_t @ y
                + self.link_t @ dl
                - self._by_column(pull * (part.limit_border @ z))
            )
            / self.theta
        )
        return Direction(x, z, y, dl, dr)

    def _outer_product(self, z: np.ndarray, link: np.ndarray) -> np.ndarray:
        """Return C dz + C_l dl."""
        part = self.part
        pulled = self._by_column(self.weights.limit * part.limit_entry * (part.limit_border @ z))
        product: np.ndarray = part.balance_border @ z + part.balance @ (
            (self.link_t @ link - pulled) / self.theta
        )
        return product

    def _outer_transposed(self, y: np.ndarray) -> np.ndarray:
        """Return C'y of hot columns, then C_l'y of links."""
        part = self.part
        back = (self.balance_t @ y) / self.theta
        pull = self.weights.limit * part.limit_entry * back[part.limit_column]
        border = self.balance_border_t @ y - self.limit_border_t @ pull
        return np.concatenate([border[self.hot], part.link @ back])


@njit(cache=True)
def add_by_column(of_limits: np.ndarray, column: np.ndarray, total: np.ndarray) -> None:
    """Add numbers of limits to their columns."""
    for v in range(len(column)):
        total[column[v]] += of_limits[v]


def _cholesky(block: np.ndarray, diagonal: np.ndarray) -> np.ndarray:
    """Return the lower factor of a positive definite block, a little regularised."""
    if block.shape[0] == 0:
        return block
    factor: np.ndarray
    share = REGULAR
    for _ in range(5):
        trial = block.copy(order="F")
        trial[np.diag_indices_from(trial)] += share * diagonal + TINY
        factor, info = lapack.dpotrf(trial, lower=1, overwrite_a=1, clean=1)
        if info == 0:
            return factor
        share *= 100.0
    raise Breakdown


def _back(factor: np.ndarray, rhs: np.ndarray) -> np.ndarray:
    """Solve with a Cholesky factor."""
    if rhs.size == 0:
        return rhs
    solution: np.ndarray = lapack.dpotrs(factor, rhs, lower=1)[0]
    return solution
