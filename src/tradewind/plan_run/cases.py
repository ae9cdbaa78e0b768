"""From the plan section of a scenario to the plans that are to be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from tradewind.errors import InputError
from tradewind.scenario import Scenario
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.plan import (
    NETWORKS,
    Axis,
    NetworkName,
    PlanFields,
    PlanSection,
    hours_on,
)
from tradewind.scenario.plan_parts import PlanHours

ONE = "plan"
"""Name of the only plan of a section without cases."""
BOUND = "latency_ms.interactive"
"""Field of the longest round trip of interactive work."""

TITLES = {
    "china31": ("Compute and power in the 31 provinces of China", "中国 31 省的算力与电力"),
    "us": ("Compute and power in the United States", "美国的算力与电力"),
    "europe": ("Compute and power in Europe", "欧洲的算力与电力"),
    "world": ("Compute and power in the world", "世界的算力与电力"),
}
"""Titles of a network's plan without a scenario, English and Chinese."""


def require_network(name: str) -> NetworkName:
    """Refuse a network that there is not.

    Raises
    ------
    InputError
    """
    for known in NETWORKS:
        if name == known:
            return known
    raise InputError(
        "there is no such network",
        where="option --network",
        value=name,
        bound=", ".join(NETWORKS),
        remedy=suggestion(name, NETWORKS, "choose one of these"),
    )


def default_scenario(network: NetworkName) -> Scenario:
    """Return the plan of a network as its tables have it, without any cases."""
    title, title_zh = TITLES[network]
    return Scenario.from_dict(
        {
            "name": f"plan-{network}",
            "title": title,
            "shocks": [],
            "plan": {"network": network, "title_zh": title_zh},
        }
    )


def with_latency(
    scenario: Scenario, bounds: Sequence[float], cases: Sequence[str] | None = None
) -> Scenario:
    """Vary the latency bound of interactive work, so that siting is seen against it.

    Parameters
    ----------
    scenario : Scenario
        With a ``plan`` section.
    bounds : sequence of float [ms]
        In place of those that the scenario varies.
    cases : sequence of str, optional
        In which cases; in the one that is shown if left out.
    """
    section = scenario.plan
    if section is None:
        return scenario
    shown = section.shown or (list(section.cases)[-1] if section.cases else None)
    axis = Axis(
        field=BOUND,
        values=tuple(bounds),
        unit="ms",
        cases=tuple(cases) if cases else (shown,) if shown else None,
    )
    others = tuple(each for each in section.sensitivity if each.field != BOUND)
    varied = section.model_copy(update={"sensitivity": (axis, *others)})
    return scenario.model_copy(update={"plan": varied})


@dataclass(frozen=True)
class Step:
    """One plan to make.

    Attributes
    ----------
    name : str
        The case's, and for a sensitivity also the field and its value.
    case : str
        Name of the case it belongs to.
    title, title_zh : str
        The case's.
    fields : PlanFields
        What holds.
    hours : PlanHours
        What is planned of the year.
    axis : str
        Field that a sensitivity varies; empty for the case itself.
    value : float
        Its value; NaN for the case itself.
    unit : str
        Of the value.
    """

    name: str
    case: str
    title: str
    title_zh: str
    fields: PlanFields
    hours: PlanHours
    axis: str = ""
    value: float = float("nan")
    unit: str = ""

    @property
    def key(self) -> tuple[int, bool]:
        """What its network is built by: the world's number of hours, and whether plants stand."""
        return self.hours.hours or 0, self.fields.brownfield


def steps_of(
    section: PlanSection,
    *,
    title: str,
    cases: Sequence[str] | None = None,
    hours: PlanHours | None = None,
    sensitivity: bool = True,
) -> tuple[Step, ...]:
    """List the plans to make: every case, then every sensitivity.

    Parameters
    ----------
    section : PlanSection
    title : str
        Title of the only plan if the section has no cases.
    cases : sequence of str, optional
        Only these.
    hours : PlanHours, optional
        In place of the section's and the cases'.
    sensitivity : bool
        Whether numbers are varied, too.

    Raises
    ------
    InputError
        If a case is asked for that there is not.
    """
    chosen = _chosen(section, cases)
    override = PlanFields() if hours is None else PlanFields(hours=hours)
    main = [_main(section, name, title, override) for name in chosen]
    if not sensitivity:
        return tuple(main)
    varied = [
        _varied(step, axis, value)
        for axis in section.sensitivity
        for step in main
        if axis.cases is None or step.case in axis.cases
        for value in axis.values
    ]
    return (*main, *varied)


def _chosen(section: PlanSection, cases: Sequence[str] | None) -> list[str]:
    known = list(section.cases) or [ONE]
    for name in cases or ():
        if name not in known:
            raise InputError(
                "there is no such case",
                where="option --case",
                value=name,
                bound=", ".join(known),
                remedy=suggestion(name, known, "choose one of these"),
            )
    return [name for name in known if cases is None or name in cases]


def _main(section: PlanSection, name: str, title: str, override: PlanFields) -> Step:
    case = section.cases.get(name)
    fields = section.of(None if case is None else name).changed(override)
    told = title if case is None else case.title
    chinese = (case.title_zh if case else section.title_zh) or told
    return Step(name, name, told, chinese, fields, _hours(section, fields))


def _hours(section: PlanSection, fields: PlanFields) -> PlanHours:
    try:
        return hours_on(section.network, fields.hours)
    except PydanticCustomError as error:
        told = error.context or {}
        raise InputError(
            error.message(),
            where=f"hours of a plan on {section.network}",
            value=told["value"],
            bound=told["bound"],
            remedy="--hours 48" if section.network == "world" else "--weeks 2",
        ) from None


def _varied(step: Step, axis: Axis, value: float) -> Step:
    return Step(
        f"{step.name}@{axis.field}={value:g}",
        step.case,
        step.title,
        step.title_zh,
        axis.at(step.fields, value),
        step.hours,
        axis.field,
        value,
        axis.unit,
    )
