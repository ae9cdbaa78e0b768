"""Tables of the page on indicators: what each index rests on, and for how many economies.

``python docs/indicators_tables.py`` prints them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tradewind.pressure.reading import shipped, specification
from tradewind.pressure.spec import Indicator, Specification
from tradewind.world.indicators import Indicators, load
from tradewind.world.names import read_map

YEARS = (2015, 2018, 2021, 2023, 2025)
PRESSURES = ("pressure-speed", "pressure-structural", "pressure-capital", "pressure-energy")
PILLARS = ("compute", "technology", "energy", "data", "automation", "innovation")
WHOLE = (*PILLARS, "strength")
OURS = (*WHOLE, *(f"{name}-per-head" for name in WHOLE), *PRESSURES)


def table(headings: Iterable[object], lines: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    heads = [str(heading) for heading in headings]
    rows = [heads, ["---"] * len(heads), *(list(map(str, line)) for line in lines)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def known(item: Indicator, indicators: Indicators, year: int) -> np.ndarray:
    """Whether each economy has a value that may stand for the year."""
    values = indicators.values.sel(indicator=item.name, year=slice(year - item.carry, year))
    return np.asarray(np.isfinite(values.to_numpy()).any(axis=1))


def ranked(spec: Specification, indicators: Indicators, year: int) -> int:
    """How many economies have as much data as the index asks for."""
    seen = {item.name: known(item, indicators, year) for item in spec.indicators}
    overall = np.mean(list(seen.values()), axis=0)
    enough = overall >= spec.coverage.overall
    for pillar in spec.pillars:
        part = np.mean([seen[item.name] for item in pillar.indicators], axis=0)
        enough &= (part >= spec.coverage.pillar) & (part > 0)
    return int(enough.sum())


def coverage(_: object = None) -> str:
    """Economies with enough data, by index and year."""
    indicators = load()
    lines = []
    for name in OURS:
        spec = specification(name)
        counts = [ranked(spec, indicators, year) for year in YEARS]
        rule = f"{spec.coverage.overall:.0%} of all, {spec.coverage.pillar:.0%} of each pillar"
        lines.append((f"`{name}`", len(spec.indicators), rule, *counts))
    return table(("index", "indicators", "asked for", *YEARS), lines)


def by_index(_: object = None) -> str:
    """What each index rests on, and what it lacks."""
    indicators = load()
    text = []
    for name in OURS:
        if name.startswith("strength"):
            continue
        spec = specification(name)
        lines = [row(item, indicators) for item in spec.indicators]
        heads = ("indicator", "unit", "more is", "why", "years", "economies (2025)", "goalposts")
        lacks = "\n".join(f"- {item}" for item in spec.missing_data)
        text.append(
            f"### `{name}`: {spec.title}\n\n{spec.description}\n\n{table(heads, lines)}\n"
            f"**Missing.**\n\n{lacks}\n"
        )
    return "\n".join(text)


def row(item: Indicator, indicators: Indicators) -> tuple[object, ...]:
    """One indicator's line."""
    about = indicators.meta.loc[item.name]
    years = sorted({about["first_year"], about["last_year"]})
    assert item.goalposts is not None
    posts = " to ".join(f"{end:,.10g}" for end in item.goalposts)
    scale = {"log": ", log", "log1p": ", log(1 + x)"}.get(item.transform, "")
    counted = f"{about['economies']} ({int(known(item, indicators, 2025).sum())})"
    unit = about["unit"] if about["unit"] != "1" else "count or score"
    span = "–".join(map(str, years))
    return (f"`{item.name}`", unit, item.direction, item.reason, span, counted, posts + scale)


def sources(_: object = None) -> str:
    """Every indicator with its source and licence."""
    meta = load().meta
    lines = [
        (f"`{name}`", line["name"], line["measure"], line["source"], line["licence"])
        for name, line in meta.iterrows()
    ]
    return table(("indicator", "what", "measure", "source", "licence"), lines)


def laws(_: object = None) -> str:
    """The named laws behind the policy cycle."""
    lines = [
        (law["economy"], law["law"], law["tabled"], law["in_force"], law["citation"], law["seen"])
        for law in read_map("technology_laws")["laws"]
    ]
    return table(("economy", "law", "first draft", "in force", "citation", "seen"), lines)


if __name__ == "__main__":
    assert set(OURS) <= set(shipped())
    for made in (coverage, laws, by_index, sources):
        print(made())
