"""Markets clear, accounts add up and shares follow from prices, recomputed one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from tests.identities.economies import Case, cases, examples, label, world, world_and_shock
from tests.identities.residuals import accounts, behaviour
from tradewind.trade import Equilibrium, Shock


def counterfactual(case: Case) -> Equilibrium:
    """Solve a random shock to everything."""
    return case.solve(*world_and_shock(case, case.rng()))


@examples(30)
@given(case=cases())
def test_walras_law_and_all_accounts_hold_at_the_solution(case: Case) -> None:
    found = counterfactual(case)
    check = accounts(found)
    assert found.residual <= 1e-13
    assert np.abs(check.factors).max() < 1e-11
    assert np.abs(check.goods).max() < 1e-11
    assert np.abs(check.trade_balance).max() < 1e-11
    assert np.abs(check.value_added).max() < 1e-11
    assert abs(check.numeraire) < 1e-12
    np.testing.assert_allclose(found.output.values, check.output, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(found.income.values, check.income, rtol=1e-11)


@examples(30)
@given(case=cases())
def test_prices_and_shares_follow_from_technologies(case: Case) -> None:
    found = counterfactual(case)
    for name, miss in behaviour(found).items():
        assert miss < 1e-11, name
    after = found.solution.table
    bought = after.expenditure > 0.0
    np.testing.assert_allclose(after.share.sum(axis=1)[bought], 1.0, rtol=1e-12)
    np.testing.assert_allclose(after.final_share.sum(axis=1), 1.0, rtol=1e-12)
    produced = after.output > 0.0
    np.testing.assert_allclose(after.input_share.sum(axis=1)[produced], 1.0, rtol=1e-12)


@examples(15)
@given(case=cases(labours=("specific",)))
def test_specific_labour_stays_and_its_price_is_its_sales(case: Case) -> None:
    found = counterfactual(case)
    before, after = found.baseline.table, found.solution.table
    employs = before.value_added_share * before.output > 0.0
    assert np.all(found.employment_hat.values[employs] == 1.0)
    assert np.all(np.isnan(found.employment_hat.values[~employs]))
    assert np.all(found.labour_displaced.values == 0.0)
    sales = after.value_added_share * after.output
    price = sales[employs] / (before.value_added_share * before.output)[employs]
    np.testing.assert_allclose(found.value_added_price_hat.values[employs], price, rtol=1e-11)
    assert np.ptp(found.value_added_price_hat.values, axis=1).max() > 1e-3


@examples(15)
@given(case=cases(labours=("mobile",)))
def test_mobile_labour_is_conserved_and_earns_one_wage(case: Case) -> None:
    found = counterfactual(case)
    before = found.baseline.table
    workers = before.value_added_share * before.output
    employed = np.nan_to_num(found.employment_hat.values) * workers
    np.testing.assert_allclose(employed.sum(axis=1), workers.sum(axis=1), rtol=1e-11)
    assert np.abs(found.employment_hat.values - 1.0)[workers > 0.0].max() > 1e-3
    wage = found.value_added_price_hat.values
    assert np.all(wage == wage[:, :1])
    np.testing.assert_allclose(wage[:, 0], found.wage_hat.values, rtol=1e-13)


@examples(10)
@given(case=cases(closures=("fixed",)))
def test_new_deficits_are_the_deficits(case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng)
    asked = 0.05 * rng.standard_normal(case.economies) * baseline.table.value_added
    asked[0] -= asked.sum()
    found = case.solve(baseline, Shock(deficit=label(asked, ("economy",), baseline)))
    flow = found.trade.sum("sector").values
    np.testing.assert_allclose(
        flow.sum(axis=1) - flow.sum(axis=0), asked, atol=1e-11 * baseline.table.value_added.sum()
    )
    assert np.abs(accounts(found).trade_balance).max() < 1e-11


@examples(15)
@given(case=cases(closures=("proportional",)))
def test_proportional_deficits_are_delta_times_value_added_less_the_mean(case: Case) -> None:
    found = counterfactual(case)
    before, after = found.baseline.table, found.solution.table
    delta, value_added = before.deficit / before.value_added, after.value_added
    mean = (delta * value_added).sum() / value_added.sum()
    world_value_added = value_added.sum()
    np.testing.assert_allclose(
        after.deficit, (delta - mean) * value_added, atol=1e-13 * world_value_added
    )
    assert abs(after.deficit.sum()) < 1e-13 * world_value_added
    # The plain rule would not sum to zero; the case is one in which it matters.
    assert abs((delta * value_added).sum()) > 1e-6 * world_value_added
    flow = found.trade.sum("sector").values
    np.testing.assert_allclose(
        flow.sum(axis=1) - flow.sum(axis=0), after.deficit, atol=1e-11 * world_value_added
    )


@examples(10)
@given(case=cases(closures=("balanced",)))
def test_balanced_closure_balances_trade(case: Case) -> None:
    found = counterfactual(case)
    flow = found.trade.sum("sector").values
    world_value_added = found.baseline.table.value_added.sum()
    gap = flow.sum(axis=1) - flow.sum(axis=0)
    np.testing.assert_allclose(gap, 0.0, atol=1e-11 * world_value_added)
    assert np.abs(found.baseline.table.deficit).max() > 1e-3 * world_value_added / case.economies
