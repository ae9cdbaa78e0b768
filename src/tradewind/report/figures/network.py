"""Who hangs on whom: the strongest dependences as curves from who can cut to who would lose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from tradewind.report.geometry import outline
from tradewind.report.language import Catalogue
from tradewind.report.markup import element
from tradewind.report.numbers import digits_for, plain

SIZE = 760.0
RADIUS = 220.0
"""Width of the drawing and radius of the ring on which economies stand [drawing units]."""

WIDEST = 11.0
NARROWEST = 0.8
HIT = 10.0
"""Width of the curve of the largest loss, least width of any, and least width that answers to a
finger [drawing units]."""

STRONGEST = 30
OF_ASKED = 8
"""Curves drawn: the largest losses of all economies, and the largest of the economy asked for."""

BEND, STRAIGHTER = 0.35, 0.45
"""Where a curve's control point lies between the ring's middle (0) and the chord's (1): for
economies across the ring, and how much nearer the chord for neighbours."""


@dataclass(frozen=True)
class Edge:
    """One dependence: ``partner`` can cut, ``economy`` would lose [% of its real income]."""

    partner: str
    economy: str
    loss: float


def strongest_edges(loss: pd.DataFrame, asked: str) -> list[Edge]:
    """Choose the dependences to draw, the smallest first so that the largest lie on top.

    Parameters
    ----------
    loss : DataFrame
        (economy, partner) [% of the economy's real income].
    asked : str
        The economy whose largest dependences are drawn whatever the others' are.
    """
    edges = [
        Edge(str(partner), str(economy), float(value))
        for economy, line in loss.iterrows()
        for partner, value in line.items()
        if partner != economy and math.isfinite(value) and value > 0
    ]
    edges.sort(key=lambda edge: -edge.loss)
    mine = [edge for edge in edges if edge.economy == asked][:OF_ASKED]
    chosen = dict.fromkeys([*edges[:STRONGEST], *mine])
    return sorted(chosen, key=lambda edge: (asked in (edge.economy, edge.partner), edge.loss))


def dependence_network(loss: pd.DataFrame, asked: str, words: Catalogue) -> Markup:
    """Draw the strongest dependences between economies on a ring, from west to east.

    Parameters
    ----------
    loss : DataFrame
        :func:`tradewind.report.chokepoints_tables.dependence` [% of the economy's real income].
    asked : str
        The economy that is set off.
    words : Catalogue
        Words of the report.
    """
    edges = strongest_edges(loss, asked)
    codes = west_to_east({code for e in edges for code in (e.partner, e.economy)} | {asked})
    # The economy asked for stands on top, where the eye starts.
    start = codes.index(asked)
    turn = {code: 2.0 * math.pi * (place - start) / len(codes) for place, code in enumerate(codes)}
    largest = max((edge.loss for edge in edges), default=1.0)
    digits = digits_for([edge.loss for edge in edges], 3, least=1)
    curves = [_curve(edge, turn, largest, asked, words, digits) for edge in edges]
    nodes = [_node(code, turn[code], asked, words) for code in codes]
    return element(
        "svg",
        *curves,
        *nodes,
        class_="network",
        viewBox=f"0 0 {SIZE:.0f} {SIZE:.0f}",
        role="img",
        aria_label="; ".join(_said(edge, words, digits) for edge in reversed(edges)),
    )


def west_to_east(codes: set[str]) -> list[str]:
    """Put economies in the order of their longitude; what is on no map comes last."""
    longitude = {shape.code: shape.label[0] for shape in outline()}
    return sorted(codes, key=lambda code: (longitude.get(code, math.inf), code))


def _place(turn: float, radius: float) -> tuple[float, float]:
    """Clockwise from the top."""
    middle = SIZE / 2
    return middle + radius * math.sin(turn), middle - radius * math.cos(turn)


def _said(edge: Edge, words: Catalogue, digits: int) -> str:
    return words.text(
        "chokepoints_edge",
        partner=words.economy(edge.partner),
        economy=words.economy(edge.economy),
        loss=plain(edge.loss, digits),
    )


def _curve(
    edge: Edge, turn: dict[str, float], largest: float, asked: str, words: Catalogue, digits: int
) -> Markup:
    """Draw a curve that ends in an arrowhead at who would lose."""
    # Losses differ by orders of magnitude: by its root the economy asked for is still seen.
    width = max(NARROWEST, WIDEST * math.sqrt(edge.loss / largest))
    head = 7.0 + 1.4 * width
    x0, y0 = _place(turn[edge.partner], RADIUS)
    x1, y1 = _place(turn[edge.economy], RADIUS)
    middle = SIZE / 2
    # Neighbours on the ring would be joined by a hairpin if every curve went through its middle.
    bend = BEND + STRAIGHTER * (1.0 - math.hypot(x1 - x0, y1 - y0) / (2.0 * RADIUS))
    cx = middle + bend * ((x0 + x1) / 2 - middle)
    cy = middle + bend * ((y0 + y1) / 2 - middle)
    away = math.hypot(x1 - cx, y1 - cy) or 1.0
    ux, uy = (x1 - cx) / away, (y1 - cy) / away
    neck_x, neck_y = x1 - head * ux, y1 - head * uy
    wing = 2.0 + 0.85 * width
    points = [
        (x1, y1),
        (neck_x - wing * uy, neck_y + wing * ux),
        (neck_x + wing * uy, neck_y - wing * ux),
    ]
    kind = "theirs"
    if asked == edge.economy:
        kind = "loses"
    elif asked == edge.partner:
        kind = "cuts"
    way = f"M{x0:.1f} {y0:.1f}Q{cx:.1f} {cy:.1f} {neck_x:.1f} {neck_y:.1f}"
    line = element("path", d=way, stroke_width=f"{width:.2f}")
    # A finger needs more than a hair's width to hit.
    hit = element("path", d=way, stroke_width=f"{max(width, HIT):.2f}", class_="hit")
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    title = element("title", _said(edge, words, digits))
    tip = element("polygon", points=corners)
    return element("g", title, line, tip, hit, class_=f"edge {kind}")


def _node(code: str, turn: float, asked: str, words: Catalogue) -> Markup:
    """Draw an economy and its name, written outwards from the ring so that it can be read."""
    x, y = _place(turn, RADIUS + 6)
    lx, ly = _place(turn, RADIUS + 16)
    degrees = math.degrees(turn) % 360.0
    left = degrees > 180.0
    rotate = f"rotate({degrees + (90.0 if left else -90.0):.1f} {lx:.1f} {ly:.1f})"
    anchor = "end" if left else "start"
    name = words.economy(code)
    place = {"x": f"{lx:.1f}", "y": f"{ly:.1f}", "transform": rotate, "text_anchor": anchor}
    return element(
        "g",
        element("title", name),
        element("circle", cx=x, cy=y, r=7.0 if code == asked else 4.0),
        element("text", name, class_="long", **place),
        element("text", code, class_="short", **place),
        class_="node asked" if code == asked else "node",
    )
