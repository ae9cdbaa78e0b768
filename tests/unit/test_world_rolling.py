"""The world of a later year: what it must meet, what it contains, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tradewind.errors import InputError, ScenarioError
from tradewind.scenario import Scenario
from tradewind.world import World, check, held_out, rolling, schedules
from tradewind.world.names import EUROPEAN_UNION

YEARS = range(2015, 2026)


@pytest.fixture(scope="module")
def table() -> World:
    return World.default()


@pytest.fixture(scope="module")
def worlds() -> dict[int, World]:
    return {year: World.at(year) for year in (2015, 2018, 2019, 2024, 2025)}


@pytest.mark.parametrize("year", YEARS)
def test_value_added_shares_are_those_of_observed_growth(year: int, table: World) -> None:
    """By hand: the table's value added times GDP of the year over GDP of 2014."""
    gdp = table.data["gdp"].to_pandas()
    wanted = table.data["value_added"].to_pandas() * gdp[year] / gdp[2014]
    found = World.at(year).data["value_added"].to_pandas()
    np.testing.assert_allclose(found / found.sum(), wanted / wanted.sum(), rtol=1e-9)
    assert found.sum() == pytest.approx(wanted.sum(), rel=1e-12)


@pytest.mark.parametrize("year", YEARS)
def test_every_year_balances(year: int) -> None:
    results = check(World.at(year))
    assert [result for result in results if not result.passed] == []
    assert {"growth", "world growth", "car tariff DEU on USA"} <= {r.name for r in results}
    assert max(result.value for result in results if result.bound == 1e-9) < 1e-10


def test_the_year_of_the_table_is_the_table(table: World) -> None:
    world = World.at(2014)
    assert (world.name, world.year) == ("wiod2014", 2014)
    xr.testing.assert_identical(world.data, table.data)
    same = rolling.target(table.data, 2014)
    np.testing.assert_array_equal(same["tariff"], table.data["tariff"])
    np.testing.assert_array_equal(same["value_added"], table.data["value_added"])
    own = table.data["deficit"] / table.data["value_added"]
    np.testing.assert_allclose(same["deficit_share"], own, atol=1e-15)


def test_deficits_move_as_observed_shares_of_gdp(table: World, worlds: dict[int, World]) -> None:
    """The United States by hand, from exports and imports scaled to one total."""
    data = table.data
    share = {}
    for year in (2014, 2024):
        bought, sold = (data[name].sel(year=year).to_pandas() for name in ("imports", "exports"))
        total = np.sqrt(bought.sum() * sold.sum())
        deficit = bought * total / bought.sum() - sold * total / sold.sum()
        assert abs(deficit.sum()) < 1e-3 * abs(bought.sum() - sold.sum())
        share[year] = deficit / data["gdp"].sel(year=year).to_pandas()
    own = (data["deficit"] / data["value_added"]).to_pandas()
    rolled = worlds[2024].data
    found = (rolled["deficit"] / rolled["value_added"]).to_pandas()
    moved = found - own - (share[2024] - share[2014])
    assert np.ptp(moved) < 1e-10, "one number for all, so that deficits sum to zero"
    assert abs(float(rolled["deficit"].sum() / rolled["value_added"].sum())) < 1e-15


def test_an_economy_without_a_figure_keeps_its_last_share(table: World) -> None:
    data = table.data
    assert np.isnan(data["exports"].sel(economy="USA", year=2025))
    shares = data["imports"] / data["gdp"]
    known = rolling.last_known(shares)
    last = shares.sel(economy=["USA", "JPN", "TWN", "ROW"], year=2024)
    np.testing.assert_array_equal(known.sel(economy=last["economy"], year=2025), last)
    np.testing.assert_array_equal(known.where(shares.notnull()), shares)
    assert np.isfinite(rolling.balance_share(data, 2025)).all()


def test_tariffs_of_the_date(table: World, worlds: dict[int, World]) -> None:
    base = table.data["tariff"]
    for year in (2015, 2018):
        np.testing.assert_array_equal(worlds[year].data["tariff"], base)
    changed = (worlds[2024].data["tariff"] != base).any("sector").to_pandas()
    assert [pair for pair, is_changed in changed.stack().items() if is_changed] == [
        ("CHN", "USA"),
        ("USA", "CHN"),
    ]
    np.testing.assert_array_equal(worlds[2019].data["tariff"], worlds[2024].data["tariff"])
    back = {"importer": "CHN", "exporter": "USA"}
    added = worlds[2024].data["tariff"].sel(back) - base.sel(back)
    np.testing.assert_allclose(added, table.data["china_on_us_2018"], atol=1e-15)


