"""What was spent and earned: capital expenditure by company, AI revenue, and the boom of 2000.

Fiscal years are turned into calendar years in the table (Microsoft's ends in June, Oracle's in
May), and a firm stands in one row a year, so that nothing is counted twice. Totals that others
publish mix cash with finance leases, and four firms with five: here each is a definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capital.parameters import central, registry
from tradewind.errors import InputError
from tradewind.scenario.door import read_rows
from tradewind.scenario.yaml_source import read_table
from tradewind.world import World

PACKAGE = "tradewind.capital"
FOUR = ("Amazon", "Alphabet", "Microsoft", "Meta")
FIVE = (*FOUR, "Oracle")
DEFINITIONS: Mapping[str, str] = {
    "four_cash": "cash capital expenditure of four hyperscalers, worldwide",
    "five_cash": "the same with Oracle",
    "four_with_leases": "four hyperscalers with assets under finance leases, worldwide",
    "ai_in_us": "the part of four_with_leases that is for AI and in the United States",
    "information_processing": "private investment in information-processing equipment and software",
}
"""Definitions of AI infrastructure spending, each over United States GDP."""
GDP_GROWTH_2026 = (1.05, 1.04, 1.06)
"""Nominal growth of United States GDP in 2026: value, low, high (judgement on WDI to 2025)."""


@cache
def spending() -> xr.Dataset:
    """Capital expenditure by company and calendar year, read once."""
    rows = read_rows("capex.csv", PACKAGE).set_index(["company", "year"])
    columns = ["value", "low", "high", "with_leases"]
    found = xr.Dataset.from_dataframe(rows[columns].astype(float)).sel(company=list(FIVE))
    return found * 1e3


@cache
def run_rates() -> pd.DataFrame:
    """Revenue a year at the pace of a day, by company, USD million."""
    rows = read_rows("revenue.csv", PACKAGE)
    rows["at"] = pd.to_datetime(rows["day"]).map(lambda day: day.year + day.dayofyear / 365.25)
    for column in ("value", "low", "high"):
        rows[column] = rows[column].astype(float) * 1e3
    return rows


@cache
def laboratories(year: int, column: str = "value") -> float:
    """Revenue of AI laboratories over a calendar year [USD million].

    Run rates are joined by constant growth and summed over the year; after the last one (July 2026)
    the pace stays. A laboratory counts from its first run rate on.
    """
    months = year + (np.arange(12) + 0.5) / 12
    total = 0.0
    for _, rows in run_rates().groupby("company"):
        logs = np.log(rows[column].to_numpy())
        pace = np.exp(np.interp(months, rows["at"].to_numpy(), logs))
        total += float(np.where(months < rows["at"].iloc[0], 0.0, pace).mean())
    return total


@cache
def four(year: int) -> float:
    """Cash capital expenditure of four hyperscalers in a calendar year [USD million]."""
    return float(spending()["value"].sel(year=year, company=list(FOUR)).sum())


def ai_revenue(year: int, values: Mapping[str, float] | None = None) -> float:
    """World AI revenue of a calendar year, 2023 to 2026 [USD million].

    Raises
    ------
    InputError
        For other years: nobody counted them.
    """
    _known(year, 2023, 2026, "capital.ai_revenue")
    return laboratories(year) * (values or central())["revenue_beyond_labs"]


def history() -> xr.Dataset:
    """Tell what was spent and earned.

    Returns
    -------
    xarray.Dataset
        ``spending`` (company, year) [USD million / year] in cash, with ``spending_low`` and
        ``spending_high``; ``spending_with_leases``; ``four`` and ``five`` (year) totals;
        ``laboratory_revenue`` (revenue_year). 2026 is guidance.
    """
    table = spending()
    years = [2023, 2024, 2025, 2026]
    arrays = {
        "spending": table["value"],
        "spending_low": table["low"],
        "spending_high": table["high"],
        "spending_with_leases": table["with_leases"],
        "four": table["value"].sel(company=list(FOUR)).sum("company"),
        "five": table["value"].sum("company"),
        "laboratory_revenue": xr.DataArray(
            [laboratories(year) for year in years], {"revenue_year": years}
        ),
    }
    unit = "USD million / year"
    return xr.Dataset(
        {
            name: array.assign_attrs(units=unit, long_name=name.replace("_", " "))
            for name, array in arrays.items()
        }
    )


def telecom_peak(definition: str) -> dict[str, float]:
    """Return the peak of the telecom boom that a definition is compared with [share of US GDP]."""
    own = definition if definition == "information_processing" else "equipment"
    peak = read_table("telecom.yaml", PACKAGE)[own]
    return {end: float(peak[end]) for end in ("value", "low", "high")}


def capex_gdp(
    definition: str, year: int, *, month: int = 12, values: Mapping[str, float] | None = None
) -> dict[str, float]:
    """AI infrastructure spending over United States GDP, beside the telecom peak.

    Parameters
    ----------
    definition : str
        A key of ``DEFINITIONS``.
    year : int
        2016 to 2026; 2025 and 2026 only for ``information_processing``. 2026 is guidance.
    month : int
        The year to the end of this month; calendar years are joined in proportion. August 2025 is
        ``year=2025, month=8``. Ignored for ``information_processing``, a quarter's rate.
    values : mapping of str to float, optional
        ``ai_share`` and ``us_share`` are read; the central ones if left out, with their own ranges
        in the bounds.

    Returns
    -------
    dict of str to float
        ``value``, ``low``, ``high``; ``peak``, ``peak_low``, ``peak_high`` [share of US GDP]; and
        ``ratio`` [1], value over peak.

    Raises
    ------
    InputError
        If there is no such definition, year or month.
    """
    if definition not in DEFINITIONS:
        raise InputError(
            "there is no definition of this name",
            where="capital.capex_gdp, definition",
            value=definition,
            bound=", ".join(DEFINITIONS),
            remedy="choose one of tradewind.capital.DEFINITIONS",
        )
    _known(month, 1, 12, "capital.capex_gdp, month")
    if definition == "information_processing":
        share = _information_processing(year)
    else:
        _known(year, 2016, 2026, "capital.capex_gdp, year")
        now, before = (_share(definition, at, values) for at in (year, year - 1))
        share = {end: (month * now[end] + (12 - month) * before[end]) / 12 for end in now}
    peak = telecom_peak(definition)
    return {
        **share,
        **{"peak" if end == "value" else f"peak_{end}": peak[end] for end in peak},
        "ratio": share["value"] / peak["value"],
    }


def _information_processing(year: int) -> dict[str, float]:
    rows = read_rows("information_processing.csv", PACKAGE)
    _known(year, int(rows["year"].min()), int(rows["year"].max()), "capital.capex_gdp, year")
    of_year = rows[rows["year"] == year].iloc[0]
    return {end: float(of_year[end]) for end in ("value", "low", "high")}


def _share(definition: str, year: int, values: Mapping[str, float] | None) -> dict[str, float]:
    """One calendar year of spending over GDP, with bounds."""
    table = spending().sel(year=year, company=list(FIVE if "five" in definition else FOUR))
    leases = definition in ("four_with_leases", "ai_in_us")
    sums = {end: float(table[end].sum()) for end in ("value", "low", "high")}
    if leases:
        sums["value"] = float(table["with_leases"].sum())
        sums["high"] = float(np.maximum(table["high"], table["with_leases"]).sum())
    output = united_states_gdp(year)
    share = {
        "value": sums["value"] / output["value"],
        "low": sums["low"] / output["high"],
        "high": sums["high"] / output["low"],
    }
    if definition != "ai_in_us":
        return share
    for name in ("ai_share", "us_share"):
        known = registry()[name]
        ends = (known.value, known.low, known.high) if values is None else (values[name],) * 3
        share = {end: share[end] * part for end, part in zip(share, ends, strict=True)}
    return share


@cache
def gdp() -> xr.DataArray:
    """Nominal GDP of the World Bank by economy and year [USD / year], read once."""
    return World.default().data["gdp"].reset_coords(drop=True)


def united_states_gdp(year: int) -> dict[str, float]:
    """GDP of the United States [USD million / year]: WDI to 2025, then nominal growth."""
    known = gdp().sel(economy="USA")
    last = int(known["year"].max())
    if year <= last:
        return dict.fromkeys(("value", "low", "high"), float(known.sel(year=year)) / 1e6)
    base = float(known.sel(year=last)) / 1e6
    return {
        end: base * growth ** (year - last)
        for end, growth in zip(("value", "low", "high"), GDP_GROWTH_2026, strict=True)
    }


def _known(value: int, low: int, high: int, where: str) -> None:
    if not low <= value <= high:
        raise InputError(
            "this lies outside what was counted",
            where=where,
            value=value,
            bound=f"{low} to {high}",
            remedy="choose a year or month within",
        )
