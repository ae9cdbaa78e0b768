"""Tables of power systems, one netCDF file a network: loads, profiles, plants, lines, prices.

A reader ``world/sources/energy_NAME.py`` makes a table from raw sources, ``write`` packs it, and
``open_energy`` gives it back in plain numbers. Every variable says in its attributes what it is:
``long_name``, ``units``, ``year``, ``source``, ``licence`` and ``synthetic`` (yes or no).
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from tradewind.errors import InputError, OutputError
from tradewind.world.files import COMPRESSION, ENGINE, require_free

ATTRIBUTES: Final = ("long_name", "units", "year", "source", "licence", "synthetic")
LONG: Final = 2000
"""Series of at least so many steps are packed: their figures mean no more than four digits."""
STEPS: Final = 32_000
"""Steps of a packed series from zero to its greatest value."""
REBUILD: Final = "make the tables again with `tradewind world build --sources DIR --energy FOLDER`"


def shipped(folder: Path | None = None) -> tuple[str, ...]:
    """Names of the networks whose tables lie in a folder, or ship with the package."""
    return tuple(sorted(path.stem for path in home(folder).glob("*.nc")))


def home(folder: Path | None) -> Path:
    """Folder of the tables: the given one, or that of the package."""
    if folder is not None:
        return folder
    return Path(str(files("tradewind.world").joinpath("data", "energy")))


def open_energy(name: str, folder: Path | None = None) -> xr.Dataset:
    """Open the table of a network.

    Parameters
    ----------
    name : str
        ``china31``, ``us``, ``europe`` or ``world``.
    folder : Path, optional
        Where the tables lie; those of the package if left out.

    Returns
    -------
    xarray.Dataset
        In memory, unpacked to float64; each variable with ``ATTRIBUTES``.

    Raises
    ------
    InputError
        If there is no such table, it is damaged, or a variable is undescribed or holds NaN.
    """
    path = home(folder) / f"{name}.nc"
    if not path.is_file():
        raise InputError(
            "there is no energy table of that name",
            where=str(path),
            value=name,
            bound=", ".join(shipped(folder)) or "none is here",
            remedy=REBUILD,
        )
    try:
        with xr.open_dataset(path, engine=ENGINE) as file:
            data = file.load()
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(
            "an energy table cannot be read: it is damaged or not netCDF",
            where=str(path),
            value=f"{type(error).__name__}: {error}",
            bound="a netCDF-4 file",
            remedy=REBUILD,
        ) from error
    return require_described(data, str(path))


def require_described(data: xr.Dataset, where: str) -> xr.Dataset:
    """Return a table whose variables are all described and finite.

    Raises
    ------
    InputError
        If a variable lacks one of ``ATTRIBUTES``, or holds a NaN that its attribute ``missing``
        does not explain.
    """
    for name, variable in data.data_vars.items():
        if absent := [key for key in ATTRIBUTES if not str(variable.attrs.get(key, ""))]:
            raise InputError(
                "a variable of an energy table does not say what it is",
                where=f"{where}, variable {name!r}",
                bound=f"the attribute {absent[0]!r}",
                remedy="complete it in the reader of that network",
            )
        if variable.dtype.kind != "f" or "missing" in variable.attrs:
            continue
        if not np.isfinite(variable.to_numpy()).all():
            raise InputError(
                "a variable of an energy table holds a number that is not finite",
                where=f"{where}, variable {name!r}",
                bound="finite numbers, or an attribute 'missing' that says why there is none",
                remedy=REBUILD,
            )
    return data


def describe(
    values: xr.DataArray,
    long_name: str,
    units: str,
    year: str,
    source: str,
    licence: str,
    *,
    synthetic: bool = False,
    note: str = "",
) -> xr.DataArray:
    """Return values that carry what they are.

    Parameters
    ----------
    values : xarray.DataArray
    long_name, units, year, source, licence : str
    synthetic : bool
        Whether they were made by a rule or model instead of being counted or measured.
    note : str
        Traps, and what was done to the source's figures.
    """
    attributes = dict(
        zip(
            ATTRIBUTES,
            (long_name, units, year, source, licence, "yes" if synthetic else "no"),
            strict=True,
        )
    )
    return values.assign_attrs({**attributes, **({"note": note} if note else {})})


def write(data: xr.Dataset, path: Path, *, force: bool = False) -> Path:
    """Write a table: long series as 16-bit steps of their greatest value, all compressed.

    A packed figure is off by at most 1/64,000 of the greatest absolute value of its variable: keep
    series of unlike size apart, or per unit.

    Raises
    ------
    InputError
        If a variable is undescribed or not finite.
    OutputError
        If the file stands already and ``force`` is false, or cannot be written.
    """
    require_free(path, force=force)
    require_described(data, str(path))
    encoding = {
        str(name): COMPRESSION | packing(variable)
        for name, variable in data.data_vars.items()
        if variable.ndim > 0 and variable.dtype.kind in "fiu"
    }
    temporary = path.with_name(f".{path.name}.part")
    try:
        data.to_netcdf(temporary, engine=ENGINE, encoding=encoding)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(
            "the energy table could not be written; nothing was left behind",
            where=str(path),
            value=str(error),
            remedy="choose a folder that exists, that you may write to, and that has room",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def packing(variable: xr.DataArray) -> dict[str, Any]:
    """How one variable is packed: not at all unless one of its dimensions is long."""
    if variable.dtype.kind != "f" or max(variable.shape) < LONG:
        return {}
    greatest = float(np.abs(variable.to_numpy()).max())
    return {"dtype": "int16", "scale_factor": (greatest or 1.0) / STEPS, "_FillValue": -32_768}
