"""Does each further round of controls do less? Shapley values per newly covered unit.

The players are the four rounds that restrict. A round's size is the compute that China lacks at the
end of 2027 through it, over the purchases that it newly covers, both averaged over all orders:

    s_r = -phi_r / k_r,    fall = s_latest - s_earlier,

with the earlier rounds pooled. Below zero the latest does less. The round of memory and foundries
covers no finished chip: it plays, and has no size.

Source: Shapley (1953); ``tradewind.chips.rounds``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tradewind.chip_run.policy import compile_policies
from tradewind.chip_run.rounds import Round, coalition, shipped_rounds
from tradewind.chips import path
from tradewind.chips.block import calendar_of, history, rules_of
from tradewind.chips.calendar import Calendar
from tradewind.chips.history import History
from tradewind.chips.market import labels, market, specification
from tradewind.chips.parameters import central, registry
from tradewind.chips.path import TRAINING
from tradewind.chips.programme import Floats
from tradewind.chips.results import stocks, yearly
from tradewind.chips.rounds import METRICS, Effects, newly_covered
from tradewind.chips.solve import calibrated
from tradewind.chips.tree import Tree, with_grants
from tradewind.claims.experiments.chip_markets import chip_values
from tradewind.controls import Regime

COST = 0.15
LAST_YEAR = 2027
EARLIER, LATEST, WITHOUT_CHIPS = ("r2022", "r2023"), "r2025-04", "r2024"
PLAYERS = (*EARLIER, WITHOUT_CHIPS, LATEST)
SHORT = {
    "r2022": {"en": "2022", "zh": "2022 年"},
    "r2023": {"en": "Oct 2023", "zh": "2023 年 10 月"},
    "r2025-04": {"en": "Apr 2025", "zh": "2025 年 4 月"},
}
"""Rounds of the figure."""
CUT = ("a800", "h800", "cut")
"""Families whose interconnect was cut for the rule of 2022."""


@dataclass(frozen=True, eq=False)
class Game:
    """Coalitions of rounds, ready for the market.

    Parameters
    ----------
    rounds : tuple of Round
        Players, in the order in which they came.
    observed : History
    calendar : Calendar
    tree : Tree
        All coalitions.
    access, granted : (coalition, period, family) array
        What China may buy, and where that is case by case.
    enacted : Rules
    enacted_granted : (period, family, country) array
    """

    rounds: tuple[Round, ...]
    observed: History
    calendar: Calendar
    tree: Tree
    access: Floats
    granted: Floats
    enacted: path.Rules
    enacted_granted: Floats


def prepare() -> Game:
    """Ask the rules of every coalition about every sale."""
    rounds = tuple(each for each in shipped_rounds() if each.id in PLAYERS)
    members = [
        [each for r, each in enumerate(rounds) if number >> r & 1]
        for number in range(2 ** len(rounds))
    ]
    policies = compile_policies([*map(coalition, members), Regime.shipped()], LAST_YEAR)
    calendar, observed = calendar_of(policies[-1]), history()
    free = {**central(), "granted_share": 1.0}
    rules = [rules_of(policy, observed, calendar, free) for policy in policies]
    granted = [policy["case_by_case"].to_numpy() for policy in policies]
    home = observed.home
    return Game(
        rounds,
        observed,
        calendar,
        Tree.of(rules[:-1], granted[:-1], calendar),
        np.stack([each.access[:, :, home] for each in rules[:-1]]),
        np.stack([each[:, :, home] for each in granted[:-1]]),
        rules[-1],
        granted[-1],
    )


def measure(shared: Game, values: Mapping[str, float], *, null: bool = False) -> dict[str, float]:
    """Compare the latest round's size with that of the earlier ones, in both measures."""
    effects = play(shared, without_answer(values) if null else values)
    return {f"fall_{name}": fall(shared, effects, m) for m, name in enumerate(METRICS)}


def without_answer(values: Mapping[str, float]) -> dict[str, float]:
    """Switch off the answer of capacity, learning and most of smuggling."""
    least = registry()["leakage_rate"].low
    return {**values, "response_elasticity": 0.0, "learning_exponent": 0.0, "leakage_rate": least}


def play(shared: Game, given: Mapping[str, float]) -> Effects:
    """Solve the market for every coalition."""
    values = chip_values(given)
    calendar, observed = shared.calendar, shared.observed.at(values["sales_level"])
    kept = np.ones(len(labels()))
    kept[[labels().index(name) for name in CUT]] = 1.0 - given["interconnect_loss"]
    own = market(observed, calendar, values)
    effective = own.effective.copy()
    effective[:, :, TRAINING] *= kept
    own = own._replace(effective=effective)
    enacted = with_grants(shared.enacted, shared.enacted_granted, values)
    own = calibrated(own, enacted, calendar)
    bought, installed = shared.tree.solve(own, values, calendar)
    access = shared.access * np.where(shared.granted > 0.0, values["granted_share"], 1.0)
    h100e, bandwidth = specification(shared.observed, calendar, values)
    value, covered = [], []
    for per_package in (h100e * kept, bandwidth):
        each = per_package[calendar.year_of]
        flow = yearly((installed * each).sum(axis=2).T, calendar)
        value.append(stocks(flow, values["retirement"]).T)
        covered.append(newly_covered(bought * each, access, calendar))
    return Effects(np.stack(value, axis=1)[None], np.stack(covered, axis=2)[None])


def size(shared: Game, effects: Effects, rounds: tuple[str, ...], metric: int) -> float:
    """Compute that China lacks through some rounds, over what they newly cover [H100 / H100]."""
    chosen = [r for r, each in enumerate(shared.rounds) if each.id in rounds]
    lost = -effects.shapley[0, chosen, metric, -1].sum()
    return float(lost / effects.covered_shapley[0, chosen, metric, -1].sum())


def fall(shared: Game, effects: Effects, metric: int) -> float:
    """Size of the latest round less that of the earlier ones [H100 / H100]."""
    return size(shared, effects, (LATEST,), metric) - size(shared, effects, EARLIER, metric)


def figure(shared: Game, values: Mapping[str, float]) -> dict[str, Any]:
    """Size of each round in both measures."""
    effects = play(shared, values)
    names = {"operations": "按运算", "bandwidth": "按内存带宽"}
    return {
        "kind": "bars",
        "title": {"en": "Compute lost per unit newly covered", "zh": "每新覆盖一单位所失算力"},
        "x": {
            "label": {"en": "round", "zh": "轮次"},
            "unit": "",
            "values": list(SHORT.values()),
        },
        "series": [
            {
                "label": {"en": f"by {metric}", "zh": names[metric]},
                "values": [size(shared, effects, (name,), m) for name in SHORT],
            }
            for m, metric in enumerate(METRICS)
        ],
        "unit": "H100 / H100",
        "note": {
            "en": "All orders of four rounds, to 2027; HBM and foundries cover no finished chip.",
            "zh": "四轮全部次序，至 2027 年底；HBM 与代工一轮不覆盖成品芯片。",
        },
        "source": "tradewind.chips, tradewind.controls",
    }
