"""A small power system and the compute that is to stand on it, as plain numbers.

The power side is written here, free of PyPSA; sites, chips, workloads and rules are the package's
own inputs. ``plain_plan`` makes a linear programme of a case, ``plan_network`` a PyPSA network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from tests.support.plain_programme import Floats, Integers
from tradewind.capacity import Chip, Rules, Site, Units, Workload

CONTRACT = " contract"


@dataclass(frozen=True, kw_only=True)
class Plant:
    """A generator. Costs are in the case's money per unit of power or energy."""

    name: str
    bus: str
    carrier: str
    profile: Floats
    p_nom: float = 0.0
    extendable: bool = False
    low: float = 0.0
    high: float = np.inf
    capital: float = 0.0
    marginal: float | Floats = 0.0
    efficiency: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Store:
    """A storage unit: hours of energy, efficiencies in and out, loss an hour, inflow."""

    name: str
    bus: str
    carrier: str
    hours: float
    into: float
    out: float
    inflow: Floats
    loss: float = 0.0
    p_nom: float = 0.0
    extendable: bool = False
    low: float = 0.0
    high: float = np.inf
    capital: float = 0.0
    marginal: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """Transport between two buses; both ways only where nothing is lost."""

    name: str
    origin: str
    target: str
    efficiency: float = 1.0
    both: bool = True
    p_nom: float = 0.0
    extendable: bool = False
    low: float = 0.0
    high: float = np.inf
    capital: float = 0.0
    marginal: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything a plan is made from."""

    snapshots: pd.DatetimeIndex
    weight: Floats
    """Hours of the year that each snapshot stands for."""
    step: Floats
    """Its length [hour]."""
    period: Integers
    load: Mapping[str, Floats]
    plants: tuple[Plant, ...]
    stores: tuple[Store, ...]
    lines: tuple[Line, ...]
    carbon: Mapping[str, float]
    """tCO2 per MWh of fuel, by carrier."""
    sites: tuple[Site, ...]
    chips: tuple[Chip, ...]
    workloads: tuple[Workload, ...]
    rules: Rules
    units: Units

    @property
    def hours(self) -> int:
        """Number of snapshots."""
        return len(self.snapshots)

    @property
    def buses(self) -> list[str]:
        """Names of the power buses, in order."""
        return list(self.load)

    def with_rules(self, **changes: object) -> Case:
        """Return the same case under other rules."""
        return replace(self, rules=replace(self.rules, **changes))

    def with_workloads(self, **changes: object) -> Case:
        """Return the same case with the same change in every workload."""
        return replace(self, workloads=tuple(replace(w, **changes) for w in self.workloads))

    def before(self) -> Integers:
        """Snapshot before each: (hour,); before the first of a period stands its last."""
        at = np.arange(self.hours) - 1
        for number in np.unique(self.period):
            inside = np.flatnonzero(self.period == number)
            at[inside[0]] = inside[-1]
        return at

    def windows(self, hours: float) -> list[Integers]:
        """Cut each period into windows; the last may be shorter."""
        found = []
        for number in np.unique(self.period):
            inside = np.flatnonzero(self.period == number)
            start = np.cumsum(self.step[inside]) - self.step[inside]
            which = np.floor(start / hours + 1e-9).astype(int)
            edges = np.flatnonzero(np.diff(which, prepend=-1, append=-1))
            found += [inside[a:b] for a, b in pairwise(edges)]
        return found

    def chips_at(self, site: Site) -> tuple[Chip, ...]:
        """Chips that may stand at a site."""
        return tuple(c for c in self.chips if site.chips is None or c.name in site.chips)

    def shape(self, workload: Workload, region: str) -> Floats:
        """Arrivals of a region by hour, of mean 1 by weights: (hour,)."""
        if workload.shape is None:
            return np.ones(self.hours)
        series = workload.shape[region].to_numpy(float)
        return np.asarray(series / np.average(series, weights=self.weight))

    def temperature(self, site: Site) -> Floats:
        """Outdoors: (hour,) [°C]."""
        return np.broadcast_to(np.asarray(site.temperature, float), (self.hours,))

    def carbon_cost(self, plant: Plant) -> float:
        """What emissions add to a unit of energy."""
        price = self.rules.carbon_price
        here = price.get(plant.bus, 0.0) if isinstance(price, Mapping) else price
        return here * self.tonnes(plant) / self.units.money_usd

    def tonnes(self, plant: Plant) -> float:
        """tCO2 of a unit of energy."""
        burnt = self.carbon.get(plant.carrier, 0.0) / plant.efficiency
        return burnt * self.units.power_mw

    def green_buses(self) -> list[str]:
        """Power buses with a site that a green share binds."""
        bound = {s.bus for s in self.sites if self.rules.green_share_of(s.name) > 0.0}
        return [bus for bus in self.buses if bus in bound]

    def contract_plants(self) -> tuple[Plant, ...]:
        """New plant built under contract, beside what else is built of the same kind."""
        return tuple(
            replace(plant, name=plant.name + CONTRACT, low=0.0, p_nom=0.0)
            for plant in self.plants
            if plant.extendable
            and plant.bus in self.green_buses()
            and plant.carrier in self.rules.green_carriers
        )

    def contract_stores(self) -> tuple[Store, ...]:
        """Storage under contract; hourly matching only."""
        if self.rules.green_matching != "hourly":
            return ()
        return tuple(
            replace(store, name=store.name + CONTRACT, low=0.0, p_nom=0.0)
            for store in self.stores
            if store.extendable
            and store.bus in self.green_buses()
            and store.carrier in self.rules.green_storage
        )
