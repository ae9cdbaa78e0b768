"""Does manufacturing move to where compute stands?

The coupled run with automation on and off; over economies e,

    ρ = Spearman(compute_e / value added_e in 2024, Δs_e(on) − Δs_e(off)),

s the share in the world's output of goods, in quantities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from scipy.stats import spearmanr

from tradewind.coupling.run import SHAPES
from tradewind.coupling.setting import Setting
from tradewind.coupling.years import walk
from tradewind.scenario import Scenario
from tradewind.trade import Baseline

COST = 6.0
UNTIL = 2030
GOODS = ("A", "B", "C")
"""First letters of sectors that make goods; manufacturing is C."""
FOLLOWS = 0.3
SEED = 7
"""Of the permutation of the null run."""


def prepare() -> Setting:
    """Prepare the coupled run under the policies of the baseline."""
    return Setting.of(Scenario.from_yaml("baseline"))


def measure(
    shared: Setting, values: Mapping[str, float], *, null: bool = False
) -> dict[str, float]:
    """Correlate compute density and the move of manufacturing over economies."""
    moved, output = moves(shared, values, permuted=null)
    sectors = shared.coords["sector"]
    made = [j for j, code in enumerate(sectors) if code[0] in GOODS]
    density = compute_density(shared)
    whole = [j for j, code in enumerate(sectors) if code[0] == "C"]
    weight = output[whole]
    total = (moved[:, whole] * weight).sum(axis=1) / weight.sum()
    each = [float(spearmanr(density, moved[:, j]).statistic) for j in made if output[j] > 0.0]
    return {
        "rank_correlation": float(spearmanr(density, total).statistic),
        "sectors_following": 100.0 * float(np.mean([r >= FOLLOWS for r in each])),
    }


def compute_density(shared: Setting) -> np.ndarray:
    """Compute owned per value added in the base year: (economy,) [H100e / USD million / year]."""
    stock = shared.owner_of @ shared.chip_base["stock"].to_numpy().sum(axis=0)
    return np.asarray(stock / shared.baseline.table.value_added)


def moves(
    shared: Setting, values: Mapping[str, float], *, permuted: bool
) -> tuple[np.ndarray, np.ndarray]:
    """What automation does to shares of world output by 2030.

    Returns
    -------
    moved : (economy, sector) [1]
    output : (sector,) [USD million / year]
        The world's, in the base year.
    """
    shares = [
        last_share(own_setting(shared, values, automation=on, permuted=permuted))
        for on in (True, False)
    ]
    return shares[0] - shares[1], shared.baseline.table.output.sum(axis=0)


def last_share(setting: Setting) -> np.ndarray:
    """Shares in the world's output of each sector in the last year: (economy, sector)."""
    final: xr.DataArray | None = None
    for _, values in walk(setting, UNTIL, without=("adoption", "pressure")):
        final = values["output_share"]
    assert final is not None
    return final.to_numpy()


def own_setting(
    shared: Setting, values: Mapping[str, float], *, automation: bool, permuted: bool
) -> Setting:
    """Return the setting of one member."""
    section = {
        "last": UNTIL,
        "shape": SHAPES[int(values["shape"])],
        "switches": {"automation": automation},
        "parameters": {name: values[name] for name in ("service_trade", "algorithmic_growth")},
        "automation_parameters": {
            name: values[name] for name in ("agi_training", "exposure_slope")
        },
    }
    scenario = Scenario.from_dict({**Scenario.from_yaml("baseline").to_dict(), "years": section})
    own = shared.changed(scenario)
    data = own.baseline.data
    scaled = data["trade_elasticity"] * values["elasticity_scale"]
    own = replace(own, baseline=Baseline(data.assign(trade_elasticity=scaled)))
    own.__dict__["planner"] = shared.planner
    if permuted:
        order = np.random.default_rng(SEED).permutation(len(own.coords["economy"]))
        own.__dict__["owner_of"] = shared.owner_of[order]
    return own


def figure(shared: Setting, values: Mapping[str, float]) -> dict[str, Any]:
    """Density and move by economy."""
    moved, output = moves(shared, values, permuted=False)
    whole = [j for j, code in enumerate(shared.coords["sector"]) if code[0] == "C"]
    total = (moved[:, whole] * output[whole]).sum(axis=1) / output[whole].sum()
    return {
        "kind": "scatter",
        "title": {
            "en": "Compute density and the move of manufacturing to 2030",
            "zh": "算力密度与到 2030 年制造业的移动",
        },
        "x": {
            "label": {"en": "compute owned per value added, 2024", "zh": "2024 年单位增加值算力"},
            "unit": "H100e / USD billion",
            "values": (1e3 * compute_density(shared)).tolist(),
        },
        "series": [
            {
                "label": {"en": "economies", "zh": "经济体"},
                "values": (100.0 * total).tolist(),
            }
        ],
        "unit": "points of world output",
        "note": {
            "en": "Difference between automation on and off, in quantities.",
            "zh": "开启与关闭自动化之差，按数量计。",
        },
        "source": "Tradewind coupled run; base 2024 (table of 2014, rolled)",
    }
