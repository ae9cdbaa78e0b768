r"""The transposed linear system of the equilibrium: what every equation is worth to an outcome.

Theory
    With F(u, p) = 0 the equilibrium (README.md of this room) and y(u, p) an outcome,
    dy/dp = ∂y/∂p − λᵀ F_p with F_uᵀ λ = ∂y/∂u: one solve answers for every parameter p. In log
    changes the equations are linear, and their multipliers have a meaning: ``spending`` μ is
    what a dollar more spent by an economy on a good is worth, ``price`` ℓ what a dearer good is
    worth per dollar spent on it (substitution apart), ``factor`` φ what demand for its factors
    is worth.
Algorithm
    The multipliers are a fixed point of one pass over the transposed equations, which costs less
    than a pass over the equations themselves; `tradewind.trade.multipliers` finds it.
Gauge
    By Walras' law one equation is redundant: adding one constant to μ and φ changes nothing. φ
    is held at a mean of zero, and the numéraire's own multiplier falls out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tradewind.trade.arrays import Array, Options, Table, sector_major
from tradewind.trade.vector_math import add_rows, row_sums


class Linear(NamedTuple):
    """The equilibrium's weights at a solution; N economies, J sectors, K factors (1 or J)."""

    share: Array  # (J, N, N) π, sector, importer, exporter
    border: Array  # (J, N, N) π / (1 + t)
    receipts: Array  # (J, N, N) π / ((1 + t)(1 + e)); is `border` where nobody taxes exports
    inputs: Array  # (N, J, J) g
    final_share: Array  # (N, J) α
    intermediate: Array  # (N, J) 1 − β
    expenditure: Array  # (N, J) X
    output: Array  # (N, J) Y
    use: Array  # (N, J) Σ_j g (1 − β) Y, by input
    final: Array  # (N, J) α C
    factor_income: Array  # (N, J) β Y
    bill: Array  # (N, K) factor income, zero where nobody is employed
    tariff_share: Array  # (N, J) Σ_i π t / (1 + t)
    export_tax: Array  # (N, J) Σ_n e R
    taxed: Array  # (J,) bool
    taxed_exports: bool
    elasticity: Array  # (J,) θ
    response: Array  # (N, K) damping of the factor equations
    transfer: Array  # (N,) δ_n − δ̄ if deficits follow value added, else 0
    feedback: Array  # (N,) δ_n / ΣV, likewise
    s_value_added: float
    s_inputs: float
    s_final: float


class Source(NamedTuple):
    """∂(outcome)/∂(log of each quantity), other quantities held; the right-hand side."""

    factor: Array  # (N, K) v̂
    cost: Array  # (N, J) ĉ
    price: Array  # (N, J) P̂
    spending: Array  # (N, J) X
    bought: Array  # (N, J) Σ_i over π, by importer
    sold: Array  # (N, J) Σ_n over π, by exporter
    share: Array  # (N, J) β
    used: Array  # (N, J) Σ_j over g, by input
    using: Array  # (N, J) Σ_k over g, by using sector
    final_share: Array  # (N, J) α
    value_added: Array  # (N,) V, per USD
    deficit: Array  # (N,) D, per USD


def linearise(table: Table, baseline: Table, options: Options) -> Linear:
    """Weights of the log-linear equilibrium at a solution's table.

    Parameters
    ----------
    table : Table
        The world after the change.
    baseline : Table
        The world before it; its deficits are what the proportional closure keeps.
    options : Options
    """
    beta, output = table.value_added_share, table.output
    paid = beta * output
    specific = options.labour == "specific"
    bill = paid if specific else paid.sum(axis=1, keepdims=True)
    flow_use = (1.0 - beta) * output
    spent = table.income - table.inventory.sum(axis=1)
    export_taxed = bool(np.any(table.export_tax))
    border = table.share / (1.0 + table.tariff)
    sector_border = sector_major(border)
    transfer, feedback = np.zeros(len(spent)), np.zeros(len(spent))
    if options.closure == "proportional":
        ratio = baseline.deficit / baseline.value_added
        world = table.value_added.sum()
        transfer = ratio - (ratio * table.value_added).sum() / world
        feedback = ratio / world
    return Linear(
        share=sector_major(table.share),
        border=sector_border,
        receipts=sector_major(border / (1.0 + table.export_tax)) if export_taxed else sector_border,
        inputs=np.ascontiguousarray(table.input_share),
        final_share=table.final_share,
        intermediate=1.0 - beta,
        expenditure=table.expenditure,
        output=output,
        use=np.einsum("nkj,nj->nk", table.input_share, flow_use),
        final=table.final_share * spent[:, None],
        factor_income=paid,
        bill=bill,
        tariff_share=(table.share - border).sum(axis=1),
        export_tax=(table.export_tax * table.receipts).sum(axis=0),
        taxed=np.asarray(table.tariff.any(axis=(0, 1)) | table.export_tax.any(axis=(0, 1))),
        taxed_exports=export_taxed,
        elasticity=table.elasticity,
        response=_response(table, paid, options),
        transfer=transfer,
        feedback=feedback,
        s_value_added=1.0 - options.sigma_value_added,
        s_inputs=1.0 - options.sigma_inputs,
        s_final=1.0 - options.sigma_final,
    )


