"""East data, west compute: at home, anywhere, or west by order, on a reduced plan of China.

The programme of `china31` with all its provinces and sites, but four days of three steps, is read
once; a member changes prices, data, latency, demand and room and solves the three cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradewind.claims.experiments.plan_arrays import Draft, PlanArrays, Solved, arranged
from tradewind.claims.experiments.tables import bilingual

if TYPE_CHECKING:
    import pypsa

COST = 1.7
DAYS = ("2018-01-17", "2018-04-18", "2018-07-18", "2018-10-17")
"""A Wednesday of each season, in the calendar of the network's load."""
STEPS = (4, 12, 20)
STEP_HOURS = 8.0
CASES = ("home", "free", "order")
SCENARIO = "plan-east-data-west-compute"
MOVED = 2018
"""Seed that deals out provinces in the null run."""
MONEY_PER_UNIT = {"chip_price": "chips.ascend-910c.price", "transfer": "transfer.asia"}


def prepare() -> dict[str, Any]:
    """Read the reduced plan's programme."""
    from tradewind.scenario import Scenario

    scenario = Scenario.from_yaml(SCENARIO)
    found = _inputs(scenario)
    west = _west(scenario, found["sites"])
    return {"inputs": found, "west": west, "plan": _plan(found, moved=False)}


def _inputs(scenario: Any) -> dict[str, Any]:
    """Sites, chips, workloads and rules as the scenario's free case has them."""
    from tradewind.capacity import defaults
    from tradewind.capacity.networks import china31
    from tradewind.plan_run.build import inputs_of
    from tradewind.plan_run.catalogue import Catalogue, coolings, rules_of, table, workloads_of
    from tradewind.plan_run.places import Places

    hours = pd.DatetimeIndex(
        [pd.Timestamp(day) + pd.Timedelta(hours=step) for day in DAYS for step in STEPS],
        name="snapshot",
    )
    network = _on_days(china31.network(snapshots=hours))
    own = table()["networks"]["china31"]
    catalogue = Catalogue(
        name="china31",
        network=network,
        sites=china31.sites(hours),
        chips=defaults.chips(),
        default_chips=tuple(own["chips"]),
        workloads=workloads_of(china31.regions(), network, own),
        rules=rules_of(network),
        coolings=coolings,
    )
    section = scenario.plan
    places = Places(catalogue.sites, section.groups, scenario.origin)
    inputs = inputs_of(catalogue, section.of("free"), places, "plan")
    return {
        "network": network,
        "sites": inputs.sites,
        "chips": inputs.chips,
        "workloads": inputs.workloads,
        "rules": inputs.rules,
    }


def _on_days(network: pypsa.Network) -> pypsa.Network:
    """Let storage close within each day, its steps eight hours long."""
    network.snapshot_weightings.loc[:, "stores"] = STEP_HOURS
    periods = np.repeat(np.arange(len(DAYS)), len(STEPS)).tolist()
    network.meta["tradewind"] = {**network.meta["tradewind"], "periods": periods}
    return network


def _west(scenario: Any, sites: Any) -> frozenset[str]:
    from tradewind.plan_run.places import Places

    return Places(sites, scenario.plan.groups, scenario.origin).select(("west",), "plan.groups")


def _plan(found: Mapping[str, Any], *, moved: bool) -> PlanArrays:
    from dataclasses import replace

    sites = found["sites"]
    if moved:
        buses = list(dict.fromkeys(site.bus for site in sites))
        dealt = np.random.default_rng(MOVED).permutation(len(buses))
        other = {bus: buses[place] for bus, place in zip(buses, dealt, strict=True)}
        sites = tuple(replace(site, bus=other[site.bus], region=site.home) for site in sites)
    return arranged(
        found["network"], sites, found["chips"], found["workloads"], rules=found["rules"]
    )


