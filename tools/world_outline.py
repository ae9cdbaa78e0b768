"""Make ``src/tradewind/report/data/outline.json`` from Natural Earth's 1:50m countries.

Run by a maintainer, once:

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    pip install pycountry
    python tools/world_outline.py package/countries-50m.json

Borders are simplified arc by arc (Visvalingam & Whyatt 1993: drop the point whose triangle with
its neighbours is smallest), so that two neighbours keep one common border; areas are measured on
the Equal Earth plane, and Europe, which the report also draws enlarged, keeps more points.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pycountry

from tradewind.report.geometry import Points, equal_earth, unroll

TARGET = Path(__file__).parents[1] / "src/tradewind/report/data/outline.json"
EUROPE = (-12.0, 34.0, 36.0, 72.0)
AREA_WORLD, AREA_EUROPE = 2.5e-5, 4e-6
"""Smallest triangle kept [earth radii²]; half the map's width is 2.7."""
DEGREES_PER_UNIT = 0.005


def main(source: Path) -> None:
    topology = json.loads(source.read_text("utf-8"))
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [
        np.cumsum(np.array(arc, dtype=float), axis=0) * scale + shift for arc in topology["arcs"]
    ]
    simple = [simplify(arc) for arc in arcs]
    countries = []
    for item in topology["objects"]["countries"]["geometries"]:
        name = item["properties"]["name"]
        if name == "Antarctica" or not item.get("arcs"):
            continue
        polygons = item["arcs"] if item["type"] == "MultiPolygon" else [item["arcs"]]
        rings = keep(polygons, simple, arcs)
        largest = max(polygons, key=lambda rings: area(join(rings[0], arcs)))
        label = [round(float(x), 2) for x in inside(join(largest[0], arcs))]
        code = iso3(item.get("id"), name)
        countries.append({"code": code, "name": name, "label": label, "rings": rings})
    write(merge(countries), simple)


def merge(countries: list[dict[str, object]]) -> list[dict[str, object]]:
    """Put together what Natural Earth draws apart under one code (Ashmore Islands: Australia)."""
    merged: dict[str, dict[str, object]] = {}
    # The part with the most rings is the country, and gives it its name and label.
    for country in sorted(countries, key=lambda country: -len(country["rings"])):
        first = merged.setdefault(country["code"], country)
        if first is not country:
            first["rings"] += country["rings"]
    return [country for country in countries if merged[country["code"]] is country]


def simplify(arc: Points) -> Points:
    """Drop the least visible points of one arc; its ends stay, and a loop keeps a triangle."""
    west, south, east, north = EUROPE
    middle = arc.mean(axis=0)
    fine = west < middle[0] < east and south < middle[1] < north
    least = AREA_EUROPE if fine else AREA_WORLD
    plane = equal_earth(unroll(arc))
    alive = list(range(len(arc)))
    floor = 4 if np.allclose(arc[0], arc[-1]) else 2
    while len(alive) > floor:
        a, b, c = plane[alive[:-2]], plane[alive[1:-1]], plane[alive[2:]]
        size = 0.5 * np.abs(cross(b - a, c - a))
        weakest = int(size.argmin())
        if size[weakest] > least:
            break
        del alive[weakest + 1]
    return arc[alive]


def cross(u: Points, v: Points) -> Points:
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]


def area(ring: Points) -> float:
    plane = equal_earth(ring)
    return 0.5 * abs(float(cross(plane[:-1], plane[1:]).sum()))


def join(ring: list[int], arcs: list[Points]) -> Points:
    return unroll(np.concatenate([arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]))


def keep(
    polygons: list[list[list[int]]], simple: list[Points], arcs: list[Points]
) -> list[list[int]]:
    """Drop islets and lakes too small to see, but never a country's largest part."""
    outer = [area(join(rings[0], arcs)) for rings in polygons]
    kept = []
    for rings, size in zip(polygons, outer, strict=True):
        middle = join(rings[0], arcs).mean(axis=0)
        west, south, east, north = EUROPE
        fine = west < middle[0] < east and south < middle[1] < north
        least = (4 if fine else 2) * (AREA_EUROPE if fine else AREA_WORLD)
        if size == max(outer) or size > least:
            kept += [ring for ring in rings if ring is rings[0] or area(join(ring, arcs)) > least]
    return kept


def inside(ring: Points) -> Points:
    """The grid point furthest from the border, sideways distance counting less: labels are wide."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    xs, ys = (np.linspace(low[k], high[k], 42)[1:-1] for k in (0, 1))
    grid = np.array([(x, y) for x in xs for y in ys])
    grid = np.array([point for point in grid if contains(ring, point)])
    if not len(grid):
        return ring.mean(axis=0)
    squeeze = np.array([np.cos(np.radians(ring[:, 1].mean())) / 2.5, 1.0])
    gaps = np.linalg.norm((grid[:, None] - ring[None]) * squeeze, axis=2).min(axis=1)
    return grid[int(gaps.argmax())]


def contains(ring: Points, point: Points) -> bool:
    x, y = ring[:, 0], ring[:, 1]
    x2, y2 = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > point[1]) != (y2 > point[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x + (point[1] - y) * (x2 - x) / (y2 - y)
    return bool((crosses & (point[0] < at)).sum() % 2)


def iso3(numeric: str | None, name: str) -> str:
    """Natural Earth's numeric code as alpha-3; its own name where ISO 3166 has none."""
    found = pycountry.countries.get(numeric=numeric) if numeric else None
    return found.alpha_3 if found else name


def write(countries: list[dict[str, object]], simple: list[Points]) -> None:
    """Number the arcs that are used and store them as integer steps."""
    used = sorted({i if i >= 0 else ~i for c in countries for ring in c["rings"] for i in ring})
    number = {old: new for new, old in enumerate(used)}
    for country in countries:
        country["rings"] = [
            [number[i] if i >= 0 else ~number[~i] for i in ring] for ring in country["rings"]
        ]
    flat = []
    for old in used:
        whole = np.rint(simple[old] / DEGREES_PER_UNIT).astype(int)
        steps = np.vstack([whole[:1], np.diff(whole, axis=0)])
        flat.append(steps.ravel().tolist())
    out = {"degrees_per_unit": DEGREES_PER_UNIT, "arcs": flat, "countries": countries}
    TARGET.write_text(json.dumps(out, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    points = sum(len(arc) for arc in flat) // 2
    print(f"{TARGET}: {len(countries)} countries, {points} points, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
