"""The loss of the largest high-technology supplier against national strength."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tradewind.claims.trade_parts import (
    TradeWorld,
    at_horizon,
    deals,
    rank_correlation,
    ranks,
    sampled,
)
from tradewind.pressure import index
from tradewind.trade.arrays import Array, Options
from tradewind.trade.decomposition import consumption
from tradewind.trade.severance import Severance
from tradewind.world.indicators import load

COST = 0.75
YEAR = 2024
INDICES = ("strength-per-head", "technology-per-head", "strength", "technology")


@dataclass(frozen=True, eq=False)
class Shared:
    """The world, the sectors that are cut, and the scores of the economies that have one."""

    trade: TradeWorld
    sectors: Array
    economies: Array
    scores: Array


def prepare() -> Shared:
    """Open the world and compute the scores: (index, economy), in standard deviations."""
    trade = TradeWorld.at(2014)
    table = load().values
    found = [index(table, name, year=YEAR, draws=0, base=0)["score"] for name in INDICES]
    codes = [
        code
        for code in trade.world.economies
        if all(code in score["economy"].values for score in found)
    ]
    scores = np.array([score.sel(economy=codes).values for score in found])
    places = np.array([trade.world.economies.index(code) for code in codes])
    return Shared(
        trade,
        trade.places("sectors", "high-technology"),
        places,
        (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True),
    )


def measure(shared: Shared, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Correlate losses with scores; with ``null`` scores are dealt out at random."""
    score = mixed_score(shared, values)
    chosen = sampled(len(score), values)
    orders = deals(len(score)) if null else [np.arange(len(score))]
    score, loss = score[chosen], losses(shared, values)[chosen]
    size = ranks(consumption(shared.trade.baseline.table)[shared.economies][chosen])
    whole = [rank_correlation(loss, score[order]) for order in orders]
    held = [partial(ranks(loss), ranks(score[order]), size) for order in orders]
    return {
        "rank_correlation": float(np.mean(whole)),
        "partial_correlation": float(np.mean(held)),
    }


def mixed_score(shared: Shared, values: Mapping[str, float]) -> Array:
    """Strength and technology, per head and by size, together [standard deviations]."""
    technology, size = values["technology_weight"], values["size_weight"]
    weights = np.outer([1.0 - size, size], [1.0 - technology, technology]).ravel()
    return np.asarray(weights @ shared.scores)


def losses(shared: Shared, values: Mapping[str, float]) -> Array:
    """Loss of real income of each economy [%] without its largest high-technology supplier."""
    scaled = shared.trade.elasticity * values["trade_elasticity_scale"]
    assumed = at_horizon(scaled, values)
    baseline = shared.trade.baseline.with_elasticity(assumed.elasticity)
    engine = Severance(
        baseline.table, Options(**assumed.options(), tolerance=1e-8), baseline.labels
    )
    found = []
    for n in shared.economies:
        supplier = largest_supplier(shared, n)
        flow = baseline.table.flow[n, supplier, shared.sectors]
        traded = shared.sectors[flow > 0.0]
        links = (np.full(traded.size, n), np.full(traded.size, supplier), traded)
        found.append(100.0 * (1.0 - engine.cut(links).real_income_hat[n]))
    return np.array(found)


def largest_supplier(shared: Shared, economy: int) -> int:
    """Place of the foreign economy that sells it most high technology."""
    bought = shared.trade.baseline.table.flow[economy][:, shared.sectors].sum(axis=1)
    bought[economy] = 0.0
    return int(np.argmax(bought))


def partial(one: Array, other: Array, held: Array) -> float:
    """Correlation of what is left of two once a third is held fixed [1]."""
    design = np.stack([np.ones_like(held), held], axis=1)
    left = [x - design @ np.linalg.lstsq(design, x, rcond=None)[0] for x in (one, other)]
    return float(np.corrcoef(left[0], left[1])[0, 1])


def figure(shared: Shared, values: Mapping[str, float]) -> dict[str, Any]:
    """Loss against score, one point an economy."""
    codes = [shared.trade.world.economies[n] for n in shared.economies]
    return {
        "kind": "scatter",
        "title": {
            "en": "Loss of the largest high-technology supplier, by strength",
            "zh": "失去最大高技术供应者的损失与实力",
        },
        "x": {
            "label": {"en": "score", "zh": "得分"},
            "unit": "standard deviations",
            "values": mixed_score(shared, values).tolist(),
            "names": [shared.trade.named(code) for code in codes],
        },
        "series": [
            {
                "label": {"en": "loss of real income", "zh": "实际收入损失"},
                "values": losses(shared, values).tolist(),
            }
        ],
        "unit": "%",
        "note": {
            "en": "The claim asks for losses that fall with the score.",
            "zh": "声明要求损失随得分上升而下降。",
        },
        "source": "WIOD 2016, year 2014; indicators of 2024",
    }
