"""Programmes of small networks with every kind of work and rule."""

from __future__ import annotations

from functools import cache

from tests.support.plan_network import attached
from tests.support.plan_random import random_case
from tradewind.capacity import tighten
from tradewind.capacity.programme import Programme, programme_of

SEEDS = (3, 14)


@cache
def programmes_of_seeds() -> dict[int, Programme]:
    """Return a programme for every seed."""
    made = {}
    for seed in SEEDS:
        n = attached(random_case(seed, 1, "chips", 5))
        model = n.optimize.create_model(include_objective_constant=False)
        tighten(n, n.snapshots)
        made[seed] = programme_of(model)
    return made
