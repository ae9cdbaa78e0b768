"""Plain figures of any numbers: grouped bars, lines, scatter, from one form of data.

The data are a mapping with ``kind``, ``title``, ``unit``, ``x`` (``label``, ``unit``, ``values``
and, for a scatter, ``names``), ``series`` (each with ``label`` and ``values``), texts in every
language. Lines differ in dashes and dots in shape, not in colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tradewind.report.colours import SERIES
from tradewind.report.figures.bars import Axis
from tradewind.report.language import Catalogue
from tradewind.report.markup import element, join, share
from tradewind.report.numbers import NOTHING, digits_for, plain, scientific

HEIGHT = 280.0
"""Height of a plot [px]; its width is the page's."""
DASHES = (None, "7 4", "2 3", "10 3 2 3", "5 2", "1 4", "12 4")
SHAPES = ("●", "◆", "▲", "■", "○", "◇", "△")
YEARS = (1900.0, 2100.0)
LONGEST_LADDER = 3
"""Decades up to which an axis of logarithms has a 2 and a 5 between its powers of ten."""


@dataclass(frozen=True)
class Scale:
    """An axis of numbers or of their logarithms.

    Attributes
    ----------
    axis : Axis
        Of the numbers, or of their decimal logarithms.
    ticks : tuple of float
    log : bool
    years : bool
        Whether the numbers are years, which have no thousands.
    """

    axis: Axis
    ticks: tuple[float, ...]
    log: bool = False
    years: bool = False

    @classmethod
    def over(cls, values: Sequence[float], scale: str, *, from_zero: bool = False) -> Scale:
        """Make the axis that holds some numbers, and zero if they come near it or it is asked."""
        low, high = min(values), max(values)
        if scale == "log":
            low, high = math.log10(low), math.log10(high)
            axis = Axis.between(low, high) if high > low else Axis.between(low - 0.5, low + 0.5)
            return cls(axis, _rungs(axis.low, axis.high), log=True)
        years = all(YEARS[0] <= x <= YEARS[1] and x == int(x) for x in values)
        if high == low:
            low, high = low - 0.5 * (abs(low) or 1.0), high + 0.5 * (abs(high) or 1.0)
        zero = from_zero or (not years and (low <= 0.0 <= high or abs(low) < 0.5 * abs(high)))
        zero = zero or (not years and high < 0.0 and abs(high) < 0.5 * abs(low))
        axis = Axis.over(low, high) if zero else Axis.between(low, high)
        ticks = tuple(t for t in axis.ticks if not years or t == int(t))
        return cls(axis, ticks, years=years)

    def at(self, value: float) -> float:
        """Position as a fraction of the length."""
        return self.axis.at(math.log10(value) if self.log else value)

    def write(self, tick: float) -> str:
        """Write a tick."""
        if self.years:
            return f"{tick:.0f}"
        if self.log:
            return _power(tick)
        return number(tick, [self.axis.step], significant=1)


def number(value: float | None, beside: Sequence[float | None], significant: int = 3) -> str:
    """Write a number with the decimals that suit it and those beside it."""
    if value is None:
        return NOTHING
    known = [abs(x) for x in beside if x is not None and math.isfinite(x)]
    largest = max(known, default=0.0)
    if value != 0.0 and (largest >= 1e9 or 0.0 < largest < 1e-4):
        return scientific(value)
    return plain(value, digits_for(known, significant, most=6))


def draw_plot(data: Mapping[str, Any], words: Catalogue) -> Markup:
    """Draw a figure.

    Parameters
    ----------
    data : mapping
        In the form that the module describes.
    words : Catalogue
        Words of the report.
    """
    kinds = {"bars": _bars, "lines": _lines, "scatter": _scatter}
    return kinds[data["kind"]](data, words)


def said(text: Any, words: Catalogue) -> str:
    """Take a text in the report's language; a name is the same in both."""
    return str(text[words.language]) if isinstance(text, Mapping) else str(text)


def with_unit(text: Any, unit: str, words: Catalogue) -> str:
    """Write a label with its unit, if it has one."""
    label = said(text, words)
    return f"{label}, {unit}" if unit not in ("", "1") else label


