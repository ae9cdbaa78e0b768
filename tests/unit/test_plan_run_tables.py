"""Numbers of a plan, gains by member and statements, from a made-up plan, summed by hand."""

from __future__ import annotations

import re

import numpy as np
import pytest
import xarray as xr

from tests.support.plan_sample import plan_sample
from tradewind.plan_run.cases import default_scenario, steps_of
from tradewind.plan_run.expect import findings
from tradewind.plan_run.facts import hours_words
from tradewind.plan_run.members import compute_bill, gains, power_bill
from tradewind.plan_run.table import NUMBERS, case_table, numbers_of
from tradewind.scenario import Scenario
from tradewind.scenario.plan import NETWORKS, Expectation, NetworkName, PlanSection
from tradewind.scenario.plan_parts import PlanHours

SHIPPED = (
    *("plan-east-data-west-compute", "plan-pooling"),
    *("plan-green-hourly", "plan-chip-cap"),
)
GROUPS = {"west": ("Guian", "Horinger"), "none": ()}
PLAN = plan_sample(3)


def abroad(seed: int) -> xr.Dataset:
    """A plan whose sites stand in two countries, one of them idle."""
    plan = plan_sample(seed)
    plan = plan.assign_coords(
        site_country=("site", ["CHN", "KAZ", "KAZ"]), region_country=("region", ["CHN", "KAZ"])
    )
    idle = plan["site"] == "Horinger"
    for name in ("route", "it_power", "facility_power", "delivered", "site_cost", "it_capacity"):
        plan[name] = plan[name].where(~idle, 0.0)
    for name in ("cost_stack", "green_share", "pue_mean"):
        plan[name] = plan[name].where(~idle)
    return plan


def test_numbers_of_a_plan() -> None:
    plan = abroad(4)
    found = numbers_of(plan, GROUPS)
    assert set(found) == {*NUMBERS, "share_west", "share_none"}
    hours = plan["weight"].to_numpy()
    facility = plan["facility_power"].to_numpy() @ hours
    it_energy = plan["it_power"].to_numpy() @ hours
    green = sum(
        share * energy
        for share, energy in zip(plan["green_share"].to_numpy(), facility, strict=True)
        if energy > 0.0
    )
    built = plan["it_capacity"].to_numpy().sum(axis=1)
    cost = plan["site_cost"].to_numpy().sum()
    expected = {
        "system_cost": plan["system_cost"].to_numpy().sum(),
        "compute_cost": cost,
        "usd_per_h100e_hour": cost * 1e6 / (plan["delivered"].to_numpy().sum() * 1e3),
        "it_gw": built.sum(),
        "green_share": green / facility.sum(),
        "pue": facility.sum() / it_energy.sum(),
        "emissions_mt": plan["emissions_average"].to_numpy().sum() / 1e6,
        "served": plan["route"].to_numpy().sum() / plan["demand"].to_numpy().sum(),
        "share_west": (built[1] + built[2]) / built.sum(),
        "share_none": 0.0,
    }
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_case_without_an_answer_is_a_row_of_nothing() -> None:
    cases = {"a": {"title": "A", "brownfield": False}, "b": {"title": "B", "title_zh": "乙"}}
    section = PlanSection.model_validate({"network": "china31", "cases": cases})
    table = case_table(steps_of(section, title="T"), {"b": PLAN}, GROUPS)
    assert list(table["case"]) == ["a", "b"]
    assert list(table["title"]) == [{"en": "A", "zh": "A"}, {"en": "B", "zh": "乙"}]
    assert list(table["brownfield"]) == [False, True]
    assert table.loc[0, list(NUMBERS)].isna().all()
    assert table.loc[1, "system_cost"] == float(PLAN["system_cost"].sum())


