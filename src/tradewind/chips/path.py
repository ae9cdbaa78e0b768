"""The chip market over the years, period by period, in one compiled pass.

A year falls into the periods that rules cut it into; within one the rules stand still, supply and
demand flow evenly. Each period has five steps, each year a sixth and a seventh:

1. what each pool can make (the leading chain as given; the makers at home by their bottleneck),
2. what leaks to those who are denied the best chip,
3. the offers: which family may be sold to whom, at what price, under which limits,
4. the allocation (``allocation.allocate``), with its rents,
5. the books: use of pools, dies and memory,
6. the makers' capacity answers the price at home (``equations.response``),
7. stocks of dies and memory are carried over.

Everything is an array; labels are ``block.py``'s.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tradewind.chips.allocation import allocate
from tradewind.chips.equations import response
from tradewind.chips.programme import NONE, SLOTS, Floats, Integers

TRAINING = 0
"""Position of training among the workloads; decoding is the other."""
NEAR = 0.5
"""A permitted chip of this part of the best chip's operations leaves nothing to smuggle for."""
STACKS_PER_DIE = 4.0
"""HBM stacks beside one Ascend die (8 on a 910C of two: SemiAnalysis, 13 M stacks = 1.6 M
packages)."""
LEAST_ACCESS = 1e-6
"""A grant below this share is a denial."""
SPENT = 1e-6
"""A quota of which no more than this part is left is spent."""


class Market(NamedTuple):
    """What a draw of the parameters says, for all scenarios alike."""

    share_of_year: Floats
    """(period,) [year]"""
    year_of: Integers
    """(period,) position of its year"""
    effective: Floats
    """(year, family, workload) [effective chips / package]"""
    price: Floats
    """(year, family) [USD / package], list"""
    pool_of: Integers
    """(period, family) which pool a family is cut from; ``NONE``: not on sale then"""
    pool_draw: Floats
    """(year, family) [pool's units / package]"""
    supply: Floats
    """(period, pool) [pool's units]; of the home pools, the ramp at the reference M"""
    demand: Floats
    """(period, economy, workload) [effective chips] at the reference price"""
    reference_price: Floats
    """(year, workload) [USD / effective chip]"""
    operations: Floats
    """(year, family) [H100e / package]"""
    frontier: Integers
    """(year,) the family that those who are denied it smuggle"""
    elasticity: float
    leakage_rate: float
    """[1] of an economy's demand for training at the open market's price"""
    home: int
    """The economy whose makers answer"""
    abroad: int
    """The economy whose marginal value stands for the open market"""
    home_pools: Integers
    """(2,) pool that uses dies and HBM, and the other maker's, which follows it"""
    dies: Floats
    """(year,) [die / year] of the makers at home, at the reference M"""
    foundry: Floats
    """(year,) [die / year] from foundries abroad, where they may sell"""
    memory: Floats
    """(year,) [stack / year] of HBM made at home, at the reference M"""
    memory_held: float
    """[stack] in store when memory abroad was last to be had"""
    reference_multiple: Floats
    """(year,) M that observed sales already hold"""
    response_elasticity: float
    response_lag: float
    mineral_loss: float
    """[1] of the leading chain's output while minerals are stopped"""


class Rules(NamedTuple):
    """What a regime says."""

    access: Floats
    """(period, family, economy) [1]: 0 denied, 1 free, between them the share granted of demand"""
    surcharge: Floats
    """(period, family, economy) [rate] on the list price"""
    foundry_open: Floats
    """(period,) [1] whether foundries abroad may serve the makers at home"""
    memory_open: Floats
    """(period,) [1] whether they may buy HBM abroad"""
    minerals_stopped: Floats
    """(period,) [1] whether the leading chain is without China's minerals"""
    quota: Floats
    """(economy,) [TPP] over all periods in which it holds; infinite where there is none"""
    quota_draw: Floats
    """(period, family, economy) [TPP / package] against it, 0 where it does not count"""


class Path(NamedTuple):
    """What happened."""

    packages: Floats
    """(period, family, economy, workload)"""
    leaked: Floats
    """(period, family, economy) [package]"""
    capacity: Floats
    """(period, pool) [pool's units]"""
    rent: Floats
    """(period, pool) [USD / pool's unit]"""
    quota_rent: Floats
    """(period, economy) [USD / TPP]"""
    marginal_value: Floats
    """(period, economy, workload) [USD / effective chip]"""
    multiple: Floats
    """(year,) M, the home makers' answer so far"""
    residual: float
    """Largest violation of optimality over all periods"""
    worst: int
    """The period in which it was"""


