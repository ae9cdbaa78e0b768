"""Specifications and tables from files, with a complaint that names file, line and field."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import numpy as np
import xarray as xr
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tradewind.errors import InputError
from tradewind.pressure.spec import Frozen, Specification
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.yaml_source import Source, parse, read_text

EMPTY = ("", "na", "nan", "n/a", "..")
"""How an empty cell may be written, whatever the capitals."""


def shipped() -> dict[str, Path]:
    """Name and file of every index that ships with Tradewind."""
    folder = Path(str(files("tradewind.pressure") / "indices"))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def specification(path_or_name: str | Path) -> Specification:
    """Read a specification from a file, or by the name of a shipped one.

    Raises
    ------
    InputError
        If there is no such file or index, or it breaks the schema.
    """
    known = shipped()
    if isinstance(path_or_name, str) and path_or_name in known:
        path = known[path_or_name]
        return _read(path, path.name)
    path = Path(path_or_name).expanduser()
    if not path.exists():
        raise InputError(
            "there is no such index and no such file",
            where=str(path_or_name),
            value=str(path_or_name),
            bound="the name of a shipped index, or the path of a YAML file",
            remedy=suggestion(path.stem, known, "`tradewind pressure list` names the indices"),
        )
    return _read(path, str(path_or_name))


def _read(path: Path, name: str) -> Specification:
    text = read_text(path, "specification")
    return from_mapping(*parse(text, name, path.parent, "specification"))


def from_mapping(data: Mapping[str, Any], source: Source | None = None) -> Specification:
    """Validate a specification that was read already.

    A pillar with ``index: NAME`` in place of indicators takes over those of that index.

    Raises
    ------
    InputError
    """
    origin = source or Source("specification")
    try:
        return Specification.model_validate(_with_indices(dict(data), origin))
    except ValidationError as error:
        raise _refusal(error, origin) from None


def _with_indices(data: dict[str, Any], source: Source) -> dict[str, Any]:
    pillars = data.get("pillars")
    if not isinstance(pillars, list | tuple):
        return data
    found = []
    for at, pillar in enumerate(pillars):
        if not isinstance(pillar, Mapping) or "index" not in pillar:
            found.append(pillar)
            continue
        if "indicators" in pillar:
            raise InputError(
                "a pillar has either indicators or an index",
                where=source.where(f"pillars[{at}]"),
                value=f"index: {pillar['index']}, and indicators",
                bound="one of them",
                remedy="leave one out",
            )
        inner = specification(str(pillar["index"]))
        rest = {key: value for key, value in pillar.items() if key != "index"}
        found.append({**rest, "indicators": [i.model_dump() for i in inner.indicators]})
    return {**data, "pillars": found}


def _refusal(error: ValidationError, source: Source) -> InputError:
    """Tell the first complaint in full; a misspelt field before the missing one it causes."""
    details = sorted(error.errors(include_url=False), key=lambda d: d["type"] != "extra_forbidden")
    first = details[0]
    path = _path(first["loc"])
    needs, remedy = first["msg"].removeprefix("Value error, "), "correct it there"
    problem = f"{path or 'the specification'} is not acceptable"
    if first["type"] == "extra_forbidden":
        known = _fields(first["loc"][:-1])
        problem = f"there is no field '{first['loc'][-1]}' here"
        needs = f"one of {', '.join(known)}"
        remedy = suggestion(str(first["loc"][-1]), known, "remove it, or use one of these")
    elif first["type"] == "missing":
        problem, needs = f"the field '{path}' is missing", "it has no default"
        remedy = f"add `{first['loc'][-1]}: ...`"
    elif first["type"] == "literal_error":
        choices = needs.removeprefix("Input should be ").replace("'", "").replace(" or ", ", ")
        remedy = suggestion(str(first["input"]), choices.split(", "), f"choose {choices}")
    elif first["type"] == "value_error":
        problem, needs = needs, "a specification whose parts go together"
    others = [_path(d["loc"]) or "the whole" for d in details[1:]]
    if others:
        remedy += f" (also look at: {', '.join(dict.fromkeys(others))})"
    value = "not given" if first["type"] in ("missing", "value_error") else _short(first)
    return InputError(problem, where=source.where(path), value=value, bound=needs, remedy=remedy)


def _short(detail: ErrorDetails) -> str:
    text = repr(detail["input"])
    return text if len(text) <= 80 else f"{text[:77]}..."


def _path(location: tuple[int | str, ...]) -> str:
    """Write a location as in the file.

    >>> _path(("pillars", 0, "indicators", 2, "unit"))
    'pillars[0].indicators[2].unit'
    """
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _fields(location: tuple[int | str, ...]) -> list[str]:
    """Names of the fields of the model that stands at a location."""
    model: type[BaseModel] = Specification
    for part in location:
        if isinstance(part, int):
            continue
        kinds: list[Any] = [model.model_fields[part].annotation]
        while kinds:
            kind = kinds.pop()
            if isinstance(kind, type) and issubclass(kind, Frozen):
                model = kind
                break
            kinds += get_args(kind)
    return list(model.model_fields)


def read_table(path: str | Path) -> xr.DataArray:
    """Read a table from a CSV file: economies in the first column, indicators in the others.

    Raises
    ------
    InputError
        If it cannot be read, an economy stands twice, or a cell is neither a number nor empty; the
        line is named.
    """
    name, file = str(path), Path(path).expanduser()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "the table cannot be read",
            where=name,
            value=getattr(error, "strerror", None) or str(error),
            bound="a CSV file in UTF-8",
            remedy="check the path, or save the table as CSV in UTF-8",
        ) from None
    lines = csv.reader(text.splitlines())
    rows = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    if len(rows) < 2 or len(rows[0][1]) < 2:
        raise InputError(
            "the table is empty",
            where=name,
            value=f"{len(rows)} lines",
            bound="a head line, then one line an economy; the first column names the economy",
            remedy="compare with the worked example in docs/pressure.md",
        )
    head = [cell.strip() for cell in rows[0][1]]
    _require_once(head[1:], [rows[0][0]] * len(head), name, "column")
    values = np.array([_numbers(name, line, row, head) for line, row in rows[1:]])
    economies = [row[0].strip() for _, row in rows[1:]]
    _require_once(economies, [line for line, _ in rows[1:]], name, "economy")
    coords = {"economy": economies, "indicator": head[1:]}
    return xr.DataArray(values, dims=("economy", "indicator"), coords=coords)


def _numbers(name: str, line: int, row: list[str], head: list[str]) -> list[float]:
    if len(row) != len(head):
        raise InputError(
            "a line has more or fewer cells than the head",
            where=f"{name}, line {line}",
            value=f"{len(row)} cells",
            bound=f"{len(head)} cells",
            remedy="put text that holds commas in quotes, and leave cells empty rather than out",
        )
    found = []
    for cell, column in zip(row[1:], head[1:], strict=True):
        text = cell.strip()
        try:
            number = float("nan") if text.lower() in EMPTY else float(text)
        except ValueError:
            number = float("inf")
        if np.isinf(number):
            raise InputError(
                "a cell holds no number",
                where=f"{name}, line {line}, column {column}",
                value=text,
                bound="a finite number with a decimal point, or an empty cell",
                remedy="write 1234.5 without units or thousands separators",
            )
        found.append(number)
    return found


def _require_once(items: list[str], lines: list[int], name: str, what: str) -> None:
    seen: dict[str, int] = {}
    for item, line in zip(items, lines, strict=False):
        if not item or item in seen:
            raise InputError(
                f"a {what} stands twice" if item else f"a {what} has no name",
                where=f"{name}, line {line}",
                value=f"{item}, first on line {seen[item]}" if item else "an empty cell",
                bound="each once",
                remedy="remove or rename one of them",
            )
        seen[item] = line
