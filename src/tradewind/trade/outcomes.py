"""All outcomes of an equilibrium in one dataset, beside their baseline."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tradewind.errors import NoEquilibriumError
from tradewind.trade.equilibrium import MONEY, Equilibrium


def outcomes(equilibrium: Equilibrium) -> xr.Dataset:
    """Collect what a run reports.

    Returns
    -------
    Dataset
        Hats, money [USD million / year of the base year, numéraire world value added] and
        shares by economy, sector and link; ``*_baseline`` holds the value before the shock.

    Raises
    ------
    NoEquilibriumError
        If an outcome is not finite (only `employment_hat` may be, where nobody is employed, and
        the price of a good that bans have removed).
    """
    baseline = equilibrium.baseline
    table, coords = baseline.table, baseline.coords
    trade, before = equilibrium.trade, baseline.trade
    foreign = ~np.eye(len(coords["economy"]), dtype=bool)[:, :, None]

    def label(values: object, *dims: str, units: str = MONEY) -> xr.DataArray:
        names = {dim: coords[dim] for dim in dims}
        return xr.DataArray(values, dims=dims, coords=names, attrs={"units": units})

    collected = {
        "real_income_hat": equilibrium.real_income_hat,
        "real_wage_hat": equilibrium.real_wage_hat,
        "wage_hat": equilibrium.wage_hat,
        "equivalent_variation": equilibrium.equivalent_variation,
        "welfare_decomposition": equilibrium.welfare_decomposition,
        "income": equilibrium.income,
        "income_baseline": baseline.income,
        "value_added": label(equilibrium.solution.table.value_added, "economy"),
        "value_added_baseline": label(table.value_added, "economy"),
        "tariff_revenue": equilibrium.tariff_revenue,
        "tariff_revenue_baseline": label(table.tariff_revenue, "economy"),
        "export_tax_revenue": equilibrium.export_tax_revenue,
        "trade": trade,
        "trade_baseline": before,
        "output": equilibrium.output,
        "output_baseline": baseline.output,
        "output_volume": equilibrium.output_volume,
        "exports": label((trade.values * foreign).sum(axis=(0, 2)), "economy"),
        "exports_baseline": label((before.values * foreign).sum(axis=(0, 2)), "economy"),
        "imports": label((trade.values * foreign).sum(axis=(1, 2)), "economy"),
        "imports_baseline": label((before.values * foreign).sum(axis=(1, 2)), "economy"),
        "price_index_hat": equilibrium.price_index_hat,
        "employment_hat": equilibrium.employment_hat,
        "labour_displaced": equilibrium.labour_displaced,
        "relocation": equilibrium.relocation,
    }
    for name, values in collected.items():
        numbers = (
            np.nan_to_num(values.values, nan=0.0) if name == "employment_hat" else values.values
        )
        if name == "price_index_hat":
            numbers = np.where(np.isposinf(numbers), 0.0, numbers)
        if not np.isfinite(numbers).all():
            raise NoEquilibriumError(
                f"the equilibrium holds a {name} that is not finite\n"
                "  try:    report this scenario as a bug; no output was written"
            )
    return xr.Dataset(
        collected, attrs={"residual": equilibrium.residual, "iterations": equilibrium.iterations}
    )
