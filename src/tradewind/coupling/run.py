"""A run over the years: its variables by year, what it is compared with, its accounts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

import numpy as np
import xarray as xr

from tradewind.coupling import accounts
from tradewind.coupling.contract import Values
from tradewind.coupling.counted import kept
from tradewind.coupling.exposed import exposed
from tradewind.coupling.parameters import registry
from tradewind.coupling.setting import BASE_YEAR, LAST_YEAR, Setting
from tradewind.coupling.start import Start, mark
from tradewind.coupling.variables import VARIABLES
from tradewind.coupling.years import Tell, walk
from tradewind.errors import InputError
from tradewind.json_text import to_json
from tradewind.report.language import Language
from tradewind.run_facts import software, world_hash
from tradewind.run_folder import REPORTS, YEARS_FILES, check_free, write_folder
from tradewind.scenario import Scenario
from tradewind.scenario.library import DEFAULT
from tradewind.scenario.years import Shape, YearsSection

LANGUAGES: tuple[Language, ...] = ("en", "zh")
SHAPES: tuple[Shape, ...] = get_args(Shape)
HEADLINES = ("real_income_hat", "real_wage_hat", "automated_share", "gdp")
"""Variables that are shown under every shape of automation."""


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, eq=False, repr=False)
class CoupledRun:
    """What a scenario does over the years.

    Attributes
    ----------
    scenario : Scenario
    outputs : Dataset
        Every kept variable of ``variables.VARIABLES`` by year, from the base year on.
    against : Dataset or None
        The same of the run that it is compared with: the baseline, or the run it left.
    shapes : Dataset or None
        ``HEADLINES`` by shape of automation and year.
    accounts : Dataset
        Largest relative miss of every account in every year; see ``accounts.ACCOUNTS``.
    economy_names : dict of str
    manifest : dict
        Version, scenario, hashes, seconds by step.
    """

    scenario: Scenario
    outputs: xr.Dataset
    against: xr.Dataset | None
    shapes: xr.Dataset | None
    accounts: xr.Dataset
    economy_names: Mapping[str, str]
    manifest: dict[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        """Scenario, years and shape."""
        years = self.outputs["year"].values
        return (
            f"CoupledRun({self.scenario.name!r}, {years[0]} to {years[-1]}, "
            f"automation {self.outputs.attrs['shape']})"
        )

    def save(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write reports, table, labelled outputs and manifest, whole or not at all.

        Raises
        ------
        OutputError
            If the folder exists and ``force`` is false, is not a run's, or cannot be written.
        """
        goal = check_free(folder, force=force)
        reports = {REPORTS[language]: self._render(language) for language in LANGUAGES}
        write_folder(goal, lambda partial: self._write(partial, reports), force=force)
        return goal

    def _render(self, language: Language) -> str:
        from tradewind.report.years_html import render_years

        return render_years(self, language)

    def _write(self, folder: Path, reports: Mapping[str, str]) -> None:
        from tradewind.report.years_tables import long_table

        for name, text in reports.items():
            (folder / name).write_text(text, encoding="utf-8")
        _, _, table, outputs, manifest = YEARS_FILES
        long_table(self.outputs).to_csv(folder / table, index=False)
        packed = {
            name: {"zlib": True, "complevel": 4, "shuffle": True}
            for name, variable in self.outputs.data_vars.items()
            if variable.size > 1000
        }
        self.outputs.to_netcdf(folder / outputs, engine="h5netcdf", encoding=packed)
        (folder / manifest).write_text(to_json(self.manifest) + "\n", encoding="utf-8")


def run_years(
    scenario: Scenario | None = None,
    *,
    until: int | None = None,
    start: Start | None = None,
    base_year: int = BASE_YEAR,
    compare: bool = True,
    shapes: bool = True,
    tell: Tell = silent,
    command: str | None = None,
) -> CoupledRun:
    """Run a scenario year by year.

    Parameters
    ----------
    scenario : Scenario, optional
        ``baseline`` if left out.
    until : int, optional
        Last year; the scenario's own if left out.
    start : Start, optional
        A year of another run to go on from, see ``start.read_start``; the base year if left out.
    base_year : int
        2022 to 2025; another than 2024 is for backtests.
    compare : bool
        Whether the baseline is run as well; after a ``start``, the run that was left is what is
        compared with.
    shapes : bool
        Whether the headlines are found under every shape of automation.
    tell : callable, optional
        Told a step, and how much of how much of it is done.
    command : str, optional
        What to type to run it again, kept in the manifest.

    Raises
    ------
    ScenarioError, InputError
        If the scenario or the years are refused.
    CouplingError
        If an account does not close, or the start is of another version.
    ConvergenceError, InfeasibleError
        If a block finds no solution.
    """
    clock = time.perf_counter()
    scenario = scenario or Scenario.from_yaml(DEFAULT)
    base_year = start.base_year if start is not None else base_year
    last = require_until(scenario, until, start, base_year)
    setting = Setting.of(
        scenario, base_year=base_year, tell=lambda step: tell(step, 0, last - base_year)
    )
    timings = {"setting": time.perf_counter() - clock}
    outputs, misses, final = solved(setting, last, start, timings, tell)
    clock = time.perf_counter()
    imports = exposed(setting, final)
    others = None
    if shapes and start is None:
        others = by_shape(setting, last, outputs, tell)
    against = start.outputs if start is not None else None
    against_name = setting.years.against
    if compare and start is None and scenario.name != against_name:
        pair = Scenario.from_yaml(against_name)
        other = setting.changed(pair, tell=lambda step: tell(step, 0, 1))
        against = solved(other, last, None, {}, tell)[0]
    timings["compared"] = time.perf_counter() - clock
    return CoupledRun(
        scenario,
        outputs.assign_attrs(facts(setting, start)),
        against,
        others,
        misses,
        dict(setting.world.economy_names),
        manifest_of(setting, last, start, timings, command) | {"exposed": imports},
    )


