"""Keys to the colours."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from tradewind.report.colours import STEPS, DivergingScale, component_colour, step_colour
from tradewind.report.language import Catalogue
from tradewind.report.markup import element, join, share
from tradewind.report.numbers import MINUS


def diverging_legend(scale: DivergingScale, unit: str, ends: tuple[str, str]) -> Markup:
    """Draw the classes of a diverging scale as a strip, with the breaks under their edges.

    Parameters
    ----------
    scale : DivergingScale
        The classes.
    unit : str
        Unit of the breaks.
    ends : pair of str
        What the left and the right end mean.
    """
    classes = range(-STEPS, STEPS + 1)
    width = 1.0 / len(classes)
    strip = [
        element(
            "rect", x=share(k * width), y=0, width=share(width), height=12, fill=step_colour(step)
        )
        for k, step in enumerate(classes)
    ]
    labels = scale.labels()
    edges = [MINUS + label for label in reversed(labels)] + labels
    ticks = [
        element("text", edge, x=share((k + 1) * width), y=25, text_anchor="middle")
        for k, edge in enumerate(edges)
    ]
    drawing = element(
        "svg", *strip, *ticks, class_="key", height=30, aria_hidden="true", focusable="false"
    )
    above = [element("span", word) for word in (ends[0], unit, ends[1])]
    return element("div", element("div", *above, class_="ends"), drawing, class_="legend")


def loss_legend(
    scale: DivergingScale, unit: str, others: Sequence[tuple[str, str]], *, side: int = -1
) -> Markup:
    """Draw the classes of one side as a strip from none to the largest, the breaks under the edges.

    Parameters
    ----------
    scale : DivergingScale
        The classes; only those of one side are drawn.
    unit : str
        Unit of the breaks.
    others : sequence of pair of str
        Classes that are no loss: the name of their style and what it means.
    side : int
        −1 for losses, 1 for what is above zero.
    """
    width = 1.0 / (STEPS + 1)
    strip = [
        element("rect", x=share(k * width), y=0, width=share(width), height=12, fill=colour)
        for k, colour in enumerate(step_colour(side * step) for step in range(STEPS + 1))
    ]
    ticks = [
        element("text", edge, x=share((k + 1) * width), y=25, text_anchor="middle")
        for k, edge in enumerate(scale.labels())
    ]
    drawing = element(
        "svg", *strip, *ticks, class_="key", height=30, aria_hidden="true", focusable="false"
    )
    items = [
        element("span", element("i", class_=f"chip {style}"), meaning) for style, meaning in others
    ]
    above = element("div", element("span", unit), class_="ends")
    beside = element("div", *items, class_="beside")
    return element("div", above, drawing, beside, class_="legend losses")


def causes_legend(components: Sequence[str], words: Catalogue) -> Markup:
    """List the causes beside their colours, and the mark of their sum."""
    items = [
        element("li", _swatch(component_colour(code)), words.component(code)) for code in components
    ]
    mark = element("svg", _mark("50%"), class_="swatch", width=14, height=14, aria_hidden="true")
    items.append(element("li", mark, words.text("sum_marker")))
    return element("ul", join(items), class_="causes")


def _swatch(colour: str) -> Markup:
    box = element("rect", x=1, y=1, width=12, height=12, fill=colour)
    return element("svg", box, class_="swatch", width=14, height=14, aria_hidden="true")


def _mark(at: str) -> Markup:
    return element("circle", cx=at, cy="50%", r=4, class_="mark")
