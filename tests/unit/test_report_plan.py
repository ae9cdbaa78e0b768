"""What is said of a plan is what its dataset holds, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from rich.console import Console

from tests.support.plan_sample import plan_sample
from tests.unit.plan_report_fixture import SITES, make_outputs, make_plan
from tradewind.errors import OutputError
from tradewind.report import figures
from tradewind.report import plan_tables as tables
from tradewind.report.chips_contract import ChipNames
from tradewind.report.colours import CARRIERS, COST_PARTS, SERIES, StepScale
from tradewind.report.figures.sitemap import LARGEST, Frame, azimuthal, bubble_radii
from tradewind.report.language import Catalogue, Language, chinese_names
from tradewind.report.plan_answer import answer
from tradewind.report.plan_contract import PlanOutputs, check_plan
from tradewind.report.plan_figures import draw
from tradewind.report.plan_html import limits, render_plan
from tradewind.report.plan_rows import case_rows, member_rows, money_rows, site_rows
from tradewind.report.plan_story import HOURS_OF, assumptions, frame, headline, hours_errors
from tradewind.report.plan_terminal import print_cases, print_plan
from tradewind.report.plan_words import (
    case_title,
    chip_name,
    family_of,
    place_name,
    year_words,
)
from tradewind.scenario.plan import NETWORKS
from tradewind.world.energy import open_energy

LANGUAGES: tuple[Language, ...] = ("en", "zh")
SOURCES = [
    {
        **{"title": "hourly load", "unit": "GW", "year": "2025", "source": "PIK"},
        **{"licence": "CC BY", "synthetic": False},
    },
    {
        **{"title": "temperature", "unit": "°C", "year": "2020", "source": "degree days"},
        **{"licence": "CC BY", "synthetic": True},
    },
]
MANIFEST = {"command": "tradewind plan --network china31", "tradewind_version": "0.9"}


@pytest.fixture(scope="module")
def outputs() -> PlanOutputs:
    return make_outputs()


@pytest.fixture(scope="module")
def pages(outputs: PlanOutputs) -> dict[Language, str]:
    return {language: render_plan(outputs, SOURCES, MANIFEST, language) for language in LANGUAGES}


def words(language: Language = "en") -> Catalogue:
    return Catalogue(language, ChipNames(language))


def printed(outputs: PlanOutputs, language: Language, width: int) -> str:
    console = Console(width=width, highlight=False, record=True, force_terminal=False)
    with console.capture() as captured:
        print_plan(outputs, console, language)
    return captured.get()


def plants_gone(outputs: PlanOutputs, cases: Collection[str]) -> PlanOutputs:
    """The same outputs as if today's plants did not stand in some cases."""
    gone = outputs.table["case"].str.split("@").str[0].isin(list(cases))
    return replace(outputs, table=outputs.table.assign(brownfield=~gone))


def unspaced(text: str) -> str:
    """A text without the spaces and breaks that tables put into it."""
    return "".join(text.split())


def visible(page: str) -> str:
    return re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", page, flags=re.S)


# --- tables -----------------------------------------------------------------------------------


def test_sites_are_those_that_are_built_the_largest_first(outputs: PlanOutputs) -> None:
    data, found = outputs.shown, tables.site_table(outputs.shown)
    assert list(found.index) == [name for name in SITES if name != "Sichuan"]
    assert found["it_gw"].is_monotonic_decreasing
    gansu = data.sel(site="Gansu")
    assert found.loc["Gansu", "it_gw"] == pytest.approx(float(gansu["it_capacity"].sum()))
    assert found.loc["Gansu", "cost_usd"] == pytest.approx(float(gansu["cost_stack"].sum()))
    assert found.loc["Gansu", "power_price"] == float(data["price_mean"].sel(bus="Gansu"))
    mean = np.average(gansu["facility_power"], weights=gansu["weight"])
    assert found.loc["Gansu", "mean_power_gw"] == pytest.approx(mean, rel=1e-12)


