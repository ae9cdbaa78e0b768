"""Step 1: what the scenario's policies are in a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tradewind.capacity.annual_tables import PLANTS
from tradewind.chips.history import FIRST_YEAR
from tradewind.chips.path import LEAST_ACCESS
from tradewind.coupling.contract import Moment
from tradewind.coupling.setting import Setting
from tradewind.errors import ScenarioError
from tradewind.scenario.forms import Selector
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.selectors import select, vocabularies


def put_policies_in_force(moment: Moment) -> Mapping[str, Any]:
    """Take the shocks, rules and changes of power that hold in the year; none in the base year."""
    setting, year = moment.setting, moment.year
    return {
        **trade_policy(setting, year, none=moment.base is None),
        **power_policy(setting, year, none=moment.base is None),
        "chip_access": chip_access(setting, year),
        "stack_restriction": stack_restriction(setting, year, none=moment.base is None),
    }


def trade_policy(setting: Setting, year: int, *, none: bool) -> dict[str, np.ndarray]:
    """Tariffs, costs of links and productivity; value-added-augmenting throughout.

    A Hicks-neutral change Â of a sector's output lowers its cost as one of Â^(1/β) of its value
    added does, while value added and inputs are Cobb-Douglas (the coupling refuses others).
    """
    table = setting.baseline.table
    scenario = setting.scenario
    held = scenario.model_copy(update={"shocks": ()}) if none else scenario.in_force(year)
    policy = held.policy(setting.world)
    hat = np.ones(table.value_added_share.shape)
    if "productivity_hat" in policy:
        given = policy["productivity_hat"]
        hat = given.to_numpy().copy()
        if given.attrs.get("kind", "output") == "output":
            share = table.value_added_share
            hat = np.where(share > 0.0, hat ** (1.0 / np.where(share > 0.0, share, 1.0)), 1.0)
    links, inputs = table.tariff.shape, setting.baseline.data["input_share"].shape
    plain = {
        "tariff": table.tariff,
        "iceberg_hat": np.ones(links),
        "export_tax": np.zeros(links),
        "input_requirement_hat": np.ones(inputs),
    }
    taken = {name: policy[name].to_numpy() if name in policy else plain[name] for name in plain}
    return {**taken, "policy_productivity_hat": hat}


def power_policy(setting: Setting, year: int, *, none: bool) -> dict[str, np.ndarray]:
    """Prices of fuel and carbon, room to connect and to build, and pools of economies."""
    areas = setting.coords["area"]
    fuel, carbon = np.ones((len(PLANTS), len(areas))), np.zeros(len(areas))
    connection, build = np.ones(len(areas)), np.ones(len(areas))
    for index, change in enumerate(() if none else setting.years.power):
        if not change.holds(year):
            continue
        where = areas_meant(setting, change.areas, change.economies, f"years.power[{index}]")
        fired = [
            PLANTS.index(name) for name in ("gas", "coal", "oil") if change.fuel in (name, "all")
        ]
        fuel[np.ix_(np.array(fired), where)] *= 1.0 + change.fuel_price_percent / 100.0
        connection[where] *= 1.0 + change.connection_percent / 100.0
        build[where] *= 1.0 + change.build_percent / 100.0
        if change.carbon_price is not None:
            carbon[where] = change.carbon_price
    pooled = np.zeros(setting.area_of.shape)
    for index, pool in enumerate(() if none else setting.years.pools):
        if pool.holds(year):
            members = economies_meant(setting, pool.economies, f"years.pools[{index}].economies")
            inside = setting.area_of[members].any(axis=0)
            pooled[np.ix_(np.array(members), np.flatnonzero(inside))] = 1.0
    return {
        "fuel_price_factor": fuel,
        "carbon_price": carbon,
        "connection_factor": connection,
        "build_factor": build,
        "pooled": pooled,
    }


def chip_access(setting: Setting, year: int) -> np.ndarray:
    """Whether chips of an economy may be put into an area: (economy, area), 0 or 1.

    Chips under American rules may not stand where the best of them is denied on the last day of
    the year; chips of an economy that is denied stay at home.
    """
    policy = setting.chip_policy
    at = int(np.flatnonzero(setting.chips.market.year_of == year - FIRST_YEAR)[-1])
    best = int(setting.chips.market.frontier[year - FIRST_YEAR])
    free = policy["access"].to_numpy()[at, best] > LEAST_ACCESS
    by_country = dict(zip(setting.coords["country"], free, strict=True))
    open_area = np.array([bool(by_country[c]) for c in setting.areas.country])
    home = setting.area_of > 0.0
    denied = (home & ~open_area).any(axis=1) & ~(home & open_area).any(axis=1)
    return np.where(home | (open_area[None, :] & ~denied[:, None]), 1.0, 0.0)


def stack_restriction(setting: Setting, year: int, *, none: bool) -> np.ndarray:
    """Restriction of each stack by each economy's government: (economy, stack)."""
    table = np.zeros((len(setting.coords["economy"]), len(setting.coords["stack"])))
    for index, rule in enumerate(() if none else setting.years.stacks):
        if rule.holds(year):
            where = economies_meant(setting, rule.economies, f"years.stacks[{index}].economies")
            table[where, setting.index("stack", rule.stack)] = rule.restriction
    return table


def economies_meant(setting: Setting, words: Selector, path: str) -> list[int]:
    """Positions of the economies that words select."""
    vocabulary = vocabularies(setting.world)["economies"]
    codes = select(vocabulary, words, setting.scenario.origin, path).codes
    return [setting.index("economy", code) for code in codes]


def areas_meant(
    setting: Setting, names: tuple[str, ...] | None, words: Selector, path: str
) -> np.ndarray:
    """Positions of the areas that are named, or lie in the economies that are."""
    if names is None:
        chosen = economies_meant(setting, words, f"{path}.economies")
        return np.flatnonzero(setting.area_of[chosen].any(axis=0))
    known = setting.coords["area"]
    for name in names:
        if name not in known:
            raise ScenarioError(
                "there is no such area in the world network",
                where=setting.scenario.origin.where(f"{path}.areas"),
                value=name,
                bound=", ".join(known),
                remedy=suggestion(name, known, "choose one of these"),
            )
    return np.array([known.index(name) for name in names])
