"""A run over the years in the terminal: tables that fit 80 columns."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradewind.report import years_compared as compared
from tradewind.report import years_tables as tables
from tradewind.report.chips_terminal import new_grid, number_columns, some_years
from tradewind.report.language import Catalogue, Language
from tradewind.report.numbers import income_digits, plain, rounded, scientific, signed
from tradewind.report.years_contract import YearsNames, YearsRun, check_years
from tradewind.report.years_figures import ranked
from tradewind.report.years_rows import largest_miss, shape_rows
from tradewind.report.years_story import headline
from tradewind.report.years_words import column, frame, other_run

EACH = 10
"""Economies that are printed for their size, and again for how much they move."""
YEARS = 6
"""Years that fit beside one another."""
WORLD = (
    *("compute_million", "domestic_percent", "fleet_gw", "idle_gw", "ai_twh", "data_centre_twh"),
    *("automated_percent", "investment_billion", "revenue_billion", "return_percent"),
    *("chinese_tokens_percent", "chinese_visits_percent"),
)


def print_years(run: YearsRun, console: Console, language: Language = "en") -> None:
    """Print the story, economies, the world by year, and the shapes of automation.

    Parameters
    ----------
    run : YearsRun
    console : rich.console.Console
    language : {"en", "zh"}
    """
    check_years(run)
    words = Catalogue(language, YearsNames(run))
    console.print(Text(str(run.outputs.attrs["title"]), style="bold"))
    for line in headline(run, words):
        console.print(Text(line))
    console.print(Text(frame(run, words), style="dim"))
    for grid in (_economies(run, words), _world(run, words), _shapes(run, words)):
        if grid is not None:
            console.print()
            console.print(grid)
    miss = scientific(largest_miss(run)[0])
    console.print(Text(words.text("years_terminal_accounts", miss=miss), style="dim"))


def _economies(run: YearsRun, words: Catalogue) -> Table:
    table, paths = compared.headline_table(run), compared.income_paths(run)
    attrs, other = run.outputs.attrs, other_run(run, words)
    said = {"base": attrs["base_year"], "table": attrs["table_year"], "other": other}
    grid = new_grid(
        words.text("years_terminal_economies"), words.text("years_terminal_economies_note", **said)
    )
    grid.add_column(words.text("column_economy"), overflow="fold")
    heads = [words.text("years_terminal_over", base=attrs["base_year"])]
    if run.against is not None:
        heads += [
            words.text("years_terminal_against", year=int(paths.index[-1])),
            words.text("years_terminal_largest"),
        ]
    heads += [words.text(f"years_terminal_{name}") for name in ("compute", "rank")]
    number_columns(grid, heads)
    moved = paths.abs().max().sort_values(ascending=False, kind="stable").index[:EACH]
    shown = [code for place, code in enumerate(table.index) if place < EACH or code in moved]
    digits = income_digits(paths[shown].abs().max())
    for code in shown:
        grid.add_row(*_economy(table.loc[code], paths[code], digits, run, words))
    return grid


def _economy(
    line: pd.Series, path: pd.Series, digits: int, run: YearsRun, words: Catalogue
) -> list[Text | str]:
    """One row of the table of economies."""
    cells: list[Text | str] = [Text(words.economy(str(line.name)))]
    cells.append(signed(float(line["real_income_percent"]), 0))
    if run.against is not None:
        year = tables.year_of_largest(path.abs())
        cells.append(signed(float(path.iloc[-1]), digits))
        cells.append(f"{signed(float(path[year]), digits)} ({year})")
    cells += [
        plain(rounded(float(line["compute_stock_h100e"]) / 1e3), 0),
        ranked(line),
    ]
    return cells


def _world(run: YearsRun, words: Catalogue) -> Table:
    table = tables.world_table(run.outputs)
    base = run.outputs.attrs["base_year"]
    grid = new_grid(
        words.text("years_terminal_world"), words.text("years_terminal_world_note", base=base)
    )
    grid.add_column("", overflow="fold")
    years = some_years([int(year) for year in table.index], YEARS)
    number_columns(grid, [str(year) for year in years])
    for name in WORLD:
        digits = column(table.loc[years, name], most=1)
        cells = [plain(float(table[name][year]), digits) for year in years]
        grid.add_row(Text(words.text(f"years_column_{name}")), *cells)
    return grid


def _shapes(run: YearsRun, words: Catalogue) -> Table | None:
    found = shape_rows(run, words)
    if found is None:
        return None
    last = tables.last_year(run.outputs)
    grid = new_grid(words.text("years_shapes_title", last=last), "")
    first, *heads = found["heads"]
    grid.add_column(first, overflow="fold")
    number_columns(grid, [head.replace(", ", ",\n") for head in heads])
    for name, *cells in found["rows"]:
        grid.add_row(Text(name), *cells)
    return grid