def test_the_mean_cost_is_what_all_sites_cost_over_what_they_deliver(outputs: PlanOutputs) -> None:
    data = outputs.shown
    parts = tables.mean_stack(data)
    sites = data.sel(site=[name for name in SITES if name != "Sichuan"])
    weight = sites["delivered"] / sites["delivered"].sum()
    expected = (sites["cost_stack"] * weight).sum("site").to_series()
    pd.testing.assert_series_equal(parts, expected[parts.index], check_names=False, rtol=1e-12)
    stack = tables.stack_table(data).sum(axis=1)
    assert stack.is_monotonic_increasing


def test_power_is_counted_over_the_year_by_family(outputs: PlanOutputs) -> None:
    data, found = outputs.shown, tables.generated(outputs.shown)
    for family, carriers in {"wind": ["onshore wind", "offshore wind"], "coal": ["coal"]}.items():
        own = (data["generation"].sel(carrier=carriers) * data["weight"]).sum() / 1e3
        assert found[family] == pytest.approx(float(own), rel=1e-12)
    assert "storage" not in found
    added = tables.added(data)
    own = data["new_capacity"].sel(carrier="battery").sum()
    assert added["storage"] == pytest.approx(float(own), rel=1e-12)
    energy = (data["facility_power"] * data["weight"]).sum("hour")
    it = (energy / data["pue_mean"]).sum()
    assert tables.facility_pue(data) == pytest.approx(float(energy.sum() / it), rel=1e-12)


def test_what_a_reservoir_releases_is_hydro_and_not_storage(outputs: PlanOutputs) -> None:
    data = outputs.shown.copy(deep=True)
    before = tables.generated(data)["hydro"]
    data["storage_power"].loc[{"carrier": "hydro"}] = 2.0
    more = 2.0 * data.sizes["bus"] * 8.76
    assert tables.generated(data)["hydro"] == pytest.approx(before + more, rel=1e-12)


def test_stacked_power_meets_the_demand_of_every_hour(outputs: PlanOutputs) -> None:
    found = tables.power_hours(outputs.shown)
    supply = found.drop(columns=["load", "demand"]).sum(axis=1)
    np.testing.assert_allclose(supply, found["demand"], rtol=1e-9)
    assert (found["charge"] <= 0.0).all()


@pytest.mark.parametrize(
    ("carrier", "family"),
    [
        ("onwind", "wind"),
        ("offwind-ac", "wind"),
        ("CCGT", "gas"),
        ("lignite", "coal"),
        ("PHS", "storage"),
        ("ror", "hydro"),
        ("solar contract", "solar"),
        ("ambient heat", "other"),
    ],
)
def test_carriers_of_any_network_have_a_family(carrier: str, family: str) -> None:
    assert family_of(carrier) == family
    assert family in CARRIERS
    assert words("zh").has(f"plan_carrier_{family}")


def test_the_week_holds_the_peak_and_is_one_week(outputs: PlanOutputs) -> None:
    data = outputs.shown
    total = data["load"].sum("bus") + data["facility_power"].sum("site")
    week = tables.week(data)
    assert int(np.argmax(total.to_numpy())) in week
    np.testing.assert_array_equal(np.diff(week), 1)
    assert float(data["step"].isel(hour=week).sum()) == 168.0
    assert len(set(data["period"].isel(hour=week).to_numpy())) == 1


def test_typical_days_are_shown_whole(outputs: PlanOutputs) -> None:
    data = outputs.shown.assign_coords(period=outputs.shown["hour"] // 24)
    week = tables.week(data)
    assert len(week) == 168
    periods = data["period"].isel(hour=week).to_numpy()
    assert (pd.Series(periods).value_counts() == 24).all()
    short = plan_sample()
    np.testing.assert_array_equal(tables.week(short), np.arange(48))


def test_the_power_of_the_sites_is_all_there(outputs: PlanOutputs) -> None:
    data, found = outputs.shown, tables.facility_hours(outputs.shown, 3)
    assert list(found.columns) == ["InnerMongolia", "Guizhou", "Gansu", ""]
    whole = data["facility_power"].sum("site")
    np.testing.assert_allclose(found.sum(axis=1), whole, rtol=1e-12)
    assert "" not in tables.facility_hours(data, 8)


def test_lines_of_both_ways_are_one_pair(outputs: PlanOutputs) -> None:
    data = outputs.shown.isel(line=[0, 0]).assign_coords(line=["there", "back"])
    data = data.assign_coords(
        line_from=("line", ["InnerMongolia", "Beijing"]),
        line_to=("line", ["Beijing", "InnerMongolia"]),
    )
    data["flow"][:, :] = np.array([[5.0], [2.0]])
    found = tables.carried(data)
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["one"], row["other"]) == ("Beijing", "InnerMongolia")
    assert (row["net"], row["busy"]) == (pytest.approx(-3.0), pytest.approx(7.0))


