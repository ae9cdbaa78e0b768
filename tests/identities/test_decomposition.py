"""Where welfare comes from: exact parts add up, first-order parts miss to second order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given

from tests.identities.economies import (
    Case,
    cases,
    examples,
    label,
    plain_shock,
    shock,
    world,
    world_and_shock,
)
from tests.identities.first_order import PARTS, first_order
from tests.support.baseline import FloatArray
from tradewind.trade import Baseline, Equilibrium, Shock


def small(case: Case, baseline: Baseline, size: float) -> Equilibrium:
    """Solve ``size`` times a fixed random direction: rates and deficits linearly, hats in logs."""
    rng, table = np.random.default_rng(case.seed), baseline.table
    away = plain_shock(rng, case.economies, case.sectors, ban_fraction=0.0)
    moved = replace(
        away,
        tariff=table.tariff + size * (away.tariff - table.tariff),
        export_tax=table.export_tax + size * (away.export_tax - table.export_tax),
        iceberg_hat=away.iceberg_hat**size,
        productivity_hat=away.productivity_hat**size,
        input_requirement_hat=away.input_requirement_hat**size,
    ).labelled(baseline)
    if case.closure == "fixed":
        transfer = 0.1 * rng.standard_normal(case.economies) * table.value_added
        transfer -= table.value_added * transfer.sum() / table.value_added.sum()
        deficit = label(table.deficit + size * transfer, ("economy",), baseline)
        moved = replace(moved, deficit=deficit)
    return case.solve(baseline, moved)


def largest(values: FloatArray) -> float:
    return float(np.abs(values).max())


@examples(20)
@given(case=cases(closures=("fixed", "proportional")))
def test_first_order_sum_is_right_to_second_order(case: Case) -> None:
    baseline = world(case, case.rng(), absent_fraction=0.0)

    def miss(size: float) -> float:
        found = small(case, baseline, size)
        gain = found.real_income_hat.values - 1.0
        assert largest(gain) > 0.05 * size
        return largest(sum(first_order(found).values()) - gain)

    whole, half, quarter = miss(0.02), miss(0.01), miss(0.005)
    assert 3.5 < whole / half < 4.5
    assert 3.5 < half / quarter < 4.5


@examples(8)
@given(case=cases(closures=("fixed", "proportional")))
def test_every_exact_part_has_its_first_order_form(case: Case) -> None:
    baseline = world(case, case.rng(), absent_fraction=0.0)
    gaps: dict[str, list[float]] = {name: [] for name in PARTS}
    for size in (0.02, 0.01):
        found = small(case, baseline, size)
        linear, exact = first_order(found), found.welfare_decomposition
        assert list(exact["component"].values) == [*PARTS, "unexplained"]
        assert largest(exact.sel(component="unexplained").values) < 1e-7
        for name in PARTS:
            gaps[name].append(largest(linear[name] - exact.sel(component=name).values))
            assert name == "transfer" or largest(linear[name]) > 1e-6, name
    for name, (whole, half) in gaps.items():
        assert whole < 0.02, name
        # A part may happen to be linear to within the solver's noise.
        assert whole < 1e-9 or 3.0 < whole / half < 5.0, name


@examples(8)
@given(case=cases())
def test_exact_parts_add_up_with_bans(case: Case) -> None:
    found = case.solve(*world_and_shock(case, case.rng()))
    exact = found.welfare_decomposition
    gain = found.real_income_hat.values - 1.0
    assert largest(gain) > 1e-3
    # What is left over has a name and makes the sum exact; it must be next to nothing.
    assert largest(exact.sel(component="unexplained").values) < 1e-6
    np.testing.assert_allclose(exact.sum("component"), gain, rtol=0.0, atol=1e-12)
    # The first-order sum is far off for shocks of this size, so adding up is no accident.
    if np.isfinite(found.change.iceberg_hat).all():
        assert largest(sum(first_order(found).values()) - gain) > 1e-5
    for name in ("terms_of_trade", "volume_of_trade"):
        partners = getattr(found, f"{name}_by_partner")
        np.testing.assert_allclose(
            partners.sum("partner"), exact.sel(component=name), rtol=0.0, atol=1e-13
        )
        assert np.all(np.diag(partners.values) == 0.0)


def test_exact_parts_of_bans_that_bite_at_the_end_of_their_path() -> None:
    """A tenth of real income depends on the last percent of trade on two banned links."""
    case = Case(1, 3, 4, "mobile", "fixed", 1.0, 1.0, 1.0)
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0)
    banned = shock(case, rng, baseline)
    assert banned.iceberg_hat is not None
    nearly = np.where(
        np.isinf(banned.iceberg_hat), 0.01 ** (-1.0 / baseline.table.elasticity), banned.iceberg_hat
    )
    near = replace(banned, iceberg_hat=banned.iceberg_hat.copy(data=nearly))
    found, before = case.solve(baseline, banned), case.solve(baseline, near)
    assert largest(before.real_income_hat.values / found.real_income_hat.values - 1.0) > 0.05
    unexplained = found.welfare_decomposition.sel(component="unexplained").values
    assert largest(unexplained) < 1e-6


@examples(6)
@given(case=cases(closures=("fixed",)))
def test_parts_that_nothing_moves_are_zero(case: Case) -> None:
    baseline = world(case, case.rng(), inventory=False, export_tax_high=0.0, absent_fraction=0.0)
    tariff = label(1.5 * baseline.table.tariff, ("importer", "exporter", "sector"), baseline)
    exact = case.solve(baseline, Shock(tariff=tariff)).welfare_decomposition
    for name in PARTS:
        part = largest(exact.sel(component=name).values)
        if name in ("terms_of_trade", "volume_of_trade"):
            assert part > 1e-6, name
        else:
            assert part == 0.0, name
    assert largest(exact.sel(component="unexplained").values) < 1e-7
    # Terms of trade are a transfer: what one economy gains another loses.
    income = baseline.table.income
    terms = exact.sel(component="terms_of_trade").values
    assert abs((terms * income).sum()) < 0.05 * np.abs(terms * income).sum()
