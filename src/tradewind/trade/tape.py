"""Arrays that remember how they were computed, so that a user's outcome can be differentiated.

Theory
    Reverse accumulation: a scalar computed from leaves by elementary operations is differentiated
    by walking the operations backwards, each handing on what its inputs are worth.
Algorithm
    `Traced` stands in for a NumPy array through NumPy's own protocols (NEP 13 and 18), so that
    ordinary expressions, xarray's labels included, run on it unchanged. An operation without a
    rule here is refused by name rather than cut off from the derivative in silence.
Source
    Griewank & Walther (2008), Evaluating Derivatives, chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from tradewind.errors import InputError
from tradewind.trade.arrays import Array

Back = Callable[[Array], Array]
UFUNCS: dict[np.ufunc, Callable[..., tuple[Array, list[Back | None]]]] = {}
FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {}


class Traced(np.lib.mixins.NDArrayOperatorsMixin):
    """An array on the tape.

    Parameters
    ----------
    value : array
    parents : sequence of (Traced, callable)
        What it was computed from, each with the rule that hands its worth back.
    """

    def __init__(self, value: Any, parents: Sequence[tuple[Traced, Back]] = ()) -> None:
        self.value: Array = np.asarray(value)
        self.parents = tuple(parents)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value."""
        return self.value.shape

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return self.value.ndim

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.value.size

    @property
    def dtype(self) -> Any:
        """Type of the entries."""
        return self.value.dtype

    @property
    def real(self) -> Traced:
        """The real part: itself."""
        return self

    @property
    def imag(self) -> Array:
        """The imaginary part: zero."""
        return np.zeros(self.shape)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, key: Any) -> Traced:
        shape = self.shape

        def back(worth: Array) -> Array:
            whole = np.zeros(shape)
            np.add.at(whole, key, worth)
            return whole

        return Traced(self.value[key], [(self, back)])

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        raise refused("turning the outcome's array into a plain one (np.asarray, float(), .values)")

    def __bool__(self) -> bool:
        return bool(self.value)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        values = [plain(item) for item in inputs]
        if method != "__call__" or options.get("out") is not None:
            raise refused(f"numpy.{ufunc.__name__} with {method} or out=")
        if ufunc in FLAT:
            return ufunc(*values)
        if ufunc not in UFUNCS:
            raise refused(f"numpy.{ufunc.__name__}")
        result, rules = UFUNCS[ufunc](*values)
        parents = [
            (item, _fitting(rule, item.shape))
            for item, rule in zip(inputs, rules, strict=True)
            if isinstance(item, Traced) and rule is not None
        ]
        return Traced(result, parents)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: Any, options: Any
    ) -> Any:
        if function in FLAT_FUNCTIONS:
            return function(*[plain(item) for item in args], **options)
        if function not in FUNCTIONS:
            raise refused(f"numpy.{function.__name__}")
        return FUNCTIONS[function](*args, **options)

    def astype(self, dtype: Any, **options: Any) -> Traced:
        """Keep it, if the type is a floating one."""
        if np.dtype(dtype).kind != "f":
            raise refused(f"turning the outcome's array into {np.dtype(dtype)}")
        return self

    def copy(self, order: str = "C") -> Traced:
        """Return itself; nothing on the tape is ever changed in place."""
        return self

    def sum(self, axis: Any = None, **options: Any) -> Traced:
        """Add up."""
        return _sum(self, axis=axis, **options)

    def mean(self, axis: Any = None, **options: Any) -> Traced:
        """Average."""
        return _mean(self, axis=axis, **options)

    def reshape(self, *shape: Any, **options: Any) -> Traced:
        """Change the shape."""
        return _reshape(self, shape[0] if len(shape) == 1 else shape, **options)

    def transpose(self, *axes: Any) -> Traced:
        """Reorder the axes."""
        return _transpose(self, (axes[0] if len(axes) == 1 else axes) or None)


def plain(item: Any) -> Any:
    """The value of what may be traced."""
    return item.value if isinstance(item, Traced) else item


def refused(what: str) -> InputError:
    """An outcome that cannot be differentiated."""
    return InputError(
        "the outcome cannot be differentiated",
        where="argument outcome",
        value=what,
        bound="arithmetic, powers, exp, log, sums, means, where and selections of the "
        "equilibrium's arrays",
        remedy="write it with these; a whole table of outcomes is one call for each",
    )


def worth_of(result: Traced, leaves: Iterable[Traced]) -> list[Array]:
    """What each leaf is worth to a scalar result: ∂result/∂leaf, in the leaf's shape."""
    order: list[Traced] = []
    seen: set[int] = set()
    stack = [(result, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent, _ in node.parents)
    worth: dict[int, Array] = {id(result): np.ones(result.shape)}
    for node in reversed(order):
        if id(node) not in worth:
            continue
        for parent, back in node.parents:
            handed = back(worth[id(node)])
            known = worth.get(id(parent))
            worth[id(parent)] = handed if known is None else known + handed
    return [worth.get(id(leaf), np.zeros(leaf.shape)) for leaf in leaves]


def _fitting(rule: Back, shape: tuple[int, ...]) -> Back:
    """Add a rule's result up over the axes along which its input was broadcast."""

    def back(worth: Array) -> Array:
        handed = np.asarray(rule(worth))
        handed = handed.sum(axis=tuple(range(handed.ndim - len(shape))))
        stretched = tuple(
            axis for axis, length in enumerate(shape) if length == 1 and handed.shape[axis] > 1
        )
        return handed.sum(axis=stretched, keepdims=True) if stretched else handed

    return back


def _register_ufuncs() -> None:
    def binary(ufunc: np.ufunc, first: Any, second: Any) -> None:
        def rule(a: Array, b: Array) -> tuple[Array, list[Back | None]]:
            return ufunc(a, b), [lambda w: first(w, a, b), lambda w: second(w, a, b)]

        UFUNCS[ufunc] = rule

    def unary(ufunc: np.ufunc, slope: Callable[[Array, Array], Array]) -> None:
        def rule(a: Array) -> tuple[Array, list[Back | None]]:
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
# What depends on an array without having a derivative: conditions.
FLAT = frozenset(
    {np.isnan, np.isfinite, np.isinf, np.greater, np.greater_equal, np.less, np.less_equal}
    | {np.equal, np.not_equal, np.sign}
)
FLAT_FUNCTIONS: frozenset[Callable[..., Any]] = frozenset(
    {np.shape, np.ndim, np.size, np.ones_like, np.zeros_like, np.full_like, np.result_type}
)


def _differentiates(function: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    def keep(rule: Callable[..., Any]) -> Callable[..., Any]:
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
        (item, _fitting(lambda w, m=mask: np.where(m, w, 0.0), item.shape))
        for item, mask in ((x, chosen), (y, ~chosen))
        if isinstance(item, Traced)
    ]
    return Traced(result, parents)


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
    back = _fitting(lambda w: w, a.shape)
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
            parents.append((item, lambda w, at=places: np.take(w, at, axis=axis)))
    return Traced(np.concatenate(values, axis=axis), parents)


@_differentiates(np.stack)
def _stack(arrays: Sequence[Any], axis: int = 0, **options: Any) -> Traced:
    raised = [
        _expand_dims(item, axis) if isinstance(item, Traced) else np.expand_dims(item, axis)
        for item in arrays
    ]
    return _concatenate(raised, axis)