def test_the_us_tariff_on_china_is_what_was_paid(table: World, worlds: dict[int, World]) -> None:
    """Basic metals by hand; and over all goods the duty that the source prints."""
    data = table.data
    rate = worlds[2024].data["tariff"].sel(importer="USA", exporter="CHN")
    bought, paid = (data[n].sel(exporter="CHN") for n in ("us_imports_hs2", "us_duty_hs2"))
    weight = data["hs2_sector_map"].sel(sector="C24")
    by_hand = float((paid * weight).sum() / (bought * weight).sum())
    assert rate.sel(sector="C24").item() == pytest.approx(by_hand, rel=1e-12)
    sector = bought @ data["hs2_sector_map"]
    mean = float((rate * sector).sum() / sector.sum())
    assert data["us_tariff_2024"].sel(exporter="CHN").item() == pytest.approx(0.10866, abs=1e-5)
    assert mean == pytest.approx(0.10866, abs=0.004), "special entries (98, 99) belong to no sector"


def test_2025_has_the_mean_of_its_days(table: World, worlds: dict[int, World]) -> None:
    data = table.data
    days = [str(day) for day in data["date"].values if str(day) < "2026"]
    ends = [*days[1:], "2026-01-01"]
    pairs = zip(days, ends, strict=True)
    length = {a: (date.fromisoformat(b) - date.fromisoformat(a)).days for a, b in pairs}
    path = data["us_added_tariff_by_date"].sel(exporter="CHN")
    effective = sum(length[day] * path.sel(date=day).item() for day in days) / 365
    goods = data["us_imports_hs2"].sel(exporter="CHN")
    sector = goods @ data["hs2_sector_map"]
    contained = worlds[2025].data["included_us_2025"].sel(importer="USA", exporter="CHN")
    mean = float((contained * sector).sum() / sector.sum())
    assert mean == pytest.approx(effective, rel=0.01)
    assert 0.2 < mean < 0.4
    step = worlds[2025].data["tariff"] - worlds[2024].data["tariff"]
    np.testing.assert_allclose(step, worlds[2025].data["included_us_2025"], atol=1e-15)


def test_a_schedule_adds_only_what_is_not_there(worlds: dict[int, World]) -> None:
    for name, day in (
        ("us_2025", "2026-08-19"),
        ("us_2025", "2025-02-04"),
        ("us_china_2018", None),
    ):
        for year in (2018, 2024, 2025):
            data = worlds[year].data
            whole = schedules.scheduled_tariff(data, name, day)
            contained = data.get(f"included_{name}", xr.zeros_like(whole))
            added = worlds[year].added_tariff(name, day)
            np.testing.assert_allclose(added + contained, whole, atol=1e-15)
    assert float(worlds[2025].added_tariff("us_2025", "2025-02-04").min()) < -0.1
    china = {"importer": "CHN", "exporter": "USA"}
    assert float(abs(worlds[2024].added_tariff("us_china_2018").sel(china)).max()) < 1e-15
    assert worlds[2018].added_tariff("us_china_2018").max() > 0.3


def test_a_scenario_on_tariffs_that_are_there_says_so(worlds: dict[int, World]) -> None:
    war = Scenario.from_yaml("tariff-war-2018").at(2024)
    with pytest.raises(ScenarioError, match="the world of 2024 contains all that") as caught:
        war.policy(worlds[2024])
    assert "world: wiod2014" in str(caught.value.remedy)
    us = Scenario.from_yaml("us-tariffs-2026").at(2025)
    said = us.describe(worlds[2025])
    assert "contains tariffs of this schedule already, and only the difference" in said[0]
    assert "table of 2014 rolled forward to 2025" in said[-1]
    assert "已包含" in us.describe(worlds[2025], "zh")[0]
    half = us.to_dict()
    half["shocks"][0]["scale"] = 0.5
    with pytest.raises(ScenarioError, match="share of the schedule"):
        Scenario.from_dict(half).policy(worlds[2025])
    policy = us.policy(worlds[2025])["tariff"]
    later = Scenario.from_yaml("us-tariffs-2026").at(2024).policy(worlds[2024])["tariff"]
    touched = schedules.scheduled_tariff(worlds[2025].data, "us_2025").drop_sel(sector="D35") > 0
    np.testing.assert_allclose(policy.where(touched), later.where(touched), atol=1e-15)


@pytest.mark.parametrize(
    "year", [2013, 2026, "x", "2024", 2024.5, 2014.0, True, None, np.float64(2024)]
)
def test_a_year_without_data_is_refused(year: Any) -> None:
    with pytest.raises(InputError, match="cannot be taken at this year") as caught:
        World.at(year)
    assert caught.value.where == "world wiod2014, year"
    assert caught.value.bound == "a whole year, 2014 to 2025"
    assert caught.value.remedy


def test_names_of_worlds(worlds: dict[int, World]) -> None:
    world = World.named("wiod2014-at-2024")
    assert world is not None
    assert (world.name, world.base_year, world.year) == ("wiod2014-at-2024", 2014, 2024)
    assert world.name == worlds[2024].name
    assert World.named("mine.nc") is None
    text = "name: x\ntitle: x\nworld: wiod2014-at-2030\nshocks: []\n"
    with pytest.raises(ScenarioError, match="2014 to 2025") as caught:
        Scenario.from_text(text, "x.yaml").load_world()
    assert caught.value.where == "x.yaml, line 3, field world"
    own = Scenario.from_text(text.replace("wiod2014-at-2030", "own.nc"), "x.yaml")
    with pytest.raises(ScenarioError, match="a world of its own"):
        own.at(2024)


