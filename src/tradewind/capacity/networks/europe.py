"""Power of 32 European countries as a PyPSA network: GW, GWh, and USD million of 2024.

Hours are made up: sun, wind, inflow and load are synthesised (`world/sources/energy_shapes.py`),
with annual means of IRENA and Ember. Who holds the availability of 2016 from Dispa-SET may put it
in their place (``measured``); its licence keeps it out of the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import xarray as xr

from tradewind.capacity.networks import west_places as places
from tradewind.capacity.networks import west_system as system
from tradewind.capacity.networks.west_system import Assumptions
from tradewind.capacity.parameters import value
from tradewind.world.energy import open_energy

if TYPE_CHECKING:
    import pypsa

    from tradewind.capacity.inputs import Site
    from tradewind.capacity.networks.region import Region
    from tradewind.capacity.rules import Rules

BUILD = {
    "solar": 65.0,
    "onshore wind": 14.0,
    "offshore wind": 3.5,
    "battery": 10.0,
    "gas": 4.0,
    "gas peaker": 2.0,
    "nuclear": 0.0,
}
"""GW a year: what Europe built in 2024 (SolarPower Europe, WindEurope, memory); gas as in its
better years after 2015, judgement; range 0.5 to 1.5 times."""
OUTSIDE: Final = frozenset({"ALB", "BIH", "MKD", "MNE", "SRB"})
"""Countries of these zones that neither the GDPR nor an adequacy decision covers."""

MUST_RUN = {"lignite": 0.2}
"""Least share of capacity that runs: lignite beside its mines (0 to 0.4), judgement."""
USUAL = Assumptions(build=BUILD, must_run=MUST_RUN, efficiency={"gas": 0.55})
"""What ``network`` assumes unless told; change one figure with ``dataclasses.replace``."""


@lru_cache(maxsize=1)
def table() -> xr.Dataset:
    """The shipped table of Europe, read once."""
    return open_energy("europe")


def measured(folder: Path) -> xr.Dataset:
    """Return the table with sun and wind of 2016 from a folder of Dispa-SET files.

    Where a zone has no wind in those files the synthetic series stays.

    Raises
    ------
    SourceError
        If a file is missing or cut.
    """
    from tradewind.world.sources.energy_europe import dispaset

    real, data = dispaset(folder), table()
    for carrier in system.VARIABLE:
        name = f"profile_{carrier.replace(' ', '_')}"
        seen = real[carrier].max("time") > 0.0
        data = data.assign({name: real[carrier].where(seen, data[name])})
    return data


def whole_year() -> pd.DatetimeIndex:
    """All hours of the table, in UTC without a zone."""
    return pd.DatetimeIndex(table()["time"].to_numpy(), name="snapshot")


def weeks(*starts: str) -> pd.DatetimeIndex:
    """Hours of whole weeks that begin on the given days (``2021-01-15``)."""
    return places.weeks(*starts)


def network(
    *,
    fleet: int = 2025,
    snapshots: pd.DatetimeIndex | None = None,
    assumptions: Assumptions | None = None,
    data: xr.Dataset | None = None,
) -> pypsa.Network:
    """Build the European power system, without any compute.

    Parameters
    ----------
    fleet : int
        Year of the plants that stand: 2021, as the load, or 2025.
    snapshots : pandas.DatetimeIndex, optional
        Hours of 2021; all 8,760 if left out. Each stands for 8,760 / their number, and each run of
        consecutive hours is a period of its own.
    assumptions : Assumptions, optional
        In place of ``USUAL``.
    data : xarray.Dataset, optional
        The shipped table, or ``measured(folder)``.

    Returns
    -------
    pypsa.Network
        Buses carry ``industrial_price`` and ``market_price`` [USD / MWh] to compare with.

    Raises
    ------
    InputError
        If the fleet or an hour is not in the table.
    """
    chosen = table() if data is None else data
    return places.build(chosen, "europe", USUAL, fleet, snapshots, assumptions)


def sites(
    hours: pd.DatetimeIndex | None = None,
    given: Mapping[str, float] | None = None,
    *,
    years: float = 3.0,
) -> tuple[Site, ...]:
    """Return one place a country for data centres, with its temperature.

    Parameters
    ----------
    hours : pandas.DatetimeIndex, optional
        Hours of 2021, UTC, that temperatures are wanted for; the whole year if left out.
    given : mapping of str to float, optional
        Parameters to be changed.
    years : float
        Of connecting: each year 3 % of a country's mean load.
    """
    return places.sites_of(table(), hours, years, given)


def regions() -> dict[str, Region]:
    """Where compute is wanted: the countries, by load."""
    return places.regions_of(table())


def demand(total: float | None = None) -> dict[str, float]:
    """Mean compute wanted by country [kH100e]; ``demand_europe`` in all unless given."""
    return places.demand_of(table(), value("demand_europe") if total is None else total)


def rules() -> Rules:
    """Capacity credits, and what may be contracted as green."""
    return places.usual_rules(table())


def adequate() -> dict[str, frozenset[str]]:
    """Countries that personal data may go to from each country: ``adequate`` of a scenario.

    Regulation (EU) 2016/679 lets data move within the Union and the EEA; the United Kingdom and
    Switzerland send it there and, by the Commission's adequacy decisions, receive it. From the
    countries of ``OUTSIDE`` it may go there too (judgement), and never comes to them.
    """
    countries = frozenset(table()["area_country"].to_numpy().astype(str).tolist())
    return {country: (countries - OUTSIDE) | {country} for country in sorted(countries)}
