"""Tables of cuts and dependence from the outputs of ``tradewind chokepoints``, in full precision.

A loss is positive. Losses in percent are of the loser's own real income: the economy's for what
it loses, the supplier's for what the supplier loses by the same cut.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.report.chokepoints_contract import check_chokepoints
from tradewind.report.contract import Names
from tradewind.report.tables import MILLION_PER_BILLION

__all__ = [
    "ALL_SECTORS",
    "MUTUAL_FACTOR",
    "check_chokepoints",
    "cuts_table",
    "dependence",
    "horizon_path",
    "shown_loss",
    "tested",
    "verdict",
]

ALL_SECTORS = "all"
"""Label of ``sector`` where a cut is of everything a supplier sells."""

MUTUAL_FACTOR = 3.0
"""Ratio of two losses, each in percent of the loser's own real income, up to which a dependence
counts as mutual."""


def cuts_table(outputs: xr.Dataset, kind: str, names: Names) -> pd.DataFrame:
    """Lay out the cuts of one kind, the largest loss first.

    Cuts stand in the order of their exact loss, or of the predicted one where they were not cut
    exactly; cuts that have neither come last.

    Parameters
    ----------
    outputs : xarray.Dataset
        The outputs of ``tradewind chokepoints``.
    kind : {"link", "supplier", "sector"}
        Which cuts.
    names : Names
        English names of economies and sectors.

    Returns
    -------
    (place) x supplier, supplier_name, sector, sector_name, imports_usd_billion,
    expenditure_share_percent, marginal_loss_usd_million, predicted_loss_usd_billion,
    predicted_loss_percent, severance_loss_usd_billion, severance_loss_percent,
    other_side_loss_usd_billion, other_side_loss_percent, loss_ratio, mutual,
    alternative_1, alternative_1_share_percent, …, status
        ``place`` counts from 1. ``sector_name`` is empty for a cut of all sectors.
        ``other_side_loss_percent``, ``loss_ratio`` and ``mutual`` (see :func:`verdict`) are empty
        where the cut was not exact or the outputs do not hold the supplier's real income.
    """
    part = outputs.isel(cut=np.flatnonzero(outputs["kind"].to_numpy().astype(str) == kind))
    suppliers = [str(code) for code in part["supplier"].to_numpy()]
    sectors = [str(code) for code in part["sector"].to_numpy()]
    table = pd.DataFrame(
        {
            "supplier": suppliers,
            "supplier_name": [names.economy_names[code].strip() for code in suppliers],
            "sector": sectors,
            "sector_name": [
                "" if code == ALL_SECTORS else names.sector_names[code].strip() for code in sectors
            ],
            "imports_usd_billion": _numbers(part, "imports") / MILLION_PER_BILLION,
            "expenditure_share_percent": 100.0 * _numbers(part, "expenditure_share"),
            "marginal_loss_usd_million": _numbers(part, "marginal_loss"),
            **_losses(part),
            **_alternatives(part),
            "status": part["status"].to_numpy().astype(str),
        }
    )
    order = shown_loss(table).sort_values(ascending=False, kind="stable", na_position="last").index
    table = table.loc[order]
    table.index = pd.RangeIndex(1, len(table) + 1, name="place")
    return table


def shown_loss(table: pd.DataFrame) -> pd.Series:
    """Loss [% of real income] by which cuts are ranked: the exact one, else the predicted."""
    return table["severance_loss_percent"].fillna(table["predicted_loss_percent"])


def tested(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the cuts that were made exactly, where prediction and exact loss can be compared."""
    return table[table["status"] == "exact"]


def verdict(own: float, other: float) -> str:
    """Say whose dependence it is, from both sides' losses in percent of their own real income.

    Rule: up to a factor of ``MUTUAL_FACTOR`` either way the dependence is mutual; beyond it, it is
    one-sided against who loses more. A side that does not lose is not hurt.

    >>> verdict(3.0, 1.0), verdict(3.1, 1.0), verdict(0.1, 1.0), verdict(-0.1, -0.2)
    ('mutual', 'one-sided', 'they lose more', 'neither')
    """
    if not (np.isfinite(own) and np.isfinite(other)):
        return ""
    if own <= 0 and other <= 0:
        return "neither"
    if own > MUTUAL_FACTOR * max(other, 0.0):
        return "one-sided"
    if other > MUTUAL_FACTOR * max(own, 0.0):
        return "they lose more"
    return "mutual"


