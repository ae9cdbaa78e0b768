"""Chinese plants in Hungary, as announced; Germany predicted."""

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
    real_income_change,
    volume,
)
from tradewind.trade import Baseline, Equilibrium, Shock
from tradewind.trade.arrays import Array

COST = 0.25


@dataclass(frozen=True, eq=False)
class Shared:
    """The world of 2024 and the places that are watched."""

    trade: TradeWorld
    hungary: Array
    germany: Array
    europe: Array
    plants: Array
    placebo: Array


def prepare() -> Shared:
    """Open the world of 2024."""
    trade = TradeWorld.at(2024)
    return Shared(
        trade,
        hungary=trade.places("economies", "HUN"),
        germany=trade.places("economies", "DEU"),
        europe=trade.places("economies", "EU27"),
        plants=trade.places("sectors", "C27", "C29"),
        placebo=trade.places("sectors", "C10-C12", "C20"),
    )


def measure(shared: Shared, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Take the three metrics; with ``null`` the added output is of food and chemicals."""
    sectors = shared.placebo if null else shared.plants
    _, found = with_plants(shared, values, sectors)
    lost = volume(found, shared.germany, shared.plants)
    return {
        "displaced": float(100.0 * (lost[0] - lost[1]) / added_output(values).sum()),
        "hungary_weight": hungary_weight(shared, found),
        "germany_income": real_income_change(found, shared.germany),
    }


def added_output(values: Mapping[str, float]) -> Array:
    """What the plants sell: batteries (C27) and cars (C29) [USD million / year]."""
    batteries = values["battery_gwh"] * values["battery_price"]
    cars = values["vehicles_thousand"] * values["vehicle_value"]
    return values["capacity_used"] * np.array([batteries, cars])


def with_plants(
    shared: Shared, values: Mapping[str, float], sectors: Array
) -> tuple[Baseline, Equilibrium]:
    """The world in which Hungary makes so much more of two goods."""
    assumed = Assumed(
        shared.trade.elasticity * values["trade_elasticity_scale"],
        sigma_inputs=values["sigma_inputs"],
    )
    baseline = shared.trade.baseline.with_elasticity(assumed.elasticity)
    where = np.ix_(shared.hungary, sectors)
    before = baseline.table.output[where][0]

    def after(gain: Array) -> Equilibrium:
        size = np.exp(gain)[None, :]
        shock = Shock(productivity_hat=by_sector(shared.trade, shared.hungary, sectors, size))
        return assumed.solve(baseline, shock)

    def observe(gain: Array) -> Array:
        return np.asarray(np.log(after(gain).output_volume.values[where][0]))

    goal = np.log(before + added_output(values))
    slope = 1.0 + assumed.elasticity.values[sectors]
    return baseline, after(reach(observe, goal, slope))


def hungary_weight(shared: Shared, found: Equilibrium) -> float:
    """Change of Hungary's share of the EU27's value added [%]."""
    before, after = (
        table.value_added[shared.hungary].sum() / table.value_added[shared.europe].sum()
        for table in (found.baseline.table, found.solution.table)
    )
    return float(100.0 * (after / before - 1.0))


def figure(shared: Shared, values: Mapping[str, float]) -> dict[str, Any]:
    """Change of output of vehicles and electrical equipment by EU member, in money."""
    baseline, found = with_plants(shared, values, shared.plants)
    changed = {
        n: float(np.diff(volume(found, np.array([n]), shared.plants))[0]) for n in shared.europe
    }
    most = sorted(changed, key=lambda n: -abs(changed[n]))[:12]
    germany = change(volume(found, shared.germany, shared.plants))
    return {
        "kind": "bars",
        "title": {
            "en": "Output of vehicles and electrical equipment with the plants at work",
            "zh": "工厂投产后的汽车与电气设备产出变化",
        },
        "x": {
            "label": {"en": "EU member", "zh": "欧盟成员国"},
            "unit": "",
            "values": [shared.trade.named(baseline.economies[n]) for n in most],
        },
        "series": [
            {
                "label": {"en": "change of output", "zh": "产出变化"},
                "values": [changed[n] / 1000.0 for n in most],
            }
        ],
        "unit": "USD billion / year",
        "note": {
            "en": f"Hungary's gain is given. Germany's output of both changes by {germany:.2f} %.",
            "zh": f"匈牙利的增量为给定值。德国两部门产出变化 {germany:.2f}%。",
        },
        "source": "WIOD 2016 rolled to 2024; announcements of CATL and BYD",
    }
