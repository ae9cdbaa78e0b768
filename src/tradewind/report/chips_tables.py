"""Tables of the chip market: labelled numbers in full precision."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.report.chips_contract import ChipOutputs, RoundsTable

HOME, ABROAD = "CHN", "USA"
"""The economy that the rules are about, and the one whose price stands for the open market."""
SPREAD = ("low", "median", "high")
"""Columns for the quantiles 0.05, 0.5 and 0.95."""
LABELS = ("year", "economy", "family", "workload")
SUMMARY = ["variable", *LABELS, "central", *SPREAD, "unit"]


def spread(values: xr.DataArray) -> pd.DataFrame:
    """Quantiles of one number by year: (year) x low, median, high."""
    table = values.transpose("year", "quantile").to_numpy()
    years = pd.Index(values["year"].to_numpy(), name="year")
    return pd.DataFrame(table, index=years, columns=list(SPREAD))


def in_year(table: pd.DataFrame, year: int) -> pd.Series:
    """Take one year's row of a table."""
    return pd.Series(table.loc[year].to_numpy(), index=table.columns)


def years_of(rounds: RoundsTable) -> list[int]:
    """Ends of years at which the effects of rounds are told."""
    return sorted({int(year) for year in rounds.effects["year"]})


def main_economies(outputs: ChipOutputs, count: int) -> list[str]:
    """China and the United States, then those that hold most at the end, without the rest."""
    last = outputs.bounds["stock_by_economy"].sel(quantile=0.5).isel(year=-1)
    ranked = last.to_series().sort_values(ascending=False, kind="stable").index
    others = [str(code) for code in ranked if code not in (HOME, ABROAD, "ROW")]
    return [HOME, ABROAD, *others][:count]


def stock_of(outputs: ChipOutputs, economy: str, *, bandwidth: bool = False) -> pd.DataFrame:
    """Stock of an economy at the ends of years [H100e, or H100 by bandwidth]: (year) x spread."""
    name = "stock_bandwidth_by_economy" if bandwidth else "stock_by_economy"
    return spread(outputs.bounds[name].sel(economy=economy))


def families_of(outputs: ChipOutputs, economy: str = HOME, share: float = 0.0) -> list[str]:
    """Families of which the economy ever holds more than a share of all it holds."""
    stock = outputs.bounds["stock"].sel(economy=economy, quantile=0.5).transpose("year", "family")
    whole = stock.sum("family")
    held = (stock > np.maximum(share * whole, 0.5)).any("year")
    return [str(label) for label in stock["family"].to_numpy()[held.to_numpy()]]


def family_stock(outputs: ChipOutputs, family: str, economy: str = HOME) -> pd.DataFrame:
    """Stock of one family in an economy [H100e]: (year) x spread."""
    return spread(outputs.bounds["stock"].sel(economy=economy, family=family))


def workloads(outputs: ChipOutputs) -> list[str]:
    """What chips are bought for."""
    return [str(workload) for workload in outputs.central["workload"].to_numpy()]


def premium(data: xr.Dataset, workload: str) -> xr.DataArray:
    """Worth of one more effective chip in China over that in the open market, less 1 [1]."""
    value = data["marginal_value"].sel(workload=workload)
    open_value = value.sel(economy=ABROAD)
    return value.sel(economy=HOME) / open_value.where(np.isfinite(open_value)) - 1.0


