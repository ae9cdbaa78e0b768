"""The steps of an index against closed forms, other libraries, and small cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.support.pressure import flat, indicator, spec, strength, table
from tradewind.errors import InputError
from tradewind.pressure import history, index
from tradewind.pressure.aggregate import composite, copeland, together
from tradewind.pressure.missing import fill
from tradewind.pressure.normalise import normalise
from tradewind.pressure.outliers import box_cox, breaks_rule, treatment
from tradewind.pressure.uncertainty import Ranks, partial_variances
from tradewind.pressure.weights import factors, hierarchy, varimax

NAN = np.nan
UP = np.ones(1, dtype=bool)


@pytest.mark.parametrize("method", ["mean", "median", "nearest", "regression"])
def test_filling_leaves_what_was_observed_and_stays_in_its_range(method) -> None:
    random = np.random.default_rng(1)
    values = random.normal(size=(20, 4))
    gaps = random.random(values.shape) < 0.2
    values[gaps] = NAN
    filled, deviation = fill(values, method)
    np.testing.assert_array_equal(filled[~gaps], values[~gaps])
    assert (deviation[~gaps] == 0.0).all()
    assert (deviation[gaps] > 0.0).all()
    assert (filled <= np.nanmax(values, axis=0)).all()
    assert (filled >= np.nanmin(values, axis=0)).all()


def test_regression_finds_a_line_and_neighbours_a_cluster() -> None:
    x = np.linspace(0.0, 1.0, 60)
    values = np.column_stack([x, 3.0 * x + 1.0, -x])
    truth = values[30, 1]
    values[30, 1] = NAN
    filled, deviation = fill(values, "regression")
    assert filled[30, 1] == pytest.approx(truth, abs=0.02)
    assert deviation[30, 1] < 0.1
    near, _ = fill(values, "nearest")
    assert near[30, 1] == pytest.approx(np.mean(values[[28, 29, 31, 32, 27], 1]), abs=0.06)


def test_gaps_are_refused_unless_something_stands_in() -> None:
    values = np.array([[1.0, NAN], [2.0, 3.0], [3.0, 4.0]])
    with pytest.raises(InputError, match="gaps"):
        fill(values, "none")
    kept, _ = fill(values, "reweight")
    np.testing.assert_array_equal(kept, values)


def test_normalisations_of_a_column_worked_by_hand() -> None:
    column = np.array([[1.0], [2.0], [2.0], [5.0], [NAN]])
    cases = {
        "minmax": [0, 0.25, 0.25, 1],
        "rank": [0, 0.5, 0.5, 1],
        "leader": [0.2, 0.4, 0.4, 1],
        "zscore": ((column[:4, 0] - 2.5) / np.sqrt(2.25)).tolist(),
    }
    for method, wanted in cases.items():
        found = normalise(column, method, UP)[:, 0]
        np.testing.assert_allclose(found[:4], wanted, atol=1e-12)
        assert np.isnan(found[4])
    posts = np.array([[0.0], [4.0]])
    found = normalise(column, "goalposts", ~UP, posts, 0.1)[:, 0]
    np.testing.assert_allclose(found[:4], [0.1 + 0.9 * s for s in (0.75, 0.5, 0.5, 0.0)])


def test_the_treatment_of_one_outlier_and_of_a_long_tail() -> None:
    one = np.append(np.linspace(0.0, 1.0, 30), 40.0)[:, None]
    assert breaks_rule(one[:, 0])
    bounded = treatment(one, "winsorise")
    assert not bounded.curved[0]
    assert bounded(one).max() == 1.0
    tail = np.exp(2.0 * stats.norm.ppf((np.arange(200) + 0.5) / 200))[:, None]
    bent = treatment(tail, "winsorise")
    # More than five values would have to go, so the column is bent instead, and then passes.
    assert bent.curved[0]
    assert not breaks_rule(bent(tail)[:, 0])
    np.testing.assert_array_equal(bent.touched, [True])
    assert not treatment(np.linspace(0.0, 1.0, 30)[:, None], "winsorise").touched[0]


def test_winsorising_never_leaves_a_constant_column() -> None:
    # One value in all but four economies: the rule is met by a constant, which would say nothing.
    column = np.array([5.0] * 27 + [1.0, 1.2, 9.0, 40.0])[:, None]
    for rule in ("winsorise", "boxcox"):
        assert np.ptp(treatment(column, rule)(column)) > 0.0


def test_goalposts_stay_where_they_are_when_values_are_bounded() -> None:
    values = np.append(np.linspace(0.0, 1.0, 30), 40.0)[:, None]
    chosen = flat(1, (0.0, 40.0), normalisation="goalposts", outliers="winsorise")
    found = index(table(values), chosen, draws=0)
    assert float(found["normalised"].max()) == pytest.approx(1.0 / 40.0)


def test_an_only_indicator_stays_when_the_draw_would_leave_it_out() -> None:
    values, chosen = strength(economies=8, gaps=0.0)
    values[0, 1:3] = NAN
    found = index(values, chosen, draws=500, base=0)
    assert np.isfinite(found["rank_median"]).all()
    assert found["rank_share"].sum("place").values == pytest.approx(np.ones(8))


def test_box_cox_agrees_with_scipy() -> None:
    x = np.linspace(0.1, 5.0, 20)
    for power in (-0.5, 0.0, 0.3, 1.0):
        np.testing.assert_allclose(box_cox(x, power), stats.boxcox(x, power), atol=1e-12)


def test_varimax_keeps_communalities_and_finds_simple_structure() -> None:
    simple = np.array([[0.9, 0.0], [0.8, 0.0], [0.0, 0.7], [0.0, 0.6]])
    angle = 0.6
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = varimax(simple @ turn)
    np.testing.assert_allclose((found**2).sum(axis=1), (simple**2).sum(axis=1))
    order = np.argsort(-found[0])
    np.testing.assert_allclose(found[:, order], simple, atol=1e-7)


def test_factor_weights_of_two_independent_pairs() -> None:
    random = np.random.default_rng(3)
    base = random.normal(size=(500, 2))
    pairs = np.repeat(base, 2, axis=1) + 0.3 * random.normal(size=(500, 4))
    found = factors(pairs)
    assert found.loadings.shape[1] == 2
    np.testing.assert_allclose(found.weights, 0.25, atol=0.02)


def test_consistent_judgements_give_back_their_weights() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    found = hierarchy(weights[:, None] / weights[None, :])
    np.testing.assert_allclose(found.weights, weights, atol=1e-12)
    assert found.consistency_ratio == pytest.approx(0.0, abs=1e-12)


def test_copeland_by_hand() -> None:
    # A beats B and C on two of three, B beats C likewise.
    values = np.array([[3.0, 3.0, 1.0], [2.0, 2.0, 3.0], [1.0, 1.0, 2.0]])
    np.testing.assert_array_equal(copeland(values, np.full((1, 3), 1 / 3)), [1.0, 0.5, 0.0])
    circle = np.array([[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(copeland(circle, np.full((1, 3), 1 / 3)), [0.5, 0.5, 0.5])
    # All weight on the first criterion: a dictator decides.
    np.testing.assert_array_equal(copeland(circle, np.array([[1.0, 0, 0]])), [1.0, 0.5, 0.0])


def test_weights_of_what_is_missing_go_to_the_rest_of_its_pillar() -> None:
    values = np.array([[0.2, NAN, 0.8], [0.2, 0.6, 0.8]])
    weights = np.array([[0.25, 0.25, 0.5]])
    member = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = composite(values, weights, member, "arithmetic", "arithmetic")
    np.testing.assert_allclose(found, [0.5 * 0.2 + 0.5 * 0.8, 0.25 * 0.2 + 0.25 * 0.6 + 0.4])
    geometric = composite(values, weights, member, "geometric", "geometric")
    np.testing.assert_allclose(geometric[0], np.sqrt(0.2 * 0.8))
    np.testing.assert_allclose(geometric[1], np.sqrt(np.sqrt(0.2 * 0.6) * 0.8))
    np.testing.assert_allclose(together(values, weights, "arithmetic")[0], (0.05 + 0.4) / 0.75)


def test_the_shares_of_a_known_function_agree_with_theory_and_scipy() -> None:
    # Ishigami & Homma (1990), the standard case: a = 7, b = 0.1.
    def ishigami(x: np.ndarray) -> np.ndarray:
        return np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])

    span = stats.uniform(-np.pi, 2 * np.pi)
    other = stats.sobol_indices(
        func=ishigami, n=4096, dists=[span] * 3, rng=np.random.default_rng(1)
    )
    cube = stats.qmc.Sobol(6, rng=np.random.default_rng(1)).random(4096) * 2 * np.pi - np.pi
    a, b = cube[:, :3], cube[:, 3:]
    mixed = [np.where(np.arange(3) == at, b, a) for at in range(3)]
    parts = partial_variances(
        ishigami(a.T)[:, None],
        ishigami(b.T)[:, None],
        np.stack([ishigami(m.T)[:, None] for m in mixed]),
    )
    first, total, variance = (part.mean(axis=-2)[..., 0] for part in parts)
    np.testing.assert_allclose(first / variance, [0.3139, 0.4424, 0.0], atol=0.02)
    np.testing.assert_allclose(total / variance, [0.5576, 0.4424, 0.2437], atol=0.02)
    np.testing.assert_allclose(first / variance, other.first_order, atol=0.03)
    np.testing.assert_allclose(total / variance, other.total_order, atol=0.03)


def test_intervals_and_shares_of_ranks() -> None:
    ranks = np.array([[1.0, 2.0, 3.0]] * 18 + [[2.0, 1.0, 3.0]] * 1 + [[1.5, 1.5, 3.0]])
    found = Ranks(ranks)
    low, high = found.interval()
    np.testing.assert_array_equal(low, [1, 1, 3])
    np.testing.assert_array_equal(high, [2, 2, 3])
    np.testing.assert_allclose(found.shares()[0], [18.5 / 20, 1.5 / 20, 0])
    np.testing.assert_allclose(found.shares().sum(axis=1), 1.0)
    np.testing.assert_allclose(found.above()[0, 1:], [18.5 / 20, 1.0])
    np.testing.assert_allclose(found.above()[1, 0], 1.5 / 20)


def test_drives_add_up_to_the_distance_from_the_median_economy() -> None:
    values = np.random.default_rng(2).random((7, 3))
    found = index(table(values), flat(3), draws=0).sortby("economy")
    middle = np.median(found["normalised"].values, axis=0) @ found["weight"].values[0]
    np.testing.assert_allclose(found["drive"].sum("indicator"), found["score"] - middle)


def test_the_newest_value_that_may_stand_is_taken() -> None:
    years = [2015, 2016, 2017, 2018]
    values = np.full((3, 2, 4), NAN)
    values[:, 0] = [[1, 2, NAN, NAN], [5, 6, 7, 8], [3, 3, 3, 3]]
    values[:, 1] = [[1, 1, 1, 1], [4, NAN, NAN, NAN], [2, 2, 2, 2]]
    whole = (
        table(np.zeros((3, 2))).expand_dims(year=years).transpose("economy", "indicator", "year")
    )
    whole = whole.copy(data=values)
    columns = [indicator("x0", carry=2), indicator("x1", carry=1)]
    whole_spec = spec({"all": columns}, missing="mean", coverage={"overall": 0.5})
    found = index(whole, whole_spec, year=2018, draws=0)
    found = found.sortby("economy")
    np.testing.assert_array_equal(found["value"][0], [2, 1])
    np.testing.assert_array_equal(found["observed_year"][0], [2016, 2018])
    # Three years old, and only one may pass: the value is filled and said to be.
    assert np.isnan(found["value"][1, 1])
    assert found["imputed"][1, 1]
    assert found["used"][1, 1] == 1.5
    past = history(whole, whole_spec, [2015, 2016], draws=50)
    assert past["score"].dims == ("economy", "year")
    assert past["score"].sel(economy="E1", year=2015) == 1.0
    assert past["dispersion"].dims == ("year",)


def test_an_answer_holds_what_it_promises() -> None:
    values, chosen = strength(economies=10)
    found = index(values, chosen, draws=200, base=16, seed=5)
    again = index(values, chosen, draws=200, base=16, seed=5)
    assert found.identical(again)
    assert (found["rank_low"] <= found["rank_median"]).all()
    assert (found["rank_median"] <= found["rank_high"]).all()
    assert (np.diff(found["rank_median"]) >= 0).all()
    assert (np.diff(found["rung"]) >= 0).all()
    np.testing.assert_allclose(found["rank_share"].sum("place"), 1.0)
    above = found["above"].sel(other=found["economy"].values).values
    off = ~np.eye(10, dtype=bool)
    np.testing.assert_allclose((above + above.T)[off], 1.0)
    assert found["coverage"].sizes == {"candidate": 10}
    missing = np.isnan(values.sel(economy=found["economy"].values).values)
    np.testing.assert_array_equal(found["imputed"], missing)
