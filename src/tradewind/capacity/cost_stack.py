"""What a plan costs: the objective item by item, each site's part by part, and who bears it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from tradewind.capacity import naming
from tradewind.capacity.emissions import emission_factor, power_buses
from tradewind.capacity.fields import ITEMS, PARTS
from tradewind.errors import ConvergenceError

if TYPE_CHECKING:
    import pypsa

Floats = NDArray[np.float64]

TOLERANCE = 1e-6
"""Relative error that a sum of costs may have."""
NOMINAL = {
    "Generator": "p_nom",
    "StorageUnit": "p_nom",
    "Link": "p_nom",
    "Store": "e_nom",
    "Line": "s_nom",
    "Transformer": "s_nom",
}
OPERATION = {"Generator": "p", "StorageUnit": "p", "Link": "p0", "Store": "p"}
ITEM_OF = {
    "Generator": "generation_capital",
    "StorageUnit": "storage",
    "Store": "storage",
    "Line": "lines",
    "Transformer": "lines",
}
"""Item of the capital of each kind of component; links are told apart by ``link_items``."""


def objective_of(network: pypsa.Network) -> float:
    """Objective of a solved network, in its money.

    Raises
    ------
    ConvergenceError
        It was not solved.
    """
    if network.objective is None:
        raise ConvergenceError("the network was not solved")
    return float(network.objective)


def link_items(network: pypsa.Network) -> pd.Series[str]:
    """Item of each link: of the compute layer by its carrier, else a line."""
    layer = {naming.SITE: "connection", naming.IT: "shell", naming.COMPUTE: "chips"}
    return pd.Series(network.links["carrier"].map(layer).fillna("lines"))


def capital(network: pypsa.Network, kind: str) -> pd.Series[float]:
    """Annual capital and fixed cost of each extendable component of a kind, as the model counts."""
    table = network.components[kind]
    chosen = table.extendables.intersection(table.active_assets)
    size = table.static.loc[chosen, f"{NOMINAL[kind]}_opt"]
    yearly = table.periodized_cost.sel(name=chosen).to_series().reindex(chosen)
    return pd.Series((yearly * size).astype(float))


def operation(network: pypsa.Network, kind: str) -> pd.Series[float]:
    """Cost of a year's operation of each component of a kind: marginal, storage and spill cost."""
    weight = network.snapshot_weightings["objective"]
    series, names = network.components[kind].dynamic, network.components[kind].static.index
    power = series[OPERATION[kind]].reindex(columns=names, fill_value=0.0)
    total = _yearly(network, kind, "marginal_cost", power, weight)
    if "marginal_cost_quadratic" in network.components[kind].static:
        total = total + _yearly(network, kind, "marginal_cost_quadratic", power**2, weight)
    if kind in ("StorageUnit", "Store"):
        held = series["state_of_charge" if kind == "StorageUnit" else "e"]
        held = held.reindex(columns=names, fill_value=0.0)
        total = total + _yearly(network, kind, "marginal_cost_storage", held, weight)
    if kind == "StorageUnit":
        spill = series["spill"].reindex(columns=names, fill_value=0.0)
        total = total + _yearly(network, kind, "spill_cost", spill, weight)
    return total


def _yearly(
    network: pypsa.Network,
    kind: str,
    attribute: str,
    amount: pd.DataFrame,
    weight: pd.Series[float],
) -> pd.Series[float]:
    cost = network.get_switchable_as_dense(kind, attribute)[amount.columns]
    return (cost * amount).mul(weight, axis=0).sum()


def system_cost(
    network: pypsa.Network, transfer: float, carbon_price: pd.Series[float], objective: float
) -> xr.DataArray:
    """Split the objective into items, in the network's money.

    Parameters
    ----------
    network : pypsa.Network
        Solved.
    transfer : float
        Cost of carrying work.
    carbon_price : (generator,) [money / tCO2]
        Already in the marginal costs.
    objective : float

    Returns
    -------
    DataArray, (item,)

    Raises
    ------
    ConvergenceError
        The items do not sum to the objective.
    """
    total = dict.fromkeys(ITEMS, 0.0)
    total["transfer"] = transfer
    for kind in NOMINAL:
        if network.components[kind].static.empty:
            continue
        cost = capital(network, kind)
        items = link_items(network)[cost.index] if kind == "Link" else None
        for item, part in [(ITEM_OF.get(kind), cost)] if items is None else cost.groupby(items):
            total[str(item)] += float(part.sum())
        if kind in OPERATION:
            item = {"Generator": "fuel", "Link": "lines"}.get(kind, "storage")
            total[item] += float(operation(network, kind).sum())
    total["carbon"] = float((carbon_price * yearly_emissions(network)).sum())
    total["fuel"] -= total["carbon"]
    same(sum(total.values()), objective, "the items of the system's cost and the objective")
    return xr.DataArray(list(total.values()), {"item": list(total)})