def at_home(outputs: ChipOutputs) -> pd.DataFrame:
    """China's market by year.

    Returns
    -------
    (year) x domestic_share, rented, and for each workload value_, open_ (each with _low, _median,
    _high) and premium_; leaked
        Shares are of H100e installed in the year; values USD per effective chip, in China and in
        the open market; premium is central: the one over the other, less 1. Leaked [H100e] is
        central, too.
    """
    bounds, central = outputs.bounds, outputs.central
    parts = {
        "domestic_share": spread(bounds["domestic_share"]),
        "rented": spread(bounds["rented"].sel(economy=HOME)),
    }
    table = pd.concat([part.add_prefix(f"{name}_") for name, part in parts.items()], axis=1)
    for workload in workloads(outputs):
        for name, economy in (("value", HOME), ("open", ABROAD)):
            chosen = bounds["marginal_value"].sel(economy=economy, workload=workload)
            table = table.join(spread(chosen).add_prefix(f"{name}_{workload}_"))
        table[f"premium_{workload}"] = premium(central, workload).to_numpy()
    leaked = (central["leaked"] * central["h100e"]).sum("family").sel(economy=HOME)
    return table.assign(leaked=leaked.to_numpy())


def prices(outputs: ChipOutputs, year: int) -> pd.DataFrame:
    """Price of every family that is bought somewhere in a year, taken apart [USD / package].

    Returns
    -------
    (family) x cost, margin, rent, rent_low, rent_high, price, h100e
        Central; ``price`` is what the last buyer pays, list price and scarcity rent.
    """
    now = outputs.central.sel(year=year)
    sold = now["packages"].sum("economy").to_series()
    families = [str(family) for family in sold[sold > 1.0].index]
    chosen = now.sel(family=families)
    rent = outputs.bounds["scarcity_rent"].sel(year=year, family=families)
    return pd.DataFrame(
        {
            "cost": chosen["cost"].to_numpy(),
            "margin": (chosen["list_price"] - chosen["cost"]).to_numpy(),
            "rent": chosen["scarcity_rent"].to_numpy(),
            "rent_low": rent.sel(quantile=0.05).to_numpy(),
            "rent_high": rent.sel(quantile=0.95).to_numpy(),
            "price": (chosen["list_price"] + chosen["scarcity_rent"]).to_numpy(),
            "h100e": chosen["h100e"].to_numpy(),
        },
        index=pd.Index(families, name="family"),
    )


def effect_rows(rounds: RoundsTable, order: str, measure: str) -> pd.DataFrame:
    """Effects of rounds: (round) x (metric, year, spread), in the order the rounds came."""
    table = rounds.effects
    chosen = table[(table["order"] == order) & (table["measure"] == measure)]
    wide = chosen.pivot_table(
        index="round", columns=["metric", "year"], values=list(SPREAD), dropna=False
    )
    # Pandas warns of a look-up in columns that are not sorted.
    wide = wide.reorder_levels([1, 2, 0], axis=1).sort_index(axis=1)
    return wide.loc[list(dict.fromkeys(chosen["round"]))]


def summary(outputs: ChipOutputs) -> pd.DataFrame:
    """Lay a run out as a long table.

    Returns
    -------
    (number) x variable, year, economy, family, workload, central, low, median, high, unit
        A label is empty for a number that is not by it; ``central`` is at the
        central parameters, the others are quantiles 0.05, 0.5 and 0.95 over the draws. Rows
        whose numbers are all zero are left out.
    """
    central, bounds = outputs.central, outputs.bounds
    totals = {
        "stock_by_economy": central["stock"].sum("family"),
        "stock_bandwidth_by_economy": central["stock_bandwidth"].sum("family"),
        "stock_by_family": central["stock"].sum("economy"),
    }
    blocks = []
    for name in map(str, bounds.data_vars):
        own = totals.get(name)
        own = central[name] if own is None else own
        labels = [dim for dim in LABELS if dim in own.dims]
        table = own.transpose(*labels).to_series().rename("central").to_frame()
        for quantile, column in zip((0.05, 0.5, 0.95), SPREAD, strict=True):
            values = bounds[name].sel(quantile=quantile, drop=True)
            table[column] = values.transpose(*labels).to_series()
        table = table[(table != 0.0).any(axis=1)].reset_index()
        table["variable"], table["unit"] = name, bounds[name].attrs["units"]
        for dim in LABELS[1:]:
            if dim not in table:
                table[dim] = ""
        blocks.append(table[SUMMARY])
    return pd.concat(blocks, ignore_index=True)
