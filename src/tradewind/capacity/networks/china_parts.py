"""The components of the Chinese network, one function a kind of plant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity.networks.china_system import System

CNY_PER_USD = 6.90
"""Mean of 2020 (State Administration of Foreign Exchange, memory)."""
KWH_PER_M3 = 9.7
"""Lower heating value of pipeline gas (memory)."""
PER_GWH = 1e-3
"""USD per MWh to USD million per GWh."""
DETOUR = 1.25
"""Length of a line over the great circle (judgement, 1.15–1.4)."""
VARIABLE = {"solar": "solar", "onshore wind": "onshore_wind", "offshore wind": "offshore_wind"}
CARRIERS = {
    "AC": 0.0,
    "coal": 0.34,
    "gas": 0.20,
    **dict.fromkeys(("nuclear", "hydro", "pumped storage", "battery"), 0.0),
    **dict.fromkeys(VARIABLE, 0.0),
    "line": 0.0,
    "load shedding": 0.0,
}
"""Carrier to tonnes of CO2 per MWh of fuel."""


def add_everything(system: System) -> None:
    """Fill an empty network whose snapshots are set."""
    add_buses(system)
    add_load(system)
    add_coal_and_gas(system)
    add_nuclear(system)
    add_variable(system)
    add_water(system)
    add_batteries(system)
    add_lines(system)


def add_buses(system: System) -> None:
    """Provinces and carriers."""
    for carrier, carbon in CARRIERS.items():
        system.network.add("Carrier", carrier, co2_emissions=carbon)
    system.network.add(
        "Bus",
        list(system.buses),
        carrier="AC",
        country="CHN",
        x=system.data["longitude"].to_series(),
        y=system.data["latitude"].to_series(),
    )


def load_energy(system: System) -> pd.Series:
    """Yearly load by province, in TWh (see ``china31.network`` for how a year is reached)."""
    first, last = (system.data["load_energy"].sel(load_year=y).to_series() for y in (2020, 2024))
    if system.year >= 2024:
        return last * (1.0 + system.assumptions.load_growth) ** (system.year - 2024)
    return first * (last / first) ** ((system.year - 2020) / 4.0)


def add_load(system: System) -> None:
    """Load, and the possibility to shed it at a stated price."""
    load = system.hourly("load_shape") * load_energy(system) * 1000.0 / 8760.0
    add(system, "Load", "load", system.buses, p_set=load)
    add(
        system,
        "Generator",
        "load shedding",
        system.buses,
        carrier="load shedding",
        p_nom=(load.max() * 1.2).round(3),
        marginal_cost=system.assumptions.lost_load_usd_per_mwh * PER_GWH,
    )


def add(system: System, kind: str, suffix: str, buses: pd.Index[Any], **attributes: Any) -> None:
    """Add one component a province, named ``PROVINCE suffix``."""
    names = [f"{bus} {suffix}" for bus in buses]

    def named(value: Any) -> Any:
        if isinstance(value, pd.DataFrame):
            return value[buses].set_axis(names, axis=1)
        return value.reindex(buses).set_axis(names) if isinstance(value, pd.Series) else value

    system.network.add(
        kind, names, bus=buses, **{key: named(value) for key, value in attributes.items()}
    )


def add_coal_and_gas(system: System) -> None:
    """Fuel-fired plant: coal at the provincial price, gas at the nation's; only gas may grow."""
    chosen, data = system.assumptions, system.data
    coal, brown = system.existing("coal"), system.brownfield
    price = data["coal_price"].to_series() * 1000.0 / CNY_PER_USD
    burning = coal.index[(coal > 0.0) & price.notna()]
    add(
        system,
        "Generator",
        "coal",
        burning,
        carrier="coal",
        p_nom=coal if brown else 0.0,
        p_nom_extendable=not brown,
        p_min_pu=chosen.coal_minimum,
        p_max_pu=chosen.coal_availability,
        efficiency=chosen.coal_efficiency if brown else system.cost("coal", "efficiency"),
        marginal_cost=price * chosen.coal_fuel_share * PER_GWH,
        capital_cost=system.annuity("coal"),
        lifetime=system.cost("coal", "lifetime"),
    )
    gas = system.existing("gas")
    fuel = chosen.gas_price_cny_per_m3 / KWH_PER_M3 * 1000.0 / CNY_PER_USD
    efficiency = system.cost("gas", "efficiency")
    running = fuel / efficiency + system.cost("gas", "variable_om")
    room = system.limit("gas") if system.brownfield else np.inf
    minimum = chosen.gas_minimum
    add_extendable(
        system, "gas", gas, room, efficiency=efficiency, running=running, p_min_pu=minimum
    )


def add_extendable(
    system: System,
    carrier: str,
    existing: pd.Series,
    limit: pd.Series | float,
    *,
    running: float,
    efficiency: float = 1.0,
    p_min_pu: float = 0.0,
    p_max_pu: pd.DataFrame | float = 1.0,
) -> None:
    """Add plant that may grow from what stands to its limit."""
    room = pd.Series(limit, index=existing.index)
    buses = existing.index[room > 0.0]
    add(
        system,
        "Generator",
        carrier,
        buses,
        carrier=carrier,
        p_nom=existing if system.brownfield else 0.0,
        p_nom_min=existing if system.brownfield else 0.0,
        p_nom_max=room,
        p_nom_extendable=True,
        p_min_pu=p_min_pu,
        p_max_pu=p_max_pu,
        efficiency=efficiency,
        marginal_cost=running * PER_GWH,
        capital_cost=system.annuity(carrier),
        lifetime=system.cost(carrier, "lifetime"),
    )


