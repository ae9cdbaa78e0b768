"""The world's outline and the Equal Earth projection it is drawn in.

The projection is equal-area, so that the ink a country gets on a choropleth is its size on the
ground and not its distance from the equator.

Source: B. Šavrič, T. Patterson & B. Jenny (2019), "The Equal Earth map projection",
International Journal of Geographical Information Science 33(3), equations (10) and table 1.
Outline: Natural Earth; source, licence and what was left out are in ``data/outline.md``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)
"""Polynomial coefficients A1 to A4 of table 1 of the source."""

CENTRAL_MERIDIAN = 11.5
"""Middle of the map [degrees]: the cut then falls into the Bering Strait, through no country."""


@dataclass(frozen=True)
class Shape:
    """One country as Natural Earth draws it.

    Attributes
    ----------
    code : str
        ISO 3166-1 alpha-3, or Natural Earth's name where ISO has no code.
    name : str
        Natural Earth's name.
    label : tuple[float, float]
        Longitude and latitude [degrees] of the point furthest inside the largest part.
    rings : tuple[Points, ...]
        Closed rings of longitude and latitude [degrees], each (point, 2).
    """

    code: str
    name: str
    label: tuple[float, float]
    rings: tuple[Points, ...]


def equal_earth(points: Points) -> Points:
    """Project longitude and latitude to the plane.

    Parameters
    ----------
    points : (point, 2) [degrees]
        Longitude, latitude; longitudes within 180 of the central meridian.

    Returns
    -------
    (point, 2) [earth radii]
        x to the east, y to the north; x spans ±2.707, y ±1.317.
    """
    a1, a2, a3, a4 = EQUAL_EARTH
    longitude, latitude = np.radians(points[:, 0] - CENTRAL_MERIDIAN), np.radians(points[:, 1])
    angle = np.arcsin(np.sqrt(3.0) / 2.0 * np.sin(latitude))
    square = angle * angle
    sixth = square**3
    stretch = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
    x = 2.0 * np.sqrt(3.0) / 3.0 * longitude * np.cos(angle) / stretch
    y = angle * (a1 + a2 * square + sixth * (a3 + a4 * square))
    return np.column_stack([x, y])


@cache
def outline() -> tuple[Shape, ...]:
    """Read the shipped outline: every country of Natural Earth but Antarctica."""
    text = resources.files("tradewind.report").joinpath("data/outline.json").read_text("utf-8")
    raw = json.loads(text)
    scale = float(raw["degrees_per_unit"])
    arcs = [_decode(flat, scale) for flat in raw["arcs"]]
    return tuple(
        Shape(
            code=item["code"],
            name=item["name"],
            label=(item["label"][0], item["label"][1]),
            rings=tuple(_stitch(ring, arcs) for ring in item["rings"]),
        )
        for item in raw["countries"]
    )


def _decode(flat: list[int], scale: float) -> Points:
    """Undo the delta coding of one arc: [x0, y0, dx1, dy1, ...] in units of ``scale`` degrees."""
    steps = np.asarray(flat, dtype=np.float64).reshape(-1, 2)
    return np.cumsum(steps, axis=0) * scale


def _stitch(ring: list[int], arcs: list[Points]) -> Points:
    """Join arcs end to end; ``~i`` stands for arc i backwards, as in TopoJSON."""
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]
    # Neighbouring arcs share their end point, which must stand once.
    return unroll(np.concatenate([parts[0], *(part[1:] for part in parts[1:])]))


def unroll(line: Points) -> Points:
    """Undo jumps at the date line, and put the whole line on the side where its middle is."""
    longitude = np.unwrap(line[:, 0], period=360.0)
    turns = np.round((longitude.mean() - CENTRAL_MERIDIAN) / 360.0)
    return np.column_stack([longitude - 360.0 * turns, line[:, 1]])
