"""Codes and English names of the economies and sectors of the shipped world."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader written in C, where PyYAML was built with it, is ten times as fast."""


@lru_cache
def read_map(name: str) -> dict[str, Any]:
    """Read one of the package's own YAML tables, by file name without ending."""
    text = files("tradewind.world").joinpath("maps", f"{name}.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.load(text, Loader=SafeLoader)
    return table


ECONOMY_NAMES: dict[str, str] = read_map("names")["economies"]
SECTOR_NAMES: dict[str, str] = read_map("names")["sectors"]
ECONOMIES: tuple[str, ...] = tuple(ECONOMY_NAMES)
SECTORS: tuple[str, ...] = tuple(SECTOR_NAMES)
EUROPEAN_UNION: tuple[str, ...] = tuple(read_map("names")["european_union"])
