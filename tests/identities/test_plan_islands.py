"""The structured solver on islands, long chains and rows that tie all hours together."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.plan_islands import ISLANDS, islands
from tests.support.plan_optimum import ends_where_highs_ends
from tradewind.capacity import zones
from tradewind.capacity.kkt import System
from tradewind.capacity.order import LONG, NONE, order_of
from tradewind.capacity.partition import partition
from tradewind.capacity.pattern import pattern_of
from tradewind.capacity.presolve import reduce
from tradewind.capacity.scaling import scaled


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
