"""How much of American vendors' market does the AI Diffusion rule close or cap?

Sales by country from 15 May 2025 to the end of 2027 in the market as enacted, at list prices; the
rules as if the Diffusion rule had been kept say who is capped or closed. With R_c sales to a
country, T_c its processing performance and Q_c its allocation,

    touched = sum R_c over capped or closed / sum R_c,
    beyond  = sum R_c max(0, 1 - Q_c / T_c) / sum R_c, all of R_c where it is closed.

What the rule takes off the vendors' revenue is measured by solving the market under it, where chips
that one may not have go to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tradewind.chips import path
from tradewind.chips.block import TPP_OF_AN_H100
from tradewind.chips.families import ABROAD, HOME, families
from tradewind.chips.history import CAPTIVE
from tradewind.chips.market import specification
from tradewind.chips.programme import Floats, Integers
from tradewind.chips.solve import solve
from tradewind.claims.experiments.chip_markets import ENACTED, ChipMarkets, chip_values
from tradewind.controls import Regime

COST = 0.17
KEPT = "kept"
FIRST_DAY, LAST_YEAR = date(2025, 5, 15), 2027
SHUFFLES, SEED = 99, 20250115
VENDORS = tuple(
    f
    for f, (name, family) in enumerate(families().items())
    if family.american and name not in CAPTIVE
)
"""Families that American vendors sell to others."""


@dataclass(frozen=True, eq=False)
class Tiers:
    """Who the rule treats how.

    Parameters
    ----------
    markets : ChipMarkets
    capped : (country,) bool
        Has an allocation.
    closed : (country,) bool
        Is sold nothing that it may buy as enacted.
    shuffles : (shuffle, country) int
        Countries in other places, the United States and China in their own.
    """

    markets: ChipMarkets
    capped: Floats
    closed: Floats
    shuffles: Integers

    @property
    def abroad(self) -> Floats:
        """1 for all countries but the United States."""
        return 1.0 - self.at(ABROAD)

    def at(self, country: str) -> Floats:
        """1 for one country."""
        return np.array([float(code == country) for code in self.markets.observed.countries])


def prepare() -> Tiers:
    """Ask the rules, as enacted and with the Diffusion rule kept, about every country."""
    change = [{"round": "us-2025-diffusion", "enforced_until": None}]
    kept = Regime.shipped().changed(change=change, name="Diffusion rule kept")
    markets = ChipMarkets.of({KEPT: kept}, LAST_YEAR)
    inside = window(markets)
    best = {
        name: policy["access"].to_numpy()[inside][:, list(VENDORS)].max(axis=(0, 1))
        for name, policy in markets.policies.items()
    }
    capped = np.isfinite(markets.policies[KEPT]["quota"].to_numpy())
    closed = (best[KEPT] == 0.0) & (best[ENACTED] > 0.0)
    countries = markets.observed.countries
    free = np.array([i for i, code in enumerate(countries) if code not in (ABROAD, HOME)])
    random = np.random.default_rng(SEED)
    shuffles = np.tile(np.arange(len(countries)), (SHUFFLES, 1))
    for row in shuffles:
        row[free] = random.permutation(free)
    return Tiers(markets, capped.astype(float), closed.astype(float), shuffles)


def window(markets: ChipMarkets) -> Integers:
    """Periods in which the rule would have been obeyed."""
    return np.flatnonzero([start >= FIRST_DAY for start in markets.calendar.starts])


def measure(shared: Tiers, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Measure what the rule touches, what lies beyond its caps, and what vendors lose."""
    own = chip_values(values)
    markets = shared.markets
    market = markets.market(own)
    rules, free = markets.rules(KEPT, own), markets.solve(ENACTED, own, market)
    sales = revenue(shared, market, free)
    weight = shared.abroad + values["home_counted"] * shared.at(ABROAD)
    china = values["china_counted"] * unsold(shared, market, sales) * shared.at(HOME)
    total = float(weight @ sales + china.sum())
    order = np.arange(sales.size)
    if null:
        order = middle(shared, sales)
        rules = shuffled(rules, order)
    capped, closed = shared.capped[order], shared.closed[order]
    need = performance(shared, free, own)
    room = np.divide(rules.quota, need, out=np.ones_like(need), where=need > rules.quota)
    beyond = np.where(closed > 0.0, 1.0, capped * (1.0 - room))
    sold = revenue(shared, market, solve(market, rules, markets.calendar)).sum()
    destinations = shared.abroad * np.maximum(capped, closed)
    china_closed = values["china_counted"] * (1.0 - destinations @ shared.at(HOME))
    return {
        "revenue_touched": 100.0 * float((sales @ destinations + china.sum()) / total),
        "countries_touched": 100.0
        * float((destinations.sum() + china_closed) / shared.abroad.sum()),
        "revenue_beyond": 100.0 * float((sales @ (beyond * shared.abroad) + china.sum()) / total),
        "revenue_lost": 100.0 * float(1.0 - sold / sales.sum()),
    }


