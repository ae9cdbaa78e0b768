"""What a run begun in 2022 would have said of 2023 to 2025, beside what was counted.

The run is driven by what is policy: export rules as enacted, US tariffs of 2025. It is begun in
2022, the first year that the chip market covers (tariffs and GDP would allow 2018). Compared are:

- shares of world GDP: forecast, from the efficiency of 2014 to 2022 alone;
- NVIDIA's and AMD's chips to China: forecast of China's part, the world's supply being given;
- the world's stock of compute: the chip market's own count, so no forecast; shown with its share in
  China, which is one;
- electricity of data centres in 2024: never fitted to;
- use of Chinese stacks: points that adoption was not fitted to.

Naive persistence says that the year the run begins with goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from tradewind import adoption
from tradewind.chips.block import history
from tradewind.chips.calendar import Calendar
from tradewind.chips.families import families
from tradewind.chips.history import FIRST_YEAR, MADE_AT_HOME, History, by_year
from tradewind.chips.market import specification
from tradewind.chips.parameters import central
from tradewind.coupling.counted import BEGIN
from tradewind.coupling.run import run_years, silent
from tradewind.coupling.years import Tell
from tradewind.scenario import Scenario
from tradewind.scenario.yaml_source import read_table
from tradewind.world import World

END = 2025


class Row(NamedTuple):
    """One comparison.

    Attributes
    ----------
    quantity, unit : str
    year : int
    observed, model, persistence : float
        Persistence is NaN where nothing was counted in the first year.
    kind : str
        ``forecast``, or ``given`` where the count went into the model.
    source : str
    """

    quantity: str
    year: int
    unit: str
    observed: float
    model: float
    persistence: float
    kind: str
    source: str


def backtest(tell: Tell = silent) -> pd.DataFrame:
    """Run from 2022 and compare.

    Returns
    -------
    DataFrame
        The fields of ``Row``, and ``error`` and ``error_persistence``: model or persistence less
        observed, in the unit. The first rows are means over economies.

    Raises
    ------
    ConvergenceError, CouplingError
        As ``run_years``.
    """
    run = run_years(
        observed_policy(), base_year=BEGIN, until=END, compare=False, shapes=False, tell=tell
    )
    outputs = run.outputs
    rows = [*gdp_shares(outputs), *chips(outputs), *electricity(outputs), *stacks()]
    table = pd.DataFrame(rows)
    table["error"] = table["model"] - table["observed"]
    table["error_persistence"] = table["persistence"] - table["observed"]
    return table


def observed_policy() -> Scenario:
    """The US tariffs of 2025; the export rules as enacted are what every scenario has."""
    return Scenario.from_dict(
        {
            "name": "backtest",
            "title": "Policies as enacted, 2022 to 2025",
            "shocks": [
                {
                    "type": "tariff",
                    "mode": "add",
                    "schedule": "us_2025",
                    "date": "2025-08-15",
                    "importer": "USA",
                    "exporter": "all",
                    "sector": "goods",
                    "from_year": END,
                }
            ],
        }
    )


def gdp_shares(outputs: xr.Dataset) -> Iterator[Row]:
    """Shares of world GDP: mean error over economies, then the largest economies."""
    codes = [str(code) for code in outputs["economy"].values]
    counted = World.default().data["gdp"].sel(economy=codes)
    source = "World Bank, World Development Indicators, GDP in current USD"
    shares: dict[str, dict[int, np.ndarray]] = {"observed": {}, "model": {}}
    for year in range(BEGIN, END + 1):
        value = counted.sel(year=year).to_numpy()
        shares["observed"][year] = 100.0 * value / value.sum()
        value = outputs["gdp"].sel(year=year).to_numpy()
        shares["model"][year] = 100.0 * value / value.sum()
    begun = shares["observed"][BEGIN]
    for year in range(BEGIN + 1, END + 1):
        seen = shares["observed"][year]
        # The table's accounts differ from the World Bank's; its change is what is compared.
        said = begun + shares["model"][year] - shares["model"][BEGIN]
        yield Row(
            "share of world GDP, mean absolute error",
            year,
            "points",
            0.0,
            float(np.abs(said - seen).mean()),
            float(np.abs(begun - seen).mean()),
            "forecast",
            source,
        )
    for code in ("USA", "CHN", "DEU", "JPN", "IND"):
        at = codes.index(code)
        said = begun + shares["model"][END] - shares["model"][BEGIN]
        yield Row(
            f"share of world GDP, {code}",
            END,
            "%",
            float(shares["observed"][END][at]),
            float(said[at]),
            float(begun[at]),
            "forecast",
            source,
        )


def chips(outputs: xr.Dataset) -> Iterator[Row]:
    """Chips to China, and the world's stock."""
    counts = history()
    american = [label for label, family in families().items() if family.american]
    labels = list(families())
    sold = by_year(counts.home_units * np.repeat(np.nan_to_num(counts.h100e), 4, axis=0))
    counted = sold[:, [labels.index(label) for label in american]].sum(axis=1)
    source = "Epoch AI, AI chip sales (CC BY 4.0)"
    bought = outputs["chip_packages"].sel(chip_economy="CHN", family=american)
    own = [label for label in labels if label not in MADE_AT_HOME]
    for year in (2024, 2025):
        each = xr.DataArray(operations(counts, year), {"family": labels}, ("family",))
        yield Row(
            "American chips to China",
            year,
            "thousand H100e",
            counted[year - FIRST_YEAR] / 1e3,
            float((bought.sel(year=year) * each.sel(family=american)).sum()) / 1e3,
            counted[0] / 1e3,
            "forecast",
            source,
        )
    world = by_year(counts.units * np.repeat(np.nan_to_num(counts.h100e), 4, axis=0))
    made = world[:, [labels.index(label) for label in own]].sum(axis=1)
    for year in (2024, 2025):
        stock = outputs["chip_installed"].sel(year=slice(BEGIN, year), family=own).sum()
        yield Row(
            "chips sold to the world since 2022, made outside China",
            year,
            "million H100e",
            made[: year - FIRST_YEAR + 1].sum() / 1e6,
            float(stock) / 1e6,
            made[0] * (year - FIRST_YEAR + 1) / 1e6,
            "given",
            source,
        )


