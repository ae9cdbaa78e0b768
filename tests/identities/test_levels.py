"""A second solver, written in levels by another hand, gives the same counterfactuals."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from tests.identities.economies import TIGHT, PlainShock, dataset, plain_shock, plain_world
from tests.support import levels
from tests.support.baseline import Baseline as PlainBaseline
from tests.support.baseline import FloatArray
from tests.support.levels_system import Labour as LevelsLabour
from tradewind.errors import InfeasibleError, NoEquilibriumError
from tradewind.trade import Baseline, Closure, Equilibrium, Labour, solve

CASES = 42
AGREE = 1e-8
# Exactly one, or where the levels' naive power keeps its digits.
SIGMAS = (0.2, 0.5, 0.9, 1.0, 1.0, 1.2, 2.0, 3.0)


def same(found: FloatArray, expected: FloatArray, what: str, scale: float = 0.0) -> None:
    """Element by element to 1e-8 of itself, zero to 1e-14 of the scale."""
    np.testing.assert_allclose(found, expected, rtol=AGREE, atol=1e-14 * scale, err_msg=what)


def compare(found: Equilibrium, other: levels.Solution) -> None:
    """Wages, prices, flows, output, real income and what they are made of."""
    table = found.baseline.table
    paid = table.value_added_share * table.output > 0.0
    world = float(table.value_added.sum())
    same(found.value_added_price_hat.values[paid], other.wage_hat[paid], "value-added price")
    # What nobody buys has no price of its own in the package.
    bought = other.expenditure > 0.0
    same(found.price_index_hat.values[bought], other.price_index_hat[bought], "price")
    same(found.trade.values, other.trade_flow, "trade", world)
    same(found.output.values, other.output, "output", world)
    same(found.real_income_hat.values, other.real_income_hat, "real income")
    same(found.income.values, other.income, "income")
    same(found.tariff_revenue.values, other.tariff_revenue, "tariff revenue", world)
    same(found.export_tax_revenue.values, other.export_tax_revenue, "export-tax revenue", world)
    same(found.solution.table.deficit, other.deficit, "deficit", world)
    same(found.solution.final_price_hat, other.final_price_hat, "final price")
    shares = found.solution.table
    made = other.output > 1e-9 * world
    same(shares.value_added_share[made], other.value_added_share[made], "value-added share")
    same(shares.final_share, other.final_share, "final share", 1.0)


def shock_in_levels(plain: PlainShock, closure: Closure) -> levels.Shock:
    """The same change for the other solver."""
    return levels.Shock(
        tariff=plain.tariff,
        export_tax=plain.export_tax,
        iceberg_hat=plain.iceberg_hat,
        productivity_hat=plain.productivity_hat,
        productivity_kind=plain.productivity_kind,
        input_requirement_hat=plain.input_requirement_hat,
        closure=closure,
    )


def draw(seed: int) -> tuple[PlainBaseline, PlainShock, Closure, Labour, tuple[float, ...]]:
    """Sizes from 3 × 3 to 8 × 6; every closure meets both labour markets."""
    rng = np.random.default_rng([2, seed])
    economies, sectors = int(rng.integers(3, 9)), int(rng.integers(3, 7))
    if seed % 12 == 0:
        economies, sectors = 8, 6
    plain = plain_world(rng, economies, sectors, absent_fraction=0.1 * (seed % 2))
    closure, labour = get_args(Closure)[seed % 3], get_args(Labour)[(seed // 3) % 2]
    sigmas = tuple(float(s) for s in rng.choice(SIGMAS, 3))
    return plain, plain_shock(rng, economies, sectors), closure, labour, sigmas


def both(seed: int) -> str:
    """Solve one case twice and compare; say what came of it."""
    plain, change, closure, labour, sigmas = draw(seed)
    market: LevelsLabour = "mobile" if labour == "mobile" else "sector_specific"
    calibrated = levels.calibrate(
        plain, levels.Substitution(*sigmas), market, np.random.default_rng([3, seed])
    )
    baseline = Baseline(dataset(plain))

    def by_hats() -> Equilibrium:
        return solve(
            baseline,
            change.labelled(baseline),
            closure=closure,
            labour=labour,
            sigma_value_added=sigmas[0],
            sigma_inputs=sigmas[1],
            sigma_final=sigmas[2],
            tolerance=TIGHT,
        )

    try:
        other = levels.solve_levels(calibrated, shock_in_levels(change, closure))
    except ValueError as refused:
        if "without work" in str(refused):
            return "levels cannot"
        with pytest.raises(InfeasibleError):
            by_hats()
        return "infeasible"
    except RuntimeError:
        return "levels cannot"
    try:
        found = by_hats()
    except NoEquilibriumError as failure:
        pytest.fail(f"seed {seed}: only the levels solver found the equilibrium: {failure}")
    assert np.abs(found.real_income_hat - 1.0).max() > 1e-3
    compare(found, other)
    return "agree"


def test_hats_and_levels_agree_on_everything() -> None:
    fates = [both(seed) for seed in range(CASES)]
    assert fates.count("agree") >= 40
    assert fates.count("levels cannot") <= CASES // 10
