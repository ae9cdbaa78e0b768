"""What automation refuses at its door."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tradewind.automation.labour import FACTORS
from tradewind.errors import InputError

SUM_TOLERANCE = 1e-9
POSITIVE = ("training_compute", "training_compute_base", "runtime_compute", "runtime_compute_base")


def inputs(given: xr.Dataset, needed: dict[str, tuple[str, ...]]) -> None:
    """Refuse variables that are absent, of other dimensions, not numbers, or out of bounds.

    Raises
    ------
    InputError
    """
    for name, dims in needed.items():
        if name not in given:
            raise InputError(
                "automation lacks a variable",
                where=f"inputs, variable {name!r}",
                value="nothing",
                bound=f"dimensions {dims}",
                remedy="see tradewind.automation.READS",
            )
        if set(given[name].dims) != set(dims):
            raise InputError(
                "a variable has other dimensions than automation reads",
                where=f"inputs, variable {name!r}",
                value=str(given[name].dims),
                bound=f"dimensions {dims}",
                remedy="see tradewind.automation.READS",
            )
        _bounds(given[name], name)
    _shares(given["factor_share"])
    if not float(given["value_added"].sum()) > 0.0:
        raise InputError(
            "there is no value added",
            where="inputs, variable 'value_added'",
            value=float(given["value_added"].sum()),
            bound="some value above 0",
            remedy="give value added of the base year, USD million a year",
        )


def _bounds(values: xr.DataArray, name: str) -> None:
    array = values.to_numpy()
    good = np.isfinite(array)
    if name in POSITIVE or name == "algorithmic_efficiency":
        good &= array > 0.0
    elif name != "frontier_growth":
        good &= array >= 0.0
    if good.all():
        return
    place = np.unravel_index(int(np.argmin(good)), good.shape)
    at = ", ".join(
        f"{dim} {values[dim].values[i]!s}" for dim, i in zip(values.dims, place, strict=True)
    )
    raise InputError(
        "a number is missing or out of bounds",
        where=f"inputs, variable {name!r}" + (f", {at}" if at else ""),
        value=float(array[place]),
        bound=("above 0" if name in (*POSITIVE, "algorithmic_efficiency") else "0 or more")
        if name != "frontier_growth"
        else "a number",
        remedy="an economy without chips rents some compute: count what it uses, not what it owns",
    )


def _shares(share: xr.DataArray) -> None:
    if set(map(str, share["factor"].values)) != set(FACTORS):
        raise InputError(
            "the factors are not those of automation",
            where="inputs, variable 'factor_share', coordinate 'factor'",
            value=", ".join(map(str, share["factor"].values)),
            bound=", ".join(FACTORS),
            remedy="make it with tradewind.automation.factor_share",
        )
    share = share.transpose("economy", "factor")
    total = share.sum("factor").to_numpy()
    paid = share.sel(factor=["labour", "compute"]).to_numpy().min(axis=1)
    for problem, bad, value, bound in (
        ("factor shares do not sum to one", abs(total - 1.0) > SUM_TOLERANCE, total, "1"),
        ("labour or compute has no share", paid <= 0.0, paid, "above 0"),
    ):
        if bad.any():
            place = int(np.argmax(bad))
            raise InputError(
                problem,
                where=f"inputs, variable 'factor_share', economy {share['economy'].values[place]}",
                value=float(value[place]),
                bound=bound,
                remedy="make it with tradewind.automation.factor_share",
            )
