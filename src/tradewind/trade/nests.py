"""The CES nests of costs and of final demand, compiled.

Theory
    README.md of this room: T1–T3 for costs, T14 and T15 for final demand.
Near one
    Every nest is written with ``log1p`` and ``expm1``; at an elasticity of exactly one it switches
    to the Cobb–Douglas form (a plain power would lose six digits near one).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tradewind.trade.arrays import Array
from tradewind.trade.constants import System
from tradewind.trade.vector_math import add_rows, exp_into, expm1_into, log1p_into


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def unit_costs(
    system: System, log_value_added_price: Array, log_price: Array
) -> tuple[Array, Array, Array]:
    """ln ĉ, β' and ln m̂ from the prices of value added and of goods."""
    economies, sectors = log_price.shape
    log_cost = np.zeros((economies, sectors))
    share = np.zeros((economies, sectors))
    s_m, s_v = system.s_inputs, system.s_value_added
    beta, alive, fed = system.value_added_share, system.alive_cost, system.alive_inputs
    transformed = log_price
    if s_m != 0.0:
        transformed = np.empty((economies, sectors))
        expm1_into((s_m * log_price).ravel(), transformed.ravel())
    nest = system.input_shift.copy()
    for i in range(economies):
        add_rows(nest[i], system.inputs[i], transformed[i])
    log_inputs = nest
    if s_m != 0.0:
        log_inputs = np.empty((economies, sectors))
        log1p_into(nest.ravel(), log_inputs.ravel())
    log_v = log_value_added_price - system.log_value_added_productivity
    for i in range(economies):
        for j in range(sectors):
            if not alive[i, j]:
                log_inputs[i, j], log_v[i, j] = 0.0, 0.0
            elif not fed[i, j]:
                log_inputs[i, j] = np.inf
            elif s_m != 0.0:
                log_inputs[i, j] = log_inputs[i, j] / s_m if beta[i, j] < 1.0 else nest[i, j]
    if s_v == 0.0:
        for i in range(economies):
            for j in range(sectors):
                if alive[i, j]:
                    cost = beta[i, j] * log_v[i, j]
                    if beta[i, j] < 1.0:
                        cost += (1.0 - beta[i, j]) * log_inputs[i, j]
                    log_cost[i, j] = cost - system.log_output_productivity[i, j]
                    share[i, j] = beta[i, j]
    else:
        _ces_costs(system, log_v, log_inputs, log_cost, share)
    return log_cost, share, log_inputs


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _ces_costs(
    system: System, log_v: Array, log_inputs: Array, log_cost: Array, share: Array
) -> None:
    """ln ĉ and β' of the nest of value added and inputs, where σ_v is not one, in place."""
    s, beta, alive = system.s_value_added, system.value_added_share, system.alive_cost
    economies, sectors = beta.shape
    paid, fed = np.empty((economies, sectors)), np.empty((economies, sectors))
    expm1_into((s * log_v).ravel(), paid.ravel())
    expm1_into((s * log_inputs).ravel(), fed.ravel())
    for i in range(economies):
        for j in range(sectors):
            # A part with a weight of zero may have a price of infinity.
            first = beta[i, j] * paid[i, j] if beta[i, j] > 0.0 else 0.0
            second = (1.0 - beta[i, j]) * fed[i, j] if beta[i, j] < 1.0 else 0.0
            paid[i, j] = first + second if alive[i, j] else 0.0
    log1p_into(paid.ravel(), fed.ravel())
    for i in range(economies):
        for j in range(sectors):
            paid[i, j] = s * log_v[i, j] - fed[i, j]
            log_cost[i, j] = fed[i, j] / s - system.log_output_productivity[i, j]
    exp_into(paid.ravel(), fed.ravel())
    for i in range(economies):
        for j in range(sectors):
            if alive[i, j]:
                share[i, j] = beta[i, j] * fed[i, j]
            else:
                log_cost[i, j] = 0.0


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def final_demand(system: System, log_price: Array) -> tuple[Array, Array]:
    """α' and ln P̂ of the final bundle."""
    economies, sectors = log_price.shape
    s, wanted = system.s_final, system.final_share
    share, bundle = wanted.copy(), system.final_shift.copy()
    transformed = log_price
    if s != 0.0:
        transformed = np.empty((economies, sectors))
        expm1_into((s * log_price).ravel(), transformed.ravel())
    for n in range(economies):
        for k in range(sectors):
            if wanted[n, k] > 0.0:
                bundle[n] += wanted[n, k] * transformed[n, k]
    if s != 0.0:
        bundle = np.log1p(bundle) / s
        exp_into((s * (log_price - bundle.reshape(-1, 1))).ravel(), transformed.ravel())
        for n in range(economies):
            for k in range(sectors):
                if wanted[n, k] > 0.0:
                    share[n, k] = wanted[n, k] * transformed[n, k]
    return share, bundle
