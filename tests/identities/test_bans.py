"""A ban is the limit of a rising iceberg cost."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from tests.identities.economies import Case, cases, examples, plain_shock, world
from tradewind.trade import Baseline, Equilibrium, Shock

# d̂^(−θ): what is left of a link's trade at unchanged prices.
OPENNESS = (1e-2, 1e-4, 1e-6, 1e-8, 1e-10)


def gaps(
    case: Case, baseline: Baseline, banned: NDArray[np.bool_], base: Shock, **options: float
) -> tuple[Equilibrium, dict[str, list[float]]]:
    """Distance of every outcome from the ban's, for each openness, and the ban's equilibrium."""
    assert base.iceberg_hat is not None
    iceberg = base.iceberg_hat

    def at(openness: float) -> Equilibrium:
        with np.errstate(divide="ignore"):
            cost = np.float64(openness) ** (-1.0 / baseline.table.elasticity)
        change = replace(base, iceberg_hat=iceberg.copy(data=np.where(banned, cost, iceberg)))
        return case.solve(baseline, change, **options)

    limit = at(0.0)
    world_value_added = baseline.table.value_added.sum()
    found: dict[str, list[float]] = {}
    for openness in OPENNESS:
        near = at(openness)
        for name, scale in (
            ("real_income_hat", 1.0),
            ("wage_hat", 1.0),
            ("trade", world_value_added),
            ("output", world_value_added),
        ):
            gap = np.abs(getattr(near, name).values - getattr(limit, name).values).max() / scale
            found.setdefault(name, []).append(float(gap))
    return limit, found


@examples(10)
@given(case=cases())
def test_ban_is_the_limit_of_iceberg_cost(case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0)
    drawn = plain_shock(rng, case.economies, case.sectors, ban_fraction=0.0, size=0.5)
    foreign = ~np.eye(case.economies, dtype=bool)[:, :, None]
    banned = foreign & (rng.random(baseline.table.share.shape) < 0.25)
    assert (baseline.table.share[banned] > 0.0).any()
    limit, distance = gaps(case, baseline, banned, drawn.labelled(baseline))
    assert np.all(limit.trade.values[banned] == 0.0)
    assert np.all(limit.solution.table.share[banned] == 0.0)
    for name, gap in distance.items():
        assert gap[0] > 1e-6, name
        assert all(near < wide for wide, near in pairwise(gap)), name
        # In the end the distance is proportional to what is left of the links.
        assert gap[-1] == pytest.approx(gap[-2] / 100.0, rel=0.1, abs=1e-11), name
        assert gap[-1] < 1e-6, name


@pytest.mark.parametrize("sigma", [2.5, 3.0])
@examples(4)
@given(case=cases())
def test_good_that_can_be_replaced_may_vanish(sigma: float, case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng, inventory=False, absent_fraction=0.0, elasticity_range=(1.5, 2.5))
    buyer, good = int(rng.integers(case.economies)), int(rng.integers(case.sectors))
    banned = np.zeros(baseline.table.share.shape, dtype=bool)
    banned[buyer, :, good] = True
    nothing = plain_shock(rng, case.economies, case.sectors, ban_fraction=0.0, size=0.0)
    sigmas = dict.fromkeys(("sigma_value_added", "sigma_inputs", "sigma_final"), sigma)
    case = replace(case, labour="mobile")
    limit, distance = gaps(case, baseline, banned, nothing.labelled(baseline), **sigmas)
    assert np.isinf(limit.price_index_hat.values[buyer, good])
    assert limit.solution.table.expenditure[buyer, good] == 0.0
    assert abs(limit.real_income_hat.values[buyer] - 1.0) > 1e-3
    for name, gap in distance.items():
        assert all(near < wide for wide, near in pairwise(gap)), name
        # The good's cost share falls with openness to the power (σ − 1)/θ.
        power = (sigma - 1.0) / baseline.table.elasticity[good]
        assert gap[-1] < 10.0 * OPENNESS[-1] ** min(power, 1.0) + 1e-10, name


@examples(8)
@given(case=cases())
def test_ban_on_a_link_without_trade_changes_nothing(case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0, zero_fraction=0.3)
    unused = baseline.table.share == 0.0
    assert unused.any()
    drawn = plain_shock(rng, case.economies, case.sectors, ban_fraction=0.0).labelled(baseline)
    assert drawn.iceberg_hat is not None
    iceberg = drawn.iceberg_hat.copy(data=np.where(unused, np.inf, drawn.iceberg_hat))
    one = case.solve(baseline, drawn)
    two = case.solve(baseline, replace(drawn, iceberg_hat=iceberg))
    np.testing.assert_allclose(two.real_income_hat, one.real_income_hat, rtol=1e-12)
    np.testing.assert_allclose(two.trade, one.trade, rtol=1e-12)