def _bars(data: Mapping[str, Any], words: Catalogue) -> Markup:
    series = data["series"]
    values = [value for one in series for value in one["values"] if value is not None]
    axis = Axis.over(min(values), max(values))
    rows = []
    for place, name in enumerate(data["x"]["values"]):
        for count, one in enumerate(series):
            value = one["values"][place]
            label = f"{said(one['label'], words)} {number(value, values)} {data['unit']}"
            bars = [] if value is None else [axis.bar(0.0, value, SERIES[count])]
            head = element("th", said(name, words), scope="rowgroup", rowspan=len(series))
            drawing = element("td", axis.row(*bars, label=label), class_="draw")
            cells = [drawing, element("td", number(value, values), class_="n")]
            kind = "begins" if count == 0 and len(series) > 1 else None
            rows.append(element("tr", *([head] if count == 0 else []), *cells, class_=kind))
    head = element(
        "tr",
        element("th", said(data["x"]["label"], words), scope="col"),
        element("th", axis.header(), scope="col", class_="draw"),
        element("th", _unit(data, words), scope="col", class_="n"),
    )
    table = element("table", element("thead", head), element("tbody", *rows), class_="bars groups")
    return join([_key(data, words), table])


def _lines(data: Mapping[str, Any], words: Catalogue) -> Markup:
    along, series = data["x"]["values"], data["series"]
    x, y = _scales(data)
    drawing = _grid(x, y, stretched=True)
    for count, one in enumerate(series):
        path, pen = [], "M"
        for at, value in zip(along, one["values"], strict=True):
            if value is None:
                pen = "M"
                continue
            path.append(f"{pen}{1000 * x.at(at):.1f} {HEIGHT * (1 - y.at(value)):.1f}")
            pen = "L"
        drawing.append(
            element(
                "path",
                d="".join(path),
                stroke=SERIES[count],
                stroke_dasharray=DASHES[count],
            )
        )
    spoken = "; ".join(_ends(one, along, x, words) for one in series)
    plot = element(
        "svg",
        *drawing,
        class_="plot",
        viewBox=f"0 0 1000 {HEIGHT:.0f}",
        preserveAspectRatio="none",
        height=HEIGHT,
        role="img",
        aria_label=spoken,
    )
    return join([_key(data, words), _framed(plot, x, y, data, words)])


def _scatter(data: Mapping[str, Any], words: Catalogue) -> Markup:
    along, series = data["x"]["values"], data["series"]
    names = data["x"].get("names") or [""] * len(along)
    x, y = _scales(data)
    drawing = _grid(x, y, stretched=False)
    everything = [value for one in series for value in one["values"]]
    for count, one in enumerate(series):
        for at, value, name in zip(along, one["values"], names, strict=True):
            if value is None:
                continue
            label = said(name, words) or said(one["label"], words)
            told = f"{label}: {number(at, along)}, {number(value, everything)} {data['unit']}"
            dot = element(
                "text",
                SHAPES[count],
                x=share(x.at(at)),
                y=share(1.0 - y.at(value)),
                fill=SERIES[count],
            )
            drawing.append(element("g", element("title", told), dot, class_="dot"))
    title = said(data["title"], words)
    plot = element(
        "svg", *drawing, class_="plot shapes", height=HEIGHT, role="img", aria_label=title
    )
    return join([_key(data, words), _framed(plot, x, y, data, words)])


def _scales(data: Mapping[str, Any]) -> tuple[Scale, Scale]:
    values = [v for one in data["series"] for v in one["values"] if v is not None]
    x = Scale.over(data["x"]["values"], data["x"].get("scale", "linear"))
    return x, Scale.over(values, data.get("scale", "linear"))


