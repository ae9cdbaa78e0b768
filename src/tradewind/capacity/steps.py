"""S = A Theta^-1 A', factored along time.

S is block tridiagonal in every chain: a block meets the block before only in the two tails. With L
the factor of a block once those before it are taken out, and F the link between tails,

    S[t, t] - F F' = L L',   F = S[t, t-1] L[t-1]^-T,   X = L^-1 (C - F X[t-1])

gives C'S^-1 C as the sum of X'X. A chain is taken out from both ends (``order``): its junction has
two blocks before it. Kept are L and what ties blocks. Arms know nothing of each other and run side
by side (``elimination``). X may be in single precision, at two thirds of the work: L and F never
are, so that only the border's part is a little off.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tradewind.capacity.dense import routines
from tradewind.capacity.elimination import (
    ATTEMPTS,
    REGULAR,
    TINY,
    Inverses,
    Lists,
    take_out,
)
from tradewind.capacity.factors import shared, with_room
from tradewind.capacity.joins import Products
from tradewind.capacity.kernels import add_block, add_up, backwards, forwards
from tradewind.capacity.order import NONE
from tradewind.capacity.outer import End
from tradewind.capacity.partition import Partition
from tradewind.capacity.pattern import Pattern

MOST_THREADS = 4


class Breakdown(ArithmeticError):
    """A factor that is not positive definite to working precision."""


class Steps:
    """The factored S of a partition: ``factor`` for new weights, then ``solve``.

    Attributes
    ----------
    single : bool
        Whether the next factor makes X in single precision.
    """

    def __init__(self, part: Partition, pattern: Pattern) -> None:
        self.pattern = pattern
        self.width = pattern.hot.size + part.link.shape[0]
        self.order, self.factors = pattern.order, with_room(pattern.factors)
        self.lists = Lists(
            pattern.own, pattern.ties, pattern.outer, pattern.linked, pattern.constant
        )
        threads = min(os.cpu_count() or 1, MOST_THREADS)
        self.pool = ThreadPoolExecutor(threads)
        self.shares = shared(self.order.arms, np.diff(part.block_start), threads)
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
        inverses = Inverses(inverse, ratio)
        kind = np.float32 if self.single else np.float64
        routine = routines(self.single)
        nothing = End(NONE, np.empty((0, 0)), np.empty((0, 0), kind))
        ends: dict[int, End] = {}

        def taken(blocks: np.ndarray) -> tuple[np.ndarray, End]:
            active = self.pattern.active[self.pattern.chain[blocks[0]]]
            total = np.zeros((active.size, active.size), order="F")
            one, two = (ends.get(c, nothing) for c in self.order.children[blocks[0]])
            positive, end = take_out(
                blocks, one, two, self.factors, self.lists, inverses, routine, total,
                np.empty_like(total, dtype=kind),
            )  # fmt: skip
            if not positive:
                raise Breakdown
            return total, end

        for group in (self.order.arms, self.order.junctions[:, None]):
            found = self.pool.map(taken, group)
            for blocks, (own, end) in zip(group, found, strict=True):
                add_block(whole, own, self.pattern.active[self.pattern.chain[blocks[0]]])
                ends[end.block] = end
        return whole

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        """Return S^-1 rhs."""
        value, f = rhs.copy(), self.factors
        list(self.pool.map(lambda blocks: forwards(f, blocks, value), self.shares))
        forwards(f, self.order.junctions, value)
        backwards(f, self.order.junctions, value)
        list(self.pool.map(lambda blocks: backwards(f, blocks, value), self.shares))
        return value


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
