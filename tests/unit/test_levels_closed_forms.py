"""The levels solver against closed forms and symmetries of the model."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.baseline import Baseline
from tests.support.levels import Shock, Substitution, calibrate, random_baseline, solve_levels
from tests.support.levels_system import Labour

SUBSTITUTIONS = (
    Substitution(),
    Substitution(0.5, 0.2, 0.8),
    Substitution(1.5, 2.0, 3.0),
    Substitution(1.0, 0.3, 1.0),
)
LABOUR: tuple[Labour, ...] = ("mobile", "sector_specific")


def one_sector(seed: int, value_added: float, economies: int = 3) -> Baseline:
    """Return an economy with one sector, no tariffs and balanced trade."""
    return random_baseline(
        np.random.default_rng(seed),
        economies,
        1,
        tariff_high=0.0,
        value_added_range=(value_added, value_added),
    )


@pytest.mark.parametrize(("seed", "value_added"), [(0, 1.0), (1, 1.0), (2, 0.5), (3, 0.35)])
def test_welfare_formula_of_arkolakis_costinot_rodriguez_clare(
    seed: int, value_added: float
) -> None:
    """Ŵ_n = π̂_nn^(−1/(θβ)): Arkolakis, Costinot & Rodríguez-Clare (2012, AER), one sector."""
    baseline = one_sector(seed, value_added)
    rng = np.random.default_rng(seed)
    iceberg = rng.uniform(0.6, 1.6, (3, 3, 1))
    iceberg[np.arange(3), np.arange(3)] = 1.0
    levels = solve_levels(
        calibrate(baseline, Substitution(), "mobile", rng), Shock(iceberg_hat=iceberg)
    )
    home_hat = (
        np.einsum("nnj->n", levels.expenditure_share)
        / np.einsum("nnj->n", baseline.expenditure_share)
    )  # fmt: skip
    expected = home_hat ** (-1.0 / (baseline.trade_elasticity[0] * value_added))
    assert np.ptp(expected) > 0.01
    np.testing.assert_allclose(levels.real_income_hat, expected, rtol=1e-11)


def test_symmetric_economies_and_the_loss_of_autarky() -> None:
    """Two equal countries: the shares after a cost shock and the loss of a ban, by hand."""
    home, elasticity, cost = 0.7, 4.0, 1.3
    shares = np.array([[home, 1.0 - home], [1.0 - home, home]])[:, :, None]
    one = np.ones((2, 1))
    baseline = Baseline(
        expenditure_share=shares,
        expenditure=10.0 * one,
        value_added_share=one,
        input_share=np.ones((2, 1, 1)),
        final_share=one,
        tariff=np.zeros((2, 2, 1)),
        export_tax=np.zeros((2, 2, 1)),
        trade_elasticity=np.array([elasticity]),
        value_added=np.array([10.0, 10.0]),
        deficit=np.zeros(2),
    )
    calibrated = calibrate(baseline, Substitution(), "mobile", np.random.default_rng(0))
    iceberg = np.array([[1.0, cost], [cost, 1.0]])[:, :, None]
    dearer = solve_levels(calibrated, Shock(iceberg_hat=iceberg))
    price = (home + (1.0 - home) * cost**-elasticity) ** (-1.0 / elasticity)
    np.testing.assert_allclose(dearer.wage_hat, 1.0, rtol=1e-12)
    np.testing.assert_allclose(dearer.price_index_hat, price, rtol=1e-12)
    banned = solve_levels(calibrated, Shock(iceberg_hat=np.where(iceberg > 1.0, np.inf, 1.0)))
    np.testing.assert_allclose(banned.real_income_hat, home ** (1.0 / elasticity), rtol=1e-12)


@pytest.mark.parametrize("substitution", SUBSTITUTIONS)
def test_more_efficient_labour_everywhere_raises_real_income_one_for_one(
    substitution: Substitution,
) -> None:
    rng = np.random.default_rng(6)
    baseline = random_baseline(rng, 4, 3, export_tax_high=0.15, deficit_scale=0.08)
    better = np.full(baseline.final_share.shape, 1.25)
    levels = solve_levels(
        calibrate(baseline, substitution, "mobile", rng),
        Shock(productivity_hat=better, productivity_kind="value_added"),
    )
    np.testing.assert_allclose(levels.real_income_hat, 1.25, rtol=1e-11)
    np.testing.assert_allclose(levels.wage_hat, 1.0, rtol=1e-11)


def test_hicks_neutral_gains_and_input_requirements_multiply_through_inputs() -> None:
    """With one sector and constant β, output per worker rises by A^(1/β) b^(−(1−β)/β)."""
    share, output_hat, requirement_hat = 0.4, 1.2, 1.1
    baseline = one_sector(4, share)
    levels = solve_levels(
        calibrate(baseline, Substitution(), "mobile", np.random.default_rng(0)),
        Shock(
            productivity_hat=np.full((3, 1), output_hat),
            input_requirement_hat=np.full((3, 1, 1), requirement_hat),
        ),
    )
    expected = output_hat ** (1.0 / share) * requirement_hat ** (-(1.0 - share) / share)
    np.testing.assert_allclose(levels.real_income_hat, expected, rtol=1e-11)


@pytest.mark.parametrize("labour", LABOUR)
def test_lerner_symmetry(labour: Labour) -> None:
    """A uniform import tariff and a uniform export tax of one economy have the same effects."""
    rng = np.random.default_rng(12)
    baseline = random_baseline(rng, 4, 3, tariff_high=0.0)
    calibrated = calibrate(baseline, Substitution(0.6, 0.5, 1.4), labour, rng)
    tariff, export_tax = np.zeros((4, 4, 3)), np.zeros((4, 4, 3))
    tariff[0, 1:] = 0.4
    export_tax[1:, 0] = 0.4
    with_tariff = solve_levels(calibrated, Shock(tariff=tariff))
    with_tax = solve_levels(calibrated, Shock(export_tax=export_tax))
    assert abs(with_tariff.real_income_hat[0] - 1.0) > 1e-3
    np.testing.assert_allclose(with_tariff.real_income_hat, with_tax.real_income_hat, rtol=1e-11)
