"""The hours of a network, and series laid on them: nothing missing, one clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tradewind.capacity.equations import YEAR_HOURS, Floats, Integers
from tradewind.capacity.naming import META
from tradewind.capacity.refusals import NetworkError, ProfileError

if TYPE_CHECKING:
    import pypsa

_WEIGHTS = "network.snapshot_weightings"


@dataclass(frozen=True)
class Clock:
    """Snapshots of a network.

    Parameters
    ----------
    snapshots : Index
    weight : (hour,) [hour / year]
        Hours of the year that a snapshot stands for; they sum to 8,760.
    step : (hour,) [hour]
        Length of a snapshot.
    period : (hour,)
        Number of the chosen week or typical day it is in.
    """

    snapshots: pd.Index[Any]
    weight: Floats
    step: Floats
    period: Integers

    @classmethod
    def of(cls, network: pypsa.Network) -> Clock:
        """Read a network's clock.

        Raises
        ------
        NetworkError
            Several investment periods or scenarios; weights that do not sum to a year, or steps
            not above zero; periods that are not one number a snapshot, each in one piece.
        """
        snapshots = network.snapshots
        if isinstance(snapshots, pd.MultiIndex) or network.has_scenarios:
            raise NetworkError(
                "A network with investment periods or scenarios cannot carry a compute layer.",
                where="network.snapshots",
                value="investment periods" if isinstance(snapshots, pd.MultiIndex) else "scenarios",
                bound="one year of snapshots, one scenario",
                remedy="Take one period or scenario out of it, and attach to that.",
            )
        weights = network.snapshot_weightings
        weight = _year(weights["objective"], "objective")
        _year(weights["generators"], "generators")
        step = weights["stores"].to_numpy(dtype=np.float64)
        if not (np.isfinite(step) & (step > 0.0)).all():
            raise NetworkError(
                "A snapshot has no length.",
                where=f"{_WEIGHTS}['stores']",
                value=step[~(step > 0.0)][:1],
                bound="hours above 0",
                remedy="Set it to the length of a step, 1.0 for hourly snapshots.",
            )
        return cls(snapshots, weight, step, periods_of(network))

    def lay(self, series: pd.Series[float], where: str) -> Floats:
        """Take a series' values at the snapshots; more hours than those may be in it.

        Raises
        ------
        ProfileError
            It keeps another time zone, lacks hours, has some twice, or holds no number in some.
        """
        if getattr(series.index, "tz", None) != getattr(self.snapshots, "tz", None):
            raise ProfileError(
                "A series keeps another clock than the network.",
                where=where,
                value=f"time zone {series.index.tz}",  # type: ignore[attr-defined]
                bound="times without a zone, as PyPSA's snapshots are; all of one zone",
                remedy="Convert all series to one zone, then `.tz_localize(None)`.",
            )
        missing = self.snapshots.difference(series.index)
        if len(missing) or not series.index.is_unique:
            raise ProfileError(
                "A series lacks hours or has some twice.",
                where=where,
                value=f"{len(missing)} of {len(self.snapshots)} missing"
                + (f", the first {missing[0]}" if len(missing) else ", but hours twice"),
                bound="one value for every snapshot",
                remedy="Index it by network.snapshots.",
            )
        values: Floats = np.asarray(series.loc[self.snapshots], dtype=np.float64)
        if not np.isfinite(values).all():
            raise ProfileError(
                "A series holds no number in some hours.",
                where=f"{where}, {self.snapshots[~np.isfinite(values)][0]}",
                value=f"{(~np.isfinite(values)).sum()} of {values.size} hours",
                bound="a finite number in every hour",
                remedy="Fill the gaps from a source, and say how.",
            )
        return values


def _year(weights: pd.Series[float], column: str) -> Floats:
    values: Floats = np.asarray(weights, dtype=np.float64)
    total = values.sum()
    if not (values > 0.0).all() or not abs(total - YEAR_HOURS) <= 1e-6 * YEAR_HOURS:
        raise NetworkError(
            "Snapshots do not stand for a year, which costs and demands are counted in.",
            where=f"{_WEIGHTS}[{column!r}]",
            value=f"sum {total:g}",
            bound="hours above 0 that sum to 8760",
            remedy="Multiply the column by 8760 over its sum; leave `stores` at the step's hours.",
        )
    return values


def periods_of(network: pypsa.Network) -> Integers:
    """Number of its chosen week or typical day for every snapshot; 0 if none are set apart.

    Raises
    ------
    NetworkError
        Not one number a snapshot, or a period in several pieces.
    """
    given = network.meta.get(META, {}).get("periods")
    count = len(network.snapshots)
    if given is None:
        return np.zeros(count, dtype=np.int64)
    periods = np.asarray(given)
    pieces = 1 + np.count_nonzero(np.diff(periods)) if periods.size == count else 0
    if pieces != np.unique(periods).size:
        raise NetworkError(
            "Periods are not one number a snapshot, each in one piece.",
            where=f"network.meta[{META!r}]['periods']",
            value=f"{periods.size} numbers for {count} snapshots",
            bound="0, …, 0, 1, …, 1, …",
            remedy="Write the number of its week or typical day for every snapshot.",
        )
    return periods.astype(np.int64)
