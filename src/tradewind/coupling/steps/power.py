"""Step 4: compute placed and powered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tradewind.capacity import parameters as capacity_parameters
from tradewind.capacity.annual import AnnualInputs, AnnualPlan
from tradewind.capacity.annual_tables import GROWING, PLANTS
from tradewind.chips.history import MADE_AT_HOME
from tradewind.coupling.contract import Moment
from tradewind.coupling.setting import Setting

YEAR_HOURS = 8760.0
THOUSAND = 1e3
KW_PER_GW = 1e6


def place_and_power_compute(moment: Moment) -> Mapping[str, Any]:
    """Put the year's chips where they cost least within rules, connections and plants.

    In the base year chips stand where they stand. With growth off what a year builds does not last,
    so that every year plans from the same plants; with learning off every chip is replaced in its
    place.
    """
    setting, last, now = moment.setting, moment.last, moment.now
    values, switches = setting.values, setting.years.switches
    still = moment.base is None or not switches.learning
    kept = 1.0 if still else 1.0 - setting.chips.values["retirement"]
    fleet, owned, idle = (
        kept * last.array(name) for name in ("fleet_power", "fleet_owned", "idle_power")
    )
    fresh = (
        np.zeros(len(owned))
        if still
        else power_of(now.array("chip_installed"), setting, moment.year)
    )
    shell = last.array("shell_capacity")
    used, ahead = last.array("connection_used"), moment.year - setting.base_year
    yearly = setting.areas.connection_room / values["years_planned"]
    room = np.maximum(yearly * ahead * now.array("connection_factor") - used, 0.0)
    per_gw = YEAR_HOURS / kw_at(setting, moment.year) * values["utilisation"]
    pooled, home = now.array("pooled") > 0.0, setting.area_of > 0.0
    asked = AnnualInputs(
        plants=last.array("plant_capacity"),
        battery=last.array("battery_capacity"),
        room=setting.areas.room / values["years_planned"] * now.array("build_factor"),
        fleet=fleet,
        new=fresh + idle,
        allowed=now.array("chip_access") > 0.0,
        shell=np.maximum(shell - fleet, 0.0),
        connection=room,
        fuel_factor=now.array("fuel_price_factor"),
        carbon_price=now.array("carbon_price"),
        remote=np.where(home | pooled, 0.0, values["remote_cost"] * per_gw),
        idle=values["idle_cost"] * per_gw,
        near=values["near_share"],
        nearby=home | pooled,
        utilisation=values["utilisation"],
        load_factor=(1.0 + values["load_growth"]) ** (ahead if switches.growth else 0),
    )
    plan = setting.planner.solve(asked)
    return {
        **standing(setting, asked, plan, shell, used),
        **told(setting, asked, plan, owned + plan.placed.sum(axis=1)),
    }


def kw_at(setting: Setting, year: int) -> float:
    """Power of IT per H100e of a year's new chips [kW]."""
    values = setting.values
    return values["kw_per_h100e"] / values["power_efficiency_growth"] ** (year - setting.base_year)


def power_of(installed: np.ndarray, setting: Setting, year: int) -> np.ndarray:
    """IT power that a year's chips ask for, by owner: (economy,) [GW].

    Parameters
    ----------
    installed : (family, chip_economy) [H100e]
    """
    factor = kw_factor(setting) * kw_at(setting, year)
    power = (installed * factor[:, None]).sum(axis=0)
    return np.asarray(setting.owner_of @ power / KW_PER_GW)


def kw_factor(setting: Setting) -> np.ndarray:
    """Power per H100e of each family over that of others: (family,) [1]."""
    home = [family in MADE_AT_HOME for family in setting.coords["family"]]
    return np.where(home, setting.values["home_kw_factor"], 1.0)


