"""The compiled pass over the equations against NumPy, away from any equilibrium."""

from __future__ import annotations

import numpy as np
import pytest

from tests.identities.economies import Case, plain_shock, world
from tests.support.baseline import FloatArray
from tradewind.trade.arrays import Change, Closure, Labour, Options, Table
from tradewind.trade.feasible import Labels
from tradewind.trade.solve import FixedPoint, close_deficits
from tradewind.trade.system import assemble

WAYS: tuple[tuple[Labour, Closure, float, float, float], ...] = (
    ("mobile", "fixed", 1.0, 1.0, 1.0),
    ("mobile", "balanced", 0.4, 1.0, 2.0),
    ("mobile", "proportional", 3.0, 0.2, 1.0),
    ("specific", "fixed", 1.0, 2.5, 0.5),
    ("specific", "proportional", 0.2, 0.3, 3.0),
)
CASES = [Case(11, 5, 4, *way) for way in WAYS]


def bundle(weight: FloatArray, price: FloatArray, sigma: float) -> tuple[FloatArray, FloatArray]:
    """CES price and shares over axis 1, with the naive power."""
    if sigma == 1.0:
        return np.exp((weight * np.log(price)).sum(axis=1)), weight
    term = weight * price ** (1.0 - sigma)
    total = term.sum(axis=1)
    return total ** (1.0 / (1.0 - sigma)), term / np.expand_dims(total, 1)


def numpy_pass(
    table: Table, change: Change, options: Options, wage: FloatArray, price: FloatArray,
    expenditure: FloatArray,
) -> dict[str, FloatArray]:  # fmt: skip
    """One application of all equations to given value-added prices, price indices and spending."""
    beta, in_output = table.value_added_share, change.productivity_kind == "output"
    needed = change.input_requirement_hat * price[:, :, None]
    inputs, _ = bundle(table.input_share, needed, options.sigma_inputs)
    own = wage if in_output else wage / change.productivity_hat
    unit, split = bundle(
        np.stack([beta, 1.0 - beta], axis=1),
        np.stack([own, inputs], axis=1),
        options.sigma_value_added,
    )
    cost = unit / change.productivity_hat if in_output else unit
    wedge = (1.0 + change.tariff) / (1.0 + table.tariff) * change.iceberg_hat
    wedge = wedge * (1.0 + change.export_tax) / (1.0 + table.export_tax)
    weight = table.share * (wedge * cost[None]) ** -table.elasticity
    new_price = weight.sum(axis=1) ** (-1.0 / table.elasticity)
    paid = weight / weight.sum(axis=1, keepdims=True) * expenditure[:, None, :]
    border = paid / (1.0 + change.tariff)
    received = border / (1.0 + change.export_tax)
    output = received.sum(axis=0)
    tariffs = (paid - border).sum(axis=(1, 2))
    taxes = (border - received).sum(axis=(0, 2))
    earned = (wage * beta * table.output).sum(axis=1)
    deficit = change.deficit
    if options.closure == "proportional":
        rate = change.deficit / table.value_added
        deficit = earned * (rate - (rate * earned).sum() / earned.sum())
    income = earned + tariffs + taxes + deficit
    final_price, final = bundle(table.final_share, new_price, options.sigma_final)
    # Prices of goods enter purchases of inputs at the newly implied index, as in the kernel.
    bought = (1.0 - split[:, 0]) * output
    if options.sigma_inputs == 1.0:
        use = (table.input_share * bought[:, None, :]).sum(axis=2)
    else:
        power = 1.0 - options.sigma_inputs
        ratio = change.input_requirement_hat * new_price[:, :, None] / inputs[:, None, :]
        use = (table.input_share * ratio**power * bought[:, None, :]).sum(axis=2)
    stocks = table.inventory
    spending = use + final * (income - stocks.sum(axis=1))[:, None] + stocks
    return {
        "log_price": np.log(new_price),
        "expenditure": spending,
        "factor_demand": split[:, 0] * output,
        "output": output,
        "log_cost": np.log(cost),
        "value_added_share": split[:, 0],
        "log_input_price": np.log(inputs),
        "income": income,
        "tariff_revenue": tariffs,
        "export_tax_revenue": taxes,
        "final_share": final,
        "log_final_price": np.log(final_price),
    }


@pytest.mark.parametrize("case", CASES)
def test_compiled_pass_equals_numpy(case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0, zero_fraction=0.2)
    table = baseline.table
    shock = plain_shock(rng, case.economies, case.sectors).labelled(baseline)
    options = Options(
        case.closure,
        case.labour,
        case.sigma_value_added,
        case.sigma_inputs,
        case.sigma_final,
    )
    change, options = close_deficits(shock.change(table, baseline.coords), options)
    problem = FixedPoint(
        assemble(table, change, options, Labels.numbered(table)),
        table,
        case.labour == "specific",
    )
    point = rng.uniform(-0.3, 0.3, problem.size)
    reading = problem.read(point)
    wage, price = np.exp(reading.value_added_price), np.exp(reading.price)
    payroll = table.value_added_share * table.output
    assert (wage * payroll).sum() == pytest.approx(payroll.sum(), rel=1e-13)
    np.testing.assert_array_equal(reading.price.ravel(), point[-2 * price.size : -price.size])
    spent = np.exp(point[-price.size :].reshape(price.shape)) * table.expenditure
    expected = numpy_pass(table, change, options, wage, price, spent)
    for name, value in expected.items():
        got = getattr(reading.new, name)
        np.testing.assert_allclose(got, value, rtol=1e-11, atol=1e-13, err_msg=name)
    assert np.abs(reading.new.log_price - reading.price).max() > 0.01


@pytest.mark.parametrize("case", CASES)
def test_walras_law_holds_away_from_equilibrium(case: Case) -> None:
    """Spending less sales equals what factors earn less what is paid for them, everywhere."""
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0)
    table = baseline.table
    options = Options(
        case.closure,
        case.labour,
        case.sigma_value_added,
        case.sigma_inputs,
        case.sigma_final,
    )
    change, options = close_deficits(Change.none(table), options)
    labels = Labels.numbered(table)
    problem = FixedPoint(assemble(table, change, options, labels), table, case.labour == "specific")
    state = problem.read(rng.uniform(-0.2, 0.2, problem.size))
    # The prices that buyers see are the implied ones, so that all shares sum to one.
    settled = np.concatenate(
        [state.factor.ravel(), state.new.log_price.ravel(), np.zeros(table.expenditure.size)]
    )
    for _ in range(200):
        reading = problem.read(settled)
        settled[-2 * table.expenditure.size : -table.expenditure.size] = (
            reading.new.log_price.ravel()
        )
    new = problem.read(settled).new
    earned = (np.exp(state.value_added_price) * table.value_added_share * table.output).sum()
    excess_goods = new.expenditure.sum() - table.expenditure.sum()
    excess_factors = new.factor_demand.sum() - earned
    assert abs(excess_factors) > 1e-4 * earned
    assert excess_goods == pytest.approx(-excess_factors, abs=1e-9 * earned)
