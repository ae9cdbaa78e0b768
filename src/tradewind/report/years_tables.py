"""Tables of a run over the years: pure functions of its datasets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.report.years_contract import YearsRun

PLACES = frozenset({"economy", "area", "plant", "chip_economy"})
"""Dimensions that say where; a long table holds at most one of them a row."""
DETAIL = frozenset({"sector", "family"})
"""Dimensions that would make a long table ten times as long."""
RANGED = ("real_income_hat", "real_wage_hat", "automated_share")
"""Headlines whose range over shapes of automation is told by economy."""
SHAPE_NAMES: dict[str, str] = {
    "real_income_hat": "real_income_percent",
    "real_wage_hat": "real_wage_percent",
    "automated_share": "automated_share_percent",
}


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


def common_years(run: YearsRun) -> list[int]:
    """Years that a run and what it is compared with have in common."""
    own = [int(year) for year in run.outputs["year"].to_numpy()]
    if run.against is None:
        return own
    other = {int(year) for year in run.against["year"].to_numpy()}
    return [year for year in own if year in other]


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


def headline_table(run: YearsRun) -> pd.DataFrame:
    """Headlines of the last year by economy, the largest economy first.

    Returns
    -------
    (economy) x name, the columns of :func:`economy_levels`; where there is a run to compare with,
    those of :func:`differences` in the last year that both have; where automation was run under all
    shapes, ``<headline>_low`` and ``_high`` over them.
    """
    found = economy_levels(run.outputs, last_year(run.outputs))
    found.insert(0, "name", [run.economy_names[str(code)] for code in found.index])
    if run.against is not None:
        found = found.join(differences(run, common_years(run)[-1]))
    if run.shapes is not None:
        found = found.join(shape_ranges(run.shapes))
    return found.sort_values("gdp_share_percent", ascending=False, kind="stable")


def differences(run: YearsRun, year: int) -> pd.DataFrame:
    """How far a run is from what it is compared with, by economy in one year.

    Returns
    -------
    (economy) x real_income_against_percent, real_wage_against_percent, compute_against_percent,
    power_price_against_percent (of the other run's level), gdp_share_against_points,
    automated_share_against_points, strength_rank_against (places lost, below zero won).
    """
    if run.against is None:
        raise ValueError("there is nothing to compare with")
    own, other = economy_levels(run.outputs, year), economy_levels(run.against, year)
    ratio = {
        f"{name}_against_percent": 100.0
        * (percent_to_hat(own[f"{name}_percent"]) / percent_to_hat(other[f"{name}_percent"]) - 1.0)
        for name in ("real_income", "real_wage")
    }
    levels = {"compute": "compute_stock_h100e", "power_price": "power_price_usd_per_mwh"}
    for name, column in levels.items():
        # Who owns nothing in either run has no change.
        then = other[column].where(other[column] > 0.0)
        ratio[f"{name}_against_percent"] = (100.0 * (own[column] / then - 1.0)).fillna(0.0)
    points = {
        f"{name}_against_points": own[f"{name}_percent"] - other[f"{name}_percent"]
        for name in ("gdp_share", "automated_share")
    }
    rank = {"strength_rank_against": own["strength_rank"] - other["strength_rank"]}
    return pd.DataFrame({**ratio, **points, **rank})


def percent_to_hat(column: pd.Series) -> pd.Series:
    """Undo :func:`percent`."""
    return 1.0 + column / 100.0


def income_paths(run: YearsRun) -> pd.DataFrame:
    """Real income by year and economy [%]: against the other run, or else over the base year."""
    years = common_years(run)
    own = run.outputs["real_income_hat"].sel(year=years)
    if run.against is not None:
        other = run.against["real_income_hat"].sel(year=years, economy=own["economy"])
        own = own / other
    codes = [str(code) for code in own["economy"].to_numpy()]
    return pd.DataFrame(percent(own).transpose("year", "economy").to_numpy(), years, codes)


def price_paths(run: YearsRun) -> pd.DataFrame:
    """Price of power by year and economy, against the other run [%]."""
    if run.against is None:
        raise ValueError("there is nothing to compare with")
    years = common_years(run)
    own, other = (
        by_economy(data, "power_price_economy").loc[years] for data in (run.outputs, run.against)
    )
    return 100.0 * (own / other - 1.0)


def world_income(run: YearsRun) -> pd.Series:
    """The same for the world, weighted by the GDP of the base year [%]."""
    weight = run.outputs["gdp"].isel(year=0).to_series()
    years = common_years(run)

    def total(data: xr.Dataset) -> np.ndarray:
        hats = data["real_income_hat"].sel(year=years, economy=list(weight.index))
        found: np.ndarray = hats.transpose("year", "economy").to_numpy() @ weight.to_numpy()
        return found / float(weight.sum())

    own = total(run.outputs)
    other = np.ones_like(own) if run.against is None else total(run.against)
    return pd.Series(100.0 * (own / other - 1.0), years)


def shape_ranges(shapes: xr.Dataset) -> pd.DataFrame:
    """Lowest and highest headline over shapes of automation in the last year, by economy."""
    last = shapes.isel(year=-1)
    codes = [str(code) for code in shapes["economy"].to_numpy()]
    columns = {}
    for name in RANGED:
        values = 100.0 * last[name] if name == "automated_share" else percent(last[name])
        for end, found in (("low", values.min("shape")), ("high", values.max("shape"))):
            columns[f"{SHAPE_NAMES[name]}_{end}"] = found.to_numpy()
    return pd.DataFrame(columns, index=pd.Index(codes, name="economy"))


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


def sector_shifts(run: YearsRun, year: int) -> pd.DataFrame:
    """Change of each economy's share in the world output of a sector, (sector, economy) [points].

    Against the other run, or else over the base year; shares are of quantities.
    """
    own = run.outputs["output_share"].sel(year=year)
    other = (
        run.outputs["output_share"].isel(year=0)
        if run.against is None
        else run.against["output_share"].sel(year=year)
    )
    shift = (100.0 * (own - other)).transpose("sector", "economy")
    labels = [[str(label) for label in shift[dim].to_numpy()] for dim in ("sector", "economy")]
    return pd.DataFrame(shift.to_numpy(), index=labels[0], columns=labels[1])


def long_shifts(shift: pd.DataFrame) -> pd.DataFrame:
    """Entries of :func:`sector_shifts` a row: sector, economy, points."""
    rows = shift.rename_axis("sector").reset_index()
    return rows.melt(id_vars="sector", var_name="economy", value_name="points")


def largest_shifts(shift: pd.DataFrame, most: int) -> pd.DataFrame:
    """The largest entries of :func:`sector_shifts`, gains first: sector, economy, points."""
    rows = long_shifts(shift)
    order = rows["points"].abs().sort_values(ascending=False, kind="stable").index
    chosen = rows.loc[order[:most]]
    return chosen[chosen["points"] != 0.0].sort_values("points", ascending=False, kind="stable")
