"""Hours of the world network: typical days of four seasons, calm and windy halves apart, in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity.defaults import daily_shape
from tradewind.errors import InputError
from tradewind.world.energy import open_energy

YEAR_HOURS, DAY = 8760.0, 24
STEPS: Mapping[int, tuple[int, int]] = {24: (1, 6), 48: (2, 6), 96: (2, 12), 192: (2, 24)}
"""Hours of the network: halves kept apart, and steps of a day."""


@lru_cache(maxsize=1)
def table() -> xr.Dataset:
    """The shipped table of the world, read once."""
    return open_energy("world")


def snapshots(hours: int = 48) -> pd.DatetimeIndex:
    """Typical days of a network of so many hours: the 15th (calm) and 16th (windy) of the middle
    month of each season, in UTC.

    Raises
    ------
    InputError
        If there is no network of so many hours.
    """
    if hours not in STEPS:
        raise InputError(
            "the world network has no such number of hours",
            where="argument hours",
            value=hours,
            bound=", ".join(map(str, STEPS)),
            remedy="choose one of these",
        )
    halves, steps = STEPS[hours]
    days = [
        pd.Timestamp(2025, month, 15 + half) for month in (1, 4, 7, 10) for half in range(halves)
    ]
    step = pd.Timedelta(hours=DAY // steps)
    stamps = [day + step * k for day in days for k in range(steps)]
    return pd.DatetimeIndex(stamps, name="snapshot")


def reduced(values: xr.DataArray, hours: int) -> pd.DataFrame:
    """A series of the table on the network's snapshots, one column a site.

    Parameters
    ----------
    values : (site, season, half, hour)
        Halves are averaged if the network does not keep them apart, hours within each step.
    hours : int
    """
    halves, steps = STEPS[hours]
    cube = values.transpose("season", "half", "hour", "site").to_numpy().astype(float)
    if halves == 1:
        cube = cube.mean(axis=1, keepdims=True)
    stepped = cube.reshape(*cube.shape[:2], steps, DAY // steps, cube.shape[-1]).mean(axis=3)
    flat = stepped.reshape(-1, cube.shape[-1])
    return pd.DataFrame(flat, index=snapshots(hours), columns=list(values["site"].to_numpy()))


def series_of(data: xr.Dataset, hours: int) -> dict[str, pd.DataFrame]:
    """Load, sun, wind and water on the network's snapshots, one column a site.

    Parameters
    ----------
    data : xarray.Dataset
        The table ``world``.
    hours : int

    Returns
    -------
    dict of str to DataFrame
        ``load_shape``, ``solar``, ``wind``, ``hydro``.
    """
    halves, steps = STEPS[hours]
    series = {name: reduced(data[name], hours) for name in ("load_shape", "solar", "wind")}
    season = np.repeat(np.arange(data.sizes["season"]), halves * steps)
    water = data["hydro"].transpose("season", "site").to_numpy()[season]
    series["hydro"] = pd.DataFrame(water, index=snapshots(hours), columns=series["solar"].columns)
    return series


def stepped_shape(
    hours: int, weights: pd.Series[float], zone: float, given: Mapping[str, float] | None
) -> pd.Series[float]:
    """Interactive demand on the network's snapshots: the mean of the hours of each step."""
    steps = STEPS[hours][1]
    width = DAY // steps
    hourly = pd.date_range("2025-01-01", periods=DAY, freq="h")
    day = daily_shape(hourly, pd.Series(1.0, index=hourly), zone, given).to_numpy()
    means = day.reshape(steps, width).mean(axis=1)
    return pd.Series(np.tile(means, len(weights) // steps), index=weights.index)
