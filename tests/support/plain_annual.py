"""The yearly plan once more, row by row from its equations, for `scipy.optimize.linprog`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from scipy.optimize import linprog

from tradewind.capacity.annual import LOST_LOAD, AnnualInputs
from tradewind.capacity.annual_tables import GROWING, PLANTS, AreaTables

Row = tuple[dict[Any, float], float]


class Plain:
    """A linear programme whose variables have names."""

    def __init__(self) -> None:
        self.names: dict[Any, int] = {}
        self.cost: list[float] = []
        self.bounds: list[tuple[float, float]] = []
        self.equal: list[Row] = []
        self.most: list[Row] = []

    def new(self, name: Any, cost: float = 0.0, low: float = 0.0, high: float = np.inf) -> None:
        self.names[name] = len(self.names)
        self.cost.append(cost)
        self.bounds.append((low, high))

    def solve(self) -> tuple[float, dict[Any, float]]:
        found = linprog(
            self.cost,
            *(part for rows in (self.most, self.equal) for part in self._dense(rows)),
            bounds=self.bounds,
            method="highs-ipm",
        )
        assert found.status == 0, found.message
        return float(found.fun), {name: float(found.x[i]) for name, i in self.names.items()}

    def _dense(self, rows: list[Row]) -> tuple[np.ndarray, np.ndarray]:
        matrix = np.zeros((len(rows), len(self.names)))
        for i, (terms, _) in enumerate(rows):
            for name, value in terms.items():
                matrix[i, self.names[name]] += value
        return matrix, np.array([right for _, right in rows])


def solved(t: AreaTables, q: AnnualInputs) -> tuple[float, dict[Any, float]]:
    """Least cost of a year [USD million], and every variable by name."""
    lp, hours, areas = Plain(), range(len(t.load)), range(len(t.areas))
    owners = range(len(q.new))
    for h in hours:
        for a in areas:
            for c, plant in enumerate(PLANTS):
                price = t.marginal[c, a] + t.fuel_part[c, a] * (q.fuel_factor[c, a] - 1.0)
                price += t.carbon[c] * q.carbon_price[a] / 1e3
                lp.new(("output", plant, h, a), t.weight[h] * price)
            for name in ("in", "out", "held"):
                lp.new((name, h, a))
            lp.new(("lost", h, a), t.weight[h] * LOST_LOAD)
        for b in range(len(t.ends)):
            lp.new(("flow", h, b), low=-t.back[b], high=t.forward[b])
    for a in areas:
        for k, plant in enumerate(GROWING):
            lp.new(("built", plant, a), t.yearly[k, a], high=q.room[k, a])
        lp.new(("shell", a), t.shell[a])
        for e in owners:
            cost = t.connection[a] * t.pue_most[a] + q.remote[e, a]
            lp.new(("placed", e, a), cost, high=np.inf if q.allowed[e, a] else 0.0)
    for e in owners:
        lp.new(("idle", e), q.idle)
    _power(lp, t, q)
    for a in areas:
        placed = {("placed", e, a): 1.0 for e in owners}
        lp.most.append(({**placed, ("shell", a): -1.0}, q.shell[a]))
        lp.most.append((dict.fromkeys(placed, t.pue_most[a]), q.connection[a]))
    for e in owners:
        lp.equal.append(({("idle", e): 1.0, **{("placed", e, a): 1.0 for a in areas}}, q.new[e]))
        near = {("placed", e, a): -1.0 for a in areas if q.nearby[e, a]}
        if near:
            lp.most.append(({**near, ("idle", e): -q.near}, -q.near * q.new[e]))
    return lp.solve()


def _power(lp: Plain, t: AreaTables, q: AnnualInputs) -> None:
    """Balance of every hour, plants, water and batteries."""
    hours, areas = range(len(t.load)), range(len(t.areas))
    step = 24.0 / t.steps_per_day
    for a in areas:
        lp.most.append(
            ({("output", "hydro", h, a): t.weight[h] for h in hours}, float(t.water[a]))
        )
        for h in hours:
            facility = q.utilisation * t.pue[h, a]
            terms: dict[Any, float] = defaultdict(float)
            terms |= {("output", plant, h, a): 1.0 for plant in PLANTS}
            terms |= {("out", h, a): 1.0, ("in", h, a): -1.0, ("lost", h, a): 1.0}
            terms |= {("placed", e, a): -facility for e in range(len(q.new))}
            for b, (start, end) in enumerate(t.ends):
                terms["flow", h, b] += float(end == a) - float(start == a)
            lp.equal.append(
                (
                    {k: v for k, v in terms.items() if v or k[0] != "flow"},
                    float(q.load_factor * t.load[h, a] + facility * q.fleet[a]),
                )
            )
            for c, plant in enumerate(PLANTS):
                most = {("output", plant, h, a): 1.0}
                if plant in GROWING:
                    most["built", plant, a] = -t.available[c, h, a]
                lp.most.append((most, float(t.available[c, h, a] * q.plants[c, a])))
            size = {"in": 1.0, "out": 1.0, "held": t.battery_hours}
            for name, factor in size.items():
                lp.most.append(
                    (
                        {(name, h, a): 1.0, ("built", "battery", a): -factor},
                        float(factor * q.battery[a]),
                    )
                )
            day = h - h % t.steps_per_day
            before = day + (h - day - 1) % t.steps_per_day
            lp.equal.append(
                (
                    {
                        ("held", h, a): 1.0,
                        ("held", before, a): -1.0,
                        ("in", h, a): -step * t.battery_way,
                        ("out", h, a): step / t.battery_way,
                    },
                    0.0,
                )
            )
