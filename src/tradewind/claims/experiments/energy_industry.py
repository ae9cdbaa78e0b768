"""Dear power in one economy: its energy-intensive industry, and the compute built there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from tradewind.claims.compute_cost import delivered_cost, indicator
from tradewind.claims.trade_parts import ASIA, TradeWorld, at_horizon, change, volume
from tradewind.trade import Shock
from tradewind.trade.arrays import Array

COST = 0.3
PRICE_RISE = 0.5
"""The size that the claim fixes: power half as dear again."""


@dataclass(frozen=True, eq=False)
class Shared:
    """The world, the places that are watched, and facts of the six economies."""

    trade: TradeWorld
    industry: Array
    economies: Array
    power_price: Array
    compute_share: Array


def prepare() -> Shared:
    """Open the world and today's power prices and shares of compute."""
    trade = TradeWorld.at(2014)
    price = indicator("power_price", ASIA)
    # No price of Taiwan is shipped: the others' mean stands for it.
    price = np.where(np.isnan(price), np.nanmean(price), price)
    power = indicator("data_centre_mw", trade.world.economies)
    share = np.nan_to_num(power) / np.nansum(power)
    places = np.array([trade.world.economies.index(code) for code in ASIA])
    industry = trade.places("sectors", "energy-intensive")
    return Shared(trade, industry, places, price, share[places])


def measure(shared: Shared, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Median over the six economies; with ``null`` all economies of the world are struck."""
    return {
        "output_change": float(np.median(output_changes(shared, values, everywhere=null))),
        "compute_moved": float(np.median(compute_moved(shared, values, everywhere=null))),
    }


def output_changes(
    shared: Shared, values: Mapping[str, float], *, everywhere: bool = False
) -> Array:
    """Change of each economy's energy-intensive output [%] when its own power is dearer."""
    trade = shared.trade
    assumed = at_horizon(trade.elasticity * values["trade_elasticity_scale"], values)
    baseline = trade.baseline.with_elasticity(assumed.elasticity)
    rise = 1.0 + PRICE_RISE * values["power_share"]
    everyone = np.arange(len(baseline.economies))

    def struck(economies: Array) -> Shock:
        users = [sector for sector in baseline.sectors if sector != "D35"]
        coords = {
            "economy": [baseline.economies[n] for n in economies],
            "input_sector": ["D35"],
            "sector": users,
        }
        size = np.full((len(economies), 1, len(users)), rise)
        return Shock(input_requirement_hat=xr.DataArray(size, coords, tuple(coords)))

    if everywhere:
        found = assumed.solve(baseline, struck(everyone))
        changes = [change(volume(found, np.array([n]), shared.industry)) for n in shared.economies]
    else:
        changes = [
            change(
                volume(
                    assumed.solve(baseline, struck(np.array([n]))), np.array([n]), shared.industry
                )
            )
            for n in shared.economies
        ]
    return np.array(changes)


def compute_moved(
    shared: Shared, values: Mapping[str, float], *, everywhere: bool = False
) -> Array:
    """Share of each economy's new compute that is built elsewhere instead [%].

    A site's share is in proportion to ``exp(−c / s)``. With ``S`` today's share of the economy
    and ``e = exp(−Δ / s)`` for a cost higher by ``Δ``, the new one is ``S e / (1 − S + S e)``. The
    scale ``s`` is the one whose extreme-value distribution has the standard deviation given. Where
    all economies are struck, ``Δ`` is what the cost rises above the mean of the six.
    """
    cost = delivered_cost(ASIA, shared.power_price, values)
    scale = np.sqrt(6.0) / np.pi * values["site_cost_spread"] * (cost.other + cost.power)
    added = PRICE_RISE * cost.power
    if everywhere:
        added = added - added.mean()
    kept = np.exp(-added / scale)
    left = kept / (1.0 - shared.compute_share + shared.compute_share * kept)
    return np.asarray(100.0 * values["mobile_share"] * (1.0 - left))


def figure(shared: Shared, values: Mapping[str, float]) -> dict[str, Any]:
    """Both effects by economy."""
    return {
        "kind": "bars",
        "title": {
            "en": "Power half as dear again in one economy",
            "zh": "单一经济体电价上涨一半",
        },
        "x": {
            "label": {"en": "economy that is struck", "zh": "受冲击的经济体"},
            "unit": "",
            "values": [shared.trade.named(code) for code in ASIA],
        },
        "series": [
            {
                "label": {"en": "energy-intensive output", "zh": "高耗能工业产出"},
                "values": output_changes(shared, values).tolist(),
            },
            {
                "label": {"en": "new compute", "zh": "新增算力"},
                "values": (-compute_moved(shared, values)).tolist(),
            },
        ],
        "unit": "%",
        "note": {
            "en": "The claim asks for -5 % of output and -25 % of compute.",
            "zh": "声明要求产出 -5%、算力 -25%。",
        },
        "source": "WIOD 2016, year 2014; power prices of 2024 (flops_export)",
    }
