"""World Bank, World Development Indicators: GDP in current USD and population, 2000 to 2025.

The rest of the world is the Bank's world aggregate less the economies listed. Taiwan is in neither:
it stays missing, and its output is not in the rest of the world either.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from tradewind.errors import SourceError
from tradewind.world.names import ECONOMIES
from tradewind.world.sources.reading import FRESH_COPY, Citation, fingerprint, read_rows

FOLDER = "indicators/wdi"
FILES = {"gdp": "ny.gdp.mktp.cd.csv", "population": "sp.pop.totl.csv"}
YEARS = tuple(range(2000, 2026))
WORLD, REST_OF_WORLD, NOT_COVERED = "WLD", "ROW", "TWN"
CITATION = Citation("World Bank, World Development Indicators (updated 1 July 2026)", "CC BY 4.0")


def read(sources: Path) -> tuple[xr.Dataset, dict[str, float], str]:
    """Read GDP and population of the world's economies.

    Returns
    -------
    macro : xarray.Dataset
        ``gdp(economy, year)`` [USD / year] and ``population(economy, year)`` [person]; Taiwan NaN.
    measured : dict[str, float]
        Share of the rest of the world in the world's total of the last year.
    sha256 : str
    """
    folder = sources / FOLDER
    tables = {name: read_indicator(folder / file) for name, file in FILES.items()}
    measured = {
        f"rest_of_world_share_of_{name}_{YEARS[-1]}": float(
            table[ECONOMIES.index(REST_OF_WORLD), -1] / np.nansum(table[:, -1])
        )
        for name, table in tables.items()
    }
    macro = xr.Dataset(
        {name: (("economy", "year"), table) for name, table in tables.items()},
        coords={"economy": list(ECONOMIES), "year": list(YEARS)},
    )
    return macro, measured, fingerprint(folder / file for file in FILES.values())


def read_indicator(path: Path) -> np.ndarray:
    """Read one indicator for the economies.

    Returns
    -------
    values : (economy, year)

    Raises
    ------
    SourceError
        If an economy or the world misses a year, or the rest of the world is not positive.
    """
    wanted = (set(ECONOMIES) - {REST_OF_WORLD, NOT_COVERED}) | {WORLD}
    found: dict[tuple[str, int], float] = {}
    for row in read_rows(path, ["Country Name", "Country Code", "Year", "Value"]):
        year = int(row.number("Year", low=1900, high=2200))
        code = row.text("Country Code")
        if code in wanted and year in YEARS:
            found[code, year] = row.number("Value", low=1.0)
    for code in sorted(wanted):
        for year in YEARS:
            if (code, year) not in found:
                raise SourceError(
                    "a figure is missing",
                    where=f"{path}, country {code}, year {year}",
                    bound=f"a value in each year from {YEARS[0]} to {YEARS[-1]}",
                    remedy=FRESH_COPY,
                )
    listed = [code for code in ECONOMIES if code in wanted]
    table = np.full((len(ECONOMIES), len(YEARS)), np.nan)
    for code in listed:
        table[ECONOMIES.index(code)] = [found[code, year] for year in YEARS]
    world = np.array([found[WORLD, year] for year in YEARS])
    rest = world - np.nansum(table, axis=0)
    if rest.min() <= 0:
        raise SourceError(
            "the world aggregate is smaller than the economies it contains",
            where=f"{path}, country {WORLD}, year {YEARS[int(rest.argmin())]}",
            value=f"{rest.min():.4g} left for the rest of the world",
            bound="above 0",
            remedy=FRESH_COPY,
        )
    table[ECONOMIES.index(REST_OF_WORLD)] = rest
    return table
