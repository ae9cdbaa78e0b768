"""Bars: each row is a row of a table, so that it wraps on a phone, prints, and is read aloud.

Positions along a bar are percentages of the cell's width and heights are pixels: the drawing
stretches with the page while its text does not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from tradewind.report.colours import GAIN, LOSS, component_colour
from tradewind.report.language import Catalogue
from tradewind.report.markup import element, join, share
from tradewind.report.numbers import digits_for, income_digits, plain, signed
from tradewind.report.tables import UNEXPLAINED, UNEXPLAINED_SHOWN

ROW_HEIGHT = 18
NAMES = frozenset({"column_economy", "column_flow"})
WIDE = frozenset({"column_baseline", "column_a", "column_b", "column_variation"})


@dataclass(frozen=True)
class Axis:
    """A horizontal axis that holds zero.

    Attributes
    ----------
    low, high : float
        Ends of the axis, in the data's unit.
    step : float
        Distance of the ticks.
    ticks : tuple of float
        Round values on it.
    """

    low: float
    high: float
    step: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, low: float, high: float) -> Axis:
        """Make an axis with four to eight round ticks over a range and zero."""
        low, high = min(low, 0.0), max(high, 0.0)
        span = (high - low) or 1.0
        power = 10.0 ** math.floor(math.log10(span / 8))
        step = next(power * k for k in (1, 2, 5, 10) if power * k >= span / 8)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        margin = 0.02 * span
        ticks = tuple(k * step for k in range(first, last + 1))
        return cls(low - margin, high + margin, step, ticks)

    @classmethod
    def between(cls, low: float, high: float) -> Axis:
        """Make an axis with round ticks between two values, wherever zero is."""
        step = cls.over(0.0, high - low).step
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        margin = 0.03 * (high - low)
        ticks = tuple(k * step for k in range(first, last + 1))
        return cls(low - margin, high + margin, step, ticks)

    def at(self, value: float) -> float:
        """Position of a value as a fraction of the width."""
        return (value - self.low) / (self.high - self.low)

    def header(self) -> Markup:
        """Write the ticks' values."""
        digits = max(0, -math.floor(math.log10(self.step) + 1e-9))
        labels = [
            element(
                "text",
                plain(tick, digits),
                x=share(self.at(tick)),
                y=12,
                text_anchor="middle",
                # Every other label goes where the page is narrow; zero stays.
                class_="wide" if round(tick / self.step) % 2 else None,
            )
            for tick in self.ticks
        ]
        return element("svg", *labels, class_="axis", height=16, aria_hidden="true")

    def row(self, *drawing: Markup, label: str) -> Markup:
        """Draw one row over the grid; ``label`` says its numbers to those who cannot see it."""
        grid = [
            element(
                "line",
                x1=share(self.at(tick)),
                x2=share(self.at(tick)),
                y1=0,
                y2="100%",
                class_="zero" if abs(tick) < 1e-12 else None,
            )
            for tick in self.ticks
        ]
        return element(
            "svg",
            element("title", label),
            *grid,
            *drawing,
            class_="bar",
            height=ROW_HEIGHT,
            role="img",
            aria_label=label,
        )

    def bar(self, start: float, end: float, colour: str) -> Markup:
        """Draw a bar from one value to another."""
        left, right = sorted((self.at(start), self.at(end)))
        return element(
            "rect",
            x=share(left),
            y=3,
            width=share(right - left),
            height=ROW_HEIGHT - 6,
            fill=colour,
        )

    def dot(self, value: float, kind: str) -> Markup:
        """Draw a mark at a value."""
        return element("circle", cx=share(self.at(value)), cy=ROW_HEIGHT / 2, r=4, class_=kind)


def ranking_bars(table: pd.DataFrame, causes: pd.DataFrame, words: Catalogue) -> Markup:
    """Rank economies by real income, with the causes stacked from zero on either side.

    Parameters
    ----------
    table : DataFrame
        Rows of :func:`tradewind.report.tables.ranking`, in the order to show.
    causes : DataFrame
        :func:`tradewind.report.tables.decomposition` [%].
    words : Catalogue
        Words of the report.
    """
    shown = causes.loc[table.index]
    axis = Axis.over(
        float(shown.clip(upper=0).sum(axis=1).min()), float(shown.clip(lower=0).sum(axis=1).max())
    )
    digits = income_digits(table["real_income_percent"])
    money = digits_for(table["equivalent_variation_usd_billion"], significant=4)
    rows = []
    for label, line in table.iterrows():
        code = str(label)
        parts = {str(cause): float(shown[cause][code]) for cause in shown.columns}
        if abs(parts.get(UNEXPLAINED, 1.0)) <= 100.0 * UNEXPLAINED_SHOWN:
            del parts[UNEXPLAINED]
        total = float(line["real_income_percent"])
        cells = [
            _head(words, code),
            element("td", _stack(axis, parts, total, words, digits), class_="draw"),
            element("td", signed(total, digits), class_="n"),
            element("td", signed(line["equivalent_variation_usd_billion"], money), class_="n wide"),
        ]
        rows.append(element("tr", *cells))
    heads = ["column_economy", "column_causes", "column_real_income", "column_variation"]
    return _table(rows, heads, axis, words)


