"""The components of the networks of the United States and Europe, one function a kind of plant.

Both tables have the same form (`world/sources/energy_us.py`, `energy_europe.py`), so both networks
are built here. GW, GWh and USD million; USD per MWh is a thousandth of USD million per GWh.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from tradewind.capacity.networks.west_system import CARBON, PER_GWH, VARIABLE, System


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
        list(system.areas),
        carrier="AC",
        country=data["area_country"].to_numpy().astype(str),
        x=data["area_longitude"].to_numpy(),
        y=data["area_latitude"].to_numpy(),
    )
    for name in ("industrial_price", "market_price"):
        network.buses[name] = data[name].to_series().reindex(system.areas)


def add(system: System, kind: str, suffix: str, areas: pd.Index[str], **attributes: Any) -> None:
    """Add one component an area, named ``AREA suffix``."""
    names = areas + f" {suffix}"

    def named(value: Any) -> Any:
        if isinstance(value, pd.DataFrame):
            return value[areas].set_axis(names, axis=1)
        return value.reindex(areas).set_axis(names) if isinstance(value, pd.Series) else value

    system.network.add(
        kind, list(names), bus=areas, **{key: named(value) for key, value in attributes.items()}
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
    efficiency = system.efficiency(carrier)
    if len(areas):
        add(
            system,
            "Generator",
            carrier,
            areas,
            carrier=carrier,
            p_nom=stands,
            p_min_pu=system.assumptions.must_run.get(carrier, 0.0),
            p_max_pu=system.assumptions.availability[carrier],
            efficiency=efficiency,
            marginal_cost=running(system, carrier, efficiency, adder),
        )


def add_steady(system: System) -> None:
    """Nuclear plants, and biomass, waste, geothermal and other plants, that stand."""
    efficiency = system.efficiency("nuclear")
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
        hours = hours.combine(held / hydro.clip(lower=0.05), max)
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
