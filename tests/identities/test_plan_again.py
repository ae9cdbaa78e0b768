"""A changed programme starts from the first one's iterates, and ends where it would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.support.plan_programmes import SEEDS, programmes_of_seeds
from tradewind.capacity import interior, structured
from tradewind.capacity.form import Form
from tradewind.capacity.interior import DEEP, EARLY, Interior
from tradewind.capacity.iterate import POSITIVE, Point
from tradewind.capacity.kkt import Duals, Residual, System
from tradewind.capacity.newton import FLOOR
from tradewind.capacity.partition import partition
from tradewind.capacity.pattern import pattern_of
from tradewind.capacity.presolve import reduce
from tradewind.capacity.programme import Programme
from tradewind.capacity.repair import HELD_DUALS, IDLE, MOST, SETTLED, place, stepped
from tradewind.capacity.scaling import scaled
from tradewind.capacity.start import exact


@pytest.fixture(scope="module")
def programmes() -> dict[int, Programme]:
    return programmes_of_seeds()


def _dearer(given: Programme, _: np.ndarray, by: float = 1.05) -> Programme:
    sized = (given.column_step < 0) & (given.cost > 0.0)
    return replace(given, cost=given.cost * np.where(sized, by, 1.0))


def _asked(given: Programme, _: np.ndarray) -> Programme:
    equal = (given.row_lower == given.row_upper) & (given.row_step < 0)
    more = np.where(equal, 1.02, 1.0)
    return replace(given, row_lower=given.row_lower * more, row_upper=given.row_upper * more)


def _capped(given: Programme, column: np.ndarray) -> Programme:
    """Bound what is bought and had no bound, a little above what was bought of it."""
    free = (given.column_step < 0) & np.isinf(given.upper)
    assert free.any()
    return replace(given, upper=np.where(free, 1.05 * column + 1.0, given.upper))


CHANGES: dict[str, tuple[Callable[[Programme, np.ndarray], Programme], float, float]] = {
    "what is bought is 5 % dearer": (_dearer, 1.0, 1.0),
    "2 % more is asked for": (_asked, 0.5, 0.5),
    "there is a cap where there was none": (_capped, 1.0, 0.5),
}
"""Changes, and the shares of iterations and of solves from nothing that are more than enough."""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_start_shortens_the_way_and_changes_no_answer(
    programmes: dict[int, Programme], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, solves = programmes[seed], Counter[str]()
    solve, doing = System._duals, "first"

    def counted(system: System, rhs: Residual, x: np.ndarray) -> Duals:
        solves[doing] += 1
        return solve(system, rhs, x)

    monkeypatch.setattr(System, "_duals", counted)
    first = structured.minimised(given)
    for name, (change, iterations, share) in CHANGES.items():
        changed = change(given, first.answer.column)
        doing = f"{name}, from nothing"
        cold = structured.minimised(changed)
        doing = name
        warm = structured.minimised(changed, start=first.start)
        assert warm.answer.value == pytest.approx(cold.answer.value, rel=1e-7), name
        assert structured.duality_gap(changed, warm.answer) < structured.OPTIMAL, name
        assert warm.iterations < iterations * cold.iterations, name
        assert solves[name] < share * solves[f"{name}, from nothing"], name


def test_a_start_too_far_from_the_optimum_changes_no_answer(
    programmes: dict[int, Programme],
) -> None:
    given = programmes[SEEDS[0]]
    first = structured.minimised(given)
    changed = _dearer(given, first.answer.column, 3.0)
    cold, warm = structured.minimised(changed), structured.minimised(changed, start=first.start)
    assert warm.answer.value == pytest.approx(cold.answer.value, rel=1e-7)
    assert warm.iterations <= cold.iterations
    again = structured.minimised(given, start=warm.start)
    assert again.answer.value == pytest.approx(first.answer.value, rel=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_start_is_handed_on(programmes: dict[int, Programme], seed: int) -> None:
    """What began near the optimum keeps iterates far from it, for a larger change after it."""
    given = programmes[seed]
    first = structured.minimised(given)
    changed = _asked(given, first.answer.column)
    second = structured.minimised(changed, start=first.start)
    products = []
    for start in (first.start, second.start):
        assert start is not None
        products.append([float(p.above @ p.push) * start.cost for p in start.points[: len(EARLY)]])
    assert products[1] == pytest.approx(products[0], rel=1e-3)


def test_a_start_that_leads_nowhere_is_left(
    programmes: dict[int, Programme], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = programmes[SEEDS[0]]
    first = structured.minimised(given)
    monkeypatch.setattr(Interior, "_repaired", lambda self, point: _astray(point))
    warm = structured.minimised(given, start=first.start)
    assert warm.answer.value == pytest.approx(first.answer.value, rel=1e-7)


def _near(given: Programme, number: int = -1) -> tuple[Interior, Point]:
    """Return the method on a programme, and one of the iterates kept of it."""
    start = structured.minimised(given).start
    assert start is not None
    part = partition(scaled(reduce(given)[0])[0])
    return Interior(Form(part, System(part, pattern_of(part)))), exact(start.points[number])


def test_steps_from_a_start_end_only_where_rows_and_duals_hold(
    programmes: dict[int, Programme], monkeypatch: pytest.MonkeyPatch
) -> None:
    method, near = _near(programmes[SEEDS[0]])
    far = replace(near, value=near.value + 100.0 * (1.0 + np.abs(near.value)))
    dear = replace(near, push=near.push + 10.0 * HELD_DUALS * method.form.cost_size)
    for ends, expected in (
        ([far, near], near), ([dear, near], near), ([far] * MOST, None), ([dear] * MOST, None),
    ):  # fmt: skip
        steps = iter([(end, (1.0, 1.0)) for end in ends])
        monkeypatch.setattr(interior, "stepped", lambda *_, steps=steps: next(steps))
        assert method._repaired(near) is expected


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("number", range(len(EARLY), len(EARLY) + len(DEEP)))
def test_a_whole_step_moves_little_where_nothing_changed(
    programmes: dict[int, Programme], seed: int, number: int
) -> None:
    """Pairs keep the products they have, so that none of them makes an excess."""
    method, near = _near(programmes[seed], number)
    form = method.form
    pairs = np.concatenate(
        [getattr(near, x) * getattr(near, z) for x, z in zip(*POSITIVE, strict=True)]
    )
    mean = form.mean_product(near)
    assert pairs.max() > 3.0 * mean
    before = form.progress(near, form.excess(near), 0)
    end, along = stepped(form, method.newton, near, mean)
    after = form.progress(end, form.excess(end), 0)
    assert min(along) > SETTLED
    assert after.primal < before.primal + 1e-4


def _astray(point: Point) -> Point:
    """Return an iterate whose numbers make no step."""
    return replace(point, balance=np.full_like(point.balance, 1e30))


def test_pairs_end_at_the_product_on_the_side_they_were_sent_to() -> None:
    """Those whose step ends at a fair product end where it does; others at their own product."""
    rng = np.random.default_rng(5)
    distance = np.exp(rng.normal(0.0, 3.0, 400))
    mean = 1e-3
    fair = (0.1 * mean, 10.0 * mean)
    product = mean * np.exp(rng.uniform(-2.0, 2.0, 400))
    dual = product / distance
    move = distance * rng.normal(0.0, 3.0, 400)
    force = -dual * move / distance + rng.normal(0.0, 0.1, 400) * dual
    x, z = distance.copy(), dual.copy()
    unknown = np.full(400, -1.0)
    place(x, move, z, force, unknown, np.ones(400, dtype=bool), product, fair, IDLE * FLOOR)
    to, onto = distance + move, dual + force
    stays = (to > 0.0) & (onto > 0.0) & (to * onto >= fair[0]) & (to * onto <= fair[1])
    assert 20 < stays.sum() < 380
    np.testing.assert_array_equal(x[stays], to[stays])
    np.testing.assert_array_equal(z[stays], onto[stays])
    placed = ~stays
    np.testing.assert_allclose((x * z)[placed], product[placed], rtol=1e-12)
    scale = np.sqrt(distance / dual)
    np.testing.assert_allclose(
        (x / scale - scale * z)[placed],
        (to / scale - scale * onto)[placed],
        rtol=1e-9,
        atol=1e-12,
    )
    assert np.array_equal((x < z * scale**2)[placed], (to < onto * scale**2)[placed])
