"""Why no equilibrium was found, as far as the system shows it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tradewind.errors import ConvergenceError
from tradewind.trade.arrays import Array
from tradewind.trade.constants import System
from tradewind.trade.feasible import Labels


class Failure(NamedTuple):
    """Where the solver gave up: the part of the shock reached and the state beyond it."""

    part: float
    residual: float
    tolerance: float
    log_price: Array  # (N, J)


def no_equilibrium(system: System, failure: Failure, labels: Labels) -> ConvergenceError:
    """Say which economy or price stands in the way.

    Parameters
    ----------
    system : System
        The whole shock.
    """
    left = "" if not np.isfinite(failure.residual) else f", residual {failure.residual:.1e}"
    head = (
        f"no equilibrium was found beyond {100 * failure.part:.1f} % of the shock "
        f"(tolerance {failure.tolerance:.0e}{left})"
    )
    where, remedy = _broke(system, labels) or _cut_off(system, labels) or _dear(failure, labels)
    return ConvergenceError(f"{head}\n  where:  {where}\n  try:    {remedy}")


def _broke(system: System, labels: Labels) -> tuple[str, str] | None:
    """An economy that owes more than it earns at baseline prices."""
    if system.proportional:
        return None
    earned = system.value_added.sum(axis=1)
    left = earned + system.deficit
    if (left > 0.0).all():
        return None
    worst = int(np.argmin(left / earned))
    return (
        f"{labels.economies[worst]} earns {earned[worst]:.6g} and its deficit is "
        f"{system.deficit[worst]:.6g} USD million, which leaves it no income",
        "a deficit above minus its value added",
    )


def _cut_off(system: System, labels: Labels) -> tuple[str, str] | None:
    """An economy that can sell nothing abroad but still buys there."""
    foreign = ~np.eye(len(labels.economies), dtype=bool)
    bought = (system.demand * system.alive_cost.T[:, None, :]) * system.alive_good.T[:, :, None]
    bought = bought * foreign
    sells, buys = bought.sum(axis=(0, 1)) > 0.0, bought.sum(axis=(0, 2)) > 0.0
    stuck = ~sells & buys
    if not stuck.any():
        return None
    economy = labels.economies[int(np.argmax(stuck))]
    return (
        f"{economy} can sell nothing abroad any more and still buys there: it cannot pay, or "
        "its imports must shrink to what its deficit allows",
        "leave it one open export, ban its imports as well, or choose another closure of deficits",
    )


def _dear(failure: Failure, labels: Labels) -> tuple[str, str]:
    economy, sector = np.unravel_index(
        np.argmax(np.abs(failure.log_price)), failure.log_price.shape
    )
    times = np.exp(np.clip(failure.log_price[economy, sector], -700.0, 700.0))
    return (
        f"the largest price change is {labels.sectors[sector]} in {labels.economies[economy]}, "
        f"times {times:.3g}",
        "a smaller shock, elasticities of substitution nearer to 1, or one open supplier of that "
        "good; with inputs that cannot be replaced there may be no finite prices at all",
    )
