"""The world network: 54 areas on every continent, a site in each, and demand in 63 regions.

Coarse in time: typical days of four seasons, their calm and windy halves apart, all in UTC, so that
noon comes to each longitude in its turn. GW, GWh, and USD million of 2025.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity import parameters
from tradewind.capacity.defaults import chips as make_chips
from tradewind.capacity.defaults import connection_cost, daily_shape, time_zone
from tradewind.capacity.defaults import workloads as make_workloads
from tradewind.capacity.inputs import Chip, Site, Workload
from tradewind.capacity.networks import world_parts as parts
from tradewind.capacity.networks.region import Region
from tradewind.errors import InputError
from tradewind.world.energy import open_energy

if TYPE_CHECKING:
    import pypsa

YEAR_HOURS, DAY = 8760.0, 24
STEPS: Mapping[int, tuple[int, int]] = {24: (1, 6), 48: (2, 6), 96: (2, 12), 192: (2, 24)}
"""Hours of the network: halves kept apart, and steps of a day."""
ZONE_WIDTH = 3.0
"""Time zones are taken this wide [hour], so that regions share shapes and the plan stays small."""
CHINESE = ("h20", "ascend-910c")
ELSEWHERE = ("b300",)
CHIPS_BY_COUNTRY: Mapping[str, tuple[str, ...]] = {"CHN": CHINESE, "RUS": ("ascend-910c",)}
"""Families that may be had where they differ from elsewhere: a summary of the rules of 2025, for
plans that get none from the chip market. Chips that are never sold are in no list, nor those that
cost more and draw more per H100e than another that may be had."""


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
    days = [pd.Timestamp(2025, month, 15 + half) for month in (1, 4, 7, 10) for half in range(halves)]
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


def network(hours: int = 48, given: Mapping[str, float] | None = None) -> pypsa.Network:
    """Build the world's power system, without any compute.

    Parameters
    ----------
    hours : int
        24, 48, 96 or 192. 24: four days of six steps; the others keep calm and windy days apart.
    given : mapping of str to float, optional
        Parameters to be changed.

    Returns
    -------
    pypsa.Network
        ``meta["tradewind"]["periods"]`` tells its days apart: storage closes within each.

    Raises
    ------
    InputError
        If there is no network of so many hours.
    """
    import pypsa

    data, times = table(), snapshots(hours)
    halves, steps = STEPS[hours]
    built = pypsa.Network(name="world")
    built.set_snapshots(times)
    built.snapshot_weightings.loc[:, ["objective", "generators"]] = YEAR_HOURS / len(times)
    built.snapshot_weightings.loc[:, "stores"] = DAY / steps
    series = {name: reduced(data[name], hours) for name in ("load_shape", "solar", "wind")}
    season = np.repeat(np.arange(data.sizes["season"]), halves * steps)
    water = data["hydro"].transpose("season", "site").to_numpy()[season]
    series["hydro"] = pd.DataFrame(water, index=times, columns=series["solar"].columns)
    parts.add_everything(parts.System(built, data, series, given))
    built.meta["tradewind"] = {
        "network": "world",
        "load_year": str(data.attrs["load_year"]),
        "weather_year": str(data.attrs["weather_year"]),
        "price_year": 2025,
        "time_zone": "UTC",
        "power_mw": 1000.0,
        "money_usd": 1e6,
        "periods": np.repeat(np.arange(len(times) // steps), steps).tolist(),
    }
    return built


def sites(hours: int = 48, given: Mapping[str, float] | None = None) -> tuple[Site, ...]:
    """A site in each area, with what stands and may be connected.

    Data centres that stand are for other use but for ``ai_share``. What may be connected is that,
    and ``site_growth`` times all data centres or ``site_growth_share`` of the area's load, whichever
    is more.

    Parameters
    ----------
    hours : int
        As for ``network``: temperatures are laid on its snapshots.
    given : mapping of str to float, optional
        Parameters to be changed.

    Returns
    -------
    tuple of Site
        Named as their power buses.
    """
    data = table()
    warmth = reduced(data["temperature"], hours)
    return tuple(site(str(name), data.sel(site=name), warmth, given) for name in data["site"].values)


def site(
    name: str, row: xr.Dataset, warmth: pd.DataFrame, given: Mapping[str, float] | None
) -> Site:
    """One site from its row of the table."""
    country = str(row["country"].item())
    cooling = parameters.cooling(str(row["cooling"].item()), given)
    standing = row["data_centres"].item() * parameters.value("ai_share", given)
    room = max(
        row["data_centres"].item() * parameters.value("site_growth", given),
        row["load_mean"].item() * parameters.value("site_growth_share", given),
    )
    return Site(
        name=name,
        bus=name,
        country=country,
        region=str(row["home"].item()),
        latitude=row["latitude"].item(),
        longitude=row["longitude"].item(),
        discount_rate=parameters.discount_rate(country, given),
        shell_cost_usd_per_w=parameters.shell_cost(country, given),
        shell_life=parameters.value("shell_life", given),
        it_existing=standing,
        connection_existing=standing * cooling.cap,
        connection_limit=standing * cooling.cap + room,
        connection_cost=connection_cost(country, given),
        pue_base=cooling.base,
        pue_slope=cooling.slope,
        pue_max=cooling.cap,
        temperature=warmth[name],
        chips=CHIPS_BY_COUNTRY.get(country, ELSEWHERE),
        water_l_per_kwh=cooling.water_l_per_kwh,
    )


def chips(given: Mapping[str, float] | None = None) -> tuple[Chip, ...]:
    """The chip families that sites of the world may buy."""
    return make_chips((*ELSEWHERE, *CHINESE), given=given)


def regions(hours: int = 48, given: Mapping[str, float] | None = None) -> dict[str, Region]:
    """Where compute is wanted: the economies of the trade table, hubs, and what is left.

    A region without a power bus of its own has the nearest one. Shapes follow local time, in zones
    three hours wide.
    """
    data, times = table(), snapshots(hours)
    frame = data[[name for name in data if data[name].dims == ("region",)]].to_dataframe()
    weights = pd.Series(YEAR_HOURS / len(times), index=times)
    zones = {name: time_zone(at, ZONE_WIDTH) for name, at in frame["region_longitude"].items()}
    shapes = {zone: stepped_shape(hours, weights, zone, given) for zone in set(zones.values())}
    return {
        str(name): Region(
            latitude=float(row["region_latitude"]),
            longitude=float(row["region_longitude"]),
            country=str(row["region_country"]),
            bus=nearest_bus(data, str(name), row),
            weight=float(row["region_share"]),
            shape=shapes[zones[name]],
        )
        for name, row in frame.iterrows()
    }


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


def nearest_bus(data: xr.Dataset, name: str, row: pd.Series) -> str:
    """Power bus of a region: its own, or the one that is nearest by the sphere."""
    if name in data["site"].to_numpy():
        return name
    here = np.radians([float(row["region_latitude"]), float(row["region_longitude"])])
    latitude, longitude = np.radians(data["latitude"]), np.radians(data["longitude"])
    cosine = np.sin(here[0]) * np.sin(latitude) + np.cos(here[0]) * np.cos(latitude) * np.cos(
        longitude - here[1]
    )
    return str(data["site"].to_numpy()[int(cosine.to_numpy().argmax())])


def economies() -> dict[str, str]:
    """Economy of the trade table that each site and region belongs to."""
    data = table()
    return {
        **data["region_economy"].to_series().to_dict(),
        **data["economy"].to_series().to_dict(),
    }


def round_trips() -> dict[tuple[str, str], float]:
    """Least measured round trips between countries [ms], by ISO 3166 alpha-3 in their order."""
    known = table()["round_trip"].to_series().dropna()
    return {(str(one), str(other)): float(value) for (one, other), value in known.items()}


def transfer_prices(given: Mapping[str, float] | None = None) -> dict[tuple[str, str], float]:
    """List price of moving data [USD / GB] by region and site, after their continents."""
    data = table()
    here, there = data["continent"].to_series(), data["region_continent"].to_series()
    return {
        (str(region), str(name)): parameters.transfer_cost(there[region], here[name], given)
        for region in there.index
        for name in here.index
    }


def workloads(
    hours: int = 48,
    *,
    demand: float | None = None,
    given: Mapping[str, float] | None = None,
) -> tuple[Workload, ...]:
    """Training, batch and interactive work of every region.

    Parameters
    ----------
    hours : int
        As for ``network``.
    demand : float, optional [kH100e]
        Mean over the year of all of it; the parameter ``demand_world`` if left out.
    given : mapping of str to float, optional
        Parameters to be changed.

    Returns
    -------
    tuple of Workload
    """
    total = parameters.value("demand_world", given) if demand is None else demand
    places = regions(hours, given)
    return make_workloads(
        {name: total * place.weight for name, place in places.items()},
        {name: (p.latitude, p.longitude, p.country) for name, p in places.items()},
        shape={name: p.shape for name, p in places.items() if p.shape is not None},
        usd_per_gb=transfer_prices(given),
        given=given,
    )
