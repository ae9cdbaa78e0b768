"""Areas of the world network that are Chinese provinces: their figures are those of ``china31``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tradewind.world.sources import energy_world_series as series
from tradewind.world.sources.energy_world_areas import Area, Raw, temperature_of
from tradewind.world.sources.energy_world_series import Array

CARRIERS = {
    **{"coal": "coal", "gas": "gas", "nuclear": "nuclear", "hydro": "hydro", "solar": "solar"},
    **{"onshore wind": "wind", "offshore wind": "wind", "battery": "battery"},
}
BEIJING = 8
"""Hours that the table's clock is ahead of UTC."""
LOAD_YEAR, OUTPUT_YEAR, CAPACITY_YEAR, WEATHER_YEAR = 2024, 2020, 2024, 2020
FUELS = {"nuclear": "nuclear", "wind": "wind", "solar": "solar", "hydro": "hydro"}


def chinese_area(site: Mapping[str, Any], raw: Raw) -> Area:
    """Add up the provinces of a site's area.

    Load is what they consumed in 2024 times what they generated over consumed in 2020.
    """
    part = raw.china.sel(bus=site["provinces"])
    hours = series.year_hours(WEATHER_YEAR)
    capacity = capacities(part)
    wind = per_unit_wind(part)
    windy = series.windy_days(wind, hours)
    solar_gw = part["capacity"].sel(capacity_year=CAPACITY_YEAR, carrier="solar")
    solar = in_utc(weighted(part["solar"], solar_gw))
    consumed = part["load_energy"].sel(load_year=LOAD_YEAR)
    load = in_utc((part["load_shape"] * consumed).sum("bus").to_numpy())
    output = part["generation"].sum("bus")
    made = float(output.sum()) / float(part["load_energy"].sel(load_year=OUTPUT_YEAR).sum())
    temperature, warm = temperature_of(site, raw)
    carbon = part["carbon_factor"]
    return Area(
        load_gw=float(consumed.sum()) * made * 1e3 / len(hours),
        load=series.typical(load / load.mean(), hours, windy),
        temperature=temperature,
        solar=series.typical(solar, hours, windy),
        wind=series.typical(wind, hours, windy),
        capacity_gw=capacity,
        output_twh={
            **{carrier: float(output.sel(fuel=fuel)) for carrier, fuel in FUELS.items()},
            "coal": float(output.sel(fuel="thermal")),
        },
        hydro=hydro_by_season(part),
        carbon=float((carbon * consumed).sum() / consumed.sum()),
        said={
            "load": "china31: hourly load, 2024, times output over use of 2020",
            **{"temperature": warm, "capacity": "china31: end of 2024"},
            "solar": "china31: hourly model data 2020",
            "wind": "china31: hourly model data 2020, bent to reported hours",
        },
    )


def in_utc(values: Array) -> Array:
    """Turn a year of Beijing hours into one of UTC; the first hours wrap around."""
    return np.roll(np.asarray(values, dtype=float), -BEIJING)


def weighted(values: xr.DataArray, weights: xr.DataArray) -> Array:
    """Mean over provinces by capacity."""
    mean = (values * weights).sum("bus") / weights.sum("bus")
    return np.asarray(mean.to_numpy(), dtype=float)


def per_unit_wind(part: xr.Dataset) -> Array:
    """Wind of the area in UTC, onshore and offshore by capacity."""
    plants = part["capacity"].sel(capacity_year=CAPACITY_YEAR)
    onshore = plants.sel(carrier="onshore wind")
    total = (part["onshore_wind"] * onshore).sum("bus").to_numpy()
    size = float(onshore.sum())
    for bus in [str(name) for name in part["bus"].values]:
        if bus in part["offshore_bus"].values:
            there = float(plants.sel(carrier="offshore wind", bus=bus))
            total = total + part["offshore_wind"].sel(offshore_bus=bus).to_numpy() * there
            size += there
    return in_utc(total / size)


def capacities(part: xr.Dataset) -> dict[str, float]:
    """Capacity by carrier [GW]; pumped storage is left out."""
    plants = part["capacity"].sel(capacity_year=CAPACITY_YEAR).sum("bus")
    found: dict[str, float] = {}
    for name, carrier in CARRIERS.items():
        found[carrier] = found.get(carrier, 0.0) + float(plants.sel(carrier=name))
    return found


def hydro_by_season(part: xr.Dataset) -> Array:
    """Output of hydro over its capacity by season."""
    size = part["capacity"].sel(capacity_year=CAPACITY_YEAR, carrier="hydro")
    if float(size.sum()) <= 0:
        return np.zeros(len(series.SEASONS))
    monthly = (part["hydro_factor"] * size).sum("bus") / size.sum("bus")
    season = xr.DataArray((monthly["month"].to_numpy() % 12) // 3, dims="month")
    return np.asarray(monthly.groupby(season.rename("season")).mean().to_numpy(), dtype=float)
