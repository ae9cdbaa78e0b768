"""From files to rules, with errors that name file, line, field, value, bound and remedy."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from tradewind.controls.conditions import Bounds, Condition
from tradewind.controls.schema import KINDS, AnyRule, Period, Round, Rule, Step
from tradewind.errors import RuleError
from tradewind.scenario.yaml_source import Source, read_shipped

_RULE: TypeAdapter[Rule] = TypeAdapter(AnyRule)


def field_path(location: tuple[int | str, ...], prefix: str = "") -> str:
    """Write a location as in the file, without the tag pydantic adds for a rule's kind.

    >>> field_path(("rules", 2, "review", "when", "any", 0, "market"))
    'rules[2].when.any[0].market'
    """
    path = prefix
    for index, part in enumerate(location):
        inside = location[0] == "rules"
        if isinstance(part, int):
            path += f"[{part}]"
        elif not (part in KINDS and index == (2 if inside else 0)):
            path += f".{part}" if path else part
    return path


def _known_fields(location: tuple[int | str, ...]) -> list[str]:
    """The fields that the model at a location has."""
    names = [part for part in location if isinstance(part, str)]
    model: type[BaseModel] = Round
    for name in names:
        if name in KINDS and model is Round:
            model = KINDS[name]
        elif name in ("when", "all", "any", "not"):
            model = Condition
        elif name in ("path", "period"):
            model = Step if name == "path" else Period
        elif model is Condition:
            model = Bounds
    return [info.alias or name for name, info in model.model_fields.items()]


def _refused(error: ValidationError, source: Source, prefix: str = "") -> RuleError:
    # Only what goes wrong needs the words for it, which know all shocks of a scenario.
    from tradewind.scenario.refusals import Form, told

    form = Form("kind", KINDS, "a rule", lambda place: field_path(place, prefix), _known_fields)
    return RuleError(**told(error, source, form))


def read_round(data: Mapping[str, Any], source: Source) -> Round:
    """Validate one round of rules.

    Raises
    ------
    RuleError
        If it breaks the form.
    """
    try:
        return Round.model_validate(dict(data))
    except ValidationError as error:
        raise _refused(error, source) from None


def read_rule(data: object, source: Source, prefix: str) -> Rule:
    """Validate one rule that stands at a field of a file, as in a scenario.

    Raises
    ------
    RuleError
        If it breaks the form.
    """
    try:
        return _RULE.validate_python(data)
    except ValidationError as error:
        raise _refused(error, source, prefix) from None


@cache
def shipped_rounds() -> tuple[Round, ...]:
    """The rounds that ship with Tradewind, by date of publication."""
    folder = files("tradewind.controls") / "rules"
    found = [
        read_round(*read_shipped(file))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".yaml")
    ]
    return tuple(sorted(found, key=lambda item: item.published))


@cache
def known_through() -> datetime.date:
    """The day through which the shipped rules are known."""
    table, _ = read_shipped(files("tradewind.controls") / "tables" / "known.yaml")
    return datetime.date.fromisoformat(table["known_through"])
