"""A run in the terminal: aligned tables that fit 80 columns.

Names are wrapped in :class:`rich.text.Text`, since Rich reads square brackets in a plain string
as its own markup.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import xarray as xr
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradewind.report import compare, tables
from tradewind.report.contract import Names, check
from tradewind.report.dated import base, base_of_two, money_year
from tradewind.report.language import Catalogue, Language
from tradewind.report.numbers import digits_for, income_digits, plain, signed
from tradewind.report.sides import Manifests, differing_settings, side_titles
from tradewind.report.story import headline, settings

RANKED = 8
LISTED = 10


def print_run(
    outputs: xr.Dataset, world_names: Names, console: Console, language: Language = "en"
) -> None:
    """Print who gains and loses, where industry goes, whose trade changes, and the residual.

    Parameters
    ----------
    outputs : xarray.Dataset
        The outputs of a run.
    world_names : Names
        English names of economies and sectors.
    console : rich.console.Console
        Where to print.
    language : {"en", "zh"}
        Language of headings and names.
    """
    check(outputs)
    words = Catalogue(language, world_names)
    console.print(Text(str(outputs.attrs["title"]), style="bold"))
    for line in headline(outputs, words):
        console.print(Text(line))
    gains, losses = tables.winners_and_losers(outputs, world_names, RANKED)
    said = {"base": base(outputs, words), "year": money_year(outputs)}
    volume = words.text("terminal_volume_caption", **said)
    value = words.text("terminal_short_caption", **said)
    grids = [
        _ranking(gains, losses, words, words.text("terminal_caption", **said)),
        _relocation(tables.relocation_table(outputs, LISTED), words, volume),
        _flows(tables.bilateral_changes(outputs, LISTED), words, value),
    ]
    _print_apart(console, [*(grid for grid in grids if grid.row_count), _footer(outputs, words)])


def print_compare(
    a: xr.Dataset,
    b: xr.Dataset,
    world_names: Names,
    console: Console,
    language: Language = "en",
    *,
    folders: tuple[str, str] | None = None,
    manifests: Manifests = ({}, {}),
) -> None:
    """Print what was set differently, and where real income and industry differ most."""
    check(a)
    check(b)
    words = Catalogue(language, world_names)
    table = compare.differences(a, b, world_names)
    shown = compare.largest(table, "difference", 2 * RANKED)
    for title in side_titles(a, b, words, folders):
        console.print(Text(title, style="bold"))
    for setting in differing_settings(a, b, words, manifests):
        console.print(Text(setting))
    console.print(Text(compare.sentence(a, b, words)))
    bases = base_of_two(a, b, words)
    caption = words.text("terminal_effect_caption", base=bases)
    digits = income_digits(shown[["a", "b"]].to_numpy().ravel())
    heads = ["column_income_a", "column_income_b", "column_income_difference"]
    grid = _table(words.text("compare_ranking_title"), ["column_economy"], heads, words, caption)
    for code, line in shown.iterrows():
        numbers = [signed(float(line[key]), digits) for key in ("a", "b", "difference")]
        grid.add_row(Text(words.economy(str(code))), *numbers)
    volume = words.text("terminal_volume_caption", base=bases)
    shifts = _shift_differences(a, b, words, volume)
    _print_apart(console, [grid, *([shifts] if shifts.row_count else [])])
    console.print()
    for side, run in (("A", a), ("B", b)):
        console.print(Text(f"{side}: ").append_text(_footer(run, words)))


def _print_apart(console: Console, parts: Sequence[Table | Text]) -> None:
    """Print with an empty line before each part, so that a caption keeps to its own table."""
    for part in parts:
        console.print()
        console.print(part)


def _ranking(gains: pd.DataFrame, losses: pd.DataFrame, words: Catalogue, caption: str) -> Table:
    """Put who gains above a rule and who loses below it, the largest loss last."""
    heads = ["column_real_income", "column_real_wage", "column_exports", "column_variation"]
    grid = _table(words.text("ranking_heading"), ["column_economy"], heads, words, caption)
    both = pd.concat([gains, losses])
    digits = income_digits(both["real_income_percent"])
    money = both["equivalent_variation_usd_billion"]
    # A second decimal where a gain or loss in this table would read 0.0.
    money_digits = 2 if (money.abs() < 0.05).any() else 1
    for part in (gains, losses.iloc[::-1]):
        for code, line in part.iterrows():
            grid.add_row(
                Text(words.economy(str(code))),
                signed(float(line["real_income_percent"]), digits),
                signed(float(line["real_wage_percent"]), digits),
                signed(float(line["exports_percent"]), 1),
                signed(float(line["equivalent_variation_usd_billion"]), money_digits),
            )
        grid.add_section()
    return grid


def _relocation(table: pd.DataFrame, words: Catalogue, caption: str) -> Table:
    heads = ["column_share", "column_output"]
    labels = ["column_sector", "column_economy"]
    grid = _table(words.text("shifts_title"), labels, heads, words, caption)
    digits = digits_for(table["relocation_points"])
    for _, line in table.iterrows():
        grid.add_row(
            Text(words.sector(str(line["sector"]))),
            Text(words.economy(str(line["economy"]))),
            signed(float(line["relocation_points"]), digits),
            signed(float(line["output_percent"]), 1),
        )
    return grid


def _flows(table: pd.DataFrame, words: Catalogue, caption: str) -> Table:
    heads = ["column_money", "column_percent", "column_baseline"]
    grid = _table(words.text("flows_title"), ["column_flow"], heads, words, caption)
    digits = digits_for(table["change_usd_billion"])
    for _, line in table.iterrows():
        pair = [words.economy(str(line[side])) for side in ("exporter", "importer")]
        grid.add_row(
            Text(" → ".join(pair)),
            signed(float(line["change_usd_billion"]), digits),
            signed(float(line["change_percent"]), 1),
            plain(float(line["baseline_usd_billion"]), 0),
        )
    return grid


def _shift_differences(a: xr.Dataset, b: xr.Dataset, words: Catalogue, caption: str) -> Table:
    table = compare.relocation_differences(a, b, LISTED)
    heads = ["column_a", "column_b", "column_difference"]
    title = words.text("compare_sectors_title")
    grid = _table(title, ["column_sector", "column_economy"], heads, words, caption)
    digits = digits_for(table[["a", "b"]].to_numpy().ravel(), 2, least=2)
    for _, line in table.iterrows():
        numbers = [signed(float(line[key]), digits) for key in ("a", "b", "difference")]
        labels = [words.sector(str(line["sector"])), words.economy(str(line["economy"]))]
        grid.add_row(*map(Text, labels), *numbers)
    return grid


def _table(
    title: str, labels: Sequence[str], numbers: Sequence[str], words: Catalogue, caption: str
) -> Table:
    """Make an empty table."""
    grid = Table(
        title=title,
        caption=caption,
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for key in labels:
        grid.add_column(words.text(key), vertical="bottom")
    for key in numbers:
        # A number is never wrapped or cut: where the console is narrow, names wrap instead.
        grid.add_column(words.text(key), justify="right", no_wrap=True, vertical="bottom")
    return grid


def _footer(outputs: xr.Dataset, words: Catalogue) -> Text:
    said = settings(outputs, words)
    keys = ("residual", "iterations", "closure", "labour")
    return Text(words.text("terminal_footer", **{key: said[key] for key in keys}), style="dim")
