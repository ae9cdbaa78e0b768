"""Print the tables of ``docs/automation.md``: ``python docs/automation_table.py`` (half a minute).

An illustration, not a forecast: training compute grows as it has, run-time compute of 5 million
H100e, spread over economies by value added, by 2.2 times a year in chips and 2.8 in algorithms.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from tradewind import automation
from tradewind.world import World

GROWTH, HARDWARE, ALGORITHMS = 2.534, 0.8, 2.8
STOCK, USD_PER_H100E = 5e6, 1e4
AT_THE_FRONTIER = ("USA",)
LAG = 0.5
YEARS = (1, 3, 5, 10)
MEMBERS, SEED = 64, 0
NAMES = {
    "gate": "GATE",
    "korinek_suh_2024": "Pareto frontier",
    "acemoglu_2024": "low anchor",
}


def base() -> xr.Dataset:
    """Inputs of the base year: economies and sectors of the shipped table."""
    data = World.default().data
    sold = data["expenditure_share"] * data["expenditure"] / (1.0 + data["tariff"])
    output = sold.sum("importer").rename(exporter="economy")
    added = (data["value_added_share"] * output).transpose("economy", "sector")
    total = added.sum("sector")
    run = STOCK * total / total.sum()
    economies = data["economy"].values.tolist()
    lag = [0.0 if economy in AT_THE_FRONTIER else LAG for economy in economies]
    return xr.Dataset(
        {
            "training_compute": 5e25,
            "training_compute_base": 5e25,
            "runtime_compute": run,
            "runtime_compute_base": run,
            "access_lag": ("economy", lag),
            "frontier_growth": GROWTH,
            "algorithmic_efficiency": 1.0,
            "value_added": added,
            "factor_share": automation.factor_share(economies, run * USD_PER_H100E / 1e6 / total),
        }
    )


def after(start: xr.Dataset, years: float) -> xr.Dataset:
    """The same with all compute grown for some years."""
    return start.assign(
        training_compute=start["training_compute"] * np.exp(GROWTH * years),
        runtime_compute=start["runtime_compute"] * np.exp(HARDWARE * years),
        algorithmic_efficiency=xr.DataArray(ALGORITHMS**years),
    )


def gain(found: xr.Dataset, weights: xr.DataArray) -> float:
    """World mean of log productivity, per cent."""
    return 100.0 * float(np.log(found["productivity_hat"]).weighted(weights).mean())


def shown(value: float) -> str:
    """Two digits where there are two, and 0 for what is less than a hundredth."""
    if abs(value) < 0.005:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 10.0 else f"{value:.2g}"


def central_rows(start: xr.Dataset) -> Iterator[str]:
    """Each shape at central values, after some years."""
    for shape in automation.SHAPES:
        for years in YEARS:
            found = automation.solve(after(start, years), shape=shape)
            home = found.sel(economy="USA")
            cells = (
                100.0 * float(home["automated_share"]),
                100.0 * float(found["automated_share"].sel(economy="IND")),
                gain(found, start["value_added"]),
                100.0 * np.log(home["productivity_hat"].sel(sector="F").item()),
                100.0 * np.log(home["productivity_hat"].sel(sector="K64").item()),
                100.0 * float(home["factor_share_new"].sel(factor="labour")),
            )
            yield f"| {NAMES[shape]} | {years} | {' | '.join(map(shown, cells))} |"


def member_gains(start: xr.Dataset, members: int) -> dict[str, dict[int, list[float]]]:
    """World mean gain of the first members of the ensemble, by shape and years."""
    values, weights = automation.draws(MEMBERS, SEED)[:members], start["value_added"]
    return {
        shape: {
            years: [
                gain(automation.solve(after(start, years), values=one, shape=shape), weights)
                for one in values
            ]
            for years in (5, 10)
        }
        for shape in automation.SHAPES
    }


def range_rows(gains: dict[str, dict[int, list[float]]]) -> Iterator[str]:
    """Least, median and most of the draws."""
    for shape, by_year in gains.items():
        for years, each in by_year.items():
            cells = (min(each), float(np.median(each)), max(each))
            yield f"| {NAMES[shape]} | {years} | {' | '.join(map(shown, cells))} |"


def main() -> None:
    """Print both tables."""
    start = base()
    print("\n".join(central_rows(start)), end="\n\n")
    print("\n".join(range_rows(member_gains(start, MEMBERS))))


if __name__ == "__main__":
    main()
