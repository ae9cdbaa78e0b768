"""What the chip market would have said, beside what was counted and beside naive forecasts.

Three questions, each with what it was fitted to:

- NVIDIA's and AMD's sales to China in 2024 and 2025: China's demand is fitted to 2022 and 2023. The
  world's supply by pool is given, and holds the H20 itself, so that this is a forecast of China's
  part under the rules, not of the market.
- Huawei's sales in 2025: fitted to 2024, one point. Epoch AI's quarters are a year's figure divided
  by four, so that there is no more.
- What NVIDIA sold to the world by the end of 2024 and 2025 (the one maker counted from 2022):
  fitted to 2023, grown by the bottleneck of the leading chain and by operations per package.

The naive forecasts are persistence (the last year again) and trend (its growth again; there is none
from one point).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from tradewind.chip_run.policy import compile_policy
from tradewind.chip_run.rounds import INTERVAL
from tradewind.chip_run.run import at_weight
from tradewind.chips.block import history, solve_chips
from tradewind.chips.equations import bottleneck, grown
from tradewind.chips.families import families
from tradewind.chips.history import FIRST_YEAR, History, by_year
from tradewind.chips.market import labels
from tradewind.chips.parameters import Values, draws
from tradewind.chips.programme import Floats
from tradewind.chips.rounds import Progress, silent

YEARS = (2024, 2025)
APPROACHES = ("model", "persistence", "trend")
CHINA, CHINA_OPERATIONS, CHINA_BANDWIDTH = "china", "china_w0", "china_w1"
HUAWEI, WORLD = "huawei", "world"
TARGETS: Mapping[str, str] = {
    CHINA: "NVIDIA and AMD to China",
    CHINA_OPERATIONS: "the same, chips valued by operations alone",
    CHINA_BANDWIDTH: "the same, chips valued by bandwidth alone",
    HUAWEI: "Huawei",
    WORLD: "NVIDIA, all sold since 2022",
}
"""What is forecast [H100e]."""


def backtest(members: int = 200, seed: int = 0, progress: Progress = silent) -> xr.Dataset:
    """Forecast what was later counted, over draws of the parameters.

    Parameters
    ----------
    members : int
    seed : int
    progress : callable, optional
        Told how many draws are done.

    Returns
    -------
    xarray.Dataset
        ``forecast`` (target, year, approach, quantile) [H100e] at 0.05, 0.5 and 0.95: of the model
        over all parameters, of a naive forecast over the errors of the counts it starts from.
        ``observed`` (target, year, quantile) [H100e]: Epoch AI's 5th percentile, median and 95th.
        ``error`` (target, year, approach, quantile) [1]: forecast over observed median, less 1.
        NaN where there is no such forecast.
    """
    observed, policy = history(), compile_policy(last_year=YEARS[-1])
    drawn = draws(members, seed)
    samples = np.full((len(TARGETS), len(YEARS), len(APPROACHES), members), np.nan)
    for member, values in enumerate(drawn):
        own = observed.at(values["sales_level"])
        for t, told in enumerate((values, at_weight(values, 0.0), at_weight(values, 1.0))):
            found = solve_chips(policy, values=told)
            samples[t, :, 0, member] = to_china(found)
            samples[t, :, 1:, member] = naive(sold_to_china(own))
            if t == 0:
                samples[3, 1, 0, member] = huawei(own, found, values)
        samples[3, 1, 1, member] = by_year(_operations(own.units, own))[2, _at("ascend")]
        samples[4, :, 0, member] = world(own, values)
        samples[4, :, 1:, member] = added(own)
        progress(member + 1, members)
    return _dataset(samples, [observed.at(level) for level in (0.0, 0.5, 1.0)])


def to_china(found: xr.Dataset) -> Floats:
    """American families that China buys in each year: (year,) [H100e]."""
    american = [label for label, family in families().items() if family.american]
    chosen = found.sel(year=list(YEARS), family=american)
    bought = chosen["packages"].sel(economy="CHN") * chosen["h100e"]
    return np.asarray(bought.sum("family").to_numpy())


def sold_to_china(observed: History) -> Floats:
    """What was counted of it: (year,) [H100e] from 2022 on."""
    return np.asarray(by_year(_operations(observed.home_units, observed)).sum(axis=1))


def naive(counted: Floats) -> Floats:
    """Persistence and trend from the first two years: (year, 2)."""
    ahead = np.arange(1, len(YEARS) + 1)
    growth = counted[1] / counted[0]
    return np.column_stack([np.full(len(YEARS), counted[1]), counted[1] * growth**ahead])


def huawei(observed: History, found: xr.Dataset, values: Values) -> float:
    """Huawei's sales of 2025 from those of 2024 [H100e]: capacity, answer to price, performance."""
    sold = by_year(_operations(observed.units, observed))[2, _at("ascend")]
    answered = float(found["home_multiple"].sel(year=2025) / found["home_multiple"].sel(year=2024))
    growth = values["home_capacity_growth"] * values["home_performance_growth"]
    return float(sold * growth * answered)


