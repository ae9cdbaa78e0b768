"""The three shapes: how far automation can go at a level of compute, and what it is worth.

``gate`` is Erdil et al. (2025): automation spreads with the log of training compute, and what is
missing in training can be made up at run time. ``korinek_suh_2024`` has the same production with a
frontier that eats into a Pareto tail. ``acemoglu_2024`` is the low anchor: exposed times feasible
times saving. All are bound by the run-time compute at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from tradewind.automation import equations as eq
from tradewind.automation.equations import Floats
from tradewind.automation.factors import saved_labour
from tradewind.automation.tasks import Tasks, Use, classes, edges, use
from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion

Shape = Literal["gate", "acemoglu_2024", "korinek_suh_2024"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
LN10 = np.log(10.0)


@dataclass(frozen=True)
class Compute:
    """What one year has of compute."""

    log_training: Floats
    """What an economy has access to: (economy,) [ln eFLOP]."""
    growth: Floats
    """The same over the frontier of the base year: (economy,) [ln ratio]."""
    per_worker: Floats
    """Run-time compute: (economy,) [eFLOP / year and worker], positive."""


@dataclass(frozen=True)
class State:
    """What compute does in one year: each (economy, sector)."""

    use: Use
    frontier: Floats
    """Share of tasks that can be automated [1]."""
    log_gain: Floats
    """Log of value added per unit of labour's and compute's base shares, or of all factors."""
    moved: Floats
    """What moves income from labour [1]: compute's part of the tasks' output, or labour saved."""


def check(shape: str) -> None:
    """Refuse a shape that does not exist."""
    if shape not in SHAPES:
        raise ScenarioError(
            "there is no shape of this name",
            where="option shape",
            value=shape,
            bound=", ".join(SHAPES),
            remedy=suggestion(shape, SHAPES, "take one of the three, better all"),
        )


def solve(shape: Shape, compute: Compute, odds: Floats, values: Mapping[str, float]) -> State:
    """Find what compute does under a shape.

    Parameters
    ----------
    shape : {"gate", "acemoglu_2024", "korinek_suh_2024"}
    compute : Compute
    odds : (sector,) [1]
    values : mapping
        Parameters.
    """
    tasks = _tasks(shape, compute, odds, values)
    frontier = np.minimum(
        _frontier(shape, compute, odds, values),
        eq.sector_share(1.0 - values["human_only"], odds),
    )
    found = use(tasks, compute.per_worker, frontier)
    log_output, share = eq.composite(
        found.done,
        np.log(found.integral),
        np.log(compute.per_worker)[:, np.newaxis],
        values["task_substitution"],
    )
    if shape == "acemoglu_2024":
        displaced = _displaced(found.done, odds, values)
        saving, labour = values["labour_saving"], values["exposed_labour_share"]
        gain, saved = eq.hulten(displaced, saving, labour), saved_labour(displaced, saving)
        return State(found, frontier, gain, saved)
    return State(found, frontier, log_output, share)


def _start(values: Mapping[str, float]) -> float:
    """Where automation begins to spread, log10 T − Δ, Δ a share of the way from the first run."""
    way = values["agi_training"] - values["first_training"]
    return values["agi_training"] - values["flop_gap"] * way


def _tasks(shape: Shape, compute: Compute, odds: Floats, values: Mapping[str, float]) -> Tasks:
    reached = None
    if shape == "gate":
        bounds = edges(values["first_automated"])
        reached = eq.gate_inverse(
            0.5 * (bounds[1:] + bounds[:-1]),
            values["agi_training"],
            _start(values),
            values["first_automated"],
        )
    return classes(compute.log_training / LN10, reached, odds, values)


def _frontier(shape: Shape, compute: Compute, odds: Floats, values: Mapping[str, float]) -> Floats:
    """Share of tasks that can be automated: (economy, sector)."""
    first = values["first_automated"]
    if shape == "acemoglu_2024":
        feasible = eq.feasible_share(
            compute.growth, values["reference_growth"], values["feasible_share"]
        )
        start = eq.sector_share(first, odds)
        exposed = eq.sector_share(values["exposed_tasks"], odds)
        return np.asarray(start + (1.0 - start) * exposed * feasible[:, np.newaxis])
    if shape == "gate":
        reach = eq.capability(
            compute.log_training / LN10, values["inference_ceiling"], values["inference_slope"]
        )
        share = eq.gate_share(reach, values["agi_training"], _start(values), first)
    else:
        exponent = values["pareto_rate"] / values["reference_growth"]
        share = eq.pareto_share(compute.growth, exponent, first)
    return eq.sector_share(share[:, np.newaxis], odds)


def _displaced(done: Floats, odds: Floats, values: Mapping[str, float]) -> Floats:
    """Share of the tasks people had at f_init that compute has since taken over."""
    start = eq.sector_share(values["first_automated"], odds)
    return np.asarray((done - start) / (1.0 - start))
