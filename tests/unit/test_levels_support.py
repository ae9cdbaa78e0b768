"""The levels solver: it reproduces its baseline and its counterfactuals are equilibria."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.baseline import Baseline
from tests.support.levels import (
    Shock,
    Solution,
    Substitution,
    calibrate,
    random_baseline,
    solve_levels,
)
from tests.support.levels_newton import System, jacobian, newton
from tests.support.levels_system import Closure, FloatArray, Labour

SUBSTITUTIONS = (
    Substitution(),
    Substitution(0.5, 0.2, 0.8),
    Substitution(1.5, 2.0, 3.0),
    Substitution(1.0, 0.3, 1.0),
)
CLOSURES: tuple[Closure, ...] = ("fixed", "balanced", "proportional")
LABOUR: tuple[Labour, ...] = ("mobile", "sector_specific")


def draw(seed: int, economies: int = 4, sectors: int = 3) -> tuple[Baseline, np.random.Generator]:
    """Return a baseline with zeros, deficits and export taxes."""
    rng = np.random.default_rng(seed)
    baseline = random_baseline(
        rng,
        economies,
        sectors,
        absent_fraction=0.1 * (seed % 2),
        export_tax_high=0.15,
        deficit_scale=0.08,
        input_zero_fraction=0.2,
    )
    return baseline, rng


def large_shock(baseline: Baseline, rng: np.random.Generator, closure: Closure) -> Shock:
    """Return a shock to everything, with bans on a tenth of foreign links."""
    economies, sectors = baseline.final_share.shape
    foreign = ~np.eye(economies, dtype=bool)[:, :, None] & np.ones(sectors, dtype=bool)
    iceberg = np.where(foreign, rng.uniform(0.7, 1.5, foreign.shape), 1.0)
    iceberg[foreign & (rng.random(foreign.shape) < 0.1)] = np.inf
    return Shock(
        tariff=np.where(foreign, rng.uniform(0.0, 0.8, foreign.shape), 0.0),
        export_tax=np.where(foreign, rng.uniform(0.0, 0.3, foreign.shape), 0.0),
        iceberg_hat=iceberg,
        productivity_hat=rng.uniform(0.7, 1.4, (economies, sectors)),
        productivity_kind="output" if closure == "fixed" else "value_added",
        input_requirement_hat=rng.uniform(0.8, 1.5, (economies, sectors, sectors)),
        closure=closure,
    )


@pytest.mark.parametrize("seed", range(12))
def test_random_baselines_balance(seed: int) -> None:
    baseline, _ = draw(seed, 2 + seed % 5, 1 + seed % 4)
    assert baseline.imbalance() < 1e-14
    assert baseline.income.min() > 0.0
    assert baseline.expenditure.min() >= 0.0
    assert abs(baseline.deficit).max() > 1e-3 * baseline.value_added.min()
    for share in (
        baseline.expenditure_share,
        baseline.input_share,
        baseline.final_share[:, :, None],
    ):
        np.testing.assert_allclose(share.sum(axis=1), 1.0, rtol=1e-14)
    own = np.arange(len(baseline.deficit))
    assert np.all(baseline.tariff[own, own] == 0.0)
    assert np.all(baseline.export_tax[own, own] == 0.0)


def test_random_baselines_have_zeros() -> None:
    baseline, _ = draw(1, 6, 4)
    assert np.any(baseline.expenditure_share == 0.0)
    assert np.any(baseline.output == 0.0)
    assert np.any(baseline.input_share == 0.0)


@pytest.mark.parametrize("labour", LABOUR)
@pytest.mark.parametrize("substitution", SUBSTITUTIONS)
def test_calibrated_levels_reproduce_the_baseline(
    substitution: Substitution, labour: Labour
) -> None:
    baseline, rng = draw(3)
    calibrated = calibrate(baseline, substitution, labour, rng)
    levels = solve_levels(calibrated, Shock())
    world = baseline.value_added.sum()
    assert levels.residual < 1e-13
    assert np.abs(np.log(levels.price)).max() > 0.3  # levels, not hats
    np.testing.assert_allclose(levels.wage_hat, 1.0, rtol=1e-12)
    np.testing.assert_allclose(levels.price_index_hat, 1.0, rtol=1e-12)
    np.testing.assert_allclose(levels.real_income_hat, 1.0, rtol=1e-12)
    np.testing.assert_allclose(levels.trade_flow, baseline.trade_flow, atol=1e-13 * world)
    np.testing.assert_allclose(levels.output, baseline.output, atol=1e-13 * world)
    np.testing.assert_allclose(levels.tariff_revenue, baseline.tariff_revenue, atol=1e-13 * world)
    np.testing.assert_allclose(
        levels.export_tax_revenue, baseline.export_tax_revenue, atol=1e-13 * world
    )


def shocked_accounts(baseline: Baseline, shock: Shock, levels: Solution) -> float:
    """Return the imbalance of the counterfactual's own accounts."""
    assert shock.tariff is not None
    assert shock.export_tax is not None
    after = Baseline(
        expenditure_share=levels.expenditure_share,
        expenditure=levels.expenditure,
        value_added_share=levels.value_added_share,
        input_share=levels.input_share / levels.input_share.sum(axis=1, keepdims=True),
        final_share=levels.final_share,
        tariff=shock.tariff,
        export_tax=shock.export_tax,
        trade_elasticity=baseline.trade_elasticity,
        value_added=levels.value_added,
        deficit=levels.deficit,
    )
    return after.imbalance()


