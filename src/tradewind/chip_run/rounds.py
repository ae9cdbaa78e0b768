"""Rounds of controls as players: a regime for every coalition, and the effect of each round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import numpy as np
import xarray as xr
from pydantic import Field

from tradewind.chip_run.policy import compile_policies
from tradewind.chips import rounds as game
from tradewind.chips.block import calendar_of, history, rules_of
from tradewind.chips.parameters import central, draws
from tradewind.controls import Regime
from tradewind.controls.schema import NEVER
from tradewind.errors import InputError
from tradewind.scenario.forms import Frozen
from tradewind.scenario.yaml_source import read_shipped

Text = Annotated[str, Field(min_length=1)]
INTERVAL = (0.05, 0.95)
"""Quantiles that bound the middle 90 % of the draws."""
LEAST_COVERED = 5000.0
"""[H100] below which a round covers nothing that one could divide by."""
LAST_YEAR = 2027
"""Later years hang on supply more than on any round."""


class Round(Frozen):
    """A round of rules, as the head of the table says."""

    id: Text
    title: Mapping[Literal["en", "zh"], Text]
    rules: tuple[Text, ...]
    replaces: tuple[Text, ...] = ()

    def holds(self, rule: str) -> bool:
        """Whether a rule is of this round."""
        return any(fnmatchcase(rule, pattern) for pattern in self.rules)


@cache
def shipped_rounds() -> tuple[Round, ...]:
    """The rounds of ``rounds.yaml``, each of whose patterns names a rule that exists."""
    found = read_shipped(files("tradewind.chip_run") / "rounds.yaml")[0]["rounds"]
    made = tuple(Round.model_validate(entry) for entry in found)
    known = [rule.id for rule in Regime.shipped().rules]
    for each in made:
        for pattern in (*each.rules, *each.replaces):
            if not any(fnmatchcase(rule, pattern) for rule in known):
                raise InputError(
                    "a round names a rule that does not exist",
                    where=f"rounds.yaml, {each.id}",
                    value=pattern,
                    bound="the id of a rule, or a pattern that one fits",
                    remedy="see `tradewind rule list`",
                )
    return made


def coalition(members: Sequence[Round]) -> Regime:
    """Return the regime in which these rounds alone are in force, of those that are told apart."""
    enacted = Regime.shipped()
    absent = [each for each in shipped_rounds() if each not in members]
    ended = [rule for rule in enacted.rules if any(each.holds(rule.id) for each in absent)]
    gone = {rule.id for rule in ended}
    standing = {name for each in absent for name in each.replaces} - gone
    return enacted.changed(
        change=[
            *({"id": rule.id, "compliance": NEVER} for rule in ended),
            *({"id": name, "until": None} for name in sorted(standing)),
        ],
        name=" + ".join(each.id for each in members) or "no round",
    )


def find_round_effects(
    members: int = 500,
    seed: int = 0,
    *,
    last_year: int = LAST_YEAR,
    progress: game.Progress = game.silent,
) -> xr.Dataset:
    """Measure what each round did to China's compute, over draws of the parameters.

    Parameters
    ----------
    members : int
        Draws of the parameters (a Latin hypercube).
    seed : int
    last_year : int
        Last year of the runs.
    progress : callable, optional
        Told how many draws are done.

    Returns
    -------
    xarray.Dataset
        ``shapley``, ``staircase`` (member, round, metric, year) [H100]; ``covered_shapley``,
        ``covered_staircase``, what each newly covered, likewise; ``stock_enacted``,
        ``stock_without`` (member, metric, year) [H100].

    Raises
    ------
    InputError
        If there are no draws.
    ConvergenceError, InfeasibleError
        If a market has no solution that was found.
    """
    if members < 1:
        raise InputError(
            "an ensemble needs draws",
            where="members",
            value=members,
            bound="1 or more",
            remedy="leave it out to take 500",
        )
    known = shipped_rounds()
    subsets = [
        [each for r, each in enumerate(known) if number >> r & 1]
        for number in range(2 ** len(known))
    ]
    policies = compile_policies([coalition(subset) for subset in subsets], last_year)
    calendar, observed = calendar_of(policies[-1]), history()
    free = {**central(), "granted_share": 1.0}
    found = game.effects(
        [rules_of(policy, observed, calendar, free) for policy in policies],
        [policy["case_by_case"].to_numpy() for policy in policies],
        observed,
        calendar,
        draws(members, seed),
        progress,
    )
    return _dataset(found, known, calendar.years, seed)


def _dataset(
    found: game.Effects, known: Sequence[Round], years: Sequence[int], seed: int
) -> xr.Dataset:
    effect, level = ("member", "round", "metric", "year"), ("member", "metric", "year")
    data = xr.Dataset(
        {
            "shapley": (effect, found.shapley),
            "staircase": (effect, found.staircase),
            "covered_shapley": (effect, found.covered_shapley),
            "covered_staircase": (effect, found.covered_staircase),
            "stock_enacted": (level, found.value[:, -1]),
            "stock_without": (level, found.value[:, 0]),
        },
        {
            "round": [each.id for each in known],
            "metric": list(game.METRICS),
            "year": list(years),
            "title": ("round", [each.title["en"] for each in known]),
        },
        {"seed": seed, "economy": "CHN"},
    )
    for name in data.data_vars:
        data[name].attrs["units"] = "H100"
    return data


def interval(values: xr.DataArray) -> xr.DataArray:
    """Median and the bounds of the middle 90 % over members: (quantile, …)."""
    return values.quantile([INTERVAL[0], 0.5, INTERVAL[1]], dim="member")


def days() -> Mapping[str, date]:
    """First day on which a rule of each round binds."""
    rules: Any = Regime.shipped().rules
    return {
        each.id: min(rule.begins for rule in rules if each.holds(rule.id))
        for each in shipped_rounds()
    }


def share_of_enacted(effects: xr.Dataset, name: str) -> xr.DataArray:
    """Effects over what China holds as enacted: (member, round, metric, year) [1]."""
    return effects[name] / effects["stock_enacted"]


def per_covered(effects: xr.Dataset, name: str) -> xr.DataArray:
    """Effects per H100 newly covered [1]; NaN for a round that closes or opens no finished chip.

    Parameters
    ----------
    effects : xarray.Dataset
        Of ``find_round_effects``.
    name : str
        ``shapley`` or ``staircase``; what was covered is counted in the same orders.
    """
    covered = effects[f"covered_{name}"]
    return effects[name] / covered.where(np.abs(covered) > LEAST_COVERED)
