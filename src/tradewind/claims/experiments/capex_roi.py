"""What the AI capital of 2026 earns over its life, by path of revenue (capital, F8 to F10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

COST = 0.002
BEFORE = 2023
"""Year whose spending the null run takes."""
GROWTHS = (1.5, 2.0, 2.5, 3.0, 3.5, 4.0)


def prepare() -> dict[str, float]:
    """Take every parameter of the capital block at its value, and what was spent in 2023."""
    from tradewind.capital import central
    from tradewind.capital.record import four

    return {**central(), "spent_before": four(BEFORE)}


def measure(
    shared: Mapping[str, float], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Compare the return with the cost of capital, and revenue with what breaks even."""
    from tradewind.capital import ai_revenue, returns

    chosen = {**shared, **values}
    if null:
        chosen["spending"] = shared["spent_before"]
    found = returns(values=chosen)
    return {
        "excess_return": 100.0 * (found["return"] - chosen["ai_capital_cost"]),
        "break_even_multiple": found["break_even_revenue"] / ai_revenue(2026, chosen),
    }


def figure(shared: Mapping[str, float], values: Mapping[str, float]) -> dict[str, Any]:
    """Show the return by growth of revenue, at three lives of servers."""
    from tradewind.capital import returns

    def rates(life: float) -> list[float]:
        paths = [
            {**shared, **values, "life_compute": life, "revenue_growth": growth}
            for growth in GROWTHS
        ]
        return [100.0 * returns(values=each)["return"] for each in paths]

    series = [
        {
            "label": {"en": f"servers live {life:g} years", "zh": f"服务器寿命 {life:g} 年"},
            "values": rates(life),
        }
        for life in (3.0, 5.0, 6.0)
    ]
    cost = 100.0 * values["ai_capital_cost"]
    series.append(
        {
            "label": {"en": "cost of capital", "zh": "资金成本"},
            "values": np.full(len(GROWTHS), cost).tolist(),
        }
    )
    return {
        "kind": "lines",
        "title": {
            "en": "Return of the AI capital of 2026",
            "zh": "2026 年人工智能资本的回报率",
        },
        "unit": "% a year",
        "x": {
            "label": {"en": "growth of AI revenue in the first year", "zh": "收入第一年增长倍数"},
            "unit": "1",
            "values": list(GROWTHS),
        },
        "series": series,
        "note": {
            "en": "Growth fades to a third in the time of the central value; below the flat line "
            "the money does not come back.",
            "zh": "增速按中心值的时间降至三分之一;低于水平线即收不回。",
        },
        "source": "tradewind.capital: company guidance, Epoch AI (CC BY 4.0), Damodaran",
    }
