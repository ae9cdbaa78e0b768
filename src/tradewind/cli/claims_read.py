"""``tradewind claims read``: what an article says in numbers, as a table to review."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tradewind.cli.shared import (
    AsJson,
    Force,
    Language,
    emit,
    new_console,
    require_language,
    status,
)
from tradewind.errors import InputError

EXAMPLES = """
\b
Examples:
  tradewind claims read article.txt
  tradewind claims read article.txt --language zh
  tradewind claims read article.txt --out quantities.csv
  tradewind claims read article.txt --date 2026-03-01 --json

\b
Paragraphs are the file's lines that are not empty, counted from 1. A date with a star was reckoned
from a relative word (last year, 去年底) and the article's own date, or --date. The last column is
what Tradewind ships for the variable that the words point to; check that both mean the same.
"""
WIDTH_OF_PIPE = 160


def read(
    file: Annotated[Path, typer.Argument(help="The article: text in UTF-8 or GB 18030, to 5 MB.")],
    day: Annotated[
        str | None,
        typer.Option("--date", help="The article's day, YYYY-MM-DD; its own if left out."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file to write the table to.")] = None,
    force: Force = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Clean an article and list its quantities: value, date, who said it, what it may speak of."""
    chosen = require_language(language)
    reference = _day(day) if day else None
    with status(quiet=as_json) as say:
        say("loading the dictionary")
        from tradewind.claims.articles.answer import answer, as_csv
        from tradewind.claims.articles.read import read_article

        if out is not None:
            from tradewind.run_folder import require_free_file, write_whole

            require_free_file(out, force=force)
        say("reading the article")
        told = answer(read_article(file, reference=reference))
    if out is not None:
        write_whole(out, as_csv(told), force=force)
    if as_json:
        emit({"file": str(out) if out else None, **told})
        return
    from tradewind.report.articles_terminal import print_article

    print_article(told, new_console(WIDTH_OF_PIPE), chosen)
    if out is not None:
        typer.echo(str(out))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            "this is no day",
            where="option --date",
            value=text,
            bound="YYYY-MM-DD",
            remedy="for instance --date 2026-03-01",
        ) from None
