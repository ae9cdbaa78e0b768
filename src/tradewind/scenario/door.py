"""What a block checks of its inputs before it starts: names, dimensions, units, gaps, bounds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.errors import InputError

Variables = Mapping[str, tuple[tuple[str, ...], str]]
"""Name of each variable to its dimensions and its unit."""


def admitted(inputs: xr.Dataset, reads: Variables, block: str) -> xr.Dataset:
    """Return the variables a block reads, in the order of their dimensions, or say what is wrong.

    Parameters
    ----------
    inputs : xarray.Dataset
        May hold more than the block reads.
    reads : mapping
        ``READS`` of the block.
    block : str
        Its name, for the message.

    Raises
    ------
    InputError
        If a variable is missing, has other dimensions or another unit, or holds NaN or infinity.
    """
    for name, (dims, unit) in reads.items():
        where = f"{block}, variable {name!r}"
        if name not in inputs:
            raise InputError(
                "an input is missing",
                where=where,
                value=f"{len(inputs)} variables without it",
                bound=f"({', '.join(dims)}) [{unit}]",
                remedy=f"see READS of tradewind.{block}",
            )
        if set(inputs[name].dims) != set(dims):
            raise InputError(
                "an input has other dimensions",
                where=where,
                value=f"({', '.join(map(str, inputs[name].dims))})",
                bound=f"({', '.join(dims)})",
                remedy=f"see READS of tradewind.{block}",
            )
        if inputs[name].attrs.get("units") != unit:
            raise InputError(
                "an input has another unit, or does not say which",
                where=where,
                value=str(inputs[name].attrs.get("units")),
                bound=unit,
                remedy="convert it, and set attrs['units']",
            )
        if not np.isfinite(inputs[name].to_numpy()).all():
            bad = int((~np.isfinite(inputs[name].to_numpy())).sum())
            raise InputError(
                "an input has gaps",
                where=where,
                value=f"{bad} of {inputs[name].size} are NaN or infinite",
                bound="finite numbers",
                remedy="fill them with a source, or leave the economy out",
            )
    return xr.Dataset({name: inputs[name].transpose(*dims) for name, (dims, _) in reads.items()})


def within(array: xr.DataArray, low: float, high: float, block: str) -> None:
    """Refuse an array that leaves its bounds, and name the first label that does."""
    values = array.to_numpy()
    bad = (values < low) | (values > high)
    if bad.any():
        at = np.unravel_index(int(bad.argmax()), bad.shape) if bad.ndim else ()
        label = ", ".join(str(array[dim].values[i]) for dim, i in zip(array.dims, at, strict=True))
        raise InputError(
            "an input is out of bounds",
            where=f"{block}, variable {array.name!r}" + (f" at {label}" if label else ""),
            value=float(values[at]),
            bound=f"{low:g} to {high:g}",
            remedy="check its unit: rates and shares are fractions",
        )


def labelled(
    arrays: Mapping[str, np.ndarray | float],
    writes: Variables,
    names: Mapping[str, str],
    coords: Mapping[str, object],
) -> xr.Dataset:
    """Give a block's results their dimensions, units and long names."""
    return xr.Dataset(
        {
            name: (writes[name][0], array, {"units": writes[name][1], "long_name": names[name]})
            for name, array in arrays.items()
        },
        {dim: coords[dim] for dim in coords},
    )


def read_rows(name: str, package: str) -> pd.DataFrame:
    """Read one of a package's CSV tables that ship with Tradewind, to the last bit."""
    return _rows(name, package).copy()


@cache
def _rows(name: str, package: str) -> pd.DataFrame:
    text = (files(package) / "tables" / name).read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), keep_default_na=False, float_precision="round_trip")
