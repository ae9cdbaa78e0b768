"""Arrays of the yearly plan: what stands in every area of the world network, and what it costs.

The same table and parameters as ``networks.world``, without a PyPSA network: the coupled run makes
a plan every year and must not wait for one to be built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from tradewind.capacity import parameters
from tradewind.capacity.defaults import annuity, connection_cost
from tradewind.capacity.equations import Floats, power_usage_effectiveness
from tradewind.capacity.networks.world_hours import (
    DAY,
    STEPS,
    YEAR_HOURS,
    reduced,
    series_of,
    table,
)
from tradewind.capacity.networks.world_parts import FIRED, MOST_HYDRO, STEADY, WEATHER, Areas
from tradewind.capacity.networks.world_places import site

PLANTS = (*WEATHER, "hydro", *STEADY, *FIRED, "geothermal")
"""Plants, in the order of every plant axis here."""
GROWING = ("solar", "wind", "gas", "geothermal", "battery")
"""What may be built."""
THOUSAND = 1e3
WATT_PER_GW = 1e9
MILLION = 1e6


@dataclass(frozen=True, eq=False)
class AreaTables:
    """What a yearly plan is made from; GW, GWh and USD million.

    Attributes
    ----------
    areas, economy : tuple of str
        Names, and the economy of the trade table of each.
    weight : (hour,) [hour / year]
    load : (hour, area) [GW]
    available : (plant, hour, area) [1]
        Output per unit of capacity, at most.
    stands : (plant, area) [GW]
    battery : (area,) [GW]
    room : (GROWING, area) [GW]
        What may be built in the years planned for.
    yearly : (GROWING, area) [USD million / GW / year]
    marginal : (plant, area) [USD million / GWh]
        Without carbon price.
    fuel_part : (plant, area) [USD million / GWh]
        Part of ``marginal`` that is fuel.
    carbon : (plant,) [t / MWh] of power
    water : (area,) [GWh / year]
    battery_hours, battery_way : float
    ends : (border, 2) int
    forward, back : (border,) [GW]
    pue : (hour, area) [1]
    pue_most : (area,) [1]
    shell : (area,) [USD million / GW of IT / year]
    connection : (area,) [USD million / GW / year]
    shell_stands, connection_room : (area,) [GW of IT], [GW]
    data_centres : (area,) [GW of IT], of every use
    industrial_price : (area,) [USD / MWh]
        What large industry paid, networks and taxes inside.
    """

    areas: tuple[str, ...]
    economy: tuple[str, ...]
    country: tuple[str, ...]
    weight: Floats
    steps_per_day: int
    load: Floats
    available: Floats
    stands: Floats
    battery: Floats
    room: Floats
    yearly: Floats
    marginal: Floats
    fuel_part: Floats
    carbon: Floats
    water: Floats
    battery_hours: float
    battery_way: float
    ends: np.ndarray
    forward: Floats
    back: Floats
    pue: Floats
    pue_most: Floats
    shell: Floats
    connection: Floats
    shell_stands: Floats
    connection_room: Floats
    data_centres: Floats
    industrial_price: Floats

    @cached_property
    def step_hours(self) -> float:
        """Length of a step of a day [hour]."""
        return DAY / self.steps_per_day


def area_tables(hours: int = 24, given: Mapping[str, float] | None = None) -> AreaTables:
    """Read the shipped table of the world into arrays.

    Parameters
    ----------
    hours : int
        24, 48, 96 or 192, as for ``networks.world.network``.
    given : mapping of str to float, optional
        Parameters to be changed.

    Raises
    ------
    InputError
        If there is no network of so many hours.
    """
    data, series = table(), series_of(table(), hours)
    found = Areas(data, series, given)
    areas, count = found.sites, len(series["load_shape"])
    weight = np.full(count, YEAR_HOURS / count)
    stands = np.stack([_column(found.capacity(plant), areas) for plant in PLANTS])
    small = stands < 0.02 * data["load_mean"].to_numpy()
    weather = np.array([plant in WEATHER for plant in PLANTS])
    stands = np.where(small & ~weather[:, None], 0.0, stands)
    marginal, fuel = _running_costs(found, areas)
    ends, forward, back = _borders(found, areas)
    degrees = reduced(data["temperature"], hours)
    buildings = [site(name, data.sel(site=name), degrees, given) for name in areas]
    warmth = degrees[areas].to_numpy()
    countries = tuple(each.country for each in buildings)
    shell_life = parameters.value("shell_life", given)
    shell = [
        each.shell_cost_usd_per_w * annuity(each.discount_rate, shell_life) for each in buildings
    ]
    return AreaTables(
        areas=tuple(areas),
        economy=tuple(map(str, data["economy"].to_numpy())),
        country=countries,
        weight=weight,
        steps_per_day=STEPS[hours][1],
        load=(series["load_shape"][areas] * data["load_mean"].to_series()[areas]).to_numpy(),
        available=_available(found, areas, count),
        stands=stands,
        battery=_column(found.capacity("battery"), areas),
        room=np.stack([_room(found, areas, plant, stands, series) for plant in GROWING]),
        yearly=np.stack([_column(found.yearly_cost(plant), areas) for plant in GROWING]),
        marginal=marginal,
        fuel_part=fuel,
        carbon=np.array(
            [
                found.value(f"carbon.{p}") / found.value(f"power.{p}.efficiency")
                if p in FIRED
                else 0.0
                for p in PLANTS
            ]
        ),
        water=weight @ series["hydro"][areas].to_numpy() * stands[PLANTS.index("hydro")],
        battery_hours=found.value("power.battery.hours"),
        battery_way=float(np.sqrt(found.value("power.battery.efficiency"))),
        ends=ends,
        forward=forward,
        back=back,
        pue=np.stack(
            [
                power_usage_effectiveness(warmth[:, a], b.pue_base, b.pue_slope, b.pue_max)
                for a, b in enumerate(buildings)
            ],
            axis=1,
        ),
        pue_most=np.array([b.pue_max for b in buildings]),
        shell=np.array(shell) * WATT_PER_GW / MILLION,
        connection=np.array([connection_cost(c, given) for c in countries]),
        shell_stands=np.array([b.it_existing for b in buildings]),
        connection_room=np.array([b.connection_limit for b in buildings]),
        data_centres=data["data_centres"].to_numpy().astype(float),
        industrial_price=data["industrial_price"].to_numpy().astype(float) * THOUSAND,
    )


def _column(values: pd.Series[float], areas: list[str]) -> Floats:
    return values[areas].to_numpy().astype(float)


def _available(found: Areas, areas: list[str], count: int) -> Floats:
    """Output per unit of capacity, at most: (plant, hour, area)."""
    rows = []
    for plant in PLANTS:
        if plant in WEATHER:
            rows.append(found.series[plant][areas].to_numpy())
        elif plant == "hydro":
            swing = found.series["hydro"][areas].to_numpy() * found.value("power.hydro.swing")
            rows.append(np.minimum(swing, MOST_HYDRO))
        elif plant in FIRED:
            rows.append(np.full((count, len(areas)), found.value(f"power.{plant}.availability")))
        else:
            factor = np.nan_to_num(_column(found.column("factor", plant), areas))
            rows.append(np.tile(factor, (count, 1)))
    return np.stack(rows)


def _running_costs(found: Areas, areas: list[str]) -> tuple[Floats, Floats]:
    """Cost of a plant's output, and the part that is fuel: (plant, area) [USD million / GWh]."""
    rows, fuels = [], []
    for plant in PLANTS:
        fuel = np.zeros(len(areas))
        if plant in FIRED:
            efficiency = found.value(f"power.{plant}.efficiency")
            fuel = _column(found.fuel_cost(plant), areas) / efficiency
        upkeep = 0.0 if plant in WEATHER else found.value(f"power.{plant}.variable")
        rows.append((fuel + upkeep) / THOUSAND)
        fuels.append(fuel / THOUSAND)
    return np.stack(rows), np.stack(fuels)


def _room(
    found: Areas,
    areas: list[str],
    plant: str,
    stands: Floats,
    series: Mapping[str, pd.DataFrame],
) -> Floats:
    """What may be built in the years planned for: (area,) [GW]."""
    room = _column(found.room(plant), areas)
    if plant in WEATHER:
        return np.where(series[plant][areas].max().to_numpy() > 0.0, room, 0.0)
    if plant in ("battery", "gas"):
        # In years, unlike in one plan, turbines can come to where no gas is burnt today.
        return room
    return np.where(stands[PLANTS.index(plant)] > 0.0, room, 0.0)


def _borders(found: Areas, areas: list[str]) -> tuple[np.ndarray, Floats, Floats]:
    data, place = found.data, {name: i for i, name in enumerate(areas)}
    ends = np.array(
        [
            [place[str(a)], place[str(b)]]
            for a, b in zip(data["border_from"].values, data["border_to"].values, strict=True)
        ]
    )
    forward, back = (data[f"border_{way}"].to_numpy().astype(float) for way in ("forward", "back"))
    return ends, forward, back
