"""A regime: the rules that hold in some world, enacted or imagined."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from tradewind.controls.checks import check_rules
from tradewind.controls.reading import read_rule, shipped_rounds
from tradewind.controls.schema import Rule
from tradewind.errors import RuleError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.yaml_source import Source

if TYPE_CHECKING:
    from tradewind.controls.solve import Engine
    from tradewind.scenario.schema import Controls

DEFAULT = Source("rules")


@dataclass(frozen=True)
class Regime:
    """Rules that have been checked against each other.

    Parameters
    ----------
    rules : tuple of Rule
        All rules, whenever they bind.
    name : str
        One line for tables.
    source : Source
        Where it was read from, for errors.

    Raises
    ------
    RuleError
        If two rules share an id, a rule names one that does not exist or is of another kind, or two
        requirements on one paragraph bind at once without saying so.
    """

    rules: tuple[Rule, ...]
    name: str = "as enacted"
    source: Source = field(default=DEFAULT, compare=False)

    def __post_init__(self) -> None:
        check_rules(self.rules, self.source)

    @staticmethod
    def shipped() -> Regime:
        """All rules that ship with Tradewind, as enacted."""
        return _shipped()

    @staticmethod
    def none() -> Regime:
        """No rules at all."""
        return Regime((), "no controls")

    @staticmethod
    def of(controls: Controls | None, source: Source = DEFAULT, name: str = "") -> Regime:
        """The regime that a scenario's `controls:` asks for; as enacted if it has none.

        Raises
        ------
        RuleError
            If a rule is malformed, or does not fit the others.
        """
        if controls is None:
            return Regime.shipped()
        start = Regime.shipped() if controls.regime == "enacted" else Regime.none()
        if not (controls.add or controls.end or controls.change):
            return start
        return start.changed(
            add=controls.add,
            end=controls.end,
            change=controls.change,
            source=source,
            prefix="controls.",
            name=name,
        )

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """The rules by their id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def engine(self) -> Engine:
        """The rules made ready for tables."""
        from tradewind.controls.solve import Engine

        return Engine.of(self.rules)

    def rule(self, identifier: str, where: str = "rule") -> Rule:
        """The rule of that id; raise `RuleError` if there is none."""
        if identifier not in self.by_id:
            raise RuleError(
                "there is no such rule",
                where=where,
                value=identifier,
                bound="the id of a rule (tradewind rule list)",
                remedy=suggestion(identifier, self.by_id, "tradewind rule list"),
            )
        return self.by_id[identifier]

    def binding(self, day: datetime.date) -> tuple[Rule, ...]:
        """The rules that bind on a day."""
        return tuple(rule for rule in self.rules if rule.binds(day))

    def changed(
        self,
        add: Sequence[Mapping[str, Any]] = (),
        end: Sequence[Mapping[str, Any]] = (),
        change: Sequence[Mapping[str, Any]] = (),
        *,
        source: Source = DEFAULT,
        prefix: str = "",
        name: str = "",
    ) -> Regime:
        """Return the regime with rules added, ended or changed.

        Parameters
        ----------
        add : sequence of mapping
            Whole rules, with `jurisdiction` and `citation` of their own.
        end : sequence of mapping
            ``{id, on}`` or ``{round, on}``: the rule, or all of the round, stop binding that day.
        change : sequence of mapping
            ``{id, field: value}`` or ``{round, field: value}``: fields that are replaced.
        source, prefix : Source, str
            Where it is written, for errors.
        name : str
            One line for tables.

        Raises
        ------
        RuleError
            Naming file, field, value and bound.
        """
        rules = list(self.rules)
        for index, entry in enumerate(end):
            where = f"{prefix}end[{index}]"
            given = _keys(entry, {"on"}, source, where)
            if "on" not in given:
                raise _refused("an end needs its day", source, where, entry, "`on: YYYY-MM-DD`")
            _replace(rules, entry, given, source, where)
        for index, entry in enumerate(change):
            where = f"{prefix}change[{index}]"
            given = _keys(entry, None, source, where)
            if "on" in given:
                raise _refused(
                    "there is no field 'on' here", source, f"{where}.on", given["on"], "`end:`"
                )
            _replace(rules, entry, given, source, where)
        for index, entry in enumerate(add):
            rules.append(_added(entry, source, f"{prefix}add[{index}]"))
        return Regime(tuple(rules), name or "changed", source)


@cache
def _shipped() -> Regime:
    return Regime(tuple(rule for each in shipped_rounds() for rule in each.completed()))


def _refused(problem: str, source: Source, field: str, value: object, bound: str) -> RuleError:
    return RuleError(
        problem,
        where=source.where(field),
        value=value,
        bound=bound,
        remedy="see docs/rules.md, How to write a rule",
    )


def _added(entry: Mapping[str, Any], source: Source, where: str) -> Rule:
    rule = read_rule(entry, source, where)
    for name in ("jurisdiction", "citation"):
        if not getattr(rule, name):
            raise _refused(
                f"an added rule needs its {name}",
                source,
                f"{where}.{name}",
                "not given",
                "US or CN" if name == "jurisdiction" else "where it is written, or an assumption",
            )
    return rule.model_copy(update={"seen": rule.seen or "judgement", "round": rule.round or "own"})


def _keys(
    entry: Mapping[str, Any], allowed: set[str] | None, source: Source, where: str
) -> dict[str, Any]:
    """What an entry says beside its `id` or `round`."""
    given = {key: value for key, value in entry.items() if key not in ("id", "round")}
    if ("id" in entry) == ("round" in entry):
        raise _refused("it names no rule", source, where, dict(entry), "either `id` or `round`")
    for key in given:
        if allowed is not None and key not in allowed:
            raise _refused(
                f"there is no field '{key}' here", source, f"{where}.{key}", given[key], "id, on"
            )
    if not given:
        raise _refused("it changes nothing", source, where, dict(entry), "a field and its value")
    return given


def _replace(
    rules: list[Rule],
    entry: Mapping[str, Any],
    update: Mapping[str, Any],
    source: Source,
    where: str,
) -> None:
    """Put new values into the rules that an entry names, and check them anew."""
    key = "id" if "id" in entry else "round"
    chosen = [index for index, rule in enumerate(rules) if getattr(rule, key) == entry[key]]
    if not chosen:
        known = sorted({getattr(rule, key) for rule in rules})
        raise RuleError(
            f"there is no such {'rule' if key == 'id' else 'round'}",
            where=source.where(f"{where}.{key}"),
            value=entry[key],
            bound=f"the id of a {'rule' if key == 'id' else 'round'} (tradewind rule list)",
            remedy=suggestion(str(entry[key]), known, "tradewind rule list"),
        )
    for index in chosen:
        rule = rules[index]
        data = rule.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
        new = dict(update)
        if "on" in new:
            # A rule that ends before it begins never binds.
            new = {"until": max(_day(new["on"], source, f"{where}.on"), rule.effective)}
        fixed = {"kind": rule.kind, "id": rule.id}
        rules[index] = read_rule({**data, **new, **fixed}, source, where)


def _day(value: object, source: Source, where: str) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise _refused(
            "this is no day of the calendar", source, where, value, "YYYY-MM-DD"
        ) from None
