"""Figures of the report on a plan."""

from __future__ import annotations

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
    GAIN,
    LOSS,
    REMAINDER,
    SERIES,
    StepScale,
)
from tradewind.report.language import Catalogue
from tradewind.report.numbers import as_written, plain
from tradewind.report.plan_contract import BUILT, PlanOutputs
from tradewind.report.plan_story import difference
from tradewind.report.plan_words import common, dollars, named, number, place_name

MOST_SITES = 20
"""Sites with a bar of their own."""
MOST_LINES = 5
"""Sites with a line of their own."""
MAPS = {"average_g": (LOSS, 0), "cost_usd": (GAIN, 2)}
"""What bubbles are coloured by: column, ramp, decimals."""
CHARGE = "#b3d9f2"


def draw(outputs: PlanOutputs, words: Catalogue) -> dict[str, Any]:
    """Draw every figure that the outputs allow."""
    data = outputs.shown
    return {
        **_maps(data, words),
        **_stacks(data, words),
        **_hours(data, words),
        "ranges": _ranges(data, words),
        "emissions": _emissions(data, words),
        "worth": _worth(data, words),
        "sensitivities": _sensitivities(outputs, words),
    }


def _maps(data: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    sites = tables.site_table(data)
    empty = _empty(data, words)
    links = _links(data, words)
    found = []
    for column, (ramp, digits) in MAPS.items():
        values = sites[column]
        if values.isna().all():
            continue
        scale = StepScale.over(float(values.min()), float(values.max()), ramp)
        name = words.text(f"plan_map_{column}")
        bubbles = sites[["longitude", "latitude"]].assign(
            size=sites["it_gw"],
            value=values,
            name=[place_name(str(site), words) for site in sites.index],
            said=[_said(str(site), row, words) for site, row in sites.iterrows()],
        )
        found.append(
            {
                "title": name,
                "key": figures.step_key(scale, words.text(f"plan_unit_{column}"), digits),
                "drawing": figures.site_map(bubbles, empty, links, scale, name),
            }
        )
    size = figures.size_key(float(sites["it_gw"].max()), words.text("plan_unit_it"))
    return {"maps": found, "map_size": size}


def _said(site: str, row: pd.Series, words: Catalogue) -> str:
    return words.text(
        "plan_map_said",
        site=place_name(site, words),
        gw=number(float(row["it_gw"])),
        usd=dollars(float(row["cost_usd"])),
        grams=number(float(row["average_g"])),
    )


def _empty(data: xr.Dataset, words: Catalogue) -> pd.DataFrame:
    idle = data.isel(site=np.flatnonzero(data["it_capacity"].sum("chip").to_numpy() < BUILT))
    names = [place_name(str(site), words) for site in idle["site"].to_numpy()]
    return pd.DataFrame(
        {
            "longitude": idle["site_longitude"].to_numpy(),
            "latitude": idle["site_latitude"].to_numpy(),
            "said": [words.text("plan_map_empty", site=name) for name in names],
        }
    )


def _links(data: xr.Dataset, words: Catalogue) -> pd.DataFrame:
    """Lines between buses whose places are known, as wide as what they carry on average."""
    places = data[["bus_longitude", "bus_latitude"]].to_dataframe()
    pairs = tables.carried(data)
    largest = max(float(pairs["busy"].max()), BUILT) if len(pairs) else 1.0
    rows = []
    for (one, other), row in pairs.iterrows():
        ends = [places.loc[end, ["bus_longitude", "bus_latitude"]] for end in (one, other)]
        numbers = [float(number_) for end in ends for number_ in end]
        if not np.isfinite(numbers).all():
            continue
        pair = (one, other) if row["net"] >= 0.0 else (other, one)
        names = [place_name(str(end), words) for end in pair]
        said = words.text("plan_map_line", a=names[0], b=names[1], gw=number(abs(row["net"])))
        rows.append((*numbers, float(row["busy"]) / largest, said))
    columns = ["from_longitude", "from_latitude", "to_longitude", "to_latitude", "width", "said"]
    return pd.DataFrame(rows, columns=columns)


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
    best = tables.site_table(data).index[:MOST_LINES]
    price = tables.as_table(shown["compute_price"].sel(site=best), "hour", "site")
    price.columns = pd.Index([place_name(str(site), words) for site in best])
    lines = [colours[str(name)] for name in waiting]
    return {
        **_power_hours(clock, shown, words),
        "week_first": str(shown["time"].to_numpy()[0])[:10],
        "compute": figures.hour_areas(clock, compute, colours, words.text("plan_unit_run")),
        "waiting": figures.hour_lines(clock, waiting, lines, words.text("plan_unit_backlog"))
        if len(waiting.columns)
        else None,
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
    table = table[table["high"] >= BUILT].sort_values("mark", ascending=False, kind="stable")
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


def _worth(data: xr.Dataset, words: Catalogue) -> Markup | None:
    """What one more kW of connection would save, where the limit binds."""
    worth = data["connection_value"].to_series().sort_values(ascending=False, kind="stable")
    worth = worth[worth > 0.01].head(MOST_SITES)
    if worth.empty:
        return None
    name = words.text("plan_column_connection_value")
    table = pd.DataFrame({name: worth.to_numpy()}, [place_name(str(s), words) for s in worth.index])
    cells = [
        [plain(float(worth[site]), 0), number(float(data["connection_capacity"].sel(site=site)))]
        for site in worth.index
    ]
    heads = [words.text("plan_column_site"), name, words.text("plan_column_value_short")]
    heads.append(words.text("plan_column_connection_gw"))
    return figures.part_bars(table, {name: SERIES[0]}, heads, cells, digits=0)


def _sensitivities(outputs: PlanOutputs, words: Catalogue) -> list[dict[str, Any]]:
    """Where compute stands as one number is varied: a bar a case, a colour a site."""
    found = []
    first = float(outputs.table["system_cost"].dropna().iloc[0])
    for axis, rows in tables.axes(outputs.table).items():
        rows = rows[rows["case"].isin(list(outputs.cases))]
        if rows.empty:
            continue
        table = tables.siting({name: outputs.cases[name] for name in rows["case"]}, len(SERIES))
        names = {
            site: place_name(str(site), words) if site else words.text("plan_rest")
            for site in table.columns
        }
        colours = {names[site]: SERIES[k] for k, site in enumerate(table.columns) if site}
        colours |= {names[site]: REMAINDER for site in table.columns if not site}
        table = table.rename(columns=names)
        table.index = pd.Index([as_written(float(value)) for value in rows["value"]])
        cells = [
            [
                plain(float(row["usd_per_h100e_hour"]), 3),
                difference(float(row["system_cost"]), first),
            ]
            for _, row in rows.iterrows()
        ]
        heads = [named("axis", axis, words), words.text("plan_unit_it")]
        heads += [words.text(f"plan_column_{name}") for name in ("h100e_hour", "difference")]
        found.append(
            {
                "title": words.text("plan_siting_title", axis=named("axis", axis, words)),
                "key": figures.colour_key(list(colours.items())),
                "drawing": figures.part_bars(table, colours, heads, cells),
            }
        )
    return found
