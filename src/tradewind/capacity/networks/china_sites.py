"""Where compute can stand in China, and where it is wanted: clusters, provinces, gross product."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from tradewind.capacity import parameters
from tradewind.capacity.defaults import connection_cost
from tradewind.capacity.inputs import Site
from tradewind.capacity.networks.china_hours import whole_year
from tradewind.capacity.networks.region import Region
from tradewind.errors import InputError
from tradewind.scenario.yaml_source import read_table
from tradewind.world.energy import open_energy

COUNTRY = "CHN"
COOLINGS = ("air", "liquid")
"""In the order tried: the first whose mean PUE keeps the limit is built."""
HOTTEST_HOUR = 15
"""Local solar time of the day's maximum (judgement, 14 to 16)."""
ZONE_LONGITUDE = 120.0
"""Meridian of Beijing time: farther west the day comes later by the clock."""


@lru_cache(maxsize=1)
def facts() -> Mapping[str, Any]:
    """The table of clusters, limits of PUE and room."""
    return read_table("china_sites.yaml", "tradewind.capacity")


def temperatures(
    normals: np.ndarray, daily_range: float, longitude: float, hours: pd.DatetimeIndex
) -> pd.Series[float]:
    """Synthetic hourly temperature: the month's normal and a daily cosine, without weather.

    T(t) = normal(t) + range / 2 · cos(2π (t − peak) / 24), normals interpolated between the middles
    of months.

    Parameters
    ----------
    normals : (12,) [degrees Celsius]
        January to December.
    daily_range : float [K]
        Mean maximum less mean minimum.
    longitude : float
        Shifts the day against Beijing time.
    hours : DatetimeIndex
        Beijing time.
    """
    middle = (np.arange(14) - 0.5) * 365.0 / 12.0
    around = np.concatenate([normals[-1:], normals, normals[:1]])
    day = hours.dayofyear.to_numpy() - 1 + hours.hour.to_numpy() / 24.0
    solar = hours.hour.to_numpy() + (longitude - ZONE_LONGITUDE) / 15.0
    swing = np.cos(2.0 * np.pi * (solar - HOTTEST_HOUR) / 24.0)
    return pd.Series(np.interp(day, middle, around) + daily_range / 2.0 * swing, index=hours)


def cooling_for(
    temperature: pd.Series[float], limit: float, where: str, given: Mapping[str, float] | None
) -> parameters.Cooling:
    """The first type of cooling whose PUE keeps the limit in the mean of the year.

    Raises
    ------
    InputError
        If none does.
    """
    means = {}
    for kind in COOLINGS:
        cooling = parameters.cooling(kind, given)
        pue = cooling.base + cooling.slope * (temperature - 15.0).clip(lower=0.0)
        means[kind] = float(pue.clip(upper=cooling.cap).mean())
        if means[kind] <= limit:
            return cooling
    raise InputError(
        "no type of cooling keeps the limit of PUE at a site",
        where=where,
        value=", ".join(f"{kind} {mean:.3f}" for kind, mean in means.items()),
        bound=f"at most {limit:g} in the mean of the year",
        remedy="relax the limit in tables/china_sites.yaml, or change the cooling's parameters",
    )


def sites(
    hours: pd.DatetimeIndex | None = None, given: Mapping[str, float] | None = None
) -> tuple[Site, ...]:
    """The ten clusters, and one site a province for everywhere else.

    Sites start empty: what stands today is in the provinces' load. A province's own site is its
    city, under the limit for new large centres; clusters stand under that of the hubs.

    Parameters
    ----------
    hours : DatetimeIndex, optional
        Hours that temperatures are wanted for, Beijing time; the whole year if left out.
    given : mapping of str to float, optional
        Parameters to be changed.

    Returns
    -------
    tuple of Site
    """
    table, data = facts(), open_energy("china31")
    hours = whole_year() if hours is None else hours
    normals, ranges = data["temperature"].to_pandas(), data["temperature_range"].to_series()
    peak = (data["load_shape"].max("hour") * data["load_energy"].isel(load_year=-1)).to_series()

    def site(name: str, row: Mapping[str, Any], limit: float, room: float) -> Site:
        own = row.get("temperature")
        normal = np.array(own[:12]) if own else normals[row["of"]].to_numpy()
        swing = float(own[12]) if own else float(ranges[row["of"]])
        warmth = temperatures(normal, swing, row["longitude"], whole_year())
        cooling = cooling_for(warmth, limit, f"site {name!r}", given)
        return Site(
            name=name,
            bus=row["bus"],
            region=row["bus"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            connection_limit=room,
            pue_base=cooling.base,
            pue_slope=cooling.slope,
            pue_max=cooling.cap,
            water_l_per_kwh=cooling.water_l_per_kwh,
            temperature=warmth.reindex(hours),
            country=COUNTRY,
            discount_rate=parameters.discount_rate(COUNTRY, given),
            shell_cost_usd_per_w=parameters.shell_cost(COUNTRY, given),
            shell_life=parameters.value("shell_life", given),
            connection_cost=connection_cost(COUNTRY, given),
        )

    limits, rooms = table["pue_limit"], table["connection_limit"]
    clusters = [
        site(name, row, row.get("pue_limit", limits["hub"]), rooms["cluster"]["value"])
        for name, row in table["clusters"].items()
    ]
    provinces = [
        site(
            bus,
            {"bus": bus, "of": bus, **place},
            limits["elsewhere"],
            float(peak[bus]) * 1000.0 / 8760.0 * rooms["elsewhere_share"]["value"],
        )
        for bus, place in places().items()
    ]
    return (*clusters, *provinces)


def places() -> dict[str, dict[str, float]]:
    """Latitude and longitude of each province's city."""
    data = open_energy("china31")[["latitude", "longitude"]].to_dataframe()
    return {
        str(bus): {str(key): float(at) for key, at in row.items()} for bus, row in data.iterrows()
    }


def regions() -> dict[str, Region]:
    """Where compute is wanted: provinces by gross regional product of 2024.

    All of China keeps one clock, so that shapes are one: none is given here.
    """
    product = open_energy("china31")["gross_product"].to_series()
    share = product / product.sum()
    return {
        bus: Region(
            latitude=place["latitude"],
            longitude=place["longitude"],
            country=COUNTRY,
            bus=bus,
            weight=float(share[bus]),
        )
        for bus, place in places().items()
    }
