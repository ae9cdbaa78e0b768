"""Adoption: which technology stack each economy chooses, by two measures kept apart."""

from tradewind.adoption.base import inputs, population, start
from tradewind.adoption.block import READS, WRITES, solve
from tradewind.adoption.calibration import MEASURES, Calibration, calibrated
from tradewind.adoption.market import CHINESE, RULES, STACKS, models, price_ratio, price_ratios
from tradewind.adoption.parameters import central, draws, registry

__all__ = [
    "CHINESE",
    "MEASURES",
    "READS",
    "RULES",
    "STACKS",
    "WRITES",
    "Calibration",
    "calibrated",
    "central",
    "draws",
    "inputs",
    "models",
    "population",
    "price_ratio",
    "price_ratios",
    "registry",
    "solve",
    "start",
]
