"""Operation hour by hour: stacked areas and lines over the hours of a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from markupsafe import Markup

from tradewind.report.figures.bars import Axis
from tradewind.report.markup import element, join
from tradewind.report.numbers import digits_for, plain

HEIGHT = 260.0
"""Height of the plot [px]; its width is the page's."""
LABEL_ROOM = 0.07
"""Least distance of two labels along the axis, as a share of its width."""


@dataclass(frozen=True)
class Clock:
    """Hours along a figure, and where they do not follow one another.

    Attributes
    ----------
    middles : (hour,)
        Middle of each hour as a fraction of the width.
    runs : sequence of slice
        Hours that follow one another.
    labels : sequence of pair
        Place as a fraction of the width, and day.
    """

    middles: np.ndarray
    runs: Sequence[slice]
    labels: Sequence[tuple[float, str]]

    @classmethod
    def of(cls, time: np.ndarray, step: np.ndarray, period: np.ndarray) -> Clock:
        """Lay hours out by the length of their steps [h]; a new period begins a new run."""
        ends = np.cumsum(step)
        starts = ends - step
        stamps = pd.DatetimeIndex(time)
        after = stamps[1:] - stamps[:-1] != pd.to_timedelta(step[:-1], unit="h")
        cuts = np.flatnonzero(after | (np.diff(period) != 0)) + 1
        edges = [0, *cuts.tolist(), len(time)]
        runs = [slice(a, b) for a, b in pairwise(edges)]
        labels: list[tuple[float, str]] = []
        for place, stamp in enumerate(stamps):
            begins = place in edges or stamp.normalize() == stamp
            at = float(starts[place] / ends[-1])
            if begins and (not labels or at - labels[-1][0] > LABEL_ROOM):
                labels.append((at, f"{stamp:%m-%d}"))
        return cls(0.5 * (starts + ends) / ends[-1], runs, labels)


def hour_areas(
    clock: Clock,
    layers: pd.DataFrame,
    colours: Mapping[str, str],
    unit: str,
    lines: Mapping[str, tuple[np.ndarray, str]] | None = None,
) -> Markup:
    """Stack layers over the hours, what is below zero downwards, with lines over them.

    Parameters
    ----------
    clock : Clock
    layers : DataFrame
        (hour) x layer, each of one sign, from the foot up; the columns are their names.
    colours : mapping of str to str
        Colour of every layer.
    unit : str
        Unit of the axis.
    lines : mapping of str to pair, optional
        Values and kind of line (a class of style) by name.
    """
    lines = lines or {}
    values = layers.to_numpy(float)
    up, down = np.maximum(values, 0.0).cumsum(axis=1), np.minimum(values, 0.0).cumsum(axis=1)
    tops = [up.max(initial=0.0), *(float(line.max()) for line, _ in lines.values())]
    feet = [down.min(initial=0.0), *(float(line.min()) for line, _ in lines.values())]
    y = Axis.over(min(feet), max(tops))
    drawing = [*_grid(clock, y)]
    for place, name in enumerate(layers.columns):
        side = down if values[:, place].sum() < 0.0 else up
        low = side[:, place] - values[:, place]
        drawing += [
            element(
                "path",
                d=_band(clock.middles[run], low[run], side[run, place], y),
                style=f"fill:{colour}",
                class_="area",
            )
            for run in clock.runs
            for colour in [colours[str(name)]]
        ]
    for line, kind in lines.values():
        drawing += [
            element("path", d=_line(clock.middles[run], line[run], y), class_=kind)
            for run in clock.runs
        ]
    means = pd.concat(
        [layers.mean(), pd.Series({name: float(line.mean()) for name, (line, _) in lines.items()})]
    )
    return _framed(clock, drawing, y, unit, means)


