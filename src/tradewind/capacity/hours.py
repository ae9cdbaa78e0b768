"""Which hours a plan looks at: the whole year, chosen weeks, typical days, or every n hours.

Each way returns a copy of the network on fewer snapshots, weighted so that the weights sum to a
year of 8,760 hours. A cut only picks stretches of time (and averages them where steps get longer):
it invents no hour. So any series on the same snapshots, such as a site's temperature or the
shape of a demand, follows by ``carried``. Cut first, attach compute after: windows and backlogs
have to end with the periods that are left.

What was cut stands in ``network.meta["tradewind"]``: ``periods`` (one whole number a snapshot;
storage, windows and batch close inside each) and ``hours`` (rule, positions, errors).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradewind.capacity.duration import Features, Floats, Windows, duration_error, features
from tradewind.errors import InputError

if TYPE_CHECKING:
    import pypsa

YEAR = 8760.0
"""[h] that the weights sum to; a leap year is scaled to it."""
WEEK, DAY = 168, 24
"""[h]"""
Series = TypeVar("Series", pd.Series, pd.DataFrame)


@dataclass(frozen=True)
class Cut:
    """Stretches of time to keep.

    Attributes
    ----------
    first : (snapshot,) position of the first hour of each step
    step : int, hours averaged into one step
    period : (snapshot,) whole number of the period
    weight : (snapshot,) [h], sums to 8,760
    rule : str, in words
    """

    first: NDArray[np.intp]
    step: int
    period: NDArray[np.intp]
    weight: Floats
    rule: str

    @property
    def positions(self) -> NDArray[np.intp]:
        """Positions of the hours that make each step: (snapshot, step)."""
        return np.asarray(self.first[:, None] + np.arange(self.step), dtype=np.intp)

    def frame(self, whole: Series) -> Series:
        """Bring a series or table from the whole year to the steps that are left."""
        if self.step == 1:
            return whole.iloc[self.first]
        values = whole.to_numpy()[self.positions].mean(axis=1)
        kept = whole.iloc[self.first].copy()
        kept[:] = values
        return kept


def full_year(network: pypsa.Network) -> pypsa.Network:
    """Keep every hour as one period, weighted to 8,760 hours."""
    hours = _checked(network)
    return _applied(network, _stretch(hours, 1, "every hour of the year"))


def every(network: pypsa.Network, hours: int) -> pypsa.Network:
    """Average every ``hours`` hours into one step; the year stays one period.

    Raises
    ------
    InputError
        If the year is not a whole number of steps.
    """
    count = _checked(network)
    if hours < 1 or count % hours:
        raise InputError(
            "the year is not a whole number of steps",
            where="every(network, hours)",
            value=f"{hours} h of {count} hours",
            bound="a divisor of the number of hours",
            remedy="use 2, 3, 4, 6 or 12",
        )
    return _applied(network, _stretch(count, hours, f"every {hours} hours, averaged"))


def choose_weeks(network: pypsa.Network, weeks: int = 2) -> pypsa.Network:
    """Keep the weeks that together reproduce the year's duration curves best.

    Rule: of the 52 weeks counted from the first hour take those whose weighted distribution
    functions of load, of each hourly availability and of load less wind and sun, for the system
    and by bus, come nearest to the year's in least squares, means counted with them; missing the
    peak of load or of what is left costs extra (``duration.PEAK_PENALTY``). No week weighs less
    than itself.
    """
    return _chosen(network, weeks, WEEK, "week")


def cluster_hours(network: pypsa.Network, clusters: int = 12) -> pypsa.Network:
    """Keep typical days: medoids of a hierarchical clustering (tsam), and the day of the peak.

    Rule: days are clustered by the same columns as ``choose_weeks`` uses; each cluster is shown
    by the real day nearest to its middle, and the day with the highest load less wind and sun
    takes the place of one. Weights are those nearest to the year's distribution functions, no day
    less than itself.

    Source: Hoffmann, Kotzur, Stolten & Robinius 2020, Energies 13(3) 641 (tsam).
    """
    given, windows = _candidates(network, clusters, DAY)
    days = _typical_days(given, len(windows.own), clusters)
    weight, _ = windows.weights(days)
    rule = f"{clusters} typical days (tsam, medoids, with the day of the peak)"
    return _applied(network, _windows(days, weight, DAY, rule), given)


def carried(network: pypsa.Network, whole: Series) -> Series:
    """Bring a series on the year's snapshots to those of a network that was cut from it.

    Raises
    ------
    InputError
        If the series is of another length than the year that the network was cut from.
    """
    facts = network.meta["tradewind"]["hours"]
    if len(whole) != facts["of"]:
        raise InputError(
            "a series has other hours than the network it goes with",
            value=f"{len(whole)} values",
            bound=f"{facts['of']} values, one for each snapshot of the uncut network",
            remedy="give the series on the snapshots of the whole year",
        )
    first = np.array(facts["first"], dtype=np.intp)
    if not whole.index[first].equals(network.snapshots):
        raise InputError(
            "a series keeps other dates than the network it goes with",
            value=str(whole.index[first[0]]),
            bound=f"{network.snapshots[0]}",
            remedy="index the series by the snapshots of the whole year",
        )
    nothing = np.zeros(len(first))
    kept = Cut(first, facts["step"], nothing.astype(np.intp), nothing, facts["rule"]).frame(whole)
    return kept.set_axis(network.snapshots, axis=0)


def _chosen(network: pypsa.Network, count: int, length: int, word: str) -> pypsa.Network:
    given, windows = _candidates(network, count, length)
    chosen, weight, _ = windows.best(count)
    numbers = ", ".join(str(k + 1) for k in chosen)
    rule = f"{word} {numbers}: nearest to the year's duration curves, peaks counted"
    return _applied(network, _windows(chosen, weight, length, rule), given)


def _candidates(network: pypsa.Network, count: int, length: int) -> tuple[Features, Windows]:
    total = _checked(network) // length
    if not 1 <= count <= total:
        raise InputError(
            "more periods are asked for than the year holds",
            value=count,
            bound=f"1 to {total} periods of {length} h",
            remedy="ask for fewer, or use full_year",
        )
    given = features(network)
    if not given.names:
        raise InputError(
            "nothing in the network changes by the hour, so no hours can be chosen",
            bound="a load or an availability with hourly values",
            remedy="use full_year or every",
        )
    return given, Windows.of(given, length)


def _typical_days(given: Features, total: int, clusters: int) -> tuple[int, ...]:
    from tsam import ClusterConfig, aggregate

    names = [str(i) for i in range(len(given.names))]
    table = pd.DataFrame(
        given.values[: total * DAY],
        columns=names,
        index=pd.date_range("2000-01-01", periods=total * DAY, freq="h"),
    )
    weight = np.maximum(given.weight * len(names), 1e-3)
    found = aggregate(
        table,
        clusters,
        cluster=ClusterConfig(method="hierarchical", representation="medoid"),
        weights=dict(zip(names, weight, strict=True)),
        preserve_column_means=False,
    )
    centres = found.clustering.cluster_centers
    assert centres is not None, "medoids are days of the year"
    days = [int(day) for day in centres]
    column = given.peaks[-1] if len(given.peaks) else 0
    peak = int(given.values[: total * DAY, column].argmax()) // DAY
    if peak not in days:
        of = np.asarray(found.cluster_assignments)
        days[days.index(_middle(days, of, peak))] = peak
    return tuple(sorted(days))


def _middle(days: list[int], of: NDArray[np.intp], peak: int) -> int:
    """Medoid of the cluster that the day of the peak belongs to."""
    return next(day for day in days if of[day] == of[peak])


def _windows(chosen: tuple[int, ...], share: Floats, length: int, rule: str) -> Cut:
    first = np.concatenate([k * length + np.arange(length) for k in chosen])
    period = np.repeat(np.arange(len(chosen)), length)
    return Cut(first, 1, period, np.repeat(share * YEAR / length, length), rule)


def _stretch(count: int, step: int, rule: str) -> Cut:
    first = np.arange(0, count, step)
    return Cut(first, step, np.zeros_like(first), np.full(len(first), YEAR / len(first)), rule)


def _checked(network: pypsa.Network) -> int:
    """Count the hours of a network that may be cut."""
    if "hours" in network.meta.get("tradewind", {}):
        raise InputError(
            "the network has been cut already",
            value=network.meta["tradewind"]["hours"]["rule"],
            remedy="cut the network of the whole year",
        )
    if "sites" in network.meta.get("tradewind", {}):
        raise InputError(
            "compute is attached already: its windows would not end with the periods",
            remedy="cut the hours first, then attach",
        )
    times = network.snapshots
    if not isinstance(times, pd.DatetimeIndex) or len(times) < DAY:
        raise InputError(
            "hours can only be chosen from a year of dated snapshots",
            value=f"{len(times)} snapshots of type {type(times).__name__}",
            bound="a DatetimeIndex with a step of one hour",
        )
    gaps = np.diff(times.to_numpy()) / np.timedelta64(1, "h")
    if not np.all(gaps == 1.0):
        at = int(np.argmax(gaps != 1.0))
        raise InputError(
            "the network's snapshots are not one hour apart",
            where=f"after {times[at]}",
            value=f"{gaps[at]:g} h",
            bound="1 h",
            remedy="fill the missing hours, or plan on the snapshots as they are",
        )
    return len(times)


def _applied(network: pypsa.Network, cut: Cut, given: Features | None = None) -> pypsa.Network:
    count = len(network.snapshots)
    kept = network.copy()
    tables = {
        (kind.list_name, name): table
        for kind in kept.components
        for name, table in kind.dynamic.items()
        if not table.empty
    }
    kept.set_snapshots(list(network.snapshots[cut.first]))
    for (kind_name, name), table in tables.items():
        cut_table = cut.frame(table).set_axis(kept.snapshots, axis=0)
        kept.components[kind_name].dynamic[name] = cut_table
    for column in ("objective", "generators"):
        kept.snapshot_weightings[column] = cut.weight
    kept.snapshot_weightings["stores"] = float(cut.step)
    facts: dict[str, Any] = {
        "rule": cut.rule,
        "of": count,
        "step": cut.step,
        "first": cut.first.tolist(),
        "duration_rmse": _errors(network, cut, given),
        "peak_missed": _peak_missed(network, cut),
    }
    before = network.meta.get("tradewind", {})
    kept.meta["tradewind"] = before | {"periods": cut.period.tolist(), "hours": facts}
    return kept


def _peak_missed(network: pypsa.Network, cut: Cut) -> float:
    """Share of the year's highest load that the highest load of the cut falls short of."""
    load = network.get_switchable_as_dense("Load", "p_set").sum(axis=1)
    highest = float(load.max())
    return 1.0 - float(cut.frame(load).max()) / highest if highest > 0.0 else 0.0


def _errors(network: pypsa.Network, cut: Cut, given: Features | None) -> dict[str, float]:
    """Error of the system's duration curves, as a share of each one's range."""
    given = features(network) if given is None else given
    if not given.names:
        return {}
    error = duration_error(given, cut.positions, cut.weight)
    return {n: float(e) for n, e in zip(given.names, error, strict=True) if ":" not in n}
