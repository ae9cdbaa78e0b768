"""Equations of automation by hand, and the tasks against the conditions of their optimum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.identities.economies import examples
from tradewind.automation import equations as eq
from tradewind.automation import factors
from tradewind.automation.parameters import central
from tradewind.automation.tasks import CLASSES, classes, edges, use

T, START, FIRST = 36.5, 30.56, 0.1


def test_a_lag_is_compute_that_is_missing() -> None:
    """At 12.6 times a year half a year behind is √12.6 less."""
    lagged = eq.accessible_training(5e25, np.log(12.6), np.array([0.0, 0.5]))
    np.testing.assert_allclose(np.exp(lagged), [5e25, 5e25 / np.sqrt(12.6)])


def test_run_time_makes_up_for_training() -> None:
    """Five orders at run time for 2.5 of training: the factor of 316 of GATE's defaults."""
    assert 10.0 ** float(eq.capability(0.0, 5.0, 2.0)) == pytest.approx(316.2, abs=0.1)


def test_gate_spreads_in_logs_between_two_runs() -> None:
    middle = 0.5 * (T + START)
    found = eq.gate_share(np.array([20.0, START, middle, T, 40.0]), T, START, FIRST)
    np.testing.assert_allclose(found, [FIRST, FIRST, 0.55, 1.0, 1.0])
    tasks = np.array([0.2, 0.55, 0.9])
    there = eq.gate_share(eq.gate_inverse(tasks, T, START, FIRST), T, START, FIRST)
    np.testing.assert_allclose(there, tasks)
    assert eq.gate_inverse(0.05, T, START, FIRST) == -np.inf


def test_a_pareto_tail_loses_a_constant_share_a_year() -> None:
    """Korinek & Suh's business as usual: λ g = 0.01, so e^(−0.1) of the rest after ten years."""
    exponent = 0.01 / 2.534
    found = eq.pareto_share(np.array([-5.0, 0.0, 25.34, 50.68]), exponent, 0.1)
    np.testing.assert_allclose(1.0 - found, 0.9 * np.exp([0.0, 0.0, -0.1, -0.2]))


def test_what_pays_grows_to_its_share_in_ten_years_and_never_past_one() -> None:
    found = eq.feasible_share(np.array([-1.0, 0.0, 12.67, 25.34, 1e4]), 2.534, 0.23)
    np.testing.assert_allclose(found, [0.0, 0.0, 0.115, 0.23, 1.0])


def test_a_sector_has_the_averages_tasks_at_other_odds() -> None:
    task = np.array([0.0, 0.2, 0.5, 1.0])
    np.testing.assert_allclose(eq.sector_share(task, 2.0), [0.0, 1 / 3, 2 / 3, 1.0])
    np.testing.assert_array_equal(eq.sector_share(task, 1.0), task)
    twice = eq.sector_share(eq.sector_share(task, 1.7), 0.4)
    np.testing.assert_allclose(twice, eq.sector_share(task, 0.68))


def test_requirement_by_hand() -> None:
    """At the frontier that run time reaches, the multiplier is all of its ceiling."""
    training = 29.0
    at_frontier = eq.capability(training, 5.0, 2.0)
    task = eq.gate_share(at_frontier, T, START, FIRST)
    needed = eq.runtime_requirement(
        task, eq.gate_inverse(task, T, START, FIRST), training, 15.0, 9.0, 2.0
    )
    assert float(needed) == pytest.approx(15.0 + 9.0 * float(task) + 5.0)
    assert float(eq.runtime_requirement(0.05, -np.inf, training, 15.0, 9.0, 2.0)) == 15.45


def test_composite_by_hand() -> None:
    """ρ = −1, a quarter of tasks at one unit each: 1 / b = M² / c + (1 − a)²."""
    log_output, share = eq.composite(0.25, np.log(0.25), np.log(0.5), -1.0)
    assert float(np.exp(-log_output)) == pytest.approx(0.25**2 / 0.5 + 0.75**2)
    assert float(share) == pytest.approx(0.125 / (0.125 + 0.5625))
    none, nothing = eq.composite(0.0, -np.inf, 0.0, -0.65)
    assert (float(none), float(nothing)) == (0.0, 0.0)


