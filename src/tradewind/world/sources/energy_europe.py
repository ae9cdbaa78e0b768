"""Europe: 32 countries with synthetic hours, counted plants and borders.

No hourly table of Europe may be shipped: the availability series at hand (Dispa-SET 2016) are
EUPL-1.2, and there is no load. So sun, wind, inflow, temperature and load are synthesised here,
with annual means from IRENA and Ember, and a handful of statistical figures from Dispa-SET
(`moments` in `maps/energy_europe.yaml`); ``dispaset`` reads the series themselves for who has them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from tradewind.world.energy import describe
from tradewind.world.names import read_map
from tradewind.world.sources.energy_europe_load import RULE, YEAR, loads, prices
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
    measured_temperature,
    site_table,
    technology_costs,
)
from tradewind.world.sources.energy_shapes import (
    DAYS,
    HOURS,
    Floats,
    rounded,
    season,
    solar_profile,
    temperature,
    weather_field,
    wind_profile,
)
from tradewind.world.sources.reading import require_file, to_number

SEED: Final = 2016
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
