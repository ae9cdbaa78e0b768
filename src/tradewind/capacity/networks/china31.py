"""Power of 31 Chinese provinces as a PyPSA network: GW, GWh, and USD million of 2025.

Provinces are buses, 56 interprovincial lines are transport with losses, and everything inside a
province is one node. Hours are those of ``world.energy`` (load of calendar 2018 beside weather of
2020, Beijing time).

Costs are those of 2020 in USD of 2020. They stand for USD of 2025 as they are: until then Chinese
prices rose by about 4 % and the yuan lost as much against the dollar (memory).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from tradewind.capacity.library import new_network
from tradewind.capacity.networks import china_parts as parts
from tradewind.capacity.networks.china_hours import (
    CALENDAR,
    places_of,
    require_hours,
    weeks,
    whole_year,
)
from tradewind.capacity.networks.china_sites import regions, sites
from tradewind.capacity.networks.china_system import System
from tradewind.errors import InputError
from tradewind.world.energy import open_energy

if TYPE_CHECKING:
    import pypsa

__all__ = ["CALENDAR", "Assumptions", "network", "regions", "sites", "weeks", "whole_year"]
FIRST_YEAR, LAST_YEAR = 2020, 2035


@dataclass(frozen=True)
class Assumptions:
    """Figures that the data do not give; each with its reason and a low–high range.

    Attributes
    ----------
    load_growth : float
        Growth of load after 2024, a year. 5 % (4–6 %): the Council's outlook for 2025, memory.
    discount_rate : float
        Real. 6 % (5–8 %): 8.0 % nominal in USD for China (``facts/capital_cost.csv``) less 2 %.
    coal_fuel_share : float
        Fuel's share of the coal benchmark price, which is the marginal cost. 0.7 (0.58–0.87): 300 g
        of standard coal a kWh at the coal prices of 2020 and of 2024 against a mean benchmark of
        0.375 CNY (memory).
    coal_efficiency : float
        Of plants that stand: 0.407 (0.40–0.41), 302 g of standard coal a kWh, on the line from
        305.5 in 2020 to the 300 of 2025 that the Commission asks for (Reuters, 3 November 2021).
        What is built anew has the technology table's. It makes emissions; prices know it already.
    gas_price_cny_per_m3 : float
        2.4 (2.0–2.9): city-gate benchmarks and what plants pay above them, memory.
    coal_availability, nuclear_availability : float
        0.85 (0.75–0.92), maintenance and poor coal, judgement; 0.85, the 7,453 hours of 2020
        (Council, memory).
    coal_minimum : float
        Least output of a province's coal: half load of the 70 % kept on for heat, reserve and
        promised hours. 0.35 (0.2–0.45), judgement held against the outputs of 2020.
    gas_minimum : float
        0.25 (0.15–0.35): heat-and-power plants and contracts; gas made 252 TWh in 2020, 0.3 of its
        capacity (Council, memory).
    line_availability : float
        Share of the transfer capacity that schedules use: 0.7 (0.5–1); the named lines ran half
        their hours in 2020 (Energy Administration, memory), and some are younger.
    hydro_hours, pumped_hours, battery_hours : float
        Storage over capacity: 72 h (24–300), judgement; 6 h; 2.3 h (168 GWh, 73.8 GW: NEA 2024).
    wheeling_cny_per_kwh, wheeling_cny_per_kwh_1000_km : float
        Charge of interprovincial transfer: 0.02 and 0.015. So Hami-Zhengzhou pays 0.064 and
        Zhundong-Wannan 0.074; the Commission's tariffs are about 0.06 and 0.08 (memory).
    loss, loss_per_1000_km : float
        0.02 and 0.017: so 7 % to Zhengzhou, where the Commission's tariff allows 7.2 % (memory).
    build_rate : float
        New plant a year over the province's mean of 2020–2024. 1.5 (1–2), judgement.
    nuclear_growth : float
        Most that nuclear may grow a year where there is some: 5 %, as from 2020 to 2024 (computed).
    lost_load_usd_per_mwh : float
        3,000 (1,000–10,000), judgement.
    """

    load_growth: float = 0.05
    discount_rate: float = 0.06
    coal_fuel_share: float = 0.7
    coal_efficiency: float = 0.407
    gas_price_cny_per_m3: float = 2.4
    coal_availability: float = 0.85
    coal_minimum: float = 0.35
    gas_minimum: float = 0.25
    line_availability: float = 0.7
    nuclear_availability: float = 0.85
    hydro_hours: float = 72.0
    pumped_hours: float = 6.0
    battery_hours: float = 2.3
    wheeling_cny_per_kwh: float = 0.02
    wheeling_cny_per_kwh_1000_km: float = 0.015
    loss: float = 0.02
    loss_per_1000_km: float = 0.017
    build_rate: float = 1.5
    nuclear_growth: float = 0.05
    lost_load_usd_per_mwh: float = 3000.0


@lru_cache(maxsize=1)
def table() -> xr.Dataset:
    """The shipped table of China, read once."""
    return open_energy("china31")


def network(
    year: int = 2025,
    *,
    brownfield: bool = True,
    snapshots: pd.DatetimeIndex | None = None,
    assumptions: Assumptions | None = None,
) -> pypsa.Network:
    """Build the Chinese power system, without any compute.

    Parameters
    ----------
    year : int
        Year of the load, 2020 to 2035. 2020: reported consumption, plants of the end of 2020,
        nothing new. 2021 to 2024: between the reported consumption of 2020 and 2024, at a constant
        rate by province. Later: 2024 and ``load_growth`` a year, the same everywhere. From 2024 on
        plants are those of the end of 2024, and each year since allows one year of building.
    brownfield : bool
        Whether plants stand already; if not, coal, gas, wind, solar and batteries start at nothing
        and may grow to what load or land allow, while hydro, pumped storage and nuclear stand.
    snapshots : pandas.DatetimeIndex, optional
        Hours of the calendar of 2018; all 8,760 if left out. Each stands for 8,760 / their number.
    assumptions : Assumptions, optional

    Returns
    -------
    pypsa.Network
        Components carry ``carrier``; ``p_nom`` is what exists, and what may grow is extendable
        between that and its limit. ``meta["tradewind"]`` says years, money and time zone.

    Raises
    ------
    InputError
        If the year or an hour is outside the table.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            "the Chinese network has no load for that year",
            where="argument year",
            value=year,
            bound=f"{FIRST_YEAR} to {LAST_YEAR}",
            remedy="choose a year in that range",
        )
    chosen = assumptions or Assumptions()
    data, hours = table(), whole_year()
    if snapshots is not None:
        hours = require_hours(snapshots, hours)
    built = new_network()
    built.name = f"china31 {year}"
    built.set_snapshots(list(hours))
    built.snapshot_weightings.loc[:, ["objective", "generators"]] = 8760.0 / len(hours)
    built.snapshot_weightings.loc[:, "stores"] = 1.0
    system = System(built, data, year, brownfield, chosen, places_of(hours))
    parts.add_everything(system)
    built.meta["tradewind"] = {
        "network": "china31",
        "load_year": year,
        "load_calendar": 2018,
        "weather_year": 2020,
        "price_year": 2025,
        "time_zone": "Asia/Shanghai",
        "power_mw": 1000.0,
        "money_usd": 1e6,
    }
    return built
