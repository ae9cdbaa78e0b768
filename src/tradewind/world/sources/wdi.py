"""World Bank, World Development Indicators: GDP in current USD and population, 2000 to 2025.

The Bank lists no Taiwan, but adds it to the world (its help desk, article 114933, "Where are your
data on Taiwan?") and to East Asia & Pacific (all incomes), whose population exceeds that of its
listed members by Taiwan's in every year. So Taiwan follows from the Bank's own figures:

    Taiwan = East Asia & Pacific (EAS) − its developing part (EAP) − its listed high-income members.

Both aggregates hold the Bank's estimate for North Korea and the like, which cancels. Seven small
islands among the members have gaps; there the nearest year stands. The rest of the world is the
world less the economies listed and less Taiwan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from tradewind.errors import SourceError
from tradewind.world.names import ECONOMIES
from tradewind.world.sources.reading import FRESH_COPY, Citation, fingerprint, read_rows

FOLDER = "indicators/wdi"
FILES = {"gdp": "ny.gdp.mktp.cd.csv", "population": "sp.pop.totl.csv"}
YEARS = tuple(range(2000, 2026))
WORLD, REST_OF_WORLD, TAIWAN = "WLD", "ROW", "TWN"
EAST_ASIA, DEVELOPING_EAST_ASIA = "EAS", "EAP"
MEMBERS = ("AUS", "BRN", "HKG", "JPN", "KOR", "MAC", "NZL", "SGP")
"""Listed high-income members of East Asia & Pacific."""
ISLANDS = ("ASM", "GUM", "MNP", "NCL", "NRU", "PLW", "PYF")
"""Listed high-income members so small that a gap may be filled from the nearest year."""
LISTED = tuple(code for code in ECONOMIES if code not in {REST_OF_WORLD, TAIWAN})
NEEDED = tuple(sorted({*LISTED, *MEMBERS, WORLD, EAST_ASIA, DEVELOPING_EAST_ASIA}))
CITATION = Citation("World Bank, World Development Indicators (updated 1 July 2026)", "CC BY 4.0")

Figures = Mapping[str, np.ndarray]
"""Country code to (year,) figures, NaN where there is none."""


def read(sources: Path) -> tuple[xr.Dataset, dict[str, float], str]:
    """Read GDP and population of the world's economies.

    Returns
    -------
    macro : xarray.Dataset
        ``gdp(economy, year)`` [USD / year] and ``population(economy, year)`` [person].
    measured : dict[str, float]
        Shares of the rest of the world and of Taiwan in the world's total of the last year, and
        how much of Taiwan's GDP the gaps of the small islands are.
    sha256 : str
    """
    folder = sources / FOLDER
    measured = {}
    tables = {}
    for name, file in FILES.items():
        figures = read_figures(folder / file, low=1.0)
        require_whole(figures, folder / file)
        tables[name] = economies_of(filled(figures, folder / file), folder / file)
        for label, code in (("rest_of_world", REST_OF_WORLD), ("taiwan", TAIWAN)):
            last = tables[name][:, -1]
            measured[f"{label}_share_of_{name}_{YEARS[-1]}"] = float(
                last[ECONOMIES.index(code)] / last.sum()
            )
        if name == "gdp":
            measured |= gaps(figures, tables[name][ECONOMIES.index(TAIWAN)])
    macro = xr.Dataset(
        {name: (("economy", "year"), table) for name, table in tables.items()},
        coords={"economy": list(ECONOMIES), "year": list(YEARS)},
    )
    return macro, measured, fingerprint(folder / file for file in FILES.values())


def read_figures(path: Path, *, low: float) -> dict[str, np.ndarray]:
    """Read one indicator for every code that is needed, NaN where the source has no line.

    Returns
    -------
    figures : dict of (year,) arrays
    """
    wanted = {*NEEDED, *ISLANDS}
    figures = {code: np.full(len(YEARS), np.nan) for code in wanted}
    for row in read_rows(path, ["Country Name", "Country Code", "Year", "Value"]):
        year = int(row.number("Year", low=1900, high=2200))
        code = row.text("Country Code")
        if code in wanted and year in YEARS:
            figures[code][YEARS.index(year)] = row.number("Value", low=low)
    return figures


def require_whole(
    figures: Figures,
    path: Path,
    codes: Sequence[str] = NEEDED,
    first: int = YEARS[0],
    last: int = YEARS[-1],
) -> None:
    """Refuse a source in which one of these codes misses a year."""
    for code in codes:
        for year in range(first, last + 1):
            if np.isnan(figures[code][YEARS.index(year)]):
                raise SourceError(
                    "a figure is missing",
                    where=f"{path}, country {code}, year {year}",
                    bound=f"a value in each year from {first} to {last}",
                    remedy=FRESH_COPY,
                )


def filled(figures: Figures, path: Path) -> dict[str, np.ndarray]:
    """Fill the gaps of the small islands from the nearest year."""
    whole = dict(figures)
    for code in ISLANDS:
        known = np.flatnonzero(np.isfinite(figures[code]))
        if known.size == 0:
            raise SourceError(
                "a figure is missing",
                where=f"{path}, country {code}",
                bound="a value in some year",
                remedy=FRESH_COPY,
            )
        nearest = np.abs(np.arange(len(YEARS))[:, None] - known).argmin(axis=1)
        whole[code] = figures[code][known[nearest]]
    return whole


def taiwan(figures: Figures) -> np.ndarray:
    """East Asia & Pacific less its developing part and its listed high-income members: (year,)."""
    members = sum(figures[code] for code in (*MEMBERS, *ISLANDS))
    return np.asarray(figures[EAST_ASIA] - figures[DEVELOPING_EAST_ASIA] - members)


def economies_of(figures: Figures, path: Path) -> np.ndarray:
    """Bring an additive indicator to the world's economies: (economy, year).

    Raises
    ------
    SourceError
        If Taiwan or the rest of the world would not be positive.
    """
    table = np.empty((len(ECONOMIES), len(YEARS)))
    for code in LISTED:
        table[ECONOMIES.index(code)] = figures[code]
    own = taiwan(figures)
    rest = figures[WORLD] - own - sum(figures[code] for code in LISTED)
    for found, code, whole in ((own, TAIWAN, EAST_ASIA), (rest, REST_OF_WORLD, WORLD)):
        if np.nanmin(found) <= 0:
            raise SourceError(
                "an aggregate is smaller than the economies it contains",
                where=f"{path}, country {whole}, year {YEARS[int(np.nanargmin(found))]}",
                value=f"{np.nanmin(found):.4g} left for {code}",
                bound="above 0",
                remedy=FRESH_COPY,
            )
        table[ECONOMIES.index(code)] = found
    return table


def gaps(figures: Figures, own: np.ndarray) -> dict[str, float]:
    """How much the filled gaps of the islands are of Taiwan's GDP, in the last two years."""
    whole = filled(figures, Path(FILES["gdp"]))
    return {
        f"island_gaps_share_of_taiwan_gdp_{YEARS[place]}": float(
            sum(whole[code][place] for code in ISLANDS if np.isnan(figures[code][place]))
            / own[place]
        )
        for place in (-2, -1)
    }
