"""A scenario beside the same world under other rules: none at all, and those as enacted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from tradewind.chip_run.rounds import INTERVAL
from tradewind.chips.programme import Floats
from tradewind.chips.rounds import METRICS

REFERENCES = ("none", "enacted")
"""Rules that a scenario is compared with: no rule at all, the rules as enacted."""


def holdings(found: xr.Dataset) -> Floats:
    """What economies hold at the end of each year: (metric, year, economy) [H100]."""
    stocks = (found[name].sum("family") for name in ("stock", "stock_bandwidth"))
    return np.stack([stock.transpose("year", "economy").to_numpy() for stock in stocks])


def compared(
    own: Sequence[Floats], others: Mapping[str, Sequence[Floats]], like: xr.Dataset
) -> xr.Dataset:
    """Compare holdings draw by draw.

    Parameters
    ----------
    own : sequence of (metric, year, economy) arrays
        One a draw of the parameters, under the scenario's rules.
    others : mapping of str to the same
        Under the rules of each reference.
    like : xarray.Dataset
        A market with the labels.

    Returns
    -------
    xarray.Dataset
        ``change`` [H100] and ``change_percent`` [%] (reference, quantile, metric, year, economy),
        scenario less reference. The percentage is NaN where the reference holds nothing.
    """
    levels = [INTERVAL[0], 0.5, INTERVAL[1]]
    dims = ("reference", "quantile", "metric", "year", "economy")
    mine = np.stack(list(own))
    change, percent = [], []
    for reference in others:
        base = np.stack(list(others[reference]))
        gain = mine - base
        share = np.full_like(gain, np.nan)
        np.divide(100.0 * gain, base, out=share, where=base > 0.0)
        change.append(np.quantile(gain, levels, axis=0))
        percent.append(np.quantile(share, levels, axis=0))
    return xr.Dataset(
        {
            "change": (dims, np.stack(change), {"units": "H100"}),
            "change_percent": (dims, np.stack(percent), {"units": "%"}),
        },
        {
            "reference": list(others),
            "quantile": levels,
            "metric": list(METRICS),
            "year": like["year"].to_numpy(),
            "economy": like["economy"].to_numpy(),
        },
    )
