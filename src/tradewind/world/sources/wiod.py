"""World Input-Output Database, 2016 release, year 2014: 44 economies and 50 sectors.

The files are those of Felbermayr, Gröschl & Heiland (2022, JIE): shares, tariffs and balances in
matrices without labels. Two things in them are undone here, both in the open:

* ``tariffs2014`` has exporters in rows and importers in columns while the shares ``Din2014`` have
  importers in rows, and the authors used the one as if it were the other. Net flows are therefore
  taken with the tariffs as the files stand, which gives back the authors' flows exactly
  (their gross output, trade balances and value added follow to 1e-9), and only then are the
  tariffs transposed.
* The file taxes the rest of the world's sales to itself; that tariff is set to zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from tradewind.errors import SourceError
from tradewind.world.names import ECONOMIES, SECTORS
from tradewind.world.sources.reading import (
    FRESH_COPY,
    Citation,
    fingerprint,
    read_matrix,
    read_rows,
    require_identity,
    require_list,
)

FOLDER = "trade/wiod2014"
BASE_YEAR = 2014
CITATION = Citation(
    "WIOD 2016 release, year 2014 (Timmer et al. 2015, Review of International Economics 23), "
    "as prepared by Felbermayr, Gröschl & Heiland (2022, Journal of International Economics)",
    "CC BY 4.0",
)
REST_OF_WORLD = "ROW"
FILES = (
    "countries.csv",
    "sectors.csv",
    *(f"{name}.txt" for name in ("Din2014", "G", "B", "X0", "tariffs2014", "alphas", "F")),
    *(f"{name}.txt" for name in ("S_n", "SI_n", "VA_n", "VP", "inventory2014")),
)
EXACT, PRINTED = 1e-9, 1e-8
"""Bounds on identities: of the source's own arithmetic, and of files printed with 8 digits."""
ONE = 1 + EXACT
"""Highest share: one, and rounding."""


@dataclass(frozen=True)
class Tables:
    """The source's matrices with axes in Tradewind's order (importer or economy first)."""

    share: np.ndarray  # (sector, importer, exporter)
    tariff_factor: np.ndarray  # (sector, importer, exporter) as the authors used it
    input_share: np.ndarray  # (economy, input_sector, sector)
    value_added_share: np.ndarray  # (economy, sector)
    expenditure: np.ndarray  # (economy, sector)
    final_share: np.ndarray  # (economy, sector)
    net_share: np.ndarray  # (economy, sector), the file F
    stock_use: np.ndarray  # (economy, sector), the file VP
    stock_change: np.ndarray  # (economy, sector), the file inventory2014
    surplus: np.ndarray  # (economy,)
    surplus_with_stocks: np.ndarray  # (economy,)
    value_added: np.ndarray  # (economy,)


def read(sources: Path) -> tuple[xr.Dataset, dict[str, float], str]:
    """Read, check and orient the table.

    Parameters
    ----------
    sources : Path
        Folder that holds ``trade/wiod2014``.

    Returns
    -------
    raw : xarray.Dataset
        ``flow(importer, exporter, sector)`` [USD million / year, net of tariffs],
        ``tariff(importer, exporter, sector)`` [rate], ``value_added_share(economy, sector)``,
        ``input_share(economy, input_sector, sector)``: what the balancing step reads.
    measured : dict[str, float]
        Errors of the source's accounting identities and counts of odd entries.
    sha256 : str

    Raises
    ------
    SourceError
        If a file is missing, truncated, out of bounds, or an identity fails.
    """
    folder = sources / FOLDER
    tables = read_tables(folder)
    flow = net_flows(tables)
    measured = check_identities(tables, flow, folder)
    tariff = orient_tariffs(tables.tariff_factor, folder)
    measured |= count_oddities(tables, flow, tariff)
    return to_dataset(tables, flow, tariff), measured, fingerprint(folder / name for name in FILES)