def hour_lines(
    clock: Clock, table: pd.DataFrame, colours: Sequence[str], unit: str, *, digits: int = 2
) -> Markup:
    """Draw a line for every column over the hours.

    Parameters
    ----------
    clock : Clock
    table : DataFrame
        (hour) x name.
    colours : sequence of str
        A colour a column.
    unit : str
    digits : int
        Decimals of the means that are read aloud.
    """
    values = table.to_numpy(float)
    y = Axis.over(float(values.min()), float(values.max()))
    drawing = [*_grid(clock, y)]
    for place, colour in zip(range(values.shape[1]), colours, strict=False):
        drawing += [
            element("path", d=_line(clock.middles[run], values[run, place], y), stroke=colour)
            for run in clock.runs
        ]
    return _framed(clock, drawing, y, unit, table.mean(), digits)


def _framed(
    clock: Clock,
    drawing: Sequence[Markup],
    y: Axis,
    unit: str,
    means: pd.Series,
    digits: int | None = None,
) -> Markup:
    """Put a plot between its axes; the means are read to those who cannot see it."""
    shown = digits_for(means, 3, most=2) if digits is None else digits
    said = "; ".join(f"{name} {plain(float(value), shown)}" for name, value in means.items())
    plot = element(
        "svg",
        *drawing,
        class_="plot",
        viewBox=f"0 0 1000 {HEIGHT:.0f}",
        preserveAspectRatio="none",
        height=HEIGHT,
        role="img",
        aria_label=f"{unit}: {said}",
    )
    ticks = [
        element(
            "span",
            plain(tick, digits_for([y.step], 1)),
            style=f"top:{HEIGHT * (1 - y.at(tick)):.1f}px",
        )
        for tick in y.ticks
    ]
    days = [
        element("span", day, style=f"left:{100 * at:.1f}%", class_="wide" if place % 2 else None)
        for place, (at, day) in enumerate(clock.labels)
    ]
    return element(
        "div",
        element("div", unit, class_="y-title"),
        element("div", *ticks, class_="y-ticks", aria_hidden="true"),
        plot,
        element("div", *days, class_="days", aria_hidden="true"),
        class_="curves hours",
    )


def _grid(clock: Clock, y: Axis) -> list[Markup]:
    found = []
    for at, _ in clock.labels:
        found.append(element("line", x1=1000 * at, x2=1000 * at, y1=0, y2=HEIGHT))
    for tick in y.ticks:
        at = HEIGHT * (1.0 - y.at(tick))
        kind = "zero" if abs(tick) < 1e-12 else None
        found.append(element("line", x1=0, x2=1000, y1=at, y2=at, class_=kind))
    for run in clock.runs[1:]:
        at = 500 * float(clock.middles[run.start - 1] + clock.middles[run.start])
        found.append(element("line", x1=at, x2=at, y1=0, y2=HEIGHT, class_="moves"))
    return found


def _points(x: np.ndarray, values: np.ndarray, y: Axis) -> list[str]:
    return [
        f"{1000 * a:.0f} {HEIGHT * (1 - y.at(b)):.1f}"
        for a, b in zip(x.tolist(), values.tolist(), strict=True)
    ]


def _band(x: np.ndarray, low: np.ndarray, high: np.ndarray, y: Axis) -> str:
    return "M" + "L".join([*_points(x, high, y), *reversed(_points(x, low, y))]) + "z"


def _line(x: np.ndarray, values: np.ndarray, y: Axis) -> str:
    return "M" + "L".join(_points(x, values, y))


def colour_key(items: Sequence[tuple[str, str]], lines: Sequence[tuple[str, str]] = ()) -> Markup:
    """Name colours, and kinds of line by their style."""
    found = []
    for name, colour in items:
        box = element("rect", x=1, y=1, width=12, height=12, fill=colour)
        drawing = element("svg", box, class_="swatch", width=14, height=14, aria_hidden="true")
        found.append(element("li", drawing, name))
    for name, kind in lines:
        line = element("line", x1=0, x2=26, y1=7, y2=7, class_=kind)
        drawing = element("svg", line, class_="swatch", width=26, height=14, aria_hidden="true")
        found.append(element("li", drawing, name))
    return element("ul", join(found), class_="causes")
