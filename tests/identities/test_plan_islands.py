"""The structured solver on islands, long chains and rows that tie all hours together."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tests.support.plan_optimum import ends_where_highs_ends
from tradewind.capacity import zones
from tradewind.capacity.kkt import System
from tradewind.capacity.order import LONG, NONE, order_of
from tradewind.capacity.partition import partition
from tradewind.capacity.pattern import pattern_of
from tradewind.capacity.presolve import reduce
from tradewind.capacity.programme import NO_STEP, Programme
from tradewind.capacity.scaling import scaled

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


@pytest.mark.parametrize("store", [True, False])
@pytest.mark.parametrize("together", [0.0, zones.TOGETHER])
def test_islands_end_where_highs_ends(
    monkeypatch: pytest.MonkeyPatch, together: float, store: bool
) -> None:
    monkeypatch.setattr(zones, "TOGETHER", together)
    given = islands(3 * LONG, seed=5, store=store)
    part = partition(scaled(reduce(given)[0])[0])
    assert np.unique(part.block_zone).size == (ISLANDS if together == 0.0 else 1)
    chains = np.unique(pattern_of(part).chain).size
    assert chains == len(part.tail) // (3 * LONG if store else 1)
    assert part.link.shape[0] == 2
    ends_where_highs_ends(given)


def test_zones_share_no_block_of_the_border(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "TOGETHER", 0.0)
    part = partition(scaled(reduce(islands(6, seed=1))[0])[0])
    system = System(part, pattern_of(part))
    border = system.border
    assert len(border.zones) == ISLANDS
    columns = np.concatenate([zone.columns for zone in border.zones])
    assert sorted(columns) == list(range(system.hot.size))
    # The year's sums touch every island, though no capacity limits a flow.
    assert all({0, 1} <= set(border.shared[zone.shared]) for zone in border.zones)
    rows = np.concatenate([border.shared, *(zone.rows for zone in border.zones)])
    assert sorted(rows) == list(range(part.link.shape[0] + part.border.shape[0]))


@pytest.mark.parametrize("length", [1, 2, LONG - 1, LONG, LONG + 1, 3 * LONG])
def test_every_block_is_taken_out_once_and_meets_a_neighbour(length: int) -> None:
    chain = np.repeat([0, 1], [length, 3])
    order = order_of(chain)
    taken = np.concatenate([*order.arms, order.junctions])
    assert sorted(taken) == list(range(length + 3))
    place = np.empty(len(chain), dtype=int)
    place[taken] = np.arange(len(taken))
    for block, parent in enumerate(order.parent):
        if parent == NONE:
            assert block in order.junctions
        else:
            assert abs(parent - block) == 1
            assert chain[parent] == chain[block]
            assert place[parent] > place[block]
            assert block in order.children[parent]
    assert (order.children != NONE).sum() == len(chain) - 2
    assert len(order.arms) == (2 if length >= LONG else int(length > 1)) + 1
