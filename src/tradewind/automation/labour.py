"""Labour by economy: share, workers, cost of an hour (``tables/labour.yaml``, Penn World Table)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.errors import InputError, ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.yaml_source import read_table

FACTORS = ("labour", "capital", "compute")
MILLION = 1e6


@cache
def _table() -> pd.DataFrame:
    rows = read_table("labour.yaml", "tradewind.automation")["economies"]
    frame = pd.DataFrame.from_dict(rows, orient="index")
    published = pd.DataFrame.from_dict(
        {label: row["published"] for label, row in rows.items() if "published" in row},
        orient="index",
    )
    return frame.drop(columns="published").join(published.add_prefix("published_"))


def table() -> pd.DataFrame:
    """Every economy's row: shares, workers, hours, costs, how they are known.

    ``published_`` columns are labour costs as statistical offices print them, of other scopes and
    years, empty where none was found.
    """
    return _table().copy()


def workers(economies: Sequence[str]) -> xr.DataArray:
    """Persons at work: (economy) [person], 2019.

    Examples
    --------
    >>> float(workers(["DEU"])[0])
    44795000.0
    """
    values = _column(economies, "workers") * MILLION
    return _labelled(values, economies, "persons at work", "person")


def labour_cost(economies: Sequence[str]) -> xr.DataArray:
    """Cost of an hour of work in the whole economy: (economy) [USD/hour], 2019."""
    return _labelled(_column(economies, "cost"), economies, "labour cost", "USD/hour")


def factor_share(economies: Sequence[str], compute_share: xr.DataArray) -> xr.DataArray:
    """Shares of value added of labour, capital and compute.

    Compute services are paid out of what the Penn World Table counts as capital's.

    Parameters
    ----------
    economies : sequence of str
    compute_share : DataArray (economy) [1]
        Cost of run-time compute over value added in the base year, positive.

    Returns
    -------
    DataArray (economy, factor) [1]
        Sums to one over ``factor``: labour, capital, compute.

    Raises
    ------
    ScenarioError
        If an economy is not in the table.
    InputError
        If compute would leave nothing to capital, or is not positive.
    """
    labour = _column(economies, "labour_share")
    compute = compute_share.sel(economy=list(economies)).to_numpy()
    capital = 1.0 - labour - compute
    bad = ~((compute > 0.0) & (capital > 0.0))
    if bad.any():
        place = int(np.argmax(bad))
        raise InputError(
            "the cost of compute is no share that leaves something to capital",
            where=f"compute_share, economy {economies[place]!r}",
            value=float(compute[place]),
            bound=f"above 0 and below {1.0 - labour[place]:.3f}",
            remedy="give the cost of run-time compute over value added, both per year",
        )
    return xr.DataArray(
        np.stack([labour, capital, compute], axis=1),
        {"economy": list(economies), "factor": list(FACTORS)},
        ("economy", "factor"),
        name="factor_share",
        attrs={"long_name": "share of value added", "units": "1"},
    )


def _column(economies: Sequence[str], name: str) -> np.ndarray:
    known = _table()
    for label in economies:
        if label not in known.index:
            raise ScenarioError(
                "there is no labour data for this economy",
                where=f"economy {label!r}",
                value=label,
                bound=f"one of {len(known)} economies of the trade table",
                remedy=suggestion(label, known.index, "give solve() `workers` of your own"),
            )
    return np.asarray(known.loc[list(economies), name].to_numpy(np.float64))


def _labelled(
    values: np.ndarray, economies: Sequence[str], long_name: str, units: str
) -> xr.DataArray:
    return xr.DataArray(
        values,
        {"economy": list(economies)},
        ("economy",),
        attrs={"long_name": long_name, "units": units},
    )
