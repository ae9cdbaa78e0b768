"""Labelled tables from a run's outputs, in full precision.

Percentages are changes against the baseline, money is USD billion of the world's year at the
numeraire (world value added held at its baseline). Relocation, and the change of output beside it,
are in quantities at base-year prices; relocation is in percentage points of an economy's share in
the world output of a sector.

Nothing here checks the outputs but :func:`summary`: the doors do (``html.render``,
``compare.render_compare``, ``terminal``), once for all tables.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.report.contract import Names, check
from tradewind.report.dated import money_year
from tradewind.report.numbers import NO_CHANGE, income_digits

MILLION_PER_BILLION = 1000.0

UNEXPLAINED = "unexplained"
"""Component that holds what the path integral of the welfare change could not attribute."""

UNEXPLAINED_SHOWN = 1e-6
"""Share of baseline income above which the unexplained part is shown."""

BY_ECONOMY: dict[str, str] = {
    "real_income_hat": "ratio to baseline",
    "real_wage_hat": "ratio to baseline",
    "equivalent_variation": "USD million",
    "income_baseline": "USD million",
    "exports": "USD million",
    "exports_baseline": "USD million",
    "tariff_revenue": "USD million",
    "tariff_revenue_baseline": "USD million",
    "labour_displaced": "share of labour",
}
BY_ECONOMY_AND_SECTOR: dict[str, str] = {
    "output": "USD million",
    "output_baseline": "USD million",
    "output_volume": "USD million at prices",
    "employment_hat": "ratio to baseline",
    "relocation": "share of world output",
}
SUMMARY_COLUMNS = ["variable", "economy", "sector", "value", "unit"]


def ranking(outputs: xr.Dataset, names: Names) -> pd.DataFrame:
    """Rank economies by change of real income, the largest gain first.

    Parameters
    ----------
    outputs : xarray.Dataset
        The outputs of a run.
    names : Names
        English names of the economies.

    Returns
    -------
    (economy) x name, real_income_percent, real_wage_percent, exports_percent,
    equivalent_variation_usd_billion, tariff_revenue_usd_billion (change),
    labour_displaced_percent
        Exports are NaN for an economy that exported nothing at the baseline.
    """
    codes = [str(code) for code in outputs["economy"].to_numpy()]
    revenue = outputs["tariff_revenue"] - outputs["tariff_revenue_baseline"]
    table = pd.DataFrame(
        {
            "name": [names.economy_names[code] for code in codes],
            "real_income_percent": percent(outputs["real_income_hat"]),
            "real_wage_percent": percent(outputs["real_wage_hat"]),
            "exports_percent": _growth(outputs["exports"], outputs["exports_baseline"]),
            "equivalent_variation_usd_billion": _billion(outputs["equivalent_variation"]),
            "tariff_revenue_usd_billion": _billion(revenue),
            "labour_displaced_percent": 100.0 * outputs["labour_displaced"].to_numpy(),
        },
        index=pd.Index(codes, name="economy"),
    )
    # Ties (a zero shock) keep the order of the world, so that two runs print the same.
    return table.sort_values("real_income_percent", ascending=False, kind="stable")


def winners_and_losers(
    outputs: xr.Dataset, names: Names, top: int = 8
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take the ends of the ranking: at most ``top`` who gain, and who lose, largest first.

    A change that would be printed as 0.00 beside the largest one is neither.
    """
    table = ranking(outputs, names)
    change = table["real_income_percent"]
    least = visible_percent(outputs)
    return table[change >= least].head(top), table[change <= -least].iloc[::-1].head(top)


def visible_percent(outputs: xr.Dataset) -> float:
    """Smallest change of real income [%] that is not printed as zero beside the largest."""
    change = percent(outputs["real_income_hat"])
    return max(0.5 * 10.0 ** -income_digits(change), NO_CHANGE)


def world_effect(outputs: xr.Dataset) -> dict[str, float]:
    """Sum up the world: equivalent variation, its share of income, and how many gain and lose.

    Unchanged is who shows no change at the printed precision (:func:`visible_percent`).
    """
    variation = float(outputs["equivalent_variation"].sum())
    change = percent(outputs["real_income_hat"])
    least = visible_percent(outputs)
    return {
        "equivalent_variation_usd_billion": variation / MILLION_PER_BILLION,
        "real_income_percent": 100.0 * variation / float(outputs["income_baseline"].sum()),
        "gaining": int((change >= least).sum()),
        "losing": int((change <= -least).sum()),
        "unchanged": int((abs(change) < least).sum()),
        "economies": int(change.size),
    }


def decomposition(outputs: xr.Dataset) -> pd.DataFrame:
    """Real-income change by cause [%]: economies by components, empty components left out.

    The unexplained part counts as empty up to ``UNEXPLAINED_SHOWN`` of income.
    """
    parts = outputs["welfare_decomposition"].transpose("economy", "component")
    table = pd.DataFrame(
        100.0 * parts.to_numpy(),
        index=pd.Index(parts["economy"].to_numpy().astype(str), name="economy"),
        columns=pd.Index(parts["component"].to_numpy().astype(str), name="component"),
    )
    empty = [100.0 * UNEXPLAINED_SHOWN if part == UNEXPLAINED else 1e-9 for part in table.columns]
    return table.loc[:, (table.abs() > empty).any(axis=0)]


def largest_unexplained(outputs: xr.Dataset) -> tuple[str, float]:
    """Find the economy whose change is least attributed: its code, share of income [ratio].

    The share is 0 for outputs whose decomposition has no such component.
    """
    parts = outputs["welfare_decomposition"]
    if UNEXPLAINED not in parts["component"]:
        return str(parts["economy"].to_numpy()[0]), 0.0
    share = np.abs(parts.sel(component=UNEXPLAINED).to_numpy())
    worst = int(share.argmax())
    return str(parts["economy"].to_numpy()[worst]), float(share[worst])


