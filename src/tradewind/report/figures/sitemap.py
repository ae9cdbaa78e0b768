"""Sites on a map: bubbles over the shipped outline, drawn for the region where they stand.

A region is drawn in Lambert's azimuthal equal-area projection about its own middle (J. P. Snyder
1987, "Map Projections: A Working Manual", USGS Professional Paper 1395, equations 24-2 to 24-4),
what spans the world in Equal Earth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from tradewind.report.colours import NO_DATA, StepScale
from tradewind.report.geometry import Points, equal_earth, outline
from tradewind.report.markup import element, join
from tradewind.report.numbers import plain

WIDTH = 1000.0
"""Width of the drawing [units]."""
LARGEST = 36.0
"""Radius of the largest bubble [units]."""
SMALLEST = 5.0
WORLD_SPAN = 110.0
"""Degrees of longitude from which a map is the world's."""
MARGIN = 0.09
"""Share of the width and height left around the outermost place."""
FAR = -0.5
"""Cosine of the angle from the middle beyond which nothing is drawn."""
NAMED, NAMED_NARROW = 14, 5
"""Names written on a wide page and on a phone."""
TYPE = 17.0
"""Height of the names [units]."""


@dataclass(frozen=True)
class Frame:
    """A projection and the part of the plane that is drawn.

    Attributes
    ----------
    project : callable
        Longitude and latitude (point, 2) [degrees] to the plane, y upwards.
    left, top, scale, height : float
        Corner of the plane, drawing units per unit of the plane, height of the drawing.
    """

    project: Callable[[Points], Points]
    left: float
    top: float
    scale: float
    height: float

    @classmethod
    def around(cls, places: Points) -> Frame:
        """Frame some places given as longitude, latitude."""
        if np.ptp(places[:, 0]) > WORLD_SPAN:
            corners = np.array([(-168.0, 0.0), (191.0, 0.0), (11.5, 78.0), (11.5, -56.0)])
            return cls._holding(equal_earth, equal_earth(corners), 0.0)
        middle = 0.5 * (places.min(axis=0) + places.max(axis=0))

        def local(points: Points) -> Points:
            return azimuthal(points, middle)

        return cls._holding(local, local(places), MARGIN)

    @classmethod
    def _holding(cls, project: Callable[[Points], Points], plane: Points, margin: float) -> Frame:
        low, high = plane.min(axis=0), plane.max(axis=0)
        span = np.maximum(high - low, 0.08)
        # Neither a strip nor a tower: a phone has no room for either.
        span = np.maximum(span, span[::-1] * np.array([1.15, 0.45])) * (1.0 + 2.0 * margin)
        centre = 0.5 * (low + high)
        scale = WIDTH / span[0]
        left, top = centre[0] - 0.5 * span[0], centre[1] + 0.5 * span[1]
        return cls(project, float(left), float(top), float(scale), float(scale * span[1]))

    def place(self, points: Points) -> Points:
        """Longitude and latitude to drawing units, y downwards."""
        corner = np.array([self.left, self.top])
        placed: Points = (self.project(points) - corner) * np.array([self.scale, -self.scale])
        return placed

    def holds(self, ring: Points) -> bool:
        """Whether any of a ring's box is drawn."""
        low, high = ring.min(axis=0), ring.max(axis=0)
        return bool(high[0] > 0 and low[0] < WIDTH and high[1] > 0 and low[1] < self.height)


def azimuthal(points: Points, middle: Points) -> Points:
    """Lambert's azimuthal equal-area projection.

    Parameters
    ----------
    points : (point, 2) [degrees]
        Longitude, latitude.
    middle : (2,) [degrees]

    Returns
    -------
    (point, 2) [earth radii]
        NaN beyond 120 degrees from the middle.
    """
    longitude = np.radians(points[:, 0] - middle[0])
    latitude, centre = np.radians(points[:, 1]), np.radians(middle[1])
    cosine = np.cos(latitude) * np.cos(longitude)
    towards = np.sin(centre) * np.sin(latitude) + np.cos(centre) * cosine
    # The far side of the earth would be drawn around the whole map, inside out.
    near = towards > FAR
    stretch = np.sqrt(2.0 / (1.0 + np.where(near, towards, np.nan)))
    x = stretch * np.cos(latitude) * np.sin(longitude)
    y = stretch * (np.cos(centre) * np.sin(latitude) - np.sin(centre) * cosine)
    return np.column_stack([x, y])


def site_map(
    sites: pd.DataFrame,
    empty: pd.DataFrame,
    links: pd.DataFrame,
    scale: StepScale,
    title: str,
) -> Markup:
    """Draw sites as bubbles whose area is their size.

    Parameters
    ----------
    sites : DataFrame
        (site) x longitude, latitude [degrees], size, value, name, said (what a bubble says), the
        largest first; a value that is NaN is grey.
    empty : DataFrame
        (site) x longitude, latitude, said: candidates where nothing is built.
    links : DataFrame
        (line) x from_longitude, from_latitude, to_longitude, to_latitude, width [0-1], said.
    scale : StepScale
        Colours of ``value``.
    title : str
        What the map shows, for those who cannot see it.
    """
    places = pd.concat([sites, empty])[["longitude", "latitude"]].to_numpy(float)
    frame = Frame.around(places)
    drawing = [_land(frame), *_links(links, frame)]
    for _, row in empty.iterrows():
        (x, y), dot = _spot(frame, row), {"r": 3.5, "class_": "empty"}
        drawing.append(_titled(str(row["said"]), element("circle", cx=x, cy=y, **dot)))
    radii = bubble_radii(sites["size"].to_numpy(float))
    for (_, row), radius in zip(sites.iterrows(), radii, strict=True):
        x, y = _spot(frame, row)
        value = float(row["value"])
        colour = scale.colour(value) if np.isfinite(value) else NO_DATA
        bubble = element(
            "circle", cx=x, cy=y, r=float(radius), style=f"fill:{colour}", class_="bubble"
        )
        drawing.append(_titled(str(row["said"]), bubble))
    names = element("g", *_names(sites, radii, frame), class_="names")
    return element(
        "svg",
        *drawing,
        names,
        class_="map sites",
        viewBox=f"0 0 {WIDTH:.0f} {frame.height:.0f}",
        role="img",
        aria_label=title,
    )


