"""Tables of the chip market: what they hold, and that each check can fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tradewind.errors import InputError
from tradewind.world.accelerators import Accelerator, catalogue
from tradewind.world.compute import READ_AS, ComputeData
from tradewind.world.compute_checks import check_compute

Items = Mapping[str, Accelerator]
Damage = Callable[[ComputeData, Items], tuple[ComputeData, Items]]


@pytest.fixture(scope="module")
def data() -> ComputeData:
    return ComputeData.default()


def by_year(table: pd.DataFrame, vendor: str, figure: str = "h100e") -> dict[str, float]:
    """A vendor's sales by year."""
    own = table[table["vendor"] == vendor]
    sums = own.groupby(own["quarter"].str[:4])[figure].sum()
    return {str(year): float(value) for year, value in sums.items()}


def test_sales_to_the_world_by_year(data: ComputeData) -> None:
    sold = by_year(data.sales, "NVIDIA")
    # Epoch's cumulative total to the end of 2025 is 13,659,258 H100e; medians do not quite add up.
    total = sum(sold[year] for year in ("2022", "2023", "2024", "2025"))
    assert total == pytest.approx(13_659_258, rel=0.005)
    assert list(sold) == ["2022", "2023", "2024", "2025", "2026"]
    assert not data.sales.loc[data.sales["quarter"] == "2026Q1", "complete"].any()
    whole = data.sales["quarter"].str[:4].isin(["2023", "2024", "2025"])
    assert data.sales.loc[whole, "complete"].all()


def test_sales_to_china_by_year(data: ComputeData) -> None:
    assert by_year(data.china_sales, "NVIDIA", "units")["2024"] == 958_410
    assert by_year(data.china_sales, "NVIDIA")["2025"] == pytest.approx(79_494)
    assert by_year(data.china_sales, "Huawei", "units") == {"2024": 450_000, "2025": 800_000}


def test_huawei_has_two_annual_points(data: ComputeData) -> None:
    huawei = data.china_sales[data.china_sales["vendor"] == "Huawei"]
    assert set(huawei["basis"]) == {"year / 4"}
    assert set(data.china_sales.loc[data.china_sales["vendor"] != "Huawei", "basis"]) == {"quarter"}
    counts = huawei.groupby([huawei["quarter"].str[:4], "chip"])["units"].nunique()
    assert set(counts) == {1}


def test_owners_fit_into_sales(data: ComputeData) -> None:
    china = data.owners[(data.owners["owner"] == "China") & (data.owners["vendor"] == "NVIDIA")]
    owned = china.groupby("year")["units"].sum()
    sold = by_year(data.china_sales, "NVIDIA", "units")
    for year in (2022, 2023, 2024, 2025):
        assert owned[year] == pytest.approx(sold[str(year)], abs=2)
    assert "xAI" not in set(data.owners["owner"])


def test_taiwan_and_hong_kong_are_apart_from_china(data: ComputeData) -> None:
    gdp = data.gdp.set_index(["country", "year"])["gdp_usd_million"]
    assert {"CHN", "HKG", "MAC", "TWN"} <= {country for country, _ in gdp.index}
    assert gdp["TWN", 2023] == pytest.approx(757e3, rel=0.05)  # DGBAS: USD 757 bn
    assert {"CHN", "HKG", "TWN", "USA"} <= set(data.clusters["country"])


def test_parameters_have_ranges_and_say_how_they_were_seen(data: ComputeData) -> None:
    assert len(data.parameters) == 17
    elasticity = data.parameters.loc["price_elasticity_of_compute_demand"]
    assert (elasticity["low"], elasticity["value"], elasticity["high"]) == (-2.0, -1.3, -0.7)
    assert elasticity["seen"] == "memory"


def test_the_shipped_tables_pass_their_checks(data: ComputeData) -> None:
    assert [result for result in check_compute(data, catalogue()) if not result.passed] == []


def spoil(name: str, column: str, row: int, value: object) -> Damage:
    """Replace one cell of one table."""

    def damage(data: ComputeData, items: Items) -> tuple[ComputeData, Items]:
        table = getattr(data, name).copy()
        table.iloc[row, table.columns.get_loc(column)] = value
        return replace(data, **{name: table}), items

    return damage


