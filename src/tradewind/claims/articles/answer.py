"""What was read of an article as one document, and as a table of comma-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tradewind.claims.articles.links import Variable, link
from tradewind.claims.articles.quantities import Quantity
from tradewind.claims.articles.read import Article

COLUMNS = (
    *("paragraph", "text", "low", "high", "unit", "kind", "bound", "thing", "date"),
    *("date_relative", "speaker", "verb", "via", "variable", "shipped_value", "shipped_low"),
    *("shipped_high", "shipped_unit", "shipped_date", "shipped_source", "where", "sentence"),
)
NOTE = (
    "What an article says, read by a machine, for review; no figure here is a fact of Tradewind's, "
    "and a variable is proposed by words alone."
)


def answer(article: Article) -> dict[str, Any]:
    """Tell what was read as one document.

    Returns
    -------
    dict
        ``article``, ``date``, ``date_how``, ``lines``, ``paragraphs``, ``dropped`` (signs by
        reason), ``dropped_paragraphs`` (numbers by reason), ``quantities``, ``note``.
    """
    by_reason: dict[str, int] = {}
    places: dict[str, list[int]] = {}
    for item in article.cleaned.dropped:
        by_reason[item.reason] = by_reason.get(item.reason, 0) + item.signs
        places.setdefault(item.reason, []).append(item.paragraph)
    return {
        "article": article.name,
        "date": article.date.isoformat() if article.date else None,
        "date_how": article.date_how,
        "lines": article.cleaned.lines,
        "paragraphs": len(article.cleaned.paragraphs),
        "dropped": by_reason,
        "dropped_paragraphs": places,
        "quantities": [_told(item) for item in article.quantities],
        "note": NOTE,
    }


def as_csv(told: Mapping[str, Any]) -> str:
    """Write the quantities of an answer as a table, one a line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for item in told["quantities"]:
        known = item["variable"] or {}
        shipped = known.get("shipped") or {}
        row = {name: item.get(name) for name in COLUMNS}
        row |= {"variable": known.get("name"), "where": known.get("where")}
        row |= {name: shipped.get(name.removeprefix("shipped_")) for name in COLUMNS[14:20]}
        writer.writerow({name: "" if value is None else value for name, value in row.items()})
    return text.getvalue()


def _told(item: Quantity) -> dict[str, Any]:
    known = link(item)
    hidden = ("start", "end", "sentence_start", "sentence_end")
    told = {name: value for name, value in asdict(item).items() if name not in hidden}
    return told | {"sentence": item.sentence.strip(), "variable": known and _variable(known)}


def _variable(known: Variable) -> dict[str, Any]:
    return {
        "name": known.name,
        "label": dict(known.label),
        "where": known.where,
        "shipped": asdict(known.shipped) if known.shipped else None,
    }
