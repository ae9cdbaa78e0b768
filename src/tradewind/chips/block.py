"""The chip market with labels: a policy in, years by family and economy out.

A policy is an ``xarray.Dataset`` on periods, families and countries; ``tradewind.chip_run`` makes
one from a regime of export controls. The block itself knows no law.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.chips import path, results
from tradewind.chips.calendar import Calendar
from tradewind.chips.history import History
from tradewind.chips.market import labels, market, sold_to
from tradewind.chips.parameters import central
from tradewind.chips.solve import calibrated, solve
from tradewind.errors import InputError

if TYPE_CHECKING:
    from tradewind.world.compute import ComputeData

POLICY: Mapping[str, tuple[str, ...]] = {
    "access": ("period", "family", "country"),
    "case_by_case": ("period", "family", "country"),
    "surcharge": ("period", "family", "country"),
    "foundry_open": ("period",),
    "memory_open": ("period",),
    "minerals_stopped": ("period",),
    "quota": ("country",),
    "counted": ("period", "family", "country"),
}
"""Variables of a policy and their dimensions."""
TPP_OF_AN_H100 = 15_832.0
"""[TPP], 1,979 dense 8-bit TFLOP/s times 8 bits (Epoch AI; NVIDIA's data sheet)."""


@cache
def history() -> History:
    """The shipped history of sales, read once."""
    from tradewind.world.compute import ComputeData

    return History.of(ComputeData.default())


def solve_chips(
    policy: xr.Dataset,
    *,
    enacted: xr.Dataset | None = None,
    values: Mapping[str, float] | None = None,
    data: ComputeData | None = None,
) -> xr.Dataset:
    """Run the chip market under a policy.

    Parameters
    ----------
    policy : xarray.Dataset
        ``access`` (period, family, country) [1]: 0 denied, 1 free. ``case_by_case`` [1]: 1 where
        only ``granted_share`` of demand is licensed. ``surcharge`` [rate] on list prices.
        ``foundry_open`` and ``memory_open`` (period) [1]: whether China's makers may have dies
        made and buy HBM abroad.
        ``minerals_stopped`` (period) [1]. ``quota`` (country) [TPP], infinite where there is none,
        and ``counted`` [1] what counts against it. ``period`` holds the first day of each.
    enacted : xarray.Dataset, optional
        The rules as enacted on the same periods, to which observed capacity has answered; the
        policy itself if left out.
    values : mapping of str to float, optional
        A number for every parameter, as ``parameters.central`` gives them (and it refuses what is
        out of range); the central ones if left out.
    data : ComputeData, optional
        Tables of the market; the shipped ones if left out.

    Returns
    -------
    xarray.Dataset
        Variables of ``results.MEANINGS`` with units, by year, family, economy and pool.

    Raises
    ------
    InputError
        If the policy lacks a variable, has other labels, or a number out of bounds.
    ConvergenceError, InfeasibleError
        See ``solve.solve``.
    """
    values = central() if values is None else values
    observed = history() if data is None else History.of(data)
    calendar = calendar_of(policy)
    if enacted is not None and calendar_of(enacted) != calendar:
        raise InputError(
            "the rules as enacted are on other periods than the policy",
            where="enacted, coordinate period",
            value=f"{enacted.sizes['period']} periods",
            bound=f"the {policy.sizes['period']} periods of the policy",
            remedy="make both at once with tradewind.chip_run.compile_policies",
        )
    rules, reference = (
        rules_of(each, observed, calendar, values)
        for each in (policy, policy if enacted is None else enacted)
    )
    own = market(observed.at(values["sales_level"]), calendar, values)
    own = calibrated(own, reference, calendar)
    found = solve(own, rules, calendar)
    return results.labelled(own, found, observed, calendar, values)


def calendar_of(policy: xr.Dataset) -> Calendar:
    """Periods of a policy, which must begin with the first year and hold every new year."""
    starts = tuple(pd.Timestamp(day).date() for day in policy["period"].values)
    calendar = Calendar.cut(starts, starts[-1].year)
    if calendar.starts != starts:
        missing = sorted({day.isoformat() for day in set(calendar.starts) - set(starts)})
        raise InputError(
            "the periods of a policy leave out a day on which one must begin",
            where="policy, coordinate period",
            value=", ".join(map(str, starts[:3])) + " …",
            bound=f"also {', '.join(missing)}",
            remedy="take the periods from tradewind.chips.Calendar.cut",
        )
    return calendar


def rules_of(
    policy: xr.Dataset, observed: History, calendar: Calendar, values: Mapping[str, float]
) -> path.Rules:
    """Arrays of a policy, checked, in the order of the market's labels."""
    for name, dims in POLICY.items():
        if name not in policy or policy[name].dims != dims:
            raise InputError(
                "a policy lacks a variable, or it has other dimensions",
                where=f"policy, variable {name!r}",
                value=str(policy[name].dims) if name in policy else "nothing",
                bound=f"dimensions {dims}",
                remedy="make the policy with tradewind.chip_run.compile_policy",
            )
    for dim, known in (("family", labels()), ("country", observed.countries)):
        if [str(label) for label in policy[dim].values] != known:
            raise InputError(
                "the labels of a policy are not the market's",
                where=f"policy, coordinate {dim!r}",
                value=f"{policy.sizes[dim]} labels",
                bound=f"{len(known)} labels, {known[0]} to {known[-1]}",
                remedy="take them from tradewind.chips.labels()",
            )
    bounds = {"surcharge": np.inf, "quota": np.inf}
    for name in POLICY:
        array = policy[name].to_numpy()
        if not ((array >= 0.0) & (array <= bounds.get(name, 1.0))).all():
            raise InputError(
                "a policy holds a number out of bounds",
                where=f"policy, variable {name!r}",
                value=float(array[~((array >= 0.0) & (array <= bounds.get(name, 1.0)))].flat[0]),
                bound=f"0 to {bounds.get(name, 1.0):g}",
                remedy="a share of demand is between 0 (denied) and 1 (free)",
            )
    return path.Rules(
        access=policy["access"].to_numpy()
        * np.where(policy["case_by_case"].to_numpy() > 0.0, values["granted_share"], 1.0)
        * sold_to(observed.countries),
        surcharge=policy["surcharge"].to_numpy(),
        foundry_open=policy["foundry_open"].to_numpy(),
        memory_open=policy["memory_open"].to_numpy(),
        minerals_stopped=policy["minerals_stopped"].to_numpy(),
        quota=policy["quota"].to_numpy(),
        quota_draw=policy["counted"].to_numpy()
        * tpp(observed, calendar, values)[calendar.year_of][:, :, None],
    )


def tpp(observed: History, calendar: Calendar, values: Mapping[str, float]) -> np.ndarray:
    """TPP of each package: (year, family)."""
    from tradewind.chips.market import specification

    return specification(observed, calendar, values)[0] * TPP_OF_AN_H100


def open_policy(days: tuple[date, ...] = (), last_year: int = 2035) -> xr.Dataset:
    """Return the policy without any control, on periods that are cut at the given days.

    Examples
    --------
    >>> float(open_policy(last_year=2023)["access"].min())
    1.0
    """
    calendar = Calendar.cut(days, last_year)
    shape = (len(calendar.starts), len(labels()), len(history().countries))
    three, ones = ("period", "family", "country"), np.ones(shape[0])
    return xr.Dataset(
        {
            "access": (three, np.ones(shape)),
            "case_by_case": (three, np.zeros(shape)),
            "surcharge": (three, np.zeros(shape)),
            "foundry_open": ("period", ones),
            "memory_open": ("period", ones),
            "minerals_stopped": ("period", 0.0 * ones),
            "quota": ("country", np.full(shape[2], np.inf)),
            "counted": (three, np.zeros(shape)),
        },
        {
            "period": np.array(calendar.starts, "datetime64[ns]"),
            "family": labels(),
            "country": history().countries,
        },
    )
