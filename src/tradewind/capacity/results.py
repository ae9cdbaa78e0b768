"""From a solved network to the answer of a plan: one Dataset, its sums checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from tradewind.capacity import naming
from tradewind.capacity.cost_stack import objective_of, rents, same, system_cost
from tradewind.capacity.emissions import (
    average_intensity,
    flows,
    green_share,
    marginal_intensity,
    power_buses,
)
from tradewind.capacity.fields import COORDINATES, FIELDS, PARTS
from tradewind.capacity.model import solved_routes
from tradewind.capacity.power_results import carriers, plants_and_stores, power_lines, power_values
from tradewind.capacity.rules import Rules
from tradewind.capacity.site_results import route_values, scarcity, site_values, weights
from tradewind.capacity.units import Units
from tradewind.errors import ConvergenceError

if TYPE_CHECKING:
    import pypsa

Floats = NDArray[np.float64]
MARGINAL_BY_PRICE = "the running plant of the bus's uncongested area nearest to the price in cost"


def results(
    network: pypsa.Network,
    *,
    rules: Rules | None = None,
    regions: Mapping[str, tuple[float, float, str]] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """Read a solved network with a compute layer.

    Parameters
    ----------
    network : pypsa.Network
        From ``attach``, solved to an optimum with its duals, its model still on it.
    rules : Rules, optional
        Those given to ``attach``: the carbon price and what counts as green.
    regions : Mapping of region to (latitude, longitude, country), optional
        For the map; NaN where left out.
    facts : Mapping, optional
        Attributes to add.

    Returns
    -------
    Dataset
        Variables of ``fields.FIELDS`` but those that take paired solves.

    Raises
    ------
    ConvergenceError
        Items do not sum to the objective, duals times right sides neither, parts of the cost of
        an H100e-hour not to the site's cost, or compute run is not compute asked for.
    """
    rules = rules or Rules()
    spec = network.meta[naming.META]
    units = Units(**spec["units"])
    carried = solved_routes(network) if spec["work"] else pd.DataFrame(columns=_ROUTES)
    labels = _labels(network, spec)
    values = site_values(network, spec, units, carried) | power_values(network, units)
    values |= route_values(spec, labels["region"], carried) | scarcity(network, spec, units)
    values |= _footprint(network, spec, values, rules)
    objective = objective_of(network)
    million = units.money_usd / 1e6
    transfer = float((carried["cost"] * carried["kh100e"]).sum())
    costs = system_cost(network, transfer, _carbon_prices(network, rules, units), objective)
    held = rents(network, objective)
    labels |= {"item": list(costs["item"].values), "holder": list(held["holder"].values)}
    values |= {"system_cost": costs.to_numpy() * million, "rent": held.to_numpy() * million}
    data = _dataset(values, labels, _coordinates(network, spec, labels, regions or {}))
    data.attrs = {
        "objective": objective * million,
        "status": "optimal",
        "hours": spec.get("hours", {}).get("rule", "the network's own snapshots"),
        "hours_duration_rmse": json.dumps(spec.get("hours", {}).get("duration_rmse", {})),
        "hours_peak_missed": spec.get("hours", {}).get("peak_missed", 0.0),
        "emissions_marginal_method": MARGINAL_BY_PRICE,
        **(facts or {}),
    }
    _check(data)
    return data


_ROUTES = ["workload", "region", "site", "group", "cost", "round_trip_ms", "kh100e"]


def _labels(network: pypsa.Network, spec: dict[str, Any]) -> dict[str, list[Any]]:
    regions = dict.fromkeys(r for w in spec["workloads"] for r in w["demand"])
    return {
        "site": [site["name"] for site in spec["sites"]],
        "chip": [chip["name"] for chip in spec["chips"]],
        "workload": [workload["name"] for workload in spec["workloads"]],
        "region": list(regions),
        "bus": list(power_buses(network)),
        "carrier": carriers(*plants_and_stores(network)),
        "line": list(power_lines(network)["name"]),
        "part": list(PARTS),
        "hour": list(range(len(network.snapshots))),
    }


def _coordinates(
    network: pypsa.Network,
    spec: dict[str, Any],
    labels: dict[str, list[Any]],
    regions: Mapping[str, tuple[float, float, str]],
) -> dict[str, Any]:
    unknown = (np.nan, np.nan, "")
    places = [regions.get(region, unknown) for region in labels["region"]]
    buses = network.buses.loc[labels["bus"]]
    lines = power_lines(network)
    period = spec.get("periods", [0] * len(network.snapshots))
    # PyPSA's default of a bus without a place is (0, 0), a point in the sea.
    placed = ((buses["x"] != 0.0) | (buses["y"] != 0.0)).to_numpy()
    return {
        **{
            f"site_{key}": [site[key] for site in spec["sites"]]
            for key in ("latitude", "longitude", "country", "bus")
        },
        "bus_latitude": np.where(placed, buses["y"].to_numpy(float), np.nan),
        "bus_longitude": np.where(placed, buses["x"].to_numpy(float), np.nan),
        "region_latitude": [place[0] for place in places],
        "region_longitude": [place[1] for place in places],
        "region_country": [place[2] for place in places],
        "workload_kind": [workload["kind"] for workload in spec["workloads"]],
        "line_from": list(lines["start"]),
        "line_to": list(lines["end"]),
        "time": network.snapshots.to_numpy(),
        "period": np.asarray(period),
        "weight": weights(network),
        "step": network.snapshot_weightings["stores"].to_numpy(float),
    }


def _footprint(
    network: pypsa.Network, spec: dict[str, Any], values: dict[str, Floats], rules: Rules
) -> dict[str, Floats]:
    """Emissions and green share of each site's power; grams per kWh are kilograms per MWh."""
    given, weight = flows(network), weights(network)
    at = given.buses.get_indexer(pd.Index([site["bus"] for site in spec["sites"]], dtype=object))
    drawn = values["facility_power"] * weight
    total = drawn.sum(axis=1)
    busy = np.where(np.isnan(values["pue_mean"]), np.nan, total)
    kinds = {
        "average": average_intensity(network, given),
        "marginal": marginal_intensity(network, given),
        "green": green_share(network, given, rules.green_carriers),
    }
    used = {
        # An hour without flow at a bus is one in which no site there draws power.
        kind: np.where(drawn > 0.0, drawn * mix[at], 0.0).sum(axis=1)
        for kind, mix in kinds.items()
    }
    answer = {
        "green_share": used["green"] / busy,
        "green_contracted": _contracted(network, spec, weight),
    }
    for kind in ("average", "marginal"):
        answer[f"emissions_{kind}"] = 1e3 * used[kind]
        answer[f"intensity_{kind}"] = 1e3 * used[kind] / busy
    return answer


