"""Duals of columns whose bounds are far away: moved alone, by weighted least squares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
import scipy.sparse as sp

from tests.support.plan_optimum import ends_where_highs_ends
from tests.support.plan_programmes import SEEDS, programmes_of_seeds
from tradewind.capacity import highs, interior, structured
from tradewind.capacity.form import Form
from tradewind.capacity.interior import Interior
from tradewind.capacity.iterate import Excess, Point
from tradewind.capacity.kkt import System
from tradewind.capacity.partition import partition
from tradewind.capacity.pattern import pattern_of
from tradewind.capacity.polish import polished
from tradewind.capacity.presolve import reduce
from tradewind.capacity.programme import NO_STEP, Programme
from tradewind.capacity.scaling import SIZE, scaled
from tradewind.capacity.start import centre
from tradewind.capacity.steps import Breakdown

HOURS, ISLANDS = 168, 3
ROOM = 1e9
"""What a store may hold, where a season moves some hundreds."""


def seasons() -> Programme:
    """Islands with a plant and a store each, and load that is high half of the time.

    Columns of an hour: plant, level, charge, discharge. Its capacity belongs to none.
    """
    rng = np.random.default_rng(1)
    columns: list[tuple[float, float, float, int]] = []
    rows: list[tuple[dict[int, float], float, float, int]] = []

    def column(cost: float, upper: float, step: int) -> int:
        columns.append((cost, 0.0, upper, step))
        return len(columns) - 1

    for island in range(ISLANDS):
        size = column(50.0 * (1 + island), np.inf, NO_STEP)
        hours = range(HOURS)
        plant = [column(rng.uniform(0.1, 2.0), np.inf, t) for t in hours]
        level, charge, discharge = (
            [column(0.0, most, t) for t in hours] for most in (ROOM, 50.0, 50.0)
        )
        for t in hours:
            load = 10.0 + 5.0 * np.sin(2.0 * np.pi * t / HOURS) + rng.uniform()
            rows.append(({plant[t]: 1.0, discharge[t]: 1.0, charge[t]: -1.0}, load, load, t))
            rows.append(({plant[t]: 1.0, size: -1.0}, -np.inf, 0.0, t))
            kept = {level[t]: 1.0, level[t - 1]: -1.0, charge[t]: -0.99, discharge[t]: 1.0 / 0.99}
            rows.append((kept, 0.0, 0.0, t))
    matrix = sp.lil_array((len(rows), len(columns)))
    for number, (entries, *_) in enumerate(rows):
        for at, value in entries.items():
            matrix[number, at] = value
    cost, lower, upper, column_step = (np.array(part) for part in zip(*columns, strict=True))
    _, row_lower, row_upper, row_step = zip(*rows, strict=True)
    return Programme(
        matrix=sp.csr_array(matrix),
        cost=cost,
        lower=lower,
        upper=upper,
        row_lower=np.array(row_lower),
        row_upper=np.array(row_upper),
        column_step=column_step.astype(np.int32),
        row_step=np.array(row_step, dtype=np.int32),
    )


class Ended(NamedTuple):
    """A programme, its form, the first iterate that holds to its own scale, and how it recovers."""

    given: Programme
    form: Form
    point: Point
    iterations: int
    gap: float
    polished_gap: float


@pytest.fixture(scope="module")
def ended() -> Ended:
    given = seasons()
    reduced, reduction = reduce(given)
    small, scaling = scaled(reduced)
    part = partition(small)
    form = Form(part, System(part, pattern_of(part)))
    method = Interior(form)
    point = method.minimise()

    def gap(of: Point) -> float:
        x = part.origin.primal(*form.split(of.value), small.shape[1])
        y = part.origin.dual(of.balance, of.limit, of.link, of.rows, small.shape[0])
        column, row = reduction.recover(*scaling.recover(x, y))
        return structured.duality_gap(given, highs.Answer(0.0, column, row))

    return Ended(given, form, point, method.iterations, gap(point), gap(polished(form, point)))


def test_a_store_that_is_never_full_makes_no_gap(ended: Ended) -> None:
    assert ended.gap > 10.0 * structured.OPTIMAL
    assert ended.polished_gap < 0.1 * structured.OPTIMAL


def test_the_first_iterate_that_holds_is_an_answer(ended: Ended) -> None:
    assert structured.minimised(ended.given).iterations == ended.iterations
    ends_where_highs_ends(ended.given)


def _form_of(given: Programme) -> Form:
    part = partition(scaled(reduce(given)[0])[0])
    return Form(part, System(part, pattern_of(part)))


def _far(form: Form, value: np.ndarray) -> np.ndarray:
    """Return the longest distance to a bound by column, written plainly."""
    found = []
    for x, lower, upper in zip(value, form.lower, form.upper, strict=True):
        above = x - lower if lower > -np.inf else abs(x)
        below = upper - x if upper < np.inf else abs(x)
        found.append(max(above, below, SIZE))
    return np.array(found)


def _wrong(form: Form, point: Point, excess: Excess) -> np.ndarray:
    """Return reduced costs that push from a bound that is not there."""
    reduced = point.push - point.press + excess.dual
    return np.where(reduced > 0.0, reduced * ~form.has_lower, -reduced * ~form.has_upper)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_other_duals_are_closer(seed: int) -> None:
    """What is left, times squared distances, adds nothing to rows: the normal equations."""
    form = _form_of(programmes_of_seeds()[seed])
    point = centre(form)
    better = polished(form, point)
    before, after = form.excess(point).dual, form.excess(better).dual
    square = _far(form, point.value) ** 2
    balance, limit, link, rows = form.rows(square * after)
    size = 1e-9 * np.abs(square * before).max()
    for each in (balance, link, rows):
        np.testing.assert_allclose(each, 0.0, atol=size)
    change, stiff = better.limit - point.limit, point.limit / point.slack
    np.testing.assert_allclose(change, -stiff * limit, rtol=0.0, atol=size * stiff.max())
    cost = [float(square @ each**2) for each in (before, after)]
    assert cost[1] + float(change @ (change / stiff)) < 0.5 * cost[0]


@pytest.mark.parametrize("seed", [None, *SEEDS])
def test_columns_stay_and_duals_are_no_less_feasible(ended: Ended, seed: int | None) -> None:
    form, point = ended.form, ended.point
    if seed is not None:
        form = _form_of(programmes_of_seeds()[seed])
        point = Interior(form).minimise()
    better = polished(form, point)
    for name in ("value", "above", "below", "slack", "push", "press"):
        assert getattr(better, name) is getattr(point, name)
    assert better.limit.min() > 0.0
    before, after = form.excess(point), form.excess(better)
    far = _far(form, point.value)
    assert np.abs(far * after.dual).max() < 0.01 * np.abs(far * before.dual).max()
    assert _wrong(form, better, after).max() <= _wrong(form, point, before).max()


def _breaks(form: Form, point: Point) -> Point:
    raise Breakdown


def _spoils(form: Form, point: Point) -> Point:
    return replace(point, balance=2.0 * point.balance)


@pytest.mark.parametrize("failing", [_breaks, _spoils])
def test_where_it_fails_iterations_go_on(
    ended: Ended, failing: Callable[[Form, Point], Point], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(structured, "polished", failing)
    solved = structured.minimised(ended.given)
    assert solved.iterations > ended.iterations
    assert structured.duality_gap(ended.given, solved.answer) < structured.OPTIMAL


def test_where_iterations_end_worse_duals_are_not_taken(
    ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(structured, "polished", _spoils)
    monkeypatch.setattr(interior, "MOST_ITERATIONS", ended.iterations + 1)
    answer = structured.minimised(ended.given).answer
    assert structured.duality_gap(ended.given, answer) == pytest.approx(ended.gap, rel=1e-6)
