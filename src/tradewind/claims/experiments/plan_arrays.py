"""One plan of compute and power as arrays, so that a member changes numbers and builds nothing.

A network with a compute layer becomes a linear programme once (``arranged``); every member then
sets costs, bounds and right sides of a copy (``Draft``) and solves that. What a plan means, and
the equations, stand in ``tradewind.capacity``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
import xarray as xr
from numpy.typing import NDArray

from tradewind.capacity import highs, naming
from tradewind.capacity.inputs import Chip, Site, Workload
from tradewind.capacity.latency import Measured
from tradewind.capacity.programme import NO_STEP, Programme, programme_of
from tradewind.capacity.rules import Rules
from tradewind.capacity.units import Units
from tradewind.errors import InfeasibleError

if TYPE_CHECKING:
    import pypsa

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
ROUTE, SERVED = "tradewind-route", "tradewind-served"


@dataclass(frozen=True, eq=False)
class PlanArrays:
    """A plan's programme, and where its parts stand in it.

    Attributes
    ----------
    network : pypsa.Network
        With its compute layer.
    sites : tuple of Site
    chips : tuple of str
    programme : Programme
        Last rows: work of each region that is done at home, at least nothing.
    columns : dict of str to DataArray
        Place of every cell of a linopy variable; -1 where it has none.
    rows : dict of str to DataArray
        The same of constraints.
    routes : DataFrame
        Allowed pairs, with ``column``, ``home`` (whether at home) and ``cost``.
    asked : DataFrame
        A row a workload and region: ``demand`` [kH100e], ``served`` and ``home``, its rows.
    """

    network: pypsa.Network
    sites: tuple[Site, ...]
    chips: tuple[str, ...]
    programme: Programme
    columns: dict[str, xr.DataArray]
    rows: dict[str, xr.DataArray]
    routes: pd.DataFrame
    asked: pd.DataFrame

    def of_links(self, names: Iterable[str]) -> Places:
        """Columns of the sizes of links."""
        return self.columns["Link-p_nom"].sel(name=list(names)).to_numpy()

    @property
    def connections(self) -> list[str]:
        """Links that connect the sites."""
        return [naming.connection_link(site.name) for site in self.sites]

    @property
    def shells(self) -> list[str]:
        """Links that are the sites' buildings."""
        return [naming.shell_link(site.name) for site in self.sites]

    def chip_links(self) -> list[tuple[str, str, str]]:
        """Site, chip and link of every family that a site may buy."""
        known = set(self.columns["Link-p_nom"]["name"].to_numpy().tolist())
        pairs = [(s.name, c, naming.chip_link(s.name, c)) for s in self.sites for c in self.chips]
        return [pair for pair in pairs if pair[2] in known]


def arranged(
    network: pypsa.Network,
    sites: Sequence[Site],
    chips: Sequence[Chip],
    workloads: Sequence[Workload],
    *,
    rules: Rules,
    round_trips: Measured | None = None,
    home: str = "region",
) -> PlanArrays:
    """Attach compute to a network and read the programme of its plan.

    Parameters
    ----------
    network, sites, chips, workloads, rules, round_trips
        See ``capacity.attach``; GW and USD million.
    home : {"region", "country"}
        What counts as home for work that may not leave.
    """
    from tradewind.capacity import attach, tighten

    given = attach(
        network, sites, chips, workloads, rules=rules, units=Units.own(), round_trips=round_trips
    )
    model: Any = given.optimize.create_model(include_objective_constant=False)
    tighten(given, given.snapshots)
    programme = programme_of(model)
    matrices = model.matrices
    columns = {n: _placed(v.labels, matrices.vlabels) for n, v in model.variables.items()}
    rows = {n: _placed(c.labels, matrices.clabels) for n, c in model.constraints.items()}
    routes = pd.DataFrame(given.meta[naming.META]["routes"])
    routes["column"] = columns[ROUTE].to_numpy()
    routes["home"] = [_at_home(row, sites, workloads, home) for row in routes.itertuples()]
    asked = _asked(workloads, rows[SERVED])
    first = programme.shape[0]
    programme = _with_home_rows(programme, routes, asked)
    asked["home"] = np.arange(first, first + len(asked))
    names = tuple(chip.name for chip in chips)
    return PlanArrays(given, tuple(sites), names, programme, columns, rows, routes, asked)


