"""The slow directions of the iteration, solved for exactly.

Theory
    Plain steps resolve each economy's markets quickly and the balance between economies slowly:
    the slowest error modes are nearly constant within an economy. For a shift c of every
    economy's factor prices, goods prices and spending (3N numbers), the averages of the residual
    answer by M c; a residual with averages r then wants the shift −M⁻¹ r.
Algorithm
    M by one-sided differences at the table without any shock: 3N + 1 passes, once for a table
    and a choice of labour, closure and elasticities, and kept as long as the table lives. It only
    steers the iteration: what counts as solved does not depend on it.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from tradewind.trade.arrays import Array, Options, Table
from tradewind.trade.constants import System
from tradewind.trade.residual import Market, averages, residual, shift

NO_COARSE: Array = np.zeros((0, 0))
STEP = 1e-6
WORST_CONDITION = 1e10

_known: WeakKeyDictionary[Table, dict[Options, Array]] = WeakKeyDictionary()


def known_coarse(table: Table, options: Options) -> Array | None:
    """Return the kept solve of a table's averages, or None."""
    return _known.get(table, {}).get(options)


def learn_coarse(table: Table, options: Options, system: System, market: Market) -> Array:
    """Compute and keep −M⁻¹ for a table, (3N, 3N); empty if M is singular.

    Parameters
    ----------
    system, market
        The table's own, without any shock.
    """
    matrix = _response_of_averages(system, market)
    coarse = _negative_inverse(matrix)
    _known.setdefault(table, {})[options] = coarse
    return coarse


def _negative_inverse(matrix: Array) -> Array:
    if not np.isfinite(matrix).all():
        return NO_COARSE
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return NO_COARSE
    condition = np.linalg.norm(matrix, 1) * np.linalg.norm(inverse, 1)
    return np.ascontiguousarray(-inverse) if condition < WORST_CONDITION else NO_COARSE


def _response_of_averages(system: System, market: Market) -> Array:
    economies, sectors = market.log_scale.shape
    size = economies * market.factors + 2 * economies * sectors
    # A plain loop: compiled, it would take the compiler longer than a thousand tables take here.
    base = averages(market, residual(system, market, np.zeros(size))[0])
    matrix = np.empty((3 * economies, 3 * economies))
    for column in range(3 * economies):
        by, point = np.zeros(3 * economies), np.zeros(size)
        by[column] = STEP
        shift(system, market, point, by)
        moved = averages(market, residual(system, market, point)[0])
        matrix[:, column] = (moved - base) / STEP
    return matrix
