"""The `plan` section of a scenario: compute and power planned together, in cases.

A section says what holds; each of its cases says only what is different there. Fields of a part
(`demand`, `chips`, `rules`, `sites`, `overheads`) are changed one by one; lists, mappings, `hours`
and `brownfield` are replaced whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from tradewind.scenario.forms import Frozen, Number, Selector, refusal
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.plan_parts import (
    Class,
    Part,
    PlanChips,
    PlanDemand,
    PlanHours,
    PlanOverheads,
    PlanRules,
    PlanSites,
    Positive,
)

NetworkName = Literal["china31", "us", "europe", "world"]
NETWORKS: tuple[NetworkName, ...] = get_args(NetworkName)
GREENFIELD: tuple[NetworkName, ...] = ("china31",)
"""Networks whose tables say how much of each plant may stand where none stands yet."""
Word = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""Small letters, digits and hyphens."""


class PlanFields(Frozen):
    """What a case may change."""

    hours: PlanHours | None = None
    """Which hours of the year are planned: two weeks if left out, of the world 48 hours."""
    brownfield: Annotated[bool, Field(strict=True)] = True
    """Whether today's plants stand. `false` on `china31` alone: only hydro, pumped storage,
    nuclear and lines stand; coal, gas, wind, sun and batteries are built anew and paid for."""
    demand: PlanDemand = PlanDemand()
    """How much compute is asked for."""
    chips: PlanChips = PlanChips()
    """Which chips may be bought."""
    rules: PlanRules = PlanRules()
    """Rules for power and compute."""
    sites: PlanSites = PlanSites()
    """Where compute may stand."""
    overheads: PlanOverheads = PlanOverheads()
    """What serving from elsewhere costs."""
    latency_ms: Mapping[Class, Positive] = Field(default_factory=dict)
    """Longest round trip by class [ms]; the class's own bound if it is not named."""
    residency: Mapping[str, Selector] = Field(default_factory=dict)
    """Countries whose sites may serve a country (or `all`); `home` is the country itself,
    on `europe` `adequate` where the GDPR and adequacy decisions let its data go."""

    def changed(self, changes: PlanFields) -> PlanFields:
        """Return what holds in a case, given what is different there."""
        kept = {name: getattr(self, name) for name in PlanFields.model_fields}
        for name in changes.model_fields_set & set(PlanFields.model_fields):
            old, new = kept[name], getattr(changes, name)
            kept[name] = old.changed(new) if isinstance(old, Part) else new
        return PlanFields.model_validate(kept)


class Case(PlanFields):
    """One case of a plan: a title, and what is different there."""

    title: Annotated[str, Field(min_length=1)]
    """In a few words, for tables."""
    title_zh: Annotated[str, Field(min_length=1)] | None = None
    """The same in Chinese."""


class Axis(Frozen):
    """A number that is varied while everything else stays."""

    field: Annotated[str, Field(pattern=r"^[a-z_0-9]+(\.[a-z_0-9]+)+$")]
    """Which, as a path: `chips.price_percent`, `latency_ms.interactive`."""
    values: Annotated[tuple[Number, ...], Field(min_length=1)]
    """Its values, beside the one the cases have."""
    unit: Annotated[str, Field(min_length=1)]
    """Unit of the values."""
    cases: tuple[Word, ...] | None = None
    """In which cases; in all if left out."""

    def at(self, fields: PlanFields, value: float) -> PlanFields:
        """Return the same fields with the number at a value."""
        part, _, name = self.field.partition(".")
        changes = {part: {name: value}}
        if part in ("latency_ms",):
            changes = {part: {**getattr(fields, part), name: value}}
        return fields.changed(PlanFields.model_validate(changes))


