"""Experiments on trade: headline numbers again by another road, at central values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.stats import spearmanr

from tradewind.claims import load
from tradewind.claims.experiments import (
    cost_to_density,
    energy_europe,
    energy_industry,
    hosts_gain,
    machines_energy,
    sovereignty,
    vehicles,
)
from tradewind.claims.trade_parts import TradeWorld, at_horizon, rank_correlation, reach, sampled
from tradewind.claims.verdict import side
from tradewind.errors import ConvergenceError
from tradewind.scenario import Scenario, horizon
from tradewind.trade import Baseline, Equilibrium, Shock, shock_from_policy, solve

CLAIMS = {claim.id: claim for claim in load()}
IDS = (
    "energy-industry",
    "energy-europe",
    "vehicles",
    "hosts-gain",
    "sovereignty",
    "machines-energy",
    "cost-to-density",
)
MODULES: Mapping[str, Any] = dict(
    zip(
        IDS,
        (
            energy_industry,
            energy_europe,
            vehicles,
            hosts_gain,
            sovereignty,
            machines_energy,
            cost_to_density,
        ),
        strict=True,
    )
)


def central(claim: str) -> dict[str, float]:
    return CLAIMS[claim].central()


def by_scenario(year: int, shocks: list[dict[str, Any]], **fields: Any) -> Equilibrium:
    """Solve the same question as a scenario, through its own door."""
    world = TradeWorld.at(year).world
    asked = {"name": "again", "title": "again", "world": world.name, "shocks": shocks, **fields}
    scenario = Scenario.from_dict(asked)
    table = world.data.assign(trade_elasticity=scenario.trade_elasticity(world))
    return solve(
        Baseline(table),
        shock_from_policy(scenario.policy(world)),
        labour=scenario.labour,
        sigma_value_added=scenario.sigma_value_added,
        sigma_inputs=scenario.sigma_inputs,
        sigma_final=scenario.sigma_final,
    )


def percent(found: Equilibrium, economies: list[str], sectors: list[str]) -> float:
    where = {"economy": economies, "sector": sectors}
    before = float(found.baseline.output.sel(where).sum())
    return 100.0 * (float(found.output_volume.sel(where).sum()) / before - 1.0)


@pytest.fixture(scope="module")
def prepared() -> dict[str, Any]:
    shared = {claim: module.prepare() for claim, module in MODULES.items()}
    # A dozen economies: each costs an equilibrium.
    whole = shared["sovereignty"]
    shared["sovereignty"] = replace(
        whole, economies=whole.economies[::4], scores=whole.scores[:, ::4]
    )
    return shared


@pytest.fixture(scope="module")
def found(prepared: dict[str, Any]) -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    """Metrics at central values, and of the null run."""
    return {
        claim: (
            module.measure(prepared[claim], central(claim)),
            module.measure(prepared[claim], central(claim), null=True),
        )
        for claim, module in MODULES.items()
    }


@pytest.mark.parametrize("claim", IDS)
def test_every_metric_of_the_file_is_measured_and_the_null_run_is_not_for_the_claim(
    found: dict[str, tuple[dict[str, float], dict[str, float]]], claim: str
) -> None:
    named = {metric.name for metric in CLAIMS[claim].metrics}
    for metrics in found[claim]:
        assert set(metrics) == named
        assert all(type(x) is float and np.isfinite(x) for x in metrics.values())
    assert side(CLAIMS[claim], found[claim][1]) != "for"


@pytest.mark.parametrize("claim", ["hosts-gain", "machines-energy", "sovereignty"])
def test_a_figure_has_one_number_a_name(prepared: dict[str, Any], claim: str) -> None:
    data = MODULES[claim].figure(prepared[claim], central(claim))
    along = data["x"]["values"]
    assert len(along) >= 4
    assert all(len(one["values"]) == len(along) for one in data["series"])
    assert set(data["title"]) == set(data["note"]) == {"en", "zh"}


def test_what_the_table_cannot_part_is_not_testable() -> None:
    claim = CLAIMS["tariff-parts"]
    assert not claim.testable
    assert claim.reason is not None


def test_the_horizon_is_the_scenarios_own() -> None:
    long_run = TradeWorld.at(2014).elasticity
    for years in (0.0, 2.0, 7.0):
        ours, theirs = at_horizon(long_run, {"horizon_years": years}), horizon.at(years, long_run)
        np.testing.assert_allclose(ours.elasticity, theirs.trade_elasticity, rtol=1e-12)
        assert ours.sigma_inputs == pytest.approx(theirs.sigma_inputs, rel=1e-12)
        assert (ours.labour, ours.sigma_final) == (theirs.labour, theirs.sigma_final)


def test_a_fit_meets_its_goal_or_says_so() -> None:
    mixed = np.array([[2.0, 0.5], [-0.3, 4.0]])
    push = reach(lambda x: mixed @ np.expm1(x), np.array([0.3, 0.2]), np.array([2.0, 4.0]))
    np.testing.assert_allclose(mixed @ np.expm1(push), [0.3, 0.2], atol=1e-6)
    with pytest.raises(ConvergenceError, match="did not converge"):
        reach(lambda x: np.tanh(x), np.array([2.0]), np.array([1.0]))


def test_industry_under_dear_power_is_that_of_a_scenario(prepared: dict[str, Any]) -> None:
    values = central("energy-industry")
    changes = energy_industry.output_changes(prepared["energy-industry"], values)
    again = by_scenario(
        2014,
        [
            {
                "type": "input_requirement",
                "economy": "KOR",
                "input_sector": "D35",
                "sector": ["all", "-D35"],
                "percent": 50.0 * values["power_share"],
            }
        ],
        horizon=None,
        horizon_years=values["horizon_years"],
    )
    hit = percent(again, ["KOR"], ["C17", "C19", "C20", "C23", "C24"])
    assert changes[2] == pytest.approx(hit, rel=1e-6)
    assert hit < 0.0


def test_compute_moves_as_in_a_logit_of_all_sites(prepared: dict[str, Any]) -> None:
    shared, values = prepared["energy-industry"], central("energy-industry")
    moved = energy_industry.compute_moved(shared, values)
    # The United States are the cost stack's round case; here China, with the rest of the world.
    kw, price = values["kw_per_h100e"] * values["pue"], 0.079
    rate = 1.0801 / 1.02 - 1.0

    def annuity(years: float) -> float:
        return float(rate / (1.0 - (1.0 + rate) ** -years))

    other = values["chips_usd_per_h100e"] * (annuity(values["chip_life"]) + 0.03)
    other += (6120.0 * values["kw_per_h100e"] + 200.0 * kw) * annuity(18.0)
    cost = other / 8760.0 + price * kw
    scale = values["site_cost_spread"] * cost * np.sqrt(6.0) / np.pi
    share = shared.compute_share[0]
    weight = np.array([share, 1.0 - share]) * np.exp([-0.5 * price * kw / scale, 0.0])
    by_hand = 100.0 * values["mobile_share"] * (1.0 - weight[0] / weight.sum() / share)
    assert moved[0] == pytest.approx(by_hand, rel=1e-6)
    assert 0.1 < share < 0.5


def test_europe_without_russian_energy_is_that_of_a_scenario(prepared: dict[str, Any]) -> None:
    shared = prepared["energy-europe"]
    values = central("energy-europe") | {"russia_share_factor": 1.0}
    ours = energy_europe.measure(shared, values)
    again = by_scenario(
        2014,
        [
            {
                "type": "energy_supply",
                "as": "export_restriction",
                "economy": "EU27",
                "suppliers": "RUS",
                "sector": ["B", "D35"],
                "loss_percent": values["loss_percent"],
            }
        ],
        horizon=None,
        horizon_years=values["horizon_years"],
    )
    members = [shared.trade.baseline.economies[n] for n in shared.members]
    assert len(members) == 27
    hit = percent(again, members, ["C17", "C19", "C20", "C23", "C24"])
    assert ours["output_change"] == pytest.approx(hit, rel=1e-5)
    income = again.real_income_hat
    loss = 1.0 - income.drop_sel(economy=[*members, "RUS"]).min()
    spent = again.baseline.income.sel(economy=members)
    joint = float((spent * (1.0 - income.sel(economy=members))).sum() / spent.sum())
    assert ours["welfare_margin"] == pytest.approx(100.0 * (joint - float(loss)), abs=1e-5)


def test_russias_share_is_raised_as_asked(prepared: dict[str, Any]) -> None:
    shared = prepared["energy-europe"]
    baseline = shared.trade.baseline
    raised = energy_europe.with_russian_share(shared, baseline, 2.0)
    before, after = (
        energy_europe.russian_share(shared, table) for table in (baseline.table, raised.table)
    )
    assert 0.10 < before < 0.14
    assert after == pytest.approx(2.0 * before, rel=1e-5)


def test_china_is_fitted_to_its_own_exports_and_europe_follows(
    prepared: dict[str, Any], found: dict[str, tuple[dict[str, float], dict[str, float]]]
) -> None:
    shared, values = prepared["vehicles"], central("vehicles")
    gain = 100.0 * np.expm1(vehicles.fit(shared, values)[2])
    again = by_scenario(
        2024,
        [
            {
                "type": "productivity",
                "economy": "CHN",
                "sector": sector,
                "percent": float(size),
                "kind": "output",
            }
            for sector, size in zip(("C27", "C29"), gain, strict=True)
        ],
    )
    trade = again.trade
    abroad = trade.where(trade["importer"] != trade["exporter"], 0.0).sum("importer")
    share = (abroad.sel(exporter="CHN") / abroad.sum("exporter")).sel(sector=["C27", "C29"])
    goal = [values["electrical_export_share"], values["vehicle_export_share"]]
    np.testing.assert_allclose(share, goal, rtol=1e-5)
    members = [shared.trade.baseline.economies[n] for n in shared.europe]
    hit = percent(again, members, ["C29"])
    assert found["vehicles"][0]["europe_output"] == pytest.approx(hit, abs=1e-4)
    assert hit < 0.0 < gain.min()


def test_hungary_gains_what_was_announced_and_germany_is_counted_against_it(
    prepared: dict[str, Any], found: dict[str, tuple[dict[str, float], dict[str, float]]]
) -> None:
    shared, values = prepared["hosts-gain"], central("hosts-gain")
    _, world = hosts_gain.with_plants(shared, values, shared.plants)
    changed = world.output_volume - world.baseline.output
    hungary = changed.sel(economy="HUN", sector=["C27", "C29"])
    announced = values["capacity_used"] * np.array([100.0 * 85.0, 200.0 * 23.0])
    np.testing.assert_allclose(hungary, announced, rtol=1e-4)
    germany = float(changed.sel(economy="DEU", sector=["C27", "C29"]).sum())
    metrics = found["hosts-gain"][0]
    assert metrics["displaced"] == pytest.approx(-100.0 * germany / announced.sum(), rel=1e-4)


def test_a_severance_is_a_ban_and_its_correlations_are_the_textbooks(
    prepared: dict[str, Any], found: dict[str, tuple[dict[str, float], dict[str, float]]]
) -> None:
    shared, values = prepared["sovereignty"], central("sovereignty")
    loss, score = sovereignty.losses(shared, values), sovereignty.mixed_score(shared, values)
    baseline = shared.trade.baseline
    bought = baseline.trade.sel(importer="GBR", sector=["C21", "C26"]).sum("sector")
    supplier = str(bought.drop_sel(exporter="GBR").idxmax("exporter").item())
    again = by_scenario(
        2014,
        [{"type": "ban", "importer": "GBR", "exporter": supplier, "sector": ["C21", "C26"]}],
        horizon=None,
        horizon_years=values["horizon_years"],
    )
    place = [baseline.economies[n] for n in shared.economies].index("GBR")
    by_ban = 100.0 * (1.0 - float(again.real_income_hat.sel(economy="GBR")))
    assert loss[place] == pytest.approx(by_ban, rel=1e-5)
    metrics, size = found["sovereignty"][0], baseline.income.values[shared.economies]
    whole = [
        float(spearmanr(*pair).statistic) for pair in ((loss, score), (loss, size), (score, size))
    ]
    assert metrics["rank_correlation"] == pytest.approx(whole[0], abs=1e-12)
    held = (whole[0] - whole[1] * whole[2]) / np.sqrt((1 - whole[1] ** 2) * (1 - whole[2] ** 2))
    assert metrics["partial_correlation"] == pytest.approx(held, abs=1e-9)


def test_a_sample_of_economies_is_its_numbers_own() -> None:
    np.testing.assert_array_equal(sampled(5, {"sample": 0.4}), np.arange(5))
    one, again, other = (sampled(40, {"sample": number}) for number in (7.0, 7.9, 8.0))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()
    assert rank_correlation(one.astype(float), -(one.astype(float) ** 3)) == pytest.approx(-1.0)


def test_power_outranks_the_others_only_where_gains_follow_it(prepared: dict[str, Any]) -> None:
    shared = prepared["machines-energy"]
    own = np.arange(int(shared.known.sum()))
    price = np.where(shared.known, shared.power_price, 1.0)

    def margin(income: np.ndarray) -> float:
        drivers = machines_energy.drivers(shared, income, own, own)
        return machines_energy.power_margin(drivers)

    assert margin(price**-0.3) == pytest.approx(1.0, abs=1e-9)
    assert margin(price**0.3) == pytest.approx(-1.0, abs=1e-9)
    # High wages that go with high gains are no rival; low wages that do are one.
    assert margin(price**-0.01 * shared.wage**0.5) > 0.0
    assert margin(price**-0.01 * shared.wage**-0.5) < 0.0


def test_compute_goes_where_it_is_cheap_and_labour_dear(prepared: dict[str, Any]) -> None:
    shared = prepared["machines-energy"]
    fixed = central("machines-energy") | {"import_share": 0.0, "access_premium": 1.0}
    plain = machines_energy.compute_share(
        shared, fixed | {"cost_elasticity": 1e-12, "wage_elasticity": 0.0}
    )
    np.testing.assert_allclose(plain, shared.today.size, rtol=1e-9)
    cheap = machines_energy.compute_share(shared, fixed | {"wage_elasticity": 0.0})
    assert cheap.sum() == pytest.approx(1.0)
    at = shared.trade.world.economies.index
    # Canada and Italy: power of 0.045 against 0.162 USD/kWh, capital dearer in Italy as well.
    assert cheap[at("CAN")] / plain[at("CAN")] > cheap[at("ITA")] / plain[at("ITA")]


def test_india_is_measured_against_the_median(
    prepared: dict[str, Any], found: dict[str, tuple[dict[str, float], dict[str, float]]]
) -> None:
    world = machines_energy.gains(prepared["machines-energy"], central("machines-energy"))
    gain = world.real_income_hat - 1.0
    metrics = found["machines-energy"][0]
    ratio = float(gain.sel(economy="IND") / gain.median())
    assert metrics["india_ratio"] == pytest.approx(ratio, rel=1e-9)


def test_dearer_compute_moves_what_the_ratio_says(prepared: dict[str, Any]) -> None:
    """China's push on compute and power, both solved at once, against one on its wages."""
    shared, values = prepared["cost-to-density"], central("cost-to-density")
    base = cost_to_density.run_time(shared, values)
    now = base * values["compute_growth"]
    solved = {
        factor: cost_to_density.automated(shared.today, "gate", base, now * factor)
        for factor in (1.0, 1.01 ** (-values["cost_elasticity"] * (1.0 - values["import_share"])))
    }
    full, less = solved.values()
    goods = [shared.trade.baseline.sectors[j] for j in shared.manufacturing]
    weight = full["productivity_hat"].copy(data=shared.today.value_added)
    where = {"economy": "CHN", "sector": goods}
    lost = float(
        np.log(less["productivity_hat"] / full["productivity_hat"])
        .sel(where)
        .weighted(weight.sel(where))
        .mean()
    )
    shares = full["factor_share_new"].sel(economy="CHN")
    compute = float(shares.sel(factor="compute")) * (1.0 - values["import_share"])

    def moved(log_productivity: float, power: float) -> float:
        hat = xr.DataArray(
            np.full((1, len(goods)), np.exp(log_productivity)),
            {"economy": ["CHN"], "sector": goods},
            ("economy", "sector"),
        )
        need = xr.DataArray(
            np.full((1, 1, len(goods)), power),
            {"economy": ["CHN"], "input_sector": ["D35"], "sector": goods},
            ("economy", "input_sector", "sector"),
        )
        shock = Shock(
            productivity_hat=hat, input_requirement_hat=need, productivity_kind="value_added"
        )
        after = solve(shared.trade.baseline, shock)
        made = [
            x.sel(sector=goods).sum("sector") for x in (after.baseline.output, after.output_volume)
        ]
        before, then = (float((x / x.sum()).sel(economy="CHN")) for x in made)
        return np.log(then / before)

    technical = moved(lost - np.log1p(0.01 * compute), 1.0 + 0.01 * values["power_share"])
    wages = moved(-np.log1p(0.01 * float(shares.sel(factor="labour"))), 1.0)
    to_cost, to_power = cost_to_density.location_elasticities(shared, shared.trade.baseline, values)
    ratio = cost_to_density.ratios(shared, values, to_cost, to_power, training=True)
    assert ratio[0] == pytest.approx(technical / wages, rel=0.02)
