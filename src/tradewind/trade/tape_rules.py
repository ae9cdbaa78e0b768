"""What each operation hands back to what it was computed from: the rules of the tape.

Source
    The derivatives are those of any calculus text; shapes follow NumPy's broadcasting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from tradewind.trade.arrays import Array
from tradewind.trade.tape import FUNCTIONS, UFUNCS, Back, Traced, fitting, plain, refused

F = TypeVar("F", bound=Callable[..., Any])


def leaf(value: Array) -> Traced:
    """An array to differentiate with respect to."""
    return Traced(value)


def _register_ufuncs() -> None:
    def binary(ufunc: np.ufunc, first: Any, second: Any) -> None:
        def rule(a: Array, b: Array) -> tuple[Array, list[Back]]:
            return ufunc(a, b), [lambda w: first(w, a, b), lambda w: second(w, a, b)]

        UFUNCS[ufunc] = rule

    def unary(ufunc: np.ufunc, slope: Callable[[Array, Array], Array]) -> None:
        def rule(a: Array) -> tuple[Array, list[Back]]:
            result = ufunc(a)
            return result, [lambda w: w * slope(a, result)]

        UFUNCS[ufunc] = rule

    binary(np.add, lambda w, a, b: w, lambda w, a, b: w)
    binary(np.subtract, lambda w, a, b: w, lambda w, a, b: -w)
    binary(np.multiply, lambda w, a, b: w * b, lambda w, a, b: w * a)
    binary(np.true_divide, lambda w, a, b: w / b, lambda w, a, b: -w * a / b**2)
    binary(np.power, lambda w, a, b: w * b * a ** (b - 1.0), lambda w, a, b: w * a**b * np.log(a))
    binary(np.maximum, lambda w, a, b: w * (a >= b), lambda w, a, b: w * (a < b))
    binary(np.minimum, lambda w, a, b: w * (a <= b), lambda w, a, b: w * (a > b))
    unary(np.negative, lambda a, r: -np.ones_like(a))
    unary(np.positive, lambda a, r: np.ones_like(a))
    unary(np.exp, lambda a, r: r)
    unary(np.expm1, lambda a, r: r + 1.0)
    unary(np.log, lambda a, r: 1.0 / a)
    unary(np.log1p, lambda a, r: 1.0 / (1.0 + a))
    unary(np.log10, lambda a, r: 1.0 / (a * np.log(10.0)))
    unary(np.sqrt, lambda a, r: 0.5 / r)
    unary(np.square, lambda a, r: 2.0 * a)
    unary(np.absolute, lambda a, r: np.sign(a))


_register_ufuncs()


def _differentiates(function: Callable[..., Any]) -> Callable[[F], F]:
    def keep(rule: F) -> F:
        FUNCTIONS[function] = rule
        return rule

    return keep


@_differentiates(np.sum)
def _sum(
    a: Traced, axis: Any = None, dtype: Any = None, keepdims: bool = False, **options: Any
) -> Traced:
    if any(value is not None and value is not np._NoValue for value in options.values()):
        raise refused("numpy.sum with " + ", ".join(options))
    shape = a.shape

    def back(worth: Array) -> Array:
        if axis is not None and not keepdims:
            worth = np.expand_dims(worth, axis)
        return np.broadcast_to(worth, shape)

    return Traced(a.value.sum(axis=axis, keepdims=keepdims), [(a, back)])


@_differentiates(np.mean)
def _mean(a: Traced, axis: Any = None, dtype: Any = None, **options: Any) -> Any:
    total = _sum(a, axis=axis, **options)
    return total / (a.size / max(total.size, 1))


@_differentiates(np.nanmean)
def _nanmean(a: Traced, axis: Any = None, dtype: Any = None, **options: Any) -> Any:
    there = ~np.isnan(a.value)
    return _sum(_where(there, a, 0.0), axis=axis, **options) / there.sum(axis=axis)


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    def rule(a: Traced, axis: Any = None, **options: Any) -> Traced:
        kept = function(a.value, axis=axis, keepdims=True)
        found = a.value == kept
        share = found / found.sum(axis=axis, keepdims=True)
        # Where several entries tie, each gets its part of the slope.
        return _sum(_where(found, a, 0.0) * share, axis=axis)

    return rule


FUNCTIONS.update({rule: _extreme(rule) for rule in (np.max, np.min, np.nanmax, np.nanmin)})


@_differentiates(np.where)
def _where(condition: Any, x: Any, y: Any) -> Traced:
    chosen = np.asarray(plain(condition), dtype=bool)
    result = np.where(chosen, plain(x), plain(y))
    parents = [
        (item, fitting(_masked(mask), item.shape))
        for item, mask in ((x, chosen), (y, ~chosen))
        if isinstance(item, Traced)
    ]
    return Traced(result, parents)


def _masked(mask: Array) -> Back:
    return lambda worth: np.where(mask, worth, 0.0)


def _taken(places: Array, axis: int) -> Back:
    return lambda worth: np.take(worth, places, axis=axis)


@_differentiates(np.nan_to_num)
def _nan_to_num(a: Traced, copy: bool = True, nan: float = 0.0, **options: Any) -> Traced:
    return _where(np.isnan(a.value), nan, a)


@_differentiates(np.reshape)
def _reshape(a: Traced, shape: Any, **options: Any) -> Traced:
    before = a.shape
    return Traced(a.value.reshape(shape), [(a, lambda w: w.reshape(before))])


@_differentiates(np.transpose)
def _transpose(a: Traced, axes: Any = None) -> Traced:
    back = None if axes is None else np.argsort(axes)
    return Traced(np.transpose(a.value, axes), [(a, lambda w: np.transpose(w, back))])


@_differentiates(np.moveaxis)
def _moveaxis(a: Traced, source: Any, destination: Any) -> Traced:
    moved = np.moveaxis(a.value, source, destination)
    return Traced(moved, [(a, lambda w: np.moveaxis(w, destination, source))])


@_differentiates(np.expand_dims)
def _expand_dims(a: Traced, axis: Any) -> Traced:
    return _reshape(a, np.expand_dims(a.value, axis).shape)


@_differentiates(np.squeeze)
def _squeeze(a: Traced, axis: Any = None) -> Traced:
    return _reshape(a, np.squeeze(a.value, axis).shape)


@_differentiates(np.broadcast_to)
def _broadcast_to(a: Traced, shape: Any, **options: Any) -> Traced:
    back = fitting(lambda w: w, a.shape)
    return Traced(np.broadcast_to(a.value, shape), [(a, back)])


@_differentiates(np.copy)
def _copy(a: Traced, **options: Any) -> Traced:
    return a


@_differentiates(np.concatenate)
def _concatenate(arrays: Sequence[Any], axis: int = 0, **options: Any) -> Traced:
    values = [plain(item) for item in arrays]
    ends = np.cumsum([value.shape[axis] for value in values])
    parents = []
    for item, end, value in zip(arrays, ends, values, strict=True):
        if isinstance(item, Traced):
            places = np.arange(end - value.shape[axis], end)
            parents.append((item, _taken(places, axis)))
    return Traced(np.concatenate(values, axis=axis), parents)


@_differentiates(np.stack)
def _stack(arrays: Sequence[Any], axis: int = 0, **options: Any) -> Traced:
    raised = [
        _expand_dims(item, axis) if isinstance(item, Traced) else np.expand_dims(item, axis)
        for item in arrays
    ]
    return _concatenate(raised, axis)


@_differentiates(np.einsum)
def _einsum(subscripts: str, *operands: Any, **options: Any) -> Traced:
    # An ellipsis, which labels put there, stands for nothing where every axis has its letter.
    inputs, _, output = subscripts.replace(" ", "").replace("...", "").partition("->")
    names = inputs.split(",")
    values = [np.asarray(plain(item)) for item in operands]
    spelt = all(v.ndim == len(n) == len(set(n)) for v, n in zip(values, names, strict=True))
    if "->" not in subscripts or not spelt:
        raise refused(f"numpy.einsum with subscripts {subscripts}")

    def back(place: int) -> Back:
        others = [output, *(name for k, name in enumerate(names) if k != place)]
        rest = [value for k, value in enumerate(values) if k != place]
        kept = "".join(letter for letter in names[place] if letter in "".join(others))
        shape = values[place].shape

        def rule(worth: Array) -> Array:
            handed = np.einsum(f"{','.join(others)}->{kept}", worth, *rest)
            # A letter that stands in this operand alone was summed over.
            alone = [k for k, letter in enumerate(names[place]) if letter not in kept]
            return np.broadcast_to(np.expand_dims(handed, alone), shape)

        return rule

    parents = [(item, back(k)) for k, item in enumerate(operands) if isinstance(item, Traced)]
    return Traced(np.einsum(f"{inputs}->{output}", *values), parents)