class Expectation(Frozen):
    """A statement about the cases, and what would make it true."""

    title: Annotated[str, Field(min_length=1)]
    """The statement in words."""
    title_zh: Annotated[str, Field(min_length=1)] | None = None
    """The same in Chinese."""
    metric: Literal[
        "share_built", "cost_saving_percent", "unit_cost_saving_percent", "member_gain_percent"
    ]
    """`share_built`: IT capacity in a group of sites, % of all. `cost_saving_percent`: how much
    less the whole system costs than in the case `against`, % of what compute costs there;
    `brownfield` must be the same in both.
    `unit_cost_saving_percent`: how much less an H100e-hour costs than in that case.
    `member_gain_percent`: the smallest gain of a member country against that case, % of what its
    compute costs it there."""
    case: Word
    """In which case."""
    against: Word | None = None
    """The case it is compared with."""
    group: Word | None = None
    """Which sites."""
    at_least: Number
    """The statement holds from here on [%]."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = "group" if self.metric == "share_built" else "against"
        if getattr(self, needed) is None:
            raise refusal(
                f"{self.metric} needs `{needed}`",
                bound="a group of sites" if needed == "group" else "another case",
                remedy=f"add `{needed}: ...`",
                field=needed,
            )
        return self


class PlanSection(PlanFields):
    """Compute and power planned together: what holds, and the cases that are compared."""

    network: NetworkName
    """Where: `china31`, `us`, `europe` or `world`."""
    title_zh: Annotated[str, Field(min_length=1)] | None = None
    """The scenario's title in Chinese."""
    description_zh: Annotated[str, Field(min_length=1)] | None = None
    """The scenario's description in Chinese."""
    groups: Mapping[Word, Selector] = Field(default_factory=dict)
    """Names for groups of sites, by site, bus or country; tables show the share of each."""
    cases: Mapping[Word, Case] = Field(default_factory=dict)
    """Name to what is different; the others are compared with the first. None is one plan."""
    shown: Word | None = None
    """The case that story, map and hours are about; the last one if left out."""
    sensitivity: tuple[Axis, ...] = ()
    """Numbers that are varied, one at a time."""
    expect: tuple[Expectation, ...] = ()
    """Statements that the cases are held against."""

    @model_validator(mode="after")
    def _cases_hold(self) -> Self:
        hours_on(self.network, self.hours, "hours")
        _require_plants(self.network, self.brownfield, "brownfield")
        for name, case in self.cases.items():
            with _inside(f"cases.{name}"):
                own = self.changed(case)
                hours_on(self.network, own.hours, f"cases.{name}.hours")
                _require_plants(self.network, own.brownfield, f"cases.{name}.brownfield")
        self._require_cases([self.shown] if self.shown else [], "shown")
        for index, axis in enumerate(self.sensitivity):
            for value in axis.values:
                with _inside(f"sensitivity[{index}].field"):
                    axis.at(self, value)
            self._require_cases(axis.cases or (), f"sensitivity[{index}].cases")
        for index, expected in enumerate(self.expect):
            named = [expected.case, *([expected.against] if expected.against else [])]
            self._require_cases(named, f"expect[{index}]")
            if expected.group is not None and expected.group not in self.groups:
                raise _unknown("group of sites", expected.group, self.groups, f"expect[{index}]")
            if expected.metric == "cost_saving_percent":
                self._require_same_plants(named, f"expect[{index}].metric")
        return self

    def _require_same_plants(self, names: Iterable[str], path: str) -> None:
        """Refuse to compare systems of which one pays for plants that stand in the other."""
        stand = {name: self.of(name).brownfield for name in names}
        if len(set(stand.values())) > 1:
            told = ", ".join(f"{str(value).lower()} in {name}" for name, value in stand.items())
            raise refusal(
                "system costs do not compare where today's plants stand in one case alone: they "
                "are paid for in none",
                bound=f"cases with the same `brownfield`; it is {told}",
                remedy="write `metric: unit_cost_saving_percent`, what an H100e-hour costs",
                field=path,
                value="cost_saving_percent",
            )

    def _require_cases(self, names: Iterable[str], path: str) -> None:
        for name in names:
            if name not in self.cases:
                raise _unknown("case", name, self.cases, path)

    def of(self, case: str | None) -> PlanFields:
        """Return what holds in a case, or in the section itself."""
        return self.changed(PlanFields() if case is None else self.cases[case])


def hours_on(network: NetworkName, hours: PlanHours | None, path: str = "") -> PlanHours:
    """Return the hours to plan on a network.

    Raises
    ------
    PydanticCustomError
        If the network does not have such hours.
    """
    world = network == "world"
    if hours is None:
        return PlanHours(hours=48) if world else PlanHours(weeks=2)
    if world != (hours.hours is not None):
        raise refusal(
            "the world network has typical days of its own"
            if world
            else "only the world network comes in so many hours",
            bound="hours" if world else "weeks, clusters, step_hours or full_year",
            remedy="write `hours: {hours: 48}`" if world else "write `hours: {weeks: 2}`",
            field=path,
            value=str(hours),
        )
    return hours


def _require_plants(network: NetworkName, brownfield: bool, path: str) -> None:
    """Refuse to take plants away where no table says what may stand in their place."""
    if brownfield or network in GREENFIELD:
        return
    raise refusal(
        f"the network {network} cannot be planned without today's plants: its tables know what may "
        "be built in a few years, and not how much in all",
        bound=f"true, or false on {', '.join(GREENFIELD)}",
        remedy=f"leave `brownfield` out, or plan on `network: {GREENFIELD[0]}`",
        field=path,
        value=brownfield,
    )


@contextmanager
def _inside(path: str) -> Iterator[None]:
    """Tell what is wrong with fields put together, and the place that put them together."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        context = first.get("ctx", {})
        inner = ".".join(map(str, first["loc"]))
        unknown = first["type"] == "extra_forbidden"
        problem = f"there is no field {inner}" if unknown else context.get("problem", first["msg"])
        raise refusal(
            f"what comes of it is refused: {problem}",
            bound=str(context.get("bound", "a field of the section" if unknown else first["msg"])),
            remedy=str(context.get("remedy", "compare with the fields that the section may have")),
            field=path,
            value=f"{inner}: {first['input']}" if inner else first["input"],
        ) from None


def _unknown(what: str, name: str, known: Iterable[str], path: str) -> PydanticCustomError:
    names = list(known)
    return refusal(
        f"there is no {what} '{name}'",
        bound=f"one of {', '.join(names)}" if names else "one that the section defines",
        remedy=suggestion(name, names, f"define it, or name another {what}"),
        field=path,
        value=name,
    )