def _contracted(network: pypsa.Network, spec: dict[str, Any], weight: Floats) -> Floats:
    """Energy of contracted plant over the facility energy of the sites that it is matched to."""
    share = dict.fromkeys((naming.connection_link(s["name"]) for s in spec["sites"]), np.nan)
    for row in spec["green"]["rows"] if spec["green"] else ():
        made = network.generators_t["p"][row["generators"]].to_numpy(float).sum(axis=1)
        stored = network.storage_units_t["p"].reindex(columns=row["storage"])
        links = list(row["facilities"])
        drawn = float(weight @ network.links_t["p0"][links].to_numpy(float).sum(axis=1))
        if drawn > 0.0:
            given = float(weight @ (made + stored.to_numpy(float).sum(axis=1)))
            share |= dict.fromkeys(links, given / drawn)
    return np.array(list(share.values()))


def _carbon_prices(network: pypsa.Network, rules: Rules, units: Units) -> pd.Series[float]:
    """Price that each generator's emissions bear, in money per tCO2 times the unit of power."""
    price = rules.carbon_price
    at = network.generators["bus"]
    known = dict(price) if isinstance(price, Mapping) else dict.fromkeys(at, price)
    return pd.Series(at.map(known).fillna(0.0).astype(float) * units.per_mwh(1.0))


def _dataset(
    values: Mapping[str, Floats], labels: Mapping[str, list[Any]], coordinates: Mapping[str, Any]
) -> xr.Dataset:
    data = xr.Dataset(coords={name: (name, _text(label)) for name, label in labels.items()})
    data = data.assign_coords(
        {
            name: (dims, _text(coordinates[name]), {"units": unit} if unit else {})
            for name, (dims, unit, _) in COORDINATES.items()
        }
    )
    for name, array in values.items():
        dims, unit, meaning = FIELDS[name]
        data[name] = (dims, np.asarray(array, dtype=float), {"units": unit, "long_name": meaning})
    return data


def _text(labels: Any) -> NDArray[Any]:
    """Labels as fixed-width text, which netCDF keeps as it is; an empty list is text too."""
    array = np.asarray(labels)
    if array.dtype == object or array.size == 0:
        return array.astype(str)
    return array


def _check(data: xr.Dataset) -> None:
    same(float(data["system_cost"].sum()), data.attrs["objective"], "system costs and objective")
    busy = data["cost_stack"].sum("part", skipna=False) < np.inf
    again = (data["cost_stack"].sum("part") * data["delivered"] / 1e3).where(busy, 0.0)
    whole = data["site_cost"].sum("part").where(busy, 0.0)
    for site in data["site"].values:
        same(float(again.sel(site=site)), float(whole.sel(site=site)), f"cost of {site}, by part,")
    asked = 8760.0 * float(data["demand"].sum())
    same(float(data["delivered"].sum()), asked, "compute delivered and compute asked for")
    for name in data.data_vars:
        if np.isinf(data[name].to_numpy()).any():
            raise ConvergenceError(f"the plan's {name} is infinite somewhere")
