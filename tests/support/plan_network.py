"""A case as a PyPSA network, with the compute layer attached and solved."""

from __future__ import annotations

import logging
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
import pypsa

from tests.support.plan_cases import Case
from tests.support.plan_random import random_case
from tradewind.capacity import attach, optimise
from tradewind.capacity.library import new_network
from tradewind.capacity.naming import chip_link

QUIET = ("pypsa", "linopy")


def network(case: Case) -> pypsa.Network:
    """Build the power system of a case, without compute."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    n = new_network()
    n.set_snapshots(case.snapshots)
    n.snapshot_weightings["objective"] = case.weight
    n.snapshot_weightings["generators"] = case.weight
    n.snapshot_weightings["stores"] = case.step
    n.meta["tradewind"] = {"periods": [int(p) for p in case.period]}
    carriers = sorted({item.carrier for item in (*case.plants, *case.stores)} | {"AC", "DC"})
    n.add("Carrier", carriers, co2_emissions=[case.carbon.get(c, 0.0) for c in carriers])
    n.add("Bus", case.buses, carrier="AC")
    n.add("Load", case.buses, bus=case.buses, carrier="AC", p_set=_series(n, case.load))
    _sized(n, "Generator", case.plants, ("bus", "carrier", "efficiency"))
    n.generators_t.p_max_pu = _series(n, {p.name: p.profile for p in case.plants})
    varying = {p.name: p.marginal for p in case.plants if np.ndim(p.marginal)}
    n.generators_t.marginal_cost = _series(n, varying)
    fixed = {p.name: p.marginal for p in case.plants if not np.ndim(p.marginal)}
    n.generators.loc[list(fixed), "marginal_cost"] = list(fixed.values())
    _sized(n, "StorageUnit", case.stores, ("bus", "carrier"))
    for theirs, ours in {
        "max_hours": "hours",
        "efficiency_store": "into",
        "efficiency_dispatch": "out",
        "standing_loss": "loss",
        "marginal_cost": "marginal",
    }.items():
        n.storage_units[theirs] = [getattr(s, ours) for s in case.stores]
    n.storage_units["cyclic_state_of_charge"] = True
    n.storage_units_t.inflow = _series(n, {s.name: s.inflow for s in case.stores})
    _sized(n, "Link", case.lines, ("efficiency",))
    n.links["carrier"] = "DC"
    n.links["bus0"] = [line.origin for line in case.lines]
    n.links["bus1"] = [line.target for line in case.lines]
    n.links["marginal_cost"] = [line.marginal for line in case.lines]
    n.links["p_min_pu"] = [-1.0 if line.both else 0.0 for line in case.lines]
    return n


def _series(n: pypsa.Network, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    return pd.DataFrame(dict(columns), index=n.snapshots)


def _sized(n: pypsa.Network, kind: str, items: tuple, same: tuple[str, ...]) -> None:
    """Add components with their names, sizes and capital costs."""
    n.add(
        kind,
        [item.name for item in items],
        p_nom=[item.p_nom for item in items],
        p_nom_extendable=[item.extendable for item in items],
        p_nom_min=[item.low for item in items],
        p_nom_max=[item.high for item in items],
        capital_cost=[item.capital for item in items],
        **{name: [getattr(item, name) for item in items] for name in same},
    )


def attached(case: Case) -> pypsa.Network:
    """Attach the compute of a case to its power system."""
    return attach(
        network(case),
        case.sites,
        case.chips,
        case.workloads,
        rules=case.rules,
        units=case.units,
    )


def solved(case: Case, solver: Literal["tradewind", "highs"] = "highs") -> pypsa.Network:
    """Attach and solve."""
    return optimise(attached(case), solver=solver)


DRAWN = (
    (8, 5, "price chips", 3),
    (2, 5, "cap annual", 3),
    (3, 5, "hourly areas", 3),
)
"""Each holds five networks that nothing but rules joins."""
DRAWN_ONCE = (
    (4, 5, "price chips", 3),
    (7, 5, "cap annual", 3),
    (9, 5, "hourly areas", 3),
)
"""The same for one test alone: with the others thirty networks."""


@cache
def drawn(
    seed: int, islands: int, rules: str, most: int, solver: Literal["tradewind", "highs"] = "highs"
) -> tuple[Case, pypsa.Network]:
    """Draw a case and solve it, once for all tests that look at it."""
    case = random_case(seed, islands, rules, most)
    return case, solved(case, solver)


def quantities(case: Case, n: pypsa.Network, *, turned: bool = False) -> dict[str, np.ndarray]:
    """Capacities and bus prices of a solved network, in the case's order, by its names."""

    def names(items: list[str]) -> list[str]:
        return [item[::-1] for item in items] if turned else items

    sites = [(s, chip) for s in case.sites for chip in case.chips_at(s)]
    plants, stores = [p.name for p in case.plants], [s.name for s in case.stores]
    chips = [chip_link(*names([s.name, chip.name])) for s, chip in sites]
    return {
        "plants": n.generators.p_nom_opt[names(plants)].to_numpy(),
        "stores": n.storage_units.p_nom_opt[names(stores)].to_numpy(),
        "lines": n.links.p_nom_opt[names([line.name for line in case.lines])].to_numpy(),
        "chips": n.links.p_nom_opt[chips].to_numpy(),
    }
