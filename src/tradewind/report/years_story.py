"""What a run over the years says, in words: what changed, for whom, and what went with it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tradewind.report import years_compared as compared
from tradewind.report import years_tables as tables
from tradewind.report.language import Catalogue
from tradewind.report.numbers import plain, rounded
from tradewind.report.plan_words import number
from tradewind.report.years_contract import YearsRun
from tradewind.report.years_settings import warning
from tradewind.report.years_words import (
    STILL,
    capital_first,
    change,
    compute,
    listed,
    named,
    other_run,
)

FEW = 3
"""Economies and sectors that a sentence names."""
TOLD = 0.05
"""Change [% or points] from which a sentence tells it."""


SCARCE = 500.0
"""Price of power [USD / MWh] that no plant costs: load is not served."""


@dataclass(frozen=True)
class End:
    """Who loses or gains most.

    Attributes
    ----------
    code : str
    mean : float
        Real income, mean of the years after the first [%].
    year : int
        Worst year of who loses, best of who gains.
    value, last : float
        Real income in that year and in the last [%].
    """

    code: str
    mean: float
    year: int
    value: float
    last: float


def ends(paths: pd.DataFrame) -> tuple[End, End]:
    """Who loses most and who gains most, over all years after the first."""
    after = paths.iloc[1:]
    mean = after.mean()

    def end(code: str, year: int) -> End:
        path = after[code]
        return End(code, float(mean[code]), year, float(path[year]), float(path.iloc[-1]))

    lowest, highest = str(mean.idxmin()), str(mean.idxmax())
    return end(lowest, tables.year_of_largest(-after[lowest])), end(
        highest, tables.year_of_largest(after[highest])
    )


def told_year(run: YearsRun) -> int:
    """Year in which the run is furthest from what it is compared with; else the last."""
    paths = compared.income_paths(run)
    if run.against is None:
        return int(paths.index[-1])
    weight = run.outputs["gdp"].isel(year=0).to_series()
    return tables.year_of_largest((paths.abs() * weight[paths.columns]).sum(axis=1))


def headline(run: YearsRun, words: Catalogue) -> list[str]:
    """Tell the run in sentences, the first for those who read no more."""
    return [*_changed(run, words), _world(run, words), shapes(run, words), *scarce(run, words)]


def _changed(run: YearsRun, words: Catalogue) -> list[str]:
    """Who loses and gains, the world, and what goes with it."""
    paths = compared.income_paths(run)
    if run.against is None:
        return [_grown(run, paths, words)]
    if float(paths.abs().to_numpy().max()) < STILL:
        return [words.text("years_lead_nothing", least=STILL, other=other_run(run, words))]
    loser, winner = ends(paths)
    return [
        _lead(run, loser, winner, words),
        *warning(run, words),
        _total(run, paths, words),
        *(beside(run, end, words) for end in (loser, winner) if abs(end.mean) >= STILL),
    ]


def _lead(run: YearsRun, loser: End, winner: End, words: Catalogue) -> str:
    """Name who loses and who gains most against the other run."""
    parts = []
    for kind, end, side in (("loses", loser, -1.0), ("gains", winner, 1.0)):
        if side * end.mean < STILL:
            parts.append(words.text(f"years_lead_nobody_{kind}", least=STILL))
            continue
        lasts = end.year == compared.common_years(run)[-1]
        said = words.text(
            f"years_lead_{kind}" if lasts else f"years_lead_{kind}_then",
            economy=words.economy_in_sentence(end.code),
            mean=change(end.mean),
            value=change(end.value),
            year=end.year,
            end=change(end.last),
            last=compared.common_years(run)[-1],
        )
        parts.append(said)
    joint = {"en": " ", "zh": ""}[words.language]
    first, second = parts
    said = words.text("years_lead_against", other=other_run(run, words))
    return said + first + joint + capital_first(second)


def _grown(run: YearsRun, paths: pd.DataFrame, words: Catalogue) -> str:
    """Say how real income grows where there is nothing to compare with."""
    last = paths.iloc[-1]
    return words.text(
        "years_lead_alone",
        base=tables.base_year(run.outputs),
        last=tables.last_year(run.outputs),
        world=change(float(compared.world_income(run).iloc[-1])),
        winner=words.economy_in_sentence(str(last.idxmax())),
        gain=change(float(last.max())),
        loser=words.economy_in_sentence(str(last.idxmin())),
        loss=change(float(last.min())),
    )


def _total(run: YearsRun, paths: pd.DataFrame, words: Catalogue) -> str:
    """The world, and how many lose and gain in the year that is told."""
    year, world = told_year(run), compared.world_income(run)
    then, last = tables.row_of(paths, year), int(paths.index[-1])
    return words.text(
        "years_total_last" if year == last else "years_total",
        year=year,
        world=change(float(world[year])),
        last=last,
        end=change(float(world.iloc[-1])),
        losing=int((then <= -STILL).sum()),
        gaining=int((then >= STILL).sum()),
        economies=paths.shape[1],
        least=STILL,
    )


def beside(run: YearsRun, end: End, words: Catalogue) -> str:
    """Say what else differs in an economy in the year of its largest change."""
    row = tables.row_of(compared.differences(run, end.year), end.code)
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
    shift = compared.sector_shifts(run, end.year)[end.code]
    sector = str(shift.abs().idxmax())
    if abs(float(shift[sector])) >= TOLD:
        moved = {"sector": words.sector(sector), "value": change(float(shift[sector]))}
        parts.append(words.text("years_beside_sector", **moved))
    economy = words.economy_in_sentence(end.code)
    if not parts:
        return words.text("years_beside_nothing", economy=economy, year=end.year)
    return words.text("years_beside", economy=economy, year=end.year, parts=listed(parts, words))


def _world(run: YearsRun, words: Catalogue) -> str:
    """Chips and power of the world, first and last."""
    table = tables.world_table(run.outputs)
    first, last = table.iloc[0], table.iloc[-1]
    return words.text(
        "years_world",
        base=int(table.index[0]),
        last=int(table.index[-1]),
        before=compute(1e6 * float(first["compute_million"]), words),
        after=compute(1e6 * float(last["compute_million"]), words),
        twh=number(float(last["ai_twh"])),
        idle=number(float(last["idle_gw"])),
    )


def shapes(run: YearsRun, words: Catalogue) -> str:
    """Say how far apart the shapes of automation are."""
    if run.shapes is None:
        return words.text("years_shapes_none", shape=named("shape", own_shape(run), words))
    table = tables.shape_table(run.shapes, run.outputs["gdp"].isel(year=0))
    order = table.sort_values("automated_percent", kind="stable")
    least, most = order.iloc[0], order.iloc[-1]
    return words.text(
        "years_shapes",
        last=tables.last_year(run.outputs),
        low=change(float(least["income_percent"])),
        low_shape=named("shape", str(least.name), words),
        low_share=plain(float(least["automated_percent"]), 1),
        high=change(float(most["income_percent"])),
        high_shape=named("shape", str(most.name), words),
        high_share=plain(float(most["automated_percent"]), 1),
        own=named("shape", own_shape(run), words),
    )


def scarce(run: YearsRun, words: Catalogue) -> list[str]:
    """Warn of economies whose price of power is that of load that nobody serves."""
    prices = tables.by_economy(run.outputs, "power_price_economy")
    highest = prices.max().sort_values(ascending=False, kind="stable")
    return [
        words.text(
            "years_scarce",
            economy=words.economy_in_sentence(str(code)),
            price=number(float(rounded(value))),
            year=tables.year_of_largest(prices[str(code)] >= SCARCE),
        )
        for code, value in highest.items()
        if value >= SCARCE
    ]


def own_shape(run: YearsRun) -> str:
    """Shape of automation that the run itself takes."""
    return str(run.outputs.attrs["shape"])
