"""Where manufacturing goes: wages against compute and power, today and at high automation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from tradewind.claims.automation_parts import Today, automated, shape_of
from tradewind.claims.compute_cost import indicator
from tradewind.claims.trade_parts import (
    ASIA,
    TradeWorld,
    by_sector,
    deals,
    rank_correlation,
    sampled,
)
from tradewind.trade import Baseline, Equilibrium, Shock, solve
from tradewind.trade.arrays import Array

COST = 0.45
PUSH = 0.01
"""Size of a cost push, small enough for an elasticity."""
LESS = 0.99
"""Compute that is left where the answer of productivity to compute is taken."""


@dataclass(frozen=True, eq=False)
class Shared:
    """The world of 2024, today's compute, and how dense it is.

    Attributes
    ----------
    density : (economy) [W / person]
        Data-centre power per head, NaN where it is not known.
    centres : (economy) [1]
        Share of the world's data-centre power; value added stands in where it is not known.
    """

    trade: TradeWorld
    today: Today
    manufacturing: Array
    asia: Array
    density: Array
    centres: Array


def prepare() -> Shared:
    """Open the world of 2024 and today's data centres."""
    trade = TradeWorld.at(2024)
    economies = trade.world.economies
    today = Today.of(trade)
    power = indicator("data_centre_mw", economies)
    known = np.isfinite(power)
    # Economies without a count have as much as the counted ones by value added.
    rate = power[known].sum() / today.size[known].sum()
    power = np.where(known, power, rate * today.size)
    return Shared(
        trade,
        today,
        trade.places("sectors", "manufacturing"),
        np.array([economies.index(code) for code in ASIA]),
        indicator("data_centre_watts_per_head", economies),
        power / power.sum(),
    )


