"""Equations of the capital block by hand, and against closed forms and derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from tradewind.capital import central, equations, revenue_path
from tradewind.capital import returns as vintage_returns
from tradewind.capital.vintage import earned, internal_rate

SHARES = np.array([0.2, 0.3, 0.5])
EXCESS = np.array([0.10, -0.05, 0.02])


def test_equal_returns_leave_shares_alone() -> None:
    shares, worth = equations.attracted(SHARES, np.full(3, 0.07), 5.0)
    np.testing.assert_allclose(shares, SHARES, rtol=1e-15)
    assert worth == pytest.approx(0.07, rel=1e-14)


def test_shares_follow_returns_by_hand() -> None:
    shares, worth = equations.attracted(np.array([0.5, 0.5]), np.array([0.2, 0.0]), 5.0)
    np.testing.assert_allclose(shares, [np.e / (1 + np.e), 1 / (1 + np.e)], rtol=1e-15)
    assert worth == pytest.approx(np.log((np.e + 1) / 2) / 5.0, rel=1e-14)


@pytest.mark.parametrize("elasticity", [0.0, 1e-12, 1e-6, 5.0])
def test_worth_of_a_choice_has_the_shares_as_its_slopes(elasticity: float) -> None:
    """The inclusive value is a potential: its derivative by a return is the share that follows."""
    shares, _ = equations.attracted(SHARES, EXCESS, elasticity)
    step = 1e-4
    for i, unit in enumerate(np.eye(3)):
        ends = [
            equations.attracted(SHARES, EXCESS + s * step * unit, elasticity)[1] for s in (1, -1)
        ]
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(shares[i], rel=1e-6)


def test_worth_has_no_step_at_no_elasticity() -> None:
    worths = [equations.attracted(SHARES, EXCESS, e)[1] for e in (0.0, 1e-13)]
    assert worths[1] == pytest.approx(float(worths[0]), rel=1e-12)
    assert worths[0] == pytest.approx(0.2 * 0.10 - 0.3 * 0.05 + 0.5 * 0.02, rel=1e-14)


def test_stock_by_hand() -> None:
    found = equations.stock_after(np.array([100.0]), np.array([30.0]), np.array([0.2]))
    np.testing.assert_allclose(found, [110.0], rtol=1e-15)


def test_a_steady_stock_grows_steadily() -> None:
    investment, wear, growth = np.array([30.0, 5.0]), np.array([0.2, 0.05]), np.array([1.5, 1.05])
    stock = equations.steady_stock(investment, wear, growth)
    np.testing.assert_allclose(
        equations.stock_after(stock, growth * investment, wear), growth * stock, rtol=1e-14
    )


def test_capital_earns_its_cost_at_break_even() -> None:
    needed = equations.break_even(0.08, 0.5, 1000.0, 5.0)
    assert needed == pytest.approx((0.08 + 0.2) * 1000.0 / 0.5)
    assert equations.net_return(needed, 0.5, 1000.0, 5.0) == pytest.approx(0.08, rel=1e-13)


def test_older_compute_earns_less() -> None:
    """Two equal outlays, the older half as good a dollar: a third and two thirds."""
    share = equations.vintage_share(
        np.array([100.0, 100.0]), np.array([[1.0, 0.0]]), np.array([[True, True]]), 2.0
    )
    np.testing.assert_allclose(share, [[1 / 3, 2 / 3]], rtol=1e-15)
    alone = equations.vintage_share(
        np.array([100.0, 100.0]), np.array([[1.0, 0.0]]), np.array([[True, False]]), 2.0
    )
    np.testing.assert_array_equal(alone, [[1.0, 0.0]])


@pytest.mark.parametrize("rate", [-0.3, 0.0, 0.08, 1.5])
def test_internal_rate_of_an_annuity(rate: float) -> None:
    """Ten equal payments at the ends of years: the annuity in closed form, or its limit."""
    times = np.arange(1.0, 11.0)
    factor = 10.0 if rate == 0.0 else (1.0 - (1.0 + rate) ** -10) / rate
    assert internal_rate(np.ones(10), times, factor) == pytest.approx(rate, abs=1e-11)


def test_growth_fades() -> None:
    levels = equations.fading_growth(10.0, 2.5, np.array([0.0, 1e-8, 1e3]), 2.0)
    assert levels[0] == 10.0
    assert np.log(levels[1] / 10.0) / 1e-8 == pytest.approx(np.log(2.5), rel=1e-6)
    assert levels[2] == pytest.approx(10.0 * 2.5**2, rel=1e-14)


def test_revenue_as_needed_is_just_enough() -> None:
    """Scaled to its break-even, the path returns the cost of capital and covers just once."""
    values = central()
    path = revenue_path(values)
    first = vintage_returns(path, values)
    scaled = {year: level / first["cover"] for year, level in path.items()}
    second = vintage_returns(scaled, values)
    assert second["cover"] == pytest.approx(1.0, rel=1e-12)
    assert second["return"] == pytest.approx(values["ai_capital_cost"], abs=1e-10)
    assert second["mean_revenue"] == pytest.approx(first["break_even_revenue"], rel=1e-12)
    assert second["break_even_utilisation"] == pytest.approx(values["utilisation"], rel=1e-12)


def test_vintages_share_all_revenue() -> None:
    """Alone in the world a vintage earns the margin on all revenue of its life."""
    values = central({"spending_growth": 0.8, "life_compute": 3.0})
    _, flows, revenue = earned(revenue_path(values), values)
    assert len(flows) == 36
    share = flows * 12 / (values["capital_margin"] * revenue)
    assert ((share > 0.0) & (share < 1.0)).all()
    # Newer and better compute comes in: its share falls from one step to the next, never rises.
    assert (np.diff(share[6:]) <= 1e-12).all()
