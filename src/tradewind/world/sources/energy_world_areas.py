"""The power of each site's area: what is read for it, by the kind of its sources.

An area is a country, a part of one, or some Chinese provinces. Load is what the area generates, so
that its trade with areas outside the network stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from tradewind.errors import SourceError
from tradewind.world.sources import energy_china
from tradewind.world.sources import energy_world_plants as plants
from tradewind.world.sources import energy_world_series as series
from tradewind.world.sources.energy_world_series import Array

HOURS_PER_YEAR = 8760.0
HIGHEST_HOUR = 0.9
"""Output of all plants of an area in its best hour over their capacity."""
MOST_FACTOR = 0.95
STEADY = ("hydro", "nuclear", "biomass", "geothermal")
"""Plants whose year's output is taken from the mix: water, fuel or upkeep bounds it."""


@dataclass
class Area:
    """What is known of an area's power.

    Attributes
    ----------
    load_gw : float
    load, temperature, solar, wind : (season, half, hour)
        Load over its mean, °C, and output per unit of capacity.
    capacity_gw : mapping of carrier to float
    output_twh : mapping of carrier to float
    hydro : (season,)
        Output over capacity.
    carbon : float [g / kWh]
    said : mapping of str to str
        In words: source of load, solar, wind, temperature, capacity.
    before : mapping of str to float
        Mean capacity factor of solar and wind before they were scaled.
    """

    load_gw: float
    load: Array
    temperature: Array
    solar: Array
    wind: Array
    capacity_gw: Mapping[str, float]
    output_twh: Mapping[str, float]
    hydro: Array
    carbon: float
    said: dict[str, str] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)


@dataclass
class Raw:
    """Every table that areas are made of, read once."""

    sources: Path
    facts: Mapping[str, Any]

    @cached_property
    def irena(self) -> dict[str, plants.Plants]:
        """Capacity by country."""
        return plants.irena_capacity(self.sources)

    @cached_property
    def zones(self) -> dict[str, tuple[plants.Plants, str]]:
        """Capacity by zone."""
        return plants.zone_capacity(self.sources)

    @cached_property
    def mixes(self) -> dict[str, dict[str, float]]:
        """Output by country."""
        return plants.mixes(self.sources)

    @cached_property
    def factors(self) -> dict[str, plants.Plants]:
        """Capacity factors by country."""
        return plants.capacity_factors(self.sources)

    @cached_property
    def china(self) -> xr.Dataset:
        """The table of 31 provinces."""
        return energy_china.read(self.sources)

    @cached_property
    def solar_2024(self) -> dict[str, Array]:
        """Solar output of 16 cities."""
        return series.read_solar_2024(
            self.sources / "energy" / "derived" / "pv_synth_16cities_2024.csv.gz"
        )


def temperature_of(site: Mapping[str, Any], raw: Raw) -> tuple[Array, str]:
    """Temperature of a site on typical days [°C], and where it is from."""
    if "weather" in site:
        path = raw.sources / "energy" / "weather_2024" / f"{site['weather']}.json"
        return series.typical(*series.read_weather(path)), "hourly 2024"
    values = series.normal_temperature(site["normals"], site["longitude"])
    return series.typical(*values), "synthetic: normals and a daily cycle"


def believed_factor(
    name: str, site: Mapping[str, Any], carrier: str, raw: Raw
) -> tuple[float, str]:
    """Mean capacity factor of solar or wind: IRENA's, or the map's where that is an artefact."""
    artefacts = raw.facts["artefacts"]
    instead = artefacts["instead"].get(name, {})
    if carrier in instead:
        return float(instead[carrier]), f"map ({instead['source']})"
    found = raw.factors[site["country"]][carrier]
    if not artefacts[carrier]["low"] <= found <= artefacts[carrier]["high"]:
        raise SourceError(
            "a capacity factor of IRENA is an artefact, and nothing stands in for it",
            where=f"{plants.FACTORS}, {site['country']}, {carrier}",
            value=found,
            bound=f"{artefacts[carrier]['low']:g} to {artefacts[carrier]['high']:g}",
            remedy=f"say in maps/energy_world.yaml, artefacts, what to take for {name}",
        )
    return found, "IRENA 2019-2022"


def solar_of(name: str, site: Mapping[str, Any], raw: Raw) -> tuple[Array, str, float]:
    """Sun of a site outside measured areas: scaled to its factor; mean before that."""
    if site["solar"] == "pvlib" or site["solar"] == "none":
        values = series.typical(*series.clear_sky(site["latitude"], site["longitude"]))
        how = "synthetic: clear sky"
    else:
        hours = series.year_hours(2024)
        values, how = series.typical(raw.solar_2024[site["solar"]], hours), "synthetic: cloud 2024"
    factor, source = believed_factor(name, site, "solar", raw)
    before = float(values.mean())
    return scaled_to(values, factor), f"{how}, scaled to {source}", before


def scaled_to(values: Array, mean: float) -> Array:
    """Scale output to a mean; where the best hour would pass ``HIGHEST_HOUR``, bend it instead.

    Bent output is highest · (v / v_max)^e with the e that gives the mean: a factor that is high for
    fixed panels comes from plants that follow the sun, whose mornings and evenings are fuller.
    """
    plain: Array = values * mean / values.mean()
    if plain.max() <= HIGHEST_HOUR:
        return plain
    share = values / values.max()
    bend = brentq(lambda e: float((HIGHEST_HOUR * share**e).mean()) - mean, 0.05, 1.0)
    bent: Array = HIGHEST_HOUR * share**bend
    return bent


