"""The world of a later year: the table rolled forward to observed GDP, tariffs and balances.

The table is of one year. What a later year asks of it (``target``) comes from this room; the
efficiency that meets it is found by the trade block (``tradewind.trade.roll``) when a world is
built, since a world imports no block. The file keeps, for each year, what the solution cannot be
remade from without solving: unit costs, spending, value added, deficits. ``rolled`` makes the
table of that year from them:

    π'_nij = π_nij (κ̂_nij ĉ_ij)^(−θ_j) / Σ_h π_nhj (κ̂_nhj ĉ_hj)^(−θ_j),  κ̂ = (1+t')/(1+t)

with the default trade elasticities. Value-added, input and final shares stay (Cobb-Douglas).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import xarray as xr

from tradewind.errors import InputError
from tradewind.world import provenance, schedules
from tradewind.world.sources.reading import Citation

Roll = Callable[[xr.Dataset, xr.Dataset], xr.Dataset]
"""Takes a baseline and a target, returns the state (``tradewind.trade.rolled_state``)."""

STATE = ("rolled_cost_hat", "rolled_spending", "rolled_value_added", "rolled_deficit")
EFFICIENCY = "rolled_efficiency_hat"
FIRST_YEAR_OF_TARIFF_WAR = 2019
"""The tariffs of 2018 came in July to September, at 10 % on most goods until May 2019."""
FIRST_YEAR_OF_US_2025 = 2025
LAST_YEAR = 2025
USA, CHINA = "USA", "CHN"


def years(data: xr.Dataset) -> list[int]:
    """Years a world can be taken at: its table's, then those it holds a state for."""
    held = data["rolled_year"].values.tolist() if STATE[0] in data else []
    return [int(data.attrs["base_year"]), *map(int, held)]


def require_year(data: xr.Dataset, year: object) -> int:
    """Return a year that the world can be taken at, or refuse it.

    Raises
    ------
    InputError
        If it is no whole number, or the world holds no state for it.
    """
    known = years(data)
    if isinstance(year, int | np.integer) and not isinstance(year, bool) and year in known:
        return int(year)
    span = f"{known[0]} to {known[-1]}" if len(known) > 1 else f"{known[0]} alone"
    raise InputError(
        "the world cannot be taken at this year",
        where=f"world {data.attrs['name']}, year",
        value=year,
        bound=f"a whole year, {span}",
        remedy=f"take {known[-1]}, or {known[0]} for the table as it is"
        if len(known) > 1
        else "use the shipped world; a world of your own table is not rolled forward",
    )


def growth(data: xr.Dataset, year: int) -> xr.DataArray:
    """Factor by which nominal GDP [USD] has grown since the table's year: (economy) [1]."""
    gdp = data["gdp"]
    grown = gdp.sel(year=year, drop=True) / gdp.sel(year=data.attrs["base_year"], drop=True)
    return grown.rename("growth")


def balance_share(data: xr.Dataset, year: int) -> xr.DataArray:
    """Observed deficit over GDP, imports less exports, made to sum to zero: (economy) [1].

    The world's reported exports exceed its imports, so both are first scaled to one total, their
    geometric mean. An economy without a figure keeps its last share of GDP.
    """
    gdp = data["gdp"]
    shares = {
        name: last_known(data[name] / gdp).sel(year=year, drop=True)
        for name in ("imports", "exports")
    }
    now = gdp.sel(year=year, drop=True)
    totals = {name: (share * now).sum() for name, share in shares.items()}
    common = np.sqrt(totals["imports"] * totals["exports"])
    return (
        shares["imports"] * common / totals["imports"]
        - shares["exports"] * common / totals["exports"]
    )


def last_known(series: xr.DataArray) -> xr.DataArray:
    """Carry the last figure of each economy into the years that have none: (economy, year)."""
    values = series.transpose("economy", "year").to_numpy()
    place = np.where(np.isfinite(values), np.arange(values.shape[1]), 0)
    carried = np.take_along_axis(values, np.maximum.accumulate(place, axis=1), axis=1)
    return series.transpose("economy", "year").copy(data=carried)


