"""Power of eight areas of the United States as a PyPSA network: GW, GWh, and USD million of 2024.

Areas are balancing authorities (61 % of the country's generation of 2022); load and weather are of
2022, UTC. Load is generation, since the hourly source has neither demand nor interchange.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from tradewind.capacity.networks import west_places as places
from tradewind.capacity.networks.west_system import Assumptions
from tradewind.capacity.parameters import value
from tradewind.world.energy import open_energy

if TYPE_CHECKING:
    import pypsa

    from tradewind.capacity.inputs import Site
    from tradewind.capacity.networks.region import Region
    from tradewind.capacity.rules import Rules

BUILD = {
    "solar": 19.0,
    "onshore wind": 6.0,
    "battery": 8.0,
    "gas": 4.0,
    "gas peaker": 2.0,
    "nuclear": 0.0,
}
"""GW a year that these areas may build: 61 % of what the country built in its best years of 2020 to
2024 (EIA-860M, memory: solar 31, wind 14 in 2020 and 5 in 2024, batteries 10, gas 9 in 2018 to
2020); range 0.5 to 1.5 times."""

MUST_RUN = {"coal": 0.25}
"""Least share of capacity that runs: coal that is contracted or slow to start (0.1 to 0.4),
judgement: at 2024's fuel prices coal would else all but stand still, and it made 15 % in truth."""
USUAL = Assumptions(build=BUILD, must_run=MUST_RUN)
"""What ``network`` assumes unless told; change one figure with ``dataclasses.replace``."""


@lru_cache(maxsize=1)
def table() -> xr.Dataset:
    """The shipped table of the United States, read once."""
    return open_energy("us")


def whole_year() -> pd.DatetimeIndex:
    """All hours of the table, in UTC without a zone."""
    return pd.DatetimeIndex(table()["time"].to_numpy(), name="snapshot")


def weeks(*starts: str) -> pd.DatetimeIndex:
    """Hours of whole weeks that begin on the given days (``2022-01-15``)."""
    return places.weeks(*starts)


def network(
    *,
    fleet: int = 2022,
    snapshots: pd.DatetimeIndex | None = None,
    assumptions: Assumptions | None = None,
) -> pypsa.Network:
    """Build the power system of the United States, without any compute.

    Parameters
    ----------
    fleet : int
        Year of the plants that stand: 2022, as the load, or 2026.
    snapshots : pandas.DatetimeIndex, optional
        Hours of 2022; all 8,760 if left out. Each stands for 8,760 / their number, and each run of
        consecutive hours is a period of its own.
    assumptions : Assumptions, optional
        In place of ``USUAL``.

    Returns
    -------
    pypsa.Network
        Buses carry ``industrial_price`` and ``market_price`` [USD / MWh] to compare with.

    Raises
    ------
    InputError
        If the fleet or an hour is not in the table.
    """
    return places.build(table(), "us", USUAL, fleet, snapshots, assumptions)


def sites(
    hours: pd.DatetimeIndex | None = None,
    given: Mapping[str, float] | None = None,
    *,
    years: float = 3.0,
) -> tuple[Site, ...]:
    """Return ten places for data centres, with their temperature.

    Parameters
    ----------
    hours : pandas.DatetimeIndex, optional
        Hours of 2022, UTC, that temperatures are wanted for; the whole year if left out.
    given : mapping of str to float, optional
        Parameters to be changed.
    years : float
        Of connecting: each year 3 % of an area's mean load, shared by its sites.
    """
    return places.sites_of(table(), hours, years, given)


def regions() -> dict[str, Region]:
    """Where compute is wanted: the areas, by load."""
    return places.regions_of(table())


def demand(total: float | None = None) -> dict[str, float]:
    """Mean compute wanted by area [kH100e]; the parameter ``demand_us`` in all unless given."""
    return places.demand_of(table(), value("demand_us") if total is None else total)


def rules() -> Rules:
    """Capacity credits, and what may be contracted as green."""
    return places.usual_rules(table())
