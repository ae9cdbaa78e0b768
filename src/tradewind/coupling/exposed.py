"""What economies depend on in the last year of a run: imports whose loss would cost most."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from tradewind.chokepoints.equations import predicted_log_change
from tradewind.coupling.contract import Values
from tradewind.coupling.setting import Setting
from tradewind.coupling.steps.trade import equilibrium
from tradewind.trade import Equilibrium
from tradewind.trade.gradient import gradient

ECONOMIES, LINKS = 10, 2
"""Largest economies that are told, and imports of each."""


def _real_income(found: Equilibrium, code: str) -> xr.DataArray:
    return found.real_income_hat.sel(economy=code)


def exposed(setting: Setting, values: Values) -> list[dict[str, Any]]:
    """Rank single imports of the largest economies by what their loss would cost.

    Foretold from the gradient of real income in the year's equilibrium, everything adjusted
    (``tradewind chokepoints`` makes the largest cuts exactly, and in the short run).

    Parameters
    ----------
    setting : Setting
    values : mapping
        Every variable of the year.

    Returns
    -------
    list of dict
        ``economy``, ``exporter``, ``sector``, ``share`` of what the economy buys of the sector [%],
        ``loss`` of real income [%]; the largest economy first, its worst import first.
    """
    found = equilibrium(setting, values, values["value_added_hat"].to_numpy())
    table, labels = found.solution.table, setting.coords
    rows = []
    for n in np.argsort(-values["gdp"].to_numpy(), kind="stable")[:ECONOMIES]:
        code = labels["economy"][n]
        felt = gradient(found, partial(_real_income, code=code))
        per_log_cost = felt["iceberg_cost"].sel(importer=code).to_numpy() / felt.attrs["value"]
        change = predicted_log_change(per_log_cost, table.share[n], table.elasticity)
        for flat in np.argsort(change, axis=None, kind="stable")[:LINKS]:
            i, j = np.unravel_index(int(flat), change.shape)
            rows.append(
                {
                    "economy": code,
                    "exporter": labels["economy"][i],
                    "sector": labels["sector"][j],
                    "share": 100.0 * float(table.share[n, i, j]),
                    "loss": -100.0 * float(np.expm1(change[i, j])),
                }
            )
    return rows
