"""Compute and power planned together: where to build, on what power, with which chips."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewind.capacity.inputs import Chip, ChipCap, Rules, Site, Workload
    from tradewind.capacity.layer import attach
    from tradewind.capacity.model import keep_routes, solved_routes, tighten
    from tradewind.capacity.units import Units

_HOMES = {
    "Chip": "inputs",
    "ChipCap": "inputs",
    "Rules": "inputs",
    "Site": "inputs",
    "Units": "units",
    "Workload": "inputs",
    "attach": "layer",
    "keep_routes": "model",
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
    "Rules",
    "Site",
    "Units",
    "Workload",
    "attach",
    "keep_routes",
    "solved_routes",
    "tighten",
]
