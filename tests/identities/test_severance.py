"""A cut is what `solve` says of an infinite iceberg cost, and the limit of a rising one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from tests.identities.economies import LINK, TIGHT, Case, cases, dataset, examples, label, world
from tests.support.baseline import random_baseline
from tradewind.chokepoints import KINDS
from tradewind.chokepoints.cuts import cuts_of
from tradewind.errors import InfeasibleError, NoEquilibriumError
from tradewind.scenario.horizon import Horizon, at
from tradewind.trade import Baseline, Shock
from tradewind.trade.arrays import Options
from tradewind.trade.feasible import Supply, survivors
from tradewind.trade.severance import Links, Severance
from tradewind.world import World

# d̂^(−θ): what is left of a link's trade at unchanged prices.
OPENNESS = (1e-6, 1e-7, 1e-8, 1e-9)
NOWHERE: Links = (np.zeros(0, dtype=int),) * 3


def places(which: NDArray[np.bool_]) -> Links:
    """Importer, exporter and sector indices of the links that are marked."""
    n, i, j = np.nonzero(which)
    return n, i, j


def options(case: Case) -> Options:
    return Options(
        case.closure,
        case.labour,
        case.sigma_value_added,
        case.sigma_inputs,
        case.sigma_final,
        TIGHT,
    )


def engine(case: Case, baseline: Baseline) -> Severance:
    return Severance(baseline.table, options(case), baseline.labels)


def closed(baseline: Baseline, links: Links, openness: float = 0.0) -> Shock:
    """Iceberg costs that leave this much of the links."""
    iceberg = np.ones(baseline.table.share.shape)
    with np.errstate(divide="ignore"):
        iceberg[links] = np.float64(openness) ** (-1.0 / baseline.table.elasticity[links[2]])
    return Shock(iceberg_hat=label(iceberg, LINK, baseline))


def real_income(
    case: Case, baseline: Baseline, links: Links, openness: float = 0.0
) -> NDArray[np.float64] | type[NoEquilibriumError]:
    """Ŵ from `solve`, or why there is none."""
    try:
        return np.asarray(case.solve(baseline, closed(baseline, links, openness)).real_income_hat)
    except NoEquilibriumError as error:
        return type(error)


def drawn(rng: np.random.Generator, baseline: Baseline) -> list[Links]:
    """One cut of every kind, an embargo by two, and a handful of links."""
    table = baseline.table
    size = len(baseline.economies)
    cuts = []
    for kind in KINDS:
        every = cuts_of(table, int(rng.integers(size)), kind)
        cuts.append(every[int(rng.integers(len(every)))].links(table))
    foreign = table.linked & ~np.eye(size, dtype=bool)[:, :, None]
    buyer = np.zeros_like(foreign)
    buyer[int(rng.integers(size)), rng.permutation(size)[:2]] = True
    some = rng.random(foreign.shape) < 0.2
    return cuts + [places(foreign & which) for which in (buyer, some)]


@examples(40)
@given(case=cases())
def test_a_cut_is_an_infinite_iceberg_cost(case: Case) -> None:
    rng = case.rng()
    # Stocks fixed in value may be more than is left; absent industries may leave none at all.
    missing = case.seed % 2 == 1
    baseline = world(case, rng, absent_fraction=0.2 if missing else 0.0, inventory=not missing)
    severance = engine(case, baseline)
    for links in drawn(rng, baseline):
        expected = real_income(case, baseline, links)
        if isinstance(expected, type):
            with pytest.raises(expected):
                severance.cut(links)
            continue
        found = severance.cut(links)
        assert found.residual <= TIGHT
        np.testing.assert_allclose(found.real_income_hat, expected, rtol=1e-11)


@examples(10)
@given(case=cases())
def test_no_cut_costs_nothing(case: Case) -> None:
    baseline = world(case, case.rng(), absent_fraction=0.2, inventory=False)
    found = engine(case, baseline).cut(NOWHERE).real_income_hat
    expected = np.asarray(case.solve(baseline, Shock()).real_income_hat)
    np.testing.assert_allclose(found, expected, rtol=1e-11)
    if case.closure == "fixed":
        np.testing.assert_allclose(found, 1.0, rtol=1e-10)


def sparse(seed: int) -> tuple[np.random.Generator, Baseline]:
    """A world in which many goods have few suppliers and few final buyers."""
    rng = np.random.default_rng(seed)
    economies, sectors = int(rng.integers(3, 7)), int(rng.integers(3, 6))
    plain = random_baseline(
        rng,
        economies,
        sectors,
        zero_fraction=float(rng.choice([0.2, 0.5])),
        absent_fraction=float(rng.choice([0.0, 0.2])),
        input_zero_fraction=0.4,
    )
    return rng, Baseline(dataset(plain))


def verdict(baseline: Baseline, links: Links, chosen: Options) -> str:
    """Whether the full cascade finds the same survivors, fewer, or no equilibrium."""
    table, labels = baseline.table, baseline.labels
    before = survivors(table, NOWHERE, np.zeros(0), chosen, labels)
    try:
        after = survivors(table, links, np.zeros(links[0].size), chosen, labels)
    except InfeasibleError:
        return "infeasible"
    parts = ("cost", "inputs", "good")
    same = all((getattr(before, name) == getattr(after, name)).all() for name in parts)
    return "same" if same else "fewer"


def test_what_a_cut_outlives_stays_as_the_cascade_finds_it() -> None:
    found: dict[tuple[bool, str], int] = {}
    solved = 0
    for seed in range(30):
        rng, baseline = sparse(seed)
        table = baseline.table
        foreign = table.linked & ~np.eye(len(table.value_added), dtype=bool)[:, :, None]
        economies, sectors = table.expenditure.shape
        sigma = (0.5, 2.0)[seed % 2]
        case = Case(seed, economies, sectors, "mobile", "fixed", sigma, sigma, sigma)
        severance = engine(case, baseline)
        for _ in range(15):
            links = places(foreign & (rng.random(foreign.shape) < rng.choice([0.05, 0.2, 0.5])))
            outlives = severance.supply.outlives(links)
            said = verdict(baseline, links, options(case))
            found[outlives, said] = found.get((outlives, said), 0) + 1
            if said == "infeasible":
                with pytest.raises(InfeasibleError):
                    severance.cut(links)
            elif said == "fewer" and solved < 25:
                # Somebody is lost, so the cut goes the long way, and ends where `solve` does.
                expected = real_income(case, baseline, links)
                if not isinstance(expected, type):
                    solved += 1
                    cut = severance.cut(links).real_income_hat
                    np.testing.assert_allclose(cut, expected, rtol=1e-11)
    assert (True, "fewer") not in found
    assert (True, "infeasible") not in found
    # The test has seen each of the other answers often enough to mean something.
    expected_answers = ((True, "same"), (False, "same"), (False, "fewer"), (False, "infeasible"))
    for answer in expected_answers:
        assert found[answer] >= 10, answer
    assert solved == 25


@pytest.mark.parametrize("wrong", ["suppliers", "buyers"])
def test_both_counts_of_what_a_cut_outlives_are_needed(wrong: str) -> None:
    """With one count for ever satisfied some cut passes that leaves fewer survivors."""
    missed = 0
    for seed in range(0, 30, 2):
        rng, baseline = sparse(seed)
        table = baseline.table
        foreign = table.linked & ~np.eye(len(table.value_added), dtype=bool)[:, :, None]
        chosen = Options("fixed", "mobile", 0.5, 0.5, 0.5, TIGHT)
        alive = survivors(table, NOWHERE, np.zeros(0), chosen, baseline.labels)
        supply = Supply.of(table, alive)
        blind = replace(supply, **{wrong: getattr(supply, wrong) + 1000})
        for _ in range(10):
            links = places(foreign & (rng.random(foreign.shape) < 0.5))
            missed += blind.outlives(links) and verdict(baseline, links, chosen) != "same"
    assert missed > 0


def test_a_cut_without_an_equilibrium_says_who_is_left_without_what() -> None:
    case = Case(4, 3, 3, "mobile", "fixed", 1.0, 1.0, 1.0)
    rng = case.rng()
    baseline = Baseline(dataset(random_baseline(rng, 3, 3, zero_fraction=0.0)))
    severance = engine(case, baseline)
    links = tuple(np.array(axis) for axis in ([1, 1, 1], [0, 1, 2], [2, 2, 2]))
    with pytest.raises(InfeasibleError, match="E1 is left without any supplier of S2"):
        severance.cut((links[0], links[1], links[2]))


def test_cuts_leave_no_trace_on_each_other() -> None:
    case = Case(8, 5, 4, "specific", "fixed", 0.5, 0.5, 0.5)
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0)
    severance = engine(case, baseline)
    first, second, *_ = drawn(rng, baseline)
    one = severance.cut(first).real_income_hat
    severance.cut(second)
    np.testing.assert_array_equal(severance.cut(first).real_income_hat, one)


@examples(12)
@given(case=cases())
def test_a_cut_is_the_limit_of_a_rising_iceberg_cost(case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0, zero_fraction=0.0)
    severance = engine(case, baseline)
    buyer, seller = rng.permutation(case.economies)[:2]
    cut = np.zeros(baseline.table.share.shape, dtype=bool)
    cut[buyer, seller] = True
    links = places(cut)
    limit = severance.cut(links).real_income_hat
    gaps = []
    for openness in OPENNESS:
        near = real_income(case, baseline, links, openness)
        assert not isinstance(near, type)
        gaps.append(float(np.abs(near - limit).max()))
    assert np.abs(limit - 1.0).max() > 1e-4
    assert gaps[-1] < 1e-8
    for openness, gap in zip(OPENNESS, gaps, strict=True):
        assert gap < openness
        # The distance is proportional to what is left of the links.
        assert gap == pytest.approx(gaps[0] * openness / OPENNESS[0], rel=1e-3, abs=1e-12)


def test_an_embargo_on_the_shipped_world_is_that_limit_too() -> None:
    shipped = World.default()
    long_run = shipped.trade_elasticity(None)
    horizons: tuple[Horizon, ...] = ("short", "long")
    for horizon in horizons:
        found = at(horizon, long_run)
        baseline = Baseline(shipped.data.assign(trade_elasticity=found.trade_elasticity))
        sigmas = (found.sigma_value_added, found.sigma_inputs, found.sigma_final)
        case = Case(0, 44, 50, found.labour, "fixed", *sigmas)
        buyer, seller = (baseline.economies.index(code) for code in ("DEU", "CHN"))
        cut = next(c for c in cuts_of(baseline.table, buyer, "supplier") if c.supplier == seller)
        links = cut.links(baseline.table)
        limit = engine(case, baseline).cut(links).real_income_hat
        for openness in (OPENNESS[0], OPENNESS[-1]):
            near = real_income(case, baseline, links, openness)
            assert not isinstance(near, type)
            assert np.abs(near - limit).max() < openness, (horizon, openness)
        assert limit[buyer] < 0.999
