"""Who gains from a common pool: each country's bill for compute, apart and together.

A country pays for what it is served what that costs at the site: chips, shell, connection, power at
its marginal price, cooling, and the way there (transfer, and the charge for governance). Its other
consumers' bill for power is told beside it: hosting others' compute may make their power dearer.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity.fields import in_use
from tradewind.plan_run.table import KILO, MILLION

YEAR = 8760.0


def compute_bill(plan: xr.Dataset) -> pd.Series[float]:
    """What each country pays for its compute [USD million / year].

    bill_m = Σ_w Σ_{r in m} Σ_s x[w,r,s] · 8760 h · Σ_part cost[s,part]
    """
    served = plan["route"].sum("workload")
    unit = plan["cost_stack"].sum("part", skipna=False)
    # What an idle site would cost is undefined, and nobody is served there but by dust.
    paid = (served * unit.where(in_use(plan), 0.0)).sum("site") * YEAR * KILO / MILLION
    return _by_country(paid.to_numpy(), plan["region_country"].to_numpy())


def power_bill(plan: xr.Dataset) -> pd.Series[float]:
    """What others pay for power at the buses where each country has sites [USD million / year]."""
    paid = (plan["load"] * plan["price"] * plan["weight"]).sum("hour") * KILO / MILLION
    owner = dict(zip(plan["site_bus"].values, plan["site_country"].values, strict=True))
    known = [bus for bus in plan["bus"].values if bus in owner]
    return _by_country(paid.sel(bus=known).to_numpy(), np.array([owner[bus] for bus in known]))


def gains(apart: xr.Dataset, together: xr.Dataset) -> pd.DataFrame:
    """Compare each member's bills, apart and together.

    Returns
    -------
    DataFrame, by country
        ``apart``, ``together`` [USD million / year], ``gain`` the same, ``gain_percent`` of what
        it pays apart, ``power_bill_change`` of other consumers [USD million / year], ``hosted_gw``
        built there together, ``hosted_gw_apart``.
    """
    one, two = compute_bill(apart), compute_bill(together)
    found = pd.DataFrame({"apart": one, "together": two})
    found["gain"] = found["apart"] - found["together"]
    found["gain_percent"] = 100.0 * found["gain"] / found["apart"]
    found["power_bill_change"] = power_bill(together) - power_bill(apart)
    for column, plan in (("hosted_gw_apart", apart), ("hosted_gw", together)):
        built = plan["it_capacity"].sum("chip").to_numpy()
        found[column] = _by_country(built, plan["site_country"].to_numpy())
    return found.rename_axis("country").sort_values("gain_percent", ascending=False)


def _by_country(values: np.ndarray, countries: np.ndarray) -> pd.Series[float]:
    return pd.Series(values, index=countries, dtype=float).groupby(level=0).sum()
