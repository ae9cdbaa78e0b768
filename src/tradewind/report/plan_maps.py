"""Maps of a plan: bubbles where compute stands, and the lines that carry its power."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.report import figures
from tradewind.report import plan_tables as tables
from tradewind.report.colours import GAIN, LOSS, StepScale
from tradewind.report.language import Catalogue
from tradewind.report.plan_contract import BUILT
from tradewind.report.plan_words import dollars, number, place_name

MAPS = {"average_g": LOSS, "cost_usd": GAIN}
"""What bubbles are coloured by, and from which colours."""


def draw_maps(data: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    """Draw the sites, once coloured by carbon and once by cost."""
    sites = tables.site_table(data)
    empty = _empty(data, words)
    links = _links(data, words)
    found = []
    for column, ramp in MAPS.items():
        values = sites[column]
        if values.isna().all():
            continue
        scale = StepScale.over(float(values.min()), float(values.max()), ramp)
        name = words.text(f"plan_map_{column}")
        bubbles = sites[["longitude", "latitude"]].assign(
            size=sites["it_gw"],
            value=values,
            name=[place_name(str(site), words) for site in sites.index],
            said=[_said(str(site), row, words) for site, row in sites.iterrows()],
        )
        found.append(
            {
                "title": name,
                "key": figures.step_key(scale, words.text(f"plan_unit_{column}")),
                "drawing": figures.site_map(bubbles, empty, links, scale, name),
            }
        )
    size = figures.size_key(float(sites["it_gw"].max()), words.text("plan_unit_it"))
    return {"maps": found, "map_size": size}


def _said(site: str, row: pd.Series, words: Catalogue) -> str:
    return words.text(
        "plan_map_said",
        site=place_name(site, words),
        gw=number(float(row["it_gw"])),
        usd=dollars(float(row["cost_usd"])),
        grams=number(float(row["average_g"])),
    )


def _empty(data: xr.Dataset, words: Catalogue) -> pd.DataFrame:
    idle = data.isel(site=np.flatnonzero(data["it_capacity"].sum("chip").to_numpy() < BUILT))
    names = [place_name(str(site), words) for site in idle["site"].to_numpy()]
    return pd.DataFrame(
        {
            "longitude": idle["site_longitude"].to_numpy(),
            "latitude": idle["site_latitude"].to_numpy(),
            "said": [words.text("plan_map_empty", site=name) for name in names],
        }
    )


def _links(data: xr.Dataset, words: Catalogue) -> pd.DataFrame:
    """Lines between buses whose places are known, as wide as what they carry on average."""
    x, y = (data[f"bus_{name}"].to_series() for name in ("longitude", "latitude"))
    pairs = tables.carried(data)
    largest = max(float(pairs["busy"].max()), BUILT) if len(pairs) else 1.0
    rows = []
    for _, row in pairs.iterrows():
        one, other = str(row["one"]), str(row["other"])
        numbers = [float(x[one]), float(y[one]), float(x[other]), float(y[other])]
        if not np.isfinite(numbers).all():
            continue
        pair = (one, other) if row["net"] >= 0.0 else (other, one)
        names = [place_name(str(end), words) for end in pair]
        said = words.text("plan_map_line", a=names[0], b=names[1], gw=number(abs(row["net"])))
        rows.append((*numbers, float(row["busy"]) / largest, said))
    columns = ["from_longitude", "from_latitude", "to_longitude", "to_latitude", "width", "said"]
    return pd.DataFrame(rows, columns=columns)
