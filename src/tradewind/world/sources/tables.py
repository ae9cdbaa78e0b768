"""Small tables on their way into the package: text cells, numbers shown as they were given."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tradewind.errors import SourceError
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
