"""A small run of the chip market, solved once for all tests that only read it."""

from __future__ import annotations

from functools import cache

from tradewind.chip_run import ChipRun, run_chips
from tradewind.scenario import Scenario

MEMBERS, LAST_YEAR, SEED = 3, 2027, 5


@cache
def small_chip_run(scenario: str = "chips-bandwidth-threshold") -> ChipRun:
    """A shipped scenario to 2027 with three draws, rounds taken apart."""
    return run_chips(Scenario.from_yaml(scenario), last_year=LAST_YEAR, members=MEMBERS, seed=SEED)
