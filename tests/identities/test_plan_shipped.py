"""The books of shipped networks with compute on them: the world's typical days, and a day's half.

All sums are made from the raw solution and from what the inputs say, hour by hour.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks import world_today
from tradewind.capacity import Chip, Plan, Site, Units, Workload, attach, optimise, plan
from tradewind.capacity import solved_routes as carried
from tradewind.capacity.defaults import chips, workloads
from tradewind.capacity.naming import chip_link
from tradewind.capacity.networks import europe, us, world

if TYPE_CHECKING:
    from types import ModuleType

    import pypsa

HOURS = 24
HALF = {us: us.whole_year()[4800:4812], europe: europe.whole_year()[480:492]}
WANTED = {us: 1000.0, europe: 800.0}
"""Compute asked for [kH100e]: what a few sites can hold."""
NAMES = ("world", "us", "europe")
UNITS = Units.own()
NUMBER = r"\d+(?:\.\d+)?"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "capacity-world.md"
WEST = {"us": us, "europe": europe}


@dataclass(frozen=True)
class Case:
    """What a plan was made from, and the plan."""

    power: pypsa.Network
    sites: tuple[Site, ...]
    chips: tuple[Chip, ...]
    work: tuple[Workload, ...]
    plan: Plan

    @property
    def network(self) -> pypsa.Network:
        """The solved one."""
        return self.plan.network


def quiet() -> None:
    for name in ("pypsa", "linopy"):
        logging.getLogger(name).setLevel(logging.ERROR)


@cache
def solved(name: str) -> Case:
    """Plan a shipped network."""
    quiet()
    if name == "world":
        power = world.network(HOURS)
        sites, families, work = world.sites(HOURS), world.chips(), world.workloads(HOURS)
        rules, trips = world.rules(), world.round_trips()
    else:
        power, sites, families, work = western(WEST[name])
        rules, trips = WEST[name].rules(), None
    found = plan(power, sites, families, work, rules=rules, units=UNITS, round_trips=trips)
    return Case(power, sites, families, work, found)


def western(
    home: ModuleType,
) -> tuple[pypsa.Network, tuple[Site, ...], tuple[Chip, ...], tuple[Workload, ...]]:
    """Twelve hours of a western network and its compute."""
    hours, regions = HALF[home], home.regions()
    places = {name: (r.latitude, r.longitude, r.country) for name, r in regions.items()}
    work = workloads(home.demand(WANTED[home]), places)
    return home.network(snapshots=hours), home.sites(hours), chips(["b200"]), work


@cache
def without(name: str) -> pypsa.Network:
    """The same power without compute."""
    case = solved(name)
    return optimise(attach(case.power, (), (), (), units=UNITS))


def it_power(case: Case, site: Site) -> np.ndarray:
    """IT power of a site: (hour,)."""
    links = [chip_link(site.name, chip.name) for chip in chips_at(case, site)]
    return case.network.links_t.p0[links].to_numpy().sum(axis=1)


def chips_at(case: Case, site: Site) -> list[Chip]:
    return [chip for chip in case.chips if site.chips is None or chip.name in site.chips]


def pue(site: Site) -> np.ndarray:
    """Facility power over IT power by the hour."""
    warm = np.maximum(0.0, np.asarray(site.temperature, float) - 15.0)
    return np.minimum(site.pue_base + site.pue_slope * warm, site.pue_max)


def load_at(network: pypsa.Network, bus: str) -> np.ndarray:
    names = network.loads.index[network.loads.bus == bus]
    return network.get_switchable_as_dense("Load", "p_set")[names].to_numpy().sum(axis=1)


@pytest.mark.parametrize("name", NAMES)
def test_power_adds_up_at_every_bus_and_hour(name: str) -> None:
    case = solved(name)
    n, buses = case.network, set(case.power.buses.index)
    lines = n.links[n.links.bus0.isin(buses) & n.links.bus1.isin(buses)]
    assert len(lines) == len(case.power.links) > 0
    for bus in buses:
        plants = n.generators.index[n.generators.bus == bus]
        stores = n.storage_units.index[n.storage_units.bus == bus]
        given = n.generators_t.p[plants].sum(axis=1) + n.storage_units_t.p[stores].sum(axis=1)
        out = n.links_t.p0[lines.index[lines.bus0 == bus]].sum(axis=1)
        into = -n.links_t.p1[lines.index[lines.bus1 == bus]].sum(axis=1)
        load = load_at(case.power, bus)
        facility = sum(pue(s) * it_power(case, s) for s in case.sites if s.bus == bus)
        np.testing.assert_allclose(
            given + into, load + out + facility, rtol=0, atol=1e-6 * load.mean(), err_msg=bus
        )


@pytest.mark.parametrize("name", NAMES)
def test_compute_adds_up_at_every_site_and_hour(name: str) -> None:
    case = solved(name)
    n, run = case.network, 0.0
    for site in case.sites:
        delivered = sum(
            n.links_t.p0[chip_link(site.name, chip.name)].to_numpy()
            * (UNITS.power_mw / chip.kw_per_h100e)
            for chip in chips_at(case, site)
        )
        asked = np.zeros(len(n.snapshots))
        for work in case.work:
            first = f"{site.name} {work.name} "
            if work.kind == "interactive":
                parts = [x for x in n.generators.index if x.startswith(first)]
                asked += n.generators_t.p[parts].to_numpy().sum(axis=1)
            else:
                parts = [x for x in n.links.index if x.startswith(first) and x.endswith(" run")]
                asked += n.links_t.p0[parts].to_numpy().sum(axis=1)
        size = max(1.0, float(np.mean(delivered)))
        np.testing.assert_allclose(delivered, asked, rtol=0, atol=1e-6 * size, err_msg=site.name)
        run += float(np.mean(delivered))
    wanted = sum(sum(work.demand.values()) for work in case.work)
    assert run == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_every_region_is_served(name: str) -> None:
    case = solved(name)
    served = carried(case.network).groupby(["workload", "region"])["kh100e"].sum()
    for work in case.work:
        for region, wanted in work.demand.items():
            assert served[work.name, region] == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def yearly(n: pypsa.Network) -> float:
    """Money a year of everything built, run and carried."""
    weight = n.snapshot_weightings["objective"].to_numpy()
    routes = carried(n)
    total = float((routes["cost"] * routes["kh100e"]).sum())
    for kind, power in {
        "Generator": n.generators_t.p,
        "Link": n.links_t.p0,
        "StorageUnit": n.storage_units_t.p_dispatch,
        "Store": n.stores_t.p,
    }.items():
        parts = n.components[kind].static
        size = parts["e_nom_opt" if kind == "Store" else "p_nom_opt"]
        grows = parts["e_nom_extendable" if kind == "Store" else "p_nom_extendable"]
        total += float((parts.capital_cost * size)[grows].sum())
        each = n.get_switchable_as_dense(kind, "marginal_cost")
        total += float(weight @ (power * each[power.columns]).sum(axis=1))
    return total


@pytest.mark.parametrize("name", NAMES)
def test_costs_and_payments_less_rents_add_up_to_the_objective(name: str) -> None:
    case = solved(name)
    n, data = case.network, case.plan.dataset
    assert yearly(n) == pytest.approx(n.objective, rel=1e-6)
    million = UNITS.money_usd / 1e6
    for part in ("system_cost", "rent"):
        assert float(data[part].sum()) == pytest.approx(n.objective * million, rel=1e-6), part
    weight = n.snapshot_weightings["objective"].to_numpy()
    paid = sum(
        float(weight @ (load_at(case.power, bus) * n.buses_t.marginal_price[bus].to_numpy()))
        for bus in case.power.buses.index
    )
    rent = data["rent"].to_series() / million
    assert rent["other consumers"] == pytest.approx(paid, rel=1e-6)
    assert rent["compute users"] > 0.0


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_is_that_of_power_alone_and_compute_on_top(name: str) -> None:
    """It costs at least what compute's own parts do, and generates at least what it draws."""
    case, plain = solved(name), without(name)
    n = case.network
    items = case.plan.dataset["system_cost"].to_series() * 1e6 / UNITS.money_usd
    own = items[["chips", "shell", "connection", "transfer"]].sum()
    assert own > 0.0
    assert n.objective - plain.objective > own
    power = set(case.power.buses.index)
    weight = n.snapshot_weightings["objective"].to_numpy()
    made = []
    for each in (n, plain):
        plants = each.generators.index[each.generators.bus.isin(power)]
        made.append(float(weight @ each.generators_t.p[plants].sum(axis=1)))
    drawn = float(weight @ sum(pue(site) * it_power(case, site) for site in case.sites))
    assert drawn > 0.0
    assert made[0] - made[1] == pytest.approx(drawn, rel=0.05)


def test_carbon_and_prices_of_the_worlds_areas_are_as_printed() -> None:
    """Every number of the page's sentence, to the last digit that it prints."""
    told = world_today.told(solved("world").network)
    words = f"({NUMBER})".join(re.escape(part) for part in re.split(NUMBER, told))
    printed = re.search(words, PAGE.read_text(encoding="utf-8"))
    assert printed is not None, told
    for own, theirs in zip(re.findall(NUMBER, told), printed.groups(), strict=True):
        last = 10.0 ** -len(theirs.partition(".")[2])
        assert float(own) == pytest.approx(float(theirs), abs=1.01 * last), told
