"""A partition as the interior-point method sees it: one vector of columns, four kinds of rows."""

from __future__ import annotations

import numpy as np

from tradewind.capacity.iterate import (
    POSITIVE,
    Along,
    Excess,
    Point,
    Progress,
    products_ahead,
    size_of,
)
from tradewind.capacity.kkt import System
from tradewind.capacity.partition import Partition

LEAST_OBJECTIVE = 1e-3
"""Of a scaled programme; the gap of one that costs less is told beside this."""


class Form:
    """Columns (local, then border) with bounds, rows, and what an iterate is off by.

    Attributes
    ----------
    cost, lower, upper : ndarray, (column,)
    has_lower, has_upper : ndarray of bool
    bare : ndarray of bool
        Columns with neither bounds nor limits nor a place in the border's factor.
    rhs_size, cost_size : float
        What excesses are measured against.
    """

    def __init__(self, part: Partition, system: System) -> None:
        self.part, self.system = part, system
        self.local = len(part.cost)
        self.cost = np.concatenate([part.cost, part.border_cost])
        self.lower = np.concatenate([part.lower, part.border_lower])
        self.upper = np.concatenate([part.upper, part.border_upper])
        self.has_lower, self.has_upper = np.isfinite(self.lower), np.isfinite(self.upper)
        self.bare = ~self.has_lower & ~self.has_upper
        self.bare[part.limit_column] = False
        self.bare[self.local + system.hot] = False
        self.pairs = int(self.has_lower.sum() + self.has_upper.sum() + len(part.limit_rhs))
        rhs = [part.balance_rhs, part.limit_rhs, part.link_rhs, part.border_rhs]
        self.rhs_size = 1.0 + max(size_of(r) for r in rhs)
        self.cost_size = 1.0 + size_of(self.cost)

    def split(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the local and the border part."""
        return value[: self.local], value[self.local :]

    def rows(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return what balance, limit, link and border rows come to."""
        part = self.part
        x, z = self.split(value)
        return (
            part.balance @ x + part.balance_border @ z,
            part.limit_entry * x[part.limit_column] + part.limit_border @ z,
            part.link @ x + part.link_border @ z,
            part.border @ z,
        )

    def pull(self, y: np.ndarray, w: np.ndarray, link: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return A'y and its like, less the limits' pull."""
        system = self.system
        local = system.balance_t @ y + system.link_t @ link
        local -= system.by_column(self.part.limit_entry * w)
        border = system.balance_border_t @ y + system.link_border_t @ link
        border += system.border_t @ rows - system.limit_border_t @ w
        return np.concatenate([local, border])

    def mean_product(self, point: Point) -> float:
        """Return the mean of distance times dual."""
        # Where there is no bound, its dual is zero.
        total = point.above @ point.push + point.below @ point.press + point.slack @ point.limit
        return float(total) / max(self.pairs, 1)

    def mean_ahead(self, point: Point, move: Point, along: Along) -> float:
        """Return the mean of distance times dual at the end of a step."""
        crew, kinds = self.system.crew, tuple(zip(*POSITIVE, strict=True))

        def summed(part: int) -> float:
            total = 0.0
            for names in kinds:
                gap, dual = (getattr(point, name) for name in names)
                gap_move, dual_move = (getattr(move, name) for name in names)
                here = crew.stretch(len(gap), part)
                total += products_ahead((gap, gap_move, dual, dual_move), *here, along)
            return total

        return sum(crew.each(summed)) / max(self.pairs, 1)

    def excess(self, point: Point) -> Excess:
        """Return what rows, duals and distances of an iterate are off by."""
        part = self.part
        balance, limit, link, rows = self.rows(point.value)
        pull = self.pull(point.balance, point.limit, point.link, point.rows)
        return Excess(
            dual=self.cost - pull - point.push + point.press,
            balance=part.balance_rhs - balance,
            limit=part.limit_rhs - limit - point.slack,
            link=part.link_rhs - link,
            rows=part.border_rhs - rows,
            above=np.where(self.has_lower, point.value - self.lower - point.above, 0.0),
            below=np.where(self.has_upper, self.upper - point.value - point.below, 0.0),
        )

    def progress(self, point: Point, excess: Excess, iteration: int) -> Progress:
        """Say how far an iterate is from the optimum; the gap is the sum of products."""
        objective = float(self.cost @ point.value)
        parts = ("balance", "limit", "link", "rows", "above", "below")
        primal = max(size_of(getattr(excess, name)) for name in parts)
        products = self.mean_product(point) * self.pairs
        return Progress(
            iteration,
            primal / self.rhs_size,
            size_of(excess.dual) / self.cost_size,
            products / max(abs(objective), LEAST_OBJECTIVE),
            objective,
        )

    def apart(self, point: Point) -> float:
        """Return the relative difference of both objectives.

        It is the gap, and what rows and duals are off by, times duals and columns, which may have
        the other sign: it passed zero at an iterate of a year whose gap was 8e-8.
        """
        part = self.part
        objective = float(self.cost @ point.value)
        dual = float(
            part.balance_rhs @ point.balance
            + part.link_rhs @ point.link
            + part.border_rhs @ point.rows
            - part.limit_rhs @ point.limit
            + self.lower[self.has_lower] @ point.push[self.has_lower]
            - self.upper[self.has_upper] @ point.press[self.has_upper]
        )
        return abs(objective - dual) / max(abs(objective), LEAST_OBJECTIVE)
