"""The scale on which values are compared: as they are, or their logarithm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tradewind.pressure.arrays import Array
from tradewind.pressure.spec import Indicator

OFFSET = {"log": 0.0, "log1p": 1.0}
"""What is added before the logarithm is taken."""


def to_scale(values: Array, indicators: Sequence[Indicator]) -> Array:
    """Values (..., indicator) in their unit to the scale of comparison."""
    scaled = np.array(values, dtype=np.float64)
    for at, indicator in enumerate(indicators):
        if indicator.transform in OFFSET:
            scaled[..., at] = np.log(scaled[..., at] + OFFSET[indicator.transform])
    return scaled


def from_scale(scaled: Array, indicators: Sequence[Indicator]) -> Array:
    """Values (..., indicator) on the scale of comparison back to their unit."""
    values = np.array(scaled, dtype=np.float64)
    for at, indicator in enumerate(indicators):
        if indicator.transform in OFFSET:
            values[..., at] = np.exp(values[..., at]) - OFFSET[indicator.transform]
    return values


def lowest(indicator: Indicator) -> float:
    """Values must be above this to have a place on the scale."""
    return -OFFSET.get(indicator.transform, np.inf)
