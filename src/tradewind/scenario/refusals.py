"""From pydantic's complaints to ours: file, line, field, value, bound and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.shocks import Shock
from tradewind.scenario.yaml_source import Source

SHOCK_TYPES: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model
    for model in get_args(get_args(Shock)[0])
}
"""Each shock's `type` and its model."""

_NEEDS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "string_pattern_mismatch": "small letters, digits and hyphens",
    "tuple_type": "a list",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
    "dict_type": "a mapping of fields",
    "mapping_type": "a mapping of fields",
    "literal_error": "{expected}",
    "union_tag_invalid": "{expected_tags}",
}
_REMEDIES = {
    "float_type": "write a bare number, without quotes and without a % sign",
    "finite_number": "give a number; for no trade at all use a shock of type ban, and for an "
    "infinite horizon `horizon: long`",
    "string_type": "put the text in quotes",
    "bool_type": "write true or false",
    "string_pattern_mismatch": "write for example chip-war-2027",
}


def field_path(location: tuple[int | str, ...]) -> str:
    """Write a location as in the file, without the tag pydantic adds for a shock's type.

    >>> field_path(("shocks", 2, "tariff", "importer"))
    'shocks[2].importer'
    """
    path = ""
    for index, part in enumerate(location):
        if isinstance(part, int):
            path += f"[{part}]"
        elif not (part in SHOCK_TYPES and index == 2 and location[0] == "shocks"):
            path += f".{part}" if path else part
    return path


@dataclass(frozen=True)
class Form:
    """How a file of some sort names its parts, so that a complaint can point into it."""

    tag: str
    """Field that tells variants apart."""
    tags: Iterable[str]
    """What it may say."""
    what: str
    """A variant in words."""
    path: Callable[[tuple[int | str, ...]], str]
    """A location as it stands in the file."""
    known: Callable[[tuple[int | str, ...]], list[str]]
    """The fields that a location may hold."""


def scenario_error(error: ValidationError, source: Source) -> ScenarioError:
    """Retell pydantic's complaints about a scenario."""
    return ScenarioError(**told(error, source, _FORM))


def told(error: ValidationError, source: Source, form: Form) -> dict[str, Any]:
    """Tell the first of pydantic's complaints in full, and name the fields of the others."""
    # A misspelt field is told before the missing one that it causes.
    details = sorted(
        error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden"
    )
    first = _told(details[0], source, form)
    others = [form.path(detail["loc"]) or "the whole" for detail in details[1:]]
    if others:
        first["remedy"] += f" (also look at: {', '.join(dict.fromkeys(others))})"
    return first


def _told(detail: ErrorDetails, source: Source, form: Form) -> dict[str, Any]:
    kind, context = detail["type"], detail.get("ctx", {})
    path = form.path(detail["loc"])
    value: object = _short(detail["input"])
    if kind == "extra_forbidden":
        return _unknown_field(detail, source, form)
    if kind == "missing":
        return _missing_field(detail, source, path)
    if kind == "refused":
        path = ".".join(filter(None, (path, context["field"])))
        inner = detail["input"]
        if context["value"] is not None:
            value = _short(context["value"])
        elif context["field"] and isinstance(inner, dict):
            value = _short(inner.get(context["field"], "not given"))
        problem, needs = context["problem"], context["bound"]
        remedy = context["remedy"]
    elif kind in ("union_tag_not_found", "union_tag_invalid"):
        given = detail["input"].get(form.tag) if isinstance(detail["input"], dict) else None
        path = f"{path}.{form.tag}"
        value = "not given" if given is None else given
        problem, needs = f"{form.what} needs a known {form.tag}", ", ".join(form.tags)
        remedy = suggestion(str(given), form.tags, f"choose one of the {form.tag}s")
    else:
        problem = f"{path or 'the file'} is not acceptable"
        needs = _NEEDS[kind].format(**context) if kind in _NEEDS else detail["msg"]
        remedy = _REMEDIES.get(kind, f"give {needs}")
        if kind == "literal_error":
            choices = needs.replace("'", "").replace(" or ", ", ").split(", ")
            remedy = suggestion(str(detail["input"]), choices, f"choose {needs}")
    return {
        "problem": problem,
        "where": source.where(path),
        "value": value,
        "bound": needs,
        "remedy": remedy,
    }


def _known_fields(location: tuple[int | str, ...]) -> list[str]:
    from tradewind.scenario.plan import PlanSection
    from tradewind.scenario.schema import Controls, ElasticityOverride, Scenario

    model: type[BaseModel] = Scenario
    if location and location[0] == "shocks":
        model = SHOCK_TYPES[str(location[2])]
    elif location and location[0] == "elasticity_overrides":
        model = ElasticityOverride
    elif location and location[0] == "controls":
        model = Controls
    elif location and location[0] == "plan":
        model = _model_at(PlanSection, location[1:])
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """Find the model that stands at a place inside another."""
    for part in location:
        field = model.model_fields.get(str(part))
        # A place in a list, or a name in a mapping, is of the model that its field is made of.
        inner = _models_in(field.annotation) if field is not None else []
        model = inner[0] if inner else model
    return model


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


_FORM = Form("type", SHOCK_TYPES, "a shock", field_path, _known_fields)


def _unknown_field(detail: ErrorDetails, source: Source, form: Form) -> dict[str, Any]:
    key = str(detail["loc"][-1])
    known = form.known(detail["loc"][:-1])
    return {
        "problem": f"there is no field '{key}' here",
        "where": source.where(form.path(detail["loc"])),
        "value": f"{key}: {_short(detail['input'])}",
        "bound": f"one of {', '.join(known)}",
        "remedy": suggestion(key, known, "remove it, or use one of the fields listed"),
    }


def _missing_field(detail: ErrorDetails, source: Source, path: str) -> dict[str, Any]:
    key = str(detail["loc"][-1])
    remedy = f"add `{key}: ...`"
    if key == "shocks":
        remedy = "add `shocks:` with a list, or `shocks: []` for the baseline"
    return {
        "problem": f"the field '{key}' is missing",
        "where": source.where(path),
        "value": "not given",
        "bound": "it has no default",
        "remedy": remedy,
    }


def _short(value: object, limit: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
