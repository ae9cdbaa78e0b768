"""The components of the networks of the United States and Europe, one function a kind of plant.

Both tables have the same form (`world/sources/energy_us.py`, `energy_europe.py`), so both networks
are built here. GW, GWh and USD million; USD per MWh is a thousandth of USD million per GWh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.errors import InputError

if TYPE_CHECKING:
    import pypsa

PER_GWH: Final = 1e-3
CARBON: Final = {
    **{"gas": 0.198, "gas peaker": 0.198, "coal": 0.336, "lignite": 0.407, "oil": 0.257},
    **dict.fromkeys(("nuclear", "other", "hydro", "pumped storage", "battery"), 0.0),
    **dict.fromkeys(("solar", "onshore wind", "offshore wind"), 0.0),
    **dict.fromkeys(("AC", "line", "load shedding"), 0.0),
}
"""Carrier to tonnes of CO2 per MWh of fuel (PyPSA/technology-data, MIT)."""
VARIABLE: Final = ("solar", "onshore wind", "offshore wind")


@dataclass(frozen=True)
class Assumptions:
    """Figures that the data do not give; each with its reason and a low to high range.

    Attributes
    ----------
    load_factor : float
        Load over that of the table's year. 1 (0.95 to 1.15).
    discount_rate : float
        Real, for plants and lines. 6 % (4 to 8 %), judgement.
    years : float
        Years of building allowed. 3 (1 to 5).
    build : Mapping of carrier to GW a year
        Of the whole network; shared among areas by load.
    efficiency : Mapping of carrier to float
        Of plants that stand: gas is the combined cycles. Gas 0.50 (0.45 to 0.55), peakers 0.35,
        coal 0.35, lignite 0.33, oil 0.33 (EIA heat rates, memory).
    peaker_share : float
        Share of gas plant that is not combined cycle. 0.4 (0.3 to 0.5), EIA-860 2022, memory.
    availability : Mapping of carrier to float
        Outages: gas 0.88, coal 0.80, oil 0.85 (NERC GADS, memory; 0.05 either way).
    must_run : Mapping of carrier to float
        Least of a plant's capacity that runs at every hour, for contracts and slow boilers: coal in
        the United States 0.25, lignite in Europe 0.2 (0 to 0.4), judgement.
    fuel : Mapping of carrier to float [USD / MWh of heat]
        In place of the table's prices.
    gas_adder, coal_adder : float [USD / MWh]
        Running costs beside fuel of plants that stand: 3.5 and 5.0 (technology-data, 2.0 to 10).
    hydro_hours : float [hour]
        Storage behind rivers where the table has none. 48 (12 to 200), judgement.
    pumped_hours, battery_hours : float [hour]
        8 (6 to 20) and 4 (2 to 8).
    line_room : float
        How much lines may grow, of what they are. 0.2 (0 to 0.5), judgement.
    wheeling : float [USD / MWh]
        Of trade between areas. 1 (0.2 to 5): keeps flows from going round.
    lost_load : float [USD / MWh]
        3,000 (1,000 to 10,000), judgement.
    carbon_price : float or Mapping of area, optional [USD / tCO2]
        What plants pay already; None is the table's figures of 2024. ``Rules.carbon_price`` comes
        on top.
    """

    load_factor: float = 1.0
    discount_rate: float = 0.06
    years: float = 3.0
    build: Mapping[str, float] = field(default_factory=dict)
    efficiency: Mapping[str, float] = field(
        default_factory=lambda: {
            "gas": 0.50,
            "gas peaker": 0.35,
            "coal": 0.35,
            "lignite": 0.33,
            "oil": 0.33,
            "nuclear": 0.326,
        }
    )
    peaker_share: float = 0.4
    availability: Mapping[str, float] = field(
        default_factory=lambda: {
            "gas": 0.88,
            "gas peaker": 0.88,
            "coal": 0.80,
            "lignite": 0.80,
            "oil": 0.85,
        }
    )
    must_run: Mapping[str, float] | None = None
    fuel: Mapping[str, float] = field(default_factory=dict)
    gas_adder: float = 3.5
    coal_adder: float = 5.0
    hydro_hours: float = 48.0
    pumped_hours: float = 8.0
    battery_hours: float = 4.0
    line_room: float = 0.2
    wheeling: float = 1.0
    lost_load: float = 3000.0
    carbon_price: float | Mapping[str, float] | None = None


@dataclass(frozen=True)
class System:
    """What every function below needs."""

    network: pypsa.Network
    data: xr.Dataset
    fleet: int
    assumptions: Assumptions
    places: np.ndarray

    @property
    def areas(self) -> pd.Index[Any]:
        """Names of the areas, which are the buses."""
        return pd.Index(self.data["area"].to_numpy().astype(str), name="area")

    def existing(self, carrier: str) -> pd.Series[float]:
        """Capacity that stands, in GW by area; nought of a carrier that the table does not know."""
        if carrier not in self.data["carrier"]:
            return pd.Series(0.0, index=self.areas)
        column = self.data["capacity"].sel(fleet=self.fleet, carrier=carrier)
        return column.to_series().reindex(self.areas)

    def hourly(self, name: str) -> pd.DataFrame:
        """An hourly variable at the snapshots, one column an area."""
        values = self.data[name].transpose("time", "area").to_numpy()[self.places]
        return pd.DataFrame(values, index=self.network.snapshots, columns=self.areas)

    def profile(self, carrier: str) -> pd.DataFrame:
        """Availability or inflow of a carrier; nought if the table has none."""
        name = f"profile_{carrier.replace(' ', '_')}"
        if name not in self.data:
            return pd.DataFrame(0.0, index=self.network.snapshots, columns=self.areas)
        return self.hourly(name)

    def fuel(self, carrier: str) -> float:
        """Price of the fuel of a carrier, USD per MWh of heat."""
        fuel = carrier.removesuffix(" peaker")
        given = self.assumptions.fuel.get(fuel)
        return float(self.data["fuel_price"].sel(fuel=fuel)) if given is None else given

    def carbon(self) -> pd.Series[float]:
        """Price that plants pay already, USD per tCO2, by area."""
        given = self.assumptions.carbon_price
        if given is None:
            return self.data["carbon_price"].to_series().reindex(self.areas)
        if isinstance(given, Mapping):
            return pd.Series({area: given.get(area, 0.0) for area in self.areas})
        return pd.Series(float(given), index=self.areas)

    def cost(self, technology: str, item: str) -> float:
        """One figure of the table of costs."""
        return float(self.data["cost"].sel(technology=technology, item=item))

    def annuity(self, technology: str) -> float:
        """Yearly cost of capital and fixed operation, USD per kW (USD million per GW)."""
        rate, life = self.assumptions.discount_rate, self.cost(technology, "lifetime")
        factor = rate / (1.0 - (1.0 + rate) ** -life) + self.cost(technology, "FOM") / 100
        return self.cost(technology, "investment") * factor

    def room(self, carrier: str) -> pd.Series[float]:
        """Most that may be built in the years allowed, in GW by area: the network's by load."""
        load = self.data["load_mean"].to_series().reindex(self.areas)
        yearly = self.assumptions.build.get(carrier, 0.0)
        return load / load.sum() * yearly * self.assumptions.years