def read_tables(folder: Path) -> Tables:
    """Read every file of the source against its promised shape and bounds."""
    economies = [row.text("iso3") for row in read_rows(folder / "countries.csv", ["index", "iso3"])]
    require_list(economies, ECONOMIES, str(folder / "countries.csv"), "economies")
    rows = read_rows(folder / "sectors.csv", ["index", "isic4", "name"])
    require_list([r.text("isic4") for r in rows], SECTORS, str(folder / "sectors.csv"), "sectors")
    n, j = len(ECONOMIES), len(SECTORS)

    def by_economy(name: str, low: float = -np.inf, high: float = np.inf) -> np.ndarray:
        return read_matrix(folder / f"{name}.txt", (j, n), low=low, high=high).T

    def balance(name: str, low: float = -np.inf) -> np.ndarray:
        return read_matrix(folder / f"{name}.txt", (n, 1), low=low)[:, 0]

    def bilateral(name: str, low: float, high: float) -> np.ndarray:
        return read_matrix(folder / f"{name}.txt", (j * n, n), low=low, high=high).reshape(j, n, n)

    return Tables(
        share=bilateral("Din2014", 0, ONE),
        tariff_factor=bilateral("tariffs2014", 1, 6),
        input_share=read_matrix(folder / "G.txt", (n * j, j), low=0, high=ONE).reshape(n, j, j),
        value_added_share=by_economy("B", 0, ONE),
        expenditure=by_economy("X0", 0),
        final_share=by_economy("alphas", 0, ONE),
        net_share=by_economy("F", 0, ONE),
        stock_use=by_economy("VP"),
        stock_change=by_economy("inventory2014"),
        surplus=balance("S_n"),
        surplus_with_stocks=balance("SI_n"),
        value_added=balance("VA_n", 0),
    )


def net_flows(tables: Tables) -> np.ndarray:
    """Bilateral flows net of tariffs, M = π X / τ with τ as the authors used it.

    Returns
    -------
    flow : (sector, importer, exporter) [USD million / year]
    """
    flow: np.ndarray = tables.share * tables.expenditure.T[:, :, np.newaxis] / tables.tariff_factor
    return flow


def check_identities(tables: Tables, flow: np.ndarray, folder: Path) -> dict[str, float]:
    """Check every accounting identity that the source holds, and return the errors.

    All errors are relative: to one, to the economy's value added, or to its final expenditure.
    """
    output = flow.sum(axis=1).T
    inputs = np.einsum("nkj,nj->nk", tables.input_share, (1 - tables.value_added_share) * output)
    revenue = ((tables.tariff_factor - 1) * flow).sum(axis=(0, 2))
    final = tables.value_added + revenue - tables.surplus_with_stocks
    used = inputs + tables.stock_use + tables.final_share * final[:, np.newaxis]
    column = tables.input_share.sum(axis=1)
    bought = tables.value_added_share < 1
    made = (tables.value_added_share * (output + tables.stock_change)).sum(axis=1)
    balance = flow.sum(axis=(0, 1)) - flow.sum(axis=(0, 2))
    stocks = tables.surplus_with_stocks - tables.surplus - tables.stock_change.sum(axis=1)
    net = (tables.share / tables.tariff_factor).sum(axis=2).T
    worth = tables.value_added
    errors: dict[str, tuple[np.ndarray, float, str]] = {
        "expenditure_shares_sum_to_one": (tables.share.sum(axis=2) - 1, EXACT, "Din2014.txt"),
        "input_shares_sum_to_one": ((column - 1)[bought], EXACT, "G.txt"),
        "final_shares_sum_to_one": (tables.final_share.sum(axis=1) - 1, EXACT, "alphas.txt"),
        "expenditure_equals_its_uses": (
            (tables.expenditure - used) / final[:, np.newaxis],
            EXACT,
            "X0.txt",
        ),
        "value_added_equals_share_of_output": ((made - worth) / worth, EXACT, "VA_n.txt"),
        "surplus_equals_exports_less_imports": (
            (balance - tables.surplus) / worth,
            EXACT,
            "S_n.txt",
        ),
        "surplus_with_stocks": (stocks / worth, PRINTED, "SI_n.txt"),
        "net_share_of_expenditure": (net - tables.net_share, PRINTED, "F.txt"),
    }
    return {
        name: require_identity(
            float(np.abs(error).max()), bound, str(folder / file), name.replace("_", " ")
        )
        for name, (error, bound, file) in errors.items()
    }


