"""From a table and a change to the constants of one counterfactual."""

from __future__ import annotations

import numpy as np

from tradewind.trade.arrays import Array, Change, Options, Table, sector_major
from tradewind.trade.constants import System
from tradewind.trade.feasible import Alive, Labels, survivors


def assemble(table: Table, change: Change, options: Options, labels: Labels) -> System:
    """Build the kernel's constants; links and goods that die are taken out here.

    Raises
    ------
    InfeasibleError
        If bans leave somebody without a good that cannot be done without.
    """
    index, multiplier = link_multiplier(table, change)
    alive = survivors(table, index, multiplier, options, labels)
    demand, border, taxed = _links(table, change, index, multiplier)
    taxed_exports = bool(np.any(change.export_tax))
    receipts = border / sector_major(1.0 + change.export_tax) if taxed_exports else border
    inputs, input_shift = _input_nest(table, change, options, alive)
    final_share, final_shift = _final_nest(table, options, alive)
    proportional = options.closure == "proportional"
    in_output = change.productivity_kind == "output"
    log_productivity = np.log(change.productivity_hat)
    nothing = np.zeros_like(log_productivity)
    return System(
        demand=demand,
        border=border,
        receipts=receipts,
        inputs=inputs,
        input_shift=input_shift,
        value_added_share=table.value_added_share,
        final_share=final_share,
        final_shift=final_shift,
        log_output_productivity=log_productivity if in_output else nothing,
        log_value_added_productivity=nothing if in_output else log_productivity,
        elasticity=table.elasticity,
        traded=table.traded,
        taxed=taxed,
        alive_cost=alive.cost,
        alive_inputs=alive.inputs,
        alive_good=alive.good,
        value_added=table.sector_value_added,
        inventory=table.inventory,
        deficit=_deficit(table, change, options),
        proportional=proportional,
        taxed_exports=taxed_exports,
        s_value_added=1.0 - options.sigma_value_added,
        s_inputs=1.0 - options.sigma_inputs,
        s_final=1.0 - options.sigma_final,
    )


def link_multiplier(table: Table, change: Change) -> tuple[tuple[Array, ...], Array]:
    """Touched links, as importer, exporter and sector indices, and their κ̂^(−θ).

    With κ̂ = (1 + t')/(1 + t) · d̂ · (1 + e')/(1 + e); zero on a banned link.
    """
    touched = change.iceberg_hat != 1.0
    if change.tariff is not table.tariff:
        touched = touched | (change.tariff != table.tariff)
    if change.export_tax is not table.export_tax:
        touched = touched | (change.export_tax != table.export_tax)
    index = np.unravel_index(np.flatnonzero(touched & table.linked), touched.shape)
    cost = (
        (1.0 + change.tariff[index])
        / (1.0 + table.tariff[index])
        * change.iceberg_hat[index]
        * (1.0 + change.export_tax[index])
        / (1.0 + table.export_tax[index])
    )
    return index, cost ** -table.elasticity[index[2]]


def _links(
    table: Table, change: Change, index: tuple[Array, ...], multiplier: Array
) -> tuple[Array, Array, Array]:
    """Demand and border weights by sector, and which sectors pay any tax."""
    n, i, j = index
    demand, border = table.share_by_sector.copy(), table.border_by_sector.copy()
    demand[j, n, i] *= multiplier
    border[j, n, i] = demand[j, n, i] / (1.0 + change.tariff[index])
    taxed = change.tariff.any(axis=(0, 1)) | change.export_tax.any(axis=(0, 1))
    return demand, border, np.asarray(taxed)


def _input_nest(
    table: Table, change: Change, options: Options, alive: Alive
) -> tuple[Array, Array]:
    """Weights and constant of ln m̂: g b̂^s and Σ g (b̂^s − 1), less the goods that have died."""
    s, b = 1.0 - options.sigma_inputs, change.input_requirement_hat
    weights, shift = table.input_share, np.zeros_like(table.expenditure)
    if not np.all(b == 1.0):
        log_b = np.log(b)
        shift = (weights * (log_b if s == 0.0 else np.expm1(s * log_b))).sum(axis=1)
        weights = weights if s == 0.0 else weights * np.exp(s * log_b)
    if not alive.good.all():
        dead = ~alive.good[:, :, None]
        if s < 0.0:
            shift = shift - (weights * dead).sum(axis=1)
        weights = np.where(dead, 0.0, weights)
    return weights, shift


def _final_nest(table: Table, options: Options, alive: Alive) -> tuple[Array, Array]:
    s = 1.0 - options.sigma_final
    weights = np.where(alive.good, table.final_share, 0.0)
    lost = table.final_share.sum(axis=1) - weights.sum(axis=1) if s < 0.0 else 0.0
    return weights, np.zeros(len(weights)) - lost


def _deficit(table: Table, change: Change, options: Options) -> Array:
    if options.closure == "proportional":
        return np.asarray(change.deficit / table.value_added)
    return change.deficit
