"""Tables of a run over the years: pure functions of its datasets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

PLACES = frozenset({"economy", "area", "plant", "chip_economy"})
"""Dimensions that say where; a long table holds at most one of them a row."""
DETAIL = frozenset({"sector", "family"})
"""Dimensions that would make a long table ten times as long."""


def long_table(outputs: xr.Dataset) -> pd.DataFrame:
    """Lay the outputs out one number a row.

    Parameters
    ----------
    outputs : Dataset
        Of a run over the years.

    Returns
    -------
    (row) x year, variable, the dimensions (empty where a variable has not got them), value, unit.
    What is by two places (plants by area, chips by owner and place), by sector or by family of
    chips is left out: it stands in ``years.nc``.
    """
    parts = []
    for name, variable in outputs.data_vars.items():
        labels = [str(dim) for dim in variable.dims if dim != "year"]
        if len(PLACES.intersection(labels)) > 1 or DETAIL.intersection(labels):
            continue
        rows = variable.rename("value").to_dataframe().reset_index()[["year", *labels, "value"]]
        parts.append(rows.assign(variable=str(name), unit=variable.attrs["units"]))
    table = pd.concat(parts, ignore_index=True)
    dims = [dim for dim in table.columns if dim not in ("year", "variable", "value", "unit")]
    found: pd.DataFrame = table[["year", "variable", *dims, "value", "unit"]]
    return found.fillna(dict.fromkeys(dims, ""))


def last_year(data: xr.Dataset) -> int:
    """Last year of a run."""
    return int(data["year"][-1])


def base_year(data: xr.Dataset) -> int:
    """First year of a run."""
    return int(data["year"][0])


def percent(hat: xr.DataArray) -> xr.DataArray:
    """Ratio as a change in per cent."""
    return 100.0 * (hat - 1.0)


def economy_levels(data: xr.Dataset, year: int) -> pd.DataFrame:
    """Headlines of one year by economy.

    Returns
    -------
    (economy) x real_income_percent, real_wage_percent (both over the base year), gdp_share_percent,
    compute_stock_h100e, compute_share_percent, automated_share_percent, power_price_usd_per_mwh,
    strength_rank with its low and high.
    """
    one = data.sel(year=year)
    columns = {
        "real_income_percent": percent(one["real_income_hat"]),
        "real_wage_percent": percent(one["real_wage_hat"]),
        "gdp_share_percent": 100.0 * one["gdp"] / one["gdp"].sum(),
        "compute_stock_h100e": one["compute_stock"],
        "compute_share_percent": 100.0 * one["compute_stock"] / one["compute_stock"].sum(),
        "automated_share_percent": 100.0 * one["automated_share"],
        "power_price_usd_per_mwh": one["power_price_economy"],
        "strength_rank": one["strength_rank"],
        "strength_rank_low": one["strength_rank_low"],
        "strength_rank_high": one["strength_rank_high"],
    }
    return pd.DataFrame(
        {name: values.to_numpy() for name, values in columns.items()},
        index=pd.Index([str(code) for code in data["economy"].to_numpy()], name="economy"),
    )


def world_table(data: xr.Dataset) -> pd.DataFrame:
    """The world by year.

    Returns
    -------
    (year) x compute_million (H100e owned), installed_million (in the year), leaked_thousand,
    rented_thousand, fleet_gw (IT of chips that run), idle_gw (of chips that wait for power),
    ai_twh, data_centre_twh, emissions_mt, automated_percent (weighted by GDP of the base year),
    revenue_billion, investment_billion (in compute), return_percent, break_even_billion,
    break_even_use_percent,
    chip_price, domestic_percent (of H100e installed in China, made there), chinese_tokens_percent,
    chinese_visits_percent, dispersion.
    """
    weight = data["gdp"].isel(year=0, drop=True)
    compute = data["investment"].sel(asset="compute").sum("economy")
    chinese = data["world_stack_share"].sel(stack=["chinese_open", "chinese_closed"]).sum("stack")
    columns = {
        "compute_million": data["compute_stock"].sum("economy") / 1e6,
        "installed_million": data["compute_installed"].sum("economy") / 1e6,
        "leaked_thousand": data["compute_leaked"].sum("economy") / 1e3,
        "rented_thousand": data["compute_rented"].sum("economy") / 1e3,
        "fleet_gw": data["fleet_owned"].sum("economy"),
        "idle_gw": data["idle_power"].sum("economy"),
        "ai_twh": data["compute_energy"].sum("area"),
        "data_centre_twh": data["data_centre_energy"].sum("economy"),
        "emissions_mt": data["power_emissions"].sum("area"),
        "automated_percent": 100.0
        * (data["automated_share"] * weight).sum("economy")
        / weight.sum(),
        "revenue_billion": data["ai_revenue"] / 1e3,
        "investment_billion": compute / 1e3,
        "return_percent": 100.0 * data["return_on_ai"],
        "break_even_billion": data["break_even_revenue"] / 1e3,
        "break_even_use_percent": 100.0 * data["break_even_utilisation"],
        "chip_price": data["chip_price"],
        "domestic_percent": 100.0 * data["domestic_share"],
        "chinese_tokens_percent": 100.0 * chinese.sel(measure="tokens"),
        "chinese_visits_percent": 100.0 * chinese.sel(measure="visits"),
        "dispersion": data["strength_dispersion"],
    }
    years = [int(year) for year in data["year"].to_numpy()]
    return pd.DataFrame(
        {name: np.asarray(values.to_numpy(), dtype=float) for name, values in columns.items()},
        index=pd.Index(years, name="year"),
    )


def by_economy(data: xr.Dataset, name: str) -> pd.DataFrame:
    """Lay a variable of economies out: (year) x economy."""
    found = data[name].transpose("year", "economy")
    codes = [str(code) for code in data["economy"].to_numpy()]
    return pd.DataFrame(found.to_numpy(), [int(year) for year in data["year"].to_numpy()], codes)


def row_of(table: pd.DataFrame, label: object) -> pd.Series:
    """Take one row of a table."""
    place = list(table.index).index(label)
    return pd.Series(table.iloc[place].to_numpy(), index=table.columns)


def year_of_largest(values: pd.Series) -> int:
    """Year of the largest entry of a column by year."""
    return int(values.index.to_numpy()[int(np.argmax(values.to_numpy()))])


def largest(table: pd.DataFrame, most: int) -> list[str]:
    """Columns with the largest last entries, the largest first."""
    order = table.iloc[-1].sort_values(ascending=False, kind="stable")
    return [str(code) for code in order.index[:most]]


def shape_table(shapes: xr.Dataset, gdp: xr.DataArray) -> pd.DataFrame:
    """The world under each shape of automation in the last year.

    Parameters
    ----------
    shapes : Dataset
        Headlines by shape and year.
    gdp : DataArray
        (economy) of the base year, by which economies are weighted.

    Returns
    -------
    (shape) x automated_percent, income_percent, wage_percent (both over the base year), and the
    same two in the least and the most favoured economy: income_low, income_high.
    """
    weight = gdp / gdp.sum()
    last = shapes.isel(year=-1)
    income, wage = percent(last["real_income_hat"]), percent(last["real_wage_hat"])
    columns = {
        "automated_percent": 100.0 * (last["automated_share"] * weight).sum("economy"),
        "income_percent": (income * weight).sum("economy"),
        "wage_percent": (wage * weight).sum("economy"),
        "income_low": income.min("economy"),
        "income_high": income.max("economy"),
    }
    names = [str(shape) for shape in shapes["shape"].to_numpy()]
    return pd.DataFrame({name: array.to_numpy() for name, array in columns.items()}, index=names)
