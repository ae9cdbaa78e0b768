"""Hours, sites and regions of the networks of the United States and Europe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity import parameters
from tradewind.capacity.defaults import connection_cost, daily_shape, time_zone
from tradewind.capacity.inputs import Site
from tradewind.capacity.library import new_network
from tradewind.capacity.networks.region import Region
from tradewind.capacity.networks.west_parts import add_everything
from tradewind.capacity.networks.west_system import (
    Assumptions,
    System,
    require_fleet,
    require_hours,
)
from tradewind.capacity.rules import Rules

if TYPE_CHECKING:
    import pypsa

CONNECTION_SHARE: Final = 0.03
"""Of an area's mean load that sites may connect in a year: 3 % (1 to 6 %), judgement."""
CREDITS: Final = {
    **{"gas": 0.88, "gas peaker": 0.88, "coal": 0.80, "lignite": 0.80, "oil": 0.85},
    **{"nuclear": 0.92, "hydro": 0.50, "pumped storage": 0.85, "battery": 0.60, "other": 0.60},
    **{"solar": 0.10, "onshore wind": 0.12, "offshore wind": 0.25, "load shedding": 0.0},
}
"""Capacity credits: outages of thermal plant as in ``Assumptions``; the rest near the classes that
PJM rated for 2026/27 (effective load carrying capability, memory; 0.1 either way)."""


def weeks(*starts: str) -> pd.DatetimeIndex:
    """Hours of whole weeks that begin on the given days."""
    hours = [pd.date_range(start, periods=168, freq="h") for start in starts]
    return pd.DatetimeIndex(np.concatenate(hours), name="snapshot")


def hours_in(data: xr.Dataset, snapshots: pd.DatetimeIndex | None) -> pd.DatetimeIndex:
    """Return the snapshots, which must be hours of the table, or all its hours."""
    hours = pd.DatetimeIndex(data["time"].to_numpy(), name="snapshot")
    return hours if snapshots is None else require_hours(snapshots, hours)


def build(
    data: xr.Dataset,
    name: str,
    usual: Assumptions,
    fleet: int,
    snapshots: pd.DatetimeIndex | None,
    assumptions: Assumptions | None,
) -> pypsa.Network:
    """Build a network from a table; see ``us.network`` and ``europe.network``."""
    chosen = usual if assumptions is None else assumptions
    hours = hours_in(data, snapshots)
    built = new_network()
    built.name = f"{name} {require_fleet(data, fleet)}"
    built.set_snapshots(hours)  # type: ignore[arg-type]
    built.snapshot_weightings.loc[:, ["objective", "generators"]] = 8760.0 / len(hours)
    built.snapshot_weightings.loc[:, "stores"] = 1.0
    places = pd.DatetimeIndex(data["time"].to_numpy()).get_indexer(hours)
    add_everything(System(built, data, fleet, chosen, places))
    built.meta["tradewind"] = {
        "network": name,
        "fleet": fleet,
        "load_year": str(data.attrs["load_year"]),
        "weather_year": str(data.attrs["weather_year"]),
        "price_year": int(data.attrs["price_year"]),
        "time_zone": "UTC",
        "power_mw": 1000.0,
        "money_usd": 1e6,
        "periods": periods(hours),
    }
    return built


def periods(hours: pd.DatetimeIndex) -> list[int]:
    """One number a run of consecutive hours."""
    gaps = np.diff(hours.to_numpy()) != np.timedelta64(1, "h")
    return [0, *np.cumsum(gaps).astype(int).tolist()]


def sites_of(
    data: xr.Dataset,
    snapshots: pd.DatetimeIndex | None,
    years: float,
    given: Mapping[str, float] | None,
) -> tuple[Site, ...]:
    """Sites of a table; see ``us.sites`` and ``europe.sites``."""
    hours = hours_in(data, snapshots)
    air = data["temperature"].transpose("time", "site").to_pandas().loc[hours]
    built = data["construction_cost"].to_series()
    room = CONNECTION_SHARE * years * data["load_mean"].to_series()
    names, buses, countries, coolings = (
        data[name].to_numpy().astype(str)
        for name in ("site", "site_bus", "site_country", "site_cooling")
    )
    made = []
    for row, name in enumerate(names):
        bus, country = str(buses[row]), str(countries[row])
        cooling = parameters.cooling(str(coolings[row]), given)
        made.append(
            Site(
                name=str(name),
                bus=bus,
                region=bus,
                country=country,
                latitude=float(data["site_latitude"][row]),
                longitude=float(data["site_longitude"][row]),
                discount_rate=parameters.discount_rate(country, given),
                shell_cost_usd_per_w=float(built[name]),
                shell_life=parameters.value("shell_life", given),
                connection_limit=float(room[bus]) / int((buses == bus).sum()),
                connection_cost=connection_cost(country, given),
                pue_base=cooling.base,
                pue_slope=cooling.slope,
                pue_max=cooling.cap,
                temperature=air[name],
                water_l_per_kwh=cooling.water_l_per_kwh,
            )
        )
    return tuple(made)


def regions_of(data: xr.Dataset) -> dict[str, Region]:
    """Areas as demand regions, by load; interactive work follows each one's own clock."""
    hours = hours_in(data, None)
    even = pd.Series(1.0, index=hours)
    share = data["load_mean"].to_series() / float(data["load_mean"].sum())
    made = {}
    for row, name in enumerate(data["area"].to_numpy().astype(str)):
        longitude = float(data["area_longitude"][row])
        made[str(name)] = Region(
            latitude=float(data["area_latitude"][row]),
            longitude=longitude,
            country=str(data["area_country"].to_numpy()[row]),
            bus=str(name),
            weight=float(share[name]),
            shape=daily_shape(hours, even, time_zone(longitude)),
        )
    return made


def demand_of(data: xr.Dataset, total: float) -> dict[str, float]:
    """Mean compute wanted by region [kH100e], all classes together, by load."""
    return {name: total * region.weight for name, region in regions_of(data).items()}


def usual_rules(data: xr.Dataset) -> Rules:
    """Credits and what may be contracted as green; no carbon price beside what plants pay."""
    known = {*data["carrier"].to_numpy().astype(str), "gas peaker", "load shedding"}
    return Rules(
        credits={carrier: credit for carrier, credit in CREDITS.items() if carrier in known},
        green_carriers=("solar", "onshore wind", "offshore wind"),
        green_storage=("battery",),
    )
