"""Solve the chip market under one regime, and refuse an answer that did not converge."""

from __future__ import annotations

import numpy as np

from tradewind.chips import path
from tradewind.chips.allocation import TOLERANCE
from tradewind.chips.calendar import Calendar
from tradewind.chips.classes import Classes
from tradewind.chips.history import FIRST_YEAR, LAST_OBSERVED
from tradewind.chips.programme import Floats
from tradewind.errors import ConvergenceError, InfeasibleError


def solve(market: path.Market, rules: path.Rules, calendar: Calendar) -> path.Path:
    """Walk the market through all periods, countries alike put together.

    Parameters
    ----------
    market : Market
        On countries, see ``market.market``.
    rules : Rules
        On countries, with who is sold what in ``access``.
    calendar : Calendar
        For the names of periods in errors.

    Returns
    -------
    Path
        On countries.

    Raises
    ------
    InfeasibleError
        If what leaks is more than there is to leak from.
    ConvergenceError
        If a period's allocation did not come to its optimum.
    """
    # A quota that does not bind may be left out, and its country go with others: quotas come in
    # where a solution without them breaks them, until none is broken.
    bound = np.zeros(rules.quota.size, bool)
    while True:
        relaxed = rules._replace(quota=np.where(bound, rules.quota, np.inf))
        classes = Classes.found(relaxed)
        grouped, own = classes.market(market), classes.rules(relaxed)
        found, _ = path.run(grouped, own, path.start(grouped, own))
        require_optimal(found, calendar)
        require_leakable(grouped, found, calendar)
        found = classes.spread(found, market.demand)
        counted = (found.packages.sum(axis=3) * rules.quota_draw).sum(axis=(0, 1))
        broken = counted > rules.quota * (1.0 + TOLERANCE)
        if not (broken & ~bound).any():
            return found
        bound |= broken


def calibrated(market: path.Market, enacted: path.Rules, calendar: Calendar) -> path.Market:
    """Return the market whose home makers, under the rules as enacted, make what they made.

    What was observed holds the makers' answer to those rules so far. That answer M is found year by
    year (it lags, so that each pass settles at least one year more), and taken out of the observed
    ramp; a regime then puts its own in.
    """
    observed = LAST_OBSERVED - FIRST_YEAR + 1
    classes = Classes.found(enacted)
    grouped, rules = classes.market(market), classes.rules(enacted)
    reference = market.reference_multiple
    for _ in range(observed):
        own = grouped._replace(reference_multiple=reference)
        found, _ = path.run(own, rules, path.start(own, rules))
        require_optimal(found, calendar)
        multiple = found.multiple.copy()
        multiple[observed:] = multiple[min(observed, multiple.size) - 1]
        if np.array_equal(multiple, reference):
            break
        reference = multiple
    return market._replace(reference_multiple=reference)


def require_optimal(found: path.Path, calendar: Calendar) -> None:
    """Refuse a path with a period that is not at its optimum."""
    if not found.residual < TOLERANCE:
        raise ConvergenceError(
            "the allocation of chips did not come to its optimum\n"
            f"  where:  the period from {calendar.starts[found.worst]}\n"
            f"  value:  residual {found.residual:.1e}\n"
            f"  needs:  below {TOLERANCE:.0e}\n"
            "  try:    parameters nearer to their central values"
        )


def require_leakable(market: path.Market, found: path.Path, calendar: Calendar) -> None:
    """Refuse a path in which smugglers take more than a pool makes."""
    periods = np.arange(market.year_of.size)
    best = market.frontier[market.year_of]
    draw = market.pool_draw[market.year_of, best]
    taken = found.leaked[periods, best].sum(axis=1) * draw
    made = found.capacity[periods, market.pool_of[periods, best]]
    for p in np.flatnonzero(taken >= made):
        raise InfeasibleError(
            "more chips would be smuggled than are made\n"
            f"  where:  the period from {calendar.starts[p]}\n"
            f"  value:  {taken[p]:,.0f} packages\n"
            f"  needs:  less than {made[p]:,.0f}\n"
            "  try:    a lower leakage_rate, or fewer economies that are denied"
        )


def use_of_pools(market: path.Market, found: path.Path) -> Floats:
    """What is drawn from each pool: (period, pool) [pool's units], leakage included."""
    used = np.zeros_like(found.capacity)
    sold = found.packages.sum(axis=(2, 3)) + found.leaked.sum(axis=2)
    for p, y in enumerate(market.year_of):
        for f, pool in enumerate(market.pool_of[p]):
            if pool >= 0:
                used[p, pool] += sold[p, f] * market.pool_draw[y, f]
    return used
