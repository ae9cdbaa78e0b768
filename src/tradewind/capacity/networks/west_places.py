"""Hours, sites and regions of the networks of the United States and Europe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity.networks.west_parts import (
    Assumptions,
    System,
    add_everything,
    require_fleet,
    require_hours,
)

if TYPE_CHECKING:
    import pypsa

    from tradewind.capacity.inputs import Site

COOLING: Final = {
    "air": (1.12, 0.010, 1.40, 0.2),
    "chilled water": (1.18, 0.012, 1.50, 1.0),
    "evaporative": (1.12, 0.005, 1.30, 1.8),
    "dry": (1.15, 0.015, 1.60, 0.0),
}
"""Cooling to PUE at 15 degC, its growth a degree, its design maximum, and water in litres a kWh of
IT. Judgement: between a published rule of 1.08 + 0.015 (flops_export), Epoch's median of 1.30 over
58 sites, and LBNL's 2024 report on data centres (PUE 1.1 to 1.5, 0.2 to 2 litres); range of the
base 0.05 either way."""
CONNECTION_SHARE: Final = 0.03
"""Of an area's mean load that sites may connect in a year: 3 % (1 to 6 %), judgement."""
CONNECTION_COST: Final = 15.0
"""USD per kW and year: near 150 USD per kW of substation and line (5 to 40), judgement."""
SHELL_LIFE: Final = 20.0


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
    yearly: Mapping[str, float],
    fleet: int,
    snapshots: pd.DatetimeIndex | None,
    assumptions: Assumptions | None,
) -> pypsa.Network:
    """Build a network from a table; see ``us.network`` and ``europe.network``."""
    import pypsa

    chosen = assumptions or Assumptions()
    if not chosen.build:
        chosen = replace(chosen, build=dict(yearly))
    hours = hours_in(data, snapshots)
    built = pypsa.Network(name=f"{name} {require_fleet(data, fleet)}")
    built.set_snapshots(hours)
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
    data: xr.Dataset, snapshots: pd.DatetimeIndex | None, discount_rate: float, years: float
) -> tuple[Site, ...]:
    """Sites of a table; see ``us.sites`` and ``europe.sites``."""
    from tradewind.capacity.inputs import Site

    hours = hours_in(data, snapshots)
    air = data["temperature"].to_pandas().T.loc[hours]
    built = data["construction_cost"].to_series()
    mean = data["load_mean"].to_series()
    buses = pd.Series(data["site_bus"].to_numpy().astype(str))
    shared = buses.value_counts()
    made = []
    for row, name in enumerate(data["site"].to_numpy().astype(str)):
        base, slope, most, water = COOLING[str(data["site_cooling"].to_numpy()[row])]
        bus = buses[row]
        made.append(
            Site(
                name=name,
                bus=bus,
                country=str(data["site_country"].to_numpy()[row]),
                latitude=float(data["site_latitude"][row]),
                longitude=float(data["site_longitude"][row]),
                discount_rate=discount_rate,
                shell_cost_usd_per_w=float(built[name]),
                shell_life=SHELL_LIFE,
                connection_limit=CONNECTION_SHARE * years * float(mean[bus]) / int(shared[bus]),
                connection_cost=CONNECTION_COST,
                pue_base=base,
                pue_slope=slope,
                pue_max=most,
                temperature=air[name],
                water_l_per_kwh=water,
            )
        )
    return tuple(made)


def regions_of(data: xr.Dataset) -> dict[str, tuple[float, float, str]]:
    """Areas as demand regions: (latitude, longitude, country)."""
    return {
        str(name): (
            float(data["area_latitude"][row]),
            float(data["area_longitude"][row]),
            str(data["area_country"].to_numpy()[row]),
        )
        for row, name in enumerate(data["area"].to_numpy())
    }
