"""Countries by code or name, and the groups they belong to, by date."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from tradewind.errors import RuleError
from tradewind.scenario.groups import ALIASES, territories
from tradewind.scenario.near_misses import suggestion

EVER, NEVER = datetime.date.min, datetime.date.max
HONG_KONG, CHINA = "HK", "CN"
COMMON_NAMES = {"macau": "MO", "hong kong": "HK", "south korea": "KR", "taiwan": "TW", "uae": "AE"}


@dataclass(frozen=True)
class Membership:
    """A country's days in a group: first day, and first day no longer."""

    group: str
    country: str
    first: datetime.date
    end: datetime.date


@cache
def codes() -> tuple[str, ...]:
    """ISO-2 codes of all countries, in order."""
    return tuple(sorted(territory.iso2 for territory in territories().values()))


@cache
def positions() -> Mapping[str, int]:
    """Position of each code."""
    return {code: position for position, code in enumerate(codes())}


@cache
def name_of(code: str) -> str:
    """The English name of an ISO-2 code."""
    return next(one.names["en"] for one in territories().values() if one.iso2 == code)


@cache
def _spellings() -> Mapping[str, str]:
    """Every spelling, in small letters, and the ISO-2 code it stands for."""
    by_three = {territory.iso3: territory.iso2 for territory in territories().values()}
    known = {alias: by_three[code] for alias, code in ALIASES.items() if code in by_three}
    known |= COMMON_NAMES
    for territory in territories().values():
        for spelling in (territory.names["en"], territory.iso3, territory.iso2):
            known[spelling.lower()] = territory.iso2
    return known


def country(text: object, where: str) -> str:
    """ISO-2 code of a country given as ISO-2, ISO-3 or its name.

    Raises
    ------
    RuleError
        If there is no such country.
    """
    found = _spellings().get(text.strip().lower()) if isinstance(text, str) else None
    if found is None:
        raise RuleError(
            "there is no such country",
            where=where,
            value=text,
            bound="an ISO-2 or ISO-3 code, or an English name",
            remedy=suggestion(str(text), _spellings(), "write for example CN, CHN or China"),
        )
    return found


@cache
def memberships() -> tuple[Membership, ...]:
    """All memberships of the shipped table of groups."""
    file = files("tradewind.controls") / "tables" / "country_groups.csv"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    rows = [
        Membership(
            row["group"],
            country(row["country"], f"country_groups.csv, {row['group']}"),
            datetime.date.fromisoformat(row["from"]) if row["from"] else EVER,
            datetime.date.fromisoformat(row["until"]) if row["until"] else NEVER,
        )
        for row in csv.DictReader(lines)
    ]
    _check(rows)
    return tuple(rows)


def _check(rows: Iterable[Membership]) -> None:
    last: dict[tuple[str, str], Membership] = {}
    for row in sorted(rows, key=lambda row: (row.group, row.country, row.first)):
        key = (row.group, row.country)
        if row.end <= row.first or (key in last and row.first < last[key].end):
            raise RuleError(
                "a membership ends before it begins, or overlaps another",
                where=f"country_groups.csv, {row.group}, {row.country}",
                value=f"{row.first} to {row.end}",
                bound="days in order, each once",
                remedy="correct the dates",
            )
        last[key] = row


@cache
def groups() -> Mapping[str, tuple[Membership, ...]]:
    """Memberships by group."""
    found: dict[str, list[Membership]] = {}
    for row in memberships():
        found.setdefault(row.group, []).append(row)
    return {group: tuple(rows) for group, rows in found.items()}


def change_days() -> set[datetime.date]:
    """Days on which a membership begins or ends."""
    days = {day for row in memberships() for day in (row.first, row.end)}
    return days - {EVER, NEVER}


@cache
def _groups_on(days: tuple[datetime.date, ...]) -> Mapping[str, NDArray[np.bool_]]:
    """(day, country) for each group: whether it holds the country."""
    held = {name: np.zeros((len(days), len(codes())), dtype=bool) for name in groups()}
    for row in memberships():
        within = [row.first <= day < row.end for day in days]
        held[row.group][:, positions()[row.country]] |= within
    return held


def members(
    words: Iterable[str], days: Iterable[datetime.date], where: str, *, hong_kong_is_china: bool
) -> NDArray[np.bool_]:
    """Which countries a selection of groups and codes holds on each of some days.

    Parameters
    ----------
    words : iterable of str
        Groups, codes or names, or `all`; a leading ``-`` takes away, whatever the order.
    days : iterable of date
        The days.
    where : str
        File and field, for errors.
    hong_kong_is_china : bool
        Whether Hong Kong stands where China stands.

    Returns
    -------
    ndarray : (day, country)
        In the order of `codes`.
    """
    index, by_group = positions(), _groups_on(tuple(days))
    held = np.zeros((2, *next(iter(by_group.values())).shape), dtype=bool)
    for word in words:
        away, name = word.startswith("-"), word.removeprefix("-").strip()
        if name == "all":
            held[int(away)] = True
        elif name in by_group:
            held[int(away)] |= by_group[name]
        else:
            held[int(away), :, index[_member(name, where)]] = True
    if all(word.startswith("-") for word in words):
        held[0] = True
    result: NDArray[np.bool_] = held[0] & ~held[1]
    if hong_kong_is_china:
        result[:, index[HONG_KONG]] = result[:, index[CHINA]]
    return result


def check_selection(words: Iterable[str], where: str) -> None:
    """Refuse a selection that names no country or group that exists.

    Raises
    ------
    RuleError
        With near misses.
    """
    for word in words:
        name = word.removeprefix("-").strip()
        if name != "all" and name not in groups():
            _member(name, where)


def _member(name: str, where: str) -> str:
    try:
        return country(name, where)
    except RuleError:
        known = [*groups(), *codes()]
        raise RuleError(
            "there is no such country or group",
            where=where,
            value=name,
            bound=f"a code, a name, all, or one of {', '.join(groups())}",
            remedy=suggestion(name, known, 'quote a group, as in "D:5"'),
        ) from None
