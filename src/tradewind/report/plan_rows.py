"""Rows of the tables of a plan: rounded, with full values to sort by."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xarray as xr

from tradewind.report import plan_tables as tables
from tradewind.report.language import Catalogue
from tradewind.report.numbers import NOTHING, plain, signed
from tradewind.report.plan_contract import BUILT, PlanOutputs
from tradewind.report.plan_story import difference
from tradewind.report.plan_words import (
    case_title,
    chip_name,
    common,
    listed,
    named,
    number,
    percent,
    place_name,
)


def _shown(value: float, digits: int | None = None) -> str:
    if not math.isfinite(value):
        return NOTHING
    return number(value) if digits is None else plain(value, digits)


SITE_CELLS: Mapping[str, tuple[float, int | None]] = {
    "it_gw": (1.0, None),
    "kh100e": (1.0, 0),
    "connection_gw": (1.0, None),
    "pue": (1.0, 2),
    "utilisation": (100.0, 0),
    "cost_usd": (1.0, 3),
    "marginal_usd": (1.0, 3),
    "power_price": (1.0, 0),
    "connection_value": (1.0, None),
    "green_share": (100.0, 0),
    "average_g": (1.0, 0),
    "marginal_g": (1.0, 0),
    "water": (1.0, 1),
}
"""Columns of the table of sites: factor to the unit of the heading, and decimals (None: those
that the largest entry needs)."""


FEW_IDLE = 8
"""Candidates without anything that are named."""


def site_digits(table: pd.DataFrame, name: str) -> int:
    """Decimals of a column of the table of sites."""
    digits = SITE_CELLS[name][1]
    return common(table[name], 2 if name == "connection_value" else 3) if digits is None else digits


def site_rows(data: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    """Every site where something is built; a column without a number is left out."""
    table = tables.site_table(data)
    columns = [name for name in SITE_CELLS if table[name].notna().any()]
    digits = {name: site_digits(table, name) for name in columns}
    abroad = (table["country"] != table["country"].iloc[0]).any()
    rows = [
        {
            "name": place_name(str(site), words),
            "code": str(row["country"]) if abroad else "",
            "cells": [
                {
                    "text": plain(SITE_CELLS[name][0] * float(row[name]), digits[name]),
                    "key": f"{float(row[name]):.6g}",
                }
                for name in columns
            ],
        }
        for site, row in table.iterrows()
    ]
    return {"heads": [words.text(f"plan_column_{name}") for name in columns], "rows": rows}


def idle_note(data: xr.Dataset, words: Catalogue) -> str:
    """Say at which candidates nothing is built, or at how many."""
    built = data["it_capacity"].sum("chip").to_series()
    idle = [place_name(str(site), words) for site in built.index[built < BUILT]]
    if len(idle) > FEW_IDLE:
        return words.text("plan_sites_idle_count", count=len(idle))
    return words.text("plan_sites_idle", sites=listed(idle, words)) if idle else ""


def case_rows(outputs: PlanOutputs, words: Catalogue) -> dict[str, Any]:
    """Every case of the experiment: cost, difference from the first, what it builds."""
    groups = [name for name in outputs.table if str(name).startswith("share_")]
    known = outputs.table[outputs.table["system_cost"].notna()]
    first, digits = known.iloc[0], common(known["system_cost"] / 1e3, 5)
    heads = [words.text(f"plan_column_{name}") for name in CASE_HEADS]
    heads += [
        words.text("plan_column_share", group=group_title(str(name), words)) for name in groups
    ]
    rows = []
    for _, row in outputs.table.iterrows():
        cells = [
            plain(float(row["system_cost"]) / 1e3, digits),
            difference(row, first),
            _shown(float(row["usd_per_h100e_hour"]), 3),
            _shown(float(row["it_gw"])),
            _shown(float(row["pue"]), 3),
            _shown(100.0 * float(row["green_share"]), 1),
            _shown(float(row["emissions_mt"])),
            *(_shown(100.0 * float(row[str(name)]), 0) for name in groups),
        ]
        rows.append([case_title(row, words), *cells])
    return {"heads": heads, "rows": rows}


CASE_HEADS = (
    *("case", "system_cost", "difference", "h100e_hour", "it_gw", "pue"),
    *("green_share", "emissions_mt"),
)


MEMBER_CELLS: Mapping[str, tuple[float, int | None]] = {
    "apart": (1e-3, None),
    "together": (1e-3, None),
    "gain": (1e-3, None),
    "gain_percent": (1.0, 1),
    "power_bill_change": (1e-3, None),
    "hosted_gw_apart": (1.0, None),
    "hosted_gw": (1.0, None),
}
"""Columns of the table of gains by member: factor to the unit of the heading, and decimals."""


def member_rows(outputs: PlanOutputs, words: Catalogue) -> dict[str, Any] | None:
    """What each member gains by planning together, the least last; None if nobody asked."""
    members = outputs.facts.get("members")
    if members is None or members.empty:
        return None
    table: pd.DataFrame = members.sort_values("gain_percent", ascending=False, kind="stable")
    digits = {
        name: common(factor * table[name]) if known is None else known
        for name, (factor, known) in MEMBER_CELLS.items()
    }
    signs = ("gain", "gain_percent", "power_bill_change")
    rows = []
    for country, row in table.iterrows():
        cells = [
            (signed if name in signs else plain)(factor * float(row[name]), digits[name])
            for name, (factor, _) in MEMBER_CELLS.items()
        ]
        rows.append([place_name(str(country), words), *cells])
    heads = [words.text(f"plan_member_{name}") for name in ("country", *MEMBER_CELLS)]
    return {"heads": heads, "rows": rows, "least": rows[-1][0]}


def group_title(column: str, words: Catalogue) -> str:
    """Name a group of sites whose share of capacity is told; one of somebody's own by its label."""
    return named("group", column.removeprefix("share_"), words)


