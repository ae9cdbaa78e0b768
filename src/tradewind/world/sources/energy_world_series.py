"""Hours of the world network: load, sun, wind and temperature, reduced to typical days.

A year of hours becomes 4 seasons × 2 halves × 24 hours (UTC). The halves are the days of a season
whose wind is below (calm) and above (windy) the place's own median: a mean of all days would make
wind an even flow and its power worth too much. Where no series of wind is known, both halves have
the same sun, load and temperature, and wind takes the mean ratio of the places that have one.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tradewind.errors import SourceError
from tradewind.world.sources.reading import FRESH_COPY, require_file, to_number

Array = npt.NDArray[np.float64]
SEASONS = ("December to February", "March to May", "June to August", "September to November")
HALVES = ("calm", "windy")
HOURS = 24
SHAPE = (len(SEASONS), len(HALVES), HOURS)
CLEAR_YEAR = 2023
"""Year of the calendar that sun and synthetic temperature are computed on; 365 days."""
PLANT_RATIO = 0.86
"""Output of a solar plant over its rating in full sun, losses of cable, heat and inverter."""
LINKE_TURBIDITY = 3.0
COMFORT_LOW, COMFORT_HIGH = 12.0, 22.0
LOAD_PER_DEGREE = {"cold": 0.008, "hot": 0.014}
LOAD_SWING, LOAD_PEAK = 0.12, 17.0
"""Synthetic load: swing over the day, local hour of its peak, and rise a degree (judgement; its
error against measured load is stored beside it)."""
DEGREES_PER_HOUR = 15.0
FUELS = {
    **{"WND": "wind", "SUN": "solar", "WAT": "hydro", "OIL": "oil", "NG": "gas", "COL": "coal"},
    **{"NUC": "nuclear", "OTH": "biomass"},
}
"""Columns of the EIA's hourly generation; other is mostly biomass and waste."""


def year_hours(year: int) -> pd.DatetimeIndex:
    """Every hour of a year in UTC, without the 29th of February."""
    hours = pd.date_range(f"{year}-01-01", f"{year}-12-31 23:00", freq="h")
    return hours[~((hours.month == 2) & (hours.day == 29))]


