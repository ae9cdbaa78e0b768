"""Rows that PyPSA's components cannot say, added to its linopy model; and the solved routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity import naming
from tradewind.capacity.clock import periods_of
from tradewind.capacity.equations import Integers
from tradewind.capacity.model_rules import add_chip_caps, add_green, add_reserve
from tradewind.capacity.refusals import NetworkError

if TYPE_CHECKING:
    import linopy
    import pypsa

ROUTE = "tradewind-route"
"""Variable: mean kH100e of a region's demand that a site serves."""
_STORAGE = (
    ("StorageUnit-energy_balance", "StorageUnit-state_of_charge"),
    ("Store-energy_balance", "Store-e"),
)


def tighten(network: pypsa.Network, snapshots: pd.Index[Any]) -> None:
    """Add the layer's rows to ``network.model``: PyPSA's ``extra_functionality``.

    Parameters
    ----------
    network : pypsa.Network
        From ``attach``, with its model built over all snapshots.
    snapshots : Index
        Of the model.

    Raises
    ------
    NetworkError
        The model is of a part of the snapshots only.
    """
    if len(snapshots) != len(network.snapshots):
        raise NetworkError(
            "A compute layer is planned over all its snapshots at once.",
            where="snapshots",
            value=f"{len(snapshots)} of {len(network.snapshots)}",
            bound="all snapshots of the network",
            remedy="Attach to a network of fewer snapshots in place of a rolling horizon.",
        )
    spec, model = network.meta.get(naming.META, {}), network.model
    close_periods(network, model)
    if spec.get("work"):
        add_routes(model, spec)
        add_queues(model, spec)
    add_chip_caps(model, spec.get("chip_caps", []))
    add_reserve(network, model, spec)
    add_green(network, model, spec)


def add_routes(model: linopy.Model, spec: dict[str, Any]) -> None:
    """Add routes, what arrives at each site by them, what they cost, and that all are served."""
    routes = pd.DataFrame(spec["routes"])
    routes["work"] = [
        naming.work(*key)
        for key in zip(routes["site"], routes["workload"], routes["group"], strict=True)
    ]
    pair = pd.RangeIndex(len(routes), name="pair")
    route = model.add_variables(lower=0.0, coords=[pair], name=ROUTE)
    work = [fact["name"] for fact in spec["work"]]
    arriving = _sum_by(route, routes["work"], "name", work)
    mean = model["Generator-p_nom"].sel(name=work)
    model.add_constraints(arriving - mean == 0.0, name="tradewind-arrivals")
    demand = {
        f"{workload['name']} {region}": mean_demand
        for workload in spec["workloads"]
        for region, mean_demand in workload["demand"].items()
        if mean_demand > 0.0
    }
    asked = routes["workload"] + " " + routes["region"]
    served = _sum_by(route, asked, "region", list(demand))
    wanted = xr.DataArray(list(demand.values()), coords={"region": list(demand)})
    model.add_constraints(served == wanted, name="tradewind-served")
    if (routes["cost"] > 0.0).any():
        cost = xr.DataArray(routes["cost"].to_numpy(), coords={"pair": pair})
        model.objective = model.objective + (route * cost).sum()


def add_queues(model: linopy.Model, spec: dict[str, Any]) -> None:
    """Size queues by the work that arrives, and keep training above its minimum load."""
    queued = [fact["name"] for fact in spec["work"] if fact["deferrable"]]
    if queued:
        size, mean = model["Store-e_nom"].sel(name=queued), model["Generator-p_nom"]
        model.add_constraints(size - mean.sel(name=queued) == 0.0, name="tradewind-store-size")
    steady = [fact for fact in spec["work"] if fact["minimum_load"] > 0.0]
    if steady:
        links = [naming.run_link(f["site"], f["workload"], f["group"]) for f in steady]
        least = xr.DataArray(
            [fact["minimum_load"] for fact in steady], coords={"name": links}, dims="name"
        )
        mean = model["Generator-p_nom"].sel(name=[fact["name"] for fact in steady])
        runs = model["Link-p"].sel(name=links)
        model.add_constraints(
            runs - mean.assign_coords(name=links) * least >= 0.0, name="tradewind-minimum-load"
        )


def close_periods(network: pypsa.Network, model: linopy.Model) -> None:
    """Let cyclic storage close inside each period: its first hour follows its last."""
    period = periods_of(network)
    first = np.flatnonzero(np.diff(period, prepend=period[0] - 1))
    if first.size == 1:
        return
    last = np.append(first[1:], period.size) - 1
    for row, state in _STORAGE:
        if row in model.constraints:
            _follow(model, row, state, first, last)


def _follow(model: linopy.Model, row: str, state: str, first: Integers, last: Integers) -> None:
    """In the rows at ``first``, put the state at ``last`` in place of that of the hour before."""
    import linopy

    balance = model.constraints[row]
    terms = balance.vars
    order = ("snapshot", "name", "_term")
    names = terms.indexes["name"]
    level = model[state].labels.sel(name=names).transpose("snapshot", "name").to_numpy()
    labels = terms.transpose(*order).to_numpy().copy()
    is_previous = labels[first] == level[first - 1][:, :, None]
    labels[first] = np.where(is_previous, level[last][:, :, None], labels[first])
    moved = terms.transpose(*order).copy(data=labels).transpose(*terms.dims)
    left = xr.Dataset({"coeffs": balance.coeffs, "vars": moved})
    balance.update(lhs=linopy.LinearExpression(left, model))


def solved_routes(network: pypsa.Network) -> pd.DataFrame:
    """Routes of a solved network.

    Returns
    -------
    DataFrame
        A row an allowed pair: workload, region, site, group, cost, round_trip_ms, kh100e.

    Raises
    ------
    NetworkError
        The network was not solved, or was read from a file written before ``keep_routes``.
    """
    spec = network.meta.get(naming.META, {})
    routes = pd.DataFrame(spec.get("routes", {}))
    model = network._model
    if model is not None and ROUTE in model.variables and "solution" in model[ROUTE].data:
        return routes.assign(kh100e=model[ROUTE].solution.to_numpy())
    if "kh100e" not in routes:
        raise NetworkError(
            "This network holds no solved routes.",
            where=f"network.meta[{naming.META!r}]['routes']",
            value="no solution",
            bound="a network that was solved, or written to a file after keep_routes()",
            remedy="Solve it again.",
        )
    return routes


def keep_routes(network: pypsa.Network) -> None:
    """Write the solved routes into ``network.meta``, so that files keep them."""
    spec = network.meta[naming.META]
    if spec.get("routes"):
        spec["routes"] = solved_routes(network).to_dict("list")


def _sum_by(
    variable: linopy.Variable, key: pd.Series[str], dim: str, order: list[str]
) -> linopy.LinearExpression:
    """Sum a variable over the pairs of each label, in a given order of labels."""
    labels = xr.DataArray(key.to_numpy(), dims="pair", name=dim)
    return (1.0 * variable).groupby(labels).sum().sel({dim: order})
