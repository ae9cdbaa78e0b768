"""The parameters of the adoption block, their ranges, and draws from them.

Source: ``tables/parameters.yaml``, where each has unit, source, date and range.

>>> central({"price_coefficient": 0.0})["price_coefficient"]
0.0
"""

from __future__ import annotations

from tradewind.scenario.assumptions import Assumptions

ASSUMPTIONS = Assumptions("tradewind.adoption")
registry, central, draws = ASSUMPTIONS.registry, ASSUMPTIONS.central, ASSUMPTIONS.draws
