"""Each nest is continuous at an elasticity of substitution of one, from both sides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from tests.identities.economies import Case, cases, examples, shock, world
from tradewind.trade import Equilibrium

NESTS = ("sigma_value_added", "sigma_inputs", "sigma_final")


def outcomes(found: Equilibrium) -> dict[str, np.ndarray]:
    """The outcomes that are compared, money relative to the world's."""
    world_value_added = found.baseline.table.value_added.sum()
    return {
        "wage": found.value_added_price_hat.values,
        "price": found.price_index_hat.values,
        "real income": found.real_income_hat.values,
        "real wage": found.real_wage_hat.values,
        "output": found.output.values / world_value_added,
        "trade": found.trade.values / world_value_added,
        "input share": found.solution.table.input_share,
    }


@pytest.mark.parametrize("nest", NESTS)
@examples(8)
@given(case=cases())
def test_both_sides_of_one(nest: str, case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0)
    change = shock(case, rng, baseline)

    def at(sigma: float) -> dict[str, np.ndarray]:
        return outcomes(case.solve(baseline, change, **{nest: sigma}))

    cobb_douglas = at(1.0)
    # At 1e-10 the models themselves differ by less than 1e-9; at 1e-7 their mean does.
    sides = {distance: (at(1.0 - distance), at(1.0 + distance)) for distance in (1e-7, 1e-10)}
    for name, exact in cobb_douglas.items():
        below, above = sides[1e-10]
        for side in (below, above):
            np.testing.assert_allclose(side[name], exact, rtol=1e-9, atol=1e-9, err_msg=name)
        below, above = sides[1e-7]
        middle = 0.5 * (below[name] + above[name])
        np.testing.assert_allclose(middle, exact, rtol=1e-10, atol=1e-10, err_msg=name)
        for side in (below, above):
            np.testing.assert_allclose(side[name], exact, rtol=1e-6, atol=1e-6, err_msg=name)
    # Elasticities further away do change the answer, so the comparison is not empty.
    away = at(1.5)
    assert np.abs(away["real income"] / cobb_douglas["real income"] - 1.0).max() > 1e-6


@examples(5)
@given(case=cases())
def test_slope_at_one_is_the_same_from_both_sides(case: Case) -> None:
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0)
    change = shock(case, rng, baseline)

    def real_income(distance: float) -> np.ndarray:
        sigmas = dict.fromkeys(NESTS, 1.0 + distance)
        return case.solve(baseline, change, **sigmas).real_income_hat.values

    step = 1e-5
    here, below, above = real_income(0.0), real_income(-step), real_income(step)
    left, right = (here - below) / step, (above - here) / step
    assert np.abs(left).max() > 1e-5
    np.testing.assert_allclose(left, right, rtol=1e-3, atol=2e-6)
