"""Caps: how much each is on a day, and how much of it is left."""

from __future__ import annotations

import datetime

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.columns import TOTAL, Columns
from tradewind.controls.equations import left_of_cap, left_of_share
from tradewind.controls.schema import NEVER, Period, Quota

Floats = NDArray[np.float64]
EPOCH_ZERO = datetime.date(1970, 1, 1)


def days_since_1970(day: datetime.date) -> int:
    """Day as a number, as in the columns of a table."""
    return (day - EPOCH_ZERO).days


def cap_on(quota: Quota, day: NDArray[np.int64]) -> Floats:
    """Cap by day [TPP]: no cap while the quota does not bind, zero outside its period.

    Parameters
    ----------
    quota : Quota
        A cap that is an amount or a path.
    day : (row)
        Days since 1970.
    """
    cap = np.full(day.shape, quota.amount if quota.amount is not None else 0.0)
    for step in quota.path or ():
        cap = np.where(day >= days_since_1970(step.from_), step.amount, cap)
    return _in_force(quota, day, cap)


def _in_force(quota: Quota, day: NDArray[np.int64], size: Floats) -> Floats:
    if isinstance(quota.period, Period):
        first, last = days_since_1970(quota.period.from_), days_since_1970(quota.period.to)
        size = np.where((day >= first) & (day <= last), size, 0.0)
    binds = day >= days_since_1970(quota.begins)
    if quota.ends != NEVER:
        binds &= day < days_since_1970(quota.ends)
    return np.where(binds, size, np.inf)


def left_of(quota: Quota, columns: Columns, used: float) -> Floats:
    """TPP left of a cap for each row; NaN if it hangs on a company's total that is unknown."""
    if quota.share_of_company is None:
        return left_of_cap(cap_on(quota, columns.day), used)
    left = left_of_share(quota.share_of_company, columns.numbers[TOTAL], used)
    return _in_force(quota, columns.day, left)


def key_of(quota: Quota, places: dict[str, str], day: datetime.date) -> tuple[str, ...]:
    """What a cap is counted for: its id, the values of `per`, and the calendar year.

    Parameters
    ----------
    quota : Quota
        The cap.
    places : dict of str to str
        Destination, headquarters, consignee and company of the shipment.
    day : date
        Its day.
    """
    year = (str(day.year),) if quota.period == "calendar_year" else ()
    return (quota.id, *(places[name] for name in quota.per), *year)
