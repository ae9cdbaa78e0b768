"""The commands on the world of a later year: captions, units, the table of errors, refusals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import xarray as xr

import tradewind as tw
from tests.integration.door import assert_refused, knock, small_scenario
from tradewind.errors import ScenarioError

ROLLED = "Table of 2014 rolled forward to 2024, USD of 2024"
ROLLED_ZH = "2014 年投入产出表推算至 2024 年，以 2024 年美元计"
SCENARIO = "china-vehicles"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "now"
    answer = knock("run", SCENARIO, "--static", "--year", "2024", "--out", out, "--json")
    assert answer.code == 0, answer.err
    found = answer.json()
    assert (found["world"], found["base_year"], found["year"]) == ("wiod2014-at-2024", 2014, 2024)
    return out


def test_the_run_carries_both_years(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["command"] == f"tradewind run {SCENARIO} --static --year 2024"
    assert (manifest["base_year"], manifest["year"]) == (2014, 2024)
    assert manifest["scenario"]["world"] == "wiod2014-at-2024"
    with xr.open_dataset(folder / "outputs.nc", engine="h5netcdf") as outputs:
        assert (outputs.attrs["base_year"], outputs.attrs["year"]) == (2014, 2024)
        assert outputs["income"].attrs["price_year"] == 2024
        assert json.loads(outputs.attrs["held_out"])[0]["measure"] == "us_imports"
        gdp = float(tw.World.default().data["gdp"].sel(year=2024).sum())
        assert float(outputs["value_added_baseline"].sum()) * 1e6 == pytest.approx(gdp, rel=0.1)
    with (folder / "summary.csv").open() as file:
        units = {row["unit"] for row in csv.DictReader(file)}
    assert {unit for unit in units if "USD" in unit} == {
        "USD million of 2024",
        "USD million at prices of 2024",
    }


@pytest.mark.parametrize(
    ("file", "said", "heading", "verdicts"),
    [
        ("report.html", ROLLED, "How near the world comes to its year", (">nearer<", ">worse<")),
        ("report.zh.html", ROLLED_ZH, "推算世界与事实的差距", (">更接近<", ">更远<")),
    ],
)
def test_the_report_shows_the_errors_held_out(
    file: str, said: str, heading: str, verdicts: tuple[str, str], folder: Path
) -> None:
    page = (folder / file).read_text(encoding="utf-8")
    assert page.count(said) >= 6, "under every figure and table"
    section = page.split('id="held-out"')[1].split("</section>")[0]
    assert heading in section
    for line in tw.World.default().held_out:
        assert f">{100 * line.table:.2f}<" in section
        assert f">{100 * line.rolled:.2f}<" in section
        assert verdicts[0 if line.smaller else 1] in section
    assert "Base year 2014" not in page
    assert "基准年 2014" not in page


def test_the_terminal_says_both_years(tmp_path: Path) -> None:
    answer = knock("run", SCENARIO, "--static", "--year", "2024", "--out", tmp_path / "now")
    words = " ".join(answer.out.split())
    assert f"{ROLLED}: effects on the economy of 2024, not a forecast. EV in USD of 2024." in words
    assert "Base year" not in words


def test_a_run_of_2014_shows_no_errors_held_out(tmp_path: Path) -> None:
    out = tmp_path / "then"
    assert knock("run", SCENARIO, "--static", "--year", "2014", "--out", out).code == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Base year 2014" in page
    assert 'id="held-out"' not in page
    with xr.open_dataset(out / "outputs.nc", engine="h5netcdf") as outputs:
        assert "held_out" not in outputs.attrs


def test_two_years_of_one_scenario_are_compared(folder: Path, tmp_path: Path) -> None:
    then, page = tmp_path / "then", tmp_path / "both.html"
    assert knock("run", SCENARIO, "--static", "--out", then).code == 0
    answer = knock("compare", then, folder, "--out", page)
    words = " ".join(answer.out.split())
    assert "Year of the world: 2014 in A; 2024 in B." in words
    assert f"A: Base year 2014; B: {ROLLED}" in words
    assert f"A: Base year 2014; B: {ROLLED}" in page.read_text(encoding="utf-8")
    sides = knock("compare", then, folder, "--json").json()
    assert (sides["a"]["year"], sides["b"]["year"]) == (2014, 2024)


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_the_world_of_a_year_is_checked_and_shown(year: str) -> None:
    found = knock("world", "check", "--year", year, "--json").json()
    assert found["world"]["name"] == f"wiod2014-at-{year}"
    assert found["world"]["years"] == [2014]
    assert all(row["passed"] for row in found["checks"])
    assert {row["name"] for row in found["checks"]} >= {"growth", "car tariff USA on DEU"}
    assert "rolled forward to " + year in knock("world", "show", "--year", year).out
    assert "included_us_china_2018" in knock("world", "show", "--year", year).out
    assert "(--year 2015 to 2025 rolls it forward)" in knock("world", "show").out


@pytest.mark.parametrize("year", ["2013", "2026"])
def test_a_year_without_data_is_refused(year: str, tmp_path: Path) -> None:
    for words in (
        ("run", SCENARIO, "--static", "--out", tmp_path / "out"),
        ("scenario", "check", SCENARIO),
        ("world", "check"),
        ("world", "show", "tariff"),
    ):
        assert_refused(knock(*words, "--year", year), "2014 to 2025", f"value:  {year}")
    assert list(tmp_path.iterdir()) == []
    assert knock("run", "--year", "now").code == 2
    assert knock("run", "--year", "2024.5").code == 2


def test_a_world_of_ones_own_has_no_other_year(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    assert_refused(
        knock("run", scenario, "--static", "--year", "2024"), "a world of its own", "small.nc"
    )
    answer = knock("world", "check", "--world", tmp_path / "small.nc", "--year", "2024")
    assert_refused(answer, "2014 alone")


def test_a_scenario_is_checked_on_a_later_world() -> None:
    said = knock("scenario", "check", SCENARIO, "--year", "2024").out
    assert "table of 2014 rolled forward to 2024" in " ".join(said.split())


def test_in_python_a_scenario_follows_the_world_it_is_run_on() -> None:
    scenario = tw.Scenario.from_yaml(SCENARIO)
    run = tw.run(tw.World.at(2024), scenario)
    assert run.scenario.world == "wiod2014-at-2024"
    assert run.manifest["scenario"]["world"] == "wiod2014-at-2024"
    assert repr(run).startswith("Run('china-vehicles' on wiod2014-at-2024, USD of 2024, ")
    named = scenario.model_copy(update={"world": "wiod2014-at-2014"})
    assert tw.run(None, named).manifest["scenario"]["world"] == "wiod2014"
    with pytest.raises(ScenarioError, match="another world"):
        tw.run(tw.World.default(), scenario.at(2024))
