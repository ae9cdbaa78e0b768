"""The page on the world of today: its numbers, its table of tests, and that the decision holds."""

from __future__ import annotations

import importlib
import re
import runpy
from typing import Any

import numpy as np
import pytest

from tests.unit.test_docs import DOCS, ROOT, functions_in, text
from tradewind.world import World, held_out, rolling, schedules

ROW = re.compile(r"^\| (.+) \| `([\w.]+)` \| `(\w+/test_\w+\.py)` `(test_\w+)` \|$", re.MULTILINE)
PAGE = text("docs/today.md")
WORDS = " ".join(PAGE.split())


@pytest.fixture(scope="module")
def tables() -> dict[str, Any]:
    return runpy.run_path(str(DOCS / "today_tables.py"))


@pytest.fixture(scope="module")
def table() -> World:
    return World.default()


def test_every_equation_has_its_function_and_test() -> None:
    stated = re.findall(r"\[(R\d+)\]$", PAGE, re.MULTILINE)
    rows = ROW.findall(PAGE)
    assert stated == [f"R{number}" for number in range(1, len(stated) + 1)]
    assert [row[0].split()[0] for row in rows if re.match(r"R\d+ ", row[0])] == stated
    for equation, dotted, file, test in rows:
        package, module, name = dotted.split(".")
        member = getattr(importlib.import_module(f"tradewind.{package}.{module}"), name)
        assert member.__doc__, equation
        assert test in functions_in(ROOT / "tests" / file), equation


def test_the_tables_show_what_was_recorded(tables: dict[str, Any], table: World) -> None:
    shown = tables["measured"](table)
    for line in table.held_out:
        cells = f"| {100 * line.table:.2f} | {100 * line.rolled:.2f} |"
        assert f"{cells} {'nearer' if line.smaller else 'worse'} |" in shown
    assert tables["export_shares"](table).count("\n") == 6
    cells = re.findall(r"\| ([\d.]+) \| ([\d.]+) \|$", tables["neighbours"](table), re.MULTILINE)
    assert len(cells) == 2
    assert all(float(rolled) < float(before) for before, rolled in cells), "the other way"


def test_no_way_to_roll_forward_that_was_tried_meets_the_rule(
    tables: dict[str, Any], table: World
) -> None:
    found = tables["solved"](table)
    before = found.pop("the table of 2014 as it is")
    assert len(found) == 6
    for title, errors in found.items():
        lines = [
            held_out.Comparison(name, held_out.YEAR, before[name], errors[name])
            for name in held_out.MEASURES
        ]
        assert not held_out.better_throughout(lines), title
    shipped = found["rolled forward, as shipped"]
    for line in table.held_out:
        assert shipped[line.measure] == pytest.approx(line.rolled, rel=1e-8)
    assert tables["variants"](table).count("**") == 2 * 4


def test_the_numbers_in_the_text(table: World) -> None:
    data = table.data
    facts = {line.measure: line for line in table.held_out}
    smaller = sum(line.smaller for line in table.held_out)
    assert (smaller, len(facts)) == (1, 4)
    assert "smaller for one of four" in WORDS
    imports = facts["us_imports"]
    readme = " ".join(text("README.md").split())
    said = f"share {100 * imports.rolled:.2f} points, not {100 * imports.table:.2f})"
    assert said in readme
    advanced = data["high_technology_exports"].sel(year=2014, drop=True).dropna("economy")
    made = held_out.exports(data, list(held_out.HIGH_TECHNOLOGY)).sel(economy=advanced["economy"])
    own = 100 * float(abs(held_out.gap(made, advanced)).mean())
    assert f"off by as much ({own:.2f})" in WORDS
    counted = data["high_technology_exports"].sel(year=2024).notnull().sum().item()
    assert f"over the {counted} economies with a figure" in WORDS


def test_the_numbers_on_tariffs(table: World) -> None:
    data = table.data
    bought = data["us_imports_hs2"].sel(exporter="CHN") @ data["hs2_sector_map"]
    pair = {"importer": "USA", "exporter": "CHN"}
    scheduled = schedules.scheduled_tariff(data, "us_china_2018").sel(pair)
    before = data["tariff"].sel(pair)
    mean = 100 * float(((scheduled + before) * bought).sum() / bought.sum())
    paid = 100 * float(data["us_tariff_2024"].sel(exporter="CHN"))
    assert f"goods at {mean:.1f} % where {paid:.1f} % was paid" in WORDS
    change = World.at(2025).added_tariff("us_2025", "2026-08-19").sel(importer="USA")
    moved = (change * data["us_imports_hs2"].dot(data["hs2_sector_map"])).sum("sector")
    assert int((moved < 0).sum()) > int((moved > 0).sum()), "negative for most partners"


def test_the_numbers_on_balances_and_taiwan(table: World) -> None:
    data = table.data
    rest = 100 * float((data["deficit"] / data["value_added"]).sel(economy="ROW"))
    bank = -100 * float(rolling.balance_share(data, 2014).sel(economy="ROW"))
    assert f"a deficit of {rest:.1f} % of value added in the table" in WORDS
    assert f"a surplus of {bank:.1f} % at the Bank" in WORDS
    excess = (data["exports"].sum("economy") / data["imports"].sum("economy")).sel(year=2024)
    assert f"(by {100 * (float(excess) - 1):.1f} % in 2024)" in WORDS
    own = data.sel(economy="TWN", year=2024)
    assert f"USD {float(own['gdp']) / 1e9:.1f} bn in 2024" in WORDS
    assert f"({int(own['population']):,} in 2024)" in WORDS
    surplus = float(own["exports"] - own["imports"]) / 1e9
    assert f"the surplus is USD {surplus:.0f} bn in 2024" in WORDS
    gaps = table.record["measured"]["wdi"]
    for year in (2024, 2025):
        assert f"{100 * gaps[f'island_gaps_share_of_taiwan_gdp_{year}']:.1f} %" in WORDS
    goods = [s for s in table.sectors if bool(data["hs2_sector_map"].sel(sector=s).any())]
    sold = held_out.flows(World.at(2024).data).sel(importer="USA", sector=goods).sum("sector")
    model = 100 * float(sold.sel(exporter="TWN") / sold.sum())
    fact = 100 * float(data["us_imports"].sel(exporter="TWN") / data["us_imports"].sum())
    assert f"is {model:.1f} % in the world of 2024 and was {fact:.1f} %" in WORDS.replace("  ", " ")
    missing = data["exports"].sel(year=2025).isnull().to_pandas()
    assert set(missing.index[missing]) == {"JPN", "USA", "TWN", "ROW"}
    assert np.isfinite(data["exports"].sel(year=range(2000, 2025))).all()
