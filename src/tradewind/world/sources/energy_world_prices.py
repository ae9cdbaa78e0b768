"""Prices, data centres and borders of the world network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tradewind.world.energy import describe
from tradewind.world.sources import energy_world_plants as plants

PRICES = ("Eurostat, EIA, GlobalPetrolPrices and tariffs (sfgunkin/flops_export)", "facts")
CENTRES = ("Synergy, CBRE, Cushman and others (sfgunkin/flops_export)", "facts")
BORDERS = ("ENTSO-E, Ofgem and grid operators in Electricity Maps' list", "facts")


def over_sites(values: Sequence[Any], sites: Sequence[str]) -> xr.DataArray:
    """Label one number or word a site."""
    return xr.DataArray(np.asarray(values), coords={"site": list(sites)}, dims="site")


def prices(facts: Mapping[str, Any], sources: Path) -> dict[str, xr.DataArray]:
    """Price to industry and data centres that stand."""
    listed, centres = plants.industrial_prices(sources), plants.data_centres(sources)
    price, size, tier = [], [], []
    for name, site in facts["sites"].items():
        known = facts["prices"].get(name)
        where = site.get("price", "country")
        price.append(
            known["value"] if known else listed[where if len(where) == 2 else site["country"]]
        )
        gigawatt, level = centres[site["country"]]
        size.append(gigawatt * site["dc_share"])
        tier.append(level)
    sites = list(facts["sites"])
    return {
        "industrial_price": describe(
            over_sites(price, sites), "price of power to large industry", "USD / kWh", "2024",
            *PRICES, note="for comparison: the model's own price is that of generation alone",
        ),
        "data_centres": describe(
            over_sites(size, sites), "data centres that stand, IT power", "GW", "2024", *CENTRES,
            note="parts of countries by dc_share of the map, a judgement",
        ),
        "data_centres_tier": describe(
            over_sites(tier, sites), "1: reported; 2 and 3: estimates", "1", "2024", *CENTRES
        ),
    }  # fmt: skip


def neighbours(facts: Mapping[str, Any], sources: Path) -> dict[str, xr.DataArray]:
    """Borders between sites that are neighbours."""
    rows = plants.borders(sources, facts)
    names = [f"{one} - {other}" for one, other, _, _ in rows]
    fields = {
        "border_from": ([row[0] for row in rows], "one end", "text"),
        "border_to": ([row[1] for row in rows], "other end", "text"),
        "border_forward": ([row[2] for row in rows], "transfer to the other end", "GW"),
        "border_back": ([row[3] for row in rows], "transfer from the other end", "GW"),
    }
    return {
        key: describe(
            xr.DataArray(np.asarray(values), coords={"border": names}),
            *(long_name, units, "2020 to 2024"),
            *BORDERS,
        )
        for key, (values, long_name, units) in fields.items()
    }
