"""Does China's wide use of AI feed back to better infrastructure?

The chip market under the rules as enacted, with China's demand for running models (decoding) and
with that demand cut to a part from 2026 on. With Q all that China has made, with and without,

    cost = (Q_with / Q_without)^(-b (1 - t)) - 1,

b Wright's exponent and t the part of the fall in cost that comes with time and would come anyway.

Source: Wright (1936); Nagy et al. (2013, PLoS ONE 8) on why t is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tradewind.chips import path
from tradewind.chips.demand import WORKLOADS
from tradewind.chips.equations import learned_cost
from tradewind.chips.programme import Floats
from tradewind.claims.experiments.chip_markets import ENACTED, ChipMarkets, chip_values

COST = 0.12
FIRST_YEAR, LAST_YEAR = 2026, 2035
LEAST = 1e-4
"""Part of demand that is always left: a market of nothing has no price."""


def prepare() -> ChipMarkets:
    """Ask the rules as enacted."""
    return ChipMarkets.of({}, LAST_YEAR)


def measure(
    shared: ChipMarkets, values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Compare cost and output of China's own chips with and without its applications."""
    made = runs(shared, values)
    exponent = feedback(values, null=null)
    total = [each.sum() for each in made]
    cost = learned_cost(1.0, total[0], total[1], exponent)
    late = shared.since(FIRST_YEAR)
    return {
        "cost_change": 100.0 * (float(cost) - 1.0),
        "output_change": 100.0 * float(made[0][late].sum() / made[1][late].sum() - 1.0),
    }


def runs(shared: ChipMarkets, values: Mapping[str, float]) -> tuple[Floats, Floats]:
    """Compute that China makes with and without its applications: (year,) [H100e] each."""
    own = chip_values(values)
    market = shared.market(own)
    cut = without_applications(shared, market, values["application_kept"])
    return (
        shared.made_at_home(shared.solve(ENACTED, own, market), own),
        shared.made_at_home(shared.solve(ENACTED, own, cut), own),
    )


def without_applications(shared: ChipMarkets, market: path.Market, kept: float) -> path.Market:
    """Return the market in which China asks for a part of its decoding from 2026 on."""
    demand = market.demand.copy()
    late = np.array([start.year >= FIRST_YEAR for start in shared.calendar.starts])
    demand[late, market.home, WORKLOADS.index("decoding")] *= max(kept, LEAST)
    return market._replace(demand=demand)


def feedback(values: Mapping[str, float], *, null: bool) -> float:
    """Exponent of cost in output: Wright's, less the part that comes with time alone."""
    return 0.0 if null else values["learning_exponent"] * (1.0 - values["time_share"])


def figure(shared: ChipMarkets, values: Mapping[str, float]) -> dict[str, Any]:
    """Cost of China's own compute with and without applications, over that of 2025."""
    since = shared.since(FIRST_YEAR - 1)
    made = [np.cumsum(each)[since] for each in runs(shared, values)]
    exponent = feedback(values, null=False)
    with_use, without = (each / made[1][0] for each in made)
    trend = without ** -(values["learning_exponent"] - exponent)
    lines = [
        {
            "label": {"en": "with applications", "zh": "有应用市场"},
            "values": (trend * with_use**-exponent).tolist(),
        },
        {
            "label": {"en": "without", "zh": "无应用市场"},
            "values": (trend * without**-exponent).tolist(),
        },
    ]
    plain = {"label": {"en": "the part of time", "zh": "时间带来的部分"}, "values": trend.tolist()}
    return {
        "kind": "lines",
        "title": {"en": "Cost of China's own compute", "zh": "中国自产算力成本"},
        "x": {
            "label": {"en": "year", "zh": "年份"},
            "unit": "",
            "values": list(shared.calendar.years[since]),
        },
        "series": [*lines, plain],
        "unit": "2025 = 1",
        "note": {
            "en": "The trend over time is that of the run without applications.",
            "zh": "时间趋势取自无应用市场的运行。",
        },
        "source": "tradewind.chips",
    }
