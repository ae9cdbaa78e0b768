"""The world map, from the outline that ships with the package: nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from markupsafe import Markup

from tradewind.report.colours import NO_DATA, DivergingScale, is_dark
from tradewind.report.geometry import Points, Shape, equal_earth, outline
from tradewind.report.language import REST, Catalogue
from tradewind.report.markup import element
from tradewind.report.numbers import income_digits, signed

UNITS = 2000.0
"""Drawing units per earth radius: the map is about 10,800 wide, so that whole units suffice."""

WORLD = ((-168.0, 0.0), (191.0, 0.0), (11.5, 83.8), (11.5, -56.0))
"""Longitudes and latitudes that the world map must hold [degrees]; Antarctica is left out."""

EUROPE = ((-11.5, 45.0), (33.5, 45.0), (11.5, 35.0), (11.5, 70.7))
"""Longitudes and latitudes that the enlarged map must hold [degrees]."""

LABEL_ROOM = {"world": (600.0, 330.0, 150.0), "europe": (140.0, 130.0, 46.0)}
"""For each map: least width and height of a country that gets a label, and its type size
[drawing units]."""

SMALLEST_DOT = 300.0
"""Countries with less area than this [square units] get a dot, or nobody would find Malta."""


def world_map(
    values: pd.Series,
    scale: DivergingScale,
    words: Catalogue,
    *,
    write: Callable[[float], str] | None = None,
    title: str | None = None,
) -> Markup:
    """Colour every country by the value of the economy it belongs to.

    Parameters
    ----------
    values : Series
        (economy) [% or percentage points].
    scale : DivergingScale
        Classes of colour.
    words : Catalogue
        Words of the report.
    write : callable, optional
        Writes a value; with its sign and the decimals of real income if left out.
    title : str, optional
        What the map shows, for those who cannot see it; real income if left out.
    """
    if write is None:
        digits = income_digits(values)

        def write(value: float) -> str:
            return signed(value, digits)

    shapes = [_country(drawn, values, scale, words, write) for drawn in _drawn()]
    world = _box(np.array(WORLD))
    europe = _box(np.array(EUROPE))
    drawing = element("g", *shapes, id="outline")
    boxes = {"world": world, "europe": europe}
    labels = {
        kind: _labels(values, scale, box, LABEL_ROOM[kind], write) for kind, box in boxes.items()
    }
    left = _svg(world, title or words.text("map_world"), drawing, labels["world"], "world")
    # The second map re-uses the first one's paths: half the bytes, and it cannot disagree.
    again = element("use", href="#outline")
    right = _svg(europe, words.text("map_europe"), again, labels["europe"], "europe")
    # Columns as wide as the maps are, so that both are of one height.
    columns = f"--world:{world[2] / world[3]:.3f}fr;--europe:{europe[2] / europe[3]:.3f}fr"
    return element("div", left, right, class_="maps", style=columns)


def owner(shape: Shape, values: Mapping[str, float] | pd.Series) -> str | None:
    """Economy to which a country belongs in this world, or None where it has none."""
    if shape.code in values:
        return shape.code
    return REST if REST in values else None


@dataclass(frozen=True)
class _Drawn:
    """A country as drawn: the path, its area, the size of its largest part, and its label's place.

    In drawing units.
    """

    shape: Shape
    path: str
    area: float
    size: tuple[float, float]
    place: tuple[float, float]


@cache
def _drawn() -> tuple[_Drawn, ...]:
    """Project the outline, which is the same for every run and language, once."""
    return tuple(_draw(shape) for shape in outline())


def _draw(shape: Shape) -> _Drawn:
    rings = [_plane(ring) for ring in shape.rings]
    areas = [_area(ring) for ring in rings]
    largest = rings[int(np.argmax(areas))]
    width, height = largest.max(axis=0) - largest.min(axis=0)
    x, y = _plane(np.array([shape.label]))[0]
    size, place = (float(width), float(height)), (float(x), float(y))
    return _Drawn(shape, _path(rings), sum(areas), size, place)


def _country(
    drawn: _Drawn,
    values: pd.Series,
    scale: DivergingScale,
    words: Catalogue,
    write: Callable[[float], str],
) -> Markup:
    shape = drawn.shape
    code = owner(shape, values)
    if code is None:
        title, colour = shape.name, NO_DATA
    else:
        value = float(values[code])
        place = (
            words.economy(code) if code == shape.code else f"{shape.name} ({words.economy(code)})"
        )
        title, colour = f"{place}: {write(value)}", scale.colour(value)
    path = element("path", d=drawn.path, fill=colour)
    parts = [element("title", title), path]
    if drawn.area < SMALLEST_DOT and code == shape.code:
        x, y = drawn.place
        parts.append(element("circle", cx=f"{x:.0f}", cy=f"{y:.0f}", r=26, fill=colour))
    return element("g", *parts, class_="c" if code == shape.code else "c rest")


def _plane(points: Points) -> Points:
    """Longitude and latitude to drawing units, y downwards."""
    return equal_earth(points) * (UNITS, -UNITS)


def _path(rings: list[Points]) -> str:
    """Write rings as relative steps in whole units; rounding errors do not add up."""
    parts = []
    for ring in rings:
        whole = np.rint(ring).astype(int)
        steps = np.diff(whole, axis=0)
        steps = steps[np.any(steps != 0, axis=1)]
        text = " ".join(f"{x} {y}" if y >= 0 else f"{x}{y}" for x, y in steps.tolist())
        parts.append(f"M{whole[0, 0]} {whole[0, 1]}l{text}z".replace(" -", "-"))
    return "".join(parts)


def _area(ring: Points) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return 0.5 * abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])))


def _box(corners: Points) -> tuple[float, float, float, float]:
    """Left, top, width and height that hold some places [drawing units]."""
    plane = _plane(corners)
    low, high = plane.min(axis=0), plane.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])


def _svg(
    box: tuple[float, float, float, float], label: str, drawing: Markup, labels: Markup, kind: str
) -> Markup:
    view = " ".join(f"{side:.0f}" for side in box)
    return element(
        "svg", drawing, labels, viewBox=view, class_=f"map {kind}", role="img", aria_label=label
    )


def _labels(
    values: pd.Series,
    scale: DivergingScale,
    box: tuple[float, float, float, float],
    room: tuple[float, float, float],
    write: Callable[[float], str],
) -> Markup:
    """Write code and value on the countries that have room for it inside a box."""
    least_width, least_height, size = room
    found = []
    for drawn in _drawn():
        code, (x, y), (width, height) = drawn.shape.code, drawn.place, drawn.size
        if code not in values:
            continue
        within = box[0] + size < x < box[0] + box[2] - size * 1.5
        within &= box[1] + size < y < box[1] + box[3] - size * 1.5
        if not within or width < least_width or height < least_height:
            continue
        value = float(values[code])
        ink = "light" if is_dark(scale.step(value)) else None
        for line, at in ((code, y - 0.1 * size), (write(value), y + 0.9 * size)):
            found.append(element("text", line, x=f"{x:.0f}", y=f"{at:.0f}", class_=ink))
    return element("g", *found, class_="labels")