def dependence(outputs: xr.Dataset, variable: str = "dependence_loss") -> pd.DataFrame | None:
    """Lay out who loses what if whom stops selling [% of real income]; None if left out.

    Rows lose, columns cut. Both stand in one order, so that the two sides of a pair mirror each
    other in the diagonal: who can hurt the others most, on average over them, comes first.
    """
    if variable not in outputs or "dependence_loss" not in outputs:
        return None
    loss = _square(outputs, "dependence_loss")
    order = loss.mean(axis=0).sort_values(ascending=False, kind="stable").index
    return _square(outputs, variable).loc[order, order]


def horizon_path(outputs: xr.Dataset) -> pd.DataFrame | None:
    """Loss by supplier and horizon with labour as it is at each [% of real income].

    Labour is specific to its sector before ``labour_moves_after_years`` and mobile from then on;
    without that attribute it is as the answer as a whole has it. None if the outputs hold no
    horizons.

    Returns
    -------
    (curve) x horizon_year
    """
    if "horizon_loss" not in outputs:
        return None
    loss = outputs["horizon_loss"].transpose("curve", "labour", "horizon_year")
    years = loss["horizon_year"].to_numpy().astype(float)
    moves = outputs.attrs.get("labour_moves_after_years")
    fixed = np.full(years.shape, str(outputs.attrs["labour"]) == "specific")
    if moves is not None:
        fixed = years < float(moves)
    chosen = np.where(
        fixed, loss.sel(labour="specific").to_numpy(), loss.sel(labour="mobile").to_numpy()
    )
    codes = pd.Index(loss["curve"].to_numpy().astype(str), name="curve")
    return pd.DataFrame(chosen, index=codes, columns=pd.Index(years, name="horizon_year"))


def _square(outputs: xr.Dataset, variable: str) -> pd.DataFrame:
    matrix = outputs[variable].transpose("economy", "partner")
    return pd.DataFrame(
        matrix.to_numpy(),
        index=pd.Index(matrix["economy"].to_numpy().astype(str), name="economy"),
        columns=pd.Index(matrix["partner"].to_numpy().astype(str), name="partner"),
    )


def _numbers(part: xr.Dataset, name: str) -> np.ndarray:
    return part[name].to_numpy().astype(float)


def _losses(part: xr.Dataset) -> dict[str, object]:
    """Losses in money and in percent, and whose dependence they show."""
    income = float(part.attrs["real_income"])
    columns: dict[str, object] = {}
    for name in ("predicted_loss", "severance_loss"):
        million = _numbers(part, name)
        columns[f"{name}_usd_billion"] = million / MILLION_PER_BILLION
        columns[f"{name}_percent"] = 100.0 * million / income
    other = _numbers(part, "other_side_loss")
    theirs = np.full(other.shape, np.nan)
    if "supplier_real_income" in part:
        theirs = 100.0 * other / _numbers(part, "supplier_real_income")
    own = 100.0 * _numbers(part, "severance_loss") / income
    ratio = np.full(own.shape, np.nan)
    np.divide(own, theirs, out=ratio, where=(own > 0) & (theirs > 0))
    columns["other_side_loss_usd_billion"] = other / MILLION_PER_BILLION
    columns["other_side_loss_percent"] = theirs
    columns["loss_ratio"] = ratio
    columns["mutual"] = [verdict(a, b) for a, b in zip(own, theirs, strict=True)]
    return columns


def _alternatives(part: xr.Dataset) -> dict[str, object]:
    """The next-best suppliers, a pair of columns for each rank."""
    codes = part["alternative"].transpose("cut", "rank").to_numpy().astype(str)
    shares = part["alternative_share"].transpose("cut", "rank").to_numpy().astype(float)
    columns: dict[str, object] = {}
    for place in range(codes.shape[1]):
        there = codes[:, place] != ""
        columns[f"alternative_{place + 1}"] = codes[:, place]
        share = np.where(there, 100.0 * shares[:, place], np.nan)
        columns[f"alternative_{place + 1}_share_percent"] = share
    return columns
