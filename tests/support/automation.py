"""Small worlds for automation: a few economies and sectors with figures of a real one's size."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from tradewind import automation

GROWTH = 2.534
"""[1 / year], what training compute grew by: 4.5 times in chips and money, 2.8 in algorithms."""


def small(seed: int, economies: int = 4, sectors: int = 5) -> tuple[xr.Dataset, dict[str, Any]]:
    """Inputs at the base year, and exposure and workers to go with them."""
    rng = np.random.default_rng(seed)
    labels = {
        "economy": [f"E{n}" for n in range(economies)],
        "sector": [f"S{n}" for n in range(sectors)],
    }
    labour = rng.uniform(0.35, 0.7, economies)
    compute = 10.0 ** rng.uniform(-4.0, -2.0, economies)
    run = 10.0 ** rng.uniform(3.0, 6.5, economies)
    inputs = xr.Dataset(
        {
            "training_compute": 5e25,
            "training_compute_base": 5e25,
            "runtime_compute": ("economy", run),
            "runtime_compute_base": ("economy", run),
            "access_lag": ("economy", np.append(0.0, rng.uniform(0.0, 1.2, economies - 1))),
            "frontier_growth": GROWTH,
            "algorithmic_efficiency": 1.0,
            "value_added": (
                ("economy", "sector"),
                rng.lognormal(12.0, 1.0, (economies, sectors)),
            ),
            "factor_share": (
                ("economy", "factor"),
                np.stack([labour, 1.0 - labour - compute, compute], axis=1),
            ),
        },
        {**labels, "factor": list(automation.FACTORS)},
    )
    own = {
        "exposure": xr.DataArray(
            rng.normal(size=sectors), {"sector": labels["sector"]}, ("sector",)
        ),
        "workers": xr.DataArray(
            10.0 ** rng.uniform(6.0, 8.5, economies), {"economy": labels["economy"]}, ("economy",)
        ),
    }
    return inputs, own


def later(inputs: xr.Dataset, years: float, hardware: float = 0.8) -> xr.Dataset:
    """The same world some years on, with all compute growing."""
    return inputs.assign(
        training_compute=inputs["training_compute_base"] * np.exp(GROWTH * years),
        runtime_compute=inputs["runtime_compute_base"] * np.exp(hardware * years),
        algorithmic_efficiency=xr.DataArray(2.8**years),
    )
