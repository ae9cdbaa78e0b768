"""What must change nothing in the chip market, and what must change it in one direction."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.support.chips_scenarios import base, case
from tradewind.chips import path
from tradewind.chips.calendar import Calendar
from tradewind.chips.classes import Classes
from tradewind.chips.path import Market, Path, Rules
from tradewind.chips.solve import require_leakable, require_optimal, solve
from tradewind.errors import ConvergenceError, InfeasibleError

LAST = 2027
PERIODS = ("share_of_year", "year_of", "pool_of", "supply", "demand")
RULES = ("access", "surcharge", "foundry_open", "memory_open", "minerals_stopped", "quota_draw")


def to_last(name: str, last: int = LAST) -> tuple[Market, Rules, Calendar]:
    """A scenario's market and rules to the end of a year."""
    solved = case(name)
    starts = tuple(day for day in solved.calendar.starts if day.year <= last)
    n = len(starts)
    market = solved.market._replace(**{x: getattr(solved.market, x)[:n] for x in PERIODS})
    rules = solved.rules._replace(**{x: getattr(solved.rules, x)[:n] for x in RULES})
    return market, rules, Calendar(starts, last)


@cache
def enacted() -> Path:
    return solve(*to_last("chips-as-enacted"))


def close(found: Path, expected: Path, order: np.ndarray, rtol: float = 1e-6) -> None:
    """Compare economies' totals and values, and pools; a split between equal families is free."""
    market = base()
    effective = market.effective[market.year_of[: len(found.packages)]][:, :, None]
    mine, theirs = ((x.packages * effective).sum(axis=1) for x in (found, expected))
    np.testing.assert_allclose(mine, theirs[:, order], rtol=rtol, atol=1e-3)
    np.testing.assert_allclose(found.leaked, expected.leaked[:, :, order], rtol=rtol, atol=1e-3)
    np.testing.assert_allclose(found.marginal_value, expected.marginal_value[:, order], rtol=rtol)
    price = market.reference_price[market.year_of[: len(found.packages)], :1]
    np.testing.assert_allclose(found.rent / price, expected.rent / price, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(found.capacity, expected.capacity, rtol=rtol)
    np.testing.assert_allclose(found.multiple, expected.multiple, rtol=rtol)


def test_every_country_for_itself_gives_the_same_as_classes() -> None:
    market, rules, calendar = to_last("chips-as-enacted", 2026)
    found, _ = path.run(market, rules, path.start(market, rules))
    require_optimal(found, calendar)
    expected = solve(market, rules, calendar)
    close(found, expected, np.arange(market.demand.shape[1]))
    # Weighted by demand, the centre of the optimal face is the same for one as for many alike.
    np.testing.assert_allclose(found.packages, expected.packages, rtol=1e-2, atol=1.0)


def test_classes_hold_equal_countries_alone() -> None:
    rules = case("chips-diffusion-kept").rules
    classes = Classes.found(rules)
    for e, c in enumerate(classes.of):
        other = classes.first[c]
        for name in ("access", "surcharge", "quota_draw"):
            array = getattr(rules, name)
            assert np.array_equal(array[:, :, e], array[:, :, other])
        if np.isfinite(rules.quota[e]):
            assert (classes.of == c).sum() == 1
    market = case("chips-diffusion-kept").market
    grouped = classes.market(market).demand
    for c in range(classes.first.size):
        np.testing.assert_allclose(grouped[:, c], market.demand[:, classes.of == c].sum(axis=1))


def test_the_order_of_countries_changes_nothing() -> None:
    market, rules, calendar = to_last("chips-as-enacted")
    order = np.random.default_rng(7).permutation(market.demand.shape[1])
    shuffled = market._replace(
        demand=market.demand[:, order],
        home=int(np.flatnonzero(order == market.home)[0]),
        abroad=int(np.flatnonzero(order == market.abroad)[0]),
    )
    own = rules._replace(
        access=rules.access[:, :, order],
        surcharge=rules.surcharge[:, :, order],
        quota=rules.quota[order],
        quota_draw=rules.quota_draw[:, :, order],
    )
    close(solve(shuffled, own, calendar), enacted(), order)


def test_a_country_cut_in_two_changes_nothing() -> None:
    market, rules, calendar = to_last("chips-as-enacted")
    e = int(market.demand[0].sum(axis=1).argmax())
    part = 0.3 * market.demand[:, [e]]
    demand = np.concatenate([market.demand, part], axis=1)
    demand[:, e] -= part[:, 0]

    def both(array: np.ndarray) -> np.ndarray:
        return np.concatenate([array, array[..., [e]]], axis=-1)

    own = rules._replace(
        **{name: both(getattr(rules, name)) for name in ("access", "surcharge", "quota_draw")},
        quota=np.append(rules.quota, rules.quota[e]),
    )
    found = solve(market._replace(demand=demand), own, calendar)
    packages = found.packages[:, :, :-1].copy()
    packages[:, :, e] += found.packages[:, :, -1]
    leaked = found.leaked[:, :, :-1].copy()
    leaked[:, :, e] += found.leaked[:, :, -1]
    joined = found._replace(
        packages=packages, leaked=leaked, marginal_value=found.marginal_value[:, :-1]
    )
    close(joined, enacted(), np.arange(market.demand.shape[1]))


def test_a_quota_that_does_not_bind_changes_nothing() -> None:
    market, rules, calendar = to_last("chips-as-enacted")
    draw = 15832.0 * market.operations[market.year_of]
    counted = np.zeros_like(rules.quota_draw)
    chosen = [3, 50, market.abroad]
    counted[:, :, chosen] = draw[:, :, None]
    taken = (enacted().packages.sum(axis=3) * counted).sum(axis=(0, 1))
    quota = np.full(rules.quota.size, np.inf)
    quota[chosen] = 1.5 * taken[chosen]
    limited = rules._replace(quota=quota, quota_draw=counted)
    # Once left out since it does not bind, once in the programme.
    close(solve(market, limited, calendar), enacted(), np.arange(quota.size))
    classes = Classes.found(limited)
    grouped, own = classes.market(market), classes.rules(limited)
    found, after = path.run(grouped, own, path.start(grouped, own))
    require_optimal(found, calendar)
    found = classes.spread(found, market.demand)
    close(found, enacted(), np.arange(quota.size))
    drawn = (found.packages.sum(axis=3) * counted).sum(axis=(0, 1))
    left = after.quota[classes.of[chosen]]
    np.testing.assert_allclose(left, (quota - drawn)[chosen], rtol=1e-9)


def test_a_quota_that_binds_is_used_up_and_no_more() -> None:
    market, rules, calendar = to_last("chips-no-controls", 2025)
    draw = 15832.0 * market.operations[market.year_of]
    counted = np.zeros_like(rules.quota_draw)
    counted[:, :, market.home] = draw
    free = solve(market, rules, calendar)
    taken = (free.packages * counted[..., None]).sum()
    quota = np.full(rules.quota.size, np.inf)
    quota[market.home] = 0.5 * taken
    found = solve(market, rules._replace(quota=quota, quota_draw=counted), calendar)
    drawn = found.packages.sum(axis=3) * counted
    assert drawn.sum() == pytest.approx(0.5 * taken, rel=1e-8)
    assert found.quota_rent[:, market.home].max() > 0.0
    assert (np.delete(found.quota_rent, market.home, axis=1) == 0.0).all()
    # Once it is spent nothing that counts against it is sold.
    used = np.cumsum(drawn.sum(axis=(1, 2)))
    spent = np.flatnonzero(used >= 0.5 * taken * (1.0 - 1e-9))[0]
    assert drawn[spent + 1 :].sum() < 1e-6 * taken


def test_without_leakage_nothing_leaks_and_with_more_more() -> None:
    market, rules, calendar = to_last("chips-as-enacted")
    none = solve(market._replace(leakage_rate=0.0), rules, calendar)
    assert (none.leaked == 0.0).all()
    twice = solve(market._replace(leakage_rate=2.0 * market.leakage_rate), rules, calendar)
    # By somewhat less than twice or more, since the open market's price answers.
    some = enacted().leaked > 0.0
    assert some.any()
    np.testing.assert_allclose(twice.leaked[some] / enacted().leaked[some], 2.0, rtol=0.1)
    assert (twice.leaked[~some] == 0.0).all()


def test_without_an_answer_to_prices_capacity_at_home_is_as_given() -> None:
    market, rules, calendar = to_last("chips-as-enacted")
    found = solve(market._replace(response_elasticity=0.0), rules, calendar)
    np.testing.assert_array_equal(found.multiple, 1.0)
    assert (np.abs(enacted().multiple[2:6] - 1.0) > 1e-3).all()


@pytest.mark.parametrize("pool", range(3))
def test_more_supply_never_raises_a_value(pool: int) -> None:
    """At given capacity at home, and smuggling, which answers to prices."""
    market, rules, calendar = to_last("chips-as-enacted")
    still = market._replace(response_elasticity=0.0, leakage_rate=0.0)
    before = solve(still, rules, calendar)
    supply = still.supply.copy()
    supply[:, pool] *= 1.2
    after = solve(still._replace(supply=supply), rules, calendar)
    assert (after.marginal_value <= before.marginal_value * (1.0 + 1e-8)).all()
    served = np.isfinite(before.marginal_value)
    assert (after.marginal_value[served] < before.marginal_value[served] * (1.0 - 1e-4)).any()


def test_more_smuggled_than_made_is_refused() -> None:
    market, rules, calendar = to_last("chips-as-enacted", 2023)
    denied = rules._replace(access=np.zeros_like(rules.access))
    greedy = market._replace(leakage_rate=50.0)
    classes = Classes.found(denied)
    grouped, own = classes.market(greedy), classes.rules(denied)
    found, _ = path.run(grouped, own, path.start(grouped, own))
    with pytest.raises(InfeasibleError, match="more chips would be smuggled than are made"):
        require_leakable(grouped, found, calendar)


def test_a_market_that_does_not_converge_is_refused() -> None:
    market, rules, calendar = to_last("chips-as-enacted", 2022)
    demand = market.demand.copy()
    demand[1, market.abroad] = np.nan
    with pytest.raises(ConvergenceError, match="did not come to its optimum"):
        solve(market._replace(demand=demand), rules, calendar)


@pytest.mark.parametrize("name", ["access", "surcharge", "quota_draw"])
def test_a_country_that_one_rule_sets_apart_is_a_class_of_its_own(name: str) -> None:
    _, rules, _ = to_last("chips-no-controls", 2022)
    array = getattr(rules, name).copy()
    array[1, 0, 50] = 0.25
    of = Classes.found(rules._replace(**{name: array})).of
    assert (of == of[50]).sum() == 1
    assert of.max() == Classes.found(rules).of.max() + 1


def test_stopped_minerals_take_their_share_of_the_leading_chain_alone() -> None:
    solved = case("chips-mineral-stop")
    stopped = np.array([day.year >= 2027 for day in solved.calendar.starts])
    abroad = ~np.isin(np.arange(solved.market.supply.shape[1]), solved.market.home_pools)
    np.testing.assert_array_equal(
        solved.found.capacity[~stopped][:, abroad], solved.market.supply[~stopped][:, abroad]
    )
    np.testing.assert_allclose(
        solved.found.capacity[stopped][:, abroad],
        (1.0 - solved.market.mineral_loss) * solved.market.supply[stopped][:, abroad],
        rtol=1e-12,
    )
    np.testing.assert_array_equal(
        case("chips-as-enacted").found.capacity[:, abroad], solved.market.supply[:, abroad]
    )


def test_memory_in_store_is_used_up_by_what_is_packaged() -> None:
    """From the end of 2024 on: what is packaged by then is no more than store and own output."""
    solved = case("chips-as-enacted")
    market, first = solved.market, solved.market.home_pools[0]
    closed = solved.rules.memory_open == 0.0
    level = (solved.found.multiple / market.reference_multiple)[market.year_of]
    made = market.share_of_year * level * market.memory[market.year_of]
    sold = solved.found.packages.sum(axis=(2, 3)) * market.pool_draw[market.year_of]
    used = 4.0 * (sold * (market.pool_of == first)).sum(axis=1)
    store = market.memory_held + np.cumsum(np.where(closed, made, 0.0))
    assert closed.sum() > 10
    assert (np.cumsum(np.where(closed, used, 0.0)) <= store * (1.0 + 1e-9)).all()
    # It does bind, and then capacity is what memory leaves.
    bound = solved.found.capacity[:, first] < level * market.supply[:, first] * (1.0 - 1e-6)
    assert (bound & closed).any()
