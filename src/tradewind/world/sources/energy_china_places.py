"""What the Chinese table says of provinces and of lines between them, one figure each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tradewind.world.energy import describe
from tradewind.world.sources import energy_china_plants as plants
from tradewind.world.sources.reading import read_text, to_number

THU = ("Rick10119/PyPSA-China-THU (GitHub)", "CC0 1.0")
PIK = ("pik-piam/PyPSA-China-PIK (GitHub)", "CC BY 4.0 (data), MIT (code)")
COUNCIL = (
    "China Electricity Council, National Energy Administration and National Bureau of Statistics, "
    "monthly figures (maps/china_power.yaml)",
    "facts",
)
OWN = ("Tradewind, maps/china_power.yaml", "Apache-2.0")


def over_buses(values: Any, facts: Mapping[str, Any]) -> xr.DataArray:
    """Label one number or name a province."""
    return xr.DataArray(np.asarray(values), coords={"bus": list(facts["provinces"])}, dims="bus")


def places(facts: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Where the buses are, and how warm it is there."""
    rows = list(facts["provinces"].values())
    city = "the province stands at this city, its seat of government"
    normals = np.array(list(facts["temperature"].values()), dtype=float).T
    months = {"month": np.arange(1, 13), "bus": list(facts["provinces"])}
    weather = ("1991-2020", *OWN)
    return {
        "name_zh": describe(over_buses([r[1] for r in rows], facts), "name", "text", "2020", *OWN),
        "city": describe(over_buses([r[2] for r in rows], facts), city, "text", "2020", *OWN),
        "latitude": describe(over_buses([r[3] for r in rows], facts), city, "deg N", "2020", *OWN),
        "longitude": describe(over_buses([r[4] for r in rows], facts), city, "deg E", "2020", *OWN),
        "temperature": describe(
            xr.DataArray(normals[:12], coords=months, dims=list(months)),
            "monthly mean air temperature of the city",
            "degC",
            *weather,
            synthetic=True,
            note="normals from memory, to about 0.5 K; hours made of them know no weather",
        ),
        "temperature_range": describe(
            over_buses(normals[12], facts),
            "mean daily maximum less minimum",
            "K",
            *weather,
            synthetic=True,
            note="from memory, to about 1.5 K",
        ),
    }


def lines(path: Path, facts: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """The 56 interprovincial lines."""
    links = plants.read_links(path, list(facts["provinces"]))
    names = [f"{first} - {second}" for first, second, _ in links]

    def over_lines(values: list[Any]) -> xr.DataArray:
        return xr.DataArray(np.array(values), coords={"line": names}, dims="line")

    return {
        "line_from": describe(
            over_lines([a for a, _, _ in links]), "one end", "text", "2020", *THU
        ),
        "line_to": describe(
            over_lines([b for _, b, _ in links]), "other end", "text", "2020", *THU
        ),
        "line_capacity": describe(
            over_lines([c for _, _, c in links]), "transfer capacity either way", "GW", "2020", *THU
        ),
    }


def prices(folder: Path, facts: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Coal benchmark prices, carbon factors and gross product."""
    buses = list(facts["provinces"])
    codes = [row[0] for row in facts["provinces"].values()]
    coal = plants.coal_prices(folder / "china_coal_benchmark_price_2020.csv", buses)
    table = json.loads(read_text(folder / "codecarbon3" / "china_provincial_emissions.json"))[
        "data"
    ]
    missing = float("nan")
    carbon = [
        table.get(f"CN-{code}", {"emission_factor": missing})["emission_factor"] for code in codes
    ]
    product = {
        cells[0].replace("Innermongolia", "InnerMongolia"): to_number(
            cells[1], where, low=1e3, high=1e6
        )
        for where, cells in plants.read_lines(folder / "china_pik" / "historical_gdp.csv")
        if cells[0] != "region"
    }
    absent = "the source has none for Tibet"
    return {
        "coal_price": describe(
            over_buses(coal, facts),
            "benchmark feed-in price of coal power",
            "CNY / kWh",
            "2020",
            *("National Development and Reform Commission, provincial benchmark prices", "facts"),
            note="Hebei and Inner Mongolia: mean of their two areas",
        ).assign_attrs(missing=absent),
        "carbon_factor": describe(
            over_buses(carbon, facts),
            "mean CO2 of the electricity used in the province",
            "g / kWh",
            "2023",
            "Ministry of Ecology and Environment, announcement 47 of 2025, in codecarbon 3.3.2",
            "MIT",
        ).assign_attrs(missing=absent),
        "gross_product": describe(
            over_buses([product[bus] for bus in buses], facts),
            "gross regional product",
            "100 million CNY / year",
            "2024",
            *(f"National Bureau of Statistics, in {PIK[0]}", PIK[1]),
        ),
    }
