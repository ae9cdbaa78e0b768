"""Codes, names and groups: what a selector may say, and what it stands for.

The tables are in ``tables/``: groups of economies with the date of their membership, groups of
sectors with the definition they follow, and the ISO 3166 codes of all territories, so that an
economy that sits inside ROW can be told from one that does not exist.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tradewind.scenario.yaml_source import read_table

REST = "ROW"
"""The code of the rest of the world."""

ALIASES = {
    "uk": "GBR",
    "great britain": "GBR",
    "us": "USA",
    "united states of america": "USA",
    "el": "GRC",
    "czech republic": "CZE",
    "slovak republic": "SVK",
    "turkey": "TUR",
    "korea": "KOR",
    "republic of korea": "KOR",
    "russian federation": "RUS",
    "viet nam": "VNM",
    "rest": REST,
    "rest of world": REST,
    "rest of the world": REST,
}
"""Other spellings of economies, in small letters (EL and UK are Eurostat's codes)."""


@dataclass(frozen=True)
class Group:
    """A named set of economies or sectors."""

    name: str
    titles: Mapping[str, str]
    source: str
    members: tuple[str, ...]
    as_of: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Territory:
    """A country or territory of ISO 3166-1."""

    iso3: str
    iso2: str
    names: Mapping[str, str]


@cache
def _groups() -> Mapping[str, Any]:
    return read_table("groups.yaml")


@cache
def groups(kind: str) -> dict[str, Group]:
    """Groups of ``"economies"`` or ``"sectors"``, by name."""
    return {
        name: Group(
            name=name,
            titles={"en": entry["en"], "zh": entry["zh"]},
            source=entry["source"],
            members=tuple(entry["members"]),
            as_of=entry.get("as_of"),
            aliases=tuple(entry.get("aliases", ())),
        )
        for name, entry in _groups()[kind].items()
    }


@cache
def territories() -> dict[str, Territory]:
    """All territories of ISO 3166-1, by three-letter code."""
    text = (files("tradewind.scenario") / "tables" / "territories.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {
        row["iso3"]: Territory(row["iso3"], row["iso2"], {"en": row["en"], "zh": row["zh"]})
        for row in csv.DictReader(lines)
    }
