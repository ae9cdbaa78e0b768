"""The equations of the trade model, one element at a time, in plain Python and NumPy.

Written from the design (trade block) without the package's code. ``accounts`` asks whether an
equilibrium's own shares and expenditure clear all markets; ``behaviour`` asks whether those shares
and prices are what the technologies say, with the naive power (so σ is 1 or well away from it).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isinf, log

import numpy as np

from tests.support.baseline import FloatArray
from tradewind.trade import Equilibrium


@dataclass(frozen=True)
class Accounts:
    """Relative misses, each zero at an equilibrium, and the sums they are made of."""

    output: FloatArray  # (economy, sector) [USD million / year]
    income: FloatArray  # (economy,) [USD million / year]
    goods: FloatArray  # (economy, sector)
    factors: FloatArray  # (economy,), or (economy, sector) where labour is specific
    trade_balance: FloatArray  # (economy,)
    value_added: FloatArray  # (economy,) against final expenditure plus the trade balance
    numeraire: float


def accounts(equilibrium: Equilibrium) -> Accounts:
    """Recompute sales, income and spending from π', X', β', g', α' and prices."""
    before, after = equilibrium.baseline.table, equilibrium.solution.table
    tariff, tax = equilibrium.change.tariff, equilibrium.change.export_tax
    count, goods = after.expenditure.shape
    economies, sectors = range(count), range(goods)
    output = np.zeros((count, goods))
    exports, imports, tariffs, taxes = (np.zeros(count) for _ in range(4))
    for n in economies:
        for i in economies:
            for j in sectors:
                paid = after.share[n, i, j] * after.expenditure[n, j]
                border = paid / (1.0 + tariff[n, i, j])
                received = border / (1.0 + tax[n, i, j])
                output[i, j] += received
                tariffs[n] += paid - border
                taxes[i] += border - received
                imports[n] += border * (n != i)
                exports[i] += border * (n != i)
    payroll = before.value_added_share * before.output
    wage = equilibrium.solution.value_added_price_hat
    labour_income = (wage * payroll).sum(axis=1)
    deficit = _deficit(equilibrium, labour_income)
    income = labour_income + tariffs + taxes + deficit
    stocks = before.inventory
    spent = np.zeros((count, goods))
    for n in economies:
        for k in sectors:
            spent[n, k] = after.final_share[n, k] * (income[n] - stocks[n].sum()) + stocks[n, k]
            for j in sectors:
                use = (1.0 - after.value_added_share[n, j]) * output[n, j]
                spent[n, k] += after.input_share[n, k, j] * use
    demanded = after.value_added_share * output
    if equilibrium.options.labour == "specific":
        scale = np.where(payroll > 0.0, wage * payroll, 1.0)
        factors = (demanded - wage * payroll) / scale
    else:
        factors = demanded.sum(axis=1) / labour_income - 1.0
    final = np.array([income[n] for n in economies])
    balance = exports - imports
    # What final buyers pay, less the taxes in it, plus net exports is what factors earn.
    earned = final - tariffs - taxes + balance
    return Accounts(
        output=output,
        income=income,
        goods=(spent - after.expenditure) / income[:, None],
        factors=factors,
        trade_balance=(balance + deficit) / income,
        value_added=earned / labour_income - 1.0,
        numeraire=float(labour_income.sum() / before.value_added.sum() - 1.0),
    )


def _deficit(equilibrium: Equilibrium, labour_income: FloatArray) -> FloatArray:
    before, asked = equilibrium.baseline.table.value_added, equilibrium.change.deficit
    if equilibrium.options.closure == "balanced":
        return np.zeros_like(labour_income)
    if equilibrium.options.closure == "fixed":
        return np.asarray(asked)
    own = asked / before * labour_income
    return np.asarray(own - labour_income / labour_income.sum() * own.sum())