def wind_of(name: str, site: Mapping[str, Any], raw: Raw, calm: float) -> tuple[Array, str]:
    """Wind of a site without a series: its factor, with a calm and a windy half of each season."""
    if site["wind"] == "none":
        return np.zeros(series.SHAPE), "none"
    factor, source = believed_factor(name, site, "wind", raw)
    halves = np.array([calm, 2.0 - calm])
    seasons = raw.facts["wind_seasons"].get(site["continent"], [1.0] * len(series.SEASONS))
    by_season = np.array(seasons) / np.mean(seasons)
    values = factor * by_season[:, None, None] * halves[None, :, None] * np.ones(series.SHAPE)
    return values, f"synthetic: calm and windy halves, mean of {source}"


def factors_of(capacity: Mapping[str, float], output: Mapping[str, float]) -> dict[str, float]:
    """Output over capacity of plants that run steadily; at most ``MOST_FACTOR``."""
    return {
        carrier: min(
            output.get(carrier, 0.0) * 1e3 / HOURS_PER_YEAR / capacity[carrier], MOST_FACTOR
        )
        for carrier in STEADY
        if capacity.get(carrier, 0.0) > 0
    }


def country_area(name: str, site: Mapping[str, Any], raw: Raw, calm: float) -> Area:
    """Area with figures of the year alone: a country, or a part whose output the map tells."""
    temperature, warm = temperature_of(site, raw)
    mix = raw.mixes[site["country"]]
    fact = raw.facts["facts"].get(name)
    total = float(fact["twh"]) if fact else mix["total"]
    parts = raw.facts["mixes"].get(name)
    share = {
        carrier: parts.get(carrier, 0.0) / 100.0 if parts else mix[carrier] / mix["total"]
        for carrier in plants.MIX_KEYS
    }
    output = {carrier: part * total for carrier, part in share.items()}
    capacity, listed = capacity_of(name, site, raw)
    solar, sun, before = solar_of(name, site, raw)
    wind, blown = wind_of(name, site, raw, calm)
    hydro = factors_of(capacity, output).get("hydro", 0.0)
    year = f"{mix['year']:.0f}"
    return Area(
        load_gw=total * 1e3 / HOURS_PER_YEAR,
        load=series.synthetic_load(temperature, site["longitude"]),
        temperature=temperature,
        solar=solar,
        wind=wind,
        capacity_gw=capacity,
        output_twh=output,
        hydro=np.full(len(series.SEASONS), hydro),
        carbon=float("nan") if parts else mix["carbon"],
        said={
            "load": f"{fact['source']}; shape synthetic" if fact else f"{year}; shape synthetic",
            **{"temperature": warm, "solar": sun, "wind": blown, "capacity": listed},
        },
        before={"solar": before},
    )


def capacity_of(name: str, site: Mapping[str, Any], raw: Raw) -> tuple[dict[str, float], str]:
    """Capacity of an area by carrier [GW], and where it is from."""
    kind, _, zone = site["capacity"].partition(":")
    found, said = (
        (raw.irena[site["country"]], f"IRENA, {plants.IRENA_YEAR}")
        if kind == "irena"
        else raw.zones[zone]
    )
    added = raw.facts["capacities"].get(name, {})
    plus = {carrier: float(value) for carrier, value in added.items() if carrier != "source"}
    note = f"; {added['source']}" if added else ""
    return {**found, **plus}, said + note


def measured_area(name: str, site: Mapping[str, Any], raw: Raw) -> Area:
    """Balancing area of the United States with hourly generation of 2022."""
    zone = site["generation"].partition(":")[2]
    hourly, hours = series.read_area(raw.sources / "energy" / "dcrl" / f"{zone}.csv")
    carbon = hourly.pop("carbon")
    total = sum(hourly.values(), np.zeros(len(hours)))
    has_wind = site["wind"] != "none"
    windy = series.windy_days(hourly["wind"], hours) if has_wind else None
    per_unit = {
        carrier: hourly[carrier] / hourly[carrier].max() * HIGHEST_HOUR
        if hourly[carrier].max() > 0
        else np.zeros(len(hours))
        for carrier in ("solar", "wind")
    }
    temperature, warm = temperature_of(site, raw)
    capacity, listed = capacity_of(name, site, raw)
    water = series.typical(hourly["hydro"], hours).mean(axis=(1, 2))
    hydro = np.minimum(water / capacity["hydro"], MOST_FACTOR) if capacity["hydro"] else 0 * water
    return Area(
        load_gw=float(total.mean()),
        load=series.over_mean(series.typical(total, hours, windy)),
        temperature=temperature,
        solar=series.typical(per_unit["solar"], hours, windy),
        wind=series.typical(per_unit["wind"], hours, windy),
        capacity_gw=capacity,
        output_twh={carrier: float(v.sum()) / 1e3 for carrier, v in hourly.items()},
        hydro=hydro,
        carbon=float((carbon * total).sum() / total.sum()),
        said={
            "load": "hourly generation 2022 (EIA)",
            **{"temperature": warm, "capacity": listed},
            "solar": "measured 2022 (EIA), over its best hour",
            "wind": "measured 2022 (EIA), over its best hour" if has_wind else "none",
        },
    )
