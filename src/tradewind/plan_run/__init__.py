"""From a scenario's plan section to plans of compute and power: cases, comparisons, the folder.

A name is imported when it is first used: telling what a scenario asks for needs no solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewind.plan_run.run import PlanRun, run_plan

__all__ = ["PlanRun", "run_plan"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'tradewind.plan_run' has no attribute {name!r}")
    return getattr(import_module("tradewind.plan_run.run"), name)
