"""Rows of the report's tables on the chip market: rounded, with full values to sort by."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tradewind.report import chips_tables as tables
from tradewind.report.chips_contract import ChipOutputs, RoundsTable
from tradewind.report.chips_story import round_name, unbound_name
from tradewind.report.chips_terminal import part_of
from tradewind.report.language import REST, Catalogue
from tradewind.report.numbers import NOTHING, as_written, digits_for, plain, rounded, signed

YEARS = (2025, 2027, 2030)
"""Years of the table of economies and of the ends, with the last one of the run."""


def shown_years(outputs: ChipOutputs) -> list[int]:
    """Years of a table, none after the end of the run."""
    last = int(outputs.facts["last_year"])
    return sorted({*(year for year in YEARS if year <= last), last})


def with_bounds(row: pd.Series, digits: int | None = None, *, sign: bool = False) -> str:
    """Write a median with its bounds, rounded to what is known."""
    median = float(row["median"])
    if not math.isfinite(median):
        return NOTHING
    if digits is None:
        digits = digits_for([median], 3, most=3)
    write = signed if sign else plain
    low, middle, high = (write(rounded(float(row[name])), digits) for name in tables.SPREAD)
    return f"{middle} ({low} … {high})"


def economy_rows(outputs: ChipOutputs, words: Catalogue) -> dict[str, Any]:
    """Compute of every economy [thousand H100e], the largest at the end first."""
    years = shown_years(outputs)
    found = {
        str(code): tables.stock_of(outputs, str(code)) / 1e3
        for code in outputs.central["economy"].to_numpy()
    }
    order = sorted(found, key=lambda code: (code == REST, -float(found[code]["median"].iloc[-1])))
    rows = [
        {
            "name": words.economy(code),
            "code": code,
            "cells": [
                {"text": with_bounds(row), "key": f"{row['median']:.6g}"}
                for row in (tables.in_year(found[code], year) for year in years)
            ],
        }
        for code in order
    ]
    return {"years": years, "rows": rows}


def home_rows(outputs: ChipOutputs, words: Catalogue) -> dict[str, Any]:
    """China's market by year."""
    used = tables.workloads(outputs)
    heads = [words.text("chips_column_year"), words.text("chips_column_domestic")]
    for workload in used:
        heads += [
            words.text(f"chips_worth_{workload}").replace("|", " "),
            words.text(f"chips_open_{workload}"),
            words.text("chips_premium_head"),
        ]
    heads += [words.text("chips_leaked_head"), words.text("chips_column_rented")]
    found = []
    for year, row in tables.at_home(outputs).iterrows():
        cells = [str(year), with_bounds(part_of(row, "domestic_share", 100.0), 0)]
        for workload in used:
            cells += [
                with_bounds(part_of(row, f"{name}_{workload}", 1e-3), 0)
                for name in ("value", "open")
            ]
            cells.append(signed(100.0 * float(row[f"premium_{workload}"]), 0))
        cells.append(plain(rounded(float(row["leaked"]) / 1e3), 0))
        cells.append(with_bounds(part_of(row, "rented", 1e-3), 0))
        found.append(cells)
    return {"heads": heads, "rows": found}


def end_rows(outputs: ChipOutputs, words: Catalogue) -> list[list[str]]:
    """What China holds, makes and pays at both ends of the weight of bandwidth."""
    ends = outputs.ends
    home = ends.sel(economy=tables.HOME)
    premium = tables.premium(ends, tables.workloads(outputs)[0])
    columns = (
        (home["stock"].sum("family") / 1e6, None),
        (home["stock_bandwidth"].sum("family") / 1e6, None),
        (100.0 * ends["domestic_share"], 0),
        (100.0 * premium, 0),
    )
    rows = []
    for year in shown_years(outputs):
        row = [str(year)]
        for values, digits in columns:
            for weight in (0.0, 1.0):
                number = float(values.sel(year=year, bandwidth_weight=weight))
                shown = digits_for([number], 3, most=3) if digits is None else digits
                row.append(plain(rounded(number), shown))
        rows.append(row)
    return rows


def effect_rows(rounds: RoundsTable, words: Catalogue) -> dict[str, Any]:
    """Every effect of a round: order, measure and round down, metric and year across."""
    pairs = [(m, year) for m in ("operations", "bandwidth") for year in tables.years_of(rounds)]
    rows = []
    scales = {"h100": (1e-3, 0), "percent": (1.0, 1), "per_covered": (1.0, 2)}
    for order in ("staircase", "shapley"):
        for measure, (scale, digits) in scales.items():
            head = f"{words.text(f'chips_order_{order}')}: {words.text(f'chips_measure_{measure}')}"
            rows.append({"head": head, "cells": []})
            for label, line in tables.effect_rows(rounds, order, measure).iterrows():
                cells = [with_bounds(scale * line[pair], digits, sign=True) for pair in pairs]
                rows.append({"name": round_name(rounds, str(label), words), "cells": cells})
            for each in rounds.never_bound:
                zero = NOTHING if measure == "per_covered" else "0"
                rows.append({"name": unbound_name(each, words), "cells": [zero] * len(pairs)})
    heads = [f"{words.text(f'chips_metric_{metric}')} {year}" for metric, year in pairs]
    return {"heads": heads, "rows": rows}


def parameter_rows(
    parameters: Sequence[Mapping[str, Any]], given: Mapping[str, float]
) -> list[dict[str, str]]:
    """Every number that the market assumes; one that the scenario sets has no range."""
    return [
        {
            "name": str(row["name"]),
            "what": str(row["what"]),
            "value": as_written(given.get(row["name"], row["value"])),
            "range": NOTHING
            if row["name"] in given
            else f"{as_written(row['low'])} … {as_written(row['high'])}",
            "unit": str(row["unit"]),
            "seen": str(row["seen"]),
            "source": str(row["source"]),
            "note": str(row["note"]),
        }
        for row in parameters
    ]
