"""The constants of one counterfactual, in the order in which the compiled equations read them."""

from __future__ import annotations

from typing import NamedTuple

from tradewind.trade.arrays import Array


class System(NamedTuple):
    """Constants of one counterfactual, as the kernel wants them (see `system.assemble`)."""

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
    traded: Array  # (sector,) bool: any trade between economies
    taxed: Array  # (sector,) bool: any tariff or export tax
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
