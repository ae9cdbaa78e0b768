"""Readers of raw sources: what they make of good ones, and how they refuse bad ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.support.damage import Bad, assert_refused, cell, drop, half, line
from tests.support.world_sources import LEVEL, with_change, write_all
from tradewind.errors import SourceError
from tradewind.world import World
from tradewind.world.names import ECONOMIES, EUROPEAN_UNION, SECTORS
from tradewind.world.sources import elasticities, tariff_war_2018, us_tariffs, wdi, wdi_trade, wiod

TABLE = "trade/wiod2014"
CHINA_FILE = "trade/tariffs/us-hs2/hs2-tariff-0007.csv"


@pytest.fixture(scope="module")
def world() -> World:
    return World.default()


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    return write_all(tmp_path_factory.mktemp("sources"), world)


def figure(code: str, year: int, value: float | None) -> Callable[[str], str]:
    """Replace one figure of an indicator, or leave it out."""

    def change(text: str) -> str:
        lines = []
        for row in text.splitlines():
            found = row.endswith("Value") or f",{code},{year}," not in row
            if found:
                lines.append(row)
            elif value is not None:
                lines.append(f"{row.rpartition(',')[0]},{value!r}")
        return "\n".join(lines) + "\n"

    return change


def transposed(text: str) -> str:
    """Turn each sector's block of the tariff file."""
    separator = "," if "," in text.splitlines()[0] else " "
    values = np.array([row.split(separator) for row in text.splitlines()])
    blocks = values.reshape(50, 44, 44).transpose(0, 2, 1).reshape(2200, 44)
    return "\n".join(separator.join(row) for row in blocks) + "\n"


def swapped(first: int, second: int) -> Callable[[str], str]:
    """Exchange two lines, counted from one."""

    def change(text: str) -> str:
        lines = text.splitlines()
        lines[first - 1], lines[second - 1] = lines[second - 1], lines[first - 1]
        return "\n".join(lines) + "\n"

    return change


