"""A toy whose verdict no parameter can turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COST = 0.001
NEWER = 36000.0


def prepare() -> None:
    return None


def measure(shared: None, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    return {"chips": values["cap"] / (NEWER if null else values["rating"])}


def figure(shared: None, values: Mapping[str, float]) -> dict[str, Any]:
    ratings = {"H100": values["rating"], "B200": NEWER, "H20": 2368.0}
    return {
        "kind": "bars",
        "title": {"en": "Chips under the cap", "zh": "上限内的芯片"},
        "unit": "1",
        "x": {
            "label": {"en": "chip", "zh": "芯片"},
            "unit": "",
            "values": list(ratings),
        },
        "series": [
            {
                "label": {"en": "chips", "zh": "芯片"},
                "values": [values["cap"] / rating for rating in ratings.values()],
            }
        ],
        "note": {"en": "At central parameters.", "zh": "采用中值参数。"},
        "source": "Made up for a test, 2026",
    }
