"""A plan in the terminal: tables that fit 80 columns."""

from __future__ import annotations

import pandas as pd
import xarray as xr
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradewind.report import plan_tables as tables
from tradewind.report.chips_contract import ChipNames
from tradewind.report.chips_terminal import new_grid, number_columns
from tradewind.report.language import Catalogue, Language
from tradewind.report.numbers import plain
from tradewind.report.plan_contract import PlanOutputs, check_plan
from tradewind.report.plan_rows import SITE_CELLS, case_rows, idle_note, member_rows, site_digits
from tradewind.report.plan_story import (
    assumptions,
    cases_note,
    expectations,
    failures,
    frame,
    headline,
)
from tradewind.report.plan_words import case_title, in_language, named, place_name

NARROW = ("it_gw", "kh100e", "pue", "utilisation", "cost_usd", "average_g")
"""Columns of the table of sites where the terminal is narrow."""
WIDE = (
    *("it_gw", "kh100e", "connection_gw", "pue", "utilisation", "cost_usd"),
    *("connection_value", "green_share", "average_g"),
)
"""The same where it is wide; the files have all."""
ROOMY = 110
"""Columns of a terminal from which it is wide."""
MOST = 20
"""Sites that are printed; files have all of them."""
NARROW_CASES = 6
"""Columns of the table of cases where the terminal is narrow."""


def print_plan(outputs: PlanOutputs, console: Console, language: Language = "en") -> None:
    """Print the story, sites, cost stack and cases of a plan.

    Parameters
    ----------
    outputs : PlanOutputs
    console : rich.console.Console
    language : {"en", "zh"}
    """
    check_plan(outputs)
    words = Catalogue(language, ChipNames(language))
    facts, data = outputs.facts, outputs.shown
    title = in_language(facts["title"], words)
    if len(outputs.table) > 1:
        row = outputs.table[outputs.table["case"] == facts["shown"]].iloc[0]
        title += " · " + words.text("plan_case_shown", case=case_title(row, words))
    console.print(Text(title, style="bold"))
    for line in headline(outputs, words):
        console.print(Text(line))
    for line in (frame(data, facts["hours"], words), *assumptions(outputs, words)):
        console.print(Text(line, style="dim"))
    for line in expectations(facts, words):
        console.print(Text(f"• {line}"))
    console.print()
    console.print(_sites(data, words, roomy=console.width >= ROOMY))
    console.print()
    console.print(_stack(data, words))
    if len(outputs.table) > 1:
        console.print()
        print_cases(outputs, console, language)
    members = _members(outputs, words, roomy=console.width >= ROOMY)
    if members is not None:
        console.print()
        console.print(members)


def print_cases(outputs: PlanOutputs, console: Console, language: Language = "en") -> None:
    """Print cost and make-up of every case, and why a case has no plan."""
    words = Catalogue(language, ChipNames(language))
    found = case_rows(outputs, words)
    room = len(found["heads"]) if console.width >= ROOMY else NARROW_CASES
    grid = new_grid(words.text("plan_cases_title"), cases_note(outputs, words))
    grid.add_column(found["heads"][0], overflow="fold")
    _numbers(grid, found["heads"][1:room])
    for row in found["rows"]:
        grid.add_row(*map(Text, row[:room]))
    console.print(grid)
    for line in failures(outputs, words):
        console.print(Text(line, style="dim"))


def _members(outputs: PlanOutputs, words: Catalogue, *, roomy: bool) -> Table | None:
    """What each member gains by planning together; None if nobody asked."""
    found = member_rows(outputs, words)
    if found is None:
        return None
    note = words.text("plan_members_note", least=found["least"])
    grid = new_grid(words.text("plan_members_title"), note)
    room = len(found["heads"]) if roomy else NARROW_CASES
    grid.add_column(found["heads"][0], overflow="fold")
    _numbers(grid, found["heads"][1:room])
    for row in found["rows"]:
        grid.add_row(*map(Text, row[:room]))
    return grid


def _numbers(grid: Table, heads: list[str]) -> None:
    """Add columns of numbers; a unit stands below what it is of."""
    splits = (", ", "，")
    for head in heads:
        for split in splits:
            head = head.replace(split, f"{split.strip()}\n", 1)
        number_columns(grid, [head])


def _sites(data: xr.Dataset, words: Catalogue, *, roomy: bool) -> Table:
    table = tables.site_table(data)
    note = idle_note(data, words)
    if len(table) > MOST:
        note = words.text("plan_sites_cut", shown=MOST, count=len(table)) + " " + note
    grid = new_grid(words.text("plan_sites_title"), note)
    grid.add_column(words.text("plan_column_site"), overflow="fold")
    names = [name for name in (WIDE if roomy else NARROW) if table[name].notna().any()]
    _numbers(grid, [words.text(f"plan_short_{name}") for name in names])
    digits = {name: site_digits(table, name) for name in names}
    for site, row in table.head(MOST).iterrows():
        cells = [plain(SITE_CELLS[name][0] * float(row[name]), digits[name]) for name in names]
        grid.add_row(Text(place_name(str(site), words)), *cells)
    return grid


def _stack(data: xr.Dataset, words: Catalogue) -> Table:
    """Parts of the cost of one H100e-hour, the mean over all sites first."""
    parts = tables.stack_table(data)
    grid = new_grid(words.text("plan_stack_terminal"), words.text("plan_stack_note"))
    grid.add_column(words.text("plan_column_site"), overflow="fold")
    number_columns(grid, [named("part", part, words) for part in parts.columns])
    number_columns(grid, [words.text("plan_total")])
    _stack_row(grid, words.text("plan_mean"), tables.mean_stack(data), "bold")
    for site, row in parts.head(MOST).iterrows():
        _stack_row(grid, place_name(str(site), words), row, "")
    return grid


def _stack_row(grid: Table, name: str, parts: pd.Series, style: str) -> None:
    cells = [plain(float(value), 3) for value in parts]
    grid.add_row(Text(name), *cells, plain(float(parts.sum()), 3), style=style)
