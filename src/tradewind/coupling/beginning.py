"""What the base year finds: the state before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tradewind import adoption
from tradewind.coupling.setting import Setting
from tradewind.coupling.steps.power import kw_at, kw_factor
from tradewind.coupling.variables import VARIABLES


def beginning(setting: Setting) -> dict[str, xr.DataArray]:
    """Variables that the base year reads of the year before.

    Chips of the base year itself are allocated by the chip market as observed. They stand, with all
    before them, at home in proportion to data centres; those of economies without an area, in
    Europe's. Plants stand as in the shipped table.
    """
    state = setting.chip_state
    areas = setting.areas
    power = (setting.chip_base["stock"].to_numpy() * kw_factor(setting)[:, None]).sum(axis=0)
    owned = setting.owner_of @ power * kw_at(setting, setting.base_year) / 1e6
    fleet = owned @ places(setting)
    start = setting.capital_start
    values: Mapping[str, Any] = {
        "chip_stock": state.stock,
        "chip_level": state.level,
        "chip_dies": state.dies,
        "chip_memory": state.memory,
        "chip_dearer": state.dearer,
        "chip_quota": state.quota,
        "plant_capacity": areas.stands,
        "battery_capacity": areas.battery,
        "fleet_power": fleet,
        "fleet_owned": owned,
        "idle_power": np.zeros(len(owned)),
        "shell_capacity": np.maximum(areas.shell_stands, fleet),
        "connection_used": np.zeros(len(areas.areas)),
        "stack_share": stack_share(setting),
        "capital_stock": start["capital_stock"].to_numpy(),
        "allocation": start["allocation"].to_numpy(),
    }
    return {
        name: xr.DataArray(
            value,
            {dim: setting.coords[dim] for dim in VARIABLES[name].dims},
            VARIABLES[name].dims,
        )
        for name, value in values.items()
    }


def places(setting: Setting) -> np.ndarray:
    """Where each economy's chips stand in the base year: (economy, area), rows sum to one."""
    centres = setting.areas.data_centres
    here = setting.area_of * centres
    europe = np.isin(setting.areas.economy, ("DEU", "FRA", "ITA", "ESP", "POL", "NLD", "SWE"))
    away = np.where(europe, centres, 0.0) / centres[europe].sum()
    total = here.sum(axis=1, keepdims=True)
    return np.where(total > 0.0, here / np.where(total > 0.0, total, 1.0), away)


def stack_share(setting: Setting) -> np.ndarray:
    """Shares of each stack at the start, of 2024 if that is later: (measure, economy, stack)."""
    first = adoption.start(max(setting.base_year, adoption.base.BASE_YEAR))
    return first.sel(economy=setting.coords["economy"]).to_numpy()
