"""Effects of rounds of rules: steps that lead from no round to all of them, or bars from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tradewind.report.colours import GAIN, LOSS
from tradewind.report.figures.bars import Axis
from tradewind.report.figures.stacks import whisker
from tradewind.report.markup import element
from tradewind.report.numbers import plain, rounded, signed

LEVEL = "#8b949e"


@dataclass(frozen=True)
class Step:
    """One row: a change from where the last row ended, or a level from zero.

    Attributes
    ----------
    name : str
    value, low, high : float
        Mean and bounds.
    level : bool
    """

    name: str
    value: float
    low: float
    high: float
    level: bool = False


def steps(rows: Sequence[Step], heads: tuple[str, str, str], *, cumulated: bool) -> Markup:
    """Draw steps, each with its bounds.

    Parameters
    ----------
    rows : sequence of Step
    heads : triple of str
        Headings: round, drawing, number with bounds.
    cumulated : bool
        Whether each step starts where the last one ended (a waterfall), or at zero.
    """
    start, spans = 0.0, []
    for row in rows:
        foot = start if cumulated and not row.level else 0.0
        spans.append((foot, foot + row.value, foot + row.low, foot + row.high))
        start = foot + row.value
    axis = Axis.over(min(map(min, spans)), max(map(max, spans)))
    lines = []
    for row, (foot, top, low, high) in zip(rows, spans, strict=True):
        colour = LEVEL if row.level else GAIN[3] if row.value > 0 else LOSS[2]
        write = plain if row.level else signed
        text = f"{write(rounded(row.value), 0)}"
        said = f"{write(rounded(row.low), 0)} … {write(rounded(row.high), 0)}"
        drawing = axis.row(
            axis.bar(foot, top, colour), whisker(axis, low, high), label=f"{text} ({said})"
        )
        bounds = element("span", f"({said})", class_="bounds")
        lines.append(
            element(
                "tr",
                element("th", row.name, scope="row"),
                element("td", drawing, class_="draw"),
                element(
                    "td",
                    f"{text} " if row.low != row.high else "0",
                    *([bounds] if row.low != row.high else []),
                    class_="n",
                ),
            )
        )
    head = element(
        "tr",
        element("th", heads[0], scope="col"),
        element("th", heads[1], axis.header(), scope="col", class_="draw"),
        element("th", heads[2], scope="col", class_="n"),
    )
    return element("table", element("thead", head), element("tbody", *lines), class_="bars steps")
