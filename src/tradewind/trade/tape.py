"""Arrays that remember how they were computed, so that a user's outcome can be differentiated.

Theory
    Reverse accumulation: a scalar computed from leaves by elementary operations is differentiated
    by walking the operations backwards, each handing on what its inputs are worth.
Algorithm
    `Traced` stands in for a NumPy array through NumPy's own protocols (NEP 13 and 18), so that
    ordinary expressions, xarray's labels included, run on it unchanged. An operation without a
    rule (`tradewind.trade.tape_rules`) is refused by name rather than cut off from the
    derivative in silence.
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
Rule = Callable[..., tuple[Array, list[Back]]]
UFUNCS: dict[np.ufunc, Rule] = {}
FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {}
# What depends on an array without having a derivative: conditions and shapes.
FLAT = frozenset(
    {np.isnan, np.isfinite, np.isinf, np.greater, np.greater_equal, np.less, np.less_equal}
    | {np.equal, np.not_equal, np.sign}
)
FLAT_FUNCTIONS: frozenset[Callable[..., Any]] = frozenset(
    {np.shape, np.ndim, np.size, np.ones_like, np.zeros_like, np.full_like, np.result_type}
)


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

    def __float__(self) -> float:
        raise refused("float() of the outcome: return the array itself")

    def item(self) -> float:
        """Refuse to leave the tape."""
        raise refused(".item() of the outcome: return the array itself")

    def __bool__(self) -> bool:
        return bool(self.value)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if not all(isinstance(item, KNOWN) for item in inputs):
            return NotImplemented  # a labelled array knows how to take this one in
        values = [plain(item) for item in inputs]
        if method != "__call__" or options.get("out") is not None:
            raise refused(f"numpy.{ufunc.__name__} with {method} or out=")
        if ufunc in FLAT:
            return ufunc(*values)
        if ufunc not in UFUNCS:
            raise refused(f"numpy.{ufunc.__name__}")
        result, rules = UFUNCS[ufunc](*values)
        parents = [
            (item, fitting(rule, item.shape))
            for item, rule in zip(inputs, rules, strict=True)
            if isinstance(item, Traced)
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

    def sum(self, axis: Any = None, **options: Any) -> Any:
        """Add up."""
        return FUNCTIONS[np.sum](self, axis=axis, **options)

    def mean(self, axis: Any = None, **options: Any) -> Any:
        """Average."""
        return FUNCTIONS[np.mean](self, axis=axis, **options)

    def reshape(self, *shape: Any, **options: Any) -> Any:
        """Change the shape."""
        return FUNCTIONS[np.reshape](self, shape[0] if len(shape) == 1 else shape, **options)

    def transpose(self, *axes: Any) -> Any:
        """Reorder the axes."""
        return FUNCTIONS[np.transpose](self, (axes[0] if len(axes) == 1 else axes) or None)


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


def fitting(rule: Back, shape: tuple[int, ...]) -> Back:
    """Add a rule's result up over the axes along which its input was broadcast."""

    def back(worth: Array) -> Array:
        handed = np.asarray(rule(worth))
        if not np.isfinite(handed).all():
            # What is worth nothing hands nothing on, whatever it was computed from.
            handed = np.where(worth == 0.0, 0.0, handed)
        handed = handed.sum(axis=tuple(range(handed.ndim - len(shape))))
        stretched = tuple(
            axis for axis, length in enumerate(shape) if length == 1 and handed.shape[axis] > 1
        )
        return np.asarray(handed.sum(axis=stretched, keepdims=True)) if stretched else handed

    return back


KNOWN = (Traced, np.ndarray, np.generic, int, float)
