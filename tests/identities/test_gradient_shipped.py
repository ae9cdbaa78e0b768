"""The gradient against differences of whole equilibria on the shipped world, after real shocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.differences import derivative
from tradewind.scenario import Scenario
from tradewind.trade import Baseline, Labour, gradient, shock_from_policy, solve
from tradewind.trade.arrays import Change, Options
from tradewind.trade.decomposition import consumption
from tradewind.trade.solve import solve_arrays
from tradewind.world import World

SCENARIOS = ("us-tariffs-2026", "tariff-war-2018", "europe-gas-cutoff", "electronics-decoupling")
LINKS = 13  # in each of 24 settings: 312 in all
FIELD = {"tariff": "tariff", "iceberg_cost": "iceberg_hat", "export_tax": "export_tax"}
# What rounding leaves of a difference: equilibria to 1e-14, steps not below 0.03.
ROUNDING = 5e-13


@pytest.mark.parametrize("sigma", [0.1, 1.0, 2.0])
@pytest.mark.parametrize("labour", ["mobile", "specific"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_random_links(name: str, labour: Labour, sigma: float) -> None:
    """To 1e-6 of max(|g|, 1e-6 max|g|), by one of three kinds of cost and one of two economies.

    The steps are in φ = κ^(−θ), in which even a large step bends the outcome little.
    """
    scenario, world = Scenario.from_yaml(name), World.default()
    elasticity = scenario.trade_elasticity(world)
    baseline = Baseline(world.data.assign(trade_elasticity=elasticity))
    shock = shock_from_policy(scenario.policy(world))
    chosen: dict[str, Any] = {
        "labour": labour,
        **{f"sigma_{nest}": sigma for nest in ("value_added", "inputs", "final")},
        "tolerance": 1e-14,
    }
    start = solve(baseline, shock, **chosen)
    table, change, theta = baseline.table, start.change, baseline.table.elasticity
    foreign = ~np.eye(len(baseline.economies), dtype=bool)[:, :, None]
    open_links = np.argwhere(table.linked & np.isfinite(change.iceberg_hat) & foreign)
    seed = [SCENARIOS.index(name), len(labour), int(10 * sigma)]
    random = np.random.default_rng(seed)
    for n, i, j in open_links[random.integers(len(open_links), size=LINKS)]:
        kind, economy = str(random.choice(list(FIELD))), int(random.choice([n, i]))
        code = baseline.economies[economy]
        slopes = gradient(start, lambda e, code=code: e.real_income_hat.sel(economy=code))[kind]
        found, largest = float(slopes.values[n, i, j]), float(np.abs(slopes).max())
        place = int(n), int(i), int(j)

        def value(h: float, place: Any = place, kind: str = kind, at: int = economy) -> float:
            # From nothing: from the unchanged equilibrium, what is left of the residual lies along
            # the step, and a slope of 6e-10 was off by 6e-13 where this makes it 6e-14.
            after = solve_arrays(
                table,
                stretched(change, kind, place, (1.0 + h) ** (-1.0 / theta[place[2]])),
                Options(**chosen),
                baseline.labels,
            )
            spent = consumption(after.table)[at] / after.final_price_hat[at]
            return float(spent / consumption(table)[at])

        rate = 0.0 if kind == "iceberg_cost" else getattr(change, FIELD[kind])[place]
        bound = 1e-6 * max(abs(found), 1e-6 * largest) + ROUNDING
        # Further steps change nothing: the difference is known to a part of the bound.
        enough = 0.1 * bound * (1.0 + rate) / theta[j]
        by_weight, _ = derivative(value, 0.3, levels=5, enough=enough)
        expected = -theta[j] * by_weight / (1.0 + rate)
        assert abs(found - expected) <= bound, (kind, code, place, found, expected)


def stretched(change: Change, kind: str, place: tuple[int, int, int], factor: float) -> Change:
    """The change with one link's cost, or one plus its rate, times a factor."""
    values = getattr(change, FIELD[kind]).copy()
    if kind == "iceberg_cost":
        values[place] *= factor
    else:
        values[place] = (1.0 + values[place]) * factor - 1.0
    return change.with_(**{FIELD[kind]: values})
