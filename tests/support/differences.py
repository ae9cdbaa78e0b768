"""Numerical derivatives that say how far they can be trusted.

Central differences at shrinking steps, extrapolated to a step of zero; where rounding takes over
from truncation the tableau's columns drift apart, and the entry before that is taken.

Source: Ridders (1982), Advances in Engineering Software 4.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

SHRINK = 1.7


def derivative(
    function: Callable[[float], float], step: float, levels: int = 6, enough: float = 0.0
) -> tuple[float, float]:
    """f'(0) and an estimate of its error, from 2 × levels calls, or fewer if that is small enough.

    Three steps are the fewest, since two can agree by chance.
    """
    rows: list[list[float]] = []
    best, error = float("nan"), np.inf
    for level in range(levels):
        h = step / SHRINK**level
        row = [(function(h) - function(-h)) / (2.0 * h)]
        for column in range(1, level + 1):
            factor = SHRINK ** (2 * column)
            before = rows[level - 1][column - 1]
            row.append((factor * row[column - 1] - before) / (factor - 1.0))
            spread = max(abs(row[column] - row[column - 1]), abs(row[column] - before))
            if spread < error:
                best, error = row[column], spread
        rows.append(row)
        if level >= 2 and error <= enough:
            break
    return best, float(error)
