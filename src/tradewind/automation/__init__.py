"""Effective compute to tasks automated, productivity, factor shares and power."""

from tradewind.automation.block import READS, READS_IF_GIVEN, WRITES, solve
from tradewind.automation.factors import composite_quantity, factor_prices
from tradewind.automation.labour import FACTORS, factor_share, labour_cost, workers
from tradewind.automation.parameters import central, draws
from tradewind.automation.sector_exposure import exposure
from tradewind.automation.shapes import SHAPES, Shape

__all__ = [
    "FACTORS",
    "READS",
    "READS_IF_GIVEN",
    "SHAPES",
    "WRITES",
    "Shape",
    "central",
    "composite_quantity",
    "draws",
    "exposure",
    "factor_prices",
    "factor_share",
    "labour_cost",
    "solve",
    "workers",
]