def yearly_emissions(network: pypsa.Network) -> pd.Series[float]:
    """Emissions of each generator [tCO2 × the network's unit of power in MW]."""
    weight = network.snapshot_weightings["objective"].to_numpy(float)
    plants = network.generators.index
    power = network.generators_t["p"].reindex(columns=plants, fill_value=0.0)
    return pd.Series(emission_factor(network) * (weight @ power.to_numpy(float)))


def same(found: float, expected: float, what: str) -> None:
    """Refuse two sums that should agree and do not."""
    if not abs(found - expected) <= TOLERANCE * max(abs(expected), 1e-9):
        raise ConvergenceError(
            f"{what} do not agree: {found:.9g} against {expected:.9g}, "
            f"{abs(found / expected - 1.0):.1e} apart with {TOLERANCE:.0e} allowed; the network "
            "may hold costs that results do not know (start-up, stand-by, piecewise costs)"
            if expected
            else f"{what} do not agree: {found:.9g} against zero"
        )


HOLDERS: Sequence[tuple[str, str]] = (
    ("tradewind-served", "compute users"),
    ("tradewind-chip-cap", "chip caps"),
    ("tradewind-reserve", "reserve"),
    ("tradewind-potential", "build limits"),
    ("tradewind", "other rules"),
    ("GlobalConstraint", "caps on the network"),
    ("Bus", "other consumers"),
    ("StorageUnit-energy_balance", "inflow"),
    ("Link-ext-p_nom", "links"),
    ("Line", "lines"),
    ("Link", "lines"),
)
"""Who holds what a row's dual says, by the beginning of its name; else "plants that stand"."""


def rents(network: pypsa.Network, objective: float) -> xr.DataArray:
    """Split the objective by who pays and whose scarcity earns: right side times dual.

    By duality these sum to the objective: what consumers of power and users of compute pay, less
    what plants that stand, build limits, connections, caps and inflow earn.

    Returns
    -------
    DataArray, (holder,)

    Raises
    ------
    ConvergenceError
        The sum is not the objective: the duals are not those of an optimum.
    """
    total: dict[str, float] = {}
    for name, row in network.model.constraints.items():
        product = (row.dual * row.rhs.where(np.isfinite(row.rhs), 0.0)).fillna(0.0)
        for holder, value in _held(network, name, product):
            total[holder] = total.get(holder, 0.0) + value
    same(sum(total.values()), objective, "the duals times right sides and the objective")
    return xr.DataArray(list(total.values()), {"holder": list(total)})


def _held(network: pypsa.Network, name: str, product: xr.DataArray) -> list[tuple[str, float]]:
    if name.startswith("Link-ext-p_nom"):
        by_link = product.to_series().groupby(link_items(network)).sum()
        words = {"connection": "connections", "shell": "sites", "chips": "chips in place"}
        return [(words.get(str(item), "lines"), float(v)) for item, v in by_link.items()]
    if "-ext-" in name and name.endswith("_nom-upper"):
        return [("build limits", float(product.sum()))]
    holder = next((words for start, words in HOLDERS if name.startswith(start)), None)
    return [(holder or "plants that stand", float(product.sum()))]


def site_cost(
    network: pypsa.Network, sites: Sequence[str], chips: Sequence[str], transfer: pd.Series[float]
) -> xr.DataArray:
    """Annual cost of each site's compute, power at its marginal price: (site, part).

    Cooling is what facility power exceeds IT power by; network is the carrying of work.
    """
    cost = capital(network, "Link")
    weight = network.snapshot_weightings["objective"].to_numpy(float)
    rows = []
    for site in sites:
        bus = network.links.loc[naming.connection_link(site), "bus0"]
        price = network.buses_t["marginal_price"][bus].to_numpy(float)
        facility = network.links_t["p0"][naming.connection_link(site)].to_numpy(float)
        it = -network.links_t["p1"][naming.shell_link(site)].to_numpy(float)
        names = [naming.chip_link(site, c) for c in chips]
        rows.append(
            [
                cost.reindex(names).fillna(0.0).sum(),
                cost[naming.shell_link(site)],
                cost[naming.connection_link(site)],
                weight @ (price * it),
                weight @ (price * (facility - it)),
                transfer.get(site, 0.0),
            ]
        )
    return xr.DataArray(
        np.array(rows).reshape(-1, len(PARTS)), {"site": list(sites), "part": list(PARTS)}
    )


def load_by_bus(network: pypsa.Network) -> pd.DataFrame:
    """Load of all consumers but compute: (hour, bus)."""
    load = network.get_switchable_as_dense("Load", "p_set")
    grouped = load.T.groupby(network.loads["bus"].reindex(load.columns)).sum().T
    return grouped.reindex(columns=power_buses(network), fill_value=0.0)
