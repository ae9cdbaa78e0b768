"""Shipped scenarios of trade solve, add up and tell themselves; those of plans can be planned."""

from __future__ import annotations

import numpy as np
import pytest

from tradewind.errors import InputError
from tradewind.plan_run.asked import check_plan
from tradewind.runs import Run, run
from tradewind.scenario import Scenario
from tradewind.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World.default()


# Those without a shock are the chip market's, or plans.
TRADE = [name for name in Scenario.shipped() if Scenario.from_yaml(name).shocks]
PLANS = [name for name in Scenario.shipped() if Scenario.from_yaml(name).plan is not None]


@pytest.fixture(scope="module", params=TRADE)
def solved(request: pytest.FixtureRequest, world: World) -> Run:
    return run(world, Scenario.from_yaml(request.param))


def test_it_meets_the_tolerance(solved: Run) -> None:
    assert solved.outputs.attrs["residual"] <= 1e-10


def test_outputs_are_finite_but_where_there_is_nothing(solved: Run) -> None:
    outputs = solved.outputs
    nothing_before = outputs["output_baseline"] == 0
    for name, variable in outputs.data_vars.items():
        finite = np.isfinite(variable)
        if name == "employment_hat":
            finite = finite | nothing_before
        assert bool(finite.all()), name
    assert bool((outputs["trade"] >= 0).all())


def test_outputs_say_their_horizon(solved: Run) -> None:
    said = solved.outputs.attrs.get("horizon_years")
    assert said == (0.0 if solved.scenario.horizon == "short" else None)
    assert solved.manifest["scenario"]["labour"] == solved.scenario.labour


def test_causes_add_up_to_the_change_of_real_income(solved: Run) -> None:
    parts = solved.outputs["welfare_decomposition"].sum("component")
    change = solved.outputs["real_income_hat"] - 1.0
    np.testing.assert_allclose(parts, change, rtol=0, atol=1e-6)
    assert float(abs(change).max()) > 1e-5


def test_the_world_s_money_is_what_it_was(solved: Run) -> None:
    # The numeraire: world value added stays at its baseline.
    outputs = solved.outputs
    if solved.scenario.labour == "mobile":
        after = outputs["wage_hat"] * outputs["value_added_baseline"]
        np.testing.assert_allclose(after, outputs["value_added"], rtol=1e-12)
        np.testing.assert_allclose(after.sum(), outputs["value_added_baseline"].sum(), rtol=1e-9)
    exports, imports = (float(outputs[name].sum()) for name in ("exports", "imports"))
    np.testing.assert_allclose(exports, imports, rtol=1e-9)
    relocated = outputs["relocation"].sum("economy")
    np.testing.assert_allclose(relocated, 0, atol=1e-9)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_tells_itself_in_words(solved: Run, language: str) -> None:
    sentences = solved.scenario.describe(solved.world, language)
    assert len(sentences) > len(solved.scenario.shocks)
    assert any(str(solved.world.base_year) in sentence for sentence in sentences)
    assert not any("{" in sentence for sentence in sentences)


def test_balanced_trade_is_measured_from_a_balanced_world() -> None:
    """Without a shock nothing happens; with one, deficits stay at zero and are not the effect."""
    shipped = Scenario.from_yaml("us-tariffs-2026").model_copy(update={"closure": "balanced"})
    nothing = run(World.default(), shipped.model_copy(update={"shocks": ()}))
    np.testing.assert_allclose(nothing.outputs["real_income_hat"], 1.0, rtol=0, atol=1e-12)
    outputs = run(World.default(), shipped).outputs
    np.testing.assert_allclose(outputs["exports"], outputs["imports"], rtol=1e-8)
    np.testing.assert_allclose(outputs["exports_baseline"], outputs["imports_baseline"], rtol=1e-8)
    assert float(np.abs(outputs["real_income_hat"] - 1.0).max()) < 0.01


def test_run_refuses_names_where_objects_are_due() -> None:
    with pytest.raises(InputError, match=r"scenario is not a Scenario[\s\S]*from_yaml"):
        run(World.default(), "us-tariffs-2026")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_asks_for_what_its_network_has(name: str) -> None:
    scenario = Scenario.from_yaml(name)
    assert scenario.plan is not None
    steps = check_plan(scenario.plan, scenario.origin, scenario.title)
    assert list(dict.fromkeys(step.case for step in steps)) == list(scenario.plan.cases)
