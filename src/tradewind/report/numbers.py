"""Numbers as they are shown: rounded here, at the edge, and nowhere before."""

from __future__ import annotations

import math
from collections.abc import Iterable

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
"""Stands for a number that is not defined, such as a ratio to zero."""

NO_CHANGE = 1e-7
"""Changes [%, percentage points, USD billion] below this are rounding of the solver."""


def signed(value: float, digits: int = 2) -> str:
    """Format a change, always with its sign; what rounds to zero has none.

    >>> signed(-0.1234), signed(12.5, 1), signed(-0.001)
    ('−0.12', '+12.5', '0.00')
    """
    if not math.isfinite(value):
        return NOTHING
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return (MINUS if value < 0 else "+") + text


def plain(value: float, digits: int = 2) -> str:
    """Format a level, with a sign only when it is negative.

    >>> plain(1234.5, 1), plain(-2.0, 0)
    ('1,234.5', '−2')
    """
    if not math.isfinite(value):
        return NOTHING
    text = f"{abs(value):,.{digits}f}"
    negative = value < 0 and float(text.replace(",", "")) != 0
    return MINUS + text if negative else text


def rounded(value: float, significant: int = 3) -> float:
    """Round to so many significant digits, since more would claim what is not known.

    >>> rounded(1_011_962.0), rounded(-12_345.0), rounded(7.0), rounded(0.0)
    (1010000.0, -12300.0, 7.0, 0.0)
    """
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, significant - 1 - math.floor(math.log10(abs(value))))


def as_written(value: float) -> str:
    """Write a figure with the digits it was given.

    >>> as_written(1_450_000.0), as_written(0.35), as_written(-1.3)
    ('1,450,000', '0.35', '−1.3')
    """
    text = f"{abs(value):,.10f}".rstrip("0").rstrip(".")
    return MINUS + text if value < 0 else text


def scientific(value: float) -> str:
    """Format a residual to two digits.

    >>> scientific(3.21e-13), scientific(0.0)
    ('3.2 × 10⁻¹³', '0')
    """
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return NOTHING
    mantissa, exponent = f"{value:.1e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa.replace('-', MINUS)} × 10{raised}"


def digits_for(
    values: Iterable[float], significant: int = 3, *, least: int = 0, most: int = 4
) -> int:
    """Choose one number of decimals for a column, so that its largest entry is legible.

    >>> digits_for([1.05, -0.2]), digits_for([0.004]), digits_for([182.3]), digits_for([])
    (2, 4, 0, 2)
    >>> digits_for([12.3], 2, least=2)
    2
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest < NO_CHANGE:
        return 2
    return min(most, max(least, significant - 1 - math.floor(math.log10(largest))))


def income_digits(values: Iterable[float]) -> int:
    """Choose the decimals of real-income changes [%]: two, more where all are small."""
    return digits_for(values, 2, least=2, most=8)
