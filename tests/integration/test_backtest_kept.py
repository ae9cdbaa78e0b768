"""The backtest that reports show is what the model says today."""

from __future__ import annotations

import numpy as np

from tradewind.coupling.backtest import backtest
from tradewind.coupling.counted import FIELDS, kept


def test_the_kept_backtest_is_what_a_run_from_2022_says() -> None:
    """If this fails after a change to the model: python tools/keep_backtest.py."""
    made = backtest()
    table = kept()
    assert [tuple(row) for row in table["rows"]] == [FIELDS] * len(made)
    for row, again in zip(table["rows"], made.to_dict(orient="records"), strict=True):
        for name in FIELDS:
            if isinstance(again[name], float):
                value = np.nan if row[name] is None else row[name]
                np.testing.assert_allclose(value, again[name], rtol=2e-5, atol=1e-9)
            else:
                assert row[name] == again[name]


def test_errors_are_of_the_size_that_the_page_tells() -> None:
    rows = {(row["quantity"], row["year"]): row for row in kept()["rows"]}
    mean = rows["share of world GDP, mean absolute error", 2025]
    assert 0.1 < mean["persistence"] < mean["model"] < 0.25
    chips = rows["American chips to China", 2025]
    assert abs(chips["model"] / chips["observed"] - 1.0) < 0.4
    assert rows["electricity of data centres, world", 2024]["persistence"] is None
