"""Carbon of power by province: what plans on the Chinese network see, against published factors.

    OMP_NUM_THREADS=1 python -m benchmarks.china_carbon

Four weeks, every third hour, load of 2023, plants between those of the end of 2020 and of 2024,
nothing new, no compute. What the mix of a province's power emits is followed along the flows as in
a plan; the published factors are those of 2023. Prints the rows of docs/capacity-china.md; a
minute or two on an idle core.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.china_2020 import STEP, WEEKS
from tradewind.capacity import Units, attach, optimise
from tradewind.capacity.emissions import average_intensity, flows
from tradewind.capacity.networks import china31

if TYPE_CHECKING:
    import pypsa

YEAR = 2023
PART = (YEAR + 0.5 - 2021) / 4.0
"""Of the years from the end of 2020 to the end of 2024 those that have passed in mid-2023."""


def standing() -> pypsa.Network:
    """China of 2023, where nothing may grow."""
    hours = china31.weeks(*WEEKS)[::STEP]
    network = china31.network(2024, snapshots=hours)
    network.snapshot_weightings["stores"] = float(STEP)
    network.loads_t.p_set = china31.network(YEAR, snapshots=hours).loads_t.p_set
    capacity = china31.table()["capacity"]
    first, last = (capacity.sel(capacity_year=year).to_series() for year in (2020, 2024))
    stood = first + PART * (last - first)
    for plants in (network.generators, network.storage_units):
        keys = pd.MultiIndex.from_frame(plants[["carrier", "bus"]])
        size = stood.reorder_levels(["carrier", "bus"]).reindex(keys).to_numpy()
        known = np.isfinite(size)
        for column in ("p_nom", "p_nom_min", "p_nom_max"):
            plants.loc[known, column] = size[known]
    return network


def modelled() -> pd.Series[float]:
    """Emissions of the mix that a province uses, mean over its load [g / kWh]."""
    solved = optimise(attach(standing(), (), (), (), units=Units.own()))
    given = flows(solved)
    mix = pd.DataFrame(average_intensity(solved, given), index=given.buses)
    load = solved.loads_t.p_set.T.groupby(solved.loads["bus"]).sum().loc[given.buses]
    return 1e3 * (mix.to_numpy() * load).sum(axis=1) / load.sum(axis=1)


def rows(made: pd.Series[float]) -> Iterator[str]:
    """Modelled and published by province, and their means by load [g / kWh]; Tibet has none."""
    told = published()
    for bus, own in made.items():
        if np.isfinite(told[bus]):
            yield f"| {bus} | {own:.0f} | {told[bus]:.0f} |"
    both = pd.DataFrame({"made": made, "told": told}).dropna()
    means = both.mul(load(), axis=0).dropna().sum() / load()[both.index].sum()
    yield f"| **China** | {means['made']:.0f} | {means['told']:.0f} |"


def errors(made: pd.Series[float]) -> dict[str, float]:
    """Distance of modelled from published factors: mean, mean by load, and order."""
    both = pd.DataFrame({"made": made, "told": published()}).dropna()
    off = (both["made"] - both["told"]).abs()
    weight = load()[both.index] / load()[both.index].sum()
    ranks = both.rank()
    return {
        "mean": float(off.mean()),
        "by load": float((off * weight).sum()),
        "rank correlation": float(ranks["made"].corr(ranks["told"])),
    }


def published() -> pd.Series[float]:
    """Factors of the Ministry of Ecology and Environment [g / kWh]."""
    return china31.table()["carbon_factor"].to_series()


def load() -> pd.Series[float]:
    """Consumption of 2024 by province, which means are taken by [TWh]."""
    return china31.table()["load_energy"].sel(load_year=2024).to_series()


def main() -> None:
    """Print the rows of the page and the errors."""
    for name in ("linopy", "pypsa"):
        logging.getLogger(name).setLevel(logging.WARNING)
    made = modelled()
    print("\n".join(rows(made)))
    print(errors(made.round()))


if __name__ == "__main__":
    main()
