"""Small indices for tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from tradewind.pressure import Specification

PLAIN = {"weight_spread": 0.0, "leave_out": False, "noise": False}
"""No other choice than the index's own."""


def indicator(name: str, **fields: Any) -> dict[str, Any]:
    """One indicator, with what is of no consequence to numbers filled in."""
    plain = {"title": name, "unit": "1", "source": "test", "direction": "up", "reason": "a test"}
    return {"name": name} | plain | fields


def spec(pillars: dict[str, list[dict[str, Any]]], **fields: Any) -> Specification:
    """An index with the given pillars; without alternatives unless they are given."""
    listed = [
        {"name": name, "title": name, "indicators": indicators}
        for name, indicators in pillars.items()
    ]
    plain = {"name": "test", "title": "Test", "uncertainty": PLAIN}
    return Specification.model_validate(plain | {"pillars": listed} | fields)


def flat(count: int, posts: tuple[float, float] | None = None, **fields: Any) -> Specification:
    """An index of one pillar, x0, x1, …"""
    columns = [indicator(f"x{at}", goalposts=posts) for at in range(count)]
    return spec({"all": columns}, **fields)


def table(values: np.ndarray) -> xr.DataArray:
    """Label a table: economies E0, E1, …, indicators x0, x1, …"""
    rows, columns = values.shape
    coords = {
        "economy": [f"E{at}" for at in range(rows)],
        "indicator": [f"x{at}" for at in range(columns)],
    }
    return xr.DataArray(values.astype(float), dims=("economy", "indicator"), coords=coords)


def strength(economies: int = 12, seed: int = 1, gaps: float = 0.08) -> tuple[Any, Specification]:
    """A table with gaps and an index of two pillars with every alternative."""
    random = np.random.default_rng(seed)
    level = random.normal(size=(economies, 1))
    values = np.exp(1.5 * level + 0.5 * random.normal(size=(economies, 6)))
    values[random.random(values.shape) < gaps] = np.nan
    columns = [
        indicator(f"x{at}", transform="log", goalposts=(1e-4, 1e4), noise=0.1) for at in range(6)
    ]
    index = spec(
        {"first": columns[:3], "second": columns[3:]},
        normalisation="goalposts",
        floor=0.01,
        missing="regression",
        coverage={"overall": 0.0, "pillar": 0.0},
        uncertainty={
            "normalisation": ["goalposts", "minmax", "zscore", "rank"],
            "outliers": ["none", "winsorise"],
            "missing": ["regression", "nearest", "median", "reweight"],
            "weights": ["equal", "factors", "doubt"],
            "aggregation": ["arithmetic", "geometric", "copeland"],
        },
    )
    return table(values), index
