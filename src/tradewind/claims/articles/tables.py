"""The reader's word lists, read once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tradewind.scenario.yaml_source import read_table

PACKAGE = "tradewind.claims.articles"


@dataclass(frozen=True)
class Unit:
    """A unit: its name, what it measures, and what one of the word is worth in it."""

    name: str
    kind: str
    factor: float = 1.0


@cache
def read(name: str) -> Mapping[str, Any]:
    """Read a table of the package."""
    table: Mapping[str, Any] = read_table(name, PACKAGE)
    return table


@cache
def units() -> Mapping[str, Unit]:
    """Every word for a unit, and the unit; words of ordinary English in lower case."""
    found = {}
    for row in read("units.yaml")["units"]:
        unit = Unit(row["unit"], row["kind"], row.get("factor", 1.0))
        for word in row["words"]:
            found[word] = unit
    return found


def alternation(words: Sequence[str]) -> str:
    """Make a pattern of any of the words, the longest first; no letter may follow a Latin one."""
    parts = []
    for word in sorted(words, key=len, reverse=True):
        escaped = re.escape(word).replace(r"\ ", r"[ -]")
        latin = word[-1].isascii() and word[-1].isalnum()
        plain = latin and len(word) > 3 and word.islower()
        escaped = f"(?i:{escaped})" if plain else escaped
        parts.append(escaped + (r"(?![A-Za-z0-9])" if latin else ""))
    return "|".join(parts)


@cache
def unit_pattern() -> re.Pattern[str]:
    """Match a unit at the place where a number ends."""
    return re.compile(rf"[ ]?({alternation(list(units()))})")


def unit_of(word: str) -> Unit:
    """Look a matched word up, whatever its case and hyphens."""
    known = units()
    if word in known:
        return known[word]
    lower = word.lower()
    return known.get(lower) or known[lower.replace("-", " ")]
