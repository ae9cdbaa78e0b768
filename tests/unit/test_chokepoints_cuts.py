"""Which links a cut takes away, and what C1 to C4 say where the answer is known in closed form."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from tests.identities.economies import LINK, dataset, label, plain_world
from tests.support.baseline import random_baseline
from tradewind.chokepoints.analysis import Analysis
from tradewind.chokepoints.cuts import EVERY, KINDS, Cut, Kind, cuts_of
from tradewind.chokepoints.equations import (
    log_price_rise,
    loss_of,
    predicted_log_change,
    rank_correlation,
    replacement_weights,
)
from tradewind.chokepoints.setting import Setting
from tradewind.trade import Baseline
from tradewind.trade.arrays import Options, Table

CELL = ("economy", "sector")


@cache
def table() -> Table:
    """Four economies and three goods, some links without trade."""
    rng = np.random.default_rng(7)
    found = random_baseline(rng, 4, 3, zero_fraction=0.3, absent_fraction=0.1)
    return Baseline(dataset(found)).table


def test_the_table_lacks_some_trade() -> None:
    assert 0 < (table().flow == 0.0).sum() < table().flow.size / 2


def by_hand(table: Table, cut: Cut) -> set[tuple[int, int, int]]:
    """The links of a cut, one after another from its definition."""
    economies, sectors = table.expenditure.shape
    return {
        (n, i, j)
        for n in range(economies)
        for i in range(economies)
        for j in range(sectors)
        if table.flow[n, i, j] > 0.0
        and i == cut.supplier
        and n != i
        and (cut.kind == "sector" or n == cut.economy)
        and cut.sector in (EVERY, j)
    }


@pytest.mark.parametrize("economy", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_takes_the_links_with_trade_that_it_names(kind: Kind, economy: int) -> None:
    world = table()
    cuts = cuts_of(world, economy, kind)
    sectors = [EVERY] if kind == "supplier" else list(range(3))
    every = [Cut(kind, economy, i, j) for i in range(4) for j in sectors if i != economy]
    # Exactly those that take something away, each once, in the order of the table.
    assert cuts == [cut for cut in every if by_hand(world, cut)]
    for cut in cuts:
        n, i, j = cut.links(world)
        assert set(zip(n.tolist(), i.tolist(), j.tolist(), strict=True)) == by_hand(world, cut)
        assert n.size == len(by_hand(world, cut))
        assert (n != i).all()


def test_a_share_of_a_good_that_nobody_buys_is_no_trade() -> None:
    share = np.full((3, 3, 1), 1.0 / 3.0)
    spent = np.array([[1.0], [0.0], [2.0]])
    nothing = np.zeros((3, 3, 1))
    world = Table(
        share=share,
        expenditure=spent,
        value_added_share=np.ones((3, 1)),
        input_share=np.zeros((3, 1, 1)),
        final_share=np.ones((3, 1)),
        tariff=nothing,
        export_tax=nothing,
        elasticity=np.array([4.0]),
        value_added=np.ones(3),
        deficit=np.array([0.0, -1.0, 1.0]),
        inventory=np.zeros((3, 1)),
    )
    assert cuts_of(world, 1, "link") == cuts_of(world, 1, "supplier") == []
    n, i, j = Cut("sector", 1, 0, 0).links(world)
    assert (n.tolist(), i.tolist(), j.tolist()) == ([2], [0], [0])


# C1


def test_the_price_rises_as_the_price_index_without_the_supplier_says() -> None:
    share, theta = np.array([0.0, 0.02, 0.3, 0.9, 1.0 - 1e-9]), np.full(5, 2.5)
    # P̂ = (Σ π_i)^(−1/θ) over those who are left, at unchanged costs.
    index = (1.0 - share) ** (-1.0 / theta)
    np.testing.assert_allclose(np.exp(log_price_rise(share, theta)), index, rtol=1e-7)


def test_the_ends_of_the_price_rise() -> None:
    theta = np.array([2.0])
    assert log_price_rise(np.array([0.0]), theta) == 0.0
    tiny = np.array([1e-300, 1e-20, 1e-12])
    np.testing.assert_allclose(log_price_rise(tiny, theta), tiny / 2.0, rtol=1e-11)
    assert log_price_rise(np.array([1.0]), theta) == np.inf
    # Rounding may carry the share of an only supplier past one.
    assert log_price_rise(np.array([1.0 + 1e-15]), theta) == np.inf


# C2


def test_the_prediction_is_the_gradient_for_a_small_supplier_and_endless_for_an_only_one() -> None:
    theta = np.array([3.0, 3.0, 3.0, 3.0, 3.0])
    share = np.array([1e-9, 0.5, 1.0, 1.0, 0.0])
    gradient = np.array([-1e-9, -0.4, -0.2, 0.1, 0.0])
    found = predicted_log_change(gradient, share, theta)
    assert found[0] == pytest.approx(-1e-9 / 3.0, rel=1e-8)
    assert found[1] == pytest.approx(-0.4 * np.log(2.0) / (3.0 * 0.5), rel=1e-14)
    assert found[2:].tolist() == [-np.inf, np.inf, 0.0]


def test_an_only_supplier_whose_price_does_not_matter_has_no_effect() -> None:
    found = predicted_log_change(np.zeros(2), np.array([1.0, 0.4]), np.array([3.0, 3.0]))
    assert found.tolist() == [0.0, 0.0]


def test_without_inputs_the_prediction_holds_costs_and_is_the_autarky_formula() -> None:
    """One good, no inputs, given costs: ln W falls by the rise of the price index alone."""
    share, theta = np.array([0.35]), np.array([4.2])
    # d ln W / d ln d = −π where income is given, the envelope theorem.
    found = predicted_log_change(-share, share, theta)
    assert found == pytest.approx(np.log(1.0 - share) / theta, rel=1e-14)


def one_good(home: float) -> Setting:
    """Two equal economies, one good made by labour alone; balanced and symmetric."""
    share = np.array([[[home], [1.0 - home]], [[1.0 - home], [home]]])
    data = xr.Dataset(
        {
            "expenditure_share": (LINK, share),
            "expenditure": (("importer", "sector"), np.ones((2, 1))),
            "value_added_share": (CELL, np.ones((2, 1))),
            "input_share": (("economy", "input_sector", "sector"), np.zeros((2, 1, 1))),
            "final_share": (CELL, np.ones((2, 1))),
            "tariff": (LINK, np.zeros((2, 2, 1))),
            "trade_elasticity": (("sector",), np.array([5.0])),
            "value_added": (("economy",), np.ones(2)),
            "deficit": (("economy",), np.zeros(2)),
        },
        {
            **{dim: ["E0", "E1"] for dim in ("economy", "importer", "exporter")},
            **{dim: ["S0"] for dim in ("sector", "input_sector")},
        },
    )
    return Setting(Baseline(data), Options(tolerance=1e-13), np.inf)


@pytest.mark.parametrize("home", [0.3, 0.8, 0.99])
def test_losing_the_only_partner_costs_what_arkolakis_et_al_say(home: float) -> None:
    """Autarky: Ŵ = π_home^(1/θ), (Arkolakis, Costinot & Rodríguez-Clare 2012, eq. 12)."""
    setting = one_good(home)
    # Both directions of trade end: with one alone E0 could not pay.
    both = tuple(np.array(axis) for axis in ([0, 1], [1, 0], [0, 0]))
    found = setting.engine().cut((both[0], both[1], both[2])).real_income_hat
    np.testing.assert_allclose(found, home ** (1.0 / 5.0), rtol=1e-11)
    # The gradient knows of the terms of trade; by the price of imports alone it is −π.
    slope = Analysis(setting, 0).slope[0, 1, 0]
    theta, lost = 5.0, 1.0 - home
    # Log-linearised by hand: ln ŵ_0 − ln ŵ_1 = −x (of a cost x on E1 → E0) from
    # trade balance, d ln W_0 = −lost (x − (ln ŵ_0 − ln ŵ_1)).
    wage = -lost_wage(home, theta)
    assert slope == pytest.approx(-lost * (1.0 - wage), rel=1e-9)


def lost_wage(home: float, theta: float) -> float:
    """−d (ln w_0 − ln w_1) / d ln d_01 from balanced trade of two equal economies.

    X_01 = X_10 with shares s of imports: the imports of 0 change by
    −θ·home·(x − ω) + ln ŵ_0, those of 1 by −θ·home·ω + ln ŵ_1, with ω = ln ŵ_0 − ln ŵ_1.
    """
    return -theta * home / (2.0 * theta * home + 1.0)


def small_supplier(share: float) -> tuple[float, float]:
    """Predicted and exact log change when a supplier with this share of E0's spending goes."""
    rng = np.random.default_rng(11)
    weight = rng.uniform(0.5, 1.5, (3, 3, 2)) + 3.0 * np.eye(3)[:, :, None]
    weight[0, 1, 0] = 0.0
    weight[0, 1, 0] = share / (1.0 - share) * weight[0, :, 0].sum()
    plain = plain_world(
        np.random.default_rng(5), 3, 2, absent_fraction=0.0, input_zero_fraction=0.0
    )
    flow = 100.0 * weight
    baseline = Baseline.from_flows(
        label(flow, LINK, plain),
        label(plain.input_share, ("economy", "input_sector", "sector"), plain),
        label(plain.value_added_share, CELL, plain),
        label(np.array([2.0, 3.5]), ("sector",), plain),
    )
    options = Options("fixed", "mobile", 0.7, 0.6, 0.8, 1e-14)
    setting = Setting(baseline, options, np.inf)
    cut = Cut("link", 0, 1, 0)
    analysis, engine = Analysis(setting, 0), setting.engine()
    exact = engine.cut(cut.links(baseline.table)).real_income_hat[0]
    return float(analysis.predicted[0, 1, 0]), float(np.log(exact))


