"""Numbers over years with their bounds: one line and one band for each label."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from tradewind.report.figures.bars import Axis
from tradewind.report.figures.curves import COLOURS, HEIGHT, end_labels
from tradewind.report.markup import element
from tradewind.report.numbers import digits_for, plain, rounded

ROOM = 18
"""Letters of a name that fit beside the lines; where one is longer, the lines make room."""
MOST = len(COLOURS)
"""Lines that have a colour of their own."""


@dataclass(frozen=True)
class LogAxis:
    """A logarithmic axis with a tick at each power of ten.

    Attributes
    ----------
    low, high : float
        Ends of the axis.
    """

    low: float
    high: float

    @property
    def ticks(self) -> list[float]:
        """Powers of ten on the axis."""
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        return [10.0**power for power in range(first, last + 1)]

    def at(self, value: float) -> float:
        """Position of a value as a fraction of the height; what is below is at the foot."""
        whole = math.log10(self.high / self.low)
        return max(0.0, math.log10(max(value, self.low) / self.low) / whole)


def band_curves(
    tables: Mapping[str, pd.DataFrame],
    names: Mapping[str, tuple[str, str]],
    unit: str,
    *,
    log: bool = False,
    floor: float = 0.0,
) -> Markup:
    """Draw medians as lines and the bounds as bands.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        (year) x low, median, high; at most ``MOST`` of them.
    names : mapping of str to pair of str
        Name of each in full, and its code for a narrow page.
    unit : str
        What the numbers are, above the axis and for those who cannot see them.
    log : bool
        Whether the axis is logarithmic; it begins at ``floor`` then, and no line goes below.
    floor : float
    """
    years = [int(year) for year in next(iter(tables.values())).index]
    numbers = np.concatenate([table.to_numpy().ravel() for table in tables.values()])
    known = numbers[np.isfinite(numbers)]
    low, high = float(known.min(initial=0.0)), float(known.max(initial=floor))
    y = LogAxis(floor, high * 1.1) if log else Axis.over(low, high)
    drawing = [*_grid(years, y)]
    for place, table in enumerate(tables.values()):
        colour = COLOURS[place % len(COLOURS)]
        drawing += _band(table, years, y, colour, floor if log else -math.inf)
    plot = element(
        "svg",
        *drawing,
        class_="plot",
        viewBox=f"0 0 1000 {HEIGHT:.0f}",
        preserveAspectRatio="none",
        height=HEIGHT,
        role="img",
        aria_label=spoken(tables, names, unit),
    )
    last = [min(float(table["median"].iloc[-1]), y.high) for table in tables.values()]
    ends = pd.Series([HEIGHT * (1.0 - y.at(value)) for value in last])
    labels = element("div", *end_labels(ends, [names[key] for key in tables]), class_="line-labels")
    ticks = element("div", *_ticks(y), class_="y-ticks", aria_hidden="true")
    axis = element("div", *_years(years), class_="years", aria_hidden="true")
    longest = max(len(names[key][0]) for key in tables)
    broad = "curves bands broad" if longest > ROOM else "curves bands"
    return element("div", ticks, plot, labels, axis, class_=broad)


def spoken(
    tables: Mapping[str, pd.DataFrame], names: Mapping[str, tuple[str, str]], unit: str
) -> str:
    """Say the last numbers of every line to those who cannot see them."""
    parts = []
    for key, table in tables.items():
        last = table.iloc[-1]
        digits = digits_for([float(last["median"])], 3, most=3)
        low, median, high = (
            plain(rounded(float(last[name])), digits) for name in ("low", "median", "high")
        )
        between = "" if low == high else f" ({low} … {high})"
        parts.append(f"{names[key][0]}: {median}{between} ({table.index[-1]})")
    return f"{unit}: " + "; ".join(parts)


def _across(years: Sequence[int], year: int) -> float:
    return (year - years[0]) / max(years[-1] - years[0], 1)


def _grid(years: Sequence[int], y: Axis | LogAxis) -> list[Markup]:
    lines = []
    for year in years:
        x = f"{1000 * _across(years, year):.1f}"
        lines.append(element("line", x1=x, x2=x, y1=0, y2=HEIGHT))
    for tick in y.ticks:
        at = HEIGHT * (1.0 - y.at(tick))
        kind = "zero" if tick == 0.0 else None
        lines.append(element("line", x1=0, x2=1000, y1=at, y2=at, class_=kind))
    return lines


def _band(
    table: pd.DataFrame, years: Sequence[int], y: Axis | LogAxis, colour: str, floor: float
) -> list[Markup]:
    """Draw one band and its line; both break where the line is below the floor or has no end."""
    median = table["median"].to_numpy()
    known = np.isfinite(median) & (median > floor)
    drawn = []
    for run in np.split(np.arange(len(table)), np.flatnonzero(np.diff(known)) + 1):
        if known[run[0]]:
            drawn += _run(table.iloc[run], years, y, colour)
    return drawn


def _run(table: pd.DataFrame, years: Sequence[int], y: Axis | LogAxis, colour: str) -> list[Markup]:
    x = [1000 * _across(years, int(year)) for year in table.index]

    def points(name: str) -> list[str]:
        # A bound that has no end is drawn to the edge.
        heights = [HEIGHT * (1 - y.at(min(float(value), y.high))) for value in table[name]]
        return [f"{a:.1f} {b:.1f}" for a, b in zip(x, heights, strict=True)]

    outline = "M" + "L".join([*points("high"), *reversed(points("low"))]) + "z"
    return [
        element("path", d=outline, style=f"fill:{colour}", class_="band"),
        element("path", d="M" + "L".join(points("median")), stroke=colour),
    ]


def _ticks(y: Axis | LogAxis) -> list[Markup]:
    digits = digits_for([y.step], 1) if isinstance(y, Axis) else 0
    return [
        element(
            "span",
            f"{tick:g}" if tick < 1.0 and not isinstance(y, Axis) else plain(tick, digits),
            style=f"top:{HEIGHT * (1 - y.at(tick)):.1f}px",
        )
        for tick in y.ticks
    ]


def _years(years: Sequence[int]) -> list[Markup]:
    """Write the years under the axis; every other one goes where the page is narrow."""
    return [
        element(
            "span",
            str(year),
            style=f"left:{100 * _across(years, year):.1f}%",
            class_="wide" if (year - years[0]) % 3 else None,
        )
        for year in years
    ]
