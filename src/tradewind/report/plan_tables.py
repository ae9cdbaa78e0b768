"""Tables of a plan: pure functions of its dataset."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.report.plan_contract import BUILT
from tradewind.report.plan_words import FAMILIES, OTHER, family_of

PARTS = ("chips", "shell", "connection", "power", "cooling", "network")
WEEK = 168.0
"""Hours that the figures of operation show."""
USD_PER_H100E_HOUR = 1e3
"""USD million over thousand H100e-hours, in USD per H100e-hour."""
SITE_COLUMNS = {
    "connection_gw": "connection_capacity",
    "pue": "pue_mean",
    "utilisation": "utilisation",
    "marginal_usd": "compute_price_mean",
    "connection_value": "connection_value",
    "green_share": "green_share",
    "average_g": "intensity_average",
    "marginal_g": "intensity_marginal",
    "water": "water",
}


def site_table(data: xr.Dataset) -> pd.DataFrame:
    """Lay out every site where something is built, the largest first.

    Returns
    -------
    (site) x country, bus, latitude, longitude, it_gw [GW of IT], kh100e, mean_power_gw [GW],
    cost_usd [USD per H100e-hour], power_price [USD per MWh], and ``SITE_COLUMNS``; shares 0 to
    1, intensities in g CO2 per kWh, water in million m3 a year, connection_value in USD per kW
    and year. NaN where a number is not known.
    """
    built = data["it_capacity"].sum("chip")
    data = data.isel(site=np.flatnonzero(built.to_numpy() >= BUILT))
    weight = data["weight"]
    columns = {
        "country": data["site_country"],
        "bus": data["site_bus"],
        "latitude": data["site_latitude"],
        "longitude": data["site_longitude"],
        "it_gw": data["it_capacity"].sum("chip"),
        "kh100e": data["chips_installed"].sum("chip"),
        "mean_power_gw": (data["facility_power"] * weight).sum("hour") / weight.sum(),
        "cost_usd": data["cost_stack"].sum("part"),
    }
    columns |= {name: _maybe(data, variable) for name, variable in SITE_COLUMNS.items()}
    table = pd.DataFrame(
        {name: values.to_numpy() for name, values in columns.items()},
        index=pd.Index(data["site"].to_numpy(), name="site"),
    )
    prices = data["price_mean"].to_series()
    table["power_price"] = table["bus"].map(prices)
    return table.sort_values("it_gw", ascending=False, kind="stable")


def _maybe(data: xr.Dataset, name: str) -> xr.DataArray:
    """Read a variable by site; NaN where a plan was made without it."""
    return data[name] if name in data else xr.full_like(data["pue_mean"], np.nan)


def as_table(values: xr.DataArray, rows: str, columns: str) -> pd.DataFrame:
    """Lay a variable of two dimensions out as a table."""
    numbers = values.transpose(rows, columns).to_numpy()
    return pd.DataFrame(numbers, values[rows].to_numpy(), values[columns].to_numpy())


def stack_table(data: xr.Dataset) -> pd.DataFrame:
    """Parts of the cost of one H100e-hour by site [USD], the cheapest first."""
    sites = site_table(data)
    table = as_table(data["cost_stack"], "site", "part").loc[sites.index, list(PARTS)].dropna()
    return table.loc[table.sum(axis=1).sort_values(kind="stable").index]


def mean_stack(data: xr.Dataset) -> pd.Series:
    """Parts of the mean cost of one H100e-hour [USD], weighted by what each site delivers."""
    cost = data["site_cost"].sum("site").to_series()[list(PARTS)]
    return USD_PER_H100E_HOUR * cost / float(data["delivered"].sum())


def by_family(power: xr.DataArray) -> pd.DataFrame:
    """Sum power over buses and the carriers of a family: (hour) x family [GW]."""
    found = as_table(power.sum("bus"), "hour", "carrier")
    table: pd.DataFrame = found.T.groupby(family_of).sum().T
    return table


def supplied(data: xr.Dataset) -> pd.DataFrame:
    """Generation and discharge by hour and family [GW]; what a reservoir releases is hydro's."""
    made, given = by_family(data["generation"]), by_family(data["storage_power"].clip(min=0.0))
    return made.add(given, fill_value=0.0)