def solved(
    setting: Setting,
    last: int,
    start: Start | None,
    timings: dict[str, float],
    tell: Tell,
    without: Collection[str] = (),
) -> tuple[xr.Dataset, xr.Dataset, Values]:
    """Walk the years, keep what is kept, and require every year's accounts.

    Returns
    -------
    outputs, accounts : Dataset
    final : mapping
        Every variable of the last year, those that are not kept, too.
    """
    years: dict[int, Values] = {}
    found: dict[int, dict[str, float]] = {}
    before: Values | None = None if start is None else start.state
    walked = walk(
        setting,
        last,
        base=None if start is None else start.base,
        state=before,
        after=None if start is None else start.year,
        timings=timings,
        without=without,
    )
    for year, values in walked:
        found[year] = accounts.misses(setting, year, values, before)
        accounts.require_kept(year, found[year])
        years[year], before = values, values
        tell(f"{setting.scenario.name}, {year}", year - setting.base_year, last - setting.base_year)
    outputs = stacked(years)
    if start is not None:
        outputs = xr.concat([start.outputs.sel(year=slice(None, start.year)), outputs], "year")
    return outputs, account_table(found), years[last]


def stacked(years: Mapping[int, Values]) -> xr.Dataset:
    """Put the kept variables of all years into one dataset."""
    found, begun = {}, next(iter(years.values()))
    for name, first in begun.items():
        if not VARIABLES[name].kept:
            continue
        values = np.stack([each[name].to_numpy() for each in years.values()])
        coords = {"year": list(years), **first.coords}
        found[name] = xr.DataArray(values, coords, ("year", *first.dims), attrs=first.attrs)
    return xr.Dataset(found)


def account_table(found: Mapping[int, Mapping[str, float]]) -> xr.Dataset:
    """Misses by account and year; NaN where an account needs the year before."""
    names = list(accounts.ACCOUNTS)
    values = [[row.get(name, np.nan) for name in names] for row in found.values()]
    return xr.Dataset(
        {"miss": (("year", "account"), values, {"units": "1", "long_name": "relative miss"})},
        {"year": list(found), "account": names},
    )


def by_shape(setting: Setting, last: int, outputs: xr.Dataset, tell: Tell) -> xr.Dataset:
    """Headlines under every shape of automation: (shape, year, …)."""
    own, found = setting.years.shape, {}
    for shape in SHAPES:
        if shape == own:
            found[shape] = outputs[list(HEADLINES)]
            continue
        years = setting.years.model_copy(update={"shape": shape})
        other = setting.scenario.model_copy(update={"years": years})
        walked = solved(setting.changed(other), last, None, {}, tell, ("adoption", "pressure"))[0]
        found[shape] = walked[list(HEADLINES)]
    return xr.concat(list(found.values()), xr.DataArray(list(found), dims="shape", name="shape"))


def require_until(
    scenario: Scenario, until: int | None, start: Start | None, base_year: int
) -> int:
    """Return the last year, or refuse one before the run begins or after the data end."""
    section = scenario.years or YearsSection()
    last = section.last if until is None else until
    first = base_year if start is None else start.year
    if not first < last <= LAST_YEAR:
        raise InputError(
            "the run cannot end in this year",
            where="option --until" if until is not None else scenario.origin.where("years.last"),
            value=last,
            bound=f"{first + 1} to {LAST_YEAR}",
            remedy="choose a year within; the chip market and the base year's data bound it",
        )
    return last


def facts(setting: Setting, start: Start | None) -> dict[str, Any]:
    """Facts without which no number of the run may be shown."""
    left = {} if start is None else {"left": start.scenario, "left_in": start.year}
    return {
        "against": setting.years.against,
        "scenario": setting.scenario.name,
        "title": setting.scenario.title,
        "shape": setting.years.shape,
        "base_year": setting.base_year,
        "table_year": setting.world.base_year,
        "money": f"USD million of {setting.base_year}, world value added at its base",
        "tradewind_version": version("tradewind"),
        "contract": mark(),
        **left,
    }


def manifest_of(
    setting: Setting,
    last: int,
    start: Start | None,
    timings: Mapping[str, float],
    command: str | None,
) -> dict[str, Any]:
    """What it takes to make the run again."""
    text = setting.scenario.to_yaml()
    return {
        **software(),
        "kind": "years",
        "scenario": setting.scenario.to_dict(),
        "scenario_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "world": setting.world.name,
        "world_sha256": world_hash(setting.world.data),
        "base_year": setting.base_year,
        "last_year": last,
        "parameters": {name: row.model_dump(mode="json") for name, row in registry().items()},
        "contract": mark(),
        "start": None if start is None else {"run": start.scenario, "year": start.year},
        "command": command or "tradewind.run_years() in Python",
        **({"backtest": kept()} if setting.base_year == BASE_YEAR else {}),
        "timings_s": {name: round(value, 3) for name, value in timings.items()},
    }