GTAP, TABLE_A2 = elasticities.GTAP_FILE, elasticities.TABLE_A2_FILE
DATES = us_tariffs.DATES_FILE
GDP = "indicators/wdi/ny.gdp.mktp.cd.csv"
EXPORTS = "indicators/wdi/ne.exp.gnfs.zs.csv"
HIGH_TECHNOLOGY = "indicators/wdi/tx.val.tech.cd.csv"
WAR = "trade/icio2017"
BAD = {
    "missing file": Bad(wiod.read, f"{TABLE}/Din2014.txt", None, ("missing", "Din2014.txt")),
    "empty file": Bad(wiod.read, f"{TABLE}/B.txt", lambda _: "", ("empty", "B.txt")),
    "truncated in a line": Bad(wiod.read, f"{TABLE}/Din2014.txt", half, ("line", "44 entries")),
    "truncated at a line": Bad(
        wiod.read, f"{TABLE}/G.txt", drop(-1), ("G.txt", "2199 lines", "2200 lines")
    ),
    "NaN": Bad(wiod.read, f"{TABLE}/X0.txt", cell(3, 2, "nan"), ("line 3, entry 2", "nan")),
    "infinity": Bad(wiod.read, f"{TABLE}/VP.txt", cell(3, 2, "inf"), ("VP.txt", "finite")),
    "not a number": Bad(wiod.read, f"{TABLE}/B.txt", cell(5, 1, "n/a"), ("line 5", "n/a")),
    "share above one": Bad(
        wiod.read, f"{TABLE}/Din2014.txt", cell(1, 1, "1.2"), ("line 1, entry 1", "0 to 1")
    ),
    "negative expenditure": Bad(
        wiod.read, f"{TABLE}/X0.txt", cell(1, 1, "-5"), ("X0.txt, line 1", "-5")
    ),
    "subsidy as tariff": Bad(
        wiod.read, f"{TABLE}/tariffs2014.txt", cell(1, 2, "0.9"), ("tariffs2014.txt", "1 to 6")
    ),
    "countries reordered": Bad(
        wiod.read, f"{TABLE}/countries.csv", swapped(3, 4), ("countries.csv, entry 2", "AUT", "BEL")
    ),
    "country dropped": Bad(
        wiod.read, f"{TABLE}/countries.csv", drop(-1), ("entry 44", "nothing", "USA")
    ),
    "sector renamed": Bad(
        wiod.read, f"{TABLE}/sectors.csv", cell(2, 2, "A99"), ("sectors.csv, entry 1", "A99")
    ),
    "header changed": Bad(
        wiod.read, f"{TABLE}/countries.csv", line(1, lambda _: "a,b"), ("line 1", "index, iso3")
    ),
    "column lost": Bad(
        wiod.read, f"{TABLE}/B.txt", line(9, lambda t: t.rsplit(maxsplit=1)[0]), ("line 9", "43")
    ),
    "share changed": Bad(
        wiod.read, f"{TABLE}/Din2014.txt", cell(1, 1, "0.5"), ("Din2014.txt", "sum to one")
    ),
    "balance changed": Bad(
        wiod.read, f"{TABLE}/S_n.txt", line(1, lambda _: "12.5"), ("S_n.txt", "exports less")
    ),
    "value added changed": Bad(
        wiod.read, f"{TABLE}/VA_n.txt", line(1, lambda _: "12.5"), ("identity", "at most 1e-09")
    ),
    "tariffs the other way": Bad(
        wiod.read, f"{TABLE}/tariffs2014.txt", transposed, ("X0.txt", "expenditure equals its uses")
    ),
    "epsilon positive": Bad(elasticities.read, GTAP, cell(2, 2, "4.5"), ("line 2", "4.5")),
    "estimate lost": Bad(
        elasticities.read, GTAP, cell(2, 2, ""), ("sectors without estimate", "gtap.csv")
    ),
    "GTAP sector lost": Bad(elasticities.read, GTAP, drop(2), ("GTAP sector is missing", "b_t")),
    "A2 line lost": Bad(elasticities.read, TABLE_A2, drop(5), ("wiod_index_1based", "5")),
    "A2 bound positive": Bad(
        elasticities.read, TABLE_A2, cell(2, 4, "3"), ("line 2, column 'ci_low'", "3")
    ),
    "bad date": Bad(us_tariffs.read, DATES, cell(2, 1, "04/02/2025"), ("line 2", "YYYY-MM-DD")),
    "date lost for one": Bad(us_tariffs.read, DATES, drop(-1), ("no rate", "2026-01-01")),
    "rate of 999 %": Bad(us_tariffs.read, DATES, cell(2, 3, "999"), ("effective tariff", "999")),
    "imports change": Bad(us_tariffs.read, DATES, cell(2, 4, "1.0"), ("change between dates",)),
    "two rates a day": Bad(
        us_tariffs.read, DATES, lambda t: t + t.splitlines()[-1] + "\n", ("two rates",)
    ),
    "EU lost": Bad(
        us_tariffs.read,
        DATES,
        lambda t: t.replace("EUROPEAN UNION", "ANDORRA"),
        ("EUROPEAN UNION",),
    ),
    "partner file lost": Bad(us_tariffs.read, CHINA_FILE, None, ("missing", "CHINA")),
    "chapter lost": Bad(us_tariffs.read, CHINA_FILE, drop(-1), ("add up to USD",)),
    "rate lost with imports": Bad(
        us_tariffs.read, CHINA_FILE, cell(2, 6, ""), ("line 2", "2025_tariff_increase")
    ),
    "chapter unknown": Bad(us_tariffs.read, CHINA_FILE, cell(2, 1, "77"), ("line 2", "chapter 77")),
    "other partner's line": Bad(
        us_tariffs.read, CHINA_FILE, cell(3, 4, '"BRAZIL"'), ("line 3", "BRAZIL")
    ),
    "header only": Bad(us_tariffs.read, CHINA_FILE, lambda t: t.splitlines()[0], ("no chapters",)),
    "year lost": Bad(wdi.read, GDP, drop(2), ("country AUS, year 2000", "2025")),
    "GDP negative": Bad(wdi.read, GDP, cell(2, 5, "-1"), ("line 2", "'Value'", "-1")),
    "world too small": Bad(wdi.read, GDP, figure("WLD", 2000, 10.0), ("smaller", "WLD, year 2000")),
    "East Asia too small": Bad(
        wdi.read, GDP, figure("EAS", 2003, 10.0), ("smaller", "EAS, year 2003", "TWN")
    ),
    "an aggregate lost": Bad(
        wdi.read, GDP, figure("EAP", 2004, None), ("country EAP, year 2004", "missing")
    ),
    "an island lost": Bad(wdi.read, GDP, lambda t: t.replace(",GUM,", ",XXX,"), ("country GUM",)),
    "a share of exports lost": Bad(
        wdi_trade.read, EXPORTS, figure("FRA", 2010, None), ("country FRA, year 2010", "to 2024")
    ),
    "the world's exports lost": Bad(
        wdi_trade.read, EXPORTS, lambda t: t.replace(",WLD,", ",XXX,"), ("country WLD",)
    ),
    "high technology lost": Bad(
        wdi_trade.read, HIGH_TECHNOLOGY, figure("USA", 2014, None), ("country USA, year 2014",)
    ),
    "a share of exports negative": Bad(
        wdi_trade.read, EXPORTS, figure("DEU", 2010, -1.0), ("'Value'", "-1.0")
    ),
    "rate above 100 %": Bad(
        tariff_war_2018.read, f"{WAR}/tariff_Trump.csv", cell(2, 2, "25"), ("line 2", "25")
    ),
    "industry lost": Bad(
        tariff_war_2018.read, f"{WAR}/tariff_China.csv", drop(-1), ("entry 22", "nothing")
    ),
    "flow lost": Bad(
        tariff_war_2018.read, f"{WAR}/TradeFlow2017.csv", drop(2), ("CHN to USA", "industries")
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_source_is_refused(case: str, sources: Path, tmp_path: Path) -> None:
    assert_refused(BAD[case], sources, tmp_path / "sources")


def test_text_that_is_not_text_is_refused(sources: Path, tmp_path: Path) -> None:
    file = f"{TABLE}/S_n.txt"
    damaged = with_change(sources, tmp_path / "sources", file, None)
    (damaged / file).write_bytes(b"\x89HDF\r\n\x1a\n\xff\xfe")
    with pytest.raises(SourceError, match="UTF-8"):
        wiod.read(damaged)


def test_orientation_is_proved_by_the_tariffs_on_cars() -> None:
    factor = np.ones((50, 44, 44))
    cars, usa, deu = SECTORS.index("C29"), ECONOMIES.index("USA"), ECONOMIES.index("DEU")
    factor[cars, usa, deu], factor[cars, deu, usa] = 1.083, 1.022
    oriented = wiod.orient_tariffs(factor, Path("folder"))
    assert oriented[cars, deu, usa] == pytest.approx(0.083)
    with pytest.raises(SourceError, match="wrong way round") as caught:
        wiod.orient_tariffs(factor.transpose(0, 2, 1), Path("folder"))
    assert "C29" in str(caught.value)


def test_a_domestic_tariff_is_refused_but_for_the_rest_of_the_world() -> None:
    rate = np.zeros((50, 44, 44))
    rate[3, 36, 36] = 0.1
    wiod.require_untaxed_home(rate, Path("folder"))
    rate[3, 5, 5] = 0.1
    with pytest.raises(SourceError, match="CAN"):
        wiod.require_untaxed_home(rate, Path("folder"))


def test_the_table_comes_back_as_written(sources: Path, world: World) -> None:
    raw, measured, _ = wiod.read(sources)
    data = world.data
    flow = data["expenditure_share"] * data["expenditure"] / (1 + data["tariff"])
    assert abs(raw["flow"] - flow).max() < 1e-6
    assert abs(raw["tariff"] - data["tariff"]).max() < 1e-12
    assert measured["sectors_without_output"] == 46
    assert measured["negative_flows"] == 0


def test_elasticities_change_sign_and_are_averaged(sources: Path) -> None:
    tables, measured, _ = elasticities.read(sources)
    default = tables["trade_elasticity"].sel(elasticity_set="fontagne_2022")
    assert default.sel(sector="A01").item() == pytest.approx((8 + 9 * 4) / 10)
    assert default.sel(sector="B").item() == 4
    assert default.sel(sector="P85").item() == 5
    second = tables["trade_elasticity"].sel(elasticity_set="fgh_2022")
    assert second.sel(sector="A01").item() == 1
    assert second.sel(sector="A02").item() == 1.5
    low = tables["trade_elasticity_low"].sel(elasticity_set="fgh_2022")
    assert low.sel(sector="A01").item() == 0.25
    assert np.isnan(low.sel(sector="P85").item())
    assert measured["fgh_2022_sectors_floored_at_1"] == 1 + 28


def test_dated_rates_reach_members_and_the_rest(sources: Path, world: World) -> None:
    tables, measured, _ = us_tariffs.read(sources)
    shipped = world.data
    snapshot = (shipped["us_imports_hs2"] * shipped["us_added_tariff_hs2"].fillna(0)).sum("hs2")
    foreign = shipped["us_imports"] > 0
    mean = (snapshot / shipped["us_imports"].where(foreign)).fillna(0)
    for day, level in LEVEL.items():
        found = tables["us_added_tariff_by_date"].sel(date=day)
        np.testing.assert_allclose(found, mean * level, rtol=1e-9)
    union = list(EUROPEAN_UNION)
    weights = tables["us_imports"].sel(exporter=union)
    rates = tables["us_added_tariff_by_date"].sel(exporter=union)
    level = (rates * weights).sum("exporter") / weights.sum()
    assert level.max() / level.min() == pytest.approx(4)
    assert measured["rest_of_world_import_share_with_a_dated_rate"] == pytest.approx(1)


def test_a_snapshot_of_another_date_is_refused(sources: Path, tmp_path: Path) -> None:
    def shift(text: str) -> str:
        return text.replace("2025-08-07", "2025-08-08")

    damaged = with_change(sources, tmp_path / "sources", DATES, shift)
    with pytest.raises(SourceError, match="2025-08-07"):
        us_tariffs.read(damaged)


def test_mining_averages_three_industries_with_flows(sources: Path) -> None:
    tables, _, _ = tariff_war_2018.read(sources)
    expected = (3 * 0.203 + 4 * 0.204 + 5 * 0.205) / 12
    assert tables["us_on_china_2018"].sel(sector="B").item() == pytest.approx(expected)
    assert tables["us_on_china_2018"].sel(sector="D35").item() == 0
    assert tables["china_on_us_2017"].sel(sector="C29").item() == pytest.approx(0.05)


def test_rest_of_world_is_the_world_less_the_listed(sources: Path, world: World) -> None:
    macro, _, _ = wdi.read(sources)
    np.testing.assert_allclose(macro["gdp"], world.data["gdp"], rtol=1e-9)
    np.testing.assert_allclose(macro["population"], world.data["population"], rtol=1e-9)


def test_a_gap_of_a_small_island_is_its_nearest_year(sources: Path, tmp_path: Path) -> None:
    whole, _, _ = wdi.read(sources)
    damaged = with_change(sources, tmp_path / "sources", GDP, figure("GUM", 2000, None))
    macro, measured, _ = wdi.read(damaged)
    moved = (macro["gdp"] - whole["gdp"]).sel(year=2000)
    world_of = {year: float(whole["gdp"].sel(year=year).sum()) for year in (2000, 2001)}
    assert moved.sel(economy="TWN").item() == pytest.approx(
        1e-6 * (world_of[2000] - world_of[2001]), rel=1e-6
    )
    assert float(moved.sum()) == pytest.approx(0.0, abs=1.0)
    assert measured["island_gaps_share_of_taiwan_gdp_2025"] == 0


def test_foreign_trade_comes_back_as_written(sources: Path, world: World) -> None:
    trade, _, _ = wdi_trade.read(sources)
    for name in ("exports", "imports", "high_technology_exports"):
        np.testing.assert_allclose(trade[name], world.data[name], rtol=1e-9)


def test_aggregates_of_a_year_with_gaps_say_nothing(sources: Path, tmp_path: Path) -> None:
    damaged = with_change(sources, tmp_path / "sources", EXPORTS, figure("FRA", 2025, None))
    trade, measured, _ = wdi_trade.read(damaged)
    missing = trade["exports"].sel(year=2025).isnull().to_pandas()
    assert set(missing.index[missing]) == {"FRA", "JPN", "USA", "TWN", "ROW"}
    assert list(measured) == ["world_exports_over_imports_2024"]
