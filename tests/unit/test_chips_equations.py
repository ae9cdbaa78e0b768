"""Equations of the chip market by hand, and against derivatives and integrals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from tradewind.chips import equations as eq

ELASTICITIES = [-2.0, -1.3, -1.0, -0.7]


def test_effective_chips_of_known_packages() -> None:
    """H20: 0.15 of an H100 by operations, 4.0 over 3.35 TB/s by bandwidth."""
    h20, wide = np.array([0.15]), np.array([4.0 / 3.35])
    assert eq.effective_chips(h20, wide, 0.0)[0] == pytest.approx(0.15)
    assert eq.effective_chips(h20, wide, 1.0)[0] == pytest.approx(1.194, abs=5e-4)
    assert eq.effective_chips(h20, wide, 0.5)[0] == pytest.approx(np.sqrt(0.15 * 4.0 / 3.35))
    assert eq.effective_chips(np.ones(1), np.ones(1), 0.37)[0] == 1.0


def test_a_price_holds_the_margin() -> None:
    assert float(eq.list_price(np.float64(27.0), 0.73)) == pytest.approx(100.0)


def test_wright_takes_a_fifth_with_each_doubling() -> None:
    cost = eq.learned_cost(100.0, np.array([1.0, 2.0, 4.0]), 1.0, 0.32)
    np.testing.assert_allclose(cost, [100.0, 80.1, 64.2], atol=0.05)
    np.testing.assert_array_equal(eq.learned_cost(100.0, np.array([5.0]), 1.0, 0.0), [100.0])


@pytest.mark.parametrize("elasticity", ELASTICITIES)
def test_demand_and_value_undo_each_other(elasticity: float) -> None:
    price = np.array([5.0, 20.0, 80.0])
    asked = eq.demand(np.float64(7.0), price, np.float64(20.0), elasticity)
    assert asked[1] == pytest.approx(7.0)
    np.testing.assert_allclose(
        eq.marginal_value(asked, np.float64(7.0), np.float64(20.0), elasticity), price
    )
    slope = np.log(asked[2] / asked[1]) / np.log(4.0)
    assert slope == pytest.approx(elasticity)


@pytest.mark.parametrize("elasticity", ELASTICITIES)
def test_surplus_is_the_area_under_the_demand_curve(elasticity: float) -> None:
    base, price = np.float64(7.0), np.float64(20.0)
    area = quad(lambda e: 20.0 * (e / 7.0) ** (1.0 / elasticity), 2.0, 11.0, epsabs=1e-12)[0]
    found = float(eq.surplus(np.float64(11.0), np.float64(2.0), base, price, elasticity))
    assert found == pytest.approx(area, rel=1e-10)
    h = 1e-4
    slope = eq.surplus(np.float64(11.0 + h), np.float64(11.0 - h), base, price, elasticity) / (
        2 * h
    )
    value = eq.marginal_value(np.float64(11.0), base, price, elasticity)
    assert float(slope) == pytest.approx(float(value), rel=1e-8)


@pytest.mark.parametrize("near", [-1.0 - 1e-6, -1.0 + 1e-6, -1.0 - 1e-10])
def test_surplus_is_smooth_at_unit_elasticity(near: float) -> None:
    arguments = (np.float64(11.0), np.float64(2.0), np.float64(7.0), np.float64(20.0))
    assert float(eq.surplus(*arguments, near)) == pytest.approx(
        float(eq.surplus(*arguments, -1.0)), rel=1e-5
    )


def test_a_chain_makes_what_its_narrowest_part_lets_through() -> None:
    made = eq.bottleneck(
        np.array([3.0, 9.0, 9.0]), np.array([9.0, 2.0, 9.0]), np.array([9.0, 9.0, 1])
    )
    assert made.tolist() == [3.0, 2.0, 1.0]


def test_growth_fades() -> None:
    """The rate is ln g at first, a third after τ years (e^−1), and the sum is bounded by g^τ."""

    def at(years: float) -> float:
        return float(eq.grown(5.0, 1.45, np.float64(years), 4.0))

    def rate(years: float) -> float:
        return float(np.log(at(years + 1e-5) / at(years - 1e-5)) / 2e-5)

    assert at(0.0) == 5.0
    assert rate(1e-4) == pytest.approx(np.log(1.45), rel=1e-4)
    assert rate(4.0) == pytest.approx(np.log(1.45) / np.e, rel=1e-6)
    assert at(400.0) == pytest.approx(5.0 * 1.45**4.0, rel=1e-9)


def test_retirement() -> None:
    np.testing.assert_allclose(eq.retired(np.array([100.0, 10.0]), 0.15), [85.0, 8.5])


def test_response_by_hand() -> None:
    """Value twice that abroad, η = 0.5, L = 2: half of ln √2 comes in the first year."""
    twice = np.log(2.0)
    assert eq.response(1.0, twice, 0.5, 2.0) == pytest.approx(2.0**0.25)
    assert eq.response(1.3, twice, 0.5, 1.0) == pytest.approx(2.0**0.5)
    assert eq.response(1.0, twice, 0.0, 2.0) == 1.0
    # What was built for a high price goes away when it is gone, as slowly.
    assert eq.response(1.44, 0.0, 0.5, 2.0) == pytest.approx(1.2)


@given(
    pull=st.floats(-2.0, 2.0), elasticity=st.floats(0.0, 1.5), lag=st.floats(1.0, 3.5),
    level=st.floats(0.3, 3.0),
)  # fmt: skip
@settings(max_examples=60, deadline=None, derandomize=True)
def test_response_comes_to_rest_where_the_price_calls_it(
    pull: float, elasticity: float, lag: float, level: float
) -> None:
    rest = np.exp(elasticity * pull)
    assert eq.response(rest, pull, elasticity, lag) == pytest.approx(rest, rel=1e-12)
    # It goes towards it by 1/L of the way, in logarithms.
    after = eq.response(level, pull, elasticity, lag)
    assert np.log(after / rest) == pytest.approx(
        np.log(level / rest) * (1.0 - 1.0 / lag), abs=1e-12
    )
