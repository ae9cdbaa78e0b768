"""The years of a run: ten named steps a year, each handing on what it declares."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping

import xarray as xr

from tradewind.coupling.beginning import beginning
from tradewind.coupling.contract import Moment, Values, View, checked
from tradewind.coupling.setting import Setting
from tradewind.coupling.wiring import BASE, STATE, YEAR

Tell = Callable[[str, int, int], None]
"""Told a step, and how much of how much of it is done."""


def walk(
    setting: Setting,
    until: int,
    *,
    base: Values | None = None,
    state: Values | None = None,
    after: int | None = None,
    timings: dict[str, float] | None = None,
    without: Collection[str] = (),
) -> Iterator[tuple[int, Values]]:
    """Walk from the base year, or from any year's state, to a year.

    Parameters
    ----------
    setting : Setting
    until : int
        Last year.
    base, state : mapping, optional
        The base year's variables and those of the year ``after``, to go on from there; from the
        base year if left out.
    after : int, optional
        The year of ``state``.
    timings : dict, optional
        Seconds by step are added to it.
    without : collection of str
        Steps that are left out, to save time, where nobody reads what they write: ``adoption`` and
        ``pressure``.

    Yields
    ------
    year : int
    values : mapping
        Every variable of the year.

    Raises
    ------
    CouplingError
        If a step breaks the contract.
    ConvergenceError, InfeasibleError
        If a block finds no solution.
    """
    spent = timings if timings is not None else {}
    if base is None or state is None or after is None:
        before: Values = beginning(setting)
        first = one_year(setting, setting.base_year, None, before, spent, without)
        yield setting.base_year, first
        base, state, after = first, first, setting.base_year
    for year in range(after + 1, until + 1):
        state = one_year(setting, year, base, state, spent, without)
        yield year, state


def one_year(
    setting: Setting,
    year: int,
    base: Values | None,
    last: Values,
    timings: dict[str, float],
    without: Collection[str] = (),
) -> Values:
    """Go through the ten steps of a year.

    1 policies in force · 2 compute demand · 3 chips allocated under the rules · 4 compute placed
    and powered · 5 effective compute and automation · 6 stacks adopted · 7 trade equilibrium ·
    8 returns and investment · 9 strength and ranks · 10 state for next year.
    """
    now: dict[str, xr.DataArray] = {}
    for step in YEAR:
        if step.name in without:
            continue
        clock = time.perf_counter()
        moment = Moment(
            setting,
            year,
            None if base is None else View(base, step.base, step.name, "the base year"),
            View(last, step.lagged, step.name, "last year"),
            View(now, step.reads, step.name, "this year"),
        )
        now |= checked(step, year, step.run(moment), setting)
        timings[step.name] = timings.get(step.name, 0.0) + time.perf_counter() - clock
    return now


def state_of(values: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """What of a year the next one needs."""
    return {name: values[name] for name in STATE}


def base_of(values: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """What of the base year later years are compared with."""
    return {name: values[name] for name in BASE}
