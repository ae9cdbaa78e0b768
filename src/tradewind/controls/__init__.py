"""Export-control rules as dated data: may this item go there on that day, and under which rule?

A model of the rules, not legal advice.
"""

from tradewind.controls.block import Answers, decide_table
from tradewind.controls.decision import Decision, decide
from tradewind.controls.regime import Regime

__all__ = ["Answers", "Decision", "Regime", "decide", "decide_table"]