class State(NamedTuple):
    """What is carried from period to period."""

    level: float
    """M, the home makers' capacity over what it would be at the price abroad"""
    dies: float
    """[die] in store at home"""
    memory: float
    """[stack] in store at home"""
    dearer: float
    """[1] price for training in the open market over the reference price"""
    quota: Floats
    """(economy,) [TPP] left"""


def start(market: Market, rules: Rules) -> State:
    """Return the state before the first period."""
    return State(1.0, 0.0, market.memory_held, 1.0, rules.quota.copy())


@njit(cache=True, nogil=True)
def run(market: Market, rules: Rules, state: State) -> tuple[Path, State]:
    """Walk through the periods.

    Parameters
    ----------
    market : Market
    rules : Rules
    state : State
        As the first of the periods finds it.

    Returns
    -------
    Path
        ``residual`` is the caller's to check; see ``allocation.TOLERANCE``.
    State
        As the last of the periods leaves it.
    """
    periods, families, economies = rules.access.shape
    pools, years = market.supply.shape[1], market.effective.shape[0]
    workloads = market.effective.shape[2]
    packages = np.zeros((periods, families, economies, workloads))
    leaked = np.zeros((periods, families, economies))
    capacity = market.supply.copy()
    rent = np.zeros((periods, pools))
    quota_rent = np.zeros((periods, economies))
    value = np.zeros((periods, economies, workloads))
    multiple = np.ones(years)
    quota = state.quota.copy()
    now = State(state.level, state.dies, state.memory, state.dearer, quota)
    residual, worst = 0.0, 0
    pull = passed = 0.0
    for p in range(periods):
        y, share = market.year_of[p], market.share_of_year[p]
        multiple[y] = now.level
        # 1. What each pool can make.
        first, second = market.home_pools
        capacity[p, first], dies, stacks = at_home(market, rules, p, now)
        for pool in range(pools):
            if pool not in (first, second):
                capacity[p, pool] *= 1.0 - market.mineral_loss * rules.minerals_stopped[p]
        if market.supply[p, first] > 0.0:
            capacity[p, second] *= capacity[p, first] / market.supply[p, first]
        # 2. What leaks.
        left = capacity[p].copy()
        held = leak(market, rules, p, now.dearer, left, leaked)
        # 3. The offers.
        buyer, family, constraint, draw, limit = offers(market, rules, p, left, quota)
        effective, price = np.empty(buyer.size), np.empty(buyer.size)
        served = held.copy()
        for j in range(buyer.size):
            f, e, u = family[j], buyer[j] // workloads, buyer[j] % workloads
            effective[j] = market.effective[y, f, u]
            price[j] = market.price[y, f] * (1.0 + rules.surcharge[p, f, e])
            served[buyer[j]] += 1.0
        # 4. The allocation. Whoever is offered nothing stands outside it.
        demand = market.demand[p].copy().reshape(-1)
        reference = np.empty(demand.size)
        for b in range(demand.size):
            reference[b] = market.reference_price[y, b % workloads]
        inside = np.where(served > 0.0, held, demand)
        found, dual, worth, violation, _ = allocate(
            buyer, effective, price, constraint, draw, limit,
            demand, reference, inside, market.elasticity,
        )  # fmt: skip
        value[p] = np.where(served > 0.0, worth, np.inf).reshape(economies, workloads)
        if not np.isnan(residual) and not violation <= residual:
            residual, worst = violation, p
        # 5. The books.
        used = 0.0
        for j in range(buyer.size):
            f, e = family[j], buyer[j] // workloads
            packages[p, f, e, buyer[j] % workloads] = found[j]
            rent[p, market.pool_of[p, f]] = dual[constraint[j, 0]]
            if constraint[j, 1] != NONE:
                quota[e] -= found[j] * draw[j, 1]
                quota_rent[p, e] = dual[constraint[j, 1]]
            if market.pool_of[p, f] == first:
                used += found[j] * draw[j, 0]
        stacks = max(stacks - used * STACKS_PER_DIE, 0.0)
        if rules.memory_open[p] > 0.0:
            stacks = max(stacks, market.memory_held)
        dearer = value[p, market.abroad, TRAINING] / market.reference_price[y, TRAINING]
        now = State(now.level, max(dies - used, 0.0), stacks, dearer, quota)
        for u in range(workloads):
            ratio = value[p, market.home, u] / value[p, market.abroad, u]
            # While nothing at all is offered at home there is no price to answer.
            if np.isfinite(ratio):
                pull += share * np.log(ratio)
                passed += share
        # 6. The makers at home answer the price of the year.
        if p + 1 == periods or market.year_of[p + 1] != y:
            level = response(
                now.level,
                pull / max(passed, share),
                market.response_elasticity,
                market.response_lag,
            )
            now = State(level, now.dies, now.memory, now.dearer, quota)
            pull = passed = 0.0
    path = Path(packages, leaked, capacity, rent, quota_rent, value, multiple, residual, worst)
    return path, now


