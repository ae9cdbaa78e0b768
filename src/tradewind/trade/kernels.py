r"""One pass over all equations of the trade equilibrium, compiled.

Theory
    The equilibrium in hats (``README.md`` of this room) is a fixed point of one map: from the
    value-added price, the price index and expenditure to themselves. Trade shares need never be
    formed: with :math:`q_{ij} = \hat c_{ij}^{-\theta_j}` and
    :math:`A_{nij} = \pi_{nij} \hat\kappa_{nij}^{-\theta_j}`, importer sums are
    :math:`S_{nj} = \sum_i A_{nij} q_{ij}` and producer receipts are
    :math:`Y'_{ij} = q_{ij} \sum_n A_{nij} X'_{nj} / (S_{nj} (1+t')(1+e'))`.
Algorithm
    Per sector the two sums touch the same 2 N² numbers while they are in cache. Arrays are
    sector-major, ``[sector, importer, exporter]``, so that the inner loop is contiguous.
Near one
    Every CES nest is written with ``log1p`` and ``expm1``; at an elasticity of exactly one it
    switches to the Cobb–Douglas form (a plain power would lose six digits near one).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tradewind.trade.arrays import Array


class System(NamedTuple):
    """Constants of one counterfactual, as the kernel wants them (see `solve.assemble`)."""

    demand: Array  # (sector, importer, exporter) π κ̂^(−θ), gross of tariffs
    border: Array  # the same / (1 + t'): what the importer pays before tariff
    receipts: Array  # border / (1 + e'): what the producer receives; is `border` if e' = 0
    inputs: Array  # (economy, input, sector) g b̂^(1−σ_m), zero where the input has died
    input_shift: Array  # (economy, sector) constant of the input nest
    value_added_share: Array  # (economy, sector) β
    final_share: Array  # (economy, sector) α, zero where the good has died
    final_shift: Array  # (economy,)
    log_output_productivity: Array  # (economy, sector)
    log_value_added_productivity: Array  # (economy, sector)
    elasticity: Array  # (sector,) θ
    alive_cost: Array  # (economy, sector) bool
    alive_inputs: Array  # (economy, sector) bool
    alive_good: Array  # (economy, sector) bool
    value_added: Array  # (economy, sector) baseline β Y [USD million]
    inventory: Array  # (economy, sector) [USD million]
    deficit: Array  # (economy,) D', or δ for the proportional closure
    proportional: bool
    taxed_exports: bool
    s_value_added: float  # 1 − σ_v
    s_inputs: float  # 1 − σ_m
    s_final: float  # 1 − σ_final


class Pass(NamedTuple):
    """What one pass returns."""

    log_price: Array  # (economy, sector) ln P̂ implied by costs
    expenditure: Array  # (economy, sector) X' implied by sales and income
    factor_demand: Array  # (economy, sector) β' Y'
    output: Array  # (economy, sector) Y'
    log_cost: Array  # (economy, sector) ln ĉ
    value_added_share: Array  # (economy, sector) β'
    log_input_price: Array  # (economy, sector) ln m̂
    income: Array  # (economy,) I'
    tariff_revenue: Array  # (economy,)
    export_tax_revenue: Array  # (economy,)
    final_share: Array  # (economy, sector) α'
    log_final_price: Array  # (economy,)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def unit_costs(
    system: System, log_value_added_price: Array, log_price: Array
) -> tuple[Array, Array, Array]:
    """ln ĉ, β' and ln m̂ from the prices of value added and of goods."""
    economies, sectors = log_price.shape
    log_cost = np.zeros((economies, sectors))
    share = np.zeros((economies, sectors))
    log_inputs = np.zeros((economies, sectors))
    s_m, s_v = system.s_inputs, system.s_value_added
    transformed = np.empty(sectors)
    for i in range(economies):
        nest = log_inputs[i]
        for j in range(sectors):
            nest[j] = system.input_shift[i, j]
        for k in range(sectors):
            value = log_price[i, k]
            transformed[k] = value if s_m == 0.0 else np.expm1(s_m * value)
        for k in range(sectors):
            if transformed[k] != 0.0:
                row = system.inputs[i, k]
                for j in range(sectors):
                    nest[j] += row[j] * transformed[k]
        for j in range(sectors):
            if not system.alive_cost[i, j]:
                continue
            beta = system.value_added_share[i, j]
            if not system.alive_inputs[i, j]:
                nest[j] = np.inf
            elif s_m != 0.0 and beta < 1.0:
                nest[j] = np.log1p(nest[j]) / s_m
            log_v = log_value_added_price[i, j] - system.log_value_added_productivity[i, j]
            if s_v == 0.0:
                cost = beta * log_v
                if beta < 1.0:
                    cost += (1.0 - beta) * nest[j]
                share[i, j] = beta
            else:
                z = beta * np.expm1(s_v * log_v) if beta > 0.0 else 0.0
                if beta < 1.0:
                    z += (1.0 - beta) * np.expm1(s_v * nest[j])
                cost = np.log1p(z) / s_v
                share[i, j] = beta * np.exp(s_v * (log_v - cost)) if beta > 0.0 else 0.0
            log_cost[i, j] = cost - system.log_output_productivity[i, j]
    return log_cost, share, log_inputs


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def trade_sums(
    system: System, log_cost: Array, expenditure: Array
) -> tuple[Array, Array, Array, Array]:
    """ln P̂, producer receipts Y', tariff revenue and export-tax revenue."""
    economies, sectors = expenditure.shape
    log_price = np.zeros((economies, sectors))
    output = np.zeros((economies, sectors))
    tariff_revenue = np.zeros(economies)
    export_tax_revenue = np.zeros(economies)
    q, received, paid = np.empty(economies), np.empty(economies), np.empty(economies)
    for j in range(sectors):
        theta = system.elasticity[j]
        for i in range(economies):
            q[i] = np.exp(-theta * log_cost[i, j]) if system.alive_cost[i, j] else 0.0
            received[i] = 0.0
            paid[i] = 0.0
        for n in range(economies):
            if not system.alive_good[n, j]:
                continue
            demand, border = system.demand[j, n], system.border[j, n]
            gross, net = 0.0, 0.0
            for i in range(economies):
                gross += demand[i] * q[i]
                net += border[i] * q[i]
            if gross <= 0.0:
                log_price[n, j] = np.nan
                continue
            log_price[n, j] = -np.log(gross) / theta
            spent = expenditure[n, j] / gross
            tariff_revenue[n] += spent * (gross - net)
            receipts = system.receipts[j, n]
            for i in range(economies):
                received[i] += receipts[i] * spent
            if system.taxed_exports:
                for i in range(economies):
                    paid[i] += border[i] * spent
        for i in range(economies):
            output[i, j] = q[i] * received[i]
            if system.taxed_exports:
                export_tax_revenue[i] += q[i] * (paid[i] - received[i])
    return log_price, output, tariff_revenue, export_tax_revenue


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def final_demand(system: System, log_price: Array) -> tuple[Array, Array]:
    """α' and ln P̂ of the final bundle."""
    economies, sectors = log_price.shape
    share = np.zeros((economies, sectors))
    bundle = np.zeros(economies)
    s = system.s_final
    for n in range(economies):
        total = system.final_shift[n]
        for k in range(sectors):
            alpha = system.final_share[n, k]
            if alpha > 0.0:
                total += alpha * (log_price[n, k] if s == 0.0 else np.expm1(s * log_price[n, k]))
        bundle[n] = total if s == 0.0 else np.log1p(total) / s
        for k in range(sectors):
            alpha = system.final_share[n, k]
            if alpha > 0.0:
                share[n, k] = (
                    alpha if s == 0.0 else alpha * np.exp(s * (log_price[n, k] - bundle[n]))
                )
    return share, bundle


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def one_pass(
    system: System,
    log_value_added_price: Array,
    value_added: Array,
    log_price_in: Array,
    expenditure_in: Array,
) -> Pass:
    """Apply the equations once, in the order costs, prices, sales, income, expenditure.

    Parameters
    ----------
    log_value_added_price : (N, J)
    value_added : (N,) [USD million / year]
        What factors earn at these prices.
    log_price_in, expenditure_in : (N, J)
    """
    economies, sectors = log_price_in.shape
    log_cost, share, log_inputs = unit_costs(system, log_value_added_price, log_price_in)
    log_price, output, tariff_revenue, export_tax = trade_sums(system, log_cost, expenditure_in)
    final_share, bundle = final_demand(system, log_price)
    s_m = system.s_inputs
    expenditure = np.zeros((economies, sectors))
    factor_demand = np.zeros((economies, sectors))
    for i in range(economies):
        for j in range(sectors):
            factor_demand[i, j] = share[i, j] * output[i, j]
    income = np.empty(economies)
    world_value_added, world_deficit = value_added.sum(), 0.0
    for n in range(economies):
        world_deficit += system.deficit[n] * value_added[n]
    use = np.empty(sectors)
    for n in range(economies):
        transfer = system.deficit[n]
        if system.proportional:
            transfer = value_added[n] * (transfer - world_deficit / world_value_added)
        income[n] = value_added[n] + tariff_revenue[n] + export_tax[n] + transfer
        stocks = 0.0
        for j in range(sectors):
            stocks += system.inventory[n, j]
            use[j] = (1.0 - share[n, j]) * output[n, j] if system.alive_inputs[n, j] else 0.0
            if s_m != 0.0 and use[j] > 0.0:
                use[j] *= np.exp(-s_m * log_inputs[n, j])
        for k in range(sectors):
            if not system.alive_good[n, k]:
                continue
            row = system.inputs[n, k]
            total = 0.0
            for j in range(sectors):
                total += row[j] * use[j]
            if s_m != 0.0:
                total *= np.exp(s_m * log_price[n, k])
            total += final_share[n, k] * (income[n] - stocks) + system.inventory[n, k]
            expenditure[n, k] = total
    return Pass(
        log_price, expenditure, factor_demand, output, log_cost, share, log_inputs,
        income, tariff_revenue, export_tax, final_share, bundle,
    )  # fmt: skip
