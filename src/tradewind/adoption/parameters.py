"""The parameters of the adoption block, their ranges, and draws from them.

Source: ``tables/parameters.yaml``, where each has unit, source, date and range.
"""

from __future__ import annotations

from collections.abc import Mapping

from tradewind.scenario.assumptions import Assumptions
from tradewind.scenario.parameter import Parameter

ASSUMPTIONS = Assumptions("tradewind.adoption")


def registry() -> Mapping[str, Parameter]:
    """Every parameter by name, in the order of the table."""
    return ASSUMPTIONS.registry


def central(overrides: Mapping[str, float] | None = None) -> dict[str, float]:
    """Take the value of every parameter, or the one given.

    >>> central({"price_coefficient": 0.0})["price_coefficient"]
    0.0
    """
    return ASSUMPTIONS.central(overrides)


def draws(
    count: int, seed: int, overrides: Mapping[str, float] | None = None
) -> list[dict[str, float]]:
    """Draw all parameters together within their ranges: a Latin hypercube of triangles."""
    return ASSUMPTIONS.draws(count, seed, overrides)