def _grid(x: Scale, y: Scale, *, stretched: bool) -> list[Markup]:
    """Draw a line a tick, in the drawing's own units or in shares of its size."""

    def place(fraction: float, size: float) -> str:
        return f"{size * fraction:.1f}" if stretched else share(fraction)

    far_x, far_y = place(1.0, 1000.0), place(1.0, HEIGHT)
    found = []
    for tick in x.ticks:
        at = place(x.at(tick), 1000.0)
        found.append(element("line", x1=at, x2=at, y1=0, y2=far_y))
    for tick in y.ticks:
        at = place(1.0 - y.at(tick), HEIGHT)
        kind = "zero" if not y.log and abs(tick) < 1e-12 else None
        found.append(element("line", x1=0, x2=far_x, y1=at, y2=at, class_=kind))
    return found


def _framed(plot: Markup, x: Scale, y: Scale, data: Mapping[str, Any], words: Catalogue) -> Markup:
    """Put a plot between its axes."""
    up = [
        element("span", y.write(tick), style=f"top:{HEIGHT * (1 - y.at(tick)):.1f}px")
        for tick in y.ticks
    ]
    along = [
        # Every other label goes where the page is narrow.
        element(
            "span",
            x.write(tick),
            style=f"left:{share(x.at(tick))}",
            class_="wide" if place % 2 and len(x.ticks) > 4 else None,
        )
        for place, tick in enumerate(x.ticks)
    ]
    label = with_unit(data["x"]["label"], data["x"]["unit"], words)
    return element(
        "div",
        element("div", _unit(data, words), class_="y-title"),
        element("div", *up, class_="y-ticks", aria_hidden="true"),
        plot,
        element("div", *along, class_="x-ticks", aria_hidden="true"),
        element("div", label, class_="x-title"),
        class_="plotted",
    )


def _unit(data: Mapping[str, Any], words: Catalogue) -> str:
    """What the numbers are: their unit, or the only series' name if they have none."""
    if data["unit"] not in ("", "1"):
        return str(data["unit"])
    return said(data["series"][0]["label"], words) if len(data["series"]) == 1 else ""


def _key(data: Mapping[str, Any], words: Catalogue) -> Markup:
    """Name the series; a single one is named by the title."""
    if len(data["series"]) == 1:
        return Markup()
    found = []
    for count, one in enumerate(data["series"]):
        colour, size = SERIES[count], {"height": 14, "aria_hidden": "true", "class_": "swatch"}
        if data["kind"] == "lines":
            line = element(
                "line",
                x1=0,
                x2=34,
                y1=7,
                y2=7,
                stroke=colour,
                stroke_width=2.2,
                stroke_dasharray=DASHES[count],
            )
            mark = element("svg", line, width=34, **size)
        elif data["kind"] == "scatter":
            mark = element("b", SHAPES[count], style=f"color:{colour}", class_="swatch")
        else:
            mark = element(
                "svg", element("rect", x=1, y=1, width=12, height=12, fill=colour), width=14, **size
            )
        found.append(element("li", mark, said(one["label"], words)))
    return element("ul", join(found), class_="causes")


def _ends(one: Mapping[str, Any], along: Sequence[float], x: Scale, words: Catalogue) -> str:
    """Say the ends of a line to those who cannot see it."""
    known = [(at, v) for at, v in zip(along, one["values"], strict=True) if v is not None]
    values = [value for _, value in known]
    told = " → ".join(
        f"{number(value, values)} ({f'{at:.0f}' if x.years else number(at, along)})"
        for at, value in (known[0], known[-1])
    )
    return f"{said(one['label'], words)} {told}"


def _rungs(low: float, high: float) -> tuple[float, ...]:
    """Round numbers between two powers of ten."""
    ladder = (1, 2, 5) if high - low <= LONGEST_LADDER else (1,)
    step = max(1, math.ceil((high - low) / 8))
    powers = range(math.floor(low), math.ceil(high) + 1, step)
    rungs = [float(f"{k}e{power}") for power in powers for k in ladder]
    return tuple(rung for rung in rungs if low <= math.log10(rung) <= high)


def _power(tick: float) -> str:
    power = math.floor(math.log10(tick) + 1e-9)
    if not -4 <= power <= 6:
        return scientific(tick).replace(".0 ×", " ×").replace("1 × ", "")
    return plain(tick, max(0, -power))
