"""Small tables on their way into the package: text cells, numbers shown as they were given."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tradewind.errors import SourceError
from tradewind.world.names import read_map
from tradewind.world.sources.reading import FRESH_COPY, Row

SIGNIFICANT = 10


@dataclass(frozen=True)
class Table:
    """A table of text cells, written as comma-separated lines."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def to_csv(self) -> str:
        """The table as text, with a header line."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return out.getvalue()


def shown(value: Any) -> str:
    """Write a value: numbers to ten digits without trailing zeros, nothing as nothing."""
    if value is None:
        return ""
    return f"{value:.{SIGNIFICANT}g}" if isinstance(value, float) else str(value)


def iso_date(row: Row, column: str) -> str:
    """Return a date that may be missing, written YYYY-MM-DD."""
    if row.is_missing(column):
        return ""
    written = row.text(column)
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise SourceError(
            "a date is not a date",
            where=f"{row.where}, column {column!r}",
            value=written,
            bound="YYYY-MM-DD",
            remedy=FRESH_COPY,
        ) from None


def require_once(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Refuse a table in which two lines have the same labels."""
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        label = tuple(row.cells[column].strip() for column in columns)
        if label in seen:
            raise SourceError(
                "two lines have the same labels",
                where=row.where,
                value=", ".join(label),
                bound=f"one line, but there is also {seen[label]}",
                remedy=FRESH_COPY,
            )
        seen[label] = row.where


def require_lines(rows: Sequence[Row], path: Path) -> None:
    """Refuse a table that is shorter than the copy this release was made of.

    These tables hold no total, so that a download cut between two lines shows in nothing else.
    """
    least = int(read_map("chip_market")["lines"][path.stem])
    if len(rows) < least:
        raise SourceError(
            "a table has lost lines",
            where=str(path),
            value=f"{len(rows)} lines that count",
            bound=f"at least {least}",
            remedy=FRESH_COPY,
        )


def known(row: Row, column: str, table: str) -> str:
    """Our label for a label of the source; a new one is refused."""
    name, labels = row.text(column), read_map("chip_market")[table]
    if name not in labels:
        raise SourceError(
            "a label is not known",
            where=f"{row.where}, column {column!r}",
            value=name,
            bound=f"one of {len(labels)} in maps/chip_market.yaml, {table}",
            remedy="add it to the map, or use the copy of the source that this release was made of",
        )
    return str(labels[name])