def orient_tariffs(factor: np.ndarray, folder: Path) -> np.ndarray:
    """Turn the file's tariff factors into rates with importers first, and prove the orientation.

    Parameters
    ----------
    factor : (sector, exporter, importer)
        The file as it stands, whose rows are exporters.

    Returns
    -------
    tariff : (sector, importer, exporter) [rate]

    Raises
    ------
    SourceError
        If, after transposing, the EU does not tax US cars at 8.3 % or the US German cars at 2.2 %.
    """
    rate = factor.transpose(0, 2, 1) - 1.0
    cars = SECTORS.index("C29")
    usa, germany = ECONOMIES.index("USA"), ECONOMIES.index("DEU")
    for importer, exporter, percent in ((germany, usa, 8.3), (usa, germany, 2.2)):
        found = 100 * float(rate[cars, importer, exporter])
        if abs(found - percent) > 0.05:
            raise SourceError(
                "the tariffs stand the wrong way round, or are not those of 2014",
                where=f"{folder / 'tariffs2014.txt'}, sector C29, importer "
                f"{ECONOMIES[importer]}, exporter {ECONOMIES[exporter]}",
                value=f"{found:.2f} %",
                bound=f"{percent} % once rows are read as exporters",
                remedy=FRESH_COPY,
            )
    require_untaxed_home(rate, folder)
    own = ECONOMIES.index(REST_OF_WORLD)
    rate[:, own, own] = 0.0
    return rate


def require_untaxed_home(rate: np.ndarray, folder: Path) -> None:
    """Refuse a tariff on domestic sales, but for the known one of the rest of the world."""
    home = np.diagonal(rate, axis1=1, axis2=2)
    taxed = [code for code, top in zip(ECONOMIES, home.max(axis=0), strict=True) if top > 0]
    if set(taxed) - {REST_OF_WORLD}:
        raise SourceError(
            "an economy taxes its own domestic sales",
            where=f"{folder / 'tariffs2014.txt'}, economies {', '.join(taxed)}",
            value=f"{home.max():.4f}",
            bound="0 at home (only ROW's own tariff is known, and dropped)",
            remedy=FRESH_COPY,
        )


def count_oddities(tables: Tables, flow: np.ndarray, tariff: np.ndarray) -> dict[str, float]:
    """Count what a user should know of: empty sectors, negative final use, the tariff dropped."""
    output = flow.sum(axis=1).T
    own = ECONOMIES.index(REST_OF_WORLD)
    dropped = (tables.tariff_factor[:, own, own] - 1) * flow[:, own, own]
    spent = (flow * (1 + tariff)).sum(axis=2).T
    inputs = np.einsum("nkj,nj->nk", tables.input_share, (1 - tables.value_added_share) * output)
    final = spent - inputs
    return {
        "sectors_without_output": float((output == 0).sum()),
        "sectors_with_output_below_1_usd_million": float(((output > 0) & (output < 1)).sum()),
        "negative_final_use_cells": float((final < 0).sum()),
        "negative_final_use_usd_million": float(final[final < 0].sum()),
        "rest_of_world_own_tariff_dropped_usd_million": float(dropped.sum()),
        "negative_flows": float((flow < 0).sum()),
    }


def to_dataset(tables: Tables, flow: np.ndarray, tariff: np.ndarray) -> xr.Dataset:
    """Label the arrays in the order that the balancing step reads."""
    bilateral = ("importer", "exporter", "sector")
    return xr.Dataset(
        {
            "flow": (bilateral, flow.transpose(1, 2, 0)),
            "tariff": (bilateral, tariff.transpose(1, 2, 0)),
            "value_added_share": (("economy", "sector"), tables.value_added_share),
            "input_share": (("economy", "input_sector", "sector"), tables.input_share),
        },
        coords={
            "economy": list(ECONOMIES),
            "importer": list(ECONOMIES),
            "exporter": list(ECONOMIES),
            "sector": list(SECTORS),
            "input_sector": list(SECTORS),
        },
    )
