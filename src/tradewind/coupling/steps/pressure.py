"""Step 9: strength and its ranks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import xarray as xr

from tradewind.coupling.contract import Moment
from tradewind.pressure import Specification, index
from tradewind.pressure.reading import from_mapping
from tradewind.scenario.yaml_source import read_table

DRAWS, SEED = 200, 1
"""Draws of the method in each year: enough for whole ranks."""


def weigh_pressure(moment: Moment) -> Mapping[str, Any]:
    """Score and rank economies on what the year has changed."""
    table = indicators(moment)
    economies = moment.setting.coords["economy"]
    found = index(table, specification(), draws=DRAWS, seed=SEED, base=0).sel(economy=economies)
    return {
        "strength": found["score"].to_numpy(),
        "strength_rank": found["rank"].to_numpy(),
        "strength_rank_low": found["rank_low"].to_numpy(),
        "strength_rank_high": found["rank_high"].to_numpy(),
        "strength_dispersion": float(found["score"].std()),
    }


@cache
def specification() -> Specification:
    """The index of ``tables/strength.yaml``."""
    return from_mapping(read_table("strength.yaml", "tradewind.coupling"))


def indicators(moment: Moment) -> xr.DataArray:
    """What the index is made of: (economy, indicator)."""
    setting, now = moment.setting, moment.now
    columns = {
        "compute_stock": now.array("compute_stock"),
        "electronics": now.array("output")[:, setting.index("sector", "C26")],
        "power_price": now.array("power_price_economy"),
        "automated_share": now.array("automated_share"),
        "gdp": now.array("gdp"),
        "inflow": now.array("net_flow") / now.array("gdp"),
    }
    return xr.DataArray(
        np.stack(list(columns.values()), axis=1),
        {"economy": setting.axes["economy"], "indicator": list(columns)},
        ("economy", "indicator"),
    )
