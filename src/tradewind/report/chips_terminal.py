"""The chip market in the terminal: tables that fit 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradewind.report import chips_tables as tables
from tradewind.report.chips_contract import ChipNames, ChipOutputs, RoundsTable, check_chips
from tradewind.report.chips_story import (
    family_name,
    headline,
    regime_sentence,
    round_name,
    unbound_name,
    zero_rounds,
)
from tradewind.report.language import Catalogue, Language
from tradewind.report.numbers import NOTHING, as_written, digits_for, plain, rounded, signed

FAMILY_COLUMN = 19
"""The same where the interval stands below."""
COLUMN = 24
"""Width that a number with its interval needs."""
ROOMY = 100
"""Columns of a terminal from which bounds stand beside their number."""
COUNTED = 2025
"""Last year of which all sales were counted; shown beside the last of a run."""


def print_chips(outputs: ChipOutputs, console: Console, language: Language = "en") -> None:
    """Print rules, stocks, China's chips, prices, and what each round did.

    Parameters
    ----------
    outputs : ChipOutputs
    console : rich.console.Console
    language : {"en", "zh"}
    """
    check_chips(outputs)
    words = Catalogue(language, ChipNames(language))
    console.print(Text(str(outputs.facts["title"]), style="bold"))
    console.print(Text(regime_sentence(outputs, words)))
    for line in headline(outputs, words):
        console.print(Text(line))
    room = max(2, (console.width - 6) // COLUMN)
    for grid in (
        _stocks(outputs, words, room),
        _families(outputs, words, max(2, (console.width - 20) // FAMILY_COLUMN)),
        _home(outputs, words, " " if console.width >= ROOMY else "\n"),
        _prices(outputs, words),
    ):
        console.print()
        console.print(grid)
    if outputs.rounds is not None:
        console.print()
        print_rounds(outputs.rounds, console, language)


def print_rounds(rounds: RoundsTable, console: Console, language: Language = "en") -> None:
    """Print the effect of each round: staircase and Shapley, by operations and by bandwidth."""
    words = Catalogue(language, ChipNames(language))
    for order in ("staircase", "shapley"):
        for measure in ("h100", "percent", "per_covered"):
            console.print(_effects(rounds, words, order, measure))
            console.print()
    for line in zero_rounds(rounds, words):
        console.print(Text(line, style="dim"))
    console.print(Text(words.text("chips_rounds_note", members=rounds.members), style="dim"))


def interval_cell(row: pd.Series, digits: int, *, sign: bool = False, joint: str = " ") -> str:
    """Write a median with its bounds; a dash where there is none."""
    if not np.isfinite(row["median"]):
        return NOTHING
    write = signed if sign else plain
    low, median, high = (write(rounded(float(row[name])), digits) for name in tables.SPREAD)
    return f"{median}{joint}({low} … {high})"


def some_years(years: list[int], count: int) -> list[int]:
    """Choose years: the first, 2025 as the last that was counted, the last, and the widest gaps."""
    kept = {years[0], years[-1], *([COUNTED] if COUNTED in years and count > 2 else [])}
    while len(kept) < min(count, len(years)):
        kept.add(max(years, key=lambda year: min(abs(year - other) for other in kept)))
    return sorted(kept)


def new_grid(title: str, caption: str) -> Table:
    """Make an empty table."""
    return Table(
        title=title,
        caption=caption,
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )


def number_columns(grid: Table, heads: list[str]) -> None:
    """Add columns of numbers, which are never wrapped."""
    for head in heads:
        grid.add_column(head, justify="right", no_wrap=True, vertical="bottom")


def _stocks(outputs: ChipOutputs, words: Catalogue, room: int) -> Table:
    grid = new_grid(words.text("chips_stock_title"), words.text("chips_stock_caption"))
    grid.add_column(words.text("chips_column_year"), no_wrap=True)
    chosen = tables.main_economies(outputs, room)
    number_columns(grid, [words.economy(code) for code in chosen])
    found = {code: tables.stock_of(outputs, code) / 1e6 for code in chosen}
    for year in found[chosen[0]].index:
        cells = []
        for code in chosen:
            row = tables.in_year(found[code], int(year))
            cells.append(interval_cell(row, digits_for([float(row["median"])], 3, most=3)))
        grid.add_row(str(year), *cells)
    return grid


def _families(outputs: ChipOutputs, words: Catalogue, room: int) -> Table:
    grid = new_grid(words.text("chips_family_title"), words.text("chips_family_caption"))
    grid.add_column(words.text("chips_column_family"), min_width=18, overflow="fold")
    families = tables.families_of(outputs)
    found = {label: tables.family_stock(outputs, label) / 1e3 for label in families}
    years = some_years([int(year) for year in outputs.central["year"].to_numpy()], room)
    number_columns(grid, [str(year) for year in years])
    for label, table in found.items():
        cells = []
        for year in years:
            row = tables.in_year(table, year)
            empty = float(row["high"]) == 0.0
            cells.append(NOTHING if empty else interval_cell(row, 0, joint="\n"))
        grid.add_row(Text(family_name(label, words)), *cells)
    return grid


def _home(outputs: ChipOutputs, words: Catalogue, joint: str) -> Table:
    grid = new_grid(words.text("chips_home_title"), words.text("chips_home_caption"))
    grid.add_column(words.text("chips_column_year"), no_wrap=True)
    used = tables.workloads(outputs)
    heads = [words.text("chips_column_domestic")]
    for workload in used:
        heads += [words.text(f"chips_worth_{workload}"), words.text("chips_column_premium")]
    heads += [words.text(f"chips_column_{head}") for head in ("leaked", "rented")]
    number_columns(grid, [head.replace("|", "\n") for head in heads])
    for year, row in tables.at_home(outputs).iterrows():
        cells = [interval_cell(part_of(row, "domestic_share", 100.0), 0, joint=joint)]
        for workload in used:
            worth = part_of(row, f"value_{workload}", 1e-3)
            cells.append(interval_cell(worth, 0, joint=joint))
            cells.append(signed(100.0 * row[f"premium_{workload}"], 0))
        cells.append(plain(rounded(row["leaked"] / 1e3), 0))
        cells.append(plain(rounded(row["rented_median"] / 1e3), 0))
        grid.add_row(str(year), *cells)
    return grid


def part_of(row: pd.Series, name: str, scale: float) -> pd.Series:
    """Median and bounds of one number of a row that holds several, in another unit."""
    return pd.Series({key: scale * float(row[f"{name}_{key}"]) for key in tables.SPREAD})


def _prices(outputs: ChipOutputs, words: Catalogue) -> Table:
    grid = new_grid(words.text("chips_price_title"), words.text("chips_price_caption"))
    grid.add_column(words.text("chips_column_year"), no_wrap=True)
    grid.add_column(words.text("chips_column_family"))
    heads = ("cost", "margin", "rent", "price")
    number_columns(grid, [words.text(f"chips_column_{head}") for head in heads])
    last = int(outputs.facts["last_year"])
    for year in sorted({COUNTED, last}):
        for label, row in tables.prices(outputs, year).iterrows():
            rent = pd.Series(
                {"low": row["rent_low"], "median": row["rent"], "high": row["rent_high"]}
            )
            grid.add_row(
                str(year),
                Text(family_name(str(label), words)),
                plain(row["cost"] / 1e3, 1),
                plain(row["margin"] / 1e3, 1),
                interval_cell(rent / 1e3, 1),
                plain(row["price"] / 1e3, 1),
            )
        grid.add_section()
    return grid


def _effects(rounds: RoundsTable, words: Catalogue, order: str, measure: str) -> Table:
    """One order and one measure: rounds by metric and year."""
    title = words.text(
        "chips_rounds_title",
        order=words.text(f"chips_order_{order}"),
        measure=words.text(f"chips_measure_{measure}"),
    )
    grid = new_grid(title, "")
    grid.add_column(words.text("chips_column_round"), min_width=20, overflow="fold")
    table = tables.effect_rows(rounds, order, measure)
    pairs = [(m, year) for m in ("operations", "bandwidth") for year in tables.years_of(rounds)]
    number_columns(grid, [f"{words.text(f'chips_metric_{m}')}\n{y}" for m, y in pairs])
    scale, digits = {"h100": (1e-3, 0), "percent": (1.0, 1), "per_covered": (1.0, 2)}[measure]
    for name, line in table.iterrows():
        cells = [interval_cell(scale * line[pair], digits, sign=True, joint="\n") for pair in pairs]
        grid.add_row(Text(round_name(rounds, str(name), words)), *cells)
    for each in rounds.never_bound:
        zero = NOTHING if measure == "per_covered" else "0"
        grid.add_row(Text(unbound_name(each, words)), *[zero for _ in pairs])
    return grid


def print_parameters(rows: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Print every number that the market assumes."""
    grid = new_grid("", "")
    grid.add_column("Parameter", no_wrap=True)
    for head in ("Value", "Low", "High"):
        grid.add_column(head, justify="right", no_wrap=True)
    for head in ("Unit", "Known", "What, source"):
        grid.add_column(head)
    for row in rows:
        numbers = [as_written(row[key]) for key in ("value", "low", "high")]
        said = Text(f"{row['what']}. {row['source']}")
        grid.add_row(row["name"], *numbers, Text(row["unit"]), row["seen"], said)
    console.print(grid)
