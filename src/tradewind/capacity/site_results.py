"""What a solved network says of its sites: what stands, what runs, what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradewind.capacity import naming
from tradewind.capacity.cost_stack import site_cost
from tradewind.capacity.fields import IDLE
from tradewind.capacity.rule_parts import CARBON_CAP
from tradewind.capacity.units import Units

if TYPE_CHECKING:
    import pypsa

Floats = NDArray[np.float64]


def site_values(
    network: pypsa.Network, spec: dict[str, Any], units: Units, carried: pd.DataFrame
) -> dict[str, Floats]:
    """Capacities, operation and costs of every site, in the units of ``fields.FIELDS``.

    Parameters
    ----------
    network : pypsa.Network
        Solved.
    spec : dict
        ``network.meta["tradewind"]``.
    units : Units
    carried : DataFrame
        As ``solved_routes`` gives it.
    """
    sites = [site["name"] for site in spec["sites"]]
    chips = [chip["name"] for chip in spec["chips"]]
    gw, weight = units.power_mw / 1e3, weights(network)
    values = _capacities(network, spec, gw)
    facility = _flow(network, "p0", [naming.connection_link(s) for s in sites]) * gw
    it = -_flow(network, "p1", [naming.shell_link(s) for s in sites]) * gw
    pue = 1.0 / _dense(network, "efficiency", [naming.shell_link(s) for s in sites])
    run, backlog = operation(network, spec)
    delivered = run.sum(axis=1) @ weight
    busy = delivered > IDLE * delivered.max(initial=1e-9)
    installed = values["chips_installed"].sum(axis=1)
    price = _prices(network, sites, units)
    transfer = (carried["cost"] * carried["kh100e"]).groupby(carried["site"]).sum()
    cost = site_cost(network, sites, chips, transfer).to_numpy() * units.money_usd / 1e6
    over = np.where(busy, delivered, np.nan)
    return values | {
        "facility_power": facility,
        "it_power": it,
        "pue": pue,
        "pue_mean": np.where(busy, facility @ weight, np.nan) / np.where(busy, it @ weight, 1.0),
        "run": run,
        "backlog": backlog,
        "delivered": delivered,
        "utilisation": np.where(busy, delivered, np.nan)
        / np.where(busy, installed * weight.sum(), 1.0),
        "compute_price": price,
        "compute_price_mean": (price * run.sum(axis=1)) @ weight / over,
        "site_cost": cost,
        "cost_stack": 1e3 * cost / over[:, None],
        "water": _water(spec, it @ weight),
    }


def weights(network: pypsa.Network) -> Floats:
    """Hours of the year that each snapshot stands for."""
    return network.snapshot_weightings["objective"].to_numpy(float)


def _flow(network: pypsa.Network, port: str, names: list[str]) -> Floats:
    return np.asarray(network.links_t[port].reindex(columns=names).to_numpy(float).T)


def _dense(network: pypsa.Network, attribute: str, names: list[str]) -> Floats:
    table = network.get_switchable_as_dense("Link", attribute, inds=pd.Index(names))
    return np.asarray(table[names].to_numpy(float).T)


def _capacities(network: pypsa.Network, spec: dict[str, Any], gw: float) -> dict[str, Floats]:
    links = network.links["p_nom_opt"]
    sites = [site["name"] for site in spec["sites"]]
    largest = np.array([site["pue_max"] for site in spec["sites"]])
    per_chip = np.array([chip["kw_per_h100e"] for chip in spec["chips"]])
    shell = links.reindex([naming.shell_link(s) for s in sites]).to_numpy(float)
    by_chip = np.array(
        [
            [links.get(naming.chip_link(s, chip["name"]), 0.0) for chip in spec["chips"]]
            for s in sites
        ]
    ).reshape(len(sites), len(per_chip))
    connection = links.reindex([naming.connection_link(s) for s in sites]).to_numpy(float)
    return {
        "it_capacity": by_chip * gw,
        "chips_installed": by_chip * gw * 1e3 / per_chip,
        "shell_capacity": shell * gw / largest,
        "connection_capacity": connection * gw,
    }


def operation(network: pypsa.Network, spec: dict[str, Any]) -> tuple[Floats, Floats]:
    """Compute at work and work waiting by site and workload: two of (site, workload, hour)."""
    sites = [site["name"] for site in spec["sites"]]
    names = [workload["name"] for workload in spec["workloads"]]
    run = np.zeros((len(sites), len(names), len(network.snapshots)))
    backlog = np.zeros_like(run)
    for work in spec["work"]:
        at = sites.index(work["site"]), names.index(work["workload"])
        if work["deferrable"]:
            link = naming.run_link(work["site"], work["workload"], work["group"])
            run[at] += network.links_t["p0"][link].to_numpy(float)
            backlog[at] -= network.stores_t["e"][work["name"]].to_numpy(float)
        else:
            run[at] += network.generators_t["p"][work["name"]].to_numpy(float)
    return run, backlog


def _prices(network: pypsa.Network, sites: list[str], units: Units) -> Floats:
    """Marginal price of compute [USD / H100e-hour]."""
    table = network.buses_t["marginal_price"].reindex(
        columns=[naming.compute_bus(s) for s in sites]
    )
    return np.asarray(table.to_numpy(float).T * units.money_usd / 1e3)


def _water(spec: dict[str, Any], energy_gwh: Floats) -> Floats:
    """Water consumed [million m3]: litres per kWh of IT, which are thousand m3 per GWh."""
    known = [site["water_l_per_kwh"] for site in spec["sites"]]
    return np.array([np.nan if w is None else w for w in known]) * energy_gwh / 1e3


def route_values(
    spec: dict[str, Any], regions: list[str], carried: pd.DataFrame
) -> dict[str, Floats]:
    """Routes, demand and round trips on labels."""
    sites = [site["name"] for site in spec["sites"]]
    names = [workload["name"] for workload in spec["workloads"]]
    route = np.zeros((len(names), len(regions), len(sites)))
    at = [
        pd.Index(labels).get_indexer(pd.Index(carried[key]))
        for key, labels in (("workload", names), ("region", regions), ("site", sites))
    ]
    np.add.at(route, tuple(at), carried["kh100e"].to_numpy(float))
    demand = np.array([[w["demand"].get(r, 0.0) for r in regions] for w in spec["workloads"]])
    trips = spec["round_trips"]
    table = pd.DataFrame(trips["ms"], trips["region"], trips["site"])
    return {
        "route": route,
        "demand": demand.reshape(len(names), len(regions)),
        "round_trip": table.reindex(index=regions, columns=sites).to_numpy(float),
    }


def scarcity(network: pypsa.Network, spec: dict[str, Any], units: Units) -> dict[str, Floats]:
    """What one more kW of connection, chip under its caps, and tonne of carbon would save.

    A chip under several caps counts those of the site where they weigh most. Without a cap on
    carbon, one more tonne saves nothing.
    """
    model = network.model
    sites = [site["name"] for site in spec["sites"]]
    chips = [chip["name"] for chip in spec["chips"]]
    dual = model.constraints["Link-ext-p_nom-upper"].dual.to_series() if sites else pd.Series()
    names = [naming.connection_link(s) for s in sites]
    connection = -dual.reindex(names).fillna(0.0).to_numpy(float)
    value = np.zeros((len(sites), len(chips)))
    if spec["chip_caps"]:
        caps = model.constraints["tradewind-chip-cap"].dual.to_series()
        for cap in spec["chip_caps"]:
            for i, s in enumerate(sites):
                for j, c in enumerate(chips):
                    if naming.chip_link(s, c) in cap["links"]:
                        value[i, j] -= caps[cap["name"]]
    row = f"GlobalConstraint-{CARBON_CAP}"
    carbon = -model.constraints[row].dual.item() if row in model.constraints else 0.0
    return {
        "connection_value": connection * units.money_usd / units.power_mw / 1e3,
        "chip_value": value.max(axis=0, initial=0.0) * units.money_usd / 1e3,
        # The row counts power_mw tonnes, as the cap does.
        "carbon_value": np.array(carbon * units.money_usd / units.power_mw),
    }
