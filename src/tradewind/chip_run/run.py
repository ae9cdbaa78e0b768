"""One run of the chip market: a scenario's rules, the range of its answers, and both ends of w."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from tradewind.chip_run.against import REFERENCES, compared, holdings
from tradewind.chip_run.policy import compile_policies
from tradewind.chip_run.rounds import INTERVAL, find_round_effects
from tradewind.chips.block import solve_chips
from tradewind.chips.calendar import LAST_YEAR
from tradewind.chips.demand import WORKLOADS
from tradewind.chips.parameters import central, draws
from tradewind.controls import Regime
from tradewind.errors import InputError
from tradewind.scenario import Scenario

BOUNDED = (
    "packages",
    "stock",
    "stock_bandwidth",
    "rented",
    "list_price",
    "scarcity_rent",
    "marginal_value",
    "domestic_share",
    "home_multiple",
)
"""Variables of which a run keeps the range over its members."""
WEIGHTS = (0.0, 1.0)
"""Ends of the weight of memory bandwidth."""
HUGE = 1e200
"""Stands for infinity while quantiles are interpolated."""
DEFAULT = "chips-as-enacted"
Tell = Callable[[str, int, int], None]
"""Told a step, and how much of how much of it is done."""


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, eq=False, repr=False)
class ChipRun:
    """What a regime of export controls does to the chip market.

    Attributes
    ----------
    scenario : Scenario
    central : Dataset
        The market at the central parameters, see ``chips.results.MEANINGS``.
    enacted : Dataset
        The same under the rules as enacted.
    bounds : Dataset
        ``BOUNDED`` with a dimension ``quantile`` (0.05, 0.5, 0.95) over the members.
    ends : Dataset
        The market with every workload's weight of bandwidth at 0 and at 1, the rest central.
    against : Dataset
        What economies hold beside what they would without rules and under the rules as enacted,
        draw by draw, see ``chip_run.against.compared``.
    rounds : Dataset or None
        Effect of each round of rules, see ``chip_run.rounds.find_round_effects``.
    members, seed : int
    timings : dict
        Seconds by step.
    """

    scenario: Scenario
    central: xr.Dataset
    enacted: xr.Dataset
    bounds: xr.Dataset
    ends: xr.Dataset
    against: xr.Dataset
    rounds: xr.Dataset | None
    members: int
    seed: int
    timings: dict[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Scenario, years and members."""
        years = self.central["year"].values
        return f"ChipRun({self.scenario.name!r}, {years[0]} to {years[-1]}, {self.members} members)"


def run_chips(
    scenario: Scenario | None = None,
    *,
    last_year: int = LAST_YEAR,
    members: int = 100,
    seed: int = 0,
    rounds: bool = True,
    tell: Tell = silent,
) -> ChipRun:
    """Run the chip market under a scenario's export controls.

    Parameters
    ----------
    scenario : Scenario, optional
        Its ``controls`` and ``chip_parameters`` count; ``chips-as-enacted`` if left out.
    last_year : int
        2025 to 2035.
    members : int
        Draws of the parameters for the bounds, and for the effects of rounds.
    seed : int
    rounds : bool
        Whether the effect of each round as enacted is measured, too.
    tell : callable, optional

    Returns
    -------
    ChipRun

    Raises
    ------
    RuleError
        If the scenario's rules are malformed.
    ScenarioError
        If it names a parameter that does not exist, or a value out of its range.
    InputError
        If there are too few members, or the last year is not covered.
    ConvergenceError, InfeasibleError
        If a market has no solution that was found.
    """
    scenario = scenario or Scenario.from_yaml(DEFAULT)
    _require(members, last_year)
    values = central(scenario.chip_parameters)
    clock = _Clock()
    tell("asking the rules", 0, 1)
    regime = Regime.of(scenario.controls, scenario.origin, scenario.title)
    policy, none, enacted = compile_policies([regime, Regime.none(), Regime.shipped()], last_year)
    references = dict(zip(REFERENCES, (none, enacted), strict=True))
    clock.lap("rules")
    tell("solving the market", 0, 1)

    def solved(own: Mapping[str, float], rules: xr.Dataset = policy) -> xr.Dataset:
        return solve_chips(rules, enacted=enacted, values=own)

    middle, as_enacted = solved(values), solved(values, enacted)
    ends = [solved(at_weight(values, weight)) for weight in WEIGHTS]
    clock.lap("market")
    kept: dict[str, list[np.ndarray]] = {name: [] for name in BOUNDED}
    own: list[np.ndarray] = []
    others: dict[str, list[np.ndarray]] = {name: [] for name in references}
    for member, drawn in enumerate(draws(members, seed, scenario.chip_parameters)):
        tell("drawing parameters", member, members)
        found = solved(drawn)
        for name in BOUNDED:
            kept[name].append(found[name].to_numpy())
        own.append(holdings(found))
        for name, rules in references.items():
            same = rules.equals(policy)
            others[name].append(own[-1] if same else holdings(solved(drawn, rules)))
    clock.lap("members")
    effects = None
    if rounds:
        effects = find_round_effects(
            members, seed, progress=lambda done, total: tell("taking rounds apart", done, total)
        )
        clock.lap("rounds")
    return ChipRun(
        scenario,
        middle,
        as_enacted,
        _quantiles(kept, middle),
        _by_weight(ends),
        compared(own, others, middle),
        effects,
        members,
        seed,
        clock.seconds,
    )


