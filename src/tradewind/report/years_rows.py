"""Rows of the tables of a run over the years: rounded, with full values to sort by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tradewind import adoption, capital
from tradewind.automation import parameters as automation
from tradewind.chips import parameters as chips
from tradewind.report import years_compared as compared
from tradewind.report import years_tables as tables
from tradewind.report.language import Catalogue
from tradewind.report.numbers import NOTHING, as_written, plain, rounded, scientific, signed
from tradewind.report.plan_words import number
from tradewind.report.years_contract import YearsRun
from tradewind.report.years_figures import ranked
from tradewind.report.years_story import told_year
from tradewind.report.years_words import CLAIMS, STILL, column, named
from tradewind.scenario.parameter import Parameter

SHIFTS = 16
"""Shares of sectors that are listed."""
STACK_ROWS = 12
"""Economies whose use of stacks is listed."""
CHIPS = ("compute_million", "installed_million", "leaked_thousand", "rented_thousand")
YEARLY: Mapping[str, tuple[str, ...]] = {
    "chips": (*CHIPS, "chip_price", "domestic_percent"),
    "power": ("fleet_gw", "idle_gw", "ai_twh", "data_centre_twh", "emissions_mt"),
    "capital": (
        *("investment_billion", "revenue_billion", "break_even_billion"),
        *("return_percent", "break_even_use_percent"),
    ),
}
"""Columns of the tables by year."""
WHOLE = frozenset({"chip_price", "domestic_percent", "break_even_use_percent"})
"""Columns without decimals."""
KEY: Mapping[str, tuple[str, ...]] = {
    "coupling": (
        *("world_growth", "trend_fading", "algorithmic_growth", "algorithmic_fading"),
        *("runtime_share", "utilisation", "kw_per_h100e", "near_share", "service_trade"),
        *("compute_elasticity", "demand_response", "load_growth"),
    ),
    "automation": ("agi_training", "flop_gap", "first_automated", "task_substitution"),
    "adoption": ("price_coefficient", "quality_coefficient", "frontier_growth", "lag_chinese"),
    "capital": ("capital_margin", "life_compute", "asset_elasticity", "economy_elasticity"),
}
"""Parameters on which headlines rest most, by the part that owns them."""
SECTIONS: Mapping[str, str] = {
    "parameters": "coupling",
    "automation_parameters": "automation",
    "adoption_parameters": "adoption",
    "capital_parameters": "capital",
}
"""Where a scenario sets parameters of a run over the years, and whose they are."""


def economy_rows(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    """Every economy in the last year."""
    table = compared.headline_table(run)
    columns = _columns(table)
    heads = [words.text(f"years_column_{name}") for name in columns]
    rows = []
    for code, line in table.iterrows():
        cells = [
            {"text": write(line), "key": f"{float(line[key]):.6g}"}
            for key, write in columns.values()
        ]
        rows.append({"code": str(code), "name": words.economy(str(code)), "cells": cells})
    return {"heads": heads, "rows": rows}


def _columns(table: pd.DataFrame) -> dict[str, tuple[str, Callable[[pd.Series], str]]]:
    """Columns of the table of economies: what to sort by, and how to write a cell."""

    def written(
        key: str, digits: int, write: Callable[[float, int], str] = plain
    ) -> tuple[str, Callable[[pd.Series], str]]:
        return key, lambda line: write(float(line[key]), digits)

    def compute(line: pd.Series) -> str:
        return plain(rounded(float(line["compute_stock_h100e"]) / 1e3), 0)

    def span(line: pd.Series) -> str:
        ends = (float(line[f"real_income_percent_{end}"]) for end in ("low", "high"))
        return " … ".join(signed(end, 0) for end in ends)

    found = {"income": written("real_income_percent", 1, signed)}
    if "real_income_against_percent" in table:
        found["against"] = written("real_income_against_percent", 2, signed)
    if "real_income_percent_low" in table:
        found["range"] = ("real_income_percent_high", span)
    return found | {
        "wage": written("real_wage_percent", 1, signed),
        "gdp": written("gdp_share_percent", 2),
        "compute": ("compute_stock_h100e", compute),
        "compute_share": written("compute_share_percent", 2),
        "automated": written("automated_share_percent", 1),
        "power_price": written("power_price_usd_per_mwh", 0),
        "rank": ("strength_rank", ranked),
    }


def year_rows(run: YearsRun, kind: str, words: Catalogue) -> dict[str, Any]:
    """One table of the world by year."""
    table = tables.world_table(run.outputs)[list(YEARLY[kind])]
    digits = {name: 0 if name in WHOLE else column(table[name]) for name in table.columns}
    return {
        "heads": [words.text(f"years_column_{name}") for name in ("year", *table.columns)],
        "rows": [
            [str(year), *(plain(float(row[name]), digits[str(name)]) for name in table.columns)]
            for year, row in table.iterrows()
        ],
    }


def asset_rows(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    """Investment of the world by year and asset [USD billion]."""
    invested = run.outputs["investment"].sum("economy").transpose("year", "asset") / 1e3
    assets = [str(asset) for asset in invested["asset"].to_numpy()]
    years = [int(year) for year in invested["year"].to_numpy()]
    heads = [words.text("years_column_year"), *(named("asset", asset, words) for asset in assets)]
    rows = [
        [str(year), *(plain(rounded(float(value)), 0) for value in line)]
        for year, line in zip(years, invested.to_numpy(), strict=True)
    ]
    return {"heads": heads, "rows": rows}


def shape_rows(run: YearsRun, words: Catalogue) -> dict[str, Any] | None:
    """The world under each shape of automation; None if the others were not run."""
    if run.shapes is None:
        return None
    table = tables.shape_table(run.shapes, run.outputs["gdp"].isel(year=0))
    heads = [words.text(f"years_column_{name}") for name in ("shape", *table.columns)]
    rows = [
        [
            words.text(f"years_short_{shape}"),
            plain(float(row["automated_percent"]), 1),
            *(signed(float(row[name]), 1) for name in table.columns[1:]),
        ]
        for shape, row in table.iterrows()
    ]
    return {"heads": heads, "rows": rows}


def stack_rows(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    """Share of Chinese stacks in the largest economies, first and last year, both measures."""
    years = (tables.base_year(run.outputs), tables.last_year(run.outputs))
    heads = [words.text("column_economy")]
    heads += [
        words.text(f"years_column_{measure}", year=year)
        for measure in ("tokens", "visits")
        for year in years
    ]
    share = 100.0 * run.outputs["chinese_share"]
    rows = []
    for code in compared.headline_table(run).index[:STACK_ROWS]:
        one = share.sel(economy=code)
        cells = [
            plain(float(one.sel(measure=measure, year=year)), 0)
            for measure in ("tokens", "visits")
            for year in years
        ]
        rows.append([words.economy(str(code)), *cells])
    return {"heads": heads, "rows": rows}


def shift_rows(run: YearsRun, words: Catalogue) -> list[list[str]]:
    """The largest changes of shares of sectors, those that can be seen."""
    table = compared.largest_shifts(compared.sector_shifts(run, told_year(run)), SHIFTS)
    shown = table[table["points"].abs() >= STILL]
    return [
        [
            words.sector(str(line["sector"])),
            words.economy(str(line["economy"])),
            signed(float(line["points"]), 2),
        ]
        for _, line in shown.iterrows()
    ]


def claim_rows(words: Catalogue) -> list[tuple[str, Sequence[str]]]:
    """Statements by the part of the run that they are about."""
    return [(words.text(f"years_{block}_heading"), ids) for block, ids in CLAIMS.items()]


def changed_rows(run: YearsRun, words: Catalogue) -> list[list[str]]:
    """Parameters that the scenario sets, beside their central values and ranges."""
    scenario = run.manifest.get("scenario") or {}
    sections = scenario.get("years") or {}
    given = [
        (block, str(name), float(value))
        for section, block in SECTIONS.items()
        for name, value in (sections.get(section) or {}).items()
    ]
    given += [
        ("chips", str(name), float(value))
        for name, value in (scenario.get("chip_parameters") or {}).items()
    ]
    known = registries(run)
    return [
        _row(block, name, known[block][name], words, value)
        for block, name, value in given
        if name in known[block]
    ]


def key_rows(run: YearsRun, words: Catalogue) -> list[list[str]]:
    """Parameters on which headlines rest most, with ranges and how they are known."""
    known = registries(run)
    return [
        _row(block, name, known[block][name], words)
        for block, names in KEY.items()
        for name in names
        if name in known[block]
    ]


def registries(run: YearsRun) -> dict[str, Mapping[str, Parameter]]:
    """Parameters of the blocks, and those of the coupling as the manifest tells them."""
    told = run.manifest.get("parameters") or {}
    return {
        "coupling": {name: Parameter.model_validate(entry) for name, entry in told.items()},
        "automation": automation.registry(),
        "adoption": adoption.registry(),
        "capital": capital.registry(),
        "chips": chips.registry(),
    }


def _row(
    block: str, name: str, known: Parameter, words: Catalogue, value: float | None = None
) -> list[str]:
    told = as_written(known.value)
    taken = told if value is None else f"{as_written(value)} ({told})"
    span = f"{as_written(known.low)} … {as_written(known.high)}"
    unit = "" if known.unit == "1" else known.unit
    title = f"{known.what} ({name})"
    part = words.text(f"years_block_{block}")
    return [title, part, taken, span, unit, known.seen, known.source]


def account_rows(run: YearsRun, words: Catalogue) -> list[list[str]]:
    """Largest miss of every account, with its year."""
    rows = []
    for name in run.accounts["account"].to_numpy():
        miss = run.accounts["miss"].sel(account=name).to_series().dropna()
        if len(miss):
            title = named("account", str(name), words)
            rows.append([title, scientific(float(miss.max())), str(miss.idxmax())])
    return rows


def largest_miss(run: YearsRun) -> tuple[float, str, int]:
    """Largest relative miss of all accounts, which, and when."""
    miss = run.accounts["miss"].transpose("year", "account")
    year, account = np.unravel_index(int(np.nanargmax(miss.to_numpy())), miss.shape)
    labels = miss["account"].to_numpy()[account], miss["year"].to_numpy()[year]
    return float(np.nanmax(miss.to_numpy())), str(labels[0]), int(labels[1])


def exposed_rows(run: YearsRun, words: Catalogue) -> list[list[str]]:
    """Imports whose loss would cost the largest economies most, from ``manifest["exposed"]``."""
    return [
        [
            words.economy(row["economy"]),
            words.economy(row["exporter"]),
            words.sector(row["sector"]),
            number(float(row["share"])),
            number(float(row["loss"])),
        ]
        for row in run.manifest.get("exposed") or ()
    ]


def backtest_rows(run: YearsRun, words: Catalogue) -> dict[str, Any] | None:
    """A run begun earlier beside what was counted, if the manifest has it.

    ``manifest["backtest"]`` is the first year (``start``) and ``rows``, each with ``quantity``,
    ``year``, ``unit``, ``observed``, ``model``, ``persistence`` (None where nothing was counted in
    the first year) and ``kind`` (``given`` for what went into the model).
    """
    told = run.manifest.get("backtest")
    if told is None:
        return None
    numbers = ("observed", "model", "persistence")
    heads = [words.text(f"years_column_{name}") for name in ("quantity", "year", "unit", *numbers)]
    rows = []
    for row in told["rows"]:
        cells = [NOTHING if row[name] is None else number(float(row[name])) for name in numbers]
        title = str(row["quantity"])
        if row["kind"] == "given":
            title += f" ({words.text('years_column_given')})"
        rows.append([title, str(row["year"]), str(row["unit"]), *cells])
    return {
        "title": words.text("years_backtest_title", start=told["start"]),
        "heads": heads,
        "rows": rows,
    }
