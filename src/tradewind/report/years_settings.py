"""What a scenario sets otherwise than the baseline that its run is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tradewind.report.language import Catalogue
from tradewind.report.page import flatten
from tradewind.report.years_contract import YearsRun
from tradewind.report.years_words import BASELINE
from tradewind.scenario import Scenario

APART = frozenset({"name", "title", "description", "world", "years.last", "years.against"})
"""What any two scenarios differ in, and what changes no year: all stand on the shipped world."""
UNSAID = frozenset({"source", "id", "citation", "jurisdiction"})
"""Fields of an entry that do not say what it does."""


def set_differently(run: YearsRun) -> tuple[list[str], list[str]] | None:
    """List what only this scenario sets, and what only the baseline does.

    Returns
    -------
    tuple of two lists of str, or None
        None if the run is not compared with the baseline, or its scenario is not told.
    """
    own = run.manifest.get("scenario")
    if run.against is None or own is None or "left" in run.outputs.attrs:
        return None
    other = Scenario.from_yaml(run.outputs.attrs.get("against", BASELINE)).to_dict()
    here, there = list(_entries(own)), list(_entries(other))
    return [one for one in here if one not in there], [one for one in there if one not in here]


def warning(run: YearsRun, words: Catalogue) -> list[str]:
    """Warn that a difference holds what the baseline has and this scenario has not."""
    found = set_differently(run)
    lacking = [one for one in found[1] if one.startswith("shocks")] if found else []
    return [words.text("years_lacks", count=len(lacking))] if lacking else []


def _entries(data: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Write every setting as a line: one for an entry of a list, one for a value."""
    for key, value in data.items():
        name = f"{prefix}{key}"
        if name in APART or value is None:
            continue
        if isinstance(value, Mapping):
            yield from _entries(value, f"{name}.")
        elif isinstance(value, list | tuple):
            for item in value:
                yield f"{name}: {_said(item)}"
        else:
            yield f"{name}: {value}"


def _said(item: object) -> str:
    """Write an entry of a list: by its title if it has one, else by its fields."""
    if not isinstance(item, Mapping):
        return str(item)
    if "title" in item:
        return str(item["title"])
    told = {
        key: value
        for key, value in item.items()
        if key not in UNSAID and value is not None and not (key.endswith("_percent") and not value)
    }
    return ", ".join(f"{key} {value}" for key, value in flatten(told))
