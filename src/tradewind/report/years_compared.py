"""How far a run over the years is from what it is compared with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.report.years_contract import YearsRun
from tradewind.report.years_tables import by_economy, economy_levels, last_year, percent

RANGED = ("real_income_hat", "real_wage_hat", "automated_share")
"""Headlines whose range over shapes of automation is told by economy."""
SHAPE_NAMES: dict[str, str] = {
    "real_income_hat": "real_income_percent",
    "real_wage_hat": "real_wage_percent",
    "automated_share": "automated_share_percent",
}


def common_years(run: YearsRun) -> list[int]:
    """Years that a run and what it is compared with have in common."""
    own = [int(year) for year in run.outputs["year"].to_numpy()]
    if run.against is None:
        return own
    other = {int(year) for year in run.against["year"].to_numpy()}
    return [year for year in own if year in other]


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


def income_paths(run: YearsRun) -> pd.DataFrame:
    """Real income by year and economy [%]: against the other run, or else over the base year."""
    years = common_years(run)
    own = run.outputs["real_income_hat"].sel(year=years)
    if run.against is not None:
        other = run.against["real_income_hat"].sel(year=years, economy=own["economy"])
        own = own / other
    codes = [str(code) for code in own["economy"].to_numpy()]
    return pd.DataFrame(percent(own).transpose("year", "economy").to_numpy(), years, codes)


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


def price_paths(run: YearsRun) -> pd.DataFrame:
    """Price of power by year and economy, against the other run [%]."""
    if run.against is None:
        raise ValueError("there is nothing to compare with")
    years = common_years(run)
    own, other = (
        by_economy(data, "power_price_economy").loc[years] for data in (run.outputs, run.against)
    )
    return 100.0 * (own / other - 1.0)


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
