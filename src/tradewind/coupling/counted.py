"""The backtest as it was kept: what every report over the years shows beside its forecast."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from tradewind.scenario.door import read_rows

BEGIN = 2022
FIELDS = ("quantity", "year", "unit", "observed", "model", "persistence", "kind", "source")
"""Columns of the table, see ``backtest.Row``."""


@cache
def kept() -> dict[str, Any]:
    """Return the kept backtest for a manifest: ``start`` and ``rows``.

    ``persistence`` is None where nothing was counted in the first year. Made by
    ``tools/keep_backtest.py``; a test makes it again.
    """
    table = read_rows("backtest.csv", "tradewind.coupling")
    for name in ("observed", "model", "persistence"):
        table[name] = pd.to_numeric(table[name])
    rows = table.astype(object).where(table.notna(), None).to_dict(orient="records")
    return {"start": BEGIN, "rows": rows}