def generated(data: xr.Dataset) -> pd.Series:
    """Generation of the year by family of carriers [TWh], the largest first."""
    found = supplied(data).mul(data["weight"].to_numpy(), axis=0).sum() / 1e3
    found = found.drop("storage", errors="ignore")
    return found[found > 0.0].sort_values(ascending=False)


def added(data: xr.Dataset) -> pd.Series:
    """New plant by family of carriers [GW], the largest first."""
    found = data["new_capacity"].sum("bus").to_series().groupby(family_of).sum()
    return found[found > BUILT].sort_values(ascending=False)


def facility_twh(data: xr.Dataset) -> float:
    """Energy that the sites draw in the year [TWh]."""
    return float((data["facility_power"] * data["weight"]).sum()) / 1e3


def facility_pue(data: xr.Dataset) -> float:
    """PUE over all sites: facility energy over IT energy of the year."""
    energy = (data["facility_power"] * data["weight"]).sum("hour")
    running = energy > 0.0
    it = (energy / data["pue_mean"]).where(running, 0.0).sum()
    return float(energy.where(running, 0.0).sum() / it)


def intensity(data: xr.Dataset) -> float:
    """Average emissions of the power of all sites [g / kWh], weighted by facility energy."""
    sites = site_table(data)
    sites = sites[sites["mean_power_gw"] > 0.0]
    return float(np.average(sites["average_g"], weights=sites["mean_power_gw"]))


