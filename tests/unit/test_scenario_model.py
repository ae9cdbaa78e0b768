"""Reading, writing, copying and telling scenarios; the shipped ones; the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pydantic
import pytest
from typer.testing import CliRunner

from tests.unit.scenario_world import small_world
from tradewind.cli.scenario import app
from tradewind.errors import InputError, ScenarioError
from tradewind.scenario import Scenario, plan, plan_parts, years
from tradewind.scenario.library import DEFAULT, shipped_paths
from tradewind.scenario.messages import _catalogue
from tradewind.scenario.refusals import SHOCK_TYPES
from tradewind.world import World
from tradewind.world.names import SECTORS

WORLD = small_world()
SHIPPED = list(Scenario.shipped())
CHIPS = {
    "chips-as-enacted",
    "chips-no-controls",
    "chips-diffusion-kept",
    "chips-h200-allowed",
    "chips-mineral-stop",
    "chips-bandwidth-threshold",
}
PLANS = {
    "plan-east-data-west-compute",
    "plan-pooling",
    "plan-green-hourly",
    "plan-chip-cap",
}
CONTROLS_OVER_YEARS = {"controls-as-enacted", "controls-lifted", "controls-tightened"}
YEARS = CONTROLS_OVER_YEARS | {
    "baseline",
    "tariffs-2026",
    "energy-shock-europe",
    "cheap-western-power",
    "regional-pool",
    "machines-replace-labour",
    "blocs",
}
RUN = CliRunner()
PLAN_MODELS = [
    *(plan.PlanSection, plan.Case, plan.Axis, plan.Expectation),
    *(plan_parts.PlanHours, plan_parts.PlanDemand, plan_parts.PlanChips, plan_parts.PlanRules),
    *(plan_parts.PlanSites, plan_parts.PueLimit, plan_parts.PlanOverheads),
]
YEARS_MODELS = [
    *(years.YearsSection, years.Switches),
    *(years.PowerChange, years.Pool, years.StackRestriction),
]
MODELS: list[type[pydantic.BaseModel]] = [
    *(Scenario, *SHOCK_TYPES.values()),
    *PLAN_MODELS,
    *YEARS_MODELS,
]


def world_of(name: str) -> Any:
    """The small world; the shipped one for scenarios that name economies the small one lacks."""
    return World.default() if name in {"blocs", "regional-pool"} else WORLD


def told(*shocks: str, **fields: str) -> str:
    """The first sentence about one shock."""
    text = "name: t\ntitle: T\nshocks:\n" + "".join(f"  - {{{shock}}}\n" for shock in shocks)
    text += "".join(f"{name}: {value}\n" for name, value in fields.items())
    return Scenario.from_text(text).describe(WORLD)[0]


def test_the_shipped_scenarios() -> None:
    assert set(SHIPPED) == {
        "us-tariffs-2026",
        "tariff-war-2018",
        "electronics-decoupling",
        "europe-gas-cutoff",
        "china-vehicles",
        *CHIPS,
        *PLANS,
        *YEARS,
    }
    assert SHIPPED[0] == DEFAULT == "baseline"


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_explains_itself_and_compiles(name: str) -> None:
    scenario = Scenario.from_yaml(name)
    assert scenario.name == name
    assert scenario.title == Scenario.shipped()[name]
    assert len(scenario.description) > 80
    text = shipped_paths()[name].read_text(encoding="utf-8")
    assert text.count("\n") <= 60
    assert "# Question" in text
    assert "# It cannot say" in text
    assert all(shock.source for shock in scenario.shocks)
    policy = scenario.policy(world_of(name))
    assert policy.attrs["scenario"] == name
    assert bool(policy.data_vars) == (name not in CHIPS | PLANS | CONTROLS_OVER_YEARS)
    assert (scenario.controls is not None) == (name in CHIPS | CONTROLS_OVER_YEARS | {"blocs"})
    assert (scenario.plan is not None) == (name in PLANS)
    assert (scenario.years is not None) == (name in YEARS)
    assert scenario.trade_elasticity(WORLD).min() > 0


@pytest.mark.parametrize("name", SHIPPED)
def test_round_trip(name: str, tmp_path: Path) -> None:
    scenario = Scenario.from_yaml(name)
    path = tmp_path / "copy.yaml"
    path.write_text(scenario.to_yaml(), encoding="utf-8")
    again = Scenario.from_yaml(path)
    assert again == scenario
    assert hash(again) == hash(scenario)
    assert again.to_yaml() == scenario.to_yaml()


def test_round_trip_of_a_tariff_in_per_cent() -> None:
    shock = {"type": "tariff", "mode": "add", "importer": "USA", "exporter": ["all", "-CHN"]}
    data = {"name": "a", "title": "A", "shocks": [{**shock, "sector": "C29", "percent": -2.5}]}
    scenario = Scenario.from_dict(data)
    assert scenario.to_dict()["shocks"] == data["shocks"]
    assert Scenario.from_dict(json.loads(json.dumps(scenario.to_dict()))) == scenario


def test_a_copy_keeps_its_origin_and_differs() -> None:
    scenario = Scenario.from_yaml("us-tariffs-2026")
    copy = scenario.model_copy(update={"closure": "balanced"})
    assert copy != scenario
    assert copy.origin == scenario.origin
    assert copy.policy(WORLD).identical(scenario.policy(WORLD))


def test_a_scenario_cannot_be_changed() -> None:
    scenario = Scenario.from_yaml(DEFAULT)
    with pytest.raises(pydantic.ValidationError):
        scenario.closure = "balanced"


def test_python_may_build_one_directly() -> None:
    from tradewind.scenario import EnergySupply

    # The plain name and a bare word are turned at run time; a type checker sees neither.
    said: dict[str, Any] = {"as_": "productivity", "economy": "DEU", "loss_percent": 10}
    shock = EnergySupply(type="energy_supply", **said)
    scenario = Scenario(name="a", title="A", shocks=(shock,))
    assert scenario.shocks[0].as_ == "productivity"  # type: ignore[union-attr]
    assert Scenario.from_text(scenario.to_yaml()) == scenario


def test_labour_follows_the_horizon_unless_said() -> None:
    head = "name: a\ntitle: A\nshocks: []\n"
    assert Scenario.from_text(head).labour == "mobile"
    assert Scenario.from_text(head + "horizon: short\n").labour == "specific"
    assert Scenario.from_text(head + "horizon: short\nlabour: mobile\n").labour == "mobile"
    assert Scenario.from_text(head + "horizon_years: 2\n").labour == "specific"


def test_norway_is_no_boolean_and_numbers_are_numbers() -> None:
    text = """
