"""World Bank, World Development Indicators: exports, imports and high-technology exports.

Exports and imports of goods and services are shares of GDP times GDP. Taiwan and the rest of the
world follow from the Bank's aggregates as GDP does (see ``wdi``), but only in years in which every
economy listed reports: in others the Bank's aggregates cover fewer economies, and a difference
would be made of that. All report but in the last year. Missing figures stay missing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from tradewind.world.names import ECONOMIES
from tradewind.world.sources import wdi
from tradewind.world.sources.reading import fingerprint

SHARES = {"exports": "ne.exp.gnfs.zs.csv", "imports": "ne.imp.gnfs.zs.csv"}
HIGH_TECHNOLOGY = "tx.val.tech.cd.csv"
COMPLETE = 2014
"""A year in which every economy listed has high-technology exports."""
CITATION = wdi.CITATION


def read(sources: Path) -> tuple[xr.Dataset, dict[str, float], str]:
    """Read foreign trade of the world's economies.

    Returns
    -------
    trade : xarray.Dataset
        ``exports(economy, year)``, ``imports(economy, year)`` of goods and services and
        ``high_technology_exports(economy, year)`` [USD / year], NaN where there is no figure.
    measured : dict[str, float]
        By how much the world's exports exceed its imports in the last whole year, relative.
    sha256 : str
    """
    folder = sources / wdi.FOLDER
    gdp_file = folder / wdi.FILES["gdp"]
    gdp = wdi.filled(wdi.read_figures(gdp_file, low=1.0), gdp_file)
    tables = {name: money(folder / file, gdp) for name, file in SHARES.items()}
    tables["high_technology_exports"] = listed(folder / HIGH_TECHNOLOGY)
    totals = {name: tables[name].sum(axis=0) for name in SHARES}
    last = int(np.flatnonzero(np.isfinite(totals["exports"] + totals["imports"])).max())
    trade = xr.Dataset(
        {name: (("economy", "year"), table) for name, table in tables.items()},
        coords={"economy": list(ECONOMIES), "year": list(wdi.YEARS)},
    )
    measured = {
        f"world_exports_over_imports_{wdi.YEARS[last]}": float(
            totals["exports"][last] / totals["imports"][last]
        )
    }
    files = (*SHARES.values(), HIGH_TECHNOLOGY)
    return trade, measured, fingerprint(folder / file for file in files)


def money(path: Path, gdp: wdi.Figures) -> np.ndarray:
    """Turn shares of GDP [%] into money: (economy, year) [USD / year]."""
    shares = wdi.read_figures(path, low=0.0)
    wdi.require_whole(shares, path, last=wdi.YEARS[-2])
    whole = np.isfinite(sum(shares[code] for code in wdi.NEEDED))
    shares = wdi.filled(shares, path)
    table = wdi.economies_of({code: shares[code] * gdp[code] / 100 for code in shares}, path)
    for code in (wdi.TAIWAN, wdi.REST_OF_WORLD):
        table[ECONOMIES.index(code), ~whole] = np.nan
    return table


def listed(path: Path) -> np.ndarray:
    """Read an indicator of the economies listed alone: (economy, year)."""
    figures = wdi.read_figures(path, low=0.0)
    wdi.require_whole(figures, path, wdi.LISTED, first=COMPLETE, last=COMPLETE)
    table = np.full((len(ECONOMIES), len(wdi.YEARS)), np.nan)
    for code in wdi.LISTED:
        table[ECONOMIES.index(code)] = figures[code]
    return table