def test_demand_is_told_with_the_round_trip_that_serves_it(outputs: PlanOutputs) -> None:
    data = outputs.shown
    found = tables.served_table(data).loc["interactive"]
    route = data["route"].sel(workload="interactive")
    mean = float((route * data["round_trip"]).sum() / route.sum())
    assert found["round_trip"] == pytest.approx(mean, rel=1e-12)
    assert found["longest"] == float(data["round_trip"].where(route > 0.0).max())
    assert found["demand"] == pytest.approx(float(route.sum()), rel=1e-12)
    assert found["largest"] == "InnerMongolia"


def test_sensitivities_have_the_case_they_vary_at_its_value(outputs: PlanOutputs) -> None:
    field, bounds = "latency_ms.interactive", [10.0, 30.0, 100.0]
    for own, expected in (
        ({}, [np.nan, *bounds]),
        ({"free": {field: 60.0}, "local": {field: 5.0}}, [10.0, 30.0, 60.0, 100.0]),
        ({"free": {field: 10.0}}, [10.0, *bounds]),
    ):
        [(axis, base, rows)] = tables.axes(outputs.table, own)
        assert (axis, base) == (field, "free")
        np.testing.assert_array_equal(rows["value"].to_numpy(float), expected)
        place = rows["case"].to_list().index("free")
        np.testing.assert_equal(expected[place], own.get("free", {}).get(field, np.nan))


@pytest.mark.parametrize(("language", "mark"), [("en", "60 (as set)"), ("zh", "60（原设定）")])
def test_siting_against_latency_shows_the_bound_of_the_case(
    outputs: PlanOutputs, language: Language, mark: str
) -> None:
    own = {"green_matching": "annual", "green_percent": {"all": 0.0}}
    assumed = {"free": {**own, "varied": {"latency_ms.interactive": 60.0}}}
    given = replace(outputs, facts={**outputs.facts, "assumed": assumed})
    page = visible(render_plan(given, SOURCES, MANIFEST, language))
    title = {"axis": words(language).text("plan_axis_latency_ms_interactive")}
    title["case"] = case_title(given.table.iloc[1], words(language))
    figure = page[page.index(words(language).text("plan_siting_title", **title)) :]
    figure = figure[: figure.index(words(language).text("plan_siting_note"))]
    labels = ("10", "30", mark, "100")
    places = [re.search(rf"(?<![\w.,]){re.escape(label)}\s", figure) for label in labels]
    assert all(places)
    starts = [place.start() for place in places if place]
    assert starts == sorted(starts)
    assert words(language).text("plan_base") not in figure.replace(mark, "")


def test_siting_keeps_every_gigawatt(outputs: PlanOutputs) -> None:
    found = tables.siting(dict(outputs.cases), 3)
    assert found.shape[1] == 4
    for name, data in outputs.cases.items():
        assert found.loc[name].sum() == pytest.approx(float(data["it_capacity"].sum()), rel=1e-12)


# --- words and rows -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_story_holds_the_numbers(outputs: PlanOutputs, language: Language) -> None:
    lines = headline(outputs, words(language))
    cost = float(tables.mean_stack(outputs.shown).sum())
    story = " ".join(lines)
    assert "20.0 GW" in lines[0]
    assert f"{tables.facility_twh(outputs.shown):.0f} TWh" in story
    assert f"{cost:.2f}" in story
    assert "850" in story
    assert "812" in story
    assert "0.14%" in story
    assert place_name("InnerMongolia", words(language)) in lines[0]