def deficit_share(data: xr.Dataset, year: int) -> xr.DataArray:
    """Deficit over value added that the rolled table has: (economy) [1].

    The table's own share plus the change of the observed one since the table's year, since levels
    differ (ROW: 13.1 % in the table of 2014, −2.0 % in the World Bank's accounts); less the
    world's mean, so that deficits sum to zero.
    """
    own = data["deficit"] / data["value_added"]
    base = int(data.attrs["base_year"])
    moved = own + balance_share(data, year) - balance_share(data, base)
    worth = data["value_added"] * growth(data, year)
    return moved - (moved * worth).sum() / worth.sum()


def duties_on_china(data: xr.Dataset) -> xr.DataArray:
    """US duties paid on China's goods in 2024 over imports: (sector) [rate].

    NaN for services and goods of which nothing was imported.
    """
    weights = data["hs2_sector_map"]
    paid = data["us_duty_hs2"].sel(exporter=CHINA, drop=True) @ weights
    bought = data["us_imports_hs2"].sel(exporter=CHINA, drop=True) @ weights
    return (paid / bought.where(bought > 0)).rename("duties_on_china")


def us_2025_mean(data: xr.Dataset) -> xr.DataArray:
    """Mean over the days of 2025 of the tariffs the US added in it: (exporter, sector) [rate].

    Zero before the first change. The mean, since flows and GDP are of the whole year too.
    """
    first, stop = date(FIRST_YEAR_OF_US_2025, 1, 1), date(FIRST_YEAR_OF_US_2025 + 1, 1, 1)
    starts = [date.fromisoformat(str(day)) for day in data["date"].values]
    inside = [day for day in starts if day < stop]
    mean: xr.DataArray | None = None
    for begin, end in zip(inside, [*inside[1:], stop], strict=True):
        weight = (end - max(begin, first)) / timedelta(days=1) / (stop - first).days
        part = weight * schedules.us_added_tariff(data, begin.isoformat())
        mean = part if mean is None else mean + part
    assert mean is not None
    return mean


def included(data: xr.Dataset, year: int) -> xr.Dataset:
    """Tariffs of the schedules that the world of a year contains, on top of the table's.

    Returns
    -------
    xarray.Dataset
        ``included_us_china_2018(importer, exporter, sector)`` and
        ``included_us_2025(importer, exporter, sector)`` [rate], those that are not zero.

    Notes
    -----
    From 2019 on the US side of ``us_china_2018`` is what was paid in 2024 (10.9 % of imports from
    China): the schedule, 23.7 points on average on top of 3.0, leaves out exclusions, the halving
    of list 4A in 2020, and small parcels. China's side is the schedule, for want of a figure.
    """
    found = {}
    if year >= FIRST_YEAR_OF_TARIFF_WAR:
        added = schedules.scheduled_tariff(data, schedules.US_CHINA_2018)
        paid = duties_on_china(data).reindex(sector=data["sector"])
        before = data["tariff"].sel(importer=USA, exporter=CHINA, drop=True)
        subject = added.sel(importer=USA, exporter=CHINA, drop=True) > 0
        known = subject & np.isfinite(paid)
        added.loc[{"importer": USA, "exporter": CHINA}] = (paid - before).where(known, 0.0)
        found[schedules.US_CHINA_2018] = added
    if year >= FIRST_YEAR_OF_US_2025:
        added = xr.zeros_like(data["tariff"])
        added.loc[{"importer": USA}] = us_2025_mean(data)
        found[schedules.US_2025] = added
    return xr.Dataset({f"{schedules.INCLUDED}{name}": added for name, added in found.items()})


def target(data: xr.Dataset, year: int) -> xr.Dataset:
    """What the world of a year must meet.

    Returns
    -------
    xarray.Dataset
        ``tariff(importer, exporter, sector)`` [rate], ``value_added(economy)`` [USD million of
        ``year``, per year], ``deficit_share(economy)`` [share of value added].
    """
    added = sum(included(data, year).data_vars.values(), xr.zeros_like(data["tariff"]))
    return xr.Dataset(
        {
            "tariff": data["tariff"] + added,
            "value_added": data["value_added"] * growth(data, year),
            "deficit_share": deficit_share(data, year),
        }
    )


