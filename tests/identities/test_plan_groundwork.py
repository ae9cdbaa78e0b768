"""A later programme with the same matrix takes over what the first one worked out, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from tests.support.plan_islands import islands
from tests.support.plan_programmes import SEEDS, programmes_of_seeds
from tradewind.capacity import groundwork, scaling, structured
from tradewind.capacity.form import Form
from tradewind.capacity.groundwork import Groundwork, prepared
from tradewind.capacity.interior import EARLY
from tradewind.capacity.iterate import POSITIVE
from tradewind.capacity.kkt import System
from tradewind.capacity.presolve import reduce
from tradewind.capacity.programme import NO_STEP, Programme
from tradewind.capacity.start import adopted


def _sided() -> Programme:
    """Return a reduced programme with rows of every kind, each with one side and with two."""
    given, rng = reduce(islands(6, seed=2))[0], np.random.default_rng(0)
    lower, upper = given.row_lower.copy(), given.row_upper.copy()
    some = rng.random(len(lower)) < 0.3
    upper[some & (lower == upper)] += rng.uniform(0.5, 1.0)
    lower[some & np.isinf(lower)] = -rng.uniform(50.0, 60.0)
    given = replace(given, row_lower=lower, row_upper=upper)
    part = prepared(given).part
    slack, where = part.origin.slack, part.origin
    for rows in (where.balance, where.link):
        assert 0 < np.isin(rows, slack).sum() < len(rows)
    assert set(where.limit_sign) == {-1, 1}
    return given


def _moved(given: Programme) -> Programme:
    """Give every cost, bound and side another number, of a size that scaling sees."""
    rng = np.random.default_rng(1)
    by = 16.0 * (1.0 + 0.2 * rng.random(len(given.cost)))
    more = 16.0 * (1.0 + 0.2 * rng.random(len(given.row_lower)))
    return replace(
        given,
        cost=1e3 * given.cost * by,
        lower=given.lower * by,
        upper=given.upper * by,
        row_lower=given.row_lower * more,
        row_upper=given.row_upper * more,
    )


def _arrays(of: Any) -> Iterator[np.ndarray]:
    """List the arrays of what holds arrays."""
    if sp.issparse(of):
        yield from (of.data, of.indices, of.indptr)
    elif is_dataclass(of):
        yield from (array for field in fields(of) for array in _arrays(getattr(of, field.name)))
    elif isinstance(of, tuple):
        yield from (array for part in of for array in _arrays(part))
    else:
        yield np.asarray(of)


def _same(one: Any, other: Any) -> bool:
    """Tell whether two hold the same arrays, to the bit."""
    pairs = zip(_arrays(one), _arrays(other), strict=True)
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in pairs)


def test_other_numbers_are_put_where_sorting_them_anew_puts_them() -> None:
    given = _sided()
    first, other = prepared(given), _moved(given)
    again, anew = prepared(other, first), prepared(other)
    assert again.pattern is first.pattern
    assert again.part.balance is first.part.balance
    assert again.scaling.size > first.scaling.size
    assert _same(again, anew)
    assert not _same(again.part, first.part)


def _entry(given: Programme) -> Programme:
    data = given.matrix.data.copy()
    data[len(data) // 2] *= 4.0
    return replace(given, matrix=_matrix(given, data=data))


def _place(given: Programme) -> Programme:
    """Let a row of one hour use another column of that hour."""
    matrix, step = given.matrix, given.column_step
    for row in range(given.shape[0]):
        mine = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        others = np.setdiff1d(np.flatnonzero(step == step[mine[0]]), mine)
        if step[mine[0]] != NO_STEP and others.size:
            indices = matrix.indices.copy()
            indices[matrix.indptr[row]] = others[0]
            return replace(given, matrix=_matrix(given, indices=indices))
    raise AssertionError


def _row_end(given: Programme) -> Programme:
    """Give the first entry of a row to the row before it."""
    indptr = given.matrix.indptr.copy()
    indptr[np.flatnonzero(np.diff(indptr) > 1)[3]] += 1
    return replace(given, matrix=_matrix(given, indptr=indptr))


def _matrix(given: Programme, **changed: np.ndarray) -> sp.csr_array:
    parts = {name: getattr(given.matrix, name) for name in ("data", "indices", "indptr")}
    parts |= changed
    held = (parts["data"], parts["indices"], parts["indptr"])
    return sp.csr_array(held, shape=given.matrix.shape)


def _column_step(given: Programme) -> Programme:
    step = given.column_step.copy()
    step[np.flatnonzero(step != NO_STEP)[0]] = NO_STEP
    return replace(given, column_step=step)


def _row_step(given: Programme) -> Programme:
    step = given.row_step.copy()
    step[np.flatnonzero(step != NO_STEP)[0]] = NO_STEP
    return replace(given, row_step=step)


def _sides(name: str, of: Callable[[Programme], np.ndarray], value: float) -> Any:
    """Return what gives a side of the first such row another value."""

    def change(given: Programme) -> Programme:
        side = getattr(given, name).copy()
        side[np.flatnonzero(of(given))[0]] = value
        return replace(given, **{name: side})

    return change


def _two(given: Programme) -> np.ndarray:
    finite = np.isfinite(given.row_lower) & np.isfinite(given.row_upper)
    marked: np.ndarray = finite & (given.row_lower < given.row_upper)
    return marked


def _equal(given: Programme) -> np.ndarray:
    marked: np.ndarray = given.row_lower == given.row_upper
    return marked


DIFFERENCES: dict[str, Callable[[Programme], Programme]] = {
    "an entry": _entry,
    "an entry's place": _place,
    "where a row ends": _row_end,
    "a column's step": _column_step,
    "a row's step": _row_step,
    "no lower side": _sides("row_lower", _two, -np.inf),
    "no upper side": _sides("row_upper", _two, np.inf),
    "no equality": _sides("row_upper", _equal, 1e3),
}


@pytest.mark.parametrize("what", DIFFERENCES)
def test_all_is_made_anew_where_anything_it_follows_from_differs(what: str) -> None:
    given = _sided()
    first, other = prepared(given), DIFFERENCES[what](given)
    again = prepared(other, first)
    assert again.pattern is not first.pattern
    assert _same(again, prepared(other))


@pytest.fixture(scope="module")
def programmes() -> dict[int, Programme]:
    return programmes_of_seeds()


def _dearer(given: Programme, _: np.ndarray) -> Programme:
    rng = np.random.default_rng(3)
    return replace(given, cost=given.cost * rng.uniform(0.95, 1.05, len(given.cost)))


def _asked(given: Programme, _: np.ndarray) -> Programme:
    more = np.where((given.row_lower == given.row_upper) & (given.row_step < 0), 1.02, 1.0)
    return replace(given, row_lower=given.row_lower * more, row_upper=given.row_upper * more)


def _capped(given: Programme, column: np.ndarray) -> Programme:
    """Bound what is bought and had no bound: sides of rows stay as they are."""
    free = (given.column_step < 0) & np.isinf(given.upper)
    return replace(given, upper=np.where(free, 1.05 * column + 1.0, given.upper))


CHANGES = {"costs": _dearer, "demand": _asked, "a cap where there was none": _capped}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("what", CHANGES)
def test_a_second_solve_is_to_the_bit_the_one_with_all_made_anew(
    programmes: dict[int, Programme], seed: int, what: str
) -> None:
    given = programmes[seed]
    first = structured.minimised(given)
    assert first.start is not None
    before = first.start.groundwork
    assert before is not None
    held = [array.copy() for array in _arrays(before)]
    changed = CHANGES[what](given, first.answer.column)
    again = structured.minimised(changed, start=first.start)
    anew = structured.minimised(changed, start=replace(first.start, groundwork=None))
    assert _groundwork(again).pattern is before.pattern
    assert _groundwork(anew).pattern is not before.pattern
    assert again.iterations == anew.iterations
    assert again.answer.value != first.answer.value
    np.testing.assert_array_equal(again.answer.column, anew.answer.column)
    np.testing.assert_array_equal(again.answer.row, anew.answer.row)
    assert all(map(np.array_equal, held, _arrays(before)))


def _groundwork(solved: structured.Solved) -> Groundwork:
    assert solved.start is not None
    assert solved.start.groundwork is not None
    return solved.start.groundwork


def test_another_matrix_is_solved_as_if_nothing_were_known(
    programmes: dict[int, Programme],
) -> None:
    given = programmes[SEEDS[0]]
    first = structured.minimised(given)
    matrix = given.matrix.copy()
    matrix.data[np.abs(matrix.data) < 0.9] *= 1.01
    changed = replace(given, matrix=matrix)
    cold, warm = structured.minimised(changed), structured.minimised(changed, start=first.start)
    assert _groundwork(warm).pattern is not _groundwork(first).pattern
    assert abs(cold.answer.value / first.answer.value - 1.0) > 1e-5
    assert warm.answer.value == pytest.approx(cold.answer.value, rel=1e-7)


def test_what_is_too_large_is_not_kept(
    programmes: dict[int, Programme], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = programmes[SEEDS[0]]
    columns = len(prepared(reduce(given)[0]).part.cost)
    for most, kept in ((columns, True), (columns - 1, False)):
        monkeypatch.setattr(groundwork, "MOST", most)
        start = structured.minimised(given).start
        assert start is not None
        assert (start.groundwork is not None) == kept
        again = structured.minimised(given, start=start)
        assert again.answer.value == pytest.approx(structured.minimised(given).answer.value)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_iterate_stays_the_same_in_units_of_another_size(
    programmes: dict[int, Programme], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = programmes[seed]
    first = structured.minimised(given)
    start, small = first.start, reduce(given)[0]
    assert start is not None
    monkeypatch.setattr(scaling, "SIZE", scaling.SIZE / 32.0)
    near = structured.minimised(given, start=start)
    assert near.start is not None
    assert near.start.size == 32.0 * start.size
    before, after = prepared(small, start.groundwork), prepared(replace(small, cost=small.cost / 8))
    one, other = _groundwork(first).scaling, after.scaling
    assert (before.scaling.size, before.scaling.cost) == (near.start.size, near.start.cost)
    point = start.points[len(EARLY)]
    form = Form(after.part, System(after.part, after.pattern))
    found = adopted(form, point, one.size / other.size, one.cost / other.cost)
    assert found is not None
    local = after.part.origin.local
    own = local < small.shape[1]
    column = [s.column[local[own]] for s in (one, other)]
    np.testing.assert_array_equal(
        point.value[: len(local)][own] * column[0], found.value[: len(local)][own] * column[1]
    )
    rows = after.part.origin.balance
    np.testing.assert_array_equal(
        point.balance * one.row[rows] * one.cost, found.balance * other.row[rows] * other.cost
    )
    for distance, dual in zip(*POSITIVE, strict=True):
        products = [getattr(p, distance) * getattr(p, dual) for p in (point, found)]
        np.testing.assert_array_equal(products[0] * one.cost, products[1] * other.cost)
    assert near.iterations < 0.7 * first.iterations