def test_values_are_told_as_what_they_are(outputs: PlanOutputs) -> None:
    data = outputs.shown.copy(deep=True)
    data["value"].loc[{"case": "residency"}] = 0.0
    told = headline(replace(outputs, cases={**outputs.cases, "free": data}), words())[-1]
    assert "latency bounds cost USD 812 million" in told
    assert "work that may wait saves USD 140 million" in told
    assert words().text("plan_value_none_residency") in told


@pytest.mark.parametrize(("language", "title"), [("en", "Anywhere"), ("zh", "任意选址")])
def test_what_holds_in_a_case_and_no_number_shows_is_told(
    outputs: PlanOutputs, language: Language, title: str
) -> None:
    own = {"green_matching": "annual", "green_percent": {"all": 0.0}, "varied": {}}
    facts = {**outputs.facts, "assumed": dict.fromkeys(("local", "free", "forced"), own)}
    line = words(language).text("plan_assumed_greenfield")
    for without, said in (
        ((), []),
        (("local", "free", "forced"), [line]),
        (("free",), [words(language).text("plan_assumed_in", cases=f"“{title}”", line=line)]),
    ):
        given = replace(plants_gone(outputs, without), facts=facts)
        assert assumptions(given, words(language)) == said
    assert f"“{title}”" in said[0]
    assert said[0] in visible(render_plan(given, SOURCES, MANIFEST, language))
    assert line[:30] in printed(given, language, 400)