def add_nuclear(system: System) -> None:
    """Nuclear plant, which grows by a few percent a year where it stands."""
    existing = system.existing("nuclear")
    existing = existing[existing > 0.0]
    growth = (1.0 + system.assumptions.nuclear_growth) ** system.years_of_building
    efficiency = system.cost("nuclear", "efficiency")
    running = system.cost("nuclear", "fuel") / efficiency + system.cost("nuclear", "variable_om")
    add(
        system,
        "Generator",
        "nuclear",
        existing.index,
        carrier="nuclear",
        p_nom=existing,
        p_nom_min=existing,
        p_nom_max=existing * growth,
        p_nom_extendable=True,
        p_max_pu=system.assumptions.nuclear_availability,
        efficiency=efficiency,
        marginal_cost=running * PER_GWH,
        capital_cost=system.annuity("nuclear"),
        lifetime=system.cost("nuclear", "lifetime"),
    )


def add_variable(system: System) -> None:
    """Solar, onshore and offshore wind, within the land's limit and the pace of building."""
    for carrier, profile in VARIABLE.items():
        hours = system.hourly(profile)
        land = system.data[profile.replace("_wind", "") + "_limit"].to_series()
        existing = system.existing(carrier).reindex(land.index)
        limit = system.limit(carrier, land).reindex(land.index) if system.brownfield else land
        running = system.cost(carrier, "variable_om")
        add_extendable(system, carrier, existing, limit, running=running, p_max_pu=hours)


def add_water(system: System) -> None:
    """Rivers with a reservoir, fed by the month's flow, and pumped storage."""
    hydro = system.existing("hydro")
    hydro = hydro[hydro > 0.05]
    factor = system.data["hydro_factor"].to_pandas()[hydro.index]
    months = pd.DatetimeIndex(system.network.snapshots).month
    inflow = (factor.loc[months] * hydro).set_axis(system.network.snapshots, axis=0)
    add(
        system,
        "StorageUnit",
        "hydro",
        hydro.index,
        carrier="hydro",
        p_nom=hydro,
        p_min_pu=0.0,
        inflow=inflow,
        max_hours=system.assumptions.hydro_hours,
        cyclic_state_of_charge=True,
    )
    pumped = system.existing("pumped storage")
    pumped = pumped[pumped > 0.05]
    round_trip = system.cost("pumped storage", "efficiency")
    add(
        system,
        "StorageUnit",
        "pumped storage",
        pumped.index,
        carrier="pumped storage",
        p_nom=pumped,
        max_hours=system.assumptions.pumped_hours,
        efficiency_store=round_trip**0.5,
        efficiency_dispatch=round_trip**0.5,
        cyclic_state_of_charge=True,
    )


def add_batteries(system: System) -> None:
    """Batteries: what stands and, from 2025, as much a year as stands already."""
    existing = system.existing("battery")
    grown = existing * (1.0 + system.assumptions.build_rate * 0.5 * system.years_of_building)
    start = existing if system.brownfield else existing * 0.0
    hours = system.assumptions.battery_hours
    energy = system.annuity("battery storage") * hours
    round_trip = system.cost("battery inverter", "efficiency")
    add(
        system,
        "StorageUnit",
        "battery",
        system.buses,
        carrier="battery",
        p_nom=start,
        p_nom_min=start,
        p_nom_max=grown if system.brownfield else np.inf,
        p_nom_extendable=True,
        max_hours=hours,
        efficiency_store=round_trip**0.5,
        efficiency_dispatch=round_trip**0.5,
        capital_cost=system.annuity("battery inverter") + energy,
        cyclic_state_of_charge=True,
    )


def add_lines(system: System) -> None:
    """Lines as two one-way links each, so that losses are losses both ways."""
    data, chosen = system.data, system.assumptions
    start, end = data["line_from"].to_series(), data["line_to"].to_series()
    length = DETOUR * great_circle(data, start.to_numpy(), end.to_numpy()) / 1000.0
    wheeling = chosen.wheeling_cny_per_kwh + chosen.wheeling_cny_per_kwh_1000_km * length
    shared: dict[str, Any] = {
        "carrier": "line",
        "p_nom": data["line_capacity"].to_numpy(),
        "p_max_pu": chosen.line_availability,
        "efficiency": (1.0 - chosen.loss) * (1.0 - chosen.loss_per_1000_km) ** length,
        "marginal_cost": wheeling * 1000.0 / CNY_PER_USD * PER_GWH,
        "length": length * 1000.0,
    }
    for first, second in ((start, end), (end, start)):
        names = [f"{one} > {other}" for one, other in zip(first, second, strict=True)]
        system.network.add("Link", names, bus0=first.to_numpy(), bus1=second.to_numpy(), **shared)


def great_circle(data: xr.Dataset, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Distance between provinces in km, on a sphere of 6,371 km."""
    latitude, longitude = (np.radians(data[name].to_series()) for name in ("latitude", "longitude"))
    a, b = latitude[first].to_numpy(), latitude[second].to_numpy()
    turn = (longitude[second].to_numpy() - longitude[first].to_numpy()) / 2.0
    chord = np.sin((b - a) / 2.0) ** 2 + np.cos(a) * np.cos(b) * np.sin(turn) ** 2
    return np.asarray(2.0 * 6371.0 * np.arcsin(np.sqrt(chord)))
