"""The plan against the same programme written by hand: objectives, prices, monotony, labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.plain_plan import plain_plan
from tests.support.plain_programme import NoOptimum, Optimum
from tests.support.plan_cases import Case
from tests.support.plan_network import (
    DRAWN,
    DRAWN_ONCE,
    attached,
    drawn,
    network,
    quantities,
    solved,
)
from tests.support.plan_random import random_case
from tradewind.capacity import Units, attach, optimise
from tradewind.capacity.optimum import Optimiser
from tradewind.errors import InfeasibleError

Which = tuple[int, int, str, int]


@pytest.mark.parametrize("which", DRAWN, ids=lambda which: which[2])
def test_the_optimum_is_that_of_the_programme_written_by_hand(which: Which) -> None:
    case, n = drawn(*which)
    plain = plain_plan(case).solve()
    assert n.objective == pytest.approx(plain.objective, rel=1e-8)
    require_binding(which, plain)


@pytest.mark.parametrize("which", DRAWN_ONCE, ids=lambda which: which[2])
def test_so_is_that_of_the_structured_solver(which: Which) -> None:
    case = random_case(*which)
    plain = plain_plan(case).solve()
    assert solved(case, "tradewind").objective == pytest.approx(plain.objective, rel=1e-7)
    require_binding(which, plain)


def require_binding(which: Which, plain: Optimum) -> None:
    """What the case is about binds somewhere, or the comparison would say nothing of it."""
    binding = {
        "chips": ["chip cap"],
        "cap": ["carbon cap"],
        "annual": ["green"],
        "hourly": ["green"],
        "areas": ["reserve"],
    }
    for word in which[2].split():
        for first in binding.get(word, []):
            duals = [
                np.abs(dual).max()
                for name, dual in plain.dual.items()
                if name == first or name[0] == first
            ]
            assert max(duals) > 1e-6, first


def test_without_compute_it_is_plain_pypsa() -> None:
    case = replace(random_case(11, 1, "", 5), sites=(), workloads=())
    n = network(case)
    m = attach(n, (), (), (), units=case.units)
    for each in (n, m):
        each.optimize(solver_name="highs", include_objective_constant=False, output_flag=False)
    plain = plain_plan(case).solve()
    assert m.objective == pytest.approx(n.objective, rel=1e-12)
    assert m.objective == pytest.approx(plain.objective, rel=1e-9)
    np.testing.assert_allclose(m.buses_t.marginal_price, n.buses_t.marginal_price, rtol=1e-9)
    prices = plain.dual["bus"].reshape(-1, case.hours).T / case.weight[:, None]
    close = np.isclose(n.buses_t.marginal_price[case.buses], prices, rtol=1e-6)
    # A vertex may be degenerate: two solvers may then name two prices.
    assert close.mean() > 0.9


@pytest.mark.parametrize("which", [(11, 1, "", 5), DRAWN_ONCE[0]], ids=lambda which: which[2])
def test_so_it_is_by_the_structured_solver(which: Which) -> None:
    """With one period: PyPSA knows no others that storage closes in."""
    case = random_case(*which)
    n = network(replace(case, period=np.zeros_like(case.period)))
    optimiser = Optimiser("tradewind")
    m = optimiser.solve(attach(n, (), (), (), units=case.units))
    assert optimiser.iterations > 0
    n.optimize(solver_name="highs", include_objective_constant=False, output_flag=False)
    assert m.objective == pytest.approx(n.objective, rel=1e-6)


def test_no_tighter_plan_is_cheaper() -> None:
    tight = random_case(25, 1, "", 5)
    batch = next(w for w in tight.workloads if w.kind == "batch")
    cases = {"all": tight}
    cases["no residency"] = tight.with_workloads(residency=None)
    cases["nor latency"] = cases["no residency"].with_workloads(latency_ms=np.inf)
    later = replace(batch, residency=None, latency_ms=np.inf, defer_hours=12 * tight.step[0])
    cases["later too"] = replace(
        cases["nor latency"],
        workloads=tuple(later if w.kind == "batch" else w for w in cases["nor latency"].workloads),
    )
    cost = np.array([plain_plan(case).solve().objective for case in cases.values()])
    ends = [solved(case).objective for case in (cases["all"], cases["later too"])]
    np.testing.assert_allclose(ends, cost[[0, -1]], rtol=1e-8)
    assert (np.diff(cost) < -1e-7 * cost[0]).all(), dict(zip(cases, cost, strict=True))


def relabelled(case: Case) -> Case:
    """Return the same with every name read backwards and every list too."""

    def turn(name: str) -> str:
        return name[::-1]

    def keys(table: dict | None) -> dict | None:
        return None if table is None else {turn(k): v for k, v in reversed(table.items())}

    def work(w):
        pairs = w.usd_per_gb
        if isinstance(pairs, dict):
            pairs = {(turn(r), turn(s)): usd for (r, s), usd in pairs.items()}
        tables = {
            name: keys(getattr(w, name)) for name in ("demand", "regions", "shape", "residency")
        }
        return replace(w, name=turn(w.name), usd_per_gb=pairs, **tables)

    def site(s):
        chips = None if s.chips is None else tuple(map(turn, s.chips))
        region = None if s.region is None else turn(s.region)
        return replace(s, name=turn(s.name), bus=turn(s.bus), chips=chips, region=region)

    def at_bus(item):
        return replace(item, name=turn(item.name), bus=turn(item.bus))

    prices = case.rules.carbon_price
    ruled = case.with_rules(carbon_price=keys(prices) if isinstance(prices, dict) else prices)
    return replace(
        ruled,
        load=keys(case.load),
        plants=tuple(map(at_bus, reversed(case.plants))),
        stores=tuple(map(at_bus, reversed(case.stores))),
        lines=tuple(
            replace(x, name=turn(x.name), origin=turn(x.origin), target=turn(x.target))
            for x in reversed(case.lines)
        ),
        sites=tuple(map(site, reversed(case.sites))),
        chips=tuple(replace(c, name=turn(c.name)) for c in reversed(case.chips)),
        workloads=tuple(map(work, reversed(case.workloads))),
    )


def in_units(case: Case, units: Units) -> Case:
    """Return the same with the numbers of another unit of power and of money."""
    power = case.units.power_mw / units.power_mw
    money = case.units.money_usd / units.money_usd

    def sized(item, **more):
        return replace(
            item,
            p_nom=item.p_nom * power,
            low=item.low * power,
            high=item.high * power,
            capital=item.capital * money / power,
            marginal=item.marginal * money / power,
            **more,
        )

    sites = []
    for s in case.sites:
        names = ("connection_limit", "connection_existing", "it_limit", "it_existing")
        sites.append(replace(s, **{name: getattr(s, name) * power for name in names}))
    return replace(
        case,
        units=units,
        load={bus: load * power for bus, load in case.load.items()},
        plants=tuple(sized(p) for p in case.plants),
        stores=tuple(sized(s, inflow=s.inflow * power) for s in case.stores),
        lines=tuple(sized(x) for x in case.lines),
        sites=tuple(sites),
    )


def test_names_order_and_units_change_nothing() -> None:
    case = random_case(3, 1, "price cap reserve", 4)
    other = Units(power_mw=1.0, money_usd=1.0) if case.units == Units.own() else Units.own()
    first, second = solved(case), solved(relabelled(in_units(case, other)))
    power = case.units.power_mw / other.power_mw
    money = case.units.money_usd / other.money_usd
    assert second.objective == pytest.approx(first.objective * money, rel=1e-9)
    there = quantities(case, second, turned=True)
    for name, mine in quantities(case, first).items():
        np.testing.assert_allclose(
            there[name], mine * power, rtol=1e-6, atol=1e-6 * power, err_msg=name
        )


def test_what_has_no_plan_has_none_either_way() -> None:
    case = random_case(2, 1, "", 3)
    small = tuple(
        replace(s, connection_limit=1e-3, connection_existing=0.0, it_existing=0.0)
        for s in case.sites
    )
    case = replace(case, sites=small)
    with pytest.raises(NoOptimum, match="nfeasible"):
        plain_plan(case).solve()
    with pytest.raises(InfeasibleError):
        optimise(attached(case))