@njit(cache=True)
def at_home(market: Market, rules: Rules, p: int, now: State) -> tuple[float, float, float]:
    """Dies the makers at home can package in a period, and the dies and stacks they then hold."""
    y, share = market.year_of[p], market.share_of_year[p]
    level = now.level / market.reference_multiple[y]
    dies = now.dies + share * (level * market.dies[y] + rules.foundry_open[p] * market.foundry[y])
    stacks = now.memory + share * level * market.memory[y]
    most = min(level * market.supply[p, market.home_pools[0]], dies)
    if rules.memory_open[p] <= 0.0:
        most = min(most, stacks / STACKS_PER_DIE)
    return most, dies, stacks


@njit(cache=True)
def leak(
    market: Market, rules: Rules, p: int, dearer: float, left: Floats, leaked: Floats
) -> Floats:
    """Take from the best chip's pool what reaches those who are denied it.

    Returns
    -------
    (buyer,) [effective chips]
        For training buyers where the best chip is denied and nothing near it may be sold.
    """
    y = market.year_of[p]
    best = market.frontier[y]
    pool = market.pool_of[p, best]
    families, economies = rules.access.shape[1], rules.access.shape[2]
    workloads = market.effective.shape[2]
    held = np.zeros(economies * workloads)
    for e in range(economies):
        denied = pool != NONE and rules.access[p, best, e] <= LEAST_ACCESS
        for f in range(families):
            sold = market.pool_of[p, f]
            near = market.operations[y, f] >= NEAR * market.operations[y, best]
            if near and sold != NONE and sold not in (market.home_pools[0], market.home_pools[1]):
                denied = denied and rules.access[p, f, e] <= LEAST_ACCESS
        if denied:
            asked = market.demand[p, e, TRAINING] * dearer**market.elasticity
            held[e * workloads + TRAINING] = market.leakage_rate * asked
            leaked[p, best, e] = market.leakage_rate * asked / market.effective[y, best, TRAINING]
            left[pool] -= leaked[p, best, e] * market.pool_draw[y, best]
    return held


@njit(cache=True)
def offers(
    market: Market, rules: Rules, p: int, left: Floats, quota: Floats
) -> tuple[Integers, Integers, Integers, Floats, Floats]:
    """List who may be sold which family in a period, under which limits.

    Returns
    -------
    buyer, family : (offer,) int
        A buyer is an economy's workload: position of the economy times workloads plus that of the
        workload.
    constraint, draw : (offer, SLOTS)
        Pool, quota and grant, see ``allocation.allocate``.
    limit : (constraint,)
    """
    y = market.year_of[p]
    families, economies = rules.access.shape[1], rules.access.shape[2]
    workloads = market.effective.shape[2]
    most = families * economies * workloads
    buyer, family = np.empty(most, np.int64), np.empty(most, np.int64)
    constraint, draw = np.full((most, SLOTS), NONE), np.zeros((most, SLOTS))
    limit = np.empty(left.size + economies + most)
    pool_row, quota_row = np.full(left.size, NONE), np.full(economies, NONE)
    n = rows = 0
    for f in range(families):
        pool = market.pool_of[p, f]
        if pool == NONE or left[pool] <= 0.0:
            continue
        if pool_row[pool] == NONE:
            pool_row[pool], limit[rows] = rows, left[pool]
            rows += 1
        for e in range(economies):
            access, against = rules.access[p, f, e], rules.quota_draw[p, f, e]
            counted = against > 0.0 and np.isfinite(rules.quota[e])
            if access <= LEAST_ACCESS or (counted and quota[e] <= SPENT * rules.quota[e]):
                continue
            if counted and quota_row[e] == NONE:
                quota_row[e], limit[rows] = rows, quota[e]
                rows += 1
            for u in range(workloads):
                buyer[n], family[n] = e * workloads + u, f
                constraint[n, 0], draw[n, 0] = pool_row[pool], market.pool_draw[y, f]
                if counted:
                    constraint[n, 1], draw[n, 1] = quota_row[e], against
                if access < 1.0:
                    constraint[n, 2], draw[n, 2] = rows, market.effective[y, f, u]
                    limit[rows] = access * market.demand[p, e, u]
                    rows += 1
                n += 1
    return buyer[:n], family[:n], constraint[:n], draw[:n], limit[:rows]
