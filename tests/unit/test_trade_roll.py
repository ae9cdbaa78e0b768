"""Efficiency fitted to value added: on drawn economies, and again for the shipped years."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tests.identities.economies import Case, world
from tradewind.errors import ConvergenceError, InputError
from tradewind.trade import Baseline, Shock, rolled_state, solve
from tradewind.trade.roll import FITTED, fit, mixed
from tradewind.world import World, rolling

YEARS = (2015, 2019, 2024, 2025)


@pytest.fixture(scope="module")
def small() -> Baseline:
    case = Case(7, 4, 3, "mobile", "fixed", 1.0, 1.0, 1.0)
    return world(case, case.rng())


@pytest.fixture(scope="module")
def shipped() -> Baseline:
    table = World.default()
    return Baseline(table.data.assign(trade_elasticity=table.trade_elasticity()))


def target(baseline: Baseline, growth: np.ndarray) -> xr.Dataset:
    """Ask for growth by economy, with the tariffs and deficit shares of the baseline, balanced."""
    data = baseline.data
    worth = data["value_added"] * growth
    share = data["deficit"] / data["value_added"]
    return xr.Dataset(
        {
            "tariff": data["tariff"],
            "value_added": worth,
            "deficit_share": share - (share * worth).sum() / worth.sum(),
        }
    )


def test_no_growth_is_no_change(small: Baseline) -> None:
    state = rolled_state(small.data, target(small, np.ones(4)))
    np.testing.assert_allclose(state["rolled_efficiency_hat"], 1.0, atol=1e-11)
    np.testing.assert_allclose(state["rolled_cost_hat"], 1.0, atol=1e-11)
    np.testing.assert_allclose(state["rolled_spending"], small.data["expenditure"], rtol=1e-11)


def test_value_added_is_what_was_asked_for(small: Baseline) -> None:
    growth = np.array([0.7, 1.0, 1.4, 2.5])
    asked = target(small, growth)
    state = rolled_state(small.data, asked)
    np.testing.assert_allclose(state["rolled_value_added"], asked["value_added"], rtol=1e-10)
    deficit = state["rolled_deficit"] / state["rolled_value_added"]
    np.testing.assert_allclose(deficit, asked["deficit_share"], atol=1e-10)
    efficiency = state["rolled_efficiency_hat"].to_numpy()
    assert (np.argsort(efficiency) == np.argsort(growth)).all()
    assert np.log(efficiency).mean() == pytest.approx(0.0, abs=1e-13)


def test_money_scales_and_efficiency_does_not(small: Baseline) -> None:
    growth = np.array([0.7, 1.0, 1.4, 2.5])
    one = rolled_state(small.data, target(small, growth))
    seven = rolled_state(small.data, target(small, 7 * growth))
    for name in ("rolled_spending", "rolled_value_added", "rolled_deficit"):
        np.testing.assert_allclose(seven[name], 7 * one[name], rtol=1e-9)
    for name in ("rolled_efficiency_hat", "rolled_cost_hat"):
        np.testing.assert_allclose(seven[name], one[name], rtol=1e-9)


def test_the_truth_is_found_again(small: Baseline) -> None:
    """Value added of a known change of efficiency gives that change back, up to its scale."""
    truth = np.array([1.3, 0.8, 1.1, 0.9])
    economies = {"economy": small.economies}
    shock = Shock(
        productivity_hat=xr.DataArray(truth, economies, ("economy",)).expand_dims(
            sector=small.sectors
        ),
        productivity_kind="value_added",
    )
    after = solve(small, shock, tolerance=1e-13).solution.table
    _, found = fit(small, small.table.tariff, after.value_added, after.deficit / after.value_added)
    np.testing.assert_allclose(found / found[0], truth / truth[0], rtol=1e-9)


@pytest.mark.parametrize("year", YEARS)
def test_solving_again_from_2014_gives_the_shipped_year(year: int, shipped: Baseline) -> None:
    rolled = World.at(year).data
    scale = float(rolled["value_added"].sum() / shipped.table.value_added.sum())
    shock = Shock(
        tariff=rolled["tariff"],
        productivity_hat=rolled["efficiency_hat"].expand_dims(sector=shipped.sectors),
        productivity_kind="value_added",
        deficit=rolled["deficit"] / scale,
    )
    after = shipped.rebased(solve(shipped, shock, tolerance=1e-12)).data
    np.testing.assert_allclose(after["value_added"] * scale, rolled["value_added"], rtol=1e-9)
    largest = float(rolled["expenditure"].max())
    spent = rolled["expenditure"]
    np.testing.assert_allclose(after["expenditure"] * scale, spent, rtol=1e-8, atol=1e-13 * largest)
    np.testing.assert_allclose(after["expenditure_share"], rolled["expenditure_share"], atol=1e-10)
    np.testing.assert_array_equal(after["input_share"], rolled["input_share"])


@pytest.mark.parametrize("year", YEARS)
def test_no_shock_changes_nothing_in_a_rolled_world(year: int) -> None:
    chosen = World.at(year)
    baseline = Baseline(chosen.data.assign(trade_elasticity=chosen.trade_elasticity()))
    after = solve(baseline, Shock())
    assert after.residual < 1e-12
    assert float(abs(after.real_income_hat - 1).max()) < 1e-11
    np.testing.assert_allclose(after.trade, baseline.trade, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("year", YEARS)
def test_costs_are_those_of_their_inputs(year: int, shipped: Baseline) -> None:
    """No solver: prices from the shares, costs from prices, wages and efficiency, in NumPy."""
    table = World.default().data
    rolled = World.at(year).data
    cost = table["rolled_cost_hat"].sel(rolled_year=year).to_numpy()
    theta = shipped.table.elasticity
    wedge = ((1 + rolled["tariff"]) / (1 + table["tariff"])).to_numpy() * cost[None]
    bought = shipped.table.expenditure > 0
    mean = (shipped.table.share * wedge**-theta).sum(axis=1)
    log_price = np.where(bought, np.log(np.where(bought, mean, 1.0)) / -theta, 0.0)
    grown = (rolled["value_added"] / table["value_added"]).to_numpy()
    grown = grown / (rolled["value_added"].sum() / table["value_added"].sum()).item()
    log_wage = np.log(grown / rolled["efficiency_hat"].to_numpy())
    beta = shipped.table.value_added_share
    inputs = np.einsum("ikj,ik->ij", shipped.table.input_share, log_price)
    made = shipped.table.output > 0
    expected = beta * log_wage[:, None] + (1 - beta) * inputs
    np.testing.assert_allclose(np.log(cost)[made], expected[made], atol=1e-10)


def test_a_target_without_labels_is_refused(small: Baseline) -> None:
    asked = target(small, np.ones(4))
    with pytest.raises(InputError, match="lacks labels of economy"):
        rolled_state(small.data, asked.isel(economy=slice(3)))
    asked["value_added"][0] = np.nan
    with pytest.raises(InputError, match="value_added is not finite"):
        rolled_state(small.data, asked)


def test_what_cannot_be_met_is_told(small: Baseline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradewind.trade.roll.LONGEST", 2)
    with pytest.raises(ConvergenceError, match="no efficiency was found") as caught:
        rolled_state(small.data, target(small, np.array([0.5, 1.0, 1.0, 3.0])))
    assert f"at most {FITTED:g}" in str(caught.value)
    assert any(code in str(caught.value) for code in small.economies)


def test_anderson_solves_a_linear_problem_in_its_dimension_plus_two() -> None:
    rng = np.random.default_rng(5)
    slope = np.diag([0.5, 0.9, 1.4]) + 0.05 * rng.standard_normal((3, 3))
    goal = np.array([1.0, -2.0, 3.0])
    points, misses = [np.zeros(3)], [goal]
    for _ in range(4):
        points.append(mixed(points, misses))
        misses.append(goal - slope @ points[-1])
    np.testing.assert_allclose(points[-1], np.linalg.solve(slope, goal), rtol=1e-8)


def test_targets_of_the_shipped_years_are_met(shipped: Baseline) -> None:
    """The state of 2024 made anew is the one in the file."""
    data = World.default().data
    state = rolled_state(shipped.data, rolling.target(data, 2024))
    for name in state.data_vars:
        kept = data[name].sel(rolled_year=2024)
        np.testing.assert_allclose(state[name], kept, rtol=1e-9, err_msg=str(name))
