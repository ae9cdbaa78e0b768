"""exp, ln and row sums of arrays against NumPy's, to a few units in the last place."""

from __future__ import annotations

import numpy as np
import pytest

from tradewind.trade.vector_math import (
    add_rows,
    exp_into,
    expm1_into,
    log1p_into,
    log_into,
    row_sums,
)

ULP = 2.0**-52


def applied(function: object, values: list[float] | np.ndarray) -> np.ndarray:
    x = np.asarray(values, dtype=float)
    out = np.empty_like(x)
    function(x, out)  # type: ignore[operator]
    return out


def test_exp_is_right_over_its_range() -> None:
    random = np.random.default_rng(0)
    x = np.concatenate([random.uniform(-700, 700, 20_000), random.normal(0, 1e-6, 20_000), [0.0]])
    assert np.max(np.abs(applied(exp_into, x) / np.exp(x) - 1.0)) <= 3 * ULP


def test_exp_holds_its_argument_and_keeps_nan() -> None:
    ends = applied(exp_into, [-1e9, 1e9, -np.inf, np.inf, np.nan])
    assert 0.0 < ends[0] == ends[2] < 1e-300
    assert 1e300 < ends[1] == ends[3] < np.inf
    assert np.isnan(ends[4])


def test_log_is_right_over_its_range_and_near_one() -> None:
    random = np.random.default_rng(1)
    x = np.concatenate(
        [np.exp(random.uniform(-700, 700, 20_000)), 1.0 + random.normal(0, 1e-6, 20_000)]
    )
    assert np.max(np.abs(applied(log_into, x) / np.log(x) - 1.0)) <= 3 * ULP
    assert applied(log_into, [1.0])[0] == 0.0


def test_log_of_what_has_none_is_nan() -> None:
    assert np.isnan(applied(log_into, [0.0, -1.0, np.inf, np.nan, 1e-310])).all()


@pytest.mark.parametrize("rows", [1, 3, 4, 5, 11])
def test_rows_are_added_and_summed_as_products(rows: int) -> None:
    """Every count of rows, since four at a time leave a rest."""
    random = np.random.default_rng(rows)
    matrix, across, down = random.random((rows, 7)), random.random(7), random.random(rows)
    sums, target = np.empty(rows), np.ones(7)
    row_sums(sums, matrix, across)
    add_rows(target, matrix, down)
    np.testing.assert_allclose(sums, matrix @ across, rtol=1e-14)
    np.testing.assert_allclose(target, 1.0 + down @ matrix, rtol=1e-14)


def test_expm1_and_log1p_keep_their_digits_near_zero_and_are_right_far_from_it() -> None:
    random = np.random.default_rng(2)
    near = random.normal(0.0, 1.0, 20_000) * 10.0 ** random.uniform(-14, 0, 20_000)
    x = np.concatenate([random.uniform(-700, 700, 20_000), near, [1e-300]])
    assert np.max(np.abs(applied(expm1_into, x) / np.expm1(x) - 1.0)) <= 6 * ULP
    above = np.concatenate([np.exp(random.uniform(-30, 700, 20_000)) - 1.0, near[near > -0.99]])
    above = above[above != 0.0]
    assert np.max(np.abs(applied(log1p_into, above) / np.log1p(above) - 1.0)) <= 6 * ULP
    assert applied(expm1_into, [0.0])[0] == applied(log1p_into, [0.0])[0] == 0.0


def test_expm1_and_log1p_at_the_ends() -> None:
    low, high, none = applied(expm1_into, [-np.inf, np.inf, np.nan])
    assert low == -1.0
    assert high > 1e300
    assert np.isnan(none)
    assert np.isnan(applied(log1p_into, [-1.0, -2.0, np.inf, np.nan])).all()
