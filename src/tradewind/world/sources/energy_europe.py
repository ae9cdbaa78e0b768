"""Europe: 32 countries with synthetic hours, counted plants and borders.

No hourly table of Europe may be shipped: the availability series at hand (Dispa-SET 2016) are
EUPL-1.2, and there is no load. So sun, wind, inflow, temperature and load are synthesised here,
with annual means from IRENA and Ember, and a handful of statistical figures from Dispa-SET
(`moments` in `maps/energy_europe.yaml`); ``dispaset`` reads the series themselves for who has them.
"""

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
from tradewind.world.names import read_map
from tradewind.world.sources.energy_europe_plants import (
    CARRIERS,
    FLEETS,
    annual_factors,
    borders,
    plants,
)
from tradewind.world.sources.energy_reading import (
    construction_cost,
    hours_of,
    leap_day_out,
    market_price,
    measured_temperature,
    technology_costs,
)
from tradewind.world.sources.energy_shapes import (
    DAYS,
    HOURS,
    Floats,
    load_shape,
    rounded,
    season,
    solar_profile,
    temperature,
    weather_field,
    wind_profile,
)
from tradewind.world.sources.energy_us import fuel_prices, site_table
from tradewind.world.sources.reading import FRESH_COPY, read_rows, require_file, to_number

YEAR: Final = 2021
SEED: Final = 2016
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
COOLING: Final = {
    "ES": "chilled",
    "PT": "chilled",
    "GR": "chilled",
    "IT": "chilled",
}


def read(sources: Path) -> xr.Dataset:
    """Make the table of Europe from the raw sources.

    Raises
    ------
    SourceError
        If a source is missing, cut or changed.
    """
    chart = read_map("energy_europe")
    zones = chart["zones"]
    table = xr.Dataset(coords=coordinates(zones))
    factors = annual_factors(sources, chart)
    air = temperatures(sources, chart)
    table = table.assign(profiles(chart, factors))
    table = table.assign(loads(sources, zones, air))
    table = table.assign(plants(sources, chart))
    table = table.assign(borders(sources, chart))
    table = table.assign(prices(sources, chart))
    _, by_country = construction_cost(sources)
    sites = {
        zone["city"]: {**zone, "cooling": COOLING.get(name, "air")} for name, zone in zones.items()
    }
    table = table.assign(
        site_table(
            sites,
            air,
            [by_country[zone["iso3"]] for zone in zones.values()],
            list(zones),
            [zone["iso3"] for zone in zones.values()],
        )
    )
    table["cost"] = technology_costs(sources, "costs_2030.csv")
    return table.assign_attrs(
        network="europe",
        load_year=f"{YEAR} (annual; hours synthesised)",
        weather_year="made up",
        price_year="2024",
        clock="UTC, an hour is told by its start",
    )


