"""The gradient against differences of whole equilibria, for every outcome and parameter."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from hypothesis import given

from tests.identities.economies import (
    CELL,
    LINK,
    Case,
    PlainShock,
    cases,
    examples,
    plain_shock,
    world,
)
from tests.support.baseline import FloatArray
from tests.support.differences import derivative
from tradewind.trade import Baseline, Equilibrium, Shock, gradient

Outcome = Callable[[Equilibrium], xr.DataArray]
# All smooth: where an outcome bends (a largest one, an absolute change), differences that straddle
# the bend say nothing. Those are below, at one place away from it.
OUTCOMES: dict[str, Outcome] = {
    "real income": lambda e: e.real_income_hat[0],
    "real wage": lambda e: e.real_wage_hat[1],
    "equivalent variation": lambda e: e.equivalent_variation.sum() / e.income.sum(),
    "a sector's output": lambda e: np.log(e.output.isel(sector=1).sum()) - np.log(e.income.sum()),
    "employment": lambda e: (e.employment_hat.fillna(1.0) ** 2).sum(),
    "relocation": lambda e: (e.relocation**2).sum(),
    "volume": lambda e: e.output_volume.isel(sector=0).sum() / e.output_volume.sum(),
    "trade": lambda e: e.trade[0, 1].sum() / e.trade.sum(),
    "revenue": lambda e: (e.tariff_revenue + 2.0 * e.export_tax_revenue).sum() / e.income.sum(),
    "prices": lambda e: np.exp(-e.price_index_hat).mean() + (1.0 / e.cost_hat).mean(),
    "the tables behind": lambda e: (
        sum(
            (getattr(e.solution.table, name) ** 2).sum()
            for name in ("share", "input_share", "final_share", "value_added_share", "tariff")
        )
        + (e.solution.table.deficit * np.arange(len(e.income))).sum() / e.income.sum()
        + (e.solution.table.export_tax**2).sum()
    ),
    "wages": lambda e: (
        xr.where(e.wage_hat > 0.0, e.wage_hat, 1.0).sum() + np.sqrt(e.value_added_price_hat).sum()
    ),
}
KINDS = {"tariff": LINK, "iceberg_cost": LINK, "export_tax": LINK, "productivity": CELL}


def moved(shock: PlainShock, along: dict[str, FloatArray], h: float) -> PlainShock:
    """The shock and h times a direction in all four kinds of parameter."""
    return PlainShock(
        tariff=shock.tariff + h * along["tariff"],
        export_tax=shock.export_tax + h * along["export_tax"],
        iceberg_hat=shock.iceberg_hat * np.exp(h * along["iceberg_cost"]),
        productivity_hat=shock.productivity_hat * np.exp(h * along["productivity"]),
        productivity_kind=shock.productivity_kind,
        input_requirement_hat=shock.input_requirement_hat,
    )


def question(case: Case) -> tuple[Baseline, PlainShock, dict[str, FloatArray]]:
    """A world, a shock to everything, bans included, and a random direction."""
    rng = case.rng()
    baseline = world(case, rng, absent_fraction=0.0)
    shock = plain_shock(rng, case.economies, case.sectors, ban_fraction=0.05, size=0.5)
    n, j = case.economies, case.sectors
    foreign = ~np.eye(n, dtype=bool)[:, :, None]
    along = {name: rng.normal(size=(n, n, j)) for name in ("tariff", "export_tax")}
    along = {name: np.where(foreign, values, 0.0) for name, values in along.items()}
    along["iceberg_cost"] = rng.normal(size=(n, n, j))
    along["productivity"] = rng.normal(size=(n, j))
    return baseline, shock, along


def slope(found: xr.Dataset, along: dict[str, FloatArray]) -> float:
    """The directional derivative that a gradient says."""
    return float(sum((found[name].values * along[name]).sum() for name in KINDS))


@pytest.mark.parametrize("name", OUTCOMES)
@given(case=cases())
@examples(4)
def test_gradient_is_the_slope_of_whole_equilibria(name: str, case: Case) -> None:
    """Along a direction in all tariffs, costs, taxes and productivities at once."""
    baseline, shock, along = question(case)
    outcome = OUTCOMES[name]
    start = case.solve(baseline, shock.labelled(baseline), tolerance=1e-14)

    def value(h: float) -> float:
        shocked = moved(shock, along, h).labelled(baseline)
        return float(outcome(case.solve(baseline, shocked, tolerance=1e-14)))

    found = gradient(start, outcome)
    scale = float(sum(np.abs(found[kind].values * along[kind]).sum() for kind in KINDS))
    expected, error = derivative(value, 0.02, enough=3e-10 * scale)
    assert found.attrs["value"] == pytest.approx(float(outcome(start)), rel=1e-11)
    assert abs(slope(found, along) - expected) <= 1e-7 * scale + 3.0 * error


BENT: dict[str, Outcome] = {
    "displaced labour": lambda e: e.labour_displaced.sum(),
    "the largest output": lambda e: np.log(e.output.max("economy")).sum(),
    "gains only": lambda e: xr.where(e.wage_hat > 1.0, e.wage_hat, 1.0).sum(),
}


@pytest.mark.parametrize("name", BENT)
def test_gradient_of_outcomes_that_bend(name: str) -> None:
    case = Case(7, 4, 3, "mobile", "fixed", 0.6, 0.4, 1.5)
    baseline, shock, along = question(case)
    start = case.solve(baseline, shock.labelled(baseline), tolerance=1e-14)
    hats = np.concatenate([start.employment_hat.values.ravel(), start.wage_hat.values])
    ranked = np.sort(np.log(start.output.values), axis=0)
    step = 1e-4
    # Nothing is so near to a bend that the step could reach it.
    assert np.nanmin(np.abs(hats - 1.0)) > 20.0 * step
    assert np.min(ranked[-1] - ranked[-2]) > 20.0 * step

    def value(h: float) -> float:
        shocked = moved(shock, along, h).labelled(baseline)
        return float(BENT[name](case.solve(baseline, shocked, tolerance=1e-14)))

    found = slope(gradient(start, BENT[name]), along)
    expected, error = derivative(value, step, levels=3)
    assert abs(found - expected) <= 1e-6 * abs(found) + 3.0 * error
    assert abs(found) > 1e-3


@pytest.mark.parametrize("kind", KINDS)
@given(case=cases())
@examples(6)
def test_every_kind_of_parameter_alone(kind: str, case: Case) -> None:
    """One entry at a time, so that no two kinds can make up for each other."""
    baseline, shock, along = question(case)
    open_link = np.isfinite(shock.iceberg_hat) & (along["tariff"] != 0.0)
    places = np.argwhere(open_link if kind != "productivity" else np.ones_like(along[kind]))
    place = tuple(places[case.seed % len(places)])
    alone = {name: np.zeros_like(values) for name, values in along.items()}
    alone[kind][place] = 1.0
    economy = place[case.seed % 2] if kind != "productivity" else place[0]

    def outcome(e: Equilibrium) -> xr.DataArray:
        return np.log(e.real_income_hat[economy])

    start = case.solve(baseline, shock.labelled(baseline), tolerance=1e-14)
    found = float(gradient(start, outcome)[kind].values[place])

    def value(h: float) -> float:
        shocked = moved(shock, alone, h).labelled(baseline)
        return float(outcome(case.solve(baseline, shocked, tolerance=1e-14)))

    expected, error = derivative(value, 0.05, enough=3e-9 * abs(found))
    assert abs(found - expected) <= 1e-6 * abs(found) + 3.0 * error + 1e-12


@given(case=cases())
@examples(10)
def test_first_order_effects_miss_a_small_change_of_everything_by_its_square(case: Case) -> None:
    """A 0.1 % change of everything: halving it quarters what the sum of effects misses."""
    baseline, shock, along = question(case)
    start = case.solve(baseline, shock.labelled(baseline), tolerance=1e-14)
    found = gradient(start, lambda e: e.real_income_hat[0])
    first = slope(found, along)
    misses = {}
    for h in (1e-3, 1e-4, 5e-5):
        end = case.solve(baseline, moved(shock, along, h).labelled(baseline), tolerance=1e-14)
        change = float(end.real_income_hat[0] - start.real_income_hat[0])
        misses[h] = change - h * first
    assert abs(misses[1e-3]) <= 1e-2 * abs(1e-3 * first) + 1e-4
    # At steps so small the third order no longer shows.
    assert misses[1e-4] / misses[5e-5] == pytest.approx(4.0, rel=0.05)


def test_at_the_baseline_a_cost_is_worth_what_is_spent_on_it() -> None:
    """Without taxes and deficits a world's loss from dearer trade is the trade: d ln W = −M d ln d.

    Hulten's theorem for the sum of everybody's real income, prices apart.
    """
    case = Case(5, 5, 4, "mobile", "fixed", 1.0, 1.0, 1.0)
    rng = case.rng()
    free = {"export_tax_high": 0.0, "tariff_high": 0.0, "deficit_scale": 0.0}
    baseline = world(case, rng, inventory=False, **free)
    start = case.solve(baseline, Shock())
    income = start.income.values
    found = gradient(start, lambda e: (e.real_income_hat.data * income).sum())
    np.testing.assert_allclose(
        found["iceberg_cost"].values, -baseline.trade.values, atol=1e-9 * income.sum()
    )


def test_no_trade_and_banned_links_have_no_slope() -> None:
    baseline, shock, _ = question(Case(9, 6, 5, "specific", "fixed", 0.5, 0.3, 2.0))
    case = Case(9, 6, 5, "specific", "fixed", 0.5, 0.3, 2.0)
    start = case.solve(baseline, shock.labelled(baseline))
    found = gradient(start, lambda e: e.real_income_hat[0])
    closed = np.isinf(shock.iceberg_hat) | ~baseline.table.linked
    assert closed.any()
    home = np.eye(case.economies, dtype=bool)
    for name in ("tariff", "iceberg_cost", "export_tax"):
        assert (found[name].values[closed] == 0.0).all()
        assert (found[name].values[~closed] != 0.0).any()
    assert (found["tariff"].values[home] == 0.0).all()
    assert (found["iceberg_cost"].values[home] != 0.0).all()
