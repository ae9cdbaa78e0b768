"""``tradewind chokepoints`` at the door: what it answers, what it writes, what it refuses."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.integration.door import Answer, assert_refused, knock, small_dataset, small_world
from tradewind.chokepoint_run import find_chokepoints
from tradewind.run_folder import CHOKEPOINT_FILES
from tradewind.scenario.horizon import at
from tradewind.trade import Baseline, Shock, solve
from tradewind.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_world(tmp_path_factory.mktemp("world") / "small.nc")


@pytest.fixture(scope="module")
def folder(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole answer, written once."""
    out = tmp_path_factory.mktemp("whole") / "out"
    answer = ask(world, "--all", "--by", "sector", "--out", out)
    assert (answer.code, answer.err) == (0, "")
    return out


def ask(world: Path, *more: str | Path, economy: str = "DEU") -> Answer:
    return knock("chokepoints", "--economy", economy, "--world", world, *more)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def loss_by_hand(world: Path, found: dict[str, Any], cut: dict[str, Any]) -> float:
    """Loss [USD billion] of a cut as `solve` says of a ban, under the assumptions of an answer."""
    loaded = World.load(world)
    years = found["horizon_years"]
    given = at("long" if years is None else years, loaded.trade_elasticity(None))
    baseline = Baseline(loaded.data.assign(trade_elasticity=given.trade_elasticity))
    iceberg = xr.ones_like(loaded.data["expenditure_share"]).copy()
    buyers = [code for code in loaded.economies if code != cut["supplier"]]
    place: dict[str, Any] = {
        "importer": buyers if cut["kind"] == "sector" else found["economy"],
        "exporter": cut["supplier"],
    }
    if cut["sector"] != "all":
        place["sector"] = cut["sector"]
    iceberg.loc[place] = np.inf
    equilibrium = solve(
        baseline,
        Shock(iceberg_hat=iceberg.drop_attrs()),
        labour=given.labour,
        sigma_value_added=given.sigma_value_added,
        sigma_inputs=given.sigma_inputs,
        sigma_final=given.sigma_final,
    )
    return -float(equilibrium.equivalent_variation.sel(economy=found["economy"])) / 1000.0


