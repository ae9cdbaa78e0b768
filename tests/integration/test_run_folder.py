"""The folder of a run: whole or not at all, and never in the place of something else."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import shutil
import threading
from pathlib import Path

import pytest
import xarray as xr

from tests.integration.door import Answer, assert_refused, knock, small_scenario
from tradewind import run_folder
from tradewind.errors import OutputError, ScenarioError
from tradewind.run_folder import FILES, check_free, load_outputs, write_folder, write_whole
from tradewind.runs import Run, run
from tradewind.scenario import Scenario
from tradewind.world import World


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Run:
    scenario = small_scenario(tmp_path_factory.mktemp("small"))
    return run(None, Scenario.from_yaml(str(scenario)), seed=3, command="tradewind run small.yaml")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_scenario(tmp_path_factory.mktemp("scenario"))


def solve(scenario: Path, out: Path, *more: str) -> Answer:
    return knock("run", scenario, "--static", "--out", out, *more)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_run_writes_every_file(result: Run, tmp_path: Path) -> None:
    folder = result.save(tmp_path / "deep" / "out")
    assert names(folder) == sorted(FILES)
    assert names(folder.parent) == ["out"]


def test_the_manifest_says_how_to_make_the_run_again(result: Run, tmp_path: Path) -> None:
    result.save(tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    written = result.scenario.to_yaml().encode()
    assert manifest["command"] == "tradewind run small.yaml"
    assert manifest["scenario"] == result.scenario.to_dict()
    assert manifest["scenario_sha256"] == hashlib.sha256(written).hexdigest()
    assert manifest["seed"] == 3
    assert manifest["base_year"] == 2014
    assert set(manifest["timings_s"]) == {"read", "solve", "outcomes", "report"}
    for key in ("tradewind_version", "created_utc", "python", "numpy", "numba", "xarray"):
        assert manifest[key]


def test_the_hash_of_the_world_follows_values_and_labels(result: Run) -> None:
    def hashed(data: xr.Dataset) -> str:
        return str(run(World(data), result.scenario).manifest["world_sha256"])

    data = result.world.data
    same = hashed(data.copy(deep=True))
    # The order of labels is no part of a world's economics, but the file is another one.
    other = hashed(data.isel({dim: [1, 0, 2, 3] for dim in ("economy", "importer", "exporter")}))
    assert same == result.manifest["world_sha256"]
    assert other != same


def test_outputs_carry_units_and_names(result: Run, tmp_path: Path) -> None:
    outputs, _ = load_outputs(result.save(tmp_path / "out"))
    for name, variable in outputs.data_vars.items():
        assert variable.attrs["units"], name
        assert variable.attrs["long_name"], name
        money = "USD" in variable.attrs["units"]
        assert (variable.attrs.get("price_year") == 2014) == money, name
    xr.testing.assert_identical(outputs.drop_attrs(), result.outputs.drop_attrs())


def test_the_summary_is_one_number_a_line_with_its_unit(result: Run, tmp_path: Path) -> None:
    result.save(tmp_path / "out")
    with (tmp_path / "out" / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["variable", "economy", "sector", "value", "unit"]
    assert all(row["unit"] for row in rows)
    row = next(
        row for row in rows if (row["variable"], row["economy"]) == ("real_income_hat", "USA")
    )
    assert float(row["value"]) == float(result.outputs["real_income_hat"].sel(economy="USA"))
    assert len({(row["variable"], row["economy"], row["sector"]) for row in rows}) == len(rows)


def test_an_existing_run_is_kept_without_force(scenario: Path, tmp_path: Path) -> None:
    assert solve(scenario, tmp_path / "out").code == 0
    before = (tmp_path / "out" / "manifest.json").read_text()
    assert_refused(solve(scenario, tmp_path / "out"), str(tmp_path / "out"), "--force")
    assert (tmp_path / "out" / "manifest.json").read_text() == before
    assert solve(scenario, tmp_path / "out", "--force", "--seed", "5").code == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["command"] == f"tradewind run {scenario} --static --seed 5"
    assert names(tmp_path) == ["out"]


def test_a_folder_that_is_no_run_is_kept_even_with_force(scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    assert_refused(solve(scenario, tmp_path / "thesis", "--force"), "not replaced")
    assert names(tmp_path / "thesis") == ["chapter.tex"]


@pytest.mark.parametrize("name", ["notes.txt", ".notes.md"])
def test_a_run_with_files_of_the_user_is_kept_even_with_force(
    scenario: Path, result: Run, tmp_path: Path, name: str
) -> None:
    result.save(tmp_path / "out")
    (tmp_path / "out" / name).write_text("mine")
    assert_refused(solve(scenario, tmp_path / "out", "--force"), name)
    assert (tmp_path / "out" / name).read_text() == "mine"


def test_a_file_in_the_place_of_the_folder_is_kept(scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert_refused(solve(scenario, tmp_path / "out"), "exists already")
    assert_refused(solve(scenario, tmp_path / "out", "--force"), "not replaced")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("place", ["file/out", "file/deep/out"])
def test_a_place_under_a_file(scenario: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    assert_refused(solve(scenario, tmp_path / place), str(tmp_path / "file"), "not a folder")
    assert names(tmp_path) == ["file"]


def test_a_name_that_is_too_long(scenario: Path, tmp_path: Path) -> None:
    assert_refused(solve(scenario, tmp_path / ("o" * 300)), "File name too long")
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_folder_where_nobody_may_write(scenario: Path) -> None:
    assert_refused(solve(scenario, Path("/proc/tradewind")), "/proc/tradewind")


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_folder_without_permission(scenario: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert_refused(solve(scenario, tmp_path / "out"), "not writable")


@pytest.mark.parametrize("full", ["to_netcdf", "write_text", "to_csv", "rename"])
def test_a_full_disk_leaves_nothing(
    full: str, scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    import pandas as pd

    owner = {"to_netcdf": xr.Dataset, "to_csv": pd.DataFrame}.get(full, Path)
    monkeypatch.setattr(owner, full, fail)
    answer = solve(scenario, tmp_path / "deep" / "out")
    monkeypatch.undo()
    assert_refused(answer, "No space left on device", "nothing was left behind")
    assert names(tmp_path) == []


def test_a_full_disk_keeps_the_old_run(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve(scenario, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    renames = iter([Path.rename])
    real = Path.rename

    def fail_at_second(self: Path, target: Path) -> Path:
        if next(renames, None) is None and self.name.endswith(".partial"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", fail_at_second)
    answer = solve(scenario, tmp_path / "out", "--force")
    monkeypatch.undo()
    assert_refused(answer, "No space left on device")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert names(tmp_path) == ["out"]


def test_what_a_killed_writer_left_is_put_right(result: Run, tmp_path: Path) -> None:
    goal = result.save(tmp_path / "out")
    # Killed while writing, and between the two renames of a replacement.
    (tmp_path / ".out.partial").mkdir()
    (tmp_path / ".out.partial" / "outputs.nc").write_text("half")
    goal.rename(tmp_path / ".out.old")
    with pytest.raises(OutputError, match="exists already"):
        check_free(goal, force=False)
    assert names(goal) == sorted(FILES)
    result.save(goal, force=True)
    assert names(tmp_path) == ["out"]


def test_a_link_to_a_run_stays_a_link(result: Run, tmp_path: Path) -> None:
    result.save(tmp_path / "run")
    (tmp_path / "newest").symlink_to("run")
    result.save(tmp_path / "newest", force=True)
    assert (tmp_path / "newest").is_symlink()
    assert names(tmp_path) == ["newest", "run"]


def test_two_writers_of_one_folder(tmp_path: Path) -> None:
    entered, gate = threading.Event(), threading.Event()
    refused: list[OutputError] = []

    def slow(partial: Path) -> None:
        (partial / "manifest.json").write_text("first")
        entered.set()
        gate.wait(10)

    def second() -> None:
        try:
            write_folder(tmp_path / "out", lambda _: pytest.fail("wrote"), force=False)
        except OutputError as error:
            refused.append(error)

    first = threading.Thread(
        target=write_folder, args=(tmp_path / "out", slow), kwargs={"force": False}
    )
    other = threading.Thread(target=second)
    first.start()
    assert entered.wait(10)
    other.start()
    other.join(0.2)
    assert other.is_alive()
    gate.set()
    first.join(10)
    other.join(10)
    assert len(refused) == 1
    assert names(tmp_path) == ["out"]


def test_a_single_file_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "deep" / "a.html", "one", force=False)
    with pytest.raises(OutputError, match="exists already"):
        write_whole(tmp_path / "deep" / "a.html", "two", force=False)
    with pytest.raises(OutputError, match="a folder, not a file"):
        write_whole(tmp_path / "deep", "two", force=True)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OutputError, match="full"):
        write_whole(tmp_path / "new" / "b.html", "two", force=True)
    assert names(tmp_path) == ["deep"]
    assert (tmp_path / "deep" / "a.html").read_text() == "one"


def test_the_report_alone(result: Run, tmp_path: Path) -> None:
    path = result.report(tmp_path / "alone.html")
    assert "A tariff in a small world" in path.read_text(encoding="utf-8")


def test_without_locks_a_single_writer_still_writes(
    result: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_locks)
    result.save(tmp_path / "out")
    assert names(tmp_path / "out") == sorted(run_folder.FILES)


def test_another_world_than_the_scenario_names_is_refused(result: Run) -> None:
    named = result.scenario.model_copy(update={"world": "wiod2014"})
    with pytest.raises(ScenarioError, match="another world") as refused:
        run(result.world, named)
    assert refused.value.value == "wiod2014, but run on small"
    by_name = result.scenario.model_copy(update={"world": "small"})
    assert run(result.world, by_name).outputs.equals(result.outputs)


def test_a_moved_run_can_be_read(result: Run, tmp_path: Path) -> None:
    result.save(tmp_path / "out")
    shutil.move(tmp_path / "out", tmp_path / "elsewhere")
    outputs, manifest = load_outputs(tmp_path / "elsewhere")
    assert manifest["base_year"] == int(outputs.attrs["base_year"])
