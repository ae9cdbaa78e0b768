"""A small made-up world for the scenario tests: shaped like the shipped one, quick to build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from tradewind.errors import InputError

ECONOMIES = {
    "CHN": "China",
    "DEU": "Germany",
    "FRA": "France",
    "GBR": "United Kingdom",
    "IDN": "Indonesia",
    "NOR": "Norway",
    "ROW": "Rest of world",
    "RUS": "Russia",
    "USA": "United States",
}
SECTORS = {
    "A01": "Crops & Animals",
    "B": "Mining & Quarrying",
    "C19": "Coke, Refined Petroleum",
    "C26": "Electronics & Optical Products",
    "C27": "Electrical Equipment",
    "C28,C33": "Machinery & Equipment",
    "C29": "Motor Vehicles",
    "D35": "Electricity & Gas",
    "N": "Administrative & Support Services",
}
NEWEST = "2026-08-19"
OLDEST = "2025-02-04"


@dataclass(frozen=True)
class SmallWorld:
    """The part of a world that scenarios read."""

    data: xr.Dataset
    economy_names: dict[str, str]
    sector_names: dict[str, str]
    base_year: int = 2014
    year: int = 2014

    @property
    def economies(self) -> list[str]:
        return list(self.economy_names)

    @property
    def sectors(self) -> list[str]:
        return list(self.sector_names)

    @property
    def schedules(self) -> dict[str, Sequence[str]]:
        return {"us_2025": [OLDEST, NEWEST], "us_china_2018": []}

    def added_tariff(self, schedule: str, date: str | None = None) -> xr.DataArray:
        added = xr.zeros_like(self.data["tariff"])
        goods = [code for code in self.sectors if code[0] in "ABC"]
        if schedule == "us_2025":
            if date is not None and not OLDEST <= date <= NEWEST:
                raise InputError("no rates for this date", value=date, bound=f"{OLDEST}..{NEWEST}")
            added.loc[{"importer": "USA", "sector": goods}] = 0.1
            added.loc[{"importer": "USA", "exporter": "CHN", "sector": goods}] = 0.3
            added.loc[{"importer": "USA", "exporter": "USA"}] = 0.0
        else:
            added.loc[{"importer": "USA", "exporter": "CHN", "sector": goods}] = 0.15
            added.loc[{"importer": "CHN", "exporter": "USA", "sector": goods}] = 0.12
        return added


def small_world(
    economies: Sequence[str] = tuple(ECONOMIES), sectors: Sequence[str] = tuple(SECTORS)
) -> SmallWorld:
    """Build the world with its labels in the order given; values belong to labels."""
    all_economies, all_sectors = list(ECONOMIES), list(SECTORS)
    size, count = len(all_economies), len(all_sectors)
    random = np.random.default_rng(20261122)
    share = random.dirichlet(np.ones(size), size=(size, count)).transpose(0, 2, 1)
    tariff = random.uniform(0.0, 0.2, (size, size, count))
    home = np.arange(size)
    tariff[home, home, :] = 0.0
    tariff[:, :, all_sectors.index("N")] = 0.0
    # Russia sells no vehicles abroad here, so that a shock can be without effect.
    russia, vehicles = all_economies.index("RUS"), all_sectors.index("C29")
    abroad = home != russia
    share[abroad, russia, vehicles] = 0.0
    share[abroad, :, vehicles] /= share[abroad, :, vehicles].sum(axis=1, keepdims=True)
    link = ("importer", "exporter", "sector")
    inputs = random.dirichlet(np.ones(count), size=(size, count)).transpose(0, 2, 1)
    # Electronics use no crops.
    inputs[:, all_sectors.index("A01"), all_sectors.index("C26")] = 0.0
    elasticity = np.stack([random.uniform(2.0, 9.0, count), np.full(count, 1.5)])
    data = xr.Dataset(
        {
            "expenditure_share": (link, share),
            "tariff": (link, tariff),
            "expenditure": (("importer", "sector"), random.uniform(1.0, 9.0, (size, count))),
            "input_share": (("economy", "input_sector", "sector"), inputs),
            "trade_elasticity": (("elasticity_set", "sector"), elasticity),
        },
        coords={
            "importer": all_economies,
            "exporter": all_economies,
            "economy": all_economies,
            "sector": all_sectors,
            "input_sector": all_sectors,
            "elasticity_set": ["fontagne_2022", "fgh_2022"],
        },
    )
    order = {dim: list(economies) for dim in ("importer", "exporter", "economy")}
    order |= {dim: list(sectors) for dim in ("sector", "input_sector")}
    return SmallWorld(
        data.sel(order),
        {code: ECONOMIES[code] for code in economies},
        {code: SECTORS[code] for code in sectors},
    )
