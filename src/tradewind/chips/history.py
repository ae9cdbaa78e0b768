"""What was sold, to whom, at what price: the world's tables on the labels of the chip market."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tradewind.chips.families import H100_BANDWIDTH_TB_S, HOME, Family, families
from tradewind.chips.programme import Floats
from tradewind.errors import InputError
from tradewind.scenario.groups import territories
from tradewind.world.accelerators import catalogue

if TYPE_CHECKING:
    from tradewind.world.compute import ComputeData

FIRST_YEAR, LAST_OBSERVED = 2022, 2025
QUARTERS = tuple(
    f"{year}Q{quarter}" for year in range(FIRST_YEAR, LAST_OBSERVED + 1) for quarter in range(1, 5)
)
CAPTIVE = ("tpu", "trainium")
"""Families that their owners keep."""
MADE_AT_HOME = ("ascend", "cambricon")
"""Families that are made in the denied economy itself."""


@dataclass(frozen=True)
class History:
    """Sales on the labels of the market.

    Parameters
    ----------
    units, units_low, units_high : (quarter, family) [package]
        Median, 5th and 95th percentile.
    h100e : (year, family) [H100e / package], NaN where nothing was sold
    bandwidth : (year, family) [H100 / package], likewise
    dies : (year, family) [pool's units / package]
    home_units, home_low, home_high : (quarter, family) [package]
        NVIDIA's and AMD's sales to China.
    price : (year, family) [USD / package]
        Geometric middle of the range; of the nearest year where there is none.
    price_low, price_high : (year, family) [USD / package]
    countries : list of str
        ISO 3166-1 alpha-3, all with a GDP in 2024.
    gdp : (country,) [USD million, 2024]
    clusters : (country,) [H100e], first operational from 2022 on
    """

    units: Floats
    units_low: Floats
    units_high: Floats
    h100e: Floats
    bandwidth: Floats
    dies: Floats
    home_units: Floats
    home_low: Floats
    home_high: Floats
    price: Floats
    price_low: Floats
    price_high: Floats
    countries: list[str]
    gdp: Floats
    clusters: Floats

    @classmethod
    def of(cls, data: ComputeData) -> History:
        """Put the world's tables on the labels of the market.

        Raises
        ------
        InputError
            If a family has chips that the world's tables do not know.
        """
        sales, low, high = (_by_chip(data.sales, f"units{end}") for end in ("", "_low", "_high"))
        home = [_by_chip(data.china_sales, f"units{end}") for end in ("", "_low", "_high")]
        spec = _by_chip(data.sales, "h100e")
        known = families()
        units, units_low, units_high = (
            np.column_stack([_sum(table, family) for family in known.values()])
            for table in (sales, low, high)
        )
        figures = [_figures(label, family, sales, spec) for label, family in known.items()]
        prices = [_prices(label, family, figures, data.prices) for label, family in known.items()]
        american = [family if family.american else None for family in known.values()]
        home_units, home_low, home_high = (
            np.column_stack([_sum(table, family) for family in american]) for table in home
        )
        gdp = data.gdp[data.gdp["year"] == 2024].set_index("country")["gdp_usd_million"]
        gdp = gdp[[code in territories() for code in gdp.index]]
        clusters = data.clusters[data.clusters["year"] >= FIRST_YEAR]
        by_country = clusters.groupby("country")["h100e"].sum()
        return cls(
            units=units,
            units_low=units_low,
            units_high=units_high,
            h100e=np.column_stack([figure[0] for figure in figures]),
            bandwidth=np.column_stack([figure[1] for figure in figures]),
            dies=np.column_stack([figure[2] for figure in figures]),
            home_units=home_units,
            home_low=home_low,
            home_high=home_high,
            price=np.column_stack([np.sqrt(low * high) for low, high in prices]),
            price_low=np.column_stack([low for low, _ in prices]),
            price_high=np.column_stack([high for _, high in prices]),
            countries=[str(code) for code in gdp.index],
            gdp=gdp.to_numpy(float),
            clusters=by_country.reindex(gdp.index, fill_value=0.0).to_numpy(float),
        )

    def at(self, level: float) -> History:
        """Return the sales at a place in their range: 0 the 5th percentile, 1 the 95th.

        Parameters
        ----------
        level : float [1]
            The same for all chips and quarters, whose errors are taken to go together.
        """
        return replace(
            self,
            units=_between(self.units_low, self.units, self.units_high, level),
            home_units=_between(self.home_low, self.home_units, self.home_high, level),
        )

    @property
    def home(self) -> int:
        """Position of the denied economy among the countries."""
        return self.countries.index(HOME)


def _between(low: Floats, median: Floats, high: Floats, level: float) -> Floats:
    """Interpolate in logarithms from low (0) over the median (1/2) to high (1)."""
    end, weight = (low, 1.0 - 2.0 * level) if level < 0.5 else (high, 2.0 * level - 1.0)
    sold = median > 0.0
    ratio = np.divide(end, median, out=np.ones_like(median), where=sold)
    return np.asarray(median * ratio**weight)


def by_year(quarterly: Floats) -> Floats:
    """Sum quarters to years: (year, …)."""
    return np.asarray(quarterly.reshape(-1, 4, *quarterly.shape[1:]).sum(axis=1))


def _by_chip(table: pd.DataFrame, column: str) -> pd.DataFrame:
    wide = table.pivot_table(index="quarter", columns="chip", values=column, aggfunc="sum")
    return wide.reindex(list(QUARTERS)).fillna(0.0)


def _sum(sales: pd.DataFrame, family: Family | None) -> Floats:
    chips = [] if family is None else [chip for chip in family.chips if chip in sales.columns]
    return np.asarray(sales[chips].sum(axis=1).to_numpy(float))


def _figures(
    label: str, family: Family, sales: pd.DataFrame, spec: pd.DataFrame
) -> tuple[Floats, Floats, Floats]:
    """H100e, bandwidth and dies per package of a family by year."""
    years = LAST_OBSERVED - FIRST_YEAR + 1
    if family.like is not None:
        h100e = np.full(years, family.like.h100e)
        return h100e, np.full(years, family.like.bandwidth / H100_BANDWIDTH_TB_S), np.ones(years)
    missing = [chip for chip in family.chips if chip not in sales.columns]
    if missing:
        raise InputError(
            "a family holds chips of which the world knows no sales",
            where=f"chips/tables/families.yaml, {label}, chips",
            value=", ".join(missing),
            bound=", ".join(map(str, sales.columns)),
            remedy="use keys of the sales table (`tradewind world show`)",
        )
    chips = list(family.chips)
    units = by_year(sales[chips].to_numpy(float))
    sold = units.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        h100e = by_year(spec[chips].to_numpy(float)).sum(axis=1) / sold
        bandwidth = units @ np.array([_bandwidth(label, family, chip) for chip in chips]) / sold
        dies = units @ np.array([family.dies.get(chip, 1.0) for chip in chips]) / sold
    return h100e, bandwidth / H100_BANDWIDTH_TB_S, dies


def _bandwidth(label: str, family: Family, chip: str) -> float:
    """Memory bandwidth of a chip [TB/s]."""
    if chip in family.bandwidth_tb_s:
        return family.bandwidth_tb_s[chip]
    known = catalogue()[chip].memory_bandwidth_gb_s
    if known is None:
        raise InputError(
            "the catalogue has no memory bandwidth of a chip",
            where=f"chips/tables/families.yaml, {label}, bandwidth_tb_s",
            value=chip,
            bound="a figure in the catalogue or in the family",
            remedy="write it under bandwidth_tb_s with its source in the note",
        )
    return known / 1000.0


def _prices(
    label: str,
    family: Family,
    figures: list[tuple[Floats, Floats, Floats]],
    table: pd.DataFrame,
) -> tuple[Floats, Floats]:
    """Lowest and highest list price of a package by year."""
    rows = table[table["chip"] == family.price].sort_values("year")
    if rows.empty:
        raise InputError(
            "the world has no price of this name",
            where=f"chips/tables/families.yaml, {label}, price",
            value=family.price,
            bound=", ".join(sorted(set(table["chip"]))),
            remedy="use a chip of the world's price table",
        )
    years = np.arange(FIRST_YEAR, LAST_OBSERVED + 1)
    nearest = [int(np.abs(rows["year"].to_numpy() - year).argmin()) for year in years]
    low, high = (rows[side].to_numpy(float)[nearest] for side in ("low", "high"))
    if family.times is None:
        return low, high
    # A chip without a price of its own is priced by its operations, against the named one.
    own = figures[list(families()).index(label)][0]
    named = next(
        figure[0]
        for other, figure in zip(families().values(), figures, strict=True)
        if other.price == family.price and other.times is None
    )
    ratio = family.times * _held(own) / _held(named)
    return low * ratio, high * ratio


def _held(values: Floats) -> Floats:
    """Fill years without sales with the nearest year that has some."""
    seen = np.flatnonzero(np.isfinite(values))
    return np.asarray(values[[seen[np.abs(seen - i).argmin()] for i in range(values.size)]])
