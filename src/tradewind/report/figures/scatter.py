"""Prediction against the exact answer: how far a first-order guess can be trusted."""

from __future__ import annotations

import math

import pandas as pd
from markupsafe import Markup

from tradewind.report.chokepoints_story import name_of
from tradewind.report.language import Catalogue
from tradewind.report.markup import element, share
from tradewind.report.numbers import plain

HEIGHT = 340.0
"""Height of the plot [px]; its width is the page's."""


def prediction_scatter(table: pd.DataFrame, words: Catalogue) -> Markup:
    """Draw each cut's exact loss over its predicted one, both on the same logarithmic axis.

    Parameters
    ----------
    table : DataFrame
        Rows of :func:`tradewind.report.chokepoints_tables.cuts_table` that were cut exactly and
        whose losses are both positive (a logarithm has no place for others).
    words : Catalogue
        Words of the report.
    """
    values = table[["predicted_loss_usd_billion", "severance_loss_usd_billion"]]
    low = math.floor(math.log10(float(values.min().min())))
    high = max(low + 1, math.ceil(math.log10(float(values.max().max()))))

    def at(value: float) -> float:
        return (math.log10(value) - low) / (high - low)

    drawing = [_grid(low, high)]
    for _, line in table.iterrows():
        predicted = float(line["predicted_loss_usd_billion"])
        exact = float(line["severance_loss_usd_billion"])
        said = words.text(
            "chokepoints_dot",
            cut=name_of(line, words),
            predicted=_money(predicted),
            exact=_money(exact),
        )
        dot = element("circle", cx=share(at(predicted)), cy=share(1.0 - at(exact)), r=4)
        drawing.append(element("g", element("title", said), dot, class_="dot"))
    plot = element(
        "svg",
        *drawing,
        class_="plot",
        height=HEIGHT,
        role="img",
        aria_label=words.text("chokepoints_scatter_title"),
    )
    y = [
        element("span", _power(power), style=f"top:{HEIGHT * (high - power) / (high - low):.1f}px")
        for power in range(low, high + 1)
    ]
    x = [
        element("span", _power(power), style=f"left:{share((power - low) / (high - low))}")
        for power in range(low, high + 1)
    ]
    return element(
        "div",
        element("div", words.text("chokepoints_axis_exact"), class_="y-title"),
        element("div", *y, class_="y-ticks", aria_hidden="true"),
        plot,
        element("div", *x, class_="x-ticks", aria_hidden="true"),
        element("div", words.text("chokepoints_axis_predicted"), class_="x-title"),
        class_="scatter",
    )


def _grid(low: int, high: int) -> Markup:
    """Draw a line a power of ten, and the diagonal on which prediction and exact loss agree."""
    lines = []
    for power in range(low, high + 1):
        at = share((power - low) / (high - low))
        lines += [
            element("line", x1=at, x2=at, y1=0, y2="100%"),
            element("line", x1=0, x2="100%", y1=at, y2=at),
        ]
    lines.append(element("line", x1=0, x2="100%", y1="100%", y2=0, class_="equal"))
    return element("g", *lines)


def _power(power: int) -> str:
    return plain(10.0**power, max(0, -power))


def _money(value: float) -> str:
    """Write money to about two digits, whatever its size."""
    return plain(value, max(0, 1 - math.floor(math.log10(value))))
