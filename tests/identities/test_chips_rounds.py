"""The effect of each round: a tree of regimes against each alone, Shapley values by brute force."""

from __future__ import annotations

from functools import cache
from itertools import permutations

import numpy as np
import pytest
import xarray as xr

from tradewind.chip_run import compile_policies, find_round_effects, interval
from tradewind.chip_run.rounds import coalition, per_covered, share_of_enacted, shipped_rounds
from tradewind.chips import results
from tradewind.chips.block import calendar_of, history, rules_of, solve_chips
from tradewind.chips.calendar import Calendar
from tradewind.chips.market import market
from tradewind.chips.parameters import central, draws
from tradewind.chips.rounds import Effects, newly_covered, shapley, staircase
from tradewind.chips.solve import calibrated, solve
from tradewind.chips.tree import Tree
from tradewind.controls import Regime
from tradewind.errors import InputError

LAST = 2026
COALITIONS = (0, 1, 3, 5, 7, 22, 31, 44, 63)


@cache
def policies() -> list[xr.Dataset]:
    known = shipped_rounds()
    subsets = [[r for i, r in enumerate(known) if n >> i & 1] for n in range(2 ** len(known))]
    return compile_policies([coalition(subset) for subset in subsets], LAST)


@cache
def effects() -> xr.Dataset:
    return find_round_effects(2, 3, last_year=LAST)


def test_a_tree_of_regimes_gives_what_each_gives_alone() -> None:
    """Effective chips by workload are unique; packages are compared where their split is, too."""
    observed, calendar = history(), calendar_of(policies()[-1])
    for values in (central(), draws(4, 1)[2]):
        free = {**values, "granted_share": 1.0}
        own = market(observed.at(values["sales_level"]), calendar, values)
        own = calibrated(own, rules_of(policies()[-1], observed, calendar, values), calendar)
        chosen = [policies()[n] for n in COALITIONS]
        tree = Tree.of(
            [rules_of(policy, observed, calendar, free) for policy in chosen],
            [policy["case_by_case"].to_numpy() for policy in chosen],
            calendar,
        )
        bought, installed = tree.solve(own, values, calendar)
        for i, policy in enumerate(chosen):
            alone = solve(own, rules_of(policy, observed, calendar, values), calendar)
            mine = alone.packages[:, :, own.home].sum(axis=2)
            # What smugglers bring is added to what is bought.
            np.testing.assert_allclose(
                installed[i] - bought[i], alone.leaked[:, :, own.home], rtol=1e-7, atol=1e-3
            )
            np.testing.assert_allclose(bought[i], mine, rtol=1e-3, atol=1e-5 * mine.max())


def test_a_tree_shares_the_years_before_regimes_part() -> None:
    observed, calendar = history(), calendar_of(policies()[-1])
    chosen = [policies()[n] for n in (31, 63)]
    tree = Tree.of(
        [rules_of(policy, observed, calendar, central()) for policy in chosen],
        [policy["case_by_case"].to_numpy() for policy in chosen],
        calendar,
    )
    # They part in 2026 alone: four years for both, the fifth for each.
    assert [node.regimes for node in tree.nodes] == [(0, 1)] * 4 + [(0,), (1,)]
    assert [node.parent for node in tree.nodes] == [-1, 0, 1, 2, 3, 3]


def by_orders(value: np.ndarray) -> np.ndarray:
    """Mean marginal effect over all orders of the players, one order after the other."""
    players = int(np.log2(value.size))
    total = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        reached = 0
        for r in order:
            total[r] += value[reached | 1 << r] - value[reached]
            reached |= 1 << r
    return total / len(orders)