@pytest.mark.parametrize("labour", LABOUR)
@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("substitution", SUBSTITUTIONS)
def test_counterfactual_is_an_equilibrium_whatever_the_units(
    substitution: Substitution, closure: Closure, labour: Labour
) -> None:
    baseline, rng = draw(8)
    shock = large_shock(baseline, rng, closure)
    first, second = (
        solve_levels(calibrate(baseline, substitution, labour, np.random.default_rng(unit)), shock)
        for unit in (1, 2)
    )
    assert first.residual < 1e-11
    assert shocked_accounts(baseline, shock, first) < 1e-12
    assert np.abs(first.price / second.price - 1.0).max() > 0.1
    np.testing.assert_allclose(first.wage_hat, second.wage_hat, rtol=1e-10)
    np.testing.assert_allclose(first.real_income_hat, second.real_income_hat, rtol=1e-10)
    assert first.value_added.sum() == pytest.approx(baseline.value_added.sum(), rel=1e-11)
    assert shock.iceberg_hat is not None
    assert np.all(first.trade_flow[np.isinf(shock.iceberg_hat)] == 0.0)
    ratio = baseline.deficit / baseline.value_added
    expected = {
        "fixed": baseline.deficit,
        "balanced": np.zeros_like(ratio),
        "proportional": first.value_added
        * (ratio - (ratio * first.value_added).sum() / first.value_added.sum()),
    }[closure]
    np.testing.assert_allclose(first.deficit, expected, atol=1e-10 * baseline.value_added.sum())
    if labour == "mobile":
        np.testing.assert_allclose(first.wage_hat, first.wage_hat[:, :1] * np.ones(3), rtol=1e-13)
    else:
        assert np.ptp(first.wage_hat, axis=1).max() > 0.01


def test_jacobian_equals_finite_differences() -> None:
    baseline, rng = draw(5)
    calibrated = calibrate(baseline, Substitution(0.5, 1.5, 0.8), "sector_specific", rng)
    system = System(calibrated.primitives, calibrated.value_added_price, baseline.expenditure)
    point = system.pack(calibrated.value_added_price, calibrated.price, baseline.expenditure)
    point = point + 0.05 * rng.standard_normal(point.size)
    exact = jacobian(system, point)
    step = 1e-6
    for column in range(point.size):
        forward, backward = point.copy(), point.copy()
        forward[column] += step
        backward[column] -= step
        slope = (system.residuals(forward)[0] - system.residuals(backward)[0]) / (2.0 * step)
        np.testing.assert_allclose(exact[:, column], slope, atol=1e-7)


def banned_good(substitution: Substitution) -> Solution:
    """Solve a world in which economy 1 loses every supplier of good 2 and uses it everywhere."""
    rng = np.random.default_rng(21)
    baseline = random_baseline(rng, 3, 3)
    iceberg = np.ones((3, 3, 3))
    iceberg[1, :, 2] = np.inf
    calibrated = calibrate(baseline, substitution, "mobile", rng)
    return solve_levels(calibrated, Shock(iceberg_hat=iceberg))


def test_a_good_without_supplier_is_infeasible_unless_it_can_be_replaced() -> None:
    with pytest.raises(ValueError, match="without supplier"):
        banned_good(Substitution())
    with pytest.raises(ValueError, match="without supplier"):
        banned_good(Substitution(0.5, 2.0, 0.9))
    replaced = banned_good(Substitution(0.5, 2.0, 3.0))
    assert replaced.residual < 1e-11
    assert np.isinf(replaced.price[1, 2])
    assert replaced.expenditure[1, 2] == 0.0
    assert replaced.real_income_hat[1] < 0.95


def test_specific_labour_without_buyers_is_refused() -> None:
    rng = np.random.default_rng(22)
    baseline = random_baseline(rng, 3, 2, zero_fraction=0.0)
    iceberg = np.ones((3, 3, 2))
    iceberg[:, 1, 0] = np.inf
    with pytest.raises(ValueError, match="without work"):
        solve_levels(
            calibrate(baseline, Substitution(), "sector_specific", rng), Shock(iceberg_hat=iceberg)
        )


def test_homotopy_finds_what_the_direct_solve_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    baseline, rng = draw(9)
    shock = replace(large_shock(baseline, rng, "proportional"), productivity_kind="output")
    calibrated = calibrate(baseline, Substitution(0.5, 0.5, 1.5), "mobile", rng)
    direct = solve_levels(calibrated, shock)

    calls: list[float] = []

    def refuses_first(system: System, start: FloatArray, tolerance: float) -> FloatArray | None:
        calls.append(tolerance)
        return None if len(calls) < 3 else newton(system, start, tolerance)

    monkeypatch.setattr("tests.support.levels.newton", refuses_first)
    stepped = solve_levels(calibrated, shock)
    assert direct.steps == 1
    assert stepped.steps > 1
    np.testing.assert_allclose(stepped.real_income_hat, direct.real_income_hat, rtol=1e-10)
