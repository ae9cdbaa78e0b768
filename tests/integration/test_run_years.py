"""Runs over the years: the same twice, resumed, forked; what is refused, and by whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.integration.door import assert_refused, knock, small_scenario
from tests.support.coupled import free, prepared, scenario, setting
from tradewind.coupling.accounts import ACCOUNTS, require_kept
from tradewind.coupling.run import (
    HEADLINES,
    SHAPES,
    CoupledRun,
    require_until,
    run_years,
    silent,
    solved,
)
from tradewind.coupling.setting import Setting
from tradewind.coupling.start import Start, mark, read_start
from tradewind.coupling.steps.trade import equilibrium
from tradewind.coupling.variables import VARIABLES
from tradewind.coupling.wiring import BASE, STATE
from tradewind.errors import CouplingError, InputError, OutputError, ScenarioError
from tradewind.run_folder import YEARS_FILES
from tradewind.trade import Shock, solve

UNTIL = 2026
TARIFF = {
    "type": "tariff",
    "mode": "add",
    "percent": 20,
    "importer": "EU27",
    "exporter": "CHN",
    "sector": "goods",
    "from_year": 2026,
}


@pytest.fixture(scope="module")
def whole() -> CoupledRun:
    """A run without policy, on a setting of its own."""
    return run_years(scenario(), until=UNTIL, compare=False, shapes=False)


@pytest.fixture(scope="module")
def folder(whole: CoupledRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds its years."""
    folder = tmp_path_factory.mktemp("years")
    whole.outputs.to_netcdf(folder / "years.nc", engine="h5netcdf")
    return folder


def assert_same(one: xr.Dataset, other: xr.Dataset) -> None:
    """Equal to the bit."""
    assert set(one.data_vars) == set(other.data_vars)
    for name in one.data_vars:
        np.testing.assert_array_equal(one[name].to_numpy(), other[name].to_numpy(), str(name))


def test_a_second_run_is_the_same_to_the_bit(whole: CoupledRun) -> None:
    again, misses, _ = solved(prepared(), UNTIL, None, {}, silent)
    assert_same(again, whole.outputs)
    assert_same(misses, whole.accounts)


def test_what_a_run_holds(whole: CoupledRun) -> None:
    kept = {name for name, variable in VARIABLES.items() if variable.kept}
    assert set(whole.outputs.data_vars) == kept
    assert [int(year) for year in whole.outputs["year"]] == [2024, 2025, 2026]
    assert whole.outputs.attrs["contract"] == mark()
    assert whole.outputs.attrs["base_year"] == 2024
    assert whole.manifest["last_year"] == UNTIL
    assert whole.manifest["start"] is None
    assert list(whole.accounts["account"].values) == list(ACCOUNTS)
    assert float(whole.accounts["miss"].max()) < 1e-8
    assert (whole.against, whole.shapes) == (None, None)
    assert "2024 to 2026" in repr(whole)


def test_a_run_that_is_resumed_is_the_uninterrupted_one(whole: CoupledRun, folder: Path) -> None:
    begin = read_start(folder, 2025)
    assert (begin.year, begin.base_year, begin.scenario) == (2025, 2024, "test")
    assert set(begin.state) == {*STATE, *BASE}
    resumed, misses, _ = solved(prepared(), UNTIL, begin, {}, silent)
    assert_same(resumed, whole.outputs)
    assert_same(misses, whole.accounts.sel(year=[2026]))


def test_a_fork_differs_from_the_year_it_leaves(
    whole: CoupledRun, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Setting, "of", classmethod(lambda _, other, **__: setting_of(other)))
    begin = read_start(folder, 2025)
    forked = run_years(scenario("fork", shocks=[TARIFF]), until=UNTIL, start=begin)
    assert_same(forked.outputs.sel(year=[2024, 2025]), whole.outputs.sel(year=[2024, 2025]))
    before, after = (
        run.outputs["real_income_hat"].sel(year=2026, economy="CHN") for run in (whole, forked)
    )
    assert float(after) < float(before)
    assert forked.against is begin.outputs
    assert forked.shapes is None
    assert forked.manifest["start"] == {"run": "test", "year": 2025}
    assert (forked.outputs.attrs["left"], forked.outputs.attrs["left_in"]) == ("test", 2025)


def setting_of(chosen: Any) -> Setting:
    return prepared().changed(chosen)


