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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import factorial

import numpy as np

from tradewind.chips import path
from tradewind.chips.calendar import Calendar
from tradewind.chips.history import History
from tradewind.chips.market import market, specification
from tradewind.chips.parameters import Values
from tradewind.chips.programme import Floats
from tradewind.chips.results import stocks, yearly
from tradewind.chips.solve import calibrated
from tradewind.chips.tree import Tree, with_grants

METRICS = ("operations", "bandwidth")
"""How effective compute is measured: in H100 by operations, and by memory bandwidth."""
THREADS = 2
"""Draws that are solved side by side."""
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
    covered : (draw, coalition, round, metric, year) [H100]
        What a round, joining a coalition without it, newly denies (or frees, below zero): all that
        was bought to the end of the year, in the world without it, of families that it closes. NaN
        where the coalition holds it.
    """

    value: Floats
    covered: Floats

    @property
    def rounds(self) -> int:
        """How many rounds there are."""
        return players_of(self.value)

    @property
    def shapley(self) -> Floats:
        """Shapley values: (draw, round, metric, year) [H100]."""
        return shapley(self.value)

    @property
    def staircase(self) -> Floats:
        """Effects in the order in which the rounds came: (draw, round, metric, year) [H100]."""
        return staircase(self.value)

    @property
    def covered_shapley(self) -> Floats:
        """What each round newly covers, over all orders: (draw, round, metric, year) [H100]."""
        weight = weights(self.rounds)
        total = np.zeros(self.shapley.shape)
        for coalition in range(2**self.rounds):
            for r in range(self.rounds):
                if not coalition >> r & 1:
                    total[:, r] += weight[coalition.bit_count()] * self.covered[:, coalition, r]
        return total

    @property
    def covered_staircase(self) -> Floats:
        """The same in the order in which the rounds came: (draw, round, metric, year) [H100]."""
        return np.stack([self.covered[:, (1 << r) - 1, r] for r in range(self.rounds)], axis=1)


def shapley(value: Floats) -> Floats:
    """Shapley values of a game: (draw, coalition, …) to (draw, player, …).

    Examples
    --------
    >>> shapley(np.array([[0.0, 1.0, 2.0, 5.0]])).tolist()
    [[2.0, 3.0]]
    """
    players = players_of(value)
    weight = weights(players)
    worth = np.zeros((value.shape[0], players, *value.shape[2:]))
    for coalition in range(2**players):
        for r in range(players):
            if not coalition >> r & 1:
                gain = value[:, coalition | 1 << r] - value[:, coalition]
                worth[:, r] += weight[coalition.bit_count()] * gain
    return worth


def weights(players: int) -> list[float]:
    """Share of the orders in which exactly some players come before one: by how many."""
    return [
        factorial(size) * factorial(players - size - 1) / factorial(players)
        for size in range(players)
    ]


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

    def one(values: Values) -> tuple[Floats, Floats]:
        own = market(observed.at(values["sales_level"]), calendar, values)
        own = calibrated(own, with_grants(coalitions[-1], granted[-1], values), calendar)
        bought, installed = tree.solve(own, values, calendar)
        access = home * np.where(marks > 0.0, values["granted_share"], 1.0)
        value, covered = [], []
        for per_package in specification(observed, calendar, values):
            each = per_package[calendar.year_of]
            flow = (installed * each).sum(axis=2).T
            value.append(stocks(yearly(flow, calendar), values["retirement"]).T)
            covered.append(newly_covered(bought * each, access, calendar))
        return np.stack(value, axis=1), np.stack(covered, axis=2)

    found = []
    # The compiled walk lets go of Python's lock, so that two draws go side by side.
    with ThreadPoolExecutor(THREADS) as pool:
        for done, result in enumerate(pool.map(one, draws), 1):
            found.append(result)
            progress(done, len(draws))
    value, covered = zip(*found, strict=True)
    return Effects(np.stack(value), np.stack(covered))


def newly_covered(bought: Floats, access: Floats, calendar: Calendar) -> Floats:
    """What a round newly closes, or opens (below zero), on joining a coalition.

    Parameters
    ----------
    bought : (coalition, period, family) [H100]
    access : (coalition, period, family)

    Returns
    -------
    (coalition, round, year) [H100]
        To the end of each year; NaN where the coalition holds the round.
    """
    coalitions = bought.shape[0]
    rounds = coalitions.bit_length() - 1
    found = np.full((coalitions, rounds, len(calendar.years)), np.nan)
    for r in range(rounds):
        before = np.array([c for c in range(coalitions) if not c >> r & 1])
        old, new = access[before], access[before | 1 << r]
        lost = np.divide(np.maximum(old - new, 0.0), old, out=np.zeros_like(old), where=old > 0.0)
        won = np.divide(np.maximum(new - old, 0.0), new, out=np.zeros_like(old), where=new > 0.0)
        flow = (bought[before] * lost - bought[before | 1 << r] * won).sum(axis=2)
        found[before, r] = np.cumsum(yearly(flow.T, calendar), axis=0).T
    return found
