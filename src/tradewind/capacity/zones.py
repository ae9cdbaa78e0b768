"""Zones: rows, local columns and capacities that entries join, directly or through others.

Islands of a power network know nothing of each other but for what their capacities share (a cap, a
route), so each is factored by itself and meets the others in the border only. Small zones are put
together: below some thousand operations a call costs more than its arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

TOGETHER = 5e6
"""Operations a step, about, up to which zones are put together."""
NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Zones:
    """Zones, numbered from the largest, small ones put together.

    Attributes
    ----------
    row : ndarray, (balance row,)
    border : ndarray, (border column,)
        ``NOWHERE`` for columns that stand in no balance or limit row.
    """

    row: np.ndarray
    border: np.ndarray


def zones(
    balance: sp.csr_array,
    balance_border: sp.csr_array,
    limit_column: np.ndarray,
    limit_border: sp.csr_array,
    steps: int,
) -> Zones:
    """Find the zones of a partition's rows and border columns."""
    rows, local = balance.shape
    border = balance_border.shape[1]
    limits = np.repeat(limit_column, np.diff(limit_border.indptr))
    one = np.concatenate([_rows(balance), _rows(balance_border), rows + limits])
    two = np.concatenate(
        [balance.indices, local + balance_border.indices, local + limit_border.indices]
    )
    size = rows + local + border
    joined = sp.csr_array((np.ones(one.size, dtype=bool), (one, rows + two)), shape=(size, size))
    label = connected_components(joined, directed=False)[1]
    touched = np.zeros(border, dtype=bool)
    touched[balance_border.indices] = True
    touched[limit_border.indices] = True
    own = label[rows + local :]
    height = np.bincount(label[:rows], minlength=size) / max(steps, 1)
    width = np.bincount(own[touched], minlength=size)
    group = _together(height, width)
    return Zones(group[label[:rows]], np.where(touched, group[own], NOWHERE))


def _rows(matrix: sp.csr_array) -> np.ndarray:
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _together(height: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Number zones from the largest, and give small ones that follow each other the same number."""
    held = np.flatnonzero((height > 0.0) | (width > 0))
    held = held[np.argsort(-height[held] * width[held] ** 2, kind="stable")]
    group = np.full(len(height), NOWHERE)
    number, tall, wide = -1, 0.0, 0.0
    for zone in held:
        tall, wide = tall + height[zone], wide + width[zone]
        if number < 0 or tall * wide**2 > TOGETHER:
            number, tall, wide = number + 1, float(height[zone]), float(width[zone])
        group[zone] = number
    return group
