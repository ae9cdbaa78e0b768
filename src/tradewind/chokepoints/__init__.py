"""Which links an economy depends on, what each costs it when it goes, and whom it costs too."""

from tradewind.chokepoints.block import find
from tradewind.chokepoints.cuts import KINDS, Cut, Kind
from tradewind.chokepoints.setting import Setting
from tradewind.chokepoints.store import Store

__all__ = ["KINDS", "Cut", "Kind", "Setting", "Store", "find"]
