"""The yearly plan of the world: where new chips are put, and how power serves them.

A reduced form of the plan for the coupled run: one class of work that runs the year round, one kind
of chip by owner, the areas of the world network, typical days. For each area a and hour h:

    Σ_c g_cah + d_ah − s_ah + Σ_b ± f_bh + l_ah = load_ah + u · PUE_ah · (F_a + Σ_e x_ea)    [Y1]
    g_cah ≤ availability_cah (G_ca + n_ca),  Σ_h w_h g_ah ≤ water_a                   [Y2]
    Σ_a x_ea + i_e = N_e,  Σ_(a in e) x_ea ≥ λ (N_e − i_e)                            [Y3]
    Σ_e PUE_a x_ea ≤ connection_a                                                     [Y4]

F is the IT capacity that stands, N what each economy's new chips ask for, x where they are put, i
what stands idle for want of power or connection, l the load that is not served. The least cost of a
year is sought: new plants, buildings and connections at their yearly cost, fuel, carbon, work sent
abroad, chips that stand idle at what a chip costs a year, and load that is not served at the value
of lost load. HiGHS's simplex starts every year from one basis, that of the power system without any
chip: an answer depends on its inputs alone, not on the years solved before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from tradewind.capacity.annual_matrix import BUILT, Layout, assembled
from tradewind.capacity.annual_tables import GROWING, PLANTS, AreaTables
from tradewind.capacity.equations import Floats
from tradewind.capacity.highs import opened
from tradewind.capacity.programme import NO_STEP, Programme
from tradewind.errors import ConvergenceError

LOST_LOAD = 3.0
"""Value of lost load [USD million / GWh]; price caps of European and Australian markets are 3 to 15
thousand USD / MWh (ACER 2017; AEMC 2024)."""


@dataclass(frozen=True, eq=False)
class AnnualInputs:
    """What a year asks of the plan.

    Attributes
    ----------
    plants : (plant, area) [GW]
        What stands.
    battery : (area,) [GW]
    room : (GROWING, area) [GW]
        What may be built this year.
    fleet : (area,) [GW of IT]
        Chips that stand and run.
    new : (economy,) [GW of IT]
        Chips that each economy wants to put somewhere.
    allowed : (economy, area) bool
        Where the chips of each may be put.
    shell : (area,) [GW of IT]
        Room in buildings that stand and are not full.
    connection : (area,) [GW]
        Facility power that may be connected besides.
    fuel_factor : (plant, area) [1]
        On the price of fuel.
    carbon_price : (area,) [USD / t]
    remote : (economy, area) [USD million / GW of IT / year]
        Cost of work that is done there for an economy.
    idle : float [USD million / GW of IT / year]
        What a chip that stands idle costs.
    near : float [1]
        Least part of an economy's new chips that stays in areas of ``nearby``, if there are any.
    nearby : (economy, area) bool
    utilisation : float [1]
    load_factor : float [1]
        On the load of the table.
    """

    plants: Floats
    battery: Floats
    room: Floats
    fleet: Floats
    new: Floats
    allowed: np.ndarray
    shell: Floats
    connection: Floats
    fuel_factor: Floats
    carbon_price: Floats
    remote: Floats
    idle: float
    near: float
    nearby: np.ndarray
    utilisation: float
    load_factor: float = 1.0


@dataclass(frozen=True, eq=False)
class AnnualPlan:
    """A least-cost year.

    Attributes
    ----------
    placed : (economy, area) [GW of IT]
    idle : (economy,) [GW of IT]
    built : (GROWING, area) [GW]
    output : (plant, area) [GWh / year]
    price : (area,) [USD / MWh]
        Mean of the hourly marginal cost, by load.
    compute_price : (area,) [USD / MWh]
        The same by the hours of a load that is always there, PUE on top.
    running : (area,) [USD million / year]
        Fuel, upkeep and carbon of what is generated, and load that is not served.
    served : (area,) [GWh / year]
        Facility power of all chips.
    imports : (area,) [GWh / year]
    connection_rent : (area,) [USD million / GW / year]
    lost : (area,) [GWh / year]
        Load that is not served.
    cost : float [USD million / year]
    balance : float [GW]
        Largest miss of [Y1] in any hour.
    """

    placed: Floats
    idle: Floats
    built: Floats
    output: Floats
    price: Floats
    compute_price: Floats
    running: Floats
    served: Floats
    imports: Floats
    connection_rent: Floats
    lost: Floats
    cost: float
    balance: float


class AnnualPlanner:
    """Makes the plan of a year; built once, asked every year.

    Parameters
    ----------
    tables : AreaTables
    economies : sequence of str
        Owners of chips, in the order of every economy axis.
    """

    def __init__(self, tables: AreaTables, economies: tuple[str, ...]) -> None:
        self.tables, self.economies = tables, economies
        self.home = np.array(
            [[own == name for own in tables.economy] for name in economies], dtype=float
        )
        self._layout = Layout(tables, len(economies))
        self._matrix, self._rows = assembled(tables, self._layout)
        self._basis: Any = None

    def solve(self, asked: AnnualInputs) -> AnnualPlan:
        """Find the least cost of a year.

        Raises
        ------
        ConvergenceError
            If no optimum is found, or an hour does not balance to 1e-6 GW.
        """
        import highspy

        programme = self._programme(asked)
        solver = opened(programme)
        if self._basis is None:
            self._basis = self._without_chips()
        solver.setOptionValue("presolve", "off")
        solver.setBasis(self._basis)
        solver.run()
        status = solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ConvergenceError(
                "the yearly plan of the world's power has no optimum: "
                f"{solver.modelStatusToString(status)}\n"
                "  try:    less load, or more room to build (parameters of the world network)"
            )
        found = solver.getSolution()
        return self._read(
            asked,
            programme,
            np.array(found.col_value),
            np.array(found.row_dual),
            float(solver.getInfo().objective_function_value),
        )

    def _without_chips(self) -> Any:
        """Basis of the optimum of the tables' own plants and load."""
        t, owners = self.tables, len(self.economies)
        areas = len(t.areas)
        free = np.ones((owners, areas), dtype=bool)
        plain = AnnualInputs(
            plants=t.stands,
            battery=t.battery,
            room=t.room,
            fleet=np.zeros(areas),
            new=np.zeros(owners),
            allowed=free,
            shell=t.shell_stands,
            connection=t.connection_room,
            fuel_factor=np.ones(t.stands.shape),
            carbon_price=np.zeros(areas),
            remote=np.zeros((owners, areas)),
            idle=1.0,
            near=0.0,
            nearby=~free,
            utilisation=1.0,
        )
        solver = opened(self._programme(plain))
        solver.run()
        return solver.getBasis()

    def _programme(self, asked: AnnualInputs) -> Programme:
        """Put a year into the matrix, bounds and costs."""
        t, at, rows = self.tables, self._layout, self._rows
        hours, used = t.load.shape[0], asked.utilisation
        near, draw = (np.arange(rows[name].start, rows[name].stop) for name in ("near", "draw"))
        owner, where = np.nonzero(asked.nearby)
        values = np.r_[
            np.ones(owner.size), np.full(near.size, asked.near), np.full(draw.size, -1.0 / used)
        ]
        places = (np.r_[near[owner], near, draw], np.r_[at.placed[owner, where], at.idle, at.draw])
        extra = sp.csr_array((values, places), shape=self._matrix.shape)
        low, high = np.full(self._matrix.shape[0], -np.inf), np.full(self._matrix.shape[0], np.inf)

        def bound(name: str, least: Any, most: Any) -> None:
            low[rows[name]], high[rows[name]] = least, most

        demand = (asked.load_factor * t.load + used * t.pue * asked.fleet).ravel()
        bound("balance", demand, demand)
        for name in BUILT:
            plant = PLANTS.index(name)
            bound(f"grows {name}", -np.inf, (t.available[plant] * asked.plants[plant]).ravel())
        for part, factor in (
            (at.charge, 1.0),
            (at.discharge, 1.0),
            (at.stored, t.battery_hours),
        ):
            most = np.tile(factor * asked.battery, hours)
            bound(f"battery {factor:g} {part[0, 0]}", -np.inf, most)
        bound("stored", 0.0, 0.0)
        bound("water", -np.inf, t.water)
        bound("place", asked.new, asked.new)
        bound("near", np.where(asked.nearby.any(axis=1), asked.near * asked.new, 0.0), np.inf)
        bound("draw", 0.0, 0.0)
        bound("connection", -np.inf, asked.connection)
        bound("shell", -np.inf, asked.shell)
        lower, upper, cost = np.zeros(at.columns), np.full(at.columns, np.inf), np.zeros(at.columns)
        running = t.marginal + t.fuel_part * (asked.fuel_factor - 1.0)
        running = running + t.carbon[:, None] * asked.carbon_price / 1e3
        for plant, name in enumerate(PLANTS):
            if name not in BUILT:
                upper[at.output[plant]] = t.available[plant] * asked.plants[plant]
            cost[at.output[plant]] = t.weight[:, None] * running[plant]
        for k in range(len(GROWING)):
            upper[at.built[k]], cost[at.built[k]] = asked.room[k], t.yearly[k]
        lower[at.flow], upper[at.flow] = -t.back, t.forward
        upper[at.placed] = np.where(asked.allowed, np.inf, 0.0)
        cost[at.placed] = t.connection * t.pue_most + asked.remote
        cost[at.shell], cost[at.idle] = t.shell, asked.idle
        cost[at.lost] = t.weight[:, None] * LOST_LOAD
        return Programme(
            sp.csr_array(self._matrix + extra),
            cost,
            lower,
            upper,
            low,
            high,
            np.full(at.columns, NO_STEP),
            np.full(low.size, NO_STEP),
        )

    def _read(
        self, asked: AnnualInputs, programme: Programme, x: Floats, dual: Floats, cost: float
    ) -> AnnualPlan:
        t, at = self.tables, self._layout
        miss = np.abs((programme.matrix @ x - programme.row_lower)[self._rows["balance"]]).max()
        if not miss < 1e-6:
            raise ConvergenceError(
                f"an hour of the yearly plan misses its balance by {miss:.1e} GW (needs 1e-6)"
            )
        price = dual[self._rows["balance"]].reshape(t.load.shape) / t.weight[:, None] * 1e3
        total = asked.fleet + x[at.placed].sum(axis=0)
        facility = asked.utilisation * t.pue * total
        net = np.zeros(len(t.areas))
        flow = t.weight @ x[at.flow]
        np.add.at(net, t.ends[:, 1], flow)
        np.add.at(net, t.ends[:, 0], -flow)
        everyone = t.load * t.weight[:, None]
        always = t.pue * t.weight[:, None]
        return AnnualPlan(
            placed=x[at.placed],
            idle=x[at.idle],
            built=x[at.built],
            output=np.einsum("h,pha->pa", t.weight, x[at.output]),
            price=(price * everyone).sum(axis=0) / everyone.sum(axis=0),
            compute_price=(price * always).sum(axis=0) / t.weight.sum(),
            running=(programme.cost[at.output] * x[at.output]).sum(axis=(0, 1))
            + (programme.cost[at.lost] * x[at.lost]).sum(axis=0),
            served=t.weight @ facility,
            imports=net,
            lost=t.weight @ x[at.lost],
            connection_rent=-dual[self._rows["connection"]],
            cost=cost,
            balance=float(miss),
        )
