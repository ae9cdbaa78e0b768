"""Ranks with their intervals, and what moves them, as rows of bars."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from tradewind.report.figures.bars import ROW_HEIGHT, Axis
from tradewind.report.language import Catalogue
from tradewind.report.markup import element, join, share
from tradewind.report.numbers import plain
from tradewind.report.pressure_words import interval, place

INTERVAL, FIRST, REST = "#92c5de", "#2166ac", "#92c5de"
STEPS = (5, 10, 20, 25, 50, 100)


def rank_axis(count: int) -> Axis:
    """Make an axis of ranks from 1 to the last, with at most eight round ticks."""
    step = next((s for s in STEPS if count / s <= 8), STEPS[-1])
    ticks = (1.0, *(float(t) for t in range(step, count + 1, step)))
    return Axis(0.0, count + 1.0, float(step), ticks)


def rank_ladder(table: pd.DataFrame, count: int, words: Catalogue) -> Markup:
    """Draw each economy's interval of ranks; a heavy line ends a rung.

    Parameters
    ----------
    table : DataFrame
        See `tradewind.report.pressure_tables.ladder_table`; rows to draw, from the top.
    count : int
        Economies that are ranked, of which the table may hold a part.
    words : Catalogue
        Words of the report.
    """
    # Ranks that no drawn interval reaches would only make the bars small.
    axis = rank_axis(min(count, math.ceil(table["rank_high"].max()) + 1))
    heads = [
        element("th", words.text("pressure_column_rung"), scope="col", class_="n rung"),
        element("th", words.text("column_economy"), scope="col"),
        element("th", axis.header(), scope="col", class_="draw"),
        element("th", words.text("pressure_column_rank"), scope="col", class_="n"),
        element("th", "90 %", scope="col", class_="n"),
        element("th", words.text("pressure_column_score"), scope="col", class_="n"),
    ]
    rows, before = [], None
    for code, line in table.iterrows():
        rung = int(line["rung"])
        rows.append(_row(str(code), line, axis, words, begins=rung != before))
        before = rung
    head = element("thead", element("tr", *heads))
    return element("table", head, element("tbody", *rows), class_="bars ladder")


def _row(code: str, line: pd.Series, axis: Axis, words: Catalogue, *, begins: bool) -> Markup:
    name, between = words.economy(code), interval(line["rank_low"], line["rank_high"])
    said = words.text(
        "pressure_row_label", economy=name, rank=place(line["rank_median"]), interval=between
    )
    # An interval of one rank must be seen as well.
    left, right = axis.at(line["rank_low"] - 0.4), axis.at(line["rank_high"] + 0.4)
    bar = element(
        "rect", x=share(left), y=5, width=share(right - left), height=ROW_HEIGHT - 10, fill=INTERVAL
    )
    link = element(
        "a",
        element("span", name, class_="long"),
        element("span", name, class_="short"),
        href=f"#why-{code}",
    )
    cells = [
        element("td", str(int(line["rung"])) if begins else "", class_="n rung"),
        element("th", link, scope="row"),
        element(
            "td", axis.row(bar, axis.dot(line["rank_median"], "mark"), label=said), class_="draw"
        ),
        element("td", place(line["rank_median"]), class_="n"),
        element("td", between, class_="n"),
        element("td", plain(line["score"], 2), class_="n"),
    ]
    return element("tr", *cells, class_="begins" if begins else None)


def choice_bars(rows: Sequence[tuple[str, float, float, float, float]], words: Catalogue) -> Markup:
    """Draw which choice moves ranks: alone, and with others; the whisker is 90 % of the latter.

    Parameters
    ----------
    rows : sequence of (name, first, total, low, high)
        Shares of the variance of all ranks.
    words : Catalogue
        Words of the report.
    """
    axis = Axis.over(0.0, 100.0 * max(max(row[2], row[4]) for row in rows))
    heads = [
        element("th", words.text("pressure_column_choice"), scope="col"),
        element("th", axis.header(), scope="col", class_="draw"),
        element("th", words.text("pressure_column_alone"), scope="col", class_="n"),
        element("th", words.text("pressure_column_total"), scope="col", class_="n"),
    ]
    body = []
    for name, first, total, low, high in rows:
        alone = max(first, 0.0)
        said = f"{name}: {plain(100 * alone, 0)} %, {plain(100 * total, 0)} %"
        whisker = element(
            "line",
            x1=share(axis.at(100 * low)),
            x2=share(axis.at(100 * high)),
            y1=ROW_HEIGHT / 2,
            y2=ROW_HEIGHT / 2,
            class_="link",
        )
        drawing = axis.row(
            axis.bar(0.0, 100 * total, REST), axis.bar(0.0, 100 * alone, FIRST), whisker, label=said
        )
        body.append(
            element(
                "tr",
                element("th", name, scope="row"),
                element("td", drawing, class_="draw"),
                element("td", plain(100 * alone, 0), class_="n"),
                element("td", plain(100 * total, 0), class_="n"),
            )
        )
    head = element("thead", element("tr", *heads))
    return element("table", head, element("tbody", join(body)), class_="bars choices")
