"""The flows of a member's plan, so that green power can be followed to the sites."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tradewind.capacity.emissions import Flows, is_green, power_buses
from tradewind.claims.experiments.plan_arrays import Floats, Solved


def green_mix(plan: Solved) -> tuple[Flows, Floats, Floats]:
    """Read flows, green generation by bus and hour, and green natural inflow by store.

    Returns
    -------
    flows : Flows
    own : (bus, hour)
    natural : (store,)
        One where a store's inflow is green.
    """
    network = plan.arrays.network
    buses = power_buses(network)
    weight = network.snapshot_weightings["objective"].to_numpy(float)
    units = network.storage_units
    charge, discharge = (
        _hourly(plan, "StorageUnit-p_store"),
        _hourly(plan, "StorageUnit-p_dispatch"),
    )
    trip = (units["efficiency_store"] * units["efficiency_dispatch"]).to_numpy(float)
    inflow = network.get_switchable_as_dense("StorageUnit", "inflow").to_numpy(float)
    own = np.maximum(discharge @ weight - trip * (charge @ weight), 0.0)
    natural = np.where(inflow.sum(axis=0) > 0.0, own, 0.0)
    pairs, sent, arrived = _moved(plan, buses)
    made = _made(plan, buses, green=False)
    flows = Flows(
        buses=buses,
        made=made,
        pairs=pairs,
        sent=sent,
        arrived=arrived,
        stores=buses.get_indexer(pd.Index(units["bus"])),
        charge=charge,
        discharge=discharge,
        natural=natural,
        weight=weight,
    )
    water = np.asarray(is_green(units["carrier"].astype(str)), dtype=float)
    return flows, _made(plan, buses, green=True), water


def _hourly(plan: Solved, name: str) -> Floats:
    """A variable of storage units, (unit, hour)."""
    order = plan.arrays.network.storage_units.index
    found = plan.variable(name, list(order)).transpose("name", "snapshot").to_numpy()
    return np.asarray(np.maximum(found, 0.0))


def _made(plan: Solved, buses: pd.Index[str], *, green: bool) -> Floats:
    plants = plan.arrays.network.generators
    chosen = plants[plants["bus"].isin(buses)]
    if green:
        chosen = chosen[is_green(chosen["carrier"]).to_numpy()]
    power = plan.variable("Generator-p", list(chosen.index)).transpose("name", "snapshot")
    total = np.zeros((len(buses), power.sizes["snapshot"]))
    np.add.at(total, buses.get_indexer(pd.Index(chosen["bus"])), np.maximum(power.to_numpy(), 0.0))
    return total


def _moved(plan: Solved, buses: pd.Index[str]) -> tuple[np.ndarray, Floats, Floats]:
    links = plan.arrays.network.links
    lines = links[links["bus0"].isin(buses) & links["bus1"].isin(buses)]
    sent = plan.variable("Link-p", list(lines.index)).transpose("name", "snapshot").to_numpy()
    pairs = np.stack(
        [buses.get_indexer(pd.Index(lines["bus0"])), buses.get_indexer(pd.Index(lines["bus1"]))],
        axis=1,
    )
    sent = np.maximum(sent, 0.0)
    return pairs.astype(np.intp), sent, sent * lines["efficiency"].to_numpy(float)[:, None]