@pytest.mark.parametrize(
    ("matching", "shares", "language", "said"),
    [
        ("annual", {"all": 80.0}, "en", "over the year: 80% everywhere."),
        ("hourly", {"all": 80.0}, "zh", "每小时至少提供其用电的如下比例：所有站点 80%。"),
        (
            *("hourly", {"all": 0.0, "west": 92.5, "InnerMongolia": 100.0}, "en"),
            "in every hour: 92.5% in West, 100% in Inner Mongolia, 0% elsewhere.",
        ),
        (
            *("annual", {"all": 5.0, "west": 0.0, "InnerMongolia": 100.0}, "zh"),
            "比例：西部 0%、内蒙古 100%、其余站点 5%。",
        ),
    ],
)
def test_green_shares_are_told_by_site(
    outputs: PlanOutputs, matching: str, shares: dict[str, float], language: Language, said: str
) -> None:
    own = {"green_matching": matching, "green_percent": shares}
    facts = {**outputs.facts, "assumed": dict.fromkeys(("local", "free", "forced"), own)}
    (line,) = assumptions(replace(outputs, facts=facts), words(language))
    assert line.endswith(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_error_of_chosen_hours_is_told(language: Language) -> None:
    data = make_plan()
    assert hours_errors(data, words(language)) == []
    errors = dict.fromkeys(HOURS_OF, 0.05) | {"load": 0.042, "solar": 0.009}
    data.attrs["hours_duration_rmse"] = json.dumps(errors)
    data.attrs["hours_peak_missed"] = 0.109
    (said,) = hours_errors(data, words(language))
    for number in ("4.2%", "0.9%", "10.9%"):
        assert number in said
    assert said.count("5.0%") == len(HOURS_OF) - 2
    assert language == "en" or not re.search("[A-Za-z]", said)
    data.attrs["hours_objective_error"] = -0.0123
    assert "−1.23%" in hours_errors(data, words(language))[1]
    assert said in frame(data, "", words(language))
    data.attrs["hours_duration_rmse"] = json.dumps({"load": 0.0})
    assert len(hours_errors(data, words(language))) == 1


@pytest.mark.parametrize("network", NETWORKS)
def test_years_are_told_in_one_language(network: str) -> None:
    attrs = open_energy(network).attrs
    for name in ("load_year", "weather_year"):
        said = str(attrs.get(name, "2025"))
        assert not re.search("[A-Za-z]", year_words(said, words("zh"))), said
        assert year_words(said, words()) in (said, f"no year ({said})")


def test_a_sensitivity_is_named_by_its_case_and_what_it_varies() -> None:
    row = pd.Series({"case": "free@x", "axis": "latency_ms.interactive", "value": 10.0})
    row["title"] = {"en": "Anywhere", "zh": "任意选址"}
    assert case_title(row, words()) == "Anywhere; Latency bound of interactive work, ms: 10"
    assert case_title(row, words("zh")) == "任意选址；交互任务时延上限，毫秒：10"
    row["axis"] = ""
    assert case_title(row, words("zh")) == "任意选址"


@pytest.mark.parametrize(
    ("method", "said"), [("paired solve with 3 MW more", "pair"), ("nearest plant", "price")]
)
def test_the_note_on_carbon_tells_how_the_margin_was_found(
    outputs: PlanOutputs, method: str, said: str
) -> None:
    data = outputs.shown.assign_attrs(emissions_marginal_method=method)
    page = render_plan(replace(outputs, cases={**outputs.cases, "free": data}), SOURCES, MANIFEST)
    for name in ("pair", "price"):
        assert (words().text(f"plan_carbon_note_{name}") in page) is (name == said)


def test_a_plan_that_nothing_binds_says_so(outputs: PlanOutputs) -> None:
    data = outputs.shown.copy(deep=True)
    data["connection_value"][:] = 0.0
    data["chip_value"][:] = 0.0
    data["carbon_value"] = 0.0
    free = replace(outputs, cases={**outputs.cases, "free": data})
    assert words().text("plan_story_no_limit") in headline(free, words())
    assert words().text("plan_story_no_limit") not in headline(outputs, words())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_tonne_under_the_carbon_cap_is_worth_is_told(
    outputs: PlanOutputs, language: Language, pages: dict[Language, str]
) -> None:
    said = words(language).text("plan_story_carbon", value="41.4")
    free = outputs.shown.assign(carbon_value=0.0)
    loose = replace(outputs, cases={**outputs.cases, "free": free})
    assert any(said in line for line in headline(outputs, words(language)))
    assert unspaced(visible(pages[language])).count(unspaced(said)) == 2
    assert unspaced(said) in unspaced(printed(outputs, language, 80))
    without = render_plan(loose, SOURCES, MANIFEST, language), printed(loose, language, 80)
    assert all(unspaced(said[:12]) not in unspaced(text) for text in without)
    assert answer(outputs)["cases"]["free"]["carbon_value_usd_per_t"] == 41.37
    assert answer(loose)["cases"]["free"]["carbon_value_usd_per_t"] == 0.0


def test_places_have_names() -> None:
    assert place_name("InnerMongolia", words()) == "Inner Mongolia"
    assert place_name("InnerMongolia", words("zh")) == "内蒙古"
    assert place_name("Inner Mongolia", words("zh")) == "内蒙古"
    assert place_name("VNM", words("zh")) == "越南"
    assert place_name("United Kingdom", words("zh")) == "英国"
    assert place_name("Gui'an", words("zh")) == "贵安"
    assert place_name("Luleå", words("zh")) == "Luleå"
    assert chip_name("ascend-910c", words("zh")) == "昇腾 910C"
    assert chip_name("my-own", words("zh")) == "my-own"
    provinces = [name for name in SITES if name not in chinese_names()["site"]]
    assert provinces == []


def test_the_system_cost_adds_up(outputs: PlanOutputs) -> None:
    rows = money_rows(outputs.shown, words())
    numbers = [float(row[1].replace(",", "")) for row in rows]
    assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.05 * len(numbers))
    assert numbers[-1] == pytest.approx(outputs.shown.attrs["objective"] / 1e3, abs=0.05)