def _stack(
    axis: Axis, parts: dict[str, float], total: float, words: Catalogue, digits: int
) -> Markup:
    """Stack the causes: what helps to the right of zero, what harms to the left."""
    left = right = 0.0
    drawing = []
    for component, value in parts.items():
        start = right if value > 0 else left
        drawing.append(axis.bar(start, start + value, component_colour(component)))
        left, right = left + min(value, 0.0), right + max(value, 0.0)
    label = "; ".join(
        f"{words.component(component)} {signed(value, digits)}"
        for component, value in parts.items()
    )
    return axis.row(*drawing, axis.dot(total, "mark"), label=label)


def flow_bars(table: pd.DataFrame, words: Catalogue) -> Markup:
    """Draw the flows of :func:`tradewind.report.tables.bilateral_changes` as bars, if any."""
    if table.empty:
        return Markup()
    change = table["change_usd_billion"]
    axis = Axis.over(float(change.min()), float(change.max()))
    digits, level = digits_for(change), digits_for(table["baseline_usd_billion"])
    rows = []
    for _, line in table.iterrows():
        value = float(line["change_usd_billion"])
        colour = GAIN[3] if value > 0 else LOSS[2]
        bar = axis.row(axis.bar(0.0, value, colour), label=signed(value, digits))
        pair = [str(line["exporter"]), str(line["importer"])]
        cells = [
            element("th", _pair(words, *pair), scope="row"),
            element("td", bar, class_="draw"),
            element("td", signed(value, digits), class_="n"),
            element("td", signed(line["change_percent"], 1), class_="n"),
            element("td", plain(line["baseline_usd_billion"], level), class_="n wide"),
        ]
        rows.append(element("tr", *cells))
    heads = ["column_flow", "column_change", "column_money", "column_percent", "column_baseline"]
    return _table(rows, heads, axis, words)


def dumbbell_bars(table: pd.DataFrame, words: Catalogue) -> Markup:
    """Draw two runs' real-income changes as two dots and the line between them.

    Parameters
    ----------
    table : DataFrame
        (economy) x a, b, difference [%, %, percentage points].
    words : Catalogue
        Words of the report.
    """
    ends = table[["a", "b"]]
    axis = Axis.over(float(ends.min().min()), float(ends.max().max()))
    digits = income_digits(ends.to_numpy().ravel())
    rows = []
    for code, line in table.iterrows():
        a, b, difference = float(line["a"]), float(line["b"]), float(line["difference"])
        left, right = sorted((axis.at(a), axis.at(b)))
        middle = ROW_HEIGHT / 2
        link = element("line", x1=share(left), x2=share(right), y1=middle, y2=middle, class_="link")
        label = f"A {signed(a, digits)}; B {signed(b, digits)}"
        drawing = axis.row(link, axis.dot(a, "hollow"), axis.dot(b, "mark"), label=label)
        cells = [
            _head(words, str(code)),
            element("td", drawing, class_="draw"),
            element("td", signed(a, digits), class_="n wide"),
            element("td", signed(b, digits), class_="n wide"),
            element("td", signed(difference, digits), class_="n"),
        ]
        rows.append(element("tr", *cells))
    heads = ["column_economy", "column_change", "column_a", "column_b", "column_difference"]
    return _table(rows, heads, axis, words)


def _head(words: Catalogue, code: str) -> Markup:
    return element("th", words.economy(code), scope="row")


def _pair(words: Catalogue, exporter: str, importer: str) -> Markup:
    """Name a flow in full, and by its codes where the page is narrow."""
    full = f"{words.economy(exporter)} → {words.economy(importer)}"
    return join(
        [
            element("span", full, class_="long"),
            element("abbr", f"{exporter} → {importer}", class_="short", title=full),
        ]
    )


def _table(rows: list[Markup], heads: list[str], axis: Axis, words: Catalogue) -> Markup:
    """Put rows under their headings; the drawing's column carries the axis."""
    cells = [_column(words, key, axis if place == 1 else None) for place, key in enumerate(heads)]
    head = element("thead", element("tr", *cells))
    return element("table", head, element("tbody", *rows), class_="bars")


def _column(words: Catalogue, key: str, axis: Axis | None) -> Markup:
    """Write one heading; a phone has no room for the columns in ``WIDE``."""
    if axis is not None:
        return element("th", words.text(key), axis.header(), scope="col", class_="draw")
    if key in NAMES:
        return element("th", words.text(key), scope="col")
    return element("th", words.text(key), scope="col", class_="n wide" if key in WIDE else "n")
