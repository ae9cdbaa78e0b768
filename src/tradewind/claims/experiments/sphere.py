"""How many of the world's people use Chinese stacks by 2035, as adoption runs on from its points.

The path by month is that of `tradewind.adoption.start`; the null run keeps the fitted tastes and
takes away what price and openness are worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

COST = 0.1
YEARS = (2025, 2027, 2029, 2031, 2033, 2035)
LAST = YEARS[-1]
HOME = "CHN"
OWN = (
    *("price_coefficient", "quality_coefficient", "imitation"),
    *("lag_chinese", "lag_trend", "visits_summer"),
)
"""Parameters of the adoption block that vary under their own names."""


def prepare() -> dict[str, Any]:
    """Take every parameter of the adoption block at its value, and people by economy."""
    from tradewind.adoption import central, population

    people = population(LAST)
    return {"values": central(), "people": people / people.sum()}


def measure(
    shared: Mapping[str, Any], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Weigh the Chinese stacks' shares of 2035 by people, with China and without."""
    people = shared["people"]
    found = chinese(shared, values, null=null)[-1]
    outside = (people["economy"] != HOME).to_numpy()
    weight = people.to_numpy()
    return {
        "share_2035": 100.0 * float(found @ weight),
        "share_outside": 100.0 * float(found[outside] @ weight[outside] / weight[outside].sum()),
    }


def chinese(
    shared: Mapping[str, Any], values: Mapping[str, float], *, null: bool = False
) -> np.ndarray:
    """Shares of both Chinese stacks, (year, economy), measures weighed."""
    from tradewind.adoption import CHINESE, MEASURES, STACKS, base, calibration

    chosen = {**shared["values"], **{name: values[name] for name in OWN}}
    chosen |= {f"inertia_{measure}": values["inertia"] for measure in MEASURES}
    codes = [str(code) for code in shared["people"]["economy"].values]
    begin, barred = base.economy_start(codes, chosen), base.restricted(codes)
    own, taste = chosen["home_bias"] * base.home(codes), calibration.taste(chosen)
    worth = {**chosen, "price_coefficient": 0.0, "openness_coefficient": 0.0} if null else chosen
    total = 0.0
    mix = {"tokens": values["measure"], "visits": 1.0 - values["measure"]}
    for place, measure in enumerate(MEASURES):
        monthly = calibration.worths(measure, f"{LAST}-12", worth)
        path = calibration.path(
            begin[place],
            taste[place] + own,
            barred,
            monthly,
            chosen[f"inertia_{measure}"],
            chosen,
        )
        # The last month of a year is so many from the end.
        ends = path[[-1 - 12 * (LAST - year) for year in YEARS]]
        total = total + mix[measure] * ends[..., np.isin(STACKS, CHINESE)].sum(axis=-1)
    return np.asarray(total)


def figure(shared: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """Show the share of the world's people by year and measure."""
    weight = shared["people"].to_numpy()
    series = [
        {
            "label": label,
            "values": (100.0 * (chinese(shared, {**values, "measure": measure}) @ weight)).tolist(),
        }
        for label, measure in (
            ({"en": "read from tokens", "zh": "按词元"}, 1.0),
            ({"en": "read from web visits", "zh": "按网页访问"}, 0.0),
        )
    ]
    return {
        "kind": "lines",
        "title": {
            "en": "Share of the world's people on Chinese stacks",
            "zh": "使用中国技术栈的世界人口占比",
        },
        "unit": "%",
        "x": {"label": {"en": "year", "zh": "年份"}, "unit": "", "values": list(YEARS)},
        "series": series,
        "note": {
            "en": "Central values; China itself is about a sixth of the world's people.",
            "zh": "取中心值;中国自身约占世界人口的六分之一。",
        },
        "source": "tradewind.adoption: OpenRouter (2025), RAND (2026); World Bank WDI",
    }
