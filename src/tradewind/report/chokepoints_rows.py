"""Rows of the tables of cuts as they are shown: rounded, with full values to sort by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from tradewind.report.chokepoints_story import (
    STATUS_WORDS,
    VERDICT_WORDS,
    alternatives,
    name_of,
    next_best,
)
from tradewind.report.chokepoints_tables import ALL_SECTORS
from tradewind.report.language import Catalogue
from tradewind.report.numbers import NOTHING, digits_for, plain


@dataclass(frozen=True)
class Column:
    """One column of numbers: where it is in the table, its heading, its least decimals."""

    field: str
    heading: str
    least: int = 0


IMPORTS = Column("imports_usd_billion", "column_imports")
SHARE = Column("expenditure_share_percent", "column_purchases")
MARGINAL = Column("marginal_loss_usd_million", "column_marginal")
PREDICTED = Column("predicted_loss_percent", "column_predicted", least=2)
EXACT = Column("severance_loss_percent", "column_exact", least=2)
MONEY = Column("severance_loss_usd_billion", "column_exact_money")
OTHER = Column("other_side_loss_percent", "column_other_side", least=2)
OTHER_MONEY = Column("other_side_loss_usd_billion", "column_other_side_money")
PAGE_ORDER = (EXACT, PREDICTED, MONEY, OTHER, OTHER_MONEY, IMPORTS, SHARE, MARGINAL)
"""What a phone shows before it is scrolled comes first."""

COMPARED = (PREDICTED, EXACT)
"""Columns that are read against each other and have the same decimals."""


def columns_of(table: pd.DataFrame, without: Sequence[Column] = ()) -> list[Column]:
    """Choose the columns that hold a number.

    The other side's loss is in percent if its real income is known, else in money.
    """
    known = table[OTHER.field].notna().any()
    columns = (IMPORTS, SHARE, MARGINAL, PREDICTED, EXACT, MONEY, OTHER if known else OTHER_MONEY)
    return [c for c in columns if c not in without and table[c.field].notna().any()]


def digits_of(table: pd.DataFrame, columns: Sequence[Column]) -> dict[str, int]:
    """Choose one number of decimals for each column."""
    digits = {c.field: digits_for(table[c.field], least=c.least) for c in columns}
    together = max((digits[c.field] for c in columns if c in COMPARED), default=0)
    return digits | {c.field: together for c in columns if c in COMPARED}


def write_numbers(
    line: pd.Series, columns: Sequence[Column], digits: dict[str, int]
) -> list[tuple[str, str]]:
    """Write the numbers of one cut: as shown, and as sorted by."""
    return [
        (plain(float(line[column.field]), digits[column.field]), f"{line[column.field]:.6g}")
        for column in columns
    ]


def cut_table(table: pd.DataFrame, words: Catalogue) -> dict[str, object]:
    """Make headings and rows of a table of cuts for the page; empty columns are left out."""
    columns = sorted(columns_of(table), key=PAGE_ORDER.index)
    digits = digits_of(table, columns)
    texts: dict[str, Callable[[pd.Series], tuple[str, str]]] = {}
    if (table["mutual"] != "").any():
        texts["column_verdict"] = lambda line: _verdict(line, words)
    if any((table[key] != "").any() for key in alternatives(table.columns)):
        texts["column_next_best"] = lambda line: _next_best(line, words)
    if (table["status"] != "exact").any():
        texts["column_status"] = lambda line: (words.text(STATUS_WORDS[str(line["status"])]), "nan")
    rows = []
    for place, line in table.iterrows():
        numbers = write_numbers(line, columns, digits)
        cells = [{"text": text, "key": key, "style": "n"} for text, key in numbers]
        for write in texts.values():
            text, key = write(line)
            style = "t" if write is not texts.get("column_next_best") else "t next"
            cells.append({"text": text, "key": key, "style": style})
        rows.append({"place": place, **_names(line, words), "cells": cells})
    heads = [{"text": words.text(column.heading), "style": "n"} for column in columns]
    heads += [{"text": words.text(key), "style": "t"} for key in texts]
    return {"heads": heads, "rows": rows}


def _names(line: pd.Series, words: Catalogue) -> dict[str, str]:
    """Name a cut, in words and by its codes."""
    codes = [str(line["supplier"]), str(line["sector"])]
    return {
        "name": name_of(line, words),
        "code": " ".join(code for code in codes if code != ALL_SECTORS),
    }


def _verdict(line: pd.Series, words: Catalogue) -> tuple[str, str]:
    code = str(line["mutual"])
    text = words.text(VERDICT_WORDS[code]) if code in VERDICT_WORDS else NOTHING
    return text, f"{line['loss_ratio']:.6g}"


def _next_best(line: pd.Series, words: Catalogue) -> tuple[str, str]:
    first = float(line[f"{alternatives(line.index)[0]}_share_percent"])
    pairs = [
        pair.replace(" ", "\N{NO-BREAK SPACE}") for pair in next_best(line, words, names=False)
    ]
    return ", ".join(pairs) or NOTHING, f"{first:.6g}"
