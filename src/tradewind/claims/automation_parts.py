"""What experiments on automation share: today's compute, the path to 2030, and its shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from tradewind import automation
from tradewind.automation import SHAPES, Shape
from tradewind.automation.parameters import registry
from tradewind.claims.trade_parts import TradeWorld
from tradewind.trade.arrays import Array
from tradewind.world.compute import ComputeData

BASE, END = 2024, 2030
"""Beyond 2030 GATE's central path automates nearly all tasks, in some economies so much faster
than in others that the trade block finds no equilibrium."""
RUNTIME_SHARE = 0.6
"""Part of compute in use that serves production [judgement: 0.4 to 0.8]."""
SOFTWARE_GROWTH = 0.70
"""Log growth a year of what an operation does at run time: Erdil et al. (2025), App. D, g_S(0)
[seen at second hand: 0.25 to 1.0]."""
OPEN_LAG = 0.5
"""Years by which open models are behind, for economies that may not use the frontier's [memory:
Epoch AI 2024-25, 0.25 to 1.2]."""
RESTRICTED = ("CHN", "RUS")
"""Economies of the table under US controls of chips and of frontier models (country group D:5)."""
HOURS = 8760.0
USD_PER_H100E_HOUR = 1.0
"""What gives compute its share of value added today: capacity's cost stack [computed: 0.7 to 2]."""


@dataclass(frozen=True, eq=False)
class Today:
    """The base year as the automation block takes it.

    Attributes
    ----------
    economies, sectors : list of str
    value_added : (economy, sector) [USD million / year]
    runtime : float
        H100e of the world that serve production.
    restricted : (economy) bool
    """

    economies: list[str]
    sectors: list[str]
    value_added: Array
    runtime: float
    restricted: Array

    @classmethod
    def of(cls, trade: TradeWorld) -> Today:
        """Take value added from the table, compute from chips sold."""
        economies = trade.baseline.economies
        return cls(
            economies,
            trade.baseline.sectors,
            trade.baseline.table.sector_value_added,
            RUNTIME_SHARE * chips_sold(BASE),
            np.isin(economies, RESTRICTED),
        )

    @property
    def size(self) -> Array:
        """Each economy's share of the world's value added [1]."""
        return np.asarray(self.value_added.sum(axis=1) / self.value_added.sum())


def chips_sold(year: int) -> float:
    """H100e of all accelerators sold up to the end of a year, the median estimate."""
    sales = ComputeData.default().sales
    return float(sales.loc[sales["quarter"].str[:4].astype(int) <= year, "h100e"].sum())


def shape_of(values: Mapping[str, float]) -> Shape:
    """The shape that ``task_distribution`` stands for: below 1, below 2, below 3."""
    return SHAPES[int(values["task_distribution"])]


def automated(
    today: Today, shape: Shape, base: Array, now: Array, *, training: bool = True
) -> xr.Dataset:
    """Solve the automation block between today and 2030.

    Parameters
    ----------
    today : Today
    shape : {"gate", "acemoglu_2024", "korinek_suh_2024"}
    base, now : (economy) [H100e]
        Run-time compute today and then.
    training : bool
        Whether training compute and software are those of 2030; else they are today's.
    """
    growth, years = registry()["reference_growth"].value, END - BASE if training else 0
    frontier = 10.0 ** registry()["first_training"].value
    economies = {"economy": today.economies}
    cost = base * USD_PER_H100E_HOUR * HOURS / 1e6 / today.value_added.sum(axis=1)
    share = automation.factor_share(today.economies, xr.DataArray(cost, economies, ("economy",)))
    inputs = xr.Dataset(
        {
            "training_compute_base": ((), frontier),
            "training_compute": ((), frontier * np.exp(growth * years)),
            "runtime_compute_base": ("economy", base),
            "runtime_compute": ("economy", now),
            "access_lag": ("economy", np.where(today.restricted, OPEN_LAG, 0.0)),
            "frontier_growth": ((), growth),
            "algorithmic_efficiency": ((), np.exp(SOFTWARE_GROWTH * years)),
            "value_added": (("economy", "sector"), today.value_added),
            "factor_share": share,
        },
        {**economies, "sector": today.sectors},
    )
    return automation.solve(inputs, shape=shape)
