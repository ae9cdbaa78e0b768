"""From periods and countries to the years and economies that people ask for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import xarray as xr

from tradewind.chips import path
from tradewind.chips.calendar import Calendar
from tradewind.chips.demand import WORKLOADS
from tradewind.chips.equations import retired
from tradewind.chips.families import HOME, pools
from tradewind.chips.history import MADE_AT_HOME, History
from tradewind.chips.market import labels, specification
from tradewind.chips.path import TRAINING
from tradewind.chips.programme import Floats
from tradewind.chips.solve import use_of_pools
from tradewind.scenario.yaml_source import read_table

MEANINGS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "packages": (("year", "family", "economy"), "package", "bought under the rules"),
    "leaked": (("year", "family", "economy"), "package", "smuggled to those denied them"),
    "h100e": (("year", "family"), "H100e / package", "dense 8-bit operations of a package"),
    "bandwidth": (("year", "family"), "H100 / package", "memory bandwidth of a package"),
    "effective": (
        ("year", "family", "workload"),
        "effective chip / package",
        "h100e^(1-w) bandwidth^w",
    ),
    "stock": (("year", "family", "economy"), "H100e", "in use at the end of the year"),
    "stock_bandwidth": (("year", "family", "economy"), "H100", "the same by memory bandwidth"),
    "rented": (("year", "economy"), "H100e", "used of chips that stand abroad"),
    "list_price": (("year", "family"), "USD / package", "asked by the vendor, margin included"),
    "cost": (("year", "family"), "USD / package", "list price less the vendor's margin"),
    "scarcity_rent": (
        ("year", "family"),
        "USD / package",
        "dual of the pool, above the list price",
    ),
    "quota_rent": (("year", "economy"), "USD / TPP", "dual of a quota"),
    "marginal_value": (
        ("year", "economy", "workload"),
        "USD / effective chip",
        "worth of one more",
    ),
    "capacity": (("year", "pool"), "pool's unit", "what could be made"),
    "used": (("year", "pool"), "pool's unit", "what was made and sold or leaked"),
    "home_multiple": (
        ("year",),
        "1",
        "China's capacity over that at the open price",
    ),
    "domestic_share": (
        ("year",),
        "share",
        "of H100e installed in China, made there",
    ),
}
"""Variables of a result: dimensions, unit, meaning."""


@cache
def economies() -> tuple[str, ...]:
    """Labels of the economies, the rest of the world last."""
    table = read_table("economies.yaml", "tradewind.chips")
    return (*table["economies"], table["rest"])


def economy_of(countries: list[str]) -> Floats:
    """Which economy each country belongs to: (country, economy), 0 or 1."""
    known = economies()
    member = np.zeros((len(countries), len(known)))
    for i, code in enumerate(countries):
        member[i, known.index(code) if code in known else len(known) - 1] = 1.0
    return member


def yearly(by_period: Floats, calendar: Calendar) -> Floats:
    """Sum periods to years: (year, …)."""
    total = np.zeros((len(calendar.years), *by_period.shape[1:]))
    np.add.at(total, calendar.year_of, by_period)
    return total


def stocks(flow: Floats, retirement: float) -> Floats:
    """Stock at the end of each year from what was installed in it: (year, …)."""
    stock = np.zeros_like(flow)
    for y, installed in enumerate(flow):
        before = stock[y - 1] if y else 0.0 * installed
        stock[y] = retired(before, retirement) + installed
    return stock


def worth(market: path.Market, found: path.Path, member: Floats) -> Floats:
    """Marginal value of each economy's buyers, by their demand: (period, economy, workload).

    Countries that are offered nothing have no finite value and are left out.
    """
    offered = np.isfinite(found.marginal_value)
    weight = np.where(offered, market.demand, 0.0)
    value = np.where(offered, found.marginal_value, 0.0)
    total = np.einsum("pcu,ce->peu", weight, member)
    summed = np.einsum("pcu,ce->peu", weight * value, member)
    return np.asarray(np.divide(summed, total, out=np.full_like(total, np.inf), where=total > 0.0))


def labelled(
    market: path.Market,
    found: path.Path,
    observed: History,
    calendar: Calendar,
    values: Mapping[str, float],
) -> xr.Dataset:
    """Put a path on labels, by year and economy.

    Returns
    -------
    xarray.Dataset
        The variables of ``MEANINGS``; rents and marginal values are means over the year's days.
    """
    member = economy_of(observed.countries)
    h100e, bandwidth = specification(observed, calendar, values)
    bought = found.packages.sum(axis=3)
    packages, leaked = (yearly(x @ member, calendar) for x in (bought, found.leaked))
    installed = packages + leaked
    days = market.share_of_year
    rent = np.zeros((len(days), len(labels())))
    for p, y in enumerate(market.year_of):
        for f, pool in enumerate(market.pool_of[p]):
            if pool >= 0:
                rent[p, f] = found.rent[p, pool] * market.pool_draw[y, f]
    best = found.leaked[np.arange(len(days)), market.frontier[market.year_of]]
    smuggled = (
        best * market.effective[market.year_of, market.frontier[market.year_of], TRAINING][:, None]
    )
    rented = values["rental_rate"] * smuggled / values["leakage_rate"]
    weight = market.demand.sum(axis=2)[..., None] * member
    total = weight.sum(axis=1)
    home = observed.home
    at_home = bought[:, :, home] + found.leaked[:, :, home]
    in_home = yearly(at_home, calendar) * h100e
    own = in_home[:, [label in MADE_AT_HOME for label in labels()]].sum(axis=1)
    margin = np.array(
        [values["home_margin" if x in MADE_AT_HOME else "vendor_margin"] for x in labels()]
    )
    arrays = {
        "packages": packages,
        "leaked": leaked,
        "h100e": h100e,
        "bandwidth": bandwidth,
        "effective": market.effective,
        "stock": stocks(installed * h100e[:, :, None], values["retirement"]),
        "stock_bandwidth": stocks(installed * bandwidth[:, :, None], values["retirement"]),
        "rented": yearly(rented @ member, calendar),
        "list_price": market.price,
        "cost": market.price * (1.0 - margin),
        "scarcity_rent": yearly(rent * days[:, None], calendar),
        "quota_rent": yearly(
            (found.quota_rent[..., None] * weight).sum(axis=1) / total * days[:, None], calendar
        ),
        "marginal_value": yearly(worth(market, found, member) * days[:, None, None], calendar),
        "capacity": yearly(found.capacity, calendar),
        "used": yearly(use_of_pools(market, found), calendar),
        "home_multiple": found.multiple,
        "domestic_share": own / in_home.sum(axis=1),
    }
    data = xr.Dataset(
        {
            name: (dims, arrays[name], {"units": unit, "long_name": meaning})
            for name, (dims, unit, meaning) in MEANINGS.items()
        },
        {
            "year": calendar.years,
            "family": labels(),
            "economy": list(economies()),
            "pool": list(pools()),
            "workload": list(WORKLOADS),
        },
        {"home": HOME, "residual": found.residual},
    )
    return data
