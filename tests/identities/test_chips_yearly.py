"""The chip market asked year by year is the path; a quota is handed on from year to year."""

from __future__ import annotations

from functools import cache

import numpy as np
import xarray as xr

from tradewind.chip_run.policy import compile_policies
from tradewind.chips.block import solve_chips
from tradewind.chips.history import FIRST_YEAR
from tradewind.chips.results import economies
from tradewind.chips.yearly import ChipState, YearlyMarket
from tradewind.controls import Regime
from tradewind.scenario import Scenario

LAST = 2026
QUOTAS = 2025
"""First year with quotas."""


@cache
def policies() -> tuple[xr.Dataset, xr.Dataset]:
    """Policy of a scenario whose quotas bind, and the rules as enacted."""
    chosen = Scenario.from_yaml("chips-diffusion-kept")
    regime = Regime.of(chosen.controls, chosen.origin, chosen.title)
    policy, enacted = compile_policies([regime, Regime.shipped()], LAST)
    return policy, enacted


@cache
def yearly() -> YearlyMarket:
    return YearlyMarket(*policies())


@cache
def walked() -> dict[int, tuple[xr.Dataset, ChipState, ChipState]]:
    """Result of each year, and the state before and after it."""
    market, still = yearly(), np.ones(len(economies()))
    state, found = market.before(FIRST_YEAR), {}
    for year in range(FIRST_YEAR, LAST + 1):
        data, after = market.step(year, state, still)
        found[year] = data, state, after
        state = after
    return found


def test_years_put_together_are_the_path() -> None:
    """Allocation ends at its tolerance; under quotas families of like worth may change places."""
    policy, enacted = policies()
    whole = solve_chips(policy, enacted=enacted)
    for name in ("packages", "leaked", "stock"):
        for year in range(FIRST_YEAR, LAST + 1):
            one, other = walked()[year][0][name], whole[name].sel(year=year)
            other = other.transpose(*one.dims)
            np.testing.assert_allclose(
                one.to_numpy(),
                other.to_numpy(),
                rtol=0.0,
                atol=(1e-4 if year < QUOTAS else 1e-3) * float(np.abs(other).max()),
                err_msg=f"{name} {year}",
            )


def test_a_quota_binds_and_what_is_left_goes_on() -> None:
    found = walked()
    first = yearly().rules.quota
    held = np.isfinite(first)
    assert held.any()
    draw = yearly().rules.quota_draw
    for year, (data, before, after) in found.items():
        assert (after.quota[~held] == np.inf).all()
        assert (after.quota[held] <= before.quota[held] + 1e-9).all()
        assert (after.quota[held] >= 0.0).all()
        np.testing.assert_allclose(after.stock, data["stock"].to_numpy(), rtol=0.0)
        if not draw[yearly().market.year_of == year - FIRST_YEAR].any():
            np.testing.assert_array_equal(after.quota, before.quota)
    some = held & (first > 0.0)
    end = found[LAST][2].quota[some] / first[some]
    assert (end < 1e-3).any(), "no quota binds, so nothing was tested"
    assert (end < 0.999).sum() > 10


def test_more_demand_buys_no_less_and_a_year_leaves_its_state_alone() -> None:
    market, (_, state, _) = yearly(), walked()[2024]
    quota, stock = state.quota.copy(), state.stock.copy()
    at = list(economies()).index("CHN")
    factor = np.ones(len(economies()))
    factor[at] = 1.2
    more, _ = market.step(2024, state, factor)
    plain = walked()[2024][0]
    bought = [float(each["installed"][:, at].sum()) for each in (plain, more)]
    assert bought[1] > bought[0]
    np.testing.assert_array_equal(state.quota, quota)
    np.testing.assert_array_equal(state.stock, stock)
