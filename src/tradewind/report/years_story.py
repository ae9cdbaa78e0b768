"""What a run over the years says, in words: what changed, for whom, and what went with it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tradewind.report import years_tables as tables
from tradewind.report.language import Catalogue
from tradewind.report.numbers import plain
from tradewind.report.plan_words import number
from tradewind.report.pressure_words import interval, place
from tradewind.report.years_contract import YearsRun
from tradewind.report.years_words import (
    STILL,
    capital_first,
    change,
    listed,
    named,
    other_run,
    shares,
)

FEW = 3
"""Economies and sectors that a sentence names."""
TOLD = 0.05
"""Change [% or points] from which a sentence tells it."""


@dataclass(frozen=True)
class End:
    """Who loses or gains most.

    Attributes
    ----------
    code : str
    year : int
        Of the largest change.
    value, last : float
        Real income in that year and in the last [%].
    """

    code: str
    year: int
    value: float
    last: float


def ends(paths: pd.DataFrame) -> tuple[End, End]:
    """Who falls furthest in any year, and who rises furthest."""
    lowest, highest = paths.min().idxmin(), paths.max().idxmax()
    years = paths[lowest].idxmin(), paths[highest].idxmax()
    loser, winner = (
        End(str(code), int(year), float(paths[code][year]), float(paths[code].iloc[-1]))
        for code, year in zip((lowest, highest), years, strict=True)
    )
    return loser, winner


def told_year(run: YearsRun) -> int:
    """Year in which the run is furthest from what it is compared with; else the last."""
    paths = tables.income_paths(run)
    if run.against is None:
        return int(paths.index[-1])
    weight = run.outputs["gdp"].isel(year=0).to_series()
    return int((paths.abs() * weight[paths.columns]).sum(axis=1).idxmax())


def headline(run: YearsRun, words: Catalogue) -> list[str]:
    """Tell the run in sentences, the first for those who read no more."""
    paths = tables.income_paths(run)
    if run.against is None:
        return [_grown(run, paths, words), _shapes(run, words), *_world(run, words)]
    loser, winner = ends(paths)
    if max(-loser.value, winner.value) < STILL:
        said = words.text("years_lead_nothing", least=STILL, other=other_run(run, words))
        return [said, _shapes(run, words), *_world(run, words)]
    return [
        _lead(run, loser, winner, words),
        _total(run, paths, words),
        *(beside(run, end, words) for end in (loser, winner) if abs(end.value) >= STILL),
        *_world(run, words),
        _shapes(run, words),
    ]


def _lead(run: YearsRun, loser: End, winner: End, words: Catalogue) -> str:
    """Name who loses and who gains most against the other run."""
    parts = []
    for kind, end in (("loses", loser), ("gains", winner)):
        if abs(end.value) < STILL:
            parts.append(words.text(f"years_lead_nobody_{kind}", least=STILL))
            continue
        lasts = end.year == tables.common_years(run)[-1]
        said = words.text(
            f"years_lead_{kind}" if lasts else f"years_lead_{kind}_then",
            economy=words.economy_in_sentence(end.code),
            value=change(end.value),
            year=end.year,
            end=change(end.last),
            last=tables.common_years(run)[-1],
        )
        parts.append(capital_first(said))
    joint = {"en": " ", "zh": ""}[words.language]
    return words.text("years_lead_against", other=other_run(run, words)) + joint.join(parts)


def _grown(run: YearsRun, paths: pd.DataFrame, words: Catalogue) -> str:
    """Say how real income grows where there is nothing to compare with."""
    last = paths.iloc[-1]
    return words.text(
        "years_lead_alone",
        base=tables.base_year(run.outputs),
        last=tables.last_year(run.outputs),
        world=change(float(tables.world_income(run).iloc[-1])),
        winner=words.economy_in_sentence(str(last.idxmax())),
        gain=change(float(last.max())),
        loser=words.economy_in_sentence(str(last.idxmin())),
        loss=change(float(last.min())),
    )


def _total(run: YearsRun, paths: pd.DataFrame, words: Catalogue) -> str:
    """The world, and how many lose and gain in the year that is told."""
    year, world = told_year(run), tables.world_income(run)
    then = paths.loc[year]
    return words.text(
        "years_total",
        year=year,
        world=change(float(world[year])),
        last=int(paths.index[-1]),
        end=change(float(world.iloc[-1])),
        losing=int((then <= -STILL).sum()),
        gaining=int((then >= STILL).sum()),
        economies=paths.shape[1],
        least=STILL,
    )


def beside(run: YearsRun, end: End, words: Catalogue) -> str:
    """Say what else differs in an economy in the year of its largest change."""
    row = tables.differences(run, end.year).loc[end.code]
    keys = {
        "power": "power_price_against_percent",
        "compute": "compute_against_percent",
        "wage": "real_wage_against_percent",
        "automated": "automated_share_against_points",
    }
    parts = [
        words.text(f"years_beside_{name}", value=change(float(row[key])))
        for name, key in keys.items()
        if abs(float(row[key])) >= TOLD
    ]
    shift = tables.sector_shifts(run, end.year)[end.code]
    sector = str(shift.abs().idxmax())
    if abs(float(shift[sector])) >= TOLD:
        moved = {"sector": words.sector(sector), "value": change(float(shift[sector]))}
        parts.append(words.text("years_beside_sector", **moved))
    economy = words.economy_in_sentence(end.code)
    if not parts:
        return words.text("years_beside_nothing", economy=economy, year=end.year)
    return words.text("years_beside", economy=economy, year=end.year, parts=listed(parts, words))


def _world(run: YearsRun, words: Catalogue) -> list[str]:
    """Chips and power of the world, first and last."""
    table = tables.world_table(run.outputs)
    first, last = table.iloc[0], table.iloc[-1]
    return [
        words.text(
            "years_world",
            base=int(table.index[0]),
            last=int(table.index[-1]),
            before=number(float(first["compute_million"])),
            after=number(float(last["compute_million"])),
            twh=number(float(last["ai_twh"])),
            idle=number(float(last["idle_gw"])),
        )
    ]


def _shapes(run: YearsRun, words: Catalogue) -> str:
    """Say how far apart the shapes of automation are."""
    if run.shapes is None:
        return words.text("years_shapes_none", shape=named("shape", own_shape(run), words))
    table = tables.shape_table(run.shapes, run.outputs["gdp"].isel(year=0))
    low, high = table["automated_percent"].idxmin(), table["automated_percent"].idxmax()
    return words.text(
        "years_shapes",
        last=tables.last_year(run.outputs),
        low=change(float(table.loc[low, "income_percent"])),
        low_shape=named("shape", str(low), words),
        low_share=plain(float(table.loc[low, "automated_percent"]), 1),
        high=change(float(table.loc[high, "income_percent"])),
        high_shape=named("shape", str(high), words),
        high_share=plain(float(table.loc[high, "automated_percent"]), 1),
        own=named("shape", own_shape(run), words),
    )


def own_shape(run: YearsRun) -> str:
    """Shape of automation that the run itself takes."""
    return str(run.outputs.attrs["shape"])


def blocks(run: YearsRun, words: Catalogue) -> dict[str, str]:
    """One paragraph for each part of the model."""
    return {
        "chips": _chips(run, words),
        "power": _power(run, words),
        "automation": _automation(run, words),
        "stacks": _stacks(run, words),
        "trade": _trade(run, words),
        "capital": _capital(run, words),
        "strength": _strength(run, words),
    }


def _chips(run: YearsRun, words: Catalogue) -> str:
    table, data = tables.world_table(run.outputs), run.outputs
    stock = tables.by_economy(data, "compute_stock")
    last = table.iloc[-1]
    said = words.text(
        "years_chips_text",
        last=int(table.index[-1]),
        top=shares(stock.iloc[-1], FEW, words),
        domestic=plain(float(last["domestic_percent"]), 0),
        leaked=number(float(last["leaked_thousand"])),
        rented=number(float(last["rented_thousand"])),
    )
    if run.against is None:
        return said
    year = tables.common_years(run)[-1]
    change_ = tables.differences(run, year)["compute_against_percent"]
    known = change_[stock.loc[year][change_.index] > 0.0]
    most = str(known.abs().idxmax())
    return said + words.text(
        "years_chips_against",
        other=other_run(run, words),
        year=year,
        economy=words.economy_in_sentence(most),
        value=change(float(known[most])),
    )


def _power(run: YearsRun, words: Catalogue) -> str:
    table = tables.world_table(run.outputs)
    idle = table["idle_gw"]
    said = words.text(
        "years_power_text",
        base=int(table.index[0]),
        last=int(table.index[-1]),
        before=number(float(table["data_centre_twh"].iloc[0])),
        after=number(float(table["data_centre_twh"].iloc[-1])),
        ai=number(float(table["ai_twh"].iloc[-1])),
        idle=number(float(idle.max()), 2),
        year=int(idle.idxmax()),
        top=shares(tables.by_economy(run.outputs, "compute_placed_share").iloc[-1], FEW, words),
    )
    if run.against is None:
        return said
    paths = {
        year: tables.differences(run, year)["power_price_against_percent"]
        for year in tables.common_years(run)
    }
    prices = pd.DataFrame(paths).T
    code = str(prices.abs().max().idxmax())
    worst = prices[code].abs().idxmax()
    return said + words.text(
        "years_power_against",
        other=other_run(run, words),
        economy=words.economy_in_sentence(code),
        value=change(float(prices[code][worst])),
        year=int(worst),
    )


def _automation(run: YearsRun, words: Catalogue) -> str:
    table = tables.world_table(run.outputs)
    own = tables.by_economy(run.outputs, "automated_share").iloc[-1] * 100.0
    return words.text(
        "years_automation_text",
        shape=named("shape", own_shape(run), words),
        base=int(table.index[0]),
        last=int(table.index[-1]),
        before=plain(float(table["automated_percent"].iloc[0]), 1),
        after=plain(float(table["automated_percent"].iloc[-1]), 1),
        high=words.economy_in_sentence(str(own.idxmax())),
        high_share=plain(float(own.max()), 1),
        low=words.economy_in_sentence(str(own.idxmin())),
        low_share=plain(float(own.min()), 1),
    )


def _stacks(run: YearsRun, words: Catalogue) -> str:
    table = tables.world_table(run.outputs)
    values = {
        f"{name}_{end}": plain(float(table[f"chinese_{name}_percent"].iloc[at]), 0)
        for name in ("tokens", "visits")
        for end, at in (("before", 0), ("after", -1))
    }
    return words.text(
        "years_stacks_text", base=int(table.index[0]), last=int(table.index[-1]), **values
    )


def _trade(run: YearsRun, words: Catalogue) -> str:
    year = told_year(run)
    rows = tables.sector_shifts(run, year).stack()
    gained, lost = rows.idxmax(), rows.idxmin()
    if max(float(rows[gained]), -float(rows[lost])) < STILL:
        return words.text("years_trade_still", other=other_run(run, words), year=year)
    return words.text(
        "years_trade_text",
        other=other_run(run, words),
        year=year,
        winner=words.economy_in_sentence(str(gained[1])),
        gained=words.sector(str(gained[0])),
        gain=change(float(rows[gained])),
        loser=words.economy_in_sentence(str(lost[1])),
        lost=words.sector(str(lost[0])),
        loss=change(float(rows[lost])),
    )


def _capital(run: YearsRun, words: Catalogue) -> str:
    table = tables.world_table(run.outputs)
    last = table.iloc[-1]
    flow = tables.by_economy(run.outputs, "net_flow").iloc[-1]
    pays = table["return_percent"] >= 0.0
    return words.text(
        "years_capital_pays" if bool(pays.iloc[-1]) else "years_capital_short",
        last=int(table.index[-1]),
        invested=number(float(last["investment_billion"])),
        revenue=number(float(last["revenue_billion"])),
        needed=number(float(last["break_even_billion"])),
        value=change(float(last["return_percent"])),
        years=int(pays.sum()),
        count=len(pays),
        lender=words.economy_in_sentence(str(flow.idxmin())),
        borrower=words.economy_in_sentence(str(flow.idxmax())),
    )


def _strength(run: YearsRun, words: Catalogue) -> str:
    levels = tables.economy_levels(run.outputs, tables.last_year(run.outputs))
    first = levels.sort_values("strength_rank", kind="stable").iloc[0]
    before = tables.by_economy(run.outputs, "strength_rank")
    moved = before.iloc[0] - before.iloc[-1]
    up, down = str(moved.idxmax()), str(moved.idxmin())
    table = tables.world_table(run.outputs)
    return words.text(
        "years_strength_text",
        last=int(table.index[-1]),
        base=int(table.index[0]),
        first=capital_first(words.economy_in_sentence(str(first.name))),
        between=interval(float(first["strength_rank_low"]), float(first["strength_rank_high"])),
        up=words.economy_in_sentence(up),
        up_places=place(float(moved[up])),
        down=words.economy_in_sentence(down),
        down_places=place(-float(moved[down])),
        before=plain(float(table["dispersion"].iloc[0]), 3),
        after=plain(float(table["dispersion"].iloc[-1]), 3),
    )