def _placed(labels: xr.DataArray, order: NDArray[Any]) -> xr.DataArray:
    """Where each label stands in the programme."""
    place = np.full(max(int(order.max(initial=-1)), int(labels.max())) + 2, -1, dtype=np.intp)
    place[order] = np.arange(order.size)
    return labels.copy(data=place[labels.to_numpy().astype(np.intp)])


def _at_home(row: Any, sites: Sequence[Site], workloads: Sequence[Workload], home: str) -> bool:
    site = next(site for site in sites if site.name == row.site)
    if home == "region":
        return bool(site.home == row.region)
    work = next(work for work in workloads if work.name == row.workload)
    return bool(work.regions[row.region][2] == site.country)


def _asked(workloads: Sequence[Workload], served: xr.DataArray) -> pd.DataFrame:
    rows = [
        (work.name, region, mean, int(served.sel(region=f"{work.name} {region}")))
        for work in workloads
        for region, mean in work.demand.items()
        if mean > 0.0
    ]
    return pd.DataFrame(rows, columns=["workload", "region", "demand", "served"])


def _with_home_rows(programme: Programme, routes: pd.DataFrame, asked: pd.DataFrame) -> Programme:
    """Add a row for each region's work that is done at home; it binds nothing yet."""
    number = {key: i for i, key in enumerate(zip(asked["workload"], asked["region"], strict=True))}
    own = routes[routes["home"]]
    at = [number[key] for key in zip(own["workload"], own["region"], strict=True)]
    shape = (len(asked), programme.shape[1])
    extra = sp.csr_array((np.ones(len(own)), (at, own["column"].to_numpy())), shape=shape)
    none = np.zeros(len(asked))
    return replace(
        programme,
        matrix=sp.csr_array(sp.vstack([programme.matrix, extra])),
        row_lower=np.concatenate([programme.row_lower, none]),
        row_upper=np.concatenate([programme.row_upper, none + np.inf]),
        row_step=np.concatenate([programme.row_step, np.full(len(asked), NO_STEP)]),
    )


class Draft:
    """Numbers of one plan that a member may change before it is solved."""

    def __init__(self, arrays: PlanArrays) -> None:
        programme = arrays.programme
        self.arrays = arrays
        self.cost, self.upper = programme.cost.copy(), programme.upper.copy()
        self.row_lower, self.row_upper = programme.row_lower.copy(), programme.row_upper.copy()

    def scale_links(self, names: Iterable[str], factor: float | Floats) -> None:
        """Multiply what a unit of these links' size costs a year."""
        self.cost[self.arrays.of_links(names)] *= factor

    def scale_running(self, carrier: str, factor: float) -> None:
        """Multiply the running cost of the plants of a carrier."""
        plants = self.arrays.network.generators
        names = plants.index[plants["carrier"] == carrier]
        found = self.arrays.columns["Generator-p"].sel(name=list(names)).to_numpy()
        self.cost[found[found >= 0]] *= factor

    def set_routes(self, cost: Floats, allowed: NDArray[np.bool_]) -> None:
        """Price the routes [USD million / kH100e / year] and close those that are not allowed."""
        at = self.arrays.routes["column"].to_numpy()
        self.cost[at] = cost
        self.upper[at] = np.where(allowed, np.inf, 0.0)

    def set_demand(self, factor: Floats, bound: Floats) -> None:
        """Multiply what each workload and region asks for, and bind a share of it to its home."""
        asked = self.arrays.asked
        wanted = asked["demand"].to_numpy() * factor
        self.row_lower[asked["served"]] = self.row_upper[asked["served"]] = wanted
        self.row_lower[asked["home"]] = bound * asked["demand"].to_numpy()

    def scale_room(self, factor: float) -> None:
        """Multiply the facility power that sites may connect."""
        names = self.arrays.connections
        rows = self.arrays.rows["Link-ext-p_nom-upper"].sel(name=names).to_numpy()
        self.row_upper[rows] *= factor

    def solve(self) -> Solved:
        """Find the least-cost plan.

        Raises
        ------
        InfeasibleError
            If no plan serves all the work.
        """
        programme = replace(
            self.arrays.programme,
            cost=self.cost,
            upper=self.upper,
            row_lower=self.row_lower,
            row_upper=self.row_upper,
        )
        answer = highs.minimised(programme)
        if answer is None:
            raise InfeasibleError("no plan of a claim's member serves all the work")
        return Solved(self.arrays, self.cost, answer.value, answer.column, answer.row)