def alter(key: str, **changes: object) -> Damage:
    """Change one item of the catalogue."""

    def damage(data: ComputeData, items: Items) -> tuple[ComputeData, Items]:
        return data, {**items, key: replace(items[key], **changes)}  # type: ignore[arg-type]

    return damage


def leave_out(name: str, keep: Callable[[pd.DataFrame], pd.Series[bool]]) -> Damage:
    """Leave rows of a table out."""

    def damage(data: ComputeData, items: Items) -> tuple[ComputeData, Items]:
        table = getattr(data, name)
        return replace(data, **{name: table[keep(table)]}), items

    return damage


def halved(data: ComputeData, items: Items) -> tuple[ComputeData, Items]:
    """Let every chip do half of what Epoch says."""
    half = {
        key: replace(
            item,
            tpp=None if item.tpp is None else item.tpp / 2,
            tflops={name: value / 2 for name, value in item.tflops.items()},
        )
        for key, item in items.items()
    }
    return data, half


DAMAGES: dict[str, tuple[Damage, str]] = {
    "median above its bound": (spoil("sales", "units_high", 3, 1.0), "chips: sales range"),
    "negative units": (spoil("china_sales", "units_low", 0, -1.0), "chips: china_sales range"),
    "missing owner figure": (spoil("owners", "h100e", 0, float("nan")), "chips: owners range"),
    "price reversed": (spoil("prices", "low", 0, 99_999), "chips: prices range"),
    "leakage reversed": (spoil("leakage", "low", 0, 1e9), "chips: leakage range"),
    "supply reversed": (spoil("china_supply", "high", 0, 1.0), "chips: china_supply range"),
    "parameter outside": (spoil("parameters", "value", 0, 9.0), "chips: parameters range"),
    "negative cluster": (spoil("clusters", "h100e", 0, -1.0), "chips: clusters sign"),
    "no GDP": (spoil("gdp", "gdp_usd_million", 0, float("nan")), "chips: gdp sign"),
    "quarter lost": (
        leave_out("sales", lambda t: t["quarter"] != "2024Q2"),
        "chips: sales quarters",
    ),
    "China quarter lost": (
        leave_out("china_sales", lambda t: t["quarter"] != "2024Q2"),
        "chips: china_sales quarters",
    ),
    "inner quarter incomplete": (spoil("sales", "complete", 7, False), "chips: sales complete"),
    "China incomplete": (
        spoil("china_sales", "complete", 13, False),
        "chips: china_sales complete",
    ),
    "cumulative missed": (spoil("measured", "value", 8, 0.3), "chips: cumulative"),
    "China above the world": (spoil("china_sales", "units", 0, 1e6), "chips: China in the world"),
    "owners above the world": (spoil("owners", "h100e", 0, 1e7), "chips: owners in the world"),
    "TPP typed in": (alter("h100", tpp=16_000.0), "chips: TPP"),
    "TPP without formats": (alter("h100", tflops={}), "chips: TPP"),
    "far from Epoch": (halved, "chips: Epoch's TPP"),
    "planar": (alter("h100", planar=True), "chips: planar"),
    "chip unknown": (spoil("sales", "chip", 0, "a101"), "chips: labels"),
    "no licence": (spoil("provenance", "licence", 0, None), "chips: provenance"),
    "hearsay": (spoil("prices", "seen", 0, "hearsay"), "chips: seen"),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_every_check_can_fail(case: str, data: ComputeData) -> None:
    damage, check = DAMAGES[case]
    failed = {
        result.name for result in check_compute(*damage(data, catalogue())) if not result.passed
    }
    assert check in failed


def test_every_check_has_its_damage(data: ComputeData) -> None:
    known = {result.name for result in check_compute(data, catalogue())}
    assert known == {check for _, check in DAMAGES.values()}


@pytest.mark.parametrize("name", sorted(READ_AS.values()))
def test_a_missing_table_is_refused(name: str, tmp_path: Path) -> None:
    shipped = (
        Path(__file__).resolve().parents[2] / "src" / "tradewind" / "world" / "data" / "compute"
    )
    for path in shipped.glob("*.csv"):
        if path.stem != name:
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(InputError, match=f"{name}.csv"):
        ComputeData.load(tmp_path)
