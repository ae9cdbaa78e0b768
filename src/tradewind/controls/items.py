"""Items and their figures: the catalogue of accelerators, and goods that are none."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tradewind.errors import RuleError
from tradewind.scenario.near_misses import suggestion

Floats = NDArray[np.float64]


class Accelerator(Protocol):
    """What a catalogue tells of an accelerator; None is what is not public."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def vendor(self) -> str: ...
    @property
    def market(self) -> str | None: ...
    @property
    def tpp(self) -> float | None: ...
    @property
    def memory_bandwidth_gb_s(self) -> float | None: ...
    @property
    def interconnect_gb_s(self) -> float | None: ...
    @property
    def die_area_mm2(self) -> float | None: ...
    @property
    def process_nm(self) -> float | None: ...
    @property
    def planar(self) -> bool | None: ...


@dataclass(frozen=True)
class Good:
    """Something that rules name and that is no accelerator."""

    key: str
    name: str
    kind: str
    aliases: tuple[str, ...]


ITEM_NUMBERS = {
    "total_processing_performance": "tpp",
    "interconnect_gb_s": "interconnect_gb_s",
    "memory_bandwidth_gb_s": "memory_bandwidth_gb_s",
    "process_nm": "process_nm",
    "die_area_mm2": "die_area_mm2",
    "planar": "planar",
}
"""Figures of a query and where a catalogue holds them; the others it does not hold."""


@cache
def goods() -> tuple[Good, ...]:
    """The goods of the shipped table."""
    file = files("tradewind.controls") / "tables" / "goods.csv"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    return tuple(
        Good(row["key"], row["name"], row["kind"], tuple(filter(None, row["aliases"].split("|"))))
        for row in csv.DictReader(lines)
    )


@dataclass(frozen=True)
class Items:
    """Everything a query may name, as arrays in one order."""

    accelerators: tuple[Accelerator, ...]
    names: tuple[str, ...]
    """Keys, the accelerators first."""
    kinds: tuple[str, ...]
    vendors: tuple[str, ...]
    markets: tuple[str | None, ...]
    numbers: Mapping[str, Floats]
    """(item): figures, NaN where unknown."""
    positions: Mapping[str, int] = field(repr=False)
    """Position by every spelling in small letters."""

    @staticmethod
    def of(catalogue: Mapping[str, Accelerator]) -> Items:
        """Index a catalogue and the goods."""
        chips = tuple(catalogue.values())
        others = goods()
        positions: dict[str, int] = {}
        for index, item in reversed(list(enumerate((*chips, *others)))):
            for spelling in (*item.aliases, item.name, item.key):
                positions[spelling.lower()] = index
        numbers = {
            name: np.array(
                [_number(getattr(chip, source)) for chip in chips] + [np.nan] * len(others)
            )
            for name, source in ITEM_NUMBERS.items()
        }
        return Items(
            accelerators=chips,
            names=tuple(item.key for item in (*chips, *others)),
            kinds=("accelerator",) * len(chips) + tuple(good.kind for good in others),
            vendors=tuple(chip.vendor.lower() for chip in chips) + ("",) * len(others),
            markets=tuple(chip.market for chip in chips) + (None,) * len(others),
            numbers=numbers,
            positions=positions,
        )

    def position(self, name: object, where: str) -> int:
        """Position of an item by key, name or alias; -1 for none given.

        Raises
        ------
        RuleError
            If the catalogue has no such item.
        """
        if name is None or name == "" or name != name:
            return -1
        found = self.positions.get(str(name).strip().lower())
        if found is None:
            raise RuleError(
                "there is no such item",
                where=where,
                value=name,
                bound="an item of the catalogue (tradewind rule items), or figures in its place",
                remedy=suggestion(str(name), self.positions, "tradewind rule items"),
            )
        return found


def _number(value: float | bool | None) -> float:
    return np.nan if value is None else float(value)
