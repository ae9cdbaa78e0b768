"""Step 3: chips allocated under the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tradewind.chips.history import FIRST_YEAR
from tradewind.chips.yearly import ChipState
from tradewind.coupling.contract import Moment
from tradewind.coupling.setting import Setting
from tradewind.coupling.variables import writes

MILLION = 1e6


def allocate_chips(moment: Moment) -> Mapping[str, Any]:
    """Ask the chip market for the year; with learning off, what is retired is replaced, no more."""
    setting, last = moment.setting, moment.last
    learning = setting.years.switches.learning
    if moment.base is not None and not learning:
        return {name: last[name] for name in writes("chips")}
    state = ChipState(
        level=float(last["chip_level"]),
        dies=float(last["chip_dies"]),
        memory=float(last["chip_memory"]),
        dearer=float(last["chip_dearer"]),
        quota=last.array("chip_quota"),
        stock=last.array("chip_stock"),
    )
    factor = setting.owner_of.T @ moment.now.array("chip_demand_factor")
    data, after = setting.chips.step(moment.year, state, factor)
    if not learning:
        data = steady(setting, data)
    best = int(setting.chips.market.frontier[moment.year - FIRST_YEAR])
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
        "chip_spending": spending(setting, data),
    }


def spending(setting: Setting, data: xr.Dataset) -> np.ndarray:
    """What economies pay for chips, smuggled ones at the same price: (economy,) [USD million]."""
    price = (data["list_price"] + data["scarcity_rent"]).to_numpy()
    packages = (data["packages"] + data["leaked"]).to_numpy()
    return np.asarray(setting.owner_of @ (price @ packages) / MILLION)


def steady(setting: Setting, data: xr.Dataset) -> xr.Dataset:
    """A base year that may repeat: its stock, and purchases that replace what is retired of it."""
    installed = setting.chips.values["retirement"] * data["stock"]
    packages = installed / data["h100e"]
    return data.assign(installed=installed, packages=packages, leaked=0.0 * packages)


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
