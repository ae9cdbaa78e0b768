"""What a user describes: sites, chips and workloads. Checked when they are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from tradewind.capacity.checks import above, at_least, between, choice, named
from tradewind.capacity.refusals import ChipError, SiteError, WorkloadError

Series = pd.Series
Kind = Literal["training", "batch", "interactive"]
KINDS: tuple[Kind, ...] = ("training", "batch", "interactive")
EVERYWHERE = "all"
"""Group of every site, or of every chip, in a cap."""
INFINITE = float("inf")


@dataclass(frozen=True, kw_only=True)
class Site:
    """A place where compute can stand.

    Power is in the network's own unit (`Units.power_mw`), money in USD of the network's year.

    Parameters
    ----------
    name : str
    bus : str
        Power bus it is connected to.
    country : str
        For residency and measured round trips.
    latitude, longitude : float [degree]
    discount_rate : float [1 / year]
        r of shell and chips here; an input without a default, since it differs by economy.
    shell_cost_usd_per_w : float [USD / W of IT]
        Building, power and cooling equipment.
    shell_life : float [year]
    connection_limit : float [power]
        Most facility power: what is there and what can be connected.
    connection_existing : float [power]
    connection_cost : float [USD / kW / year]
        Of facility power, annuity and fixed costs included.
    it_existing, it_limit : float [power]
        IT capacity that stands, and the most that may.
    pue_base, pue_max : float [1]
        PUE at 15 °C and below, and what the cooling is designed for.
    pue_slope : float [1 / °C]
    temperature : float or Series over the network's snapshots [°C]
        Outdoors.
    chips : tuple of str, optional
        Chips that may be had here; None is all.
    region : str, optional
        Demand region it stands in, to which transfer is free; its bus unless given.
    water_l_per_kwh : float, optional [litre / kWh of IT]
        None is unknown.

    Raises
    ------
    SiteError
    """

    name: str
    bus: str
    country: str
    latitude: float
    longitude: float
    discount_rate: float
    shell_cost_usd_per_w: float
    shell_life: float
    connection_limit: float
    connection_existing: float = 0.0
    connection_cost: float = 0.0
    it_existing: float = 0.0
    it_limit: float = INFINITE
    pue_base: float
    pue_slope: float
    pue_max: float
    temperature: float | Series[float]
    chips: tuple[str, ...] | None = None
    region: str | None = None
    water_l_per_kwh: float | None = None

    def __post_init__(self) -> None:
        where = f"site {self.name!r}"
        named(SiteError, "site", self.name)
        between(SiteError, f"{where}, latitude", self.latitude, -90.0, 90.0)
        between(SiteError, f"{where}, longitude", self.longitude, -180.0, 180.0)
        at_least(SiteError, f"{where}, discount_rate", self.discount_rate, 0.0)
        at_least(SiteError, f"{where}, shell_cost_usd_per_w", self.shell_cost_usd_per_w, 0.0)
        above(SiteError, f"{where}, shell_life", self.shell_life, 0.0)
        at_least(SiteError, f"{where}, connection_cost", self.connection_cost, 0.0)
        for part in ("connection", "it"):
            existing = getattr(self, f"{part}_existing")
            at_least(SiteError, f"{where}, {part}_existing", existing, 0.0)
            limit = getattr(self, f"{part}_limit")
            at_least(SiteError, f"{where}, {part}_limit", limit, existing, finite=False)
        at_least(SiteError, f"{where}, pue_base", self.pue_base, 1.0)
        at_least(SiteError, f"{where}, pue_slope", self.pue_slope, 0.0)
        at_least(SiteError, f"{where}, pue_max", self.pue_max, self.pue_base)
        if not isinstance(self.temperature, pd.Series):
            between(SiteError, f"{where}, temperature", self.temperature, -90.0, 60.0)
        if self.water_l_per_kwh is not None:
            at_least(SiteError, f"{where}, water_l_per_kwh", self.water_l_per_kwh, 0.0)

    @property
    def home(self) -> str:
        """Demand region to which transfer from here is free."""
        return self.bus if self.region is None else self.region


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A family of accelerators.

    Parameters
    ----------
    name : str
    h100e : float [H100e / package]
        Only to count packages.
    kw_per_h100e : float [kW of IT / H100e]
        κ, all of the server included.
    price_usd_per_h100e : float [USD / H100e]
        Server and network included.
    life_years : float [year]
    fixed_om_share : float [1 / year]
        Of price.
    cap : Mapping of group to kH100e, optional
        Most that may stand in a country, a site, or `all` together; no key, no cap.

    Raises
    ------
    ChipError
    """

    name: str
    kw_per_h100e: float
    price_usd_per_h100e: float
    life_years: float
    fixed_om_share: float = 0.0
    h100e: float = 1.0
    cap: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"chip {self.name!r}"
        named(ChipError, "chip", self.name)
        above(
            ChipError, f"{where}, kw_per_h100e", self.kw_per_h100e, 0.0, "Every chip draws power."
        )
        at_least(ChipError, f"{where}, price_usd_per_h100e", self.price_usd_per_h100e, 0.0)
        above(ChipError, f"{where}, life_years", self.life_years, 0.0)
        at_least(ChipError, f"{where}, fixed_om_share", self.fixed_om_share, 0.0)
        above(ChipError, f"{where}, h100e", self.h100e, 0.0)
        for group, most in self.cap.items():
            at_least(ChipError, f"{where}, cap of {group!r}", most, 0.0)


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A class of work: how much of it comes from where, and what it can bear.

    Parameters
    ----------
    name : str
    kind : {"training", "batch", "interactive"}
        Training runs any hour of its window, batch up to some hours late, interactive now.
    demand : Mapping of region to kH100e
        Mean over the year, delivered.
    regions : Mapping of region to (latitude, longitude, country)
    shape : Mapping of region to Series over the network's snapshots, optional
        Arrivals by hour on any scale; they are divided by their weighted mean. None is flat.
    latency_ms : float [ms]
        Longest round trip; infinite if none matters.
    defer_hours : float [hour]
        Batch only.
    window_hours : float [hour]
        Training only.
    minimum_load : float [1]
        Least of mean arrivals that runs at every hour; training only.
    residency : Mapping of region to set of countries, optional
        Countries whose sites may serve a region; one that it does not name may be served anywhere.
    sites : Mapping of region to set of sites, optional
        Sites that may serve a region; one that it does not name may be served at any.
    gb_per_h100e_hour : float [GB / H100e-hour]
        What crosses the network with an hour of work.
    usd_per_gb : float or Mapping of (region, site) [USD / GB]
        Price of that; free at home. A mapping must hold every pair that may be.

    Raises
    ------
    WorkloadError
    """

    name: str
    kind: Kind
    demand: Mapping[str, float]
    regions: Mapping[str, tuple[float, float, str]]
    shape: Mapping[str, Series[float]] | None = None
    latency_ms: float = INFINITE
    defer_hours: float = 0.0
    window_hours: float | None = None
    minimum_load: float = 0.0
    residency: Mapping[str, frozenset[str]] | None = None
    sites: Mapping[str, frozenset[str]] | None = None
    gb_per_h100e_hour: float = 0.0
    usd_per_gb: float | Mapping[tuple[str, str], float] = 0.0

    def __post_init__(self) -> None:
        where = f"workload {self.name!r}"
        named(WorkloadError, "workload", self.name)
        choice(WorkloadError, f"{where}, kind", self.kind, KINDS)
        for region, mean in self.demand.items():
            at_least(WorkloadError, f"{where}, demand of {region!r}", mean, 0.0)
            choice(WorkloadError, f"{where}, region of a demand", region, tuple(self.regions))
        above(WorkloadError, f"{where}, demand", sum(self.demand.values()), 0.0)
        for region, (latitude, longitude, _) in self.regions.items():
            between(WorkloadError, f"{where}, latitude of {region!r}", latitude, -90.0, 90.0)
            between(WorkloadError, f"{where}, longitude of {region!r}", longitude, -180.0, 180.0)
        at_least(WorkloadError, f"{where}, latency_ms", self.latency_ms, 0.0, finite=False)
        at_least(WorkloadError, f"{where}, gb_per_h100e_hour", self.gb_per_h100e_hour, 0.0)
        pairs = self.usd_per_gb if isinstance(self.usd_per_gb, Mapping) else {"": self.usd_per_gb}
        for pair, price in pairs.items():
            at_least(WorkloadError, f"{where}, usd_per_gb {pair}".rstrip(), price, 0.0)
        for table in ("residency", "sites"):
            for region in getattr(self, table) or ():
                choice(WorkloadError, f"{where}, region of {table}", region, tuple(self.regions))
        self._check_kind(where)

    def _check_kind(self, where: str) -> None:
        at_least(WorkloadError, f"{where}, defer_hours", self.defer_hours, 0.0)
        between(WorkloadError, f"{where}, minimum_load", self.minimum_load, 0.0, 1.0)
        if self.kind == "training":
            window = 0.0 if self.window_hours is None else self.window_hours
            above(WorkloadError, f"{where}, window_hours", window, 0.0)
        allowed = {
            "defer_hours": self.kind == "batch" or not self.defer_hours,
            "window_hours": self.kind == "training" or self.window_hours is None,
            "minimum_load": self.kind == "training" or not self.minimum_load,
            "shape": self.kind != "training" or self.shape is None,
        }
        for name, fits in allowed.items():
            if not fits:
                raise WorkloadError(
                    f"A workload of this kind has no {name}.",
                    where=f"{where}, {name}",
                    value=self.kind,
                    bound="defer_hours for batch; window_hours and minimum_load for training; "
                    "a shape for batch and interactive",
                    remedy=f"Leave {name} out, or change the kind.",
                )
