"""Bad worlds at the door."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from tests.integration.door import assert_refused, knock, small_dataset, small_scenario
from tradewind.world import World


def write(folder: Path, data: xr.Dataset) -> Path:
    """A scenario on a world that is written without any check."""
    scenario = small_scenario(folder)
    data.to_netcdf(folder / "small.nc", engine="h5netcdf")
    return scenario


def refuse(scenario: Path, *said: str) -> None:
    """Both a run on the world and a check of it are refused, and nothing is written."""
    answer = knock("run", scenario, "--static", "--out", scenario.parent / "out")
    assert_refused(answer, *said)
    assert not (scenario.parent / "out").exists()


def test_a_world_that_is_missing(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    (tmp_path / "small.nc").unlink()
    refuse(scenario, str(tmp_path / "small.nc"), "no such world file")
    answer = knock("world", "show", "--world", tmp_path / "small.nc")
    assert_refused(answer, str(tmp_path / "small.nc"))


@pytest.mark.parametrize("kept", [0, 1000, -1000], ids=["empty", "head", "cut at the end"])
def test_a_world_that_is_truncated(tmp_path: Path, kept: int) -> None:
    scenario = small_scenario(tmp_path)
    file = tmp_path / "small.nc"
    file.write_bytes(file.read_bytes()[:kept])
    refuse(scenario, str(file), "damaged")
    assert_refused(knock("world", "check", "--world", file), str(file))


def test_a_world_that_is_no_netcdf(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    (tmp_path / "small.nc").write_text("importer,exporter\n")
    refuse(scenario, str(tmp_path / "small.nc"))


def test_a_world_that_does_not_balance(tmp_path: Path) -> None:
    data = small_dataset()
    data["expenditure"].loc[{"importer": "USA", "sector": "C29"}] *= 1.01
    refuse(write(tmp_path, data), "does not balance", "small.nc", "at most 1e-08")
    answer = knock("world", "check", "--world", tmp_path / "small.nc")
    assert answer.code == 2
    assert answer.err.startswith("tradewind: ")
    assert "NO" in answer.out


def test_the_shipped_world_out_of_balance(tmp_path: Path) -> None:
    data = World.default().data.copy(deep=True)
    data["value_added"].loc[{"economy": "DEU"}] *= 1.001
    data.to_netcdf(tmp_path / "small.nc", engine="h5netcdf")
    refuse(small_scenario(tmp_path), "does not balance", "value_added at DEU")


def test_shares_that_do_not_add_up(tmp_path: Path) -> None:
    data = small_dataset()
    data["final_share"].loc[{"economy": "DEU", "sector": "C26"}] += 0.01
    refuse(write(tmp_path, data), "final_share", "DEU", "small.nc")


def test_a_negative_share(tmp_path: Path) -> None:
    data = small_dataset()
    data["value_added_share"].loc[{"economy": "DEU", "sector": "C26"}] = -0.2
    refuse(write(tmp_path, data), "value_added_share", "DEU, C26", "-0.2", "between 0 and 1")


def test_a_world_with_nan(tmp_path: Path) -> None:
    data = small_dataset()
    data["tariff"].loc[{"importer": "USA", "exporter": "CHN", "sector": "C29"}] = float("nan")
    refuse(write(tmp_path, data), "tariff", "not finite", str(tmp_path / "small.nc"))


def test_an_elasticity_of_zero(tmp_path: Path) -> None:
    data = small_dataset()
    data["trade_elasticity"].loc[{"sector": "C29"}] = 0.0
    refuse(write(tmp_path, data), "trade elasticity", "C29", "more than 0")


def test_a_world_without_a_variable(tmp_path: Path) -> None:
    refuse(write(tmp_path, small_dataset().drop_vars("deficit")), "deficit", "small.nc")


def test_a_world_with_other_labels(tmp_path: Path) -> None:
    data = small_dataset().assign_coords(exporter=["CHN", "DEU", "ROW", "US"])
    refuse(write(tmp_path, data), "exporter", "small.nc")


def test_an_unknown_variable() -> None:
    assert_refused(knock("world", "show", "expenditur"), "expenditure_share", "did you mean")


def test_missing_sources(tmp_path: Path) -> None:
    answer = knock("world", "build", "--sources", tmp_path / "none", "--out", tmp_path / "w.nc")
    assert_refused(answer, str(tmp_path / "none"))
    (tmp_path / "empty").mkdir()
    answer = knock("world", "build", "--sources", tmp_path / "empty", "--out", tmp_path / "w.nc")
    assert_refused(answer, str(tmp_path / "empty"))
    assert not (tmp_path / "w.nc").exists()


def test_a_world_file_that_exists_is_kept(tmp_path: Path) -> None:
    (tmp_path / "w.nc").write_text("mine")
    answer = knock("world", "build", "--sources", tmp_path, "--out", tmp_path / "w.nc")
    assert_refused(answer, str(tmp_path / "w.nc"), "--force")
    assert (tmp_path / "w.nc").read_text() == "mine"


def test_a_world_file_under_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    answer = knock("world", "build", "--sources", tmp_path, "--out", tmp_path / "file" / "w.nc")
    assert_refused(answer, "not a folder")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--elasticity-value", "5", "--format", "xlsx"), "xlsx"),
        (("--elasticity-value", "5"), "nowhere"),
        ((), "--elasticity"),
        (("--elasticity-value", "5", "--elasticity", "e.yaml"), "exactly one"),
        (("--elasticity", "e.yaml"), "e.yaml"),
        (("--elasticity-value", "0", "--format", "test"), "elasticit"),
    ],
    ids=["format", "missing", "no elasticity", "two", "missing elasticities", "zero"],
)
def test_an_import_that_cannot_be(more: tuple[str, ...], said: str, tmp_path: Path) -> None:
    pytest.importorskip("pymrio")
    out = tmp_path / "w.nc"
    answer = knock(
        "world", "import", tmp_path / "nowhere", "--out", out, "--base-year", "2018", *more
    )
    assert_refused(answer, said)
    assert not out.exists()
