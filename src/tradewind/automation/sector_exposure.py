"""How exposed sectors are to AI: AIIE of Felten, Raj & Seamans (2021), ``tables/exposure.yaml``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.automation.equations import Floats
from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.yaml_source import read_table

Bound = Literal["value", "low", "high"]


@cache
def _table() -> pd.DataFrame:
    rows = read_table("exposure.yaml", "tradewind.automation")["sectors"]
    return pd.DataFrame.from_dict(rows, orient="index")


def table() -> pd.DataFrame:
    """Every sector's index with range, group, how it is known, and a note."""
    return _table().copy()


def exposure(sectors: Sequence[str], bound: Bound = "value") -> xr.DataArray:
    """Index of exposure by sector of the trade table, in standard deviations over industries.

    Parameters
    ----------
    sectors : sequence of str
        Labels of ``World.default()``.
    bound : {"value", "low", "high"}
        Which end of each sector's range.

    Returns
    -------
    DataArray (sector) [1]

    Raises
    ------
    ScenarioError
        If a label is not in the table.

    Examples
    --------
    >>> float(exposure(["F"])[0])
    -0.997
    """
    known = _table()
    for label in sectors:
        if label not in known.index:
            raise ScenarioError(
                "there is no exposure to AI for this sector",
                where=f"sector {label!r}",
                value=label,
                bound=f"one of {len(known)} sectors of the trade table",
                remedy=suggestion(label, known.index, "give solve() an `exposure` of your own"),
            )
    return xr.DataArray(
        known.loc[list(sectors), bound].to_numpy(np.float64),
        {"sector": list(sectors)},
        ("sector",),
        name="exposure",
        attrs={"long_name": "exposure to AI (AIIE)", "units": "1"},
    )


def odds(index: Floats, weight: Floats, slope: float) -> Floats:
    """Odds of a sector's tasks over the average's: exp(s (z − z̄)), z̄ the weighted mean."""
    mean = np.sum(weight * index) / np.sum(weight)
    return np.asarray(np.exp(slope * (index - mean)))
