"""One plan: hours cut, compute attached, solved, told in labelled results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

import xarray as xr

from tradewind.errors import InputError
from tradewind.plan_run.build import Inputs
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.plan_parts import PlanHours

if TYPE_CHECKING:
    import pypsa

    from tradewind.plan_run.catalogue import Catalogue

Paired = Literal["latency", "residency", "deferral", "siting", "price", "emissions", "hours"]
PAIRED: tuple[Paired, ...] = get_args(Paired)
Tell = Callable[[str], None]
"""Told a step in words."""


def silent(step: str) -> None:
    """Report nothing."""


def require_paired(words: Sequence[str]) -> tuple[Paired, ...]:
    """Refuse a paired solve that there is not.

    Raises
    ------
    InputError
    """
    known = {name: name for name in PAIRED}
    for word in words:
        if word not in known:
            raise InputError(
                "there is no such paired solve",
                where="option --paired",
                value=word,
                bound=", ".join(PAIRED),
                remedy=suggestion(word, PAIRED, "choose among these"),
            )
    return tuple(name for name in PAIRED if name in words)


def more_solves(paired: Sequence[Paired], cases: Sequence[Inputs]) -> str:
    """Say how many solves paired questions take beside those of the cases themselves."""
    counts = {
        "siting": 2 * sum(len(case.sites) for case in cases),
        "emissions": sum(len({site.bus for site in case.sites}) for case in cases),
    }
    why = {"siting": " (two a site)", "emissions": " (one a bus)"}
    asked = {name: counts.get(name, len(cases)) for name in paired}
    told = ", ".join(f"{name} {count:,}{why.get(name, '')}" for name, count in asked.items())
    return f"paired solves to come, at most {sum(asked.values()):,}: {told}"


def solve_step(
    catalogue: Catalogue,
    inputs: Inputs,
    hours: PlanHours,
    paired: Sequence[Paired],
    tell: Tell,
) -> xr.Dataset:
    """Make one plan on the network's own hours.

    Returns
    -------
    Dataset
        See ``capacity.fields``.
    """
    from tradewind.capacity import Units, plan

    return plan(
        catalogue.network,
        inputs.sites,
        inputs.chips,
        inputs.workloads,
        rules=inputs.rules,
        units=Units.own(),
        round_trips=catalogue.round_trips,
        hours=None if hours.hours else partial(cut, hours=hours),
        paired=tuple(paired),
        tell=tell,
    ).dataset


def cut(network: pypsa.Network, hours: PlanHours) -> pypsa.Network:
    """Keep the hours that are to be planned."""
    from tradewind.capacity.hours import choose_weeks, cluster_hours, every, full_year

    if hours.weeks is not None:
        return choose_weeks(network, hours.weeks)
    if hours.clusters is not None:
        return cluster_hours(network, hours.clusters)
    if hours.step_hours is not None:
        return every(network, hours.step_hours)
    return full_year(network)
