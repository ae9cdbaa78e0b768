"""The allocation against linear programmes, its duals against differences of the surplus."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.support.chips_programme import Problem, maximise, random_problem
from tests.support.chips_scenarios import case
from tradewind.chips.allocation import TOLERANCE, allocate

SEEDS = range(40)
ENACTED = "chips-as-enacted"
Answer = tuple[np.ndarray, np.ndarray, np.ndarray, float, int]


@cache
def answer(seed: int) -> tuple[Problem, Answer]:
    problem = random_problem(seed)
    return problem, allocate(*problem.arguments)


def slopes_known(problem: Problem, packages: np.ndarray, rent: np.ndarray) -> bool:
    """Whether rents are unique: offers that sell fix every rent above zero (full row rank)."""
    spent = problem.price @ packages
    sold = packages * problem.effective > 1e-6 * problem.demand[problem.buyer]
    binding = rent * problem.limit > 1e-6 * spent
    part = problem.use[np.ix_(binding, sold)]
    rank = np.linalg.matrix_rank(part / part.max(axis=1, keepdims=True)) if part.size else 0
    return bool(rank == binding.sum())


def check(problem: Problem, packages: np.ndarray, worth: np.ndarray, rent: np.ndarray) -> None:
    """Compare with the linear programmes: surplus to 1e-8, quantities, values and rents to 1e-6."""
    second = maximise(problem)
    spent = float(problem.price @ packages)
    assert abs(second.gap) < 1e-9
    assert abs(problem.surplus(packages) - second.surplus) < 1e-8 * spent
    totals = problem.totals(packages)
    inside = totals > 0.0
    np.testing.assert_allclose(totals, second.totals, rtol=1e-6)
    np.testing.assert_allclose(worth[inside], second.worth[inside], rtol=1e-6)
    # All rents together are unique, each alone only where the offers that sell tell them apart.
    np.testing.assert_allclose(
        rent @ problem.limit, second.rent @ problem.limit, rtol=1e-6, atol=1e-6 * spent
    )
    if slopes_known(problem, packages, rent):
        np.testing.assert_allclose(
            rent * problem.limit, second.rent * problem.limit, rtol=1e-6, atol=1e-6 * spent
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_random_periods_are_at_the_optimum_of_linear_programmes(seed: int) -> None:
    problem, (packages, rent, worth, residual, _) = answer(seed)
    assert residual < TOLERANCE
    check(problem, packages, worth, rent)


@pytest.mark.parametrize("seed", range(300))
def test_conditions_of_the_optimum_hold(seed: int) -> None:
    """Karush, Kuhn and Tucker: feasible on both sides, nothing paid for what is left over."""
    problem, (packages, rent, worth, residual, _) = answer(seed)
    use = problem.use
    assert residual < TOLERANCE
    assert (packages >= 0.0).all()
    assert (rent >= 0.0).all()
    assert (use @ packages <= problem.limit * (1.0 + 1e-9)).all()
    totals = problem.totals(packages)
    inside = totals > 0.0
    np.testing.assert_allclose(worth[inside], problem.worth(totals)[inside], rtol=1e-9)
    value = problem.effective * worth[problem.buyer]
    reduced = value - problem.price - rent @ use
    assert (reduced <= 1e-9 * value).all()
    spent = problem.price @ packages
    assert abs((rent * (problem.limit - use @ packages)).sum()) < 1e-9 * spent
    assert abs((reduced * packages).sum()) < 1e-9 * spent


@pytest.mark.parametrize("name", ["chips-as-enacted", "chips-no-controls", "chips-diffusion-kept"])
def test_every_period_of_a_scenario_is_at_the_optimum(name: str) -> None:
    solved = case(name)
    families, _, workloads = solved.found.packages.shape[1:]
    known = [] if name == ENACTED else [each[1] for each in case(ENACTED).problems()]
    for p, problem, classes, family in solved.problems():
        packages = np.zeros((families, classes.first.size, workloads))
        np.add.at(packages, (slice(None), classes.of), solved.found.packages[p])
        # Until the rule begins the programme is the one of the rules as enacted, checked above.
        if known and all(map(np.array_equal, problem.arguments, known[p].arguments)):
            continue
        economy, workload = np.divmod(problem.buyer, workloads)
        bought = packages[family, economy, workload]
        # Nothing was sold that was not offered.
        assert bought.sum() == pytest.approx(solved.found.packages[p].sum(), rel=1e-12)
        rent = np.zeros(problem.limit.size)
        pools = solved.market.pool_of[p][family]
        rent[problem.constraint[:, 0]] = solved.found.rent[p, pools]
        own = problem.constraint[:, 1] >= 0
        quota_rent = solved.found.quota_rent[p, classes.first]
        rent[problem.constraint[own, 1]] = quota_rent[economy[own]]
        granted = problem.constraint[:, 2] >= 0
        worth = solved.found.marginal_value[p, classes.first].ravel()
        # A path does not report a grant's rent; it is what is left of the value.
        left = problem.effective * worth[problem.buyer] - problem.price - rent @ problem.use
        over = np.maximum(left[granted], 0.0) / problem.draw[granted, 2]
        rent[problem.constraint[granted, 2]] = over
        check(problem, bought, np.where(np.isfinite(worth), worth, 0.0), rent)


def surplus(problem: Problem) -> float:
    packages, _, _, residual, _ = allocate(*problem.arguments)
    assert residual < TOLERANCE
    return problem.surplus(packages)


@pytest.mark.parametrize("seed", range(25))
def test_rents_are_slopes_of_the_surplus(seed: int) -> None:
    """Of a concave function: never above the slope to the left, never below that to the right."""
    problem, (packages, rent, _, _, _) = answer(seed)
    middle, spent = problem.surplus(packages), float(problem.price @ packages)
    for c, limit in enumerate(problem.limit):
        h = 1e-3 * limit
        above = (surplus(problem.limited(c, h)) - middle) / h
        below = (middle - surplus(problem.limited(c, -h))) / h
        noise = 1e-9 * spent / h
        assert above - noise <= rent[c] <= below + noise
        # Without a kink the difference to both sides is the dual, to the second order of h.
        if below - above < 0.01 * rent[c]:
            assert 0.5 * (above + below) == pytest.approx(rent[c], rel=1e-4, abs=noise)


def test_slopes_of_a_pool_a_quota_and_a_grant_are_seen() -> None:
    """The test above means something: limits of all three kinds bind, far from any kink."""
    seen = np.zeros(3, int)
    for seed in range(25):
        problem, (packages, rent, _, _, _) = answer(seed)
        spent = float(problem.price @ packages)
        for slot in range(3):
            rows = np.unique(problem.constraint[:, slot])
            seen[slot] += (
                rent[rows[rows >= 0]] * problem.limit[rows[rows >= 0]] > 1e-3 * spent
            ).sum()
    assert (seen >= 10).all(), seen


def one_buyer(limit: float, elasticity: float = -1.3, held: float = 0.0) -> Problem:
    """One family of 1 effective chip at 100 USD, for one buyer who asks for 50 at that price."""
    none = np.full((1, 3), -1)
    none[0, 0] = 0
    return Problem(
        np.array([0]),
        np.array([1.0]),
        np.array([100.0]),
        none,
        np.array([[1.0, 0.0, 0.0]]),
        np.array([limit]),
        np.array([50.0]),
        np.array([100.0]),
        np.array([held]),
        elasticity,
    )


@pytest.mark.parametrize("elasticity", [-2.0, -1.3, -1.0, -0.7])
def test_one_buyer_by_hand(elasticity: float) -> None:
    """With 80 to be had he takes the 50 he asks for; with 20 he pays 100 · (20/50)^(1/ε)."""
    packages, rent, worth, _, _ = allocate(*one_buyer(80.0, elasticity).arguments)
    assert packages[0] == pytest.approx(50.0, rel=1e-8)
    assert rent[0] == pytest.approx(0.0, abs=1e-6)
    assert worth[0] == pytest.approx(100.0, rel=1e-8)
    packages, rent, worth, _, _ = allocate(*one_buyer(20.0, elasticity).arguments)
    price = 100.0 * 0.4 ** (1.0 / elasticity)
    assert packages[0] == pytest.approx(20.0, rel=1e-8)
    assert worth[0] == pytest.approx(price, rel=1e-8)
    assert rent[0] == pytest.approx(price - 100.0, rel=1e-8)


def test_chips_held_count_as_bought() -> None:
    packages, _, worth, _, _ = allocate(*one_buyer(80.0, held=30.0).arguments)
    assert packages[0] == pytest.approx(20.0, rel=1e-8)
    packages, _, worth, _, _ = allocate(*one_buyer(80.0, held=60.0).arguments)
    assert packages[0] == pytest.approx(0.0, abs=1e-6)
    assert worth[0] == pytest.approx(100.0 * 1.2 ** (1.0 / -1.3), rel=1e-8)


def test_without_offers_values_follow_from_what_is_held() -> None:
    empty = one_buyer(80.0, held=25.0)
    nothing = np.zeros(0)
    empty = replace(
        empty,
        buyer=np.zeros(0, np.int64),
        effective=nothing,
        price=nothing,
        constraint=np.zeros((0, 3), np.int64),
        draw=np.zeros((0, 3)),
    )
    packages, rent, worth, residual, _ = allocate(*empty.arguments)
    assert packages.size == 0
    assert rent.tolist() == [0.0]
    assert residual == 0.0
    assert worth[0] == pytest.approx(100.0 * 0.5 ** (1.0 / -1.3), rel=1e-12)


def test_a_surplus_does_not_depend_on_units() -> None:
    """Money a thousandfold: rents and values a thousandfold, what each buyer holds the same."""
    for seed in range(10):
        problem, (packages, rent, worth, _, _) = answer(seed)
        dear = replace(
            problem, price=problem.price * 1e3, reference_price=problem.reference_price * 1e3
        )
        same, more, higher, _, _ = allocate(*dear.arguments)
        spent = float(problem.price @ packages)
        np.testing.assert_allclose(problem.totals(same), problem.totals(packages), rtol=1e-8)
        np.testing.assert_allclose(higher, worth * 1e3, rtol=1e-8)
        np.testing.assert_allclose(
            more * problem.limit, rent * problem.limit * 1e3, atol=1e-5 * spent
        )


def test_more_of_a_pool_never_raises_a_value() -> None:
    """Families replace each other, so that no buyer values them more when more of one is made."""
    for seed in range(15):
        problem, (_, _, worth, _, _) = answer(seed)
        for c in np.unique(problem.constraint[:, 0]):
            more = problem.limited(c, 0.2 * problem.limit[c])
            _, _, after, _, _ = allocate(*more.arguments)
            assert (after <= worth * (1.0 + 1e-7)).all()


def test_a_limit_taken_away_never_lowers_the_surplus() -> None:
    for seed in range(15):
        problem, (packages, _, _, _, _) = answer(seed)
        before, spent = problem.surplus(packages), float(problem.price @ packages)
        for slot in (1, 2):
            constraint = problem.constraint.copy()
            constraint[:, slot] = -1
            # Limits that nothing draws on are no limits.
            assert surplus(replace(problem, constraint=constraint)) >= before - 1e-9 * spent


def test_a_ban_never_raises_the_surplus() -> None:
    for seed in range(15):
        problem, (packages, _, _, _, _) = answer(seed)
        before, spent = problem.surplus(packages), float(problem.price @ packages)
        for j in range(0, problem.buyer.size, 3):
            others = np.arange(problem.buyer.size) != j
            left = (
                problem.held[problem.buyer[j]]
                + (others & (problem.buyer == problem.buyer[j])).sum()
            )
            if left == 0.0:
                continue
            kept = ("buyer", "effective", "price", "constraint", "draw")
            banned = replace(problem, **{name: getattr(problem, name)[others] for name in kept})
            # Limits that nobody draws on any more stand idle.
            assert surplus(banned) <= before + 1e-9 * spent
