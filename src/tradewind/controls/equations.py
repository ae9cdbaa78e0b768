"""The arithmetic of export rules: performance, density, caps, and the order of policies.

All functions take floats or arrays that broadcast, and return arrays or floats.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

POLICIES = (
    "none",
    "exception",
    "exception_with_notification",
    "presumption_of_approval",
    "case_by_case",
    "presumption_of_denial",
    "denial",
)
"""The answers from mildest to strictest; their positions are the levels."""

LICENCE_FROM = POLICIES.index("presumption_of_approval")
"""The mildest level at which a licence is needed."""

Floats = NDArray[np.float64]


def total_processing_performance(tera_operations: ArrayLike, bit_length: ArrayLike) -> Floats:
    """TPP of one format: dense operations per second times the length of an operand.

    TPP = 2 × MacTOPS × bit length; a multiply-accumulate counts as two operations, so that
    2 × MacTOPS is the rate that vendors print, without sparsity.

    Parameters
    ----------
    tera_operations : array
        Dense operations [10¹²/s].
    bit_length : array
        Length of an operand [bit].

    Returns
    -------
    array
        TPP [10¹² bit/s]; an item's TPP is the maximum over its formats.

    References
    ----------
    15 CFR 774 Supp. 1, ECCN 3A090, technical notes 2 and 3 (88 FR 73458).
    """
    return np.asarray(tera_operations, dtype=np.float64) * np.asarray(bit_length, dtype=np.float64)


def performance_density(tpp: ArrayLike, die_area_mm2: ArrayLike, planar: ArrayLike) -> Floats:
    """TPP over the area of logic dies on non-planar nodes; 0 where all are planar.

    Parameters
    ----------
    tpp : array
        Total processing performance [TPP].
    die_area_mm2 : array
        Area of the logic dies [mm²], without memory stacks; NaN if unknown.
    planar : array
        1 if the transistors are planar, 0 if not, NaN if unknown.

    Returns
    -------
    array
        TPP/mm²; NaN if it depends on what is unknown.

    References
    ----------
    15 CFR 774 Supp. 1, ECCN 3A090, technical note 4 (88 FR 73458).
    """
    dense = np.asarray(tpp, dtype=np.float64) / np.asarray(die_area_mm2, dtype=np.float64)
    planar = np.asarray(planar, dtype=np.float64)
    return np.where(planar == 1.0, 0.0, np.where(planar == 0.0, dense, np.nan))


def left_of_cap(cap: ArrayLike, used: ArrayLike) -> Floats:
    """TPP left of a cap; below zero if more than the cap is used."""
    return np.asarray(cap, dtype=np.float64) - np.asarray(used, dtype=np.float64)


def left_of_share(share: float, total: ArrayLike, used: ArrayLike) -> Floats:
    """TPP that may still be shipped under a cap that is a share of the company's total.

    A shipment x adds to both sides, used + x ≤ share · (total + x), so that
    x ≤ (share · total − used) / (1 − share).

    Parameters
    ----------
    share : float
        The cap as a fraction of the total, above 0 and at most 1.
    total : array
        TPP that the company owns before the shipment.
    used : array
        Of which what counts against the cap.

    References
    ----------
    15 CFR 748 Supp. 10, paragraph 6 (90 FR 4544).
    """
    room = share * np.asarray(total, dtype=np.float64) - np.asarray(used, dtype=np.float64)
    if share == 1.0:
        return np.where(np.isnan(room), np.nan, np.inf)
    return np.asarray(room / (1.0 - share))


def units_that_fit(left: float, tpp: float) -> float:
    """Whole units of an item that what is left of a cap holds; infinite if there is no end.

    >>> units_that_fit(790_000_000, 15_832), units_that_fit(26_900_000, 15_832)
    (49898.0, 1699.0)
    """
    if left <= 0.0:
        return 0.0
    if tpp <= 0.0 or np.isinf(left):
        return float("inf")
    units = float(np.floor(left / tpp))
    # The quotient may have been rounded up to a whole number.
    return units - 1.0 if units * tpp > left else units
