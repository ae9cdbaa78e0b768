"""From a table with words, countries and dates to columns of numbers, refused at the door."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tradewind.controls.columns import FIGURES, OTHER, TOTAL, UNKNOWN, Columns, with_derived
from tradewind.controls.conditions import CHOICES, PLACES, WORDS
from tradewind.controls.countries import country, positions
from tradewind.controls.items import CHINESE_GOODS, Items
from tradewind.controls.quotas import days_since_1970
from tradewind.controls.regime import Regime
from tradewind.controls.solve import Engine
from tradewind.errors import RuleError
from tradewind.scenario.near_misses import suggestion

Table = Mapping[str, ArrayLike | Sequence[Any]]
"""Columns by name; a DataFrame is one. A single value holds for every row."""

SIZES = tuple(name for name in (*FIGURES, "die_area_mm2", "planar") if name != "market")
COLUMNS = (*PLACES, *WORDS, *SIZES, "certifications", "quantity", "date")
DEFAULTS: dict[str, Any] = {
    "transaction": "export",
    "end_use": "civil",
    "quantity": 1.0,
    "certifications": (),
}


class _Memory(dict[Hashable, int]):
    """Codes of values, each looked up when it is first met."""

    def __init__(self, look_up: Callable[[Any], int]) -> None:
        super().__init__()
        self.look_up = look_up

    def __missing__(self, value: Any) -> int:
        self[value] = code = self.look_up(value)
        return code


class Encoder:
    """Turns the columns of one table into codes and numbers."""

    def __init__(
        self,
        table: Table,
        engine: Engine,
        items: Items,
        label: str,
        lines: Sequence[int] | None = None,
    ) -> None:
        self.table, self.engine, self.items, self.label = table, engine, items, label
        self.lines = lines
        names = list(table.keys())
        for name in names:
            if name not in COLUMNS:
                raise RuleError(
                    f"there is no column '{name}'",
                    where=label,
                    value=name,
                    bound=", ".join(COLUMNS),
                    remedy=suggestion(str(name), COLUMNS, "remove it, or use one of these"),
                )
        lengths = {len(self._values(name)) for name in names} - {1}
        if len(lengths) > 1:
            raise RuleError(
                "columns differ in length",
                where=label,
                value=", ".join(map(str, sorted(lengths))),
                bound="one length, or a single value",
                remedy="give every column a value for each row",
            )
        self.size = lengths.pop() if lengths else 1

    def columns(self) -> Columns:
        """The whole table."""
        for name in ("destination", "date"):
            if name not in self.table:
                raise RuleError(
                    f"the {name} is missing",
                    where=self.label,
                    value="not given",
                    bound=f"a {name} for every row",
                    remedy=f"add a column '{name}'",
                )
        item = self._mapped("item", self.items.position, default=-1)
        destination = self._place("destination")
        places = {
            "destination": destination,
            "headquarters": self._place("headquarters", destination),
            "exported_from": self._place("exported_from", self._origin(item)),
        }
        day = self._days()
        return Columns(
            size=self.size,
            numbers=self._numbers(item),
            words=self._words(item),
            places=places,
            certified=self._certified(),
            day=day,
            epoch=self.engine.epoch(day),
        )

    def _where(self, name: str, row: int | None = None) -> str:
        place = "" if row is None or self.size == 1 else f", row {row}"
        if row is not None and self.lines is not None:
            place = f", line {self.lines[row]}"
        return f"{self.label}{place}, {name}"

    def _values(self, name: str) -> Sequence[Any] | NDArray[Any]:
        """A column as a list or an array; a single value as one of length one."""
        if name not in self.table:
            return [DEFAULTS[name]]
        column = self.table[name]
        if isinstance(column, str | frozenset | set) or np.ndim(column) == 0:
            return [column]
        return column if isinstance(column, list) else np.asarray(column)

    def _mapped(
        self, name: str, look_up: Callable[[Any, str], int], default: int
    ) -> NDArray[np.int64]:
        """Codes of a column, each different value looked up once."""
        if name not in self.table:
            return np.array([default], dtype=np.int64)
        values = self._values(name)
        listed = values.tolist() if isinstance(values, np.ndarray) else values
        known = _Memory(lambda value: look_up(value, self._where(name)))
        try:
            return np.array(list(map(known.__getitem__, listed)), dtype=np.int64)
        except RuleError as error:
            refused = next(row for row, value in enumerate(listed) if value not in known)
            raise RuleError(
                error.problem,
                where=self._where(name, refused),
                value=error.value,
                bound=error.bound,
                remedy=error.remedy,
            ) from None

    def _origin(self, item: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where an item leaves from if it is not said."""
        index = positions()
        kinds = (*self.items.kinds, "accelerator")
        own = [index["CN" if kind in CHINESE_GOODS else "US"] for kind in kinds]
        return np.array(own, dtype=np.int64)[item]

    def _place(self, name: str, otherwise: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        index = positions()

        def look_up(value: Any, where: str) -> int:
            absent = value is None or value == "" or value != value
            return UNKNOWN if absent and otherwise is not None else index[country(value, where)]

        found = self._mapped(name, look_up, UNKNOWN)
        return found if otherwise is None else np.where(found == UNKNOWN, otherwise, found)

    def _words(self, item: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        items = self.items
        own: dict[str, tuple[str | None, ...]] = {
            "kind": (*items.kinds, "accelerator"),
            "item": (*items.names, ""),
            "vendor": (*items.vendors, ""),
            "market": (*items.markets, None),
        }
        found = {}
        for name in WORDS:
            known = {word: code for code, word in enumerate(self.engine.vocabulary[name])}
            if name not in own:
                found[name] = self._choice(name, known, known[DEFAULTS[name]])
                continue
            # A missing item, -1, takes the last of the list.
            unknown = UNKNOWN if name == "market" else OTHER
            table = [unknown if word is None else known.get(word, OTHER) for word in own[name]]
            codes_of_item = np.array(table, dtype=np.int64)[item]
            if name == "item":
                found[name] = codes_of_item
                continue
            given = self._choice(name, known, UNKNOWN)
            found[name] = np.where(given == UNKNOWN, codes_of_item, given)
        return found

    def _choice(self, name: str, known: Mapping[str, int], default: int) -> NDArray[np.int64]:
        def look_up(value: Any, where: str) -> int:
            if value is None or value == "" or value != value:
                return default
            value = value.lower() if name == "vendor" else value
            if name in CHOICES and value not in known:
                raise RuleError(
                    f"there is no such {name.replace('_', ' ')}",
                    where=where,
                    value=value,
                    bound=", ".join(known),
                    remedy=suggestion(str(value), known, "choose one of these"),
                )
            return known.get(value, OTHER)

        return self._mapped(name, look_up, default)

    def _numbers(self, item: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        found = {}
        for name in (*SIZES, "quantity"):
            # A missing item, -1, takes the last of the list.
            own = self.items.numbers.get(name)
            value = np.array([np.nan]) if own is None else np.append(own, np.nan)[item]
            if name in self.table or name == "quantity":
                given = self._number(name)
                value = np.where(np.isnan(given), value, given)
            found[name] = value
        return with_derived(found)

    def _number(self, name: str) -> NDArray[np.float64]:
        """A column of numbers; what is not there is NaN, what cannot be is refused."""
        try:
            given = np.asarray(self._values(name), dtype=np.float64)
        except (TypeError, ValueError):
            raise self._refused_number(name, self._values(name)[0], 0, "a number") from None
        positive = name in ("quantity", "die_area_mm2")
        wrong = np.isinf(given) | (given <= 0.0 if positive else given < 0.0)
        if name == "quantity":
            wrong |= np.isnan(given) | (given != np.floor(given))
        if name == "planar":
            wrong |= ~np.isnan(given) & (given != 0.0) & (given != 1.0)
        if wrong.any():
            row = int(np.argmax(wrong))
            bound = {
                "quantity": "a whole number above 0",
                "die_area_mm2": "a finite number above 0",
                "planar": "0 or 1",
            }.get(name, "a finite number, 0 or more")
            raise self._refused_number(name, float(given[row]), row, bound)
        return given

    def _refused_number(self, name: str, value: object, row: int, bound: str) -> RuleError:
        return RuleError(
            f"the {name.replace('_', ' ')} is out of bounds",
            where=self._where(name, row),
            value=value,
            bound=bound,
            remedy="leave a figure out that is not known" if name != TOTAL else "see the bound",
        )

    def _certified(self) -> NDArray[np.uint64]:
        name = "certifications"
        known = {word: 1 << code for code, word in enumerate(self.engine.vocabulary[name])}

        def look_up(value: Any, where: str) -> int:
            if value is None or value != value:
                return 0
            words = value.replace(";", ",").split(",") if isinstance(value, str) else value
            bits = 0
            for word in filter(None, (str(word).strip() for word in words)):
                # A regime without a rule may still be asked about what the rule would need.
                if word not in known and word not in Regime.shipped().engine.vocabulary[name]:
                    raise RuleError(
                        "no rule knows this certification",
                        where=where,
                        value=word,
                        bound=", ".join(known) or "none: no rule asks for any",
                        remedy=suggestion(word, known, "choose from these"),
                    )
                bits |= known.get(word, 0)
            return bits

        return self._mapped(name, look_up, 0).astype(np.uint64)

    def _days(self) -> NDArray[np.int64]:
        values = self._values("date")
        if isinstance(values, np.ndarray) and values.dtype.kind == "M":
            days = values.astype("datetime64[D]")
            if np.isnat(days).any():
                raise self._no_day(None, int(np.argmax(np.isnat(days))))
            return days.astype(np.int64)
        return self._mapped("date", self._day, 0)

    def _day(self, value: Any, where: str) -> int:
        if isinstance(value, np.datetime64) and not np.isnat(value):
            value = value.astype("datetime64[D]").item()
        if isinstance(value, datetime.datetime):
            value = value.date()
        try:
            # NumPy would take a year for its first day, and `now` for a day.
            day = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self._no_day(value, None) from None
        return days_since_1970(day)

    def _no_day(self, value: object, row: int | None) -> RuleError:
        return RuleError(
            "this is no day of the calendar",
            where=self._where("date", row),
            value="not given" if value is None else value,
            bound="YYYY-MM-DD",
            remedy="write for example 2026-01-15",
        )
