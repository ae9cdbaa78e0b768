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
from tradewind.controls.conditions import Bounds
from tradewind.controls.equations import performance_density
from tradewind.controls.quotas import left_of
from tradewind.controls.schema import Exception_, Review, Rule
from tradewind.controls.solve import Engine

Floats = NDArray[np.float64]


def thresholds(engine: Engine, name: str, epoch: int) -> list[float]:
    """First value of each interval of a figure in which no binding rule tells values apart.

    A threshold that belongs to the interval above it begins it; one that belongs to the interval
    below is followed by the next float.
    """
    begins = {0.0}
    for rule in _binding(engine, epoch):
        for field, asked in rule.when.leaves():
            if field != name or not isinstance(asked, Bounds):
                continue
            begins |= {value for value in (asked.at_least, asked.below) if value is not None}
            after = [value for value in (asked.above, asked.at_most) if value is not None]
            begins |= {float(np.nextafter(value, np.inf)) for value in after}
    return sorted(begins)


def _binding(engine: Engine, epoch: int) -> list[Rule]:
    return [engine.rules[index] for index in np.flatnonzero(engine.binding[:, epoch])]


def variants(
    engine: Engine, columns: Columns, bits: NDArray[np.uint64], used: Mapping[str, float]
) -> Iterator[tuple[Columns, NDArray[np.int64]]]:
    """Every variant of the rows that hang on unknown figures, and the row it belongs to.

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
    if not len(rows):
        return
    epochs = np.broadcast_to(columns.epoch, columns.size)[rows]
    keys = np.stack([bits[rows].astype(np.int64), epochs], axis=1)
    for key in np.unique(keys, axis=0):
        chosen = rows[(keys == key).all(axis=1)]
        missing = [name for name in FIGURES if int(key[0]) & int(BIT64[name])]
        yield _expanded(engine, columns, chosen, missing, int(key[1]), used)


def _expanded(
    engine: Engine,
    columns: Columns,
    rows: NDArray[np.int64],
    missing: list[str],
    epoch: int,
    used: Mapping[str, float],
) -> tuple[Columns, NDArray[np.int64]]:
    current, owner = columns.take(rows), rows
    for name in missing:
        if name == "market":
            codes = np.arange(len(engine.vocabulary["market"]), dtype=np.int64)
            current, owner = _repeated(current, owner, len(codes))
            every = np.tile(codes, current.size // len(codes))
            current = replace(current, words={**current.words, "market": every})
            continue
        if name == DENSITY:
            current, owner = _with_density(engine, current, owner, epoch)
            continue
        if name == COMBINED and not np.isnan(current.numbers[name]).any():
            continue
        values = np.tile(thresholds(engine, name, epoch), (current.size, 1))
        extra = own_thresholds(engine, current, name, epoch, used)
        values = np.sort(np.concatenate([values, *extra], axis=1), axis=1)
        current, owner = _set(current, owner, name, values)
        current = replace(current, numbers=with_derived(current.numbers))
    return current, owner


def _repeated(
    columns: Columns, owner: NDArray[np.int64], times: int
) -> tuple[Columns, NDArray[np.int64]]:
    rows = np.repeat(np.arange(columns.size), times)
    return columns.take(rows), np.repeat(owner, times)


def _set(
    columns: Columns, owner: NDArray[np.int64], name: str, values: Floats
) -> tuple[Columns, NDArray[np.int64]]:
    """Repeat each row for each of its values of a figure."""
    columns, owner = _repeated(columns, owner, values.shape[1])
    return replace(columns, numbers={**columns.numbers, name: values.ravel()}), owner


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
    for rule in _binding(engine, epoch):
        for quota in rule.quota if isinstance(rule, Exception_ | Review) else ():
            cap, taken = engine.quotas[quota], used.get(quota, 0.0)
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


def _with_density(
    engine: Engine, columns: Columns, owner: NDArray[np.int64], epoch: int
) -> tuple[Columns, NDArray[np.int64]]:
    """Variants of the density: by whether the dies are planar if the area is known."""
    unknown = np.isnan(np.broadcast_to(columns.numbers[DENSITY], columns.size))
    if not unknown.any():
        return columns, owner
    density = np.tile(thresholds(engine, DENSITY, epoch), (columns.size, 1))
    if_dense = performance_density(columns.numbers[TPP], columns.numbers["die_area_mm2"], 0.0)
    # With the area known, only two densities are possible: none, or the quotient.
    two = np.where(np.arange(density.shape[1]) == 0, 0.0, if_dense[:, None])
    density = np.where(np.isnan(if_dense)[:, None], density, two)
    known = np.broadcast_to(columns.numbers[DENSITY], columns.size)[:, None]
    density = np.where(unknown[:, None], density, known)
    return _set(columns, owner, DENSITY, density)