name: a
title: A
shocks:
  - {type: tariff, mode: set, importer: NO, exporter: [CN, on], sector: N, percent: 1e1}
"""
    shock = Scenario.from_text(text).shocks[0]
    assert shock.importer == ("NO",)  # type: ignore[union-attr]
    assert shock.exporter == ("CN", "on")  # type: ignore[union-attr]
    assert shock.percent == 10.0  # type: ignore[union-attr]


def test_anchors_may_be_used() -> None:
    text = """
name: a
title: A
shocks:
  - {type: ban, importer: &bloc [USA, EU27], exporter: CHN, sector: C26}
  - {type: ban, importer: CHN, exporter: *bloc, sector: C26}
"""
    first, second = Scenario.from_text(text).shocks
    assert first.importer == second.exporter  # type: ignore[union-attr]


def test_world_path_is_relative_to_the_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("name: a\ntitle: A\nworld: mine.nc\nshocks: []\n", encoding="utf-8")
    asked: list[Path] = []
    monkeypatch.setattr(World, "load", lambda where: asked.append(where))
    Scenario.from_yaml(path).load_world()
    assert asked == [tmp_path / "mine.nc"]


def test_every_field_is_documented() -> None:
    for model in MODELS:
        for name, info in model.model_fields.items():
            assert info.description, f"{model.__name__}.{name}"


def test_the_readme_names_every_field_and_group() -> None:
    from tradewind.scenario.groups import groups

    readme = (shipped_paths()[DEFAULT].parents[1] / "README.md").read_text(encoding="utf-8")
    fields = {info.alias or name for model in MODELS for name, info in model.model_fields.items()}
    words = fields | set(SHOCK_TYPES) | set(groups("economies")) | set(groups("sectors"))
    assert {word for word in words if f"`{word}`" not in readme} == set()


@pytest.mark.parametrize(
    ("shock", "sentence"),
    [
        (
            "type: tariff, mode: set, importer: USA, exporter: CHN, sector: C29, percent: 25",
            "Tariffs levied by the United States on Motor Vehicles (C29) from China are set to "
            "25 %.",
        ),
        (
            "type: tariff, mode: add, importer: [all, -US], sector: all, exporter: ROW, "
            "percent: -2",
            "Tariffs levied by all economies except the United States on all sectors from the rest "
            "of the world fall by 2 percentage points.",
        ),
        (
            "type: export_tax, importer: all, exporter: CHN, sector: C26, percent: 15, source: me.",
            "Exports of Electronics & Optical Products (C26) from China to all economies are taxed "
            "at 15 % (source: me).",
        ),
        (
            "type: ban, importer: ASEAN, exporter: USA, sector: electronics",
            "Sales of electronics and optical products from the United States to ASEAN (here "
            "Indonesia alone; its other members are not apart in the table) are banned.",
        ),
        (
            "type: productivity, economy: CHN, sector: C29, percent: -10, kind: value_added",
            "What a unit of value added does falls by 10 % in Motor Vehicles (C29) of China.",
        ),
        (
            "type: energy_supply, as: productivity, economy: DEU, sector: D35, loss_percent: 10",
            "From the same inputs, 10 % less comes out of Electricity & Gas (D35) in Germany.",
        ),
        (
            "type: input_requirement, economy: DEU, input_sector: B, sector: C29, percent: 5",
            "Per unit of output, 5 % more of Mining & Quarrying (B) is needed in Motor Vehicles "
            "(C29) of Germany.",
        ),
    ],
)
def test_sentences(shock: str, sentence: str) -> None:
    assert told(shock) == sentence


def test_a_schedule_tells_date_and_average() -> None:
    shock = "type: tariff, schedule: us_2025, exporter: [CHN, DEU], sector: C26, scale: 2"
    sentence = told(shock)
    share = WORLD.data["expenditure_share"].sel(importer="USA", sector="C26")
    trade = share / (1 + WORLD.data["tariff"].sel(importer="USA", sector="C26"))
    china, germany = (float(trade.sel(exporter=code)) for code in ("CHN", "DEU"))
    average = 200 * (0.3 * china + 0.1 * germany) / (china + germany)
    assert f"they average {average:.1f} %" in sentence
    assert "as in force on 19 August 2026, multiplied by 2, come" in sentence
    assert "in force" not in told("type: tariff, schedule: us_china_2018")


@pytest.mark.parametrize(
    ("dates", "words", "chinese"),
    [
        ("from_year: 2027", ", from 2027.", "（自2027年起）。"),
        ("until_year: 2029", ", until 2029.", "（至2029年止）。"),
        ("from_year: 2027, until_year: 2029", ", 2027 to 2029.", "（2027年至2029年）。"),
        ("from_year: 2027, until_year: 2027", ", in 2027 alone.", "（仅2027年）。"),
    ],
)
def test_dates_of_a_shock_are_told(dates: str, words: str, chinese: str) -> None:
    shock = "type: ban, importer: CHN, exporter: USA, sector: C26"
    text = f"name: t\ntitle: T\nshocks: [{{{shock}, {dates}}}]\n"
    scenario = Scenario.from_text(text)
    plain, dated = told(shock), scenario.describe(WORLD)[0]
    assert dated == plain.removesuffix(".") + words
    assert scenario.describe(WORLD, "zh")[0].endswith(chinese)


def test_the_years_section_is_told() -> None:
    text = """
