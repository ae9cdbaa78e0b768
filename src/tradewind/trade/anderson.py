"""Anderson acceleration of the equilibrium's residual, guarded and compiled.

Theory
    With the residual f(z) as the plain step, the next iterate mixes the last m steps with the
    weights that minimise the linear prediction of the residual:
    z⁺ = z + f − Σ γ_k (Δz_k + Δf_k), γ = argmin ‖f − Σ γ_k Δf_k‖.
Algorithm
    Normal equations of the m × m Gram matrix, kept up to date one row at a time. A step longer
    than ``longest_step`` is shortened; a residual that grows a hundredfold, or is not finite,
    sends the iteration back to its best point with an empty memory and half the damping.
    A long memory can stall far from the solution: the caller then tries a shorter one.
Stopping rule
    The largest relative miss of any equation is at or below the tolerance. NaN is never a miss
    of zero.
Source
    Walker & Ni (2011), SIAM Journal on Numerical Analysis 49, equations 2.1–2.3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from tradewind.trade.arrays import Array
from tradewind.trade.constants import System
from tradewind.trade.residual import Market, corrected

RIDGE = 1e-14  # of the Gram matrix scaled to a unit diagonal: keeps parallel steps solvable
IMPROVES = 0.9  # a residual that counts as progress, relative to the best
LIMIT, PATIENCE, RESTARTS = 2000, 80, 4  # most evaluations, without progress, restarts
EXPLODES = 100.0  # a residual that sends the iteration back, relative to the best


class Outcome(NamedTuple):
    """Where the iteration ended."""

    point: Array
    residual: float
    evaluations: int
    converged: bool


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _dot(a: Array, b: Array) -> float:
    total = 0.0
    for k in range(a.size):
        total += a[k] * b[k]
    return total


@njit(cache=True, nogil=True)
def _weights(gram: Array, right: Array, known: int) -> Array:
    """Solve the Gram system by Gaussian elimination, scaled to a unit diagonal.

    Written out since a few rows do not repay the half second of loading LAPACK into numba.
    """
    scale = np.empty(known)
    matrix, answer = np.empty((known, known)), np.empty(known)
    for a in range(known):
        scale[a] = 1.0 / np.sqrt(gram[a, a])
    for a in range(known):
        answer[a] = scale[a] * right[a]
        for b in range(known):
            matrix[a, b] = gram[a, b] * scale[a] * scale[b]
        matrix[a, a] += RIDGE
    for a in range(known):
        for b in range(a + 1, known):
            factor = matrix[b, a] / matrix[a, a]
            for c in range(a, known):
                matrix[b, c] -= factor * matrix[a, c]
            answer[b] -= factor * answer[a]
    for a in range(known - 1, -1, -1):
        for c in range(a + 1, known):
            answer[a] -= matrix[a, c] * answer[c]
        answer[a] /= matrix[a, a]
    return answer * scale


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _remember(
    changes: Array,
    images: Array,
    gram: Array,
    count: int,
    step: Array,
    past_step: Array,
    image: Array,
    past_image: Array,
) -> int:
    """Keep the last change of residual and image in place of the oldest; return the new count."""
    memory, size = changes.shape
    slot, square = count % memory, 0.0
    for k in range(size):
        changes[slot, k] = step[k] - past_step[k]
        images[slot, k] = image[k] - past_image[k]
        square += changes[slot, k] * changes[slot, k]
    if square == 0.0:
        return count
    for other in range(min(count + 1, memory)):
        product = _dot(changes[other], changes[slot])
        gram[slot, other] = product
        gram[other, slot] = product
    return count + 1


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _mix(changes: Array, images: Array, gram: Array, known: int, step: Array, move: Array) -> float:
    """Take Σ γ_k (Δz_k + Δf_k) off the move; return its longest component."""
    right = np.empty(known)
    for a in range(known):
        right[a] = _dot(changes[a], step)
    weights = _weights(gram, right, known)
    for a in range(known):
        weight = weights[a]
        for k in range(step.size):
            move[k] -= weight * images[a, k]
    longest = 0.0
    for k in range(step.size):
        longest = max(longest, abs(move[k]))
    return longest


@njit(cache=True, nogil=True)
def accelerate(
    system: System,
    market: Market,
    coarse: Array,
    start: Array,
    tolerance: float,
    memory: int,
    damping: float,
    longest_step: float,
) -> Outcome:
    """Iterate to a zero of the residual.

    Parameters
    ----------
    coarse : (3N, 3N) or (0, 0)
        Exact solve of the economies' averages; empty is none.
    start : (n,)
    tolerance : float
        Bound on the largest relative miss of any equation.
    memory, damping, longest_step
        Steps remembered, part of the residual taken, longest move of any component.
    """
    point, best_point, best, best_at = start.copy(), start.copy(), np.inf, 0
    changes, images = np.empty((memory, start.size)), np.empty((memory, start.size))
    gram = np.empty((memory, memory))
    count, has_past, evaluation, restarts = 0, False, 0, RESTARTS
    past_step, past_image = np.zeros(start.size), np.zeros(start.size)
    while evaluation < LIMIT:
        evaluation += 1
        step, measure = corrected(system, market, coarse, point)
        if measure <= tolerance:
            return Outcome(point, measure, evaluation, True)
        if not measure < EXPLODES * best:
            if restarts == 0 or not np.isfinite(best):
                break
            restarts, damping, has_past, count = restarts - 1, damping / 2.0, False, 0
            point = best_point.copy()
            continue
        if measure < IMPROVES * best:
            best_point, best, best_at = point, measure, evaluation
        elif evaluation - best_at > PATIENCE:
            break
        move = damping * step
        image = point + move
        if has_past:
            count = _remember(changes, images, gram, count, step, past_step, image, past_image)
        longest = _mix(changes, images, gram, min(count, memory), step, move)
        past_step, past_image, has_past = step, image, True
        point = point + move * (longest_step / longest if longest > longest_step else 1.0)
    return Outcome(best_point, best, evaluation, False)
