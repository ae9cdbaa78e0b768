"""A linear programme written down by hand: blocks of variables, blocks of rows, names for both.

It knows nothing of energy or compute. The solver is HiGHS through SciPy, dual simplex, so that
duals come from a vertex.

Source: Huangfu & Hall (2018, HiGHS).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

TIGHT = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}


@dataclass(frozen=True)
class Optimum:
    """What the solver found. A dual is the change of the objective with its right-hand side."""

    objective: float
    value: dict[Hashable, Floats]
    dual: dict[Hashable, Floats]
    lower: dict[Hashable, Floats]
    """Change of the objective with each lower bound."""
    upper: dict[Hashable, Floats]


class NoOptimum(Exception):
    """The programme has none; the message is the solver's."""


@dataclass
class Programme:
    """min c·x subject to rows and bounds. Rows read "= rhs" or "<= rhs"."""

    start: dict[Hashable, Integers] = field(default_factory=dict)
    row: dict[Hashable, Integers] = field(default_factory=dict)
    equal: list[Floats] = field(default_factory=list)
    cost: list[Floats] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)
    right: list[Floats] = field(default_factory=list)
    entry: list[tuple[Integers, Integers, Floats]] = field(default_factory=list)
    variables: int = 0
    rows: int = 0

    def add(
        self,
        name: Hashable,
        size: int,
        *,
        cost: float | Floats = 0.0,
        low: float | Floats = 0.0,
        high: float | Floats = np.inf,
    ) -> Integers:
        """Add a block of variables and return their columns."""
        assert name not in self.start, name
        at = np.arange(self.variables, self.variables + size)
        self.start[name] = at
        self.variables += size
        for where, what in ((self.cost, cost), (self.low, low), (self.high, high)):
            where.append(np.broadcast_to(np.asarray(what, float), (size,)))
        return at

    def demand(self, name: Hashable, sign: str, right: float | Floats, size: int) -> Integers:
        """Add a block of empty rows and return their numbers; ``put`` fills them."""
        assert name not in self.row, name
        assert sign in ("=", "<=")
        at = np.arange(self.rows, self.rows + size)
        self.row[name] = at
        self.rows += size
        self.right.append(np.broadcast_to(np.asarray(right, float), (size,)))
        self.equal.append(np.full(size, sign == "=", dtype=float))
        return at

    def put(self, rows: Integers | int, columns: Integers | int, value: float | Floats) -> None:
        """Add coefficients; the three are broadcast together."""
        r, c, v = np.broadcast_arrays(rows, columns, np.asarray(value, float))
        self.entry.append((r.ravel(), c.ravel(), v.ravel()))

    def matrix(self) -> csr_array:
        """All rows: (row, variable)."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self.entry, strict=True))
        return coo_array((values, (rows, columns)), (self.rows, self.variables)).tocsr()

    def solve(self, shift: dict[Hashable, Floats] | None = None) -> Optimum:
        """Solve, with right-hand sides shifted where asked.

        Raises
        ------
        NoOptimum
            Infeasible, unbounded, or given up.
        """
        right, equal = np.concatenate(self.right).copy(), np.concatenate(self.equal) > 0.0
        for name, change in (shift or {}).items():
            right[self.row[name]] += change
        matrix = self.matrix()
        found = linprog(
            np.concatenate(self.cost),
            A_ub=matrix[~equal],
            b_ub=right[~equal],
            A_eq=matrix[equal],
            b_eq=right[equal],
            bounds=np.column_stack([np.concatenate(self.low), np.concatenate(self.high)]),
            method="highs-ds",
            options=TIGHT,
        )
        if found.status != 0:
            raise NoOptimum(found.message)
        marginal = np.empty(self.rows)
        marginal[equal] = found.eqlin.marginals
        marginal[~equal] = found.ineqlin.marginals

        def split(vector: Floats) -> dict[Hashable, Floats]:
            return {name: vector[at] for name, at in self.start.items()}

        return Optimum(
            float(found.fun),
            split(found.x),
            {name: marginal[at] for name, at in self.row.items()},
            split(found.lower.marginals),
            split(found.upper.marginals),
        )
