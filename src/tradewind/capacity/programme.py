"""A linear programme with its steps of time, read out of a linopy model.

    minimise c'x   subject to   row_lower <= A x <= row_upper,   lower <= x <= upper

Every column and row that belongs to a snapshot carries its number (``step``); what belongs to none,
a capacity or a cap on the year, carries ``NO_STEP``. The structured solver lives on these numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from tradewind.errors import InputError

if TYPE_CHECKING:
    from linopy import Model
    from linopy.constraints import ConstraintBase

NO_STEP = -1
TIME = "snapshot"


@dataclass(frozen=True, eq=False)
class Programme:
    """Arrays of a linear programme.

    Attributes
    ----------
    matrix : csr_array, (row, column)
    cost, lower, upper : ndarray, (column,)
    row_lower, row_upper : ndarray, (row,)
    column_step, row_step : ndarray of int32
        Number of the snapshot, or ``NO_STEP``.
    offset : float
        Constant of the objective.
    """

    matrix: sp.csr_array
    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    column_step: np.ndarray
    row_step: np.ndarray
    offset: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.matrix.shape
        return int(rows), int(columns)


def freeze(model: Model) -> None:
    """Keep the rows of a linopy model without padding, all that it tells unchanged.

    linopy lays rows out as wide as the longest; the balance of a bus takes ten times its terms.
    """
    for name, constraint in model.constraints.items():
        model.constraints.data[name] = constraint.freeze()


def programme_of(model: Model) -> Programme:
    """Read the arrays and the steps out of a linopy model.

    Raises
    ------
    InputError
        If the model has integer variables or a quadratic objective.
    """
    matrices = model.matrices
    if np.any(matrices.vtypes != "C") or matrices.Q is not None:
        raise InputError(
            "the network asks for integer variables or quadratic costs",
            where="network",
            value="unit commitment or quadratic marginal cost",
            bound="a linear programme",
            remedy="set committable to False and marginal_cost_quadratic to 0",
        )
    rhs, sense = matrices.b, matrices.sense
    entries: Any = matrices.A
    return Programme(
        matrix=sp.csr_array(entries),
        cost=np.asarray(matrices.c, dtype=float),
        lower=np.asarray(matrices.lb, dtype=float),
        upper=np.asarray(matrices.ub, dtype=float),
        row_lower=np.where(sense == "<", -np.inf, rhs),
        row_upper=np.where(sense == ">", np.inf, rhs),
        column_step=_column_steps(model),
        row_step=_row_steps(model),
    )


def _column_steps(model: Model) -> np.ndarray:
    parts = []
    for _, variable in model.variables.items():
        labels = variable.labels
        parts.append(_steps(labels.dims, labels.shape)[labels.to_numpy() != -1])
    return np.concatenate(parts)


def _row_steps(model: Model) -> np.ndarray:
    parts = []
    for _, constraint in model.constraints.items():
        steps = _steps(tuple(constraint.coord_dims), constraint.shape)
        parts.append(steps.ravel()[active_rows(constraint)])
    return np.concatenate(parts)


def active_rows(constraint: ConstraintBase) -> np.ndarray:
    """Return which cells of a constraint's array are rows of the model, as flat positions."""
    positions: np.ndarray = constraint.active_labels() - constraint.range[0]
    return positions


def _steps(dims: tuple[object, ...], shape: tuple[int, ...]) -> np.ndarray:
    """Return the number of the snapshot of every cell of an array."""
    if TIME not in dims:
        return np.full(shape, NO_STEP, dtype=np.int32)
    axis = dims.index(TIME)
    sizes = [-1 if i == axis else 1 for i in range(len(shape))]
    return np.broadcast_to(np.arange(shape[axis], dtype=np.int32).reshape(sizes), shape)
