"""Prices taken apart: cost, vendor's margin and scarcity rent as parts of one bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from tradewind.report.figures.bars import ROW_HEIGHT, Axis
from tradewind.report.markup import element, join, share
from tradewind.report.numbers import plain

PARTS = {"cost": "#0072B2", "margin": "#56B4E9", "rent": "#E69F00"}
"""Parts of a price and their colours (Okabe & Ito)."""


def price_bars(
    tables: Mapping[int, pd.DataFrame],
    names: Mapping[str, str],
    heads: Sequence[str],
    parts: Mapping[str, str],
) -> Markup:
    """Stack the parts of each family's price, a block of rows for each year.

    Parameters
    ----------
    tables : mapping of int to DataFrame
        By year: (family) x cost, margin, rent, rent_low, rent_high, price [USD thousand].
    names : mapping of str to str
        Names of the families.
    heads : sequence of str
        Headings: family, drawing, list price, rent with its bounds, price.
    parts : mapping of str to str
        What each part is called.
    """
    every = pd.concat(list(tables.values()))
    axis = Axis.over(0.0, float(every["price"].max()))
    rows = []
    for year, table in tables.items():
        rows.append(element("tr", element("th", str(year), scope="rowgroup", class_="block")))
        for family, line in table.iterrows():
            rows.append(_row(axis, names[str(family)], line, parts))
    first, drawing, *numbers = heads
    head = [
        element("th", first, scope="col"),
        element("th", drawing, axis.header(), scope="col", class_="draw"),
        *(
            element("th", text, scope="col", class_="n" if place == 2 else "n wide")
            for place, text in enumerate(numbers)
        ),
    ]
    body = element("tbody", *rows)
    return element("table", element("thead", element("tr", *head)), body, class_="bars prices")


def _row(axis: Axis, name: str, line: pd.Series, parts: Mapping[str, str]) -> Markup:
    start, drawing = 0.0, []
    for part, colour in PARTS.items():
        end = start + float(line[part])
        drawing.append(axis.bar(start, end, colour))
        start = end
    said = "; ".join(f"{parts[part]} {plain(float(line[part]), 1)}" for part in PARTS)
    bounds = f"{plain(float(line['rent_low']), 1)} … {plain(float(line['rent_high']), 1)}"
    return element(
        "tr",
        element("th", name, scope="row"),
        element("td", axis.row(*drawing, label=said), class_="draw"),
        element("td", plain(float(line["cost"] + line["margin"]), 1), class_="n wide"),
        element("td", f"{plain(float(line['rent']), 1)} ({bounds})", class_="n wide"),
        element("td", plain(float(line["price"]), 1), class_="n"),
    )


def parts_legend(parts: Mapping[str, str]) -> Markup:
    """Name the parts beside their colours."""
    items = []
    for part, colour in PARTS.items():
        box = element("rect", x=1, y=1, width=12, height=12, fill=colour)
        drawing = element("svg", box, class_="swatch", width=14, height=14, aria_hidden="true")
        items.append(element("li", drawing, parts[part]))
    return element("ul", join(items), class_="causes")


def whisker(axis: Axis, low: float, high: float) -> Markup:
    """Draw the bounds of a bar as a line through its middle."""
    middle = ROW_HEIGHT / 2
    return element(
        "line",
        x1=share(axis.at(low)),
        x2=share(axis.at(high)),
        y1=middle,
        y2=middle,
        class_="whisker",
    )
