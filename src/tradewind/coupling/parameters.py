"""The parameters of the coupling, their ranges, and those that a scenario gives.

Source: ``tables/parameters.yaml``, where each has unit, source, date and range. Blocks keep their
own.

>>> central({"utilisation": 0.5})["utilisation"]
0.5
"""

from __future__ import annotations

from tradewind.scenario.assumptions import Assumptions

ASSUMPTIONS = Assumptions("tradewind.coupling")
registry, central = ASSUMPTIONS.registry, ASSUMPTIONS.central
