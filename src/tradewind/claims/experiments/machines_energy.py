"""Machines for labour: what decides who gains, and what becomes of India."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tradewind import automation
from tradewind.claims.automation_parts import Today, automated, shape_of
from tradewind.claims.compute_cost import delivered_cost, indicator
from tradewind.claims.trade_parts import TradeWorld, change, deals, sampled, volume
from tradewind.trade import Equilibrium, Shock, solve
from tradewind.trade.arrays import Array

COST = 0.07
DRIVERS = (
    {"en": "power price", "zh": "电价"},
    {"en": "wage", "zh": "工资"},
    {"en": "cost of capital", "zh": "资本成本"},
    {"en": "chip access barred", "zh": "芯片受限"},
)


@dataclass(frozen=True, eq=False)
class Shared:
    """The world of 2024, today's compute, and what drives its use.

    Attributes
    ----------
    known : (economy) bool
        Economies with a power price and a cost of capital of their own.
    power_price, wage, capital_cost : (economy) [USD / kWh], [USD / hour], [% a year]
    """

    trade: TradeWorld
    today: Today
    known: Array
    power_price: Array
    wage: Array
    capital_cost: Array
    manufacturing: Array


def prepare() -> Shared:
    """Open the world of 2024 and today's costs."""
    trade = TradeWorld.at(2024)
    economies = trade.world.economies
    price, capital = (indicator(name, economies) for name in ("power_price", "cost_of_capital"))
    return Shared(
        trade,
        Today.of(trade),
        np.isfinite(price) & np.isfinite(capital),
        price,
        automation.labour_cost(economies).values,
        capital,
        trade.places("sectors", "manufacturing"),
    )


def measure(shared: Shared, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Take the three metrics; with ``null`` power prices are dealt out at random."""
    found = gains(shared, values)
    income = found.real_income_hat.values
    india = shared.trade.world.economies.index("IND")
    known = int(shared.known.sum())
    chosen = sampled(known, values)
    orders = deals(known) if null else [np.arange(known)]
    margins = [power_margin(drivers(shared, income, chosen, order)) for order in orders]
    share = [
        volume(found, economies, shared.manufacturing)
        for economies in (np.array([india]), np.arange(len(income)))
    ]
    return {
        "power_margin": float(np.mean(margins)),
        "india_ratio": float((income[india] - 1.0) / (np.median(income) - 1.0)),
        "india_industry": change((share[0][0] / share[1][0], share[0][1] / share[1][1])),
    }


def power_margin(strength: Array) -> float:
    """How much more gains fall with the power price than they follow the strongest other driver.

    Of the wage only a fall of gains counts: that is what an advantage of cheap labour would be.
    """
    power, wage, capital, access = strength
    return float(-power - max(-wage, abs(capital), abs(access)))


def gains(shared: Shared, values: Mapping[str, float]) -> Equilibrium:
    """The world of 2030's automation, all else as today."""
    today = shared.today
    base = today.runtime * today.size
    now = values["compute_growth"] * today.runtime * compute_share(shared, values)
    found = automated(today, shape_of(values), base, now)
    shock = Shock(
        productivity_hat=found["productivity_hat"].drop_attrs(), productivity_kind="value_added"
    )
    return solve(shared.trade.baseline, shock)


def compute_share(shared: Shared, values: Mapping[str, float]) -> Array:
    """Each economy's share of the world's run-time compute [1].

    In proportion to value added, times ``(c / c̄)^(−ε) (w / w̄)^η`` with ``c`` the cost of an
    H100e-hour there, part of it rented where it is cheapest, and ``w`` the wage.
    """
    economies = [shared.today.economies[n] for n in np.flatnonzero(shared.known)]
    mean = np.exp(np.nanmean(np.log(shared.power_price)))
    price = mean * (shared.power_price[shared.known] / mean) ** values["power_price_spread"]
    premium = np.where(shared.today.restricted[shared.known], values["access_premium"], 1.0)
    cost = delivered_cost(economies, price, values, premium)
    own = cost.other + cost.power
    imported = values["import_share"]
    paid = np.full(len(shared.known), np.nan)
    paid[shared.known] = (1.0 - imported) * own + imported * own.min()
    # Those without a power price of their own pay what the others pay on average.
    paid = np.where(shared.known, paid, np.nanmean(paid))
    wish = shared.today.size * paid ** -values["cost_elasticity"]
    wish = wish * shared.wage ** values["wage_elasticity"]
    return np.asarray(wish / wish.sum())


def drivers(shared: Shared, income: Array, chosen: Array, order: Array) -> Array:
    """Standardised coefficients of log real income on the four drivers (driver) [1].

    ``chosen`` are the economies that count, by place among the known ones; ``order`` says whose
    power price each economy is given, 0, 1, 2, … for its own.
    """
    known = shared.known
    columns = np.stack(
        [
            np.log(shared.power_price[known])[order],
            np.log(shared.wage[known]),
            np.log(shared.capital_cost[known]),
            shared.today.restricted[known].astype(float),
        ],
        axis=1,
    )[chosen]
    spread = columns.std(axis=0)
    # A sample without China and Russia says nothing of chip access: its coefficient is zero.
    scaled = (columns - columns.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    gain = np.log(income[known])[chosen]
    fitted = np.linalg.lstsq(scaled, (gain - gain.mean()) / gain.std(), rcond=None)
    return np.asarray(fitted[0])


def figure(shared: Shared, values: Mapping[str, float]) -> dict[str, Any]:
    """Strength of each driver under the three shapes."""
    series, own = [], np.arange(shared.known.sum())
    for place, (en, zh) in enumerate(
        (("GATE", "GATE"), ("Acemoglu", "Acemoglu"), ("Korinek and Suh", "Korinek 与 Suh"))
    ):
        income = gains(shared, {**values, "task_distribution": place + 0.5}).real_income_hat.values
        series.append(
            {"label": {"en": en, "zh": zh}, "values": drivers(shared, income, own, own).tolist()}
        )
    return {
        "kind": "bars",
        "title": {
            "en": "What gains from automation follow, over economies",
            "zh": "各经济体的自动化收益随何而变",
        },
        "x": {
            "label": {"en": "driver", "zh": "因素"},
            "unit": "",
            "values": list(DRIVERS),
        },
        "series": series,
        "unit": "standard deviations",
        "note": {
            "en": "The claim asks for a power price that is negative and the longest bar.",
            "zh": "声明要求电价为负且绝对值最大。",
        },
        "source": "automation and trade blocks; World indicators as shipped",
    }
