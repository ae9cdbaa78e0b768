"""A deep iterate of one programme moved to a changed one: Newton's steps, and no bound in the way.

After a change some pairs of distance and dual must change places. A step that keeps all of them
positive ends at the first, a hundredth of its way along. Here none is held back: Newton's step
towards one and the same product of all pairs is taken whole, and each pair (x, z) is put where that
product holds, on the side that the step sent it to,

    x z = mu,  x / a - a z = as the step says,  a^2 = x / z before it.

What a pair was moved by beyond its step is an excess that the next step takes up. These are
smoothing methods for complementarity (Burke & Xu 1998, Mathematics of Operations Research 23;
Engelke & Kanzow 2002, Numerische Mathematik 90), which need no interior and so may start anywhere;
far from a solution they wander, so that they are given few steps. Each takes one factorisation and
one solve.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit

from tradewind.capacity.form import Form
from tradewind.capacity.iterate import Along, Point, combined, furthest
from tradewind.capacity.newton import FLOOR, Newton

MOST = 8
"""Steps, at most; those that end well took two to seven."""
STUCK = 0.001
"""Share of a step that keeps pairs positive, below which it is lost."""
SETTLED = 0.2
"""Share of a step that keeps pairs positive, beyond which correctors do the rest."""
HELD = 0.01
"""Relative excess of rows beyond which correctors would do so in small steps."""
IDLE = 2.0 * FLOOR
"""Dual over distance of a pair that weighs nothing: its distance is read off its column."""
CLOSER = 0.1
"""Share of its distance that such a pair keeps at least."""


def stepped(form: Form, newton: Newton, point: Point, mean: float) -> tuple[Point, Along]:
    """Take one whole step; also say how far it would have kept all pairs positive.

    Raises
    ------
    Breakdown
        If rounding makes a block indefinite.
    """
    newton.factor(point)
    move = newton.towards(point, form.excess(point), mean)
    along = furthest(point, move)
    end = combined(point, move, (1.0, 1.0))
    reach = form.part.limit_rhs - form.rows(end.value)[1]
    always = np.ones(len(reach), dtype=bool)
    for gap, dual, at, has in (
        ("above", "push", end.value - form.lower, form.has_lower),
        ("below", "press", form.upper - end.value, form.has_upper),
        ("slack", "limit", reach, always),
    ):
        x, z = getattr(point, gap).copy(), getattr(point, dual).copy()
        place(x, getattr(move, gap), z, getattr(move, dual), at, has, mean)
        end = replace(end, **{gap: x, dual: z})
    return end, along


@njit(cache=True)
def place(
    x: np.ndarray,
    dx: np.ndarray,
    z: np.ndarray,
    dz: np.ndarray,
    at: np.ndarray,
    has: np.ndarray,
    mean: float,
) -> None:
    """Put every pair where its product is the mean; ``at`` is its column's distance as it is."""
    for i in range(len(x)):
        if has[i]:
            scale = np.sqrt(x[i] / z[i])
            side = (x[i] + dx[i]) / scale - scale * (z[i] + dz[i])
            large = 0.5 * (abs(side) + np.sqrt(side * side + 4.0 * mean))
            x[i] = scale * (large if side > 0.0 else mean / large)
            if mean < IDLE * x[i] * x[i] and at[i] > 0.0:
                x[i] = max(at[i], CLOSER * x[i])
            z[i] = mean / x[i]
