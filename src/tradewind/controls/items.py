"""Items and their figures: the catalogue of accelerators, and goods that are none."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.equations import performance_density
from tradewind.errors import RuleError
from tradewind.scenario.near_misses import suggestion
from tradewind.world.accelerators import Accelerator, catalogue, plain

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Good:
    """Something that rules name and that is no accelerator."""

    key: str
    name: str
    kind: str
    aliases: tuple[str, ...]


ITEM_NUMBERS: dict[str, Callable[[Accelerator], float | None]] = {
    "total_processing_performance": lambda chip: chip.tpp,
    "interconnect_gb_s": lambda chip: chip.interconnect_gb_s,
    "memory_bandwidth_gb_s": lambda chip: chip.memory_bandwidth_gb_s,
    "memory_density_gb_s_mm2": lambda chip: chip.bandwidth_density,
    "process_nm": lambda chip: chip.process_nm,
    "transistors_billion": lambda chip: _billion(chip.transistors_million),
    "die_area_mm2": lambda chip: chip.die_area_mm2,
    "planar": lambda chip: chip.planar,
}
"""Figures of a query and where the catalogue holds them."""


CHINESE_GOODS = ("mineral", "equipment", "technology")
"""Kinds that leave from China unless it is said; everything else leaves from the United States."""


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
    """Position by every spelling, in plain letters."""

    @staticmethod
    def shipped() -> Items:
        """The shipped catalogue and goods."""
        return _shipped()

    @staticmethod
    def of(chosen: Mapping[str, Accelerator]) -> Items:
        """Index a catalogue and the goods."""
        chips = tuple(chosen.values())
        others = goods()
        named: tuple[Accelerator | Good, ...] = (*chips, *others)
        positions: dict[str, int] = {}
        for index, item in reversed(list(enumerate(named))):
            positions |= dict.fromkeys(map(plain, (item.name, *item.aliases)), index)
        # What has the key itself goes before what is only called so.
        for index, item in reversed(list(enumerate(named))):
            positions[plain(item.key)] = index
        numbers = {
            name: np.array([_number(of(chip)) for chip in chips] + [np.nan] * len(others))
            for name, of in ITEM_NUMBERS.items()
        }
        return Items(
            accelerators=chips,
            names=tuple(item.key for item in named),
            kinds=tuple("hbm" if chip.kind == "HBM" else "accelerator" for chip in chips)
            + tuple(good.kind for good in others),
            vendors=tuple(chip.vendor.lower() for chip in chips) + ("",) * len(others),
            markets=tuple(_market(chip.market) for chip in chips) + (None,) * len(others),
            numbers=numbers,
            positions=positions,
        )

    def rows(self) -> list[dict[str, str | float | None]]:
        """Every item: key, name, kind, market, TPP and density."""
        tpp, area, planar = (
            self.numbers[name]
            for name in ("total_processing_performance", "die_area_mm2", "planar")
        )
        density = performance_density(tpp, area, planar)
        titles = [chip.name for chip in self.accelerators] + [good.name for good in goods()]
        return [
            {
                "key": key,
                "name": titles[index],
                "kind": self.kinds[index],
                "market": self.markets[index],
                "total_processing_performance": _known(tpp[index]),
                "performance_density": _known(density[index]),
            }
            for index, key in enumerate(self.names)
        ]

    def position(self, name: object, where: str) -> int:
        """Position of an item by key, name or alias; -1 for none given.

        Raises
        ------
        RuleError
            If the catalogue has no such item.
        """
        if name is None or name == "" or name != name:
            return -1
        found = self.positions.get(plain(str(name)))
        if found is None:
            raise RuleError(
                "there is no such item",
                where=where,
                value=name,
                bound="an item of the catalogue (tradewind rule items), or figures in its place",
                remedy=suggestion(str(name), self.names, "tradewind rule items"),
            )
        return found


@cache
def _shipped() -> Items:
    return Items.of(catalogue())


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _billion(millions: float | None) -> float | None:
    return None if millions is None else millions / 1000.0


def _market(told: str | None) -> str | None:
    """What is for workstations or the edge is, to the rules, not for data centres."""
    return told if told in (None, "datacenter") else "consumer"
