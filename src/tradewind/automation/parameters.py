"""The parameters of automation, their ranges, and draws from them.

Source: ``tables/parameters.yaml``, where each has unit, source, date and range.

>>> central({"exposure_slope": 0.0})["exposure_slope"]
0.0
"""

from __future__ import annotations

from tradewind.scenario.assumptions import Assumptions

ASSUMPTIONS = Assumptions("tradewind.automation")
registry, central, draws = ASSUMPTIONS.registry, ASSUMPTIONS.central, ASSUMPTIONS.draws
