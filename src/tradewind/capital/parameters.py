"""The parameters of the capital block, their ranges, and draws from them.

Source: ``tables/parameters.yaml``, where each has unit, source, date and range.

>>> central({"life_compute": 3.0})["life_compute"]
3.0
"""

from __future__ import annotations

from tradewind.scenario.assumptions import Assumptions

ASSUMPTIONS = Assumptions("tradewind.capital")
registry, central, draws = ASSUMPTIONS.registry, ASSUMPTIONS.central, ASSUMPTIONS.draws