def add_everything(system: System) -> None:
    """Fill an empty network whose snapshots are set."""
    add_buses(system)
    add_load(system)
    for carrier in ("coal", "lignite", "oil"):
        add_burning(system, carrier, system.existing(carrier), system.assumptions.coal_adder)
    gas, share = system.existing("gas"), system.assumptions.peaker_share
    add_burning(system, "gas", gas * (1 - share), system.assumptions.gas_adder)
    add_burning(system, "gas peaker", gas * share, system.assumptions.gas_adder)
    add_steady(system)
    add_variable(system)
    add_water(system)
    add_batteries(system)
    add_new_thermal(system)
    add_lines(system)


def add_buses(system: System) -> None:
    """Areas and carriers; prices to compare with stand in columns of the buses."""
    data, network = system.data, system.network
    for carrier, tonnes in CARBON.items():
        network.add("Carrier", carrier, co2_emissions=tonnes)
    network.add(
        "Bus",
        system.areas,
        carrier="AC",
        country=data["area_country"].to_numpy().astype(str),
        x=data["area_longitude"].to_numpy(),
        y=data["area_latitude"].to_numpy(),
    )
    for name in ("industrial_price", "market_price"):
        network.buses[name] = data[name].to_series().reindex(system.areas)


def add(system: System, kind: str, suffix: str, areas: pd.Index[Any], **attributes: Any) -> None:
    """Add one component an area, named ``AREA suffix``."""
    names = areas + f" {suffix}"

    def named(value: Any) -> Any:
        if isinstance(value, pd.DataFrame):
            return value[areas].set_axis(names, axis=1)
        return value.reindex(areas).set_axis(names) if isinstance(value, pd.Series) else value

    system.network.add(
        kind, names, bus=areas, **{key: named(value) for key, value in attributes.items()}
    )


