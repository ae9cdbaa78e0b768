"""China's car and battery makers, fitted to China's exports only; Europe's cluster predicted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tradewind.claims.trade_parts import (
    Assumed,
    TradeWorld,
    by_sector,
    change,
    reach,
    volume,
)
from tradewind.trade import Baseline, Equilibrium, Shock
from tradewind.trade.arrays import Array, Table

COST = 0.25


@dataclass(frozen=True, eq=False)
class Shared:
    """The world of 2024 and the places that are watched."""

    trade: TradeWorld
    china: Array
    europe: Array
    fitted: Array
    cluster: Array
    placebo: Array


def prepare() -> Shared:
    """Open the world of 2024."""
    trade = TradeWorld.at(2024)
    return Shared(
        trade,
        china=trade.places("economies", "CHN"),
        europe=trade.places("economies", "EU27"),
        # The order of the table: C27 before C29, C13-C15 before C31_C32.
        fitted=trade.places("sectors", "C27", "C29"),
        cluster=trade.places("sectors", "C25", "C28,C33", "C29"),
        placebo=trade.places("sectors", "C13-C15", "C31_C32"),
    )


def measure(shared: Shared, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Take both metrics; with ``null`` the same gains are in textiles and furniture."""
    baseline, assumed, gain = fit(shared, values)
    sectors = shared.placebo if null else shared.fitted
    found = after(shared, baseline, assumed, sectors, gain)
    return {
        "europe_output": change(volume(found, shared.europe, shared.fitted[1:])),
        "cluster_output": change(volume(found, shared.europe, shared.cluster)),
    }


def fit(shared: Shared, values: Mapping[str, float]) -> tuple[Baseline, Assumed, Array]:
    """Find the log gains of China's C27 and C29 at which its export shares are those given."""
    assumed = Assumed(
        shared.trade.elasticity * values["trade_elasticity_scale"],
        sigma_inputs=values["sigma_inputs"],
        sigma_final=values["sigma_final"],
    )
    baseline = shared.trade.baseline.with_elasticity(assumed.elasticity)

    def observe(gain: Array) -> Array:
        found = after(shared, baseline, assumed, shared.fitted, gain)
        return np.log(export_share(found.solution.table, shared.china[0], shared.fitted))

    goal = np.array([values["electrical_export_share"], values["vehicle_export_share"]])
    slope = assumed.elasticity.values[shared.fitted]
    return baseline, assumed, reach(observe, np.log(goal), slope)


def after(
    shared: Shared, baseline: Baseline, assumed: Assumed, sectors: Array, gain: Array
) -> Equilibrium:
    """The world with log gains of productivity in two of China's sectors."""
    size = np.exp(gain)[None, :]
    shock = Shock(productivity_hat=by_sector(shared.trade, shared.china, sectors, size))
    return assumed.solve(baseline, shock)


def export_share(table: Table, exporter: int, sectors: Array) -> Array:
    """An economy's share of the world's exports by sector [1]."""
    flow = table.flow[:, :, sectors]
    abroad = ~np.eye(flow.shape[0], dtype=bool)[:, :, None]
    exports: Array = (flow * abroad).sum(axis=0)
    return np.asarray(exports[exporter] / exports.sum(axis=0))


def figure(shared: Shared, values: Mapping[str, float]) -> dict[str, Any]:
    """Output of motor vehicles by economy: the ten largest makers but China."""
    baseline, assumed, gain = fit(shared, values)
    found = after(shared, baseline, assumed, shared.fitted, gain)
    sector = shared.fitted[1:]
    size = baseline.table.output[:, sector[0]].copy()
    size[shared.china] = 0.0
    makers = np.argsort(-size)[:12]
    return {
        "kind": "bars",
        "title": {
            "en": "Output of motor vehicles with China's gain",
            "zh": "中国生产率提升后的汽车产量",
        },
        "x": {
            "label": {"en": "economy", "zh": "经济体"},
            "unit": "",
            "values": [shared.trade.named(baseline.economies[n]) for n in makers],
        },
        "series": [
            {
                "label": {"en": "change of output", "zh": "产量变化"},
                "values": [change(volume(found, np.array([n]), sector)) for n in makers],
            }
        ],
        "unit": "%",
        "note": {
            "en": (
                f"Fitted gains: {100 * np.expm1(gain[1]):.1f} % in vehicles, "
                f"{100 * np.expm1(gain[0]):.1f} % in electrical equipment. The twelve largest "
                "makers but China."
            ),
            "zh": (
                f"拟合的提升：汽车 {100 * np.expm1(gain[1]):.1f}%，电气设备 "
                f"{100 * np.expm1(gain[0]):.1f}%。中国以外十二个最大生产国。"
            ),
        },
        "source": "WIOD 2016 rolled to 2024; ITC Trade Map, HS 87, 2024",
    }
