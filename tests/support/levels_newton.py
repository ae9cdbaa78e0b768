"""The equilibrium in levels as one square system, and a damped Newton method for it.

The Jacobian is the complex-step one, exact to rounding; backtracking keeps the largest residual
falling. One labour-market clearing condition is redundant (Walras' law) and is replaced by the
numéraire; it is evaluated all the same and reported.
"""

from __future__ import annotations

import numpy as np

from tests.support.levels_system import (
    AnyArray,
    FloatArray,
    Primitives,
    State,
    evaluate,
    find_available,
)


class System:
    """The square system of one set of primitives, unknowns (log v, log P, X / scale)."""

    def __init__(
        self, primitives: Primitives, wage_units: FloatArray, expenditure: FloatArray
    ) -> None:
        self.primitives = primitives
        self.available = find_available(primitives)
        self.shape = expenditure.shape
        self.mobile = primitives.labour_market == "mobile"
        self.scale = np.where(expenditure > 0.0, expenditure, expenditure.mean())
        self.wage_units = wage_units
        labour = primitives.labour.sum(axis=1, keepdims=True) if self.mobile else primitives.labour
        self.workers = labour
        self._check_specific_labour()
        # The clearing of the largest labour market follows from the others (Walras' law).
        payroll = labour * self.wage_units[:, : labour.shape[1]]
        self.redundant = int(np.argmax(payroll))

    def _check_specific_labour(self) -> None:
        """Refuse specific labour whose product nobody can make or buy: its wage would be zero."""
        sold = np.isfinite(self.primitives.iceberg_cost).any(axis=0) & self.available.made
        stranded = (self.primitives.labour > 0.0) & ~sold
        if not self.mobile and stranded.any():
            raise ValueError(f"specific labour without work: {np.argwhere(stranded).tolist()}")

    def unpack(self, unknown: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
        """Return v, P and X, each (economy, sector)."""
        count = self.workers.size
        size = self.shape[0] * self.shape[1]
        wage = np.exp(unknown[:count]).reshape(self.workers.shape)
        price = np.exp(unknown[count : count + size]).reshape(self.shape)
        expenditure = unknown[count + size :].reshape(self.shape) * self.scale
        return np.broadcast_to(wage, self.shape), price, expenditure

    def pack(self, wage: FloatArray, price: FloatArray, expenditure: FloatArray) -> FloatArray:
        """Inverse of `unpack`."""
        own = wage[:, : self.workers.shape[1]]
        parts = (np.log(own), np.log(price), expenditure / self.scale)
        return np.concatenate([part.ravel() for part in parts])

    def state(self, unknown: AnyArray) -> State:
        """Evaluate all endogenous levels."""
        return evaluate(self.primitives, self.available, *self.unpack(unknown))

    def residuals(self, unknown: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Return the square system's residuals and the redundant one, all relative."""
        wage, price, expenditure = self.unpack(unknown)
        state = evaluate(self.primitives, self.available, wage, price, expenditure)
        demand = state.labour_demand
        if self.mobile:
            demand = demand.sum(axis=1, keepdims=True)
        own = wage[:, : self.workers.shape[1]]
        idle = self.workers == 0.0
        payroll = np.where(idle, 1.0, own * self.workers)
        unit = own / self.wage_units[:, : self.workers.shape[1]]
        labour = np.where(idle, unit, demand / payroll).ravel() - 1.0
        redundant = labour[self.redundant].copy()
        labour[self.redundant] = state.value_added.sum() / self.primitives.value_added.sum() - 1.0
        prices = np.log(price) - np.log(state.implied_price)
        spending = (expenditure - state.implied_expenditure) / self.scale
        return np.concatenate([labour, prices.ravel(), spending.ravel()]), redundant


def jacobian(system: System, unknown: FloatArray) -> FloatArray:
    """Return the derivative of the residuals by the complex step."""
    step = 1e-30
    columns = []
    for index in range(unknown.size):
        point = unknown.astype(complex)
        point[index] += 1j * step
        columns.append(system.residuals(point)[0].imag / step)
    return np.stack(columns, axis=1)


def newton(
    system: System, start: FloatArray, tolerance: float, max_iterations: int = 60
) -> FloatArray | None:
    """Return the root, or None when backtracking stalls.

    Parameters
    ----------
    tolerance : bound on the largest residual; one more step is taken once it is met
    """
    unknown = start
    residual = system.residuals(unknown)[0]
    for _ in range(max_iterations):
        size = float(np.abs(residual).max())
        try:
            move = np.linalg.solve(jacobian(system, unknown), -residual)
        except np.linalg.LinAlgError:
            return None
        move *= 1.0 / max(1.0, float(np.abs(move).max()) / 2.0)
        if size < tolerance:
            polished = unknown + move
            better = float(np.abs(system.residuals(polished)[0]).max()) < size
            return polished if better else unknown
        damping = 1.0
        while damping > 1e-4:
            candidate = unknown + damping * move
            with np.errstate(over="ignore", invalid="ignore"):
                trial = system.residuals(candidate)[0]
            # A NaN compares false and is refused like any increase.
            if float(np.abs(trial).max()) < size * (1.0 - 0.1 * damping):
                break
            damping *= 0.5
        else:
            return None
        unknown, residual = candidate, trial
    return None
