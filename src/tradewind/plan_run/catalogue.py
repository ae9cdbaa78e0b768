"""What one of our networks has: power, sites, demand regions, chips, workloads, rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pandas as pd

from tradewind.capacity import Chip, Rules, Site, Workload, defaults, parameters
from tradewind.capacity.networks import world
from tradewind.capacity.networks.region import Region
from tradewind.capacity.networks.west_places import CREDITS
from tradewind.scenario.plan import NetworkName
from tradewind.scenario.yaml_source import read_table

if TYPE_CHECKING:
    import pypsa

ABROAD = ("europe", "world")
"""Networks of many countries, whose round trips were measured; within one country none was."""
Place = tuple[float, float, str]


def _no_other(site: Site) -> tuple[Site, ...]:
    return ()


@dataclass(frozen=True, eq=False)
class Offer:
    """What there is on a network beside its power, before any case changes it.

    Attributes
    ----------
    name : str
    sites : tuple of Site
    chips : tuple of Chip
        Every family in the tables.
    default_chips : tuple of str
        Families that may be bought unless a scenario names others.
    workloads : tuple of Workload
        The three classes with the network's own demand, by the hour if its power is known.
    rules : Rules
        Carbon price, credits and green carriers of the network.
    round_trips : mapping of (country, country) to ms
        Measured ones.
    adequate : mapping of country to set of countries
        Where personal data may go from a country by law; empty if the network has no list.
    coolings : callable
        The same site with other kinds of cooling, the plainest first.
    """

    name: str
    sites: tuple[Site, ...]
    chips: tuple[Chip, ...]
    default_chips: tuple[str, ...]
    workloads: tuple[Workload, ...]
    rules: Rules = field(default_factory=Rules)
    round_trips: Mapping[tuple[str, str], float] = field(default_factory=dict)
    adequate: Mapping[str, frozenset[str]] = field(default_factory=dict)
    coolings: Callable[[Site], tuple[Site, ...]] = _no_other


@dataclass(frozen=True, eq=False)
class Catalogue(Offer):
    """What there is on a network, power and all.

    Attributes
    ----------
    network : pypsa.Network
        Power alone, every hour of its year; GW, GWh and USD million.
    """

    network: pypsa.Network = field(kw_only=True)


def table() -> Mapping[str, Any]:
    """What a plan takes on a network unless a scenario says otherwise."""
    return read_table("networks.yaml", "tradewind.plan_run")


def open_catalogue(name: NetworkName, hours: int, brownfield: bool) -> Catalogue:
    """Open one of our networks with everything that may stand on it.

    Parameters
    ----------
    name : {"china31", "us", "europe", "world"}
    hours : int
        The world network is built in so many hours of typical days; the others have every hour,
        to be cut later.
    brownfield : bool
        Whether today's plants stand; false only on ``scenario.plan.GREENFIELD``.
    """
    home = import_module(f"tradewind.capacity.networks.{name}")
    if name == "world":
        network = home.network(hours)
    else:
        network = home.network() if brownfield else home.network(brownfield=False)
    return Catalogue(**vars(open_offer(name, hours, network)), network=network)


def open_offer(name: NetworkName, hours: int, network: pypsa.Network | None = None) -> Offer:
    """Open what may stand on one of our networks, without making its power.

    Parameters
    ----------
    name, hours
        As for ``open_catalogue``.
    network : pypsa.Network, optional
        Its power. Without, work arrives evenly, and carriers with a credit are all that are known.
    """
    home, own = import_module(f"tradewind.capacity.networks.{name}"), table()["networks"][name]
    if name == "world":
        sites, workloads = home.sites(hours), home.workloads(hours)
    else:
        sites, workloads = home.sites(), workloads_of(home.regions(), network, own)
    return Offer(
        name=name,
        sites=sites,
        chips=defaults.chips(),
        default_chips=tuple(own["chips"]),
        workloads=workloads,
        rules=rules_of(network) if name == "china31" else home.rules(),
        round_trips=round_trips_of(name),
        adequate=home.adequate() if name == "europe" else {},
        coolings=coolings,
    )


def round_trips_of(name: NetworkName) -> Mapping[tuple[str, str], float]:
    """Measured round trips between the countries of a network [ms]; none within one country."""
    return world.round_trips() if name in ABROAD else {}


def workloads_of(
    found: Mapping[str, Region], network: pypsa.Network | None, own: Mapping[str, Any]
) -> tuple[Workload, ...]:
    """The three classes of work of a network's regions; without its hours they arrive evenly."""
    places = {bus: (each.latitude, each.longitude, each.country) for bus, each in found.items()}
    total = parameters.value(own["demand"])
    return defaults.workloads(
        {bus: total * each.weight for bus, each in found.items()},
        places,
        shape=None if network is None else shapes_of(network, places, own.get("clock")),
        usd_per_gb=parameters.transfer_cost(own["continent"], own["continent"]),
    )


def shapes_of(
    network: pypsa.Network, regions: Mapping[str, Place], clock: float | None
) -> dict[str, pd.Series[float]]:
    """Interactive arrivals by region over the network's hours, by its time of day.

    Parameters
    ----------
    network : pypsa.Network
    regions : mapping of str to place
    clock : float, optional
        Hours that the network's own clock is ahead of UTC, the one that all its regions live by.
        None: the network counts in UTC, and each region lives by its longitude.
    """
    snapshots = pd.DatetimeIndex(network.snapshots)
    weights = network.snapshot_weightings["generators"]
    zones = {
        name: 0.0 if clock is not None else defaults.time_zone(longitude)
        for name, (_, longitude, _) in regions.items()
    }
    made = {
        zone: defaults.daily_shape(snapshots, weights, zone)
        for zone in dict.fromkeys(zones.values())
    }
    return {name: made[zone] for name, zone in zones.items()}


def rules_of(network: pypsa.Network | None) -> Rules:
    """Rules of China's network, whose carriers are named as the western ones are."""
    carriers = set(CREDITS)
    if network is not None:
        carriers = {*network.generators["carrier"], *network.storage_units["carrier"]}
    return Rules(
        green_carriers=("solar", "onshore wind", "offshore wind"),
        green_storage=("battery",),
        credits={name: credit for name, credit in CREDITS.items() if name in carriers},
    )


def coolings(site: Site) -> tuple[Site, ...]:
    """The same site with other kinds of cooling, the plainest first."""
    found = []
    for kind in table()["cooling"]:
        cooling = parameters.cooling(kind)
        found.append(
            replace(
                site,
                pue_base=cooling.base,
                pue_slope=cooling.slope,
                pue_max=cooling.cap,
                water_l_per_kwh=cooling.water_l_per_kwh,
            )
        )
    return tuple(found)
