"""Tradewind: an open integrated-assessment model of technology competition.

>>> import tradewind as tw
>>> run = tw.run(tw.World.default(), tw.Scenario.from_yaml("us-tariffs-2026"))
>>> run.trade.real_income_hat.sel(economy="USA").item() < 1.01
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewind.chokepoint_run import ChokepointRun, find_chokepoints
    from tradewind.coupling import CoupledRun, run_years
    from tradewind.pressure_run import PressureRun, rank_economies
    from tradewind.runs import Run, run
    from tradewind.scenario import Scenario
    from tradewind.world import World

_HOMES = {
    "ChokepointRun": "tradewind.chokepoint_run",
    "CoupledRun": "tradewind.coupling",
    "find_chokepoints": "tradewind.chokepoint_run",
    "PressureRun": "tradewind.pressure_run",
    "rank_economies": "tradewind.pressure_run",
    "Run": "tradewind.runs",
    "Scenario": "tradewind.scenario",
    "World": "tradewind.world",
    "run": "tradewind.runs",
    "run_years": "tradewind.coupling",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that help and errors come at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tradewind' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


__all__ = [
    "ChokepointRun",
    "CoupledRun",
    "PressureRun",
    "Run",
    "Scenario",
    "World",
    "find_chokepoints",
    "rank_economies",
    "run",
    "run_years",
]
