"""Step 2: how much compute economies ask for, over what the chip market expects by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tradewind.coupling.contract import Moment

LEAST_RETURN = -0.9
"""Lowest gross return that still asks for chips, so that the ratio of returns has a sign."""


def ask_for_compute(moment: Moment) -> Mapping[str, Any]:
    """Move each economy's demand for chips with its weight in the world and what compute earns.

    factor = (share of world GDP now / in the base year) · (gross return now / then)^ψ · (part of
    chips that found power)^ι, all of last year: chips of a year are ordered before it.
    """
    if moment.base is None:
        return {"chip_demand_factor": np.ones(len(moment.setting.coords["economy"]))}
    now, then = moment.last.array("gdp"), moment.base.array("gdp")
    share = (now / now.sum()) / (then / then.sum())
    at = moment.setting.index("asset", "compute")
    earned, before = (
        1.0 + np.maximum(source.array("expected_return")[:, at], LEAST_RETURN)
        for source in (moment.last, moment.base)
    )
    values = moment.setting.values
    powered = moment.last.array("running_share") ** values["idle_response"]
    factor = share * (earned / before) ** values["demand_response"] * powered
    return {"chip_demand_factor": factor}
