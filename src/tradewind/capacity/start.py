"""Where the interior-point method starts: least squares, or another programme's iterate."""

from __future__ import annotations

import numpy as np

from tradewind.capacity.form import Form
from tradewind.capacity.iterate import Point
from tradewind.capacity.kkt import Residual, Weights

ROOM = 2.0
"""First distances from bounds, in means of what least squares moves a column by."""
BASE = 1.0
"""First duals of bounds at that distance, in means of the least-squares reduced costs."""
NEAR = 0.1
"""Least distance, of the size of a column, from a bound that is new."""


def centre(form: Form) -> Point:
    """Return a first iterate: least squares, moved inside the bounds.

    Every product of distance and dual is alike (plus what reduced cost asks for), so that a bound
    that is far away, and may never bind, does not weigh more than one that is near.
    """
    part, system = form.part, form.system
    system.factor(
        Weights(np.ones(form.local), np.ones(len(part.limit_rhs)), np.ones(len(part.border_cost)))
    )
    near = np.clip(0.0, form.lower, form.upper)
    balance, _, link, rows = form.rows(near)
    found = system.solve(
        Residual(
            np.zeros(form.local), np.zeros(len(part.border_cost)),
            part.balance_rhs - balance, part.link_rhs - link, part.border_rhs - rows,
        )
    )  # fmt: skip
    value = near + found.value
    room = 1.0 + ROOM * float(np.abs(value - near).mean())
    above = np.maximum(np.where(form.has_lower, value - form.lower, 1.0), room)
    below = np.maximum(np.where(form.has_upper, form.upper - value, 1.0), room)
    slack = np.maximum(part.limit_rhs - form.rows(value)[1], room)
    dual = system.solve(
        Residual(
            -part.cost, -part.border_cost, np.zeros(len(part.balance_rhs)),
            np.zeros(len(part.link_rhs)), np.zeros(len(part.border_rhs)),
        )
    )  # fmt: skip
    rest = form.cost - form.pull(dual.balance, np.zeros(len(slack)), dual.link, dual.rows)
    product = room * (0.01 + BASE * float(np.abs(rest).mean()))
    return Point(
        value,
        np.where(form.has_lower, above, 1.0),
        np.where(form.has_upper, below, 1.0),
        slack,
        np.where(form.has_lower, np.maximum(rest, 0.0) + product / above, 0.0),
        np.where(form.has_upper, np.maximum(-rest, 0.0) + product / below, 0.0),
        product / slack,
        dual.balance,
        dual.link,
        dual.rows,
    )


def adopted(form: Form, point: Point, size: float, cost: float) -> Point | None:
    """Return a kept iterate of another programme for this one, in its units.

    ``size`` and ``cost`` are those programme's units of sizes and of cost over this one's.
    A bound that is new has the distance of the iterate, or ``NEAR`` where it is beyond or closer,
    and the mean product. None if the other programme does not have the same shape.
    """
    mine = (len(form.cost), *(len(r) for r in form.rows(np.zeros(len(form.cost)))))
    theirs = tuple(
        len(getattr(point, name)) for name in ("value", "balance", "slack", "link", "rows")
    )
    if mine != theirs:
        return None
    sizes = ("value", "above", "below", "slack")
    start = Point(
        **{
            name: getattr(point, name) * np.float32(size if name in sizes else cost / size)
            for name in Point.__dataclass_fields__
        }
    )
    mean = form.mean_product(start)
    for has, distance, dual, away in (
        (form.has_lower, start.above, start.push, start.value - form.lower),
        (form.has_upper, start.below, start.press, form.upper - start.value),
    ):
        new, gone = has & (dual <= 0.0), ~has
        near = NEAR * (1.0 + np.abs(start.value[new]))
        distance[new] = np.maximum(away[new], near)
        dual[new] = mean / distance[new]
        distance[gone], dual[gone] = 1.0, 0.0
    return start


def kept(point: Point) -> Point:
    """Return an iterate in single precision, which does for a start and takes half the room."""
    return Point(
        **{name: getattr(point, name).astype(np.float32) for name in Point.__dataclass_fields__}
    )


def exact(point: Point) -> Point:
    """Return a kept iterate in double precision."""
    return Point(
        **{name: getattr(point, name).astype(float) for name in Point.__dataclass_fields__}
    )
