"""Seven economies of Asia with compute of their own, or with a common pool and its overheads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradewind.claims.experiments.plan_arrays import Draft, PlanArrays, Solved, arranged
from tradewind.claims.experiments.tables import bilingual

if TYPE_CHECKING:
    import pypsa

COST = 0.3
HOURS = 24
MEMBERS = ("India", "Indonesia", "Japan", "Malaysia", "Singapore", "South Korea", "Taiwan")
"""Demand regions with a site of their own; China's chips differ, others of Asia have no site."""
CASES = ("apart", "together")
LONGEST_MS = 1000.0
"""Bound with which the programme is read, so that every route is in it."""
USD_MILLION_PER_USD_HOUR = 8.76
"""A dollar an H100e-hour, over a year and a thousand H100e."""
SERVED = 1e-9
"""kH100e below which a route is the solver's dust."""


def prepare() -> dict[str, Any]:
    """Read the programme of the seven economies' plan."""
    from tradewind.capacity.networks import world

    places = world.regions(HOURS)
    sites = tuple(site for site in world.sites(HOURS) if site.home in MEMBERS)
    network = _only(world.network(HOURS), {site.bus for site in sites})
    works = world.workloads(HOURS)
    countries = {name: places[name].country for name in MEMBERS}
    inputs = {
        "network": network,
        "sites": sites,
        "chips": tuple(chip for chip in world.chips() if chip.name in (sites[0].chips or ())),
        "workloads": tuple(_members(work) for work in works),
        "rules": world.rules(),
        "round_trips": world.round_trips(),
    }
    return {"inputs": inputs, "countries": countries, "plan": _plan(inputs, alike=False)}


def _only(network: pypsa.Network, buses: set[str]) -> pypsa.Network:
    """Keep some buses and what hangs on them alone."""
    for kind in ("Generator", "StorageUnit", "Store", "Load"):
        table = network.components[kind].static
        network.remove(kind, list(table.index[~table["bus"].isin(buses)]))
    links = network.links
    outside = ~(links["bus0"].isin(buses) & links["bus1"].isin(buses))
    network.remove("Link", list(links.index[outside]))
    network.remove("Bus", list(network.buses.index[~network.buses.index.isin(buses)]))
    return network


def _members(work: Any) -> Any:
    kept = {name: work.demand[name] for name in MEMBERS}
    return replace(work, demand=kept, latency_ms=LONGEST_MS)


def _plan(inputs: Mapping[str, Any], *, alike: bool) -> PlanArrays:
    sites = inputs["sites"]
    if alike:
        same = {
            name: float(np.mean([getattr(site, name) for site in sites]))
            for name in ("discount_rate", "shell_cost_usd_per_w", "connection_cost")
        }
        mean = sum(site.temperature for site in sites) / len(sites)
        sites = tuple(replace(site, temperature=mean, **same) for site in sites)
    return arranged(
        inputs["network"],
        sites,
        inputs["chips"],
        inputs["workloads"],
        rules=inputs["rules"],
        round_trips=inputs["round_trips"],
        home="country",
    )


