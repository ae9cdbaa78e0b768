"""The state of the base year: savings, investment by asset, stocks, costs of capital.

What was counted by asset is energy, chip makers' equipment and, for a few firms, compute; the rest
of gross capital formation is *other*. Where a source gives no economy, GDP spreads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from tradewind.capital import equations, record
from tradewind.capital.block import ASSETS, READS, depreciation
from tradewind.capital.parameters import central
from tradewind.scenario.door import read_rows
from tradewind.scenario.groups import groups
from tradewind.scenario.yaml_source import read_table

BASE_YEAR = 2024


def start(values: Mapping[str, float] | None = None) -> xr.Dataset:
    """Return the inputs of ``solve`` as of 2024, with nothing that draws funds anywhere.

    Parameters
    ----------
    values : mapping of str to float, optional
        A number for every parameter; the central ones if left out.

    Returns
    -------
    xarray.Dataset
        ``READS`` on the 44 economies of the trade table. ``expected_return`` equals
        ``capital_cost``. ``allocation`` is investment of 2024 over savings of 2024; savings are
        scaled to the world's investment (WDI's two totals differ by 0.7 %). Stocks are what steady
        growth of investment would have left. By asset and economy most is a judgement.
    """
    values = central() if values is None else values
    known = record.gdp()
    economies = [str(code) for code in known["economy"].values]
    gdp = known.sel(year=BASE_YEAR).to_numpy() / 1e6
    table = read_rows("economies.csv", record.PACKAGE).pivot(
        index="economy", columns="measure", values="value"
    )
    rates = {name: table.loc[economies, name].to_numpy(dtype=float) for name in table.columns}
    investment = by_asset(economies, gdp, rates["investment_rate"] * gdp, values)
    saving = rates["saving_rate"] * investment.sum() / (rates["saving_rate"] * gdp).sum()
    assets = read_table("assets.yaml", record.PACKAGE)
    growth = np.array([float(assets[asset]["growth"]) for asset in ASSETS])
    cost = rates["capital_cost"]
    arrays = {
        "gdp": gdp,
        "capital_stock": equations.steady_stock(investment, depreciation(values), growth),
        "expected_return": np.repeat(cost[:, None], len(ASSETS), axis=1),
        "capital_cost": cost,
        "allocation": investment / (saving * gdp)[:, None],
        "saving_rate": saving,
        "ai_revenue": record.ai_revenue(BASE_YEAR, values),
        "utilisation": values["utilisation"],
    }
    return xr.Dataset(
        {
            name: (READS[name][0], array, {"units": READS[name][1]})
            for name, array in arrays.items()
        },
        {"economy": economies, "asset": list(ASSETS)},
    )


def by_asset(
    economies: list[str], gdp: np.ndarray, total: np.ndarray, values: Mapping[str, float]
) -> np.ndarray:
    """Split each economy's investment over assets: (economy, asset) [USD million / year]."""
    assets = read_table("assets.yaml", record.PACKAGE)
    counted = np.zeros((len(economies), len(ASSETS)))
    for column, asset in enumerate(ASSETS[:3]):
        world = values["compute_investment"] if asset == "compute" else assets[asset]["world"]
        counted[:, column] = spread(economies, gdp, assets[asset], float(world))
    counted[:, 3] = total - counted.sum(axis=1)
    return counted


def spread(
    economies: list[str], gdp: np.ndarray, asset: Mapping[str, Any], world: float
) -> np.ndarray:
    """Spread one asset's investment as counted, and what has no economy by GDP."""
    members = {*groups("economies")["EU27"].members, "GBR", "NOR", "CHE"}
    european = np.isin(economies, sorted(members)) & (asset["europe"] > 0)
    named = np.array([float(asset["named"].get(code, 0.0)) for code in economies])
    others = ~european & (named == 0.0)
    answer = named + asset["all"] * gdp / gdp.sum()
    for amount, among in ((asset["europe"], european), (asset["others"], others)):
        if amount:
            answer = answer + amount * np.where(among, gdp, 0.0) / gdp[among].sum()
    return np.asarray(answer * world / answer.sum())
