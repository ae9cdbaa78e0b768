"""A year of an earlier run as the start of another: resumed, or forked into another scenario."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from tradewind.coupling.contract import Values
from tradewind.coupling.variables import VARIABLES
from tradewind.coupling.wiring import BASE, STATE
from tradewind.errors import CouplingError, InputError
from tradewind.run_folder import load_years


@dataclass(frozen=True, eq=False)
class Start:
    """Where a run begins.

    Attributes
    ----------
    year : int
        Whose state is taken.
    base_year : int
    scenario : str
        Name of the run that is left.
    state, base : mapping
        Variables of the year and of the base year.
    outputs : Dataset
        Of the run that is left.
    """

    year: int
    base_year: int
    scenario: str
    state: Values
    base: Values
    outputs: xr.Dataset


def mark() -> str:
    """Mark of the variables that years hand on; a state of another mark does not fit."""
    rows = [f"{name}{VARIABLES[name].dims}{VARIABLES[name].unit}" for name in (*STATE, *BASE)]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def read_start(folder: str | Path, year: int | None = None) -> Start:
    """Read a year of a saved run.

    Parameters
    ----------
    folder : path
        That ``tradewind run`` wrote.
    year : int, optional
        Whose state is taken; the run's last if left out.

    Raises
    ------
    InputError
        If the folder holds no run over the years, or not the year.
    CouplingError
        If the run is of a version whose years hand on other variables.
    """
    outputs = load_years(folder)
    if outputs.attrs.get("contract") != mark():
        raise CouplingError(
            "the run is of another version of Tradewind, whose years hand on other variables",
            where=str(folder),
            value=f"version {outputs.attrs.get('tradewind_version')}, "
            f"contract {outputs.attrs.get('contract')}",
            bound=f"contract {mark()}",
            remedy="run its scenario again with this version",
        )
    years = [int(y) for y in outputs["year"].values]
    chosen = years[-1] if year is None else year
    if chosen not in years:
        raise InputError(
            "the run has no such year",
            where=f"{folder}, option --at",
            value=chosen,
            bound=f"{years[0]} to {years[-1]}",
            remedy="choose one of its years, or run it further",
        )

    def values(at: int, names: tuple[str, ...]) -> Values:
        return {name: outputs[name].sel(year=at, drop=True).load() for name in names}

    return Start(
        chosen,
        years[0],
        str(outputs.attrs["scenario"]),
        values(chosen, tuple(dict.fromkeys((*STATE, *BASE)))),
        values(years[0], BASE),
        outputs,
    )
