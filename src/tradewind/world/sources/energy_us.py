"""United States: eight balancing authorities, hour by hour through 2022.

Load is generation: the hourly file holds no demand and no interchange, so what an area imported or
exported in 2022 is not in its load here. Broken hours are repaired by rule and counted, never
passed on; what the list of plants and the hourly file say of each other is settled in `fleet_seen`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from tradewind.world.energy import describe
from tradewind.world.names import read_map
from tradewind.world.sources.energy_reading import (
    construction_cost,
    fuel_prices,
    hours_of,
    line_table,
    market_price,
    measured_temperature,
    site_table,
    technology_costs,
    zone_capacity,
)
from tradewind.world.sources.energy_shapes import (
    HOURS,
    Floats,
    rounded,
    temperature,
    weather_field,
)
from tradewind.world.sources.energy_us_hours import CARRIERS, LIST_NAMES, YEAR, fleet_seen, hourly
from tradewind.world.sources.reading import read_rows, read_text

FLEETS: Final = (2022, 2026)
LINES: Final = ("interface", "r", "rr", "MW_f0", "MW_r0", "MW_f1", "MW_r1")
MEMBERS: Final = (
    *("ba", "nercr", "transreg", "transgrp", "cendiv", "st", "interconnect", "st_interconnect"),
    *("country", "usda_region", "aggreg"),
)
POUNDS: Final = 0.45359237
SEED: Final = 2022
GENERATION: Final = "U.S. EIA, hourly electric grid monitor (form 930), 2022, through dc-rl"
PLANTS: Final = "U.S. EIA, form 860M by balancing authority, through Electricity Maps"


def read(sources: Path) -> xr.Dataset:
    """Make the table of the United States from the raw sources.

    Raises
    ------
    SourceError
        If a source is missing, cut or changed.
    """
    chart = read_map("energy_us")
    names = list(chart["areas"])
    output, mended = zip(*(hourly(sources, name) for name in names), strict=True)
    seen = fleet_seen(chart, output)
    table = xr.Dataset(coords=coordinates(chart))
    table = table.assign(series(names, output, seen, mended))
    table = table.assign(plants(sources, chart, output, seen))
    table = table.assign(links(sources, chart))
    table = table.assign(prices(sources, chart))
    table = table.assign(places(sources, chart))
    table["cost"] = technology_costs(sources, "US_costs_2030.csv")
    return table.assign_attrs(
        network="us",
        load_year=str(YEAR),
        weather_year=f"{YEAR} (temperature 2024)",
        price_year="2024",
        clock="UTC, an hour is told by its start",
    )


def coordinates(chart: Mapping[str, Any]) -> dict[str, Any]:
    """Areas, times and carriers."""
    areas = chart["areas"].values()
    return {
        "area": list(chart["areas"]),
        "time": hours_of(YEAR),
        "carrier": list(CARRIERS),
        "fleet": list(FLEETS),
        "area_name": ("area", [area["name"] for area in areas]),
        "area_country": ("area", ["USA"] * len(chart["areas"])),
        "area_latitude": ("area", [float(area["latitude"]) for area in areas]),
        "area_longitude": ("area", [float(area["longitude"]) for area in areas]),
    }


def series(
    names: Sequence[str],
    output: Sequence[Mapping[str, Floats]],
    seen: Sequence[Mapping[str, float]],
    mended: Sequence[int],
) -> dict[str, xr.DataArray]:
    """Load and what sun, wind, water and nuclear plant had, hour by hour."""
    load = np.array([np.sum(list(made.values()), axis=0) for made in output])
    note = "hours mended: " + ", ".join(
        f"{name} {count}" for name, count in zip(names, mended, strict=True) if count
    )
    licence = "public domain (EIA); MIT"

    def put(values: Floats, name: str, units: str, remark: str = "") -> xr.DataArray:
        dims = ("area", "time") if values.ndim == 2 else ("area",)
        text = f"{note}; {remark}" if remark else note
        return describe(
            xr.DataArray(values, dims=dims), name, units, str(YEAR), GENERATION, licence, note=text
        )

    def profile(carrier: str) -> Floats:
        rows = [
            made[carrier] / fleet[carrier] if fleet[carrier] > 0 else np.zeros(HOURS)
            for made, fleet in zip(output, seen, strict=True)
        ]
        return np.minimum(np.array(rows), 1.0)

    solar = profile("solar")
    solar[names.index("NYIS")] = solar[names.index("PJM")]
    imports = "generation: neither demand nor interchange is in the hourly file"
    water = "what exceeds the conventional plants is left to pumped storage"
    return {
        "load_mean": put(load.mean(axis=1) / 1e3, "mean load", "GW", imports),
        "load_shape": put(load / load.mean(axis=1, keepdims=True), "load over its mean", "1"),
        "profile_solar": put(
            solar, "solar output per capacity", "1", "NYIS reports no sun by itself: as PJM"
        ),
        "profile_onshore_wind": put(profile("onshore wind"), "wind output per capacity", "1"),
        "profile_hydro": put(profile("hydro"), "river inflow per capacity", "1", water),
        "profile_nuclear": put(profile("nuclear"), "nuclear availability", "1"),
        "profile_other": put(
            np.repeat(profile("other").mean(axis=1, keepdims=True), HOURS, axis=1),
            "availability of biomass, waste, geothermal and other plant",
            "1",
            "flat at the year's mean",
        ),
    }


def plants(
    sources: Path,
    chart: Mapping[str, Any],
    output: Sequence[Mapping[str, Floats]],
    seen: Sequence[Mapping[str, float]],
) -> dict[str, xr.DataArray]:
    """Plants of both fleets, and what was generated in 2022 by carrier."""
    values = np.zeros((len(FLEETS), len(seen), len(CARRIERS)))
    for row, (area, fleet) in enumerate(zip(chart["areas"].values(), seen, strict=True)):
        newest = dict.fromkeys(CARRIERS, 0.0)
        for name, figure in zone_capacity(sources, [area["zone"]]).items():
            newest[LIST_NAMES.get(name, name)] += figure
        for column, carrier in enumerate(CARRIERS):
            values[0, row, column] = fleet[carrier]
            listed = newest[carrier]
            dispatched = carrier in {"gas", "oil", "other"}
            values[1, row, column] = max(listed, fleet[carrier]) if dispatched else listed
    made = np.array(
        [[series_[c].sum() / 1e6 if c in series_ else 0.0 for c in CARRIERS] for series_ in output]
    )
    return {
        "capacity": describe(
            xr.DataArray(values / 1e3, dims=("fleet", "area", "carrier")),
            "installed capacity",
            "GW",
            "2022, 2026",
            PLANTS,
            "public domain (EIA), single figures",
            note="no less than the greatest hour of 2022; 2022 sun and wind as the hourly file "
            "sees them; of 2026 gas, oil and other no less than of 2022",
        ),
        "generated": describe(
            xr.DataArray(made, dims=("area", "carrier")),
            "generation, to compare with",
            "TWh",
            str(YEAR),
            GENERATION,
            "public domain (EIA); MIT",
        ),
    }


def links(sources: Path, chart: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Transfer limits between areas : (line,), and through the region between SOCO and others."""
    members = {
        row.text("ba"): (row.text("transgrp"), row.text("st"))
        for row in read_rows(sources / "energy/us/membership.csv", MEMBERS)
    }
    rows = read_rows(sources / "energy/us/transmission_capacity_init_AC_ba_NARIS2024.csv", LINES)
    areas = {name: inside(members, area["regions"]) for name, area in chart["areas"].items()}

    def between(one: set[str], other: set[str]) -> float:
        there = [
            r.number("MW_f0", low=0) for r in rows if r.text("r") in one and r.text("rr") in other
        ]
        back = [
            r.number("MW_r0", low=0) for r in rows if r.text("rr") in one and r.text("r") in other
        ]
        return sum(there) + sum(back)

    limits: dict[tuple[str, str], float] = {}
    for one, inner in areas.items():
        for other, outer in areas.items():
            if one != other:
                limits[one, other] = between(inner, outer)
    for path in chart["through"]:
        middle = inside(members, path)
        for one, other in ((path["from"], path["to"]), (path["to"], path["from"])):
            limits[one, other] += min(between(areas[one], middle), between(middle, areas[other]))
    pairs = [(a, b) for a in areas for b in areas if a < b and limits[a, b] + limits[b, a] > 0]
    return line_table(chart["areas"], pairs, limits, "NREL ReEDS, NARIS 2024, through pypsa-usa")