def standing(
    setting: Setting, asked: AnnualInputs, plan: AnnualPlan, shell: np.ndarray, used: np.ndarray
) -> dict[str, np.ndarray]:
    """What stands at the end of the year."""
    plants, built_now = asked.plants.copy(), plan.built * setting.years.switches.growth
    for name, built in zip(GROWING, built_now, strict=True):
        if name != "battery":
            plants[PLANTS.index(name)] += built
    here = plan.placed.sum(axis=0)
    fleet = asked.fleet + here
    return {
        "plant_capacity": plants,
        "battery_capacity": asked.battery + built_now[GROWING.index("battery")],
        "fleet_power": fleet,
        "shell_capacity": np.maximum(shell, fleet),
        "connection_used": used + here * setting.areas.pue_most,
        "placed": plan.placed,
        "idle_power": plan.idle,
    }


def told(
    setting: Setting, asked: AnnualInputs, plan: AnnualPlan, owned: np.ndarray
) -> dict[str, np.ndarray]:
    """Prices, energy and carbon of the year."""
    areas, by_place = setting.areas, setting.area_of
    energy = plan.served / THOUSAND
    fleet = asked.fleet + plan.placed.sum(axis=0)
    total = owned + plan.idle
    return {
        "fleet_owned": owned,
        "running_share": np.divide(owned, total, out=np.ones_like(owned), where=total > 0.0),
        "power_price": plan.price,
        "power_price_economy": by_economy(setting, plan.price),
        "power_cost": power_cost(setting, asked, plan),
        "compute_power_price": plan.compute_price,
        "generation": plan.output,
        "power_emissions": areas.carbon @ plan.output / THOUSAND,
        "power_balance": plan.balance,
        "lost_load": plan.lost / THOUSAND,
        "compute_energy": energy,
        "data_centre_energy": by_place @ (energy + other_data_centres(setting)),
        "compute_placed_share": by_place @ fleet / fleet.sum(),
    }


def power_cost(setting: Setting, asked: AnnualInputs, plan: AnnualPlan) -> np.ndarray:
    """Resources that a mean MWh takes in each economy: (economy,) [USD / MWh].

    Fuel, upkeep, carbon and lost load; the yearly cost of plants built since the base year; what
    comes over borders at its price. Not the marginal price: what dear power brings to plants that
    stand is a rent, which stays in the economy. Plants of before are sunk.
    """
    areas = setting.areas
    added = plan.built + np.stack(
        [
            asked.battery - areas.battery
            if name == "battery"
            else (asked.plants - areas.stands)[PLANTS.index(name)]
            for name in GROWING
        ]
    )
    cost = plan.running + (added * areas.yearly).sum(axis=0) + plan.imports * plan.price / THOUSAND
    load = asked.load_factor * areas.weight @ areas.load + plan.served
    total, energy = setting.area_of @ cost, setting.area_of @ load
    europe = np.isin(areas.economy, EUROPE)
    mean = cost[europe].sum() / load[europe].sum()
    own = np.divide(total, energy, out=np.full_like(total, mean), where=energy > 0.0)
    return np.asarray(own * THOUSAND)


def other_data_centres(setting: Setting) -> np.ndarray:
    """Energy of data centres of other use: (area,) [TWh / year]; inside the load already."""
    areas = setting.areas
    other = areas.data_centres * (1.0 - capacity_parameters.value("ai_share"))
    drawn = other * setting.values["data_centre_use"] * areas.pue.mean(axis=0)
    return np.asarray(drawn * YEAR_HOURS / THOUSAND)


def by_economy(setting: Setting, price: np.ndarray) -> np.ndarray:
    """Price of power by economy, mean of its areas by load; without areas, Europe's mean.

    Only small European economies lie in no area of the world network.
    """
    weight = setting.area_of * setting.areas.load.mean(axis=0)
    total = weight.sum(axis=1)
    europe = np.isin(setting.areas.economy, EUROPE)
    mean = (weight[:, europe].sum(axis=0) @ price[europe]) / weight[:, europe].sum()
    own = np.divide(weight @ price, total, out=np.full_like(total, mean), where=total > 0.0)
    return np.asarray(own)


EUROPE = ("DEU", "FRA", "ITA", "ESP", "POL", "NLD", "SWE", "FIN", "IRL", "PRT")
"""Members of the EU that the world network has areas of."""