def test_a_step_ends_where_labour_is_as_cheap() -> None:
    """One class of all tasks, one unit each: compute and workers share it as they are many."""
    step = float(eq.binding_step(3.0, 1.0, 1.0, 0.0, 0.6))
    assert step == pytest.approx(0.75)
    # As much of each task on either side.
    assert 3.0 / step == pytest.approx(1.0 / (1.0 - step))


@given(
    seed=st.integers(0, 2**31 - 1),
    compute=st.floats(14.0, 30.0),
    training=st.floats(26.0, 37.0),
    rho=st.floats(-5.0, -0.2),
    gate=st.booleans(),
)
@examples(40)
def test_use_is_at_the_optimum(
    seed: int, compute: float, training: float, rho: float, gate: bool
) -> None:
    """A concave programme's conditions, task by task: what is done pays, what is left does not."""
    rng = np.random.default_rng(seed)
    values = central({"task_substitution": rho})
    odds, per_worker = np.exp(rng.normal(scale=0.4, size=3)), np.array([10.0**compute])
    bounds = edges(values["first_automated"])
    middle = 0.5 * (bounds[1:] + bounds[:-1])
    reached = eq.gate_inverse(middle, T, START, FIRST) if gate else None
    tasks = classes(np.array([training]), reached, odds, values)
    frontier = rng.uniform(0.1, 0.97, (1, 3))
    found = use(tasks, per_worker, frontier)
    log_output, share = eq.composite(
        found.done, np.log(found.integral), np.log(per_worker)[:, None], rho
    )
    for j in range(3):
        done, requirement = found.done[0, j], tasks.requirement[0]
        by_compute = np.clip(done - tasks.below[j], 0.0, tasks.mass[j])
        each = per_worker[0] / found.integral[0, j] * requirement**-tasks.elasticity
        by_labour = 1.0 / (1.0 - done)
        used = np.sum(by_compute * each * requirement)
        assert used == pytest.approx(per_worker[0], rel=1e-9)
        output = np.sum(by_compute * each**rho) + (1.0 - done) * by_labour**rho
        assert float(log_output[0, j]) == pytest.approx(np.log(output) / rho, rel=1e-9, abs=1e-9)
        assert float(share[0, j]) == pytest.approx(
            np.sum(by_compute * each**rho) / output, rel=1e-9
        )
        # Worth of a task relative to a worker's, T^(ρ−1): compute's price per operation is alike.
        price = each ** (rho - 1.0) / requirement
        inside = by_compute > 1e-12
        np.testing.assert_allclose(price[inside], price[inside][0], rtol=1e-9)
        dearer = price[inside][0] * requirement / by_labour ** (rho - 1.0)
        assert (dearer[inside] <= 1.0 + 1e-9).all()
        can = tasks.below[j] + tasks.mass[j] <= frontier[0, j]
        assert (dearer[can & (by_compute == 0.0)] >= 1.0 - 1e-9).all()


def test_what_is_wanted_is_where_the_limit_is_met() -> None:
    values, odds = central(), np.array([0.6, 1.0, 1.7])
    tasks = classes(np.array([30.0]), None, odds, values)
    frontier = np.array([[0.3, 0.45, 0.1]])
    wanted = use(tasks, np.array([1e20]), frontier).wanted
    for j in range(3):
        below, above = (use(tasks, wanted[:, j] * by, frontier).done[0, j] for by in (0.99, 1.01))
        assert below < frontier[0, j]
        assert above == frontier[0, j]


