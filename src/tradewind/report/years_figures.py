"""Figures of a run over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from tradewind.report import figures
from tradewind.report import years_compared as compared
from tradewind.report import years_tables as tables
from tradewind.report.colours import DivergingScale
from tradewind.report.figures.bands import MOST
from tradewind.report.language import Catalogue
from tradewind.report.numbers import digits_for, income_digits, plain, signed
from tradewind.report.pressure_words import interval, place
from tradewind.report.years_contract import YearsRun
from tradewind.report.years_story import told_year
from tradewind.report.years_words import named, other_run

EFFECTS = 24
"""Economies of the figure of effects."""
PRICES = 12
"""Economies of the figure of prices of power."""
LARGEST = 20
"""Economies of the figure of shapes."""
FLOWS = 6
"""Lenders and borrowers of capital that are shown."""
SMALLEST_STOCK = 0.01
"""Foot of the figure of compute [million H100e]."""


def draw(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    """Draw every figure of the page."""
    return {
        **_income(run, words),
        **_compute(run, words),
        **_power(run, words),
        **_automation(run, words),
        **_stacks(run, words),
        **_trade(run, words),
        **_capital(run, words),
        "ladder": _ladder(run, words),
    }


def lines(
    table: pd.DataFrame, names: Mapping[str, tuple[str, str]], unit: str, **axis: Any
) -> Markup:
    """Draw each column of a table as a line over its years."""
    found = {
        str(name): pd.DataFrame(dict.fromkeys(("low", "median", "high"), column))
        for name, column in table.items()
    }
    return figures.band_curves(found, names, unit, **axis)


def economy_names(codes: Sequence[str], words: Catalogue) -> dict[str, tuple[str, str]]:
    """Names of economies in full, and their codes for a narrow page."""
    return {code: (words.economy(code), code) for code in codes}


def _income(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    paths = compared.income_paths(run)
    year, last = told_year(run), int(paths.index[-1])
    other = other_run(run, words)
    then = tables.row_of(paths, year)
    scale = DivergingScale.over(float(then.abs().max()))
    size = paths.abs().max().sort_values(ascending=False, kind="stable")
    five = [str(code) for code in size.index[:MOST]]
    title = words.text("years_paths_title", other=other)
    found = {
        "map": figures.world_map(
            then, scale, words, title=words.text("years_map_said", other=other)
        ),
        "map_legend": figures.diverging_legend(
            scale,
            words.text("legend_unit_percent"),
            (words.text("legend_loss"), words.text("legend_gain")),
        ),
        "map_title": words.text("years_map_title", year=year, other=other),
        "paths": lines(paths[five], economy_names(five, words), title),
        "paths_title": title,
        "effects": None,
    }
    if run.against is None:
        return found
    rows = [_effect(paths[str(code)], str(code), words) for code in size.index[:EFFECTS]]
    rows.sort(key=lambda row: -row.mark)
    heads = [words.text("column_economy"), words.text("column_change")]
    heads += [str(last), words.text("years_column_largest"), words.text("years_column_when")]
    return found | {
        "effects": figures.range_bars(rows, heads),
        "effects_title": words.text("years_effect_title", other=other, last=last),
        "effects_note": words.text("years_effect_note", shown=len(rows), economies=paths.shape[1]),
    }


def _effect(path: pd.Series, code: str, words: Catalogue) -> figures.Range:
    """Last and largest change of one economy."""
    year = tables.year_of_largest(path.abs())
    last, most = float(path.iloc[-1]), float(path[year])
    digits = income_digits([last, most])
    cells = [signed(last, digits), signed(most, digits), str(year)]
    return figures.Range(words.economy(code), min(last, most), max(last, most), last, most, cells)


def _compute(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    stock = tables.by_economy(run.outputs, "compute_stock") / 1e6
    five = tables.largest(stock, MOST)
    title = words.text("years_stock_title")
    names = economy_names(five, words)
    return {"stock": lines(stock[five], names, title, log=True, floor=SMALLEST_STOCK)}


def _power(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    world = tables.world_table(run.outputs)[["data_centre_twh", "ai_twh"]]
    said = {
        "data_centre_twh": ("years_energy_all", "years_code_all"),
        "ai_twh": ("years_energy_ai", "years_code_ai"),
    }
    placed = 100.0 * tables.by_economy(run.outputs, "compute_placed_share")
    five = tables.largest(placed, MOST)
    names = {name: (words.text(full), words.text(code)) for name, (full, code) in said.items()}
    return {
        "energy": lines(world, names, words.text("years_energy_title")),
        "places": lines(placed[five], economy_names(five, words), words.text("years_places_title")),
        **_prices(run, words),
    }


def _prices(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    """Prices of power where two runs differ most, in the year in which they do."""
    if run.against is None:
        return {"prices": None}
    own, other = (
        tables.by_economy(data, "power_price_economy") for data in (run.outputs, run.against)
    )
    gap = compared.price_paths(run).abs()
    year = tables.year_of_largest(gap.max(axis=1))
    rows = []
    for code in tables.row_of(gap, year).sort_values(ascending=False, kind="stable").index[:PRICES]:
        now, then = float(own[code][year]), float(other[code][year])
        cells = [plain(now, 0), plain(then, 0)]
        name = words.economy(str(code))
        rows.append(figures.Range(name, min(now, then), max(now, then), now, then, cells))
    heads = [words.text("column_economy"), words.text("years_column_price")]
    heads += [words.text("years_column_this"), words.text("years_column_other")]
    title = words.text("years_price_title", year=year, other=other_run(run, words))
    return {"prices": figures.range_bars(rows, heads), "prices_title": title}


def _automation(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    if run.shapes is None:
        return {"automated": None}
    weight = run.outputs["gdp"].isel(year=0)
    share = 100.0 * (run.shapes["automated_share"] * weight / weight.sum()).sum("economy")
    shapes = [str(shape) for shape in run.shapes["shape"].to_numpy()]
    years = [int(year) for year in run.shapes["year"].to_numpy()]
    table = pd.DataFrame(share.transpose("year", "shape").to_numpy(), years, shapes)
    names = {
        shape: (words.text(f"years_short_{shape}"), words.text(f"years_code_{shape}"))
        for shape in shapes
    }
    rows = []
    shown = compared.headline_table(run).head(LARGEST)
    for code, line in shown.iterrows():
        own, low, high = (float(line[f"real_income_percent{end}"]) for end in ("", "_low", "_high"))
        cells = [signed(own, 0), f"{signed(low, 0)} … {signed(high, 0)}"]
        rows.append(figures.Range(words.economy(str(code)), low, high, own, None, cells))
    heads = [words.text("column_economy"), words.text("years_column_income"), "%"]
    heads.append(words.text("years_column_range"))
    return {
        "automated": lines(table, names, words.text("years_automated_title")),
        "shape_ranges": figures.range_bars(rows, heads),
        "shape_ranges_shown": len(rows),
    }


def _stacks(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    """World shares of stacks, one figure a measure."""
    found = []
    for measure in ("tokens", "visits"):
        one = 100.0 * run.outputs["world_stack_share"].sel(measure=measure)
        stacks = [str(stack) for stack in one["stack"].to_numpy()]
        years = [int(year) for year in one["year"].to_numpy()]
        table = pd.DataFrame(one.transpose("year", "stack").to_numpy(), years, stacks)
        names = {
            stack: (named("stack", stack, words), named("code", stack, words)) for stack in stacks
        }
        title = words.text(f"years_stack_title_{measure}")
        found.append({"title": title, "drawing": lines(table, names, title)})
    return {"stacks": found}


def _trade(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    year = told_year(run)
    shift = compared.sector_shifts(run, year)
    scale = DivergingScale.over(float(shift.abs().to_numpy().max()), ladder=(1, 3))
    ends = (words.text("legend_loss"), words.text("legend_gain"))
    share = tables.by_economy(run.outputs, "gdp")
    share = 100.0 * share.div(share.sum(axis=1), axis=0)
    five = tables.largest(share, MOST)
    return {
        "heat": figures.relocation_map(shift, scale, words),
        "heat_legend": figures.diverging_legend(scale, words.text("legend_unit_points"), ends),
        "heat_title": words.text("years_heat_title", year=year, other=other_run(run, words)),
        "gdp": lines(share[five], economy_names(five, words), words.text("years_gdp_title")),
    }


def _capital(run: YearsRun, words: Catalogue) -> dict[str, Any]:
    world = tables.world_table(run.outputs)
    said = {
        "revenue_billion": words.text("years_revenue_earned"),
        "break_even_billion": words.text("years_revenue_needed"),
    }
    names = {name: (text, text) for name, text in said.items()}
    last = run.outputs.isel(year=-1)
    share = (100.0 * last["net_flow"] / last["gdp"]).to_series().sort_values(kind="stable")
    borrow, lend = share[share > 0.0], share[share < 0.0]
    share = pd.concat([borrow.tail(FLOWS)[::-1], lend.head(FLOWS)[::-1]])
    digits = digits_for(share, 2, least=1)
    rows = []
    for code, value in share.items():
        one, name = float(value), words.economy(str(code))
        cells = [signed(one, digits)]
        rows.append(figures.Range(name, min(one, 0.0), max(one, 0.0), one, None, cells))
    heads = [words.text("column_economy"), words.text("years_column_flow"), "%"]
    return {
        "revenue": lines(world[list(said)], names, words.text("years_revenue_title")),
        "flows": figures.range_bars(rows, heads),
    }


def _ladder(run: YearsRun, words: Catalogue) -> Markup:
    """Ranks of the last year with their intervals, and of the first."""
    first, last = tables.base_year(run.outputs), tables.last_year(run.outputs)
    now, then = (tables.economy_levels(run.outputs, year) for year in (last, first))
    rows = []
    for code, line in now.sort_values("strength_rank", kind="stable").iterrows():
        before = tables.row_of(then, str(code))
        rank, low, high = (float(line[f"strength_rank{end}"]) for end in ("", "_low", "_high"))
        cells = [ranked(line), ranked(before)]
        start = float(before["strength_rank"])
        rows.append(figures.Range(words.economy(str(code)), low, high, rank, start, cells))
    heads = [words.text("column_economy"), words.text("years_column_rank")]
    heads += [words.text("years_column_first_rank", year=year) for year in (last, first)]
    return figures.range_bars(rows, heads)


def ranked(line: pd.Series) -> str:
    """Write a rank with its interval."""
    between = interval(float(line["strength_rank_low"]), float(line["strength_rank_high"]))
    return f"{place(float(line['strength_rank']))} ({between})"
