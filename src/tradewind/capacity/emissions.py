"""Where the power of a bus comes from: emissions and green energy followed along the flows.

Average: every hour each bus is a well-mixed pool; what leaves it has the mix of all that enters,
its own plants and what neighbours send (proportional sharing, Bialek 1996, IEE Proceedings
143(4) 313). Storage gives back the mean mix of what it took up. Marginal: of the plants that run
in the bus's uncongested area the one whose cost is nearest to the price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tradewind.capacity import naming
from tradewind.errors import ConvergenceError

if TYPE_CHECKING:
    import pypsa

Floats = NDArray[np.float64]

RENEWABLE = ("wind", "solar", "pv", "hydro", "ror", "run-of-river", "biomass", "geothermal")
"""Words by which a carrier counts as green where the rules name none."""
LOSS = 0.1
"""Difference of prices over a link up to which it counts as uncongested (judgement)."""
STORAGE_ROUNDS = 200
"""Most rounds of the fixed point for what storage holds; each shrinks the error several-fold."""
NO_FLOW = 1e-9
"""Share of the largest flow below which a bus passes no power."""


@dataclass(frozen=True)
class Flows:
    """Power that enters and moves between buses, in the network's unit.

    Attributes
    ----------
    buses : (bus,) labels
    made : (bus, hour) generation
    pairs : (flow, 2) positions of the bus that is left and the bus that is entered
    sent, arrived : (flow, hour), zero or above
    stores : (store,) position of the bus of each storage
    charge, discharge : (store, hour)
    natural : (store,) energy of the year from inflow
    weight : (hour,)
    """

    buses: pd.Index[str]
    made: Floats
    pairs: NDArray[np.intp]
    sent: Floats
    arrived: Floats
    stores: NDArray[np.intp]
    charge: Floats
    discharge: Floats
    natural: Floats
    weight: Floats


def power_buses(network: pypsa.Network) -> pd.Index[str]:
    """Buses that carry power (or fuel), not compute."""
    buses = network.buses
    of_layer = buses["carrier"].isin(list(naming.CARRIERS))
    power: pd.Index[str] = pd.Index(list(buses.index[~of_layer.to_numpy()]), dtype=object)
    return power


def flows(network: pypsa.Network) -> Flows:
    """Read a solved network."""
    buses = power_buses(network)
    weight = network.snapshot_weightings["objective"].to_numpy(float)
    pairs, sent, arrived = _moved(network, buses)
    units = network.storage_units
    stores = network.stores[network.stores["bus"].isin(buses)]
    power = np.concatenate(
        [
            network.storage_units_t["p"].reindex(columns=units.index).to_numpy(float).T,
            network.stores_t["p"].reindex(columns=stores.index).to_numpy(float).T,
        ]
    )
    inflow = network.get_switchable_as_dense("StorageUnit", "inflow").to_numpy(float).T
    taken, given = np.maximum(-power, 0.0) @ weight, np.maximum(power, 0.0) @ weight
    trip = (units["efficiency_store"] * units["efficiency_dispatch"]).to_numpy(float)
    natural = np.zeros(len(power))
    count = len(units)
    own = np.maximum(given[:count] - trip * taken[:count], 0.0)
    natural[:count] = np.where(inflow.sum(axis=1) > 0.0, own, 0.0)
    at = pd.concat([units["bus"], stores["bus"]])
    return Flows(
        buses=buses,
        made=by_bus(network, buses),
        pairs=pairs,
        sent=sent,
        arrived=arrived,
        stores=buses.get_indexer(at),
        charge=np.maximum(-power, 0.0),
        discharge=np.maximum(power, 0.0),
        natural=natural,
        weight=weight,
    )


def generators_at(network: pypsa.Network, buses: pd.Index[str]) -> pd.DataFrame:
    """Generators on power buses."""
    return pd.DataFrame(network.generators[network.generators["bus"].isin(buses)])


def by_bus(
    network: pypsa.Network, buses: pd.Index[str], per_unit: pd.Series[float] | None = None
) -> Floats:
    """Sum generation, or generation times a factor of each generator, by bus: (bus, hour)."""
    plants = generators_at(network, buses)
    power = network.generators_t["p"].reindex(columns=plants.index).to_numpy(float)
    factor = plants["sign"] if per_unit is None else plants["sign"] * per_unit[plants.index]
    total = np.zeros((len(buses), len(network.snapshots)))
    np.add.at(total, buses.get_indexer(pd.Index(plants["bus"])), (power * factor.to_numpy(float)).T)
    return total


def _moved(network: pypsa.Network, buses: pd.Index[str]) -> tuple[NDArray[np.intp], Floats, Floats]:
    """Every pair of ports between which a link or line moves power."""
    pairs, sent, arrived = [], [], []
    for kind in network.branch_components:
        table, series = network.components[kind].static, network.components[kind].dynamic
        ports = sorted(c[3:] for c in table.columns if c.startswith("bus") and c[3:].isdigit())
        for name, row in table.iterrows():
            ends = [p for p in ports if row[f"bus{p}"] in buses and name in series[f"p{p}"]]
            power = np.array([series[f"p{p}"][name].to_numpy(float) for p in ends])
            out = np.maximum(-power, 0.0)
            total = np.maximum(out.sum(axis=0), 1e-300) if len(ends) > 1 else 0.0
            for i, j in [(i, j) for i in range(len(ends)) for j in range(len(ends)) if i != j]:
                into = np.maximum(power[i], 0.0)
                share = out[j] / total
                if (into * share).any():
                    pairs.append([buses.get_loc(row[f"bus{ends[k]}"]) for k in (i, j)])
                    sent.append(into * share)
                    arrived.append(np.where(into > 0.0, out[j], 0.0))
    hours = len(network.snapshots)
    empty = np.zeros((0, hours))
    if not pairs:
        return np.zeros((0, 2), dtype=np.intp), empty, empty
    return np.array(pairs, dtype=np.intp), np.stack(sent), np.stack(arrived)


def traced(given: Flows, own: Floats, natural: Floats, *, amount: bool) -> Floats:
    """Follow a quantity from the plants to the buses: quantity per unit of power, (bus, hour).

    Parameters
    ----------
    given : Flows
    own : (bus, hour)
        The quantity that a bus's plants bring in.
    natural : (store,)
        Of it per unit of a store's natural inflow.
    amount : bool
        True for what is conserved when power is lost (tonnes), False for a share of power.

    Returns
    -------
    array
        NaN where nothing passes.
    """
    enters = given.sent if amount else given.arrived
    count, hours = given.made.shape
    system = np.zeros((hours, count, count))
    at = np.arange(count)
    total = given.made.copy()
    np.add.at(total, given.pairs[:, 1], given.arrived)
    np.add.at(total, given.stores, given.discharge)
    nothing = total <= NO_FLOW * max(float(total.max(initial=0.0)), 1e-300)
    system[:, at, at] = np.where(nothing, 1.0, total).T
    for (start, end), flow in zip(given.pairs, enters, strict=True):
        system[:, end, start] -= np.where(nothing[end], 0.0, flow)
    inverse = np.linalg.inv(system)
    held = np.zeros(len(given.stores))
    taken, back = given.charge @ given.weight, given.discharge @ given.weight
    for _ in range(STORAGE_ROUNDS):
        right = own.copy()
        np.add.at(right, given.stores, given.discharge * held[:, None])
        mix = (inverse @ np.where(nothing, 0.0, right).T[..., None])[..., 0].T
        stored = (given.charge * mix[given.stores]) @ given.weight
        if not amount:
            stored *= np.divide(back - given.natural, taken, out=0.0 * taken, where=taken > 0.0)
        before = held
        stored = stored + given.natural * natural
        held = np.divide(stored, back, out=np.zeros_like(back), where=back > 0.0)
        if np.allclose(before, held, rtol=1e-9, atol=1e-12):
            return np.where(nothing, np.nan, mix)
    raise ConvergenceError("the mix of power that storage holds did not settle")


def emission_factor(network: pypsa.Network) -> pd.Series[float]:
    """Emissions of each generator per unit of electricity [tCO2 / MWh]."""
    plants = network.generators
    per_fuel = plants["carrier"].map(network.carriers["co2_emissions"]).fillna(0.0)
    return pd.Series(per_fuel / plants["efficiency"])


def is_green(carriers: pd.Series[str], named: tuple[str, ...] = ()) -> pd.Series[bool]:
    """Tell which carriers count as renewable: those named, or by ``RENEWABLE``."""
    if named:
        return carriers.isin(named)
    low = carriers.str.lower()
    found = low.map(lambda name: any(word in name for word in RENEWABLE))
    return found.astype(bool)


def average_intensity(network: pypsa.Network, given: Flows) -> Floats:
    """Emissions of the mix at each bus [tCO2 / MWh]: (bus, hour)."""
    own = by_bus(network, given.buses, emission_factor(network))
    return traced(given, own, np.zeros(len(given.stores)), amount=True)


def green_share(network: pypsa.Network, given: Flows, named: tuple[str, ...] = ()) -> Floats:
    """Share of the mix at each bus that is renewable: (bus, hour)."""
    green = is_green(network.generators["carrier"], named).astype(float)
    units = pd.concat([network.storage_units["carrier"], _stores_of(network, given)["carrier"]])
    natural = np.asarray(is_green(units.astype(str), named), dtype=float)
    return traced(given, by_bus(network, given.buses, green), natural, amount=False)


def _stores_of(network: pypsa.Network, given: Flows) -> pd.DataFrame:
    return pd.DataFrame(network.stores[network.stores["bus"].isin(given.buses)])


def marginal_intensity(network: pypsa.Network, given: Flows) -> Floats:
    """Emissions of the plant at the margin of each bus [tCO2 / MWh]: (bus, hour).

    The margin is the running plant whose marginal cost is nearest to the price at its own bus,
    of those in the area over which prices differ by no more than ``LOSS`` from bus to bus. Where
    storage or a build limit sets the price this is the plant next to it, an approximation.
    """
    plants = generators_at(network, given.buses)
    power = network.generators_t["p"].reindex(columns=plants.index).to_numpy(float)
    cost = network.get_switchable_as_dense("Generator", "marginal_cost")[plants.index]
    price = network.buses_t["marginal_price"][plants["bus"]].to_numpy(float)
    running = power > 1e-6 * np.maximum(power.max(axis=0, initial=0.0), 1e-6)
    gap = np.where(running, np.abs(cost.to_numpy(float) - price), np.inf)
    factor = emission_factor(network)[plants.index].to_numpy(float)
    area = _areas(network, given.buses)
    of_plant = area[:, given.buses.get_indexer(pd.Index(plants["bus"]))]
    # First of each area in order of the gap.
    order = np.lexsort((gap.ravel(), of_plant.ravel()))
    numbers, first = np.unique(of_plant.ravel()[order], return_index=True)
    best = order[first]
    by_area = np.full(int(area.max()) + 1, np.nan)
    runs = np.isfinite(gap.ravel()[best])
    by_area[numbers[runs]] = factor[best[runs] % max(len(plants), 1)]
    return by_area[area].T


def _areas(network: pypsa.Network, buses: pd.Index[str]) -> NDArray[np.intp]:
    """Number of the uncongested area of each bus in each hour, no number twice: (hour, bus)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    price = network.buses_t["marginal_price"][list(buses)].to_numpy(float)
    start, end = _joins(network, buses)
    low, high = price[:, start], price[:, end]
    near = np.abs(low - high) <= LOSS * np.maximum(np.abs(low), np.abs(high))
    hour, link = np.nonzero(near)
    size = price.size
    nodes = hour * len(buses) + start[link], hour * len(buses) + end[link]
    graph = coo_array((np.ones(len(hour)), nodes), shape=(size, size))
    numbers = connected_components(graph, directed=False)[1]
    return np.asarray(numbers, dtype=np.intp).reshape(price.shape)


def _joins(
    network: pypsa.Network, buses: pd.Index[str]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    ends = [network.components[kind].static[["bus0", "bus1"]] for kind in network.branch_components]
    both = pd.concat(ends)
    both = both[both["bus0"].isin(buses) & both["bus1"].isin(buses)]
    return buses.get_indexer(both["bus0"]), buses.get_indexer(both["bus1"])