def world(observed: History, values: Values) -> Floats:
    """All that NVIDIA sold since 2022, from its sales of 2022 and 2023: (year,) [H100e]."""
    sold = _nvidia(observed)
    ahead, fading = np.arange(1.0, len(YEARS) + 1.0), values["growth_fading"]
    wafers, memory, stacks, packaging = (
        grown(1.0, values[f"{name}_growth"], ahead, fading)
        for name in ("wafer", "memory", "stacks", "packaging")
    )
    made = bottleneck(
        values["wafer_slack"] * wafers, values["memory_slack"] * memory / stacks, packaging
    )
    flow = sold[1] * made * values["performance_growth"] ** ahead
    return np.asarray(sold[:2].sum() + np.cumsum(flow))


def added(observed: History) -> Floats:
    """Naive forecasts of the same: (year, 2) [H100e]."""
    sold = _nvidia(observed)
    return np.asarray(sold[:2].sum() + np.cumsum(naive(sold), axis=0))


def _nvidia(observed: History) -> Floats:
    own = [family.vendor == "NVIDIA" for family in families().values()]
    return np.asarray(by_year(_operations(observed.units, observed))[:, own].sum(axis=1))


def _operations(units: Floats, observed: History) -> Floats:
    """Turn packages into H100e: (quarter, family)."""
    return np.asarray(units * np.repeat(np.nan_to_num(observed.h100e), 4, axis=0))


def _at(label: str) -> int:
    return labels().index(label)


def _counted(observed: History) -> Floats:
    """What was counted of each target: (target, year) [H100e]."""
    first = YEARS[0] - FIRST_YEAR
    china = sold_to_china(observed)[first:]
    ascend = by_year(_operations(observed.units, observed))[first:, _at("ascend")]
    total = np.cumsum(_nvidia(observed))[first:]
    return np.stack([china, china, china, ascend, total])


def _dataset(samples: Floats, counted: Sequence[History]) -> xr.Dataset:
    levels = [INTERVAL[0], 0.5, INTERVAL[1]]
    # A target without a forecast has no sample at all: its quantiles are NaN, and none is skipped.
    forecast = np.moveaxis(np.quantile(samples, levels, axis=-1), 0, -1)
    observed = np.moveaxis(np.stack([_counted(each) for each in counted]), 0, -1)
    return xr.Dataset(
        {
            "forecast": (("target", "year", "approach", "quantile"), forecast, {"units": "H100e"}),
            "observed": (("target", "year", "quantile"), observed, {"units": "H100e"}),
            "error": (
                ("target", "year", "approach", "quantile"),
                forecast / observed[:, :, None, 1:2] - 1.0,
                {"units": "1", "long_name": "forecast over observed, less one"},
            ),
        },
        {
            "target": list(TARGETS),
            "year": list(YEARS),
            "approach": list(APPROACHES),
            "quantile": levels,
            "title": ("target", list(TARGETS.values())),
        },
    )