def ces(weight: FloatArray, price: FloatArray, sigma: float) -> tuple[float, FloatArray]:
    """Price and cost shares of one nest; an infinite price is a good that is not there."""
    used = weight > 0.0
    if sigma == 1.0:
        total = sum(w * log(p) for w, p in zip(weight[used], price[used], strict=True))
        return exp(total), weight.copy()
    term = np.zeros_like(weight)
    for k in np.flatnonzero(used):
        term[k] = 0.0 if isinf(price[k]) else weight[k] * price[k] ** (1.0 - sigma)
    return float(term.sum() ** (1.0 / (1.0 - sigma))), term / term.sum()


def behaviour(equilibrium: Equilibrium) -> dict[str, float]:
    """Largest misses of ĉ, P̂, P̂ of the final bundle and all shares, each against its own.

    Where a cost or a price is infinite, what is sold or bought there must be zero; what never was
    made or bought keeps a hat of one.
    """
    before, after = equilibrium.baseline.table, equilibrium.solution.table
    change, options, found = equilibrium.change, equilibrium.options, equilibrium.solution
    count, goods = after.expenditure.shape
    miss = dict.fromkeys(
        ("cost", "price", "share", "value_added", "input", "final", "gone", "never"), 0.0
    )

    def note(name: str, want: float, got: float) -> None:
        miss[name] = max(miss[name], abs(got - want) / max(abs(want), 1.0))

    cost = np.ones((count, goods))
    for i in range(count):
        for j in range(goods):
            beta, wage = before.value_added_share[i, j], found.value_added_price_hat[i, j]
            productivity = change.productivity_hat[i, j]
            made = before.output[i, j] > 0.0
            if not made or isinf(found.cost_hat[i, j]):
                cost[i, j] = np.inf
                note("gone", 0.0, float(after.output[i, j]))
                note("never", 1.0, 1.0 if made else float(found.cost_hat[i, j]))
                continue
            if change.productivity_kind == "value_added":
                wage, productivity = wage / productivity, 1.0
            needed = change.input_requirement_hat[i, :, j] * found.price_hat[i]
            bundle, mix = ces(before.input_share[i, :, j], needed, options.sigma_inputs)
            unit, split = ces(
                np.array([beta, 1.0 - beta]), np.array([wage, bundle]), options.sigma_value_added
            )
            cost[i, j] = unit / productivity
            note("cost", 0.0, log(found.cost_hat[i, j] / cost[i, j]))
            note("value_added", split[0], after.value_added_share[i, j])
            for k in range(goods):
                note("input", mix[k], after.input_share[i, k, j])
    for n in range(count):
        for j in range(goods):
            theta = before.elasticity[j]
            bought = before.expenditure[n, j] > 0.0
            if not bought or isinf(found.price_hat[n, j]):
                note("gone", 0.0, float(after.expenditure[n, j]))
                note("never", 1.0, 1.0 if bought else float(found.price_hat[n, j]))
                continue
            weight = np.zeros(count)
            for i in range(count):
                if isinf(change.iceberg_hat[n, i, j]) or isinf(cost[i, j]):
                    continue
                wedge = (1.0 + change.tariff[n, i, j]) / (1.0 + before.tariff[n, i, j])
                wedge *= (1.0 + change.export_tax[n, i, j]) / (1.0 + before.export_tax[n, i, j])
                reached = wedge * change.iceberg_hat[n, i, j] * cost[i, j]
                weight[i] = before.share[n, i, j] * reached**-theta
            note("price", 0.0, log(found.price_hat[n, j] / weight.sum() ** (-1.0 / theta)))
            for i in range(count):
                note("share", weight[i] / weight.sum(), after.share[n, i, j])
        bundle, mix = ces(before.final_share[n], found.price_hat[n], options.sigma_final)
        note("price", 0.0, log(found.final_price_hat[n] / bundle))
        for k in range(goods):
            note("final", mix[k], after.final_share[n, k])
    return miss
