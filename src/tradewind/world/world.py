"""The labelled data that a scenario starts from: economies, sectors, shares, tariffs, elasticities.

A ``World`` wraps one ``xarray.Dataset`` whose trade variables are a balanced baseline, so that no
shock changes nothing. The shipped one, ``wiod2014``, is in the package; ``World.at`` takes it at a
later year, to which it was rolled forward when it was built.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tradewind.errors import InputError
from tradewind.world import files as store
from tradewind.world import held_out, names, rolling, schedules

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "expenditure_share": ("importer", "exporter", "sector"),
    "expenditure": ("importer", "sector"),
    "value_added_share": ("economy", "sector"),
    "input_share": ("economy", "input_sector", "sector"),
    "final_share": ("economy", "sector"),
    "tariff": ("importer", "exporter", "sector"),
    "value_added": ("economy",),
    "deficit": ("economy",),
    "trade_elasticity": ("elasticity_set", "sector"),
}
REQUIRED_ATTRIBUTES = ("name", "base_year")
SHIPPED = "wiod2014"
ROLLED_NAME = re.compile(rf"{SHIPPED}-at-(\d+)")
REBUILD = "build it again with `tradewind world build` or `tradewind world import`"


@dataclass(frozen=True, eq=False)
class World:
    """Labelled data of one base year.

    Parameters
    ----------
    data : xarray.Dataset
        Must hold the variables of ``REQUIRED`` with these dimensions, and the attributes ``name``
        and ``base_year``. Money is in million of the currency named in the units, per year.

    Examples
    --------
    >>> world = World.default()
    >>> world.name, len(world.economies), len(world.sectors)
    ('wiod2014', 44, 50)
    >>> world.economy_names["DEU"]
    'Germany'
    """

    data: xr.Dataset

    def __post_init__(self) -> None:
        require(self.data, "world")

    @classmethod
    def default(cls) -> World:
        """Load the world that ships with the package (WIOD 2014, 44 economies, 50 sectors)."""
        return cls.load(Path(str(files("tradewind.world").joinpath("data", f"{SHIPPED}.nc"))))

    @classmethod
    def at(cls, year: int) -> World:
        """Take the shipped world at a year: its table rolled forward.

        Parameters
        ----------
        year : int
            2014, the table as it is, to 2025.

        Raises
        ------
        InputError
            If the year is no whole number, or there are no data for it.

        Examples
        --------
        >>> world = World.at(2024)
        >>> world.name, world.base_year, world.year
        ('wiod2014-at-2024', 2014, 2024)
        """
        return cls.default().rolled_to(year)

    @classmethod
    def named(cls, name: str) -> World | None:
        """Load a world by name, ``wiod2014`` or ``wiod2014-at-2024``; None if it is no such name.

        Raises
        ------
        InputError
            If the name has a year for which there are no data.
        """
        if name == SHIPPED:
            return cls.default()
        found = ROLLED_NAME.fullmatch(name)
        return cls.at(int(found.group(1))) if found else None

    @classmethod
    def load(cls, path: str | Path) -> World:
        """Load a world file.

        Raises
        ------
        InputError
            If the file is missing or damaged, or lacks what a world must hold.
        """
        data = store.read(Path(path))
        require(data, str(path))
        return cls(data)

    @staticmethod
    def table_of(name: str) -> str | None:
        """Name of the table behind a named world, None if it is not a shipped one.

        >>> World.table_of("wiod2014-at-2024"), World.table_of("mine.nc")
        ('wiod2014', None)
        """
        return SHIPPED if name == SHIPPED or ROLLED_NAME.fullmatch(name) else None

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the world to a netCDF file, whole or not at all."""
        return store.write(self.data, Path(path), force=force)

    @property
    def name(self) -> str:
        """Short name of the world."""
        return str(self.data.attrs["name"])

    @property
    def base_year(self) -> int:
        """Year of the trade table."""
        return int(self.data.attrs["base_year"])

    @property
    def year(self) -> int:
        """Year whose money and flows these are: that of the table, or that it was rolled to."""
        return int(self.data.attrs.get("year", self.base_year))

    @property
    def years(self) -> list[int]:
        """Years this world can be taken at, see ``rolled_to``."""
        return rolling.years(self.data)

    def rolled_to(self, year: int) -> World:
        """Return this world at a later year, if it was built with it; see ``World.at``.

        A world that was rolled forward already has its own year and no other.
        """
        if self.year != self.base_year and year != self.year:
            raise InputError(
                "this world was rolled forward already and has no other year",
                where=f"world {self.name}, year",
                value=year,
                bound=str(self.year),
                remedy="take the table it was made from, World.at(year) or `--year` without a file",
            )
        if self.year != self.base_year:
            return self
        chosen = rolling.require_year(self.data, year)
        return self if chosen == self.year else World(rolling.rolled(self.data, chosen))

    @property
    def held_out(self) -> list[held_out.Comparison]:
        """Errors on facts that rolling forward was not fitted to, as recorded by the build."""
        return held_out.from_text(str(self.data.attrs.get("held_out", "")))

    # A report asks for these hundreds of times; reading them from xarray each time costs a run
    # half a second.
    @cached_property
    def economies(self) -> list[str]:
        """Codes of the economies, in the table's order."""
        return [str(code) for code in self.data["economy"].values]

    @cached_property
    def sectors(self) -> list[str]:
        """Codes of the sectors, in the table's order."""
        return [str(code) for code in self.data["sector"].values]

    @property
    def record(self) -> dict[str, dict[str, Any]]:
        """What building found and did: ``measured`` in the sources, and ``balancing``."""
        return {
            key: json.loads(str(self.data.attrs.get(key, "{}")))
            for key in ("measured", "balancing")
        }

    @property
    def elasticity_sets(self) -> list[str]:
        """Names of the sets of trade elasticities; the first is the default."""
        return [str(name) for name in self.data["elasticity_set"].values]

    @cached_property
    def economy_names(self) -> dict[str, str]:
        """English name of each economy (its code where the package knows none)."""
        return {code: names.ECONOMY_NAMES.get(code, code) for code in self.economies}

    @cached_property
    def sector_names(self) -> dict[str, str]:
        """English name of each sector (its code where the package knows none)."""
        return {code: names.SECTOR_NAMES.get(code, code) for code in self.sectors}

    @property
    def schedules(self) -> dict[str, list[str]]:
        """Tariff schedules in this world with their dates of change (none: one table of rates)."""
        return schedules.available(self.data)

    def added_tariff(self, schedule: str, date: str | None = None) -> xr.DataArray:
        """Tariffs a schedule adds on a date: (importer, exporter, sector) [rate].

        See ``tradewind.world.schedules.added_tariff``.
        """
        return schedules.added_tariff(self.data, schedule, date)

    def us_added_tariff(self, date: str | None = None) -> xr.DataArray:
        """US tariffs added since January 2025 on a date: (exporter, sector) [rate].

        See ``tradewind.world.schedules.us_added_tariff`` for how they are made.
        """
        added = self.added_tariff(schedules.US_2025, date)
        return added.sel(importer="USA", drop=True)

    def trade_elasticity(self, elasticity_set: str | None = None) -> xr.DataArray:
        """Trade elasticities of one set, the default set for None: (sector,) [1]."""
        chosen = elasticity_set or self.elasticity_sets[0]
        if chosen not in self.elasticity_sets:
            raise unknown("elasticity set", chosen, self.elasticity_sets)
        return self.data["trade_elasticity"].sel(elasticity_set=chosen, drop=True)

    def variable(self, name: str) -> xr.DataArray:
        """Return a variable, or refuse an unknown name with the nearest ones."""
        if name not in self.data.data_vars:
            raise unknown("variable", name, [str(known) for known in self.data.data_vars])
        return self.data[name]


