"""What a run's outputs must hold before a report says anything about them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Protocol

import numpy as np
import xarray as xr

from tradewind.errors import OutputError

VARIABLES: dict[str, tuple[str, ...]] = {
    "real_income_hat": ("economy",),
    "real_wage_hat": ("economy",),
    "equivalent_variation": ("economy",),
    "income_baseline": ("economy",),
    "welfare_decomposition": ("economy", "component"),
    "tariff_revenue": ("economy",),
    "tariff_revenue_baseline": ("economy",),
    "labour_displaced": ("economy",),
    "exports": ("economy",),
    "exports_baseline": ("economy",),
    "trade": ("importer", "exporter", "sector"),
    "trade_baseline": ("importer", "exporter", "sector"),
    "output": ("economy", "sector"),
    "output_baseline": ("economy", "sector"),
    "output_volume": ("economy", "sector"),
    "relocation": ("economy", "sector"),
    "employment_hat": ("economy", "sector"),
}
"""Variables a report reads, with the dimensions each must have (in any order)."""

RATIO_TO_OUTPUT = frozenset({"employment_hat"})
"""Undefined (NaN) where a sector had no output at the baseline, and only there."""

ATTRIBUTES = (
    "scenario",
    "title",
    "base_year",
    "closure",
    "labour",
    "elasticity_set",
    "sigma_value_added",
    "sigma_inputs",
    "sigma_final",
    "residual",
    "iterations",
    "tradewind_version",
)
"""Facts about the run without which no number may be shown."""


class Names(Protocol):
    """English names of the labels; :class:`tradewind.world.World` is one."""

    @property
    def economy_names(self) -> Mapping[str, str]:
        """Economy code to name."""

    @property
    def sector_names(self) -> Mapping[str, str]:
        """Sector code to name."""


def check(outputs: xr.Dataset) -> None:
    """Refuse outputs that are incomplete or not finite.

    Parameters
    ----------
    outputs : xarray.Dataset
        The outputs of a run.

    Raises
    ------
    OutputError
        A variable or attribute is missing, has other dimensions, or holds NaN or infinity
        where a number is due.
    """
    missing = [name for name in VARIABLES if name not in outputs]
    missing += [name for name in ATTRIBUTES if name not in outputs.attrs]
    if missing:
        raise OutputError(
            "the outputs of the run lack what a report needs",
            where="outputs",
            value=", ".join(missing),
            bound="all of " + ", ".join((*VARIABLES, *ATTRIBUTES)),
            remedy="make the outputs with tradewind.run() or read them from outputs.nc",
        )
    for name, dims in VARIABLES.items():
        _check_variable(outputs, name, dims)


def _check_variable(outputs: xr.Dataset, name: str, dims: tuple[str, ...]) -> None:
    variable = outputs[name]
    if set(variable.dims) != set(dims):
        raise OutputError(
            "a variable of the outputs has the wrong dimensions",
            where=f"outputs[{name!r}]",
            value=variable.dims,
            bound=str(dims),
        )
    bad = ~np.isfinite(variable.transpose(*dims).to_numpy())
    if name in RATIO_TO_OUTPUT:
        bad &= outputs["output_baseline"].transpose(*dims).to_numpy() != 0
    if bad.any():
        raise OutputError(
            "the outputs hold a number that is not finite",
            where=f"outputs[{name!r}] at {_label(variable.transpose(*dims), bad)}",
            value=f"{int(bad.sum())} of {bad.size} entries",
            bound="finite numbers",
            remedy="report this run as a bug; a report is not made from it",
        )


def _label(variable: xr.DataArray, bad: np.ndarray) -> str:
    """Name the first bad cell by its labels."""
    first = np.argwhere(bad)[0]
    parts: list[tuple[Hashable, object]] = [
        (dim, variable[dim].to_numpy()[position])
        for dim, position in zip(variable.dims, first, strict=True)
    ]
    return ", ".join(f"{dim} {value}" for dim, value in parts)
