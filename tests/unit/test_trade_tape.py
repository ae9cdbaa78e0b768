"""The tape against differences: every rule, broadcasting, labels, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.support.differences import derivative
from tradewind.errors import InputError
from tradewind.trade.tape import FUNCTIONS, UFUNCS, Traced, worth_of
from tradewind.trade.tape_rules import leaf

Function = Callable[[Any, Any], Any]
# One expression for every rule; a and b are positive, (2, 3) and (3,).
EXPRESSIONS: dict[Any, Function] = {
    np.add: lambda a, b: a + b,
    np.subtract: lambda a, b: 2.0 - a - b,
    np.multiply: lambda a, b: a * b * 3.0,
    np.true_divide: lambda a, b: a / b + 1.0 / a,
    np.power: lambda a, b: a**b + a**2 + 2.0**b,
    np.maximum: lambda a, b: np.maximum(a, b),
    np.minimum: lambda a, b: np.minimum(a, b),
    np.negative: lambda a, b: -a * b,
    np.positive: lambda a, b: +a * b,
    np.exp: lambda a, b: np.exp(a * b),
    np.expm1: lambda a, b: np.expm1(a),
    np.log: lambda a, b: np.log(a) * b,
    np.log1p: lambda a, b: np.log1p(a),
    np.log10: lambda a, b: np.log10(a),
    np.sqrt: lambda a, b: np.sqrt(a),
    np.square: lambda a, b: np.square(a),
    np.absolute: lambda a, b: np.abs(a - b),
    np.sum: lambda a, b: np.sum(a * b, axis=0) + a.sum(axis=1, keepdims=True),
    np.mean: lambda a, b: np.mean(a * b, axis=1) * a.mean(),
    np.nanmean: lambda a, b: np.nanmean(np.where(np.array([True, True, False]), a, np.nan) * b),
    np.max: lambda a, b: np.max(a * b, axis=0),
    np.min: lambda a, b: np.min(a * b, axis=1),
    np.nanmax: lambda a, b: np.nanmax(np.where(a > 1.0, a, np.nan)),
    np.nanmin: lambda a, b: np.nanmin(np.where(a > 1.0, a, np.nan), axis=1),
    np.where: lambda a, b: np.where(a > b, a * a, b),
    np.nan_to_num: lambda a, b: np.nan_to_num(np.where(a > b, a, np.nan), nan=7.0) * b,
    np.reshape: lambda a, b: np.reshape(a, (3, 2)) * a.reshape(3, 2),
    np.transpose: lambda a, b: np.transpose(a).transpose() * b,
    np.moveaxis: lambda a, b: np.moveaxis(a, 0, 1) * b[:, None],
    np.expand_dims: lambda a, b: np.expand_dims(a, 0) * b,
    np.squeeze: lambda a, b: np.squeeze(np.expand_dims(a, 1)) * b,
    np.broadcast_to: lambda a, b: np.broadcast_to(b, (2, 3)) * a,
    np.copy: lambda a, b: np.copy(a) * b,
    np.concatenate: lambda a, b: np.concatenate([a * a, np.ones((1, 3)), a], axis=0) * b,
    np.einsum: lambda a, b: (
        np.einsum("ij,j->i", a, b) + np.einsum("ij,ij,j->", a, a, b) * np.einsum("ij,k->i", a, b)
    ),
    np.stack: lambda a, b: np.stack([a[0], b, a[1] * b], axis=1) * 2.0,
}


def total(found: Any) -> Any:
    """Weigh every entry differently, so that no two can be mistaken for each other."""
    return (found * np.arange(1.0, found.size + 1.0).reshape(found.shape)).sum()


def test_every_rule_has_an_expression() -> None:
    assert set(EXPRESSIONS) == set(UFUNCS) | set(FUNCTIONS)


@pytest.mark.parametrize("rule", EXPRESSIONS, ids=lambda rule: rule.__name__)
def test_rules_are_derivatives(rule: Any) -> None:
    random = np.random.default_rng(3)
    a, b = random.uniform(0.6, 1.8, (2, 3)), random.uniform(0.6, 1.8, 3)
    function = EXPRESSIONS[rule]
    leaves = leaf(a), leaf(b)
    result = total(function(*leaves))
    assert float(result.value) == pytest.approx(float(total(function(a, b))), rel=1e-14)
    for place, (values, worth) in enumerate(zip((a, b), worth_of(result, leaves), strict=True)):
        assert worth.shape == values.shape
        for index in np.ndindex(values.shape):

            def moved(h: float, place: int = place, index: tuple[int, ...] = index) -> float:
                given = [a.copy(), b.copy()]
                given[place][index] += h
                return float(total(function(*given)))

            expected, error = derivative(moved, 0.01)
            assert worth[index] == pytest.approx(expected, abs=1e-8 + 3.0 * error)


def test_an_array_used_twice_gets_the_worth_of_both_uses() -> None:
    a = leaf(np.array([1.0, 2.0]))
    shared = a * a
    assert worth_of((shared + shared[::-1] * 3.0).sum(), [a])[0].tolist() == [8.0, 16.0]


def test_picking_an_entry_twice_counts_twice() -> None:
    a = leaf(np.array([1.0, 2.0, 5.0]))
    assert worth_of(a[[0, 0, 2]].sum(), [a])[0].tolist() == [2.0, 0.0, 1.0]


def test_ties_share_the_slope_of_a_maximum() -> None:
    a = leaf(np.array([3.0, 1.0, 3.0]))
    assert worth_of(np.max(a), [a])[0].tolist() == [0.5, 0.0, 0.5]


def test_a_leaf_that_is_not_used_is_worth_nothing() -> None:
    a, b = leaf(np.ones(2)), leaf(np.ones((2, 2)))
    assert worth_of(a.sum(), [b])[0].tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_labelled_expressions_run_as_they_are() -> None:
    values = np.arange(1.0, 7.0).reshape(2, 3)
    a = leaf(values)
    labelled = xr.DataArray(a, {"x": ["p", "q"], "y": [1, 2, 3]}, ("x", "y"))
    weight = xr.DataArray([1.0, 10.0, 100.0], {"y": [1, 2, 3]}, "y")
    found = (labelled.sel(x="q") ** 2 * weight).sum("y") / labelled.isel(y=0).mean()
    assert isinstance(found.data, Traced)
    worth = worth_of(found.data, [a])[0]
    top, below = float((values[1] ** 2 * weight.values).sum()), 2.5
    expected = np.zeros((2, 3))
    expected[1] = 2.0 * values[1] * weight.values / below
    expected[:, 0] -= 0.5 * top / below**2
    np.testing.assert_allclose(worth, expected, rtol=1e-14)


@pytest.mark.parametrize(
    "expression",
    [
        lambda a: np.sort(a),
        lambda a: np.sin(a),
        lambda a: np.add(a, 1.0, out=np.zeros(3)),
        lambda a: np.add.reduce(a),
        lambda a: np.asarray(a),
        lambda a: float(a[0]),
        lambda a: a.astype(int),
        lambda a: np.sum(a, where=np.array([True, False, True])),
    ],
)
def test_what_has_no_rule_is_refused_by_name(expression: Callable[[Any], Any]) -> None:
    with pytest.raises(InputError, match="cannot be differentiated") as caught:
        expression(leaf(np.ones(3)))
    assert caught.value.value
    assert caught.value.remedy


def test_labelled_and_bare_arrays_mix() -> None:
    a = leaf(np.array([1.0, 2.0]))
    labelled = xr.DataArray(np.array([10.0, 20.0]), {"x": ["p", "q"]}, "x")
    for found in ((a * labelled).sum(), (labelled * a).sum(), np.multiply(a, labelled).sum()):
        assert worth_of(found.data, [a])[0].tolist() == [10.0, 20.0]


def test_weighted_means_and_dot_products_of_labels() -> None:
    values, weights = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([1.0, 3.0])
    a = leaf(values)
    labelled = xr.DataArray(a, {"x": ["p", "q"], "y": [0, 1]}, ("x", "y"))
    weight = xr.DataArray(weights, {"y": [0, 1]}, "y")
    found = xr.dot(labelled, weight, dim="y").sum()
    assert worth_of(found.data, [a])[0].tolist() == [[1.0, 3.0], [1.0, 3.0]]


@pytest.mark.parametrize("subscripts", ["ij,j", "ii,j->i", "...j,j->..."])
def test_other_forms_of_einsum_are_refused(subscripts: str) -> None:
    with pytest.raises(InputError, match="cannot be differentiated"):
        np.einsum(subscripts, leaf(np.ones((2, 2))), np.ones(2))
