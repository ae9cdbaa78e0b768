"""Sites, demand regions, round trips and work of the world network."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity import parameters
from tradewind.capacity.defaults import chips as make_chips
from tradewind.capacity.defaults import connection_cost, time_zone
from tradewind.capacity.defaults import workloads as make_workloads
from tradewind.capacity.inputs import Chip, Site, Workload
from tradewind.capacity.networks import world_parts as parts
from tradewind.capacity.networks.region import Region
from tradewind.capacity.networks.world_hours import (
    YEAR_HOURS,
    reduced,
    snapshots,
    stepped_shape,
    table,
)
from tradewind.capacity.rules import Rules

ZONE_WIDTH = 3.0
"""Time zones are taken this wide [hour], so that regions share shapes and the plan stays small."""
CHINESE = ("h20", "ascend-910c")
ELSEWHERE = ("b300",)
CHIPS_BY_COUNTRY: Mapping[str, tuple[str, ...]] = {"CHN": CHINESE, "RUS": ("ascend-910c",)}
"""Families that may be had where they differ from elsewhere: a summary of the rules of 2025, for
plans that get none from the chip market. Chips that are never sold are in no list, nor those that
cost more and draw more per H100e than another that may be had."""


def sites(hours: int = 48, given: Mapping[str, float] | None = None) -> tuple[Site, ...]:
    """A site in each area, with what stands and may be connected.

    Data centres that stand are for other use but for ``ai_share``. What may be connected is that,
    and ``site_growth`` times all data centres or ``site_growth_share`` of the area's load,
    whichever is more.

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
    return tuple(
        site(str(name), data.sel(site=name), warmth, given) for name in data["site"].values
    )


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


def demand(
    total: float | None = None, given: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Mean compute wanted by region [kH100e]; ``demand_world`` in all unless given."""
    whole = parameters.value("demand_world", given) if total is None else total
    return {str(name): whole * share for name, share in table()["region_share"].to_series().items()}


def rules(given: Mapping[str, float] | None = None) -> Rules:
    """Capacity credits, and what may be contracted as green; no carbon price."""
    return Rules(
        green_carriers=parts.WEATHER,
        green_storage=("battery",),
        credits={name: parameters.value(f"power.{name}.credit", given) for name in parts.CARRIERS},
    )


def economies() -> dict[str, str]:
    """Economy of the trade table that each site and region belongs to."""
    data = table()
    listed = (data["region_economy"].to_series(), data["economy"].to_series())
    return {str(name): str(code) for codes in listed for name, code in codes.items()}


def round_trips() -> dict[tuple[str, str], float]:
    """Least measured round trips between countries [ms], by ISO 3166 alpha-3 in their order."""
    matrix = table()["round_trip"].to_pandas()
    return {
        (str(one), str(other)): float(value)
        for one, row in matrix.iterrows()
        for other, value in row.dropna().items()
    }


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
    total: float | None = None,
    given: Mapping[str, float] | None = None,
) -> tuple[Workload, ...]:
    """Training, batch and interactive work of every region.

    Parameters
    ----------
    hours : int
        As for ``network``.
    total : float, optional [kH100e]
        Mean over the year of all of it; the parameter ``demand_world`` if left out.
    given : mapping of str to float, optional
        Parameters to be changed.

    Returns
    -------
    tuple of Workload
    """
    places = regions(hours, given)
    return make_workloads(
        demand(total, given),
        {name: (p.latitude, p.longitude, p.country) for name, p in places.items()},
        shape={name: p.shape for name, p in places.items() if p.shape is not None},
        usd_per_gb=transfer_prices(given),
        given=given,
    )