def add_load(system: System) -> None:
    """Load, and the possibility to shed it at a stated price."""
    mean = system.data["load_mean"].to_series().reindex(system.areas)
    load = system.hourly("load_shape") * mean * system.assumptions.load_factor
    add(system, "Load", "load", system.areas, p_set=load)
    add(
        system,
        "Generator",
        "load shedding",
        system.areas,
        carrier="load shedding",
        p_nom=(load.max() * 1.5).round(3),
        marginal_cost=system.assumptions.lost_load * PER_GWH,
    )


def running(system: System, carrier: str, efficiency: float, adder: float) -> pd.Series[float]:
    """Cost of a unit of power, fuel, allowance and the rest, USD million per GWh by area."""
    carbon = system.carbon() * CARBON[carrier]
    return ((system.fuel(carrier) + carbon) / efficiency + adder) * PER_GWH


def add_burning(system: System, carrier: str, stands: pd.Series[float], adder: float) -> None:
    """Fuel-fired plants that stand."""
    areas = stands.index[stands > 0.0]
    efficiency = system.assumptions.efficiency[carrier]
    if len(areas):
        add(
            system,
            "Generator",
            carrier,
            areas,
            carrier=carrier,
            p_nom=stands,
            p_min_pu=(system.assumptions.must_run or {}).get(carrier, 0.0),
            p_max_pu=system.assumptions.availability[carrier],
            efficiency=efficiency,
            marginal_cost=running(system, carrier, efficiency, adder),
        )


def add_steady(system: System) -> None:
    """Nuclear plants, and biomass, waste, geothermal and other plants, that stand."""
    efficiency = system.assumptions.efficiency["nuclear"]
    costs = {
        "nuclear": system.fuel("nuclear") / efficiency + system.cost("nuclear", "VOM"),
        "other": 5.0,
    }
    for carrier, usd in costs.items():
        stands = system.existing(carrier)
        add(
            system,
            "Generator",
            carrier,
            stands.index[stands > 0.0],
            carrier=carrier,
            p_nom=stands,
            p_max_pu=system.profile(carrier),
            efficiency=efficiency if carrier == "nuclear" else 1.0,
            marginal_cost=usd * PER_GWH,
        )


def add_variable(system: System) -> None:
    """Sun and wind: what stands, and what may be built where there is a profile."""
    for carrier in VARIABLE:
        hours = system.profile(carrier)
        seen = hours.columns[hours.max() > 0.0]
        stands = system.existing(carrier)
        standing = seen[stands[seen] > 0.0]
        shared = {"carrier": carrier, "p_max_pu": hours}
        if len(standing):
            add(system, "Generator", carrier, standing, p_nom=stands, **shared)
        room = system.room(carrier)
        open_ = seen[room[seen] > 0.0]
        if len(open_):
            usd = system.cost(carrier, "VOM")
            add(
                system,
                "Generator",
                f"{carrier} new",
                open_,
                p_nom_extendable=True,
                p_nom_max=room,
                capital_cost=system.annuity(carrier),
                marginal_cost=usd * PER_GWH,
                lifetime=system.cost(carrier, "lifetime"),
                **shared,
            )


def add_water(system: System) -> None:
    """Rivers with what stands behind them, and pumped storage."""
    hydro, chosen = system.existing("hydro"), system.assumptions
    areas = hydro.index[hydro > 0.05]
    hours = pd.Series(chosen.hydro_hours, index=system.areas)
    if "reservoir" in system.data:
        held = system.data["reservoir"].to_series().reindex(system.areas)
        hours = np.maximum(hours, held / hydro.clip(lower=0.05))
    add(
        system,
        "StorageUnit",
        "hydro",
        areas,
        carrier="hydro",
        p_nom=hydro,
        p_min_pu=0.0,
        inflow=system.profile("hydro") * hydro,
        max_hours=hours,
        cyclic_state_of_charge=True,
    )
    pumped = system.existing("pumped storage")
    add(
        system,
        "StorageUnit",
        "pumped storage",
        pumped.index[pumped > 0.05],
        carrier="pumped storage",
        p_nom=pumped,
        max_hours=chosen.pumped_hours,
        efficiency_store=0.75**0.5,
        efficiency_dispatch=0.75**0.5,
        cyclic_state_of_charge=True,
    )


