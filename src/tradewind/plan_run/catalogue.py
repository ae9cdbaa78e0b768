"""What one of our networks has: power, sites, demand regions, chips, workloads, rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from tradewind.capacity import Chip, Rules, Site, Workload
from tradewind.scenario.plan import NetworkName

if TYPE_CHECKING:
    import pypsa


def _no_other(site: Site) -> tuple[Site, ...]:
    return ()


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What there is on a network before any case changes it.

    Attributes
    ----------
    name : str
    network : pypsa.Network
        Power alone, every hour of its year; GW, GWh and USD million.
    sites : tuple of Site
    chips : tuple of Chip
        Every family in the tables.
    default_chips : tuple of str
        Families that may be bought unless a scenario names others.
    workloads : tuple of Workload
        The three classes with the network's own demand.
    rules : Rules
        Carbon price, credits and green carriers of the network.
    round_trips : mapping of (country, country) to ms
        Measured ones.
    coolings : callable
        The same site with other kinds of cooling, the plainest first.
    """

    name: str
    network: pypsa.Network
    sites: tuple[Site, ...]
    chips: tuple[Chip, ...]
    default_chips: tuple[str, ...]
    workloads: tuple[Workload, ...]
    rules: Rules = field(default_factory=Rules)
    round_trips: Mapping[tuple[str, str], float] = field(default_factory=dict)
    coolings: Callable[[Site], tuple[Site, ...]] = _no_other


def open_catalogue(name: NetworkName) -> Catalogue:
    """Open one of our networks with everything that may stand on it."""
    home = import_module(f"tradewind.capacity.networks.{name}")
    raise NotImplementedError(home)
