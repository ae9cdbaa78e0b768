"""The hours of the Chinese table: a common year that begins on a Monday, in Beijing time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tradewind.errors import InputError

CALENDAR = "2018-01-01"
"""First hour of the table: load keeps the week of 2018."""


def whole_year() -> pd.DatetimeIndex:
    """All hours of the table, in Beijing time without a zone."""
    return pd.date_range(CALENDAR, periods=8760, freq="h", name="snapshot")


def places_of(hours: pd.DatetimeIndex) -> np.ndarray:
    """Places of hours in the table."""
    return np.asarray(whole_year().get_indexer(hours))


def require_hours(snapshots: pd.DatetimeIndex, hours: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Refuse hours that the table does not have."""
    outside = snapshots.difference(hours)
    if len(outside) or not snapshots.is_unique or not len(snapshots):
        raise InputError(
            "hours are not those of the Chinese table",
            where="argument snapshots",
            value=str(outside[0]) if len(outside) else "none, or an hour twice",
            bound=f"{hours[0]} to {hours[-1]}, whole hours without a zone",
            remedy="choose from tradewind.capacity.networks.china31.whole_year()",
        )
    return snapshots.rename("snapshot")


def weeks(*starts: str) -> pd.DatetimeIndex:
    """Hours of whole weeks that begin on the given days (``2018-01-15``)."""
    parts_of = [pd.date_range(start, periods=168, freq="h") for start in starts]
    return pd.DatetimeIndex(np.concatenate(parts_of), name="snapshot")
