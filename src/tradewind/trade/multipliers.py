"""Solve the transposed system for one outcome.

Algorithm
    GMRES on the transposed pass, preconditioned by each economy's own part of it: the system in
    which nobody trades falls apart into one dense block per economy. The blocks are found by
    probing, all economies at once, inverted in single precision, and kept as long as the
    baseline lives: they only steer.
Stopping rule
    The residual is at most 1e-13 of the right-hand side.
"""

from __future__ import annotations

from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np

from tradewind.errors import ConvergenceError
from tradewind.trade.adjoint import Linear, Source, Worth, damp, hold_mean, transposed_pass
from tradewind.trade.arrays import Array, Options, Table
from tradewind.trade.krylov import gmres

TOLERANCE = 1e-13
ACCEPTED = 1e-10  # what is still answered where rounding stops the iteration
LONGEST = 300

_known: WeakKeyDictionary[Table, dict[Options, Array]] = WeakKeyDictionary()


def multipliers(eq: Linear, source: Source, baseline: Table, options: Options) -> tuple[Worth, int]:
    """What every equation is worth to an outcome, and the passes it took.

    Parameters
    ----------
    eq : Linear
        Weights at the solution.
    source : Source
        The outcome's partial derivatives.
    baseline : Table
        Under which the preconditioner is kept.
    options : Options

    Raises
    ------
    ConvergenceError
        If the residual stays above 1e-10 of the right-hand side.
    """
    shape, size = eq.expenditure.shape, 2 * eq.expenditure.size + eq.bill.size
    nothing = Source(*(np.zeros_like(part) for part in source))
    blocks = _local_inverse(eq, nothing, baseline, options)

    def split(point: Array) -> tuple[Array, Array, Array]:
        cut, middle = eq.expenditure.size, 2 * eq.expenditure.size
        spending, price = point[:cut].reshape(shape), point[cut:middle].reshape(shape)
        return spending, price, point[middle:].reshape(eq.bill.shape)

    def step(given: Source, point: Array) -> Array:
        spending, price, factor = split(point)
        worth = transposed_pass(eq, given, spending, price, factor)
        damp(eq, factor, worth.factor)
        hold_mean(eq, worth.factor)
        return np.concatenate([part.ravel() for part in worth[:3]])

    def local(point: Array) -> Array:
        stacked = np.concatenate(split(point), axis=1).astype(np.float32)
        solved = np.matmul(blocks, stacked[:, :, None])[:, :, 0].astype(float)
        sectors = shape[1]
        parts = solved[:, :sectors], solved[:, sectors : 2 * sectors], solved[:, 2 * sectors :]
        return np.concatenate([part.ravel() for part in parts])

    right = step(source, np.zeros(size))
    point, passes = gmres(lambda z: z - step(nothing, z), local, right, TOLERANCE, LONGEST)
    miss = float(np.linalg.norm(step(source, point) - point))
    bound = ACCEPTED * float(np.linalg.norm(right))
    if not miss <= bound:
        raise ConvergenceError(
            f"the transposed system was not solved in {passes} passes: residual {miss:.1e}\n"
            f"  needs:  at most {bound:.1e}\n"
            "  try:    an equilibrium further from one that has no finite prices"
        )
    spending, price, factor = split(point)
    # One more pass gives what lies between; the factors' own worth has passed the gauge.
    between = transposed_pass(eq, source, spending, price, factor)
    return between._replace(factor=factor), passes


def _local_inverse(eq: Linear, nothing: Source, baseline: Table, options: Options) -> Array:
    """Inverse of each economy's own block, (N, 2J + K, 2J + K), kept with the baseline."""
    key, kept = replace(options, tolerance=0.0), _known.setdefault(baseline, {})
    if key not in kept:
        kept[key] = np.linalg.inv(_local_blocks(eq, nothing).astype(np.float32))
    return kept[key]


def _local_blocks(eq: Linear, nothing: Source) -> Array:
    economies, sectors = eq.expenditure.shape
    home = np.eye(economies, dtype=bool)[None]
    closed = eq._replace(
        share=np.where(home, eq.share, 0.0),
        border=np.where(home, eq.border, 0.0),
        receipts=np.where(home, eq.receipts, 0.0),
    )
    width = 2 * sectors + eq.bill.shape[1]
    blocks = np.empty((economies, width, width))
    for column in range(width):
        probe = np.zeros((economies, width))
        probe[:, column] = 1.0
        given = [np.ascontiguousarray(probe[:, :sectors])]
        given.append(np.ascontiguousarray(probe[:, sectors : 2 * sectors]))
        given.append(np.ascontiguousarray(probe[:, 2 * sectors :]))
        worth = transposed_pass(closed, nothing, *given)
        damp(eq, given[2], worth.factor)
        blocks[:, :, column] = probe - np.concatenate(worth[:3], axis=1)
    return blocks
