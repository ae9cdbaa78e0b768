"""Ends of the path where goods and sectors vanish, and solves to a loose tolerance."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tests.identities.economies import Case, shock, world
from tradewind.errors import BaselineError, ShockError
from tradewind.trade import Baseline, Shock, solve
from tradewind.trade.outcomes import outcomes

FLEXIBLE = Case(6, 4, 3, "mobile", "fixed", 1.5, 2.5, 2.5)
LINK = ("importer", "exporter", "sector")


def made() -> Baseline:
    return world(FLEXIBLE, FLEXIBLE.rng(), absent_fraction=0.0, inventory=False)


def banned(baseline: Baseline, importer: slice, exporter: slice, sector: int) -> Shock:
    cost = np.ones(baseline.table.share.shape)
    cost[importer, exporter, sector] = np.inf
    coords = {dim: baseline.coords[dim] for dim in LINK}
    return Shock(iceberg_hat=xr.DataArray(cost, dims=LINK, coords=coords))


@pytest.mark.parametrize("tolerance", [1e-6, 1e-4])
def test_a_loose_solve_is_split_as_well(tolerance: float) -> None:
    baseline = made()
    small = shock(FLEXIBLE, FLEXIBLE.rng(), baseline, ban_fraction=0.0)
    found = solve(baseline, small, tolerance=tolerance)
    missed = found.welfare_decomposition.sel(component="unexplained")
    assert float(np.abs(missed).max()) <= 10 * tolerance


def test_a_good_that_vanishes_leaves_finite_parts() -> None:
    baseline = made()
    lost = banned(baseline, slice(1, 2), slice(None), 2)
    found = solve(baseline, lost, sigma_value_added=1.5, sigma_inputs=2.5, sigma_final=2.5)
    assert np.isinf(found.price_index_hat.values[1, 2])
    parts = outcomes(found)["welfare_decomposition"]
    assert np.isfinite(parts).all()
    assert float(np.abs(parts.sel(component="unexplained")).max()) < 1e-5
    assert float(found.real_income_hat[1]) < 0.95


def test_a_sector_that_loses_all_its_buyers_ends_the_path() -> None:
    baseline = made()
    shut = banned(baseline, slice(None), slice(1, 2), 2)
    found = solve(baseline, shut, labour="specific")
    assert float(found.output[1, 2]) == 0.0
    assert np.isfinite(found.welfare_decomposition).all()


def test_rebased_after_a_loss_nothing_happens_under_other_elasticities() -> None:
    baseline = made()
    lost = banned(baseline, slice(1, 2), slice(None), 2)
    flexible = {"sigma_value_added": 2.0, "sigma_inputs": 2.5, "sigma_final": 2.5}
    after = baseline.rebased(solve(baseline, lost, tolerance=1e-13, **flexible))
    for inputs in (0.5, 1.0, 2.0):
        still = solve(after, Shock(), sigma_value_added=0.5, sigma_inputs=inputs)
        np.testing.assert_allclose(still.real_income_hat, 1.0, rtol=0.0, atol=1e-12)


def test_views_are_copies() -> None:
    baseline = made()
    before = solve(baseline, Shock()).output
    baseline.data["tariff"][:] = 0.9
    baseline.output[:] = 0.0
    found = solve(baseline, Shock())
    found.output[:] = -1.0
    np.testing.assert_array_equal(found.output, before)


def test_rebasing_on_another_table_is_refused() -> None:
    baseline = made()
    names = [f"Z{n}" for n in range(4)]
    renamed = dict.fromkeys(("economy", "importer", "exporter"), names)
    other = Baseline(baseline.data.assign_coords(renamed))
    with pytest.raises(BaselineError, match="another table"):
        baseline.rebased(solve(other, Shock()))


def test_deficits_cannot_be_given_and_zero() -> None:
    baseline = made()
    none = xr.DataArray(np.zeros(4), dims="economy", coords={"economy": baseline.economies})
    with pytest.raises(ShockError, match="deficit"):
        solve(baseline, Shock(deficit=none), closure="balanced")


def test_inputs_of_a_sector_that_uses_none_are_no_need() -> None:
    """A column of input shares may be left over where value added is all of output."""
    economies, sectors = ["E0", "E1"], ["a", "b"]
    flow = np.array([[[8.0, 0.0], [2.0, 0.0]], [[2.0, 0.0], [6.0, 9.0]]])
    inputs = np.full((2, 2, 2), 0.5)
    inputs[0] = [[0.0, 0.0], [1.0, 1.0]]  # E0 would need good b, which nobody sells it
    share = np.array([[1.0, 1.0], [0.6, 0.6]])
    link = {"importer": economies, "exporter": economies, "sector": sectors}
    cell = {"economy": economies, "sector": sectors}
    nest = {"economy": economies, "input_sector": sectors, "sector": sectors}
    table = Baseline.from_flows(
        xr.DataArray(flow, link, tuple(link)),
        xr.DataArray(inputs, nest, tuple(nest)),
        xr.DataArray(share, cell, tuple(cell)),
        xr.DataArray([4.0, 4.0], {"sector": sectors}, ("sector",)),
    )
    for sigma in (0.5, 1.0, 2.0):
        still = solve(table, Shock(), sigma_inputs=sigma, sigma_value_added=sigma)
        np.testing.assert_allclose(still.real_income_hat, 1.0, rtol=0.0, atol=1e-12)
        np.testing.assert_allclose(still.output, table.output, rtol=1e-12)
