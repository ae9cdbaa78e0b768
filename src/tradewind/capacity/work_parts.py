"""Workloads as PyPSA components: arrivals, and for deferrable work a queue and what runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tradewind.capacity import naming
from tradewind.capacity.clock import Clock
from tradewind.capacity.equations import Floats, recent_arrivals, window_bounds, window_of
from tradewind.capacity.inputs import Workload
from tradewind.capacity.refusals import WorkloadError
from tradewind.capacity.routes import ShapeGroup

if TYPE_CHECKING:
    import pypsa


@dataclass(frozen=True)
class Work:
    """One workload's shape group: what it asks of every site that may do it.

    Parameters
    ----------
    workload : Workload
    group : ShapeGroup
    sites : tuple of str
        Sites that may serve some of its regions.
    """

    workload: Workload
    group: ShapeGroup
    sites: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Name of its arrivals at every site."""
        return [naming.work(site, self.workload.name, self.group.name) for site in self.sites]

    @property
    def deferrable(self) -> bool:
        """Whether it may wait."""
        return self.workload.kind != "interactive"


def add_work(network: pypsa.Network, works: Sequence[Work], clock: Clock) -> None:
    """Add arrivals at every site, and queues where work may wait, in place."""
    for work in works:
        buses = [naming.compute_bus(site) for site in work.sites]
        if work.deferrable:
            _add_queue(network, work, buses, clock)
            buses = work.names
        flat = bool((work.group.shape == 1.0).all())
        shape = 1.0 if flat else _wide(work.group.shape, work.names, clock)
        network.add(
            "Generator",
            work.names,
            bus=buses,
            carrier=naming.WORK,
            sign=-1.0,
            p_nom_extendable=True,
            p_min_pu=shape,
            p_max_pu=shape,
        )


def queue_bounds(work: Work, clock: Clock) -> tuple[Floats, Floats]:
    """Least and most work done ahead of arrivals, over mean arrivals: two of (hour,) [hour].

    Raises
    ------
    WorkloadError
        A training window ends inside a step.
    """
    if work.workload.kind == "batch":
        behind = recent_arrivals(
            work.group.shape, clock.step, clock.period, work.workload.defer_hours
        )
        return -behind, np.zeros_like(behind)
    length = work.workload.window_hours
    assert length is not None, "Workload checks it"
    window = window_of(clock.step, clock.period, length)
    longest = np.bincount(window, weights=clock.step).max()
    if longest > length + 1e-6:
        raise WorkloadError(
            "A training window ends inside a step.",
            where=f"workload {work.workload.name!r}, window_hours",
            value=f"{length:g} hours, where steps make a window of {longest:g}",
            bound="a whole number of steps",
            remedy="Make the window a multiple of the step's hours.",
        )
    behind, ahead = window_bounds(work.group.shape, clock.step, window)
    return -behind, ahead


def _add_queue(network: pypsa.Network, work: Work, compute: list[str], clock: Clock) -> None:
    """Add a bus of work, a link that runs it, and a store of work done ahead (below zero: owed)."""
    least, most = queue_bounds(work, clock)
    places = network.c.buses.static.loc[compute, ["x", "y"]]
    network.add(
        "Bus",
        work.names,
        carrier=naming.WORK,
        x=places["x"].to_numpy(),
        y=places["y"].to_numpy(),
        unit="kH100e",
    )
    network.add(
        "Link",
        [naming.run_link(site, work.workload.name, work.group.name) for site in work.sites],
        bus0=compute,
        bus1=work.names,
        carrier=naming.WORK,
        p_nom=_run_bound(work, least, most, clock),
    )
    network.add(
        "Store",
        work.names,
        bus=work.names,
        carrier=naming.WORK,
        e_nom_extendable=True,
        e_cyclic=True,
        e_min_pu=_wide(least, work.names, clock),
        e_max_pu=_wide(most, work.names, clock),
    )


def _run_bound(work: Work, least: Floats, most: Floats, clock: Clock) -> float:
    """Twice what could run in a step if all queues of all regions emptied in it [kH100e]."""
    demand = sum(work.workload.demand[region] for region in work.group.regions)
    arriving = (work.group.shape * clock.step).max()
    return float(2.0 * demand * (most.max() - least.min() + arriving) / clock.step.min())


def _wide(values: Floats, names: list[str], clock: Clock) -> pd.DataFrame:
    """One series under every name."""
    return pd.DataFrame(
        np.broadcast_to(values[:, None], (values.size, len(names))), clock.snapshots, names
    )
