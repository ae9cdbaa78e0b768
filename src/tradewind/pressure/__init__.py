"""Composite indicators whose ranks come with the interval that every choice of method leaves."""

from tradewind.pressure.block import history, index
from tradewind.pressure.reading import read_table, shipped, specification
from tradewind.pressure.spec import Specification

__all__ = ["Specification", "history", "index", "read_table", "shipped", "specification"]