def measure(
    shared: dict[str, Any], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Solve a member apart and together."""
    plans = solved(shared, values, null=null)
    apart, together = (plans[case] for case in CASES)
    gains = member_gains(apart, together)
    bill, risen = other_bill(apart), other_bill(together)
    return {
        "least_gain": float(gains.min()),
        "saving": 100.0 * (apart.value - together.value) / apart.compute_cost(),
        "power_bill": 100.0 * (risen - bill) / bill,
    }


def solved(
    shared: dict[str, Any], values: Mapping[str, float], *, null: bool = False
) -> dict[str, Solved]:
    """Return the plan of each case."""
    if null and "alike" not in shared:
        shared["alike"] = _plan(shared["inputs"], alike=True)
    arrays: PlanArrays = shared["alike"] if null else shared["plan"]
    countries: Mapping[str, str] = shared["countries"]
    return {case: _draft(arrays, countries, values, case).solve() for case in CASES}


def _draft(
    arrays: PlanArrays, countries: Mapping[str, str], values: Mapping[str, float], case: str
) -> Draft:
    from tradewind.capacity.parameters import value

    draft, routes = Draft(arrays), arrays.routes
    _set_capital(draft, values["capital_premium"])
    home = routes["home"].to_numpy()
    near = _near(routes, home, values)
    pooled = case == "together"
    charge = USD_MILLION_PER_USD_HOUR * values["governance"] * ~home
    price = values["transfer"] / value("transfer.asia")
    draft.set_routes(routes["cost"].to_numpy() * price + charge, home | (near & pooled))
    spare = 1.0 + values["spare"] / 100.0 * pooled
    rows = len(arrays.asked)
    bound = values["bound_share"] * pooled
    draft.set_demand(
        np.full(rows, values["demand"] * spare), np.full(rows, bound * values["demand"])
    )
    # What may be connected was judged for the table's demand; more demand comes with more years.
    draft.scale_room(max(1.0, values["demand"]))
    return draft


def _near(
    routes: pd.DataFrame, home: NDArray[np.bool_], values: Mapping[str, float]
) -> NDArray[np.bool_]:
    """Routes within the bound of latency, the pool's own delay added abroad."""
    trip = routes["round_trip_ms"].to_numpy() + values["extra_latency"] * ~home
    waits = (routes["workload"] != "interactive").to_numpy()
    return np.asarray(waits | (trip <= values["interactive_latency"]))


def _set_capital(draft: Draft, spread: float) -> None:
    """Draw the cost of capital of all members together (0) or apart (above 1)."""
    from tradewind.capacity import naming
    from tradewind.capacity.equations import annuity

    arrays = draft.arrays
    rates = {site.name: site.discount_rate for site in arrays.sites}
    mean = float(np.mean(list(rates.values())))
    facts = {chip.name: chip for chip in _chips(arrays)}
    for site in arrays.sites:
        rate = mean + spread * (rates[site.name] - mean)
        shell = float(annuity(rate, site.shell_life) / annuity(site.discount_rate, site.shell_life))
        draft.scale_links([naming.shell_link(site.name)], shell)
        for chip in facts.values():
            old = float(annuity(site.discount_rate, chip.life_years)) + chip.fixed_om_share
            new = float(annuity(rate, chip.life_years)) + chip.fixed_om_share
            draft.scale_links([naming.chip_link(site.name, chip.name)], new / old)


def _chips(arrays: PlanArrays) -> Any:
    from tradewind.capacity import defaults

    return defaults.chips(arrays.chips)


def bills(plan: Solved) -> pd.Series[float]:
    """What each member pays for its compute [USD million / year]: cost where it is done."""
    routed = plan.routed()
    routed = routed[routed["kh100e"] > SERVED]
    done = routed.groupby("site")["kh100e"].sum()
    unit = plan.site_cost().reindex(done.index) / done
    paid = routed["kh100e"] * routed["site"].map(unit) + routed["paid"]
    return pd.Series(paid.groupby(routed["region"]).sum(), dtype=float)


def member_gains(apart: Solved, together: Solved) -> pd.Series[float]:
    """Gain of each member from the pool [% of its bill apart]."""
    alone = bills(apart)
    return 100.0 * (alone - bills(together)) / alone


def other_bill(plan: Solved) -> float:
    """What other consumers pay for power [USD million / year]."""
    network = plan.arrays.network
    loads = network.get_switchable_as_dense("Load", "p_set")
    buses = network.loads["bus"].reindex(loads.columns)
    return float((plan.prices(list(buses)) * loads.to_numpy(float)).sum())


def figure(shared: dict[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """Show each member's gain, with all overheads and without any."""
    series = []
    for english, chinese, changed in (
        ("all overheads charged", "计入全部附加成本", {}),
        ("the same without spare capacity", "同上,不留备用容量", {"spare": 0.0}),
        ("no overheads", "无附加成本", FRICTIONLESS),
    ):
        plans = solved(shared, {**values, **changed})
        gains = member_gains(plans["apart"], plans["together"])
        label = {"en": english, "zh": chinese}
        series.append({"label": label, "values": [float(gains[name]) for name in MEMBERS]})
    return {
        "kind": "bars",
        "title": {"en": "What each member gains from a pool", "zh": "各成员从算力池获得的好处"},
        "unit": "% of its bill apart",
        "x": {
            "label": {"en": "member", "zh": "成员"},
            "unit": "",
            "values": bilingual(MEMBERS, CHINESE),
        },
        "series": series,
        "note": {
            "en": "Central values; overheads are transfer, latency, work bound to its economy, "
            "spare capacity and governance. The last row leaves transfer alone.",
            "zh": "取中心值;附加成本为传输、时延、本地业务、备用容量与治理费用。"
            "最后一组仅保留传输。",
        },
        "source": "tradewind.capacity, network world, 24 typical hours",
    }


FRICTIONLESS = {"spare": 0.0, "governance": 0.0, "extra_latency": 0.0, "bound_share": 0.0}
CHINESE = ("印度", "印度尼西亚", "日本", "马来西亚", "新加坡", "韩国", "台湾")
"""The members' names, in the order of ``MEMBERS``."""
