"""Figures of the report on a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup

from tradewind.report import figures
from tradewind.report import plan_tables as tables
from tradewind.report.colours import (
    CARRIERS,
    COST_PARTS,
    REMAINDER,
    SERIES,
)
from tradewind.report.language import Catalogue
from tradewind.report.numbers import as_written, plain
from tradewind.report.plan_contract import BUILT, PlanOutputs
from tradewind.report.plan_maps import draw_maps
from tradewind.report.plan_story import difference
from tradewind.report.plan_words import case_title, common, named, place_name

MOST_SITES = 20
"""Sites with a bar of their own."""
MOST_LINES = 5
"""Sites with a line of their own."""
CHARGE = "#b3d9f2"


def draw(outputs: PlanOutputs, words: Catalogue) -> dict[str, Any]:
    """Draw every figure that the outputs allow."""
    data = outputs.shown
    return {
        **draw_maps(data, words),
        **_stacks(data, words),
        **_hours(data, words),
        "ranges": _ranges(data, words),
        "emissions": _emissions(data, words),
        "carbon_note": f"plan_carbon_note_{'pair' if _by_pair(data) else 'price'}",
        "worth": _worth(data, words),
        "sensitivities": _sensitivities(outputs, words),
    }


def _stacks(data: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    """Cost of an H100e-hour by site: whole, and without the chips, where sites differ."""
    parts = tables.stack_table(data).head(MOST_SITES)
    names = {part: named("part", part, words) for part in parts.columns}
    table = parts.rename(
        index=lambda site: place_name(str(site), words), columns=lambda part: names[str(part)]
    )
    colours = {names[part]: colour for part, colour in COST_PARTS.items()}
    rest = table.drop(columns=names["chips"])
    rest = rest.loc[rest.sum(axis=1).sort_values(kind="stable").index]
    heads = [words.text("plan_column_site"), words.text("plan_stack_axis")]
    drawn = []
    for which, shown in (("whole", table), ("rest", rest)):
        cells = [[plain(float(value), 3)] for value in shown.sum(axis=1)]
        drawn.append(
            {
                "title": words.text(f"plan_stack_{which}"),
                "key": figures.colour_key([(str(part), colours[str(part)]) for part in shown]),
                "drawing": figures.part_bars(
                    shown, colours, [*heads, words.text("plan_total")], cells, digits=3
                ),
            }
        )
    return {"stacks": drawn}


def _hours(data: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    """One week by the hour: power, compute by workload, work waiting, price of compute."""
    shown = data.isel(hour=tables.week(data))
    clock = figures.Clock.of(
        shown["time"].to_numpy(), shown["step"].to_numpy(), shown["period"].to_numpy()
    )
    used = [str(label) for label in data["workload"].to_numpy()]
    colours = {
        named("workload", label, words): SERIES[k % len(SERIES)] for k, label in enumerate(used)
    }
    compute = _renamed(tables.compute_hours(shown, "run"), colours)
    waiting = _renamed(tables.compute_hours(shown, "backlog"), colours)
    waiting = waiting.loc[:, (waiting.abs() > 1e-6).any()]
    best = tables.site_table(data).dropna(subset=["cost_usd"]).index[:MOST_LINES]
    price = tables.as_table(shown["compute_price"].sel(site=best), "hour", "site")
    price.columns = pd.Index([place_name(str(site), words) for site in best])
    lines = [colours[str(name)] for name in waiting]
    return {
        **_power_hours(clock, shown, words),
        **_facility_hours(clock, shown, words),
        "week_first": str(shown["time"].to_numpy()[0])[:10],
        "compute": figures.hour_areas(clock, compute, colours, words.text("plan_unit_run")),
        "waiting": figures.hour_lines(clock, waiting, lines, words.text("plan_unit_backlog"))
        if len(waiting.columns)
        else None,
        "waiting_key": figures.colour_key([(str(name), colours[str(name)]) for name in waiting]),
        "workload_key": figures.colour_key(list(colours.items())),
        "hour_price": figures.hour_lines(clock, price, SERIES, words.text("plan_unit_price")),
        "price_key": figures.colour_key(list(zip(map(str, price), SERIES, strict=False))),
    }


def _renamed(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    table.columns = pd.Index(list(names))
    return table


def _power_hours(clock: figures.Clock, shown: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    table = tables.power_hours(shown)
    layers = [name for name in CARRIERS if name in table]
    names = {name: named("carrier", name, words) for name in layers}
    colours = {names[name]: CARRIERS[name] for name in layers}
    drawn = table[layers].rename(columns=names)
    if float(table["charge"].min()) < -BUILT:
        charge = words.text("plan_charge")
        drawn[charge], colours[charge] = table["charge"], CHARGE
    lines = {
        words.text(f"plan_line_{name}"): (table[name].to_numpy(float), name)
        for name in ("load", "demand")
    }
    return {
        "power": figures.hour_areas(clock, drawn, colours, words.text("plan_unit_power"), lines),
        "power_key": figures.colour_key(
            list(colours.items()), [(name, kind) for name, (_, kind) in lines.items()]
        ),
    }


def _facility_hours(clock: figures.Clock, shown: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    """What the sites draw, which the load of a whole network would hide."""
    table = tables.facility_hours(shown, len(SERIES))
    colours = _site_colours(list(map(str, table.columns)), words)
    table = _renamed(table, colours)
    return {
        "facility": figures.hour_areas(clock, table, colours, words.text("plan_unit_power")),
        "facility_key": figures.colour_key(list(colours.items())),
    }


def _site_colours(sites: Sequence[str], words: Catalogue) -> dict[str, str]:
    """Names of sites and their colours; the rest of them has no name of its own and is grey."""
    found = {place_name(site, words): SERIES[k] for k, site in enumerate(sites) if site}
    return found | ({words.text("plan_rest"): REMAINDER} if "" in sites else {})


def _ranges(data: xr.Dataset, words: Catalogue) -> Markup | None:
    """IT capacity within the slack of the optimum, where it was asked for."""
    if "siting_low" not in data or "siting_high" not in data:
        return None
    table = pd.DataFrame(
        {
            "low": data["siting_low"].to_series(),
            "high": data["siting_high"].to_series(),
            "mark": data["it_capacity"].sum("chip").to_series(),
        }
    )
    table = table[table["high"] >= BUILT].sort_values(["mark", "high"], ascending=False)
    digits = common(table["high"])
    rows = []
    for site, row in table.head(MOST_SITES).iterrows():
        low, high, mark = (float(row[name]) for name in ("low", "high", "mark"))
        cells = [plain(mark, digits), f"{plain(low, digits)} … {plain(high, digits)}"]
        rows.append(figures.Range(place_name(str(site), words), low, high, mark, None, cells))
    heads = [words.text(f"plan_column_{name}") for name in ("site", "range", "it_gw", "range_low")]
    return figures.range_bars(rows, heads)


def _emissions(data: xr.Dataset, words: Catalogue) -> Markup | None:
    """Average and marginal carbon of the power of each site."""
    sites = tables.site_table(data).dropna(subset=["average_g"])
    rows = []
    for site, row in sites.head(MOST_SITES).iterrows():
        average, marginal = float(row["average_g"]), float(row["marginal_g"])
        known = np.isfinite(marginal)
        low, high = sorted((average, marginal)) if known else (average, average)
        cells = [plain(average, 0), plain(marginal, 0)]
        mark, hollow = (marginal, average) if known else (average, None)
        rows.append(figures.Range(place_name(str(site), words), low, high, mark, hollow, cells))
    if not rows:
        return None
    heads = [
        words.text(f"plan_column_{name}") for name in ("site", "carbon", "average", "marginal")
    ]
    return figures.range_bars(rows, heads)


def _by_pair(data: xr.Dataset) -> bool:
    """Whether marginal emissions are those of a second plan."""
    return str(data.attrs.get("emissions_marginal_method", "")).startswith("paired")


def _worth(data: xr.Dataset, words: Catalogue) -> Markup | None:
    """What one more kW of connection would save, where the limit binds."""
    worth = data["connection_value"].to_series().sort_values(ascending=False, kind="stable")
    worth = worth[worth > 0.01].head(MOST_SITES)
    if worth.empty:
        return None
    name = words.text("plan_column_connection_value")
    table = pd.DataFrame({name: worth.to_numpy()}, [place_name(str(s), words) for s in worth.index])
    room = data["connection_capacity"].sel(site=list(worth.index)).to_series()
    digits = common(worth, 2), common(room)
    cells = [
        [plain(float(worth[site]), digits[0]), plain(float(room[site]), digits[1])]
        for site in worth.index
    ]
    heads = [words.text("plan_column_site"), name, words.text("plan_column_value_short")]
    heads.append(words.text("plan_column_connection_gw"))
    return figures.part_bars(table, {name: SERIES[0]}, heads, cells, digits=0)


def _sensitivities(outputs: PlanOutputs, words: Catalogue) -> list[dict[str, Any]]:
    """Where compute stands as one number is varied: a bar a case, a colour a site."""
    found = []
    known = outputs.table[outputs.table["case"].isin(list(outputs.cases))]
    own = {case: each["varied"] for case, each in outputs.facts.get("assumed", {}).items()}
    for axis, base, rows in tables.axes(known, own):
        table = tables.siting({name: outputs.cases[name] for name in rows["case"]}, len(SERIES))
        colours = _site_colours(list(map(str, table.columns)), words)
        table = _renamed(table, colours)
        table.index = pd.Index(
            [
                _varied_to(float(row["value"]), words, own=row["case"] == base)
                for _, row in rows.iterrows()
            ]
        )
        cells = [
            [
                plain(float(row["usd_per_h100e_hour"]), 3),
                difference(row, known.iloc[0]),
            ]
            for _, row in rows.iterrows()
        ]
        title = {"axis": named("axis", axis, words), "case": _base_title(known, base, words)}
        heads = [title["axis"], words.text("plan_unit_it")]
        heads += [words.text(f"plan_column_{name}") for name in ("h100e_hour", "difference")]
        found.append(
            {
                "title": words.text("plan_siting_title", **title),
                "key": figures.colour_key(list(colours.items())),
                "drawing": figures.part_bars(table, colours, heads, cells),
            }
        )
    return found


def _varied_to(value: float, words: Catalogue, *, own: bool) -> str:
    """Write the value of a row; that of the case itself is marked."""
    if not own:
        return as_written(value)
    known = np.isfinite(value)
    return words.text("plan_base_at", value=as_written(value)) if known else words.text("plan_base")


def _base_title(table: pd.DataFrame, base: str, words: Catalogue) -> str:
    """Name the case that a sensitivity is of."""
    own = table[table["case"] == base]
    return case_title(own.iloc[0], words) if len(own) else base
