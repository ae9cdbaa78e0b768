"""What a report on the chip market is made from, and what that must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.errors import OutputError
from tradewind.report.language import REST, Language
from tradewind.scenario.groups import territories

REST_NAMES: Mapping[Language, str] = {"en": "Rest of the world", "zh": "世界其他地区"}
CENTRAL = (
    *("packages", "leaked", "h100e", "stock", "stock_bandwidth", "rented"),
    *("list_price", "cost", "scarcity_rent", "marginal_value", "domestic_share"),
)
"""Variables of the central market that a report reads."""
BOUNDS = (
    *("stock", "stock_by_economy", "stock_bandwidth_by_economy", "stock_by_family"),
    *("rented", "scarcity_rent", "marginal_value", "domestic_share", "home_multiple"),
)
"""Variables of the bounds that a report reads."""


@dataclass(frozen=True, eq=False)
class RoundsTable:
    """Effects of rounds of rules.

    Attributes
    ----------
    effects, held : DataFrame
        Of ``chip_run.effects``.
    never_bound : sequence of mapping
        Rounds of which no rule ever bound.
    members : int
        Draws of the parameters.
    """

    effects: pd.DataFrame
    held: pd.DataFrame
    never_bound: Sequence[Mapping[str, Any]]
    members: int


@dataclass(frozen=True, eq=False)
class ChipOutputs:
    """The numbers of a chip run.

    Attributes
    ----------
    central, bounds, ends, against : Dataset
        As ``ChipRun`` has them.
    rounds : RoundsTable or None
        None if rounds were not taken apart.
    facts : mapping
        Of ``chip_run.facts``.
    """

    central: xr.Dataset
    bounds: xr.Dataset
    ends: xr.Dataset
    against: xr.Dataset
    rounds: RoundsTable | None
    facts: Mapping[str, Any]


class ChipNames:
    """Names of the economies of the chip market; it has no sectors."""

    def __init__(self, language: Language) -> None:
        known = {code: place.names[language] for code, place in territories().items()}
        self.economy_names: Mapping[str, str] = {**known, REST: REST_NAMES[language]}
        self.sector_names: Mapping[str, str] = {}


def check_chips(outputs: ChipOutputs) -> None:
    """Refuse outputs that are incomplete or hold NaN.

    Raises
    ------
    OutputError
    """
    for part, needed in (("central", CENTRAL), ("bounds", BOUNDS)):
        data: xr.Dataset = getattr(outputs, part)
        missing = [name for name in needed if name not in data]
        bad = [name for name in needed if name in data and not _finite(data[name])]
        if missing or bad:
            raise OutputError(
                "the outputs of the chip market lack a number that a report needs",
                where=f"outputs, {part}",
                value=", ".join(missing or bad),
                bound=f"{', '.join(needed)}, all finite",
                remedy="make them with tradewind.chip_run.run_chips()",
            )


def _finite(values: xr.DataArray) -> bool:
    """Whether every number is finite; who is offered nothing has no finite worth of a chip."""
    if values.name == "marginal_value":
        return not bool(np.isnan(values.to_numpy()).any())
    return bool(np.isfinite(values.to_numpy()).all())