@pytest.mark.parametrize("players", [3, 4, 5])
def test_shapley_values_are_means_over_all_orders(players: int) -> None:
    game = np.random.default_rng(players).normal(size=(3, 2**players))
    found = shapley(game)
    for d in range(3):
        np.testing.assert_allclose(found[d], by_orders(game[d]), rtol=1e-12, atol=1e-12)
    whole = game[:, -1] - game[:, 0]
    np.testing.assert_allclose(found.sum(axis=1), whole, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(staircase(game).sum(axis=1), whole, rtol=1e-12, atol=1e-12)
    for r in range(players):
        first = game[:, (1 << r + 1) - 1] - game[:, (1 << r) - 1]
        np.testing.assert_allclose(staircase(game)[:, r], first)


def test_a_player_that_does_nothing_gets_nothing_and_equals_get_the_same() -> None:
    rng = np.random.default_rng(9)
    # Player 2 adds nothing; players 0 and 1 count only by how many of them there are.
    table = rng.normal(size=(3, 2))
    game = np.array([[table[(n & 1) + (n >> 1 & 1), n >> 3 & 1] for n in range(16)]])
    found = shapley(game)[0]
    assert found[2] == 0.0
    assert found[0] == pytest.approx(found[1], rel=1e-12)
    # Games add up.
    other = rng.normal(size=(1, 16))
    np.testing.assert_allclose(shapley(game + other), shapley(game) + shapley(other), atol=1e-12)


def test_what_a_round_newly_covers_by_hand() -> None:
    """10 H100 bought in each of two years: one round denies them, the other frees half of it."""
    calendar = Calendar.cut((), 2023)
    periods, years = len(calendar.starts), calendar.year_of
    per_year = np.bincount(years)[years]
    flow = np.array([10.0, 0.0, 99.0, 4.0])[:, None, None] / per_year[:, None]
    access = np.array([1.0, 0.0, 1.0, 0.5])[:, None, None] * np.ones((1, periods, 1))
    found = newly_covered(flow, access, calendar)
    nan = np.nan
    expected = [
        [[10.0, 20.0], [0.0, 0.0]],
        [[nan, nan], [-4.0, -8.0]],
        [[49.5, 99.0], [nan, nan]],
        [[nan, nan], [nan, nan]],
    ]
    np.testing.assert_allclose(found, expected)


def test_what_is_newly_covered_over_orders() -> None:
    """Means over all orders, and the one order in which the rounds came."""
    rng = np.random.default_rng(2)
    covered = rng.normal(size=(2, 8, 3, 1, 1))
    for n in range(8):
        for r in range(3):
            if n >> r & 1:
                covered[:, n, r] = np.nan
    found = Effects(np.zeros((2, 8, 1, 1)), covered)
    total = np.zeros((2, 3))
    for order in permutations(range(3)):
        reached = 0
        for r in order:
            total[:, r] += covered[:, reached, r, 0, 0] / 6.0
            reached |= 1 << r
    np.testing.assert_allclose(found.covered_shapley[..., 0, 0], total)
    np.testing.assert_array_equal(
        found.covered_staircase[..., 0, 0], covered[:, [0, 1, 3], [0, 1, 2], 0, 0]
    )


def test_rounds_are_told_apart_by_rules_that_exist_once() -> None:
    known = shipped_rounds()
    for rule in Regime.shipped().rules:
        assert sum(each.holds(rule.id) for each in known) <= 1, rule.id
    assert coalition(known).rules == Regime.shipped().rules


def test_effects_add_up_and_are_reproducible() -> None:
    found = effects()
    assert found.equals(find_round_effects(2, 3, last_year=LAST))
    assert found.attrs["seed"] == 3
    assert float(found["shapley"].std("member").max()) > 0.0
    whole = found["stock_enacted"] - found["stock_without"]
    for name in ("shapley", "staircase"):
        np.testing.assert_allclose(found[name].sum("round"), whole, rtol=1e-9, atol=1e-3)
    assert float(np.abs(whole).max()) > 1e4


def test_all_rounds_together_are_the_rules_as_enacted() -> None:
    found = effects()
    policy = policies()[-1]
    for member, values in enumerate(draws(2, 3)):
        data = solve_chips(policy, values=values)
        for metric, stock in (("operations", "stock"), ("bandwidth", "stock_bandwidth")):
            np.testing.assert_allclose(
                found["stock_enacted"].sel(metric=metric)[member],
                data[stock].sel(economy="CHN").sum("family"),
                rtol=1e-5,
            )


def test_a_round_changes_nothing_before_its_first_day() -> None:
    """2022 and 2023 know nothing of the rounds of 2024 and after, 2022 nothing of October 2023."""
    found = effects()
    scale = float(found["stock_enacted"].max())
    for name in ("shapley", "staircase"):
        late = found[name].sel(
            round=["r2024", "r2025-04", "r2025-08", "r2026-01"], year=[2022, 2023]
        )
        assert float(np.abs(late).max()) < 1e-9 * scale
        assert float(np.abs(found[name].sel(round="r2023", year=2022)).max()) < 1e-9 * scale


def test_ways_to_tell_an_effect() -> None:
    found = effects()
    share = share_of_enacted(found, "shapley")
    np.testing.assert_allclose(share * found["stock_enacted"], found["shapley"])
    for name in ("shapley", "staircase"):
        each, covered = per_covered(found, name), found[f"covered_{name}"]
        told = np.isfinite(each)
        assert bool(told.any())
        np.testing.assert_allclose((each * covered).where(told, 0.0), found[name].where(told, 0.0))
    bounds = interval(found["shapley"])
    assert bounds["quantile"].values.tolist() == [0.05, 0.5, 0.95]
    np.testing.assert_allclose(bounds.sel(quantile=0.5), found["shapley"].mean("member"))
    assert results.stocks(np.array([[10.0], [4.0]]), 0.25).tolist() == [[10.0], [11.5]]


@pytest.mark.parametrize("members", [0, -3])
def test_no_draws_are_refused(members: int) -> None:
    with pytest.raises(InputError, match="needs draws"):
        find_round_effects(members)
