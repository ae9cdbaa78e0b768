"""Rows of the rules: chip caps, reserve, green matching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from tradewind.capacity import naming

if TYPE_CHECKING:
    import linopy
    import pypsa


def add_chip_caps(model: linopy.Model, caps: list[dict[str, Any]]) -> None:
    """Σ of compute that a cap's links can give ≤ its most [kH100e], one row a cap."""
    if not caps:
        return
    rows = []
    for cap in caps:
        links = list(cap["links"])
        per_unit = xr.DataArray(list(cap["links"].values()), {"name": links})
        rows.append((model["Link-p_nom"].sel(name=links) * per_unit).sum())
    most = xr.DataArray([cap["most"] for cap in caps], dims="cap")
    left = stack(rows, "cap", [cap["name"] for cap in caps])
    model.add_constraints(
        left <= most.assign_coords(cap=left.indexes["cap"]), name="tradewind-chip-cap"
    )


def add_reserve(network: pypsa.Network, model: linopy.Model, spec: dict[str, Any]) -> None:
    """Σ credit · P ≥ (1 + m)(load + facility power) in every hour, area by area.

    Firm capacity is one variable an area, so that an hour's row holds it and the sites alone.
    """
    reserve = spec.get("reserve")
    if reserve is None:
        return
    areas = pd.Series(reserve["areas"])
    names = list(dict.fromkeys(areas))
    firm = model.add_variables(coords=[pd.Index(names, name="area")], name="tradewind-firm")
    load, above = network.get_switchable_as_dense("Load", "p_set"), 1.0 + reserve["margin"]
    load = load * -network.c.loads.static["sign"]
    credit, hourly, stands, needed = [], [], [], []
    for area in names:
        buses = set(areas.index[areas == area])
        grows, fixed = _firm(network, model, buses, reserve["credits"])
        credit.append(firm.sel(area=area, drop=True) - grows)
        stands.append(fixed)
        links = [naming.connection_link(s["name"]) for s in spec["sites"] if s["bus"] in buses]
        facility = above * model["Link-p"].sel(name=links).sum("name") if links else 0.0
        hourly.append(firm.sel(area=area, drop=True) - facility)
        at = network.c.loads.static.index[network.c.loads.static["bus"].isin(buses)]
        needed.append(above * load[at].sum(axis=1).to_numpy())
    areas_of = {"area": names}
    model.add_constraints(
        stack(credit, "area", names) == xr.DataArray(stands, areas_of), name="tradewind-firm"
    )
    hours = areas_of | {"snapshot": network.snapshots}
    model.add_constraints(
        stack(hourly, "area", names) >= xr.DataArray(needed, hours), name="tradewind-reserve"
    )


def _firm(
    network: pypsa.Network, model: linopy.Model, buses: set[str], credits: dict[str, float]
) -> tuple[Any, float]:
    """Credit of plant that may be built, as an expression, and of plant that stands."""
    built, stands = 0.0, 0.0
    for component in ("Generator", "StorageUnit"):
        static = network.components[component].static
        at = static["bus"].isin(buses)
        if component == "Generator":
            at &= static["sign"] > 0.0
        credit = static.loc[at, "carrier"].map(credits)
        grows = static.index[at & static["p_nom_extendable"]]
        fixed = static.index[at & ~static["p_nom_extendable"]]
        stands += float((credit[fixed] * static.loc[fixed, "p_nom"]).sum())
        if len(grows):
            weight = xr.DataArray(credit[grows].to_numpy(), coords={"name": grows}, dims="name")
            built = built + (model[f"{component}-p_nom"].sel(name=grows) * weight).sum()
    return built, stands


def add_green(network: pypsa.Network, model: linopy.Model, spec: dict[str, Any]) -> None:
    """Contracted generation + discharge − charge ≥ share · facility power, bus by bus.

    In every hour, or summed over the year; a contract and what it duplicates stay together
    within the limit of the land.
    """
    green = spec.get("green")
    if green is None:
        return
    weight = xr.DataArray(network.snapshot_weightings["generators"].rename_axis("snapshot"))
    rows = [_matched(model, row) for row in green["rows"]]
    if green["matching"] == "annual":
        rows = [(row * weight).sum("snapshot") for row in rows]
    buses = [row["bus"] for row in green["rows"]]
    model.add_constraints(stack(rows, "bus", buses) >= 0.0, name="tradewind-green")
    add_potential(model, green["potential"])


def _matched(model: linopy.Model, row: dict[str, Any]) -> linopy.LinearExpression:
    """Contracted power less the share of facility power to match, at one bus: (snapshot,)."""
    facilities = list(row["facilities"])
    share = xr.DataArray(list(row["facilities"].values()), {"name": facilities})
    left: linopy.LinearExpression = -1.0 * (model["Link-p"].sel(name=facilities) * share).sum(
        "name"
    )
    if row["generators"]:
        left = left + model["Generator-p"].sel(name=row["generators"]).sum("name")
    if row["storage"]:
        gives = model["StorageUnit-p_dispatch"].sel(name=row["storage"])
        takes = model["StorageUnit-p_store"].sel(name=row["storage"])
        left = left + gives.sum("name") - takes.sum("name")
    return left


def add_potential(model: linopy.Model, pairs: list[dict[str, Any]]) -> None:
    """Plant and its contract duplicate stay together within the limit of the land."""
    import linopy

    parts, most = [], []
    for component in ("Generator", "StorageUnit"):
        of = [pair for pair in pairs if pair["component"] == component]
        if of:
            size, names = model[f"{component}-p_nom"], [pair["name"] for pair in of]
            contract = size.sel(name=[pair["contract"] for pair in of])
            parts.append(size.sel(name=names) + contract.assign_coords(name=names))
            most += [pair["most"] for pair in of]
    if parts:
        total = linopy.merge(parts, dim="name")
        limit = xr.DataArray(most, {"name": total.indexes["name"]})
        model.add_constraints(total <= limit, name="tradewind-potential")


def stack(
    rows: list[linopy.LinearExpression], dim: str, names: list[str]
) -> linopy.LinearExpression:
    """Put expressions of the same dimensions under each other."""
    import linopy

    merged: linopy.LinearExpression = linopy.merge(rows, dim=dim).assign_coords({dim: names})
    return merged
