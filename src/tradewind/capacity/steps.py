"""S = A Theta^-1 A', factored along time.

S is block tridiagonal in every chain: a block meets the block before only in the two tails. With L
the factor of a block once those before it are taken out, and F the link between tails,

    S[t, t] - F F' = L L',   F = S[t, t-1] L[t-1]^-T,   X = L^-1 (C - F X[t-1])

gives C'S^-1 C as the sum of X'X. A chain is taken out from both ends (``order``): its junction has
two blocks before it. Kept are L and what ties blocks. The head's rows of X are few and sparse
towards the border and stay so; only the rest is multiplied out in full, several blocks at once.
Arms know nothing of each other and run side by side, in code that leaves the interpreter free. X
may be in single precision, at two thirds of the work: L and F never are, so that only the border's
part is a little off.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.linalg import blas

from tradewind.capacity.factors import factors_of, shared
from tradewind.capacity.kernels import (
    add_block,
    add_up,
    backwards,
    eliminate,
    few_times,
    forwards,
    invert,
    pack,
    solve_head,
    tail_entries,
)
from tradewind.capacity.order import order_of
from tradewind.capacity.partition import Partition
from tradewind.capacity.pattern import Pattern, Products

REGULAR = 1e-14
"""Added to the diagonals, relative to themselves, so that redundant rows do no harm."""
TINY = 1e-200
ATTEMPTS = 5
"""Times that a block is factored, each with a hundred times the addition of the one before."""
FULL = 0.1
"""Share of entries from which a row is multiplied out in full."""
TOGETHER = 1024
"""Rows of X, about, that are squared at once."""
MOST_THREADS = 4


class Breakdown(ArithmeticError):
    """A factor that is not positive definite to working precision."""


@dataclass(frozen=True, eq=False)
class _End:
    """A block that was taken out: the inverse of its tail's factor, and the tail's rows of X."""

    block: int
    corner: np.ndarray
    tail: np.ndarray


class _Gram:
    """X'X of some blocks, in the lower triangle; rows are gathered and squared together."""

    def __init__(self, width: int, largest: int, single: bool) -> None:
        self.total = np.zeros((width, width), order="F")
        self.rows = np.empty(
            (TOGETHER + 2 * largest, width), dtype=np.float32 if single else np.float64
        )
        self.outer = np.empty((largest, width))
        self.filled = 0

    def alike(self, matrix: np.ndarray) -> np.ndarray:
        """Return a matrix in the precision of the rows."""
        return matrix.astype(self.rows.dtype, copy=False)

    def more(self, count: int) -> np.ndarray:
        """Return the next rows, to be filled."""
        self.filled += count
        return self.rows[self.filled - count : self.filled]

    def square(self, at_least: int = 0) -> None:
        """Add the squares of the rows that wait, if they are many enough."""
        if self.filled > at_least:
            waiting = self.rows[: self.filled].T
            if waiting.dtype == np.float32:
                self.total += blas.ssyrk(1.0, waiting, lower=1)
            else:
                self.total = blas.dsyrk(
                    1.0, waiting, beta=1.0, c=self.total, lower=1, overwrite_c=1
                )
            self.filled = 0


