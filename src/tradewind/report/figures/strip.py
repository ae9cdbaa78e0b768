"""One number between its thresholds: where it is, how far it ranges, and on whose ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from tradewind.report.figures.bars import Axis
from tradewind.report.markup import element, share

HEIGHT = 14.0
"""Height of the strip [px]."""
Interval = tuple[float | None, float | None]


def threshold_strip(metric: Mapping[str, Any], label: str) -> Markup:
    """Draw a metric's range over the ground that supports and that contradicts.

    Parameters
    ----------
    metric : mapping
        ``central``, ``low``, ``high``, ``null_central``; ``supporting`` and ``contradicting``,
        intervals whose missing ends are None.
    label : str
        What is said of it to those who cannot see it.
    """
    numbers = [metric[key] for key in ("central", "low", "high", "null_central")]
    grounds = {"supports": metric["supporting"], "contradicts": metric["contradicting"]}
    ends = [end for ground in grounds.values() for pair in ground for end in pair]
    known = [*numbers, *(end for end in ends if end is not None)]
    low, high = min(known), max(known)
    margin = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    axis = Axis(low - margin, high + margin, 1.0, ())
    drawing = [element("rect", x=0, y=0, width="100%", height=HEIGHT, class_="ground")]
    for kind, ground in grounds.items():
        drawing += [_ground(axis, pair, kind) for pair in ground]
    middle = HEIGHT / 2
    at = [share(axis.at(metric[key])) for key in ("low", "high", "central", "null_central")]
    drawing += [
        element("line", x1=at[0], x2=at[1], y1=middle, y2=middle),
        element("circle", cx=at[3], cy=middle, r=4, class_="hollow"),
        element("circle", cx=at[2], cy=middle, r=4, class_="mark"),
    ]
    return element(
        "svg", element("title", label), *drawing, class_="strip", role="img", aria_label=label
    )


def _ground(axis: Axis, pair: Sequence[float | None], kind: str) -> Markup:
    left = 0.0 if pair[0] is None else axis.at(pair[0])
    right = 1.0 if pair[1] is None else axis.at(pair[1])
    return element(
        "rect", x=share(left), y=0, width=share(right - left), height=HEIGHT, class_=kind
    )
