"""Step 8: what capital earned, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tradewind import capital
from tradewind.capital.block import depreciation
from tradewind.capital.equations import stock_after
from tradewind.coupling.contract import Moment
from tradewind.coupling.setting import Setting

COMPUTE, CHIPS, _, OTHER = range(4)
"""Positions of the assets."""
MOST = 0.5
"""Largest part of an economy's investment that goes into compute; above it chips are bought on
credit from abroad, which is not told apart."""


def invest_returns(moment: Moment) -> Mapping[str, Any]:
    """Ask the capital block; with growth off, what wears out is replaced, no more.

    What goes into compute is what chips cost, as the chip market has it; the block says how much
    comes to each economy, and how the rest of it is spread.
    """
    setting, now = moment.setting, moment.now
    values = capital.central(setting.years.capital_parameters)
    revenue = compute_income(moment)
    returned = expected_return(moment, revenue, values)
    found = capital.solve(
        xr.Dataset(
            {
                **given(setting, now["gdp"]),
                **{
                    name: (("economy", "asset"), array, {"units": unit})
                    for name, array, unit in (
                        ("capital_stock", moment.last.array("capital_stock"), "USD million"),
                        ("allocation", moment.last.array("allocation"), "1"),
                        ("expected_return", returned, "1/year"),
                    )
                },
                "ai_revenue": ((), revenue.sum(), {"units": "USD million / year"}),
            },
            {name: setting.axes[name] for name in ("economy", "asset")},
        ),
        values=values,
    )
    told = {
        "expected_return": returned,
        "ai_revenue": revenue.sum(),
        **{
            name: float(found[name])
            for name in ("return_on_ai", "break_even_revenue", "break_even_utilisation")
        },
        "net_flow": found["net_flow"].to_numpy(),
    }
    if not setting.years.switches.growth:
        stock = moment.last.array("capital_stock")
        replaced = depreciation(values) * stock
        return {
            **told,
            "capital_stock": stock,
            "allocation": moment.last.array("allocation"),
            "investment": replaced,
        }
    investment = with_compute(moment, found["investment"].to_numpy())
    stock = moment.last.array("capital_stock")
    funds = (setting.capital_start["saving_rate"] * now["gdp"]).to_numpy()
    return {
        **told,
        "capital_stock": stock_after(stock, investment, depreciation(values)),
        "allocation": investment / funds[:, None],
        "investment": investment,
    }


def with_compute(moment: Moment, investment: np.ndarray) -> np.ndarray:
    """Put what chips cost into compute, and take it from the other assets: (economy, asset).

    Spending of the base year on compute, buildings inside, moves with what is paid for chips. An
    economy's total stays; at most ``MOST`` of it goes into compute.
    """
    if moment.base is None:
        return investment
    start = moment.setting.capital_start
    begun: np.ndarray = (start["allocation"] * start["saving_rate"] * start["gdp"]).to_numpy()[
        :, COMPUTE
    ]
    now, then = (v.array("chip_spending") for v in (moment.now, moment.base))
    total = investment.sum(axis=1)
    compute = np.minimum(begun * now / then, MOST * total)
    rest = total - investment[:, COMPUTE]
    moved = np.asarray(investment * ((total - compute) / rest)[:, None])
    moved[:, COMPUTE] = compute
    return moved


def given(setting: Setting, gdp: xr.DataArray) -> dict[str, Any]:
    """What the block is told of economies: GDP, saving, cost of capital, use of compute."""
    start = setting.capital_start
    return {
        "gdp": ("economy", gdp.to_numpy(), {"units": "USD million / year"}),
        **{
            name: (start[name].dims, start[name].to_numpy(), start[name].attrs)
            for name in ("saving_rate", "capital_cost", "utilisation")
        },
    }


def compute_income(moment: Moment) -> np.ndarray:
    """What compute services earn: (economy,) [USD million / year].

    Base income · uptake · (compute now / then)^(1 + 1/ε) · (tasks automated now / then): buyers of
    one price elasticity, more of them every year (at the capital block's growth of revenue, which
    fades), whose willingness to pay grows with what compute can do. It is not compute's share of
    value added in the automation block, which is what compute is worth at the margin of tasks.
    """
    income = moment.setting.compute_income
    if moment.base is None:
        return income
    use, tasks = (
        moment.now.array(name) / moment.base.array(name)
        for name in ("runtime_compute", "automated_share")
    )
    power = 1.0 + 1.0 / moment.setting.values["compute_elasticity"]
    return np.asarray(income * uptake(moment) * use**power * tasks)


def uptake(moment: Moment) -> float:
    """Buyers of compute services over those of the base year [1]; 1 with growth off."""
    setting = moment.setting
    if not setting.years.switches.growth:
        return 1.0
    values = capital.central(setting.years.capital_parameters)
    ahead, fading = moment.year - setting.base_year, values["revenue_fading"]
    return float(np.exp(np.log(values["revenue_growth"]) * fading * -np.expm1(-ahead / fading)))


def expected_return(moment: Moment, revenue: np.ndarray, values: Mapping[str, float]) -> np.ndarray:
    """What each asset is expected to earn, from this year's income: (economy, asset) [1 / year].

    In the base year every asset earns the cost of capital. Later, compute and the plants that make
    chips earn more as the world's income from compute grows over its capital, other capital as
    value added grows over it. Energy earns its cost: what dear power brings is a rent on plants
    that stand, and how many may be added is the yearly plan's.
    """
    setting = moment.setting
    cost = setting.capital_start["capital_cost"].to_numpy()
    returned = np.repeat(cost[:, None], len(setting.coords["asset"]), axis=1)
    if moment.base is None:
        return returned
    worn = depreciation(values)
    stock, start = moment.last.array("capital_stock"), setting.capital_start["capital_stock"]
    before = setting.compute_income.sum() / start.to_numpy()[:, COMPUTE].sum()
    gained = values["capital_margin"] * (revenue.sum() / stock[:, COMPUTE].sum() - before)
    returned[:, [COMPUTE, CHIPS]] += gained
    now, then = (v.array("gdp") for v in (moment.now, moment.base))
    grown = stock[:, OTHER] / start.to_numpy()[:, OTHER]
    world = grown.mean()
    returned[:, OTHER] = (cost + worn[OTHER]) * (now / then) / (grown / world) - worn[OTHER]
    return returned
