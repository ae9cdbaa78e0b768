"""A table of queries in numbers: one array a field, words and countries as codes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.equations import performance_density

Scalar = TypeVar("Scalar", bound=np.generic)
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

FIGURES = (
    "total_processing_performance",
    "performance_density",
    "interconnect_gb_s",
    "memory_bandwidth_gb_s",
    "combined_bandwidth_gb_s",
    "memory_density_gb_s_mm2",
    "process_nm",
    "transistors_billion",
    "company_total",
    "market",
)
"""What may be unknown, in the order of the bits that say so."""

TPP, DENSITY, TOTAL = FIGURES[0], FIGURES[1], "company_total"
INTERCONNECT, MEMORY, COMBINED = FIGURES[2:5]
BIT64 = {name: np.uint64(1 << position) for position, name in enumerate(FIGURES)}
UNKNOWN = -1
"""The code of a word that is not known."""
OTHER = -2
"""The code of a word that no rule names."""


@dataclass(frozen=True)
class Columns:
    """Queries, one a row; an array of length one holds for every row."""

    size: int
    """Number of rows."""
    numbers: dict[str, Floats]
    """Figures [their own units], quantity, company total [TPP], die area [mm²] and planar (0, 1);
    NaN is unknown."""
    words: dict[str, Codes]
    """Positions in the engine's vocabulary; `UNKNOWN` or `OTHER`."""
    places: dict[str, Codes]
    """Positions in `countries.codes`."""
    certified: NDArray[np.uint64]
    """One bit for each certification that a rule names."""
    day: Codes
    """Days since 1970."""
    epoch: Codes
    """Position of the day among the days on which something changes."""

    def take(self, rows: slice | NDArray[np.int64]) -> Columns:
        """Return some of the rows."""

        def cut(array: NDArray[Scalar]) -> NDArray[Scalar]:
            return array if len(array) == 1 else array[rows]

        size = len(range(self.size)[rows]) if isinstance(rows, slice) else len(rows)
        return replace(
            self,
            size=size,
            numbers={name: cut(array) for name, array in self.numbers.items()},
            words={name: cut(array) for name, array in self.words.items()},
            places={name: cut(array) for name, array in self.places.items()},
            certified=cut(self.certified),
            day=cut(self.day),
            epoch=cut(self.epoch),
        )

    def unknown(self, name: str) -> NDArray[np.bool_]:
        """Where a figure is not known."""
        if name in self.words:
            return np.asarray(self.words[name] == UNKNOWN)
        return np.isnan(self.numbers[name])


def with_derived(numbers: dict[str, Floats]) -> dict[str, Floats]:
    """Figures with the density and the combined bandwidth, where they follow and are not given."""
    derived = {
        DENSITY: performance_density(numbers[TPP], numbers["die_area_mm2"], numbers["planar"]),
        COMBINED: numbers[INTERCONNECT] + numbers[MEMORY],
    }
    filled = {
        name: np.where(np.isnan(numbers[name]), value, numbers[name])
        for name, value in derived.items()
    }
    return {**numbers, **filled}
