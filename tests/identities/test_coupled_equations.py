"""Equations of the coupling's own, once more by hand from the variables of a year."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tests.support.coupled import free, prepared
from tradewind import capital
from tradewind.chips.history import MADE_AT_HOME
from tradewind.coupling.setting import BASE_YEAR
from tradewind.coupling.steps.power import by_economy
from tradewind.trade import Shock, solve

BASE, YEAR = BASE_YEAR, 2026
VALUES = prepared().values


def of(name: str, year: int = YEAR) -> np.ndarray:
    return np.asarray(free()[year][name].to_numpy())


def index(dim: str, label: str) -> int:
    return prepared().index(dim, label)


def test_demand_follows_weight_return_and_power() -> None:
    compute = index("asset", "compute")
    weight = [of("gdp", year) / of("gdp", year).sum() for year in (BASE, YEAR - 1)]
    earned = [1.0 + of("expected_return", year)[:, compute] for year in (BASE, YEAR - 1)]
    expected = weight[1] / weight[0] * (earned[1] / earned[0]) ** VALUES["demand_response"]
    expected = expected * of("running_share", YEAR - 1) ** VALUES["idle_response"]
    np.testing.assert_allclose(of("chip_demand_factor"), expected, rtol=1e-12)
    assert np.ptp(expected) > 1e-3


def test_what_stands_is_what_stood_and_what_came() -> None:
    kept = (1.0 - prepared().chips.values["retirement"]) * of("chip_stock", YEAR - 1)
    h100e = prepared().chips.h100e[YEAR - 2022][:, None]
    came = h100e * (of("chip_packages") + of("chip_leaked"))
    np.testing.assert_allclose(of("chip_stock"), kept + came, rtol=1e-12)
    by_owner = dict.fromkeys(prepared().coords["economy"], 0.0)
    for code, stock in zip(
        prepared().coords["chip_economy"], of("chip_stock").sum(axis=0), strict=True
    ):
        by_owner[code if code in by_owner else "ROW"] += stock
    np.testing.assert_allclose(of("compute_stock"), list(by_owner.values()), rtol=1e-12)


def test_chips_ask_for_power_by_kind_and_year() -> None:
    kw = VALUES["kw_per_h100e"] / VALUES["power_efficiency_growth"] ** (YEAR - BASE)
    asked = 0.0
    for family, installed in zip(
        prepared().coords["family"], of("chip_installed").sum(axis=1), strict=True
    ):
        asked += installed * kw * (VALUES["home_kw_factor"] if family in MADE_AT_HOME else 1.0)
    kept = 1.0 - prepared().chips.values["retirement"]
    waiting = kept * of("idle_power", YEAR - 1).sum()
    found = of("placed").sum() + of("idle_power").sum()
    np.testing.assert_allclose(found, asked / 1e6 + waiting, rtol=1e-9)


def test_effective_compute() -> None:
    fading = VALUES["algorithmic_fading"]
    ahead = fading * (1.0 - np.exp(-(YEAR - BASE) / fading))
    efficiency = VALUES["algorithmic_growth"] ** ahead
    grown = of("compute_stock").max() / of("compute_stock", BASE).max()
    expected = VALUES["training_compute"] * grown * efficiency
    np.testing.assert_allclose(of("training_compute"), expected, rtol=1e-12)
    own = of("compute_stock") * of("running_share") + of("compute_rented")
    own = own * VALUES["runtime_share"]
    part, weight = VALUES["service_trade"], prepared().baseline.table.value_added
    used = (1.0 - part) * own + part * own.sum() * weight / weight.sum()
    np.testing.assert_allclose(of("runtime_compute"), used, rtol=1e-12)
    np.testing.assert_allclose(used.sum(), own.sum(), rtol=1e-12)


def test_chinese_models_draw_nearer_with_compute() -> None:
    """Quality of the year less the adoption block's own, which is what a year without it has."""
    from tradewind import adoption

    usa, china = index("economy", "USA"), index("economy", "CHN")
    ratio = [
        of("compute_stock", year)[china] / of("compute_stock", year)[usa] for year in (BASE, YEAR)
    ]
    values = adoption.central()
    nearer = 1.0 - (ratio[1] / ratio[0]) ** -VALUES["quality_response"]
    expected = values["frontier_growth"] * VALUES["chinese_lag"] * nearer
    share = free()[YEAR - 1]["stack_share"].assign_attrs(units="1")
    plain = adoption.inputs(YEAR, values, share=share)["quality"].to_numpy()
    gained = dict(zip(prepared().coords["stack"], of("model_quality") - plain, strict=True))
    for stack, points in gained.items():
        due = expected if stack in adoption.CHINESE else 0.0
        np.testing.assert_allclose(points, due, atol=1e-10, err_msg=stack)
    assert abs(expected) > 1e-3


