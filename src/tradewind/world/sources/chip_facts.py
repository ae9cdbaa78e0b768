"""Facts gathered one by one: prices, leakage, Chinese supply, and parameters of the block chips.

Each line carries its source and how it was seen: ``seen`` in that source, ``memory``, ``computed``
or ``judgement``. Where the source gives no low or high end, the cell is empty and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tradewind.errors import SourceError
from tradewind.world.sources.reading import FRESH_COPY, Citation, Row, fingerprint, read_rows
from tradewind.world.sources.tables import Table, require_lines, require_once, shown

FOLDER = "facts"
CITATION = Citation("single figures, each with its own source in the column `source`", "facts")
HOW = ("seen", "memory", "computed", "judgement")


@dataclass(frozen=True)
class Facts:
    """One file of facts: its header, what names a line, its numbers, and the columns kept."""

    file: str
    columns: Sequence[str]
    labels: Sequence[str]
    numbers: Sequence[str]
    kept: Mapping[str, str]


FACTS = {
    "chip_prices": Facts(
        "chip_prices.csv",
        ["chip", "year", "low", "high", "unit", "kind", "seen_or_memory", "source"],
        ["chip", "year"],
        ["low", "high"],
        {"chip": "chip", "year": "year", "low": "low", "high": "high", "unit": "unit"}
        | {"kind": "kind", "source": "source"},
    ),
    "leakage": Facts(
        "leakage.csv",
        ["channel", "year", "low", "central", "high", "unit", "seen_or_memory", "source"],
        ["channel", "year"],
        ["low", "central", "high"],
        {name: name for name in ("channel", "year", "low", "central", "high", "unit", "source")},
    ),
    "china_supply": Facts(
        "china_supply_outlook.csv",
        ["maker", "item", "year", "low", "central", "high", "unit", "seen_or_memory", "source"],
        ["maker", "item", "year"],
        ["low", "central", "high"],
        {
            name: name
            for name in ("maker", "item", "year", "low", "central", "high", "unit", "source")
        },
    ),
    "parameters": Facts(
        "parameters.csv",
        [
            *("block", "parameter", "symbol", "default", "low", "high", "unit"),
            *("model_or_equation", "seen_or_memory", "source"),
        ],
        ["block", "parameter"],
        ["low", "default", "high"],
        {"parameter": "parameter", "default": "value", "low": "low", "high": "high"}
        | {"unit": "unit", "model_or_equation": "equation", "source": "source"},
    ),
}
BLOCK = "chips"
OWN_FILE = re.compile(r"(shared epoch_chip_sales_china_relevant\.csv|shared file)")
"""The gathered facts name a file beside them; outside that folder its publisher has to stand."""


def read(sources: Path) -> tuple[dict[str, Table], dict[str, float], dict[str, str]]:
    """Read the four files of facts.

    Returns
    -------
    tables : dict of str to Table
        ``chip_prices``, ``leakage``, ``china_supply``, ``parameters``.
    measured : dict[str, float]
        How many figures were only remembered.
    sha256 : dict[str, str]
        By table.
    """
    tables, measured, sha256 = {}, {}, {}
    for name, facts in FACTS.items():
        path = sources / FOLDER / facts.file
        rows = read_rows(path, facts.columns)
        require_once(rows, facts.labels)
        if name == "parameters":
            rows = [row for row in rows if row.text("block") == BLOCK]
        require_lines(rows, path)
        lines = [line_of(row, facts) for row in rows]
        tables[name] = Table([*facts.kept.values(), "seen"], lines)
        measured[f"{name}_from_memory"] = float(sum(line[-1] == "memory" for line in lines))
        sha256[name] = fingerprint([path])
    return tables, measured, sha256


def line_of(row: Row, facts: Facts) -> list[str]:
    """One line of a table: text kept, numbers checked against each other."""
    require_ordered(row, facts.numbers)
    cells = []
    for column in facts.kept:
        if column in facts.numbers and not row.is_missing(column):
            cells.append(shown(row.number(column)))
        elif column == "parameter":
            cells.append("_".join(re.findall(r"[a-z0-9]+", row.text(column).lower())))
        else:
            cells.append(OWN_FILE.sub("Epoch AI, chip sales relevant to China", row.cells[column]))
    return [*cells, how(row)]


def require_ordered(row: Row, columns: Sequence[str]) -> None:
    """Refuse a line without any number, or whose numbers do not rise from low to high."""
    given = [row.number(column) for column in columns if not row.is_missing(column)]
    if not given or given != sorted(given):
        raise SourceError(
            "a figure and its range do not fit",
            where=row.where,
            value=", ".join(f"{column} {row.cells[column] or 'empty'}" for column in columns),
            bound="one number or more, rising from low to high",
            remedy=FRESH_COPY,
        )


def how(row: Row) -> str:
    """How a figure was seen: the first word of the remark that is one of four."""
    words = re.findall(r"[a-z]+", row.text("seen_or_memory").lower())
    found: list[str] = [word for word in words if word in HOW]
    if not found:
        raise SourceError(
            "a figure does not say how it was seen",
            where=f"{row.where}, column 'seen_or_memory'",
            value=row.cells["seen_or_memory"],
            bound=", ".join(HOW),
            remedy=FRESH_COPY,
        )
    return found[0]