def add_batteries(system: System) -> None:
    """Batteries: what stands, and what may be built."""
    hours = system.assumptions.battery_hours
    efficiency = system.cost("battery inverter", "efficiency") ** 0.5
    shared = {
        "carrier": "battery",
        "max_hours": hours,
        "efficiency_store": efficiency,
        "efficiency_dispatch": efficiency,
        "cyclic_state_of_charge": True,
    }
    stands = system.existing("battery")
    standing = stands.index[stands > 0.01]
    if len(standing):
        add(system, "StorageUnit", "battery", standing, p_nom=stands, **shared)
    room = system.room("battery")
    if room.max() > 0.0:
        add(
            system,
            "StorageUnit",
            "battery new",
            system.areas,
            p_nom_extendable=True,
            p_nom_max=room,
            capital_cost=system.annuity("battery inverter")
            + hours * system.annuity("battery storage"),
            **shared,
        )


def add_new_thermal(system: System) -> None:
    """Combined cycles, peakers and nuclear plants that may be built."""
    availability = {"nuclear": 0.92, **system.assumptions.availability}
    for carrier in ("gas", "gas peaker", "nuclear"):
        room = system.room(carrier)
        if room.max() <= 0.0:
            continue
        efficiency = system.cost(carrier, "efficiency")
        usd = running(system, carrier, efficiency, system.cost(carrier, "VOM"))
        add(
            system,
            "Generator",
            f"{carrier} new",
            system.areas,
            carrier=carrier,
            p_nom_extendable=True,
            p_nom_max=room,
            p_max_pu=availability[carrier],
            efficiency=efficiency,
            marginal_cost=usd,
            capital_cost=system.annuity(carrier),
            lifetime=system.cost(carrier, "lifetime"),
        )


def add_lines(system: System) -> None:
    """Transport between areas: one link a direction, so that both limits and charges hold."""
    data, chosen = system.data, system.assumptions
    start, end = (data[name].to_numpy().astype(str) for name in ("line_from", "line_to"))
    length = data["line_length"].to_numpy()
    growth = chosen.line_room > 0.0
    yearly = system.annuity("lines") / 1e3 * length / 2.0
    for first, second, name in ((start, end, "line_forward"), (end, start, "line_backward")):
        limit = data[name].to_numpy()
        system.network.add(
            "Link",
            [f"{one} > {other}" for one, other in zip(first, second, strict=True)],
            bus0=first,
            bus1=second,
            carrier="line",
            p_nom=limit,
            p_nom_extendable=growth,
            p_nom_min=limit,
            p_nom_max=limit * (1.0 + chosen.line_room),
            capital_cost=yearly if growth else 0.0,
            marginal_cost=chosen.wheeling * PER_GWH,
            efficiency=0.98,
            length=length,
        )


def require_hours(snapshots: pd.DatetimeIndex, hours: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Refuse hours that the table does not have."""
    zoned = snapshots.tz is not None
    outside = snapshots if zoned else snapshots.difference(hours)
    if len(outside) or not snapshots.is_unique or not len(snapshots):
        raise InputError(
            "hours are not those of the table of this network",
            where="argument snapshots",
            value=str(outside[0]) if len(outside) else "none, or an hour twice",
            bound=f"{hours[0]} to {hours[-1]}, whole hours of UTC without a zone",
            remedy="choose from whole_year() or weeks() of the same module",
        )
    return snapshots.rename("snapshot")


def require_fleet(data: xr.Dataset, fleet: int) -> int:
    """Refuse a year of plants that the table does not have."""
    known = [int(year) for year in data["fleet"]]
    if fleet not in known:
        raise InputError(
            "the table of this network has no plants of that year",
            where="argument fleet",
            value=fleet,
            bound=" or ".join(map(str, known)),
            remedy="choose one of them",
        )
    return fleet