def operations(history: History, year: int) -> np.ndarray:
    """H100e of a package of each family in a year: (family,)."""
    table, _ = specification(history, Calendar.cut(), central())
    return np.asarray(table[year - FIRST_YEAR])


def electricity(outputs: xr.Dataset) -> Iterator[Row]:
    """Electricity of data centres by region: [TWh / year]."""
    for row in read_table("observed.yaml", "tradewind.coupling")["data_centres"]:
        economies = row["economies"]
        chosen = outputs["data_centre_energy"]
        if economies != "all":
            chosen = chosen.sel(economy=economies)
        yield Row(
            f"electricity of data centres, {row['region']}",
            int(row["year"]),
            "TWh / year",
            float(row["value"]),
            float(chosen.sel(year=row["year"]).sum("economy")),
            np.nan,
            "forecast",
            f"{row['source']} ({row['seen']})",
        )


def stacks() -> Iterator[Row]:
    """Points of use that adoption was not fitted to."""
    for row in adoption.calibrated().points.to_dict(orient="records"):
        if row["role"] != "left out":
            continue
        yield Row(
            f"{row['point']}, {row['measure']}",
            year_of(row),
            "%",
            100.0 * row["observed"],
            100.0 * row["model"],
            100.0 * (row["observed"] + row["persistence"]),
            "forecast",
            "see docs/adoption.md",
        )


def year_of(row: Mapping[Any, Any]) -> int:
    """Year of a point of adoption, from its name's month where it has one."""
    for word in str(row["point"]).replace("-", " ").split():
        if word.isdigit() and len(word) == 4:
            return int(word)
    return END
