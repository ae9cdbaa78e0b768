"""More productivity, more real income, in the cases in which that is a theorem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.identities.economies import (
    CELL,
    Case,
    cases,
    dataset,
    examples,
    label,
    plain_world,
    world,
)
from tests.support.baseline import FloatArray
from tradewind.trade import Baseline, Shock


@examples(20)
@given(case=cases(closures=("fixed", "proportional")), factor=st.floats(0.5, 3.0))
def test_uniform_value_added_productivity_scales_every_real_income(
    case: Case, factor: float
) -> None:
    """Every price falls by the factor and no share moves, whatever the elasticities."""
    baseline = world(case, case.rng(), inventory=case.closure == "fixed", absent_fraction=0.0)
    everywhere = label(np.full(baseline.table.output.shape, factor), CELL, baseline)
    found = case.solve(
        baseline, Shock(productivity_hat=everywhere, productivity_kind="value_added")
    )
    np.testing.assert_allclose(found.real_income_hat, factor, rtol=1e-11)
    np.testing.assert_allclose(found.real_wage_hat, factor, rtol=1e-11)
    np.testing.assert_allclose(found.wage_hat, 1.0, rtol=1e-11)
    np.testing.assert_allclose(found.solution.table.share, baseline.table.share, atol=1e-11)
    bought = baseline.table.expenditure > 0.0
    np.testing.assert_allclose(found.price_index_hat.values[bought], 1.0 / factor, rtol=1e-11)


@examples(10)
@given(
    case=cases(closures=("fixed", "proportional")),
    factor=st.floats(0.7, 1.5),
    share=st.floats(0.3, 0.9),
)
def test_uniform_output_productivity_is_multiplied_by_the_chain_of_inputs(
    case: Case, factor: float, share: float
) -> None:
    """With one value-added share β everywhere, P = P^(1−β) / A, so real income is A^(1/β)."""
    baseline = world(
        case,
        case.rng(),
        inventory=case.closure == "fixed",
        absent_fraction=0.0,
        value_added_range=(share, share),
    )
    everywhere = label(np.full(baseline.table.output.shape, factor), CELL, baseline)
    found = case.solve(baseline, Shock(productivity_hat=everywhere), sigma_value_added=1.0)
    np.testing.assert_allclose(found.real_income_hat, factor ** (1.0 / share), rtol=1e-10)


@examples(15)
@given(case=cases(closures=("fixed",)), gain=st.floats(0.01, 1.0))
def test_own_productivity_raises_own_real_income(case: Case, gain: float) -> None:
    """Cobb–Douglas, free and balanced trade: the world's demand for an economy's exports has an
    elasticity above one (1 + θ less a share), so its terms of trade cannot eat the whole gain.
    """
    rng = case.rng()
    plain = plain_world(
        rng,
        case.economies,
        case.sectors,
        deficit_scale=0.0,
        tariff_high=0.0,
        export_tax_high=0.0,
    )
    baseline = Baseline(dataset(plain))
    one = int(rng.integers(case.economies))

    def real_income(size: float) -> FloatArray:
        hat = np.ones((case.economies, case.sectors))
        hat[one] += size
        change = Shock(productivity_hat=label(hat, CELL, baseline))
        cobb_douglas = replace(case, sigma_value_added=1.0, sigma_inputs=1.0, sigma_final=1.0)
        return np.asarray(cobb_douglas.solve(baseline, change).real_income_hat.values)

    half, whole = real_income(0.5 * gain), real_income(gain)
    assert 1.0 < half[one] < whole[one]
    assert whole[one] > 1.0 + 0.2 * gain


@examples(10)
@given(case=cases(closures=("balanced",)))
def test_autarky_is_the_worst_for_balanced_free_traders(case: Case) -> None:
    """Without taxes every economy can refuse to trade; a ban on all links cannot help it."""
    rng = case.rng()
    plain = plain_world(
        rng,
        case.economies,
        case.sectors,
        deficit_scale=0.0,
        tariff_high=0.0,
        export_tax_high=0.0,
        absent_fraction=0.0,
    )
    baseline = Baseline(dataset(plain))
    own = np.eye(case.economies, dtype=bool)[:, :, None]
    iceberg = np.where(own, 1.0, np.inf) * np.ones(case.sectors)
    ban = Shock(iceberg_hat=label(iceberg, ("importer", "exporter", "sector"), baseline))
    found = case.solve(baseline, ban)
    assert np.all(found.real_income_hat.values < 1.0)
    assert np.all(found.trade.values[~np.broadcast_to(own, found.trade.shape)] == 0.0)
    # With Cobb–Douglas the loss is that of Arkolakis, Costinot & Rodríguez-Clare (2012).
    cobb_douglas = replace(
        case, labour="mobile", sigma_value_added=1.0, sigma_inputs=1.0, sigma_final=1.0
    )
    np.testing.assert_allclose(
        cobb_douglas.solve(baseline, ban).real_income_hat, autarky(baseline), rtol=1e-10
    )


def autarky(baseline: Baseline) -> FloatArray:
    """Real income in autarky at a wage of one: −ln P_j = ln π_j/θ_j − (1 − β_j) Σ_k g_kj ln P_k."""
    table = baseline.table
    count, goods = table.expenditure.shape
    hat = np.ones(count)
    for n in range(count):
        chain = table.input_share[n].T * (1.0 - table.value_added_share[n])[:, None]
        own = np.log(table.share[n, n]) / table.elasticity
        hat[n] = np.exp(np.linalg.solve(np.eye(goods) - chain, own) @ table.final_share[n])
    return hat
