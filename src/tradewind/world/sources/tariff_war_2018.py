"""Tariffs that the United States and China added on each other in 2018 and 2019.

Compiled by sector in a graduate course's replication files. They are read as *added* rates, which
is what their use in the course says and what the figures support: four Chinese rates (fishing,
non-metallic minerals, motor vehicles, other transport equipment) lie below China's tariff of 2017,
so they cannot be new levels. Against it stand US rates above the 25 % of Section 301 alone. If they
were levels the added rates would be lower by the tariff of 2017, which is kept beside them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from tradewind.world.names import SECTORS, read_map
from tradewind.world.sources.reading import (
    Citation,
    Row,
    fingerprint,
    read_rows,
    require_list,
)

FOLDER = "trade/icio2017"
CITATION = Citation(
    "As compiled in WangZi-HKBU/econ7115 (added rates of the fifth wave, 2019), for the model of "
    "Ju, Ma, Wang & Zhu (2024, Journal of Monetary Economics 141)",
    "figures cited; the compilation carries no licence",
)
GOODS, INDUSTRIES = 22, 44
FILES = ("tariff_Trump.csv", "tariff_China.csv", "tariff_prewar2017.csv", "TradeFlow2017.csv")
DIRECTIONS = {"us_on_china": ("CHN", "USA"), "china_on_us": ("USA", "CHN")}
"""Direction of a tariff: exporter and importer."""


def read(sources: Path) -> tuple[xr.Dataset, dict[str, float], str]:
    """Read the added tariffs and those of 2017 on the sectors of the table.

    Returns
    -------
    tables : xarray.Dataset
        ``us_on_china_2018``, ``china_on_us_2018`` (added), ``us_on_china_2017``,
        ``china_on_us_2017`` (applied before), each ``(sector,)`` [rate]; zero for services.
    measured : dict[str, float]
        How many added rates lie below the tariff of 2017, and the largest.
    sha256 : str
    """
    folder = sources / FOLDER
    added = {
        "us_on_china": read_added(folder / "tariff_Trump.csv", "trump_tariff_wave5"),
        "china_on_us": read_added(folder / "tariff_China.csv", "China_tariff_wave5"),
    }
    before = read_bilateral(folder / "tariff_prewar2017.csv", "AHS_simple")
    flows = read_bilateral(folder / "TradeFlow2017.csv", "tradevalue", low=1e-9)
    tables, measured = {}, {}
    for direction, rate in added.items():
        prewar, weight = before[direction], flows[direction]
        tables[f"{direction}_2018"] = (("sector",), to_sectors(rate, weight))
        tables[f"{direction}_2017"] = (("sector",), to_sectors(prewar, weight))
        measured[f"{direction}_added_below_tariff_of_2017"] = float((rate < prewar).sum())
        measured[f"{direction}_largest_added"] = float(rate.max())
    return (
        xr.Dataset(tables, coords={"sector": list(SECTORS)}),
        measured,
        fingerprint(folder / name for name in FILES),
    )


def read_added(path: Path, column: str) -> np.ndarray:
    """Read one country's added rates.

    Returns
    -------
    added : (industry,) [rate] for the 22 goods industries
    """
    rows = read_rows(path, ["indcode", column])
    wanted = [str(i + 1) for i in range(GOODS)]
    require_list([row.text("indcode") for row in rows], wanted, str(path), "industries")
    return np.array([row.number(column, low=0, high=1) for row in rows])


def read_bilateral(path: Path, column: str, low: float = 0.0) -> dict[str, np.ndarray]:
    """Read a long bilateral table for the two directions.

    Returns
    -------
    values : dict of (industry,) arrays by direction, for the 22 goods industries
    """
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in read_rows(path, ["iso_o", "iso_d", "indcode", column]):
        rows.setdefault((row.text("iso_o"), row.text("iso_d")), []).append(row)
    values = {}
    for direction, pair in DIRECTIONS.items():
        ordered = sorted(rows.get(pair, []), key=lambda row: row.number("indcode"))
        wanted = [str(i + 1) for i in range(INDUSTRIES)]
        codes = [row.text("indcode") for row in ordered]
        require_list(codes, wanted, f"{path}, {pair[0]} to {pair[1]}", "industries")
        goods = ordered[:GOODS]
        values[direction] = np.array([row.number(column, low=low) for row in goods])
    return values


def to_sectors(rate: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Average industries into sectors with the flows of 2017 as weights; services get zero."""
    table = read_map("icio_to_sector")
    values = np.zeros(len(SECTORS))
    for sector, industries in table.items():
        chosen = [i - 1 for i in industries]
        values[SECTORS.index(sector)] = np.average(rate[chosen], weights=weight[chosen])
    return values