class Steps:
    """The factored S of a partition: ``factor`` for new weights, then ``solve``.

    Attributes
    ----------
    single : bool
        Whether the next factor makes X in single precision.
    """

    def __init__(self, part: Partition, pattern: Pattern) -> None:
        self.part, self.pattern = part, pattern
        self.size = np.diff(part.block_start)
        self.width = pattern.hot.size + part.link.shape[0]
        self.order = order_of(pattern.chain)
        self.factors = factors_of(part, pattern, self.order)
        threads = min(os.cpu_count() or 1, MOST_THREADS)
        self.pool = ThreadPoolExecutor(threads)
        self.lists = shared(self.order.arms, self.size, threads)
        self.single = False

    def factor(self, inverse: np.ndarray, ratio: np.ndarray) -> np.ndarray:
        """Factor for weights 1/Theta and omega/Theta.

        Returns
        -------
        ndarray, (hot columns and links) squared
            C'S^-1 C, its lower triangle.

        Raises
        ------
        Breakdown
            If rounding makes a block indefinite.
        """
        whole = np.zeros((self.width, self.width), order="F")
        ends: dict[int, _End] = {}

        def arm(blocks: np.ndarray) -> tuple[np.ndarray, _End]:
            return self._arm(blocks, inverse, ratio)

        def junction(block: int) -> np.ndarray:
            before = [ends[c] for c in self.order.children[block] if c >= 0]
            gram = self._room([block])
            self._take_out(block, before, gram, inverse, ratio)
            gram.square()
            return gram.total

        arms = self.order.arms
        for blocks, (own, end) in zip(arms, self.pool.map(arm, arms), strict=True):
            ends[end.block] = end
            self._add(whole, blocks[0], own)
        junctions = self.order.junctions.tolist()
        found = self.pool.map(junction, junctions)
        for block, own in zip(junctions, found, strict=True):
            self._add(whole, block, own)
        return whole

    def _add(self, whole: np.ndarray, block: int, own: np.ndarray) -> None:
        """Add what the chain of a block gives to the border."""
        active = self.pattern.active[self.pattern.chain[block]]
        add_block(whole, own, active)

    def _room(self, blocks: Sequence[int] | np.ndarray) -> _Gram:
        active = self.pattern.active[self.pattern.chain[blocks[0]]]
        return _Gram(active.size, int(self.size[blocks].max()), self.single)

    def _arm(
        self, blocks: np.ndarray, inverse: np.ndarray, ratio: np.ndarray
    ) -> tuple[np.ndarray, _End]:
        """Take the blocks of an arm out; return their part of C'S^-1 C, and the last of them."""
        gram = self._room(blocks)
        before: list[_End] = []
        for block in blocks.tolist():
            before = [self._take_out(block, before, gram, inverse, ratio)]
            gram.square(TOGETHER)
        end = _End(before[0].block, before[0].corner, before[0].tail.copy())
        gram.square()
        return gram.total, end

    def _take_out(
        self,
        block: int,
        before: Sequence[_End],
        gram: _Gram,
        inverse: np.ndarray,
        ratio: np.ndarray,
    ) -> _End:
        """Factor a block, those before it taken out, and gather its rows of X."""
        head = int(self.size[block] - self.part.tail[block])
        own, towards = self._blocks(block, gram.outer[: self.size[block]], inverse, ratio)
        for end in before:
            link = self._link(block, end, inverse)
            own[head:, head:] -= link @ link.T
            towards[head:] -= _upper_product(gram.alike(link), end.tail)
        sparse = self._head(block)
        lower = _factored(own, *sparse)
        corner = np.zeros_like(lower)
        invert(lower, corner)
        pack(corner, self.factors.corner[self.factors.corner_at[block] :])
        marks = solve_head(*sparse, towards, FULL * towards.shape[1], gram.total)
        full = np.flatnonzero(marks)
        if full.size:
            dense = gram.more(full.size)
            dense[:] = towards[full]
            below = np.zeros((len(lower), full.size))
            tail_entries(*sparse, full, below)
            towards[head:] -= below @ towards[full]
        tail = gram.more(len(lower))
        _lower_product(gram.alike(corner), gram.alike(towards[head:]), tail)
        return _End(block, corner, tail)

    def _blocks(
        self, block: int, outer: np.ndarray, inverse: np.ndarray, ratio: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Build a block (lower triangle) and its part towards the border."""
        m, pattern = int(self.size[block]), self.pattern
        own, cells = np.zeros(m * m), outer.reshape(-1)
        cells[:] = 0.0
        fill(own, pattern.own, inverse, block)
        fill(cells, pattern.outer, ratio, block)
        fill(cells, pattern.linked, inverse, block)
        fill(cells, pattern.constant, np.ones(1), block)
        return own.reshape((m, m), order="F"), outer

    def _link(self, block: int, end: _End, inverse: np.ndarray) -> np.ndarray:
        """Make F between a block and one before it, and keep what ties them."""
        f, later = self.factors, max(block, end.block)
        rows, columns = int(self.part.tail[block]), len(end.corner)
        # Coupling is listed with the later of two blocks in time: its tail runs fastest.
        cells = np.zeros((columns, rows) if later == block else (rows, columns))
        fill(cells.reshape(-1), self.pattern.coupling, inverse, later)
        at = slice(f.tie_at[later], f.tie_at[later + 1])
        f.tie[at] = cells[f.tie_earlier[at], f.tie_later[at]]
        link = np.empty((rows, columns))
        few_times(cells if later == block else np.ascontiguousarray(cells.T), end.corner, link)
        return link

    def _head(self, block: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return a block's head columns: start, rows, values."""
        f = self.factors
        start = f.start[f.head[block] : f.head[block + 1] + 1]
        entries = slice(start[0], start[-1])
        return start - start[0], f.entry_row[entries], f.entry[entries]

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        """Return S^-1 rhs."""
        value, f = rhs.copy(), self.factors
        list(self.pool.map(lambda blocks: forwards(f, blocks, value), self.lists))
        forwards(f, self.order.junctions, value)
        backwards(f, self.order.junctions, value)
        list(self.pool.map(lambda blocks: backwards(f, blocks, value), self.lists))
        return value


def _factored(
    own: np.ndarray, start: np.ndarray, rows: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """Factor a block: its head's columns into ``values``; return the factor of its tail."""
    head, share = len(start) - 1, REGULAR
    for _ in range(ATTEMPTS):
        trial = own.copy(order="F")
        if eliminate(trial, start, rows, values, share, TINY):
            try:
                lower: np.ndarray = np.linalg.cholesky(trial[head:, head:])
            except np.linalg.LinAlgError:
                pass
            else:
                return lower
        share *= 100.0
    raise Breakdown


def _lower_product(lower: np.ndarray, right: np.ndarray, product: np.ndarray) -> None:
    """Multiply by a lower triangle."""
    middle = len(lower) // 2
    np.matmul(lower[:middle, :middle], right[:middle], out=product[:middle])
    np.matmul(lower[middle:], right, out=product[middle:])


def _upper_product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Multiply by what is an upper triangle where tails are alike."""
    middle = len(left) // 2
    if np.any(left[middle:, :middle]):
        whole: np.ndarray = left @ right
        return whole
    product = np.empty((len(left), right.shape[1]), dtype=right.dtype)
    np.matmul(left[:middle], right, out=product[:middle])
    np.matmul(left[middle:, middle:], right[middle:], out=product[middle:])
    return product


def fill(target: np.ndarray, products: Products, weight: np.ndarray, block: int) -> None:
    """Add the products of a block."""
    add_up(
        target, products.to, products.factor, products.of, weight,
        products.start[block], products.start[block + 1],
    )  # fmt: skip


def cholesky(matrix: np.ndarray) -> np.ndarray:
    """Factor a positive definite matrix (its lower triangle), a little regularised.

    Raises
    ------
    Breakdown
        If it is indefinite by more than rounding.
    """
    share, diagonal = REGULAR, np.diag_indices(len(matrix))
    for _ in range(ATTEMPTS):
        trial = matrix.copy()
        trial[diagonal] += share * trial[diagonal] + TINY
        try:
            lower: np.ndarray = np.linalg.cholesky(trial)
        except np.linalg.LinAlgError:
            share *= 100.0
        else:
            return lower
    raise Breakdown
