"""The page on runs over the years and the coupling's own: equations, tests, parameters, figures."""

from __future__ import annotations

import importlib
import re
from functools import reduce

from tests.unit.test_docs import ROOT, functions_in, text
from tests.unit.test_scenario_model import YEARS
from tradewind.coupling.accounts import ACCOUNTS
from tradewind.coupling.backtest import stacks
from tradewind.coupling.parameters import registry
from tradewind.coupling.wiring import YEAR
from tradewind.scenario.yaml_source import read_table

STEP = re.compile(
    r"^\| (\d+) \| (\w+) \| (.+) \| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$",
    re.MULTILINE,
)
ROW = re.compile(r"^\| [^|]+ \| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$", re.MULTILINE)
README = text("src/tradewind/coupling/README.md")
PAGE = text("docs/years.md")


def exists(dotted: str, file: str, test: str) -> None:
    *home, name = dotted.split(".")
    member = getattr(importlib.import_module(".".join(["tradewind", *home])), name)
    assert member.__doc__, dotted
    assert test in functions_in(ROOT / "tests" / file), test


def test_every_step_has_its_equations_function_and_test() -> None:
    rows = STEP.findall(README)
    assert [(int(row[0]), row[1]) for row in rows] == [(step.number, step.name) for step in YEAR]
    for (_, _, _, dotted, file, test), step in zip(rows, YEAR, strict=True):
        exists(dotted, file, test)
        assert dotted.rsplit(".", 1)[1] == step.run.__name__
    stated = re.findall(r"\[(J\d+)\]$", README, re.MULTILINE)
    assert stated == [f"J{number}" for number in range(1, len(stated) + 1)]
    listed: list[str] = reduce(list.__add__, (re.findall(r"J\d+", row[2]) for row in rows))
    assert listed == stated


def test_what_stands_around_the_steps_exists() -> None:
    rows = ROW.findall(README)
    assert len(rows) >= 10
    for dotted, file, test in rows:
        exists(dotted, file, test)


def test_parameters_of_the_readme_are_those_of_the_table() -> None:
    for name, known in registry().items():
        row = (
            f"| `{name}` | {known.what} | {known.value:g} | {known.low:g} to {known.high:g} "
            f"| {known.unit} | {known.seen} |"
        )
        assert row in README, name
    assert len(re.findall(r"^\| `\w+` \| ", README, re.MULTILINE)) == len(registry())
    assert len(ACCOUNTS) == 8, "the README says eight"


def test_the_page_has_every_scenario() -> None:
    asked = PAGE.split("## Ten scenarios")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([\w-]+)` \| [a-z]", asked, re.MULTILINE)) == YEARS


def test_counted_figures_stand_on_the_page() -> None:
    """What needs no run: points of use, and counts of electricity."""
    for row in stacks():
        cells = (f"{value:.2f}" if value < 10.0 else f"{value:.1f}" for value in row[3:6])
        assert f"| {row.quantity} | {row.year} | % | {' | '.join(cells)} |" in PAGE
    for row in read_table("observed.yaml", "tradewind.coupling")["data_centres"]:
        counted = f"{row['value']:.0f}" if row["value"] >= 100.0 else f"{row['value']:.1f}"
        head = f"| electricity of data centres, {row['region']} | {row['year']} | TWh / year | "
        assert head + counted + " | " in PAGE
