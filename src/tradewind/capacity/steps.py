"""S = A Theta^-1 A', factored along time.

S is block tridiagonal: a step meets the step before only in the two tails. With L the factor of a
step's block once the step before is taken out, and F the link between tails,

    S[t, t] - F F' = L L',   F = S[t, t-1] L[t-1]^-T,   X = L^-1 (C - F X[t-1])

gives C'S^-1 C as the sum of X'X. Kept are L and F; X is made with L^-1, which two threads may do
at once and which is exact enough for a sum of squares, not for ``solve``. The head's rows are few
and sparse towards the border, and stay so; only the rest of X is multiplied out in full. Periods
know nothing of each other and run side by side.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit
from scipy.linalg import blas, lapack

from tradewind.capacity.partition import Partition
from tradewind.capacity.pattern import Pattern, Products

REGULAR = 1e-14
"""Added to the diagonals, relative to themselves, so that redundant rows do no harm."""
TINY = 1e-200
FULL = 0.25
"""Share of entries from which a row is multiplied out in full."""
MOST_THREADS = 4


class Breakdown(ArithmeticError):
    """A factor that is not positive definite to working precision."""


class Steps:
    """The factored S of a partition: ``factor`` for new weights, then ``solve``."""

    def __init__(self, part: Partition, pattern: Pattern) -> None:
        self.part, self.pattern = part, pattern
        self.size = np.diff(part.step_start)
        self.lower: list[np.ndarray] = [np.zeros((0, 0))] * len(self.size)
        self.link: list[np.ndarray] = [np.zeros((0, 0))] * len(self.size)
        self.links = part.link.shape[0]
        starts = np.flatnonzero(np.diff(pattern.period, prepend=-1))
        self.periods = list(zip(starts, [*starts[1:], len(self.size)], strict=True))

    def factor(self, inverse: np.ndarray, ratio: np.ndarray) -> np.ndarray:
        """Factor for weights 1/Theta and omega/Theta; return C'S^-1 C of hot columns and links.

        Raises
        ------
        Breakdown
            If rounding makes a block indefinite.
        """
        hot = self.pattern.hot.size
        gram = np.zeros((hot + self.links, hot + self.links))
        threads = min(len(self.periods), os.cpu_count() or 1, MOST_THREADS)
        with ThreadPoolExecutor(threads) as pool:
            found = pool.map(
                lambda ends: self._period(ends[0], ends[1], inverse, ratio), self.periods
            )
            for (first, _), own in zip(self.periods, found, strict=True):
                active = self.pattern.active[self.pattern.period[first]]
                at = np.concatenate([active, hot + np.arange(self.links)])
                gram[np.ix_(at, at)] += own
        return gram

    def _period(self, first: int, last: int, inverse: np.ndarray, ratio: np.ndarray) -> np.ndarray:
        """Factor the steps of a period; return its part of C'S^-1 C."""
        width = self.pattern.active[self.pattern.period[first]].size + self.links
        total = np.zeros((width, width))
        before = np.zeros((0, width))
        for step in range(first, last):
            block, outer = self._blocks(step, width, inverse, ratio)
            diagonal = block.diagonal().copy()
            head = self.size[step] - self.part.tail[step]
            if step > first:
                link = self._link(step, inverse)
                block[head:, head:] -= link @ link.T
                outer[head:] -= link @ before
                self.link[step] = link
            self.lower[step] = cholesky(block, diagonal)
            own = lapack.dtrtri(self.lower[step].T, lower=0)[0].T
            solved = np.empty_like(outer)
            solved[:head] = own[:head, :head] @ outer[:head]
            solved[head:] = own[head:] @ outer
            _add_square(total, solved, head)
            before = solved[head:]
        return total

    def _blocks(
        self, step: int, width: int, inverse: np.ndarray, ratio: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Build a step's own block (lower triangle) and its block towards the border."""
        m, pattern = int(self.size[step]), self.pattern
        block, outer = np.zeros(m * m), np.zeros(m * width)
        fill(block, pattern.own, inverse, step)
        fill(outer, pattern.outer, ratio, step)
        fill(outer, pattern.linked, inverse, step)
        fill(outer, pattern.constant, np.ones(1), step)
        return block.reshape((m, m), order="F"), outer.reshape((m, width))

    def _link(self, step: int, inverse: np.ndarray) -> np.ndarray:
        tail, tail_before = self.part.tail[step], self.part.tail[step - 1]
        cells = np.zeros(tail * tail_before)
        fill(cells, self.pattern.coupling, inverse, step)
        head_before = self.size[step - 1] - tail_before
        corner = self.lower[step - 1][head_before:, head_before:]
        cells = cells.reshape((tail, tail_before), order="F")
        solved: np.ndarray = blas.dtrsm(1.0, corner.T, cells, side=1, lower=0)
        return solved

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        """Return S^-1 rhs."""
        value = rhs.copy()
        start, tail = self.part.step_start, self.part.tail
        for step, (own, link) in enumerate(zip(self.lower, self.link, strict=True)):
            here = value[start[step] : start[step + 1]]
            if link.size:
                before = value[start[step] - tail[step - 1] : start[step]]
                here[len(here) - tail[step] :] -= link @ before
            here[:] = blas.dtrsv(own.T, here, lower=0, trans=1)
        for step in range(len(self.size) - 1, -1, -1):
            own, link = self.lower[step], self.link[step]
            here = value[start[step] : start[step + 1]]
            here[:] = blas.dtrsv(own.T, here, lower=0)
            if link.size:
                before = value[start[step] - tail[step - 1] : start[step]]
                before -= link.T @ here[len(here) - tail[step] :]
        return value


def _add_square(total: np.ndarray, solved: np.ndarray, head: int) -> None:
    """Add X'X; the head's rows that are sparse one by one, the rest in full."""
    entries = np.count_nonzero(solved[:head], axis=1)
    full = np.ones(len(solved), dtype=bool)
    full[:head] = entries > FULL * solved.shape[1]
    rest = solved[full]
    total += rest.T @ rest
    _add_sparse(total, solved, np.flatnonzero(~full))


@njit(cache=True, nogil=True)
def _add_sparse(total: np.ndarray, solved: np.ndarray, rows: np.ndarray) -> None:
    columns = np.empty(solved.shape[1], dtype=np.int64)
    for r in rows:
        count = 0
        for j in range(solved.shape[1]):
            if solved[r, j] != 0.0:
                columns[count] = j
                count += 1
        for a in range(count):
            for b in range(count):
                total[columns[a], columns[b]] += solved[r, columns[a]] * solved[r, columns[b]]


@njit(cache=True, nogil=True)
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


def fill(target: np.ndarray, products: Products, weight: np.ndarray, step: int) -> None:
    """Add the products of a step."""
    add_up(
        target, products.to, products.factor, products.of, weight,
        products.start[step], products.start[step + 1],
    )  # fmt: skip


def cholesky(block: np.ndarray, diagonal: np.ndarray) -> np.ndarray:
    """Return the lower factor of a positive definite block, a little regularised.

    Parameters
    ----------
    block : ndarray, (n, n)
        Its lower triangle.
    diagonal : ndarray, (n,)
        What the diagonal is measured against.

    Raises
    ------
    Breakdown
        If it is indefinite by more than rounding.
    """
    if block.shape[0] == 0:
        return block
    share = REGULAR
    for _ in range(5):
        trial = block.copy()
        trial[np.diag_indices_from(trial)] += share * diagonal + TINY
        try:
            return np.linalg.cholesky(trial)
        except np.linalg.LinAlgError:
            share *= 100.0
    raise Breakdown
