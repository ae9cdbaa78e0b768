"""What a counterfactual changes, with labels; each part may be partial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from tradewind.errors import ShockError
from tradewind.trade.arrays import Array, Change, ProductivityKind, Table
from tradewind.trade.labelled import overlay

LINK = ("importer", "exporter", "sector")


@dataclass(frozen=True, eq=False)
class Shock:
    """A change to the trade block. What is not given stays as in the baseline.

    Parameters
    ----------
    tariff : DataArray (importer, exporter, sector) [1], optional
        New rates (0.25 = 25 percent), above −1, zero at home; dims and labels may be partial.
    iceberg_hat : DataArray (importer, exporter, sector) [1], optional
        Factor on the quantity that must be sent, positive; infinite is a ban.
    export_tax : DataArray (importer, exporter, sector) [1], optional
        New rates, above −1, zero at home.
    productivity_hat : DataArray (economy, sector) [1], optional
        Factor on productivity, positive.
    productivity_kind : {"output", "value_added"}
        Whether productivity multiplies output (Hicks) or augments value added.
    input_requirement_hat : DataArray (economy, input_sector, sector) [1], optional
        Factor on the input needed, positive.
    deficit : DataArray (economy) [USD million / year], optional
        New deficits; they must sum to zero.
    """

    tariff: xr.DataArray | None = None
    iceberg_hat: xr.DataArray | None = None
    export_tax: xr.DataArray | None = None
    productivity_hat: xr.DataArray | None = None
    deficit: xr.DataArray | None = None
    input_requirement_hat: xr.DataArray | None = None
    productivity_kind: ProductivityKind = "output"

    def change(self, table: Table, coords: dict[str, list[str]]) -> Change:
        """Complete the shock on a baseline's labels.

        Raises
        ------
        ShockError
            For unknown labels, NaN, values out of bounds, deficits that do not sum to zero.
        """
        if self.productivity_kind not in ("output", "value_added"):
            raise ShockError(
                "unknown kind of productivity",
                where="productivity_kind",
                value=self.productivity_kind,
                bound='"output" or "value_added"',
                remedy='use "output" for Hicks-neutral productivity',
            )
        none = Change.none(table)
        dims = {
            "tariff": LINK,
            "iceberg_hat": LINK,
            "export_tax": LINK,
            "productivity_hat": ("economy", "sector"),
            "input_requirement_hat": ("economy", "input_sector", "sector"),
            "deficit": ("economy",),
        }
        given: dict[str, Any] = {
            name: overlay(name, getattr(none, name), getattr(self, name), axes, coords)
            for name, axes in dims.items()
            if getattr(self, name) is not None
        }
        for name, values in given.items():
            if name != "deficit":
                _check_bounds(name, values, dims[name], coords)
        if "deficit" in given:
            _check_deficit(given["deficit"], table)
        return none.with_(productivity_kind=self.productivity_kind, **given)


def _check_bounds(
    name: str, values: Array, dims: tuple[str, ...], coords: dict[str, list[str]]
) -> None:
    rate = name in ("tariff", "export_tax")
    floor = -1.0 if rate else 0.0
    bad = ~(values > floor) | (np.isinf(values) & (name != "iceberg_hat"))
    bound = "above −1, finite (a tariff of −100 % would pay the whole price)"
    if not rate:
        bound = "above 0 (infinite is a ban)" if name == "iceberg_hat" else "above 0, finite"
    if rate and not bad.any():
        home = np.arange(values.shape[0])
        bad = np.zeros(values.shape, dtype=bool)
        bad[home, home] = values[home, home] != 0.0
        bound = "zero on an economy's trade with itself"
    if not bad.any():
        return
    remedy = "rates are fractions (0.25 = 25 %), hats are factors (1.1 = 10 % more)"
    if bound.startswith("zero on"):
        remedy = "leave the importer itself out of the exporters, or give 0 there"
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    labels = ", ".join(f"{d}={coords[d][i]}" for d, i in zip(dims, index, strict=True))
    raise ShockError(
        f"{name} is out of bounds ({int(bad.sum())} cells)",
        where=f"{name} at {labels}",
        value=values[index],
        bound=bound,
        remedy=remedy,
    )


def _check_deficit(deficit: Array, table: Table) -> None:
    if not np.isfinite(deficit).all():
        raise ShockError(
            "a deficit is not finite",
            where="deficit",
            value=float(deficit[~np.isfinite(deficit)][0]),
            bound="finite [USD million / year]",
            remedy="give a number for every economy that is named",
        )
    total, world = float(deficit.sum()), float(table.value_added.sum())
    if abs(total) > 1e-9 * world:
        raise ShockError(
            "deficits do not sum to zero",
            where="deficit",
            value=f"{total:.6g} USD million",
            bound="a sum of zero over all economies",
            remedy="give the counterpart: what one economy borrows another lends",
        )
