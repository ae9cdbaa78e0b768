"""What is said of a run over the years is what its datasets hold, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from importlib import resources

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.unit.years_report_fixture import LABELS, YEARS, MadeUp, make_run, with_outputs
from tradewind.coupling import parameters as coupling
from tradewind.coupling.variables import VARIABLES as WRITTEN
from tradewind.errors import OutputError
from tradewind.report import figures
from tradewind.report import years_compared as compared
from tradewind.report import years_tables as tables
from tradewind.report.language import Catalogue, Language
from tradewind.report.years_contract import VARIABLES, YearsNames, check_years
from tradewind.report.years_figures import draw
from tradewind.report.years_html import render_years
from tradewind.report.years_paragraphs import blocks
from tradewind.report.years_rows import KEY, changed_rows, key_rows, largest_miss, registries
from tradewind.report.years_settings import set_differently
from tradewind.report.years_story import SCARCE, ends, headline, scarce, told_year
from tradewind.report.years_terminal import print_years
from tradewind.report.years_words import CLAIMS
from tradewind.scenario import Scenario

LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.fixture(scope="module")
def run() -> MadeUp:
    told = {name: row.model_dump(mode="json") for name, row in coupling.registry().items()}
    made = make_run()
    return replace(made, manifest={**made.manifest, "parameters": told})


@pytest.fixture(scope="module")
def pages(run: MadeUp) -> dict[Language, str]:
    return {language: render_years(run, language) for language in LANGUAGES}


def words(run: MadeUp, language: Language = "en") -> Catalogue:
    return Catalogue(language, YearsNames(run))


def visible(page: str) -> str:
    return re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", page, flags=re.S)


# --- contract ---------------------------------------------------------------------------------


def test_what_a_report_reads_is_what_the_coupling_writes() -> None:
    for name, dims in VARIABLES.items():
        assert WRITTEN[name].kept
        assert set(WRITTEN[name].dims) == set(dims), name


@pytest.mark.parametrize("name", ["gdp", "chip_price", "output_share"])
def test_a_number_that_lacks_is_refused(run: MadeUp, name: str) -> None:
    bad = run.outputs.copy(deep=True)
    bad[name][{"year": 1}] = np.nan
    for outputs in (bad, run.outputs.drop_vars(name)):
        with pytest.raises(OutputError, match="lacks a number") as refused:
            check_years(with_outputs(run, outputs))
        assert refused.value.value == name


# --- tables -----------------------------------------------------------------------------------


def test_the_long_table_holds_every_number_once(run: MadeUp) -> None:
    table = tables.long_table(run.outputs)
    assert list(table.columns[:2]) == ["year", "variable"]
    assert list(table.columns[-2:]) == ["value", "unit"]
    left_out = {"output", "output_share", "automation_hat", "labour_displaced", "placed"}
    left_out |= {"plant_capacity", "generation", "value_added_hat"}
    left_out |= {"chip_packages", "chip_leaked", "chip_installed", "chip_stock"}
    assert set(run.outputs.data_vars) - set(table["variable"]) == left_out
    for name in ("chip_price", "gdp", "stack_share"):
        rows = table[table["variable"] == name]
        assert len(rows) == run.outputs[name].size
        assert set(rows["unit"]) == {WRITTEN[name].unit}
        for row in rows.to_dict(orient="records"):
            place = {dim: row[dim] for dim in run.outputs[name].dims}
            assert row["value"] == float(run.outputs[name].sel(place))
    assert set(table.loc[table["variable"] == "chip_price", "economy"]) == {""}


def test_headlines_are_those_of_the_last_year(run: MadeUp) -> None:
    table, last = compared.headline_table(run), run.outputs.isel(year=-1)
    assert table["gdp_share_percent"].is_monotonic_decreasing
    assert set(table.index) == set(LABELS["economy"])
    assert not table.isna().any().any()
    other = run.against.isel(year=-1)
    for code, row in table.iterrows():
        one, before = last.sel(economy=code), other.sel(economy=code)
        hat = float(one["real_income_hat"])
        assert row["real_income_percent"] == pytest.approx(100 * (hat - 1), abs=1e-12)
        against = 100 * (hat / float(before["real_income_hat"]) - 1)
        assert row["real_income_against_percent"] == pytest.approx(against, abs=1e-10)
        share = float(one["gdp"] / last["gdp"].sum() - before["gdp"] / other["gdp"].sum())
        assert row["gdp_share_against_points"] == pytest.approx(100 * share, abs=1e-10)
        shapes = 100 * (run.shapes["real_income_hat"].isel(year=-1).sel(economy=code) - 1)
        assert row["real_income_percent_low"] == pytest.approx(float(shapes.min()), abs=1e-12)
        assert row["real_income_percent_high"] == pytest.approx(float(shapes.max()), abs=1e-12)
        assert row["name"] == run.economy_names[str(code)]


def test_who_owns_nothing_in_either_run_has_no_change(run: MadeUp) -> None:
    none = {"compute_stock": run.outputs["compute_stock"].where(run.outputs["economy"] != "IND", 0)}
    still = replace(run, outputs=run.outputs.assign(none), against=run.against.assign(none))
    changes = compared.differences(still, YEARS[-1])["compute_against_percent"]
    assert changes["IND"] == 0.0
    assert np.isfinite(changes).all()


def test_the_world_is_the_sum_of_economies(run: MadeUp) -> None:
    table, data = tables.world_table(run.outputs), run.outputs
    assert list(table.index) == list(YEARS)
    for place, year in enumerate(YEARS):
        stock = data["compute_stock"].isel(year=place)
        assert table["compute_million"][year] == pytest.approx(float(stock.sum()) / 1e6)
        weight = data["gdp"].isel(year=0)
        tasks = float((data["automated_share"].isel(year=place) * weight).sum() / weight.sum())
        assert table["automated_percent"][year] == pytest.approx(100 * tasks)
        shares = data["world_stack_share"].isel(year=place).sel(measure="visits")
        chinese = float(shares.sel(stack="chinese_open") + shares.sel(stack="chinese_closed"))
        assert table["chinese_visits_percent"][year] == pytest.approx(100 * chinese)


def test_shares_of_a_sector_move_from_one_to_another(run: MadeUp) -> None:
    shift = compared.sector_shifts(run, YEARS[2])
    np.testing.assert_allclose(shift.sum(axis=1), 0.0, atol=1e-12)
    rows = compared.largest_shifts(shift, 4)
    assert rows["points"].is_monotonic_decreasing
    for row in rows.itertuples():
        assert row.points == shift[row.economy][row.sector]
    kept = np.sort(np.abs(shift.to_numpy().ravel()))[-4:]
    np.testing.assert_array_equal(np.sort(rows["points"].abs()), kept)


def test_a_run_that_left_another_is_compared_where_both_have_years(run: MadeUp) -> None:
    short = replace(run, against=run.against.isel(year=slice(None, 3)))
    assert compared.common_years(short) == list(YEARS[:3])
    assert "real_income_against_percent" in compared.headline_table(short)
    left = short.outputs.assign_attrs(left="other", left_in=2025)
    assert "“other”, which it left in 2025" in headline(with_outputs(short, left), words(run))[0]
    assert "made-up" in render_years(with_outputs(short, left))


# --- story ------------------------------------------------------------------------------------


def test_who_loses_most_loses_most_over_all_years() -> None:
    paths = pd.DataFrame(
        {"USA": [0.0, -1.0, -1.0, -1.0], "DEU": [0.0, -2.5, 0.0, 0.2], "CHN": [0.0, 0.5, 2.0, 0.1]},
        index=list(YEARS),
    )
    loser, winner = ends(paths)
    assert (loser.code, loser.mean, loser.year, loser.value) == ("USA", -1.0, 2025, -1.0)
    assert (winner.code, winner.year, winner.value, winner.last) == ("CHN", 2026, 2.0, 0.1)


def test_the_year_that_is_told_is_that_of_the_largest_effect(run: MadeUp) -> None:
    hats = run.outputs["real_income_hat"].copy(deep=True)
    hats[{"year": 2}] *= 3.0
    assert told_year(with_outputs(run, run.outputs.assign(real_income_hat=hats))) == YEARS[2]


def test_two_equal_runs_differ_in_nothing(run: MadeUp) -> None:
    same = replace(run, against=run.outputs)
    assert headline(same, words(run))[0].startswith("Nobody’s real income is 0.005% from")
    assert "no economy’s share of any sector moves" in blocks(same, words(run))["trade"]
    assert compared.world_income(same).abs().max() == 0.0
    for language in LANGUAGES:
        assert "nan" not in visible(render_years(same, language))


def called(run: MadeUp, code: str) -> str:
    """Name of an economy as it stands inside a sentence."""
    return "rest of the world" if code == "ROW" else words(run).economy(code)


def test_the_story_names_its_ends_with_their_numbers(run: MadeUp) -> None:
    said, paths = headline(run, words(run)), compared.income_paths(run)
    loser, winner = ends(paths)
    assert called(run, loser.code) in said[0]
    assert called(run, winner.code) in said[0]
    assert f"{abs(loser.mean):.1f}%" in said[0]
    assert len(said) == len(headline(run, words(run, "zh")))


def test_scarce_power_is_told_and_only_then(run: MadeUp) -> None:
    assert scarce(run, words(run)) == []
    prices = run.outputs["power_price_economy"].copy(deep=True)
    prices.loc[{"economy": "IND", "year": YEARS[2]}] = 2 * SCARCE
    (line,) = scarce(with_outputs(run, run.outputs.assign(power_price_economy=prices)), words(run))
    assert "India" in line
    assert f"from {YEARS[2]}" in line
    assert "1,000" in line


def test_what_only_one_of_two_scenarios_sets_is_listed(run: MadeUp) -> None:
    assert set_differently(run) is None
    baseline = Scenario.from_yaml("baseline").to_dict()
    same = replace(run, manifest={**run.manifest, "scenario": baseline})
    assert set_differently(same) == ([], [])
    years = {**baseline["years"], "parameters": {"utilisation": 0.5}, "last": 2030}
    other = {**baseline, "shocks": baseline["shocks"][:1], "years": years, "title": "Another"}
    changed = replace(run, manifest={**run.manifest, "scenario": other})
    here, there = set_differently(changed)
    assert here == ["years.parameters.utilisation: 0.5"]
    (lost,) = there
    assert lost.startswith("shocks: type tariff")
    assert "from_year 2026" in lost
    assert "this scenario lacks (1, listed below)" in headline(changed, words(run))[1]
    assert not any("Mind" in line for line in headline(same, words(run)))
    assert lost in visible(render_years(changed, "zh"))


# --- parameters, accounts ---------------------------------------------------------------------


def test_key_parameters_are_in_their_registries(run: MadeUp) -> None:
    known = registries(run)
    assert all(name in known[block] for block, names in KEY.items() for name in names)
    rows = key_rows(run, words(run))
    assert len(rows) == sum(map(len, KEY.values()))
    growth = coupling.registry()["world_growth"]
    assert rows[0][2:4] == [f"{growth.value:g}", f"{growth.low:g} … {growth.high:g}"]


def test_parameters_that_a_scenario_sets_stand_beside_their_central_values(run: MadeUp) -> None:
    assert changed_rows(run, words(run)) == []
    given = {"years": {"parameters": {"utilisation": 0.5}}, "chip_parameters": None}
    changed = replace(run, manifest={**run.manifest, "scenario": given})
    (row,) = changed_rows(changed, words(run))
    assert row[2] == f"0.5 ({coupling.registry()['utilisation'].value:g})"


def test_the_largest_miss_is_found_with_its_account_and_year(run: MadeUp) -> None:
    assert largest_miss(run) == (3e-11, "capital", YEARS[2])


def test_statements_stand_under_one_part() -> None:
    ids = [claim for block in CLAIMS.values() for claim in block]
    assert len(ids) == len(set(ids))
    shipped = resources.files("tradewind.claims").joinpath("statements").iterdir()
    assert set(ids) == {path.name.removesuffix(".yaml") for path in shipped}


# --- page and terminal ------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_refers_to_nothing_outside_and_holds_its_numbers(
    run: MadeUp, pages: dict[Language, str], language: Language
) -> None:
    page = pages[language]
    assert not re.search(r'(src|href)="(?!#)', page)
    text = unescape(visible(page))
    assert "nan" not in text
    assert "years_" not in text
    for line in headline(run, words(run, language)):
        assert re.sub(r"\s", "", line) in re.sub(r"\s", "", text)
    ids = re.findall(r'<section id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 14
    assert "2014" in text
    stock = float(run.outputs["compute_stock"].sel(economy="CHN").isel(year=-1)) / 1e3
    assert f'data-key="{1e3 * stock:.6g}"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_without_comparison_and_shapes_has_a_page(language: Language) -> None:
    alone = make_run(compared=False, shapes=False)
    page = render_years(alone, language)
    drawn = draw(alone, words(alone, language))
    assert drawn["effects"] is drawn["prices"] is drawn["automated"] is None
    assert words(alone, language).text("years_parameters_none") in page
    assert "nan" not in visible(page)


def test_a_backtest_is_shown_if_the_manifest_has_it(
    run: MadeUp, pages: dict[Language, str]
) -> None:
    assert "tradewind backtest" in pages["en"]
    row = {"quantity": "electricity", "year": 2024, "unit": "TWh", "observed": 415.0}
    row |= {"model": 509.25, "persistence": None, "kind": "forecast"}
    told = {"start": 2022, "rows": [row, {**row, "kind": "given"}]}
    page = render_years(replace(run, manifest={**run.manifest, "backtest": told}))
    cells = re.findall(r"<tr><th scope=\"row\">electricity.*?</tr>", page)
    assert "415" in cells[0]
    assert "509" in cells[0]
    assert "electricity (given)" in cells[1]
    assert "tradewind backtest" not in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("compared", [True, False])
def test_the_terminal_fits_eighty_columns(language: Language, compared: bool) -> None:
    made = make_run(compared=compared)
    console = Console(width=80, highlight=False, force_terminal=False)
    with console.capture() as captured:
        print_years(made, console, language)
    lines = captured.get().splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert "…" not in "".join(lines)
    for code in LABELS["economy"]:
        name = words(made, language).economy(code)
        assert any(line.strip().startswith(name) for line in lines), name


def test_ranges_may_lie_on_either_side_of_zero() -> None:
    row = figures.Range("one", -3.0, 1.0, 1.0, -3.0, ["+1"])
    drawn = str(
        figures.range_bars(
            [row, figures.Range("two", 2.0, 5.0, 4.0, None, ["+4"])], ["a", "b", "c"]
        )
    )
    at = [float(x) for x in re.findall(r'cx="([\d.]+)%"', drawn)]
    assert all(0.0 <= x <= 100.0 for x in at)
    assert at[0] < at[1] < at[2]


def test_the_imports_that_matter_are_told_if_the_manifest_has_them(
    run: MadeUp, pages: dict[Language, str]
) -> None:
    told = [{"economy": "DEU", "exporter": "CHN", "sector": "C26", "share": 24.78, "loss": 0.1508}]
    title = "Imports whose loss would cost the largest economies most"
    assert title not in pages["en"]
    page = visible(render_years(replace(run, manifest={**run.manifest, "exposed": told})))
    assert title in page
    row = re.search(r"Germany\s+China\s+Electronics.*?\s([\d.]+)\s+([\d.]+)", page)
    assert row is not None
    assert float(row[1]) == pytest.approx(24.78, rel=0.02)
    assert float(row[2]) == pytest.approx(0.1508, rel=0.02)
