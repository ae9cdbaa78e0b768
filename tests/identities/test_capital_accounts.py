"""Accounts of the capital block: money is neither made nor lost, and equal returns move nothing."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind.capital import central, draws, solve, start
from tradewind.capital.block import depreciation

SEEDS = st.integers(0, 2**32 - 1)


@cache
def base() -> xr.Dataset:
    return start()


def member(seed: int) -> dict[str, float]:
    return draws(1, seed)[0]


def shaken(seed: int) -> xr.Dataset:
    """The start with returns, savings and stocks anywhere near."""
    rng = np.random.default_rng(seed)
    inputs = base().copy(deep=True)
    inputs["expected_return"].data = rng.uniform(-0.3, 0.6, inputs["expected_return"].shape)
    inputs["saving_rate"].data = inputs["saving_rate"].data * rng.uniform(0.9, 1.1, 44)
    inputs["capital_stock"].data = inputs["capital_stock"].data * rng.uniform(0.5, 2.0, (44, 4))
    return inputs


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_investment_is_the_worlds_funds(seed: int) -> None:
    inputs, values = shaken(seed), member(seed)
    found = solve(inputs, values=values)
    funds = inputs["saving_rate"] * inputs["gdp"]
    world = float(funds.sum())
    assert float(found["investment"].sum()) == pytest.approx(world, rel=1e-13)
    assert abs(float(found["net_flow"].sum())) <= 1e-12 * world
    np.testing.assert_allclose(
        found["net_flow"], found["investment"].sum("asset") - funds, rtol=0, atol=1e-12 * world
    )
    np.testing.assert_allclose(found["allocation_new"] * funds, found["investment"], rtol=1e-13)
    assert (found["investment"] >= 0.0).all()


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_what_is_invested_is_capital_formed(seed: int) -> None:
    inputs, values = shaken(seed), member(seed)
    found = solve(inputs, values=values)
    formed = found["capital_stock_new"] - (1.0 - depreciation(values)) * inputs["capital_stock"]
    np.testing.assert_allclose(
        formed, found["investment"], rtol=0, atol=1e-13 * float(inputs["capital_stock"].max())
    )


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_no_excess_return_repeats_last_year(seed: int) -> None:
    """Also where every excess return is the same: only differences move money."""
    inputs = base().copy(deep=True)
    inputs["expected_return"] = inputs["expected_return"] + (seed % 7) * 0.05
    inputs["expected_return"].attrs["units"] = "1/year"
    found = solve(inputs, values=member(seed))
    np.testing.assert_allclose(
        found["allocation_new"], inputs["allocation"], rtol=1e-12, atol=1e-15
    )


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_order_of_economies_does_not_matter(seed: int) -> None:
    inputs, values = shaken(seed), member(seed)
    order = np.random.default_rng(seed).permutation(44)
    one, other = solve(inputs, values=values), solve(inputs.isel(economy=order), values=values)
    for name in one.data_vars:
        np.testing.assert_allclose(
            other[name],
            one[name].isel(economy=order) if one[name].ndim else one[name],
            rtol=1e-11,
            atol=1e-11 * max(float(np.abs(one[name]).max()), 1e-30),
        )


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from(["USA", "CHN", "DEU", "ROW"]), st.sampled_from(["compute", "other"]))
def test_a_higher_return_draws_money(seed: int, economy: str, asset: str) -> None:
    inputs, values = shaken(seed), member(seed)
    raised = inputs.copy(deep=True)
    raised["expected_return"].loc[{"economy": economy, "asset": asset}] += 0.05
    less, more = (solve(each, values=values)["investment"] for each in (inputs, raised))
    at = {"economy": economy, "asset": asset}
    assert float(more.sel(at)) > float(less.sel(at))
    # Who is left pays for it, each in proportion within an economy.
    others = less.drop_sel(economy=economy)
    assert (more.drop_sel(economy=economy) <= others * (1.0 + 1e-12)).all()


def test_money_is_free_of_units() -> None:
    """Twice the money everywhere is twice the money everywhere; rates stay."""
    inputs = shaken(5)
    doubled = inputs.copy(deep=True)
    for name in ("gdp", "capital_stock", "ai_revenue"):
        doubled[name] = (2.0 * inputs[name]).assign_attrs(inputs[name].attrs)
    one, two = solve(inputs), solve(doubled)
    for name in one.data_vars:
        factor = 2.0 if "USD" in one[name].attrs["units"] else 1.0
        scale = max(float(np.abs(one[name]).max()), 1e-30)
        np.testing.assert_allclose(two[name], factor * one[name], rtol=1e-12, atol=1e-12 * scale)


def test_break_even_says_when_capital_earns_its_cost() -> None:
    found = solve(base())
    inputs = base().copy(deep=True)
    inputs["ai_revenue"].data = found["break_even_revenue"].data
    again = solve(inputs)
    compute = 0.5 * (
        inputs["capital_stock"].sel(asset="compute")
        + again["capital_stock_new"].sel(asset="compute")
    )
    cost = float((inputs["capital_cost"] * compute).sum() / compute.sum())
    assert float(again["return_on_ai"]) == pytest.approx(cost, rel=1e-12)
    assert float(again["break_even_utilisation"]) == pytest.approx(
        central()["utilisation"], rel=1e-12
    )