@dataclass(frozen=True, eq=False)
class Solved:
    """A member's plan.

    Attributes
    ----------
    arrays : PlanArrays
    cost : (column,)
        As the member set it.
    value : float
        Cost of power and compute [USD million / year].
    column, dual : (column,) and (row,)
    """

    arrays: PlanArrays
    cost: Floats
    value: float
    column: Floats
    dual: Floats

    def variable(self, name: str, which: Sequence[str] | None = None) -> xr.DataArray:
        """Values of a linopy variable; zero where it has no cell."""
        places = self.arrays.columns[name]
        chosen = places if which is None else places.sel(name=list(which))
        at = chosen.to_numpy()
        return chosen.copy(data=np.where(at < 0, 0.0, self.column[at]))

    def capital(self, names: Sequence[str]) -> Floats:
        """What links cost a year by their size [USD million]."""
        at = self.arrays.of_links(names)
        return np.asarray(self.cost[at] * self.column[at])

    def installed(self) -> pd.Series[float]:
        """IT power by site [GW]."""
        links = self.arrays.chip_links()
        size = self.column[self.arrays.of_links([link for _, _, link in links])]
        return (
            pd.Series(size, index=[site for site, _, _ in links], dtype=float)
            .groupby(level=0, sort=False)
            .sum()
        )

    def prices(self, buses: Sequence[str]) -> Floats:
        """Value of a GW more or less in each snapshot, its hours counted: (snapshot, bus)."""
        rows = self.arrays.rows["Bus-nodal_balance"].sel(name=list(buses))
        return np.asarray(self.dual[rows.transpose("snapshot", "name").to_numpy()])

    def facility(self) -> Floats:
        """Facility power by snapshot and site [GW]."""
        flow = self.variable("Link-p", self.arrays.connections)
        return np.asarray(flow.transpose("snapshot", "name").to_numpy())

    def site_cost(self) -> pd.Series[float]:
        """Chips, shell, connection and power at its marginal price [USD million / year]."""
        arrays = self.arrays
        names = [site.name for site in arrays.sites]
        links = arrays.chip_links()
        chips = pd.Series(
            self.capital([link for _, _, link in links]), index=[site for site, _, _ in links]
        )
        power = (self.prices([site.bus for site in arrays.sites]) * self.facility()).sum(axis=0)
        rest = self.capital(arrays.shells) + self.capital(arrays.connections) + power
        found = chips.groupby(level=0).sum().reindex(names, fill_value=0.0)
        return pd.Series(found.to_numpy() + rest, index=names)

    def routed(self) -> pd.DataFrame:
        """Routes with ``kh100e`` carried and ``paid`` for carrying it [USD million / year]."""
        at = self.arrays.routes["column"].to_numpy()
        carried = np.maximum(self.column[at], 0.0)
        return self.arrays.routes.assign(kh100e=carried, paid=carried * self.cost[at])

    def compute_cost(self) -> float:
        """What compute costs, carrying included [USD million / year]."""
        return float(self.site_cost().sum() + self.routed()["paid"].sum())
