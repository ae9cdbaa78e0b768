"""Step 3: chips allocated under the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tradewind.chips.yearly import ChipState
from tradewind.coupling.contract import Moment
from tradewind.coupling.setting import Setting


def allocate_chips(moment: Moment) -> Mapping[str, Any]:
    """Ask the chip market for the year; with learning off, what is retired is replaced, no more."""
    setting, last = moment.setting, moment.last
    state = ChipState(
        *(float(last[f"chip_{name}"]) for name in ("level", "dies", "memory", "dearer")),
        quota=last.array("chip_quota"),
        stock=last.array("chip_stock"),
    )
    if moment.base is not None and not setting.years.switches.learning:
        return held(setting, state, last)
    factor = setting.owner_of.T @ moment.now.array("chip_demand_factor")
    data, after = setting.chips.step(moment.year, state, factor)
    best = int(setting.chips.market.frontier[moment.year - 2022])
    price = (data["list_price"] + data["scarcity_rent"]).to_numpy()[best]
    return {
        "chip_packages": data["packages"].to_numpy(),
        "chip_leaked": data["leaked"].to_numpy(),
        "chip_installed": data["installed"].to_numpy(),
        "chip_stock": data["stock"].to_numpy(),
        "chip_level": after.level,
        "chip_dies": after.dies,
        "chip_memory": after.memory,
        "chip_dearer": after.dearer,
        "chip_quota": after.quota,
        "chip_price": price / float(data["h100e"][best]),
        "domestic_share": float(data["domestic_share"]),
        **owned(setting, data),
    }


def owned(setting: Setting, data: xr.Dataset) -> dict[str, np.ndarray]:
    """Sum the market's economies to those of the trade table."""
    member = setting.owner_of
    leaked = data["leaked"].to_numpy() * data["h100e"].to_numpy()[:, None]
    return {
        "compute_installed": member @ data["installed"].to_numpy().sum(axis=0),
        "compute_leaked": member @ leaked.sum(axis=0),
        "compute_stock": member @ data["stock"].to_numpy().sum(axis=0),
        "compute_rented": member @ data["rented"].to_numpy(),
    }


def held(setting: Setting, state: ChipState, last: Mapping[str, xr.DataArray]) -> dict[str, Any]:
    """Keep the stock of the base year: every chip that is retired is replaced by its like."""
    installed = setting.chips.values["retirement"] * state.stock
    member, nothing = setting.owner_of, np.zeros_like(state.stock)
    return {
        "chip_packages": nothing,
        "chip_leaked": nothing,
        "chip_installed": installed,
        "chip_stock": state.stock,
        "chip_level": state.level,
        "chip_dies": state.dies,
        "chip_memory": state.memory,
        "chip_dearer": state.dearer,
        "chip_quota": state.quota,
        "chip_price": float(last["chip_price"]),
        "domestic_share": float(last["domestic_share"]),
        "compute_installed": member @ installed.sum(axis=0),
        "compute_leaked": np.zeros(len(member)),
        "compute_stock": member @ state.stock.sum(axis=0),
        "compute_rented": np.zeros(len(member)),
    }
