"""Europe: annual demand with made-up hours, what was generated, and prices."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from tradewind.errors import SourceError
from tradewind.world.energy import describe
from tradewind.world.sources.energy_reading import fuel_prices, market_price
from tradewind.world.sources.energy_shapes import HOURS, Floats, load_shape, rounded
from tradewind.world.sources.reading import FRESH_COPY, read_rows, require_file, to_number

YEAR: Final = 2021
MARKETS: Final = {
    "AT": "AT",
    "BE": "BE",
    "CH": "CH",
    "DE": "DE-LU",
    "ES": "ES",
    "FR": "FR",
    "NL": "NL",
    "PT": "PT",
}
OWID: Final = "energy/owid/electricity_mix_bp_ember_2022.csv"
BURNT: Final = {
    "coal": "Electricity from coal (TWh)",
    "gas": "Electricity from gas (TWh)",
    "oil": "Electricity from oil (TWh)",
    "nuclear": "Electricity from nuclear (TWh)",
    "hydro": "Electricity from hydro (TWh)",
    "solar": "Electricity from solar (TWh)",
    "wind": "Electricity from wind (TWh)",
    "other": "Electricity from other renewables including bioenergy (TWh)",
}
DEMAND: Final = "Electricity demand (TWh)"
RULE: Final = "Tradewind, synthesised (world/sources/energy_shapes.py)"


def annual_mix(sources: Path, names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Demand and generation by country [TWh] of 2021, or 2020 where 2021 is not there (Albania).

    An empty cell counts as none of that fuel.
    """
    path = require_file(sources / OWID)
    with path.open(encoding="utf-8", newline="") as file:
        rows = {
            line["Entity"]: line
            for line in csv.DictReader(file)
            if line["Year"] in {str(YEAR - 1), str(YEAR)} and line[DEMAND]
        }
    mix = {}
    for name in names:
        if name not in rows:
            raise SourceError(
                "a country has no electricity demand",
                where=f"{path}, {name}, {YEAR - 1} and {YEAR}",
                bound="a figure",
                remedy=FRESH_COPY,
            )
        place = f"{path}, {name}"
        mix[name] = {
            key: to_number(rows[name][column] or "0", f"{place}, {column}", low=0, high=5e3)
            for key, column in {**BURNT, "demand": DEMAND}.items()
        }
    return mix


def loads(
    sources: Path, zones: Mapping[str, Mapping[str, Any]], air: Floats
) -> dict[str, xr.DataArray]:
    """Mean load, its synthetic shape, and generation of 2021 to compare with."""
    mix = annual_mix(sources, [zone["owid"] for zone in zones.values()])
    first = datetime.date(YEAR, 1, 1)
    shape = np.array(
        [
            rounded(load_shape(row, zone["heating"], zone["cooling"], zone["offset"], first))
            for zone, row in zip(zones.values(), air, strict=True)
        ]
    )
    shape /= shape.mean(axis=1, keepdims=True)
    demand = np.array([mix[zone["owid"]]["demand"] for zone in zones.values()])
    made = np.array([[mix[zone["owid"]][fuel] for fuel in BURNT] for zone in zones.values()])
    ember = "Ember and BP, through Our World in Data (2022)"
    return {
        "load_mean": describe(
            xr.DataArray(demand * 1e3 / HOURS, dims="area"),
            "mean load",
            "GW",
            str(YEAR),
            ember,
            "CC BY 4.0",
        ),
        "load_shape": describe(
            xr.DataArray(shape, dims=("area", "time")),
            "load over its mean",
            "1",
            f"days of {YEAR}, weather made up",
            RULE,
            "Apache-2.0",
            synthetic=True,
            note="daily curves, days of the week, heating and cooling; annual energy is exact",
        ),
        "generated": describe(
            xr.DataArray(made, dims=("area", "fuel_made"), coords={"fuel_made": list(BURNT)}),
            "generation, to compare with",
            "TWh",
            str(YEAR),
            ember,
            "CC BY 4.0",
        ),
    }


def prices(sources: Path, chart: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Industrial and wholesale prices and allowances by area."""
    zones = chart["zones"]
    rows = read_rows(
        sources / "energy/flops_export/country_electricity_prices.csv",
        ("iso3", "price_eur_kwh", "price_usd_kwh", "consumption_band", "source"),
    )
    paid = {row.text("iso3"): row.number("price_usd_kwh", low=0, high=1) * 1e3 for row in rows}
    carbon = chart["carbon"]

    def put(values: Sequence[float], name: str, units: str, year: str, source: str) -> xr.DataArray:
        array = xr.DataArray(np.array(values, dtype=float), dims="area")
        return describe(array, name, units, year, source, "single figures")

    market = put(
        [market_price(sources, MARKETS[zone]) if zone in MARKETS else np.nan for zone in zones],
        "mean wholesale price, to compare with",
        "USD/MWh",
        "2024",
        "ENTSO-E day-ahead prices, through HewlettPackard/sustain-cluster (MIT)",
    )
    return {
        "industrial_price": put(
            [paid[zone["iso3"]] for zone in zones.values()],
            "price to industry (20 to 70 GWh a year)",
            "USD/MWh",
            "2024",
            "Eurostat, non-household prices; Switzerland: Federal Statistical Office",
        ),
        "market_price": market.assign_attrs(missing="zones without a series at hand"),
        "carbon_price": put(
            [float(carbon.get(zone, carbon["default"])) for zone in zones],
            "allowance price that plants pay",
            "USD/tCO2",
            "2024",
            "EU and UK emission trading, from memory",
        ),
        "fuel_price": fuel_prices(chart, "TTF, API2 and Brent of 2024, from memory"),
        "reservoir": put(
            [float(zone["reservoir"]) * 1e3 for zone in zones.values()],
            "energy that reservoirs hold",
            "GWh",
            "about 2020",
            "ENTSO-E water reservoirs and national agencies, from memory",
        ),
    }
