"""What the readers of indicators share: which label is which country, and what a figure must be.

A figure is one number for an economy, an indicator and a year. Labels that are in none of the lists
of ``maps/countries.yaml`` are refused, so that a renamed country or a new aggregate is noticed;
figures that stand twice, or outside the bounds of ``maps/indicators.yaml``, are refused too.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from tradewind.errors import SourceError
from tradewind.world.names import read_map
from tradewind.world.sources.reading import FRESH_COPY, Row, require_file

YEARS = tuple(range(2015, 2026))
"""Years of the table; figures of other years are read and not kept."""

Series = dict[tuple[str, int], float]
"""Economy and year to a number."""


@lru_cache
def registry() -> Mapping[str, Mapping[str, Any]]:
    """What each indicator is: ``maps/indicators.yaml``."""
    entries: Mapping[str, Mapping[str, Any]] = read_map("indicators")["indicators"]
    return entries


@lru_cache
def country_names() -> dict[str, str]:
    """ISO 3166-1 code to short English name, in the order of the codes."""
    return {code: names[0] for code, names in read_map("countries")["countries"].items()}


@lru_cache
def labels() -> dict[str, str | None]:
    """Every label that sources use to a code, or to None if it is not one of the countries."""
    table = read_map("countries")
    left_out = ("left_out_codes", "left_out_names", "aggregate_codes", "aggregate_names")
    known: dict[str, str | None] = {label: None for key in left_out for label in table[key]}
    for code, names in table["countries"].items():
        known |= dict.fromkeys((code, *names), code)
    for old, code in table["old_codes"].items():
        known[old] = known[code]
    return known


def economy(label: str, where: str) -> str | None:
    """Code of the country that a label stands for; None for aggregates and small territories.

    Raises
    ------
    SourceError
        If the label is in no list.
    """
    try:
        return labels()[label.strip()]
    except KeyError:
        raise SourceError(
            "a label is neither a known country nor a known aggregate",
            where=where,
            value=label,
            bound="a name or code in tradewind/world/maps/countries.yaml",
            remedy="add the label to that file, as a country, as left out, or as an aggregate",
        ) from None


def read_table(
    path: Path,
    columns: Sequence[str],
    *,
    encoding: str = "utf-8-sig",
    skip: int = 0,
) -> list[Row]:
    """Read the named columns of a comma-separated table; cells may hold line breaks.

    Parameters
    ----------
    path : Path
    columns : sequence of str
        Columns that the header must name; others are left aside.
    encoding : str
    skip : int
        Lines before the header.

    Raises
    ------
    SourceError
        If the file is missing, empty or not in this encoding, or a column or a cell is missing.
    """
    try:
        text = require_file(path).read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"a source file cannot be read as {encoding} text",
            where=str(path),
            value=str(error),
            remedy=FRESH_COPY,
        ) from error
    lines = csv.reader(io.StringIO(text, newline=""))
    for _ in range(skip):
        next(lines, None)
    header = [name.strip() for name in next(lines, [])]
    if absent := [name for name in columns if name not in header]:
        raise SourceError(
            "a table's header lacks a column",
            where=f"{path}, line {skip + 1}",
            value=", ".join(header)[:200] or "nothing",
            bound=f"a column {absent[0]!r}",
            remedy=FRESH_COPY,
        )
    places = {name: header.index(name) for name in columns}
    return list(cells_of(lines, places, len(header), path))


def cells_of(
    lines: Iterator[list[str]], places: Mapping[str, int], width: int, path: Path
) -> Iterator[Row]:
    """Yield rows with the cells at the given places; a row of another width is refused."""
    for number, cells in enumerate(lines, start=1):
        if not cells:
            continue
        where = f"{path}, row {number}"
        if len(cells) != width:
            raise SourceError(
                "a line holds the wrong number of cells",
                where=where,
                value=f"{len(cells)} cells",
                bound=f"{width} cells",
                remedy=FRESH_COPY,
            )
        yield Row({name: cells[place] for name, place in places.items()}, where)


@dataclass
class Figures:
    """The figures of one source, refused where they cannot be right.

    Parameters
    ----------
    values : dict
        Indicator to economy and year to number.
    ranges : dict
        The same with low and high, where a source gives them.
    """

    values: dict[str, Series] = field(default_factory=dict)
    ranges: dict[str, dict[tuple[str, int], tuple[float, float]]] = field(default_factory=dict)

    def add(self, indicator: str, code: str | None, year: int, value: float, where: str) -> None:
        """Keep a figure; those of aggregates (no code) and of other years are not kept.

        Raises
        ------
        SourceError
            If the figure stands already, is not finite, or lies outside the indicator's bounds.
        """
        if code is None or year not in YEARS:
            return
        low, high = registry()[indicator]["bounds"]
        if not (math.isfinite(value) and low <= value <= high):
            raise SourceError(
                "a figure is not plausible",
                where=f"{where}, {indicator} of {code} in {year}",
                value=value,
                bound=f"a finite number from {low:g} to {high:g}",
                remedy=FRESH_COPY,
            )
        put(self.values.setdefault(indicator, {}), code, year, value, f"{where}, {indicator}")

    def combine(
        self,
        indicator: str,
        first: Series,
        second: Series,
        formula: Callable[[float, float], float | None],
        where: str,
    ) -> None:
        """Keep ``formula(first, second)`` wherever both are known and it gives a number."""
        for place in sorted(first.keys() & second.keys()):
            value = formula(first[place], second[place])
            if value is not None:
                self.add(indicator, *place, value, where)


def put(series: Series, code: str, year: int, value: float, where: str) -> None:
    """Put a number into a series where none may stand already."""
    if (code, year) in series:
        raise SourceError(
            "a figure stands twice",
            where=f"{where} of {code} in {year}",
            value=f"{series[code, year]:g} and {value:g}",
            bound="one figure for each economy and year",
            remedy=FRESH_COPY,
        )
    series[code, year] = value


def per(base: float) -> Callable[[float, float], float]:
    """Return the formula ``base`` × first / second."""
    return lambda first, second: base * first / second


def times(base: float) -> Callable[[float, float], float]:
    """Return the formula first × second / ``base``."""
    return lambda first, second: first * second / base
