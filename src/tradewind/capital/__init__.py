"""Capital: where investment goes, what AI capital earns, and what was spent so far."""

from tradewind.capital.base import start
from tradewind.capital.block import ASSETS, READS, WRITES, solve
from tradewind.capital.parameters import central, draws, registry
from tradewind.capital.record import DEFINITIONS, ai_revenue, capex_gdp, history, telecom_peak
from tradewind.capital.vintage import returns, revenue_path

__all__ = [
    "ASSETS",
    "DEFINITIONS",
    "READS",
    "WRITES",
    "ai_revenue",
    "capex_gdp",
    "central",
    "draws",
    "history",
    "registry",
    "returns",
    "revenue_path",
    "solve",
    "start",
    "telecom_peak",
]
