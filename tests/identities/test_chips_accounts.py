"""The books of the chip market under every shipped scenario: what is made is what is used."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.chips_scenarios import NAMES, case
from tradewind.chips import labels
from tradewind.chips.families import families, pools
from tradewind.chips.history import MADE_AT_HOME
from tradewind.chips.parameters import central
from tradewind.chips.path import LEAST_ACCESS, TRAINING
from tradewind.chips.results import economies, economy_of

SCENARIOS = pytest.mark.parametrize("name", NAMES)


def bought(name: str) -> np.ndarray:
    """Packages of all workloads: (period, family, country)."""
    return np.asarray(case(name).found.packages.sum(axis=3))


def used(name: str) -> np.ndarray:
    """What packages, bought and leaked, take of each pool: (period, pool), from the labels."""
    solved = case(name)
    total = (bought(name) + solved.found.leaked).sum(axis=2)
    table = np.zeros((total.shape[0], len(pools())))
    for p, start in enumerate(solved.calendar.starts):
        for f, family in enumerate(families().values()):
            pool = pools().index(family.pool_in(start.year))
            draw = solved.market.pool_draw[start.year - 2022, f]
            table[p, pool] += total[p, f] * draw
    return table


@SCENARIOS
def test_use_is_what_was_made_less_what_nobody_paid_a_rent_for(name: str) -> None:
    solved = case(name)
    capacity, rent, drawn = solved.found.capacity, solved.found.rent, used(name)
    assert (drawn <= capacity * (1.0 + 1e-9)).all()
    assert (rent >= 0.0).all()
    # Where the rent is a thousandth of the price or more, everything made is sold.
    price = solved.market.reference_price[solved.market.year_of, :1]
    scarce = rent > 1e-3 * price
    assert scarce.sum() > 20
    np.testing.assert_allclose(drawn[scarce], capacity[scarce], rtol=1e-6)
    # Together, what is left over earns nothing (relative to all that is spent).
    spent = (bought(name) * solved.market.price[solved.market.year_of][:, :, None]).sum()
    assert (rent * (capacity - drawn)).sum() < 1e-9 * spent


@SCENARIOS
def test_results_by_year_hold_the_same_books(name: str) -> None:
    data, drawn = case(name).data, used(name)
    by_year = np.zeros((data.sizes["year"], drawn.shape[1]))
    np.add.at(by_year, case(name).calendar.year_of, drawn)
    np.testing.assert_allclose(data["used"], by_year, rtol=1e-12)
    assert bool((data["used"] <= data["capacity"] * (1.0 + 1e-9)).all())
    # By family and year: what economies got is what was drawn, over what one package draws.
    packages = data["packages"] + data["leaked"]
    found = case(name).found
    total = np.zeros((data.sizes["year"], data.sizes["family"]))
    np.add.at(total, case(name).calendar.year_of, (bought(name) + found.leaked).sum(axis=2))
    np.testing.assert_allclose(packages.sum("economy"), total, rtol=1e-12)


@SCENARIOS
def test_what_is_denied_comes_only_as_the_best_chip_smuggled(name: str) -> None:
    solved = case(name)
    access = solved.rules.access
    denied = access <= LEAST_ACCESS
    assert (solved.found.packages[denied] == 0.0).all()
    best = solved.market.frontier[solved.market.year_of]
    periods = np.arange(len(best))
    # Smuggled is the best chip, where it and all of half its operations or more are denied, those
    # that the denied make themselves apart.
    operations = solved.market.operations[solved.market.year_of]
    near = operations >= 0.5 * operations[periods, best][:, None]
    near &= ~np.isin(solved.market.pool_of, solved.market.home_pools)
    near &= solved.market.pool_of >= 0
    without = (denied | ~near[:, :, None]).all(axis=1) & denied[periods, best]
    smuggled = np.zeros_like(denied)
    smuggled[periods, best] = without
    assert (solved.found.leaked[~smuggled] == 0.0).all()
    # At the stated rate of what would be asked for training at the open market's last price.
    dearer = np.array([solved.dearer(p) for p in periods])[:, None]
    asked = solved.market.demand[:, :, TRAINING] * dearer**solved.market.elasticity
    effective = solved.market.effective[solved.market.year_of, best, TRAINING][:, None]
    np.testing.assert_allclose(
        solved.found.leaked[periods, best],
        np.where(without, central()["leakage_rate"] * asked / effective, 0.0),
        rtol=1e-9,
    )


@SCENARIOS
def test_nothing_is_sold_before_its_time_or_to_those_it_is_not_for(name: str) -> None:
    solved = case(name)
    got = bought(name) + solved.found.leaked
    for f, family in enumerate(families().values()):
        for p, start in enumerate(solved.calendar.starts):
            quarter = f"{start.year}Q{(start.month + 2) // 3}"
            if not family.on_sale(quarter):
                assert got[p, f].sum() == 0.0, (family.name["en"], start)
        if family.sold_to != "all":
            others = [code not in family.sold_to for code in solved.observed.countries]
            assert got[:, f, others].sum() == 0.0


@SCENARIOS
def test_grants_and_quotas_are_kept(name: str) -> None:
    solved = case(name)
    got = solved.found.packages * solved.market.effective[solved.market.year_of][:, :, None]
    granted = solved.rules.access[..., None] * solved.market.demand[:, None]
    partial = (solved.rules.access > 0.0) & (solved.rules.access < 1.0)
    assert (got[partial] <= granted[partial] * (1.0 + 1e-9)).all()
    drawn = (bought(name) * solved.rules.quota_draw).sum(axis=(0, 1))
    assert (drawn <= solved.rules.quota * (1.0 + 1e-9)).all()


def test_quotas_of_the_diffusion_rule_bind_somewhere_and_are_used_up() -> None:
    solved = case("chips-diffusion-kept")
    drawn = (bought("chips-diffusion-kept") * solved.rules.quota_draw).sum(axis=(0, 1))
    bound = solved.found.quota_rent.max(axis=0) > 1e-3
    assert bound.sum() >= 5
    np.testing.assert_allclose(drawn[bound], solved.rules.quota[bound], rtol=1e-6)


@SCENARIOS
def test_stocks_are_what_was_installed_less_what_was_retired(name: str) -> None:
    data = case(name).data
    kept = 1.0 - central()["retirement"]
    for stock, each in (("stock", "h100e"), ("stock_bandwidth", "bandwidth")):
        flow = ((data["packages"] + data["leaked"]) * data[each]).to_numpy()
        level = data[stock].to_numpy()
        np.testing.assert_allclose(level[0], flow[0], rtol=1e-12)
        np.testing.assert_allclose(level[1:], kept * level[:-1] + flow[1:], rtol=1e-12)


@SCENARIOS
def test_shares_prices_and_answers_of_a_year(name: str) -> None:
    solved, values = case(name), central()
    data = solved.data
    installed = ((data["packages"] + data["leaked"]) * data["h100e"]).sel(economy="CHN")
    own = installed.sel(family=list(MADE_AT_HOME)).sum("family")
    np.testing.assert_allclose(data["domestic_share"], own / installed.sum("family"), rtol=1e-9)
    for label in labels():
        margin = values["home_margin" if label in MADE_AT_HOME else "vendor_margin"]
        np.testing.assert_allclose(
            data["cost"].sel(family=label), data["list_price"].sel(family=label) * (1.0 - margin)
        )
    # ln M' = ln M + (η ln(π_home / π_abroad) − ln M) / L, by hand from the path: a mean over days
    # and workloads, those apart in which nothing is offered at home.
    days, year_of = solved.market.share_of_year, solved.market.year_of
    value = solved.found.marginal_value
    ratio = np.log(value[:, solved.market.home] / value[:, solved.market.abroad])
    known = np.isfinite(ratio)
    level, logs = 0.0, [0.0]
    for y in range(len(solved.calendar.years) - 1):
        weight = (days[:, None] * known)[year_of == y]
        pull = (np.where(known, ratio, 0.0)[year_of == y] * weight).sum() / weight.sum()
        level += (values["response_elasticity"] * pull - level) / values["capacity_lag"]
        logs.append(level)
    np.testing.assert_allclose(np.log(data["home_multiple"]), logs, atol=1e-10)


@SCENARIOS
def test_marginal_values_are_points_of_the_demand_curve(name: str) -> None:
    solved = case(name)
    year_of, found = solved.market.year_of, solved.found
    effective = solved.market.effective[year_of][:, :, None]
    got = (found.packages * effective).sum(axis=1)
    got[:, :, TRAINING] += (found.leaked * effective[..., TRAINING]).sum(axis=1)
    ratio = got / solved.market.demand
    served = ratio > 0.0
    assert np.isinf(found.marginal_value[~served]).all()
    value = solved.market.reference_price[year_of][:, None] * np.where(served, ratio, 1.0) ** (
        1.0 / solved.market.elasticity
    )
    np.testing.assert_allclose(found.marginal_value[served], value[served], rtol=1e-8)


@SCENARIOS
def test_compute_is_rented_where_chips_are_smuggled(name: str) -> None:
    """At its own rate of the same demand."""
    solved, values = case(name), central()
    effective = solved.market.effective[solved.market.year_of, :, TRAINING][:, :, None]
    smuggled = (solved.found.leaked * effective).sum(axis=1) / values["leakage_rate"]
    flow = (values["rental_rate"] * smuggled) @ economy_of(solved.observed.countries)
    expected = np.zeros((len(solved.calendar.years), len(economies())))
    np.add.at(expected, solved.calendar.year_of, flow)
    np.testing.assert_allclose(solved.data["rented"], expected, rtol=1e-12)


def test_supply_as_observed_is_sold_as_enacted() -> None:
    """Under the rules as enacted the makers at home can make what was counted, to 2025."""
    solved = case("chips-as-enacted")
    seen = [p for p, start in enumerate(solved.calendar.starts) if start.year <= 2025]
    for pool in solved.market.home_pools:
        np.testing.assert_allclose(
            solved.found.capacity[seen, pool], solved.market.supply[seen, pool], rtol=1e-9
        )


@SCENARIOS
def test_rents_and_values_of_a_year_are_means_over_its_days(name: str) -> None:
    solved = case(name)
    found, market, data = solved.found, solved.market, solved.data
    year, days, member = 3, market.share_of_year, economy_of(solved.observed.countries)
    chosen = np.flatnonzero(market.year_of == year)
    for f, label in enumerate(labels()):
        rent = 0.0
        for p in chosen:
            pool = market.pool_of[p, f]
            if pool >= 0:
                rent += days[p] * found.rent[p, pool] * market.pool_draw[year, f]
        told = float(data["scarcity_rent"].sel(family=label)[year])
        assert told == pytest.approx(rent, rel=1e-12)
    # Of an economy of several countries by their demand; one without offers has none.
    rest = member[:, -1] > 0.0
    weight = market.demand[chosen][:, rest]
    value = found.marginal_value[chosen][:, rest]
    offered = np.isfinite(value)
    weight = np.where(offered, weight, 0.0)
    mean = (weight * np.where(offered, value, 0.0)).sum(axis=1) / weight.sum(axis=1)
    np.testing.assert_allclose(data["marginal_value"][year, -1], days[chosen] @ mean, rtol=1e-9)
    both = market.demand[chosen].sum(axis=2)[:, rest]
    charged = (found.quota_rent[chosen][:, rest] * both).sum(axis=1) / both.sum(axis=1)
    np.testing.assert_allclose(
        data["quota_rent"][year, -1], days[chosen] @ charged, rtol=1e-9, atol=1e-15
    )
