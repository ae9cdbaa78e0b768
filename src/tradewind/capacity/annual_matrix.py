"""The matrix of the yearly plan: columns, rows, and the entries that no year changes.

Equations [Y1] to [Y4] stand in ``annual``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.annual_tables import GROWING, PLANTS, AreaTables

BATTERY = GROWING.index("battery")
BUILT = tuple(name for name in GROWING if name != "battery")
"""Plants that may be built, in the order of the first rows of ``AreaTables.room``."""


class Layout:
    """Where the columns of each kind of variable are."""

    def __init__(self, tables: AreaTables, economies: int) -> None:
        hours, areas = tables.load.shape
        self.columns = 0
        self.output = self._take(len(PLANTS), hours, areas)
        self.charge, self.discharge, self.stored, self.lost = (
            self._take(hours, areas) for _ in range(4)
        )
        self.flow = self._take(hours, len(tables.forward))
        self.built = self._take(len(GROWING), areas)
        self.placed = self._take(economies, areas)
        self.idle = self._take(economies)
        self.shell = self._take(areas)
        self.draw = self._take(areas)

    def _take(self, *shape: int) -> np.ndarray:
        count = int(np.prod(shape))
        taken = np.arange(self.columns, self.columns + count).reshape(shape)
        self.columns += count
        return taken


class Builder:
    """Rows, and the entries of a sparse matrix."""

    def __init__(self, columns: int) -> None:
        self.columns, self.count = columns, 0
        self.named: dict[str, slice] = {}
        self._parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def rows(self, name: str, count: int) -> np.ndarray:
        self.named[name] = slice(self.count, self.count + count)
        self.count += count
        return np.arange(self.count - count, self.count)

    def add(self, rows: np.ndarray, columns: np.ndarray, values: Any) -> None:
        self._parts.append((rows, columns, np.broadcast_to(values, rows.shape)))

    def matrix(self) -> sp.csr_array:
        rows, columns, values = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        return sp.csr_array((values, (rows, columns)), shape=(self.count, self.columns))


def assembled(tables: AreaTables, at: Layout) -> tuple[sp.csr_array, dict[str, slice]]:
    """Build the matrix, but for what a year changes, and say where the rows of each kind are.

    A year puts in who is near home (rows ``near``) and how much placed chips draw (rows ``draw``).
    """
    t = tables
    hours, areas = t.load.shape
    cells = np.arange(hours * areas)
    area_of = cells % areas
    borders = np.arange(hours * len(t.forward))
    hour_of, border_of = borders // len(t.forward), borders % len(t.forward)
    build = Builder(at.columns)
    balance = build.rows("balance", hours * areas)
    for plant in range(len(PLANTS)):
        build.add(balance[cells], at.output[plant].ravel(), 1.0)
    build.add(balance[cells], at.discharge.ravel(), 1.0)
    build.add(balance[cells], at.charge.ravel(), -1.0)
    build.add(balance[cells], at.lost.ravel(), 1.0)
    for end, sign in ((0, -1.0), (1, 1.0)):
        reached = hour_of * areas + t.ends[border_of, end]
        build.add(balance[reached], at.flow.ravel(), sign)
    # The draw of placed chips: one column an area stands for all owners' chips there.
    build.add(balance[cells], at.draw[area_of], -t.pue.ravel())
    for k, name in enumerate(BUILT):
        plant = PLANTS.index(name)
        rows = build.rows(f"grows {name}", hours * areas)
        build.add(rows, at.output[plant].ravel(), 1.0)
        build.add(rows, at.built[k][area_of], -t.available[plant].ravel())
    for part, factor in (
        (at.charge, 1.0),
        (at.discharge, 1.0),
        (at.stored, t.battery_hours),
    ):
        rows = build.rows(f"battery {factor:g} {part[0, 0]}", hours * areas)
        build.add(rows, part.ravel(), 1.0)
        build.add(rows, at.built[BATTERY][area_of], -factor)
    add_storage(build, t, at)
    water = build.rows("water", areas)
    build.add(water[area_of], at.output[PLANTS.index("hydro")].ravel(), np.repeat(t.weight, areas))
    owner, where = np.indices(at.placed.shape)
    place = build.rows("place", len(at.idle))
    build.add(place[owner.ravel()], at.placed.ravel(), 1.0)
    build.add(place, at.idle, 1.0)
    build.rows("near", len(at.idle))
    total = build.rows("draw", areas)
    build.add(total[where.ravel()], at.placed.ravel(), 1.0)
    room = build.rows("connection", areas)
    build.add(room[where.ravel()], at.placed.ravel(), t.pue_most[where.ravel()])
    shell = build.rows("shell", areas)
    build.add(shell[where.ravel()], at.placed.ravel(), 1.0)
    build.add(shell, at.shell, -1.0)
    return build.matrix(), build.named


def add_storage(build: Builder, t: AreaTables, at: Layout) -> None:
    """Charge carried from step to step, closed within each day."""
    hours, areas = t.load.shape
    first = np.arange(hours) // t.steps_per_day * t.steps_per_day
    before = np.where(np.arange(hours) == first, first + t.steps_per_day - 1, 0)
    before = np.where(np.arange(hours) == first, before, np.arange(hours) - 1)
    rows = build.rows("stored", hours * areas)
    build.add(rows, at.stored.ravel(), 1.0)
    build.add(rows, at.stored[before].ravel(), -1.0)
    build.add(rows, at.charge.ravel(), -t.battery_way * t.step_hours)
    build.add(rows, at.discharge.ravel(), t.step_hours / t.battery_way)
