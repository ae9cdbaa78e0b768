"""``tradewind chips`` at the door: what it answers, what it writes, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr

from tests.integration.door import assert_refused, knock
from tests.support.small_chip_run import small_chip_run
from tradewind.chip_run import folder as chip_folder
from tradewind.chip_run.folder import GROUPS, save
from tradewind.chips.parameters import registry
from tradewind.errors import OutputError
from tradewind.run_folder import CHIP_FILES

QUICK = ("--members", "2", "--until", "2025", "--no-rounds")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A quick run as enacted, with its answer in JSON."""
    out = tmp_path_factory.mktemp("chips") / "out"
    answer = knock("chips", "run", *QUICK, "--out", out, "--json")
    assert (answer.code, answer.err) == (0, "")
    return out, answer.json()


def test_the_answer_in_json(answered: tuple[Path, dict[str, Any]]) -> None:
    out, found = answered
    assert set(found) == {
        *("folder", "files", "scenario", "title", "description", "regime", "chip_parameters"),
        *("first_year", "last_year", "members", "seed", "residual", "never_bound"),
        *("tradewind_version", "stock", "stock_bandwidth", "home_families", "home_market"),
        *("prices", "against", "flips", "rounds", "held", "timings_s"),
    }
    assert set(found["stock"]["CHN"][0]) == {"year", "low", "median", "high"}
    assert (found["first_year"], found["last_year"], found["members"]) == (2022, 2025, 2)
    assert found["rounds"] is None
    assert all(Path(path).is_file() for path in found["files"].values())
    assert names(out) == sorted(set(CHIP_FILES) - {"rounds.csv"})


def test_the_manifest(answered: tuple[Path, dict[str, Any]]) -> None:
    out, found = answered
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"]["name"] == found["scenario"] == "chips-as-enacted"
    assert (manifest["members"], manifest["seed"], manifest["last_year"]) == (2, 0, 2025)
    for key in ("scenario_sha256", "rules_sha256", "data_sha256", "parameters_sha256"):
        assert len(manifest[key]) == 64
    assert set(manifest["timings_s"]) >= {"rules", "market", "members", "report"}