def test_the_prediction_is_right_to_first_order_and_misses_by_the_second() -> None:
    shares = (1e-2, 1e-3, 1e-4)
    misses = []
    for share in shares:
        predicted, exact = small_supplier(share)
        assert exact < 0.0
        misses.append(abs(predicted / exact - 1.0))
    assert misses[0] < 0.03
    # The relative miss falls with the share itself: the rest is of second order.
    for wide, near in pairwise(misses):
        assert near == pytest.approx(wide / 10.0, rel=0.1)


# C3


def test_a_loss_is_the_equivalent_variation() -> None:
    change = np.array([0.0, -1e-12, np.log(0.8), np.log(1.1), -np.inf])
    found = loss_of(change, 50.0)
    np.testing.assert_allclose(found, [0.0, 5e-11, 10.0, -5.0, 50.0], rtol=1e-12)
    assert np.isnan(loss_of(np.array([np.nan]), 50.0)).all()


# C4


def test_the_next_best_are_weighted_by_what_is_bought_of_the_one_that_goes() -> None:
    share = np.array([[0.5, 0.1], [0.2, 0.3], [0.3, 0.6]])
    found = replacement_weights(share, np.array([30.0, 10.0]), 1)
    np.testing.assert_allclose(found, [0.75 * 0.5 + 0.25 * 0.1, 0.0, 0.75 * 0.3 + 0.25 * 0.6])
    one = replacement_weights(share, np.array([0.0, 1.0]), 0)
    np.testing.assert_allclose(one, [0.0, 0.3, 0.6])
    assert replacement_weights(share, np.zeros(2), 1).tolist() == [0.0, 0.0, 0.0]
    assert share[1].tolist() == [0.2, 0.3]