@pytest.mark.parametrize(
    ("more", "kind", "years", "labour"),
    [
        ((), "link", 0.0, "specific"),
        (("--by", "supplier"), "supplier", 0.0, "specific"),
        (("--by", "sector", "--horizon", "short"), "sector", 0.0, "specific"),
        (("--by", "supplier", "--horizon", "long"), "supplier", None, "mobile"),
        (("--horizon-years", "0"), "link", 0.0, "specific"),
        (("--horizon-years", "3"), "link", 3.0, "specific"),
        (("--by", "supplier", "--horizon-years", "7.5"), "supplier", 7.5, "mobile"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_what_is_asked_is_what_is_cut(
    more: tuple[str, ...], kind: str, years: float | None, labour: str, world: Path
) -> None:
    answer = ask(world, *more, "--top", "2", "--json")
    assert (answer.code, answer.err) == (0, "")
    told = answer.json()
    found, cuts = told["question"], told["cuts"]
    assert (found["economy"], found["horizon_years"], found["labour"]) == ("DEU", years, labour)
    assert {cut["kind"] for cut in cuts} == {kind}
    exact = [cut for cut in cuts if cut["status"] == "exact"]
    # A small world has fewer cuts than are always tried.
    assert len(exact) == found["severances"] == len(cuts)
    for cut in exact[:2]:
        by_hand = loss_by_hand(world, found, cut)
        assert cut["severance_loss_usd_billion"] == pytest.approx(by_hand, rel=1e-7)
    losses = [cut["severance_loss_usd_billion"] for cut in cuts]
    assert losses == sorted(losses, reverse=True)
    assert told["folder"] is None


def test_the_terminal_shows_the_worst_links(world: Path) -> None:
    answer = ask(world, "--top", "3")
    assert (answer.code, answer.err) == (0, "")
    assert "Links whose cut would cost Germany most" in answer.out
    assert "--all makes every cut exactly" in answer.out
    assert "\x1b" not in answer.out
    shown = [line for line in answer.out.splitlines() if line.strip()[:2] in ("1 ", "2 ", "3 ")]
    assert len(shown) == 3
    chinese = ask(world, "--top", "3", "--language", "zh")
    assert (chinese.code, chinese.err) == (0, "")
    assert "中国" in chinese.out
    assert "用时" in chinese.out


def test_small_letters_name_the_same_economy(world: Path) -> None:
    found = [ask(world, "--json", "--top", "1", economy=code).json() for code in ("deu", "DEU")]
    assert found[0] == found[1]


def test_a_world_whose_codes_are_small_letters(tmp_path: Path) -> None:
    data = small_dataset()
    codes = np.array(["reg1", "reg2", "reg3", "Rest of world"])
    data = data.assign_coords(dict.fromkeys(("economy", "importer", "exporter"), codes))
    world = World(data).save(tmp_path / "regions.nc")
    found = ask(world, "--json", "--top", "1", economy="reg2").json()
    assert found["question"]["economy"] == "reg2"
    assert ask(world, "--json", "--top", "1", economy="Rest of world").code == 0
    for typed in ("reg9", "REG9"):
        assert_refused(ask(world, economy=typed), typed, "did you mean reg")
    assert ask(world, "--json", "--top", "1", economy="rest of World").code == 0


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world with deficits."""
    return World(small_dataset(0.1)).save(tmp_path_factory.mktemp("uneven") / "uneven.nc")


def test_closures_and_the_set_of_elasticities(uneven: Path) -> None:
    worst = {}
    for closure in ("fixed", "balanced", "proportional"):
        told = ask(uneven, "--closure", closure, "--top", "1", "--json").json()
        assert told["question"]["closure"] == closure
        worst[closure] = next(c for c in told["cuts"] if c["status"] == "exact")
    losses = {round(cut["severance_loss_percent"], 6) for cut in worst.values()}
    assert len(losses) == 3
    told = ask(uneven, "--elasticity-set", "fontagne_2022", "--top", "1", "--json").json()
    assert told["question"]["elasticity_set"] == "fontagne_2022"


def test_balanced_cuts_are_measured_from_balanced_trade(uneven: Path) -> None:
    """Otherwise the end of all deficits would pass for the effect of the cut.

    Deficits end in the long run, whatever the horizon of the cuts.
    """
    told = ask(uneven, "--closure", "balanced", "--top", "1", "--json").json()
    cut = next(c for c in told["cuts"] if c["status"] == "exact")
    loaded = World.load(uneven)
    final = loaded.trade_elasticity(None)
    given = at("short", final)
    uneven_trade = Baseline(loaded.data.assign(trade_elasticity=final))
    balanced = solve(uneven_trade, Shock(), closure="balanced", tolerance=1e-13)
    baseline = uneven_trade.rebased(balanced).with_elasticity(given.trade_elasticity)
    iceberg = xr.ones_like(loaded.data["expenditure_share"]).copy()
    iceberg.loc[{"importer": "DEU", "exporter": cut["supplier"], "sector": cut["sector"]}] = np.inf
    after, before = (
        solve(
            baseline,
            shock,
            closure="balanced",
            labour=given.labour,
            sigma_value_added=given.sigma_value_added,
            sigma_inputs=given.sigma_inputs,
            sigma_final=given.sigma_final,
        ).real_income_hat.sel(economy="DEU")
        for shock in (Shock(iceberg_hat=iceberg.drop_attrs()), Shock())
    )
    by_hand = 100.0 * (1.0 - float(after / before))
    assert cut["severance_loss_percent"] == pytest.approx(by_hand, rel=1e-7)
    assert float(before) == pytest.approx(1.0, abs=1e-9)
    assert abs(float(balanced.real_income_hat.sel(economy="DEU")) - 1.0) > 1e-3


REFUSED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "by": (("--by", "supplyer"), ("supplyer", "one of link, supplier, sector")),
    "closure": (("--closure", "ballanced"), ("ballanced", "one of fixed, balanced")),
    "elasticities": (("--elasticity-set", "fontaine"), ("fontaine", "fontagne_2022")),
    "language": (("--language", "xx"), ("xx", "en or zh")),
    "horizon": (("--horizon", "medium"), ("medium", "short or long")),
    "two horizons": (
        ("--horizon", "long", "--horizon-years", "3"),
        ("--horizon and --horizon-years", "leave one out"),
    ),
    "negative years": (("--horizon-years", "-1"), ("horizon", "-1", "at least 0")),
    "years that are none": (("--horizon-years", "nan"), ("horizon", "nan", "at least 0")),
    "years as text": (("--horizon-years", "three"), ("--horizon-years",)),
    "top of zero": (("--top", "0"), ("--top",)),
    "top as text": (("--top", "ten"), ("--top",)),
    "year without data": (("--year", "2024"), ("2024",)),
    "unknown option": (("--everything",), ("--everything",)),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_asked_is_refused(
    case: tuple[tuple[str, ...], tuple[str, ...]], world: Path, tmp_path: Path
) -> None:
    more, said = case
    answer = ask(world, *more, "--all", "--out", tmp_path / "out")
    assert_refused(answer)
    assert all(words.lower() in answer.err.lower() for words in said), answer.err
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("economy", "said"),
    [
        ("DEX", "did you mean DEU"),
        ("dex", "did you mean DEU"),
        ("Lummerland", "one of CHN"),
        ("", "one of CHN"),
    ],
)
def test_an_unknown_economy(economy: str, said: str, world: Path, tmp_path: Path) -> None:
    answer = ask(world, "--all", "--out", tmp_path / "out", economy=economy)
    assert_refused(answer, "no such economy", said)
    assert names(tmp_path) == []


def test_no_economy_at_all(world: Path) -> None:
    assert_refused(knock("chokepoints", "--world", world), "--economy")


def test_errors_as_json_stand_on_stderr_alone(world: Path) -> None:
    answer = ask(world, "--json", economy="DEX")
    assert (answer.code, answer.out) == (2, "")
    told = json.loads(answer.err)
    assert (told["error"], told["value"], told["where"]) == ("InputError", "DEX", "economy")


def test_a_world_that_is_not_there(tmp_path: Path) -> None:
    assert_refused(ask(tmp_path / "none.nc", "--all", "--out", tmp_path / "out"), "none.nc")
    assert names(tmp_path) == []


def test_the_shipped_world_and_its_later_years() -> None:
    found = {
        year: knock(
            *("chokepoints", "--economy", "nld", "--by", "supplier", "--top", "1", "--json"),
            *(("--year", year) if year else ()),
        ).json()
        for year in ("", "2024")
    }
    assert found[""]["question"]["world"] == "wiod2014"
    assert found["2024"]["question"]["world"] == "wiod2014-at-2024"
    assert (found["2024"]["question"]["base_year"], found["2024"]["question"]["year"]) == (
        2014,
        2024,
    )
    worst = [[c for c in told["cuts"] if c["status"] == "exact"] for told in found.values()]
    assert len(worst[0]) == len(worst[1]) == 43
    assert worst[0][0]["severance_loss_percent"] != worst[1][0]["severance_loss_percent"]
    assert all(cut[0]["severance_loss_percent"] > 0.0 for cut in worst)
    assert_refused(knock("chokepoints", "--economy", "NLD", "--year", "2030"), "2030", "2025")


# The folder


def test_a_whole_answer_is_one_folder_and_nothing_beside_it(folder: Path) -> None:
    assert names(folder) == sorted(CHOKEPOINT_FILES)
    assert names(folder.parent) == ["out"]
    for name in ("report.html", "report.zh.html"):
        page = (folder / name).read_text(encoding="utf-8")
        assert page.startswith("<!DOCTYPE html>")
        assert page.rstrip().endswith("</html>")
    assert "Germany" in (folder / "report.html").read_text(encoding="utf-8")
    assert "德国" in (folder / "report.zh.html").read_text(encoding="utf-8")


def test_the_manifest_says_how_to_ask_again(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["question"] == {
        "economy": "DEU",
        "by": ["sector"],
        "horizon": "short",
        "exact": None,
        "closure": "fixed",
        "elasticity_set": None,
    }
    assert manifest["world"] == "small"
    assert manifest["residual"] <= 1e-10
    for key in ("tradewind_version", "created_utc", "numpy", "world_sha256", "command"):
        assert manifest[key]


def cuts_of(folder: Path) -> list[dict[str, Any]]:
    with (folder / "chokepoints.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_table_json_and_labelled_outputs_hold_the_same_numbers(folder: Path) -> None:
    text = (folder / "chokepoints.json").read_text(encoding="utf-8")
    told = json.loads(text, parse_constant=pytest.fail)
    rows, cuts = cuts_of(folder), told["cuts"]
    assert len(rows) == len(cuts)
    by_cut = {(cut["kind"], cut["supplier"], cut["sector"]): cut for cut in cuts}
    assert {kind for kind, *_ in by_cut} == {"link", "supplier", "sector"}
    for row in rows:
        cut = by_cut[row["kind"], row["supplier"], row["sector"]]
        assert set(row) == {*cut, "place"}
        for name, value in cut.items():
            same = row[name] == ("" if value is None else str(value))
            assert same or float(row[name]) == value, name
    for kind in ("link", "supplier", "sector"):
        shown = [row for row in rows if row["kind"] == kind]
        assert [int(row["place"]) for row in shown] == list(range(1, len(shown) + 1))
        losses = [float(row["severance_loss_percent"]) for row in shown if row["status"] == "exact"]
        assert losses == sorted(losses, reverse=True)
    with xr.open_dataset(folder / "chokepoints.nc", engine="h5netcdf") as outputs:
        assert outputs.sizes["cut"] == len(cuts)
        for place in range(outputs.sizes["cut"]):
            cut = outputs.isel(cut=place)
            key = tuple(cut[name].item() for name in ("kind", "supplier", "sector"))
            said = by_cut[key]["severance_loss_usd_billion"]
            loss = float(cut["severance_loss"]) / 1000.0
            assert np.isnan(loss) if said is None else loss == pytest.approx(said, rel=1e-12)
        for name in ("dependence_loss", "dependence_imposed", "horizon_loss"):
            kept = np.array(told[name]["percent"], dtype=float)
            np.testing.assert_array_equal(kept, outputs[name].transpose(*told[name]["dims"]))
            for dim in told[name]["dims"]:
                assert told[name][dim] == outputs[name][dim].values.tolist()
        assert outputs.attrs["severances"] == told["question"]["severances"]


def test_json_on_stdout_is_the_file_that_is_written(
    folder: Path, world: Path, tmp_path: Path
) -> None:
    answer = ask(world, "--all", "--by", "sector", "--out", tmp_path / "out", "--json")
    assert (answer.code, answer.err) == (0, "")
    told = answer.json()
    assert told.pop("folder") == str(tmp_path / "out")
    written = json.loads((tmp_path / "out" / "chokepoints.json").read_text(encoding="utf-8"))
    assert told == written
    before = json.loads((folder / "chokepoints.json").read_text(encoding="utf-8"))
    assert written == before


def test_the_default_folder_is_named_for_the_question(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = ask(world, "--all", "--horizon-years", "3", economy="deu")
    assert (answer.code, answer.err) == (0, "")
    assert names(tmp_path / "runs") == ["chokepoints-DEU-3-years"]
    assert "runs/chokepoints-DEU-3-years/ written in" in answer.out
    for name in CHOKEPOINT_FILES:
        assert name in answer.out


def test_a_quick_answer_may_be_written_too(world: Path, tmp_path: Path) -> None:
    answer = ask(world, "--top", "2", "--out", tmp_path / "out")
    assert (answer.code, answer.err) == (0, "")
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == sorted(CHOKEPOINT_FILES)
    assert {row["kind"] for row in cuts_of(tmp_path / "out")} == {"link"}


def test_an_existing_answer_is_kept_without_force(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert ask(world, "--top", "1", "--out", out).code == 0
    before, cuts = (out / "manifest.json").read_bytes(), cuts_of(out)
    with monkeypatch.context() as patch:
        # It is refused before any work is done.
        patch.setattr("tradewind.chokepoint_run.find", lambda *_, **__: pytest.fail("worked"))
        assert_refused(ask(world, "--top", "1", "--out", out), str(out), "--force")
    assert (out / "manifest.json").read_bytes() == before
    assert ask(world, "--top", "1", "--out", out, "--force", economy="CHN").code == 0
    # Not by the manifest: two runs within a second may have the same.
    assert cuts_of(out) != cuts
    assert names(tmp_path) == ["out"]


def test_the_folder_one_stands_in(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(world, "--top", "1", "--out", tmp_path / "out").code == 0
    monkeypatch.chdir(tmp_path / "out")
    assert_refused(ask(world, "--top", "1", "--out", "."), "--force")
    assert ask(world, "--top", "2", "--out", ".", "--force").code == 0
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == sorted(CHOKEPOINT_FILES)


def test_a_folder_that_is_no_run_is_kept_even_with_force(world: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    answer = ask(world, "--top", "1", "--out", tmp_path / "thesis", "--force")
    assert_refused(answer, "not replaced")
    assert names(tmp_path / "thesis") == ["chapter.tex"]


@pytest.mark.parametrize("place", ["file/out", "file/deep/out"])
def test_a_place_under_a_file(world: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    assert_refused(ask(world, "--all", "--out", tmp_path / place), "not a folder")
    assert names(tmp_path) == ["file"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_folder_where_nobody_may_write(world: Path) -> None:
    assert_refused(ask(world, "--all", "--out", Path("/proc/tradewind")), "/proc/tradewind")


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_folder_without_permission(world: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert_refused(ask(world, "--all", "--out", tmp_path / "out"), "not writable")


@pytest.mark.parametrize("full", ["to_netcdf", "to_csv", "write_text"])
def test_a_disk_that_is_full_at_the_end_keeps_the_cuts(
    full: str, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pandas as pd

    owner = {"to_netcdf": xr.Dataset, "to_csv": pd.DataFrame}.get(full, Path)
    real = getattr(owner, full)

    def fail(self: object, *arguments: object, **options: object) -> object:
        # The progress file finds room, the folder does not.
        if str(self).endswith(".new"):
            return real(self, *arguments, **options)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(owner, full, fail)
        answer = ask(world, "--top", "3", "--out", tmp_path / "out")
    assert_refused(answer, "No space left on device")
    assert names(tmp_path) == ["out.progress"]
    with monkeypatch.context() as patch:
        patch.setattr("tradewind.chokepoints.job._cut", lambda *_: pytest.fail("solved again"))
        assert ask(world, "--top", "3", "--out", tmp_path / "out").code == 0
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
def test_a_disk_that_fills_up_on_the_way(
    more: tuple[str, ...], world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.replace", fail)
    answer = ask(world, "--all", "--out", tmp_path / "out", *more)
    assert answer.code == 2
    if more:
        told = json.loads(answer.err)
        assert (told["error"], told["value"]) == ("OutputError", "No space left on device")
    else:
        assert_refused(answer, "No space left on device", "out.progress", "free some space")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
def test_an_unfinished_job_of_another_question(
    more: tuple[str, ...], world: Path, tmp_path: Path
) -> None:
    place = tmp_path / "out.progress"
    place.write_text('{"question": "other"}\n["main:link:a:b:c", -0.1, 0.0, 0.0]\n')
    before = place.read_bytes()
    answer = ask(world, "--all", "--out", tmp_path / "out", *more)
    assert (answer.code, answer.out) == (2, "")
    assert place.read_bytes() == before
    if more:
        assert "another question" in json.loads(answer.err)["problem"]
        return
    assert_refused(answer, "another question", str(place), "1 results", "--force")
    assert "goes on from there" not in answer.err
    assert ask(world, "--all", "--out", tmp_path / "out", "--force").code == 0
    assert names(tmp_path) == ["out"]


def test_a_progress_file_that_somebody_else_wrote(world: Path, tmp_path: Path) -> None:
    place = tmp_path / "out.progress"
    place.write_text("my notes on progress")
    for more in ((), ("--force",)):
        answer = ask(world, "--all", "--out", tmp_path / "out", *more)
        assert_refused(answer, "something else", str(place))
    assert place.read_text() == "my notes on progress"


def test_compare_says_that_this_is_no_run(folder: Path) -> None:
    answer = knock("compare", folder, folder)
    assert_refused(answer, "answer on chokepoints, not a run", str(folder), "tradewind run")


# From Python


def test_the_same_from_python(world: Path, tmp_path: Path, folder: Path) -> None:
    run = find_chokepoints(World.load(world), "DEU", by=["sector"], exact=None)
    count = run.outputs.attrs["severances"]
    assert repr(run) == f"ChokepointRun('DEU' on small, short horizon, {count} exact cuts)"
    kept = json.loads((folder / "chokepoints.json").read_text(encoding="utf-8"))
    assert run.answer()["question"].keys() == kept["question"].keys()
    assert len(run.table("link")) == sum(cut["kind"] == "link" for cut in kept["cuts"])
    assert run.manifest["command"] == "tradewind.find_chokepoints() in Python"
    page = run.report(tmp_path / "alone.html", language="zh").read_text(encoding="utf-8")
    assert "德国" in page
    assert names(tmp_path) == ["alone.html"]
