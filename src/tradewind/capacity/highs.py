"""HiGHS on the arrays of a programme."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tradewind.capacity.hearing import Hearing, Tell
from tradewind.capacity.programme import Programme
from tradewind.errors import ConvergenceError

Floats = NDArray[np.float64]
TOLERANCE = 1e-9
"""Feasibility, primal and dual."""
SIMPLEX_ROWS = 150_000
"""Rows up to which simplex is used; above, HiGHS's interior point with crossover."""

PATIENCE = 0.2
"""Seconds after which a signal is heard, at most."""


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


def minimised(programme: Programme, tell: Tell | None = None) -> Answer | None:
    """Find an optimum at a vertex; None if nothing is feasible.

    Parameters
    ----------
    programme : Programme
    tell : callable, optional
        Is told how far HiGHS is; see ``hearing``.

    Raises
    ------
    ConvergenceError
        HiGHS stopped without an answer, or cost has no lower bound.
    """
    import highspy

    solver = opened(programme)
    if programme.shape[0] > SIMPLEX_ROWS:
        solver.setOptionValue("solver", "hipo")
    hearing = Hearing(tell)
    with hearing.of(solver):
        _run(solver, hearing)
        if solver.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            # Presolve stops at either; without it HiGHS tells which.
            solver.setOptionValue("presolve", "off")
            _run(solver, hearing)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status == highspy.HighsModelStatus.kUnbounded:
        raise ConvergenceError(
            "cost has no lower bound: something earns money without limit; look for a negative "
            "marginal or capital cost of a component whose size has no limit"
        )
    if status != highspy.HighsModelStatus.kOptimal:
        raise ConvergenceError(
            f"HiGHS stopped without an optimum: {solver.modelStatusToString(status)}"
        )
    return answer_of(solver)


def _run(solver: Any, hearing: Hearing) -> None:
    """Run HiGHS beside the main thread, which so hears at once that it should stop."""
    running = Thread(target=solver.run, daemon=True)
    running.start()
    while running.is_alive():
        running.join(PATIENCE)
        hearing.pass_on()


def opened(programme: Programme) -> Any:
    """Return HiGHS with a programme in it, silent and strict."""
    import highspy

    make: Any = highspy.Highs
    solver = make()
    solver.silent()
    for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        solver.setOptionValue(name, TOLERANCE)
    solver.setOptionValue("threads", 1)
    solver.passModel(_model(programme))
    return solver


def answer_of(solver: Any) -> Answer:
    """Return the answer in HiGHS, which has run."""
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