def test_a_run_is_compared_and_told_under_every_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Setting, "of", classmethod(lambda _, other, **__: setting_of(other)))
    told: list[str] = []
    found = run_years(
        scenario(years={"shape": "acemoglu_2024"}),
        until=2025,
        tell=lambda step, *_: told.append(step),
    )
    assert found.shapes is not None
    assert found.against is not None
    assert tuple(found.shapes["shape"].values) == SHAPES
    assert set(found.shapes.data_vars) == set(HEADLINES)
    own = found.shapes.sel(shape="acemoglu_2024")
    for name in HEADLINES:
        np.testing.assert_array_equal(own[name].to_numpy(), found.outputs[name].to_numpy())
    automated = found.shapes["automated_share"].sel(year=2025)
    assert len(set(automated.sel(economy="USA").to_numpy().tolist())) == len(SHAPES)
    assert found.against.attrs == {}
    assert any(step == "baseline, 2025" for step in told)


def test_folders_that_are_no_start_are_refused(
    whole: CoupledRun, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="not the folder of a run over the years") as caught:
        read_start(tmp_path / "nowhere")
    assert caught.value.value == "the folder does not exist"
    (tmp_path / "outputs.nc").write_bytes(b"")
    with pytest.raises(InputError, match="not the folder of a run over the years") as caught:
        read_start(tmp_path)
    assert caught.value.value == "missing"
    assert "without --static" in caught.value.bound
    (tmp_path / "years.nc").write_bytes((folder / "years.nc").read_bytes()[:2000])
    with pytest.raises(InputError, match="damaged"):
        read_start(tmp_path)
    with pytest.raises(InputError, match="no such year") as caught:
        read_start(folder, 2030)
    assert caught.value.bound == "2024 to 2026"
    old = tmp_path / "old"
    old.mkdir()
    other = whole.outputs[["gdp"]].assign_attrs(whole.outputs.attrs, contract="another")
    other.to_netcdf(old / "years.nc", engine="h5netcdf")
    with pytest.raises(CouplingError, match="another version") as refused:
        read_start(old)
    assert "contract another" in refused.value.value


def test_an_account_that_does_not_close_is_refused() -> None:
    require_kept(2027, {"chips": 1e-9})
    for miss in (1e-6, np.nan):
        with pytest.raises(CouplingError, match="lends another borrows") as caught:
            require_kept(2027, {"chips": 0.0, "flows": miss})
        assert caught.value.where == "2027, account flows"


@pytest.mark.parametrize(
    ("until", "after", "base", "bound"),
    [
        (2024, None, 2024, "2025 to 2035"),
        (2036, None, 2024, "2025 to 2035"),
        (2027, 2027, 2024, "2028 to 2035"),
        (2022, None, 2022, "2023 to 2035"),
    ],
)
def test_a_last_year_out_of_range(until: int, after: int | None, base: int, bound: str) -> None:
    start = None if after is None else Start(after, base, "other", {}, {}, xr.Dataset())
    with pytest.raises(InputError, match="cannot end in this year") as caught:
        require_until(scenario(), until, start, base)
    assert (caught.value.where, caught.value.bound) == ("option --until", bound)


def test_the_last_year_is_the_scenarios_unless_said() -> None:
    short = scenario(years={"last": 2028})
    assert require_until(short, None, None, 2024) == 2028
    assert require_until(short, 2030, None, 2024) == 2030
    assert require_until(scenario(), None, None, 2024) == 2035
    start = Start(2028, 2024, "other", {}, {}, xr.Dataset())
    with pytest.raises(InputError) as caught:
        require_until(short, None, start, 2024)
    assert "years.last" in caught.value.where


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--at", "2027"), ("option --at", "--from")),
        (("--years", "2024"), ("option --years", "2024-2030")),
        (("--years", "2024-2030-2031"), ("option --years",)),
        (("--years", "2026-2030"), ("option --years", "base year", "--years 2024-2030")),
        (("--years", "2024-2030", "--until", "2031"), ("option --years", "--until 2031")),
        (("--until", "2024"), ("option --until", "2025 to 2035")),
        (("--years", "2024-2036"), ("option --until", "2025 to 2035")),
        (("--static", "--until", "2030"), ("option --until", "runs over the years")),
        (("--static", "--from", "runs/a"), ("option --from", "leave out --from")),
        (("--year", "2020"), ("option --year", "--static")),
        (("--from", "nowhere"), ("nowhere", "does not exist")),
    ],
)
def test_options_that_are_refused(
    options: tuple[str, ...], said: tuple[str, ...], tmp_path: Path
) -> None:
    answer = knock("run", "baseline", *options, "--out", tmp_path / "out")
    assert_refused(answer, *said)
    assert not list(tmp_path.iterdir())


