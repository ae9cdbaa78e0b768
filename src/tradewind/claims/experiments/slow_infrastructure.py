"""What GPT-4's training, a chip line and an H100e-hour cost, by definition.

Definitions of training cost stand in order of amount; between two the cost is linear in its
logarithm. A line costs wafers a month times investment for one. An H100e-hour costs

    [p (a(r, L) + o) + s k a(r, B) + c k u a(r, B)] / 8760 + k u e

with p price of chips with servers [USD / H100e], a annuity, o upkeep, s building and c connection
[USD / kW], k power [kW / H100e], u PUE, e price of energy [USD / kWh], L and B lives [year].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tradewind.claims.experiments.tables import bilingual, figures

COST = 0.006
DEFINITIONS = ("written_off", "written_off_updated", "cloud", "maker", "acquisition", "upfront")
NAMES = bilingual(
    ["written off", "updated", "cloud price", "its maker", "hardware bought", "all at once"],
    ["折旧", "折旧(更新)", "云租价", "开发者所说", "购置硬件", "一次性购置"],
)
OF_ONE_RUN = 2
"""Last definition that counts the final run alone, so that trials come on top."""
STATED_USD_MILLION = 100.0
CHIP, COUNTRY, MEAN_PUE = "b200", "USA", 1.2
"""PUE: between the table's outside air (1.10 at 15 °C) and Epoch's median of sites (1.30)."""
HOURS = 8760.0
YUAN_LINE = 1e-9
"""Billions in a yuan."""


def prepare() -> dict[str, float]:
    """Read the figures, and the plan's own numbers of what does not vary."""
    from tradewind.capacity import parameters

    table = figures("infrastructure")
    shared = {name: table[name].value for name in table}
    for name in ("shell_life", "connection_cost", "chip_fixed_om"):
        shared[name] = parameters.value(name)
    shared["rate"] = parameters.discount_rate(COUNTRY)
    shared["kw"] = parameters.value(f"chips.{CHIP}.kw")
    return shared


def measure(
    shared: Mapping[str, float], values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Hold both figures against what is said of them, and split an H100e-hour's cost."""
    if null:
        values = {**values, "shell_cost": 0.0, "power_price": 0.0}
    cost = shared["gpt_3"] if null else training_cost(shared, values)
    line = values["line_capacity"] * values["line_unit_cost"]
    if null:
        line = shared["old_line"] * 1e9
    parts = stack(shared, values)
    return {
        "cost_distance": abs(float(np.log2(cost / STATED_USD_MILLION))),
        "line_cost": line * shared["yuan_per_dollar"] * YUAN_LINE,
        "site_share": 100.0 * (1.0 - parts["chips"] / sum(parts.values())),
    }


def training_cost(shared: Mapping[str, float], values: Mapping[str, float]) -> float:
    """GPT-4's training cost under a definition [USD million]."""
    place = values["definition"]
    amounts = np.log([shared[name] for name in DEFINITIONS])
    cost = float(np.exp(np.interp(place, np.arange(len(amounts)), amounts)))
    # The maker's and the hardware's figures hold trials already; between two it fades.
    trials = float(np.clip(OF_ONE_RUN + 1.0 - place, 0.0, 1.0))
    return cost * float(values["failed_runs"] ** trials)


def stack(shared: Mapping[str, float], values: Mapping[str, float]) -> dict[str, float]:
    """Cost of one H100e-hour by part [USD]."""
    from tradewind.capacity import parameters
    from tradewind.capacity.equations import annuity

    rate, kw = shared["rate"], shared["kw"]
    price = parameters.system_price(CHIP, {f"chips.{CHIP}.price": values["chip_price"]})
    yearly = float(annuity(rate, values["chip_life"])) + shared["chip_fixed_om"]
    built = float(annuity(rate, shared["shell_life"]))
    energy = kw * values["power_price"] / 1000.0
    return {
        "chips": price * yearly / HOURS,
        "building": 1000.0 * values["shell_cost"] * kw * built / HOURS,
        "connection": shared["connection_cost"] * kw * MEAN_PUE * built / HOURS,
        "power": energy,
        "cooling": energy * (MEAN_PUE - 1.0),
    }


def figure(shared: Mapping[str, float], values: Mapping[str, float]) -> dict[str, Any]:
    """Show the training cost under every definition."""
    each = [
        training_cost(shared, {**values, "definition": float(place)})
        for place in range(len(DEFINITIONS))
    ]
    parts = stack(shared, values)
    total = sum(parts.values())
    english = ", ".join(f"{name} {100 * part / total:.0f}" for name, part in parts.items())
    words = dict(zip(parts, ("芯片", "建筑", "接入", "电力", "冷却"), strict=True))
    chinese = "、".join(f"{words[name]} {100 * part / total:.0f}" for name, part in parts.items())
    return {
        "kind": "bars",
        "title": {"en": "GPT-4's training cost, by definition", "zh": "GPT-4 训练成本(按定义)"},
        "unit": "USD million",
        "x": {"label": {"en": "definition", "zh": "定义"}, "unit": "", "values": NAMES},
        "series": [{"label": {"en": "cost", "zh": "成本"}, "values": each}],
        "note": {
            "en": f"An H100e-hour costs {total:.2f} USD; of 100: {english}.",
            "zh": f"每 H100e 小时 {total:.2f} 美元,其中(%):{chinese}。",
        },
        "source": "Epoch AI (CC BY 4.0); capacity registry",
    }
