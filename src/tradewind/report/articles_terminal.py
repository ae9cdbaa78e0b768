"""What was read of an article in the terminal: what was dropped, and a table to review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradewind.report.claims_rows import ClaimNames
from tradewind.report.language import Catalogue, Language
from tradewind.report.numbers import as_written, rounded

SCALES: Mapping[str, tuple[tuple[float, str], ...]] = {
    "en": ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")),
    "zh": ((1e12, " 万亿"), (1e8, " 亿"), (1e4, " 万")),
}
LARGEST_NAMED = 1e16
"""Numbers from here on (operations of a training run) are written with a power of ten."""
SIGNS = {"at_least": "≥ ", "at_most": "≤ ", "approximate": "≈ ", "near": "≈ ", "exact": ""}
DIGITS, FEW_DIGITS = 5, 3
"""Significant digits shown of a number, and of one below 1, which is mostly a fraction."""


def print_article(told: Mapping[str, Any], console: Console, language: Language = "en") -> None:
    """Print what was read of an article.

    Parameters
    ----------
    told : mapping
        `tradewind.claims.articles.answer.answer`.
    console : rich.console.Console
        Where to print.
    language : {"en", "zh"}
    """
    words = Catalogue(language, ClaimNames())
    for line in head(told, words):
        console.print(Text(line), soft_wrap=False)
    if told["quantities"]:
        console.print(_table(told["quantities"], words))
    console.print(Text(words.text("reader_note"), style="dim"))


def head(told: Mapping[str, Any], words: Catalogue) -> list[str]:
    """Say what the article is, what was dropped of it and how many quantities were found."""
    how = words.text(f"reader_date_{told['date_how'].split()[0]}")
    day = words.text("reader_date", date=told["date"], how=how) if told["date"] else how
    lines = [words.text("reader_head", article=told["article"], lines=told["lines"], date=day)]
    if told["dropped"]:
        parts = [
            words.text(
                f"reader_dropped_{reason.split()[0]}",
                signs=f"{signs:,}",
                where=_places(told, reason),
            )
            for reason, signs in told["dropped"].items()
        ]
        lines.append(words.text("reader_dropped", parts=words.text("reader_and").join(parts)))
    count = len(told["quantities"])
    linked = sum(item["variable"] is not None for item in told["quantities"])
    key = "reader_found" if count else "reader_found_none"
    return [*lines, words.text(key, count=count, linked=linked)]


def amount(item: Mapping[str, Any], words: Catalogue) -> str:
    """Write a quantity's value with its bound and unit.

    Examples
    --------
    >>> english = Catalogue("en", ClaimNames())
    >>> amount({"low": 7e11, "high": 7e11, "unit": "USD", "bound": "at_most"}, english)
    '≤ 700 billion USD'
    """
    unit = item["unit"]
    value = between(item["low"], item["high"], words.language)
    said = {"1": "", "count": "", "percent": " %"}.get(unit, f" {unit}")
    known = words.has(f"reader_unit_{unit}")
    if known:
        said = " " + words.text(f"reader_unit_{unit}")
    return SIGNS[item.get("bound", "exact")] + value + said


def between(low: float, high: float, language: Language) -> str:
    """Write a range, the scale word once if both have the same.

    Examples
    --------
    >>> between(2e10, 9e10, "en"), between(1e11, 1e12, "en"), between(5.0, 5.0, "en")
    ('20–90 billion', '100 billion–1 trillion', '5')
    """
    first, last = number(low, language), number(high, language)
    if first == last:
        return last
    word = next((word for _, word in SCALES[language] if last.endswith(word)), None)
    return f"{first.removesuffix(word) if word else first}–{last}"


def number(value: float, language: Language) -> str:
    """Write a number with the scale word of the language.

    Examples
    --------
    >>> number(7e11, "en"), number(7e11, "zh"), number(2.1e25, "en")
    ('700 billion', '7,000 亿', '2.1 × 10^25')
    """
    if abs(value) >= LARGEST_NAMED:
        mantissa, exponent = f"{value:.{DIGITS - 1}e}".split("e+")
        return f"{float(mantissa):g} × 10^{int(exponent)}"
    scales = SCALES[language]
    size, word = next((row for row in scales if abs(value) >= row[0]), (1.0, ""))
    return as_written(rounded(value / size, DIGITS if abs(value) >= 1 else FEW_DIGITS)) + word


def _table(items: list[Mapping[str, Any]], words: Catalogue) -> Table:
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    grid.add_column(words.text("reader_column_paragraph"), justify="right", no_wrap=True)
    grid.add_column(words.text("reader_column_text"), overflow="fold")
    grid.add_column(words.text("reader_column_value"), justify="right", overflow="fold")
    grid.add_column(words.text("reader_column_date"), no_wrap=True)
    grid.add_column(words.text("reader_column_speaker"), overflow="fold")
    grid.add_column(words.text("reader_column_variable"), overflow="fold")
    grid.add_column(words.text("reader_column_shipped"), overflow="fold")
    for item in items:
        grid.add_row(
            str(item["paragraph"]),
            Text(_written(item)),
            amount(item, words),
            (item["date"] or "") + ("*" if item["date_relative"] else ""),
            Text(_speaker(item, words)),
            Text(item["variable"]["label"][words.language] if item["variable"] else ""),
            Text(_shipped(item["variable"], words)),
        )
    return grid


def _written(item: Mapping[str, Any]) -> str:
    """Join a quantity with what it counts, which in Chinese follows without a space."""
    text, thing = str(item["text"]), str(item["thing"])
    if text.endswith(thing):
        return text
    return text + (" " if thing[0].isascii() or text[-1].isascii() else "") + thing


def _speaker(item: Mapping[str, Any], words: Catalogue) -> str:
    if not item["speaker"]:
        return ""
    if not item["via"]:
        return str(item["speaker"])
    return words.text("reader_via", speaker=item["speaker"], via=item["via"])


def _shipped(variable: Mapping[str, Any] | None, words: Catalogue) -> str:
    if variable is None:
        return ""
    shipped = variable["shipped"]
    if shipped is None:
        return words.text("reader_nothing_shipped")
    low, high = shipped["low"], shipped["high"]
    value = amount(
        {"low": shipped["value"], "high": shipped["value"], "unit": shipped["unit"]}, words
    )
    if low is not None and high is not None and low != high:
        value += words.text("reader_range", ends=between(low, high, words.language))
    return f"{value}, {shipped['date']}"


def _places(told: Mapping[str, Any], reason: str) -> str:
    """Paragraph numbers in runs: 3–7, 9."""
    numbers = sorted(set(told["dropped_paragraphs"][reason]))
    runs: list[list[int]] = []
    for place in numbers:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return ", ".join(parts[:6]) + (" …" if len(parts) > 6 else "")