# Rank correlation


def ranks(values: np.ndarray) -> np.ndarray:
    """Mean ranks, ties sharing theirs, by counting."""
    return np.array([(values < v).sum() + ((values == v).sum() + 1) / 2 for v in values])


def test_rank_correlation_is_spearman_s_with_ties() -> None:
    rng = np.random.default_rng(1)
    for size in (3, 4, 10, 60):
        first = rng.integers(0, max(3, size // 2), size).astype(float)
        first[:2] = 0.0, 5.0
        second = first + rng.normal(0.0, 2.0, size).round()
        second[-1] += 0.5
        by_hand = np.corrcoef(ranks(first), ranks(second))[0, 1]
        assert rank_correlation(first, second) == pytest.approx(by_hand, abs=1e-12)
        assert rank_correlation(first, second) == stats.spearmanr(first, second).statistic
    up = np.arange(5.0)
    assert rank_correlation(up, up**3) == pytest.approx(1.0)
    assert rank_correlation(up, -up) == pytest.approx(-1.0)
    # An endless prediction is only the last in rank.
    assert rank_correlation(np.append(-up, -np.inf), np.append(-up, -9.0)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([], []),
        ([1.0, 2.0], [2.0, 1.0]),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]),
        ([1.0, 2.0, 3.0], [4.0, 4.0, 4.0]),
        ([1.0, 2.0, np.nan], [1.0, 2.0, 3.0]),
        ([-np.inf, -np.inf, -np.inf], [1.0, 2.0, 3.0]),
    ],
    ids=["none", "two", "all alike", "others alike", "nan", "endless"],
)
def test_there_is_no_rank_correlation_without_order(
    first: list[float], second: list[float]
) -> None:
    assert np.isnan(rank_correlation(np.array(first), np.array(second)))
