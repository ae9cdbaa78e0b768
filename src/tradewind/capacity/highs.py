"""HiGHS on the arrays of a programme: once, or again and again from where it stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tradewind.capacity.programme import Programme
from tradewind.errors import ConvergenceError

Floats = NDArray[np.float64]
TOLERANCE = 1e-9
"""Feasibility, primal and dual."""


@dataclass(frozen=True)
class Answer:
    """An optimum.

    Attributes
    ----------
    value : float
    column : (column,) values
    row : (row,) duals
    """

    value: float
    column: Floats
    row: Floats


class Solver:
    """A programme inside HiGHS, whose cost can be changed and which starts from its last basis."""

    def __init__(self, programme: Programme) -> None:
        import highspy

        make: Any = highspy.Highs
        self._highs = make()
        self._highs.silent()
        for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            self._highs.setOptionValue(name, TOLERANCE)
        self._highs.setOptionValue("threads", 1)
        self._highs.passModel(_model(programme))
        self._columns = programme.shape[1]

    def minimise(self, cost: Floats | None = None) -> Answer | None:
        """Minimise, with another cost if one is given; None if nothing is feasible.

        Raises
        ------
        ConvergenceError
            HiGHS stopped without an answer.
        """
        import highspy

        if cost is not None:
            columns = np.arange(self._columns, dtype=np.int32)
            self._highs.changeColsCost(self._columns, columns, np.asarray(cost, dtype=float))
        self._highs.run()
        status = self._highs.getModelStatus()
        if status in (
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise ConvergenceError(
                f"HiGHS stopped without an optimum: {self._highs.modelStatusToString(status)}"
            )
        found = self._highs.getSolution()
        return Answer(
            float(self._highs.getInfo().objective_function_value),
            np.array(found.col_value),
            np.array(found.row_dual),
        )


def minimised(programme: Programme) -> Answer | None:
    """Solve a programme once; None if nothing is feasible."""
    return Solver(programme).minimise()


def vertex(programme: Programme, answer: Answer) -> Answer:
    """Go from an optimum in the interior of the optimal face to a vertex of it.

    Raises
    ------
    ConvergenceError
        Crossover stopped without an optimum.
    """
    import highspy

    make: Any = highspy.Highs
    solver = make()
    solver.silent()
    for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        solver.setOptionValue(name, TOLERANCE)
    solver.passModel(_model(programme))
    solution = highspy.HighsSolution()
    solution.col_value, solution.row_dual = list(answer.column), list(answer.row)
    solution.col_dual = list(programme.cost - programme.matrix.T @ answer.row)
    solution.row_value = list(programme.matrix @ answer.column)
    solution.value_valid = solution.dual_valid = True
    solver.crossover(solution)
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ConvergenceError("HiGHS found no vertex at the optimum")
    found = solver.getSolution()
    return Answer(
        float(solver.getInfo().objective_function_value),
        np.array(found.col_value),
        np.array(found.row_dual),
    )


def _model(programme: Programme) -> Any:
    import highspy

    rows, columns = programme.shape
    matrix = sp.csc_array(programme.matrix)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = programme.cost
    model.col_lower_, model.col_upper_ = programme.lower, programme.upper
    model.row_lower_, model.row_upper_ = programme.row_lower, programme.row_upper
    model.offset_ = programme.offset
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    return model
