"""Hours of a plan: what a cut keeps, what it weighs, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
import pypsa
import pytest

from tests.support.plan_networks import CHIP, one_bus, serving, site
from tradewind.capacity import Units, plan
from tradewind.capacity.duration import Windows, distribution, duration_error, features
from tradewind.capacity.hours import carried, choose_weeks, cluster_hours, every, full_year
from tradewind.capacity.library import new_network
from tradewind.errors import InputError


def changing(load: np.ndarray, wind: np.ndarray) -> pypsa.Network:
    network = new_network()
    network.set_snapshots(pd.date_range("2020-01-01", periods=len(load), freq="h"))
    network.add("Bus", "A")
    network.add("Load", "A", bus="A", p_set=load)
    network.add("Generator", "A wind", bus="A", carrier="wind", p_nom=2.0, p_max_pu=wind)
    network.add("Generator", "A gas", bus="A", carrier="gas", p_nom=20.0, marginal_cost=0.05)
    return network


def noisy(days: int = 84, seed: int = 1) -> pypsa.Network:
    rng = np.random.default_rng(seed)
    hour = np.arange(24 * days)
    load = 5.0 + np.cos(hour / 24 * 2 * np.pi) + np.cos(hour / len(hour) * 2 * np.pi)
    level = np.repeat(rng.uniform(0.1, 0.8, days), 24)
    return changing(load + 0.1 * rng.normal(size=len(hour)), level)


def of_kinds(order: list[int], length: int, seed: int = 2) -> pypsa.Network:
    """A year of a few kinds of periods, each kind always the same."""
    rng = np.random.default_rng(seed)
    kinds = max(order) + 1
    load, wind = rng.uniform(1.0, 3.0, (kinds, length)), rng.uniform(0.0, 1.0, (kinds, length))
    return changing(np.concatenate(load[order]), np.concatenate(wind[order]))


WAYS: dict[str, Callable[[pypsa.Network], pypsa.Network]] = {
    "full": full_year,
    "every": partial(every, hours=3),
    "weeks": partial(choose_weeks, weeks=2),
    "days": partial(cluster_hours, clusters=4),
}


@pytest.mark.parametrize("way", WAYS)
def test_weights_sum_to_a_year_and_periods_are_whole(way: str) -> None:
    network = noisy()
    cut = WAYS[way](network)
    periods = np.array(cut.meta["tradewind"]["periods"])
    assert cut.snapshot_weightings["objective"].sum() == pytest.approx(8760.0, rel=1e-12)
    assert (cut.snapshot_weightings["generators"] == cut.snapshot_weightings["objective"]).all()
    assert (cut.snapshot_weightings["stores"] == (3.0 if way == "every" else 1.0)).all()
    length = {"full": 2016, "every": 672, "weeks": 168, "days": 24}[way]
    _, counts = np.unique(periods, return_counts=True)
    assert (counts == length).all()
    assert (np.diff(periods) >= 0).all()
    assert len(network.snapshots) == 2016, "the given network stays as it is"


@pytest.mark.parametrize("way", WAYS)
def test_a_series_follows_the_network(way: str) -> None:
    network = noisy()
    series = network.loads_t["p_set"]["A"].copy()
    cut = WAYS[way](network)
    own = cut.loads_t["p_set"]["A"]
    pd.testing.assert_series_equal(carried(cut, series), own, check_names=False, rtol=1e-14)


def test_every_three_hours_is_the_mean_of_three() -> None:
    network = noisy()
    cut = every(network, 3)
    expected = network.generators_t["p_max_pu"]["A wind"].to_numpy().reshape(-1, 3).mean(axis=1)
    np.testing.assert_allclose(cut.generators_t["p_max_pu"]["A wind"], expected, rtol=1e-15)
    highest, left = network.loads_t["p_set"]["A"].max(), cut.loads_t["p_set"]["A"].max()
    assert cut.meta["tradewind"]["hours"]["peak_missed"] == pytest.approx(1.0 - left / highest)


def test_a_year_of_two_kinds_of_weeks_is_reproduced_exactly() -> None:
    order = [0, 1, 1, 1] * 3
    network = of_kinds(order, 168)
    cut = choose_weeks(network, 2)
    first = np.array(cut.meta["tradewind"]["hours"]["first"])[::168] // 168
    weight = cut.snapshot_weightings["objective"].to_numpy()[::168] * 168 / 8760.0
    by_kind = {order[week]: share for week, share in zip(first, weight, strict=True)}
    assert by_kind == pytest.approx({0: 0.25, 1: 0.75}, rel=1e-6)
    assert max(cut.meta["tradewind"]["hours"]["duration_rmse"].values()) < 1e-3


def test_the_weeks_chosen_are_the_best_pair() -> None:
    """Against the closed form of two weights on every pair, the functions by sorting."""
    network = noisy()
    given = features(network)
    windows = Windows.of(given, 168)
    chosen, weight, error = windows.best(2)
    least = {}
    for pair in combinations(range(len(windows.own)), 2):
        a, b = windows.own[list(pair)]
        share = np.clip((windows.year - b) @ (a - b) / ((a - b) @ (a - b)), 1 / 12, 11 / 12)
        gap = share * a + (1 - share) * b - windows.year
        missed = windows.missed[list(pair)].min(axis=0)
        least[pair] = gap @ gap + 0.005 * missed @ missed
    assert chosen == min(least, key=lambda pair: least[pair])
    assert error == pytest.approx(least[chosen], rel=1e-6)
    assert weight.sum() == pytest.approx(1.0, rel=1e-12)
    assert weight.min() >= 1 / 12 - 1e-12


def test_exchange_finds_what_all_sets_would() -> None:
    windows = Windows.of(features(noisy(56, seed=4)), 168)
    every_set = min(combinations(range(8), 3), key=lambda c: windows.weights(c)[1])
    found = windows._exchanged(3)
    assert windows.weights(found)[1] <= 1.2 * windows.weights(every_set)[1]


def test_distribution_counts_hours_at_or_below() -> None:
    values = np.linspace(0.0, 1.0, 101)[:, None]
    expected = [np.mean(values <= (k + 0.5) / 50) for k in range(50)]
    np.testing.assert_allclose(distribution(values)[0], expected, rtol=1e-14)


def test_duration_error_of_a_shifted_choice() -> None:
    """Hours all a tenth of the range too high: the curves are a tenth apart."""
    network = changing(np.tile([1.0, 2.0], 504), np.tile([0.2, 0.2 + 1e-9], 504))
    given = features(network)
    column = given.names.index("load")
    positions, weight = np.array([[0], [1]]), np.array([0.4, 0.6])
    # A tenth of the ranks stands one whole range too high.
    assert duration_error(given, positions, weight)[column] == pytest.approx(0.1**0.5, rel=1e-3)


def test_typical_days_hold_the_peak_and_cost_what_the_year_costs() -> None:
    rng = np.random.default_rng(5)
    network = of_kinds(list(rng.permutation([0] * 4 + [1] * 8 + [2] * 16)), 24)
    data = plan(
        network,
        [site()],
        [CHIP],
        [serving()],
        units=Units.own(),
        hours=partial(cluster_hours, clusters=3),
        paired=("hours",),
    ).dataset
    assert data.sizes["hour"] == 72
    assert data.attrs["hours_objective_error"] == pytest.approx(0.0, abs=1e-6)
    peak = float(network.loads_t["p_set"].max().iloc[0])
    assert float(data["load"].max()) == pytest.approx(peak, rel=1e-12)
    assert data.attrs["hours_peak_missed"] == 0.0
    errors = json.loads(data.attrs["hours_duration_rmse"])
    assert set(errors) == {"load", "wind", "left"}
    assert max(errors.values()) < 1e-3


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda: choose_weeks(noisy(), 13), "more periods"),
        (lambda: every(noisy(), 5), "whole number of steps"),
        (lambda: full_year(every(noisy(), 3)), "cut already"),
        (lambda: choose_weeks(one_bus(336), 1), "nothing in the network changes"),
        (lambda: carried(full_year(noisy()), pd.Series([1.0, 2.0])), "other hours"),
        (
            lambda: carried(full_year(noisy(1)), pd.Series(range(24), range(24), dtype=float)),
            "other dates",
        ),
    ],
)
def test_what_cannot_be_cut_is_refused(refused: Callable[[], object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        refused()


def test_a_missing_hour_is_named() -> None:
    network = noisy(2)
    network.set_snapshots(network.snapshots.delete(5))
    with pytest.raises(InputError, match="one hour apart") as refusal:
        full_year(network)
    assert "2020-01-01 04:00" in str(refusal.value)
