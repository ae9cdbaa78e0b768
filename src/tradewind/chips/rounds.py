"""What each round of rules did: marginal effects over all orders of rounds.

A game: the players are rounds, v(S) is what the denied economy holds if the rounds in S alone are
in force. The Shapley value of a round is its marginal effect, averaged over all orders,

    φ_r = Σ_{S ∌ r} |S|! (R − |S| − 1)! / R! · [v(S ∪ r) − v(S)],

and the staircase is its effect in the one order in which the rounds came. Both add up to
v(all) − v(none). A round that relaxes has an effect above zero.

Source: Shapley (1953, Contributions to the Theory of Games II).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

from tradewind.chips import path
from tradewind.chips.allocation import Floats
from tradewind.chips.calendar import Calendar
from tradewind.chips.history import History
from tradewind.chips.market import market, specification
from tradewind.chips.parameters import Values
from tradewind.chips.results import stocks, yearly
from tradewind.chips.solve import calibrated
from tradewind.chips.tree import Tree, with_grants

METRICS = ("operations", "bandwidth")
"""How effective compute is measured: in H100 by operations, and by memory bandwidth."""
Progress = Callable[[int, int], None]
"""Told how many of how many draws are done."""


def silent(done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Effects:
    """Marginal effects on the compute of the denied economy.

    Parameters
    ----------
    value : (draw, coalition, metric, year) [H100]
        Stock at the end of the year; bit r of a coalition's number says that round r is in it.
    covered : (draw, round) [H100e]
        What each round, coming when it did, newly denied (or freed, below zero): purchases of a
        year, in the world of the rounds before it, of families that it closed.
    """

    value: Floats
    covered: Floats

    @property
    def rounds(self) -> int:
        """How many rounds there are."""
        return int(self.covered.shape[1])

    @property
    def shapley(self) -> Floats:
        """Shapley values: (draw, round, metric, year) [H100]."""
        return shapley(self.value)

    @property
    def staircase(self) -> Floats:
        """Effects in the order in which the rounds came: (draw, round, metric, year) [H100]."""
        return staircase(self.value)


def shapley(value: Floats) -> Floats:
    """Shapley values of a game: (draw, coalition, …) to (draw, player, …).

    Examples
    --------
    >>> shapley(np.array([[0.0, 1.0, 2.0, 5.0]])).tolist()
    [[2.0, 3.0]]
    """
    players = players_of(value)
    weight = [
        factorial(size) * factorial(players - size - 1) / factorial(players)
        for size in range(players)
    ]
    worth = np.zeros((value.shape[0], players, *value.shape[2:]))
    for coalition in range(2**players):
        for r in range(players):
            if not coalition >> r & 1:
                gain = value[:, coalition | 1 << r] - value[:, coalition]
                worth[:, r] += weight[coalition.bit_count()] * gain
    return worth


def staircase(value: Floats) -> Floats:
    """Marginal effects in the order of the players: (draw, coalition, …) to (draw, player, …)."""
    steps = value[:, [(1 << r) - 1 for r in range(players_of(value) + 1)]]
    return np.asarray(np.diff(steps, axis=1))


def players_of(value: Floats) -> int:
    """How many players a game of so many coalitions has."""
    return int(value.shape[1]).bit_length() - 1


def effects(
    coalitions: Sequence[path.Rules],
    granted: Sequence[Floats],
    observed: History,
    calendar: Calendar,
    draws: Sequence[Values],
    progress: Progress = silent,
) -> Effects:
    """Solve the market for every draw and every coalition of rounds.

    Coalitions that have had the same rules up to a year share its solution.

    Parameters
    ----------
    coalitions : sequence of Rules
        2^R of them, on countries, the last one as enacted; without quotas.
    granted : sequence of (period, family, country) arrays
        1 where access is case by case, for each coalition.
    observed : History
    calendar : Calendar
    draws : sequence of Values
    progress : callable, optional

    Returns
    -------
    Effects

    Raises
    ------
    ConvergenceError, InfeasibleError
        If some allocation did not come to its optimum, or more leaks than there is.
    """
    tree = Tree.of(coalitions, granted, calendar)
    home = np.stack([rules.access[:, :, observed.home] for rules in coalitions])
    marks = np.stack([mark[:, :, observed.home] for mark in granted])
    rounds = len(coalitions).bit_length() - 1
    value = np.zeros((len(draws), len(coalitions), len(METRICS), len(calendar.years)))
    covered = np.zeros((len(draws), rounds))
    for d, values in enumerate(draws):
        own = market(observed.at(values["sales_level"]), calendar, values)
        own = calibrated(own, with_grants(coalitions[-1], granted[-1], values), calendar)
        spec = specification(observed, calendar, values)
        bought, installed = tree.solve(own, values, calendar)
        for m, per_package in enumerate(spec):
            flow = (installed * per_package[calendar.year_of]).sum(axis=2)
            by_year = np.stack([yearly(each, calendar) for each in flow], axis=1)
            value[d, :, m] = stocks(by_year, values["retirement"]).T
        shares = np.where(marks > 0.0, values["granted_share"], 1.0)
        covered[d] = newly_covered(bought, home * shares, spec[0][calendar.year_of])
        progress(d + 1, len(draws))
    return Effects(value, covered)


def newly_covered(bought: Floats, access: Floats, h100e: Floats) -> Floats:
    """What each round newly closed, or opened (below zero), as they came: (round,) [H100e].

    Parameters
    ----------
    bought, access : (coalition, period, family)
        Packages bought by the denied economy, and its access.
    h100e : (period, family)
    """
    rounds = len(bought).bit_length() - 1
    found = np.zeros(rounds)
    for r in range(rounds):
        before, after = (1 << r) - 1, (1 << (r + 1)) - 1
        lost = np.maximum(access[before] - access[after], 0.0)
        won = np.maximum(access[after] - access[before], 0.0)
        share = np.divide(lost, access[before], out=np.zeros_like(lost), where=access[before] > 0.0)
        freed = np.divide(won, access[after], out=np.zeros_like(won), where=access[after] > 0.0)
        found[r] = (bought[before] * share * h100e).sum() - (bought[after] * freed * h100e).sum()
    return found
