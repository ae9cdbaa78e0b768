"""Cut links for good, many times over from one table.

Theory
    A cut is an infinite iceberg cost: the link's weight π κ̂^(−θ) is exactly zero. What it costs
    is the change of real income from one equilibrium to the other (README.md, T24 and T25).
Algorithm
    All cuts share the table's constants, its slow directions and its survivors, unless a cut
    leaves somebody without supplier or buyer; only the two arrays that hold the cut links are
    copied. The compiled iteration releases Python's lock, so threads run side by side.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tradewind.trade.arrays import Array, Change, Options, Solution, Table
from tradewind.trade.constants import System
from tradewind.trade.decomposition import consumption
from tradewind.trade.feasible import Labels, Supply, survivors
from tradewind.trade.solve import FixedPoint, close_deficits, quickly, solve_arrays
from tradewind.trade.system import assemble

Links = tuple[Array, Array, Array]


class Severed(NamedTuple):
    """What a cut did."""

    real_income_hat: Array  # (N,) Ŵ
    residual: float
    passes: int


class Severance:
    """Exact cuts of one table under one set of options.

    Parameters
    ----------
    table : Table
    options : Options
    labels : Labels
        Names for messages.
    """

    def __init__(self, table: Table, options: Options, labels: Labels) -> None:
        self.table, self.labels = table, labels
        self.none, self.options = close_deficits(Change.none(table), options)
        self.system = assemble(table, self.none, self.options, labels)
        nowhere = (np.zeros(0, dtype=int),) * 3
        alive = survivors(table, nowhere, np.zeros(0), self.options, labels)
        self.supply = Supply.of(table, alive)
        self.spent = consumption(table)
        self.cut((np.zeros(0, dtype=int),) * 3)  # learns the slow directions once, for all threads

    def cut(self, links: Links) -> Severed:
        """Solve the equilibrium without some links.

        Parameters
        ----------
        links : importer, exporter and sector indices, each (links,)

        Raises
        ------
        InfeasibleError
            If somebody is left without a good that cannot be done without.
        ConvergenceError
            If no equilibrium is found to the tolerance.
        """
        if self.supply.outlives(links):
            system = self._without(links)
            problem = FixedPoint(system, self.table, self.options.labour == "specific")
            start = np.zeros(problem.size)
            outcome = quickly(problem, self.table, self.options, self.labels, start)
            if outcome.converged:
                new = problem.read(outcome.point).new
                spent = new.income - self.table.inventory.sum(axis=1)
                hat = spent / np.exp(new.log_final_price) / self.spent
                return Severed(hat, outcome.residual, outcome.evaluations)
        return self._at_length(links)

    def _without(self, links: Links) -> System:
        n, i, j = links
        demand, border = self.system.demand.copy(), self.system.border.copy()
        demand[j, n, i], border[j, n, i] = 0.0, 0.0
        receipts = border
        if self.system.taxed_exports:
            receipts = self.system.receipts.copy()
            receipts[j, n, i] = 0.0
        return self.system._replace(demand=demand, border=border, receipts=receipts)

    def _at_length(self, links: Links) -> Severed:
        """Look for who is lost, and go in steps where one step does not do."""
        iceberg = np.ones_like(self.table.share)
        iceberg[links] = np.inf
        change = self.none.with_(iceberg_hat=iceberg)
        found = solve_arrays(self.table, change, self.options, self.labels)
        return Severed(self._real_income(found), found.residual, found.iterations)

    def _real_income(self, found: Solution) -> Array:
        spent = consumption(found.table) / found.final_price_hat
        return np.asarray(spent / self.spent)
