"""Dated tariff schedules as added rates by importer, exporter and sector.

One interface for every schedule: ``added_tariff(data, schedule, date)``. A schedule is there when
the world holds its variables; a world made from a user's own table has none. A world that was
rolled forward contains some of the tariffs already; then only the difference is added.
"""

from __future__ import annotations

import difflib
from datetime import date as calendar_date

import numpy as np
import xarray as xr

from tradewind.errors import InputError

US_2025 = "us_2025"
US_CHINA_2018 = "us_china_2018"
INCLUDED = "included_"
"""Before the name of a schedule: the variable with what a rolled world contains of it."""
NEEDS = {US_2025: "us_added_tariff_by_date", US_CHINA_2018: "us_on_china_2018"}


def available(data: xr.Dataset) -> dict[str, list[str]]:
    """Schedules that a world holds, each with its dates of change.

    A schedule without dates (an empty list) is one table of rates.
    """
    dates = {US_2025: [str(day) for day in data["date"].values] if "date" in data.coords else []}
    return {name: dates.get(name, []) for name, variable in NEEDS.items() if variable in data}


def added_tariff(data: xr.Dataset, schedule: str, date: str | None = None) -> xr.DataArray:
    """Tariffs that a schedule adds to those that the world has.

    Those of ``scheduled_tariff``, less what a world that was rolled forward contains of the
    schedule: negative where it contains more.

    Parameters
    ----------
    data : xarray.Dataset
        A world's data.
    schedule, date : str
        See ``scheduled_tariff``.

    Returns
    -------
    added : (importer, exporter, sector) [rate]
        Zero where the schedule adds nothing.
    """
    added = scheduled_tariff(data, schedule, date)
    contained = INCLUDED + schedule
    return (added - data[contained]).assign_attrs(added.attrs) if contained in data else added


def contains(data: xr.Dataset, schedule: str) -> bool:
    """Whether the world contains tariffs of a schedule already."""
    return INCLUDED + schedule in data


def scheduled_tariff(data: xr.Dataset, schedule: str, date: str | None = None) -> xr.DataArray:
    """Tariffs that a schedule adds to those of before it.

    Parameters
    ----------
    data : xarray.Dataset
        A world's data.
    schedule : str
        One of ``available(data)``.
    date : str, optional
        Day as YYYY-MM-DD; the last change on or before it counts. None takes the newest. A
        schedule without dates refuses one.

    Returns
    -------
    added : (importer, exporter, sector) [rate]
        Zero where the schedule adds nothing.

    Raises
    ------
    InputError
        If the schedule is unknown, or the date is not one or out of the table's range.
    """
    known = available(data)
    if schedule not in known:
        near = difflib.get_close_matches(schedule, known, n=1)
        raise InputError(
            "there is no such tariff schedule in this world",
            where="field schedule",
            value=schedule,
            bound=f"one of {', '.join(known)}" if known else "a world that holds schedules",
            remedy=f"did you mean {near[0]!r}?" if near else "see `tradewind world show`",
        )
    added = xr.zeros_like(data["tariff"])
    added.attrs = {"units": "1", "long_name": f"tariff added by {schedule}"}
    if schedule == US_2025:
        added.loc[{"importer": "USA"}] = us_added_tariff(data, date)
        return added
    if date is not None:
        raise InputError(
            "this tariff schedule has no dates",
            where="field date",
            value=date,
            bound=f"no date with {schedule}",
            remedy="leave the date out",
        )
    added.loc[{"importer": "USA", "exporter": "CHN"}] = data["us_on_china_2018"]
    added.loc[{"importer": "CHN", "exporter": "USA"}] = data["china_on_us_2018"]
    return added


def us_added_tariff(data: xr.Dataset, date: str | None = None) -> xr.DataArray:
    """US tariffs added since January 2025, by exporter and sector, in force on a date.

    The chapters' rates of the snapshot (7 August 2025) are averaged into sectors with the imports
    of 2024 as weights, and all of a partner's rates are scaled by one factor so that their mean
    over its imports is its effective rate on the date:
    t_is(d) = e_i(d) / ē_i · Σ_h m_ih w_hs r_ih / Σ_h m_ih w_hs, ē_i = Σ_h m_ih r_ih / Σ_h m_ih.

    Returns
    -------
    added : (exporter, sector) [rate]
        Zero for services, for goods of which nothing was imported, and at home.

    Notes
    -----
    Scaling keeps a partner's sector pattern of August 2025. The legal base has changed since: the
    tariffs under IEEPA ended in February 2026 and Section 122 took their place, while those on
    metals and cars (Section 232) stayed, so true patterns of 2026 lean more towards metals and
    cars than these. A snapshot by chapter at a later date would replace the pattern alone.
    """
    day = day_in_force([str(known) for known in data["date"].values], date)
    imports = data["us_imports_hs2"].to_numpy()
    rates = np.where(imports > 0, data["us_added_tariff_hs2"].to_numpy(), 0.0)
    weights = data["hs2_sector_map"].to_numpy()
    bought = imports @ weights
    sector = np.divide(
        (imports * rates) @ weights, bought, out=np.zeros_like(bought), where=bought > 0
    )
    charged = (imports * rates).sum(axis=1)
    effective = data["us_added_tariff_by_date"].sel(date=day).to_numpy() * imports.sum(axis=1)
    scale = np.divide(effective, charged, out=np.zeros_like(charged), where=charged > 0)
    return xr.DataArray(
        scale[:, np.newaxis] * sector,
        coords={"exporter": data["exporter"], "sector": data["sector"]},
        dims=("exporter", "sector"),
        name="us_added_tariff",
        attrs={"units": "1", "long_name": f"US tariff added since January 2025, on {day}"},
    )


def day_in_force(days: list[str], date: str | None) -> str:
    """The last day of change on or before a date; the newest for None.

    >>> day_in_force(["2025-02-04", "2025-03-06"], "2025-03-05")
    '2025-02-04'
    """
    if date is None:
        return days[-1]
    try:
        wanted = calendar_date.fromisoformat(str(date)).isoformat()
    except ValueError:
        wanted = ""
    if not days[0] <= wanted <= days[-1]:
        raise InputError(
            "the tariff schedule has no rates for this date",
            where="field date",
            value=date,
            bound=f"a day as YYYY-MM-DD from {days[0]} to {days[-1]}",
            remedy=f"take the newest, {days[-1]}, or leave the date out",
        )
    return max(day for day in days if day <= wanted)