def season_of(hours: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    """Season of each hour: 0 is December to February."""
    return np.asarray((hours.month % 12) // 3, dtype=np.int64)


def windy_days(wind: Array, hours: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
    """Whether each hour belongs to a day whose wind is above its season's median.

    Parameters
    ----------
    wind : (hour,)
        Whole days from the first hour on.
    hours : DatetimeIndex
    """
    daily = wind.reshape(-1, HOURS).mean(axis=1)
    season = season_of(hours).reshape(-1, HOURS)[:, 0]
    median = np.array([np.median(daily[season == k]) for k in range(len(SEASONS))])
    return np.repeat(daily > median[season], HOURS)


def typical(
    values: Array, hours: pd.DatetimeIndex, windy: npt.NDArray[np.bool_] | None = None
) -> Array:
    """Mean by season, half and hour of the day.

    Parameters
    ----------
    values : (hour,)
    hours : DatetimeIndex
        In UTC.
    windy : (hour,), optional
        Which half each hour belongs to; without it both halves are the same.

    Returns
    -------
    numpy.ndarray : (season, half, hour of day)
    """
    season, clock = season_of(hours), np.asarray(hours.hour)
    out = np.empty(SHAPE)
    for half in range(len(HALVES)):
        kept = np.ones(len(hours), dtype=bool) if windy is None else windy == bool(half)
        total = np.zeros((len(SEASONS), HOURS))
        count = np.zeros((len(SEASONS), HOURS))
        np.add.at(total, (season[kept], clock[kept]), values[kept])
        np.add.at(count, (season[kept], clock[kept]), 1.0)
        out[:, half] = total / count
    return out


def clear_sky(latitude: float, longitude: float) -> tuple[Array, pd.DatetimeIndex]:
    """Output of a solar plant without clouds, per unit of its rating, over ``CLEAR_YEAR``.

    Panels face the equator at the tilt of the latitude, 40° at most. Sky after Ineichen & Perez
    (2002, Solar Energy 73) as in pvlib.
    """
    from pvlib import irradiance, location

    hours = year_hours(CLEAR_YEAR)
    middle = (hours + pd.Timedelta(minutes=30)).tz_localize("UTC")
    place = location.Location(latitude, longitude, altitude=0.0)
    sun = place.get_solarposition(middle)
    sky = place.get_clearsky(
        middle, model="ineichen", solar_position=sun, linke_turbidity=LINKE_TURBIDITY
    )
    on_panel = irradiance.get_total_irradiance(
        surface_tilt=min(abs(latitude), 40.0),
        surface_azimuth=180.0 if latitude >= 0 else 0.0,
        solar_zenith=sun["apparent_zenith"],
        solar_azimuth=sun["azimuth"],
        dni=sky["dni"],
        ghi=sky["ghi"],
        dhi=sky["dhi"],
    )["poa_global"]
    return PLANT_RATIO * np.nan_to_num(on_panel.to_numpy()) / 1000.0, hours


def normal_temperature(
    normals: Sequence[float], longitude: float
) -> tuple[Array, pd.DatetimeIndex]:
    """Temperature from the normals of a place: a year's and a day's cosine [°C].

    Parameters
    ----------
    normals : [coldest month, warmest month, which month is warmest, daily range]
    longitude : float
        Local time by the sun; warmest at three in the afternoon.
    """
    low, high, month, swing = normals
    hours = year_hours(CLEAR_YEAR)
    local = np.asarray(hours.hour) + longitude / DEGREES_PER_HOUR
    season = 2 * np.pi * (np.asarray(hours.dayofyear) / 365.0 - (month - 0.5) / 12.0)
    yearly = (high + low) / 2 + (high - low) / 2 * np.cos(season)
    return yearly + swing / 2 * np.cos(2 * np.pi * (local - 15.0) / 24.0), hours


def synthetic_load(temperature: Array, longitude: float) -> Array:
    """Load over its mean from temperature and time of day, both reduced to typical days.

    load ∝ 1 + swing · cos(2π(t − peak)/24) + a · max(0, 12 − T̄) + b · max(0, T̄ − 22), with T̄ the
    day's mean: degree days of heating and cooling.
    """
    daily = temperature.mean(axis=-1, keepdims=True)
    local = np.arange(HOURS) + 0.5 + longitude / DEGREES_PER_HOUR
    shape = (
        1.0
        + LOAD_SWING * np.cos(2 * np.pi * (local - LOAD_PEAK) / HOURS)
        + LOAD_PER_DEGREE["cold"] * np.maximum(0.0, COMFORT_LOW - daily)
        + LOAD_PER_DEGREE["hot"] * np.maximum(0.0, daily - COMFORT_HIGH)
    )
    scaled: Array = shape / shape.mean()
    return scaled


def read_area(path: Path) -> tuple[dict[str, Array], pd.DatetimeIndex]:
    """Hourly generation of a balancing area by fuel [GW], of 2022, and ``carbon`` [g/kWh]."""
    frame = read_frame(path, "timestamp", [*FUELS, "avg_CI"])
    hours = year_hours(2022)
    frame = frame.reindex(hours)
    gaps = int(frame.isna().any(axis=1).sum())
    if gaps > MOST_GAPS:
        raise SourceError(
            "an area's hours have gaps",
            where=str(path),
            value=f"{gaps} hours",
            bound=f"at most {MOST_GAPS}",
            remedy=FRESH_COPY,
        )
    frame = frame.ffill().bfill()
    found = {fuel: np.maximum(frame[column].to_numpy(), 0) / 1e3 for column, fuel in FUELS.items()}
    return {**found, "carbon": frame["avg_CI"].to_numpy()}, hours


MOST_GAPS = 48
"""Hours that may be missing in a year; the hour before stands in."""


def read_weather(path: Path) -> tuple[Array, pd.DatetimeIndex]:
    """Hourly temperature of a city in 2024 [°C], in UTC; the hours of New Year wrap around."""
    text = json.loads(require_file(path).read_text(encoding="utf-8"))
    local = pd.to_datetime(pd.Series(text["hourly"]["time"]))
    utc = pd.DatetimeIndex(local - pd.Timedelta(seconds=int(text["utc_offset_seconds"])))
    values = pd.Series(text["hourly"]["temperature_2m"], index=utc, dtype=float)
    return on_year(values, 2024, path), year_hours(2024)


def read_solar_2024(path: Path) -> dict[str, Array]:
    """Output of solar plants in 16 cities, computed by pvlib from the cloud of 2024, in UTC."""
    text = gzip.decompress(require_file(path).read_bytes()).decode("utf-8")
    frame = pd.read_csv(io.StringIO(text), index_col=0)
    stamps = pd.DatetimeIndex(pd.to_datetime(frame.index, utc=True)).tz_localize(None)
    return {
        str(city): on_year(frame[city].set_axis(stamps).dropna(), 2024, path) for city in frame
    }


def on_year(values: pd.Series[float], year: int, path: Path) -> Array:
    """Values on the hours of a year in UTC; hours that time zones push over its ends wrap around.

    Stamps at half past, of India, go to the hour they begin in.

    Raises
    ------
    SourceError
        If more than ``MOST_GAPS`` hours are missing.
    """
    values = values.set_axis(pd.DatetimeIndex(values.index).floor("h"))
    own = pd.Timedelta(days=366 if pd.Timestamp(year, 1, 1).is_leap_year else 365)
    before = values[values.index < pd.Timestamp(year, 1, 1)]
    after = values[values.index >= pd.Timestamp(year + 1, 1, 1)]
    parts = [values, before.set_axis(before.index + own), after.set_axis(after.index - own)]
    whole = pd.concat(parts)
    found = whole[~whole.index.duplicated()].reindex(year_hours(year))
    if int(found.isna().sum()) > MOST_GAPS:
        raise SourceError(
            "a year of hours has gaps",
            where=str(path),
            value=f"{int(found.isna().sum())} hours",
            bound=f"at most {MOST_GAPS}",
            remedy=FRESH_COPY,
        )
    return np.asarray(found.ffill().bfill().to_numpy(), dtype=float)


def read_frame(path: Path, time: str, columns: Sequence[str]) -> pd.DataFrame:
    """Read columns of numbers by time in UTC."""
    reader = csv.DictReader(require_file(path).read_text(encoding="utf-8-sig").splitlines())
    rows: list[dict[str, Any]] = list(reader)
    if not rows or any(name not in rows[0] for name in (time, *columns)):
        raise SourceError(
            "a table of hours lacks columns",
            where=str(path),
            bound=", ".join((time, *columns)),
            remedy=FRESH_COPY,
        )
    stamps = pd.DatetimeIndex(pd.to_datetime([row[time] for row in rows], utc=True))
    values = [
        [cell(row[name], f"{path}, {row[time]}, column {name!r}") for name in columns]
        for row in rows
    ]
    return pd.DataFrame(values, index=stamps.tz_localize(None), columns=list(columns))


def cell(text: str, where: str) -> float:
    """A number that may be missing: gaps are counted where a year is put together."""
    return to_number(text, where, low=-1e6, high=1e6) if text.strip() else float("nan")
