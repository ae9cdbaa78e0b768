"""How a loss falls with the time there is to adapt: one line for each supplier and labour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup

from tradewind.report.colours import COMPONENTS
from tradewind.report.figures.bars import Axis
from tradewind.report.language import Catalogue
from tradewind.report.markup import element, join
from tradewind.report.numbers import digits_for, plain

HEIGHT = 300.0
"""Height of the plot [px]; its width is the page's."""

LABEL_HEIGHT = 15.0
"""Least distance of two labels [px]."""

ORDER = ("terms_of_trade", "inventory", "iceberg", "export_tax", "volume_of_trade")
COLOURS = tuple(COMPONENTS[key] for key in ORDER)
"""Okabe & Ito's colours, those that read best on white first."""


def horizon_curves(loss: xr.DataArray, moves: float | None, words: Catalogue) -> Markup:
    """Draw losses over the horizon; labour that cannot change its sector is dashed.

    Parameters
    ----------
    loss : DataArray
        (curve, labour, horizon_year) [% of real income].
    moves : float or None
        Year from which labour moves, marked by a line.
    words : Catalogue
        Words of the report.
    """
    loss = loss.transpose("curve", "labour", "horizon_year").sortby("horizon_year")
    years = loss["horizon_year"].to_numpy().astype(float)
    values = loss.to_numpy()
    finite = values[np.isfinite(values)]
    y = Axis.over(float(finite.min(initial=0.0)), float(finite.max(initial=0.0)))
    x = Axis.over(float(years.min()), float(years.max()))
    plot = element(
        "svg",
        *_grid(x, y),
        *([_line(x.at(moves), "moves")] if moves is not None else []),
        *_lines(loss, years, x, y),
        class_="plot",
        viewBox=f"0 0 1000 {HEIGHT:.0f}",
        preserveAspectRatio="none",
        height=HEIGHT,
        role="img",
        aria_label=_spoken(loss, years, words),
    )
    # The line with mobile labour is the one that is named.
    ends = pd.Series(loss.sel(labour="mobile").isel(horizon_year=-1).to_numpy()).dropna()
    names = [(words.economy(str(code)), str(code)) for code in loss["curve"].to_numpy()]
    named = end_labels(HEIGHT * (1.0 - ends.map(y.at)), names)
    labels = element("div", *named, class_="line-labels")
    ticks = element("div", *_ticks(y), class_="y-ticks", aria_hidden="true")
    axis = element("div", x.header(), class_="x-ticks")
    title = element("div", words.text("chokepoints_axis_years"), class_="x-title")
    return element("div", ticks, plot, labels, axis, title, class_="curves")


def _line(at: float, kind: str | None) -> Markup:
    x = f"{1000 * at:.1f}"
    return element("line", x1=x, x2=x, y1=0, y2=HEIGHT, class_=kind)


def _grid(x: Axis, y: Axis) -> list[Markup]:
    lines = [_line(x.at(tick), None) for tick in x.ticks]
    for tick in y.ticks:
        at = HEIGHT * (1.0 - y.at(tick))
        kind = "zero" if abs(tick) < 1e-12 else None
        lines.append(element("line", x1=0, x2=1000, y1=at, y2=at, class_=kind))
    return lines


def _lines(loss: xr.DataArray, years: np.ndarray, x: Axis, y: Axis) -> list[Markup]:
    """Draw a line a supplier and labour; it breaks where there is no equilibrium."""
    lines = []
    for place in range(loss.sizes["curve"]):
        for labour in ("specific", "mobile"):
            values = loss.isel(curve=place).sel(labour=labour).to_numpy()
            steps, pen = [], "M"
            for year, value in zip(years, values, strict=True):
                if not np.isfinite(value):
                    pen = "M"
                    continue
                steps.append(f"{pen}{1000 * x.at(year):.1f} {HEIGHT * (1 - y.at(value)):.1f}")
                pen = "L"
            colour = COLOURS[place % len(COLOURS)]
            lines.append(element("path", d="".join(steps), stroke=colour, class_=labour))
    return lines


def end_labels(places: pd.Series, names: Sequence[tuple[str, str]]) -> list[Markup]:
    """Name lines beside their ends, each apart from its neighbours.

    Parameters
    ----------
    places : Series
        (number of the line) Where its end is [px from the top].
    names : sequence of pair of str
        Name of every line in full, and its code for a narrow page.
    """
    wanted = places.sort_values(kind="stable")
    labels, last = [], -LABEL_HEIGHT
    # Labels that would run off the lower edge push those above them up.
    room = HEIGHT - LABEL_HEIGHT * (len(wanted) - 1)
    for count, (place, at) in enumerate(wanted.items()):
        at = min(max(float(at), last + LABEL_HEIGHT), room + LABEL_HEIGHT * count)
        last = at
        full, code = names[int(str(place))]
        name = [
            element("span", full, class_="long"),
            element("abbr", code, class_="short", title=full),
        ]
        style = f"top:{at:.1f}px;color:{COLOURS[int(str(place)) % len(COLOURS)]}"
        labels.append(element("b", *name, style=style))
    return labels


def _ticks(y: Axis) -> list[Markup]:
    digits = digits_for([y.step], 1)
    return [
        element("span", plain(tick, digits), style=f"top:{HEIGHT * (1 - y.at(tick)):.1f}px")
        for tick in y.ticks
    ]


def _spoken(loss: xr.DataArray, years: np.ndarray, words: Catalogue) -> str:
    """Say the ends of every line to those who cannot see them."""
    digits = digits_for(loss.to_numpy().ravel(), 3, least=2)
    parts = []
    for code in loss["curve"].to_numpy():
        for labour in ("specific", "mobile"):
            line = loss.sel(curve=code, labour=labour).to_numpy()
            parts.append(
                f"{words.economy(str(code))}, {words.setting('labour', labour)}: "
                f"{plain(line[0], digits)}% ({years[0]:g}) → {plain(line[-1], digits)}% "
                f"({years[-1]:g})"
            )
    return "; ".join(parts)


def labour_legend(words: Catalogue) -> Markup:
    """Tell the two kinds of line apart."""
    items = []
    for labour in ("specific", "mobile"):
        line = element("line", x1=0, x2=34, y1=7, y2=7, class_=labour)
        drawing = element("svg", line, class_="swatch", width=34, height=14, aria_hidden="true")
        items.append(element("li", drawing, words.setting("labour", labour)))
    return element("ul", join(items), class_="causes labour-key")
