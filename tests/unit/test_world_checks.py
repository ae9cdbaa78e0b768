"""Checks of a world: all pass on the shipped one, and each fails on the fault it is for."""

from __future__ import annotations

import doctest
import importlib
from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from tradewind.world import Check, World, check
from tradewind.world.names import ECONOMIES, SECTORS, read_map
from tradewind.world.provenance import as_dicts, rows
from tradewind.world.units import parses, registry


@pytest.fixture(scope="module")
def world() -> World:
    return World.default()


def test_every_check_passes_on_the_shipped_world(world: World) -> None:
    results = check(world)
    assert [result for result in results if not result.passed] == []
    assert len(results) == 26
    assert max(result.value for result in results if result.bound == 1e-9) < 1e-12


def raised(name: str, factor: float, **where: str) -> Callable[[xr.Dataset], xr.Dataset]:
    """Multiply one entry of a variable."""

    def change(data: xr.Dataset) -> xr.Dataset:
        copy = data.copy(deep=True)
        copy[name].loc[where] = copy[name].loc[where] * factor
        return copy

    return change


def swapped_tariffs(data: xr.Dataset) -> xr.Dataset:
    turned = data["tariff"].transpose("exporter", "importer", "sector").to_numpy()
    return data.assign(tariff=data["tariff"].copy(data=turned))


def without_unit(data: xr.Dataset) -> xr.Dataset:
    copy = data.copy()
    copy["gdp"].attrs = {**copy["gdp"].attrs, "units": "bananas"}
    return copy


def unexplained_gap(data: xr.Dataset) -> xr.Dataset:
    copy = data.copy(deep=True)
    copy["us_imports"][3] = np.nan
    return copy


FAULTS: dict[str, tuple[Callable[[xr.Dataset], xr.Dataset], str]] = {
    "a share": (
        raised("expenditure_share", 1.01, importer="DEU", exporter="DEU", sector="C29"),
        "expenditure_share sums",
    ),
    "an input share": (
        raised("input_share", 1.5, economy="DEU", input_sector="C24", sector="C29"),
        "input_share sums",
    ),
    "a final share": (raised("final_share", 1.1, economy="DEU", sector="C29"), "final_share sums"),
    "an expenditure": (raised("expenditure", 1.001, importer="DEU", sector="C29"), "goods markets"),
    "a value added": (raised("value_added", 1.0001, economy="DEU"), "value added"),
    "a deficit": (raised("deficit", 1.01, economy="USA"), "balance"),
    "deficits": (raised("deficit", 1.01, economy="USA"), "world balance"),
    "income": (raised("value_added", 1.0001, economy="DEU"), "income"),
    "a tariff below -100 %": (
        raised("tariff", -20, importer="DEU", exporter="USA", sector="C29"),
        "tariff bound",
    ),
    "tariffs the wrong way": (swapped_tariffs, "car tariff DEU on USA"),
    "a negative elasticity": (
        raised("trade_elasticity", -1, elasticity_set="fgh_2022", sector="C29"),
        "elasticity sign",
    ),
    "an elasticity of one": (
        raised("trade_elasticity", 0.1, elasticity_set="fontagne_2022", sector="C29"),
        "default elasticity",
    ),
    "a tariff at home": (
        lambda d: d.assign(tariff=d["tariff"] + 0.01),
        "tariff at home",
    ),
    "a strange unit": (without_unit, "provenance"),
    "a gap without reason": (unexplained_gap, "finite"),
    "a chapter without a rate": (
        raised("us_added_tariff_hs2", np.nan, exporter="CHN", hs2="85"),
        "chapters",
    ),
    "a rate in percent": (
        lambda d: d.assign(us_added_tariff_by_date=100 * d["us_added_tariff_by_date"]),
        "us_2025 size",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_fails_its_check(fault: str, world: World) -> None:
    change, name = FAULTS[fault]
    failed = {result.name for result in check(World(change(world.data))) if not result.passed}
    assert name in failed


def test_a_value_that_is_not_a_number_does_not_pass() -> None:
    assert not Check("x", "y", float("nan"), 1.0).passed
    assert Check("x", "y", 1.0, 1.0).as_dict()["passed"] is True


def test_every_variable_states_where_it_comes_from(world: World) -> None:
    table = rows(world.data)
    assert [row.variable for row in table] == [str(name) for name in world.data.data_vars]
    for row in table:
        assert row.source
        assert row.licence
        assert row.year
        assert parses(row.units)
    assert (
        next(row for row in as_dicts(world.data) if row["variable"] == "tariff")["year"] == "2014"
    )


def test_units_keep_money_apart_from_people() -> None:
    units = registry()
    assert units("USD million / year").to("USD / year").magnitude == 1e6
    assert not units("USD").is_compatible_with("person")
    assert not parses("USD per banana")
    assert not parses("USD /")


def test_every_chapter_is_mapped_and_weights_sum_to_one() -> None:
    table = read_map("hs2_to_sector")
    assert sorted(table) == [f"{k:02d}" for k in range(1, 100) if k != 77]
    for hs2, entry in table.items():
        assert entry["why"]
        assert set(entry["sectors"]) <= set(SECTORS)
        assert sum(entry["sectors"].values()) == pytest.approx(
            0 if hs2 in {"97", "98", "99"} else 1
        )


def test_every_goods_sector_has_an_elasticity_a_chapter_and_a_reason() -> None:
    goods = SECTORS[: SECTORS.index("D35") + 1]
    elasticity = read_map("gtap_to_sector")["sectors"]
    assert tuple(elasticity) == goods
    assert all(entry["why"] and entry["gtap"] for entry in elasticity.values())
    chapters = {s for entry in read_map("hs2_to_sector").values() for s in entry["sectors"]}
    assert chapters == set(goods)
    assert set(read_map("icio_to_sector")) == set(goods) - {"D35"}


def test_partners_are_the_economies_but_the_us_and_the_rest() -> None:
    assert set(read_map("us_partners")["partners"]) == set(ECONOMIES) - {"USA", "ROW"}


@pytest.mark.parametrize("module", ["units", "schedules", "world"])
def test_examples_in_docstrings_run(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"tradewind.world.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
