"""Step 6: which technology stack each economy takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tradewind import adoption
from tradewind.coupling.contract import Moment
from tradewind.coupling.setting import Setting

CHINESE = ("chinese_open", "chinese_closed")
OPEN = ("us_open", "other")


def adopt_stacks(moment: Moment) -> Mapping[str, Any]:
    """Ask the adoption block; with adoption off, shares stay as in the base year.

    Models get better at one pace at the frontier; those of Chinese makers follow at a lag that
    shortens as compute in China grows over that in the United States.
    """
    setting = moment.setting
    quality = model_quality(moment)
    frozen = moment.base is None or not setting.years.switches.adoption
    found = adoption.solve(
        asked(setting, moment, quality),
        values=adoption.central(setting.years.adoption_parameters),
        frozen=frozen,
    )
    return {
        "stack_share": found["share_new"],
        "chinese_share": found["chinese_share"],
        "world_stack_share": found["world_share"],
        "model_quality": quality,
    }


def model_quality(moment: Moment) -> np.ndarray:
    """Quality of each stack's best model: (stack,) [ECI points]."""
    setting, values = moment.setting, moment.setting.values
    ahead = moment.year - setting.base_year
    lag = values["chinese_lag"]
    if moment.base is None or not setting.years.switches.learning:
        ahead = 0
    else:
        usa, china = (setting.index("economy", code) for code in ("USA", "CHN"))
        now, then = (v.array("compute_stock") for v in (moment.now, moment.base))
        ratio = (now[china] / now[usa]) / (then[china] / then[usa])
        lag = lag * ratio ** -values["quality_response"]
    lags = {"us_closed": 0.0, **dict.fromkeys(OPEN, values["open_lag"])}
    lags |= dict.fromkeys(CHINESE, lag)
    base = adoption.base_quality()
    return np.array(
        [
            base + values["quality_growth"] * (ahead - lags[stack])
            for stack in setting.coords["stack"]
        ]
    )
