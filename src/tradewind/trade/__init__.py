"""Who makes and sells what: a multi-country, multi-sector general equilibrium in hats."""

from tradewind.trade.arrays import Closure, Labour
from tradewind.trade.baseline import Baseline, balanced_dataset
from tradewind.trade.block import shock_from_policy, solve
from tradewind.trade.equilibrium import Equilibrium
from tradewind.trade.gradient import gradient
from tradewind.trade.roll import rolled_state
from tradewind.trade.shock import Shock

__all__ = [
    "Baseline",
    "Closure",
    "Equilibrium",
    "Labour",
    "Shock",
    "balanced_dataset",
    "gradient",
    "rolled_state",
    "shock_from_policy",
    "solve",
]