def coordinates(zones: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Areas, times and carriers."""
    return {
        "area": list(zones),
        "time": hours_of(YEAR),
        "carrier": list(CARRIERS),
        "fleet": list(FLEETS),
        "area_name": ("area", [zone["owid"] for zone in zones.values()]),
        "area_country": ("area", [zone["iso3"] for zone in zones.values()]),
        "area_latitude": ("area", [float(zone["latitude"]) for zone in zones.values()]),
        "area_longitude": ("area", [float(zone["longitude"]) for zone in zones.values()]),
    }


def middles(zones: Mapping[str, Mapping[str, Any]]) -> tuple[Floats, Floats]:
    """Latitudes and longitudes of zones' cities."""
    return (
        np.array([float(zone["latitude"]) for zone in zones.values()]),
        np.array([float(zone["longitude"]) for zone in zones.values()]),
    )


def temperatures(sources: Path, chart: Mapping[str, Any]) -> Floats:
    """Temperature of the zones' cities : (zone, hour) [degC], measured for Frankfurt and London."""
    zones = chart["zones"]
    passing = weather_field(SEED, *middles(zones), HOURS, 800.0, float(np.exp(-1 / 60)))
    return np.array(
        [
            measured_temperature(sources, zone["weather"])
            if "weather" in zone
            else rounded(
                temperature(zone["january"], zone["july"], zone["longitude"], passing[row])
            )
            for row, zone in enumerate(zones.values())
        ]
    )


def profiles(chart: Mapping[str, Any], factors: Mapping[str, Floats]) -> dict[str, xr.DataArray]:
    """What sun, wind, water and nuclear plant have, hour by hour : (area, hour)."""
    zones, moments = chart["zones"], chart["moments"]
    latitude, longitude = middles(zones)
    reach, memory = (
        float(moments["wind_reach_km"]),
        float(np.exp(-1 / moments["wind_memory_hours"])),
    )
    wind = weather_field(SEED + 1, latitude, longitude, HOURS, reach, memory)
    other = weather_field(SEED + 2, latitude, longitude, HOURS, reach, memory)
    together = float(moments["land_to_sea"])
    sea = together * wind + np.sqrt(1 - together**2) * other
    cloud = weather_field(
        SEED + 3, latitude, longitude, DAYS, moments["cloud_reach_km"], moments["cloud_memory_days"]
    )

    def windy(kind: str, field: Floats) -> Floats:
        return np.array(
            [
                wind_profile(factor, moments[f"{kind} spread"], moments["wind_season"], row)
                if factor > 0
                else np.zeros(HOURS)
                for factor, row in zip(factors[kind], field, strict=True)
            ]
        )

    solar = np.array(
        [
            solar_profile(latitude[row], longitude[row], factor, cloud[row])
            for row, factor in enumerate(factors["solar"])
        ]
    )
    melt = np.array([float(zone["melt"]) for zone in zones.values()])[:, None]
    river = 1 + 0.7 * (melt * season(155.0) + (1 - melt) * season(45.0))
    nuclear = np.minimum(factors["nuclear"][:, None] * (1 + 0.12 * season(15.0)), 1.0)
    made = {
        "solar": solar,
        "onshore wind": windy("onshore wind", wind),
        "offshore wind": windy("offshore wind", sea),
        "hydro": factors["hydro"][:, None] * river,
        "nuclear": nuclear,
        "other": np.repeat(factors["other"][:, None], HOURS, axis=1),
    }
    source = f"{RULE}; annual means: IRENA, electricity statistics, 2019-2022"
    return {
        f"profile_{name.replace(' ', '_')}": describe(
            xr.DataArray(rounded(values), dims=("area", "time")),
            f"{name} availability or inflow per capacity",
            "1",
            "made up",
            source,
            "Apache-2.0; single figures",
            synthetic=True,
            note="errors against Dispa-SET 2016 and IRENA in docs/capacity-west.md",
        )
        for name, values in made.items()
    }


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


def dispaset(folder: Path) -> xr.Dataset:
    """Read the measured availability of 2016 of who holds the Dispa-SET files (EUPL-1.2).

    Parameters
    ----------
    folder : Path
        With one ``AF_2016_ZONE.csv`` a zone.

    Returns
    -------
    xarray.Dataset
        ``solar``, ``onwind``, ``offwind`` : (area, time), UTC, 29 February left out, times of the
        shipped table; ``river`` only where it is a number.

    Raises
    ------
    SourceError
        If a file is missing or cut, or a figure is not finite where one is due.
    """
    chart = read_map("energy_europe")
    names = {"PHOT": "solar", "WTON": "onshore wind", "WTOF": "offshore wind", "HROR": "river"}
    columns: dict[str, list[Floats]] = {name: [] for name in names.values()}
    for zone in chart["zones"].values():
        path = require_file(folder / f"AF_2016_{zone['dispaset']}.csv")
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for key, name in names.items():
            river_unknown = key not in rows[0] or (
                key == "HROR" and zone["dispaset"] in chart["dispaset_without_river"]
            )
            if river_unknown:
                columns[name].append(np.full(HOURS, np.nan))
                continue
            place = f"{path}, {key}"
            values = [to_number(row[key], place, low=0.0, high=5.0) for row in rows]
            columns[name].append(leap_day_out(np.array(values)))
    return xr.Dataset(
        {name: (("area", "time"), np.array(rows)) for name, rows in columns.items()},
        coords={"area": list(chart["zones"]), "time": hours_of(YEAR)},
    )
