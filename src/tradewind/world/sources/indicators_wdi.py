"""World Development Indicators, and what follows from them by one multiplication or division.

The Bank lists no Taiwan. Its GDP and population follow from the Bank's aggregates (see ``wdi``);
nothing else does, so in all other indicators of this source Taiwan is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tradewind.world.sources import wdi
from tradewind.world.sources.indicators_reading import (
    YEARS,
    Figures,
    Series,
    economy,
    per,
    put,
    registry,
    times,
)
from tradewind.world.sources.reading import fingerprint, read_rows

COLUMNS = ("Country Name", "Country Code", "Year", "Value")
WORLD = "WLD"
SERVERS = "IT.NET.SECR.P6"
GROSS = ("royalties",)
"""Gross flows, in which the source's few negative entries are corrections of other years."""

Formula = Callable[[float, float], float | None]


def whole_of(part: float, percent: float) -> float | None:
    """What a part is ``percent`` of; unknown if it is none of it."""
    return 100 * part / percent if percent > 0 else None


def positive_part(percent: float, whole: float) -> float | None:
    """Return ``percent`` of a whole; unknown in the rare years in which stocks shrank by more."""
    return percent * whole / 100 if percent > 0 else None


DERIVED: tuple[tuple[str, str, str, Formula], ...] = (
    ("rd_spending", "rd_intensity", "gdp", times(100)),
    ("researchers", "researchers_per_million", "population", times(1e6)),
    ("patents_per_million", "patents", "population", per(1e6)),
    ("articles_per_million", "articles", "population", per(1e6)),
    ("royalties_per_head", "royalties", "population", per(1)),
    ("high_tech_exports_per_head", "high_tech_exports", "population", per(1)),
    ("manufactured_exports", "high_tech_exports", "high_tech_share", whole_of),
    ("manufactured_exports_per_head", "manufactured_exports", "population", per(1)),
    ("industry", "NV.IND.TOTL.ZS", "gdp", times(100)),
    ("industry_per_head", "industry", "population", per(1)),
    ("capital_formation", "investment_rate", "gdp", positive_part),
    ("capital_formation_per_head", "capital_formation", "population", per(1)),
    ("saving_gap", "NY.GNS.ICTR.ZS", "investment_rate", lambda saved, spent: saved - spent),
    ("fdi_inflow", "BX.KLT.DINV.CD.WD", "gdp", per(100)),
    ("broadband", "broadband_per_hundred", "population", times(100)),
)
"""Indicator, its two terms (indicators or codes of the Bank), and the formula."""


def read(sources: Path) -> tuple[Figures, dict[str, float], str]:
    """Read the Bank's indicators.

    Returns
    -------
    figures : Figures
    measured : dict[str, float]
        How many negative gross flows were left out, and the years of Taiwan from aggregates.
    sha256 : str
    """
    folder = sources / wdi.FOLDER
    figures = Figures()
    corrections = 0
    for indicator, entry in registry().items():
        if entry["source"] != "wdi":
            continue
        path = folder / file_of(entry["codes"][0])
        for (code, year), value in table(path).items():
            if indicator in GROSS and value < 0:
                corrections += 1
                continue
            figures.add(indicator, code, year, value, str(path))
    taiwan = add_taiwan(figures, sources)
    terms = {
        code: table(folder / file_of(code)) for *two, _ in DERIVED for code in two if "." in code
    }
    for indicator, first, second, formula in DERIVED:
        one, other = (terms.get(term) or figures.values[term] for term in (first, second))
        figures.combine(indicator, one, other, formula, str(folder))
    add_standard_exports(figures, str(folder))
    add_servers(figures, folder)
    codes = {code for entry in registry().values() for code in codes_of(entry)}
    measured = {
        "negative_gross_flows_left_out": float(corrections),
        "taiwan_years_from_aggregates": float(taiwan),
    }
    return figures, measured, fingerprint(folder / file_of(code) for code in codes)


def codes_of(entry: object) -> list[str]:
    """Codes of the Bank's indicators that an entry of the registry rests on."""
    assert isinstance(entry, dict)
    return list(entry["codes"]) if entry["source"] in ("wdi", "wdi_share") else []


def file_of(code: str) -> str:
    """Name of an indicator's file."""
    return f"{code.lower()}.csv"


def table(path: Path, *, world: bool = False) -> Series:
    """Read one indicator for the countries, and for the world if asked, in the years of the table.

    Raises
    ------
    SourceError
        If a country and year stand twice, or a label is unknown.
    """
    found: Series = {}
    for row in read_rows(path, COLUMNS):
        year = int(row.number("Year", low=1900, high=2200))
        label = row.text("Country Code")
        code = WORLD if world and label == WORLD else economy(label, row.where)
        if code is None or year not in YEARS:
            continue
        put(found, code, year, row.number("Value"), row.where)
    return found


def add_taiwan(figures: Figures, sources: Path) -> int:
    """Add Taiwan's GDP and population from the Bank's aggregates; return the number of years."""
    macro, _, _ = wdi.read(sources)
    own = macro.sel(economy=wdi.TAIWAN)
    for year in YEARS:
        for name in ("gdp", "population"):
            value = float(own[name].sel(year=year))
            figures.add(name, wdi.TAIWAN, year, value, str(sources / wdi.FOLDER))
    return len(YEARS)


def add_standard_exports(figures: Figures, where: str) -> None:
    """Manufactured exports less high technology, over GDP [percent]."""
    made, high = figures.values["manufactured_exports"], figures.values["high_tech_exports"]
    standard = {place: made[place] - high[place] for place in made}
    figures.combine("standard_exports", standard, figures.values["gdp"], per(100), where)


def add_servers(figures: Figures, folder: Path) -> None:
    """Add secure servers per million of the world's, and per head in percent of the mean."""
    path = folder / file_of(SERVERS)
    servers = table(path, world=True)
    people = table(folder / file_of("SP.POP.TOTL"), world=True)
    for (code, year), rate in sorted(servers.items()):
        mean = servers.get((WORLD, year))
        if code == WORLD or not mean:
            continue
        figures.add("servers_relative", code, year, 100 * rate / mean, str(path))
        share = 1e6 * rate * people[code, year] / (mean * people[WORLD, year])
        figures.add("servers_world_share", code, year, share, str(path))
