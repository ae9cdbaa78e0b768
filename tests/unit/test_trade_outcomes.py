"""Outcomes that the identities do not reach: relocation and displaced labour."""

from __future__ import annotations

import numpy as np
import pytest

from tests.identities.economies import Case, shock, world
from tradewind.trade import Equilibrium


@pytest.fixture(scope="module")
def found() -> Equilibrium:
    case = Case(
        seed=5,
        economies=4,
        sectors=3,
        labour="mobile",
        closure="fixed",
        sigma_value_added=1.0,
        sigma_inputs=1.0,
        sigma_final=1.0,
    )
    rng = case.rng()
    baseline = world(case, rng)
    return case.solve(baseline, shock(case, rng, baseline, ban_fraction=0.0))


def test_relocation_is_the_change_of_the_share_of_world_output(found: Equilibrium) -> None:
    """In quantities: the value of output deflated by what a unit costs to make."""
    before, after = found.baseline.table.output, found.output.values / found.cost_hat.values
    moved = 0.0
    for i, j in np.ndindex(before.shape):
        expected = after[i, j] / after[:, j].sum() - before[i, j] / before[:, j].sum()
        assert found.relocation.values[i, j] == pytest.approx(expected, abs=1e-14)
        moved = max(moved, abs(expected))
    assert moved > 1e-3
    assert np.abs(found.relocation.sum("economy")).max() < 1e-14


def test_labour_displaced_is_half_of_all_moves(found: Equilibrium) -> None:
    table = found.baseline.table
    workers = table.value_added_share * table.output
    employed = np.nan_to_num(found.employment_hat.values) * workers
    for i in range(len(workers)):
        joined = np.maximum(employed[i] - workers[i], 0.0).sum() / workers[i].sum()
        left = np.maximum(workers[i] - employed[i], 0.0).sum() / workers[i].sum()
        assert joined == pytest.approx(left, rel=1e-9)
        assert found.labour_displaced.values[i] == pytest.approx(joined, rel=1e-9)
    assert found.labour_displaced.values.max() > 1e-3
