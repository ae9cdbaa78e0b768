"""What an H100e-hour costs by economy, from the capacity block's cost stack, power apart.

    other = K [a(r, L) + m] / h + s · kW [a(r, L_s)] / h + g · kW · PUE [a(r, L_s)] / h
    power = p · kW · PUE

with K the chips and servers, r the real cost of capital, L their life, m upkeep, s and L_s cost and
life of the building, g the connection, p the power price, h the hours of a year, and a the annuity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import xarray as xr

from tradewind.capacity.equations import annuity
from tradewind.capacity.parameters import discount_rate, shell_cost, value
from tradewind.trade.arrays import Array
from tradewind.world.indicators import load

HOURS = 8760.0
YEAR = 2024


class DeliveredCost(NamedTuple):
    """Cost of an H100e-hour by economy [USD]."""

    other: Array
    power: Array


def indicator(name: str, economies: Sequence[str]) -> Array:
    """A shipped indicator's newest value up to 2024 by economy, NaN where there is none."""
    known = _indicators().sel(indicator=name)
    codes = set(known["economy"].values.tolist())
    found = np.full(len(economies), np.nan)
    for place, code in enumerate(economies):
        if code in codes:
            series = known.sel(economy=code, year=slice(None, YEAR)).dropna("year").values
            found[place] = series[-1] if series.size else np.nan
    return found


@cache
def _indicators() -> xr.DataArray:
    return load().values


def delivered_cost(
    economies: Sequence[str],
    power_price: Array,
    values: Mapping[str, float],
    chip_premium: Array | float = 1.0,
) -> DeliveredCost:
    """Cost of an H100e-hour [USD] at full use.

    Parameters
    ----------
    economies : sequence of str
        Codes that the capacity block's tables know.
    power_price : (economy) [USD / kWh]
    values : mapping of str to float
        ``chips_usd_per_h100e`` [USD], ``kw_per_h100e`` [kW]; ``chip_life`` [year] and ``pue`` [1]
        are the block's, and 1.3, where they are left out.
    chip_premium : (economy) [1]
        Factor on the price of chips and servers.
    """
    kw = values["kw_per_h100e"]
    pue, life = values.get("pue", 1.3), values.get("chip_life", value("chip_life"))
    rate = np.array([discount_rate(code) for code in economies])
    shell = np.array([shell_cost(code) for code in economies]) * 1000.0 * kw
    long = annuity(rate, value("shell_life"))
    chips = values["chips_usd_per_h100e"] * chip_premium
    yearly = chips * (annuity(rate, life) + value("chip_fixed_om"))
    yearly = yearly + (shell + value("connection_cost") * kw * pue) * long
    return DeliveredCost(np.asarray(yearly / HOURS), power_price * kw * pue)
