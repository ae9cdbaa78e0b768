"""Rungs of a ladder, only where intervals separate.

Economies stand in the order of their median rank (then of their mean rank, then of their code).
Between two neighbours a rung ends if and only if everybody above has a worst bound that is strictly
better than the best bound of everybody below:

    max { worst_i : i above } < min { best_j : j below }    [P15]

Equal bounds overlap: the two could be level, so they share the rung. Rungs are thus the connected
parts of the graph in which two economies are joined when their intervals meet; whoever could change
places with somebody of the next rung pulls both rungs together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tradewind.pressure.arrays import Array


def order(median: Array, mean: Array, codes: Sequence[str]) -> NDArray[np.intp]:
    """Places of the economies from the top of the ladder to its bottom."""
    return np.lexsort((np.asarray(codes), mean, median))


def rungs(best: Array, worst: Array, ordered: NDArray[np.intp]) -> NDArray[np.intp]:
    """Rung of every economy, 1 the highest.

    Parameters
    ----------
    best, worst : (economy)
        Bounds of the interval of ranks, 1 the first.
    ordered : (economy)
        Places from the top down.

    Examples
    --------
    >>> rungs(np.array([1.0, 2.0, 2.0]), np.array([1.0, 3.0, 3.0]), np.array([0, 1, 2]))
    array([1, 2, 2])
    """
    lowest = np.maximum.accumulate(worst[ordered])
    highest = np.minimum.accumulate(best[ordered][::-1])[::-1]
    ends = lowest[:-1] < highest[1:]
    found = np.empty(ordered.size, dtype=np.intp)
    found[ordered] = 1 + np.concatenate([[0], np.cumsum(ends)])
    return found


def told_apart(best: Array, worst: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """How many economies are surely below and surely above each (economy), as intervals say."""
    below = (worst[:, None] < best[None, :]).sum(axis=1)
    above = (best[:, None] > worst[None, :]).sum(axis=1)
    return below, above
