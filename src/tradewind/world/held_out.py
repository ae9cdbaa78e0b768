"""Facts that rolling forward was not fitted to, and how far a world is from them.

Each measure compares shares, over economies that stand apart both in the world and in the fact:

* ``us_imports``: mean absolute error of 43 partners' shares in US imports of goods, net of tariffs.
* ``china_exports``, ``eu_exports``: error of the share of China, and of the 27 members of the
  European Union with their trade among each other, in the exports of goods and services of all
  economies but ROW (whose trade within itself is not seen in the table, but is in the fact).
* ``high_technology``: mean absolute error of shares in high-technology exports, against the
  world's exports of electronics and pharmaceuticals (C26, C21), over economies with a figure.

The rolled world becomes the default if, and only if, every one of the four is smaller in it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import numpy as np
import xarray as xr

from tradewind.world.names import EUROPEAN_UNION

YEAR = 2024
"""Year of the facts: the last one before the tariffs of 2025, and that of the US imports."""
MEASURES = ("us_imports", "china_exports", "eu_exports", "high_technology")
HIGH_TECHNOLOGY = ("C26", "C21")
REST = "ROW"


@dataclass(frozen=True)
class Comparison:
    """One measure: error of the table as it is, and rolled forward [1]."""

    measure: str
    year: int
    table: float
    rolled: float

    @property
    def smaller(self) -> bool:
        """Whether rolling forward brings the world nearer to the fact."""
        return self.rolled < self.table


def flows(data: xr.Dataset) -> xr.DataArray:
    """Bilateral flows net of tariffs, none at home: (importer, exporter, sector)."""
    net = data["expenditure_share"] * data["expenditure"] / (1 + data["tariff"])
    abroad = data["importer"] != data["exporter"]
    return net.where(abroad, 0.0)


def exports(data: xr.Dataset, sectors: list[str] | None = None) -> xr.DataArray:
    """Exports of every economy, of all sectors or some: (economy)."""
    net = flows(data) if sectors is None else flows(data).sel(sector=sectors)
    return net.sum(["importer", "sector"]).rename(exporter="economy")


def errors(facts: xr.Dataset, world: xr.Dataset) -> dict[str, float]:
    """Distance of a world's table from the facts of ``YEAR``, by measure.

    Parameters
    ----------
    facts : xarray.Dataset
        Data with ``us_imports``, ``exports``, ``high_technology_exports``.
    world : xarray.Dataset
        Data whose trade is measured.
    """
    goods = [str(s) for s in world["sector"].values if facts["hs2_sector_map"].sel(sector=s).any()]
    bought = flows(world).sel(importer="USA", sector=goods, drop=True).sum("sector")
    partners = [code for code in map(str, world["exporter"].values) if code != "USA"]
    imports = gap(bought.sel(exporter=partners), facts["us_imports"].sel(exporter=partners))
    listed = [code for code in map(str, world["economy"].values) if code != REST]
    seen = facts["exports"].sel(year=YEAR, economy=listed, drop=True)
    sold = gap(exports(world).sel(economy=listed), seen)
    advanced = facts["high_technology_exports"].sel(year=YEAR, drop=True).dropna("economy")
    made = exports(world, list(HIGH_TECHNOLOGY)).sel(economy=advanced["economy"])
    found = (
        abs(imports).mean(),
        abs(sold.sel(economy="CHN")),
        abs(sold.sel(economy=list(EUROPEAN_UNION)).sum()),
        abs(gap(made, advanced)).mean(),
    )
    return {name: float(value) for name, value in zip(MEASURES, found, strict=True)}


def gap(values: xr.DataArray, fact: xr.DataArray) -> xr.DataArray:
    """Shares of values less shares of the fact."""
    return values / values.sum() - fact / fact.sum()


def compare(data: xr.Dataset, rolled: xr.Dataset) -> list[Comparison]:
    """Compare a table with the same rolled forward to the year of the facts."""
    before, after = errors(data, data), errors(data, rolled)
    return [Comparison(name, YEAR, before[name], after[name]) for name in MEASURES]


def to_text(comparisons: list[Comparison]) -> str:
    """Write comparisons for an attribute."""
    return json.dumps([asdict(line) for line in comparisons])


def from_text(text: str) -> list[Comparison]:
    """Read comparisons from an attribute; none from an empty one."""
    return [Comparison(**line) for line in json.loads(text or "[]")]


def better_throughout(comparisons: list[Comparison]) -> bool:
    """Whether the rule for a new default is met: every measure smaller."""
    return bool(comparisons) and bool(np.all([line.smaller for line in comparisons]))
