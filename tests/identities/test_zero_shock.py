"""Nothing changes when nothing changes, in any units of money, under any names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from tests.identities.economies import (
    TIGHT,
    Case,
    cases,
    dataset,
    examples,
    plain_shock,
    plain_world,
    shock,
    with_inventory,
    world,
)
from tests.support.baseline import Baseline as PlainBaseline
from tests.support.baseline import FloatArray
from tradewind.trade import Baseline, Equilibrium, Shock

SIGMA = st.floats(0.2, 3.0)
HATS = (
    "wage_hat",
    "value_added_price_hat",
    "price_index_hat",
    "cost_hat",
    "real_income_hat",
    "real_wage_hat",
    "employment_hat",
    "labour_displaced",
    "relocation",
)
MONEY = (
    "trade",
    "output",
    "income",
    "tariff_revenue",
    "export_tax_revenue",
    "equivalent_variation",
)


def assert_same(
    one: Equilibrium, two: Equilibrium, tolerance: float = 1e-11, money: float = 1.0
) -> None:
    """Every outcome of ``two`` is that of ``one``, label by label; money is ``money`` times it."""
    world_value_added = float(two.baseline.table.value_added.sum())
    for name in HATS:
        left, right = xr.align(getattr(one, name), getattr(two, name), join="left")
        np.testing.assert_allclose(
            right.values, left.values, rtol=tolerance, atol=tolerance, err_msg=name
        )
    for name in MONEY:
        left, right = xr.align(getattr(one, name), getattr(two, name), join="left")
        np.testing.assert_allclose(
            right.values,
            money * left.values,
            rtol=tolerance,
            atol=tolerance * world_value_added,
            err_msg=name,
        )


@examples(24)
@given(case=cases(closures=("fixed", "proportional"), sigma=SIGMA))
def test_zero_shock_leaves_every_hat_at_one(case: Case) -> None:
    baseline = world(case, case.rng(), inventory=case.closure == "fixed")
    found = case.solve(baseline, Shock())
    table = baseline.table
    produced = table.output > 0.0
    hats = {
        "wage": found.wage_hat.values,
        "value added": found.value_added_price_hat.values,
        "price": found.price_index_hat.values,
        "cost": found.cost_hat.values,
        "real income": found.real_income_hat.values,
        "real wage": found.real_wage_hat.values,
        "employment": found.employment_hat.values[produced],
        "output": found.output.values[produced] / table.output[produced],
    }
    for name, hat in hats.items():
        np.testing.assert_allclose(hat, 1.0, rtol=0.0, atol=1e-12, err_msg=name)
    flow = table.receipts * (1.0 + table.export_tax)
    world_value_added = table.value_added.sum()
    np.testing.assert_allclose(found.trade.values, flow, rtol=1e-11, atol=1e-14 * world_value_added)
    np.testing.assert_allclose(found.equivalent_variation, 0.0, atol=1e-12 * world_value_added)
    np.testing.assert_allclose(found.relocation, 0.0, atol=1e-12)
    np.testing.assert_allclose(found.labour_displaced, 0.0, atol=1e-12)


@examples(10)
@given(case=cases(closures=("balanced",), sigma=SIGMA))
def test_zero_shock_with_balanced_trade(case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng, deficit_scale=0.0)
    found = case.solve(baseline, Shock())
    np.testing.assert_allclose(found.real_income_hat, 1.0, rtol=0.0, atol=1e-12)
    np.testing.assert_allclose(found.wage_hat, 1.0, rtol=0.0, atol=1e-12)


def rescaled(plain: PlainBaseline, money: float) -> PlainBaseline:
    """The same world in another currency."""
    return replace(
        plain,
        expenditure=money * plain.expenditure,
        value_added=money * plain.value_added,
        deficit=money * plain.deficit,
    )


@examples(12)
@given(case=cases(), money=st.sampled_from((1e-6, 0.37, 1e3, 1e7)))
def test_homogeneity_of_degree_zero(case: Case, money: float) -> None:
    rng = case.rng()
    plain, stocks = with_inventory(
        plain_world(rng, case.economies, case.sectors, absent_fraction=0.0), rng
    )
    one = Baseline(dataset(plain, stocks))
    two = Baseline(dataset(rescaled(plain, money), money * stocks))
    change = shock(case, rng, one)
    assert_same(case.solve(one, change), case.solve(two, change), money=money)


def permuted(data: xr.Dataset, rng: np.random.Generator) -> xr.Dataset:
    """Economies and sectors in another order."""
    orders = {role: rng.permutation(data.sizes[role]) for role in ("economy", "sector")}
    for role in ("importer", "exporter"):
        orders[role] = orders["economy"]
    orders["input_sector"] = orders["sector"]
    return data.isel(orders)


def shuffled(array: xr.DataArray | None, rng: np.random.Generator) -> xr.DataArray | None:
    """Labels and dimensions of a shock in another order."""
    if array is None:
        return None
    mixed = array.isel({dim: rng.permutation(array.sizes[dim]) for dim in array.dims})
    return mixed.transpose(*[array.dims[place] for place in rng.permutation(array.ndim)])


@examples(12)
@given(case=cases())
def test_relabelling_changes_nothing(case: Case) -> None:
    rng = case.rng()
    plain, stocks = with_inventory(
        plain_world(rng, case.economies, case.sectors, absent_fraction=0.0), rng
    )
    data = dataset(plain, stocks)
    one, two = Baseline(data), Baseline(permuted(data, rng))
    change = shock(case, rng, one)
    mixed = replace(
        change,
        tariff=shuffled(change.tariff, rng),
        iceberg_hat=shuffled(change.iceberg_hat, rng),
        export_tax=shuffled(change.export_tax, rng),
        productivity_hat=shuffled(change.productivity_hat, rng),
        input_requirement_hat=shuffled(change.input_requirement_hat, rng),
    )
    found = case.solve(one, change)
    assert two.economies != one.economies or two.sectors != one.sectors
    assert np.abs(found.real_income_hat - 1.0).max() > 1e-4
    assert_same(found, case.solve(one, mixed), tolerance=1e-15)
    assert_same(found, case.solve(two, mixed))


def partial(values: FloatArray, base: FloatArray, full: xr.DataArray) -> xr.DataArray:
    """The smallest labelled block that holds every changed cell, in reversed order."""
    places = [np.unique(axis)[::-1] for axis in np.nonzero(values != base)]
    return full.isel(dict(zip(full.dims, places, strict=True)))


@examples(10)
@given(case=cases())
def test_partial_shocks_equal_complete_ones(case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0)
    table = baseline.table
    drawn = plain_shock(rng, case.economies, case.sectors, ban_fraction=0.0)
    # Only what the first economy buys of the last good changes, and its own technology of it.
    tariff, iceberg = table.tariff.copy(), np.ones_like(table.tariff)
    tariff[0, 1:, -1], iceberg[0, 1:, -1] = 0.9, drawn.iceberg_hat[0, 1:, -1]
    tax = table.export_tax.copy()
    tax[1:, 0, -1] = drawn.export_tax[1:, 0, -1] + 0.1
    productivity, needed = np.ones_like(table.output), np.ones_like(table.input_share)
    productivity[0, -1], needed[0, -1, :2] = 1.2, 1.1
    whole = replace(
        drawn,
        tariff=tariff,
        iceberg_hat=iceberg,
        export_tax=tax,
        productivity_hat=productivity,
        input_requirement_hat=needed,
    ).labelled(baseline)
    assert whole.tariff is not None
    assert whole.export_tax is not None
    assert whole.iceberg_hat is not None
    assert whole.productivity_hat is not None
    assert whole.input_requirement_hat is not None
    small = Shock(
        tariff=partial(tariff, table.tariff, whole.tariff),
        export_tax=partial(tax, table.export_tax, whole.export_tax),
        iceberg_hat=partial(iceberg, np.ones_like(iceberg), whole.iceberg_hat),
        productivity_hat=partial(productivity, np.ones_like(productivity), whole.productivity_hat),
        input_requirement_hat=partial(needed, np.ones_like(needed), whole.input_requirement_hat),
        productivity_kind=drawn.productivity_kind,
    )
    assert small.tariff is not None
    assert small.tariff.size < whole.tariff.size
    assert list(small.tariff["importer"].values) == ["E0"]
    found = case.solve(baseline, whole, tolerance=TIGHT)
    assert np.abs(found.real_income_hat - 1.0).max() > 1e-6
    assert_same(found, case.solve(baseline, small), tolerance=1e-15)
