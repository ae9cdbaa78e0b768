"""World Bank, World Development Indicators: GDP in current USD of every country, 2022 to 2025.

Taiwan, which the Bank does not list, follows from its aggregates as in ``wdi.py``.
"""

from __future__ import annotations

from pathlib import Path

from tradewind.world.names import read_map
from tradewind.world.sources import wdi
from tradewind.world.sources.reading import fingerprint, read_rows
from tradewind.world.sources.tables import Table, require_once, shown

FILE = f"{wdi.FOLDER}/{wdi.FILES['gdp']}"
CITATION = wdi.CITATION
YEARS = (2022, 2023, 2024, 2025)
COLUMNS = ("country", "year", "gdp_usd_million", "how")
MILLION = 1e6


def read(sources: Path) -> tuple[dict[str, Table], dict[str, float], str]:
    """Read GDP by country and year.

    Returns
    -------
    tables : dict of str to Table
        ``gdp_by_country``; a country without a figure in a year has no line.
    measured : dict[str, float]
        Countries in the last year, and their sum over the Bank's world.
    sha256 : str
    """
    path = sources / FILE
    rows = read_rows(path, ["Country Name", "Country Code", "Year", "Value"])
    require_once(rows, ["Country Code", "Year"])
    aggregates = set(read_map("chip_market")["aggregates"])
    found: dict[tuple[str, int], tuple[float, str]] = {}
    for row in rows:
        code, year = row.text("Country Code"), int(row.number("Year", low=1900, high=2200))
        if code not in aggregates and year in YEARS:
            found[code, year] = row.number("Value", low=1.0) / MILLION, "World Bank"
    figures = wdi.read_figures(path, low=1.0)
    wdi.require_whole(figures, path)
    own = wdi.taiwan(wdi.filled(figures, path))
    for year in YEARS:
        value = float(own[wdi.YEARS.index(year)]) / MILLION
        found[wdi.TAIWAN, year] = value, "World Bank, from aggregates"
    last = {code: value for (code, year), (value, _) in found.items() if year == YEARS[-1]}
    world = float(figures[wdi.WORLD][wdi.YEARS.index(YEARS[-1])]) / MILLION
    lines = [
        [code, str(year), shown(round(value, 3)), how]
        for (code, year), (value, how) in sorted(found.items())
    ]
    measured = {
        f"countries_{YEARS[-1]}": float(len(last)),
        f"sum_over_world_{YEARS[-1]}": sum(last.values()) / world,
    }
    return {"gdp_by_country": Table(COLUMNS, lines)}, measured, fingerprint([path])
