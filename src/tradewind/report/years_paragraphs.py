"""One paragraph for each part of a run over the years."""

from __future__ import annotations

import pandas as pd

from tradewind.report import years_compared as compared
from tradewind.report import years_tables as tables
from tradewind.report.language import Catalogue
from tradewind.report.numbers import plain
from tradewind.report.plan_words import number
from tradewind.report.pressure_words import interval, place
from tradewind.report.years_contract import YearsRun
from tradewind.report.years_story import FEW, own_shape, told_year
from tradewind.report.years_words import (
    STILL,
    capital_first,
    change,
    compute,
    named,
    other_run,
    shares,
)


def blocks(run: YearsRun, words: Catalogue) -> dict[str, str]:
    """One paragraph for each part of the model."""
    table = tables.world_table(run.outputs)
    return {
        "chips": _chips(run, table, words),
        "power": _power(run, table, words),
        "automation": _automation(run, table, words),
        "stacks": _stacks(table, words),
        "trade": _trade(run, words),
        "capital": _capital(run, table, words),
        "strength": _strength(run, table, words),
    }


def _chips(run: YearsRun, table: pd.DataFrame, words: Catalogue) -> str:
    stock = tables.by_economy(run.outputs, "compute_stock")
    last = table.iloc[-1]
    said = words.text(
        "years_chips_text",
        last=int(table.index[-1]),
        top=shares(stock.iloc[-1], FEW, words),
        domestic=plain(float(last["domestic_percent"]), 0),
        leaked=compute(1e3 * float(last["leaked_thousand"]), words),
        rented=compute(1e3 * float(last["rented_thousand"]), words),
    )
    if run.against is None:
        return said
    year = compared.common_years(run)[-1]
    change_ = compared.differences(run, year)["compute_against_percent"]
    known = change_[tables.row_of(stock, year)[change_.index] > 0.0]
    most = str(known.abs().idxmax())
    return said + words.text(
        "years_chips_against",
        other=other_run(run, words),
        year=year,
        economy=words.economy_in_sentence(most),
        value=change(float(known[most])),
    )


def _power(run: YearsRun, table: pd.DataFrame, words: Catalogue) -> str:
    idle = table["idle_gw"]
    said = words.text(
        "years_power_text",
        base=int(table.index[0]),
        last=int(table.index[-1]),
        before=number(float(table["data_centre_twh"].iloc[0])),
        after=number(float(table["data_centre_twh"].iloc[-1])),
        ai=number(float(table["ai_twh"].iloc[-1])),
        idle=number(float(idle.max()), 2),
        year=tables.year_of_largest(idle),
        top=shares(tables.by_economy(run.outputs, "compute_placed_share").iloc[-1], FEW, words),
    )
    if run.against is None:
        return said
    prices = compared.price_paths(run)
    code = str(prices.abs().max().idxmax())
    worst = tables.year_of_largest(prices[code].abs())
    return said + words.text(
        "years_power_against",
        other=other_run(run, words),
        economy=words.economy_in_sentence(code),
        value=change(float(prices[code][worst])),
        year=worst,
    )


def _automation(run: YearsRun, table: pd.DataFrame, words: Catalogue) -> str:
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


def _stacks(table: pd.DataFrame, words: Catalogue) -> str:
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
    rows = compared.long_shifts(compared.sector_shifts(run, year))
    order = rows.sort_values("points", kind="stable")
    lost, gained = order.iloc[0], order.iloc[-1]
    if max(float(gained["points"]), -float(lost["points"])) < STILL:
        return words.text("years_trade_still", other=other_run(run, words), year=year)
    return words.text(
        "years_trade_text",
        other=other_run(run, words),
        year=year,
        winner=words.economy_in_sentence(str(gained["economy"])),
        gained=words.sector(str(gained["sector"])),
        gain=change(float(gained["points"])),
        loser=words.economy_in_sentence(str(lost["economy"])),
        lost=words.sector(str(lost["sector"])),
        loss=change(float(lost["points"])),
    )


def _capital(run: YearsRun, table: pd.DataFrame, words: Catalogue) -> str:
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


def _strength(run: YearsRun, table: pd.DataFrame, words: Catalogue) -> str:
    levels = tables.economy_levels(run.outputs, tables.last_year(run.outputs))
    first = levels.sort_values("strength_rank", kind="stable").iloc[0]
    before = tables.by_economy(run.outputs, "strength_rank")
    moved = before.iloc[0] - before.iloc[-1]
    up, down = str(moved.idxmax()), str(moved.idxmin())
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
