"""Chinese open models' share of use, and their price: published points read side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tradewind.claims.experiments.tables import bilingual

COST = 0.0005
AT = 2025.96
"""Models that were released in the year before are compared: to the middle of December 2025."""
SET = (0.25, 0.75)
"""Quantiles of a set's prices between which its parameter moves."""
SEED = 5
OPEN, AMERICAN = ("chinese_open",), ("us_closed",)


def prepare() -> dict[str, Any]:
    """Read the published points and the models on sale at the end of 2025."""
    from tradewind.adoption.market import PACKAGE, on_sale
    from tradewind.scenario.door import read_rows

    points = read_rows("points.csv", PACKAGE).set_index("point")["value"].astype(float)
    sets = {name: on_sale(group, AT) for name, group in (("cn", OPEN), ("us", AMERICAN))}
    prices = {name: table[["input", "output"]].to_numpy(float) for name, table in sets.items()}
    both = np.random.default_rng(SEED).permutation(np.concatenate([prices["cn"], prices["us"]]))
    count = len(prices["cn"])
    return {"points": points, "prices": prices, "dealt": {"cn": both[:count], "us": both[count:]}}


def measure(
    shared: Mapping[str, Any], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Read both shares and the ratio of list prices."""
    points = shared["points"]
    tokens = _between(points, "tokens_mean", "tokens_peak", values["window"])
    visits = _between(points, "visits_summer", "visits_spring", values["visit_window"])
    if null:
        tokens, visits = points["tokens_start"], points["visits_start"]
    return {
        "token_share": 100.0 * float(tokens),
        "visit_share": 100.0 * float(visits),
        "price_ratio": price_ratio(shared["dealt" if null else "prices"], values),
    }


def _between(points: pd.Series[float], low: str, high: str, place: float) -> float:
    return float(points[low] + place * (points[high] - points[low]))


def price_ratio(prices: Mapping[str, Any], values: Mapping[str, float]) -> float:
    """Ratio of a quantile of each set's prices of a token, output and input mixed."""

    def price(name: str, place: float) -> float:
        mixed = prices[name] @ np.array([1.0 - values["output_share"], values["output_share"]])
        return float(np.quantile(mixed, SET[0] + place * (SET[1] - SET[0])))

    return price("cn", values["chinese_set"]) / price("us", values["american_set"])


def figure(shared: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """Show the two shares as they were published."""
    points = shared["points"]
    rows = (
        ("tokens_start", "tokens, November 2024", "词元,2024 年 11 月"),
        ("tokens_mean", "tokens, mean to November 2025", "词元,至 2025 年 11 月均值"),
        ("tokens_peak", "tokens, peak weeks of 2025", "词元,2025 年峰值周"),
        ("visits_start", "visits, 2024", "访问,2024 年"),
        ("visits_spring", "visits, February 2025", "访问,2025 年 2 月"),
        ("visits_summer", "visits, August 2025", "访问,2025 年 8 月"),
    )
    ratios = [
        price_ratio(shared["prices"], {**values, "chinese_set": one, "american_set": other})
        for one, other in ((0.0, 1.0), (0.5, 0.5), (1.0, 0.0))
    ]
    low, middle, high = ratios
    return {
        "kind": "bars",
        "title": {"en": "Chinese models' share of use", "zh": "中国模型的使用占比"},
        "unit": "%",
        "x": {
            "label": {"en": "measure", "zh": "口径"},
            "unit": "",
            "values": bilingual([row[1] for row in rows], [row[2] for row in rows]),
        },
        "series": [
            {
                "label": {"en": "share", "zh": "占比"},
                "values": [100.0 * float(points[row[0]]) for row in rows],
            }
        ],
        "note": {
            "en": f"Ratio of list prices {middle:.2f}, from {low:.2f} to {high:.2f} by the models "
            "that are compared.",
            "zh": f"目录价之比 {middle:.2f},随所比模型在 {low:.2f} 至 {high:.2f} 之间。",
        },
        "source": "OpenRouter (2025), RAND (2026), simonw/llm-prices",
    }
