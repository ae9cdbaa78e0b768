"""What must hold of any composite index, whatever the numbers."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.support.pressure import flat, indicator, spec, strength, table
from tradewind.errors import InputError
from tradewind.pressure import index
from tradewind.pressure.draws import Sampler
from tradewind.pressure.engine import AT, SOURCES, Engine
from tradewind.pressure.ladder import order, rungs, told_apart
from tradewind.pressure.normalise import normalise
from tradewind.pressure.outliers import treatment
from tradewind.pressure.selection import covered
from tradewind.pressure.uncertainty import monte_carlo, rank, sobol

QUICK = settings(max_examples=40, deadline=None)
WHOLE = st.integers(1, 1000).map(float)


def columns_vary(values: np.ndarray) -> bool:
    return bool((np.ptp(values, axis=0) > 0).all())


TABLES = st.tuples(st.integers(3, 8), st.integers(2, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=WHOLE).filter(columns_vary)
)
WAYS = st.sampled_from(["arithmetic", "geometric", "copeland"])


def scores(values: np.ndarray, **choices: Any) -> np.ndarray:
    posts = (0.0, 2000.0) if choices.get("normalisation") == "goalposts" else None
    spec = flat(values.shape[1], posts, floor=0.01, **choices)
    return Engine(spec, values).own_scores


@QUICK
@given(TABLES, st.floats(0.01, 100.0), st.floats(-100.0, 100.0), WAYS)
def test_a_unit_changes_nothing_under_minmax(values, factor, shift, way) -> None:
    other = values.copy()
    other[:, 0] = factor * values[:, 0] + shift
    np.testing.assert_allclose(
        scores(other, aggregation=way), scores(values, aggregation=way), atol=1e-8
    )


@QUICK
@given(TABLES, st.data(), st.sampled_from(["arithmetic", "geometric"]))
def test_one_more_economy_moves_nobody_between_goalposts(values, data, way) -> None:
    row = data.draw(arrays(np.float64, values.shape[1], elements=WHOLE))
    before = scores(values, normalisation="goalposts", aggregation=way)
    after = scores(np.vstack([values, row]), normalisation="goalposts", aggregation=way)
    np.testing.assert_array_equal(after[:-1], before)


@QUICK
@given(TABLES, st.sampled_from(["arithmetic", "geometric"]))
def test_one_more_economy_inside_the_range_moves_nobody_under_minmax(values, way) -> None:
    row = np.median(values, axis=0)
    before, after = (scores(v, aggregation=way) for v in (values, np.vstack([values, row])))
    np.testing.assert_array_equal(after[:-1], before)


def test_copeland_depends_on_who_else_is_there() -> None:
    # Arrow's independence fails, as theory says: a third one that only beats the first decides.
    two = np.array([[3.0, 1.0, 2.0], [1.0, 3.0, 2.0]])
    with_a_third = np.vstack([two, [[2.0, 4.0, 1.0]]])
    alone = scores(two[:, :2], aggregation="copeland")
    together = scores(with_a_third, aggregation="copeland")[:2]
    assert alone[0] == alone[1]
    assert together[0] != together[1]


@QUICK
@given(
    TABLES,
    st.data(),
    st.sampled_from(["minmax", "goalposts"]),
    WAYS,
)
def test_more_of_a_good_thing_never_costs_a_place(values, data, normalisation, way) -> None:
    economy = data.draw(st.integers(0, values.shape[0] - 1))
    column = data.draw(st.integers(0, values.shape[1] - 1))
    more = values.copy()
    more[economy, column] += data.draw(WHOLE)
    if not columns_vary(more):
        return
    choices = {"normalisation": normalisation, "aggregation": way}
    # Scores that differ by rounding alone count as level.
    before, after = (rank(scores(v, **choices).round(10)) for v in (values, more))
    assert after[economy] <= before[economy]


@QUICK
@given(TABLES, st.sampled_from(["minmax", "zscore", "rank", "leader"]))
def test_less_is_more_where_the_direction_is_down(values, method) -> None:
    up = normalise(values, method, np.ones(values.shape[1], dtype=bool))
    down = normalise(values, method, np.zeros(values.shape[1], dtype=bool))
    for column in range(values.shape[1]):
        np.testing.assert_array_equal(
            np.argsort(up[:, column].round(12), kind="stable"),
            np.argsort(-down[:, column].round(12), kind="stable"),
        )


@QUICK
@given(arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 9)), elements=WHOLE))
def test_ranks_are_permutations_and_ties_keep_the_sum(values) -> None:
    found = rank(values)
    count = values.shape[1]
    np.testing.assert_allclose(found.sum(axis=1), count * (count + 1) / 2)
    for row, ranks in zip(values, found, strict=True):
        if len(set(row)) == count:
            assert sorted(ranks) == list(range(1, count + 1))
        np.testing.assert_array_equal(
            np.sign(np.subtract.outer(row, row)), -np.sign(np.subtract.outer(ranks, ranks))
        )


@QUICK
@given(TABLES)
def test_a_geometric_mean_refuses_what_is_not_positive(values) -> None:
    spec = flat(values.shape[1], aggregation="geometric")
    with pytest.raises(InputError, match="above zero"):
        index(table(values), spec, draws=0)


@QUICK
@given(
    arrays(np.float64, st.tuples(st.integers(6, 30), st.just(1)), elements=st.floats(0, 1e4)),
    st.sampled_from(["none", "winsorise", "boxcox"]),
)
def test_a_treatment_never_changes_places(values, rule) -> None:
    if np.ptp(values) < 1e-3:
        return
    treated = treatment(values, rule)(values)
    up = np.argsort(values[:, 0], kind="stable")
    assert (np.diff(treated[up, 0]) >= -1e-9).all()


@QUICK
@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=20
    )
)
def test_rungs_are_where_intervals_separate(rows) -> None:
    median, below, above = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    best, worst = median - below, median + above
    found = rungs(best, worst, order(median, median, [f"{at:02}" for at in range(len(rows))]))
    lower, higher = told_apart(best, worst)
    for one in range(len(rows)):
        assert lower[one] == sum(worst[one] < best[k] for k in range(len(rows)))
        assert higher[one] == sum(best[one] > worst[k] for k in range(len(rows)))
        for other in range(len(rows)):
            if found[one] < found[other]:
                assert worst[one] < best[other]
    # The second way: connected parts of the graph of meeting intervals, grown from each economy.
    for one in range(len(rows)):
        part, grown = {one}, True
        while grown:
            joined = {
                k
                for k in range(len(rows))
                for m in part
                if best[k] <= worst[m] and best[m] <= worst[k]
            }
            grown, part = not joined <= part, part | joined
        assert part == set(np.flatnonzero(found == found[one]).tolist())


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    values, spec = strength()
    assert np.isnan(values).any()
    return Sampler(Engine(spec, np.log(values.values)), 7)


def test_draws_do_not_depend_on_chunks_or_threads(sampler) -> None:
    whole = monte_carlo(sampler, 300, chunk=300, threads=1).ranks
    for chunk, threads in ((1, 2), (77, 1), (128, 3)):
        np.testing.assert_array_equal(
            monte_carlo(sampler, 300, chunk=chunk, threads=threads).ranks, whole
        )
    again = Sampler(sampler.engine, 7)
    np.testing.assert_array_equal(monte_carlo(again, 300).ranks, whole)
    assert (monte_carlo(Sampler(sampler.engine, 8), 300).ranks != whole).any()


def test_errors_are_relative_but_where_zero_is_no_end() -> None:
    values = np.array([[100.0, -1.0, 0.0], [200.0, 0.0, 0.0], [400.0, 1.0, 7.0]])
    columns = [indicator("x0", noise=0.1), indicator("x1", noise=0.1)]
    columns += [indicator("x2", noise=0.1, transform="log1p")]
    chosen = spec({"all": columns}, uncertainty={"leave_out": False, "weight_spread": 0.0})
    scaled = np.column_stack([values[:, :2], np.log1p(values[:, 2])])
    points = np.random.default_rng(1).random((4000, len(SOURCES)))
    drawn = Sampler(Engine(chosen, scaled), 1).values(points)
    relative = np.log(drawn[..., 0] / values[:, 0]).std(axis=0)
    np.testing.assert_allclose(relative, 0.1, rtol=0.05)
    np.testing.assert_allclose(drawn[..., 1].std(axis=0), 0.1 * values[:, 1].std(), rtol=0.05)
    # A count of zero stays, and others keep their relative error.
    assert (drawn[:, :2, 2] == 0.0).all()
    np.testing.assert_allclose(np.expm1(drawn[:, 2, 2]).std() / 7.0, 0.1, rtol=0.06)


def test_every_choice_is_drawn_and_only_choices_that_go_together(sampler) -> None:
    points = np.random.default_rng(0).random((500, len(SOURCES)))
    places = zip(*(p.tolist() for p in sampler.methods(points)), strict=True)
    names = {
        (sampler._normalisations[n], sampler._schemes[s], sampler._ways[w]) for n, s, w in places
    }
    allowed = {(n, s, w) for (n, s), ways in sampler.engine.methods.items() for w in ways}
    assert names == allowed
    assert ("zscore", "equal", "geometric") not in allowed
    assert ("minmax", "doubt", "copeland") not in allowed
    assert len(allowed) == 3 * (3 + 3 + 1) + 1 * (2 + 2)


def test_a_draw_of_the_own_method_is_the_own_score() -> None:
    values, spec = strength(gaps=0.1)
    plain = spec.uncertainty.model_copy(
        update={"weight_spread": 0.0, "leave_out": False, "noise": False}
    )
    engine = Engine(spec.model_copy(update={"uncertainty": plain}), np.log(values.values))
    # The index's own choice is the first of each.
    np.testing.assert_array_equal(
        Sampler(engine, 1)(np.zeros((1, len(SOURCES))))[0], engine.own_scores
    )


def test_a_draw_is_the_index_with_these_choices() -> None:
    values, spec = strength(gaps=0.1)
    plain = {"weight_spread": 0.0, "leave_out": False, "noise": False, "weights": ()}
    spec = spec.model_copy(update={"uncertainty": spec.uncertainty.model_copy(update=plain)})
    sampler = Sampler(Engine(spec, np.log(values.values)), 1)
    kinds = ("missing", "outliers", "normalisation", "aggregation")
    tried = 0
    for choice in product(*(spec.choices(kind) for kind in kinds)):
        picked = dict(zip(kinds, choice, strict=True))
        ways = sampler.engine.methods[picked["normalisation"], "equal"]
        if picked["aggregation"] not in ways:
            continue
        point = np.zeros((1, len(SOURCES)))
        for kind, name in picked.items():
            listed = ways if kind == "aggregation" else spec.choices(kind)
            point[0, AT[kind]] = (listed.index(name) + 0.5) / len(listed)
        alone = Engine(spec.model_copy(update=picked), np.log(values.values))
        np.testing.assert_allclose(sampler(point)[0], alone.own_scores, atol=1e-12)
        tried += 1
    assert tried == 4 * 2 * (3 + 3 + 2 + 3)


@pytest.mark.parametrize("source", SOURCES)
def test_a_fixed_source_moves_nothing_and_an_active_one_does(sampler, source) -> None:
    point = np.full((2, len(SOURCES)), 0.3)
    point[1, AT[source]] = 0.9
    first, second = sampler(point)
    assert source in sampler.engine.active or source == "outliers"
    assert (first != second).any() or source == "outliers"


def test_variance_shares_are_reproducible_and_ordered(sampler) -> None:
    found, again = sobol(sampler, 64), sobol(sampler, 64, threads=1)
    np.testing.assert_array_equal(found.total, again.total)
    assert found.sources == sampler.engine.active
    assert (found.total_bounds[0] <= found.total_bounds[1]).all()
    # Jansen's term is a mean of squares.
    assert (found.total >= 0.0).all()


def test_coverage_decides_who_is_ranked() -> None:
    values, spec = strength(gaps=0.0)
    values[0, :2] = np.nan
    half = spec.model_copy(update={"coverage": spec.coverage.model_copy(update={"pillar": 0.5})})
    ranked, share = covered(values, half)
    assert not ranked[0]
    assert ranked[1:].all()
    assert share[0] == pytest.approx(4 / 6)
