"""The equilibrium as one residual vector, compiled.

The state is a vector of logs: factor prices (one per economy, or one per sector where labour is
specific), price indices and expenditure relative to the baseline's. The residual is the step a
cautious iteration would take: factor prices answer excess demand by the inverse of their own
elasticity, and goods prices and spending of an economy follow its wage. Its zeros are the
equilibria and nothing else: factor prices move within the numéraire, since a common drift that
prices and spending follow would be a fixed point of its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tradewind.trade.arrays import Array
from tradewind.trade.constants import System
from tradewind.trade.kernels import Pass, one_pass
from tradewind.trade.vector_math import exp_into, log_into


class Market(NamedTuple):
    """What turns a state into a residual. K is 1 where labour is mobile, else J."""

    factors: int  # K
    log_scale: Array  # (N, J) ln X of the baseline
    wage_bill: Array  # (N, K) baseline factor income [USD million / year]
    employs: Array  # (N, K) bool
    response: Array  # (N, K) inverse own elasticity of excess demand
    payroll_share: Array  # (N, K) weights of factors in an economy's wage, rows sum to one
    spending_share: Array  # (N, J) weights of goods in an economy's prices, rows sum to one


class Reading(NamedTuple):
    """A state in the model's own terms."""

    factor: Array  # (N, K) ln v̂ in the numéraire
    value_added_price: Array  # (N, J) the same for every sector, −inf where it has died
    price: Array  # (N, J) ln P̂
    new: Pass  # one pass over the equations at this state


@njit(cache=True, nogil=True)
def in_numeraire(market: Market, factor: Array) -> Array:
    """Shift log factor prices so that world value added is the baseline's."""
    bill, world = 0.0, 0.0
    economies, factors = factor.shape
    level = np.empty((economies, factors))
    exp_into(factor.ravel(), level.ravel())
    for i in range(economies):
        for k in range(factors):
            world += market.wage_bill[i, k]
            if market.employs[i, k]:
                bill += market.wage_bill[i, k] * level[i, k]
    shifted: Array = factor - np.log(bill / world)
    return shifted


@njit(cache=True, nogil=True)
def read_state(system: System, market: Market, point: Array) -> Reading:
    """Unpack a state, bring it to the numéraire and pass once over the equations."""
    economies, sectors = market.log_scale.shape
    factors = market.factors
    cut = economies * factors
    middle = cut + economies * sectors
    factor = np.empty((economies, factors))
    price, spending = np.empty((economies, sectors)), np.empty((economies, sectors))
    for i in range(economies):
        for k in range(factors):
            factor[i, k] = point[i * factors + k]
        for j in range(sectors):
            price[i, j] = point[cut + i * sectors + j]
            spending[i, j] = point[middle + i * sectors + j] + market.log_scale[i, j]
    factor = in_numeraire(market, factor)
    bill, employs = market.wage_bill, market.employs
    alive_cost, alive_good, paid = system.alive_cost, system.alive_good, system.value_added
    log_v = np.zeros((economies, sectors))
    earned = np.zeros(economies)
    spent, wage = np.empty((economies, sectors)), np.empty((economies, factors))
    exp_into(spending.ravel(), spent.ravel())
    exp_into(factor.ravel(), wage.ravel())
    for i in range(economies):
        for k in range(factors):
            if employs[i, k]:
                earned[i] += bill[i, k] * wage[i, k]
        for j in range(sectors):
            if factors == 1:
                log_v[i, j] = factor[i, 0]
            elif paid[i, j] > 0.0:
                log_v[i, j] = factor[i, j] if alive_cost[i, j] else -np.inf
            if not alive_good[i, j]:
                spent[i, j] = 0.0
    return Reading(factor, log_v, price, one_pass(system, log_v, earned, price, spent))


