"""Chokepoints in the terminal: the costliest cuts, in tables that fit 80 columns."""

from __future__ import annotations

import pandas as pd
import xarray as xr
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradewind.report.chokepoints_contract import check_chokepoints
from tradewind.report.chokepoints_rows import (
    EXACT,
    IMPORTS,
    MARGINAL,
    MONEY,
    OTHER,
    OTHER_MONEY,
    PREDICTED,
    SHARE,
    Column,
    columns_of,
    digits_of,
    write_numbers,
)
from tradewind.report.chokepoints_story import (
    Cuts,
    alternatives,
    codes_in,
    headline,
    next_best,
    solved,
)
from tradewind.report.contract import Names
from tradewind.report.dated import base, money_year
from tradewind.report.language import Catalogue, Language

TOP = 10

VERDICT_MARKS = {"mutual": "m", "one-sided": "o", "they lose more": "t"}
SHORT = {
    IMPORTS: "chokepoints_column_imports",
    SHARE: "chokepoints_column_share",
    MARGINAL: "chokepoints_column_marginal",
    PREDICTED: "chokepoints_column_predicted",
    EXACT: "chokepoints_column_exact",
    OTHER: "chokepoints_column_other",
    OTHER_MONEY: "chokepoints_column_other_money",
}
"""Headings that fit 80 columns."""

NO_EQUILIBRIUM = "×"
ROOMY = 96
"""Columns of a terminal from which a line has room for two next-best suppliers."""


def print_chokepoints(
    outputs: xr.Dataset,
    names: Names,
    console: Console,
    language: Language = "en",
    top: int = TOP,
) -> None:
    """Print which suppliers, links and sources would cost the economy most if cut.

    Parameters
    ----------
    outputs : xarray.Dataset
        The outputs of ``tradewind chokepoints``.
    names : Names
        English names of economies and sectors.
    console : rich.console.Console
        Where to print.
    language : {"en", "zh"}
        Language of headings and names.
    top : int
        Rows of each table.
    """
    check_chokepoints(outputs)
    words = Catalogue(language, names)
    cuts = Cuts.of(outputs, words)
    asked = str(outputs.attrs["economy"])
    title = words.text("chokepoints_title", economy=words.economy(asked))
    console.print(Text(title, style="bold"))
    for line in headline(outputs, cuts, words):
        console.print(Text(line))
    economy = words.economy_in_sentence(asked)
    titles = {
        words.text("chokepoints_suppliers_title", economy=economy): cuts.supplier,
        words.text("chokepoints_links_title", economy=economy): cuts.link,
        words.text("chokepoints_sectors_title", economy=economy): cuts.sector,
    }
    shown = {
        title: table[table["status"] != "no trade"].head(top) for title, table in titles.items()
    }
    for title, table in shown.items():
        if len(table):
            console.print()
            console.print(Text(title, style="italic"))
            console.print(_grid(table, words, 2 if console.width >= ROOMY else 1))
    year, said = money_year(outputs), base(outputs, words)
    caption = words.text("chokepoints_terminal_caption", year=year, base=said)
    codes = words.text("chokepoints_codes", codes=codes_in(list(shown.values()), words))
    console.print()
    for line in (caption, codes, words.text("chokepoints_cannot_tell"), solved(outputs, words)):
        console.print(Text(line, style="dim"))


def _grid(table: pd.DataFrame, words: Catalogue, most: int) -> Table:
    """Lay out one table: codes where names would not fit, the sector's name wrapped."""
    whole = bool((table["sector_name"] == "").all())
    columns = columns_of(table, without=(MONEY,))
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 0))
    grid.add_column(
        words.text("chokepoints_column_rank"), justify="right", no_wrap=True, vertical="bottom"
    )
    label = "column_supplier" if whole else "chokepoints_column_code"
    grid.add_column(words.text(label), no_wrap=True, vertical="bottom")
    if not whole:
        grid.add_column(words.text("column_sector"), vertical="bottom", overflow="fold")
    for column in columns:
        # A heading breaks at every space: what it saves in width goes to the sector's name.
        heading = words.text(SHORT[column]).replace(" ", "\n")
        grid.add_column(heading, justify="right", vertical="bottom", no_wrap=True)
    replaced = any((table[key] != "").any() for key in alternatives(table.columns))
    if replaced:
        grid.add_column(words.text("chokepoints_column_next"), no_wrap=True, vertical="bottom")
    digits = digits_of(table, columns)
    for place, line in table.iterrows():
        code = str(line["supplier"])
        cells = [str(place), words.economy(code) if whole else code]
        cells += [] if whole else [words.sector(str(line["sector"]))]
        cells += _numbers(line, columns, digits)
        cells += [" ".join(next_best(line, words, names=False)[:most])] if replaced else []
        grid.add_row(*map(Text, cells))
    return grid


def _numbers(line: pd.Series, columns: list[Column], digits: dict[str, int]) -> list[str]:
    """Write the numbers, with what tells whose dependence it is behind the other side's loss."""
    numbers = zip(columns, write_numbers(line, columns, digits), strict=True)
    written = []
    for column, (text, _) in numbers:
        if column == EXACT and line["status"] == "no equilibrium":
            text = NO_EQUILIBRIUM
        elif column == OTHER:
            text = f"{text} {VERDICT_MARKS.get(str(line['mutual']), ' ')}"
        written.append(text)
    return written