def at_weight(values: Mapping[str, float], weight: float) -> dict[str, float]:
    """Return parameters with one weight of memory bandwidth for every workload."""
    return {**values, **{f"{name}_weight": weight for name in WORKLOADS}}


class _Clock:
    """Seconds since the last lap, by step."""

    def __init__(self) -> None:
        self.last, self.seconds = time.perf_counter(), dict[str, float]()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(now - self.last, 3)
        self.last = now


def _by_weight(ends: list[xr.Dataset]) -> xr.Dataset:
    """Put solutions at the ends of the weight side by side."""
    labelled = [
        end.expand_dims(bandwidth_weight=[weight])
        for end, weight in zip(ends, WEIGHTS, strict=True)
    ]
    return xr.merge(labelled, join="outer", compat="no_conflicts", combine_attrs="drop_conflicts")


def quantiles(values: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Quantiles over draws, infinite where the draws are: (draw, …) to (level, …).

    Who is offered nothing has no finite worth of a chip, and infinities cannot be interpolated.
    """
    found = np.quantile(np.where(np.isinf(values), HUGE, values), levels, axis=0)
    return np.where(found > 1e-6 * HUGE, np.inf, found)


def _quantiles(kept: Mapping[str, list[np.ndarray]], like: xr.Dataset) -> xr.Dataset:
    levels = [INTERVAL[0], 0.5, INTERVAL[1]]
    found: dict[str, Any] = {
        name: (
            ("quantile", *like[name].dims),
            quantiles(np.stack(values), levels),
            like[name].attrs,
        )
        for name, values in kept.items()
    }
    # A total over labels has a range of its own: ranges do not add up.
    for name, over in (("stock", "family"), ("stock_bandwidth", "family"), ("stock", "economy")):
        axis = like[name].dims.index(over)
        total = np.stack(kept[name]).sum(axis=axis + 1)
        dims = ("quantile", *(dim for dim in like[name].dims if dim != over))
        label = f"{name}_by_{dims[-1]}"
        found[label] = (dims, np.quantile(total, levels, axis=0), like[name].attrs)
    return xr.Dataset(found, {**like.coords, "quantile": levels})


def _require(members: int, last_year: int) -> None:
    if members < 2:
        raise InputError(
            "bounds need members",
            where="members",
            value=members,
            bound="2 or more",
            remedy="leave it out to take 100",
        )
    if not 2025 <= last_year <= LAST_YEAR:
        raise InputError(
            "the chip market does not cover this last year",
            where="last year",
            value=last_year,
            bound=f"2025 to {LAST_YEAR}",
            remedy="choose a year within",
        )
