"""Totals taken apart, and ranges: a bar a row, with numbers beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from tradewind.report.figures.bars import ROW_HEIGHT, Axis
from tradewind.report.figures.stacks import whisker
from tradewind.report.markup import element
from tradewind.report.numbers import plain


def part_bars(
    table: pd.DataFrame,
    colours: Mapping[str, str],
    heads: Sequence[str],
    cells: Sequence[Sequence[str]],
    *,
    digits: int = 2,
) -> Markup:
    """Stack the columns of a table, a row a bar.

    Parameters
    ----------
    table : DataFrame
        (name of the row) x name of the part, none below zero.
    colours : mapping of str to str
        Colour of every part.
    heads : sequence of str
        Headings: row, drawing, then of ``cells``.
    cells : sequence of sequence of str
        Numbers beside each bar; a phone shows only the first.
    digits : int
        Decimals of the parts as they are read aloud.
    """
    axis = Axis.over(0.0, float(table.sum(axis=1).max()))
    rows = []
    for (name, line), beside in zip(table.iterrows(), cells, strict=True):
        start, drawing = 0.0, []
        for part, value in line.items():
            drawing.append(axis.bar(start, start + float(value), colours[str(part)]))
            start += float(value)
        said = "; ".join(f"{part} {plain(float(value), digits)}" for part, value in line.items())
        rows.append(_row(str(name), axis.row(*drawing, label=said), beside))
    return _table(rows, axis, heads)


@dataclass(frozen=True)
class Range:
    """A row: a range, and up to two marks.

    Attributes
    ----------
    name : str
    low, high : float
        Ends of the line.
    mark : float
        Where the full mark stands.
    hollow : float or None
        Where a hollow mark stands.
    cells : sequence of str
        Numbers beside it.
    """

    name: str
    low: float
    high: float
    mark: float
    hollow: float | None
    cells: Sequence[str]


def range_bars(ranges: Sequence[Range], heads: Sequence[str]) -> Markup:
    """Draw ranges with marks, a row each; headings as in :func:`part_bars`."""
    ends = [
        end
        for row in ranges
        for end in (row.low, row.high, row.mark, *(() if row.hollow is None else (row.hollow,)))
    ]
    axis = Axis.over(min(ends), max(ends))
    rows = []
    for row in ranges:
        marks = [whisker(axis, row.low, row.high)]
        if row.hollow is not None:
            marks.append(axis.dot(row.hollow, "hollow"))
        marks.append(axis.dot(row.mark, "mark"))
        said = "; ".join(f"{head} {cell}" for head, cell in zip(heads[2:], row.cells, strict=True))
        rows.append(_row(row.name, axis.row(*marks, label=said), row.cells))
    return _table(rows, axis, heads)


def _row(name: str, drawing: Markup, cells: Sequence[str]) -> Markup:
    beside = [
        element("td", text, class_="n wide" if place else "n") for place, text in enumerate(cells)
    ]
    return element(
        "tr",
        element("th", name, scope="row"),
        element("td", drawing, class_="draw", height=ROW_HEIGHT),
        *beside,
    )


def _table(rows: Sequence[Markup], axis: Axis, heads: Sequence[str]) -> Markup:
    first, drawing, *numbers = heads
    head = [
        element("th", first, scope="col"),
        element("th", drawing, axis.header(), scope="col", class_="draw"),
        *(
            element("th", text, scope="col", class_="n wide" if place else "n")
            for place, text in enumerate(numbers)
        ),
    ]
    body = element("tbody", *rows)
    return element("table", element("thead", element("tr", *head)), body, class_="bars parts")
