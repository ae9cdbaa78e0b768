"""The books of solved plans: power, compute, work that waits, and money, from the raw solution."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.plain_plan import due_by, pue, transfer_cost
from tests.support.plan_cases import Case
from tests.support.plan_network import DRAWN, drawn
from tradewind.capacity import Site, solved_routes
from tradewind.capacity.naming import chip_link, connection_link

WHICH = pytest.mark.parametrize("which", DRAWN[:2], ids=lambda which: which[2])
HOURLY = pytest.mark.parametrize(
    "which", [*DRAWN, (*DRAWN[0], "tradewind")], ids=lambda which: " ".join(map(str, which[2:]))
)


def it_power(case: Case, n, site: Site) -> np.ndarray:
    """IT power of a site: (hour,)."""
    links = [chip_link(site.name, chip.name) for chip in case.chips_at(site)]
    return n.links_t.p0[links].to_numpy().sum(axis=1)


def starting_with(index, name: str) -> list[str]:
    """Names of the parts of one workload at one site, one a shape group."""
    return [x for x in index if x.startswith(name + " ")]


def queues(case: Case, n):
    """Every workload that can wait, at every site that has some of it, by shape group."""
    for work in case.workloads:
        for site in case.sites:
            if work.kind != "interactive":
                for name in starting_with(n.stores.index, f"{site.name} {work.name}"):
                    yield work, name


@HOURLY
def test_power_adds_up_at_every_bus_and_hour(which) -> None:
    case, n = drawn(*which)
    for bus in case.buses:
        here = {
            kind: table.index[table["bus"] == bus]
            for kind, table in (("g", n.generators), ("s", n.storage_units))
        }
        given = n.generators_t.p[here["g"]].sum(axis=1) + n.storage_units_t.p[here["s"]].sum(axis=1)
        lines = n.links[n.links.carrier == "DC"]
        out = n.links_t.p0[lines.index[lines.bus0 == bus]].sum(axis=1)
        into = -n.links_t.p1[lines.index[lines.bus1 == bus]].sum(axis=1)
        facility = sum(pue(case, s) * it_power(case, n, s) for s in case.sites if s.bus == bus)
        size = case.load[bus].mean()
        np.testing.assert_allclose(
            given + into, case.load[bus] + out + facility, rtol=0, atol=1e-6 * size, err_msg=bus
        )


@HOURLY
def test_compute_adds_up_at_every_site_and_hour(which) -> None:
    case, n = drawn(*which)
    for site in case.sites:
        delivered = sum(
            n.links_t.p0[chip_link(site.name, chip.name)].to_numpy()
            * (case.units.power_mw / chip.kw_per_h100e)
            for chip in case.chips_at(site)
        )
        asked = np.zeros(case.hours)
        for work in case.workloads:
            first = f"{site.name} {work.name}"
            if work.kind == "interactive":
                asked += n.generators_t.p[starting_with(n.generators.index, first)].sum(axis=1)
            else:
                runs = [x for x in starting_with(n.links.index, first) if x.endswith(" run")]
                asked += n.links_t.p0[runs].sum(axis=1)
        size = max(1.0, delivered.mean())
        np.testing.assert_allclose(delivered, asked, rtol=0, atol=1e-6 * size)


def test_hot_hours_leave_less_compute_within_a_connection() -> None:
    felt = 0
    for which in DRAWN[:2]:
        case, n = drawn(*which)
        for site in case.sites:
            limit = n.links.p_nom_opt[connection_link(site.name)]
            ratio, power = pue(case, site), it_power(case, n, site)
            assert (power <= limit / ratio * (1.0 + 1e-7) + 1e-7).all(), site.name
            full = np.flatnonzero(ratio * power > limit * (1.0 - 1e-7))
            if limit > 1e-6 and full.size and np.ptp(ratio[full]) > 0.01:
                hottest, coolest = full[ratio[full].argmax()], full[ratio[full].argmin()]
                assert power[hottest] < 0.999 * power[coolest]
                felt += 1
    assert felt > 0


@WHICH
def test_work_that_waits_is_done_in_time(which) -> None:
    case, n = drawn(*which)
    late = 0
    for work, name in queues(case, n):
        run, arrive = (n.links_t.p0[f"{name} run"], n.generators_t.p[name])
        size = max(1.0, n.generators.p_nom_opt[name]) * case.step[0]
        if work.kind == "training":
            mean = n.generators.p_nom_opt[name]
            np.testing.assert_allclose(arrive, mean, atol=1e-6 * size)
            assert (run >= work.minimum_load * mean - 1e-6 * size).all()
            for hours in case.windows(work.window_hours):
                step = case.step[hours]
                # Nothing hops: in each window a site does what it does in every other.
                assert run.to_numpy()[hours] @ step == pytest.approx(
                    mean * step.sum(), abs=1e-6 * size * hours.size
                )
            continue
        for number in np.unique(case.period):
            hours = np.flatnonzero(case.period == number)
            step = case.step[hours]
            arrived, due = due_by(arrive.to_numpy()[hours], step, work.defer_hours)
            done = np.cumsum(run.to_numpy()[hours] * step)
            assert (done <= arrived + 1e-6 * size * hours.size).all(), name
            assert (done >= due - 1e-6 * size * hours.size).all(), name
            late += int((done < arrived - 1e-3 * size).sum())
    assert late > 0 or all(w.defer_hours == 0.0 for w in case.workloads)


def yearly(case: Case, n) -> float:
    """Money a year of everything built and run, from prices that the inputs name."""
    total = 0.0
    for kind, power in {
        "Generator": n.generators_t.p,
        "Link": n.links_t.p0,
        "StorageUnit": n.storage_units_t.p_dispatch,
    }.items():
        table = n.components[kind].static
        total += float((table.capital_cost * table.p_nom_opt)[table.p_nom_extendable].sum())
        each = n.get_switchable_as_dense(kind, "marginal_cost")
        total += float(case.weight @ (power * each[power.columns]).sum(axis=1))
    works = {work.name: work for work in case.workloads}
    sites = {site.name: site for site in case.sites}
    for route in solved_routes(n).itertuples():
        cost = transfer_cost(case, works[route.workload], route.region, sites[route.site])
        assert route.cost == pytest.approx(cost, rel=1e-9)
        total += cost * route.kh100e
    return total


@WHICH
def test_costs_and_payments_less_rents_add_up_to_the_objective(which) -> None:
    case, n = drawn(*which)
    assert yearly(case, n) == pytest.approx(n.objective, rel=1e-7)
    paid = rents = 0.0
    for name, rows in n.model.constraints.items():
        value = float((rows.dual * rows.rhs).sum())
        if name in ("Bus-nodal_balance", "tradewind-served"):
            paid += value
        else:
            rents -= value
    loads = sum(
        float(case.weight * case.load[bus] @ n.buses_t.marginal_price[bus]) for bus in case.buses
    )
    served = n.model.constraints["tradewind-served"]
    demand = float((served.dual * served.rhs).sum())
    assert paid == pytest.approx(loads + demand, rel=1e-7)
    assert paid - rents == pytest.approx(n.objective, rel=1e-7)
