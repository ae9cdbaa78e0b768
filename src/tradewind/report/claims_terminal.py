"""Claims in the terminal: the list, the board, and one claim in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradewind.report import claims_rows as rows
from tradewind.report.figures.plots import said
from tradewind.report.language import Catalogue, Language

NARROWEST = 30
"""Columns that a statement gets at least."""


def print_list(claims: Sequence[rows.Claim], console: Console, language: Language = "en") -> None:
    """Print every claim on a line: id, article, statement, blocks, whether it can be tested.

    Parameters
    ----------
    claims : sequence of mapping
        Claims as their files state them.
    console : rich.console.Console
        Where to print.
    language : {"en", "zh"}
    """
    words = Catalogue(language, rows.ClaimNames())
    grid = _grid()
    grid.add_column("id", no_wrap=True)
    grid.add_column(words.text("claims_column_article"), no_wrap=True)
    grid.add_column(words.text("claims_column_claim"), min_width=NARROWEST, overflow="fold")
    grid.add_column(words.text("claims_column_blocks"))
    grid.add_column(words.text("claims_column_testable"), no_wrap=True)
    for claim in claims:
        grid.add_row(
            claim["id"],
            f"{claim['article']}:{claim['paragraph']}",
            Text(said(claim["statement"], words)),
            rows.blocks(claim, words),
            words.text("claims_yes" if claim["testable"] else "claims_no"),
        )
    console.print(grid)


def print_board(board: Mapping[str, Any], console: Console, language: Language = "en") -> None:
    """Print the board: verdict, members on each side, headline with its range.

    Parameters
    ----------
    board : mapping
        `tradewind.claims.Board.answer`.
    console : rich.console.Console
        Where to print.
    language : {"en", "zh"}
    """
    words = Catalogue(language, rows.ClaimNames())
    console.print(Text(rows.lead(board, words), style="bold"))
    grid = _grid()
    # Id over verdict: side by side they leave the headline no room for its words.
    heads = (words.text(f"claims_column_{key}") for key in ("claim", "verdict"))
    grid.add_column("\n".join(heads), no_wrap=True)
    grid.add_column(words.text("claims_column_split"), justify="right", no_wrap=True)
    grid.add_column(words.text("claims_column_headline"), min_width=NARROWEST)
    grid.add_column(words.text("claims_column_supports"))
    for key in ("central", "range", "null"):
        grid.add_column(words.text(f"claims_column_{key}"), justify="right", no_wrap=True)
    for claim in board["claims"]:
        grid.add_row(*map(Text, _line(claim, words)))
    console.print(grid)
    note = words.text("claims_terminal_note")
    if board["quick"]:
        note += words.text("claims_quick_short")
    console.print(Text(note, style="dim"))


def print_claim(claim: rows.Claim, console: Console, language: Language = "en") -> None:
    """Print one claim in full: thresholds, experiment, null run, parameters with their sources.

    Parameters
    ----------
    claim : mapping
        A claim as its file states it, with ``command``, how to run it.
    console : rich.console.Console
        Where to print.
    language : {"en", "zh"}
    """
    words = Catalogue(language, rows.ClaimNames())
    console.print(Text(said(claim["statement"], words), style="bold"))
    parts = [rows.place(claim, words), claim["id"], rows.blocks(claim, words)]
    head = " · ".join(part for part in parts if part)
    console.print(Text(head, style="dim"))
    texts = Table.grid(padding=(0, 2, 0, 0))
    texts.add_column(style="dim", no_wrap=True)
    texts.add_column(overflow="fold")
    for key in ("reason", "supports_if", "contradicted_if", "experiment", "null", "limits"):
        if claim[key] is not None:
            texts.add_row(words.text(f"claims_{key}"), Text(said(claim[key], words)))
    texts.add_row(words.text("claims_sources"), Text("; ".join(claim["sources"])))
    if claim["testable"]:
        texts.add_row(words.text("claims_members"), str(claim["members"]))
        texts.add_row(words.text("claims_module"), claim["module"])
    texts.add_row(words.text("claims_again"), claim["command"])
    console.print(texts)
    if claim["metrics"]:
        console.print(_metrics(claim, words))
    if claim["parameters"]:
        console.print(_parameters(claim, words))


def _line(claim: rows.Claim, words: Catalogue) -> list[str]:
    verdict = words.text(f"claims_verdict_{claim['verdict']}")
    if "shares" not in claim:
        return [f"{claim['id']}\n{verdict}"]
    shown, metric = rows.percent(claim), claim["metrics"][0]
    cells = rows.metric_cells(metric)
    unit = f", {metric['unit']}" if metric["unit"] != "1" else ""
    return [
        f"{claim['id']}\n{verdict}" + (" *" if claim["by_construction"] else ""),
        " / ".join(shown[side] for side in ("for", "part", "against")),
        said(metric["label"], words) + unit,
        rows.signs(metric["supports"], words),
        cells["central"],
        f"{cells['low']} … {cells['high']}",
        cells["null_central"],
    ]


def _metrics(claim: rows.Claim, words: Catalogue) -> Table:
    grid = _grid()
    for key in ("metric", "unit", "supports", "contradicts"):
        grid.add_column(words.text(f"claims_column_{key}"), overflow="fold")
    for metric in claim["metrics"]:
        grid.add_row(
            Text(said(metric["label"], words)),
            metric["unit"],
            rows.signs(metric["supports"], words),
            rows.signs(metric["contradicts"] or "", words),
        )
    return grid


def _parameters(claim: rows.Claim, words: Catalogue) -> Table:
    grid = _grid()
    grid.add_column(words.text("claims_column_parameter"), overflow="fold")
    grid.add_column(words.text("claims_column_unit"), no_wrap=True)
    for key in ("low", "central", "high"):
        grid.add_column(words.text(f"claims_column_{key}"), justify="right", no_wrap=True)
    grid.add_column(words.text("claims_column_source"), overflow="fold")
    grid.add_column(words.text("claims_column_seen"), no_wrap=True)
    for row in rows.parameter_rows(claim, words):
        keys = ("label", "unit", "low", "central", "high", "source", "seen")
        grid.add_row(*(Text(row[key]) for key in keys))
    return grid


def _grid() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
