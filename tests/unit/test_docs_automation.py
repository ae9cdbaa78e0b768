"""The page on automation: its equations with their functions and tests, its tables, its example."""

from __future__ import annotations

import importlib
import re
from types import ModuleType

import pytest

from tests.unit.test_docs import ROOT, functions_in, load, text

ROW = re.compile(r"^\| (.+) \| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$", re.MULTILINE)
PAGE = text("docs/automation.md")
README = text("src/tradewind/automation/README.md")


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    return load("automation_table")


def test_every_equation_has_its_function_and_test() -> None:
    stated = re.findall(r"\[(A\d+)\]$", README, re.MULTILINE)
    rows = ROW.findall(PAGE)
    listed = {name for row in rows for name in re.findall(r"A\d+", row[0])}
    assert stated == [f"A{number}" for number in range(1, len(stated) + 1)]
    assert listed == set(stated)
    for equation, dotted, file, test in rows:
        package, module, name = dotted.split(".")
        member = getattr(importlib.import_module(f"tradewind.{package}.{module}"), name)
        assert member.__doc__, equation
        assert test in functions_in(ROOT / "tests" / file), equation


def test_the_example_of_the_readme_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(block, "README.md", "exec"), {})


def test_tables_of_the_page(tables: ModuleType) -> None:
    start = tables.base()
    shown = PAGE.splitlines()
    for row in tables.central_rows(start):
        assert row in shown
    # All 64 draws take half a minute; the first ones lie within what is printed of all.
    for shape, by_year in tables.member_gains(start, 2).items():
        for years, each in by_year.items():
            name = f"| {tables.NAMES[shape]} | {years} |"
            (cells,) = [
                line.split("|")[3:6]
                for line in shown
                if line.startswith(name) and line.count("|") == 6
            ]
            low, _, high = (float(cell.replace(",", "")) for cell in cells)
            assert low * 0.95 - 0.005 <= min(each)
            assert max(each) <= high * 1.05 + 0.005
