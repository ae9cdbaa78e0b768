"""From export-control rules to the chip market: policies, rounds of rules, runs."""

from tradewind.chip_run.folder import save
from tradewind.chip_run.policy import compile_policies, compile_policy
from tradewind.chip_run.rounds import find_round_effects, interval
from tradewind.chip_run.run import ChipRun, run_chips

__all__ = [
    "ChipRun",
    "compile_policies",
    "compile_policy",
    "find_round_effects",
    "interval",
    "run_chips",
    "save",
]