def revenue(shared: Tiers, market: path.Market, found: path.Path) -> Floats:
    """Sales of American vendors at list prices: (country,) [USD]."""
    inside = window(shared.markets)
    price = market.price[market.year_of[inside]][:, list(VENDORS), None]
    sold = found.packages.sum(axis=3)[inside][:, list(VENDORS)]
    return np.asarray((price * sold).sum(axis=(0, 1)))


def unsold(shared: Tiers, market: path.Market, sales: Floats) -> float:
    """What China would buy at list prices beyond what it buys [USD]."""
    inside, home = window(shared.markets), shared.markets.observed.home
    wanted = market.demand[inside, home] * market.reference_price[market.year_of[inside]]
    return max(float(wanted.sum() - sales[home]), 0.0)


def performance(shared: Tiers, found: path.Path, values: Mapping[str, float]) -> Floats:
    """What each country buys of what would count against an allocation: (country,) [TPP]."""
    markets = shared.markets
    h100e, _ = specification(markets.observed, markets.calendar, values)
    inside = window(markets)
    each = h100e[markets.calendar.year_of[inside]] * TPP_OF_AN_H100
    counted = markets.policies[KEPT]["counted"].to_numpy()[inside].max(axis=2)
    sold = found.packages.sum(axis=3)[inside]
    return np.asarray(((each * counted)[:, :, None] * sold).sum(axis=(0, 1)))


def middle(shared: Tiers, sales: Floats) -> Integers:
    """Shuffle of the countries that touches the middle share of sales: (country,) int."""
    touched = np.maximum(shared.capped, shared.closed)[shared.shuffles]
    order = np.argsort(touched @ (sales * shared.abroad), kind="stable")
    return np.asarray(shared.shuffles[order[SHUFFLES // 2]])


def shuffled(rules: path.Rules, order: Integers) -> path.Rules:
    """Return rules in which countries have changed places."""
    return rules._replace(
        access=np.ascontiguousarray(rules.access[:, :, order]),
        surcharge=np.ascontiguousarray(rules.surcharge[:, :, order]),
        quota=rules.quota[order],
        quota_draw=np.ascontiguousarray(rules.quota_draw[:, :, order]),
    )


def figure(shared: Tiers, values: Mapping[str, float]) -> dict[str, Any]:
    """Every way of counting, beside the shuffled tiers."""
    names = {
        "countries_touched": {"en": "destinations", "zh": "目的地"},
        "revenue_touched": {"en": "sales abroad", "zh": "海外销售"},
        "revenue_beyond": {"en": "beyond the caps", "zh": "超出上限"},
        "revenue_lost": {"en": "revenue lost", "zh": "收入损失"},
    }
    runs = {False: {"en": "the rule", "zh": "规则"}, True: {"en": "shuffled", "zh": "打乱"}}
    found = {null: measure(shared, values, null=null) for null in runs}
    return {
        "kind": "bars",
        "title": {"en": "What the rule closes or caps", "zh": "规则关闭或设限的部分"},
        "x": {
            "label": {"en": "counted by", "zh": "计量方式"},
            "unit": "",
            "values": list(names.values()),
        },
        "series": [
            {"label": label, "values": [found[null][name] for name in names]}
            for null, label in runs.items()
        ],
        "unit": "%",
        "note": {
            "en": "May 2025 to 2027, as if the rule had been kept; the article says 80 %.",
            "zh": "2025 年 5 月至 2027 年，假定规则保留；文章称 80%。",
        },
        "source": "tradewind.controls, tradewind.chips",
    }