@njit(cache=True, nogil=True)
def residual(system: System, market: Market, point: Array) -> tuple[Array, float]:
    """Return the residual vector and the largest relative miss of any equation.

    A NaN anywhere makes the measure infinite.
    """
    economies, sectors = market.log_scale.shape
    factors = market.factors
    state = read_state(system, market, point)
    new, level = state.new, state.factor
    needed = new.factor_demand
    employs, bill, response = market.employs, market.wage_bill, market.response
    worst = 0.0
    moved, demand = np.zeros((economies, factors)), np.ones((economies, factors))
    for i in range(economies):
        for k in range(factors):
            if employs[i, k]:
                demand[i, k] = (needed[i].sum() if factors == 1 else needed[i, k]) / bill[i, k]
    log_demand = np.empty((economies, factors))
    log_into(demand.ravel(), log_demand.ravel())
    for i in range(economies):
        for k in range(factors):
            if not employs[i, k]:
                continue
            excess = log_demand[i, k] - level[i, k]
            worst = max(worst, abs(excess)) if not np.isnan(excess) else np.inf
            moved[i, k] = response[i, k] * excess
    moved = in_numeraire(market, level + moved) - level
    vector = np.zeros(point.size)
    alive, scale, payroll = system.alive_good, market.log_scale, market.payroll_share
    log_price, old_price = new.log_price, state.price
    log_spent = np.empty((economies, sectors))
    log_into(new.expenditure.ravel(), log_spent.ravel())
    cut = economies * factors
    middle = cut + economies * sectors
    for i in range(economies):
        wage = 0.0
        for k in range(factors):
            wage += payroll[i, k] * moved[i, k]
            place = i * factors + k
            vector[place] = level[i, k] + moved[i, k] - point[place]
        for j in range(sectors):
            if not alive[i, j]:
                continue
            place = i * sectors + j
            price = log_price[i, j] - old_price[i, j]
            spent = log_spent[i, j] - scale[i, j] - point[middle + place]
            miss = max(abs(price), abs(spent))
            worst = max(worst, miss) if not (np.isnan(price) or np.isnan(spent)) else np.inf
            vector[cut + place] = price + wage
            vector[middle + place] = spent + wage
    return vector, worst


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def averages(market: Market, vector: Array) -> Array:
    """Average factor price, goods price and spending of every economy, (3N,)."""
    economies, sectors = market.log_scale.shape
    factors = market.factors
    cut = economies * factors
    middle = cut + economies * sectors
    mean = np.zeros(3 * economies)
    for i in range(economies):
        for k in range(factors):
            mean[i] += market.payroll_share[i, k] * vector[i * factors + k]
        for j in range(sectors):
            weight = market.spending_share[i, j]
            mean[economies + i] += weight * vector[cut + i * sectors + j]
            mean[2 * economies + i] += weight * vector[middle + i * sectors + j]
    return mean


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def shift(system: System, market: Market, vector: Array, by: Array) -> None:
    """Move every factor price, goods price and spending of an economy alike, in place."""
    economies, sectors = market.log_scale.shape
    factors = market.factors
    cut = economies * factors
    middle = cut + economies * sectors
    for i in range(economies):
        for k in range(factors):
            if market.employs[i, k]:
                vector[i * factors + k] += by[i]
        for j in range(sectors):
            if system.alive_good[i, j]:
                vector[cut + i * sectors + j] += by[economies + i]
                vector[middle + i * sectors + j] += by[2 * economies + i]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def corrected(system: System, market: Market, coarse: Array, point: Array) -> tuple[Array, float]:
    """Residual whose economy averages are solved for exactly (see `tradewind.trade.coarse`).

    With an empty ``coarse`` it is the plain residual.
    """
    vector, worst = residual(system, market, point)
    if coarse.size == 0:
        return vector, worst
    mean = averages(market, vector)
    by = -mean
    for a in range(mean.size):
        for b in range(mean.size):
            by[a] += coarse[a, b] * mean[b]
    shift(system, market, vector, by)
    return vector, worst
