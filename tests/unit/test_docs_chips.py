"""The page on chips: its tables, and its equations with their functions and tests."""

from __future__ import annotations

import importlib
import re
from types import ModuleType

import pytest

from tests.unit.test_docs import ROOT, functions_in, load, text
from tradewind.chip_run.backtest import backtest
from tradewind.chip_run.rounds import find_round_effects, shipped_rounds

ROW = re.compile(r"^\| (.+) \| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$", re.MULTILINE)
PAGE = text("docs/chips.md")
CELL = re.compile(r"(−?[\d,.]+) \((−?[\d,.]+) to (−?[\d,.]+)\)")
FEW = 24


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    return load("chips_table")


def numbers(row: str) -> list[tuple[float, ...]]:
    """Every median with its bounds in a row."""
    return [
        tuple(float(part.replace("−", "-").replace(",", "")) for part in found)
        for found in CELL.findall(row)
    ]


def row_of(start: str) -> str:
    """The one row of the page that begins so."""
    (found,) = [line for line in PAGE.splitlines() if line.startswith(start)]
    return found


def test_every_equation_has_its_function_and_test() -> None:
    stated = re.findall(r"\[(K\d+)\]", text("src/tradewind/chips/README.md"))
    rows = ROW.findall(PAGE)
    listed = {row[0].split()[0] for row in rows if re.match(r"K\d+ ", row[0])}
    assert listed == set(stated) == {f"K{number}" for number in range(1, len(set(stated)) + 1)}
    for equation, dotted, file, test in rows:
        package, module, name = dotted.split(".")
        member = getattr(importlib.import_module(f"tradewind.{package}.{module}"), name)
        assert member.__doc__, equation
        assert test in functions_in(ROOT / "tests" / file), equation


def test_rows_of_scenarios(tables: ModuleType) -> None:
    shown = [line for line in PAGE.splitlines() if line.startswith("| `chips-")]
    assert shown == list(tables.scenario_rows())


def test_rounds_as_printed_hold_a_smaller_ensemble(tables: ModuleType) -> None:
    """500 draws take a minute: ``python docs/chips_table.py``. The median of a few lies within."""
    effects = find_round_effects(FEW, 1)
    for made in tables.round_rows(effects):
        start = made.rsplit("|", 3)[0]
        for (few, *_), (_, low, high) in zip(numbers(made), numbers(row_of(start)), strict=True):
            slack = 1.0 + 0.1 * (high - low)
            assert low - slack <= few <= high + slack, start
    shown = re.findall(r"^\| operations \| 2025 \| (r[\w-]+) \|", PAGE, re.MULTILINE)
    assert shown == [each.id for each in shipped_rounds()]


def test_backtest_as_printed_holds_a_smaller_ensemble(tables: ModuleType) -> None:
    for made in tables.backtest_rows(backtest(FEW, 1)):
        start = "|".join(made.split("|")[:3]) + "|"
        counted, model = numbers(made)[:2]
        printed_count, printed_model = numbers(row_of(start))[:2]
        assert counted == printed_count
        slack = 1.0 + 0.1 * (printed_model[2] - printed_model[1])
        assert printed_model[1] - slack <= model[0] <= printed_model[2] + slack, start
