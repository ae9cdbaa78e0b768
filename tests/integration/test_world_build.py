"""Build the shipped world from the raw sources, and use the commands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.support.world_sources import with_change, write_all
from tradewind.cli.world import app
from tradewind.errors import InputError, OutputError, SourceError
from tradewind.trade import balanced_dataset, rolled_state
from tradewind.world import World, build, check, compute
from tradewind.world.compute_build import build_compute

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_sources = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the raw sources are not beside the repository (../shared/data)"
)
CHIPS = Path(compute.__file__).parent / "data" / "compute"
run = CliRunner()


@pytest.fixture(scope="module")
def rebuilt() -> World:
    return build(SOURCES, balanced_dataset, rolled_state)


@needs_sources
def test_the_shipped_file_is_what_the_sources_give(rebuilt: World) -> None:
    shipped = World.default()
    assert shipped.data.attrs["sources_sha256"] == rebuilt.data.attrs["sources_sha256"]
    for kept, made in zip(shipped.held_out, rebuilt.held_out, strict=True):
        assert (kept.measure, kept.year) == (made.measure, made.year)
        assert (kept.table, kept.rolled) == pytest.approx((made.table, made.rolled), rel=1e-8)
    assert set(shipped.data.data_vars) == set(rebuilt.data.data_vars)
    for name, variable in rebuilt.data.data_vars.items():
        scale = float(abs(variable).max())
        np.testing.assert_allclose(
            shipped.data[name], variable, rtol=1e-9, atol=1e-12 * scale, err_msg=str(name)
        )
        assert shipped.data[name].attrs == variable.attrs


@needs_sources
def test_what_was_odd_in_the_sources_is_reported(rebuilt: World) -> None:
    measured = json.loads(rebuilt.data.attrs["measured"])
    table = measured["wiod"]
    assert table["expenditure_equals_its_uses"] < 1e-9
    assert table["value_added_equals_share_of_output"] < 1e-9
    assert table["surplus_equals_exports_less_imports"] < 1e-9
    assert table["sectors_without_output"] == 46
    assert table["negative_final_use_cells"] == 24
    assert table["negative_final_use_usd_million"] == pytest.approx(-20961.4, abs=0.1)
    assert measured["us_tariffs"]["snapshot_gap_where_it_agrees"] < 1e-9
    assert measured["us_tariffs"]["snapshot_gap_MEXICO"] == pytest.approx(-0.0447, abs=1e-4)
    balancing = json.loads(rebuilt.data.attrs["balancing"])
    assert balancing["cells_clipped"] == 24
    assert balancing["largest_wage_move"] < 0.0017


@needs_sources
def test_the_shipped_tables_of_chips_are_what_the_sources_give() -> None:
    made = build_compute(SOURCES)
    shipped = {path.stem: path.read_text(encoding="utf-8") for path in CHIPS.iterdir()}
    assert shipped.keys() == made.tables.keys()
    for name, table in made.tables.items():
        assert shipped[name] == table.to_csv(), name


@needs_sources
@pytest.mark.parametrize(
    "file",
    [
        "compute/epoch/ml_hardware_2026-07.csv",
        "compute/epoch/epoch_chip_sales_china_relevant.csv",
        "compute/epoch/ai-chip-counts/csv_export/tpu_calendar_quarter_chip_timelines.csv",
        "compute/epoch/ai-chip-counts/csv_export/amd_cumulative_by_chip.csv",
        "compute/epoch/ai-chip-counts/owners_csv_export/nvidia_owners_quarters_by_chip.csv",
        "compute/epoch/gpu_clusters_2026-08.csv",
        "facts/parameters.csv",
        "indicators/wdi/ny.gdp.mktp.cd.csv",
    ],
)
def test_a_truncated_download_of_chips_is_refused(file: str, tmp_path: Path) -> None:
    used = tmp_path / "used"
    for folder in ("compute/epoch", "facts", "indicators/wdi"):
        inside, kept = file.startswith(f"{folder}/"), used / folder
        kept.parent.mkdir(parents=True, exist_ok=True)
        if inside:
            name = file.removeprefix(f"{folder}/")
            with_change(SOURCES / folder, kept, name, lambda text: text[: int(len(text) * 0.6)])
        else:
            kept.symlink_to(SOURCES / folder)
    with pytest.raises(SourceError) as caught:
        build_compute(used)
    assert Path(file).name in str(caught.value)


@needs_sources
def test_balancing_barely_moves_the_table(rebuilt: World) -> None:
    from tradewind.world.sources import wiod

    raw, _, _ = wiod.read(SOURCES)
    data = rebuilt.data
    flow = data["expenditure_share"] * data["expenditure"] / (1 + data["tariff"])
    assert float(abs(flow - raw["flow"]).sum() / raw["flow"].sum()) < 1e-3
    np.testing.assert_array_equal(data["tariff"], raw["tariff"])


@needs_sources
@pytest.mark.parametrize(
    ("file", "keep"),
    [
        ("trade/wiod2014/Din2014.txt", 0.9),
        ("trade/wiod2014/G.txt", 0.5),
        ("trade/tariffs/country-by-time.csv", 0.7),
        ("trade/tariffs/us-hs2/hs2-tariff-7140.csv", 0.5),
        ("indicators/wdi/sp.pop.totl.csv", 0.4),
        ("indicators/wdi/ne.imp.gnfs.zs.csv", 0.9),
        ("indicators/wdi/tx.val.tech.cd.csv", 0.9),
        ("trade/elasticities/fontagne_guimbard_orefice_gtap.csv", 0.5),
        ("trade/icio2017/tariff_prewar2017.csv", 0.5),
    ],
)
def test_a_truncated_download_is_refused(file: str, keep: float, tmp_path: Path) -> None:
    whole = (SOURCES / file).stat().st_size
    used = tmp_path / "used"
    for folder in ("trade/wiod2014", "trade/elasticities", "trade/tariffs", "trade/icio2017"):
        (used / folder).parent.mkdir(parents=True, exist_ok=True)
        (used / folder).symlink_to(SOURCES / folder)
    (used / "indicators").symlink_to(SOURCES / "indicators")
    place = used / file
    parent = next(p for p in place.parents if p.is_symlink())
    target = parent.resolve()
    parent.unlink()
    with_change(target, parent, str(place.relative_to(parent)), lambda t: t[: int(whole * keep)])
    with pytest.raises(SourceError) as caught:
        build(used, balanced_dataset, rolled_state)
    assert place.name in str(caught.value) or "us-hs2" in str(caught.value)


def test_made_up_sources_build_a_world_that_passes(tmp_path: Path) -> None:
    sources = write_all(tmp_path / "sources", World.default())
    steps: list[str] = []
    world = build(sources, balanced_dataset, rolled_state, report=steps.append)
    assert [result for result in check(world) if not result.passed] == []
    assert steps[-2:] == ["balancing", "rolling forward"]
    for year in world.years:
        assert [result for result in check(world.rolled_to(year)) if not result.passed] == []
    np.testing.assert_allclose(world.data["expenditure"], World.default().data["expenditure"])


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--sources"):
        build(tmp_path / "nowhere", balanced_dataset, rolled_state)


def test_show_lists_and_explains() -> None:
    listed = run.invoke(app, ["show"])
    assert listed.exit_code == 0
    for name in World.default().data.data_vars:
        assert str(name) in listed.stdout
    one = run.invoke(app, ["show", "deficit"])
    assert "USD million / year" in one.stdout
    assert "CC BY 4.0" in one.stdout
    for name in ("tariff", "hs2_sector_map", "elasticity_share_at_constraint"):
        assert run.invoke(app, ["show", name]).exit_code == 0


def test_show_as_json() -> None:
    listed = json.loads(run.invoke(app, ["show", "--json"]).stdout)
    assert listed["world"]["economies"] == 44
    assert {row["variable"] for row in listed["variables"]} >= {"tariff", "gdp"}
    one = json.loads(run.invoke(app, ["show", "gdp", "--json"]).stdout)
    assert one["dims"] == {"economy": 44, "year": 26}
    assert one["summary"]["missing"] == 0


def test_show_tells_of_the_tables_of_chips() -> None:
    listed = run.invoke(app, ["show"]).stdout
    known = json.loads(run.invoke(app, ["show", "--json"]).stdout)["tables"]
    assert {path.stem for path in CHIPS.iterdir()} == {row["table"] for row in known} | {
        *("provenance", "measured")
    }
    for row in known:
        assert row["table"] in listed
        assert all(row[key] for key in ("unit", "year", "source", "licence", "sha256"))
    for row in known[:3]:
        assert row["sha256"] in run.invoke(app, ["show", row["table"]]).stdout
        table = json.loads(run.invoke(app, ["show", row["table"], "--json"]).stdout)
        assert len(table["lines"]) == int(row["rows"])


def test_a_world_file_has_the_tables_beside_it_or_none(tmp_path: Path) -> None:
    path = World.default().save(tmp_path / "own.nc")
    assert "tables" not in json.loads(
        run.invoke(app, ["show", "--world", str(path), "--json"]).stdout
    )
    (tmp_path / "compute").symlink_to(CHIPS)
    checked = json.loads(run.invoke(app, ["check", "--world", str(path), "--json"]).stdout)[
        "checks"
    ]
    assert sum(row["name"].startswith("chips: ") for row in checked) > 20


def test_build_refuses_tables_that_stand_already(tmp_path: Path) -> None:
    (tmp_path / "compute").mkdir()
    out = tmp_path / "world.nc"
    result = run.invoke(app, ["build", "--sources", str(tmp_path), "--out", str(out)])
    assert isinstance(result.exception, OutputError)
    assert [path.name for path in tmp_path.iterdir()] == ["compute"]


def test_an_unknown_variable_is_refused() -> None:
    result = run.invoke(app, ["show", "tarrif"])
    assert isinstance(result.exception, InputError)
    assert "did you mean tariff" in str(result.exception)


def test_check_prints_and_fails_when_it_should(tmp_path: Path) -> None:
    result = run.invoke(app, ["check", "--json"])
    assert result.exit_code == 0
    assert all(row["passed"] for row in json.loads(result.stdout)["checks"])
    bad = World.default().data.copy(deep=True)
    bad["deficit"][0] += 1000.0
    World(bad).save(tmp_path / "bad.nc")
    result = run.invoke(app, ["check", "--world", str(tmp_path / "bad.nc")])
    assert isinstance(result.exception, InputError)
    assert "NO" in result.stdout


def test_build_refuses_an_existing_file_before_it_starts(tmp_path: Path) -> None:
    out = tmp_path / "world.nc"
    out.write_text("mine")
    result = run.invoke(app, ["build", "--sources", str(tmp_path), "--out", str(out)])
    assert isinstance(result.exception, OutputError)
    assert out.read_text() == "mine"


def test_a_refused_build_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "world.nc"
    result = run.invoke(app, ["build", "--sources", str(tmp_path), "--out", str(out)])
    assert isinstance(result.exception, SourceError)
    assert list(tmp_path.iterdir()) == []


def test_import_makes_a_world(tmp_path: Path) -> None:
    pytest.importorskip("pymrio")
    out = tmp_path / "own.nc"
    options = ["--format", "test", "--base-year", "2010", "--out", str(out), "--json"]
    result = run.invoke(app, ["import", ".", *options, "--elasticity-value", "5"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["world"]["sectors"] == 8
    world = World.load(out)
    assert [row for row in check(world) if not row.passed] == []
    table = tmp_path / "theta.yaml"
    table.write_text("".join(f"{code}: 3\n" for code in world.sectors))
    result = run.invoke(app, ["import", ".", *options, "--elasticity", str(table), "--force"])
    assert result.exit_code == 0
    assert float(World.load(out).trade_elasticity().max()) == 3


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ([], "exactly one"),
        (["--elasticity-value", "-1"], "not a positive number"),
        (["--elasticity", "nowhere.yaml"], "nowhere.yaml"),
        (["--elasticity-value", "5", "--negatives", "hide"], "field negatives"),
    ],
)
def test_a_bad_import_is_refused(extra: list[str], says: str, tmp_path: Path) -> None:
    pytest.importorskip("pymrio")
    out = tmp_path / "own.nc"
    options = ["--format", "test", "--base-year", "2010", "--out", str(out)]
    result = run.invoke(app, ["import", ".", *options, *extra])
    assert isinstance(result.exception, InputError)
    assert says in str(result.exception)
    assert list(tmp_path.iterdir()) == []
