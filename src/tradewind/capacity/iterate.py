"""An iterate of the interior-point method: where it is, how far from done, how far it may go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

TO_THE_BOUNDARY = 0.9995
"""Share of the way to the boundary that a step goes at most."""


@dataclass(frozen=True, eq=False)
class Point:
    """An iterate: columns (local, then border), their distances and duals of bounds, limits, rows.

    ``above`` and ``below`` are distances from the lower and to the upper bound, ``slack`` that of
    the limits; ``push``, ``press`` and ``limit`` are their duals.
    """

    value: np.ndarray
    above: np.ndarray
    below: np.ndarray
    slack: np.ndarray
    push: np.ndarray
    press: np.ndarray
    limit: np.ndarray
    balance: np.ndarray
    link: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True)
class Progress:
    """How far an iterate is: relative excess of rows, of duals, and the relative gap."""

    iteration: int
    primal: float
    dual: float
    gap: float
    objective: float

    @property
    def worst(self) -> float:
        """Return the largest of the three."""
        return max(self.primal, self.dual, self.gap)


class Stalled(ArithmeticError):
    """No further progress; carries the last iterate's progress."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress)
        self.progress = progress

    def __str__(self) -> str:
        """Say how far it came."""
        return f"stalled at {self.progress.worst:.1e}"


@dataclass(frozen=True, eq=False)
class Excess:
    """What stationarity and the rows are off by."""

    dual: np.ndarray
    balance: np.ndarray
    limit: np.ndarray
    link: np.ndarray
    rows: np.ndarray
    above: np.ndarray
    below: np.ndarray


@dataclass(frozen=True, eq=False)
class Products:
    """Wanted products of distance and dual, at lower bounds, upper bounds and limits."""

    above: np.ndarray
    below: np.ndarray
    slack: np.ndarray


def size_of(values: np.ndarray) -> float:
    return float(np.abs(values).max(initial=0.0))


LEFT_OUT = 0.1
"""Share of a step that is given up at most for the sake of products."""

Along = tuple[float, float]
"""How far columns go, and how far duals, in lengths of a direction."""
POSITIVE = (("above", "below", "slack"), ("push", "press", "limit"))
"""What must stay positive along columns, and along duals."""


def furthest(point: Point, move: Point) -> Along:
    """Return how far columns and duals can go, up to 1 / TO_THE_BOUNDARY."""
    primal, dual = furthest_of(point, move, move, np.zeros(1))
    return float(primal[0]), float(dual[0])


def furthest_of(
    point: Point, move: Point, change: Point, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far columns and duals can go along ``move + weight * change``, by weight."""
    found = []
    for names in POSITIVE:
        longest = np.full(len(weights), 1.0 / TO_THE_BOUNDARY)
        for name in names:
            shorten(
                longest, weights, getattr(point, name), getattr(move, name), getattr(change, name)
            )
        found.append(longest)
    return found[0], found[1]


@njit(cache=True)
def shorten(
    longest: np.ndarray,
    weights: np.ndarray,
    value: np.ndarray,
    move: np.ndarray,
    change: np.ndarray,
) -> None:
    """Shorten steps, by weight (ascending), so that values stay positive."""
    top, first, last = longest.max(), weights[0], weights[-1]
    for i in range(len(value)):
        # Most values are far from zero whatever the weight: its ends tell.
        if value[i] + top * min(move[i] + first * change[i], move[i] + last * change[i]) < 0.0:
            for k in range(len(weights)):
                along = move[i] + weights[k] * change[i]
                if value[i] + longest[k] * along < 0.0:
                    longest[k] = -value[i] / along
            top = longest.max()


def held(point: Point, move: Point, along: Along, least: float) -> Along:
    """Return steps that leave every product of distance and dual at ``least``, or a tenth less."""
    primal, dual = along
    for gap, force in zip(*POSITIVE, strict=True):
        x, dx = getattr(point, gap), getattr(move, gap)
        z, dz = getattr(point, force), getattr(move, force)
        primal = hold(primal, along[0], along[1], x, dx, z, dz, least)
        dual = hold(dual, along[1], along[0], z, dz, x, dx, least)
    return primal, dual


@njit(cache=True)
def hold(
    length: float,
    whole: float,
    other: float,
    value: np.ndarray,
    move: np.ndarray,
    mate: np.ndarray,
    mate_move: np.ndarray,
    least: float,
) -> float:
    """Shorten a step for products of one kind; the mates go their whole way (``other``)."""
    shortest = (1.0 - LEFT_OUT) * whole
    for i in range(len(value)):
        if move[i] < 0.0:
            partner = mate[i] + other * mate_move[i]
            if partner > 0.0 and (value[i] + length * move[i]) * partner < least:
                length = min(length, max(shortest, (least / partner - value[i]) / move[i]))
    return length


def combined(one: Point, other: Point, along: Along) -> Point:
    """Return one plus another times a length, of its own for columns and for duals."""
    primal = ("value", *POSITIVE[0])
    return Point(
        **{
            name: plus(getattr(one, name), getattr(other, name), along[name not in primal])
            for name in Point.__dataclass_fields__
        }
    )


@njit(cache=True, nogil=True)
def plus(one: np.ndarray, other: np.ndarray, times: float) -> np.ndarray:
    """Return one vector plus another times a number, in one pass."""
    total = np.empty(len(one))
    for i in range(len(one)):
        total[i] = one[i] + times * other[i]
    return total


@njit(cache=True, nogil=True)
def towards_mean(
    gap: np.ndarray,
    gap_move: np.ndarray,
    dual: np.ndarray,
    dual_move: np.ndarray,
    far: Along,
    target: float,
    spread: float,
) -> np.ndarray:
    """Return what brings products at the end of two steps within ``spread`` times a target.

    Of those that are far beyond, no more than that is asked for.
    """
    wished = np.empty(len(gap))
    for i in range(len(gap)):
        product = (gap[i] + far[0] * gap_move[i]) * (dual[i] + far[1] * dual_move[i])
        within = min(max(product, target / spread), target * spread)
        wished[i] = max(within - product, -target * spread)
    return wished
