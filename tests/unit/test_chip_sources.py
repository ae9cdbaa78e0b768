"""Readers of the chip market's sources: good ones come back, bad ones are refused by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.support.chip_sources import write_chips
from tests.support.damage import Bad, assert_refused, cell, drop, half, line
from tests.support.world_sources import with_change, write_macro
from tradewind.errors import OutputError, SourceError
from tradewind.world import World
from tradewind.world.accelerators import catalogue, read_folder
from tradewind.world.compute import READ_AS, ComputeData
from tradewind.world.compute_build import ComputeTables, build_compute
from tradewind.world.compute_checks import check_compute
from tradewind.world.sources import accelerators, chip_facts, chip_sales, clusters, national_gdp

COUNTS = f"{chip_sales.FOLDER}/csv_export"
NVIDIA = f"{COUNTS}/nvidia_calendar_quarter_chip_timelines.csv"
AMD_TOTAL = f"{COUNTS}/amd_cumulative_by_chip.csv"
OTHER = f"{chip_sales.FOLDER}/owners_csv_export/nvidia_owners_OTHER_quarters_by_chip.csv"
CHINA = chip_sales.CHINA_FILE
HARDWARE = accelerators.FILE
PRICES, PARAMETERS = "facts/chip_prices.csv", "facts/parameters.csv"
SUPPLY = "facts/china_supply_outlook.csv"
CLUSTERS = clusters.FILE
GDP = national_gdp.FILE


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    write_chips(folder)
    write_macro(folder / "indicators" / "wdi", World.default())
    return folder


@pytest.fixture(scope="module")
def built(sources: Path) -> ComputeTables:
    return build_compute(sources)


@pytest.fixture(scope="module")
def written(built: ComputeTables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built.write(tmp_path_factory.mktemp("written") / "compute")


def repeated(text: str) -> str:
    """Repeat the last line."""
    return text + text.splitlines()[-1] + "\n"


def renamed(old: str, new: str) -> Callable[[str], str]:
    """Replace a phrase that must be there."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


