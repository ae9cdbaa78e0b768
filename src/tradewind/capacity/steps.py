"""S = A Theta^-1 A', factored along time.

S is block tridiagonal: a step meets the step before only in the two tails. With L the factor of a
step's block once the step before is taken out, and F the link between tails,

    S[t, t] - F F' = L L',   F = S[t, t-1] L[t-1]^-T,   X = L^-1 (C - F X[t-1])

gives C'S^-1 C as the sum of X'X. Kept are L and F. The head's rows of X are few and sparse towards
the border and stay so; only the rest is multiplied out in full, several steps at once. Periods know
nothing of each other and run side by side, in code that leaves the interpreter free.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tradewind.capacity.kernels import (
    add_up,
    backwards,
    eliminate,
    entries_of,
    few_times,
    forwards,
    invert,
    solve_head,
    take_product,
    take_transposed,
)
from tradewind.capacity.partition import Partition
from tradewind.capacity.pattern import Pattern, Products

REGULAR = 1e-14
"""Added to the diagonals, relative to themselves, so that redundant rows do no harm."""
TINY = 1e-200
FULL = 0.1
"""Share of entries from which a row is multiplied out in full."""
TOGETHER = 1024
"""Rows of X, about, that are squared at once."""
MOST_THREADS = 4

T = TypeVar("T")


class Breakdown(ArithmeticError):
    """A factor that is not positive definite to working precision."""


@dataclass(frozen=True, eq=False)
class Factor:
    """A step's factor: sparse columns of the head, triangle of the tail, link to the step before.

    Attributes
    ----------
    start, rows, values : ndarray
        Of the head's columns, diagonal first.
    lower : ndarray, (tail, tail)
    link : ndarray, (tail, tail before)
    begin : ndarray, (tail,)
        First column of every row of ``link`` that may not be zero.
    """

    start: np.ndarray
    rows: np.ndarray
    values: np.ndarray
    lower: np.ndarray
    link: np.ndarray
    begin: np.ndarray


class Steps:
    """The factored S of a partition: ``factor`` for new weights, then ``solve``."""

    def __init__(self, part: Partition, pattern: Pattern) -> None:
        self.part, self.pattern = part, pattern
        self.size = np.diff(part.step_start)
        self.links = part.link.shape[0]
        starts = np.flatnonzero(np.diff(pattern.period, prepend=-1))
        self.periods = list(zip(starts, [*starts[1:], len(self.size)], strict=True))
        self.factors: list[Factor] = []

    def factor(self, inverse: np.ndarray, ratio: np.ndarray) -> np.ndarray:
        """Factor for weights 1/Theta and omega/Theta; return C'S^-1 C of hot columns and links.

        Raises
        ------
        Breakdown
            If rounding makes a block indefinite.
        """
        hot = self.pattern.hot.size
        gram = np.zeros((hot + self.links, hot + self.links))
        self.factors = []
        found = self._side_by_side(lambda first, last: self._period(first, last, inverse, ratio))
        for (first, _), (own, factors) in zip(self.periods, found, strict=True):
            active = self.pattern.active[self.pattern.period[first]]
            at = np.concatenate([active, hot + np.arange(self.links)])
            gram[np.ix_(at, at)] += own
            self.factors += factors
        return gram

    def _side_by_side(self, task: Callable[[int, int], T]) -> list[T]:
        """Do something for the first and last step of every period."""
        threads = min(len(self.periods), os.cpu_count() or 1, MOST_THREADS)
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda ends: task(*ends), self.periods))

    def _period(
        self, first: int, last: int, inverse: np.ndarray, ratio: np.ndarray
    ) -> tuple[np.ndarray, list[Factor]]:
        """Factor the steps of a period; return its part of C'S^-1 C, and the factors."""
        width = self.pattern.active[self.pattern.period[first]].size + self.links
        total = np.zeros((width, width))
        largest = int(self.size[first:last].max())
        outer = np.empty((largest, width))
        rows = np.empty((TOGETHER + 2 * largest, width))
        filled = 0
        factors: list[Factor] = []
        corner, before = np.zeros((0, 0)), np.zeros((0, width))
        for step in range(first, last):
            head = int(self.size[step] - self.part.tail[step])
            own, towards = self._blocks(step, outer[: self.size[step]], inverse, ratio)
            link, begin = self._link(step, inverse, corner)
            if step > first:
                own[head:, head:] -= link @ link.T
                towards[head:] -= _upper_product(link, begin, before)
            block, lower = cholesky(own, head)
            factors.append(Factor(*entries_of(block, head), lower, link, begin))
            corner = np.zeros_like(lower)
            invert(lower, corner)
            full = np.flatnonzero(solve_head(block, towards, head, FULL * width, total))
            dense = rows[filled : filled + len(full)]
            dense[:] = towards[full]
            towards[head:] -= block[head:, full] @ dense
            filled += len(full)
            before = rows[filled : filled + len(lower)]
            _lower_product(corner, towards[head:], before)
            filled += len(lower)
            if filled > TOGETHER or step == last - 1:
                total += rows[:filled].T @ rows[:filled]
                filled = 0
        return total, factors

    def _blocks(
        self, step: int, outer: np.ndarray, inverse: np.ndarray, ratio: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Build a step's own block (lower triangle) and its block towards the border."""
        m, pattern = int(self.size[step]), self.pattern
        block, cells = np.zeros(m * m), outer.reshape(-1)
        cells[:] = 0.0
        fill(block, pattern.own, inverse, step)
        fill(cells, pattern.outer, ratio, step)
        fill(cells, pattern.linked, inverse, step)
        fill(cells, pattern.constant, np.ones(1), step)
        return block.reshape((m, m), order="F"), outer

    def _link(
        self, step: int, inverse: np.ndarray, corner: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Make F from the inverse of the tail's factor of the step before; nothing at first."""
        tail, tail_before = int(self.part.tail[step]), len(corner)
        cells = np.zeros((tail_before, tail))
        link = np.empty((tail, tail_before))
        if tail_before:
            fill(cells.reshape(-1), self.pattern.coupling, inverse, step)
        return link, few_times(cells, corner, link)

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        """Return S^-1 rhs."""
        value = rhs.copy()
        self._side_by_side(lambda first, last: self._substitute(value, first, last))
        return value

    def _substitute(self, value: np.ndarray, first: int, last: int) -> None:
        """Substitute forwards and backwards through the steps of a period, in place."""
        start, tail = self.part.step_start, self.part.tail
        for step in range(first, last):
            own = self.factors[step]
            if step > first:
                before = value[start[step] - tail[step - 1] : start[step]]
                below = value[start[step + 1] - tail[step] : start[step + 1]]
                take_product(below, own.link, own.begin, before)
            here = value[start[step] : start[step + 1]]
            forwards(here, own.start, own.rows, own.values, own.lower)
        for step in range(last - 1, first - 1, -1):
            own = self.factors[step]
            here = value[start[step] : start[step + 1]]
            backwards(here, own.start, own.rows, own.values, own.lower)
            if step > first:
                before = value[start[step] - tail[step - 1] : start[step]]
                take_transposed(before, own.link, own.begin, here[len(here) - tail[step] :])


def _lower_product(lower: np.ndarray, right: np.ndarray, product: np.ndarray) -> None:
    """Multiply by a lower triangle."""
    middle = len(lower) // 2
    np.matmul(lower[:middle, :middle], right[:middle], out=product[:middle])
    np.matmul(lower[middle:], right, out=product[middle:])


def _upper_product(left: np.ndarray, begin: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Multiply by what is an upper triangle where tails are alike."""
    middle = len(left) // 2
    if np.any(begin[middle:] < middle):
        whole: np.ndarray = left @ right
        return whole
    product = np.empty((len(left), right.shape[1]))
    np.matmul(left[:middle], right, out=product[:middle])
    np.matmul(left[middle:, middle:], right[middle:], out=product[middle:])
    return product


def fill(target: np.ndarray, products: Products, weight: np.ndarray, step: int) -> None:
    """Add the products of a step."""
    add_up(
        target, products.to, products.factor, products.of, weight,
        products.start[step], products.start[step + 1],
    )  # fmt: skip


def cholesky(block: np.ndarray, head: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Factor a positive definite block, a little regularised.

    Parameters
    ----------
    block : ndarray, (n, n)
        Its lower triangle.
    head : int
        First rows, which are sparse.

    Returns
    -------
    ndarray, (n, n)
        The head's columns of the factor, in the lower triangle.
    ndarray, (n - head, n - head)
        The factor of the rest.

    Raises
    ------
    Breakdown
        If it is indefinite by more than rounding.
    """
    share = REGULAR
    for _ in range(5):
        trial = block.copy(order="F")
        if eliminate(trial, head, share, TINY):
            try:
                lower: np.ndarray = np.linalg.cholesky(trial[head:, head:])
                return trial, lower
            except np.linalg.LinAlgError:
                pass
        share *= 100.0
    raise Breakdown
