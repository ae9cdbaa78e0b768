"""The pillars of one economy beside all others, as a parallel plot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup

from tradewind.report.language import Catalogue
from tradewind.report.markup import element
from tradewind.report.numbers import plain

WIDTH, HEIGHT, TOP, BOTTOM, SIDE = 560.0, 150.0, 12.0, 26.0, 46.0


def parallel_plot(
    scores: pd.DataFrame, economy: str, titles: Sequence[str], words: Catalogue
) -> Markup:
    """Draw an economy's pillars over the middle half of all economies and their median.

    Parameters
    ----------
    scores : DataFrame
        (economy, pillar) on a scale from 0 to 1, at least two pillars.
    economy : str
        Whose line is drawn.
    titles : sequence of str
        Names of the pillars.
    words : Catalogue
        Words of the report.
    """
    own = scores.loc[economy].to_numpy(dtype=float)
    quarter, middle, upper = np.nanquantile(scores.to_numpy(dtype=float), (0.25, 0.5, 0.75), axis=0)
    across = np.linspace(SIDE, WIDTH - SIDE, len(titles))
    low, high = min(0.0, float(np.nanmin(scores))), max(1.0, float(np.nanmax(scores)))

    def line(values: np.ndarray, pen: str = "M") -> str:
        down = TOP + (HEIGHT - TOP - BOTTOM) * (high - values) / (high - low)
        pairs = zip(across, down, strict=True)
        return pen + "L".join(f"{x:.1f} {y:.1f}" for x, y in pairs)

    points = line(upper, "").split("L") + line(quarter, "").split("L")[::-1]
    band = "M" + "L".join(points) + "z"
    axes = [element("line", x1=float(x), x2=float(x), y1=TOP, y2=HEIGHT - BOTTOM) for x in across]
    # The outer names stay inside the drawing.
    anchors = ["start", *["middle"] * (len(titles) - 2), "end"]
    edges = [2.0, *across[1:-1].tolist(), WIDTH - 2.0]
    labels = [
        element("text", title, x=x, y=HEIGHT - 8.0, text_anchor=anchor)
        for x, title, anchor in zip(edges, titles, anchors, strict=True)
    ]
    dots = [
        element("circle", cx=point.split(" ")[0], cy=point.split(" ")[1], r=3.5)
        for point in line(own, "").split("L")
    ]
    said = ", ".join(f"{title} {plain(value, 2)}" for title, value in zip(titles, own, strict=True))
    return element(
        "svg",
        element("path", d=band, class_="band"),
        element("path", d=line(middle), class_="middle"),
        *axes,
        element("path", d=line(own), class_="own"),
        *dots,
        *labels,
        class_="parallel",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        role="img",
        aria_label=f"{words.economy(economy)}: {said}",
    )
