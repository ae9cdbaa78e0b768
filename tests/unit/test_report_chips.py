"""What is said of a chip run is what its datasets hold, in both languages."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from tests.support.small_chip_run import LAST_YEAR, MEMBERS, small_chip_run
from tradewind.chip_run.effects import ALL, effects_table, held_table, never_bound
from tradewind.chip_run.facts import manifest_of, parameter_rows, regime_facts
from tradewind.chip_run.folder import outputs_of
from tradewind.chips.families import families
from tradewind.errors import OutputError
from tradewind.report import chips_tables as tables
from tradewind.report.chips_answer import answer
from tradewind.report.chips_contract import ChipNames, ChipOutputs, check_chips
from tradewind.report.chips_html import render_chips
from tradewind.report.chips_story import (
    flipped_rounds,
    flipped_years,
    headline,
    less_or_more,
    regime_sentence,
)
from tradewind.report.chips_terminal import print_chips, some_years
from tradewind.report.language import Catalogue, Language
from tradewind.report.numbers import rounded
from tradewind.scenario import Scenario

LANGUAGES: tuple[Language, ...] = ("en", "zh")
LEVELS = (0.05, 0.5, 0.95)


@pytest.fixture(scope="module")
def outputs() -> ChipOutputs:
    return outputs_of(small_chip_run())


def printed(outputs: ChipOutputs, language: Language, width: int) -> str:
    console = Console(width=width, highlight=False, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        print_chips(outputs, console, language)
    return captured.get()


@pytest.mark.parametrize(("name", "number"), [("low", 0), ("median", 1), ("high", 2)])
def test_stocks_are_the_quantiles_of_the_run(outputs: ChipOutputs, name: str, number: int) -> None:
    bounds = small_chip_run().bounds
    for code in ("CHN", "USA", "ROW"):
        chosen = bounds["stock_by_economy"].sel(economy=code).transpose("quantile", "year")
        found = tables.stock_of(outputs, code)[name]
        np.testing.assert_array_equal(found.to_numpy(), chosen.to_numpy()[number])
    chosen = bounds["stock"].sel(economy="CHN", family="ascend").transpose("quantile", "year")
    found = tables.family_stock(outputs, "ascend")[name]
    np.testing.assert_array_equal(found.to_numpy(), chosen.to_numpy()[number])


def test_prices_are_cost_margin_and_rent(outputs: ChipOutputs) -> None:
    central = small_chip_run().central.sel(year=LAST_YEAR)
    found = tables.prices(outputs, LAST_YEAR)
    assert set(found.index) == {
        str(label)
        for label in central["family"].to_numpy()
        if float(central["packages"].sel(family=label).sum()) > 1.0
    }
    for label, row in found.iterrows():
        one = central.sel(family=label)
        assert row["cost"] + row["margin"] == pytest.approx(float(one["list_price"]), rel=1e-12)
        assert row["price"] == pytest.approx(
            float(one["list_price"] + one["scarcity_rent"]), rel=1e-12
        )
        assert 0.0 < row["cost"] < float(one["list_price"])


def test_the_market_at_home(outputs: ChipOutputs) -> None:
    run, found = small_chip_run(), tables.at_home(outputs)
    for workload in ("training", "decoding"):
        value = run.central["marginal_value"].sel(year=2025, workload=workload)
        premium = float(value.sel(economy="CHN") / value.sel(economy="USA")) - 1.0
        assert found.loc[2025, f"premium_{workload}"] == pytest.approx(premium, rel=1e-12)
    leaked = (run.central["leaked"] * run.central["h100e"]).sel(year=2025, economy="CHN").sum()
    assert found.loc[2025, "leaked"] == pytest.approx(float(leaked), rel=1e-12)
    share = run.bounds["domestic_share"].sel(year=2025).to_numpy()
    names = [f"domestic_share_{name}" for name in ("low", "median", "high")]
    np.testing.assert_array_equal(found.loc[2025, names].to_numpy(float), share)


def test_effects_are_the_quantiles_over_draws(outputs: ChipOutputs) -> None:
    assert outputs.rounds is not None
    effects = small_chip_run().rounds
    assert effects is not None
    for order in ("staircase", "shapley"):
        for name in effects["round"].to_numpy():
            draws = effects[order].sel({"round": name, "metric": "bandwidth", "year": 2027})
            found = outputs.rounds.effects.query(
                "order == @order and round == @name and metric == 'bandwidth' "
                "and year == 2027 and measure == 'h100'"
            )
            row = found[["low", "median", "high"]].to_numpy()
            np.testing.assert_allclose(row, [np.quantile(draws, LEVELS)], rtol=1e-12)
            assert float(found["mean"].iloc[0]) == pytest.approx(float(draws.mean()), abs=1e-9)


def test_rounds_add_up_to_all_in_either_order() -> None:
    effects = small_chip_run().rounds
    assert effects is not None
    table = effects_table(effects, (2025, 2026))
    held = held_table(effects, (2025, 2026)).set_index(["rules", "metric", "year"])["mean"]
    means = table[table["measure"] == "h100"].set_index(["order", "metric", "year"]).sort_index()
    for order in ("staircase", "shapley"):
        for metric in ("operations", "bandwidth"):
            for year in (2025, 2026):
                part = means.loc[(order, metric, year)].set_index("round")["mean"]
                total = held["enacted", metric, year] - held["without", metric, year]
                assert part[ALL] == pytest.approx(total, rel=1e-9)
                assert part.drop(ALL).sum() == pytest.approx(total, rel=1e-6)


def test_a_round_that_covers_no_chip_has_no_effect_per_unit(outputs: ChipOutputs) -> None:
    assert outputs.rounds is not None
    table = outputs.rounds.effects
    chosen = table[(table["round"] == "r2024") & (table["measure"] == "per_covered")]
    assert len(chosen) == 8
    assert chosen["median"].isna().all()
    assert (chosen["defined"] == 0.0).all()


def test_the_diffusion_rule_never_bound() -> None:
    found = never_bound()
    assert [each["round"] for each in found] == ["us-2025-diffusion"]
    assert (found[0]["compliance"], found[0]["ended"]) == ("2025-05-15", "2025-05-13")


def test_a_scenario_beside_no_rules_and_the_rules_as_enacted(outputs: ChipOutputs) -> None:
    against = outputs.against
    assert against["reference"].values.tolist() == ["none", "enacted"]
    before = against.sel(year=slice(None, 2022), reference="enacted")["change"]
    # The threshold binds from November 2023 on, and nobody foresees it.
    np.testing.assert_allclose(before.to_numpy(), 0.0, atol=1e-3)
    russia = against["change_percent"].sel(reference="none", economy="RUS", year=2025)
    assert (russia.to_numpy() < -1.0).all()


def test_the_rules_are_told(outputs: ChipOutputs) -> None:
    said = regime_sentence(outputs, Catalogue("en", ChipNames("en")))
    assert "1 added (imagined-bandwidth)" in said
    none = regime_facts(Scenario.from_yaml("chips-no-controls"))
    assert (none["start"], none["rules"]) == ("none", 0)
    assert none["set_aside"] > 70
    kept = regime_facts(Scenario.from_yaml("chips-diffusion-kept"))
    assert len(kept["changed"]) == never_bound()[0]["rules"]
    assert not kept["added"]
    ended = regime_facts(Scenario.from_yaml("chips-h200-allowed"))
    assert ended["ended"] == ["cn-2026-01-h200"]
    assert ended["changed"] == ["us-2026-01-case-by-case"]


def test_flips_are_where_medians_differ_in_sign(outputs: ChipOutputs) -> None:
    chosen = outputs.against["change_percent"].sel(economy="CHN", quantile=0.5, reference="none")
    assert chosen.dims == ("metric", "year")
    expected = [
        int(year)
        for year, (one, other) in zip(
            chosen["year"].to_numpy(), chosen.transpose("year", "metric").to_numpy(), strict=True
        )
        if one * other < 0.0 and min(abs(one), abs(other)) > 0.05
    ]
    assert flipped_years(outputs, "none") == expected
    assert outputs.rounds is not None
    changed = outputs.rounds.effects.copy()
    row = (
        changed["round"].eq("r2023")
        & changed["order"].eq("staircase")
        & changed["measure"].eq("percent")
    )
    changed.loc[row & changed["metric"].eq("operations"), "median"] = -3.0
    changed.loc[row & changed["metric"].eq("bandwidth"), "median"] = 3.0
    assert "r2023" in flipped_rounds(replace(outputs.rounds, effects=changed))
    changed.loc[row, "median"] = -3.0
    assert "r2023" not in flipped_rounds(replace(outputs.rounds, effects=changed))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headline_holds_both_measures_with_bounds(
    outputs: ChipOutputs, language: Language
) -> None:
    words = Catalogue(language, ChipNames(language))
    first = headline(outputs, words)[0]
    at = {"reference": "none", "economy": "CHN", "year": LAST_YEAR}
    for metric in ("operations", "bandwidth"):
        for value in outputs.against["change_percent"].sel(at).sel(metric=metric).to_numpy():
            assert f"{abs(value):.0f}%" in first or f"{abs(value):.1f}%" in first


def test_less_or_more() -> None:
    words = Catalogue("en", ChipNames("en"))
    assert less_or_more(-17.2, 0, words) == "17% less"
    assert less_or_more(77.0, 0, words) == "77% more"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 100])
def test_the_terminal_fits(outputs: ChipOutputs, language: Language, width: int) -> None:
    text = printed(outputs, language, width)
    assert "Traceback" not in text
    assert str(outputs.facts["title"]) in text
    assert "2025-05-15" in text
    row = tables.in_year(tables.stock_of(outputs, "CHN"), 2025)
    assert f"{row['median'] / 1e6:.2f} (" in text
    # Ellipses inside numbers would hide them; those between bounds stand between spaces.
    assert not re.search(r"\d…", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_every_table_and_loads_nothing(
    outputs: ChipOutputs, language: Language
) -> None:
    run = small_chip_run()
    sources = [
        {
            "title": "Sales",
            "unit": "H100e",
            "year": "2025",
            "source": "Epoch AI",
            "licence": "CC BY",
        }
    ]
    text = render_chips(outputs, parameter_rows(), sources, manifest_of(run), language)
    assert "http" not in re.sub(r"<td[^>]*>.*?</td>", "", text, flags=re.S)
    assert "nan" not in re.sub(r"<[^>]*>", "", text).lower().split()
    for name in (row["name"] for row in parameter_rows()):
        assert f">{name}<" in text
    for code in outputs.central["economy"].to_numpy():
        assert f">{code}</span>" in text
    for family in tables.prices(outputs, LAST_YEAR).index:
        assert html.escape(families()[str(family)].name[language]) in text
    assert text.count("<figure>") == text.count("<figcaption>")
    assert f"{MEMBERS} " in text
    other = Catalogue("zh" if language == "en" else "en", ChipNames("en"))
    assert other.text("chips_stock_heading") not in text


def test_names_of_economies_in_chinese() -> None:
    words = Catalogue("zh", ChipNames("zh"))
    assert (words.economy("VNM"), words.economy("ROW")) == ("越南", "世界其他地区")


def test_outputs_that_lack_a_number_are_refused(outputs: ChipOutputs) -> None:
    central = outputs.central.copy(deep=True)
    central["stock"][0, 0, 0] = np.nan
    with pytest.raises(OutputError, match="stock"):
        check_chips(replace(outputs, central=central))
    with pytest.raises(OutputError, match="domestic_share"):
        check_chips(replace(outputs, bounds=outputs.bounds.drop_vars("domestic_share")))


def test_the_summary_is_every_bounded_number(outputs: ChipOutputs) -> None:
    bounds, found = outputs.bounds, tables.summary(outputs)
    assert list(found.columns) == tables.SUMMARY
    assert set(found["variable"]) <= set(map(str, bounds.data_vars))
    chosen = found[
        (found["variable"] == "stock") & (found["economy"] == "CHN") & (found["family"] == "ascend")
    ].set_index("year")
    expected = bounds["stock"].sel(economy="CHN", family="ascend")
    for year, row in chosen.iterrows():
        np.testing.assert_array_equal(
            row[["low", "median", "high"]].to_numpy(float), expected.sel(year=year).to_numpy()
        )
    total = found[(found["variable"] == "stock_by_family") & (found["family"] == "h20")]
    central = outputs.central["stock"].sel(family="h20").sum("economy")
    for _, row in total.iterrows():
        assert row["central"] == pytest.approx(float(central.sel(year=row["year"])), rel=1e-12)
    assert found["unit"].notna().all()


def test_the_answer_for_programs(outputs: ChipOutputs) -> None:
    found = answer(outputs)
    assert set(found["stock"]) == set(map(str, outputs.central["economy"].to_numpy()))
    assert [row["year"] for row in found["stock"]["CHN"]] == list(range(2022, LAST_YEAR + 1))
    assert len(found["against"]) == 2 * 2 * (LAST_YEAR - 2021)
    assert pd.DataFrame(found["rounds"])["round"].nunique() == 7


def test_years_of_a_table() -> None:
    years = list(range(2022, 2036))
    assert some_years(years, 2) == [2022, 2035]
    assert some_years(years, 4) == [2022, 2025, 2030, 2035]
    assert some_years([2022, 2023], 4) == [2022, 2023]


def test_rounding() -> None:
    assert [rounded(value) for value in (1_011_962.0, -0.012345, 0.0)] == [1.01e6, -0.0123, 0.0]
