"""Readers of indicators: what they make of made-up sources, their traps, and how they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.support.indicator_sources import write_all
from tests.support.world_sources import with_change
from tradewind.errors import InputError, SourceError
from tradewind.world import indicators
from tradewind.world.indicators import Indicators
from tradewind.world.sources import (
    indicators_capacity,
    indicators_compute,
    indicators_energy,
    indicators_facts,
    indicators_published,
)
from tradewind.world.sources.indicators_reading import Figures, economy

WDI = "indicators/wdi"
Change = Callable[[str], str] | None


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_all(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def built(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Indicators:
    return indicators.build(sources, tmp_path_factory.mktemp("tables"))


def value(built: Indicators, code: str, name: str, year: int) -> float:
    return float(built.values.sel(economy=code, indicator=name, year=year))


def series(built: Indicators, code: str, name: str) -> dict[int, float]:
    """The years that are known."""
    found = built.values.sel(economy=code, indicator=name).dropna("year")
    return {int(year): float(found.sel(year=year)) for year in found["year"]}


def test_the_bank_gives_shares_and_money(built: Indicators) -> None:
    gdp, people = (value(built, "DEU", name, 2020) for name in ("gdp", "population"))
    assert value(built, "DEU", "rd_intensity", 2020) == 4.0
    assert value(built, "DEU", "rd_spending", 2020) == pytest.approx(0.04 * gdp, rel=1e-4)
    assert value(built, "DEU", "researchers", 2020) == pytest.approx(4e-6 * people, rel=1e-4)
    assert value(built, "DEU", "patents_per_million", 2020) == pytest.approx(4e6 / people, rel=1e-4)
    sold = value(built, "DEU", "high_tech_exports", 2020)
    assert value(built, "DEU", "manufactured_exports", 2020) == pytest.approx(sold / 0.4, rel=1e-4)
    assert value(built, "DEU", "standard_exports", 2020) == pytest.approx(
        100 * (sold / 0.4 - sold) / gdp, rel=1e-3
    )
    assert value(built, "DEU", "saving_gap", 2020) == 0.0


def test_servers_are_set_against_the_world(built: Indicators) -> None:
    assert value(built, "USA", "servers_relative", 2020) == 200.0
    people = built.values.sel(indicator="population", economy="USA", year=2020)
    world = people * 2 / value(built, "USA", "servers_world_share", 2020) * 1e6
    assert 7e9 < float(world) < 9e9


def test_years_without_a_line_stay_missing(built: Indicators) -> None:
    assert set(series(built, "DEU", "rd_intensity")) == {2018, 2019, 2020, 2021}
    assert series(built, "TWN", "rd_intensity") == {}
    assert set(series(built, "TWN", "gdp")) == set(range(2015, 2026))


def test_aggregates_and_small_territories_are_not_economies(built: Indicators) -> None:
    codes = set(built.values["economy"].to_numpy())
    assert len(codes) == 177
    assert not codes & {"WLD", "EUU", "LIE", "XKX", "OWID_WRL", "GIB", "FRO"}
    assert {"TWN", "HKG", "PSE", "USA"} <= codes


def test_the_older_source_of_generation_stands(built: Indicators) -> None:
    assert value(built, "CHN", "generation", 2021) == 7000.0
    assert series(built, "DEU", "generation")[2023] == 500.0
    assert value(built, "DEU", "low_carbon_share", 2023) == pytest.approx(58.0)
    assert value(built, "DEU", "steady_share", 2021) == pytest.approx(75.0)
    growth = 100 * ((500 / 600) ** (1 / 3) - 1)
    assert value(built, "DEU", "generation_growth", 2023) == pytest.approx(growth, rel=1e-4)


def test_plants_that_a_dash_hides_are_a_hole_and_not_zero(built: Indicators) -> None:
    assert series(built, "CHN", "firm_capacity") == {2019: 1050.0, 2020: 1050.0}
    margin = 1050 * 8.766 / 7000
    assert value(built, "CHN", "firm_margin", 2020) == pytest.approx(margin, rel=1e-4)
    # Germany's 300 TWh of fossil power cannot come from no plant: the newest national list stands.
    assert series(built, "DEU", "firm_capacity") == {2025: 84.0}
    assert series(built, "DEU", "firm_margin") == {2023: pytest.approx(84 * 8.766 / 500, rel=1e-4)}
    assert built.record["measured"]["energy"]["economies_without_fossil_capacity_in_irena"] == 1


def test_latin_1_names_are_read(built: Indicators) -> None:
    assert series(built, "TUR", "firm_capacity") == {2019: 25.0, 2020: 25.0}


def test_prices_say_how_many_have_no_source(built: Indicators) -> None:
    assert value(built, "CHL", "power_price", 2024) == 0.13
    assert built.record["measured"]["energy"]["power_prices_without_named_source"] == 1


def test_a_cluster_ends_when_its_successor_starts(built: Indicators) -> None:
    clusters = series(built, "USA", "ai_clusters")
    assert [clusters[year] for year in (2017, 2018, 2019, 2020, 2025)] == [0, 100, 100, 400, 400]
    assert value(built, "CHN", "ai_clusters", 2019) == 50.0
    assert value(built, "TWN", "ai_clusters", 2019) == 0.0
    share = built.record["measured"]["compute"]["share_of_cluster_compute_without_country"]
    assert share == pytest.approx(50 / 600)


def test_models_count_once_for_each_country_for_three_years(built: Indicators) -> None:
    assert series(built, "CHN", "notable_models") == {
        year: float(year in (2020, 2021, 2022)) for year in range(2015, 2026)
    }
    assert value(built, "USA", "notable_models", 2017) == 3.0
    assert value(built, "USA", "notable_models", 2021) == 4.0


def test_frontier_compute_grows_as_trusted_models_do(built: Indicators) -> None:
    # Fourfold a year is two doublings in twelve months; the speculative giant does not count.
    measured = built.record["measured"]["compute"]["doublings_per_month"]
    assert measured == pytest.approx(2 / 12, rel=1e-6)


def test_capacity_that_is_a_count_times_a_mean_is_left_out(built: Indicators) -> None:
    assert series(built, "KGZ", "data_centres") == {2025: 1.0}
    assert series(built, "KGZ", "data_centre_mw") == {}
    assert series(built, "TWN", "data_centre_mw") == {2024: 750.0}
    assert series(built, "USA", "internet_exchanges") == {2021: 2.0}
    assert series(built, "DEU", "internet_exchanges") == {2021: 0.0}


def test_china_s_robots_are_never_spliced(built: Indicators) -> None:
    assert series(built, "CHN", "robots") == {2023: 470.0}


def test_decimal_commas_old_codes_and_dots_for_nothing(built: Indicators) -> None:
    assert series(built, "TWN", "government_effectiveness") == {2023: 1.38}
    assert series(built, "ROU", "government_effectiveness") == {2023: -0.12}
    assert series(built, "DEU", "government_effectiveness") == {}


def test_single_figures(built: Indicators) -> None:
    assert series(built, "DEU", "internet_use") == {2021: 91.4}
    assert series(built, "DEU", "cost_of_capital") == {2024: pytest.approx(7.0)}
    assert series(built, "DEU", "labour_cost") == {2019: 39.0}
    assert series(built, "VNM", "labour_cost") == {}
    # Its hours are assumed by the source, so the cost of one is no observation.
    assert series(built, "SAU", "labour_share") == {2019: 0.28}
    assert series(built, "SAU", "labour_cost") == {}
    assert set(series(built, "TUR", "complexity")) == set(range(2015, 2022))
    assert 2021 not in series(built, "DEU", "complexity")
    assert series(built, "TWN", "data_restrictions") == {2018: 0.12}


def test_the_policy_cycle_is_that_of_named_laws(built: Indicators) -> None:
    assert value(built, "DEU", "policy_cycle", 2025) == pytest.approx(29.37, abs=0.01)
    assert value(built, "JPN", "policy_cycle", 2025) == pytest.approx(3.15, abs=0.01)
    assert int(np.isfinite(built.values.sel(indicator="policy_cycle", year=2025)).sum()) == 31
    ranges = built.ranges.set_index(["indicator", "economy"])
    low, high = ranges.loc[("policy_cycle", "DEU"), ["low", "high"]]
    assert (low, high) == (pytest.approx(19.38, abs=0.01), pytest.approx(39.36, abs=0.01))
    low, high = ranges.loc[("policy_cycle", "KOR"), ["low", "high"]]
    assert (low, high) == (pytest.approx(19.78, abs=0.01), pytest.approx(66.27, abs=0.01))
    doublings = value(built, "DEU", "growth_per_policy_cycle", 2025)
    assert doublings == pytest.approx(29.37 * 2 / 12, rel=1e-3)


def test_published_indices_are_ranked(built: Indicators) -> None:
    assert built.published["gii_2021"].dropna().to_dict() == {"CHE": 1.0, "DEU": 10.0}
    assert built.published["tortoise_2023"].dropna().to_dict() == {
        "USA": 1.0,
        "NLD": 2.0,
        "TWN": 3.0,
    }
    assert built.published.loc["USA", "tortoise_2023_score"] == 100.0


def replaced(old: str, new: str) -> Callable[[str], str]:
    """Replace the first of a text that must be there."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def repeated(text: str) -> str:
    """Say the last line twice."""
    return text + text.splitlines()[-1] + "\n"


