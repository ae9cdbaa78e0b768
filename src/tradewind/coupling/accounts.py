"""The accounts across blocks, which every year must keep."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tradewind import capital
from tradewind.capital.block import depreciation
from tradewind.chips.history import FIRST_YEAR
from tradewind.coupling.contract import Values
from tradewind.coupling.setting import Setting
from tradewind.coupling.steps.power import power_of
from tradewind.errors import CouplingError

TOLERANCE = 1e-8
ACCOUNTS: Mapping[str, str] = {
    "chips": "chips allocated, under the rules and smuggled, are chips installed by owner",
    "stock": "what stands is what stood, less what was retired, and what was installed",
    "power": "power that new and waiting chips ask for is placed or waits",
    "places": "chips by place are chips by owner",
    "energy": "an hour's power is generated, or is load that is not served",
    "capital": "capital formed is investment",
    "flows": "what one economy lends another borrows",
    "gdp": "GDP from income is GDP from spending",
}
"""Accounts by name, in words."""


def misses(setting: Setting, year: int, values: Values, last: Values | None) -> dict[str, float]:
    """Largest relative miss of each account in a year; those over years only with ``last``.

    Parameters
    ----------
    values, last : mapping
        Variables of the year and of the year before; None in the first year of a run.
    """
    own = {name: array.to_numpy() for name, array in values.items()}
    before = None if last is None else {name: array.to_numpy() for name, array in last.items()}
    at = year - FIRST_YEAR
    packages = own["chip_packages"] + own["chip_leaked"]
    allocated = (packages * setting.chips.h100e[at][:, None]).sum(axis=0)
    found = {
        "chips": _miss(setting.owner_of @ allocated, own["compute_installed"]),
        "places": _miss(own["fleet_power"].sum(), own["fleet_owned"].sum()),
        "energy": float(own["power_balance"]),
        "flows": abs(float(own["net_flow"].sum())) / float(own["investment"].sum()),
        "gdp": _miss(own["gdp"], own["gdp_output"]),
    }
    if before is not None:
        found |= _over_years(setting, year, own, before, values)
    return found


def _over_years(
    setting: Setting,
    year: int,
    own: Mapping[str, np.ndarray],
    before: Mapping[str, np.ndarray],
    values: Values,
) -> dict[str, float]:
    learning = setting.years.switches.learning
    kept = 1.0 - setting.chips.values["retirement"]
    worn = depreciation(capital.central(setting.years.capital_parameters))
    formed = (1.0 - worn) * before["capital_stock"] + own["investment"]
    found = {
        "stock": _miss(kept * before["chip_stock"] + own["chip_installed"], own["chip_stock"]),
        "capital": _miss(formed, own["capital_stock"]),
    }
    if learning:
        asked = power_of(own["chip_installed"], setting, year) + kept * before["idle_power"]
        found["power"] = _miss(asked, own["placed"].sum(axis=1) + own["idle_power"])
    return found


def _miss(one: np.ndarray | float, other: np.ndarray | float) -> float:
    """Largest difference over the largest value."""
    scale = max(float(np.abs(one).max()), 1e-300)
    return float(np.abs(np.asarray(one) - np.asarray(other)).max()) / scale


def require_kept(year: int, found: Mapping[str, float]) -> None:
    """Refuse a year whose accounts do not close.

    Raises
    ------
    CouplingError
    """
    for name, miss in found.items():
        if not miss <= TOLERANCE:
            raise CouplingError(
                f"an account across blocks does not close: {ACCOUNTS[name]}",
                where=f"{year}, account {name}",
                value=f"{miss:.1e}",
                bound=f"{TOLERANCE:.0e}",
                remedy="report this scenario as a bug; nothing was written",
            )
