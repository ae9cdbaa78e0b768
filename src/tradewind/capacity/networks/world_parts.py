"""Components of the world network: plants, storage and borders of each area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.capacity import parameters
from tradewind.capacity.defaults import annuity

if TYPE_CHECKING:
    import pypsa

Given = Mapping[str, float] | None
WEATHER, FIRED, STEADY = ("solar", "wind"), ("coal", "gas", "oil"), ("nuclear", "biomass")
CARRIERS = (
    *("solar", "wind", "hydro", "nuclear", "coal", "gas", "oil", "biomass", "geothermal"),
    "battery",
)
LEAST_PART = 0.02
"""Plants below this part of an area's mean load are left out, to keep the plan small."""
MOST_HYDRO = 0.95
"""Output of water plants over their capacity, at most."""


@dataclass(frozen=True)
class Areas:
    """What stands in the areas of the world, and what it costs.

    Attributes
    ----------
    data : xarray.Dataset
        The table ``world``.
    series : mapping of str to DataFrame
        ``load_shape``, ``solar``, ``wind`` and ``hydro`` by snapshot and site.
    given : mapping, optional
        Parameters to be changed.
    """

    data: xr.Dataset
    series: Mapping[str, pd.DataFrame]
    given: Given

    @property
    def sites(self) -> list[str]:
        """Names of the areas, which are those of the sites."""
        return [str(name) for name in self.data["site"].to_numpy()]

    def capacity(self, carrier: str) -> pd.Series[float]:
        """Capacity that stands [GW] by area."""
        return self.column("capacity", carrier)

    def worthwhile(self, stands: pd.Series[float]) -> list[str]:
        """Areas in which a plant is large enough to be kept."""
        return list(stands.index[stands >= LEAST_PART * self.data["load_mean"].to_series()])

    def column(self, variable: str, carrier: str) -> pd.Series[float]:
        """One carrier of a table of areas."""
        return self.data[variable].sel(carrier=carrier).to_series()

    def value(self, name: str) -> float:
        """A parameter."""
        return parameters.value(name, self.given)

    def yearly_cost(self, carrier: str) -> pd.Series[float]:
        """Cost of a plant a year [USD million / GW] by area, at the country's cost of capital."""
        life = self.value(f"power.{carrier}.life")
        country = self.data["country"].to_series()
        rate = country.map(lambda code: parameters.discount_rate(code, self.given))
        yearly = rate.map(lambda r: annuity(r, life)) + self.value(f"power.{carrier}.fixed_om")
        return yearly * self.value(f"power.{carrier}.investment")  # USD / kW = USD million / GW

    def room(self, carrier: str) -> pd.Series[float]:
        """What may be built [GW] by area."""
        return self.data["load_mean"].to_series() * self.value(f"power.{carrier}.build")

    def fuel_cost(self, fuel: str) -> pd.Series[float]:
        """Price of a fuel [USD / MWh of fuel] by area."""
        zone = self.data["fuel_zone"].to_series()
        if fuel == "oil":
            return zone.map(lambda _: self.value("fuel.oil.world"))
        return zone.map(lambda name: self.value(f"fuel.{fuel}.{name}"))


@dataclass(frozen=True)
class System(Areas):
    """Areas, and the network they are put into.

    Attributes
    ----------
    network : pypsa.Network
        Its snapshots are set.
    """

    network: pypsa.Network


def add_everything(system: System) -> None:
    """Add every component to the network."""
    add_buses(system)
    for carrier in WEATHER:
        add_weather_plants(system, carrier)
    for fuel in FIRED:
        add_fired_plants(system, fuel)
    for carrier in STEADY:
        add_steady_plants(system, carrier)
    add_geothermal(system)
    add_hydro(system)
    add_batteries(system)
    add_borders(system)


def add_buses(system: System) -> None:
    """Areas with their load; prices and intensities for comparison ride along as columns."""
    network, data = system.network, system.data
    for name in CARRIERS:
        carbon = system.value(f"carbon.{name}") if name in FIRED else 0.0
        network.add("Carrier", name, co2_emissions=carbon)
    network.add("Carrier", "AC")
    network.add("Carrier", "border")
    network.add(
        "Bus",
        system.sites,
        carrier="AC",
        x=data["longitude"].to_numpy(),
        y=data["latitude"].to_numpy(),
    )
    load = system.series["load_shape"] * data["load_mean"].to_series()
    network.add(
        "Load", system.sites, suffix=" load", bus=system.sites, p_set=labelled(load, "load")
    )


