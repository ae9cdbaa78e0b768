"""The world network: 54 areas on every continent, a site in each, and demand in 63 regions.

Coarse in time: typical days of four seasons, their calm and windy halves apart, all in UTC, so that
noon comes to each longitude in its turn. GW, GWh, and USD million of 2025.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tradewind.capacity.library import new_network
from tradewind.capacity.networks import world_parts as parts
from tradewind.capacity.networks.world_hours import (
    DAY,
    STEPS,
    YEAR_HOURS,
    series_of,
    snapshots,
    table,
)
from tradewind.capacity.networks.world_places import (
    chips,
    demand,
    economies,
    regions,
    round_trips,
    rules,
    sites,
    transfer_prices,
    workloads,
)

if TYPE_CHECKING:
    import pypsa

__all__ = [
    "chips",
    "demand",
    "economies",
    "network",
    "regions",
    "round_trips",
    "rules",
    "sites",
    "snapshots",
    "table",
    "transfer_prices",
    "workloads",
]


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
    data, times = table(), snapshots(hours)
    steps = STEPS[hours][1]
    built = new_network()
    built.name = "world"
    built.set_snapshots(times)  # type: ignore[arg-type]  # PyPSA takes any index
    built.snapshot_weightings.loc[:, ["objective", "generators"]] = YEAR_HOURS / len(times)
    built.snapshot_weightings.loc[:, "stores"] = DAY / steps
    series = series_of(data, hours)
    parts.add_everything(parts.System(data, series, given, built))
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