def relocation(outputs: xr.Dataset) -> pd.DataFrame:
    """Change of each economy's share of world output [percentage points]: sectors by economies."""
    shift = outputs["relocation"].transpose("sector", "economy")
    return pd.DataFrame(
        100.0 * shift.to_numpy(),
        index=pd.Index(shift["sector"].to_numpy().astype(str), name="sector"),
        columns=pd.Index(shift["economy"].to_numpy().astype(str), name="economy"),
    )


def relocation_table(outputs: xr.Dataset, top: int = 15) -> pd.DataFrame:
    """List the largest shifts of world output share, with the change of output behind each.

    All in quantities at base-year prices.

    Returns
    -------
    (top) x sector, economy, relocation_points, output_usd_billion (change), output_percent
        Output growth is NaN where there was no output at the baseline.
    """
    shift = outputs["relocation"].transpose("economy", "sector")
    economies, sectors = shift["economy"].to_numpy(), shift["sector"].to_numpy()
    row, column = np.indices(shift.shape)
    after = outputs["output_volume"].transpose("economy", "sector").to_numpy()
    before = outputs["output_baseline"].transpose("economy", "sector").to_numpy()
    table = pd.DataFrame(
        {
            "sector": sectors[column.ravel()].astype(str),
            "economy": economies[row.ravel()].astype(str),
            "relocation_points": 100.0 * shift.to_numpy().ravel(),
            "output_usd_billion": (after - before).ravel() / MILLION_PER_BILLION,
            "output_percent": _ratio_percent(after, before).ravel(),
        }
    )
    return _largest(table, "relocation_points", top)


def bilateral_changes(outputs: xr.Dataset, top: int = 20) -> pd.DataFrame:
    """List the flows between two economies that change most, over all sectors.

    Returns
    -------
    (top) x exporter, importer, baseline_usd_billion, change_usd_billion, change_percent
        Largest change in money first; growth is NaN for a flow that did not exist.
    """
    order = ("exporter", "importer")
    before = outputs["trade_baseline"].sum("sector").transpose(*order)
    after = outputs["trade"].sum("sector").transpose(*order).to_numpy()
    exporters, importers = before["exporter"].to_numpy(), before["importer"].to_numpy()
    start = before.to_numpy()
    row, column = np.nonzero(exporters[:, None] != importers[None, :])
    table = pd.DataFrame(
        {
            "exporter": exporters[row].astype(str),
            "importer": importers[column].astype(str),
            "baseline_usd_billion": start[row, column] / MILLION_PER_BILLION,
            "change_usd_billion": (after - start)[row, column] / MILLION_PER_BILLION,
            "change_percent": _ratio_percent(after, start)[row, column],
        }
    )
    return _largest(table, "change_usd_billion", top)


def summary(outputs: xr.Dataset) -> pd.DataFrame:
    """Lay a run out as a long table.

    Parameters
    ----------
    outputs : xarray.Dataset
        The outputs of a run.

    Returns
    -------
    (number) x variable, economy, sector, value, unit
        ``sector`` is empty for a number of the whole economy. ``value`` is empty only for
        ``employment_hat`` of a sector that had no output at the baseline. Bilateral flows
        (96,800 numbers in the shipped world) are in ``outputs.nc`` and not here. Causes of the
        welfare change are variables of their own, ``welfare_<component>``.
    """
    check(outputs)
    year = money_year(outputs)
    blocks = [_block(outputs[name], name, unit, year) for name, unit in BY_ECONOMY.items()]
    parts = outputs["welfare_decomposition"]
    for component in parts["component"].to_numpy():
        part = parts.sel(component=component)
        blocks.append(_block(part, f"welfare_{component}", "share of baseline income", year))
    for name, unit in BY_ECONOMY_AND_SECTOR.items():
        blocks.append(_block(outputs[name], name, unit, year))
    return pd.concat(blocks, ignore_index=True)[SUMMARY_COLUMNS]


def percent(hat: xr.DataArray) -> np.ndarray:
    """Turn ratios to the baseline into changes [%]."""
    return 100.0 * (hat.to_numpy() - 1.0)


def _billion(million: xr.DataArray) -> np.ndarray:
    return million.to_numpy() / MILLION_PER_BILLION


def _growth(after: xr.DataArray, before: xr.DataArray) -> np.ndarray:
    return _ratio_percent(after.to_numpy(), before.to_numpy())


def _ratio_percent(after: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Growth [%]; NaN where there was nothing to grow from."""
    growth = np.full(before.shape, np.nan)
    np.divide(100.0 * (after - before), before, out=growth, where=before != 0)
    return growth


def _largest(table: pd.DataFrame, column: str, top: int) -> pd.DataFrame:
    """Keep the rows whose column changes most; what does not change is not listed."""
    table = table[table[column].abs() >= NO_CHANGE]
    order = table[column].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].head(top).reset_index(drop=True)


def _block(variable: xr.DataArray, name: str, unit: str, year: int) -> pd.DataFrame:
    """One variable, long; money names its year."""
    dims = ["economy", "sector"] if "sector" in variable.dims else ["economy"]
    labels = pd.MultiIndex.from_product([variable[dim].to_numpy() for dim in dims], names=dims)
    frame = labels.to_frame(index=False)
    frame["value"] = variable.transpose(*dims).to_numpy().ravel()
    frame["variable"] = name
    frame["unit"] = f"{unit} of {year}" if unit.startswith("USD") else unit
    if "sector" not in frame:
        frame["sector"] = ""
    return frame
