"""Do the indicators hold together? Bounds, units, provenance, identities, known breaks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tradewind.world.checks import COUNT, Check
from tradewind.world.indicators import Indicators, load
from tradewind.world.names import read_map
from tradewind.world.sources.indicators_facts import BROKEN
from tradewind.world.sources.indicators_reading import registry
from tradewind.world.units import parses

ROUNDING = 2e-4
"""Relative error that two factors of five digits make."""
STATED = ("name", "name_zh", "unit", "measure", "direction", "reason", "source", "licence")
PER_HEAD = (
    ("patents_per_million", "patents", 1e6),
    ("articles_per_million", "articles", 1e6),
    ("royalties_per_head", "royalties", 1.0),
    ("high_tech_exports_per_head", "high_tech_exports", 1.0),
    ("industry_per_head", "industry", 1.0),
    ("capital_formation_per_head", "capital_formation", 1.0),
    ("ai_clusters_per_million", "ai_clusters", 1e6),
    ("generation_per_head", "generation", 1e6),
    ("firm_capacity_per_head", "firm_capacity", 1e6),
    ("data_centres_per_million", "data_centres", 1e6),
)
"""Indicator per head, the same by size, and the factor between their units."""


def check(indicators: Indicators | None = None) -> list[Check]:
    """Check the shipped indicators, or others.

    Returns
    -------
    list of Check
        Errors are relative.
    """
    chosen = indicators or load()
    return [*check_meaning(chosen), *check_values(chosen), *check_identities(chosen)]


def check_meaning(indicators: Indicators) -> Iterator[Check]:
    """Every indicator says what it is, in a unit that pint reads; no aggregate is an economy."""
    meta = indicators.meta
    silent = [name for name in meta.index if not all(meta.loc[name, key] for key in STATED)]
    strange = [name for name in meta.index if not parses(str(meta.loc[name, "unit"]))]
    table = read_map("countries")
    groups = {*table["aggregate_codes"], *table["left_out_codes"]}
    counted = [code for code in indicators.values["economy"].to_numpy() if code in groups]
    for name, what, odd in (
        ("indicator provenance", "unit, source, licence, direction and reason stated", silent),
        ("indicator units", "units that can be read", strange),
        ("indicator economies", "no aggregate counts as an economy", counted),
    ):
        shown = f": {', '.join(odd)}" if odd else ""
        yield Check(name, what + shown, float(len(odd)), COUNT)


def check_values(indicators: Indicators) -> Iterator[Check]:
    """Values lie within their bounds, lists name everybody or nobody, breaks are not bridged."""
    values = indicators.values
    outside = 0
    gaps = 0
    for name, entry in registry().items():
        found = values.sel(indicator=name).transpose("economy", "year").to_numpy()
        low, high = entry["bounds"]
        outside += int(((found < low) | (found > high)).sum())
        if entry.get("zero") and entry["measure"] == "scale":
            listed = np.isfinite(found)
            gaps += int((listed.any(axis=0) & ~listed.all(axis=0)).sum())
    yield Check("indicator bounds", "values that are plausible", float(outside), COUNT)
    yield Check("indicator lists", "a list counts every economy", float(gaps), COUNT)
    code, year = BROKEN
    spliced = bool(np.isfinite(values.sel(indicator="robots", economy=code, year=year)))
    yield Check("robots", "no value across China's new denominator", float(spliced), COUNT)


def check_identities(indicators: Indicators) -> Iterator[Check]:
    """Figures per head are those by size over the people; shares are parts over the whole."""
    values = indicators.values
    people = values.sel(indicator="population")
    worst = 0.0
    for per_head, scale, base in PER_HEAD:
        expected = base * values.sel(indicator=scale) / people
        worst = max(worst, relative(values.sel(indicator=per_head), expected))
    yield Check("indicators per head", "size = per head x population", worst, ROUNDING)
    share = values.sel(indicator="low_carbon_share") / 100
    low_carbon = values.sel(indicator="low_carbon_generation")
    expected = share * values.sel(indicator="generation")
    yield Check("low carbon", "its share of generation", relative(low_carbon, expected), ROUNDING)
    servers = values.sel(indicator="servers_world_share").sum("economy").to_numpy()
    yield Check("servers", "no more than the world's", float(servers.max() / 1e6), 1.0)


def relative(found: object, expected: object) -> float:
    """Largest relative difference where both are known and not zero."""
    one, other = np.asarray(found), np.asarray(expected)
    known = np.isfinite(one) & np.isfinite(other) & (other != 0)
    return float(np.abs(one[known] / other[known] - 1).max()) if known.any() else 0.0
