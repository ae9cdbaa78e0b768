"""Shares of adoption: they sum to one, rest at rest, answer the right way, and bans are exact."""

from __future__ import annotations

from functools import cache

import numpy as np
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind.adoption import CHINESE, STACKS, central, draws, inputs, solve, start

SEEDS = st.integers(0, 2**32 - 1)
FEW = ["CHN", "USA", "DEU", "IND", "RUS", "ROW"]


@cache
def base() -> xr.Dataset:
    return inputs(2025).sel(economy=FEW)


@cache
def members() -> list[dict[str, float]]:
    return draws(6, 11)


def shaken(seed: int) -> xr.Dataset:
    rng = np.random.default_rng(seed)
    given = base().copy(deep=True)
    given["share"].data = rng.dirichlet(np.full(5, 0.7), (2, len(FEW)))
    given["price"].data = np.exp(rng.uniform(-2, 3, 5))
    given["quality"].data = rng.uniform(120, 160, 5)
    given["finance"].data = rng.uniform(0, 1, (len(FEW), 5))
    given["restriction"].data = rng.uniform(0, 0.9, (len(FEW), 5))
    return given


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_shares_sum_to_one(seed: int) -> None:
    found = solve(shaken(seed), values=members()[seed % 6])
    np.testing.assert_allclose(found["share_new"].sum("stack"), 1.0, rtol=1e-12)
    np.testing.assert_allclose(found["world_share"].sum("stack"), 1.0, rtol=1e-12)
    assert ((found["share_new"] >= 0.0) & (found["share_new"] <= 1.0)).all()
    chinese = found["share_new"].sel(stack=list(CHINESE)).sum("stack")
    np.testing.assert_allclose(found["chinese_share"], chinese, rtol=1e-13)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_frozen_shares_repeat_exactly(seed: int) -> None:
    given_inputs = shaken(seed)
    found = solve(given_inputs, values=members()[seed % 6], frozen=True)
    np.testing.assert_array_equal(found["share_new"], given_inputs["share"])


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_shares_at_rest_stay(seed: int) -> None:
    """Without restrictions: s = softmax(u + γ ln(s + ε)), found by iteration and not by solve."""
    values = members()[seed % 6]
    given_inputs = shaken(seed)
    given_inputs["restriction"].data = 0.0 * given_inputs["restriction"].data
    utility = solve(given_inputs, values=values)["utility"].to_numpy()
    share = np.full_like(utility, 0.2)
    for _ in range(400):
        odds = (
            np.exp(utility - utility.max(-1, keepdims=True))
            * (share + values["awareness"]) ** values["imitation"]
        )
        share = odds / odds.sum(-1, keepdims=True)
    given_inputs["share"].data = share / share.sum(-1, keepdims=True)
    found = solve(given_inputs, values=values)
    np.testing.assert_allclose(found["share_new"], given_inputs["share"], rtol=0, atol=1e-12)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(0, 4))
def test_a_ban_empties_a_stack_and_only_there(seed: int, index: int) -> None:
    values = members()[seed % 6]
    one = shaken(seed)
    other = one.copy(deep=True)
    other["restriction"].loc[{"economy": "DEU", "stack": STACKS[index]}] = 1.0
    free, banned = (solve(each, values=values)["share_new"] for each in (one, other))
    assert (banned.sel(economy="DEU", stack=STACKS[index]) == 0.0).all()
    np.testing.assert_array_equal(banned.drop_sel(economy="DEU"), free.drop_sel(economy="DEU"))


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(0, 4))
def test_dearer_is_used_less_or_as_much(seed: int, index: int) -> None:
    values = members()[seed % 6]
    one = shaken(seed)
    dearer, better = one.copy(deep=True), one.copy(deep=True)
    dearer["price"].data[index] *= 2.0
    better["quality"].data[index] += 5.0
    now, less, more = (
        solve(each, values=values)["share_new"].isel(stack=index) for each in (one, dearer, better)
    )
    assert (less <= now + 1e-15).all()
    assert (more >= now - 1e-15).all()
    deaf = {**values, "price_coefficient": 0.0}
    np.testing.assert_allclose(
        solve(dearer, values=deaf)["share_new"], solve(one, values=deaf)["share_new"], rtol=1e-12
    )


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_all_prices_alike_or_economies_in_another_order_change_nothing(seed: int) -> None:
    values = members()[seed % 6]
    one = shaken(seed)
    scaled = one.copy(deep=True)
    scaled["price"].data *= 7.0
    order = np.random.default_rng(seed).permutation(len(FEW))
    found = solve(one, values=values)
    np.testing.assert_allclose(
        solve(scaled, values=values)["share_new"], found["share_new"], rtol=1e-10, atol=1e-13
    )
    turned = solve(one.isel(economy=order), values=values)
    np.testing.assert_allclose(
        turned["share_new"], found["share_new"].isel(economy=order), rtol=1e-12, atol=1e-15
    )
    np.testing.assert_allclose(turned["world_share"], found["world_share"], rtol=1e-12)


def test_years_follow_one_another_where_one_stack_is_left() -> None:
    """All but one banned: its share is one, to rounding, and comes in again."""
    given_inputs = shaken(2)
    given_inputs["restriction"].loc[{"economy": "DEU"}] = 1.0
    given_inputs["restriction"].loc[{"economy": "DEU", "stack": "other"}] = 0.0
    for _ in range(3):
        found = solve(given_inputs)
        given_inputs["share"] = found["share_new"]
    np.testing.assert_allclose(
        found["share_new"].sel(economy="DEU", stack="other"), 1.0, rtol=1e-12
    )


def test_measures_never_mix() -> None:
    one = shaken(3)
    other = one.copy(deep=True)
    other["share"].loc[{"measure": "visits"}] = one["share"].sel(measure="tokens").to_numpy()
    a, b = (solve(each)["share_new"].sel(measure="tokens") for each in (one, other))
    np.testing.assert_array_equal(a, b)


def test_the_year_is_near_the_months_it_is_made_of() -> None:
    """A year's mean inputs against each month's own: what the yearly call gives away."""
    values = central()
    yearly = solve(inputs(2026, values, share=start(2025, values)), values=values)["share_new"]
    assert float(np.abs(yearly - start(2026, values)).max()) < 0.02