def money_rows(data: xr.Dataset, words: Catalogue) -> list[list[str]]:
    """What the system costs in the year, by item, with the share of each."""
    items = data["system_cost"].to_series()
    total = float(items.sum())
    digits = common([total / 1e3], 4, most=3)
    rows = [
        [named("item", str(name), words), plain(value / 1e3, digits), percent(value / total, 1)]
        for name, value in items.sort_values(ascending=False, kind="stable").items()
        if value != 0.0
    ]
    return [*rows, [words.text("plan_total"), plain(total / 1e3, digits), percent(1.0, 1)]]


def chip_rows(data: xr.Dataset, words: Catalogue) -> list[list[str]]:
    """Chips installed, and what one more would save under its cap."""
    found = pd.DataFrame(
        {
            "gw": data["it_capacity"].sum("site").to_series(),
            "compute": data["chips_installed"].sum("site").to_series(),
            "value": data["chip_value"].to_series(),
        }
    )
    digits = common(found["gw"])
    return [
        [
            chip_name(str(chip), words),
            plain(row["gw"], digits),
            plain(row["compute"], 0),
            plain(row["value"], 0),
        ]
        for chip, row in found.iterrows()
    ]


def served_rows(data: xr.Dataset, words: Catalogue) -> list[list[str]]:
    """Where the demand of every workload is served."""
    return [
        [
            named("workload", str(label), words),
            _shown(row["demand"], 0),
            _shown(row["round_trip"], 0),
            _shown(row["longest"], 0),
            place_name(str(row["largest"]), words),
            percent(row["share"]),
        ]
        for label, row in tables.served_table(data).iterrows()
    ]


def power_rows(data: xr.Dataset, words: Catalogue) -> list[list[str]]:
    """Generation of the year and new plant, by family of carriers."""
    energy, new = tables.generated(data), tables.added(data)
    names = list(dict.fromkeys([*energy.index, *new.index]))
    digits = common(energy), common(new)
    return [
        [
            named("carrier", str(name), words),
            plain(float(energy.get(name, 0.0)), digits[0]),
            percent(float(energy.get(name, 0.0)) / float(energy.sum()), 1),
            plain(float(new.get(name, 0.0)), digits[1]),
        ]
        for name in names
    ]


def effect_rows(data: xr.Dataset, words: Catalogue) -> list[list[str]]:
    """Price of power with compute less that without, the largest effects first."""
    if "price_effect" not in data:
        return []
    effect = data["price_effect"].to_series()
    order = effect.abs().sort_values(ascending=False, kind="stable").index[:15]
    return [
        [
            place_name(str(bus), words),
            _shown(float(data["price_mean"].sel(bus=bus)), 1),
            signed(float(effect[bus]), 2),
        ]
        for bus in order
    ]


def source_notes(sources: Sequence[Mapping[str, Any]], words: Catalogue) -> list[dict[str, Any]]:
    """Mark what was synthesised in the titles of the data."""
    mark = words.text("plan_synthetic_mark")
    return [
        {
            **row,
            "long_name": f"{row['title']} {mark}" if row.get("synthetic") else row["title"],
            "units": row["unit"],
        }
        for row in sources
    ]
