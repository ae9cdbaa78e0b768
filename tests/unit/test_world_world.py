"""The World class: what the shipped world holds, and how bad files and names are refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from tradewind.errors import InputError, OutputError
from tradewind.world import World
from tradewind.world.files import write
from tradewind.world.names import ECONOMIES, EUROPEAN_UNION, SECTORS, read_map


@pytest.fixture(scope="module")
def world() -> World:
    return World.default()


@pytest.fixture(scope="module")
def small(world: World) -> World:
    """Three economies and two sectors with a base year and nothing optional."""
    pick = {"economy": ["CHN", "DEU", "USA"], "sector": ["C26", "C29"]}
    data = world.data.sel(
        economy=pick["economy"],
        importer=pick["economy"],
        exporter=pick["economy"],
        sector=pick["sector"],
        input_sector=pick["sector"],
    )
    names = [*("expenditure_share", "expenditure", "value_added_share", "input_share"), "tariff"]
    return World(data[[*names, "final_share", "value_added", "deficit", "trade_elasticity"]])


def test_the_shipped_world(world: World) -> None:
    assert (world.name, world.base_year) == ("wiod2014", 2014)
    assert tuple(world.economies) == ECONOMIES
    assert tuple(world.sectors) == SECTORS
    assert world.elasticity_sets == ["fontagne_2022", "fgh_2022"]
    assert world.economy_names["ROW"] == "Rest of world"
    assert world.sector_names["C10-C12"] == "Food, Beverages & Tobacco"
    assert world.data["value_added"].sum().item() == pytest.approx(74.18e6, rel=1e-3)
    assert world.data["tariff"].sel(importer="KOR", exporter="RUS", sector="A01").item() > 3


def test_no_spelling_slip_of_the_source_is_shown(world: World) -> None:
    shown = " ".join(world.sector_names.values())
    for slip in ("Tabacco", "Serivces", "Accomodation", ",Leather", "  "):
        assert slip not in shown


def test_it_loads_in_less_than_a_third_of_a_second() -> None:
    """In processor time, so that a busy machine does not fail it."""
    spent = []
    for _ in range(4):
        start = time.process_time()
        World.default()
        spent.append(time.process_time() - start)
    assert min(spent) < 0.3


def test_the_default_elasticities_exceed_one(world: World) -> None:
    default = world.trade_elasticity()
    assert float(default.min()) > 1
    assert default.sel(sector="A02").item() == pytest.approx(2.5281804)
    assert default.sel(sector="C24").item() == pytest.approx((3.4486427 + 13.387498) / 2)
    assert default.sel(sector="Q").item() == 5
    assert float(world.trade_elasticity("fgh_2022").min()) == 1


def test_saving_and_loading_keeps_everything(small: World, tmp_path: Path) -> None:
    path = small.save(tmp_path / "small.nc")
    again = World.load(path)
    xr.testing.assert_identical(again.data, small.data)
    assert [file.name for file in tmp_path.iterdir()] == ["small.nc"]


def test_our_reader_and_that_of_xarray_agree(world: World, tmp_path: Path) -> None:
    path = world.save(tmp_path / "world.nc")
    xr.testing.assert_identical(World.load(path).data, xr.load_dataset(path, engine="h5netcdf"))


def test_a_packed_file_is_refused(small: World, tmp_path: Path) -> None:
    path = tmp_path / "packed.nc"
    packing = {"deficit": {"dtype": "int16", "scale_factor": 100.0, "_FillValue": -9999}}
    small.data.to_netcdf(path, engine="h5netcdf", encoding=packing)
    with pytest.raises(InputError, match="packed"):
        World.load(path)


def test_an_existing_file_is_kept_unless_forced(small: World, tmp_path: Path) -> None:
    path = tmp_path / "small.nc"
    path.write_text("mine")
    with pytest.raises(OutputError, match="--force"):
        small.save(path)
    assert path.read_text() == "mine"
    small.save(path, force=True)
    assert World.load(path).name == "wiod2014"


@pytest.mark.parametrize("folder", ["nowhere/at/all", "file"])
def test_a_folder_that_cannot_be_written_leaves_nothing(
    folder: str, small: World, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError, match="nothing was left behind") as caught:
        small.save(tmp_path / folder / "world.nc")
    assert "world.nc" in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_write_that_fails_halfway_leaves_the_old_file(
    small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small.save(tmp_path / "world.nc")
    before = path.read_bytes()

    def full_disk(self: xr.Dataset, path: str | Path, **options: object) -> None:
        Path(path).write_bytes(b"half a file")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", full_disk)
    with pytest.raises(OutputError, match="No space left"):
        write(small.data, path, force=True)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("damage", ["missing", "text", "truncated", "empty"])
def test_a_damaged_file_is_refused(damage: str, small: World, tmp_path: Path) -> None:
    path = tmp_path / "world.nc"
    if damage == "text":
        path.write_text("expenditure_share,1,2,3\n")
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "truncated":
        small.save(path)
        path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(InputError) as caught:
        World.load(path)
    assert str(path) in str(caught.value)
    assert caught.value.remedy


BROKEN: dict[str, tuple[Callable[[xr.Dataset], xr.Dataset], str]] = {
    "variable lost": (lambda d: d.drop_vars("input_share"), "variable 'input_share'"),
    "dimensions turned": (
        lambda d: d.assign(tariff=d["tariff"].transpose("exporter", "importer", "sector")),
        "variable 'tariff'",
    ),
    "NaN": (lambda d: d.assign(deficit=d["deficit"] * np.nan), "variable 'deficit'"),
    "name lost": (lambda d: d.assign_attrs(name=None).drop_attrs(deep=False), "attribute 'name'"),
    "other importers": (
        lambda d: d.assign_coords(importer=["CHN", "USA", "DEU"]),
        "'economy' and 'importer'",
    ),
    "label twice": (
        lambda d: d.assign_coords(sector=["C26", "C26"], input_sector=["C26", "C26"]),
        "'sector' and 'input_sector'",
    ),
    "no labels": (lambda d: d.drop_vars("input_sector"), "'input_sector'"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_data_that_cannot_be_a_world_are_refused(case: str, small: World, tmp_path: Path) -> None:
    break_it, where = BROKEN[case]
    path = tmp_path / "broken.nc"
    write(break_it(small.data), path)
    with pytest.raises(InputError) as caught:
        World.load(path)
    assert where in str(caught.value)
    assert "broken.nc" in str(caught.value)


def test_an_unknown_variable_has_near_misses(world: World) -> None:
    with pytest.raises(InputError, match="did you mean tariff") as caught:
        world.variable("tarif")
    assert caught.value.value == "tarif"
    with pytest.raises(InputError, match="fgh_2022"):
        world.trade_elasticity("fgh2022")


def test_a_world_without_schedules_says_so(small: World) -> None:
    assert small.schedules == {}
    with pytest.raises(InputError, match="a world that holds schedules"):
        small.us_added_tariff()


def test_schedules_and_their_dates(world: World) -> None:
    assert set(world.schedules) == {"us_2025", "us_china_2018"}
    assert world.schedules["us_2025"][0] == "2025-02-04"
    assert world.schedules["us_2025"][-1] == "2026-08-19"
    assert world.schedules["us_china_2018"] == []


@pytest.mark.parametrize(
    ("schedule", "date", "says"),
    [
        ("us_2015", None, "did you mean 'us_2025'"),
        ("us_2025", "2025-02-03", "from 2025-02-04 to 2026-08-19"),
        ("us_2025", "2026-08-20", "from 2025-02-04 to 2026-08-19"),
        ("us_2025", "4 February 2025", "YYYY-MM-DD"),
        ("us_2025", "2025-02-30", "YYYY-MM-DD"),
        ("us_china_2018", "2019-09-01", "leave the date out"),
    ],
)
def test_a_bad_schedule_or_date_is_refused(
    schedule: str, date: str | None, says: str, world: World
) -> None:
    with pytest.raises(InputError) as caught:
        world.added_tariff(schedule, date)
    assert says in str(caught.value)
    assert caught.value.where in {"field schedule", "field date"}


def test_a_date_between_two_changes_takes_the_last(world: World) -> None:
    between, on = world.us_added_tariff("2025-10-31"), world.us_added_tariff("2025-10-14")
    np.testing.assert_array_equal(between, on)
    assert abs(on - world.us_added_tariff("2025-11-01")).max() > 0.01
    np.testing.assert_array_equal(world.us_added_tariff(), world.us_added_tariff("2026-08-19"))


def test_added_tariffs_touch_us_imports_of_goods_alone(world: World) -> None:
    added = world.added_tariff("us_2025")
    assert added.dims == ("importer", "exporter", "sector")
    assert float(added.drop_sel(importer="USA").max()) == 0
    assert float(added.sel(importer="USA", exporter="USA").max()) == 0
    mapped = {s for line in read_map("hs2_to_sector").values() for s in line["sectors"]}
    services = [code for code in SECTORS if code not in mapped]
    assert float(added.sel(sector=services).max()) == 0
    assert "F" in services
    assert "C26" not in services


def test_the_sector_pattern_is_the_import_weighted_mean_of_chapters(world: World) -> None:
    """China's basic metals by hand, on the date of the snapshot."""
    data = world.data
    imports = data["us_imports_hs2"].sel(exporter="CHN").to_pandas()
    rates = data["us_added_tariff_hs2"].sel(exporter="CHN").to_pandas()
    weights = {"71": 0.5, "72": 1, "73": 0.3, "74": 1, "75": 1, "76": 0.7, "78": 1, "79": 1}
    weights |= {"80": 1, "81": 1}
    charged = sum(weight * imports[h] * rates[h] for h, weight in weights.items())
    pattern = charged / sum(weight * imports[h] for h, weight in weights.items())
    mean = (imports * rates).sum() / imports.sum()
    effective = data["us_added_tariff_by_date"].sel(exporter="CHN", date="2025-08-07").item()
    found = world.us_added_tariff("2025-08-07").sel(exporter="CHN", sector="C24").item()
    assert found == pytest.approx(pattern * effective / mean, rel=1e-12)
    assert effective == pytest.approx(0.31059, abs=1e-5)