def measure(
    shared: dict[str, Any], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Solve the three cases of a member."""
    plans = solved(shared, values, null=null)
    home, free, order = (plans[case] for case in CASES)
    bill = home.compute_cost()
    built = free.installed()
    west = built[[name in shared["west"] for name in built.index]].sum()
    return {
        "saving": 100.0 * (home.value - free.value) / bill,
        "west_share": float(100.0 * west / built.sum()),
        "green_change": 100.0 * (green_share(free) - green_share(home)),
        "order_cost": 100.0 * (order.value - free.value) / bill,
    }


def solved(
    shared: dict[str, Any], values: Mapping[str, float], *, null: bool = False
) -> dict[str, Solved]:
    """Return the plan of each case."""
    if null and "moved" not in shared:
        shared["moved"] = _plan(shared["inputs"], moved=True)
    arrays: PlanArrays = shared["moved"] if null else shared["plan"]
    return {case: _draft(arrays, shared["west"], values, case).solve() for case in CASES}


def _draft(
    arrays: PlanArrays, west: frozenset[str], values: Mapping[str, float], case: str
) -> Draft:
    from tradewind.capacity.parameters import value

    draft, routes = Draft(arrays), arrays.routes
    links = [link for _, _, link in arrays.chip_links()]
    draft.scale_links(links, values["chip_price"] / value(MONEY_PER_UNIT["chip_price"]))
    draft.scale_running("coal", values["coal_price"])
    training = (routes["workload"] == "training").to_numpy()
    data = np.where(training, 1.0, values["interactive_data"])
    price = values["transfer"] / value(MONEY_PER_UNIT["transfer"])
    draft.set_routes(routes["cost"].to_numpy() * price * data, _allowed(arrays, west, values, case))
    growth = values["demand"] / float(arrays.asked["demand"].sum())
    bound = np.where(arrays.asked["workload"] == "training", 0.0, values["bound_share"])
    # By order even bound work of these classes goes west.
    if case == "order":
        bound = np.where(arrays.asked["workload"] == "interactive", bound, 0.0)
    draft.set_demand(np.full(len(bound), growth), bound * growth)
    # What may be connected was judged for the table's demand; more demand comes with more years.
    draft.scale_room(values["room"] * max(1.0, growth))
    return draft


def _allowed(
    arrays: PlanArrays, west: frozenset[str], values: Mapping[str, float], case: str
) -> NDArray[np.bool_]:
    routes = arrays.routes
    home = routes["home"].to_numpy()
    if case == "home":
        return np.asarray(home)
    waits = (routes["workload"] != "interactive").to_numpy()
    near = routes["round_trip_ms"].to_numpy() <= values["interactive_latency"]
    open_ = waits | near | home
    if case == "order":
        open_ &= ~waits | routes["site"].isin(west).to_numpy()
    return np.asarray(open_)


def green_share(plan: Solved) -> float:
    """Share of wind, sun and water in the power that sites draw, followed along the flows."""
    from tradewind.capacity.emissions import traced
    from tradewind.claims.experiments.plan_flows import green_mix

    flows, own, natural = green_mix(plan)
    mix = traced(flows, own, natural, amount=False)
    at = flows.buses.get_indexer(pd.Index([site.bus for site in plan.arrays.sites]))
    drawn = plan.facility() * flows.weight[:, None]
    return float((mix[at].T * drawn).sum() / drawn.sum())


def figure(shared: dict[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """Show what compute costs in each case, and how much of it stands in the west."""
    plans = solved(shared, values)
    west = shared["west"]
    shares = []
    for case in CASES:
        built = plans[case].installed()
        inside = built[[name in west for name in built.index]].sum()
        shares.append(float(100.0 * inside / built.sum()))
    base = plans["home"].value
    bill = plans["home"].compute_cost()
    saved = [float(100.0 * (base - plans[case].value) / bill) for case in CASES]
    green = [100.0 * green_share(plans[case]) for case in CASES]
    names = bilingual(
        ["served at home", "free", "west by order"], ["就地服务", "自由布局", "强制西迁"]
    )
    return {
        "kind": "bars",
        "title": {"en": "Where compute is built", "zh": "算力建在哪里"},
        "unit": "%",
        "x": {"label": {"en": "case", "zh": "情形"}, "unit": "", "values": names},
        "series": [
            {"label": {"en": "in the west", "zh": "建在西部"}, "values": shares},
            {"label": {"en": "green power", "zh": "绿电占比"}, "values": green},
            {
                "label": {"en": "saved of compute's cost at home", "zh": "相对就地成本的节省"},
                "values": saved,
            },
        ],
        "note": {
            "en": "Central values; four days of three steps, 31 provinces, 41 sites.",
            "zh": "取中心值;四天各四个时段,31 省,41 个站点。",
        },
        "source": "tradewind.capacity, network china31",
    }
