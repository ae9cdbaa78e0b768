"""The plan section: how cases change it, and what is refused, with field, value and remedy."""

from __future__ import annotations

import math

import pytest

from tradewind.errors import InputError, ScenarioError
from tradewind.plan_run.cases import (
    BOUND,
    default_scenario,
    require_network,
    steps_of,
    with_latency,
)
from tradewind.scenario import PlanSection, Scenario
from tradewind.scenario.plan import NETWORKS
from tradewind.scenario.plan_parts import PlanHours

TEXT = """\
name: mine
title: Mine
shocks: []
plan:
  network: china31
  hours: {weeks: 2}
  groups: {west: [Ningxia, Gansu]}
  demand: {total: 1000, spare_percent: 5}
  latency_ms: {interactive: 50}
  sites: {pue: [{sites: west, at_most: 1.25}], connection_percent: 10}
  cases:
    local: {title: At home, sites: {local: [training, batch, interactive]}}
    free: {title: Free, title_zh: 自由, demand: {total: 50}, hours: {clusters: 3}}
  sensitivity:
    - {field: chips.price_percent, values: [-30, 30], unit: "%", cases: [free]}
    - {field: latency_ms.training, values: [5], unit: ms}
  expect:
    - {title: West, metric: share_built, case: free, group: west, at_least: 30}
"""


def section(text: str = TEXT) -> PlanSection:
    plan = Scenario.from_text(text).plan
    assert plan is not None
    return plan


def test_a_case_changes_only_what_it_says() -> None:
    plan = section()
    local, free = plan.of("local"), plan.of("free")
    assert local.sites.local == ("training", "batch", "interactive")
    assert (local.sites.connection_percent, local.sites.pue) == (10.0, plan.sites.pue)
    assert (local.demand, local.hours) == (plan.demand, PlanHours(weeks=2))
    assert (free.demand.total, free.demand.spare_percent) == (50.0, 5.0)
    assert free.hours == PlanHours(clusters=3)
    assert free.sites == plan.sites
    assert plan.of(None).demand == plan.demand


def test_steps_are_cases_and_then_what_is_varied() -> None:
    steps = steps_of(section(), title="Mine")
    assert [step.name for step in steps] == [
        *("local", "free", "free@chips.price_percent=-30", "free@chips.price_percent=30"),
        *("local@latency_ms.training=5", "free@latency_ms.training=5"),
    ]
    assert (steps[0].axis, math.isnan(steps[0].value)) == ("", True)
    varied = steps[3]
    assert (varied.case, varied.axis, varied.value, varied.unit) == (
        *("free", "chips.price_percent", 30.0, "%"),
    )
    assert varied.title == "Free"
    assert varied.title_zh == steps[1].title_zh
    assert varied.fields.chips.price_percent == 30.0
    assert varied.fields.demand.total == 50.0
    # Another class's bound stays where one is varied.
    assert steps[5].fields.latency_ms == {"interactive": 50.0, "training": 5.0}


def test_hours_of_the_command_line_hold_in_every_case() -> None:
    steps = steps_of(section(), title="Mine", hours=PlanHours(full_year=True), sensitivity=False)
    assert [str(step.hours) for step in steps] == ["full year", "full year"]


def test_only_some_cases() -> None:
    steps = steps_of(section(), title="Mine", cases=["free"])
    assert {step.case for step in steps} == {"free"}
    with pytest.raises(InputError, match="did you mean free"):
        steps_of(section(), title="Mine", cases=["fre"])


@pytest.mark.parametrize("network", NETWORKS)
def test_a_network_without_a_scenario_is_one_plan(network: str) -> None:
    scenario = default_scenario(require_network(network))
    assert scenario.plan is not None
    (step,) = steps_of(scenario.plan, title=scenario.title)
    assert (step.name, step.title, step.case) == ("plan", scenario.title, "plan")
    assert Scenario.from_text(scenario.to_yaml()) == scenario


def test_hours_in_words() -> None:
    told = {
        *(str(PlanHours(weeks=1)), str(PlanHours(weeks=2)), str(PlanHours(clusters=12))),
        *(str(PlanHours(step_hours=3)), str(PlanHours(full_year=True)), str(PlanHours(hours=48))),
    }
    assert told == {
        *("1 week", "2 weeks", "12 typical days"),
        *("full year in steps of 3 hours", "full year", "48 hours of typical days"),
    }