def states(data: xr.Dataset, baseline: xr.Dataset, roll: Roll) -> xr.Dataset:
    """Roll a table forward to every year after it, for the file.

    Parameters
    ----------
    data : xarray.Dataset
        A world's data, with GDP, trade, tariffs.
    baseline : xarray.Dataset
        Its baseline with one trade elasticity a sector.
    roll : callable
        See ``Roll``.
    """
    found = []
    after = range(int(data.attrs["base_year"]) + 1, LAST_YEAR + 1)
    for year in after:
        found.append(roll(baseline, target(data, year)))
    joined = xr.concat(
        found, xr.DataArray(list(after), dims="rolled_year", name="rolled_year"), join="exact"
    )
    return provenance.describe(
        joined.drop_attrs(),
        provenance.ROLLED,
        Citation(
            "Tradewind: the table of 2014 rolled forward to GDP, tariffs and trade balances "
            "(page docs/today.md)",
            "CC BY 4.0",
        ),
        f"{after[0]} to {after[-1]}",
    )


def rolled(data: xr.Dataset, year: int) -> xr.Dataset:
    """Make the table of a later year from the state that the world holds for it.

    Parameters
    ----------
    data : xarray.Dataset
        The data of a world as it was built, at its table's year.
    year : int
        One of ``years(data)``; the table's own year gives the table.

    Returns
    -------
    xarray.Dataset
        The data of a world named ``<name>-at-<year>``, with the tariffs it contains of the
        schedules and the value added of the table beside it.
    """
    year = require_year(data, year)
    base = int(data.attrs["base_year"])
    if year == base:
        return data
    state = {name: data[name].sel(rolled_year=year, drop=True) for name in (*STATE, EFFICIENCY)}
    contained = included(data, year)
    tariff = data["tariff"] + sum(contained.data_vars.values())
    share = shares(data, tariff, state["rolled_cost_hat"])
    new = {
        "expenditure_share": share,
        "expenditure": state["rolled_spending"],
        "tariff": tariff,
        "value_added": state["rolled_value_added"],
        "deficit": state["rolled_deficit"],
    }
    rest = data.drop_vars([*STATE, EFFICIENCY, "rolled_year"])
    made = rest.assign({name: new[name].transpose(*data[name].dims) for name in new})
    with_what = sources(data, year)
    for name in new:
        made[name].attrs = {
            **data[name].attrs,
            "year": f"{data[name].attrs['year']}, rolled forward to {year}",
            "source": f"{data[name].attrs['source']}; rolled forward to {year} with {with_what}",
        }
    extra = contained.assign(
        table_value_added=data["value_added"], efficiency_hat=state[EFFICIENCY]
    )
    described = provenance.describe(
        extra,
        provenance.ROLLED,
        Citation(made["value_added"].attrs["source"], data["value_added"].attrs["licence"]),
        str(year),
    )
    described["table_value_added"].attrs["year"] = str(base)
    attrs = {
        **data.attrs,
        "name": f"{data.attrs['name']}-at-{year}",
        "title": f"{data.attrs['title']}, rolled forward to {year}",
        "year": year,
    }
    return made.merge(described, join="exact").assign_attrs(attrs)


def sources(data: xr.Dataset, year: int) -> str:
    """Name what a table is rolled forward with: sources and licences."""
    used = ["gdp"]
    used += ["us_duty_hs2", "china_on_us_2018"] if year >= FIRST_YEAR_OF_TARIFF_WAR else []
    found = (data[name].attrs for name in used)
    return "; ".join(f"{attrs['source']} ({attrs['licence']})" for attrs in found)


def shares(data: xr.Dataset, tariff: xr.DataArray, cost_hat: xr.DataArray) -> xr.DataArray:
    """π' at new tariffs and costs: (importer, exporter, sector) [1]."""
    dims = data["expenditure_share"].dims
    theta = data["trade_elasticity"].isel(elasticity_set=0, drop=True)
    price = (1 + tariff) / (1 + data["tariff"]) * cost_hat.rename(economy="exporter")
    weight = data["expenditure_share"] * price**-theta
    total = weight.sum("exporter")
    return (weight / total.where(total > 0, 1.0)).transpose(*dims)