def bubble_radii(sizes: np.ndarray) -> np.ndarray:
    """Radii whose squares are in proportion to sizes, save that none is too small to see."""
    radii: np.ndarray = np.maximum(LARGEST * np.sqrt(sizes / sizes.max()), SMALLEST)
    return radii


def size_key(largest: float, unit: str) -> Markup:
    """Show what size some bubbles mean, at the scale of a page 800 px wide."""
    power = 10.0 ** np.floor(np.log10(largest))
    top = next(power * k for k in (5, 2, 1) if power * k <= largest * (1 + 1e-9))
    digits = max(0, int(1 - np.floor(np.log10(top))))
    parts, x = [], 0.0
    for share in (0.1, 0.4, 1.0):
        radius = 0.8 * LARGEST * float(np.sqrt(share * top / largest))
        x += radius + 4.0
        parts.append(element("circle", cx=x, cy=32.0, r=radius))
        said = plain(share * top, digits)
        parts.append(element("text", said, x=x + radius + 3.0, y=36.0))
        x += radius + 10.0 + 8.0 * len(said)
    drawing = element("svg", *parts, width=x, height=64, aria_hidden="true")
    return element("div", element("span", unit), drawing, class_="size-key")


def step_key(scale: StepScale, unit: str) -> Markup:
    """Name the classes of a scale beside their colours."""
    digits = scale.digits
    items = [
        element(
            "li",
            element("i", class_="chip", style=f"background:{colour}"),
            f"{plain(low, digits)}–{plain(high, digits)}",
        )
        for colour, low, high in scale.classes()
    ]
    return element("div", element("span", unit), element("ul", join(items)), class_="step-key")


def _spot(frame: Frame, row: pd.Series) -> tuple[float, float]:
    x, y = frame.place(np.array([[row["longitude"], row["latitude"]]], dtype=float))[0]
    return float(x), float(y)


def _titled(said: str, shape: Markup) -> Markup:
    return element("g", element("title", said), shape, class_="dot")


def _land(frame: Frame) -> Markup:
    """Draw the outlines of countries that the frame holds."""
    paths = []
    for shape in outline():
        for ring in map(frame.place, shape.rings):
            if np.isfinite(ring).all() and frame.holds(ring):
                paths.append(_path(ring))
    return element("path", d="".join(paths), class_="land")


def _path(ring: Points) -> str:
    """Write a ring in half units, without points that fall together."""
    steps = np.rint(2.0 * ring) / 2.0
    kept = steps[np.concatenate([[True], np.any(np.diff(steps, axis=0) != 0, axis=1)])]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept.tolist()) + "z"


def _links(links: pd.DataFrame, frame: Frame) -> list[Markup]:
    found = []
    for _, row in links.iterrows():
        ends = np.array(
            [[row[f"{end}_longitude"], row[f"{end}_latitude"]] for end in ("from", "to")],
            dtype=float,
        )
        (x1, y1), (x2, y2) = frame.place(ends).tolist()
        line = element(
            "line",
            **{"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class_": "link"},
            stroke_width=f"{0.8 + 5.0 * float(row['width']):.1f}",
        )
        found.append(_titled(str(row["said"]), line))
    return found


def _names(sites: pd.DataFrame, radii: np.ndarray, frame: Frame) -> list[Markup]:
    """Write names beside the largest bubbles, each where it covers no other."""
    spots = [_spot(frame, row) for _, row in sites.iterrows()]
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(spots, radii, strict=True)]
    found: list[Markup] = []
    for (x, y), radius, name in zip(spots, radii, sites["name"], strict=True):
        if len(found) == NAMED:
            break
        for box, anchor in _rooms(x, y, float(radius), str(name)):
            free = not any(_overlap(box, other) for other in taken)
            if free and box[0] > 0 and box[2] < WIDTH and box[1] > 0 and box[3] < frame.height:
                at = {"start": box[0], "end": box[2], "middle": 0.5 * (box[0] + box[2])}[anchor]
                minor = "minor" if len(found) >= NAMED_NARROW else None
                text = {"x": at, "y": box[3] - 4.0, "text_anchor": anchor, "class_": minor}
                found.append(element("text", str(name), **text))
                taken.append(box)
                break
    return found


Box = tuple[float, float, float, float]


def _rooms(x: float, y: float, radius: float, name: str) -> Sequence[tuple[Box, str]]:
    """Boxes right of, left of, above and below a bubble; Chinese letters are as wide as high."""
    wide = sum(TYPE if ord(letter) > 0x2E80 else 0.64 * TYPE for letter in name)
    gap, half = radius + 4.0, 0.55 * TYPE
    return (
        ((x + gap, y - half, x + gap + wide, y + half), "start"),
        ((x - gap - wide, y - half, x - gap, y + half), "end"),
        ((x - wide / 2, y - gap - 2 * half, x + wide / 2, y - gap), "middle"),
        ((x - wide / 2, y + gap, x + wide / 2, y + gap + 2 * half), "middle"),
    )


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
