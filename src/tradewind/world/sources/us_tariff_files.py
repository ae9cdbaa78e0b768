"""Parse the two tables of US tariffs: one partner's rates by date, one partner's chapters.

``us_tariffs.py`` puts them together and brings them to the economies of the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from tradewind.errors import SourceError
from tradewind.world.names import read_map
from tradewind.world.sources.reading import FRESH_COPY, Row, read_rows

DATE_COLUMNS = ["date", "country_name", "effective tariff", "total imports", "2024 tariff"]
CHAPTER_COLUMNS = [
    *("HS2", "2024_imports", "2024_duty", "CTY_NAME", "CTY_CODE"),
    *("2025_tariff_increase", "2024_tariff"),
]
HIGHEST_PERCENT = 300.0
CHAPTERS = tuple(read_map("hs2_to_sector"))


@dataclass(frozen=True)
class Partner:
    """One partner's chapters, aligned with ``CHAPTERS``."""

    imports: np.ndarray  # [USD of 2024]
    duty: np.ndarray  # [USD of 2024]
    added: np.ndarray  # [rate], zero where nothing is imported

    @property
    def mean(self) -> float:
        """Import-weighted added rate over all chapters."""
        return float((self.imports * self.added).sum() / self.imports.sum())


@dataclass(frozen=True)
class DatePath:
    """Added effective rates of one partner by date, and the imports they are weighted with."""

    rate: Mapping[str, float]
    imports: float


def aggregate() -> str:
    """Name of the partner that stands for the European Union."""
    return str(read_map("us_partners")["aggregate"])


def read_dates(path: Path) -> dict[str, DatePath]:
    """Read the dated table: every partner must have one rate on every date."""
    rates: dict[str, dict[str, float]] = {}
    imports: dict[str, float] = {}
    for row in read_rows(path, DATE_COLUMNS):
        name, day = row.text("country_name"), iso_date(row)
        if day in rates.setdefault(name, {}):
            raise SourceError(
                "a partner has two rates on one date", where=row.where, value=f"{name}, {day}"
            )
        rates[name][day] = row.number("effective tariff", low=0, high=HIGHEST_PERCENT) / 100
        total = row.number("total imports", low=0)
        if imports.setdefault(name, total) != total:
            raise SourceError(
                "a partner's total imports of 2024 change between dates",
                where=row.where,
                value=total,
                bound=f"{imports[name]} for {name}",
                remedy=FRESH_COPY,
            )
    dates = sorted({day for rate in rates.values() for day in rate})
    for name, rate in rates.items():
        if absent := sorted(set(dates) - set(rate)):
            raise SourceError(
                "a partner has no rate on a date",
                where=f"{path}, partner {name}",
                value=f"missing {absent[0]}",
                bound=f"a rate on each of {len(dates)} dates",
                remedy=FRESH_COPY,
            )
    if aggregate() not in rates:
        raise SourceError(
            "a partner is missing", where=str(path), value=aggregate(), remedy=FRESH_COPY
        )
    rates.pop(read_map("us_partners")["drop_from_dates"], None)
    return {
        name: DatePath(dict(sorted(rate.items())), imports[name]) for name, rate in rates.items()
    }


def iso_date(row: Row) -> str:
    """Return a row's date, which must be written YYYY-MM-DD."""
    written = row.text("date")
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise SourceError(
            "a date is not a date", where=row.where, value=written, bound="YYYY-MM-DD"
        ) from None


def read_chapters(folder: Path) -> dict[str, Partner]:
    """Read one file a partner; the sum over partners must be the known imports of 2024."""
    partners: dict[str, Partner] = {}
    for path in sorted(folder.glob("hs2-tariff-*.csv")):
        name, partner = read_partner(path)
        if name in partners:
            raise SourceError("a partner has two files", where=str(path), value=name)
        partners[name] = partner
    wanted = [aggregate(), *read_map("us_partners")["partners"].values()]
    for name in wanted:
        if name not in partners:
            raise SourceError(
                "a partner's file of imports by chapter is missing",
                where=str(folder),
                value=name,
                bound=f"one file hs2-tariff-CODE.csv for each of {len(wanted)} partners and others",
                remedy=FRESH_COPY,
            )
    return partners


def read_partner(path: Path) -> tuple[str, Partner]:
    """Read one partner's chapters; a rate may be missing only where nothing was imported."""
    rows = read_rows(path, CHAPTER_COLUMNS)
    if not rows:
        raise SourceError("a partner's file holds no chapters", where=str(path), remedy=FRESH_COPY)
    imports, duty, added = (np.zeros(len(CHAPTERS)) for _ in range(3))
    seen: set[str] = set()
    for row in rows:
        chapter = row.text("HS2")
        known = chapter in CHAPTERS and chapter not in seen
        if not known or row.text("CTY_NAME") != rows[0].text("CTY_NAME"):
            raise SourceError(
                "a chapter is unknown or comes twice, or a line belongs to another partner",
                where=row.where,
                value=f"chapter {chapter}, {row.text('CTY_NAME')}",
                bound="chapters 01 to 99 (but 77) once each, of one partner",
                remedy=FRESH_COPY,
            )
        seen.add(chapter)
        place = CHAPTERS.index(chapter)
        imports[place] = row.number("2024_imports", low=0)
        duty[place] = row.number("2024_duty", low=0)
        if imports[place] > 0 or not row.is_missing("2025_tariff_increase"):
            percent = row.number("2025_tariff_increase", low=0, high=HIGHEST_PERCENT)
            added[place] = percent / 100
    return rows[0].text("CTY_NAME"), Partner(imports, duty, added)


def pool(partners: list[Partner]) -> Partner:
    """Add up partners: imports and duties sum, rates are import-weighted by chapter."""
    imports: np.ndarray = np.sum([p.imports for p in partners], axis=0)
    charged: np.ndarray = np.sum([p.imports * p.added for p in partners], axis=0)
    duty: np.ndarray = np.sum([p.duty for p in partners], axis=0)
    rate = np.divide(charged, imports, out=np.zeros_like(charged), where=imports > 0)
    return Partner(imports, duty, rate)