def test_what_it_prints(tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = knock("chips", "run", *QUICK, "--out", out, "--language", "zh")
    assert (answer.code, answer.err) == (0, "")
    assert "中国" in answer.out
    assert "report.html" in answer.out
    again = knock("chips", "run", *QUICK, "--out", out)
    assert_refused(again, "exists already")
    assert names(tmp_path) == ["out"]


def test_the_folder_of_a_run_with_rounds(tmp_path: Path) -> None:
    run = small_chip_run()
    goal = save(run, tmp_path / "out", command="tradewind chips run")
    assert names(goal) == sorted(CHIP_FILES)
    for group in GROUPS:
        expected = getattr(run, group)
        found = xr.load_dataset(goal / "outputs.nc", group=group, engine="h5netcdf")
        xr.testing.assert_equal(found, expected)
        for name in found.data_vars:
            assert found[name].attrs["units"]
            assert found[name].attrs["long_name"]
    head = xr.load_dataset(goal / "outputs.nc", engine="h5netcdf").attrs
    assert head["Conventions"].startswith("CF-")
    table = pd.read_csv(goal / "summary.csv", keep_default_na=False)
    row = table.query("variable == 'stock_by_economy' and economy == 'CHN' and year == 2025").iloc[
        0
    ]
    stock = run.bounds["stock_by_economy"].sel(economy="CHN", year=2025, quantile=0.5)
    assert float(row["median"]) == pytest.approx(float(stock), rel=1e-12)
    assert len(pd.read_csv(goal / "rounds.csv")) == 2 * (2 * 7 + 6) * 2 * 2


def test_a_failure_in_the_middle_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(chip_folder, "_render", lambda *_: "a page")
    monkeypatch.setattr(chip_folder, "write_netcdf", fail)
    with pytest.raises(OutputError, match="nothing was left behind"):
        save(small_chip_run(), tmp_path / "new" / "out")
    assert names(tmp_path) == []


def test_an_interrupt_leaves_nothing_and_keeps_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = tmp_path / "out"
    goal.mkdir()
    (goal / "manifest.json").write_text("{}", encoding="utf-8")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(chip_folder, "_render", lambda *_: "a page")
    monkeypatch.setattr(chip_folder, "write_netcdf", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(small_chip_run(), goal, force=True)
    assert names(tmp_path) == ["out"]
    assert names(goal) == ["manifest.json"]


def test_a_folder_of_chips_is_not_compared_as_a_run(
    answered: tuple[Path, dict[str, Any]],
) -> None:
    out, _ = answered
    assert_refused(knock("compare", out, out), "chip market")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--until", "2036"), ("2025 to 2035", "2036")),
        (("run", "--until", "2024"), ("2025 to 2035",)),
        (("run", "--members", "1"), ("members", "2 or more")),
        (("run", "chips-as-enactd"), ("chips-as-enacted",)),
        (("run", "--language", "fr"), ("en or zh",)),
        (("rounds", "--members", "0"), ("1 or more",)),
        (("rounds", "--year", "2031"), ("2022 to 2027",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_refusals(
    arguments: tuple[str, ...],
    said: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_refused(knock("chips", *arguments), *said)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("chip_parameters: {retirment: 0.2}", ("retirement",)),
        ("chip_parameters: {retirement: 5.0}", ("range", "retirement")),
        ("controls: {end: [{id: no-such-rule, on: 2026-01-01}]}", ("no-such-rule",)),
        ("controls: {regime: mine}", ("controls.regime",)),
    ],
)
def test_scenarios_that_are_refused(
    lines: str, said: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.yaml"
    path.write_text(f"name: mine\ntitle: Mine\nshocks: []\n{lines}\n", encoding="utf-8")
    assert_refused(knock("chips", "run", path, *QUICK), *said)
    assert names(tmp_path) == ["mine.yaml"]


def test_refusals_in_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = knock("chips", "run", "--until", "2036", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert json.loads(answer.err)["bound"] == "2025 to 2035"


def test_rounds(tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = knock("chips", "rounds", "--members", "2", "--year", "2026", "--out", out, "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json()
    assert {row["year"] for row in found["rounds"]} == {2026}
    assert {row["measure"] for row in found["rounds"]} == {"h100", "percent", "per_covered"}
    assert set(found["rounds"][0]) == {
        *("round", "title_en", "title_zh", "begins", "order", "metric", "year", "measure"),
        *("unit", "mean", "median", "low", "high", "defined"),
    }
    assert [each["round"] for each in found["never_bound"]] == ["us-2025-diffusion"]
    assert names(out) == ["manifest.json", "outputs.nc", "rounds.csv"]
    effects = xr.load_dataset(out / "outputs.nc", engine="h5netcdf")
    assert effects.sizes["member"] == 2


def test_parameters() -> None:
    answer = knock("chips", "parameters", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json()
    assert [row["name"] for row in found] == list(registry())
    for row in found:
        known = registry()[row["name"]]
        assert (row["value"], row["low"], row["high"]) == (known.value, known.low, known.high)
        assert row["source"] == known.source
    shown = knock("chips", "parameters").out
    assert all(name in shown for name in registry())


def test_backtest() -> None:
    answer = knock("chips", "backtest", "--members", "2", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json()["forecasts"]
    assert {row["approach"] for row in found} == {"model", "persistence", "trend"}
    for row in found:
        if row["error_median"] is not None:
            ratio = row["forecast_median"] / row["observed_median"] - 1.0
            assert row["error_median"] == pytest.approx(ratio, rel=1e-9, abs=1e-12)
    shown = knock("chips", "backtest", "--members", "2")
    assert shown.code == 0
    assert "persistence" in shown.out


@pytest.mark.parametrize("command", ["run", "rounds", "parameters", "backtest"])
def test_help_has_examples(command: str) -> None:
    answer = knock("chips", command, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert f"tradewind chips {command}" in answer.out
    assert "--json" in answer.out
