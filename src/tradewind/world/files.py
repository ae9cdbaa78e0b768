"""Write a world file whole or not at all, and read one back with a clear refusal.

The files are netCDF-4, and any netCDF reader opens them. Reading goes through h5py alone, which
takes a fifth of the time that xarray's own reader needs for these many small variables; packed
variables, which ``write`` never makes, are refused.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
import xarray as xr

from tradewind.errors import InputError, OutputError

ENGINE: Final = "h5netcdf"
COMPRESSION: Final[dict[str, Any]] = {"zlib": True, "complevel": 6, "shuffle": True}

INTERNAL: Final = frozenset({"CLASS", "NAME", "REFERENCE_LIST", "DIMENSION_LIST"})
PACKED: Final = frozenset({"scale_factor", "add_offset"})


def write(data: xr.Dataset, path: Path, *, force: bool = False) -> Path:
    """Write a dataset to a netCDF file: first beside it under a temporary name, then moved.

    Parameters
    ----------
    data : xarray.Dataset
    path : Path
    force : bool
        Whether an existing file may be replaced.

    Raises
    ------
    OutputError
        If the file exists and ``force`` is false, or the folder cannot be written to.
    """
    require_free(path, force=force)
    encoding = {
        str(name): COMPRESSION for name, variable in data.data_vars.items() if variable.ndim > 0
    }
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        temporary = Path(name)
        try:
            data.to_netcdf(temporary, engine=ENGINE, encoding=encoding)
            temporary.chmod(0o644)  # mkstemp lets nobody else read
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            "the world file could not be written; nothing was left behind",
            where=str(path),
            value=str(error),
            remedy="choose a folder that exists, that you may write to, and that has room",
        ) from error
    return path


def require_free(path: Path, *, force: bool) -> None:
    """Refuse a path where a file stands already, unless it may be replaced."""
    if path.exists() and not force:
        raise OutputError(
            "the world file exists already",
            where=str(path),
            remedy="choose another name, or say --force to replace it",
        )


def read(path: Path) -> xr.Dataset:
    """Read a netCDF file into memory.

    Raises
    ------
    InputError
        If the file is missing, or is not a netCDF file, or is damaged.
    """
    if not path.is_file():
        raise InputError(
            "there is no such world file",
            where=str(path),
            bound="a netCDF file made by `tradewind world build` or `world import`",
            remedy="check the path, or leave it out to use the shipped world",
        )
    try:
        with h5py.File(path, "r") as file:
            return xr.Dataset(
                {name: labelled(item) for name, item in file.items() if not is_bare(item)},
                attrs=attributes(file),
            )
    except Exception as error:  # the HDF5 readers raise many kinds for a damaged file
        raise InputError(
            "the world file cannot be read: it is damaged or not netCDF",
            where=str(path),
            value=f"{type(error).__name__}: {error}",
            bound="a netCDF-4 file",
            remedy="build or import it again",
        ) from error


def labelled(item: h5py.Dataset) -> tuple[tuple[str, ...], np.ndarray, dict[str, Any]]:
    """Return one variable's dimensions, values and attributes."""
    values = item.asstr()[()].astype(str) if item.dtype.kind == "O" else item[()]
    if item.is_scale:
        return (item.name.lstrip("/"),), values, attributes(item)
    dims = tuple(scales[0].name.lstrip("/") for scales in item.dims)
    found = attributes(item)
    if PACKED & set(found):
        raise ValueError(f"variable {item.name} is packed; world files hold plain numbers")
    return dims, values, found


def is_bare(item: h5py.Dataset) -> bool:
    """Whether this is a dimension without labels, which HDF5 keeps as an empty variable."""
    name = item.attrs.get("NAME", b"")
    return bool(item.is_scale and bytes(name).startswith(b"This is a netCDF dimension but not"))


def attributes(item: h5py.Dataset | h5py.File) -> dict[str, Any]:
    """Return attributes without those that HDF5 and netCDF keep for themselves."""
    return {
        key: value.item() if isinstance(value, np.ndarray) and value.size == 1 else value
        for key, value in item.attrs.items()
        if key not in INTERNAL and not key.startswith("_")
    }