BAD = {
    "hardware missing": Bad(accelerators.read, HARDWARE, None, ("missing", "ml_hardware")),
    "hardware truncated": Bad(accelerators.read, HARDWARE, half, ("ml_hardware", "line")),
    "hardware header": Bad(
        accelerators.read,
        HARDWARE,
        renamed("FP8 performance (FLOP/s)", "FP8 dense"),
        ("line 1", "FP8 dense", "FP8 performance"),
    ),
    "hardware twice": Bad(
        accelerators.read,
        HARDWARE,
        renamed("NVIDIA HGX H20", "NVIDIA GH200"),
        ("twice", "NVIDIA GH200", "also in"),
    ),
    "hardware lost": Bad(
        accelerators.read, HARDWARE, renamed("NVIDIA HGX H20", "NVIDIA H21"), ("NVIDIA HGX H20",)
    ),
    "hardware negative": Bad(
        accelerators.read,
        HARDWARE,
        renamed("1.5832e+16", "-5"),
        ("Total processing performance", "-5", "finite"),
    ),
    "hardware date": Bad(
        accelerators.read, HARDWARE, renamed("2022-09-20", "20/09/22"), ("20/09/22", "YYYY-MM-DD")
    ),
    "sales missing": Bad(chip_sales.read, NVIDIA, None, ("missing", "nvidia_calendar")),
    "sales truncated": Bad(chip_sales.read, NVIDIA, half, ("nvidia_calendar", "line", "13 cells")),
    "sales header only": Bad(
        chip_sales.read,
        NVIDIA,
        lambda text: text.splitlines()[0],
        ("lost lines", "0 lines", "at least 48"),
    ),
    "sales twice": Bad(chip_sales.read, NVIDIA, repeated, ("same labels", "line 50", "line 49")),
    "median outside": Bad(
        chip_sales.read, NVIDIA, cell(2, 8, "1"), ("line 2", "outside its bounds", "from 163481")
    ),
    "units negative": Bad(
        chip_sales.read, NVIDIA, cell(2, 9, "-1"), ("line 2", "5th percentile", "-1")
    ),
    "no quarter": Bad(
        chip_sales.read, NVIDIA, cell(2, 3, "2/1/2022"), ("line 2", "2/1/2022", "quarter")
    ),
    "no date": Bad(chip_sales.read, NVIDIA, cell(2, 3, "2022-01-01"), ("line 2", "2022-01-01")),
    "unknown chip": Bad(
        chip_sales.read, NVIDIA, cell(2, 13, "A101"), ("line 2", "A101", "chip_market.yaml")
    ),
    "cumulative lost": Bad(chip_sales.read, AMD_TOTAL, drop(-1), ("no cumulative", "of AMD")),
    "quarters miss the total": Bad(
        chip_sales.read,
        AMD_TOTAL,
        lambda text: text.replace("10523.0", "20523.0"),
        ("identity", "cumulative", "at most 0.05"),
    ),
    "owners cut between lines": Bad(
        chip_sales.read, OTHER, drop(-1), ("lost lines", "31 lines", "at least 32")
    ),
    "China cut between lines": Bad(chip_sales.read, CHINA, drop(-1), ("43 lines", "at least 44")),
    "prices cut between lines": Bad(chip_facts.read, PRICES, drop(-1), ("16 lines", "at least 17")),
    "owner twice": Bad(chip_sales.read, OTHER, repeated, ("same labels", "Other")),
    "China quarter": Bad(chip_sales.read, CHINA, cell(2, 1, "2022-1"), ("line 2", "as 2024Q1")),
    "China twice": Bad(chip_sales.read, CHINA, repeated, ("same labels", "MI308X")),
    "Huawei quarters": Bad(
        chip_sales.read,
        CHINA,
        renamed("2024Q1,Ascend 910C,Huawei,12500.0", "2024Q1,Ascend 910C,Huawei,13000.0"),
        ("quarters differ", "ascend-910c, year 2024", "12500, 13000"),
    ),
    "price reversed": Bad(
        chip_facts.read, PRICES, cell(2, 3, "30000"), ("line 2", "low 30000", "rising")
    ),
    "price empty": Bad(
        chip_facts.read, PRICES, line(2, lambda _: "A100,2022,,,USD,unit,seen,x"), ("low empty",)
    ),
    "price unseen": Bad(
        chip_facts.read, PRICES, renamed("seen somewhere", "hearsay"), ("hearsay", "judgement")
    ),
    "price twice": Bad(chip_facts.read, PRICES, repeated, ("same labels", "chip_prices.csv")),
    "supply header": Bad(chip_facts.read, SUPPLY, renamed("central", "middle"), ("middle",)),
    "no parameters": Bad(
        chip_facts.read,
        PARAMETERS,
        lambda text: text.replace("\nchips,", "\nlaws,"),
        ("lost lines", "parameters.csv", "at least 17"),
    ),
    "parameter no number": Bad(
        chip_facts.read, PARAMETERS, renamed("1.4,", "much,"), ("much", "line 2")
    ),
    "clusters truncated": Bad(clusters.read, CLUSTERS, half, ("gpu_clusters", "cells")),
    "cluster country": Bad(
        clusters.read, CLUSTERS, renamed("France", "Frence"), ("Frence", "countries")
    ),
    "cluster size": Bad(
        clusters.read,
        CLUSTERS,
        renamed("81.86,", "-1,"),
        ("H100 equivalents", "-1", "from 0"),
    ),
    "no clusters": Bad(
        clusters.read, CLUSTERS, lambda text: text.replace("Existing", "Dreamt"), ("at least 482",)
    ),
    "GDP twice": Bad(national_gdp.read, GDP, repeated, ("same labels", "ny.gdp.mktp.cd.csv")),
    "GDP negative": Bad(
        national_gdp.read,
        GDP,
        lambda text: "\n".join(
            f"{row.rpartition(',')[0]},-1" if ",FRA,2024," in row else row
            for row in text.splitlines()
        ),
        ("'Value'", "-1"),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_source_is_refused(case: str, sources: Path, tmp_path: Path) -> None:
    assert_refused(BAD[case], sources, tmp_path / "sources")


def test_the_catalogue_comes_back_as_written(written: Path) -> None:
    made = read_folder(written)
    assert list(made) == list(catalogue())
    for key, item in catalogue().items():
        assert made[key] == item


@pytest.mark.parametrize(
    "name", sorted(set(READ_AS) - {"gdp", "provenance", "measured", "clusters"})
)
def test_tables_come_back_as_written(name: str, written: Path) -> None:
    made, shipped = getattr(ComputeData.load(written), name), getattr(ComputeData.default(), name)
    pd.testing.assert_frame_equal(made, shipped, check_exact=False, rtol=1e-9)


def test_clusters_add_up_and_what_is_left_out_is_counted(written: Path) -> None:
    data = ComputeData.load(written)
    shipped = ComputeData.default().clusters
    columns = ["country", "year", "clusters", "clusters_without_size"]
    pd.testing.assert_frame_equal(data.clusters[columns], shipped[columns])
    assert data.clusters["h100e"].to_numpy() == pytest.approx(shipped["h100e"], abs=1e-2)
    measured = data.measured.set_index("what")["value"]
    assert measured["clusters_in_standard_analysis"] == 482
    nowhere = 482 - shipped["clusters"].sum()
    assert measured["clusters_without_country_or_date"] == nowhere
    assert measured["h100e_without_country_or_date"] == 1000 * nowhere


def test_gdp_is_the_banks_but_for_taiwan(written: Path) -> None:
    gdp = ComputeData.load(written).gdp.set_index(["country", "year"])
    macro = World.default().data["gdp"]
    for code in ("USA", "CHN", "TWN"):
        expected = macro.sel(economy=code, year=2024).item() / 1e6
        assert gdp.loc[(code, 2024), "gdp_usd_million"] == pytest.approx(expected, rel=1e-9)
    assert gdp.loc[("TWN", 2024), "how"] == "World Bank, from aggregates"
    assert not {"WLD", "EAS", "EAP"} & set(gdp.index.get_level_values("country"))


def test_made_up_sources_pass_the_checks(written: Path) -> None:
    results = check_compute(ComputeData.load(written), read_folder(written))
    assert [result for result in results if not result.passed] == []


def test_a_new_chip_of_a_later_download_is_kept(sources: Path, tmp_path: Path) -> None:
    def add(text: str) -> str:
        cells = [""] * len(accelerators.SOURCE_COLUMNS)
        cells[0], cells[1], cells[7] = "Acme Anvil 3", "Acme", "1e15"
        return text + ",".join(cells) + "\n"

    changed = with_change(sources, tmp_path / "sources", HARDWARE, add)
    tables, measured, _ = accelerators.read(changed)
    row = next(row for row in tables["accelerators"].rows if row[0] == "acme-anvil-3")
    assert row[accelerators.COLUMNS.index("tpp")] == "8000"
    assert measured["items"] == len(catalogue()) + 1


def test_tables_are_written_whole_or_not_at_all(built: ComputeTables, tmp_path: Path) -> None:
    folder = built.write(tmp_path / "compute")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(OutputError, match="exists already"):
        built.write(folder)
    built.write(folder, force=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    bad = ComputeTables({**built.tables, "no/such/place": built.tables["measured"]})
    with pytest.raises(OutputError, match="nothing was left behind"):
        bad.write(folder, force=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["compute"]


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="compute/, facts/"):
        build_compute(tmp_path / "nowhere")
