"""Turn the two matrices of an input-output table, Z and Y, into flows and shares."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.errors import InputError

SPENDS_ALL = 1e-6
"""How far inputs may exceed output, relative to it: the rounding of published tables. Within it
value added is zero; beyond it the table is refused."""


def convert(
    intermediate: pd.DataFrame, final: pd.DataFrame, where: str, negatives: str
) -> xr.Dataset:
    """Turn Z and Y into flows and shares.

    Parameters
    ----------
    intermediate : (region × sector, region × sector) [money / year]
        Rows sell, columns buy.
    final : (region × sector, region × category) [money / year]
    where : str
        Named in errors.
    negatives : {"refuse", "zero"}
    """
    regions = [str(code) for code in intermediate.index.get_level_values(0).unique()]
    sectors = [str(code) for code in intermediate.index.get_level_values(1).unique()]
    n, j = len(regions), len(sectors)
    require_square(intermediate, final, n, j, where)
    use = intermediate.to_numpy(dtype=float).reshape(n, j, n, j)
    consumed = (
        final.T.groupby(level=0, sort=False)
        .sum()
        .T[list(final.columns.get_level_values(0).unique())]
    )
    sold = use.sum(axis=3) + consumed.to_numpy(dtype=float).reshape(n, j, n)
    flow = sold.transpose(2, 0, 1)
    flow, report = settle_negatives(flow, regions, sectors, where, negatives)
    output = use.sum(axis=(2, 3)) + consumed.to_numpy(dtype=float).sum(axis=1).reshape(n, j)
    bought = use.sum(axis=0).transpose(1, 0, 2)
    share, value_added_share = technology(bought, output, regions, sectors, where)
    bilateral = ("importer", "exporter", "sector")
    return xr.Dataset(
        {
            "flow": (bilateral, flow),
            "tariff": (bilateral, np.zeros_like(flow)),
            "value_added_share": (("economy", "sector"), value_added_share),
            "input_share": (("economy", "input_sector", "sector"), share),
        },
        coords={
            **dict.fromkeys(("economy", "importer", "exporter"), regions),
            **dict.fromkeys(("sector", "input_sector"), sectors),
        },
        attrs=report,
    )


def require_square(
    intermediate: pd.DataFrame, final: pd.DataFrame, n: int, j: int, where: str
) -> None:
    """Refuse a table that is not regions × sectors on both sides, or holds NaN."""
    regions = list(dict.fromkeys(final.columns.get_level_values(0)))
    same = list(intermediate.index) == list(intermediate.columns) == list(final.index)
    if (
        not same
        or len(intermediate) != n * j
        or regions != list(dict.fromkeys(intermediate.index.get_level_values(0)))
    ):
        raise InputError(
            "the table is not square, or its final uses are of other regions",
            where=f"{where}, labels of Z and Y",
            value=f"Z {intermediate.shape}, Y {final.shape}",
            bound=f"{n} regions × {j} sectors in the same order on rows and columns",
            remedy="aggregate or reorder the table with pymrio first",
        )
    for name, part in (("Z", intermediate), ("Y", final)):
        bad = ~np.isfinite(part.to_numpy(dtype=float))
        if bad.any():
            row, column = np.argwhere(bad)[0]
            raise InputError(
                "the table holds numbers that are not finite",
                where=f"{where}, {name}, row {part.index[row]}, column {part.columns[column]}",
                value=f"{int(bad.sum())} cells",
                bound="finite numbers",
            )


def settle_negatives(
    flow: np.ndarray, regions: list[str], sectors: list[str], where: str, negatives: str
) -> tuple[np.ndarray, dict[str, float]]:
    """Report negative flows, and refuse them or set them to zero as asked."""
    wrong = flow < 0
    report = {
        "negative_flow_cells": float(wrong.sum()),
        "negative_flow_value": float(flow[wrong].sum()),
    }
    if wrong.any() and negatives == "refuse":
        buyer, seller, good = np.unravel_index(int(flow.argmin()), flow.shape)
        raise InputError(
            f"stock changes make {int(wrong.sum())} flows negative",
            where=f"{where}, from {regions[seller]} to {regions[buyer]}, sector {sectors[good]}",
            value=f"{flow.min():.6g} (all together {flow[wrong].sum():.6g})",
            bound="at least 0",
            remedy="import with --negatives zero, which sets them to zero and says so",
        )
    return np.where(wrong, 0.0, flow), report


def technology(
    bought: np.ndarray, output: np.ndarray, regions: list[str], sectors: list[str], where: str
) -> tuple[np.ndarray, np.ndarray]:
    """Input shares and value-added shares; a sector without output or inputs has no inputs.

    Parameters
    ----------
    bought : (economy, input_sector, sector) [money / year]
    output : (economy, sector) [money / year]

    Returns
    -------
    input_share : (economy, input_sector, sector) [1]
    value_added_share : (economy, sector) [1]
    """
    costs = bought.sum(axis=1)
    share = np.divide(bought, costs[:, None], out=np.zeros_like(bought), where=costs[:, None] > 0)
    spent = np.divide(costs, output, out=np.zeros_like(costs), where=output > 0)
    wrong = (costs > output * (1 + SPENDS_ALL)) | (bought.min(axis=1) < 0)
    if wrong.any():
        place, good = (int(k) for k in np.argwhere(wrong)[0])
        raise InputError(
            f"{int(wrong.sum())} sectors spend more on inputs than they sell, or buy less than "
            "nothing",
            where=f"{where}, economy {regions[place]}, sector {sectors[good]}",
            value=f"inputs {costs[place, good]:.6g}, output {output[place, good]:.6g}",
            bound="value added of at least 0",
            remedy="merge the sector with a larger one before importing (pymrio aggregates)",
        )
    return share, 1.0 - np.minimum(spent, 1.0)
