"""What a solved network says of power: plants, storage, lines, load and prices by bus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradewind.capacity.cost_stack import load_by_bus
from tradewind.capacity.emissions import power_buses
from tradewind.capacity.site_results import weights
from tradewind.capacity.units import Units

if TYPE_CHECKING:
    import pypsa

Floats = NDArray[np.float64]


def plants_and_stores(network: pypsa.Network) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Generators, and storage units and stores, that stand on power buses.

    Returns
    -------
    generators, storage : DataFrame
        Columns bus, carrier, capacity, before (capacity that stood), kind; storage counts what it
        can discharge, a store has no limit of its own and counts nothing.
    """
    buses = power_buses(network)
    parts = []
    for kind, size in (("Generator", "p_nom"), ("StorageUnit", "p_nom"), ("Store", None)):
        static = network.components[kind].static
        static = static[static["bus"].isin(buses)]
        table = static[["bus", "carrier"]].assign(kind=kind, capacity=0.0, before=0.0)
        if size is not None:
            table["capacity"] = static[f"{size}_opt"].where(
                static[f"{size}_extendable"], static[size]
            )
            table["before"] = static[size]
        parts.append(table)
    return parts[0], pd.concat(parts[1:])


def power_lines(network: pypsa.Network) -> pd.DataFrame:
    """Lines, transformers and links between two power buses.

    Returns
    -------
    DataFrame
        Columns name (its kind added where two kinds share it), kind, start, end, capacity, before.
    """
    buses = power_buses(network)
    rows = []
    for kind in network.branch_components:
        static = network.components[kind].static
        size = "s_nom" if kind in ("Line", "Transformer") else "p_nom"
        static = static[static["bus0"].isin(buses) & static["bus1"].isin(buses)]
        built = static[f"{size}_opt"].where(static[f"{size}_extendable"], static[size])
        rows.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "start": static["bus0"],
                    "end": static["bus1"],
                    "capacity": built,
                    "before": static[size],
                }
            )
        )
    table = pd.concat(rows) if rows else pd.DataFrame(columns=["kind", "start", "end"])
    twice = table.index.duplicated(keep=False)
    table["name"] = [
        f"{kind} {label}" if shared else str(label)
        for label, kind, shared in zip(table.index, table["kind"], twice, strict=True)
    ]
    return table


def carriers(generators: pd.DataFrame, storage: pd.DataFrame) -> list[str]:
    """Carriers in order of first use, generation before storage."""
    return list(dict.fromkeys([*generators["carrier"], *storage["carrier"]]))


def power_values(network: pypsa.Network, units: Units) -> dict[str, Floats]:
    """Operation and capacities of the power system, in the units of ``fields.FIELDS``."""
    buses, gw = power_buses(network), units.power_mw / 1e3
    generators, storage = plants_and_stores(network)
    names = carriers(generators, storage)
    both = pd.concat([generators, storage])
    price = network.buses_t["marginal_price"].reindex(columns=buses)
    price = price.to_numpy(float).T * units.money_usd / units.power_mw
    weight = weights(network)
    sign = network.generators["sign"]
    made = network.generators_t["p"].reindex(columns=generators.index) * sign[generators.index]
    lines = power_lines(network)
    built = (both["capacity"] - both["before"]).clip(lower=0.0)
    return {
        "generation": _by(generators, made.to_numpy(float).T * gw, buses, names),
        "storage_power": _by(storage, _given(network, storage) * gw, buses, names),
        "capacity": _by(both, both["capacity"].to_numpy(float) * gw, buses, names),
        "new_capacity": _by(both, built.to_numpy(float) * gw, buses, names),
        "flow": _flows(network, lines) * gw,
        "line_capacity": lines["capacity"].to_numpy(float) * gw,
        "line_new_capacity": (lines["capacity"] - lines["before"]).clip(lower=0.0).to_numpy(float)
        * gw,
        "load": load_by_bus(network).to_numpy(float).T * gw,
        "price": price,
        "price_mean": price @ weight / weight.sum(),
    }


def _given(network: pypsa.Network, storage: pd.DataFrame) -> Floats:
    """Power that storage gives, taken below zero: (storage, hour)."""
    parts = []
    for kind in ("StorageUnit", "Store"):
        names = storage.index[storage["kind"] == kind]
        parts.append(network.components[kind].dynamic["p"].reindex(columns=names).to_numpy(float).T)
    return np.concatenate(parts)


def _flows(network: pypsa.Network, lines: pd.DataFrame) -> Floats:
    rows = [
        network.components[kind].dynamic["p0"][name].to_numpy(float)
        for name, kind in lines["kind"].items()
    ]
    return np.stack(rows) if rows else np.zeros((0, len(network.snapshots)))


def _by(table: pd.DataFrame, values: Floats, buses: pd.Index[str], names: Iterable[str]) -> Floats:
    """Sum rows by bus and carrier: (bus, carrier, …)."""
    kinds = pd.Index(names)
    total = np.zeros((len(buses), len(kinds), *values.shape[1:]))
    at = buses.get_indexer(pd.Index(table["bus"])), kinds.get_indexer(pd.Index(table["carrier"]))
    np.add.at(total, at, values)
    return total