def test_every_case_has_a_row_and_a_difference(outputs: PlanOutputs) -> None:
    rows = case_rows(outputs, words())["rows"]
    assert [row[0] for row in rows][:3] == ["Every region serves itself", "Anywhere", "Hubs only"]
    assert rows[0][2] == "0.00"
    assert set(rows[2][1:]) == {"–"}
    change = outputs.table["system_cost"] / outputs.table["system_cost"].iloc[0] - 1.0
    assert rows[5][2] == f"−{abs(100.0 * change.iloc[5]):.2f}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("change", "way"), [(-0.31, "less"), (0.07, "more"), (0.0, "same")])
def test_system_costs_are_not_compared_where_not_the_same_plants_stand(
    outputs: PlanOutputs, language: Language, change: float, way: str
) -> None:
    given = plants_gone(outputs, ("free",))
    own = given.table["case"] == "free"
    unit = float(given.table["usd_per_h100e_hour"].iloc[0]) * (1.0 + change)
    given.table.loc[own, "usd_per_h100e_hour"] = unit
    catalogue = words(language)
    said = catalogue.text(
        "plan_story_cases",
        first=case_title(given.table.iloc[0], catalogue),
        told=catalogue.text(
            f"plan_case_{way}_compute",
            case=case_title(given.table[own].iloc[0], catalogue),
            percent=f"{abs(100.0 * change):.1f}",
            money=f"{unit:.3f}",
        ),
    )
    note = catalogue.text("plan_cases_note_plants")
    page = unspaced(visible(render_plan(given, SOURCES, MANIFEST, language)))
    shown = unspaced(printed(given, language, 400))
    assert said in headline(given, catalogue)
    assert all(unspaced(text) in place for text in (said, note) for place in (page, shown))
    assert unspaced(note) not in unspaced(printed(outputs, language, 400))
    changes = [row[2] for row in case_rows(given, catalogue)["rows"]]
    assert changes == ["0.00", *["–"] * (len(changes) - 1)]
    (drawn,) = draw(given, catalogue)["sensitivities"]
    rows = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in drawn["drawing"].split("<tr")]
    assert [row[-1] for row in rows if row] == ["–"] * 4
    told = {row["case"]: row["brownfield"] for row in answer(given)["table"]}
    assert told["local"] is True
    assert told["free"] is False


def test_a_column_that_nobody_knows_is_left_out(outputs: PlanOutputs) -> None:
    dry = outputs.shown.drop_vars("intensity_marginal")
    dry["water"] = dry["water"] * np.nan
    head = words().text("plan_column_water")
    assert head in site_rows(outputs.shown, words())["heads"]
    found = site_rows(dry, words())["heads"]
    assert head not in found
    assert words().text("plan_column_marginal_g") not in found


def test_members_stand_in_the_order_of_their_gain(outputs: PlanOutputs) -> None:
    found = member_rows(outputs, words())
    assert found is not None
    assert [row[0] for row in found["rows"]] == ["China", "Japan"]
    assert found["least"] == "Japan"
    assert found["rows"][0][4] == "+4.4"
    assert member_rows(replace(outputs, facts={**outputs.facts, "members": None}), words()) is None


# --- what must hold -----------------------------------------------------------------------------


def test_the_sample_of_the_block_can_be_reported(outputs: PlanOutputs) -> None:
    facts = {**outputs.facts, "failed": {}, "groups": {}}
    table = outputs.table[outputs.table["case"] == "free"]
    sample = PlanOutputs({"free": plan_sample()}, table, facts)
    check_plan(sample)
    for language in LANGUAGES:
        assert "nan" not in visible(render_plan(sample, SOURCES, MANIFEST, language)).split()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.drop_vars("route"), "route"),
        (lambda data: data.assign(load=data["load"].isel(bus=0)), "load"),
        (lambda data: data.assign(system_cost=data["system_cost"] * np.nan), "system_cost"),
        (lambda data: data.assign(cost_stack=data["cost_stack"] * np.nan), "cost_stack"),
        (lambda data: data.drop_attrs(), "load_year"),
    ],
)
def test_plans_that_lack_a_number_are_refused(outputs: PlanOutputs, change, said: str) -> None:  # type: ignore[no-untyped-def]
    broken: xr.Dataset = change(outputs.shown)
    with pytest.raises(OutputError, match=said):
        check_plan(replace(outputs, cases={**outputs.cases, "free": broken}))


