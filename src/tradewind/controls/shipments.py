"""A list of shipments as a CSV file gives it, checked line by line."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradewind.controls.encode import COLUMNS, SIZES
from tradewind.controls.regime import Regime
from tradewind.controls.schema import Exception_
from tradewind.errors import RuleError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.yaml_source import read_text

WITHOUT_EXCEPTION = "licence"
"""What a shipment claims that is to go with a licence."""
OWN = ("consignee", "company", "claim")
"""Columns of a list that a table of decisions does not have."""
NEEDED = ("date", "destination", "quantity")


@dataclass(frozen=True)
class Shipments:
    """Shipments in order of date, with their lines in the file."""

    name: str
    """The file."""
    table: Mapping[str, Sequence[Any]]
    """Columns of a table of decisions."""
    others: Mapping[str, Sequence[str]]
    """Consignee, company and the exception claimed, by row."""
    lines: Sequence[int]
    """Line of each row, counted from 1."""

    def text(self, name: str, row: int) -> str:
        """A cell as text; empty if it is not given."""
        column = self.others.get(name) or self.table.get(name)
        return "" if column is None or column[row] is None else str(column[row])

    def require(self, names: Sequence[str], row: int, quota: str) -> None:
        """Refuse a row without the consignee or the company that a cap is counted for."""
        for name in names:
            if name in OWN and not self.text(name, row):
                raise RuleError(
                    f"the {name} is missing, for which the cap is counted",
                    where=f"{self.name}, line {self.lines[row]}, {name}",
                    value="not given",
                    bound=f"a name, since {quota} is counted for each {name}",
                    remedy=f"fill in the column '{name}'",
                )

    def allowed(self, regime: Regime, row: int) -> tuple[int, ...] | None:
        """Positions of the exceptions that the row may use; None for all."""
        claim = self.text("claim", row)
        if not claim:
            return None
        if claim == WITHOUT_EXCEPTION:
            return ()
        known = {
            rule.id: index
            for index, rule in enumerate(regime.rules)
            if isinstance(rule, Exception_)
        }
        if claim not in known:
            raise RuleError(
                "there is no such exception",
                where=f"{self.name}, line {self.lines[row]}, claim",
                value=claim,
                bound=f"the id of an exception, or {WITHOUT_EXCEPTION}",
                remedy=suggestion(claim, known, "tradewind rule list"),
            )
        return (known[claim],)


def read_shipments(path: Path) -> Shipments:
    """Read a CSV file of shipments.

    Raises
    ------
    RuleError
        If a column is unknown or missing, the file holds no shipment, a line has too many or too
        few cells, or the dates are out of order.
    """
    return parse_shipments(read_text(path), path.name)


def parse_shipments(text: str, name: str) -> Shipments:
    """Read shipments from the text of a CSV file."""
    head, rows, lines = _cells(text, name)
    absent = [column for column in NEEDED if column not in head]
    if absent or not rows:
        raise RuleError(
            f"the column {absent[0]} is missing" if absent else "the file holds no shipment",
            where=name,
            value=", ".join(head) or "nothing",
            bound=f"a head with {', '.join(NEEDED)}, and a line for each shipment",
            remedy="tradewind rule ledger --help shows an example",
        )
    columns = {column: [row[index] for row in rows] for index, column in enumerate(head)}
    _in_order(columns["date"], lines, name)
    return Shipments(
        name,
        {
            column: _numbers(values, column, lines, name) if column in _NUMBERS else values
            for column, values in columns.items()
            if column not in OWN
        },
        {column: [value or "" for value in columns[column]] for column in OWN if column in columns},
        lines,
    )


def _cells(text: str, name: str) -> tuple[list[str], list[list[str | None]], list[int]]:
    """The head, the cells of each shipment, and its line."""
    reader = csv.reader(io.StringIO(text))
    head = [cell.strip() for cell in next(reader, [])]
    known = (*COLUMNS, *OWN)
    for column in head:
        if column not in known:
            raise RuleError(
                f"there is no column '{column}'",
                where=f"{name}, line 1",
                value=column,
                bound=", ".join(known),
                remedy=suggestion(column, known, "remove it, or use one of these"),
            )
    rows: list[list[str | None]] = []
    lines = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(head):
            raise RuleError(
                "the line has another number of cells than the head",
                where=f"{name}, line {reader.line_num}",
                value=len(cells),
                bound=f"{len(head)} cells",
                remedy='put text with a comma into quotes, as in "aia,lpp"',
            )
        rows.append([cell.strip() or None for cell in cells])
        lines.append(reader.line_num)
    return head, rows, lines


_NUMBERS = (*SIZES, "quantity")


def _numbers(
    values: Sequence[str | None], column: str, lines: Sequence[int], name: str
) -> list[float]:
    found = []
    for value, line in zip(values, lines, strict=True):
        try:
            found.append(float("nan") if value is None else float(value))
        except ValueError:
            raise RuleError(
                f"the {column} is no number",
                where=f"{name}, line {line}, {column}",
                value=value,
                bound="a plain number such as 15832 or 5.92",
                remedy="remove units and separators, or leave the cell empty",
            ) from None
    return found


def _in_order(days: Sequence[str | None], lines: Sequence[int], name: str) -> None:
    last: tuple[datetime.date, int] | None = None
    for text, line in zip(days, lines, strict=True):
        try:
            day = datetime.date.fromisoformat(text or "")
        except ValueError:
            raise RuleError(
                "this is no day of the calendar",
                where=f"{name}, line {line}, date",
                value=text or "not given",
                bound="YYYY-MM-DD",
                remedy="write for example 2025-06-01",
            ) from None
        if last is not None and day < last[0]:
            raise RuleError(
                "the shipments are out of order",
                where=f"{name}, lines {last[1]} and {line}",
                value=f"{last[0]}, then {day}",
                bound="dates that never go back, since each line uses what earlier ones leave",
                remedy="sort the file by date",
            )
        last = (day, line)