def measure(shared: Shared, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Take the three metrics; with ``null`` the push on compute and power strikes a neighbour."""
    baseline = shared.trade.baseline.with_elasticity(
        shared.trade.elasticity * values["trade_elasticity_scale"]
    )
    to_cost, to_power = location_elasticities(shared, baseline, values)
    ratio = {
        training: ratios(shared, values, to_cost, to_power, training=training, elsewhere=null)
        for training in (False, True)
    }
    low, high = (float(np.median(ratio[training])) for training in (False, True))
    return {
        "ratio_high": high,
        "shift": high / low,
        "density_correlation": density_correlation(shared, baseline, values, permuted=null),
    }


def location_elasticities(
    shared: Shared, baseline: Baseline, values: Mapping[str, float]
) -> tuple[Array, Array]:
    """How shares of world manufacturing answer to a push in one economy.

    Returns
    -------
    to_cost, to_power : (economy that is watched, economy that is struck) [1]
        Change of the log share per log of the cost of manufacturers' value added, and of the power
        price that manufacturers pay. Both over the Asian economies.
    """
    size = len(shared.asia)
    to_cost, to_power = np.empty((size, size)), np.empty((size, size))
    before = log_shares(shared, baseline.table.output)
    goods = [baseline.sectors[j] for j in shared.manufacturing]
    for k, place in enumerate(shared.asia):
        here = np.array([place])
        dearer = np.full((1, len(goods)), 1.0 / (1.0 + PUSH))
        cost = Shock(
            productivity_hat=by_sector(shared.trade, here, shared.manufacturing, dearer),
            productivity_kind="value_added",
        )
        coords = {
            "economy": [baseline.economies[place]],
            "input_sector": ["D35"],
            "sector": goods,
        }
        rise = np.full((1, 1, len(goods)), 1.0 + PUSH * values["power_share"])
        power = Shock(input_requirement_hat=xr.DataArray(rise, coords, tuple(coords)))
        for found, shock in ((to_cost, cost), (to_power, power)):
            after = log_shares(shared, solve(baseline, shock).output_volume.values)
            found[:, k] = (after - before)[shared.asia] / np.log1p(PUSH)
    return to_cost, to_power


def log_shares(shared: Shared, output: Array) -> Array:
    """Log share of world manufacturing by economy."""
    made = output[:, shared.manufacturing].sum(axis=1)
    return np.asarray(np.log(made / made.sum()))


def ratios(
    shared: Shared,
    values: Mapping[str, float],
    to_cost: Array,
    to_power: Array,
    *,
    training: bool,
    elsewhere: bool = False,
) -> Array:
    """What a push on compute and power moves, over what one on wages moves (Asian economy) [1].

    A wage that is dearer by x costs manufacturers ``s_L x`` of value added. Compute that is dearer
    by x costs them ``s_C x``, and with the elasticity ε of its use and the share μ that is not
    rented abroad ``ε μ x`` of it is used less, which lowers productivity by ``d ln A / d ln R``.

    Parameters
    ----------
    training : bool
        At the automation of 2030; else at today's.
    elsewhere : bool
        Whether compute and power are dearer in the next economy of the list.
    """
    today, shape = shared.today, shape_of(values)
    base = run_time(shared, values)
    now = base * values["compute_growth"] if training else base
    full = automated(today, shape, base, now, training=training)
    less = automated(today, shape, base, now * LESS, training=training)
    answer = np.log(full["productivity_hat"].values / less["productivity_hat"].values)
    weight = today.value_added[:, shared.manufacturing]
    answer = (answer[:, shared.manufacturing] * weight).sum(axis=1) / weight.sum(axis=1)
    answer = answer / -np.log(LESS)
    labour, _, compute = full["factor_share_new"].values[shared.asia].T
    at_home = 1.0 - values["import_share"]
    pushed = at_home * compute + values["cost_elasticity"] * at_home * answer[shared.asia]
    own = np.arange(len(shared.asia))
    struck = np.roll(own, -1) if elsewhere else own
    moved = np.abs(to_cost[own, struck] * pushed[struck] + to_power[own, struck])
    return np.asarray(moved / np.abs(np.diag(to_cost) * labour))


def run_time(shared: Shared, values: Mapping[str, float]) -> Array:
    """Compute that serves production today (economy) [H100e].

    What is not rented stands in data centres; what is rented goes by value added.
    """
    rented = values["import_share"]
    share = (1.0 - rented) * shared.centres + rented * shared.today.size
    return np.asarray(shared.today.runtime * share)


def density_correlation(
    shared: Shared, baseline: Baseline, values: Mapping[str, float], *, permuted: bool
) -> float:
    """Rank correlation of manufacturing's shift to 2030 and data-centre power per head [1]."""
    shift = log_shares(shared, path(shared, baseline, values).output_volume.values)
    shift = shift - log_shares(shared, baseline.table.output)
    known = np.flatnonzero(np.isfinite(shared.density))
    known = known[sampled(len(known), values)]
    density = shared.density[known]
    orders = deals(len(known)) if permuted else [np.arange(len(known))]
    return float(np.mean([rank_correlation(shift[known], density[order]) for order in orders]))


def path(shared: Shared, baseline: Baseline, values: Mapping[str, float]) -> Equilibrium:
    """The world of 2030's automation, compute everywhere larger by the same factor."""
    base = run_time(shared, values)
    found = automated(shared.today, shape_of(values), base, base * values["compute_growth"])
    hat = found["productivity_hat"].drop_attrs()
    return solve(baseline, Shock(productivity_hat=hat, productivity_kind="value_added"))


def figure(shared: Shared, values: Mapping[str, float]) -> dict[str, Any]:
    """Compute and power against wages by economy, at both levels of automation."""
    baseline = shared.trade.baseline.with_elasticity(
        shared.trade.elasticity * values["trade_elasticity_scale"]
    )
    to_cost, to_power = location_elasticities(shared, baseline, values)
    series = [
        {
            "label": {"en": en, "zh": zh},
            "values": ratios(shared, values, to_cost, to_power, training=training).tolist(),
        }
        for training, en, zh in (
            (False, "today's automation", "今日自动化水平"),
            (True, "automation of 2030", "2030 年自动化水平"),
        )
    ]
    return {
        "kind": "bars",
        "title": {
            "en": "What dearer compute and power move, over what dearer labour moves",
            "zh": "算力与电力变贵相对劳动变贵对制造业布局的影响",
        },
        "x": {
            "label": {"en": "economy", "zh": "经济体"},
            "unit": "",
            "values": [shared.trade.named(code) for code in ASIA],
        },
        "series": series,
        "unit": "1",
        "note": {
            "en": "At 1 a push on compute and power moves as much manufacturing as one on wages.",
            "zh": "等于 1 时，算力与电力的影响与工资相同。",
        },
        "source": "automation and trade blocks; data-centre power from flops_export",
    }
