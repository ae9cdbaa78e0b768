"""Many regimes solved together: those that have had the same rules so far share the way so far.

A node is a year under one set of rules, reached by one past. The rules of a node are put on classes
of buyers that its own year treats alike, which are fewer than those of all years together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tradewind.chips import path
from tradewind.chips.calendar import Calendar
from tradewind.chips.classes import Classes
from tradewind.chips.parameters import Values
from tradewind.chips.programme import Floats
from tradewind.chips.solve import require_leakable, require_optimal

BY_PERIOD = ("share_of_year", "year_of", "pool_of", "supply", "demand")
"""Arrays of a market with a period axis."""


@dataclass(frozen=True)
class Node:
    """A year of some regimes.

    Parameters
    ----------
    periods : slice
    parent : int
        Node of the year before, -1 for none.
    regimes : tuple of int
    classes : Classes
    rules : Rules
        On classes, of the node's periods.
    granted : (period, family, class) array
    """

    periods: slice
    parent: int
    regimes: tuple[int, ...]
    classes: Classes
    rules: path.Rules
    granted: Floats


@dataclass(frozen=True)
class Tree:
    """Nodes in the order of their years."""

    nodes: tuple[Node, ...]

    @classmethod
    def of(
        cls, regimes: Sequence[path.Rules], granted: Sequence[Floats], calendar: Calendar
    ) -> Tree:
        """Put regimes without quotas into a tree."""
        nodes: list[Node] = []
        at = [-1] * len(regimes)
        for y in range(len(calendar.years)):
            found = np.flatnonzero(calendar.year_of == y)
            periods = slice(int(found[0]), int(found[-1]) + 1)
            together: dict[tuple[int, bytes], list[int]] = {}
            for i, rules in enumerate(regimes):
                text = b"".join(np.ascontiguousarray(a).tobytes() for a in _part(rules, periods))
                text += np.ascontiguousarray(granted[i][periods]).tobytes()
                together.setdefault((at[i], text), []).append(i)
            for (parent, _), members in together.items():
                part = path.Rules(*_part(regimes[members[0]], periods))
                mark = granted[members[0]][periods]
                # Grants are part of what makes two countries alike.
                classes = Classes.found(part._replace(access=part.access - 0.5 * mark))
                small = np.ascontiguousarray(mark[:, :, classes.first])
                node = Node(periods, parent, tuple(members), classes, classes.rules(part), small)
                for i in members:
                    at[i] = len(nodes)
                nodes.append(node)
        return cls(tuple(nodes))

    def solve(
        self, market: path.Market, values: Values, calendar: Calendar
    ) -> tuple[Floats, Floats]:
        """Solve every node, and give each regime its way.

        Returns
        -------
        bought, installed : (regime, period, family) [package]
            What the denied economy bought, and that with what leaked to it.
        """
        regimes = max(max(node.regimes) for node in self.nodes) + 1
        shape = (regimes, market.share_of_year.size, market.effective.shape[1])
        bought, installed = np.zeros(shape), np.zeros(shape)
        states: list[path.State] = []
        for node in self.nodes:
            part = node.classes.market(_slice(market, node.periods))
            rules = with_grants(node.rules, node.granted, values)
            before = states[node.parent] if node.parent >= 0 else path.start(part, rules)
            found, after = path.run(part, rules, before._replace(quota=rules.quota))
            states.append(after)
            own = Calendar(calendar.starts[node.periods], calendar.last_year)
            require_optimal(found, own)
            require_leakable(part, found, own)
            chips = found.packages[:, :, part.home].sum(axis=2)
            bought[node.regimes, node.periods] = chips
            installed[node.regimes, node.periods] = chips + found.leaked[:, :, part.home]
        return bought, installed


def with_grants(rules: path.Rules, granted: Floats, values: Values) -> path.Rules:
    """Return rules in which case-by-case access is the share that a draw grants."""
    share = np.where(granted > 0.0, values["granted_share"], 1.0)
    return rules._replace(access=rules.access * share)


def _slice(market: path.Market, periods: slice) -> path.Market:
    return market._replace(**{name: getattr(market, name)[periods] for name in BY_PERIOD})


def _part(rules: path.Rules, periods: slice) -> tuple[Floats, ...]:
    """Arrays of the rules in some periods, quotas whole."""
    return tuple(
        getattr(rules, name) if name == "quota" else getattr(rules, name)[periods]
        for name in path.Rules._fields
    )
