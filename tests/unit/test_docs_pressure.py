"""The page on rankings: its table of equations, and the numbers of its words."""

from __future__ import annotations

import importlib
import re

import pytest
import xarray as xr

from tests.unit.test_docs import ROOT, functions_in, load, text
from tradewind.pressure import index, shipped
from tradewind.pressure_run import BASE, DRAWS
from tradewind.report.pressure_tables import compared
from tradewind.world.indicators import load as load_indicators

ROW = re.compile(r"^\| (.+) \| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$", re.MULTILINE)
PAGE = text("docs/pressure.md")
WORDS = " ".join(PAGE.split())


@pytest.fixture(scope="module")
def strength() -> xr.Dataset:
    return index(load_indicators().values, "strength", year=2025, draws=DRAWS, base=BASE)


def test_every_equation_has_its_function_and_test() -> None:
    stated = re.findall(r"\[(P\d+)\]$", text("src/tradewind/pressure/README.md"), re.MULTILINE)
    rows = ROW.findall(PAGE)
    listed = [row[0].split()[0] for row in rows if re.match(r"P\d+ ", row[0])]
    assert listed == stated == [f"P{number}" for number in range(1, len(stated) + 1)]
    assert len(rows) > len(listed)
    for equation, dotted, file, test in rows:
        package, module, name = dotted.split(".")
        member = getattr(importlib.import_module(f"tradewind.{package}.{module}"), name)
        assert member.__doc__, equation
        assert test in functions_in(ROOT / "tests" / file), equation


def test_equations_are_set_as_html() -> None:
    set_line = load("hooks").line
    source = text("src/tradewind/pressure/README.md")
    blocks = re.findall(r"```equation\n(.*?)```", source, re.DOTALL)
    for line in "".join(blocks).splitlines():
        assert set_line(line), line


def test_the_page_names_every_index() -> None:
    for name in shipped():
        stem = name.removesuffix("-per-head")
        assert f"`{name}`" in PAGE or f"`{stem}`" in PAGE, name


def test_the_numbers_of_the_ladder(strength: xr.Dataset) -> None:
    assert f"({strength.sizes['economy']} economies are ranked)" in WORDS
    assert int(strength["rung"].max()) == 2
    assert set(strength["economy"].values[strength["rung"].values == 1]) == {"USA", "CHN"}
    for code, said in (("IND", "India {}"), ("RUS", "Russia {}"), ("COM", "Comoros last at {}")):
        one = strength.sel(economy=code)
        ends = f"{float(one['rank_low']):g}–{float(one['rank_high']):g}"
        assert said.format(ends) in WORDS, code
    width = float((strength["rank_high"] - strength["rank_low"]).mean()) + 1.0
    assert f"interval spans {width:.0f} ranks on average" in WORDS


def test_the_numbers_of_what_moves_ranks(strength: xr.Dataset) -> None:
    share = {
        str(name): f"{100 * float(part):.0f} %"
        for name, part in zip(
            strength["source"].values, strength["total_share"].values, strict=True
        )
    }
    assert f"units are made comparable ({share['normalisation']} of the variance" in WORDS
    assert f"how gaps are filled ({share['missing']})" in WORDS
    assert f"where weights come from ({share['weights']})" in WORDS
    assert f"is left out moves {share['left_out']}" in WORDS
    assert f"observed values only {share['measurement']}" in WORDS


def test_the_correlations_with_published_indices(strength: xr.Dataset) -> None:
    published = load_indicators().published
    cells = []
    for name in ("gii_2021", "tortoise_2023"):
        correlation, places = compared(strength, published[name])
        cells.append(f"{correlation:.2f} ({len(places)})")
    assert f"| `strength` | {cells[0]} | {cells[1]} |" in PAGE
