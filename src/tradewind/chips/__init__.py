"""The accelerator market: supply, demand, allocation, substitution and leakage, 2022 to 2035."""

from tradewind.chips.block import open_policy, solve_chips
from tradewind.chips.calendar import Calendar
from tradewind.chips.market import labels
from tradewind.chips.parameters import central

__all__ = ["Calendar", "central", "labels", "open_policy", "solve_chips"]
