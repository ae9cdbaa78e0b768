"""Labelled baselines for tests, from the supports' plain arrays."""

from __future__ import annotations

from functools import cache

import xarray as xr

from tests.support.cp2015 import ECONOMIES, load_cp2015
from tradewind.trade import Baseline


@cache
def baseline_from_caliendo_parro() -> Baseline:
    """The 31 × 40 table of 1993, balanced with its deficits (the baseline of Table A4)."""
    data = load_cp2015()
    sectors = [f"S{number:02d}" for number in range(1, 41)]
    economies = list(ECONOMIES)
    link = {"importer": economies, "exporter": economies, "sector": sectors}
    cell = {"economy": economies, "sector": sectors}
    nest = {"economy": economies, "input_sector": sectors, "sector": sectors}

    def labelled(values: object, coords: dict[str, list[str]]) -> xr.DataArray:
        return xr.DataArray(values, dims=tuple(coords), coords=coords)

    return Baseline.from_flows(
        labelled(data.trade_flow, link),
        labelled(data.input_share, nest),
        labelled(data.value_added_share, cell),
        labelled(data.trade_elasticity, {"sector": sectors}),
        labelled(data.tariff_1993, link),
        attrs={"name": "cp2015", "base_year": 1993},
    )