def test_every_partner_keeps_its_pattern_between_dates(world: World) -> None:
    early, late = world.us_added_tariff("2025-08-07"), world.us_added_tariff("2026-08-19")
    ratio = (late / early.where(early > 0)).to_pandas().drop("USA")
    spread = ratio.max(axis=1) - ratio.min(axis=1)
    assert spread.max() < 1e-12
    assert ratio.loc["CHN"].max() == pytest.approx(0.1194 / 0.31059, rel=1e-3)


def test_members_move_with_the_union(world: World) -> None:
    by_date = world.data["us_added_tariff_by_date"]
    weights = world.data["us_imports"].sel(exporter=list(EUROPEAN_UNION))
    level = (by_date * weights).sum("exporter") / weights.sum()
    assert level.sel(date="2025-08-07").item() == pytest.approx(0.15200710194823408, rel=1e-12)
    assert level.sel(date="2026-08-19").item() == pytest.approx(0.09067315531948985, rel=1e-12)


def test_the_war_of_2018_runs_both_ways(world: World) -> None:
    added = world.added_tariff("us_china_2018")
    us, china = added.sel(importer="USA", exporter="CHN"), added.sel(importer="CHN", exporter="USA")
    assert us.sel(sector="C26").item() == pytest.approx(0.232385651)
    assert china.sel(sector="C29").item() == pytest.approx(0.084920635)
    assert int((added > 0).sum()) == int((us > 0).sum()) + int((china > 0).sum()) == 44


def test_taiwan_follows_from_the_banks_aggregates(world: World) -> None:
    """IMF, World Economic Outlook of October 2025: USD 797.0 bn in 2024; 23.4 million people."""
    gdp, people = world.data["gdp"], world.data["population"]
    assert np.isfinite(gdp).all()
    assert np.isfinite(people).all()
    assert gdp.sel(economy="TWN", year=2024).item() == pytest.approx(797.0e9, rel=0.002)
    assert people.sel(economy="TWN", year=2024).item() == 23_412_899
    assert gdp.sel(year=2025).sum().item() == pytest.approx(1.18350166e14, rel=1e-6)
    assert "East Asia & Pacific" in gdp.attrs["note"]


@pytest.mark.parametrize("name", ["economies", "sectors", "economy_names", "sector_names"])
def test_labels_are_read_once(name: str, world: World) -> None:
    assert getattr(world, name) is getattr(world, name)