name: a
title: A
shocks: []
years:
  last: 2030
  shape: acemoglu_2024
  switches: {automation: false, growth: false}
  parameters: {utilisation: 0.5}
  capital_parameters: {revenue_growth: 1.5}
  power:
    - {economies: [DEU], fuel: gas, fuel_price_percent: 150, carbon_price: 80, from_year: 2027}
    - {areas: [Guizhou], connection_percent: -50, build_percent: 20, source: me.}
  pools: [{economies: [DEU, USA], until_year: 2030}]
  stacks:
    - {stack: chinese_open, economies: USA, restriction: 1}
    - {stack: us_closed, economies: CHN, restriction: 0.5}
"""
    scenario = Scenario.from_text(text)
    assert scenario.describe(WORLD)[:-5] == [
        "Trade has no shock of its own.",
        "A run over the years ends in 2030; compute automates tasks by the estimate of Acemoglu "
        "(2024).",
        "Power in Germany: gas costs 150 % more and carbon costs 80 USD a tonne, from 2027.",
        "Power in Guizhou: 50 % less may be connected a year and 20 % more plants may be built a "
        "year (source: me).",
        "Chips of Germany and the United States may stand in any of these economies at no extra "
        "cost, until 2030.",
        "Open Chinese models are banned in the United States.",
        "Closed American models are restricted in China, to 0.5 on a scale from 0 (free) to 1 "
        "(banned).",
        "Held as in the base year: automation and growth with investment.",
        "Parameters of the coupling that are not at their central value: utilisation 0.5.",
        "Parameters of the capital block that are not at their central value: revenue_growth 1.5.",
    ]
    chinese = scenario.describe(WORLD, "zh")
    assert len(chinese) == 10 + 5
    assert chinese[2] == "德国的电力：天然气价格上升150%和碳价为每吨80美元（自2027年起）。"


def test_nothing_is_told_as_nothing() -> None:
    sentences = Scenario.from_text("name: a\ntitle: A\nshocks: []\n").describe(WORLD)
    assert sentences[0] == "Nothing changes; this is the baseline."


def test_assumptions_are_told() -> None:
    text = """
