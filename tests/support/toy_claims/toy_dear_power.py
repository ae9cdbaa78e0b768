"""A toy of three lines of algebra that can go either way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

COST = 0.001


def prepare() -> dict[str, float]:
    return {"dearer": 0.5}


def measure(
    shared: Mapping[str, float], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    relative = 0.0 if null else shared["dearer"]
    cost = values["power_share"] * relative
    return {
        "output_change": 100.0 * ((1.0 + cost) ** -values["trade_elasticity"] - 1.0),
        "compute_moved": 100.0 * (1.0 - (1.0 + relative) ** -values["trade_elasticity"]),
    }


def figure(shared: Mapping[str, float], values: Mapping[str, float]) -> dict[str, Any]:
    dearer = np.linspace(0.0, 1.0, 11)
    elasticity = values["trade_elasticity"]
    output = 100.0 * ((1.0 + values["power_share"] * dearer) ** -elasticity - 1.0)
    moved = -100.0 * (1.0 - (1.0 + 0.2 * dearer) ** -elasticity)
    return {
        "kind": "lines",
        "title": {"en": "Output by price of power", "zh": "产出与电价"},
        "unit": "%",
        "x": {
            "label": {"en": "power dearer by", "zh": "电价涨幅"},
            "unit": "%",
            "values": 100 * dearer,
        },
        "series": [
            {"label": {"en": "smelters", "zh": "冶炼"}, "values": output},
            {"label": {"en": "compute", "zh": "算力"}, "values": moved},
        ],
        "note": {"en": "At central parameters.", "zh": "采用中值参数。"},
        "source": "Made up for a test, 2026",
    }
