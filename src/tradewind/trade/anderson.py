"""Anderson acceleration of a fixed point, guarded.

Theory
    For a map G with residual f(z) = G(z) − z, the next iterate mixes the last m steps with the
    weights that minimise the linear prediction of the residual:
    z⁺ = G(z) − Σ γ_k ΔG_k, γ = argmin ‖f − Σ γ_k ΔF_k‖.
Algorithm
    Normal equations of the m × m Gram matrix, kept up to date one row at a time. A step longer
    than ``longest_step`` is shortened; a residual that grows a hundredfold, or is not finite,
    sends the iteration back to its best point with an empty memory and half the damping.
Stopping rule
    The caller's residual measure at or below the tolerance. NaN never counts as converged.
Source
    Walker & Ni (2011), SIAM Journal on Numerical Analysis 49, equations 2.1–2.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tradewind.trade.arrays import Array

Map = Callable[[Array], tuple[Array, float]]


@dataclass(frozen=True, eq=False)
class Outcome:
    """Where the iteration ended: point, residual, evaluations of the map, and whether it met."""

    point: Array
    residual: float
    evaluations: int
    converged: bool


@dataclass
class _Memory:
    """The last differences of residuals and steps, with the residuals' Gram matrix."""

    size: int
    length: int
    count: int = 0
    residuals: Array = field(init=False)
    images: Array = field(init=False)
    gram: Array = field(init=False)

    def __post_init__(self) -> None:
        self.residuals = np.empty((self.size, self.length))
        self.images = np.empty((self.size, self.length))
        self.gram = np.empty((self.size, self.size))

    def add(self, residual_change: Array, image_change: Array) -> None:
        if not residual_change.any():
            return
        slot = self.count % self.size
        self.residuals[slot], self.images[slot] = residual_change, image_change
        self.count += 1
        known = min(self.count, self.size)
        products = self.residuals[:known] @ residual_change
        self.gram[slot, :known] = self.gram[:known, slot] = products

    def correction(self, residual: Array) -> Array:
        known = min(self.count, self.size)
        if known == 0:
            return np.zeros(self.length)
        gram = self.gram[:known, :known]
        # Scaled to a unit diagonal, a relative ridge keeps near-parallel steps solvable.
        scale = 1.0 / np.sqrt(np.diag(gram))
        scaled = gram * scale[:, None] * scale[None, :] + 1e-14 * np.eye(known)
        weights = scale * np.linalg.solve(scaled, scale * (self.residuals[:known] @ residual))
        return np.asarray(weights @ self.images[:known])


def accelerate(
    apply: Map,
    start: Array,
    tolerance: float,
    *,
    memory: int = 8,
    damping: float = 1.0,
    longest_step: float = 1.0,
    limit: int = 2000,
    patience: int = 80,
    restarts: int = 4,
) -> Outcome:
    """Iterate ``apply`` to a fixed point.

    Parameters
    ----------
    apply : callable
        Maps a point to (its residual vector in the same units, its residual measure).
    start : (n,)
    tolerance : float
        Bound on the residual measure.
    memory, damping, longest_step
        Steps remembered, part of the residual taken, longest move of any component.
    limit, patience, restarts
        Most evaluations, most without a residual 10 percent below the best, most restarts.
    """
    point, best_point, best, best_at = start, start, np.inf, 0
    past: tuple[Array, Array] | None = None
    history = _Memory(memory, start.size)
    for evaluation in range(1, limit + 1):
        with np.errstate(all="ignore"):
            residual, measure = apply(point)
        if measure <= tolerance:
            return Outcome(point, measure, evaluation, True)
        if not measure < 100.0 * best:
            if restarts == 0 or not np.isfinite(best):
                break
            restarts, damping, past = restarts - 1, damping / 2.0, None
            point, history = best_point, _Memory(memory, start.size)
            continue
        if measure < 0.9 * best:
            best_point, best, best_at = point, measure, evaluation
        elif evaluation - best_at > patience:
            break
        image = target = point + damping * residual
        if past is not None:
            history.add(residual - past[0], image - past[1])
            target = image - history.correction(residual)
        past = (residual, image)
        step = target - point
        longest = float(np.max(np.abs(step)))
        point = point + step * min(1.0, longest_step / longest) if longest > 0.0 else target
    return Outcome(best_point, float(best), evaluation, False)
