"""A deep iterate of one programme moved to a changed one: Newton's steps, and no bound in the way.

After a change some pairs of distance and dual must change places. A step that keeps all of them
positive ends at the first, a hundredth of its way along. Here none is held back: Newton's step is
taken whole. It asks every pair (x, z) for the product t that it has, or for the nearest of ``EVEN``
means, so that without a change nothing moves. A pair whose product is one of these at its end stays
there, and makes no excess; any other is put where its product is t, on the side that the step sent
it to,

    x z = t,  x / a - a z = as the step says,  a^2 = x / z before it.

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
from tradewind.capacity.iterate import POSITIVE, Along, Point, combined, furthest
from tradewind.capacity.newton import Newton

EVEN = (0.1, 10.0)
"""Least and largest product of a pair, in means, that steps leave. One and the same for all made an
excess of rows of 2 on four days of China, whatever had changed, where this made one of 0.2: it
moved queues that are never full."""
MOST = 8
"""Steps, at most; those that end well took one to seven."""
STUCK = 0.001
"""Share of a step that keeps pairs positive, below which it is lost."""
SETTLED = 0.1
"""Share of a step that keeps pairs positive, beyond which correctors do the rest."""
HELD, HELD_DUALS = 2e-2, 1e-4
"""Relative excess of rows, and of duals, beyond which correctors would do so in small steps."""
IDLE = 2.0
"""Dual over distance, in least weights, of a pair that weighs nothing: its distance is read off its
column."""
CLOSER = 0.1
"""Share of its distance that such a pair keeps at least."""


def stepped(form: Form, newton: Newton, point: Point, mean: float) -> tuple[Point, Along]:
    """Take one whole step; also say how far it would have kept all pairs positive.

    Raises
    ------
    Breakdown
        If rounding makes a block indefinite.
    """
    fair, idle = (EVEN[0] * mean, EVEN[1] * mean), IDLE * newton.floor
    above, below, slack = (
        np.clip(getattr(point, gap) * getattr(point, dual), *fair)
        for gap, dual in zip(*POSITIVE, strict=True)
    )
    newton.factor(point)
    move = newton.towards(point, form.excess(point), (above, below, slack))
    along = furthest(point, move)
    end = combined(point, move, (1.0, 1.0))
    reach = form.part.limit_rhs - form.rows(end.value)[1]
    always = np.ones(len(reach), dtype=bool)
    for gap, dual, at, has, product in (
        ("above", "push", end.value - form.lower, form.has_lower, above),
        ("below", "press", form.upper - end.value, form.has_upper, below),
        ("slack", "limit", reach, always, slack),
    ):
        x, z = getattr(point, gap).copy(), getattr(point, dual).copy()
        place(x, getattr(move, gap), z, getattr(move, dual), at, has, product, fair, idle)
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
    product: np.ndarray,
    fair: tuple[float, float],
    idle: float,
) -> None:
    """Put every pair where the step ends if its product is fair there, or else on its own product.

    ``at`` is its column's distance as it is.
    """
    for i in range(len(x)):
        if has[i]:
            to, dual, wanted = x[i] + dx[i], z[i] + dz[i], product[i]
            if to > 0.0 and dual > 0.0 and fair[0] <= to * dual <= fair[1]:
                x[i], z[i] = to, dual
                continue
            scale = np.sqrt(x[i] / z[i])
            side = to / scale - scale * dual
            large = 0.5 * (abs(side) + np.sqrt(side * side + 4.0 * wanted))
            x[i] = scale * (large if side > 0.0 else wanted / large)
            if wanted < idle * x[i] * x[i] and at[i] > 0.0:
                x[i] = max(at[i], CLOSER * x[i])
            z[i] = wanted / x[i]