def test_a_world_of_its_own_has_no_years(tmp_path: Path) -> None:
    answer = knock("run", small_scenario(tmp_path), "--out", tmp_path / "out")
    assert_refused(answer, "needs the shipped world", "small.nc", "--static")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ({"power": [{"areas": ["Atlantis"], "build_percent": 5}]}, "years.power[0].areas"),
        ({"pools": [{"economies": ["DEU", "VNM"]}]}, "years.pools[0].economies"),
        ({"parameters": {"utilization": 0.5}}, "parameter 'utilization'"),
        ({"parameters": {"utilisation": 0.9}}, "parameter 'utilisation'"),
    ],
)
def test_what_a_years_section_may_not_say(years: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        solved(setting(years=years), 2025, None, {}, silent)
    assert said in caught.value.where


def test_a_run_is_saved_whole_and_read_back(whole: CoupledRun, tmp_path: Path) -> None:
    goal = whole.save(tmp_path / "one")
    assert sorted(path.name for path in goal.iterdir()) == sorted(YEARS_FILES)
    begin = read_start(goal)
    assert begin.year == UNTIL
    assert_same(begin.outputs, whole.outputs)
    with pytest.raises(OutputError, match="exists already"):
        whole.save(tmp_path / "one")
    (tmp_path / "two").mkdir()
    whole._write(tmp_path / "two", {})
    for path in (tmp_path / "two").iterdir():
        assert path.read_bytes() == (goal / path.name).read_bytes(), path.name


def test_the_command_writes_a_run_and_goes_on_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Setting, "of", classmethod(lambda _, other, **__: setting_of(other)))
    monkeypatch.setattr(CoupledRun, "_render", lambda *_: "rendered elsewhere")
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("name: mine\ntitle: Mine\nshocks: []\n", encoding="utf-8")
    options = ("--no-compare", "--no-shapes", "--json")
    first = knock("run", "mine.yaml", "--until", "2025", *options)
    assert (first.code, first.err) == (0, "")
    told = first.json()
    assert told["years"] == [2024, 2025]
    assert told["folder"] == str(Path("runs") / "mine")
    assert max(told["accounts"].values()) < 1e-8
    assert all(Path(path).is_file() for path in told["files"].values())
    again = knock(
        "run", "mine.yaml", "--from", "runs/mine", "--years", "2024-2026", "--language", "zh"
    )
    assert (again.code, again.err) == (0, "")
    assert "已写入" in again.out
    manifest = json.loads(Path("runs/mine-from-mine-2025/manifest.json").read_text("utf-8"))
    assert manifest["command"] == "tradewind run mine.yaml --until 2026 --from runs/mine"
    assert manifest["start"] == {"run": "mine", "year": 2025}
    assert_refused(knock("run", "mine.yaml", "--until", "2025", *options[:2]), "exists already")
    assert_refused(knock("run", "mine.yaml", "--from", "runs/mine", "--at", "2026"), "2024 to 2025")
    assert_refused(knock("compare", "runs/mine", "runs/mine"), "holds a run over the years")


def test_the_imports_that_are_told_cost_what_a_cut_costs(whole: CoupledRun) -> None:
    """Foretold losses against exact cuts of the same links in the last year's equilibrium."""
    told = whole.manifest["exposed"]
    assert len(told) == 2 * 10
    assert told[0]["economy"] == "USA"
    own = prepared()
    last = free(UNTIL)[UNTIL]
    found = equilibrium(own, last, last["value_added_hat"].to_numpy())
    rebased = own.baseline.rebased(found)
    for row in told[:2]:
        link = {"importer": row["economy"], "exporter": row["exporter"], "sector": row["sector"]}
        cut = xr.ones_like(rebased.data["tariff"])
        cut.loc[link] = np.inf
        loss = 1.0 - float(
            solve(rebased, Shock(iceberg_hat=cut)).real_income_hat.sel(economy=row["economy"])
        )
        assert 100.0 * loss == pytest.approx(row["loss"], rel=0.25)