def inside(members: Mapping[str, tuple[str, str]], region: Mapping[str, Any]) -> set[str]:
    """ReEDS balancing areas of some transmission groups, of some states if these are named."""
    states = region.get("states")
    return {
        name
        for name, (group, state) in members.items()
        if group in region["groups"] and (states is None or state in states)
    }


def prices(sources: Path, chart: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Industrial and wholesale prices, allowances and emission rates by area."""
    rows = read_rows(
        sources / "energy/flops_export/eia_electricity_prices.csv",
        ("period", "stateid", "stateDescription", "sectorid", "sectorName", "price", "price-units"),
    )
    paid = {
        row.text("stateid"): row.number("price", low=1, high=60) * 10
        for row in rows
        if row.text("period") == "2024" and row.text("sectorid") == "IND"
    }
    rates = {
        entry["regionCode"]: float(entry["emissions"]) * POUNDS
        for key, entry in json.loads(
            read_text(sources / "energy/codecarbon3/usa_emissions.json")
        ).items()
        if not key.startswith("_")
    }
    areas = chart["areas"].values()

    def mean(values: Mapping[str, float], states: Sequence[str]) -> float:
        return float(np.mean([values[state] for state in states]))

    def put(values: Sequence[float], *facts: str, note: str = "") -> xr.DataArray:
        array = xr.DataArray(np.array(values, dtype=float), dims="area")
        return describe(array, facts[0], facts[1], facts[2], facts[3], facts[4], note=note)

    wholesale = put(
        [
            market_price(sources, area["zone"])
            if (sources / f"energy/hourly_prices_2024/{area['zone']}.csv").is_file()
            else np.nan
            for area in areas
        ],
        *("mean wholesale price, to compare with", "USD/MWh", "2024"),
        *("Electricity Maps, through HewlettPackard/sustain-cluster", "MIT"),
    )
    unweighted = "mean of the area's states, unweighted"
    return {
        "industrial_price": put(
            [mean(paid, area["states"]) for area in areas],
            *("price to industry", "USD/MWh", "2024", "U.S. EIA, retail sales", "public domain"),
            note=unweighted,
        ),
        "market_price": wholesale.assign_attrs(missing="the four areas without a series at hand"),
        "emission_rate": put(
            [mean(rates, area["states"]) for area in areas],
            *("mean emission rate, to compare with", "kg CO2e/MWh", "2023"),
            *("EPA eGRID 2023, state totals, through codecarbon", "public domain; MIT"),
            note=unweighted,
        ),
        "carbon_price": put(
            [float(area["carbon"]) for area in areas],
            *("allowance price that plants pay", "USD/tCO2", "2024"),
            *("California ARB and RGGI auctions, from memory", "single figures"),
        ),
        "fuel_price": fuel_prices(chart, "U.S. EIA, Electric Power Monthly, from memory"),
    }


def places(sources: Path, chart: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Sites with their temperature, hour by hour, and what it costs to build there."""
    sites = chart["sites"]
    by_market, _ = construction_cost(sources)
    latitude = np.array([float(site["latitude"]) for site in sites.values()])
    longitude = np.array([float(site["longitude"]) for site in sites.values()])
    passing = weather_field(SEED, latitude, longitude, HOURS, 800.0, float(np.exp(-1 / 60)))
    air = [
        measured_temperature(sources, site["weather"])
        if "weather" in site
        else rounded(
            temperature(site["january"], site["july"], site["longitude"], passing[row], 6.0)
        )
        for row, site in enumerate(sites.values())
    ]
    return site_table(
        sites,
        np.array(air),
        [by_market[site["market"]] for site in sites.values()],
        [site["bus"] for site in sites.values()],
        ["USA"] * len(sites),
    )
