"""The capital block with labels: a year's funds and returns in, investment and stocks out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import xarray as xr

from tradewind.capital import equations
from tradewind.capital.parameters import central
from tradewind.errors import InputError
from tradewind.scenario.door import Variables, admitted, labelled, within

ASSETS = ("compute", "chips", "energy", "other")
BOTH = ("economy", "asset")
YEARLY = "USD million / year"
READS: Variables = MappingProxyType(
    {
        "gdp": (("economy",), YEARLY),
        "capital_stock": (BOTH, "USD million"),
        "expected_return": (BOTH, "1/year"),
        "capital_cost": (("economy",), "1/year"),
        "allocation": (BOTH, "1"),
        "saving_rate": (("economy",), "1"),
        "ai_revenue": ((), YEARLY),
        "utilisation": ((), "1"),
    }
)
"""What ``solve`` reads: name to dimensions and unit."""
WRITES: Variables = MappingProxyType(
    {
        "investment": (BOTH, YEARLY),
        "capital_stock_new": (BOTH, "USD million"),
        "allocation_new": (BOTH, "1"),
        "net_flow": (("economy",), YEARLY),
        "return_on_ai": ((), "1/year"),
        "break_even_revenue": ((), YEARLY),
        "break_even_utilisation": ((), "1"),
    }
)
"""What ``solve`` writes: name to dimensions and unit."""
NAMES = MappingProxyType(
    {
        "investment": "gross investment",
        "capital_stock_new": "capital stock at the end of the year",
        "allocation_new": "investment over the economy's own savings",
        "net_flow": "investment less own savings: money that comes in",
        "return_on_ai": "net return on AI capital, after wear",
        "break_even_revenue": "AI revenue at which AI capital earns its cost",
        "break_even_utilisation": "use of AI capacity at which it earns its cost; above 1: never",
    }
)
BALANCE = 0.2
"""How far last year's allocation may be off this year's funds before it is no allocation."""


def depreciation(values: Mapping[str, float]) -> np.ndarray:
    """Depreciation by asset, (asset,) [1 / year]: of compute, one over its life."""
    first = 1.0 / values["life_compute"]
    return np.array([first, *(values[f"depreciation_{asset}"] for asset in ASSETS[1:])])


def solve(inputs: xr.Dataset, *, values: Mapping[str, float] | None = None) -> xr.Dataset:
    """Allocate a year's funds, add to stocks, and say what AI capital earned.

    Equations F1 to F6 of the README.

    Parameters
    ----------
    inputs : xarray.Dataset
        ``READS``; ``start`` makes one. ``allocation`` is last year's investment over the economy's
        own savings (rows above one where money came in), so that Σ allocation · saving_rate · gdp
        is the world's funds; it is scaled to this year's. An ``expected_return`` equal to
        ``capital_cost`` draws nothing. ``ai_revenue`` is revenue at ``utilisation``.
    values : mapping of str to float, optional
        A number for every parameter, as ``central`` gives them; the central ones if left out.

    Returns
    -------
    xarray.Dataset
        ``WRITES``. Σ investment = Σ saving_rate · gdp, net flows sum to zero, and the new stock is
        what is left of the old one with the investment, all to rounding.

    Raises
    ------
    InputError
        If a variable is missing, in another unit, not finite or out of bounds, or the allocation
        does not spend the world's funds within a fifth.
    """
    values = central() if values is None else values
    given = admitted(inputs, READS, "capital")
    check(given)
    funds = (given["saving_rate"] * given["gdp"]).to_numpy()
    ratio = given["allocation"].to_numpy()
    spent = float((ratio.sum(axis=1) * funds).sum() / funds.sum())
    if abs(spent - 1.0) > BALANCE:
        raise InputError(
            "an allocation does not spend the world's funds",
            where="capital, variable 'allocation'",
            value=f"{spent:.3f} of the world's savings",
            bound=f"1 within {BALANCE:g}",
            remedy="it is investment over the economy's own savings: take tradewind.capital.start",
        )
    excess = (given["expected_return"] - given["capital_cost"]).to_numpy()
    investment = equations.invested(
        ratio,
        funds,
        excess,
        values["asset_elasticity"],
        values["economy_elasticity"],
        values["inertia"],
    )
    stock = given["capital_stock"].to_numpy()
    stock_new = equations.stock_after(stock, investment, depreciation(values))
    answer = {
        "investment": investment,
        "capital_stock_new": stock_new,
        "allocation_new": investment / funds[:, None],
        "net_flow": investment.sum(axis=1) - funds,
        **earnings(given, 0.5 * (stock + stock_new)[:, 0], values),
    }
    coords = {"economy": given["economy"].values, "asset": list(ASSETS)}
    return labelled(answer, WRITES, NAMES, coords)


def check(given: xr.Dataset) -> None:
    """Refuse other assets than the block's, and numbers that cannot be."""
    if [str(asset) for asset in given["asset"].values] != list(ASSETS):
        raise InputError(
            "the assets are not the block's",
            where="capital, coordinate 'asset'",
            value=", ".join(map(str, given["asset"].values)),
            bound=", ".join(ASSETS),
            remedy="take them from tradewind.capital.ASSETS, in this order",
        )
    tiny, huge = 1e-9, 1e12
    for name in ("gdp", "ai_revenue"):
        within(given[name], tiny, huge, "capital")
    for name in ("capital_stock", "allocation"):
        within(given[name], 0.0, huge, "capital")
    within(given["saving_rate"], 1e-6, 1.0, "capital")
    within(given["utilisation"], 1e-6, 1.0, "capital")
    within(given["capital_cost"], 0.0, 1.0, "capital")
    within(given["expected_return"], -1.0, 10.0, "capital")
    within(given["allocation"].sum("asset").rename("allocation"), tiny, huge, "capital")
    within(given["capital_stock"].sel(asset="compute").sum().rename("stock"), tiny, huge, "capital")


def earnings(
    given: xr.Dataset, compute: np.ndarray, values: Mapping[str, float]
) -> dict[str, float]:
    """What AI capital earned, and what it would take to earn its cost; ``compute`` by economy."""
    capital = float(compute.sum())
    cost = float((given["capital_cost"].to_numpy() * compute).sum() / capital)
    revenue, used = float(given["ai_revenue"]), float(given["utilisation"])
    margin, life = values["capital_margin"], values["life_compute"]
    needed = equations.break_even(cost, margin, capital, life)
    return {
        "return_on_ai": equations.net_return(revenue, margin, capital, life),
        "break_even_revenue": needed,
        "break_even_utilisation": used * needed / revenue,
    }
