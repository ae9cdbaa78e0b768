"""Duals moved alone to where they cost least, since some bounds are far away.

What stationarity is off by (``newton.FLOOR`` times a step, and rounding) is a reduced cost, and an
answer's gap counts it times the distance to the bound that it leans on. A store that may hold
452,250 GWh and holds 27 makes a gap of 7e-7 of -1e-13 an hour. Newton's next direction takes this
up, but moves columns too and leaves as much again. So columns stay, and duals y move by

    min  sum_j (d_j (e - A'dy)_j)^2

with e what stationarity is off by and d_j the longest distance from column j to a bound, at least
``SIZE``. It is not the distance to the bound that e leans on: duals as good as zero then passed it
for the far side, and a gap of 1e-7 became one of 5e-7. This is the system of an iteration with
weights 1 / d^2: one factorisation and one solve. Limits weigh what they do in an iteration, dual
over slack, so that their duals keep their sign.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tradewind.capacity.form import Form
from tradewind.capacity.iterate import Point
from tradewind.capacity.kkt import Residual, Weights
from tradewind.capacity.scaling import SIZE


def polished(form: Form, point: Point) -> Point:
    """Return an iterate whose duals are off stationarity where that costs least.

    Raises
    ------
    Breakdown
        If rounding makes a block indefinite.
    """
    part, system = form.part, form.system
    weight, border_weight = form.split(longest(form, point.value) ** -2.0)
    system.factor(Weights(weight, point.limit / point.slack, border_weight))
    force, border_force = form.split(-form.excess(point).dual)
    rows = (np.zeros(len(r)) for r in (part.balance_rhs, part.link_rhs, part.border_rhs))
    found = system.solve(Residual(force, border_force, *rows))
    return replace(
        point,
        limit=point.limit + found.force,
        balance=point.balance + found.balance,
        link=point.link + found.link,
        rows=point.rows + found.rows,
    )


def longest(form: Form, value: np.ndarray) -> np.ndarray:
    """Return columns' longest distance to a bound, or their size where there is none."""
    above = np.where(form.has_lower, value - form.lower, np.abs(value))
    below = np.where(form.has_upper, form.upper - value, np.abs(value))
    distance: np.ndarray = np.maximum(np.maximum(above, below), SIZE)
    return distance
