"""What is asked of chokepoints, and the assumptions that follow from it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import get_args

from tradewind.chokepoints import KINDS, Kind, Setting
from tradewind.errors import InputError
from tradewind.run_facts import world_hash
from tradewind.scenario.horizon import Horizon, Labour, at, years_of
from tradewind.trade import Baseline, Closure
from tradewind.trade.arrays import Options
from tradewind.world import World

YEARS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0)
"""Years to adapt under which the worst suppliers are cut."""
LABOURS: tuple[Labour, ...] = ("specific", "mobile")
TOP = 30
"""Cuts of each kind that are made exactly unless another number is asked for."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    economy : str
    by : sequence of {"link", "supplier", "sector"}
    horizon : {"short", "long"} or float
        Time to adapt, in years if a number.
    exact : int, optional
        How many of each kind are cut exactly; all, with the matrix of all economies and the path
        over the horizon, if None.
    closure : {"fixed", "balanced", "proportional"}
    elasticity_set : str, optional
        The world's first if left out.
    """

    economy: str
    by: tuple[Kind, ...] = ("link",)
    horizon: Horizon = "short"
    exact: int | None = TOP
    closure: Closure = "fixed"
    elasticity_set: str | None = None


def check_closure(closure: str) -> None:
    """Refuse a closure that there is not."""
    if closure not in get_args(Closure):
        raise InputError(
            "unknown closure",
            where="closure",
            value=closure,
            bound="one of " + ", ".join(get_args(Closure)),
            remedy='for instance "fixed"',
        )


def kinds_of(question: Question) -> tuple[Kind, ...]:
    """The kinds asked for; a whole answer always has links and suppliers."""
    wanted = set(question.by)
    if question.exact is None:
        wanted |= {"link", "supplier"}
    return tuple(kind for kind in KINDS if kind in wanted) + tuple(wanted - set(KINDS))


def setting_at(
    world: World,
    horizon: Horizon,
    closure: Closure = "fixed",
    elasticity_set: str | None = None,
) -> Setting:
    """A world under the parameters of a horizon; for balanced trade, balanced in the long run."""
    final = world.trade_elasticity(elasticity_set)
    found = at(horizon, final)
    # Deficits end in the long run, whatever the horizon of the cuts: with first-year elasticities
    # their end would move real incomes by half.
    start = Setting(Baseline(world.data.assign(trade_elasticity=final)), Options(closure), math.inf)
    baseline = start.balanced().baseline.with_elasticity(found.trade_elasticity)
    options = Options(
        closure=closure,
        labour=found.labour,
        sigma_value_added=found.sigma_value_added,
        sigma_inputs=found.sigma_inputs,
        sigma_final=found.sigma_final,
    )
    return Setting(baseline, options, found.horizon_years)


def path_of(world: World, question: Question) -> list[Setting]:
    """Both labour markets at every year of the path."""
    steps = []
    for year in YEARS:
        step = setting_at(world, year, question.closure, question.elasticity_set)
        steps += [replace(step, options=replace(step.options, labour=name)) for name in LABOURS]
    return steps


def fingerprint(world: World, question: Question, settings: Sequence[Setting]) -> str:
    """Everything a result depends on, and whose it is."""
    assumptions = [
        [asdict(s.options), s.years, s.baseline.table.elasticity.tolist()] for s in settings
    ]
    told = [version("tradewind"), world_hash(world.data), question.economy, assumptions]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def horizon_name(horizon: Horizon) -> str:
    """A horizon in words: short, long, or a number of years."""
    if isinstance(horizon, str):
        return horizon
    years = years_of(horizon)
    return "long" if math.isinf(years) else f"{years:g} years"