def test_a_rolled_world_is_not_rolled_again(worlds: dict[int, World]) -> None:
    with pytest.raises(InputError, match="rolled forward already"):
        worlds[2024].rolled_to(2025)
    with pytest.raises(InputError, match="rolled forward already"):
        worlds[2024].rolled_to(2014)
    assert worlds[2024].rolled_to(2024) is worlds[2024]


def test_larger_growth_gives_a_larger_share_and_years_follow_one_another(table: World) -> None:
    """China's share rises and Japan's falls over the years, as their GDP did."""
    share = {
        year: (world.data["value_added"] / world.data["value_added"].sum()).to_pandas()
        for year in (2014, 2019, 2024)
        if (world := World.at(year))
    }
    assert share[2014]["CHN"] < share[2019]["CHN"] < share[2024]["CHN"]
    assert share[2014]["JPN"] > share[2019]["JPN"] > share[2024]["JPN"]
    grown = World.at(2024).data["efficiency_hat"].to_pandas()
    growth = rolling.growth(table.data, 2024).to_pandas()
    assert np.corrcoef(np.log(grown), np.log(growth))[0, 1] > 0.9
    assert np.log(grown).mean() == pytest.approx(0.0, abs=1e-12)


def test_recorded_errors_are_those_of_the_shipped_numbers(
    table: World, worlds: dict[int, World]
) -> None:
    recorded = table.held_out
    assert [line.measure for line in recorded] == list(held_out.MEASURES)
    again = held_out.compare(table.data, worlds[2024].data)
    for line, new in zip(recorded, again, strict=True):
        assert (line.measure, line.year) == (new.measure, 2024)
        assert line.table == pytest.approx(new.table, rel=1e-9)
        assert line.rolled == pytest.approx(new.rolled, rel=1e-9)


def test_held_out_errors_by_hand(table: World, worlds: dict[int, World]) -> None:
    """A second way, in pandas, for each measure."""
    for world in (table, worlds[2024]):
        found = held_out.errors(table.data, world.data)
        data = world.data
        net = data["expenditure_share"] * data["expenditure"] / (1 + data["tariff"])
        frame = net.to_series().rename("value").reset_index()
        abroad = frame[frame["importer"] != frame["exporter"]]
        goods = [code for code in world.sectors if code[0] in "ABC" or code == "D35"]
        bought = abroad[(abroad["importer"] == "USA") & abroad["sector"].isin(goods)]
        mine = bought.groupby("exporter")["value"].sum()
        fact = table.data["us_imports"].to_pandas()[mine.index]
        error = (mine / mine.sum() - fact / fact.sum()).abs().mean()
        assert found["us_imports"] == pytest.approx(error, rel=1e-9)
        sold = abroad.groupby("exporter")["value"].sum().drop("ROW")
        fact = table.data["exports"].sel(year=2024).to_pandas()[sold.index]
        off = sold / sold.sum() - fact / fact.sum()
        assert found["china_exports"] == pytest.approx(abs(off["CHN"]), rel=1e-9)
        assert found["eu_exports"] == pytest.approx(abs(off[list(EUROPEAN_UNION)].sum()), rel=1e-9)
        fact = table.data["high_technology_exports"].sel(year=2024).to_pandas().dropna()
        made = abroad[abroad["sector"].isin(["C26", "C21"])].groupby("exporter")["value"].sum()
        made = made[fact.index]
        error = (made / made.sum() - fact / fact.sum()).abs().mean()
        assert found["high_technology"] == pytest.approx(error, rel=1e-9)
        assert len(mine) == 43
        assert set(world.economies) - set(fact.index) == {"RUS", "TWN", "ROW"}


def test_the_default_is_what_the_rule_says(table: World) -> None:
    """Every measure smaller makes the rolled world the default; one that is not keeps 2014."""
    better = held_out.better_throughout(table.held_out)
    assert (World.default().year != 2014) == better
    assert (Scenario.from_yaml("us-tariffs-2026").world != "wiod2014") == better
    smaller = [held_out.Comparison("x", 2024, 0.2, 0.1)]
    assert held_out.better_throughout(smaller)
    assert not held_out.better_throughout([*smaller, held_out.Comparison("y", 2024, 0.1, 0.1)])
    assert not held_out.better_throughout([])


def test_facts_and_states_say_where_they_come_from(worlds: dict[int, World]) -> None:
    data = worlds[2025].data
    assert "MIT" in data["tariff"].attrs["source"]
    assert "World Development Indicators" in data["value_added"].attrs["source"]
    assert data["tariff"].attrs["year"] == "2014, rolled forward to 2025"
    assert data["table_value_added"].attrs["year"] == "2014"
    assert not [name for name in data.data_vars if str(name).startswith("rolled_")]
