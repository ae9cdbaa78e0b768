"""What the networks of the United States and Europe are built from, and on which assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

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
EFFICIENCY: Final = {
    **{"gas": 0.50, "gas peaker": 0.35, "coal": 0.35, "lignite": 0.33, "oil": 0.33},
    "nuclear": 0.326,
}
"""Of plants that stand; gas is the combined cycles. American heat rates (EIA, memory): gas 0.45 to
0.55; European combined cycles are taken at 0.55 (0.50 to 0.58)."""
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
        Of plants that stand, in place of ``EFFICIENCY``.
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
    efficiency: Mapping[str, float] = field(default_factory=dict)
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
    must_run: Mapping[str, float] = field(default_factory=dict)
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
    def areas(self) -> pd.Index[str]:
        """Names of the areas, which are the buses."""
        names: list[str] = self.data["area"].to_numpy().astype(str).tolist()
        return pd.Index(names, name="area")

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

    def efficiency(self, carrier: str) -> float:
        """Efficiency of plants that stand."""
        return self.assumptions.efficiency.get(carrier, EFFICIENCY[carrier])

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
        factor = rate / (1.0 - float((1.0 + rate) ** -life)) + self.cost(technology, "FOM") / 100
        return self.cost(technology, "investment") * factor

    def room(self, carrier: str) -> pd.Series[float]:
        """Most that may be built in the years allowed, in GW by area: the network's by load."""
        load = self.data["load_mean"].to_series().reindex(self.areas)
        yearly = self.assumptions.build.get(carrier, 0.0)
        return load / load.sum() * yearly * self.assumptions.years


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
