"""What changed for whom between two days: every item and country, decided on both."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.block import decide_table
from tradewind.controls.countries import codes, groups, name_of
from tradewind.controls.equations import POLICIES
from tradewind.controls.items import Items
from tradewind.controls.quotas import days_since_1970
from tradewind.controls.regime import Regime
from tradewind.controls.schema import Rule
from tradewind.controls.solve import Engine
from tradewind.errors import RuleError

MOST_CODES = 12
"""Countries that are named one by one if no group says who they are."""


@dataclass(frozen=True)
class Shift:
    """One change of the answer, and for whom."""

    before: str
    after: str
    items: tuple[str, ...]
    market: str
    headquarters: str
    """`the destination's`, or `China`."""
    certified: str
    """What is certified, with commas; empty for nothing."""
    countries: tuple[str, ...]
    """Destinations."""
    said: str
    """The destinations in words."""


@dataclass(frozen=True)
class Difference:
    """What changed between two days."""

    first: datetime.date
    second: datetime.date
    began: tuple[str, ...]
    """Rules that began to bind after the first day, up to the second."""
    ended: tuple[str, ...]
    """Rules that ceased to."""
    shifts: tuple[Shift, ...]
    """The most items and countries first."""

    def to_dict(self) -> dict[str, Any]:
        """The difference as plain data."""
        data = asdict(self)
        return data | {"first": str(self.first), "second": str(self.second)}


def difference(
    first: datetime.date,
    second: datetime.date,
    regime: Regime | None = None,
    items: Items | None = None,
) -> Difference:
    """Decide the whole catalogue for all countries on two days.

    One unit of every item goes to every country, for a user with headquarters there or in China, as
    an item for data centres and for consumers, with nothing certified and with what the rules that
    began or ended ask for. Chips leave from the United States, minerals and what belongs to them
    from China. Countries that no rule tells apart are decided once.

    Parameters
    ----------
    first, second : date
        The days; the second is the later one.
    regime : Regime, optional
        The rules; as enacted if left out.
    items : Items, optional
        The catalogue; the shipped one if left out.

    Returns
    -------
    Difference

    Raises
    ------
    RuleError
        If the second day is not the later one.
    """
    if second <= first:
        raise RuleError(
            "the days are reversed",
            where="DATE1, DATE2",
            value=f"{first}, {second}",
            bound="a later second day",
            remedy="swap them",
        )
    regime, items = regime or Regime.shipped(), items or Items.shipped()
    classes = _classes(regime.engine, (first, second))
    bound = [rule for rule in regime.rules if rule.begins < rule.ends]
    began = [rule for rule in bound if first < rule.begins <= second]
    ended = [rule for rule in bound if first < rule.ends <= second]
    certified = ["", *dict.fromkeys(_certificates((*began, *ended)))]
    grid, class_of, abroad = _grid(items, classes, certified)
    answers = [
        decide_table({**grid, "date": str(day)}, regime, items=items) for day in (first, second)
    ]
    said = [_ranges(answer.mildest, answer.strictest) for answer in answers]
    changed = np.flatnonzero(said[0] != said[1]).tolist()
    told: dict[tuple[str, ...], set[int]] = {}
    for row in changed:
        key = (
            *(str(side[row]) for side in said),
            str(grid["item"][row]),
            str(grid["market"][row]),
            "China" if abroad[row] else "the destination's",
            str(grid["certifications"][row]),
        )
        told.setdefault(key, set()).add(int(class_of[row]))
    return Difference(
        first,
        second,
        tuple(rule.id for rule in began),
        tuple(rule.id for rule in ended),
        _joined(told, classes, second),
    )


def _classes(engine: Engine, days: Iterable[datetime.date]) -> list[tuple[int, ...]]:
    """Countries, by position, that no selection of any rule tells apart on these days."""
    numbers = np.array([days_since_1970(day) for day in days], dtype=np.int64)
    epochs = engine.epoch(numbers)
    marks = [
        held[0] if len(held) == 1 else held[epoch]
        for held in engine.places.values()
        for epoch in epochs
    ]
    found: dict[bytes, list[int]] = {}
    for index in range(len(codes())):
        # China is also the headquarters that is tried everywhere, so it stands alone.
        key = bytes([bool(mark[index]) for mark in marks]) + bytes([codes()[index] == "CN"])
        found.setdefault(key, []).append(index)
    return [tuple(members) for members in found.values()]


def _certificates(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        for name, words in rule.when.leaves():
            if name == "certifications" and isinstance(words, tuple):
                yield ",".join(words)


def _grid(
    items: Items, classes: list[tuple[int, ...]], certified: list[str]
) -> tuple[dict[str, NDArray[Any]], NDArray[np.int64], NDArray[np.bool_]]:
    """One row for each item, class of countries, headquarters, market and certificates.

    Beside it the class of each row, and whether its user has headquarters in China, not at home.
    """
    sides, markets = (False, True), ("datacenter", "consumer")
    item, group, chinese, market, held = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(len(items.names)),
            np.arange(len(classes)),
            sides,
            markets,
            certified,
            indexing="ij",
        )
    )
    code = np.array([codes()[members[0]] for members in classes])
    # The market tells only accelerators apart.
    told = (np.array(items.kinds)[item] == "accelerator") | (market == "datacenter")
    keep = told & ~(chinese & (code[group] == "CN"))
    grid = {
        "item": np.array(items.names)[item],
        "destination": code[group],
        "headquarters": np.where(chinese, "CN", code[group]),
        "market": market,
        "certifications": held,
    }
    return {name: column[keep] for name, column in grid.items()}, group[keep], chinese[keep]


def _ranges(mildest: NDArray[np.int16], strictest: NDArray[np.int16]) -> NDArray[np.str_]:
    """The policy, or `mildest to strictest` where it hangs on what is not known."""
    names = np.array(POLICIES)
    low, high = names[mildest], names[strictest]
    open_ended = np.char.add(np.char.add(low, " to "), high)
    return np.where(mildest == strictest, low, open_ended)


def _joined(
    told: dict[tuple[str, ...], set[int]], classes: list[tuple[int, ...]], day: datetime.date
) -> tuple[Shift, ...]:
    """Items with the same change for the same countries, together."""
    together: dict[tuple[Any, ...], list[str]] = {}
    for (before, after, item, market, headquarters, certified), reached in told.items():
        if certified and reached <= told.get(
            (before, after, item, market, headquarters, ""), set()
        ):
            continue
        key = (before, after, market, headquarters, certified, frozenset(reached))
        together.setdefault(key, []).append(item)
    shifts = []
    for (before, after, market, headquarters, certified, reached), names in together.items():
        places = sorted(codes()[index] for group in reached for index in classes[group])
        shifts.append(
            Shift(
                before,
                after,
                tuple(names),
                market,
                headquarters,
                certified,
                tuple(places),
                countries_in_words(places, day),
            )
        )
    return tuple(sorted(shifts, key=lambda shift: (-len(shift.items), -len(shift.countries))))


def countries_in_words(places: Iterable[str], day: datetime.date) -> str:
    """Say which countries these are: by whole groups of the day, and what is left by name.

    >>> countries_in_words(["CN"], datetime.date(2024, 1, 1))
    'China'
    """
    left = set(places)
    if len(left) > len(codes()) // 2:
        others = sorted(set(codes()) - left)
        names = ", ".join(map(name_of, others)) if len(others) <= MOST_CODES else str(len(others))
        return f"every country but {names}" if others else "every country"
    parts = []
    sizes = {
        name: {row.country for row in rows if row.first <= day < row.end}
        for name, rows in groups().items()
    }
    for name, members in sorted(sizes.items(), key=lambda entry: -len(entry[1])):
        if len(members) > 2 and members <= left:
            parts.append(f"{name} ({len(members)})")
            left -= members
    if len(left) <= MOST_CODES:
        parts += map(name_of, sorted(left))
    else:
        parts.append(f"{len(left)} countries" + (" more" if parts else ""))
    return ", ".join(parts)
