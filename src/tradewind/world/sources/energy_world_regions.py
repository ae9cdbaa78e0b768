"""Demand regions of the world network, and round trips between countries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tradewind.world.energy import describe
from tradewind.world.sources import energy_world_plants as plants
from tradewind.world.sources import national_gdp

OWN = ("Tradewind, maps/energy_world.yaml", "Apache-2.0")
DEMAND = (
    "Areas: Epoch AI's sales and clusters, IEA (2025); within areas GDP 2024 (World Bank)",
    "CC BY 4.0; facts",
)
ROUND_TRIPS = ("WonderNetwork pings between countries (sfgunkin/flops_export)", "facts")
GDP_YEAR = "2024"
Region = dict[str, Any]


def regions_of(facts: Mapping[str, Any]) -> dict[str, Region]:
    """Every region: the wider ones of the map, and sites that stand for their country."""
    own = {
        name: {**facts["sites"][name], "area": area}
        for area, names in facts["own_regions"].items()
        for name in names
    }
    return {**facts["regions"], **own}


def shares(
    regions: Mapping[str, Region], facts: Mapping[str, Any], sources: Path
) -> dict[str, float]:
    """Part of each region in the world's demand: its area's part, by GDP within the area."""
    table = national_gdp.read(sources)[0]["gdp_by_country"]
    found = {row[0]: float(row[2]) for row in table.rows if row[1] == GDP_YEAR}
    product = {
        name: float(sum(found.get(code, 0.0) for code in row.get("members", [row["country"]])))
        for name, row in regions.items()
    }
    areas = facts["areas"]
    whole = {
        area: sum(product[name] for name, row in regions.items() if row["area"] == area)
        for area in areas
    }
    return {
        name: areas[row["area"]] / sum(areas.values()) * product[name] / whole[row["area"]]
        for name, row in regions.items()
    }


def demand_regions(facts: Mapping[str, Any], sources: Path) -> dict[str, xr.DataArray]:
    """Places of demand, the economy each belongs to, and its share."""
    regions = regions_of(facts)
    names = list(regions)
    home = {site: name for name, sites in facts["home_regions"].items() for site in sites}
    share = shares(regions, facts, sources)

    def over(values: list[Any]) -> xr.DataArray:
        return xr.DataArray(np.asarray(values), coords={"region": names})

    rows = regions.values()
    homes = [home.get(site, site) for site in facts["sites"]]
    return {
        "region_country": describe(
            over([r["country"] for r in rows]), "ISO 3166 alpha-3", "text", "2026", *OWN
        ),
        "region_economy": describe(
            over([r["economy"] for r in rows]), "economy of the trade table", "text", "2026", *OWN
        ),
        "region_latitude": describe(
            over([r["latitude"] for r in rows]), "latitude of its city", "deg N", "2026", *OWN
        ),
        "region_longitude": describe(
            over([r["longitude"] for r in rows]), "longitude of its city", "deg E", "2026", *OWN
        ),
        "region_continent": describe(
            over([continent(r, facts) for r in rows]), "continent, for transfer", "text", "2026", *OWN
        ),
        "region_share": describe(
            over([share[name] for name in names]),
            *("part of the world's demand for compute", "1", "2024"),
            *DEMAND,
            synthetic=True,
            note="areas are a judgement, maps/energy_world.yaml",
        ),
        "home": describe(
            xr.DataArray(np.asarray(homes), coords={"site": list(facts["sites"])}),
            *("demand region that the site stands in", "text", "2026"),
            *OWN,
        ),
    }


def continent(region: Region, facts: Mapping[str, Any]) -> str:
    """Continent of a region: its own, or that of the map's list by country."""
    if "continent" in region:
        return str(region["continent"])
    return str(facts["continents"][region["country"]])


def latency(facts: Mapping[str, Any], sources: Path) -> dict[str, xr.DataArray]:
    """Least measured round trip between countries of sites and regions, a half matrix."""
    rows = [*facts["sites"].values(), *facts["regions"].values()]
    countries = sorted({str(row["country"]) for row in rows} | set(facts["more_countries"]))
    found = plants.round_trips(sources, set(countries))
    values = np.full((len(countries), len(countries)), np.nan, dtype=np.float32)
    place = {code: i for i, code in enumerate(countries)}
    for (one, other), value in found.items():
        values[place[one], place[other]] = value
    matrix = xr.DataArray(values, coords={"country_from": countries, "country_to": countries})
    return {
        "round_trip": describe(
            matrix, "least of repeated pings, either way", "ms", "2024", *ROUND_TRIPS,
            note="public internet between one city of each; never within a country",
        ).assign_attrs(missing="no ping, the lower half, or the same country"),
    }  # fmt: skip