REFUSED = {
    "misspelt in a case": (
        *("local: [training, batch, interactive]", "locl: [training]"),
        ("line 12, field plan.cases.local.sites.locl", "did you mean local"),
    ),
    "half a week": ("weeks: 2", "weeks: 2.5", ("plan.hours.weeks", "2.5", "whole number")),
    "two ways of hours": ("{weeks: 2}", "{weeks: 2, clusters: 3}", ("plan.hours", "one of weeks")),
    "no hours": ("{weeks: 2}", "{}", ("plan.hours", "0 ways")),
    "hours of the world": ("{weeks: 2}", "{hours: 48}", ("plan.hours", "world network", "weeks")),
    "weeks of the world": ("china31", "world", ("plan", "own", "hours: 48")),
    "network": ("china31", "china", ("plan.network", "did you mean china31")),
    "greenfield elsewhere": (
        *("china31", "europe\n  brownfield: false"),
        ("line 6, field plan.brownfield", "False", "false on china31", "leave `brownfield` out"),
    ),
    "half a greenfield": (
        *("title: At home", "brownfield: 0.5, title: At home"),
        ("plan.cases.local.brownfield", "true or false"),
    ),
    "untitled case": ("title: At home, ", "", ("plan.cases.local.title", "add `title")),
    "two ways of demand": (
        *("total: 50}", "by_class: {training: 3}}"),
        ("plan.cases.free", "two ways", "remove one"),
    ),
    "shares": (
        *("spare_percent: 5", "shares_percent: {training: 40, batch: 50}"),
        ("plan.demand.shares_percent", "90 %", "100 %"),
    ),
    "no demand": (
        *("total: 1000, spare_percent: 5", "by_class: {training: 0}"),
        ("plan.demand.by_class", "more than 0"),
    ),
    "negative demand": ("total: 1000", "total: -1", ("plan.demand.total", "more than 0")),
    "class": ("interactive: 50", "interactiv: 50", ("plan.latency_ms", "interactiv")),
    "PUE below one": ("at_most: 1.25", "at_most: 0.9", ("plan.sites.pue[0].at_most", "least 1")),
    "varied out of bounds": (
        *("values: [-30, 30]", "values: [-130]"),
        ("plan.sensitivity[0].field", "chips.price_percent: -130"),
    ),
    "varied unknown": (
        *("chips.price_percent", "chips.price"),
        ("plan.sensitivity[0].field", "no field chips.price"),
    ),
    "varied in no case": ("cases: [free]", "cases: [fre]", ("sensitivity[0]", "mean free")),
    "expected of no group": ("group: west", "group: wst", ("plan.expect[0]", "mean west")),
    "expected of no case": ("case: free", "case: fee", ("plan.expect[0]", "mean free")),
    "expected of all": (", group: west", "", ("plan.expect[0].group", "add `group")),
    "percent of green": (
        *("at_most: 1.25}]", "at_most: 1.25}]}\n  rules: {green_percent: 101"),
        ("plan.rules.green_percent", "101", "at most 100"),
    ),
    "percent of green by site": (
        *("at_most: 1.25}]", "at_most: 1.25}]}\n  rules: {green_percent_by: {Ningxia: 101}"),
        ("plan.rules.green_percent_by.Ningxia", "101", "at most 100"),
    ),
}


@pytest.mark.parametrize(
    ("shown", "asked", "cases"),
    [("", None, ("free",)), ("shown: local", None, ("local",)), ("", ["local"], ("local",))],
)
def test_latency_bounds_that_are_asked_for_stand_in_for_those_of_the_scenario(
    shown: str, asked: list[str] | None, cases: tuple[str, ...]
) -> None:
    own = "latency_ms.interactive, values: [5]"
    text = TEXT.replace("latency_ms.training, values: [5]", own)
    scenario = Scenario.from_text(text.replace("hours: {weeks: 2}", shown or "hours: {weeks: 2}"))
    varied = with_latency(scenario, [30.0, 60.0], asked)
    assert scenario.plan is not None
    assert varied.plan is not None
    first, *others = varied.plan.sensitivity
    assert (first.field, first.values, first.unit) == (BOUND, (30.0, 60.0), "ms")
    assert first.cases == cases
    assert others == [axis for axis in scenario.plan.sensitivity if axis.field != BOUND]
    assert [axis.field for axis in others] == ["chips.price_percent"]


def test_a_case_may_take_the_plants_away_where_the_network_can() -> None:
    text = TEXT.replace("title: At home", "brownfield: false, title: At home")
    steps = steps_of(section(text), title="Mine", sensitivity=False)
    assert [step.key for step in steps] == [(0, False), (0, True)]
    with pytest.raises(ScenarioError, match=r"line 12, field plan\.cases\.local\.brownfield"):
        section(text.replace("china31", "us"))


def test_systems_are_not_compared_unless_the_same_plants_stand() -> None:
    text = TEXT.replace(
        "share_built, case: free, group: west", "METRIC, case: free, against: local"
    )
    gone = text.replace("title: At home", "brownfield: false, title: At home")
    both = gone.replace("title: Free,", "brownfield: false, title: Free,")
    for same in (text, both):
        section(same.replace("METRIC", "cost_saving_percent"))
    section(gone.replace("METRIC", "unit_cost_saving_percent"))
    with pytest.raises(ScenarioError) as refused:
        section(gone.replace("METRIC", "cost_saving_percent"))
    assert "line 18, field plan.expect[0].metric" in refused.value.where
    assert refused.value.value == "'cost_saving_percent'"
    assert "it is true in free, false in local" in refused.value.bound
    assert "metric: unit_cost_saving_percent" in refused.value.remedy


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str) -> None:
    before, after, said = REFUSED[name]
    assert TEXT.count(before) >= 1
    text = TEXT.replace(", connection_percent: 10", "").replace(before, after, 1)
    with pytest.raises(ScenarioError) as refused:
        Scenario.from_text(text)
    message = str(refused.value)
    assert all(part in message for part in said), message
    assert "  try:    " in message
