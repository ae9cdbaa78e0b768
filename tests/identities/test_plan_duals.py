"""Marginal values of a plan against what one more and one less of each thing costs.

The least cost is convex in every right-hand side: whatever the step, its quotient downwards is no
more, and upwards no less, than any dual. Both come from the programme written by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.support.plain_plan import plain_plan
from tests.support.plain_programme import NoOptimum, Programme
from tests.support.plan_cases import Case
from tests.support.plan_network import DRAWN, drawn, solved
from tradewind.capacity.naming import META, compute_bus, connection_link
from tradewind.capacity.site_results import scarcity

WHICH = (35, 1, "price chips", 4)


class Brackets:
    """One-sided quotients, and how many of them leave no room."""

    def __init__(self, base: float, digits: float) -> None:
        self.base, self.digits, self.tight, self.seen = base, digits, 0, 0

    def hold(self, dual: float, cost: Callable[[float], float], step: float, what: Any) -> None:
        """Check a dual between the quotients of a step down and a step up."""
        down = (self.base - cost(-step)) / step
        up = (cost(step) - self.base) / step
        room = self.digits * abs(dual) + 1e-9 * self.base / step
        assert down - room <= dual <= up + room, (what, down, dual, up)
        self.seen += 1
        self.tight += up - down <= 1e-4 * abs(dual) + room


@pytest.fixture(scope="module", params=["highs", "tradewind"])
def setting(request: pytest.FixtureRequest) -> tuple[Case, Any, Brackets, Any]:
    """Case, its solved network, brackets around its cost, its plain programme."""
    case, n = drawn(*WHICH)
    if request.param == "tradewind":
        n = solved(case, "tradewind")
    plain = plain_plan(case)
    base = plain.solve().objective
    assert n.objective == pytest.approx(base, rel=1e-7)
    # A vertex has duals to rounding, an interior optimum to its tolerance.
    return case, n, Brackets(base, 1e-6 if request.param == "highs" else 1e-4), plain


def least(plain: Programme, shift: dict[Any, np.ndarray] | None = None) -> float:
    """Least cost, infinite where nothing is feasible."""
    try:
        return plain.solve(shift).objective
    except NoOptimum:
        return np.inf


def hours(case: Case, count: int, seed: int) -> np.ndarray:
    """Some hours of a case."""
    return np.random.default_rng(seed).choice(case.hours, count, replace=False)


def shifted(plain: Programme, row: Any, at: int) -> Callable[[float], float]:
    """Least cost by how far one row of a kind is moved."""

    def cost(change: float) -> float:
        by = np.zeros(plain.row[row].size)
        by[at] = change
        return least(plain, {row: by})

    return cost


def test_price_of_power_and_of_compute(setting) -> None:
    case, n, brackets, plain = setting
    for number, bus in enumerate(case.buses):
        for t in hours(case, 4, number):
            dual = n.buses_t.marginal_price[bus].iloc[t] * case.weight[t]
            step = 0.01 * case.load[bus].mean()
            brackets.hold(dual, shifted(plain, "bus", number * case.hours + t), step, (bus, t))
    for number, site in enumerate(case.sites):
        for t in hours(case, 4, 10 + number):
            dual = n.buses_t.marginal_price[compute_bus(site.name)].iloc[t] * case.weight[t]
            brackets.hold(dual, shifted(plain, (site.name, "compute"), t), 0.5, (site.name, t))
    assert brackets.tight > 0.5 * brackets.seen


def test_value_of_connection_of_caps_and_of_demand(setting) -> None:
    case, n, brackets, plain = setting
    rows = n.model.constraints

    for i, site in enumerate(case.sites):
        if not np.isfinite(site.connection_limit):
            continue

        def connected(change: float, i: int = i) -> float:
            sites = list(case.sites)
            limit = sites[i].connection_limit + change
            sites[i] = replace(sites[i], connection_limit=limit)
            return least(plain_plan(replace(case, sites=tuple(sites))))

        dual = rows["Link-ext-p_nom-upper"].dual.sel(name=connection_link(site.name)).item()
        brackets.hold(dual, connected, 0.01 * site.connection_limit, site.name)
    caps = rows["tradewind-chip-cap"]
    names = [name for name in plain.row if name[0] == "chip cap"]
    assert caps.dual.size == len(names)
    for dual, right in zip(caps.dual.to_numpy(), caps.rhs.to_numpy(), strict=True):
        # Which is which is told by the limit itself, since no two are alike.
        name = min(names, key=lambda key: abs(plain_limit(case, key) - right))

        def capped(change: float, name: Any = name) -> float:
            return least(plain, {name: np.array([change])})

        brackets.hold(float(dual), capped, 0.01 * float(right) + 0.1, name)
    served = rows["tradewind-served"]
    for label, dual, right in zip(
        served.indexes["region"], served.dual.to_numpy(), served.rhs.to_numpy(), strict=True
    ):
        work, region = next(
            (w.name, r) for w in case.workloads for r in w.demand if f"{w.name} {r}" == label
        )

        def asked(change: float, name: Any = (work, region, "served")) -> float:
            return least(plain, {name: np.array([change])})

        brackets.hold(float(dual), asked, 0.001 * float(right), label)
    assert any(abs(caps.dual.to_numpy()) > 1e-6)


@pytest.mark.parametrize("solver", ["highs", "tradewind"])
@pytest.mark.parametrize("which", DRAWN[1:], ids=lambda which: which[2])
def test_value_of_rules(which: tuple[int, int, str, int], solver: str) -> None:
    case, n = drawn(*which)
    if solver == "tradewind":
        n = solved(case, "tradewind")
    plain = plain_plan(case)
    base = plain.solve().objective
    # A rule that asks for less leaves its duals within quotients taken far from the optimum.
    assert n.objective == pytest.approx(base, rel=1e-7)
    brackets = Brackets(base, 1e-6 if solver == "highs" else 1e-4)
    value = float(scarcity(n, n.meta[META], case.units)["carbon_value"])
    if case.rules.carbon_cap is None:
        assert value == 0.0
    else:
        mu = -value / case.units.money_usd
        brackets.hold(mu, shifted(plain, "carbon cap", 0), 1e-3 * case.rules.carbon_cap, "carbon")
    for kind, name in (("green", "tradewind-green"), ("reserve", "tradewind-reserve")):
        if name not in n.model.constraints:
            continue
        duals = n.model.constraints[name].dual
        place = next(str(d) for d in duals.dims if d != "snapshot")
        for label in duals.indexes[place]:
            # They ask for at least, the programme written by hand for at most.
            values = -np.atleast_1d(duals.sel({place: label}).to_numpy())
            for at in np.argsort(values)[:2]:
                size = 0.01 * sum(load.mean() for load in case.load.values())
                move = shifted(plain, (kind, label), int(at))
                brackets.hold(float(values[at]), move, size, (kind, label, at))
    # A corner's duals are mostly tight; an interior optimum's lie inside the dual face.
    share = 0.3 if solver == "highs" else 0.0
    assert brackets.tight > share * brackets.seen


def plain_limit(case: Case, name: Any) -> float:
    """Limit of a chip cap by its name in the plain programme."""
    what = name[1]
    if isinstance(what, tuple):
        return next(c for c in case.chips if c.name == what[0]).cap[what[1]]
    return next(cap for cap in case.rules.chip_caps if cap.name == what).most
