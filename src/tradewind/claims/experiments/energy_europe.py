"""Russian energy stops flowing to the EU: industry, prices, and who loses most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tradewind.claims.trade_parts import (
    TradeWorld,
    at_horizon,
    change,
    link,
    reach,
    real_income_change,
    volume,
)
from tradewind.scenario.energy import restriction_cost_hat
from tradewind.trade import Baseline, Equilibrium, Shock, solve
from tradewind.trade.arrays import Array

COST = 0.45


@dataclass(frozen=True, eq=False)
class Shared:
    """The world and the places that are watched."""

    trade: TradeWorld
    members: Array
    others: Array
    russia: Array
    industry: Array
    energy: Array
    placebo: Array


def prepare() -> Shared:
    """Open the world."""
    trade = TradeWorld.at(2014)
    return Shared(
        trade,
        members=trade.places("economies", "EU27"),
        others=trade.places("economies", "all", "-EU27", "-RUS"),
        russia=trade.places("economies", "RUS"),
        industry=trade.places("sectors", "energy-intensive"),
        energy=trade.places("sectors", "B", "D35"),
        placebo=trade.places("sectors", "goods", "-B", "-C19"),
    )


def measure(shared: Shared, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Take the three metrics; with ``null`` Russia's other goods stop, not its energy."""
    found = cut(shared, values, shared.placebo if null else shared.energy)
    rivals = max(-real_income_change(found, np.array([n])) for n in shared.others)
    return {
        "output_change": change(volume(found, shared.members, shared.industry)),
        "welfare_margin": -real_income_change(found, shared.members) - rivals,
        "price_rise": price_rise(shared, found),
    }


def cut(shared: Shared, values: Mapping[str, float], sectors: Array) -> Equilibrium:
    """The world without the share drawn of Russia's sales of some goods to the EU."""
    trade = shared.trade
    scaled = trade.elasticity * values["trade_elasticity_scale"]
    assumed = at_horizon(scaled, values)
    dependent = with_russian_share(
        shared, trade.baseline.with_elasticity(scaled), values["russia_share_factor"]
    )
    baseline = dependent.with_elasticity(assumed.elasticity)
    where = np.ix_(shared.members, shared.russia, sectors)
    share = baseline.table.share[where][:, 0, :]
    cost = restriction_cost_hat(
        share, values["loss_percent"] / 100.0, assumed.elasticity.values[sectors]
    )
    iceberg = link(trade, shared.members, shared.russia, sectors, cost[:, None, :])
    return assumed.solve(baseline, Shock(iceberg_hat=iceberg))


def with_russian_share(shared: Shared, baseline: Baseline, factor: float) -> Baseline:
    """Raise Russia's share in the EU's purchases of B by a common, smaller cost of these links.

    Labour moves and inputs are Cobb-Douglas: the new world is one that had time.
    """
    mining = shared.energy[:1]

    def with_cost(push: Array) -> Equilibrium:
        size = np.full((len(shared.members), 1, 1), np.exp(push[0]))
        iceberg = link(shared.trade, shared.members, shared.russia, mining, size)
        return solve(baseline, Shock(iceberg_hat=iceberg), tolerance=1e-12)

    def observe(push: Array) -> Array:
        return np.array([np.log(russian_share(shared, with_cost(push).solution.table))])

    now = russian_share(shared, baseline.table)
    theta = baseline.table.elasticity[mining[0]]
    slope = np.array([-theta * (1.0 - now)])
    push = reach(observe, np.log([factor * now]), slope)
    return baseline.rebased(with_cost(push))


def russian_share(shared: Shared, table: Any) -> float:
    """Russia's share in what the EU spends on B [1]."""
    mining, russia = shared.energy[0], shared.russia[0]
    spent = table.expenditure[shared.members, mining]
    return float((table.share[shared.members, russia, mining] * spent).sum() / spent.sum())


def price_rise(shared: Shared, found: Equilibrium) -> float:
    """Rise of the price of B and D35 in the EU [%], baseline purchases as weights."""
    where = np.ix_(shared.members, shared.energy)
    spent = found.baseline.table.expenditure[where]
    return float(100.0 * ((found.solution.price_hat[where] * spent).sum() / spent.sum() - 1.0))


def figure(shared: Shared, values: Mapping[str, float]) -> dict[str, Any]:
    """Change of real income: the EU and all others, Russia with them."""
    found = cut(shared, values, shared.energy)
    shown = [({"en": "EU27", "zh": "欧盟27国"}, real_income_change(found, shared.members))]
    for n in [*shared.others, *shared.russia]:
        name = shared.trade.named(shared.trade.world.economies[n])
        shown.append((name, real_income_change(found, np.array([n]))))
    shown = sorted(shown, key=lambda one: one[1])
    return {
        "kind": "bars",
        "title": {
            "en": "Real income after the cut of Russian energy to the EU",
            "zh": "俄罗斯对欧盟能源断供后的实际收入",
        },
        "x": {
            "label": {"en": "economy", "zh": "经济体"},
            "unit": "",
            "values": [name for name, _ in shown],
        },
        "series": [
            {
                "label": {"en": "change of real income", "zh": "实际收入变化"},
                "values": [size for _, size in shown],
            }
        ],
        "unit": "%",
        "note": {
            "en": "Russia is shown and not ranked: the claim is about those who bought.",
            "zh": "列出俄罗斯但不参与排名：声明针对买方。",
        },
        "source": "WIOD 2016, year 2014, Russia's share in the EU's purchases raised",
    }