def _response(table: Table, paid: Array, options: Options) -> Array:
    """Inverse of a factor's own elasticity of excess demand, as the solver damps it."""
    own = np.einsum("nnj->nj", table.share)
    steepness = table.elasticity * (1.0 - own)
    if options.labour == "specific":
        beta = table.value_added_share
        slope = 1.0 - (1.0 - options.sigma_value_added) * (1.0 - beta) + beta * steepness
        return np.asarray(1.0 / np.maximum(slope, 0.5))
    weight = paid / paid.sum(axis=1, keepdims=True)
    return np.asarray(1.0 / (1.0 + (weight * steepness).sum(axis=1, keepdims=True)))


class Worth(NamedTuple):
    """What the equations are worth to one outcome."""

    spending: Array  # (N, J) μ [outcome / USD], of spending
    price: Array  # (N, J) ℓ [outcome / USD]; times X of a log price, substitution apart
    factor: Array  # (N, K) φ [outcome / USD], of demand for factors
    sales: Array  # (N, J) y [outcome / USD], of a producer's receipts
    income: Array  # (N,) ι [outcome / USD]
    cost: Array  # (N, J) γ [outcome], of a log unit cost
    technology: Array  # (N, J) γ̃ [outcome], of a log unit cost before productivity


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def transposed_pass(
    eq: Linear, source: Source, spending: Array, price: Array, factor: Array
) -> Worth:
    """Apply the transposed equations once.

    Parameters
    ----------
    spending, price : (N, J)
        μ and ℓ.
    factor : (N, K)
        φ.
    """
    economies, sectors = spending.shape
    factors = factor.shape[1]
    s_v, s_m, s_f = eq.s_value_added, eq.s_inputs, eq.s_final
    income, deficit = np.empty(economies), np.empty(economies)
    sales, bought = np.empty((economies, sectors)), np.empty(sectors)
    used = np.empty((economies, sectors))
    for n in range(economies):
        total = 0.0
        for k in range(sectors):
            total += eq.final_share[n, k] * spending[n, k]
        income[n] = total
        bought[:] = 0.0
        add_rows(bought, eq.inputs[n], spending[n])
        for j in range(sectors):
            used[n, j] = eq.intermediate[n, j] * bought[j]
            paid = 0.0
            if eq.output[n, j] > 0.0:
                paid = eq.factor_income[n, j] / eq.output[n, j]
            sales[n, j] = used[n, j] + paid * factor[n, 0 if factors == 1 else j]
    next_spending, cost = _through_trade(eq, source, spending, price, sales, income)
    technology = np.empty((economies, sectors))
    next_price = np.zeros((economies, sectors))
    next_factor = np.zeros((economies, factors))
    nest, passed = np.empty(sectors), np.empty(sectors)
    returned = 0.0
    for n in range(economies):
        deficit[n] = income[n] + source.deficit[n]
        earned = 0.0
        for k in range(factors):
            earned += eq.bill[n, k]
        returned += earned * deficit[n]
    for n in range(economies):
        worth = income[n] + source.value_added[n]
        worth += eq.transfer[n] * deficit[n] - eq.feedback[n] * returned
        for j in range(sectors):
            k = 0 if factors == 1 else j
            shared = eq.factor_income[n, j] * factor[n, k] + source.share[n, j]
            inside = used[n, j] * eq.output[n, j]
            unit = cost[n, j] - s_v * (shared + inside)
            technology[n, j] = unit
            nest[j] = eq.intermediate[n, j] * unit + s_v * inside
            nest[j] -= s_m * (inside + source.using[n, j])
            beta = 1.0 - eq.intermediate[n, j]
            next_factor[n, k] += beta * unit + s_v * shared
        for k in range(factors):
            if eq.bill[n, k] > 0.0:
                next_factor[n, k] = (next_factor[n, k] + source.factor[n, k]) / eq.bill[n, k]
                next_factor[n, k] += worth
        row_sums(passed, eq.inputs[n], nest)
        wanted = 0.0
        for k in range(sectors):
            wanted += eq.final[n, k] * spending[n, k] + source.final_share[n, k]
        for k in range(sectors):
            if eq.expenditure[n, k] <= 0.0:
                continue
            value = passed[k] + source.price[n, k]
            value += s_m * (eq.use[n, k] * spending[n, k] + source.used[n, k])
            own = eq.final[n, k] * spending[n, k] + source.final_share[n, k]
            value += s_f * (own - eq.final_share[n, k] * wanted)
            value += eq.elasticity[k] * (source.bought[n, k] - source.spending[n, k])
            next_price[n, k] = value / eq.expenditure[n, k]
    return Worth(next_spending, next_price, next_factor, sales, income, cost, technology)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _through_trade(
    eq: Linear, source: Source, spending: Array, price: Array, sales: Array, income: Array
) -> tuple[Array, Array]:
    """μ from what sales, taxes and incomes are worth, and γ from what prices are worth."""
    economies, sectors = spending.shape
    next_spending = np.zeros((economies, sectors))
    cost = np.empty((economies, sectors))
    made, weight, bought = np.empty(economies), np.empty(economies), np.empty(economies)
    column, taxes = np.empty(economies), np.empty(economies)
    for j in range(sectors):
        theta = eq.elasticity[j]
        for i in range(economies):
            made[i] = sales[i, j] - (income[i] if eq.taxed_exports else 0.0)
            spent = eq.expenditure[i, j]
            gap = spending[i, j] - (income[i] if eq.taxed[j] else 0.0)
            weight[i] = spent * (price[i, j] + theta * gap)
            taxes[i] = spent * income[i]
        row_sums(bought, eq.receipts[j], made)
        if eq.taxed_exports:
            # e/(1 + e) of the border price goes to the exporter's treasury.
            row_sums(column, eq.border[j], income)
            for n in range(economies):
                bought[n] += column[n]
        for n in range(economies):
            if eq.expenditure[n, j] > 0.0:
                value = bought[n] + eq.tariff_share[n, j] * income[n]
                next_spending[n, j] = value + source.spending[n, j] / eq.expenditure[n, j]
        column[:] = 0.0
        add_rows(column, eq.share[j], weight)
        for i in range(economies):
            sold = eq.output[i, j] * sales[i, j] + eq.export_tax[i, j] * income[i]
            cost[i, j] = column[i] - theta * (sold + source.sold[i, j]) + source.cost[i, j]
        if eq.taxed[j]:
            column[:] = 0.0
            add_rows(column, eq.border[j], taxes)
            for i in range(economies):
                cost[i, j] += theta * column[i]
    return next_spending, cost


@njit(cache=True, nogil=True)
def damp(eq: Linear, old: Array, new: Array) -> None:
    """Step only a part of the way in the factor equations, in place."""
    economies, factors = new.shape
    for i in range(economies):
        for k in range(factors):
            if eq.bill[i, k] > 0.0:
                new[i, k] = old[i, k] + eq.response[i, k] * (new[i, k] - old[i, k])
            else:
                new[i, k] = 0.0


@njit(cache=True, nogil=True)
def hold_mean(eq: Linear, factor: Array) -> None:
    """Take out the numéraire's multiplier, so that φ has a mean of zero, in place."""
    economies, factors = factor.shape
    level, weight = 0.0, 0.0
    for i in range(economies):
        for k in range(factors):
            level += eq.bill[i, k] * factor[i, k]
            weight += eq.bill[i, k] * eq.response[i, k]
    for i in range(economies):
        for k in range(factors):
            if eq.bill[i, k] > 0.0:
                factor[i, k] -= level / weight * eq.response[i, k]
