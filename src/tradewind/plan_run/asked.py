"""What a plan section asks of a network, read before anything is solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradewind.plan_run.build import Inputs, inputs_of
from tradewind.plan_run.cases import ONE, Step, steps_of
from tradewind.plan_run.catalogue import Offer, open_offer
from tradewind.plan_run.places import Places
from tradewind.scenario.plan import PlanSection
from tradewind.scenario.yaml_source import Source


@dataclass(frozen=True, eq=False)
class Asked:
    """What a plan section asks for.

    Attributes
    ----------
    places : Places
        What words for sites mean.
    groups : mapping of str to tuple of str
        Sites by group.
    inputs : tuple of Inputs
        What each step is planned from.
    """

    places: Places
    groups: Mapping[str, tuple[str, ...]]
    inputs: tuple[Inputs, ...]


def asked_of(
    section: PlanSection,
    origin: Source,
    steps: Sequence[Step],
    offers: Mapping[tuple[int, bool], Offer],
) -> Asked:
    """Read a section against what its network has, and refuse all that can be refused.

    Parameters
    ----------
    section : PlanSection
    origin : Source
        Where it stands, for errors.
    steps : sequence of Step
        The plans to make.
    offers : mapping of ``Step.key`` to Offer
        What there is for each of them.

    Raises
    ------
    ScenarioError
        If the section names what the network has not, or what a case asks for cannot be had.
    """
    places = Places(offers[steps[0].key].sites, section.groups, origin)
    groups = {
        name: tuple(site for site in places.names if site in chosen)
        for name in section.groups
        for chosen in (places.select((name,), f"plan.groups.{name}"),)
    }
    inputs = tuple(inputs_of(offers[s.key], s.fields, places, _path(s)) for s in steps)
    return Asked(places, groups, inputs)


def check_plan(section: PlanSection, origin: Source, title: str) -> tuple[Step, ...]:
    """Read a section against its network without its power, which takes a second or two.

    Returns
    -------
    tuple of Step
        The plans that it asks for.

    Raises
    ------
    ScenarioError
        As ``asked_of``.
    """
    steps = steps_of(section, title=title)
    known = {hours: open_offer(section.network, hours) for hours in {step.key[0] for step in steps}}
    asked_of(section, origin, steps, {step.key: known[step.key[0]] for step in steps})
    return steps


def _path(step: Step) -> str:
    """Field path of what a step says, for errors."""
    return "plan" if step.case == ONE else f"plan.cases.{step.case}"
