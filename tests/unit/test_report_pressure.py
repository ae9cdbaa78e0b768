"""The page and the tables of a ranking say what its outputs hold."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tests.support.pressure import strength
from tradewind.pressure import history, index
from tradewind.report.figures.ranks import rank_axis
from tradewind.report.language import Catalogue
from tradewind.report.pressure_html import headline, render_pressure
from tradewind.report.pressure_tables import compared, drives_table, indicators_table, ladder_table
from tradewind.report.pressure_words import RankNames, said_of

CODES = ["USA", "CHN", "DEU", "JPN", "FRA", "GBR", "IND", "KOR", "CAN", "ITA", "BRA", "MEX"]
NAMES = {code: f"Name of {code}" for code in CODES}
MANIFEST = {"command": "tradewind pressure", "table_sha256": "0" * 64, "history": "none"}


@pytest.fixture(scope="module")
def outputs() -> xr.Dataset:
    values, spec = strength()
    values = values.assign_coords(economy=CODES)
    return index(values, spec, draws=200, base=16).assign_attrs(tradewind_version="0")


@pytest.fixture(scope="module")
def past() -> xr.Dataset:
    values, spec = strength()
    values = values.assign_coords(economy=CODES)
    years = xr.concat([values, values * 1.2, values * 1.5], dim="year")
    dated = years.assign_coords(year=[2023, 2024, 2025]).transpose("economy", "indicator", "year")
    return history(dated, spec, [2023, 2024, 2025], draws=50)


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request: pytest.FixtureRequest, outputs: xr.Dataset, past: xr.Dataset) -> str:
    ranks = pd.DataFrame({"other": range(1, 13)}, index=CODES, dtype=float)
    ranks.attrs = {"other": "Another index"}
    return render_pressure(outputs, past, ranks, NAMES, MANIFEST, request.param)


def test_the_page_is_whole_and_loads_nothing(page: str) -> None:
    assert "{" not in re.sub(r"<style>.*?</style>|<script>.*?</script>", "", page, flags=re.S)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    for part in ("results", "why", "map", "past", "choices", "published", "indicators", "again"):
        assert f'<section id="{part}"' in page, part


def test_every_link_of_the_page_leads_somewhere(page: str) -> None:
    ids = set(re.findall(r' id="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert {f"why-{code}" for code in CODES} <= links
    # Ladder to economy, economy to indicator: two clicks to the source.
    assert {f"indicator-x{at}" for at in range(6)} <= links
    assert links - {"outline"} <= ids


def test_the_ladder_shows_the_intervals(page: str, outputs: xr.Dataset) -> None:
    ladder = page.split('class="bars ladder"')[1].split("</table>")[0]
    rows = re.findall(
        r'href="#why-(\w+)".*?<td class="n">([^<]*)</td><td class="n">([^<]*)<', ladder
    )
    assert [row[0] for row in rows] == outputs["economy"].values.tolist()
    for code, median, between in rows:
        one = outputs.sel(economy=code)
        assert float(median) == pytest.approx(float(one["rank_median"]), abs=0.06)
        ends = [float(end) for end in between.split("–")]
        assert ends[0] == pytest.approx(float(one["rank_low"]), abs=0.06)
        assert ends[-1] == pytest.approx(float(one["rank_high"]), abs=0.06)


def test_why_shows_every_indicator_of_every_economy(page: str, outputs: xr.Dataset) -> None:
    for code in CODES:
        part = page.split(f'id="why-{code}"')[1].split("</section>")[0]
        table = drives_table(outputs, code)
        assert re.findall(r'href="#indicator-(\w+)"', part) == table.index.tolist()
        assert part.count(">~") == int(table["imputed"].sum())


def test_tables_hold_the_outputs(outputs: xr.Dataset) -> None:
    table = ladder_table(outputs, NAMES)
    np.testing.assert_array_equal(table["score"], outputs["score"])
    np.testing.assert_allclose(table["observed"], 1.0 - outputs["imputed"].mean("indicator"))
    assert table.loc["DEU", "name"] == "Name of DEU"
    whole = indicators_table(outputs)
    assert len(whole) == 12 * 6
    one = drives_table(outputs, "DEU")
    seen = one[one["normalised"].notna()]
    np.testing.assert_allclose(seen["contribution"], seen["weight"] * seen["normalised"])
    assert (np.diff(one["drive"].abs()) <= 0.0).all()


def test_a_comparison_counts_places_among_both(outputs: xr.Dataset) -> None:
    ours = outputs["rank_median"].to_series()
    correlation, places = compared(outputs, ours.drop("DEU"))
    assert correlation == pytest.approx(1.0)
    assert len(places) == 11
    assert (places["gap"] == 0.0).all()
    turned, places = compared(outputs, -ours)
    assert turned == pytest.approx(-1.0)
    assert places["gap"].abs().iloc[0] == places["gap"].abs().max()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_headline_names_who_stands_apart(language: str) -> None:
    words = Catalogue(language, RankNames(NAMES))  # type: ignore[arg-type]
    base = {"rank_low": [1.0] * 12, "rank_high": [12.0] * 12}
    table = pd.DataFrame({"rung": [1, 1] + [2] * 10, **base}, index=CODES)
    said = headline(table, words)
    assert words.economy("USA") in said
    assert words.economy("CHN") in said
    alone = headline(table.assign(rung=[1] + [2] * 11), words)
    assert words.economy("CHN") not in alone
    nobody = headline(table.assign(rung=1), words)
    assert "1–12" in nobody


def test_what_is_said_of_the_whole(outputs: xr.Dataset) -> None:
    words = Catalogue("en", RankNames(NAMES))
    said = said_of(outputs.assign_attrs(left_out=["x9"], left_out_titles=["Ninth"]), words)
    assert any("Ninth" in line for line in said)
    assert any("12 economies" in line for line in said)
    fewer = outputs.isel(economy=slice(0, 10))
    assert any("for want of data: 2" in line for line in said_of(fewer, words))


def test_the_axis_of_ranks_has_few_round_ticks() -> None:
    for count in (3, 23, 60, 177):
        axis = rank_axis(count)
        assert axis.ticks[0] == 1.0
        assert len(axis.ticks) <= 10
        assert all(0.0 < axis.at(tick) < 1.0 for tick in axis.ticks)
