"""The labelled data: economies, sectors, trade, tariffs, elasticities; with units and sources."""

from tradewind.world.build import build
from tradewind.world.checks import Check, check
from tradewind.world.world import World

__all__ = ["Check", "World", "build", "check"]
