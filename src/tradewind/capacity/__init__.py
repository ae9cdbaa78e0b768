"""Compute and power planned together: where to build, on what power, with which chips."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewind.capacity.block import Plan, plan
    from tradewind.capacity.inputs import Chip, Site, Workload
    from tradewind.capacity.layer import attach
    from tradewind.capacity.model import keep_routes, solved_routes, tighten
    from tradewind.capacity.optimum import Optimiser, optimise
    from tradewind.capacity.rules import ChipCap, Rules
    from tradewind.capacity.units import Units

_HOMES = {
    "Chip": "inputs",
    "ChipCap": "rules",
    "Optimiser": "optimum",
    "Plan": "block",
    "Rules": "rules",
    "Site": "inputs",
    "Units": "units",
    "Workload": "inputs",
    "attach": "layer",
    "keep_routes": "model",
    "optimise": "optimum",
    "plan": "block",
    "solved_routes": "model",
    "tighten": "model",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: PyPSA takes seconds."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tradewind.capacity' has no attribute {name!r}")
    return getattr(import_module(f"tradewind.capacity.{_HOMES[name]}"), name)


__all__ = [
    "Chip",
    "ChipCap",
    "Optimiser",
    "Plan",
    "Rules",
    "Site",
    "Units",
    "Workload",
    "attach",
    "keep_routes",
    "optimise",
    "plan",
    "solved_routes",
    "tighten",
]
