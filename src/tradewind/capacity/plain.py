"""PyPSA's own way to the optimum, with HiGHS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tradewind.capacity.layer import copy_of
from tradewind.capacity.model import keep_routes, tighten
from tradewind.errors import ConvergenceError, InfeasibleError

if TYPE_CHECKING:
    import pypsa


def optimise(
    network: pypsa.Network,
    *,
    solver: str = "highs",
    tell: Callable[[str], None] | None = None,
) -> pypsa.Network:
    """Solve a copy of a network to its optimum."""
    answer = copy_of(network)
    _, condition = answer.optimize(
        solver_name="highs",
        extra_functionality=tighten,
        include_objective_constant=False,
        log_to_console=False,
        primal_feasibility_tolerance=1e-9,
        dual_feasibility_tolerance=1e-9,
    )
    if condition in ("infeasible", "infeasible_or_unbounded"):
        raise InfeasibleError("no plan meets all constraints")
    if condition != "optimal":
        raise ConvergenceError(f"the solver stopped without an optimum: {condition}")
    keep_routes(answer)
    return answer
