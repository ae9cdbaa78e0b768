"""Figures that are not known: one variant of a query for each interval between thresholds.

A figure that is missing is never guessed. Between two neighbouring thresholds of the rules that
bind, every value gives the same answer; so a query is decided once for each such interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tradewind.controls.columns import (
    BIT64,
    COMBINED,
    DENSITY,
    FIGURES,
    INTERCONNECT,
    MEMORY,
    TOTAL,
    TPP,
    Columns,
    with_derived,
)
from tradewind.controls.equations import performance_density
from tradewind.controls.quotas import left_of
from tradewind.controls.schema import Exception_, Quota, Review
from tradewind.controls.solve import Engine

Floats = NDArray[np.float64]
ROOTS = (TPP, "die_area_mm2", "planar", INTERCONNECT, MEMORY)
"""Figures from which others follow."""
HAVE_OWN = (TPP, INTERCONNECT, MEMORY, TOTAL)
"""Figures whose thresholds may differ from row to row."""
ROWS_AT_ONCE = 1 << 11
"""Rows that are expanded at once; each becomes tens of variants."""


def thresholds(engine: Engine, name: str, epoch: int) -> tuple[float, ...]:
    """First value of each interval of a figure in which no binding rule tells values apart.

    A threshold that belongs to the interval above it begins it; one that belongs to the interval
    below is followed by the next float.
    """
    begins = {0.0}
    for index in np.flatnonzero(engine.binding[:, epoch]).tolist():
        for asked in engine.asked[index].get(name, ()):
            begins |= {value for value in (asked.at_least, asked.below) if value is not None}
            after = [value for value in (asked.above, asked.at_most) if value is not None]
            begins |= {float(np.nextafter(value, np.inf)) for value in after}
    return tuple(sorted(begins))


def _quotas(engine: Engine, epoch: int) -> tuple[Quota, ...]:
    """The caps that binding exceptions and reviews carry."""
    rules = (engine.rules[index] for index in np.flatnonzero(engine.binding[:, epoch]).tolist())
    names = {name for rule in rules if isinstance(rule, Exception_ | Review) for name in rule.quota}
    return tuple(engine.quotas[name] for name in sorted(names))


def variants(
    engine: Engine, columns: Columns, bits: NDArray[np.uint64], used: Mapping[str, float]
) -> Iterator[tuple[Columns, NDArray[np.int64]]]:
    """Every variant of the rows that hang on unknown figures, and the row it belongs to.

    Rows are taken together that hang on the same figures and meet the same thresholds.

    Parameters
    ----------
    engine : Engine
        The rules.
    columns : Columns
        The queries.
    bits : (row)
        The figures on which each hangs; 0 for none.
    used : mapping
        TPP already used of each quota.
    """
    rows = np.flatnonzero(bits)
    epochs = np.broadcast_to(columns.epoch, columns.size)[rows].astype(np.int64)
    kinds, kind_of = np.unique(
        bits[rows].astype(np.int64) * len(engine.starts) + epochs, return_inverse=True
    )
    alike: dict[tuple[object, ...], list[int]] = {}
    for position, kind in enumerate(kinds.tolist()):
        key, epoch = divmod(kind, len(engine.starts))
        met = tuple(thresholds(engine, name, epoch) for name in (*_named(key), DENSITY, COMBINED))
        caps = tuple(quota.id for quota in _quotas(engine, epoch))
        alike.setdefault((key, met, caps), []).append(position)
    for (key, *_), positions in alike.items():
        epoch = int(kinds[positions[0]]) % len(engine.starts)
        chosen = rows[np.isin(kind_of, positions)]
        for start in range(0, len(chosen), ROWS_AT_ONCE):
            piece = chosen[start : start + ROWS_AT_ONCE]
            yield _expanded(engine, columns, piece, _named(int(str(key))), epoch, used)


def _named(bits: int) -> list[str]:
    return [name for name in FIGURES if bits & int(BIT64[name])]


def _expanded(
    engine: Engine,
    columns: Columns,
    rows: NDArray[np.int64],
    missing: list[str],
    epoch: int,
    used: Mapping[str, float],
) -> tuple[Columns, NDArray[np.int64]]:
    grown = _Grown(columns.take(rows), np.arange(len(rows)))
    for name in missing:
        if name == "market":
            codes = np.arange(len(engine.vocabulary["market"]), dtype=np.int64)
            grown.times(len(codes))
            grown.words[name] = np.tile(codes, len(grown.origin) // len(codes))
            continue
        values = _tried(engine, grown, name, epoch, used)
        if values is None:
            continue
        grown.times(values.shape[1])
        grown.numbers[name] = values.ravel()
        grown.derive()
    return grown.columns(), rows[grown.origin]


class _Grown:
    """Rows repeated for every value of one figure after another; the rest is copied at the end."""

    def __init__(self, start: Columns, origin: NDArray[np.int64]) -> None:
        self.start, self.origin = start, origin
        self.numbers: dict[str, Floats] = {}
        self.words: dict[str, NDArray[np.int64]] = {}

    def times(self, count: int) -> None:
        """Repeat every row."""
        self.origin = np.repeat(self.origin, count)
        self.numbers = {name: np.repeat(value, count) for name, value in self.numbers.items()}
        self.words = {name: np.repeat(value, count) for name, value in self.words.items()}

    def number(self, name: str) -> Floats:
        """A figure as it now is, a value for each row."""
        if name in self.numbers:
            return self.numbers[name]
        return np.broadcast_to(self.start.numbers[name], self.start.size)[self.origin]

    def derive(self) -> None:
        """Fill in what follows from the figures set so far."""
        found = with_derived({name: self.number(name) for name in (*ROOTS, DENSITY, COMBINED)})
        self.numbers |= {name: found[name] for name in (DENSITY, COMBINED)}

    def columns(self) -> Columns:
        """The rows as a table."""
        whole = self.start.take(self.origin)
        return replace(
            whole,
            numbers={**whole.numbers, **self.numbers},
            words={**whole.words, **self.words},
        )


def _tried(
    engine: Engine, grown: _Grown, name: str, epoch: int, used: Mapping[str, float]
) -> Floats | None:
    """The values to try of a figure (row, value); None if none is missing by now."""
    if name == DENSITY:
        return _densities(engine, grown, epoch)
    if name == COMBINED and not np.isnan(grown.number(name)).any():
        return None
    values = np.tile(thresholds(engine, name, epoch), (len(grown.origin), 1))
    if name not in HAVE_OWN:
        return values
    extra = own_thresholds(engine, grown.columns(), name, epoch, used)
    return np.sort(np.concatenate([values, *extra], axis=1), axis=1)


def own_thresholds(
    engine: Engine, columns: Columns, name: str, epoch: int, used: Mapping[str, float]
) -> list[Floats]:
    """Thresholds that differ from row to row: by the area of the die, or what fits a quota."""
    found = []
    if name == TPP:
        area = np.where(columns.numbers["planar"] == 1.0, 0.0, columns.numbers["die_area_mm2"])
        dense = np.array(thresholds(engine, DENSITY, epoch))
        found.append(_filled(dense * area[:, None], columns.size))
    if name in (INTERCONNECT, MEMORY):
        other = columns.numbers[MEMORY if name == INTERCONNECT else INTERCONNECT]
        together = np.array(thresholds(engine, COMBINED, epoch))
        found.append(_filled(together - other[:, None], columns.size))
    quantity, tpp = columns.numbers["quantity"], columns.numbers[TPP]
    for cap in _quotas(engine, epoch):
        taken = used.get(cap.id, 0.0)
        if name == TPP:
            edge = np.nextafter(left_of(cap, columns, taken) / quantity, np.inf)
        elif name == TOTAL and cap.share_of_company is not None:
            share = cap.share_of_company
            edge = ((1.0 - share) * quantity * tpp + taken) / share
        else:
            continue
        found.append(_filled(edge[:, None], columns.size))
    return found


def _filled(values: Floats, rows: int) -> Floats:
    """One row of values for each row; zero, which begins every range, for what is no threshold."""
    values = np.where(np.isfinite(values) & (values > 0.0), values, 0.0)
    return np.broadcast_to(values, (rows, values.shape[1]))


def _densities(engine: Engine, grown: _Grown, epoch: int) -> Floats | None:
    """Densities to try: if the area is known only none, or the quotient."""
    known = grown.number(DENSITY)
    if not np.isnan(known).any():
        return None
    density = np.tile(thresholds(engine, DENSITY, epoch), (len(known), 1))
    if_dense = performance_density(grown.number(TPP), grown.number("die_area_mm2"), 0.0)
    two = np.where(np.arange(density.shape[1]) == 0, 0.0, if_dense[:, None])
    density = np.where(np.isnan(if_dense)[:, None], density, two)
    return np.where(np.isnan(known)[:, None], density, known[:, None])