def test_a_report_needs_the_case_it_is_about(outputs: PlanOutputs) -> None:
    with pytest.raises(OutputError, match="forced"):
        check_plan(replace(outputs, facts={**outputs.facts, "shown": "forced"}))
    with pytest.raises(OutputError, match="usd_per_h100e_hour"):
        check_plan(replace(outputs, table=outputs.table.drop(columns="usd_per_h100e_hour")))


# --- page, terminal, answer ---------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_every_part_and_loads_nothing(
    pages: dict[Language, str], outputs: PlanOutputs, language: Language
) -> None:
    page = pages[language]
    assert "http" not in page
    assert "nan" not in visible(page).lower().split()
    for key in ("map", "cost", "duals", "hours", "carbon", "cases"):
        assert words(language).text(f"plan_{key}_heading") in page
        assert words("zh" if language == "en" else "en").text(f"plan_{key}_heading") not in page
    for line in headline(outputs, words(language)):
        assert line[:7] in visible(page)
    assert words(language).text("plan_synthetic_mark") in page
    assert frame(outputs.shown, outputs.facts["hours"], words(language)) in page
    assert "2025" in frame(outputs.shown, outputs.facts["hours"], words(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_number_a_title_a_source_and_words_for_the_blind(
    pages: dict[Language, str], language: Language
) -> None:
    page = pages[language]
    found = re.findall(r"<figure>.*?</figure>", page, flags=re.S)
    assert len(found) >= 18
    assert page.count("<figure>") == len(found)
    for figure in found:
        caption = re.search(r"<figcaption>(.*?)</figcaption>", figure, flags=re.S)
        assert caption
        assert len(visible(caption.group(1)).split()) >= 2
        assert 'class="source"' in figure
        for plot in re.findall(r'<svg[^>]*class="(?:plot|map)[^>]*>', figure):
            assert re.search(r'aria-label="[^"]{8,}"', plot)
    numbers = re.findall(r'class="number">(?:Figure|图) (\d+)', page)
    assert numbers == [str(k + 1) for k in range(len(numbers))]


def test_figures_with_axes_name_their_units(pages: dict[Language, str]) -> None:
    for unit in ("power", "run", "backlog", "price", "it", "average_g", "cost_usd"):
        assert words().text(f"plan_unit_{unit}") in pages["en"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_fits(outputs: PlanOutputs, language: Language, width: int) -> None:
    text = printed(outputs, language, width)
    assert "20.0 GW" in text
    assert "…" not in text
    cost = float(tables.mean_stack(outputs.shown).sum())
    assert f"{cost:.3f}" in text
    assert place_name("Guizhou", words(language)) in text
    shown = outputs.facts["expectations"][0][language]
    assert shown[:12] in text


def test_cases_alone(outputs: PlanOutputs) -> None:
    console = Console(width=120, record=True, force_terminal=False)
    with console.capture() as captured:
        print_cases(outputs, console)
    text = captured.get()
    assert "Hubs only" in text
    assert "clash with the demand" in text
    assert "West, % of IT" in text.replace("\n", " ") or "% of IT" in text


def test_the_answer_is_one_document_of_plain_numbers(outputs: PlanOutputs) -> None:
    found = json.loads(json.dumps(answer(outputs), allow_nan=False))
    assert set(found["cases"]) == set(outputs.cases)
    free = found["cases"]["free"]
    assert [row["site"] for row in free["sites"]] == list(tables.site_table(outputs.shown).index)
    assert free["sites"][-1]["water"] is None
    assert sum(free["system_cost_usd_million"].values()) == pytest.approx(
        outputs.shown.attrs["objective"], rel=1e-12
    )
    assert found["table"][2]["system_cost"] is None


def test_what_a_plan_cannot_say_depends_on_its_hours_and_data(outputs: PlanOutputs) -> None:
    data = outputs.shown
    assert "hours" in limits(data, SOURCES)
    assert "hours" not in limits(data.assign_coords(weight=data["step"]), SOURCES)
    assert "synthetic" in limits(data, SOURCES)
    assert "synthetic" not in limits(data, SOURCES[:1])


# --- figures ------------------------------------------------------------------------------------


def test_the_regional_projection_keeps_areas_and_its_middle() -> None:
    middle = np.array([105.0, 35.0])
    np.testing.assert_allclose(azimuthal(middle[None], middle), [[0.0, 0.0]], atol=1e-12)
    # The pole from the equator: sqrt(2 (1 - cos 90)) = sqrt 2 (Snyder 1987, page 185).
    pole = azimuthal(np.array([[0.0, 90.0]]), np.array([0.0, 0.0]))
    np.testing.assert_allclose(pole, [[0.0, 2.0**0.5]], atol=1e-12)
    assert np.isnan(azimuthal(np.array([[-75.0, -35.0]]), middle)).all()
    step = 1e-3
    for longitude, latitude in ((80.0, 20.0), (130.0, 50.0)):
        corners = np.array([(0, 0), (step, 0), (step, step), (0, step)], dtype=float)
        x, y = azimuthal(corners + np.array([longitude, latitude]), middle).T
        area = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
        expected = np.radians(step) ** 2 * np.cos(np.radians(latitude + step / 2))
        assert area == pytest.approx(expected, rel=1e-6)


def test_a_frame_holds_its_places_and_spans_the_world_when_they_do() -> None:
    china = np.array([(87.6, 43.8), (126.6, 45.8), (110.3, 20.0)])
    places = Frame.around(china).place(china)
    assert (places > 0.0).all()
    assert (places[:, 0] < 1000.0).all()
    assert (places[:, 1] < Frame.around(china).height).all()
    assert Frame.around(np.array([(-122.0, 45.0), (103.8, 1.3)])).project.__name__ == "equal_earth"


def test_bubbles_are_as_large_as_what_they_stand_for() -> None:
    radii = bubble_radii(np.array([9.0, 4.0, 1.0]))
    np.testing.assert_allclose(radii, LARGEST * np.array([1.0, 2.0 / 3.0, 1.0 / 3.0]))


def test_a_map_without_a_place_for_lines_is_still_a_map(outputs: PlanOutputs) -> None:
    data = outputs.shown.assign_coords(bus_latitude=outputs.shown["bus_latitude"] * np.nan)
    page = render_plan(
        replace(outputs, cases={**outputs.cases, "free": data}), SOURCES, MANIFEST, "en"
    )
    assert 'class="bubble"' in page
    assert 'class="link"' not in page


def test_hours_that_do_not_follow_are_drawn_apart(outputs: PlanOutputs) -> None:
    data = outputs.shown
    clock = figures.Clock.of(
        data["time"].to_numpy(), data["step"].to_numpy(), data["period"].to_numpy()
    )
    assert [(run.start, run.stop) for run in clock.runs] == [(0, 168), (168, 336)]
    layers = pd.DataFrame({"up": np.ones(336), "down": -np.ones(336)})
    colours = {"up": "#000000", "down": "#ffffff"}
    root = ElementTree.fromstring(str(figures.hour_areas(clock, layers, colours, "GW")))
    assert len([path for path in root.iter("path") if path.get("class") == "area"]) == 4


@pytest.mark.parametrize(("low", "high"), [(350.0, 698.0), (1.396, 1.566), (5.0, 5.0), (0.0, 0.3)])
def test_steps_are_round_and_hold_the_range(low: float, high: float) -> None:
    scale = StepScale.over(low, high, SERIES[:5])
    assert scale.edges[0] <= low * (1 + 1e-9)
    assert scale.edges[-1] >= high * (1 - 1e-9)
    assert 1 <= len(scale.classes()) <= 5
    for colour, start, end in scale.classes():
        assert scale.colour(0.5 * (start + end)) == colour


def test_colours_that_stand_together_differ() -> None:
    for colours in (COST_PARTS, CARRIERS, dict.fromkeys(SERIES)):
        values = list(colours.values()) if any(colours.values()) else list(colours)
        assert len(set(values)) == len(values)
