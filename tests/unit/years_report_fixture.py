"""A made-up run over the years: five economies, three sectors, four years, nothing solved.

Numbers are plausible in size and add up where a report adds them (shares to one, flows to zero);
they come from no model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import xarray as xr

from tradewind.coupling.variables import VARIABLES

YEARS = (2024, 2025, 2026, 2027)
LABELS: dict[str, tuple[str, ...]] = {
    "economy": ("CHN", "DEU", "IND", "USA", "ROW"),
    "sector": ("C26", "C29", "D35"),
    "area": ("China North", "Germany", "Texas"),
    "plant": ("gas", "wind"),
    "asset": ("compute", "chips", "energy", "other"),
    "stack": ("us_closed", "us_open", "chinese_open", "chinese_closed", "other"),
    "measure": ("tokens", "visits"),
    "factor": ("labour", "capital", "compute"),
    "family": ("h100", "h20"),
    "chip_economy": ("CHN", "USA"),
    "country": ("CHN", "USA"),
}
SHARES = {"output_share": "economy", "stack_share": "stack", "world_stack_share": "stack"}
"""Variables that add to one over a dimension."""
SHAPES = ("gate", "acemoglu_2024", "korinek_suh_2024")
NAMES = dict(
    zip(
        LABELS["economy"],
        ("China", "Germany", "India", "United States", "Rest of world"),
        strict=True,
    )
)
HEADLINES = ("real_income_hat", "real_wage_hat", "automated_share", "gdp")


@dataclass(frozen=True)
class MadeUp:
    """What the report asks of a run."""

    outputs: xr.Dataset
    against: xr.Dataset | None
    shapes: xr.Dataset | None
    accounts: xr.Dataset
    economy_names: Mapping[str, str] = field(default_factory=lambda: NAMES)
    scenario: Any = field(
        default_factory=lambda: SimpleNamespace(name="made-up", description="Nothing.")
    )
    manifest: Mapping[str, Any] = field(default_factory=dict)


def make_outputs(seed: int = 5) -> xr.Dataset:
    """Every kept variable of the coupling, at random."""
    rng = np.random.default_rng(seed)
    data = {}
    for name, variable in VARIABLES.items():
        if not variable.kept:
            continue
        dims = ("year", *variable.dims)
        values = rng.uniform(1.0, 9.0, [len(YEARS), *(len(LABELS[d]) for d in variable.dims)])
        array = xr.DataArray(values, dims=dims, attrs={"units": variable.unit})
        if name in SHARES:
            array = (array / array.sum(SHARES[name])).assign_attrs(array.attrs)
        elif name.endswith("_hat"):
            array = (1.0 + 0.02 * (array - 5.0)).assign_attrs(array.attrs)
            array[0] = 1.0
        elif name.endswith("share") or name == "net_flow":
            array = (array / 10.0).assign_attrs(array.attrs)
        data[name] = array
    found = xr.Dataset(data, {"year": list(YEARS), **{d: list(x) for d, x in LABELS.items()}})
    found["net_flow"] -= found["net_flow"].mean("economy")
    found["power_price_economy"] *= 10.0
    found["compute_stock"] *= 1e5
    rank = found["strength"].rank("economy")
    found = found.assign(strength_rank=6.0 - rank, strength_rank_low=5.0 - rank)
    found = found.assign(strength_rank_high=7.0 - rank)
    for name in ("strength_rank", "strength_rank_low", "strength_rank_high", "net_flow"):
        found[name].attrs["units"] = VARIABLES[name].unit
    facts = {"scenario": "made-up", "title": "A made-up run", "shape": "gate", "base_year": 2024}
    return found.assign_attrs(facts | {"table_year": 2014, "tradewind_version": "0.9"})


def make_run(*, compared: bool = True, shapes: bool = True) -> MadeUp:
    """Make a run, what it is compared with, and the other shapes of automation."""
    outputs = make_outputs()
    others = [outputs[list(HEADLINES)], *(make_outputs(seed)[list(HEADLINES)] for seed in (7, 8))]
    rng = np.random.default_rng(1)
    miss = rng.uniform(1e-15, 1e-12, (len(YEARS), 2))
    miss[0, 1] = np.nan
    miss[2, 1] = 3e-11
    accounts = xr.Dataset(
        {"miss": (("year", "account"), miss)},
        {"year": list(YEARS), "account": ["chips", "capital"]},
    )
    return MadeUp(
        outputs,
        make_outputs(6) if compared else None,
        xr.concat(others, xr.DataArray(list(SHAPES), dims="shape", name="shape"))
        if shapes
        else None,
        accounts,
        manifest={"command": "tradewind run made-up", "timings_s": {"chips": 1.0}},
    )


def with_outputs(run: MadeUp, outputs: xr.Dataset) -> MadeUp:
    """The same run with other outputs."""
    return replace(run, outputs=outputs)
