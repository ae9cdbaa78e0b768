"""Step 6: which technology stack each economy takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tradewind import adoption
from tradewind.coupling.contract import Moment

FIRST_YEAR = 2025
"""First year that the adoption block can let pass; before it, shares stay."""


def adopt_stacks(moment: Moment) -> Mapping[str, Any]:
    """Ask the adoption block; with adoption off, shares stay as in the base year.

    Prices and qualities are the block's own for the year, but that Chinese models draw nearer to
    the frontier as compute in China grows over that in the United States.
    """
    setting = moment.setting
    values = adoption.central(setting.years.adoption_parameters)
    learning = setting.years.switches.learning
    asked = adoption.inputs(
        max(moment.year if learning else setting.base_year, FIRST_YEAR),
        values,
        share=moment.last["stack_share"].assign_attrs(units="1"),
    ).sel(economy=setting.coords["economy"])
    nearer = quality_gained(moment, values["frontier_growth"])
    asked["quality"] = asked["quality"].copy(data=asked["quality"].to_numpy() + nearer)
    barred = np.maximum(asked["restriction"].to_numpy(), moment.now.array("stack_restriction"))
    asked["restriction"] = asked["restriction"].copy(data=barred)
    still = moment.base is None or moment.year < FIRST_YEAR
    found = adoption.solve(
        asked, values=values, frozen=still or not setting.years.switches.adoption
    )
    return {
        "stack_share": found["share_new"],
        "chinese_share": found["chinese_share"],
        "world_stack_share": found["world_share"],
        "model_quality": asked["quality"],
    }


def quality_gained(moment: Moment, growth: float) -> np.ndarray:
    """Points that Chinese stacks gain by a shorter lag: (stack,) [ECI points].

    g · ℓ (1 − ρ^(−η)), with ρ compute in China over that in the United States, against the base
    year.
    """
    setting = moment.setting
    gained = np.zeros(len(setting.coords["stack"]))
    if moment.base is None:
        return gained
    usa, china = (setting.index("economy", code) for code in ("USA", "CHN"))
    now, then = (v.array("compute_stock") for v in (moment.now, moment.base))
    ratio = (now[china] / now[usa]) / (then[china] / then[usa])
    values = setting.values
    shorter = values["chinese_lag"] * (1.0 - ratio ** -values["quality_response"])
    gained[np.isin(setting.coords["stack"], adoption.CHINESE)] = growth * shorter
    return gained