@pytest.mark.parametrize("plenty", [1e30, 1e45, 1e60])
def test_plenty_reaches_every_frontier(plenty: float) -> None:
    """Where compute is so plenty that a worker's part of it is lost in rounding."""
    odds = np.linspace(0.3, 3.0, 40)
    tasks = classes(np.array([30.0]), None, odds, central())
    frontier = np.full((1, 40), 0.999)
    np.testing.assert_array_equal(use(tasks, np.array([plenty]), frontier).done, frontier)


def test_classes_are_fine_enough() -> None:
    """Twice as many classes would move the integral by less than the third digit."""
    values = central()
    tasks = classes(np.array([30.0]), None, np.ones(1), values)
    power, slope = 1.0 - tasks.elasticity, values["task_slope"] * np.log(10.0)
    exact = 1e15**power * np.expm1(0.95 * power * slope) / (power * slope)
    done = use(tasks, np.array([1e40]), np.full((1, 1), 0.95)).integral[0, 0]
    assert len(edges(0.1)) == CLASSES + 1
    assert done == pytest.approx(exact, rel=1e-3)


def test_the_low_anchor_is_its_articles_product() -> None:
    """0.199 · 0.23 · 0.27 · 0.535 = 0.0066 (Acemoglu 2024, section 3.2)."""
    assert float(eq.hulten(0.199 * 0.23, 0.27, 0.535)) == pytest.approx(0.0066, abs=5e-5)
    assert float(factors.saved_labour(0.046, 0.27)) == pytest.approx(0.01242)


def test_capital_does_not_gain() -> None:
    assert float(eq.value_added_gain(np.log(2.0), 0.6)) == pytest.approx(0.6 * np.log(2.0))


def test_shares_shift_by_the_odds_of_tasks() -> None:
    labour, compute = factors.shifted_shares(0.5, 0.1, 0.2, 0.5)
    assert float(labour + compute) == pytest.approx(0.6)
    assert float(compute / labour) == pytest.approx(0.2 * 4.0)
    same, still = factors.shifted_shares(0.5, 0.1, 0.3, 0.3)
    np.testing.assert_allclose([same, still], [0.5, 0.1], rtol=1e-15)


@pytest.mark.parametrize("elasticity", [0.4, 0.999, 1.001, 2.5])
def test_the_composite_of_factors_is_a_ces(elasticity: float) -> None:
    share, hat = np.array([0.6, 0.35, 0.05]), np.array([1.0, 1.3, 4.0])
    power = (elasticity - 1.0) / elasticity
    naive = np.sum(share * hat**power) ** (1.0 / power)
    assert float(factors.composite_quantity(share, hat, elasticity)) == pytest.approx(
        naive, rel=1e-9
    )


def test_the_composite_of_factors_near_one() -> None:
    share, hat = np.array([0.6, 0.35, 0.05]), np.array([1.0, 1.3, 4.0])
    plain = float(factors.composite_quantity(share, hat, 1.0))
    assert plain == pytest.approx(np.prod(hat**share))
    for near in (1e-6, 1e-10, -1e-10):
        assert float(factors.composite_quantity(share, hat, 1.0 + near)) == pytest.approx(
            plain, rel=1e-6
        )


def test_factor_prices_under_one_technology() -> None:
    """p̂_f = (V̂ / Q̂) (Q̂ / F̂_f)^(1/σ) where shares follow quantities alone."""
    share, hat, sigma = np.array([0.6, 0.35, 0.05]), np.array([1.0, 1.3, 4.0]), 0.6
    quantity = float(factors.composite_quantity(share, hat, sigma))
    new = share * (hat / quantity) ** ((sigma - 1.0) / sigma)
    assert new.sum() == pytest.approx(1.0)
    found = factors.factor_prices(1.2, share, new, hat)
    np.testing.assert_allclose(found, 1.2 / quantity * (quantity / hat) ** (1.0 / sigma))


def test_power_of_a_million_chips() -> None:
    """A million H100e at 0.88 kW and a PUE of 1.3 take 1.1 GW."""
    assert float(eq.power_gw(1e6, 0.88, 1.3)) == pytest.approx(1.144)