REFUSED: dict[str, tuple[str, Change, str]] = {
    "a missing file": (f"{WDI}/ip.pat.resd.csv", None, "missing"),
    "an empty file": (indicators_facts.CAPITAL, lambda _: "", "empty"),
    "another header of the Bank": (
        f"{WDI}/ip.pat.resd.csv",
        replaced("Country Code", "Code"),
        "header",
    ),
    "a lost column": (indicators_facts.CAPITAL, replaced("wacc_usd", "wacc"), "wacc_usd"),
    "a figure twice": (f"{WDI}/ip.pat.resd.csv", replaced("DEU,2019", "DEU,2018"), "twice"),
    "a price twice": (indicators_energy.PRICES, replaced("LIE", "DEU"), "twice"),
    "a text for a number": (indicators_facts.CAPITAL, replaced("0.07", "low"), "not finite"),
    "an infinite number": (indicators_facts.CAPITAL, replaced("0.07", "inf"), "not finite"),
    "a share in per cent": (indicators_facts.CAPITAL, replaced("0.07", "7.0"), "not plausible"),
    "users above all people": (indicators_facts.INTERNET, replaced("91.4", "191"), "not plausible"),
    "a cell too few": (indicators_facts.INTERNET, replaced(",91.4", ""), "wrong number of cells"),
    "a new aggregate": (indicators_facts.INTERNET, replaced("OWID_WRL", "OWID_EUR"), "OWID_EUR"),
    "a renamed country": (indicators_facts.COMPLEXITY, replaced("Turkiye", "Anatolia"), "Anatolia"),
    "a new kind of plant": (
        indicators_energy.OWID,
        replaced("Electricity from wind (TWh)", "Wind (TWh)"),
        "Electricity from wind",
    ),
    "a mix that is no JSON": (indicators_energy.MIX, lambda text: text[:-5], "energy mix"),
    "a mix without wind": (indicators_energy.MIX, replaced("wind_TWh", "wind"), "wind_TWh"),
    "two prices of one source": (indicators_energy.MORE_PRICES, replaced("0.15", "0.25"), "prices"),
    "an index twice": (
        indicators_published.INNOVATION,
        replaced("Germany", "Switzerland"),
        "twice",
    ),
    "a cluster of less than nothing": (indicators_compute.CLUSTERS, replaced("400", "-4"), "-4"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_bad_source_is_refused(fault: str, sources: Path, tmp_path: Path) -> None:
    file, change, said = REFUSED[fault]
    changed = with_change(sources, tmp_path / "changed", file, change)
    with pytest.raises(SourceError, match=said) as caught:
        indicators.read_sources(changed)
    assert caught.value.remedy
    assert caught.value.where


def test_an_unknown_plant_is_refused(sources: Path, tmp_path: Path) -> None:
    text = (sources / indicators_capacity.IRENA).read_bytes().decode("latin-1")
    path = tmp_path / "plants.csv"
    path.write_bytes(text.replace("Marine energy", "Fusion", 1).encode("latin-1"))
    with pytest.raises(SourceError, match="Fusion"):
        indicators_capacity.irena(path)


def test_plants_in_another_encoding_are_noticed(sources: Path, tmp_path: Path) -> None:
    text = (sources / indicators_capacity.IRENA).read_bytes().decode("latin-1")
    path = tmp_path / "plants.csv"
    path.write_bytes(text.encode("utf-8"))
    with pytest.raises(SourceError, match="neither a known country"):
        indicators_capacity.irena(path)


def test_an_indicator_without_any_figure_is_refused(sources: Path, tmp_path: Path) -> None:
    file = indicators_facts.DATA_RULES
    changed = with_change(sources, tmp_path / "changed", file, lambda text: "iso3,C_data\n")
    with pytest.raises(SourceError, match="data_restrictions"):
        indicators.read_sources(changed)


def test_a_law_in_force_before_it_was_tabled_is_refused() -> None:
    law = {"economy": "USA", "law": "x", "tabled": 2022, "in_force": 2021}
    with pytest.raises(SourceError, match="before it was tabled"):
        indicators_facts.add_laws(Figures(), [law], 0.2)


def test_labels_are_known_or_refused() -> None:
    assert economy("Chinese Taipei", "here") == economy("TWN", "here") == "TWN"
    assert economy("European Union (27)", "here") is None
    with pytest.raises(SourceError, match=r"countries\.yaml"):
        economy("Atlantis", "here")


DAMAGED: dict[str, tuple[str, Change]] = {
    "a missing table": ("values_energy.csv", None),
    "a damaged record": ("record.json", lambda text: text[:-4]),
    "an unknown economy": ("values_facts.csv", replaced("DEU", "WLD")),
    "a line twice": ("values_facts.csv", repeated),
    "a number that is none": ("values_facts.csv", replaced("91.4", "many")),
}


@pytest.mark.parametrize("fault", DAMAGED)
def test_damaged_tables_are_refused(
    fault: str, built: Indicators, sources: Path, tmp_path: Path
) -> None:
    file, change = DAMAGED[fault]
    indicators.build(sources, tmp_path / "tables")
    changed = with_change(tmp_path / "tables", tmp_path / "changed", file, change)
    with pytest.raises(InputError, match="cannot be read") as caught:
        indicators.read_folder(changed)
    assert "--indicators" in str(caught.value)


def test_the_tables_are_the_same_every_time(sources: Path, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        indicators.build(sources, tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    record = json.loads((tmp_path / "one" / "record.json").read_text())
    assert set(record["sources_sha256"]) == {*indicators.GROUPS, "published"}
