"""The structured interior point against HiGHS on the same arrays, well and badly scaled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.support.plan_optimum import ends_where_highs_ends
from tests.support.plan_programmes import SEEDS, programmes_of_seeds
from tradewind.capacity import crew, highs, interior, structured
from tradewind.capacity.form import LEAST_OBJECTIVE, Form
from tradewind.capacity.interior import GOOD_ENOUGH, Interior
from tradewind.capacity.iterate import Aim, Point, Progress, Stalled, add, furthest_of
from tradewind.capacity.kkt import Direction, Residual, System, Weights
from tradewind.capacity.newton import FLOOR, LOOSE_DUALS, Newton
from tradewind.capacity.partition import partition
from tradewind.capacity.pattern import pattern_of
from tradewind.capacity.presolve import reduce
from tradewind.capacity.programme import Programme
from tradewind.capacity.scaling import scaled
from tradewind.capacity.shrinking import Clash
from tradewind.capacity.start import centre


def _sized(given: Programme, by: float) -> Programme:
    return replace(
        given,
        lower=given.lower * by,
        upper=given.upper * by,
        row_lower=given.row_lower * by,
        row_upper=given.row_upper * by,
    )


def _equal_costs(given: Programme) -> Programme:
    return replace(given, cost=np.where(given.cost > 0.0, 1.0, given.cost))


VARIANTS: dict[str, Callable[[Programme], Programme]] = {
    "as it is": lambda given: given,
    "a millionth of the size": lambda given: _sized(given, 1e-6),
    "a thousand times the size": lambda given: _sized(given, 1e3),
    "cents for dollars": lambda given: replace(given, cost=given.cost * 1e6),
    "equal costs": _equal_costs,
}


@pytest.fixture(scope="module")
def programmes() -> dict[int, Programme]:
    return programmes_of_seeds()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_it_ends_where_highs_ends(
    programmes: dict[int, Programme], seed: int, variant: str
) -> None:
    given = VARIANTS[variant](programmes[seed])
    ends_where_highs_ends(given)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reductions_lose_nothing(programmes: dict[int, Programme], seed: int) -> None:
    given = programmes[seed]
    reduced, reduction = reduce(given)
    assert reduced.shape[0] < 0.7 * given.shape[0]
    small = highs.minimised(reduced)
    assert small is not None
    column, row = reduction.recover(small.column, small.row)
    whole = highs.Answer(small.value, column, row)
    assert structured.violation(given, column) < 1e-9
    assert structured.duality_gap(given, whole) < 1e-9
    assert given.cost @ column + given.offset == pytest.approx(small.value, rel=1e-12)


def test_a_programme_without_a_solution_is_never_called_solved(
    programmes: dict[int, Programme],
) -> None:
    given = programmes[SEEDS[0]]
    asked = (given.row_lower == given.row_upper) & (given.row_lower > 0.0)
    much = np.where(asked, 1e4, 1.0)
    impossible = replace(given, row_lower=given.row_lower * much, row_upper=given.row_upper * much)
    assert highs.minimised(impossible) is None
    with pytest.raises((Stalled, Clash)):
        structured.minimised(impossible)


def test_a_gap_that_grows_beyond_all_bounds_is_given_up(
    programmes: dict[int, Programme], monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps = iter([1.0, *(10.0 * interior.ASTRAY * 10.0**k for k in range(30))])
    monkeypatch.setattr(Form, "progress", lambda *_: Progress(0, 1.0, 1.0, next(gaps), 0.0))
    monkeypatch.setattr(Interior, "_iterate", lambda self, point, excess: point)
    told: list[str] = []
    with pytest.raises(Stalled):
        structured.minimised(programmes[SEEDS[0]], say=told.append)
    assert len(told) == interior.LOST + 1


def test_an_answer_is_taken_where_it_stops_only_if_it_is_near_enough(
    programmes: dict[int, Programme], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interior, "MOST_ITERATIONS", 8)
    given = programmes[SEEDS[0]]
    with pytest.raises(Stalled) as stopped:
        structured.minimised(given)
    worst = stopped.value.progress.worst
    assert worst > GOOD_ENOUGH
    near = structured.minimised(given, enough=1.01 * worst).answer
    assert structured.duality_gap(given, near) > 1e-3 * worst
    with pytest.raises(Stalled):
        structured.minimised(given, enough=0.99 * worst)


def test_what_is_not_an_answer_yet_goes_on(programmes: dict[int, Programme]) -> None:
    part = partition(scaled(reduce(programmes[SEEDS[0]])[0])[0])
    form = Form(part, System(part, pattern_of(part)))
    asked: list[Point] = []

    def second(point: Point) -> bool:
        asked.append(point)
        return len(asked) == 2

    end = Interior(form).minimise(done=second)
    gaps = [form.progress(point, form.excess(point), 0).worst for point in asked]
    assert end is asked[1]
    assert gaps[1] < gaps[0] <= interior.TOLERANCE


@pytest.mark.parametrize("seed", SEEDS)
def test_objectives_are_apart_by_the_gap_and_by_what_rows_and_duals_are_off_by(
    programmes: dict[int, Programme], seed: int
) -> None:
    part = partition(scaled(reduce(programmes[seed])[0])[0])
    form = Form(part, System(part, pattern_of(part)))
    method, point = Interior(form), centre(form)
    for _ in range(3):
        off, gap = form.excess(point), form.progress(point, form.excess(point), 0).gap
        objective = float(form.cost @ point.value)
        size = max(abs(objective), LEAST_OBJECTIVE)
        pairs = [(point.above, point.push), (point.below, point.press), (point.slack, point.limit)]
        assert gap * size == pytest.approx(sum(float(x @ z) for x, z in pairs), rel=1e-12)
        rows = point.limit @ off.limit + point.push @ off.above + point.press @ off.below
        rows -= point.balance @ off.balance + point.link @ off.link + point.rows @ off.rows
        expected = abs(gap + float(off.dual @ point.value + rows) / size)
        assert form.apart(point) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert form.apart(point) != pytest.approx(gap, rel=1e-3)
        point = method._iterate(point, off)


@pytest.mark.parametrize(
    ("objective", "share"), [(20.0, 1.0), (-0.5, 0.5), (4.8e-3, 4.8e-3), (1e-9, LEAST_OBJECTIVE)]
)
def test_columns_are_held_back_by_a_small_part_of_what_is_minimised(
    programmes: dict[int, Programme],
    objective: float,
    share: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part = partition(scaled(reduce(programmes[SEEDS[0]])[0])[0])
    form = Form(part, System(part, pattern_of(part)))
    point, asked = centre(form), list[Weights]()
    idle = replace(point, push=1e-30 * point.push, press=1e-30 * point.press)
    monkeypatch.setattr(form.system, "factor", asked.append)
    method = Newton(form)
    method.holds_back(objective)
    method.factor(idle)
    bounded = form.split(~form.bare)
    least = [asked[0].local[bounded[0]].min(), asked[0].border[bounded[1]].min()]
    assert least == pytest.approx(2 * [share * FLOOR], rel=1e-9, abs=0.0)


@pytest.mark.parametrize(("off", "goes_on"), [(0.5, False), (2.0, True)])
def test_duals_of_capacities_are_held_to_a_share_of_the_gap(
    programmes: dict[int, Programme], off: float, goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = partition(scaled(reduce(programmes[SEEDS[0]])[0])[0])
    form = Form(part, System(part, pattern_of(part)))
    system, method, point = form.system, Newton(form), centre(form)
    solve, again, asked = system.solve, system.again, list[Direction]()

    def left_over(rhs: Residual) -> Direction:
        found = solve(rhs)
        border = np.full_like(found.left.border, off * LOOSE_DUALS * method.gap * form.cost_size)
        return replace(found, left=replace(found.left, border=border))

    def counted(rhs: Residual, found: Direction) -> Direction:
        asked.append(found)
        return again(rhs, found)

    monkeypatch.setattr(system, "solve", left_over)
    monkeypatch.setattr(system, "again", counted)
    method.gap = 1e-6
    method.factor(point)
    method.towards(point, form.excess(point))
    assert bool(asked) == goes_on


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shared", [crew.SHARED, 0])
def test_the_system_is_solved(
    programmes: dict[int, Programme], seed: int, shared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "SHARED", shared)
    part = partition(scaled(reduce(programmes[seed])[0])[0])
    system = System(part, pattern_of(part))
    rng = np.random.default_rng(seed)
    sizes = [len(part.cost), len(part.limit_rhs), len(part.border_cost)]
    weights = Weights(*(np.exp(rng.normal(0.0, 1.0, size)) for size in sizes))
    system.factor(weights)
    rhs = Residual(
        *(
            rng.normal(size=len(values))
            for values in (
                part.cost, part.border_cost, part.balance_rhs, part.link_rhs, part.border_rhs,
            )
        )
    )  # fmt: skip
    found = system.solve(rhs)
    x, z = np.split(found.value, [len(part.cost)])
    force = weights.limit * (part.limit_entry * x[part.limit_column] + part.limit_border @ z)
    pulled = np.bincount(part.limit_column, part.limit_entry * force, len(part.cost))
    local = weights.local * x + pulled
    local -= part.balance.T @ found.balance + part.link.T @ found.link
    border = weights.border * z + part.limit_border.T @ force
    border -= part.balance_border.T @ found.balance + part.link_border.T @ found.link
    border -= part.border.T @ found.rows
    balance = part.balance @ x + part.balance_border @ z
    np.testing.assert_allclose(local, rhs.local, atol=1e-9)
    np.testing.assert_allclose(border, rhs.border, atol=1e-6)
    np.testing.assert_allclose(balance, rhs.balance, atol=1e-6)
    np.testing.assert_allclose(part.border @ z, rhs.rows, atol=1e-6)


def test_directions_are_the_same_on_many_threads(
    programmes: dict[int, Programme], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = partition(scaled(reduce(programmes[SEEDS[0]])[0])[0])
    pattern = pattern_of(part)
    found = []
    for shared in (crew.SHARED, 0):
        monkeypatch.setattr(crew, "SHARED", shared)
        form = Form(part, System(part, pattern))
        point, newton = centre(form), Newton(form)
        newton.factor(point)
        move = newton.towards(point, form.excess(point))
        aim = Aim((0.5, 0.7), 0.2, 5.0, -5.0)
        change = newton.correction(point, move, aim)
        far = furthest_of(point, move, change, np.linspace(0.1, 1.0, 4), form.system.crew)
        mean = form.mean_ahead(point, move, aim.far)
        add(move, change, aim.far, form.system.crew)
        vectors = (getattr(move, name) for name in Point.__dataclass_fields__)
        found.append([*vectors, *far, np.array([mean])])
    for one, other in zip(*found, strict=True):
        size = 1e-7 * (1.0 + np.abs(one).max(initial=0.0))
        np.testing.assert_allclose(other, one, rtol=0.0, atol=size)


def test_a_wrong_answer_has_a_gap(programmes: dict[int, Programme]) -> None:
    given = programmes[SEEDS[0]]
    right = structured.minimised(given).answer
    moved = right.row * (1.0 + 1e-4 * np.sign(np.arange(len(right.row)) % 2 - 0.5))
    assert structured.duality_gap(given, replace(right, row=moved)) > 1e-6
    assert structured.duality_gap(given, right) < 1e-7
