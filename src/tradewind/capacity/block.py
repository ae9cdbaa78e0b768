"""A plan with labels: a network, sites, chips and workloads in, one Dataset out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity.hours import carried, full_year
from tradewind.capacity.inputs import Chip, Site, Workload
from tradewind.capacity.latency import Measured
from tradewind.capacity.optimum import Method, Optimiser
from tradewind.capacity.paired import Question, add_paired, require_questions
from tradewind.capacity.results import results
from tradewind.capacity.rules import Rules
from tradewind.capacity.setting import Setting
from tradewind.capacity.units import Units

if TYPE_CHECKING:
    import pypsa

Tell = Callable[[str], None]
FACTS = ("network", "load_year", "weather_year", "price_year")
"""Attributes of an answer that a network may bring in ``meta["tradewind"]``."""
Cutting = Callable[["pypsa.Network"], "pypsa.Network"]


@dataclass(frozen=True)
class Plan:
    """A least-cost plan.

    Attributes
    ----------
    dataset : xarray.Dataset
        Variables of ``fields.FIELDS``; those that take paired solves only where asked for.
    network : pypsa.Network
        Solved, in its own units.
    timings : Mapping of str to float [s]
    """

    dataset: xr.Dataset
    network: pypsa.Network
    timings: Mapping[str, float]

    def to_netcdf(self, path: Path) -> None:
        """Write the Dataset, whole or not at all."""
        handle, name = tempfile.mkstemp(suffix=".nc", dir=path.parent)
        os.close(handle)
        try:
            self.dataset.to_netcdf(name, engine="h5netcdf")
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)

    def summary(self) -> pd.DataFrame:
        """List every number without an hour: variable, labels in words, value, unit."""
        rows: list[tuple[str, str, float, str]] = []
        for name, array in self.dataset.data_vars.items():
            if "hour" in array.dims:
                continue
            for index in np.ndindex(array.shape):
                labels = [
                    str(array[dim].values[i]) for dim, i in zip(array.dims, index, strict=True)
                ]
                value = float(array.values[index])
                rows.append((str(name), ", ".join(labels), value, array.attrs["units"]))
        return pd.DataFrame(rows, columns=["variable", "labels", "value", "unit"])


def plan(
    network: pypsa.Network,
    sites: Sequence[Site],
    chips: Sequence[Chip],
    workloads: Sequence[Workload],
    *,
    rules: Rules | None = None,
    units: Units | None = None,
    round_trips: Measured | None = None,
    hours: Cutting | None = None,
    paired: Sequence[Question] = (),
    solver: Method = "auto",
    tell: Tell | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Plan:
    """Find where to build compute, on what power, with which chips, and how to run it by the hour.

    Parameters
    ----------
    network : pypsa.Network
        Power only, one year; see ``attach``.
    sites, chips, workloads, rules, units, round_trips
        See ``attach``. Series are on the network's snapshots.
    hours : callable, optional
        From a network of the year to one of fewer hours, such as ``hours.choose_weeks``; series
        follow. None: all snapshots.
    paired : sequence of str
        What to find by more solves: latency, residency, deferral, price, siting, emissions,
        hours; see ``paired.add_paired``.
    solver : {"auto", "tradewind", "highs"}
    tell : callable, optional
        Is told what is being done.
    facts : Mapping, optional
        Attributes of the answer beside the network's own (``FACTS``).

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        Input that was refused; see ``tradewind.capacity.refusals``.
    InfeasibleError
        No plan meets all constraints; it says which clash, and by how much.
    ConvergenceError
        The solver stopped before the optimum, or the sums of the answer do not agree.
    """
    require_questions(paired)
    timings: dict[str, float] = {}
    say = tell or _silent
    with _timed(timings, "hours"):
        setting = _setting(network, sites, chips, workloads, hours)
    setting = replace(
        setting,
        rules=rules or Rules(),
        units=units or Units(),
        round_trips=round_trips,
        optimiser=Optimiser(solver, tell=tell),
    )
    with _timed(timings, "attach"):
        given = setting.attached()
    say(f"{len(given.snapshots)} hours, {len(given.buses)} buses: solving")
    with _timed(timings, "solve"):
        solved = setting.optimiser.solve(given)
    with _timed(timings, "results"):
        regions = {r: place for w in workloads for r, place in w.regions.items()}
        meta = network.meta.get("tradewind", {})
        own = {name: meta[name] for name in FACTS if name in meta}
        data = results(solved, rules=setting.rules, regions=regions, facts=own | dict(facts or {}))
    with _timed(timings, "paired"):

        def whole() -> Setting:
            year = _setting(network, sites, chips, workloads, full_year)
            return replace(
                setting, network=year.network, sites=year.sites, workloads=year.workloads
            )

        data = add_paired(data, solved, setting, paired, say, whole)
    data.attrs["seconds"] = round(sum(timings.values()), 2)
    return Plan(data, solved, timings)


def _silent(_: str) -> None:
    pass


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    start = perf_counter()
    yield
    timings[step] = perf_counter() - start


def _setting(
    network: pypsa.Network,
    sites: Sequence[Site],
    chips: Sequence[Chip],
    workloads: Sequence[Workload],
    hours: Cutting | None,
) -> Setting:
    """Cut the network and bring all series to the hours that are left."""
    if hours is not None:
        network = hours(network)
        sites = [_temperature_on(site, network) for site in sites]
        workloads = [_shapes_on(workload, network) for workload in workloads]
    plain = Rules(), Units(), None, Optimiser()
    return Setting(network, tuple(sites), tuple(chips), tuple(workloads), *plain)


def _temperature_on(site: Site, network: pypsa.Network) -> Site:
    if not isinstance(site.temperature, pd.Series):
        return site
    return replace(site, temperature=carried(network, site.temperature))


def _shapes_on(workload: Workload, network: pypsa.Network) -> Workload:
    if workload.shape is None:
        return workload
    shapes = {region: carried(network, series) for region, series in workload.shape.items()}
    return replace(workload, shape=shapes)