def week(data: xr.Dataset) -> np.ndarray:
    """Choose the hours that figures show: a week that holds the highest load.

    Periods shorter than a week are shown whole, one after the other.
    """
    total = data["load"].sum("bus") + data["facility_power"].sum("site")
    steps = data["step"].to_numpy()
    periods = data["period"].to_numpy()
    peak = int(np.argmax(total.to_numpy()))
    members = np.flatnonzero(periods == periods[peak])
    count = round(WEEK / float(steps[peak]))
    if len(members) >= count:
        day = max(1, round(24.0 / float(steps[peak])))
        first = members[0] + day * max(0, (peak - members[0]) // day - 3)
        first = min(first, members[-1] + 1 - count)
        return np.arange(first, first + count)
    order = list(dict.fromkeys(periods.tolist()))
    place = order.index(periods[peak])
    chosen: list[int] = []
    for period in [*order[place:], *reversed(order[:place])]:
        if chosen and steps[np.isin(periods, [*chosen, period])].sum() > WEEK:
            break
        chosen.append(period)
    return np.flatnonzero(np.isin(periods, chosen))


def power_hours(data: xr.Dataset) -> pd.DataFrame:
    """Power of the whole network by hour [GW]: families, charging (below zero), load, demand."""
    found = supplied(data)
    shown = [name for name in (*FAMILIES, OTHER) if name in found and found[name].max() > BUILT]
    table = found[shown].copy()
    table["charge"] = by_family(data["storage_power"].clip(max=0.0)).sum(axis=1)
    table["load"] = data["load"].sum("bus").to_numpy()
    table["demand"] = table["load"] + data["facility_power"].sum("site").to_numpy()
    return table


def carried(data: xr.Dataset) -> pd.DataFrame:
    """Power between every two buses that lines join, both ways taken together.

    Returns
    -------
    (pair) x one and other (buses), net (mean from the first to the second) and busy (mean of
    what flows either way) [GW].
    """
    weight = data["weight"]
    table = pd.DataFrame(
        {
            "one": data["line_from"].to_numpy(),
            "other": data["line_to"].to_numpy(),
            "net": ((data["flow"] * weight).sum("hour") / weight.sum()).to_numpy(),
            "busy": ((abs(data["flow"]) * weight).sum("hour") / weight.sum()).to_numpy(),
        }
    )
    back = table["one"] > table["other"]
    table.loc[back, ["one", "other"]] = table.loc[back, ["other", "one"]].to_numpy()
    table.loc[back, "net"] *= -1.0
    return table.groupby(["one", "other"], as_index=False).sum()


def compute_hours(data: xr.Dataset, name: str) -> pd.DataFrame:
    """Compute at work, or work waiting, by hour and workload, over all sites."""
    return as_table(data[name].sum("site"), "hour", "workload")


def facility_hours(data: xr.Dataset, most: int) -> pd.DataFrame:
    """Power drawn by hour [GW]: the sites that draw most, and the rest as one without a name."""
    found = as_table(data["facility_power"], "hour", "site").clip(lower=0.0)
    order = found.mean().sort_values(ascending=False, kind="stable").index
    table = found[order[:most]].copy()
    if len(order) > most and float(found[order[most:]].sum(axis=1).max()) >= BUILT:
        table[""] = found[order[most:]].sum(axis=1)
    return table.loc[:, table.max() >= BUILT]


def served_table(data: xr.Dataset) -> pd.DataFrame:
    """Where demand is served, a workload a row.

    Returns
    -------
    (workload) x demand [kH100e], round_trip and longest [ms] of what is served, weighted by it,
    largest (the site that serves most) and its share [0-1].
    """
    rows = {}
    trips = data["round_trip"].transpose("region", "site").to_numpy()
    for label in data["workload"].to_numpy():
        route = data["route"].sel(workload=label).transpose("region", "site").to_numpy()
        served = route > 1e-6 * max(route.sum(), 1e-12)
        by_site = route.sum(axis=0)
        largest = int(np.argmax(by_site))
        rows[str(label)] = {
            "demand": float(data["demand"].sel(workload=label).sum()),
            "round_trip": float(np.average(trips[served], weights=route[served])),
            "longest": float(trips[served].max()),
            "largest": str(data["site"].to_numpy()[largest]),
            "share": float(by_site[largest] / by_site.sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def axes(
    table: pd.DataFrame, own: Mapping[str, Mapping[str, float]]
) -> list[tuple[str, str, pd.DataFrame]]:
    """Take sensitivities apart: what is varied, in which case, and its cases by their value.

    Parameters
    ----------
    table : DataFrame
        Of cases. One that varies another is named for it, as in ``free@chips.price_percent=-30``.
    own : mapping of case to mapping of axis to float
        What the number is in the case itself, which has a row where it is in the table: at its
        place, or first and NaN if it is not known.
    """
    varied = table[table["axis"].fillna("") != ""]
    of = varied["case"].str.split("@").str[0]
    found = []
    for (axis, name), rows in varied.groupby([varied["axis"], of], sort=False):
        base = table[(table["case"] == name) & (table["axis"].fillna("") == "")]
        base = base.assign(value=own.get(str(name), {}).get(str(axis), np.nan))
        both = pd.concat([base, rows]).sort_values("value", kind="stable", na_position="first")
        found.append((str(axis), str(name), both))
    return found


def siting(cases: dict[str, xr.Dataset], most: int) -> pd.DataFrame:
    """IT capacity [GW] by case and site: the largest sites, and the rest as one."""
    found = pd.DataFrame(
        {name: data["it_capacity"].sum("chip").to_series() for name, data in cases.items()}
    ).fillna(0.0)
    order = found.max(axis=1).sort_values(ascending=False, kind="stable")
    shown = [str(site) for site in order.index[:most] if order[site] >= BUILT]
    table = found.loc[shown].T
    rest = found.drop(index=shown).sum()
    if float(rest.max()) >= BUILT:
        table[""] = rest
    return table