name: a
title: A
horizon: short
closure: proportional
elasticity_set: fgh_2022
elasticity_overrides: [{sector: energy, trade_elasticity: 0.5}]
sigma_inputs: 0.2
shocks: []
"""
    _, closure, labour, elasticities, sigmas, base = Scenario.from_text(text).describe(WORLD)
    assert "move with each economy's value added" in closure
    assert labour == "Labour stays in its sector and in its economy (short run)."
    assert "Felbermayr" in elasticities
    assert "but 0.5 in energy" in elasticities
    assert "0.5 between value added and inputs, 0.2 among inputs and 0.9 in final" in sigmas
    assert "2014, 9 economies by 9 sectors" in base


@pytest.mark.parametrize("name", SHIPPED)
def test_sentences_in_chinese(name: str) -> None:
    scenario = Scenario.from_yaml(name)
    world = world_of(name)
    english, chinese = scenario.describe(world), scenario.describe(world, "zh")
    told = max(len(scenario.shocks), 1) + (name in PLANS) + (scenario.controls is not None)
    if scenario.years is not None:
        section = scenario.years
        told += 1 + len(section.power) + len(section.pools) + len(section.stacks)
        told += bool(section.parameters) + bool(section.automation_parameters)
    assert len(english) == len(chinese) == told + 5
    for sentence in chinese:
        assert sentence.endswith("。")
        assert "{" not in sentence
    assert not any("{" in sentence for sentence in english)


def test_the_catalogue_has_both_languages() -> None:
    catalogue = _catalogue()
    for key, languages in {**catalogue["sentences"], **catalogue["elasticity_sets"]}.items():
        assert set(languages) == {"en", "zh"}, key
    assert set(catalogue["sectors"]) == set(SECTORS)


def test_cli_list() -> None:
    result = RUN.invoke(app, ["list"])
    assert result.exit_code == 0
    assert result.output.splitlines()[0].startswith("baseline")
    assert result.output.splitlines()[0].endswith("(default)")
    listed = json.loads(RUN.invoke(app, ["list", "--json"]).output)
    assert [entry["name"] for entry in listed] == SHIPPED


def test_cli_show() -> None:
    text = shipped_paths()["china-vehicles"].read_text(encoding="utf-8")
    assert RUN.invoke(app, ["show", "china-vehicles"]).output == text
    data = json.loads(RUN.invoke(app, ["show", "china-vehicles", "--json"]).output)
    assert Scenario.from_dict(data) == Scenario.from_yaml("china-vehicles")


def test_cli_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scenario, "load_world", lambda self: WORLD)
    result = RUN.invoke(app, ["check", "tariff-war-2018"])
    assert result.exit_code == 0
    assert "tariff: 14 cells changed" in result.output
    found = json.loads(RUN.invoke(app, ["check", "china-vehicles", "--json"]).output)
    assert found["changed"] == {"productivity_hat": 2}
    chinese = RUN.invoke(app, ["check", "china-vehicles", "--language", "zh"])
    assert "中国" in chinese.output


def test_cli_leaves_errors_to_the_door(tmp_path: Path) -> None:
    assert isinstance(RUN.invoke(app, ["show", "nothing"]).exception, ScenarioError)
    assert isinstance(RUN.invoke(app, ["check", str(tmp_path)]).exception, ScenarioError)
    refused = RUN.invoke(app, ["check", DEFAULT, "--language", "fr"]).exception
    assert isinstance(refused, InputError)