def unknown(kind: str, name: str, known: list[str]) -> InputError:
    """An error for a name that does not exist, with near misses."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return InputError(
        f"there is no {kind} of this name in the world",
        where=f"{kind} {name!r}",
        value=name,
        bound=f"one of {', '.join(known)}",
        remedy=f"did you mean {' or '.join(near)}?" if near else "see `tradewind world show`",
    )


def require(data: xr.Dataset, where: str) -> None:
    """Refuse a dataset that cannot be a world: names, dimensions, labels, finite numbers.

    Accounting identities are not checked here but by ``tradewind.world.check``.
    """
    for attribute in REQUIRED_ATTRIBUTES:
        if attribute not in data.attrs:
            raise InputError(
                "a world lacks an attribute",
                where=f"{where}, attribute {attribute!r}",
                bound=f"the attributes {', '.join(REQUIRED_ATTRIBUTES)}",
                remedy=REBUILD,
            )
    for name, dims in REQUIRED.items():
        if name not in data.data_vars or data[name].dims != dims:
            found = data[name].dims if name in data.data_vars else "nothing"
            raise InputError(
                "a world lacks a variable, or it has other dimensions",
                where=f"{where}, variable {name!r}",
                value=f"{found}",
                bound=f"dimensions {dims}",
                remedy=REBUILD,
            )
        if not np.isfinite(data[name].to_numpy()).all():
            raise InputError(
                "a variable holds numbers that are not finite",
                where=f"{where}, variable {name!r}",
                value=f"{int((~np.isfinite(data[name].to_numpy())).sum())} cells",
                bound="finite numbers",
                remedy=REBUILD,
            )
    for first, second in (
        ("economy", "importer"),
        ("economy", "exporter"),
        ("sector", "input_sector"),
    ):
        labels = [list(data[dim].values) if dim in data.coords else [] for dim in (first, second)]
        if labels[0] != labels[1] or not labels[0] or len(set(labels[0])) != len(labels[0]):
            raise InputError(
                "the labels of two dimensions differ, repeat or are missing",
                where=f"{where}, coordinates {first!r} and {second!r}",
                bound="the same labels, once each, in the same order",
                remedy=REBUILD,
            )