@pytest.mark.parametrize(
    ("hours", "english", "chinese"),
    [
        ({"weeks": 2}, "2 weeks", "2 周"),
        ({"clusters": 1}, "1 typical day", "1 个典型日"),
        ({"step_hours": 3}, "full year in steps of 3 hours", "全年，每 3 小时一步"),
        ({"hours": 48}, "48 hours of typical days", "典型日共 48 小时"),
        ({"full_year": True}, "full year", "全年逐小时"),
    ],
)
def test_hours_have_words_in_both_languages(
    hours: dict[str, object], english: str, chinese: str
) -> None:
    assert hours_words(PlanHours.model_validate(hours)) == {"en": english, "zh": chinese}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_plans_have_chinese_words(name: str) -> None:
    section = Scenario.from_yaml(name).plan
    assert section is not None
    texts = [section.title_zh, section.description_zh]
    texts += [each.title_zh for each in (*section.cases.values(), *section.expect)]
    assert all(text and re.search("[一-鿿]", text) for text in texts)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_network_has_a_title_in_both_languages(network: NetworkName) -> None:
    scenario = default_scenario(network)
    assert scenario.plan is not None
    assert re.search("[一-鿿]", scenario.plan.title_zh or "")
    (step,) = steps_of(scenario.plan, title=scenario.title)
    assert (step.title, step.title_zh) == (scenario.title, scenario.plan.title_zh)


def test_bills_by_country() -> None:
    plan = abroad(5)
    bill = compute_bill(plan)
    served = plan["route"].to_numpy().sum(axis=0)
    unit = np.nan_to_num(plan["cost_stack"].to_numpy().sum(axis=1))
    expected = served @ unit * 8760.0 * 1e3 / 1e6
    assert bill["CHN"] == pytest.approx(expected[0], rel=1e-12)
    assert bill["KAZ"] == pytest.approx(expected[1], rel=1e-12)
    power = power_bill(plan)
    paid = (plan["load"] * plan["price"]).to_numpy() @ plan["weight"].to_numpy() / 1e3
    assert power["CHN"] == pytest.approx(paid[0], rel=1e-12)
    assert power["KAZ"] == pytest.approx(paid[2] + paid[3], rel=1e-12)


def test_gains_by_member_add_up() -> None:
    apart, together = abroad(6), abroad(7)
    table = gains(apart, together)
    assert list(table.index) == list(table["gain_percent"].sort_values(ascending=False).index)
    for country, row in table.iterrows():
        assert row["gain"] == pytest.approx(row["apart"] - row["together"], rel=1e-12)
        assert row["gain_percent"] == pytest.approx(100 * row["gain"] / row["apart"], rel=1e-12)
        assert row["apart"] == compute_bill(apart)[country]
    assert table["hosted_gw"].sum() == pytest.approx(float(together["it_capacity"].sum()))


def expectation(**given: object) -> Expectation:
    return Expectation.model_validate({"title": "It does", "case": "a", "at_least": 30, **given})


def test_statements_hold_or_not() -> None:
    plans = {"a": abroad(6), "b": abroad(7)}
    table = gains(plans["b"], plans["a"])["gain_percent"]
    share = 100.0 * numbers_of(plans["a"], GROUPS)["share_west"]
    unit = {name: numbers_of(plan, GROUPS)["usd_per_h100e_hour"] for name, plan in plans.items()}
    cost = {name: float(plan["system_cost"].sum()) for name, plan in plans.items()}
    wanted = [
        (expectation(metric="share_built", group="west"), share),
        (expectation(metric="member_gain_percent", against="b"), table.min()),
        (
            expectation(metric="unit_cost_saving_percent", against="b"),
            100.0 * (1.0 - unit["a"] / unit["b"]),
        ),
        (
            expectation(metric="cost_saving_percent", against="b"),
            100.0 * (cost["b"] - cost["a"]) / float(plans["b"]["site_cost"].sum()),
        ),
    ]
    asked = ["a", "b"]
    for expected, value in wanted:
        (found,) = findings([expected], plans, GROUPS, asked)
        assert found.value == pytest.approx(value, rel=1e-12), expected.metric
        for bound, holds in ((value - 1.0, True), (value + 1.0, False)):
            moved = expected.model_copy(update={"at_least": bound})
            (found,) = findings([moved], plans, GROUPS, asked)
            assert found.holds is holds
            assert ("does not hold" in found.sentence()["en"]) is not holds
            assert ("不成立" in found.sentence()["zh"]) is not holds
    (member,) = findings([wanted[1][0]], plans, GROUPS, asked)
    assert member.who == table.idxmin()


def test_a_statement_without_its_case() -> None:
    against = expectation(metric="cost_saving_percent", against="b")
    # Asked for, but without an answer: told. Not asked for: left out.
    (found,) = findings([against], {"a": PLAN}, GROUPS, ["a", "b"])
    assert (found.value, found.holds) == (None, None)
    assert "no answer" in found.sentence()["en"]
    assert findings([against], {"a": PLAN}, GROUPS, ["a"]) == ()
