"""The parameters of the chip market, their ranges, and draws from them.

Source: ``tables/parameters.yaml``, where each has unit, source, date and range.

>>> central({"retirement": 0.2})["retirement"]
0.2
"""

from __future__ import annotations

from collections.abc import Mapping

from tradewind.scenario.assumptions import Assumptions

Values = Mapping[str, float]
"""A number for every parameter."""
ASSUMPTIONS = Assumptions("tradewind.chips", "see `tradewind chips parameters`")
registry, central, draws = ASSUMPTIONS.registry, ASSUMPTIONS.central, ASSUMPTIONS.draws
