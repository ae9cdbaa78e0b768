"""Between labelled data and arrays: align by label, refuse what does not fit, say where."""

from __future__ import annotations

from collections.abc import Hashable
from difflib import get_close_matches
from typing import Any

import numpy as np
import xarray as xr

from tradewind.errors import InputError, ShockError
from tradewind.trade.arrays import Array


def near_misses(wanted: object, known: list[str]) -> str:
    """A remedy that names the closest known labels, or a few of them."""
    # Small letters for capitals are no distance.
    folded = {label.casefold(): label for label in known}
    typed = str(wanted).casefold()
    close = [typed] if typed in folded else get_close_matches(typed, folded, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(folded[label] for label in close) + "?"
    return "one of " + ", ".join(known[:8]) + (", …" if len(known) > 8 else "")


def first_label(data: xr.DataArray, index: tuple[int, ...]) -> str:
    """The labels of one cell, as ``importer=USA, sector=C29``."""
    return ", ".join(
        f"{dim}={data[dim].values[place]}" for dim, place in zip(data.dims, index, strict=True)
    )


def refuse_where(
    bad: Array, data: xr.DataArray, problem: str, bound: str, error: type[InputError]
) -> None:
    """Raise ``error`` naming the first offending cell, its value and how many there are."""
    if not bad.any():
        return
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    count = int(bad.sum())
    raise error(
        problem if count == 1 else f"{problem} ({count} cells)",
        where=f"{data.name} at {first_label(data, index)}",
        value=data.values[index],
        bound=bound,
        remedy="correct this cell of the input",
    )


def aligned(
    name: str,
    given: Any,
    dims: tuple[str, ...],
    coords: dict[str, list[str]],
    error: type[InputError],
) -> Array:
    """Return a complete array in the order of ``coords``; every label must be there."""
    array = as_data_array(name, given, error)
    if set(array.dims) != set(dims):
        raise error(
            f"{name} has the wrong dimensions",
            where=name,
            value=tuple(array.dims),
            bound=f"dimensions {dims}",
            remedy="rename or transpose the array's dimensions",
        )
    for dim in dims:
        _check_labels(name, array, dim, coords[dim], error)
        given_labels = set(_labels(name, array, dim, error))
        missing = [label for label in coords[dim] if label not in given_labels]
        if missing:
            raise error(
                f"{name} lacks labels of {dim}",
                where=f"{name}, dimension {dim}",
                value=", ".join(missing[:5]),
                bound=f"all {len(coords[dim])} labels",
                remedy="give every label once",
            )
    ordered = array.transpose(*dims).sel({dim: coords[dim] for dim in dims})
    values = np.array(ordered.values, dtype=float, order="C")
    finite = ordered.rename(name)
    refuse_where(~np.isfinite(values), finite, f"{name} is not finite", "a finite number", error)
    return values


def overlay(
    name: str, base: Array, given: Any, dims: tuple[str, ...], coords: dict[str, list[str]]
) -> Array:
    """Return ``base`` with a partial, labelled array laid over it (broadcast over absent dims).

    Raises
    ------
    ShockError
        For labels or dimensions that do not exist and for NaN.
    """
    array = as_data_array(name, given, ShockError)
    unknown = [str(dim) for dim in array.dims if dim not in dims]
    if unknown:
        raise ShockError(
            f"{name} has a dimension that it cannot have",
            where=name,
            value=", ".join(unknown),
            bound=f"dimensions among {dims}",
            remedy=near_misses(unknown[0], list(dims)),
        )
    refuse_where(np.isnan(array.values), array, f"{name} is not a number", "a number", ShockError)
    places: list[Array] = []
    for dim in dims:
        if dim in array.dims:
            _check_labels(name, array, dim, coords[dim], ShockError)
            order = {label: place for place, label in enumerate(coords[dim])}
            places.append(np.array([order[label] for label in array[dim].values.tolist()]))
        else:
            places.append(np.arange(len(coords[dim])))
            array = array.expand_dims({dim: coords[dim]})
    complete = base.copy()
    complete[np.ix_(*places)] = array.transpose(*dims).values
    return complete


def as_data_array(name: str, given: Any, error: type[InputError]) -> xr.DataArray:
    """Return ``given`` as a float DataArray of that name, or refuse it."""
    if not isinstance(given, xr.DataArray):
        raise error(
            f"{name} must be a labelled array",
            where=name,
            value=type(given).__name__,
            bound="an xarray.DataArray",
            remedy="wrap the values: xarray.DataArray(values, coords=..., dims=...)",
        )
    if given.dtype.kind not in "fiub":
        raise error(
            f"{name} does not hold numbers",
            where=name,
            value=f"values of type {given.dtype}",
            bound="real numbers",
            remedy="convert the values first: array.astype(float)",
        )
    labelled = given.astype(float).rename(name)
    return labelled.assign_coords(
        {dim: _labels(name, labelled, dim, error) for dim in labelled.dims}
    )


def _labels(name: str, array: xr.DataArray, dim: Hashable, error: type[InputError]) -> list[str]:
    """Labels of a dimension as text."""
    if dim not in array.coords:
        raise error(
            f"{name} has a dimension without labels",
            where=f"{name}, dimension {dim}",
            value=f"{array.sizes[dim]} entries, no coordinate",
            bound=f"a coordinate of codes on {dim}",
            remedy=f"assign them: array.assign_coords({dim}=[...])",
        )
    return [str(label) for label in array[dim].values.tolist()]


def _check_labels(
    name: str, array: xr.DataArray, dim: Hashable, known: list[str], error: type[InputError]
) -> None:
    labels = _labels(name, array, dim, error)
    allowed = set(known)
    for label in labels:
        if label not in allowed:
            raise error(
                f"{name} names an unknown {dim}",
                where=f"{name}, dimension {dim}",
                value=label,
                bound=f"one of the {len(known)} labels of {dim}",
                remedy=near_misses(label, known),
            )
    if len(set(labels)) != len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise error(
            f"{name} names a label twice",
            where=f"{name}, dimension {dim}",
            value=twice,
            bound="each label once",
            remedy="drop the repeated rows",
        )
