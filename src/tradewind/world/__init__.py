"""The labelled data: economies, sectors, trade, tariffs, elasticities; with units and sources.

Beside them stand accelerators and the chip market (``accelerators``, ``compute``). A name is
imported when it is first used, so that a look into the catalogue of chips needs no xarray.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradewind.world.builder import build
    from tradewind.world.checks import Check, check
    from tradewind.world.world import World

_HOMES = {
    "Check": "tradewind.world.checks",
    "World": "tradewind.world.world",
    "build": "tradewind.world.builder",
    "check": "tradewind.world.checks",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tradewind.world' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


__all__ = ["Check", "World", "build", "check"]
