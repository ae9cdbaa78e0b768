"""Pages on adoption and capital: tables as printed, equations with their functions and tests."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.unit.test_docs import ROOT, functions_in, load, text

ROW = re.compile(r"^\| (.+) \| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$", re.MULTILINE)
BLOCKS = {"adoption": "D", "capital": "F"}


@pytest.mark.parametrize("block", BLOCKS)
def test_every_equation_has_its_function_and_test(block: str) -> None:
    letter = BLOCKS[block]
    stated = re.findall(rf"\[({letter}\d+)\]$", text(f"src/tradewind/{block}/README.md"), re.M)
    rows = ROW.findall(text(f"docs/{block}.md"))
    listed = {row[0].split()[0] for row in rows if re.match(rf"{letter}\d+ ", row[0])}
    assert stated == [f"{letter}{number}" for number in range(1, len(stated) + 1)]
    assert listed == set(stated)
    for equation, dotted, file, test in rows:
        package, module, name = dotted.split(".")
        member = getattr(importlib.import_module(f"tradewind.{package}.{module}"), name)
        assert member.__doc__, equation
        assert test in functions_in(ROOT / "tests" / file), equation


@pytest.mark.parametrize("block", BLOCKS)
def test_equations_can_be_set(block: str) -> None:
    set_line = load("hooks").line
    lines = re.findall(
        r"^```equation\n(.*?)^```", text(f"src/tradewind/{block}/README.md"), re.M | re.S
    )
    assert lines
    for line in "".join(lines).splitlines():
        assert "<i>" in set_line(line), line


@pytest.mark.parametrize(
    ("block", "rows"),
    [
        ("adoption", "point_rows"),
        ("adoption", "ratio_rows"),
        ("capital", "money_rows"),
        ("capital", "share_rows"),
        ("capital", "return_rows"),
        ("capital", "swing_rows"),
    ],
)
def test_tables_are_as_printed(block: str, rows: str) -> None:
    page = text(f"docs/{block}.md").splitlines()
    made = list(getattr(load(f"{block}_table"), rows)())
    first = page.index(made[0])
    assert page[first : first + len(made)] == made


def test_the_ensemble_of_returns_is_as_printed() -> None:
    assert load("capital_table").ensemble_row() in text("docs/capital.md").splitlines()
