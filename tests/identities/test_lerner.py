"""Lerner symmetry: a uniform import tariff is a uniform export tax when trade balances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.identities.economies import Case, cases, dataset, examples, plain_shock, plain_world
from tests.support.baseline import FloatArray
from tradewind.trade import Baseline, Equilibrium


def raised(rate: FloatArray, uniform: float, economy: int, axis: int) -> FloatArray:
    """Compound a uniform rate onto one economy's foreign trade."""
    factor = 1.0 + rate
    factor = factor.swapaxes(0, axis).copy()
    factor[economy] *= 1.0 + uniform
    factor = factor.swapaxes(0, axis)
    own = np.arange(len(rate))
    factor[own, own] = 1.0
    return np.asarray(factor - 1.0)


def quantities(found: Equilibrium) -> dict[str, FloatArray]:
    """What is real: quantities, shares and relative prices within each economy."""
    after, solution = found.solution.table, found.solution
    bought = after.expenditure > 0.0
    price = np.where(bought, solution.price_hat, np.inf)
    relative = np.where(bought, solution.price_hat / solution.final_price_hat[:, None], 0.0)
    output = np.where(after.output > 0.0, after.output / solution.cost_hat, 0.0)
    world = after.value_added.sum()
    return {
        "real income": found.real_income_hat.values,
        "real wage": found.real_wage_hat.values,
        "employment": found.employment_hat.values,
        "shares": after.share,
        "purchases": after.expenditure / price / world,
        "output": output / world,
        "value added price": solution.value_added_price_hat / solution.final_price_hat[:, None],
        "price": relative,
    }


@examples(30)
@given(case=cases(), uniform=st.floats(0.05, 0.8))
def test_import_tariff_equals_export_tax(case: Case, uniform: float) -> None:
    rng = case.rng()
    # Trade is balanced at the baseline, or is made so by the closure.
    scale = 0.08 if case.closure == "balanced" else 0.0
    plain = plain_world(rng, case.economies, case.sectors, deficit_scale=scale, absent_fraction=0.0)
    baseline = Baseline(dataset(plain))
    other = plain_shock(rng, case.economies, case.sectors, ban_fraction=0.05)
    economy = int(rng.integers(case.economies))
    tariff = replace(other, tariff=raised(other.tariff, uniform, economy, axis=0))
    tax = replace(other, export_tax=raised(other.export_tax, uniform, economy, axis=1))
    without, by_tariff, by_tax = (
        case.solve(baseline, change.labelled(baseline)) for change in (other, tariff, tax)
    )
    assert np.abs(by_tariff.real_income_hat / without.real_income_hat - 1.0).max() > 1e-4
    assert by_tax.wage_hat[economy] < by_tariff.wage_hat[economy]
    taxed = quantities(by_tax)
    for name, real in quantities(by_tariff).items():
        np.testing.assert_allclose(taxed[name], real, rtol=1e-10, atol=1e-12, err_msg=name)
    # Money of the economy itself is worth less by exactly the rate, against anybody else's.
    ratio = by_tax.wage_hat.values / by_tariff.wage_hat.values
    other_economy = (economy + 1) % case.economies
    relative = ratio[economy] / ratio[other_economy]
    np.testing.assert_allclose(relative, 1.0 / (1.0 + uniform), rtol=1e-10)
