"""Equations of the adoption block by hand, and prices and qualities from the table of models."""

from __future__ import annotations

import numpy as np
import pytest

from tradewind.adoption import RULES, STACKS, central, equations, models, price_ratio, price_ratios
from tradewind.adoption.market import LAST_SCORED, prices, qualities
from tradewind.errors import InputError


def test_worth_by_hand() -> None:
    found = equations.systematic(
        np.array([1.0, np.e]), np.array([100.0, 110.0]), np.array([0.0, 1.0]), -0.5, 0.1, 0.3
    )
    np.testing.assert_allclose(found, [10.0, -0.5 + 11.0 + 0.3], rtol=1e-14)


def test_imitation_adds_the_log_of_use() -> None:
    found = equations.followed(np.array([1.0, 1.0]), np.array([0.999, 0.0]), 0.5, 0.001)
    np.testing.assert_allclose(found, [1.0, 1.0 + 0.5 * np.log(0.001)], rtol=1e-14)


def test_choice_is_a_logit_with_what_is_barred_taken_out() -> None:
    utility = np.log(np.array([1.0, 2.0, 5.0]))
    free = equations.chosen(utility, np.zeros(3))
    np.testing.assert_allclose(free, [1 / 8, 2 / 8, 5 / 8], rtol=1e-14)
    barred = equations.chosen(utility, np.array([0.0, 0.5, 1.0]))
    np.testing.assert_allclose(barred, [0.5, 0.5, 0.0], rtol=1e-14)
    huge = equations.chosen(utility + 5000.0, np.zeros(3))
    np.testing.assert_allclose(huge, free, rtol=1e-11)


def test_a_month_by_hand() -> None:
    share, target = np.array([0.8, 0.2]), np.array([0.3, 0.7])
    free = equations.month_later(share, target, np.zeros(2), 0.9)
    np.testing.assert_allclose(free, 0.9 * share + 0.1 * target, rtol=1e-14)
    # Half of the first stack is barred: 0.45 stay, 0.18 stay, 0.37 choose anew.
    barred = equations.month_later(share, target, np.array([0.5, 0.0]), 0.9)
    np.testing.assert_allclose(barred, [0.45 + 0.37 * 0.3, 0.18 + 0.37 * 0.7], rtol=1e-14)


def test_the_world_is_a_mean_by_people() -> None:
    share = np.array([[[1.0, 0.0], [0.0, 1.0]]])
    np.testing.assert_allclose(
        equations.world_share(share, np.array([3.0, 1.0])), [[0.75, 0.25]], rtol=1e-15
    )


def test_a_blend_by_hand() -> None:
    assert float(equations.blended(np.array(1.0), np.array(9.0), 0.75)) == pytest.approx(3.0)


def test_quality_behind_the_frontier() -> None:
    assert float(equations.frontier(150.0, 10.0, 2.0, 0.5)) == pytest.approx(165.0)
    values = central({"lag_chinese": 0.5, "lag_trend": 0.1})
    far = qualities(2035.0, values)
    years = 2035.0 - LAST_SCORED
    assert far[0] == pytest.approx(153.4 + values["frontier_growth"] * years)
    lag = (far[0] - far[2]) / values["frontier_growth"]
    assert lag == pytest.approx(0.5 + 0.1 * years)
    # Nothing is lost at the join.
    assert (qualities(LAST_SCORED + 0.05, values) >= qualities(LAST_SCORED, values)).all()


def test_prices_are_medians_of_the_year() -> None:
    """Of open Chinese models on sale at New Year 2025: qwen2.5-72b and deepseek-v3."""
    blends = [0.75 * 0.35 + 0.25 * 0.4, 0.75 * 0.14 + 0.25 * 0.28]
    assert prices(2025.0)[STACKS.index("chinese_open")] == pytest.approx(np.mean(blends))


def test_ratios_by_hand() -> None:
    """In September 2025: DeepSeek-V3.2's forerunner glm-4.5 against gpt-5."""
    home, away = 0.75 * 0.6 + 0.25 * 2.2, 0.75 * 1.25 + 0.25 * 10.0
    assert price_ratio(2025.67, "flagships") == pytest.approx(home / away)


def test_the_set_of_models_decides_the_ratio() -> None:
    """A sixth to a quarter is one reading among many; by the cheapest model it turns round."""
    for at in (2025.67, 2025.95):
        table = price_ratios(at)
        assert len(table) == 3 * len(RULES)
        by_rule = table.groupby("rule")["ratio"].median()
        assert by_rule.drop("cheapest").between(0.15, 0.5).all()
        assert by_rule["cheapest"] > 0.9
        assert table["ratio"].max() / table["ratio"].min() > 3.0


def test_models_can_be_judged() -> None:
    table = models()
    assert not table.duplicated("model").any()
    assert set(table["stack"]) == set(STACKS)
    assert (table["input"] > 0.0).all()
    # Some list one price for both; nobody lists less for what is written.
    assert (table["output"] >= table["input"]).all()
    assert set(table["seen"]) <= {"seen", "memory", "computed", "judgement"}
    assert (table["source"].str.len() > 0).all()
    assert (table["at"] < 2026.9).all()


def test_what_prices_refuse() -> None:
    with pytest.raises(InputError, match="no rule of this name"):
        price_ratio(2025.67, "mean")
    with pytest.raises(InputError, match="not every stack had a model"):
        price_ratio(2024.0)
    with pytest.raises(InputError, match="no models can be compared"):
        price_ratio(2027.6, "flagships")
