"""``tradewind compare``: two runs side by side, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import xarray as xr

from tests.integration.door import SCENARIO, assert_refused, knock, small_scenario, small_world
from tradewind.runs import run
from tradewind.scenario import Scenario
from tradewind.world import World


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs on one world, and one on a world with other sectors."""
    folder = tmp_path_factory.mktemp("runs")
    first = Scenario.from_yaml(str(small_scenario(folder)))
    second = Scenario.from_yaml(
        str(small_scenario(folder, SCENARIO.replace("25", "90").replace("A tariff", "Another")))
    )
    run(None, first).save(folder / "a")
    run(None, second).save(folder / "b")
    other = World.load(small_world(folder / "other.nc")).data
    codes = ["A01", "B", "C26", "D35"]
    other = other.assign_coords(sector=codes, input_sector=codes)
    shocked = second.model_copy(update={"shocks": ()})
    run(World(other), shocked).save(folder / "other")
    return folder


@pytest.fixture
def damaged(runs: Path, tmp_path: Path) -> Path:
    """A copy of a run, to be damaged."""
    return Path(shutil.copytree(runs / "a", tmp_path / "damaged"))


def test_two_runs_side_by_side(runs: Path, tmp_path: Path) -> None:
    answer = knock("compare", runs / "a", runs / "b", "--out", tmp_path / "c" / "compare.html")
    assert (answer.code, answer.err) == (0, "")
    assert "China" in answer.out
    assert "Another in a small world" in answer.out
    assert "Another in a small world" in (tmp_path / "c" / "compare.html").read_text("utf-8")


def test_the_difference_is_b_minus_a(runs: Path) -> None:
    answer = knock("compare", runs / "a", runs / "b", "--json")
    found = answer.json()
    for code, row in found["economies"].items():
        a, b = (
            xr.load_dataset(runs / side / "outputs.nc", engine="h5netcdf")["real_income_hat"]
            for side in "ab"
        )
        by_hand = 100 * float(b.sel(economy=code) - a.sel(economy=code))
        assert row["difference_points"] == pytest.approx(by_hand, abs=1e-9)
        assert row["name"]
    assert found["a"]["folder"] == str(runs / "a")
    assert {row["sector"] for row in found["relocation"]} <= {"A01", "B", "C26", "C29"}


def test_a_folder_that_is_not_there(runs: Path, tmp_path: Path) -> None:
    answer = knock("compare", runs / "a", tmp_path / "nowhere")
    assert_refused(answer, str(tmp_path / "nowhere"), "does not exist")


def test_a_folder_that_is_no_run(runs: Path, tmp_path: Path) -> None:
    assert_refused(knock("compare", tmp_path, runs / "a"), "manifest.json", "missing")


@pytest.mark.parametrize("kept", [0, 100, -2000], ids=["empty", "head", "cut at the end"])
def test_outputs_that_are_truncated(runs: Path, damaged: Path, kept: int) -> None:
    file = damaged / "outputs.nc"
    file.write_bytes(file.read_bytes()[:kept])
    assert_refused(knock("compare", damaged, runs / "b"), str(file), "damaged")


def test_outputs_that_are_no_netcdf(runs: Path, damaged: Path) -> None:
    (damaged / "outputs.nc").write_text("variable,value\n")
    assert_refused(knock("compare", runs / "b", damaged), str(damaged / "outputs.nc"))


def test_outputs_that_lack_a_variable(runs: Path, damaged: Path) -> None:
    file = damaged / "outputs.nc"
    outputs = xr.load_dataset(file, engine="h5netcdf").drop_vars("relocation")
    outputs.to_netcdf(file, engine="h5netcdf")
    assert_refused(knock("compare", damaged, runs / "b"), str(file), "relocation")


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "\x00"], ids=["empty", "cut", "list", "nul"])
def test_a_manifest_that_is_damaged(runs: Path, damaged: Path, text: str) -> None:
    (damaged / "manifest.json").write_text(text)
    assert_refused(knock("compare", damaged, runs / "b"), str(damaged / "manifest.json"))


def test_runs_on_different_labels(runs: Path) -> None:
    answer = knock("compare", runs / "a", runs / "other")
    assert_refused(answer, "different labels of sector", "C29", "D35")


def test_a_page_that_exists_is_kept_without_force(runs: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("mine")
    assert_refused(knock("compare", runs / "a", runs / "b", "--out", page), str(page), "--force")
    assert page.read_text() == "mine"
    assert knock("compare", runs / "a", runs / "b", "--out", page, "--force").code == 0
    assert "mine" not in page.read_text("utf-8")[:100]


def test_a_page_in_the_place_of_a_folder(runs: Path, tmp_path: Path) -> None:
    answer = knock("compare", runs / "a", runs / "b", "--out", tmp_path, "--force")
    assert_refused(answer, "a folder, not a file")
