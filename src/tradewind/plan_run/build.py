"""From what holds in a case to sites, chips, workloads and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tradewind.capacity import Chip, Rules, Site, Units, Workload
from tradewind.capacity.equations import power_usage_effectiveness
from tradewind.capacity.latency import round_trip_table
from tradewind.capacity.refusals import LatencyError, UnservedError
from tradewind.capacity.routes import ShapeGroup, allowed_routes
from tradewind.capacity.routes import asked as regions_asked
from tradewind.errors import ScenarioError
from tradewind.plan_run.cases import ONE
from tradewind.plan_run.chips import chips_of
from tradewind.plan_run.places import ALL, Places
from tradewind.plan_run.residency import residency_of
from tradewind.scenario.plan import PlanFields
from tradewind.scenario.yaml_source import Source

if TYPE_CHECKING:
    from tradewind.plan_run.catalogue import Offer

TONNES = 1e6
"""Tonnes in a million."""


@dataclass(frozen=True)
class Inputs:
    """What a plan is made from, beside the network."""

    sites: tuple[Site, ...]
    chips: tuple[Chip, ...]
    workloads: tuple[Workload, ...]
    rules: Rules


def inputs_of(catalogue: Offer, fields: PlanFields, places: Places, path: str) -> Inputs:
    """Turn what holds in a case into the layer's inputs.

    Parameters
    ----------
    catalogue : Offer
        What the network has.
    fields : PlanFields
    places : Places
        What words for sites mean.
    path : str
        Field path of the case, for errors.

    Raises
    ------
    ScenarioError
        If a name is unknown, a chip that is not for sale has a cap or a price, a class of work has
        no site left, or a PUE limit cannot be met.
    """
    maker = _Maker(catalogue, fields, places, path)
    chips = chips_of(catalogue, fields.chips, maker.where, inherits=path != ONE)
    sites = maker.sites(chips)
    asked = (work for work in catalogue.workloads if maker.asked(work))
    workloads = tuple(maker.workload(work, sites) for work in asked)
    for work in workloads:
        maker.require_served(work, sites)
    return Inputs(sites, chips, workloads, maker.rules(sites))


@dataclass(frozen=True)
class _Maker:
    """One case on one network."""

    catalogue: Offer
    fields: PlanFields
    places: Places
    path: str

    @property
    def origin(self) -> Source:
        return self.places.origin

    def sites(self, chips: tuple[Chip, ...]) -> tuple[Site, ...]:
        """Sites that may be built at, with their limits, cooling, and chips that may be had."""
        asked = self.fields.sites
        chosen = self._select(asked.allowed, "sites.allowed")
        factor = 1.0 + asked.connection_percent / 100.0
        limits = {
            name: limit
            for word, limit in asked.connection_gw.items()
            for name in self._select((word,), f"sites.connection_gw.{word}")
        }
        found = []
        for site in self.catalogue.sites:
            if site.name not in chosen:
                continue
            limit = limits.get(site.name, site.connection_limit * factor)
            limited = replace(
                site,
                connection_limit=limit,
                connection_existing=min(site.connection_existing, limit),
                chips=self._offered(site, chips),
            )
            found.append(self._cooled(limited))
        return tuple(found)

    def _offered(self, site: Site, chips: tuple[Chip, ...]) -> tuple[str, ...]:
        """Chips that may stand at a site: as the case says, or as the network's table has it."""
        asked, offered = self.fields.chips.allowed_at, []
        for chip in chips:
            allowed = site.chips is None or chip.name in site.chips
            if chip.name in asked:
                path = f"chips.allowed_at.{chip.name}"
                allowed = site.name in self._select(asked[chip.name], path)
            offered += [chip.name] if allowed else []
        return tuple(offered)

    def _cooled(self, site: Site) -> Site:
        """Take the first cooling that keeps the site within its PUE limit."""
        for index, limit in enumerate(self.fields.sites.pue):
            if site.name not in self._select(limit.sites, f"sites.pue[{index}].sites"):
                continue
            best = np.inf
            for cooled in (site, *self.catalogue.coolings(site)):
                mean = mean_pue(cooled)
                best = min(best, mean)
                if mean <= limit.at_most + 1e-9:
                    return cooled
            raise ScenarioError(
                "no cooling keeps this site within its PUE limit",
                where=self.where(f"sites.pue[{index}].at_most"),
                value=f"{limit.at_most:g} at {site.name}",
                bound=f"at least {best:.3f}, the lowest mean PUE of any cooling there",
                remedy="raise the limit, or take the site out of `sites.allowed`",
            )
        return site

    def asked(self, work: Workload) -> float:
        """Mean compute asked for of a class [kH100e], spare capacity included."""
        asked, own = self.fields.demand, sum(work.demand.values())
        whole = sum(sum(each.demand.values()) for each in self.catalogue.workloads)
        share = own / whole
        if asked.shares_percent is not None:
            share = asked.shares_percent.get(work.kind, 0.0) / 100.0
        wanted = (whole if asked.total is None else asked.total) * share
        if asked.by_class is not None:
            wanted = asked.by_class.get(work.kind, 0.0)
        return wanted * (1.0 + asked.spare_percent / 100.0)

    def workload(self, work: Workload, sites: tuple[Site, ...]) -> Workload:
        """Give one class of work the demand, bounds and sites of the case."""
        asked, factor = self.fields, self.asked(work) / sum(work.demand.values())
        return replace(
            work,
            demand={region: mean * factor for region, mean in work.demand.items()},
            latency_ms=asked.latency_ms.get(work.kind, work.latency_ms),
            residency=residency_of(self.catalogue, work, asked.residency, self.where("residency")),
            sites=self._served_at(work, sites),
            usd_per_gb=self._transfer(work, sites),
        )

    def require_served(self, work: Workload, sites: tuple[Site, ...]) -> None:
        """Refuse work that no site may serve, before anything is solved."""
        trips = round_trip_table(sites, work.regions, self.catalogue.round_trips)
        everyone = (ShapeGroup("1", np.ones(1), regions_asked(work)),)
        try:
            allowed_routes(work, everyone, sites, trips, Units.own())
        except (LatencyError, UnservedError) as error:
            part = "latency_ms" if isinstance(error, LatencyError) else "sites"
            raise ScenarioError(
                error.problem,
                where=f"{self.where(part)}; {error.where}",
                value=error.value,
                bound=error.bound,
                remedy=error.remedy,
            ) from None

    def _served_at(
        self, work: Workload, sites: tuple[Site, ...]
    ) -> Mapping[str, frozenset[str]] | None:
        """Sites that may serve each region, beside what latency and residency leave."""
        asked = self.fields.sites
        local, words = work.kind in asked.local, asked.by_class.get(work.kind)
        delay = self.fields.overheads.abroad_latency_ms
        if not local and words is None and not delay:
            return None
        allowed = self._select(words, f"sites.by_class.{work.kind}")
        bound = self.fields.latency_ms.get(work.kind, work.latency_ms)
        trips = round_trip_table(sites, work.regions, self.catalogue.round_trips).to_dict("index")
        found = {}
        for region, (_, _, country) in work.regions.items():
            found[region] = frozenset(
                site.name
                for site in sites
                if site.name in allowed
                and (not local or site.home == region)
                and trips[region][site.name] + delay * (site.country != country) <= bound
            )
            if not found[region] and work.demand.get(region, 0.0) > 0.0:
                raise ScenarioError(
                    f"no site is left that may serve {work.name} of {region}",
                    where=self.where("sites"),
                    value=f"local: {', '.join(asked.local) or 'no class'}; "
                    f"at most {bound:g} ms, the nearest at {min(trips[region].values()):.1f} ms",
                    bound="a site for every region that asks for compute",
                    remedy="allow a site there, raise the bound, or take the class out of `local` "
                    "or `by_class`",
                )
        return found

    def _transfer(
        self, work: Workload, sites: tuple[Site, ...]
    ) -> float | dict[tuple[str, str], float]:
        asked = self.fields.overheads
        factor, governance = 1.0 + asked.transfer_percent / 100.0, asked.abroad_usd_per_h100e_hour
        price = work.usd_per_gb
        if not governance and not isinstance(price, Mapping):
            return price * factor
        if governance and not work.gb_per_h100e_hour > 0.0:
            raise ScenarioError(
                f"{work.name} moves no data, so nothing can be charged on it abroad",
                where=self.where("overheads.abroad_usd_per_h100e_hour"),
                value=governance,
                bound="work with data",
                remedy="leave the charge out",
            )
        found = {}
        for region, (_, _, country) in work.regions.items():
            for site in sites:
                pair = (region, site.name)
                base = price[pair] if isinstance(price, Mapping) else price
                abroad = governance if site.country != country else 0.0
                found[pair] = base * factor + (abroad / work.gb_per_h100e_hour if abroad else 0.0)
        return found

    def rules(self, sites: tuple[Site, ...]) -> Rules:
        """Rules of the network with those of the case."""
        asked, own = self.fields.rules, self.catalogue.rules
        cap = asked.carbon_cap
        return replace(
            own,
            carbon_price=own.carbon_price if asked.carbon_price is None else asked.carbon_price,
            carbon_cap=own.carbon_cap if cap is None else cap * TONNES,
            green_share=self._green_share(sites),
            green_matching=asked.green_matching,
            reserve_margin=None if asked.reserve_percent is None else asked.reserve_percent / 100.0,
        )

    def _green_share(self, sites: tuple[Site, ...]) -> float | dict[str, float]:
        """Share to be matched: one for all, or by site if some have their own."""
        usual = self.fields.rules.green_percent / 100.0
        own = {
            name: percent / 100.0
            for word, percent in self.fields.rules.green_percent_by.items()
            for name in self._select((word,), f"rules.green_percent_by.{word}")
        }
        return {site.name: own.get(site.name, usual) for site in sites} if own else usual

    def _select(self, words: tuple[str, ...] | None, path: str) -> frozenset[str]:
        return self.places.select(words or (ALL,), f"{self.path}.{path}")

    def where(self, path: str) -> str:
        """Place of a field of the case, for errors."""
        return self.origin.where(f"{self.path}.{path}")


def mean_pue(site: Site) -> float:
    """Mean PUE of a site over the year, every hour alike [1]."""
    temperature = np.asarray(site.temperature, dtype=float)
    return float(
        power_usage_effectiveness(temperature, site.pue_base, site.pue_slope, site.pue_max).mean()
    )
