"""The published algorithm and the nested fixed point agree with the levels solver."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.nested_fixed_point import solve_nested
from benchmarks.published_algorithm import solve_published
from tests.support.levels import Shock, Substitution, calibrate, random_baseline, solve_levels


@pytest.mark.parametrize("seed", range(6))
def test_both_agree_with_levels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    economies, sectors = 3 + seed % 4, 2 + seed % 3
    baseline = random_baseline(rng, economies, sectors, deficit_scale=0.08 * (seed % 2))
    foreign = ~np.eye(economies, dtype=bool)[:, :, None]
    tariff = np.where(foreign, rng.uniform(0.0, 0.6, baseline.tariff.shape), 0.0)
    calibrated = calibrate(baseline, Substitution(), "mobile", rng)
    levels = solve_levels(calibrated, Shock(tariff=tariff))
    wage, price = levels.wage_hat[:, 0], levels.price_index_hat
    assert np.ptp(wage) > 1e-3

    wage_hat, price_hat, _, residual = solve_published(baseline, tariff, baseline.deficit, 1e-7)
    assert residual < 1e-7
    np.testing.assert_allclose(wage_hat, wage, rtol=1e-6)
    np.testing.assert_allclose(price_hat, price, rtol=1e-6)

    wage_hat, price_hat, _, residual = solve_nested(baseline, tariff, baseline.deficit, 1e-10)
    assert residual <= 1e-10
    np.testing.assert_allclose(wage_hat, wage, rtol=1e-8)
    np.testing.assert_allclose(price_hat, price, rtol=1e-8)


def test_both_accept_new_deficits() -> None:
    rng = np.random.default_rng(40)
    baseline = random_baseline(rng, 4, 3, deficit_scale=0.1)
    calibrated = calibrate(baseline, Substitution(), "mobile", rng)
    levels = solve_levels(calibrated, Shock(closure="balanced"))
    zero = np.zeros_like(baseline.deficit)
    published = solve_published(baseline, baseline.tariff, zero, 1e-9)[0]
    nested = solve_nested(baseline, baseline.tariff, zero, 1e-11)[0]
    assert np.abs(levels.wage_hat[:, 0] - 1.0).max() > 1e-3
    np.testing.assert_allclose(published, levels.wage_hat[:, 0], rtol=1e-8)
    np.testing.assert_allclose(nested, levels.wage_hat[:, 0], rtol=1e-10)


def test_failure_to_converge_raises_with_the_residual() -> None:
    rng = np.random.default_rng(41)
    baseline = random_baseline(rng, 3, 2)
    tariff = 2.0 * baseline.tariff
    with pytest.raises(RuntimeError, match="excess demand"):
        solve_published(baseline, tariff, baseline.deficit, 1e-9, max_iterations=2)
    with pytest.raises(RuntimeError, match="residual"):
        solve_nested(baseline, tariff, baseline.deficit, 1e-10, max_iterations=2)
