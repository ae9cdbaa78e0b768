"""Scores over the years: one line an economy, over the middle half of all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup

from tradewind.report.figures.bars import Axis
from tradewind.report.figures.curves import COLOURS, HEIGHT, end_labels
from tradewind.report.language import Catalogue
from tradewind.report.markup import element
from tradewind.report.numbers import digits_for, plain


def score_lines(scores: xr.DataArray, shown: list[str], words: Catalogue) -> Markup:
    """Draw some economies' scores year by year.

    Parameters
    ----------
    scores : DataArray
        (economy, year), all economies of the panel.
    shown : list of str
        Economies that get a line.
    words : Catalogue
        Words of the report.
    """
    years = scores["year"].to_numpy().astype(float)
    values = scores.transpose("economy", "year")
    low, high = np.quantile(values.to_numpy(), (0.25, 0.75), axis=0)
    lines = values.sel(economy=shown).to_numpy()
    # The axis need not hold zero: a score is a place between goalposts.
    y = Axis.between(float(min(low.min(), lines.min())), float(max(high.max(), lines.max())))
    step = (years[-1] - years[0]) or 1.0

    def points(row: np.ndarray) -> list[str]:
        return [
            f"{1000 * (year - years[0]) / step:.1f} {HEIGHT * (1 - y.at(value)):.1f}"
            for year, value in zip(years, row, strict=True)
        ]

    band = "M" + "L".join(points(high) + points(low)[::-1]) + "z"
    grid = [
        element("line", x1=0, x2=1000, y1=HEIGHT * (1 - y.at(t)), y2=HEIGHT * (1 - y.at(t)))
        for t in y.ticks
    ]
    drawn = [
        element("path", d="M" + "L".join(points(row)), stroke=COLOURS[at % len(COLOURS)])
        for at, row in enumerate(lines)
    ]
    said = "; ".join(
        f"{words.economy(code)} {plain(row[0], 2)} ({years[0]:.0f}) → {plain(row[-1], 2)}"
        for code, row in zip(shown, lines, strict=True)
    )
    plot = element(
        "svg",
        element("path", d=band, class_="band"),
        *grid,
        *drawn,
        class_="plot",
        viewBox=f"0 0 1000 {HEIGHT:.0f}",
        preserveAspectRatio="none",
        height=HEIGHT,
        role="img",
        aria_label=said,
    )
    digits = digits_for([y.step], 1)
    ticks = [
        element("span", plain(tick, digits), style=f"top:{HEIGHT * (1 - y.at(tick)):.1f}px")
        for tick in y.ticks
    ]
    below = [
        element("span", f"{year:.0f}", style=f"left:{100 * (year - years[0]) / step:.1f}%")
        for year in years[:: max(1, len(years) // 5)]
    ]
    ends = HEIGHT * (1.0 - pd.Series(lines[:, -1]).map(y.at))
    named = end_labels(ends, [(words.economy(code), code) for code in shown])
    return element(
        "div",
        element("div", *ticks, class_="y-ticks", aria_hidden="true"),
        plot,
        element("div", *named, class_="line-labels"),
        element("div", *below, class_="x-ticks years"),
        class_="curves scores",
    )
