"""From numbers to verdicts: the design of members, sides, shares, and what a verdict hinges on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from tests.support.claims import toy
from tradewind.claims.reading import from_mapping
from tradewind.claims.sample import NULLS, design, latin_hypercube
from tradewind.claims.statement import Claim, Side
from tradewind.claims.verdict import by_construction, hinges, noise, side, spearman, verdict

SIDES = st.sampled_from(["for", "against", "part"])


@pytest.fixture(scope="module")
def claim() -> Claim:
    return from_mapping(toy())


@pytest.mark.parametrize(
    ("output", "compute", "expected"),
    [
        (-5.0, 25.0, "for"),
        (-4.999, 25.0, "part"),
        (-2.5, 25.0, "part"),
        (-2.499, 25.0, "against"),
        (-5.0, 24.999, "part"),
        (3.0, 99.0, "against"),
    ],
)
def test_sides(claim: Claim, output: float, compute: float, expected: Side) -> None:
    assert side(claim, {"output_change": output, "compute_moved": compute}) == expected


def test_without_a_threshold_of_its_own_the_headline_alone_contradicts() -> None:
    first, second = toy()["metrics"]
    del first["contradicts"]
    claim = from_mapping(toy() | {"metrics": [first, second]})
    assert side(claim, {"output_change": -4.999, "compute_moved": 30.0}) == "against"
    assert side(claim, {"output_change": -6.0, "compute_moved": 0.0}) == "part"


def test_another_metric_contradicts_where_it_says_so() -> None:
    first, second = toy()["metrics"]
    claim = from_mapping(toy() | {"metrics": [first, second | {"contradicts": "< 5"}]})
    assert side(claim, {"output_change": -6.0, "compute_moved": 4.0}) == "against"


@pytest.mark.parametrize(
    ("yes", "no", "part", "expected"),
    [
        (4, 1, 0, "supported"),
        (52, 12, 0, "supported"),
        (51, 13, 0, "mixed"),
        (51, 0, 13, "mixed"),
        (1, 4, 0, "contradicted"),
        (0, 51, 13, "mixed"),
        (0, 0, 9, "mixed"),
    ],
)
def test_four_fifths_decide(yes: int, no: int, part: int, expected: str) -> None:
    assert verdict(["for"] * yes + ["against"] * no + ["part"] * part) == expected


@settings(max_examples=40)
@given(st.lists(SIDES, min_size=1, max_size=80))
def test_turning_every_side_turns_the_verdict(sides: list[Side]) -> None:
    turn: dict[Side, Side] = {"for": "against", "against": "for", "part": "part"}
    opposite = {"supported": "contradicted", "contradicted": "supported", "mixed": "mixed"}
    assert verdict([turn[one] for one in sides]) == opposite[verdict(sides)]


@settings(max_examples=40)
@given(st.lists(SIDES, min_size=1, max_size=9), st.lists(SIDES, min_size=1, max_size=9))
def test_by_construction_is_when_nobody_differs(members: list[Side], ends: list[Side]) -> None:
    differs = any(one != members[0] for one in [*members, *ends])
    assert by_construction(members, ends) is not differs


@settings(max_examples=15)
@given(st.integers(8, 40), st.integers(0, 2**32 - 1))
def test_members_fill_every_stratum_once(members: int, seed: int) -> None:
    claim = from_mapping(toy())
    drawn = latin_hypercube(claim, members, seed)
    for parameter in claim.parameters:
        values = np.array([values[parameter.name] for values in drawn])
        low, high = parameter.low, parameter.high
        assert values.min() >= low
        assert values.max() <= high
        if parameter.scale == "log":
            values, low, high = np.log(values), np.log(low), np.log(high)
        stratum = np.floor((values - low) / (high - low) * members * (1 - 1e-12))
        assert sorted(stratum.astype(int).tolist()) == list(range(members))


def test_the_same_seed_draws_the_same_whichever_claims_are_run(claim: Claim) -> None:
    first, again = (latin_hypercube(claim, 16, 7) for _ in range(2))
    assert first == again
    assert latin_hypercube(claim, 16, 8) != first
    other = claim.model_copy(update={"id": "another"})
    assert latin_hypercube(other, 16, 7) != first


def test_the_design_holds_centre_ends_and_null_runs(claim: Claim) -> None:
    points = {point.name: point for point in design(claim, 64, 1)}
    count = len(claim.parameters)
    assert len(points) == 1 + 64 + (1 + NULLS) + 2 * (1 + count)
    assert points["central"].values == claim.central()
    assert points["all:low"].values == {p.name: p.low for p in claim.parameters}
    assert points["all:high"].values == {p.name: p.high for p in claim.parameters}
    for parameter in claim.parameters:
        alone = dict(points[f"{parameter.name}:high"].values)
        assert alone.pop(parameter.name) == parameter.high
        assert alone == {k: v for k, v in claim.central().items() if k != parameter.name}
    for place in range(NULLS):
        assert points[f"null-{place:04d}"].kind == "null"
        assert points[f"null-{place:04d}"].values == points[f"member-{place:04d}"].values


def test_a_quick_design_holds_no_ends(claim: Claim) -> None:
    kinds = [point.kind for point in design(claim, 8, 1, ends=False)]
    assert [kinds.count(k) for k in ("central", "member", "null", "end")] == [1, 8, 1, 0]


@settings(max_examples=40)
@given(st.lists(st.integers(-3, 3), min_size=8, max_size=30), st.integers(0, 99))
def test_rank_correlation_is_scipys(values: list[int], seed: int) -> None:
    x = np.array(values, dtype=float)
    y = np.random.default_rng(seed).permutation(x) ** 2
    if np.ptp(x) == 0.0 or np.ptp(y) == 0.0:
        assert np.isnan(spearman(x, y))
    else:
        assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)


def test_noise_is_what_independent_numbers_reach_one_time_in_twenty() -> None:
    rng = np.random.default_rng(5)
    found = [abs(spearman(rng.random(64), rng.random(64))) > noise(64) for _ in range(500)]
    assert 0.02 < np.mean(found) < 0.08


def test_what_turns_the_verdict_ranks_above_what_only_moves_it(claim: Claim) -> None:
    rng = np.random.default_rng(1)
    values = rng.random((40, 3))
    headline = 5.0 * values[:, 2] - values[:, 1]
    ends: dict[str, Side] = {
        "power_share:low": "for",
        "power_share:high": "part",
        "trade_elasticity:low": "for",
        "growth:high": "for",
    }
    found = hinges(claim, values, headline, "for", ends)
    assert [hinge.parameter for hinge in found] == ["power_share", "growth", "trade_elasticity"]
    assert [hinge.turned for hinge in found] == [("high",), (), ()]
    assert found[1].correlation > 0.9
    still = hinges(claim, values, np.ones(40), "for", {})
    assert all(np.isnan(hinge.correlation) for hinge in still)