def labelled(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """A frame whose columns are those of the components."""
    return frame.set_axis([f"{site} {what}" for site in frame.columns], axis=1)


def add_weather_plants(system: System, carrier: str) -> None:
    """Solar or wind plants: what stands, and what may be built where there is some output."""
    profile = system.series[carrier]
    kept = list(profile.columns[profile.max() > 0])
    stands = system.capacity(carrier)[kept]
    system.network.add(
        "Generator",
        kept,
        suffix=f" {carrier}",
        bus=kept,
        carrier=carrier,
        p_nom=stands.to_numpy(),
        p_nom_min=stands.to_numpy(),
        p_nom_max=(stands + system.room(carrier)[kept]).to_numpy(),
        p_nom_extendable=True,
        capital_cost=system.yearly_cost(carrier)[kept].to_numpy(),
        p_max_pu=labelled(profile[kept], carrier),
    )


def add_fired_plants(system: System, fuel: str) -> None:
    """Plants that burn a fuel; gas may be built wherever gas is burnt today."""
    stands = system.capacity(fuel)
    kept = system.worthwhile(stands)
    efficiency = system.value(f"power.{fuel}.efficiency")
    cost = system.fuel_cost(fuel)[kept] / efficiency + system.value(f"power.{fuel}.variable")
    grows = fuel == "gas"
    system.network.add(
        "Generator",
        kept,
        suffix=f" {fuel}",
        bus=kept,
        carrier=fuel,
        p_nom=stands[kept].to_numpy(),
        p_nom_min=stands[kept].to_numpy(),
        p_nom_max=(stands + system.room(fuel))[kept].to_numpy() if grows else stands[kept],
        p_nom_extendable=grows,
        capital_cost=system.yearly_cost(fuel)[kept].to_numpy() if grows else 0.0,
        p_max_pu=system.value(f"power.{fuel}.availability"),
        efficiency=efficiency,
        marginal_cost=cost.to_numpy() / 1e3,  # USD / MWh = USD million / 1,000 GWh
    )


def add_steady_plants(system: System, carrier: str) -> None:
    """Plants whose year's output bounds them in every hour: nuclear and biomass."""
    stands = system.capacity(carrier)
    kept = system.worthwhile(stands)
    system.network.add(
        "Generator",
        kept,
        suffix=f" {carrier}",
        bus=kept,
        carrier=carrier,
        p_nom=stands[kept].to_numpy(),
        p_max_pu=system.column("factor", carrier)[kept].to_numpy(),
        marginal_cost=system.value(f"power.{carrier}.variable") / 1e3,
    )


def add_geothermal(system: System) -> None:
    """Steam, which may grow where it is used today."""
    stands = system.capacity("geothermal")
    kept = system.worthwhile(stands)
    system.network.add(
        "Generator",
        kept,
        suffix=" geothermal",
        bus=kept,
        carrier="geothermal",
        p_nom=stands[kept].to_numpy(),
        p_nom_min=stands[kept].to_numpy(),
        p_nom_max=(stands + system.room("geothermal"))[kept].to_numpy(),
        p_nom_extendable=True,
        capital_cost=system.yearly_cost("geothermal")[kept].to_numpy(),
        p_max_pu=system.column("factor", "geothermal")[kept].to_numpy(),
        marginal_cost=system.value("power.geothermal.variable") / 1e3,
    )


def add_hydro(system: System) -> None:
    """Water: the year's output, moved between hours up to a multiple of the season's mean.

    A budget of the year and not a store of the day: reservoirs carry water over seasons, which
    typical days could not show, and the dual of the budget is what water is worth.
    """
    stands = system.capacity("hydro")
    kept = system.worthwhile(stands)
    mean = system.series["hydro"][kept]
    hours = system.network.snapshot_weightings["generators"]
    budget = mean.mul(hours, axis=0).sum() * stands[kept]
    most = (mean * system.value("power.hydro.swing")).clip(upper=MOST_HYDRO)
    system.network.add(
        "Generator",
        kept,
        suffix=" hydro",
        bus=kept,
        carrier="hydro",
        p_nom=stands[kept].to_numpy(),
        p_max_pu=labelled(most, "hydro"),
        e_sum_max=budget.to_numpy(),
        marginal_cost=system.value("power.hydro.variable") / 1e3,
    )


def add_batteries(system: System) -> None:
    """Batteries that stand and may be built."""
    stands = system.capacity("battery")
    way = float(np.sqrt(system.value("power.battery.efficiency")))
    system.network.add(
        "StorageUnit",
        system.sites,
        suffix=" battery",
        bus=system.sites,
        carrier="battery",
        p_nom=stands.to_numpy(),
        p_nom_min=stands.to_numpy(),
        p_nom_max=(stands + system.room("battery")).to_numpy(),
        p_nom_extendable=True,
        capital_cost=system.yearly_cost("battery").to_numpy(),
        max_hours=system.value("power.battery.hours"),
        efficiency_store=way,
        efficiency_dispatch=way,
        cyclic_state_of_charge=True,
    )


def add_borders(system: System) -> None:
    """Transfer between neighbours, either way within its limit."""
    data = system.data
    forward = data["border_forward"].to_numpy()
    system.network.add(
        "Link",
        [str(name) for name in data["border"].to_numpy()],
        bus0=data["border_from"].to_numpy(),
        bus1=data["border_to"].to_numpy(),
        carrier="border",
        p_nom=forward,
        p_min_pu=-data["border_back"].to_numpy() / forward,
    )
