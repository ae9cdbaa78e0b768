"""A toy that speaks against its claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

COST = 0.001


def prepare() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return np.linspace(0.1, 0.9, 24), rng.standard_normal(24)


def growth(shared: tuple[np.ndarray, np.ndarray], values: Mapping[str, float]) -> np.ndarray:
    level, shock = shared
    return np.asarray(0.01 + values["divergence"] * level + 0.2 * values["noise"] * shock)


def measure(
    shared: tuple[np.ndarray, np.ndarray], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    level, _ = shared
    grown = growth(shared, values)
    x = np.random.default_rng(4).permutation(level) if null else level
    return {"slope": float(np.polyfit(x, grown, 1)[0])}


def figure(shared: tuple[np.ndarray, np.ndarray], values: Mapping[str, float]) -> dict[str, Any]:
    level, _ = shared
    return {
        "kind": "scatter",
        "title": {"en": "Growth over level", "zh": "增长与水平"},
        "unit": "%/year",
        "x": {"label": {"en": "level", "zh": "水平"}, "unit": "1", "values": level},
        "series": [
            {
                "label": {"en": "economies", "zh": "经济体"},
                "values": 100 * growth(shared, values),
            }
        ],
        "note": {"en": "At central parameters.", "zh": "采用中值参数。"},
        "source": "Made up for a test, 2026",
    }
