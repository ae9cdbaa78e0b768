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
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tradewind.trade.arrays import Array
from tradewind.trade.constants import System
from tradewind.trade.nests import final_demand, unit_costs
from tradewind.trade.vector_math import add_rows, exp_into, log_into, row_sums


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
def _sell(receipts: Array, spending: Array, gross: Array, weight: Array, received: Array) -> None:
    """Receipts of a sector: Σ_n receipts · X/S."""
    for n in range(spending.size):
        weight[n] = spending[n] / gross[n] if spending[n] > 0.0 else 0.0
    received[:] = 0.0
    add_rows(received, receipts, weight)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _collect(border: Array, supply: Array, weight: Array, received: Array, revenue: Array) -> None:
    """Export-tax revenue of a sector: what importers paid before tariffs, less receipts."""
    paid = np.zeros(supply.size)
    add_rows(paid, border, weight)
    for i in range(supply.size):
        revenue[i] += supply[i] * (paid[i] - received[i])


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def trade_sums(
    system: System, log_cost: Array, expenditure: Array
) -> tuple[Array, Array, Array, Array]:
    """ln P̂, producer receipts Y', tariff revenue and export-tax revenue."""
    economies, sectors = expenditure.shape
    log_price = np.zeros((economies, sectors))
    output = np.zeros((economies, sectors))
    tariffs, export_taxes = np.zeros(economies), np.zeros(economies)
    received, spending = np.empty(economies), np.empty(economies)
    weight, net = np.empty(economies), np.empty(economies)
    gross, log_gross = np.ones((sectors, economies)), np.empty((sectors, economies))
    alive_good, theta = system.alive_good, system.elasticity
    supply = supplies(system, log_cost)
    for j in range(sectors):
        if not system.traded[j]:
            for i in range(economies):
                gross[j, i] = system.demand[j, i, i] if alive_good[i, j] else 1.0
                output[i, j] = expenditure[i, j] if alive_good[i, j] else 0.0
            continue
        demand, border = system.demand[j], system.border[j]
        for n in range(economies):
            spending[n] = expenditure[n, j] if alive_good[n, j] else 0.0
        row_sums(gross[j], demand, supply[j])
        if not system.taxed[j]:
            _sell(demand, spending, gross[j], weight, received)
        else:
            row_sums(net, border, supply[j])
            _sell(system.receipts[j], spending, gross[j], weight, received)
            for n in range(economies):
                tariffs[n] += weight[n] * (gross[j, n] - net[n])
            if system.taxed_exports:
                _collect(border, supply[j], weight, received, export_taxes)
        for i in range(economies):
            output[i, j] = supply[j, i] * received[i]
    log_into(gross.ravel(), log_gross.ravel())
    for i in range(economies):
        for j in range(sectors):
            if alive_good[i, j]:
                # A good that is not traded costs what it costs to make at home.
                cost = 0.0 if system.traded[j] else log_cost[i, j]
                log_price[i, j] = cost - log_gross[j, i] / theta[j]
    return log_price, output, tariffs, export_taxes


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def supplies(system: System, log_cost: Array) -> Array:
    """ĉ^(−θ) by sector and exporter, zero where the sector has died."""
    economies, sectors = log_cost.shape
    power = np.empty((sectors, economies))
    for i in range(economies):
        for j in range(sectors):
            power[j, i] = -system.elasticity[j] * log_cost[i, j]
    supply = np.empty((sectors, economies))
    exp_into(power.ravel(), supply.ravel())
    for i in range(economies):
        for j in range(sectors):
            if not system.alive_cost[i, j]:
                supply[j, i] = 0.0
    return supply


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def shares(system: System, log_cost: Array, log_price: Array) -> Array:
    """π' = A ĉ^(−θ) P̂^θ, (importer, exporter, sector)."""
    sectors, economies = system.demand.shape[:2]
    supply = supplies(system, log_cost)
    share = np.zeros((economies, economies, sectors))
    for j in range(sectors):
        theta = system.elasticity[j]
        for n in range(economies):
            if system.alive_good[n, j]:
                weight = np.exp(theta * log_price[n, j])
                for i in range(economies):
                    share[n, i, j] = system.demand[j, n, i] * supply[j, i] * weight
    return share


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
    s_m, inputs, deficit = system.s_inputs, system.inputs, system.deficit
    inventory, fed, alive = system.inventory, system.alive_inputs, system.alive_good
    expenditure = np.zeros((economies, sectors))
    factor_demand = np.zeros((economies, sectors))
    for i in range(economies):
        for j in range(sectors):
            factor_demand[i, j] = share[i, j] * output[i, j]
    income = np.empty(economies)
    world_value_added, world_deficit = value_added.sum(), 0.0
    for n in range(economies):
        world_deficit += deficit[n] * value_added[n]
    use, bought = np.empty(sectors), np.empty(sectors)
    outward, inward = np.empty((economies, sectors)), np.empty((economies, sectors))
    if s_m != 0.0:
        exp_into((s_m * log_price).ravel(), outward.ravel())
        exp_into((-s_m * log_inputs).ravel(), inward.ravel())
    for n in range(economies):
        transfer = deficit[n]
        if system.proportional:
            transfer = value_added[n] * (transfer - world_deficit / world_value_added)
        income[n] = value_added[n] + tariff_revenue[n] + export_tax[n] + transfer
        stocks = 0.0
        for j in range(sectors):
            stocks += inventory[n, j]
            use[j] = (1.0 - share[n, j]) * output[n, j] if fed[n, j] else 0.0
            if s_m != 0.0 and use[j] > 0.0:
                use[j] *= inward[n, j]
        row_sums(bought, inputs[n], use)
        for k in range(sectors):
            if not alive[n, k]:
                continue
            total = bought[k]
            if s_m != 0.0:
                total *= outward[n, k]
            total += final_share[n, k] * (income[n] - stocks) + inventory[n, k]
            expenditure[n, k] = total
    return Pass(
        log_price, expenditure, factor_demand, output, log_cost, share, log_inputs,
        income, tariff_revenue, export_tax, final_share, bundle,
    )  # fmt: skip
