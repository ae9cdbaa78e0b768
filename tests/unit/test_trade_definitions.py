"""Outcomes against their definitions, written out, and changes of the baseline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from tests.identities.economies import Case, dataset, label, plain_shock, plain_world, world
from tradewind.trade import Baseline, Equilibrium, Shock
from tradewind.trade.outcomes import outcomes

LONG = Case(6, 4, 3, "mobile", "fixed", 0.5, 2.0, 1.5)
CASES = (
    LONG,
    replace(LONG, labour="specific", closure="proportional", sigma_inputs=0.3),
    replace(LONG, closure="balanced", sigma_value_added=1.0, sigma_inputs=1.0, sigma_final=1.0),
)


def solved(case: Case, ban_fraction: float = 0.15, **options: object) -> Equilibrium:
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0)
    change = plain_shock(rng, case.economies, case.sectors, ban_fraction=ban_fraction)
    return case.solve(baseline, change.labelled(baseline), **options)


@pytest.mark.parametrize("case", CASES)
def test_money_outcomes_are_sums_over_links(case: Case) -> None:
    found = solved(case)
    collected, table, after = outcomes(found), found.baseline.table, found.solution.table
    size = range(case.economies)
    sums = {name: np.zeros(case.economies) for name in ("exports", "imports", "tariffs", "taxes")}
    before = {name: np.zeros(case.economies) for name in ("exports", "imports", "tariffs")}
    for n in size:
        for i in size:
            for j in range(case.sectors):
                flow = after.share[n, i, j] * after.expenditure[n, j]
                flow /= 1.0 + found.change.tariff[n, i, j]
                old = table.share[n, i, j] * table.expenditure[n, j] / (1.0 + table.tariff[n, i, j])
                assert found.trade.values[n, i, j] == pytest.approx(flow, rel=1e-12)
                sums["tariffs"][n] += found.change.tariff[n, i, j] * flow
                tax = found.change.export_tax[n, i, j]
                sums["taxes"][i] += tax * flow / (1.0 + tax)
                before["tariffs"][n] += table.tariff[n, i, j] * old
                if n != i:
                    sums["imports"][n] += flow
                    sums["exports"][i] += flow
                    before["imports"][n] += old
                    before["exports"][i] += old
    for name, expected in (
        ("exports", sums["exports"]),
        ("imports", sums["imports"]),
        ("exports_baseline", before["exports"]),
        ("imports_baseline", before["imports"]),
        ("tariff_revenue", sums["tariffs"]),
        ("tariff_revenue_baseline", before["tariffs"]),
        ("export_tax_revenue", sums["taxes"]),
    ):
        np.testing.assert_allclose(collected[name], expected, rtol=1e-11, err_msg=name)


@pytest.mark.parametrize("case", CASES)
def test_real_income_real_wage_and_equivalent_variation(case: Case) -> None:
    found = solved(case)
    table, after = found.baseline.table, found.solution.table
    for n in range(case.economies):
        stocks = table.inventory[n].sum()
        terms = table.final_share[n] * found.price_index_hat.values[n] ** (1.0 - case.sigma_final)
        price = terms.sum() ** (1.0 / (1.0 - case.sigma_final)) if case.sigma_final != 1.0 else 0.0
        if case.sigma_final == 1.0:
            price = float(np.prod(found.price_index_hat.values[n] ** table.final_share[n]))
        spent, was = found.income.values[n] - stocks, table.income[n] - stocks
        gain = spent / was / price
        assert found.real_income_hat.values[n] == pytest.approx(gain, rel=1e-11)
        wage = after.value_added[n] / table.value_added[n]
        assert found.wage_hat.values[n] == pytest.approx(wage, rel=1e-13)
        assert found.real_wage_hat.values[n] == pytest.approx(wage / price, rel=1e-11)
        variation = spent / price - was
        assert found.equivalent_variation.values[n] == pytest.approx(variation, rel=1e-8)


@pytest.mark.parametrize("case", CASES)
def test_first_order_decomposition_is_equation_16(case: Case) -> None:
    """Caliendo & Parro (2015): terms of trade from costs, volume from flows at fixed tariffs."""
    found = solved(case, ban_fraction=0.0, decomposition="caliendo_parro_2015")
    table, cost = found.baseline.table, found.cost_hat.values - 1.0
    # Trade is valued f.o.b., export taxes included.
    flow = table.receipts * (1.0 + table.export_tax)
    new = found.solution.table.receipts * (1.0 + found.change.export_tax)
    terms, volume = np.zeros((2, case.economies, case.economies))
    for n, i, j in np.ndindex(flow.shape):
        if flow[n, i, j] == 0.0:
            continue
        terms[n, i] += (flow[i, n, j] * cost[n, j] - flow[n, i, j] * cost[i, j]) / table.income[n]
        change = new[n, i, j] / flow[n, i, j] - 1.0
        volume[n, i] += table.tariff[n, i, j] * flow[n, i, j] * (change - cost[i, j])
    for n, i, j in np.argwhere(flow == 0.0):
        terms[n, i] += flow[i, n, j] * cost[n, j] / table.income[n]
    volume /= table.income[:, None]
    np.testing.assert_allclose(found.terms_of_trade_by_partner, terms, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(found.volume_of_trade_by_partner, volume, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(found.terms_of_trade, terms.sum(axis=1), rtol=1e-11)
    np.testing.assert_allclose(found.volume_of_trade, volume.sum(axis=1), rtol=1e-11)
    # Valued at the seller's income, what one gains another loses.
    assert np.abs((terms * table.income[:, None]).sum()) < 1e-12 * table.income.sum()


@pytest.mark.parametrize("case", CASES)
def test_exact_decomposition_adds_up_by_partner_with_bans(case: Case) -> None:
    found = solved(case, ban_fraction=0.08)
    parts = found.welfare_decomposition
    named = parts.drop_sel(component="unexplained").sum("component")
    np.testing.assert_allclose(named, found.real_income_hat - 1.0, rtol=0.0, atol=1e-6)
    for name in ("terms_of_trade", "volume_of_trade"):
        by_partner = getattr(found, f"{name}_by_partner").sum("partner")
        np.testing.assert_allclose(by_partner, getattr(found, name), rtol=1e-12, atol=1e-14)
        np.testing.assert_array_equal(getattr(found, name), parts.sel(component=name))
    assert np.isinf(found.change.iceberg_hat).any()


def halves(found: Equilibrium) -> tuple[Shock, Shock]:
    """Two shocks that, one after the other, make the shock of ``found``."""
    change, baseline = found.change, found.baseline
    rng = np.random.default_rng(0)

    def cut(hat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first = np.where(np.isinf(hat), 1.0, hat) ** rng.uniform(0.2, 0.8, hat.shape)
        first[np.isinf(hat) & (rng.random(hat.shape) < 0.5)] = np.inf
        with np.errstate(invalid="ignore"):
            return first, np.where(np.isinf(first), 1.0, hat / first)

    link, cell = ("importer", "exporter", "sector"), ("economy", "sector")
    iceberg, productivity = cut(change.iceberg_hat), cut(change.productivity_hat)
    needs = cut(change.input_requirement_hat)
    table = baseline.table
    rates = (
        {
            "tariff": 0.4 * table.tariff + 0.6 * change.tariff,
            "export_tax": 1.3 * change.export_tax,
        },
        {"tariff": change.tariff, "export_tax": change.export_tax},
    )
    one, two = (
        Shock(
            tariff=label(rates[step]["tariff"], link, baseline),
            export_tax=label(rates[step]["export_tax"], link, baseline),
            iceberg_hat=label(iceberg[step], link, baseline),
            productivity_hat=label(productivity[step], cell, baseline),
            input_requirement_hat=label(
                needs[step], ("economy", "input_sector", "sector"), baseline
            ),
            productivity_kind=change.productivity_kind,
        )
        for step in (0, 1)
    )
    return one, two


@pytest.mark.parametrize("case", CASES)
def test_two_steps_with_a_rebased_baseline_equal_one(case: Case) -> None:
    whole = solved(case)
    assert np.isinf(whole.change.iceberg_hat).any()
    one, two = halves(whole)
    first = case.solve(whole.baseline, one)
    middle = whole.baseline.rebased(first)
    second = case.solve(middle, two)
    for name in ("wage_hat", "real_income_hat", "real_wage_hat", "price_index_hat", "cost_hat"):
        product = getattr(first, name) * getattr(second, name)
        np.testing.assert_allclose(product, getattr(whole, name), rtol=1e-10, err_msg=name)
    for name in ("trade", "output", "income", "tariff_revenue"):
        np.testing.assert_allclose(
            getattr(second, name), getattr(whole, name), rtol=1e-9, atol=1e-12, err_msg=name
        )
    assert np.abs(first.real_income_hat - 1.0).max() > 1e-3
    again = case.solve(middle, Shock())
    np.testing.assert_allclose(again.real_income_hat, 1.0, rtol=0.0, atol=1e-11)
    assert middle.attrs == whole.baseline.attrs


def test_rebasing_survives_a_good_that_vanished() -> None:
    case = replace(LONG, sigma_value_added=1.5, sigma_inputs=2.5, sigma_final=2.5)
    baseline = world(case, case.rng(), absent_fraction=0.0, inventory=False)
    iceberg = np.ones(baseline.table.share.shape)
    iceberg[1, :, 2] = np.inf
    ban = Shock(iceberg_hat=label(iceberg, ("importer", "exporter", "sector"), baseline))
    found = case.solve(baseline, ban)
    after = baseline.rebased(found)
    assert after.table.expenditure[1, 2] == 0.0
    again = case.solve(after, Shock())
    np.testing.assert_allclose(again.real_income_hat, 1.0, rtol=0.0, atol=1e-11)


def test_with_elasticity_changes_the_elasticity_alone() -> None:
    rng = LONG.rng()
    plain = plain_world(rng, LONG.economies, LONG.sectors)
    baseline = Baseline(dataset(plain))
    other = plain.trade_elasticity[::-1] + 0.5
    labels = label(other, ("sector",), plain)
    changed = baseline.with_elasticity(labels.isel(sector=[2, 0, 1]))
    np.testing.assert_array_equal(changed.table.elasticity, other)
    xr.testing.assert_identical(
        changed.data.drop_vars("trade_elasticity"), baseline.data.drop_vars("trade_elasticity")
    )
    built = Baseline(dataset(replace(plain, trade_elasticity=other)))
    change = plain_shock(rng, LONG.economies, LONG.sectors, ban_fraction=0.0).labelled(baseline)
    one, two, old = (LONG.solve(b, change) for b in (changed, built, baseline))
    np.testing.assert_array_equal(one.real_income_hat, two.real_income_hat)
    assert np.abs(one.real_income_hat - old.real_income_hat).max() > 1e-4
