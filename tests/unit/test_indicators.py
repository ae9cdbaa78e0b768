"""The indicators that ship: who is covered, figures known from elsewhere, and the traps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tradewind.world.indicators import Indicators, load
from tradewind.world.indicators_checks import check, relative
from tradewind.world.names import ECONOMIES, read_map
from tradewind.world.sources.indicators_reading import country_names, labels, registry
from tradewind.world.units import parses

CONTEXT = {"gdp", "population"}


@pytest.fixture(scope="module")
def shipped() -> Indicators:
    return load()


def known(shipped: Indicators, code: str) -> set[str]:
    """Indicators that have a figure of an economy."""
    found = np.isfinite(shipped.values.sel(economy=code)).any("year")
    return {str(name) for name in found["indicator"].to_numpy()[found.to_numpy()]}


def test_axes(shipped: Indicators) -> None:
    assert shipped.values.dims == ("economy", "indicator", "year")
    assert shipped.values.sizes == {"economy": 177, "indicator": 72, "year": 11}
    assert [int(year) for year in shipped.values["year"]] == list(range(2015, 2026))
    assert list(shipped.meta.index) == list(shipped.values["indicator"].to_numpy())


def test_every_indicator_says_what_it_is(shipped: Indicators) -> None:
    for name, row in shipped.meta.iterrows():
        for key in ("name", "name_zh", "unit", "source", "licence", "reason"):
            assert row[key], (name, key)
        assert row["measure"] in ("scale", "per_head", "ratio")
        assert row["direction"] in ("up", "down")
        assert parses(row["unit"]), name
        assert 2015 <= row["first_year"] <= row["last_year"] <= 2025
        assert any("一" <= letter <= "鿿" for letter in row["name_zh"])


def test_no_source_that_serves_for_comparison_is_an_indicator(shipped: Indicators) -> None:
    sources = " ".join(shipped.meta["source"])
    for word in ("Tortoise", "Global Innovation Index", "TOP500"):
        assert word not in sources
    assert shipped.published["gii_2021"].count() == 132
    assert shipped.published["tortoise_2023"].count() == 62
    assert {"gii_2021", "tortoise_2023"} <= set(shipped.published.attrs)


def test_published_heads(shipped: Indicators) -> None:
    first = shipped.published.sort_values("gii_2021").index[:3].tolist()
    assert first == ["CHE", "SWE", "USA"]
    assert shipped.published.sort_values("tortoise_2023").index[:3].tolist() == [
        "USA",
        "CHN",
        "GBR",
    ]


def test_no_aggregate_is_an_economy(shipped: Indicators) -> None:
    table = read_map("countries")
    groups = {*table["aggregate_codes"], *table["left_out_codes"], "WLD", "EU", "ROW"}
    codes = set(shipped.values["economy"].to_numpy())
    assert not codes & groups
    assert set(ECONOMIES) - {"ROW"} <= codes
    assert labels()["World"] is None
    assert list(shipped.names) == list(country_names())


def test_names_stand_for_one_country_each() -> None:
    table = read_map("countries")
    names = [name for names in table["countries"].values() for name in names]
    names += table["left_out_names"] + table["aggregate_names"]
    assert len(names) == len(set(names))


def test_single_figures_that_can_be_looked_up(shipped: Indicators) -> None:
    """Round numbers known from elsewhere, to the digits in which they are known."""
    facts = {
        ("KOR", "rd_intensity", 2022): (4.85, 0.05),
        ("CHN", "generation", 2020): (7700, 100),
        ("FRA", "low_carbon_share", 2020): (91, 2),
        ("USA", "gdp", 2023): (27.7e12, 0.3e12),
        ("KOR", "robots", 2022): (1012, 0.5),
        ("CHN", "patents", 2021): (1_426_644, 50),
        ("NOR", "firm_margin", 2020): (1.9, 0.1),
        ("SGP", "data_restrictions", 2018): (0.25, 0.001),
    }
    for (code, name, year), (number, slack) in facts.items():
        found = float(shipped.values.sel(economy=code, indicator=name, year=year))
        assert found == pytest.approx(number, abs=slack), (code, name, year)


def test_china_s_robots_end_before_the_break(shipped: Indicators) -> None:
    robots = shipped.values.sel(indicator="robots", economy="CHN").dropna("year")
    assert [int(year) for year in robots["year"]] == [2022, 2023]


def test_what_taiwan_has_and_lacks(shipped: Indicators) -> None:
    found = known(shipped, "TWN")
    assert found >= {
        *("gdp", "population", "generation", "firm_capacity", "low_carbon_share"),
        *("ai_clusters", "notable_models", "data_centres", "data_centre_mw"),
        *("labour_cost", "cost_of_capital", "data_restrictions", "government_effectiveness"),
    }
    absent = {"rd_intensity", "patents", "articles", "high_tech_exports", "complexity"}
    assert not found & (absent | {"internet_use", "royalties", "power_price", "robots"})


def test_germany_has_no_plants_before_the_newest_list(shipped: Indicators) -> None:
    plants = shipped.values.sel(indicator="firm_capacity", economy="DEU").dropna("year")
    assert [int(year) for year in plants["year"]] == [2025]
    assert 60 < float(plants[0]) < 110


def test_laws_are_known_of_31_economies(shipped: Indicators) -> None:
    cycle = shipped.values.sel(indicator="policy_cycle", year=2025).dropna("economy")
    assert len(cycle) == 31
    assert {"USA", "CHN", "JPN", "KOR", "DEU", "ITA"} <= set(cycle["economy"].to_numpy())
    assert "GBR" not in set(cycle["economy"].to_numpy())
    ranges = shipped.ranges[shipped.ranges["indicator"] == "policy_cycle"]
    assert (ranges["low"] <= ranges["high"]).all()
    assert ranges["economy"].is_unique


def test_coverage_counts_economies_by_year(shipped: Indicators) -> None:
    table = shipped.coverage(["rd_intensity", "robots"])
    assert table.loc["robots", 2023] == 6
    assert table.loc["rd_intensity", 2015] > 100
    assert list(table.columns) == list(range(2015, 2026))


def test_all_checks_pass(shipped: Indicators) -> None:
    assert [result for result in check(shipped) if not result.passed] == []


def changed(shipped: Indicators, new: float, **place: object) -> Indicators:
    """The same with one value changed."""
    values = shipped.values.copy(deep=True)
    values.loc[place] = new
    return replace(shipped, values=values)


def with_meta(shipped: Indicators, column: str, new: object) -> Indicators:
    """The same with one description changed."""
    meta = shipped.meta.copy()
    meta.loc["patents", column] = new
    return replace(shipped, meta=meta)


def with_world(shipped: Indicators) -> Indicators:
    """The same with an aggregate for an economy."""
    codes = ["WLD", *shipped.values["economy"].to_numpy()[1:]]
    return replace(shipped, values=shipped.values.assign_coords(economy=codes))


FAULTS: dict[str, tuple[Callable[[Indicators], Indicators], str]] = {
    "no reason": (lambda s: with_meta(s, "reason", ""), "indicator provenance"),
    "a strange unit": (lambda s: with_meta(s, "unit", "bananas"), "indicator units"),
    "the world": (with_world, "indicator economies"),
    "a share above all": (
        lambda s: changed(s, 120.0, economy="DEU", indicator="internet_use", year=2020),
        "indicator bounds",
    ),
    "a gap in a list": (
        lambda s: changed(s, np.nan, economy="DEU", indicator="ai_clusters", year=2020),
        "indicator lists",
    ),
    "a splice": (
        lambda s: changed(s, 166.0, economy="CHN", indicator="robots", year=2024),
        "robots",
    ),
    "another head": (
        lambda s: changed(s, 100.0, economy="DEU", indicator="patents", year=2020),
        "indicators per head",
    ),
    "another share": (
        lambda s: changed(s, 1.0, economy="DEU", indicator="low_carbon_generation", year=2020),
        "low carbon",
    ),
    "too many servers": (
        lambda s: changed(s, 9e5, economy="DEU", indicator="servers_world_share", year=2020),
        "servers",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_fails_its_check(fault: str, shipped: Indicators) -> None:
    change, name = FAULTS[fault]
    assert name in {result.name for result in check(change(shipped)) if not result.passed}


def test_relative_differences_look_only_where_both_are_known() -> None:
    one = xr.DataArray([1.1, np.nan, 5.0])
    other = xr.DataArray([1.0, 2.0, 0.0])
    assert relative(one, other) == pytest.approx(0.1)
    assert relative(one[1:2], other[1:2]) == 0.0


def test_every_indicator_of_the_registry_has_bounds_in_order() -> None:
    for name, entry in registry().items():
        low, high = entry["bounds"]
        assert low < high, name
        assert entry["source"] in read_map("indicators")["sources"], name


def test_published_scores_and_ranks_agree(shipped: Indicators) -> None:
    for name in ("gii_2021", "tortoise_2023"):
        both: pd.DataFrame = shipped.published[[name, f"{name}_score"]].dropna().sort_values(name)
        assert (both[f"{name}_score"].diff().dropna() <= 1e-9).all()


def test_numbers_of_the_page(shipped: Indicators) -> None:
    """What docs/indicators.md says by hand is what the shipped record says."""
    page = Path(__file__).resolve().parents[2].joinpath("docs", "indicators.md").read_text("utf-8")
    measured = shipped.record["measured"]
    energy, compute = measured["energy"], measured["compute"]
    counts = shipped.meta["economies"]
    months = 1 / compute["doublings_per_month"]
    unplaced = 100 * compute["share_of_cluster_compute_without_country"]
    holes = int(energy["economies_without_fossil_capacity_in_irena"])
    unsourced = int(energy["power_prices_without_named_source"])
    assert f"{len(shipped.names)} economies" in page
    assert f"{len(shipped.meta)} indicators" in page
    assert f"one every {months:.1f} months" in page
    assert f"unknown there ({holes})" in page
    assert f"{unsourced} of {counts['power_price']} without a named source" in page
    assert f"{482 - int(compute['clusters_read'])} of 482 rows" in page
    assert f"{unplaced:.1f} % of compute has no country" in page
    assert f"({shipped.published['gii_2021'].count()} economies)" in page
    assert shipped.meta.loc["labour_cost", "economies"] == 53