def test_value_added_does_more_by_four_causes() -> None:
    """Trend and capital by hand, then a trade equilibrium of all causes together."""
    own, ahead = prepared(), YEAR - BASE
    weight = own.baseline.table.value_added
    rate = VALUES["trend_weight"] * np.log(own.world.data["efficiency_hat"].to_numpy()) / 10.0
    rate = rate - np.average(rate, weights=weight)
    fading = VALUES["trend_fading"]
    trend = (1.0 + VALUES["world_growth"]) ** ahead
    trend = trend * np.exp(rate * fading * (1.0 - np.exp(-ahead / fading)))
    np.testing.assert_allclose(of("trend_hat"), trend, rtol=1e-12)
    other = index("asset", "other")
    deeper = of("capital_stock", YEAR - 1)[:, other] / of("capital_stock", BASE)[:, other] / trend
    mean = np.exp(np.average(np.log(deeper), weights=weight))
    share = own.factor_share[:, index("factor", "capital")]
    capital_hat = (deeper / mean) ** share
    np.testing.assert_allclose(of("capital_hat"), capital_hat, rtol=1e-12)
    hat = of("automation_hat") * (trend * capital_hat)[:, None]
    power, table = index("sector", "D35"), own.baseline.table
    paid = by_economy(own, own.areas.industrial_price)
    cost = 1.0 + (of("power_cost") - of("power_cost", BASE)) / paid
    # A sector whose output costs Â^(-β) times as much has value added that does Â times as much.
    for n, beta in enumerate(table.value_added_share[:, power]):
        hat[n, power] *= cost[n] ** (-1.0 / beta) if beta > 0.0 else 1.0
    cells = {dim: own.coords[dim] for dim in ("economy", "sector")}
    shock = Shock(
        productivity_hat=xr.DataArray(hat, cells, ("economy", "sector")),
        productivity_kind="value_added",
    )
    found = solve(own.baseline, shock, tolerance=1e-12)
    np.testing.assert_allclose(of("real_income_hat"), found.real_income_hat, rtol=1e-9)
    assert np.abs(of("real_income_hat") - 1.0).max() > 0.01


def test_income_and_returns() -> None:
    own = prepared()
    values = capital.central()
    fading = values["revenue_fading"]
    buyers = values["revenue_growth"] ** (fading * (1.0 - np.exp(-(YEAR - BASE) / fading)))
    use, tasks = (of(name) / of(name, BASE) for name in ("runtime_compute", "automated_share"))
    income = own.compute_income * buyers * tasks
    income = income * use ** (1.0 + 1.0 / VALUES["compute_elasticity"])
    np.testing.assert_allclose(of("ai_revenue"), income.sum(), rtol=1e-12)
    compute, chips, energy = (index("asset", name) for name in ("compute", "chips", "energy"))
    cost = own.capital_start["capital_cost"].to_numpy()
    start = own.capital_start["capital_stock"].to_numpy()[:, compute].sum()
    stock = of("capital_stock", YEAR - 1)[:, compute].sum()
    gained = values["capital_margin"] * (income.sum() / stock - own.compute_income.sum() / start)
    found = of("expected_return")
    np.testing.assert_allclose(found[:, compute], cost + gained, rtol=1e-12)
    np.testing.assert_allclose(found[:, chips], cost + gained, rtol=1e-12)
    np.testing.assert_array_equal(found[:, energy], cost)
    begun = own.capital_start
    begun = (begun["allocation"] * begun["saving_rate"] * begun["gdp"]).to_numpy()[:, compute]
    dearer = of("chip_spending") / of("chip_spending", BASE)
    invested = of("investment")
    expected = np.minimum(begun * dearer, 0.5 * invested.sum(axis=1))
    np.testing.assert_allclose(invested[:, compute], expected, rtol=1e-12)
    np.testing.assert_array_equal(of("expected_return", BASE), np.repeat(cost[:, None], 4, axis=1))


def test_ranks_follow_scores() -> None:
    order = np.argsort(-of("strength"), kind="stable")
    ranks = of("strength_rank")[order]
    assert (np.diff(ranks) >= 0.0).all()
    assert ranks[0] == 1.0
    assert (of("strength_rank_low") <= of("strength_rank_high")).all()
    np.testing.assert_allclose(of("strength_dispersion"), of("strength").std(), rtol=1e-12)
