"""What a report on a run over the years is made from, and what that must hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import xarray as xr

from tradewind.errors import OutputError
from tradewind.world.names import SECTOR_NAMES

ECONOMY = ("economy",)
VARIABLES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            *("real_income_hat", "real_wage_hat", "gdp", "compute_stock", "automated_share"),
            *("power_price_economy", "compute_placed_share", "idle_power", "fleet_owned"),
            *("compute_installed", "compute_leaked", "compute_rented", "data_centre_energy"),
            *("net_flow", "strength_rank", "strength_rank_low", "strength_rank_high"),
        ),
        ECONOMY,
    ),
    **dict.fromkeys(
        (
            *("domestic_share", "chip_price", "training_compute", "ai_revenue", "return_on_ai"),
            *("break_even_revenue", "break_even_utilisation", "strength_dispersion"),
        ),
        (),
    ),
    **dict.fromkeys(("output_share", "labour_displaced"), ("economy", "sector")),
    "compute_energy": ("area",),
    "power_emissions": ("area",),
    "investment": ("economy", "asset"),
    "world_stack_share": ("measure", "stack"),
    "chinese_share": ("measure", "economy"),
}
"""Variables that a report reads, with their dimensions besides the year (in any order)."""
ATTRIBUTES = ("scenario", "title", "shape", "base_year", "table_year", "tradewind_version")
"""Facts about the run without which no number may be shown."""


class Told(Protocol):
    """What is told of a scenario."""

    @property
    def name(self) -> str:
        """Its label."""

    @property
    def description(self) -> str | None:
        """What it is, in a few sentences."""


class YearsRun(Protocol):
    """A run over the years; ``tradewind.coupling.run.CoupledRun`` is one."""

    @property
    def scenario(self) -> Told:
        """What was run."""

    @property
    def outputs(self) -> xr.Dataset:
        """Variables by year, from the base year on."""

    @property
    def against(self) -> xr.Dataset | None:
        """The same of the run that it is compared with."""

    @property
    def shapes(self) -> xr.Dataset | None:
        """Headlines by shape of automation and year."""

    @property
    def accounts(self) -> xr.Dataset:
        """Largest relative miss of every account in every year."""

    @property
    def economy_names(self) -> Mapping[str, str]:
        """English names by code."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What it takes to make the run again."""


class YearsNames:
    """English names of a run's economies and of the shipped world's sectors."""

    def __init__(self, run: YearsRun) -> None:
        self.economy_names: Mapping[str, str] = run.economy_names
        self.sector_names: Mapping[str, str] = SECTOR_NAMES


def check_years(run: YearsRun) -> None:
    """Refuse outputs that are incomplete or hold NaN.

    Raises
    ------
    OutputError
    """
    for part, data in (("outputs", run.outputs), ("against", run.against)):
        if data is None:
            continue
        missing = [name for name in VARIABLES if name not in data]
        missing += [name for name in ATTRIBUTES if name not in data.attrs and part == "outputs"]
        odd = [name for name in VARIABLES if name not in missing and not _whole(data, name)]
        if missing or odd:
            raise OutputError(
                "a run over the years lacks a number that a report needs",
                where=part,
                value=", ".join(missing or odd),
                bound="every variable of the report by year, all finite, and the facts of the run",
                remedy="make it with tradewind.coupling.run.run_years()",
            )


def _whole(data: xr.Dataset, name: str) -> bool:
    """Whether a variable has its dimensions and nothing but numbers."""
    same = set(data[name].dims) == {"year", *VARIABLES[name]}
    return same and bool(np.isfinite(data[name].to_numpy()).all())
