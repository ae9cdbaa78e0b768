"""The small tables of figures that ship beside the claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import pandas as pd

from tradewind.scenario.parameter import Parameter
from tradewind.scenario.yaml_source import read_table


@cache
def figures(name: str) -> Mapping[str, Parameter]:
    """Read single figures, each with unit, range, source and how it is known."""
    table = read_table(f"{name}.yaml", "tradewind.claims")
    return {key: Parameter.model_validate(entry) for key, entry in table.items()}


def rows(name: str) -> pd.DataFrame:
    """Read a table; lines that begin with # say what it holds."""
    with (files("tradewind.claims") / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", keep_default_na=False)


def bilingual(english: Sequence[str], chinese: Sequence[str]) -> list[dict[str, str]]:
    """Names along a figure in both languages."""
    return [{"en": one, "zh": other} for one, other in zip(english, chinese, strict=True)]
