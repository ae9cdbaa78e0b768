"""An iterate of the interior-point method: where it is, how far from done, how far it may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from tradewind.capacity.crew import ALONE, Crew

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
    """How far an iterate is: relative excess of rows, of duals, and relative sum of products."""

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


Along = tuple[float, float]
"""How far columns go, and how far duals, in lengths of a direction."""


class Aim(NamedTuple):
    """Which products of distance and dual are wanted at the end of a move.

    ``far`` is how far along it columns and duals go. Products below ``low`` or above ``high``
    are wanted there, but no change of one is to be less than ``least``.
    """

    far: Along
    low: float
    high: float
    least: float


Pairs = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Distances, what a move changes them by, their duals, and what it changes those by."""


def size_of(values: np.ndarray) -> float:
    return float(np.abs(values).max(initial=0.0))


LEFT_OUT = 0.1
"""Share of a step that is given up at most for the sake of products."""

POSITIVE = (("above", "below", "slack"), ("push", "press", "limit"))
"""What must stay positive along columns, and along duals."""


def furthest(point: Point, move: Point) -> Along:
    """Return how far columns and duals can go, up to 1 / TO_THE_BOUNDARY."""
    primal, dual = furthest_of(point, move, move, np.zeros(1), ALONE)
    return float(primal[0]), float(dual[0])


def furthest_of(
    point: Point, move: Point, change: Point, weights: np.ndarray, crew: Crew
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far columns and duals can go along ``move + weight * change``, by weight."""

    def shortest(part: int) -> np.ndarray:
        found = np.full((2, len(weights)), 1.0 / TO_THE_BOUNDARY)
        for longest, names in zip(found, POSITIVE, strict=True):
            for name in names:
                value, along, more = (getattr(p, name) for p in (point, move, change))
                shorten(longest, weights, *crew.stretch(len(value), part), value, along, more)
        return found

    primal, dual = np.min(crew.each(shortest), axis=0)
    return primal, dual


@njit(cache=True, nogil=True)
def shorten(
    longest: np.ndarray,
    weights: np.ndarray,
    begin: int,
    end: int,
    value: np.ndarray,
    move: np.ndarray,
    change: np.ndarray,
) -> None:
    """Shorten steps, by weight (ascending), so that values stay positive."""
    top, first, last = longest.max(), weights[0], weights[-1]
    value, move, change = value[begin:end], move[begin:end], change[begin:end]
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
    primal, found = ("value", *POSITIVE[0]), {}
    for name in Point.__dataclass_fields__:
        start = getattr(one, name)
        found[name] = np.empty(len(start))
        more = getattr(other, name)
        plus(start, more, along[name not in primal], 0, len(start), found[name])
    return Point(**found)


def add(move: Point, change: Point, along: Along, crew: Crew) -> None:
    """Add another times a length, of its own for columns and for duals, in place."""
    primal = ("value", *POSITIVE[0])

    def added(part: int) -> None:
        for name in Point.__dataclass_fields__:
            total = getattr(move, name)
            begin, end = crew.stretch(len(total), part)
            more = getattr(change, name)
            plus(total, more, along[name not in primal], begin, end, total)

    crew.each(added)


@njit(cache=True, nogil=True)
def plus(
    one: np.ndarray, other: np.ndarray, times: float, first: int, last: int, total: np.ndarray
) -> None:
    """Find one vector plus another times a number, in one pass."""
    one, other, total = one[first:last], other[first:last], total[first:last]
    for i in range(len(one)):
        total[i] = one[i] + times * other[i]


@njit(cache=True, nogil=True)
def towards_aim(pairs: Pairs, first: int, last: int, aim: Aim, wished: np.ndarray) -> None:
    """Find the changes of duals that bring products where they are wanted.

    Of those that are far beyond, no more than that is asked for. A pair without a dual is none.
    """
    gap, gap_move = pairs[0][first:last], pairs[1][first:last]
    dual, dual_move = pairs[2][first:last], pairs[3][first:last]
    wished = wished[first:last]
    (far, far_dual), low, high, least = aim
    for i in range(len(gap)):
        product = (gap[i] + far * gap_move[i]) * (dual[i] + far_dual * dual_move[i])
        change = max(min(max(product, low), high) - product, least) / gap[i]
        wished[i] = change if dual[i] > 0.0 else 0.0


@njit(cache=True, nogil=True)
def products_ahead(pairs: Pairs, first: int, last: int, far: Along) -> float:
    """Return the sum of products of distance and dual at the end of a step."""
    gap, gap_move = pairs[0][first:last], pairs[1][first:last]
    dual, dual_move = pairs[2][first:last], pairs[3][first:last]
    total = 0.0
    for i in range(len(gap)):
        total += (gap[i] + far[0] * gap_move[i]) * (dual[i] + far[1] * dual_move[i])
    return total
