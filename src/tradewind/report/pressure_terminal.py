"""A ranking in the terminal: the ladder, or why one economy stands where it stands."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import xarray as xr
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradewind.report.language import Catalogue, Language
from tradewind.report.numbers import plain, signed
from tradewind.report.pressure_tables import drives_table, ladder_table
from tradewind.report.pressure_words import (
    RankNames,
    amount,
    index_title,
    interval,
    pillar_title,
    place,
    said_of,
    source_title,
    titles_of,
)

PILLAR_WIDTH = 5
"""Letters of a pillar's name at the head of its column."""


def print_ladder(
    outputs: xr.Dataset,
    names: Mapping[str, str],
    console: Console,
    language: Language = "en",
    top: int = 40,
) -> None:
    """Print the ladder from the top, with a line between rungs.

    Parameters
    ----------
    outputs : xarray.Dataset
        See `tradewind.pressure.index`.
    names : mapping
        English names by code.
    console : rich.console.Console
        Where to print.
    language : {"en", "zh"}
    top : int
        Economies to show.
    """
    words = Catalogue(language, RankNames(names))
    table = ladder_table(outputs, names)
    console.print(Text(_head(outputs, words), style="bold"))
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    drawn = "rung" in table
    if drawn:
        grid.add_column(words.text("pressure_column_rung"), justify="right", no_wrap=True)
    grid.add_column(words.text("pressure_column_rank"), justify="right", no_wrap=True)
    if drawn:
        grid.add_column("90 %", no_wrap=True)
    grid.add_column(words.text("column_economy"), no_wrap=True, max_width=22)
    grid.add_column(words.text("pressure_column_score"), justify="right", no_wrap=True)
    pillars = [str(p) for p in outputs["pillar"].values] if outputs.sizes["pillar"] > 1 else []
    titles = dict(
        zip(outputs["pillar"].values.tolist(), outputs["pillar_title"].values.tolist(), strict=True)
    )
    for name in pillars:
        title = pillar_title(titles[name], words)[:PILLAR_WIDTH]
        grid.add_column(title, justify="right", no_wrap=True)
    grid.add_column(words.text("pressure_column_observed"), justify="right", no_wrap=True)
    shown = table.head(top)
    records = shown.reset_index().to_dict(orient="records")
    for line, following in zip(records, [*records[1:], None], strict=True):
        code = str(line["economy"])
        cells = [str(int(line["rung"]))] if drawn else []
        cells += [place(line["rank_median"] if drawn else line["rank"])]
        cells += [interval(line["rank_low"], line["rank_high"])] if drawn else []
        cells += [f"{code} {words.economy(code)}" if names.get(code) != code else code]
        cells += [plain(line["score"], 2)]
        cells += [plain(line[f"pillar_{name}"], 2) for name in pillars]
        cells += [f"{100 * line['observed']:.0f}"]
        ends = drawn and following is not None and following["rung"] != line["rung"]
        grid.add_row(*map(Text, cells), end_section=bool(ends))
    console.print(grid)
    if len(table) > top:
        console.print(words.text("pressure_more", shown=top, count=len(table)))
    for said in said_of(outputs, words):
        console.print(Text(said, style="dim"))


def print_why(
    outputs: xr.Dataset,
    names: Mapping[str, str],
    economy: str,
    console: Console,
    language: Language = "en",
) -> None:
    """Print what an economy's score is made of, and what would move its rank.

    Parameters
    ----------
    outputs : xarray.Dataset
        See `tradewind.pressure.index`.
    names : mapping
        English names by code.
    economy : str
        Code of a ranked economy.
    console : rich.console.Console
        Where to print.
    language : {"en", "zh"}
    """
    words = Catalogue(language, RankNames(names))
    one = outputs.sel(economy=economy)
    console.print(Text(f"{words.economy(economy)}: {_head(outputs, words)}", style="bold"))
    for said in standing(outputs, economy, words):
        console.print(said)
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    grid.add_column(words.text("pressure_column_indicator"), overflow="fold", vertical="bottom")
    for key in ("value", "unit", "year", "normalised", "weight", "drive"):
        heading = words.text(f"pressure_column_{key}")
        unit = key == "unit"
        grid.add_column(heading, justify="left" if unit else "right", no_wrap=not unit)
    named = dict(zip(outputs["indicator"].values.tolist(), titles_of(outputs, words), strict=True))
    for line in drives_table(outputs, economy).reset_index().to_dict(orient="records"):
        guess = "~" if line["imputed"] else ""
        grid.add_row(
            Text(named[line["indicator"]]),
            Text(guess + amount(line["value"])),
            Text(str(line["unit"])),
            Text("" if pd.isna(line["year"]) else f"{line['year']:.0f}"),
            Text(plain(line["normalised"], 2)),
            Text(plain(100 * line["weight"], 1)),
            Text(signed(line["drive"], 3)),
        )
    console.print(grid)
    console.print(Text(words.text("pressure_why_note"), style="dim"))
    if "source" in outputs.coords:
        parts = one["economy_share"].to_series().dropna().sort_values(ascending=False).head(3)
        if len(parts):
            listed = ", ".join(
                f"{source_title(str(name), words)} {100 * share:.0f} %"
                for name, share in parts.items()
            )
            console.print(Text(words.text("pressure_why_moves", listed=listed), style="dim"))


def standing(outputs: xr.Dataset, economy: str, words: Catalogue) -> list[str]:
    """Say where an economy stands, and whom it can be told apart from."""
    one = outputs.sel(economy=economy)
    count = outputs.sizes["economy"]
    if "rung" not in outputs:
        return [words.text("pressure_stands_plain", rank=place(float(one["rank"])), count=count)]
    above, below = int(one["surely_above"]), int(one["surely_below"])
    return [
        words.text(
            "pressure_stands",
            rank=place(float(one["rank_median"])),
            count=count,
            interval=interval(float(one["rank_low"]), float(one["rank_high"])),
            rung=int(one["rung"]),
        ),
        words.text(
            "pressure_told_apart", above=above, below=below, level=count - 1 - above - below
        ),
    ]


def _head(outputs: xr.Dataset, words: Catalogue) -> str:
    title = index_title(outputs, words)
    return f"{title}, {outputs.attrs['year']}" if "year" in outputs.attrs else title
