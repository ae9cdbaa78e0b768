"""Do the tables of chips hold together? Each check states what it measures, and its bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from tradewind.world.accelerators import Accelerator, is_planar, total_processing_performance
from tradewind.world.checks import COUNT, Check
from tradewind.world.compute import ComputeData
from tradewind.world.compute_build import MEANINGS
from tradewind.world.sources.chip_facts import HOW

MEDIANS = 0.02
"""Medians of parts do not quite add up to the median of the sum; Epoch's miss by up to 1.1 %."""
SAME = 0.01
ROWS_OFF_EPOCH = 12.0
TPP_ROUNDING = 1e-8
STATED = ("title", "year", "unit", "source", "licence", "sha256")
RANGES = {"prices": ("low", "high"), "leakage": ("low", "central", "high")} | {
    "china_supply": ("low", "central", "high"),
    "parameters": ("low", "value", "high"),
}


def check_compute(data: ComputeData, catalogue: Mapping[str, Accelerator]) -> list[Check]:
    """Check ranges, signs, gaps, sums, the catalogue and provenance of the tables of chips."""
    return [
        *check_ranges(data),
        *check_quarters(data),
        *check_sums(data),
        *check_catalogue(data, catalogue),
        *check_provenance(data, catalogue),
    ]


def check_ranges(data: ComputeData) -> Iterator[Check]:
    """Low ends lie below and high ends above; nothing counted is negative or missing."""
    for name in ("sales", "china_sales", "owners"):
        table = getattr(data, name)
        wrong = 0
        for figure in ("units", "h100e"):
            low, high = table[f"{figure}_low"], table[f"{figure}_high"]
            kept = (low >= 0) & (low <= table[figure]) & (table[figure] <= high)
            wrong += int((~kept).sum())
        yield Check(f"chips: {name} range", "0 <= low <= median <= high", wrong, COUNT)
    for name, columns in RANGES.items():
        steps = np.diff(getattr(data, name)[list(columns)].ffill(axis=1).to_numpy(), axis=1)
        yield Check(f"chips: {name} range", "low <= value <= high", float((steps < 0).sum()), COUNT)
    for name, column in (("clusters", "h100e"), ("gdp", "gdp_usd_million")):
        wrong = int((~(getattr(data, name)[column] >= 0)).sum())
        yield Check(f"chips: {name} sign", "no negative and none missing", wrong, COUNT)


def check_quarters(data: ComputeData) -> Iterator[Check]:
    """A vendor's series has no gap, and only its first or last quarter may be incomplete."""
    for name in ("sales", "china_sales"):
        table = getattr(data, name)
        gaps, inner = 0, 0
        for _, own in table.groupby("vendor"):
            seen = pd.PeriodIndex(own["quarter"].unique(), freq="Q")
            gaps += (seen.max() - seen.min()).n + 1 - len(seen)
            ends = {str(seen.min()), str(seen.max())}
            inner += int((~own["complete"] & ~own["quarter"].isin(ends)).sum())
        yield Check(f"chips: {name} quarters", "no quarter missing between others", gaps, COUNT)
        yield Check(f"chips: {name} complete", "whole quarters but at the ends", inner, COUNT)


def check_sums(data: ComputeData) -> Iterator[Check]:
    """Quarters meet Epoch's cumulative figures; China and the owners fit into the world."""
    miss = data.measured.set_index("what")["value"]["largest_miss_of_cumulative_h100e"]
    yield Check("chips: cumulative", "quarters add up to Epoch's own totals", float(miss), MEDIANS)
    world = data.sales.set_index(["quarter", "chip", "vendor"])["units"]
    china = data.china_sales.set_index(["quarter", "chip", "vendor"])["units"]
    both = china.index.intersection(world.index)
    excess = float((china[both] / world[both] - 1).max())
    yield Check("chips: China in the world", "China buys no more than is sold", excess, SAME)
    sales = data.sales.assign(year=data.sales["quarter"].str[:4].astype(int))
    sold = sales.groupby(["vendor", "year"])["h100e"].sum()
    owned = data.owners.groupby(["vendor", "year"])["h100e"].sum()
    excess = float((owned / sold[owned.index] - 1).max())
    yield Check("chips: owners in the world", "owners hold no more than is sold", excess, MEDIANS)


def check_catalogue(data: ComputeData, items: Mapping[str, Accelerator]) -> Iterator[Check]:
    """TPP follows from the formats and meets Epoch's; chips that are sold are in the catalogue."""
    off, epoch_off, planar = 0.0, 0, 0
    for item in items.values():
        own = total_processing_performance(item.tflops)
        if (own is None) != (item.tpp is None):
            off = np.inf
        elif own is not None and item.tpp is not None:
            off = max(off, abs(item.tpp / own - 1))
        if item.epoch_tpp is not None:
            epoch_off += item.tpp is None or abs(item.tpp / item.epoch_tpp - 1) > SAME
        planar += item.planar is not is_planar(item.process_nm)
    yield Check("chips: TPP", "largest operations x bits over formats", float(off), TPP_ROUNDING)
    yield Check("chips: Epoch's TPP", "rows that miss it by 1 %", epoch_off, ROWS_OFF_EPOCH)
    yield Check("chips: planar", "follows from the node", planar, COUNT)
    sold = {*data.sales["chip"], *data.china_sales["chip"], *data.owners["chip"]}
    unknown = len(sold - set(items))
    yield Check("chips: labels", "every chip sold is in the catalogue", unknown, COUNT)


def check_provenance(data: ComputeData, items: Mapping[str, Accelerator]) -> Iterator[Check]:
    """Every table says what it is and where from; every single figure says how it was seen."""
    stated = data.provenance[list(STATED)].notna().all(axis=1)
    wrong = len(set(MEANINGS) - set(data.provenance.index[stated]))
    what = "title, year, unit, source, licence and hash on every table"
    yield Check("chips: provenance", what, wrong, COUNT)
    seen = pd.concat([getattr(data, name)["seen"] for name in RANGES])
    marks = [mark.seen for item in items.values() for mark in item.marks]
    wrong = int((~seen.isin(HOW)).sum()) + sum(how not in HOW for how in marks)
    yield Check("chips: seen", "every figure says how it was seen", wrong, COUNT)
