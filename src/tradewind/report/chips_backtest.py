"""The chip market's forecasts beside what was counted and beside naive ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from rich.console import Console
from rich.text import Text

from tradewind.report.chips_contract import ChipNames
from tradewind.report.chips_tables import SPREAD
from tradewind.report.chips_terminal import interval_cell, new_grid, number_columns
from tradewind.report.language import Catalogue, Language


def backtest_rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """One forecast a row: target, year, approach, forecast and observed [H100e], error [1]."""
    rows = []
    for target in found["target"].to_numpy():
        for year in found["year"].to_numpy():
            for approach in found["approach"].to_numpy():
                row: dict[str, Any] = {
                    "target": str(target),
                    "title": str(found["title"].sel(target=target).item()),
                    "year": int(year),
                    "approach": str(approach),
                }
                at = {"target": target, "year": year}
                for name in ("forecast", "observed", "error"):
                    chosen = found[name].sel(at)
                    if "approach" in chosen.dims:
                        chosen = chosen.sel(approach=approach)
                    values = chosen.transpose("quantile").to_numpy()
                    pairs = zip(SPREAD, values, strict=True)
                    row |= {f"{name}_{key}": float(value) for key, value in pairs}
                rows.append(row)
    return rows


def print_backtest(found: xr.Dataset, console: Console, language: Language = "en") -> None:
    """Print forecasts with their errors, a target and year a block."""
    words = Catalogue(language, ChipNames(language))
    grid = new_grid(words.text("chips_backtest_title"), words.text("chips_backtest_caption"))
    for head in ("target", "year", "approach"):
        grid.add_column(words.text(f"chips_column_{head}"), min_width=4, vertical="bottom")
    number_columns(
        grid, [words.text(f"chips_column_{head}") for head in ("forecast", "observed", "error")]
    )
    last = None
    for row in backtest_rows(found):
        if not np.isfinite(row["forecast_median"]):
            continue
        key = (row["target"], row["year"])
        if last is not None and key != last:
            grid.add_section()
        first = key != last
        last = key
        grid.add_row(
            Text(words.text(f"chips_target_{row['target']}") if first else ""),
            str(row["year"]) if first else "",
            words.text(f"chips_approach_{row['approach']}"),
            interval_cell(_spread(row, "forecast", 1e-3), 0, joint="\n"),
            interval_cell(_spread(row, "observed", 1e-3), 0, joint="\n") if first else "",
            interval_cell(_spread(row, "error", 100.0), 0, sign=True, joint="\n"),
        )
    console.print(grid)


def _spread(row: dict[str, Any], name: str, scale: float) -> pd.Series:
    return pd.Series({key: scale * row[f"{name}_{key}"] for key in SPREAD})
