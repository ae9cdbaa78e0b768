"""``tradewind backtest``: a run begun in 2022 beside what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewind.cli.shared import AsJson, Language, bar, emit, new_console, require_language

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = """
\b
Examples:
  tradewind backtest           2023 to 2025, foretold from 2022
  tradewind backtest --json    the same for a program

\b
Beside every figure stands naive persistence: the first year, again. A figure marked "given" went
into the model and is no forecast. docs/years.md says what to make of it.
"""
HEADS = {
    "en": ("quantity", "year", "unit", "counted", "model", "persistence", ""),
    "zh": ("量", "年份", "单位", "实测", "模型", "持平", ""),
}
GIVEN = {"en": "given", "zh": "已知"}


def backtest(language: Language = "en", as_json: AsJson = False) -> None:
    """Run from 2022 with the policies that came, and compare with what was counted."""
    chosen = require_language(language)
    with bar(quiet=as_json) as tell:
        tell("loading the libraries", 0, 1)
        from tradewind.coupling.backtest import backtest as compare

        table = compare(tell)
    if as_json:
        emit({"from": 2022, "rows": table.to_dict(orient="records")})
        return
    _print(table, chosen)


def _print(table: pd.DataFrame, language: str) -> None:
    from rich.table import Table

    shown = Table(box=None, pad_edge=False)
    for head in HEADS[language]:
        shown.add_column(head, justify="left" if head in HEADS[language][:3] else "right")
    for row in table.to_dict(orient="records"):
        numbers = (_number(float(row[name])) for name in ("observed", "model", "persistence"))
        note = GIVEN[language] if row["kind"] == "given" else ""
        shown.add_row(str(row["quantity"]), str(row["year"]), str(row["unit"]), *numbers, note)
    new_console(110).print(shown)


def _number(value: float) -> str:
    """Three figures, none where there is none."""
    return "" if value != value else f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
