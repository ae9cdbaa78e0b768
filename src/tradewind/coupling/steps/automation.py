"""Step 5: effective compute, and the tasks that it automates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tradewind import automation
from tradewind.coupling.contract import Moment
from tradewind.coupling.setting import BASE_YEAR, Setting

FRONTIER_GROWTH = 4.5
"""Factor a year of the largest run's compute (Epoch AI 2024; 4.1 to 5.5); turns a lag in years into
a lag in compute."""


def automate_tasks(moment: Moment) -> Mapping[str, Any]:
    """Ask the automation block; with automation off, everything stays as in the base year.

    The largest training run grows with the compute of the economy that owns most, and with
    algorithms; what serves production is a share of what has power, and what is rented. A part of
    that is sold abroad as a service, and used where value added is.
    """
    setting, now, values = moment.setting, moment.now, moment.setting.values
    running = now.array("compute_stock") * now.array("running_share")
    runtime = traded(
        (running + now.array("compute_rented")) * values["runtime_share"],
        setting.baseline.table.value_added,
        values["service_trade"],
    )
    efficiency = algorithmic_efficiency(setting, moment.year)
    first = training_at_base(setting)
    training, base_runtime = first, runtime
    if moment.base is not None:
        grown = now.array("compute_stock").max() / moment.base.array("compute_stock").max()
        training = float(moment.base["training_compute"]) * grown * efficiency
        base_runtime = moment.base.array("runtime_compute")
    frozen = moment.base is None or not setting.years.switches.automation
    found = automation.solve(
        inputs(
            setting,
            (first, first if frozen else training),
            (base_runtime, base_runtime if frozen else runtime),
            1.0 if frozen else efficiency,
        ),
        values=automation.central(setting.years.automation_parameters),
        shape=setting.years.shape,
    )
    return {
        "training_compute": training,
        "runtime_compute": runtime,
        "automated_share": found["automated_share"],
        "automation_hat": found["productivity_hat"],
        "factor_share": found["factor_share_new"],
        "labour_displaced": found["labour_displaced"],
        "compute_wanted": found["compute_wanted"],
    }


def traded(own: np.ndarray, value_added: np.ndarray, part: float) -> np.ndarray:
    """Compute that economies use if a part is sold as a service: (economy,) [H100e].

    (1 − τ) own + τ Σ own · value added / Σ value added.
    """
    return np.asarray((1.0 - part) * own + part * own.sum() * value_added / value_added.sum())


def training_at_base(setting: Setting) -> float:
    """Effective compute of the largest run of the base year [eFLOP].

    The parameter is that of 2024; backtests begin earlier, lower by the growth of compute and of
    algorithms since.
    """
    growth = FRONTIER_GROWTH * setting.values["algorithmic_growth"]
    return float(setting.values["training_compute"] * growth ** (setting.base_year - BASE_YEAR))


def algorithmic_efficiency(setting: Setting, year: int) -> float:
    """Algorithms over the base year's, at a growth that fades [1]; 1 with learning off."""
    if not setting.years.switches.learning:
        return 1.0
    ahead, fading = year - setting.base_year, setting.values["algorithmic_fading"]
    rate = np.log(setting.values["algorithmic_growth"])
    return float(np.exp(rate * fading * -np.expm1(-ahead / fading)))


def access_lag(setting: Setting) -> np.ndarray:
    """Lag of what each economy works with behind the frontier: (economy,) [year]."""
    lag = np.full(len(setting.coords["economy"]), setting.values["open_lag"])
    lag[setting.index("economy", "USA")] = 0.0
    home = setting.index("economy", "CHN")
    lag[home] = min(setting.values["chinese_lag"], setting.values["open_lag"])
    return lag


def inputs(
    setting: Setting,
    training: tuple[float, float],
    runtime: tuple[np.ndarray, np.ndarray],
    efficiency: float,
) -> xr.Dataset:
    """What the automation block is asked: base and now of each pair."""
    by_sector = setting.baseline.table.sector_value_added

    def of(values: Any, dims: tuple[str, ...], unit: str) -> tuple[Any, ...]:
        return dims, values, {"units": unit}

    return xr.Dataset(
        {
            "training_compute_base": of(training[0], (), "eFLOP"),
            "training_compute": of(training[1], (), "eFLOP"),
            "runtime_compute_base": of(runtime[0], ("economy",), "H100e"),
            "runtime_compute": of(runtime[1], ("economy",), "H100e"),
            "access_lag": of(access_lag(setting), ("economy",), "year"),
            "frontier_growth": of(np.log(FRONTIER_GROWTH), (), "1/year"),
            "algorithmic_efficiency": of(efficiency, (), "1"),
            "value_added": of(by_sector, ("economy", "sector"), "USD million/year"),
            "factor_share": of(setting.factor_share, ("economy", "factor"), "1"),
        },
        {dim: setting.axes[dim] for dim in ("economy", "sector", "factor")},
    )
