"""What every part of the Chinese network is built from: table, year, assumptions, hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

if TYPE_CHECKING:
    import pypsa

    from tradewind.capacity.networks.china31 import Assumptions


@dataclass(frozen=True)
class System:
    """What every function below needs."""

    network: pypsa.Network
    data: xr.Dataset
    year: int
    brownfield: bool
    assumptions: Assumptions
    places: np.ndarray

    @property
    def buses(self) -> pd.Index[str]:
        """Names of the provinces."""
        return pd.Index([str(bus) for bus in self.data["bus"].to_numpy()], name="bus")

    @property
    def years_of_building(self) -> int:
        """Years since the plants of the end of 2024."""
        return max(self.year - 2024, 0)

    def existing(self, carrier: str) -> pd.Series:
        """Capacity that stands, in GW by province."""
        column = self.data["capacity"].sel(capacity_year=2020 if self.year < 2024 else 2024)
        return column.sel(carrier=carrier).to_series()

    def limit(self, carrier: str, land: pd.Series[float] | float = np.inf) -> pd.Series[float]:
        """Most that may stand: what stands and the years' building, within the land's limit."""
        both = self.data["capacity"].sel(carrier=carrier)
        yearly = (both.sel(capacity_year=2024) - both.sel(capacity_year=2020)).to_series() / 4.0
        rate = self.assumptions.build_rate * self.years_of_building
        room = self.existing(carrier) + rate * yearly.clip(lower=0.0)
        return room.clip(upper=land).clip(lower=self.existing(carrier))

    def cost(self, technology: str, part: str) -> float:
        """One figure of the table of costs."""
        return float(self.data["cost"].sel(technology=technology, cost_part=part))

    def annuity(self, technology: str) -> float:
        """Yearly cost of capital and fixed operation, USD per kW (USD million per GW)."""
        rate, life = self.assumptions.discount_rate, self.cost(technology, "lifetime")
        factor = rate / (1.0 - (1.0 + rate) ** -life) + self.cost(technology, "fixed_om")
        return float(self.cost(technology, "investment") * factor)

    def hourly(self, name: str) -> pd.DataFrame:
        """An hourly variable at the snapshots, one column a province."""
        values = self.data[name].to_numpy()[self.places]
        columns = self.data[self.data[name].dims[1]].to_numpy()
        return pd.DataFrame(values, index=self.network.snapshots, columns=columns)
