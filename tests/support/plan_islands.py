"""A programme of islands, with long chains and rows that tie all hours together."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.programme import NO_STEP, Programme

ISLANDS = 3
BUSES = 2


def islands(hours: int, seed: int, store: bool = True) -> Programme:
    """Three islands of two buses, a plant, sun and perhaps a store each; two sums of the year.

    The year's fuel has a cap, its flows add up to one.

    Columns of a bus and hour: fuel, sun, charge, level; of an island and hour: a flow. Capacities:
    fuel and sun of every bus.
    """
    rng = np.random.default_rng(seed)
    columns: list[tuple[float, float, float, int]] = []
    rows: list[tuple[dict[int, float], float, float, int]] = []

    def column(cost: float, lower: float, upper: float, step: int) -> int:
        columns.append((cost, lower, upper, step))
        return len(columns) - 1

    fuel_of_year: list[int] = []
    flow_of_year: list[int] = []
    for _ in range(ISLANDS):
        sizes = [
            [column(rng.uniform(5.0, 30.0), 0.0, np.inf, NO_STEP) for _ in ("fuel", "sun")]
            for _ in range(BUSES)
        ]
        before: list[int] = [NO_STEP] * BUSES
        first = list(before)
        for hour in range(hours):
            flow = column(0.01, -2.0, 2.0, hour)
            flow_of_year.append(flow)
            for bus, (fuel_size, sun_size) in enumerate(sizes):
                fuel = column(rng.uniform(1.0, 4.0), 0.0, np.inf, hour)
                sun = column(0.0, 0.0, np.inf, hour)
                fuel_of_year.append(fuel)
                entries = {fuel: 1.0, sun: 1.0, flow: 1.0 if bus else -1.0}
                if store:
                    charge = column(0.001, -1.5, 1.5, hour)
                    level = column(0.0, 0.0, 4.0, hour)
                    kept = {level: 1.0, charge: -0.95}
                    if hour % 2 and not bus:
                        # A longer row comes later in its block: ties are not of like places.
                        kept[column(0.01, 0.0, 0.1, hour)] = 1.0
                    if hour:
                        kept[before[bus]] = -0.99
                    else:
                        first[bus] = len(rows)
                    rows.append((kept, 0.0, 0.0, hour))
                    entries[charge] = -1.0
                    before[bus] = level
                demand = 3.0 + 2.0 * np.sin(hour / 4.0 + bus) + rng.uniform(0.0, 1.0)
                rows.append((entries, demand, demand, hour))
                rows.append(({fuel: 1.0, fuel_size: -1.0}, -np.inf, 0.0, hour))
                shine = max(np.sin(hour * np.pi / 12.0), 0.0) * rng.uniform(0.5, 1.0)
                rows.append(({sun: 1.0, sun_size: -shine}, -np.inf, 0.0, hour))
        if store:
            for bus in range(BUSES):
                rows[first[bus]][0][before[bus]] = -0.99
    cap = 2.2 * hours * ISLANDS * BUSES
    rows.append((dict.fromkeys(fuel_of_year, 1.0), -np.inf, cap, NO_STEP))
    rows.append((dict.fromkeys(flow_of_year, 1.0), 1.0, 1.0, NO_STEP))
    at = [(i, j, v) for i, (entries, *_) in enumerate(rows) for j, v in entries.items()]
    i, j, v = (np.array(part) for part in zip(*at, strict=True))
    cost, lower, upper, step = (np.array(part) for part in zip(*columns, strict=True))
    return Programme(
        sp.csr_array((v, (i, j)), shape=(len(rows), len(columns))),
        cost, lower, upper,
        np.array([r[1] for r in rows]), np.array([r[2] for r in rows]),
        step.astype(np.int64), np.array([r[3] for r in rows]),
    )  # fmt: skip
