"""A draw of the parameters turned into the arrays of the market: supply, prices, demand.

What was observed to the end of 2025 stands as it is; after it each chain grows by its bottleneck,
specifications and prices by their own laws (``equations``); demand has its own file.
"""

from __future__ import annotations

import numpy as np

from tradewind.chips import path
from tradewind.chips.calendar import Calendar
from tradewind.chips.demand import WORKLOADS, demand
from tradewind.chips.equations import bottleneck, effective_chips, grown, learned_cost
from tradewind.chips.families import ABROAD, LEADING, families, pools
from tradewind.chips.history import (
    LAST_OBSERVED,
    MADE_AT_HOME,
    QUARTERS,
    History,
    by_year,
)
from tradewind.chips.parameters import Values
from tradewind.chips.programme import NONE, Floats, Integers

SMIC_WAFERS_A_MONTH = 45_000.0
"""Advanced wafers of 2025 (SemiAnalysis; CSIS says 50,000)."""
OLD_LINE = "hopper"
"""Pool whose lines are kept after 2025 for what China may buy."""
DIES_OF_OLD_LINE = 0.5
"""Leading packages, of two dies, for which a package of the old line stood in 2025."""
FOUNDRIES_FROM = 2023
"""First year of Ascend dies from a foundry abroad."""
HOME_MEMORY_FROM = 2026
"""First year of HBM made in China in quantity."""


def labels() -> list[str]:
    """Labels of the families, in the order of every family axis here."""
    return list(families())


def specification(history: History, calendar: Calendar, values: Values) -> tuple[Floats, Floats]:
    """H100e and bandwidth of each package by year: (year, family) [H100 / package]."""
    ahead = np.maximum(np.array(calendar.years) - LAST_OBSERVED, 0)
    h100e, bandwidth = (
        _extended(table, len(ahead)) for table in (history.h100e, history.bandwidth)
    )
    for f, (label, family) in enumerate(families().items()):
        if label in MADE_AT_HOME:
            h100e[:, f] *= values["home_performance_growth"] ** ahead
            bandwidth[:, f] *= values["home_performance_growth"] ** ahead
        elif family.grows:
            h100e[:, f] *= values["performance_growth"] ** ahead
            bandwidth[:, f] *= values["bandwidth_growth"] ** ahead
    return h100e, bandwidth


def chain_index(calendar: Calendar, values: Values) -> Floats:
    """What the leading chain can make over 2025: (year,) [1], 1 to 2025."""
    ahead = np.maximum(np.array(calendar.years, float) - LAST_OBSERVED, 0.0)
    fading = values["growth_fading"]
    wafers = values["wafer_slack"] * grown(1.0, values["wafer_growth"], ahead, fading)
    memory = values["memory_slack"] * grown(1.0, values["memory_growth"], ahead, fading)
    stacks = grown(1.0, values["stacks_growth"], ahead, fading)
    packaging = grown(1.0, values["packaging_growth"], ahead, fading)
    return bottleneck(wafers, memory / stacks, packaging)


def supply(history: History, calendar: Calendar, values: Values) -> Floats:
    """What each pool can make: (period, pool) [pool's units], of the home pools at M = 1."""
    names = pools()
    drawn = history.units * np.repeat(_extended(history.dies, len(QUARTERS) // 4), 4, axis=0)
    quarterly = np.zeros((len(QUARTERS), len(names)))
    for f, family in enumerate(families().values()):
        quarterly[:, names.index(family.pool)] += drawn[:, f]
    yearly = by_year(quarterly)[-1]
    base = yearly.copy()
    old, new = names.index(OLD_LINE), names.index("blackwell")
    base[names.index(LEADING)] = yearly[new] + DIES_OF_OLD_LINE * yearly[old]
    base[[names.index("ampere"), new]] = 0.0
    base[old] = values["old_line_packages"]
    index = np.repeat(chain_index(calendar, values)[:, None], len(names), axis=1)
    index[:, old] = 1.0
    ahead = np.maximum(np.array(calendar.years, float) - LAST_OBSERVED, 0.0)
    growth = values["home_capacity_growth"]
    for label in MADE_AT_HOME:
        index[:, names.index(families()[label].pool)] = grown(
            1.0, growth, ahead, values["growth_fading"]
        )
    future = index[calendar.year_of] * base * calendar.share_of_year[:, None]
    seen = np.array([start.year <= LAST_OBSERVED for start in calendar.starts])
    return np.where(seen[:, None], calendar.share_of_quarter @ quarterly, future)


def prices(
    history: History, calendar: Calendar, values: Values, h100e: Floats, made: Floats
) -> Floats:
    """Price asked for a package: (year, family) [USD].

    Parameters
    ----------
    h100e : (year, family) [H100e / package]
    made : (year, pool) [pool's units]
    """
    ahead = np.array(calendar.years) > LAST_OBSERVED
    listed = _extended(history.price, len(ahead))
    before = by_year(history.units * np.repeat(np.nan_to_num(history.h100e), 4, axis=0)).sum(axis=0)
    for f, (label, family) in enumerate(families().items()):
        home = label in MADE_AT_HOME
        if family.grows:
            listed[ahead, f] *= h100e[ahead, f] / h100e[~ahead, f][-1]
        leader = label if home else LEADING
        column = made[:, pools().index(families()[leader].pool_in(LAST_OBSERVED + 1))]
        added = np.cumsum(np.where(ahead, column * h100e[:, labels().index(leader)], 0.0))
        then = before[f] if home else before[[x not in MADE_AT_HOME for x in labels()]].sum()
        listed[:, f] = learned_cost(listed[:, f], then + added, then, values["learning_exponent"])
        if home:
            listed[:, f] *= 1.0 - values["home_margin"]
    return listed


def sold_to(countries: list[str]) -> Floats:
    """Who is offered a family at all, whatever the rules: (family, country), 0 or 1."""
    return np.array(
        [
            [float(family.sold_to == "all" or code in family.sold_to) for code in countries]
            for family in families().values()
        ]
    )


def market(history: History, calendar: Calendar, values: Values) -> path.Market:
    """All arrays of a draw, on countries (see ``classes`` for buyers that are alike)."""
    h100e, bandwidth = specification(history, calendar, values)
    effective = np.stack(
        [effective_chips(h100e, bandwidth, values[f"{name}_weight"]) for name in WORKLOADS], axis=2
    )
    capacity = supply(history, calendar, values)
    made = np.zeros((len(calendar.years), capacity.shape[1]))
    np.add.at(made, calendar.year_of, capacity)
    asked = prices(history, calendar, values, h100e, made)
    years = np.array(calendar.years, float)
    frontier, reference = open_market(calendar, asked, effective, h100e)
    growth = grown(
        1.0,
        values["home_capacity_growth"],
        years - LAST_OBSERVED,
        values["growth_fading"],
    )
    dies = 12.0 * SMIC_WAFERS_A_MONTH * values["wafer_share"] * values["dies_per_wafer"]
    return path.Market(
        share_of_year=calendar.share_of_year,
        year_of=calendar.year_of,
        effective=effective,
        price=asked,
        pool_of=pool_of(calendar),
        pool_draw=pool_draw(history, calendar),
        supply=capacity,
        demand=demand(history, calendar, values, effective, asked, reference),
        reference_price=reference,
        operations=h100e,
        frontier=frontier,
        elasticity=values["price_elasticity"],
        leakage_rate=values["leakage_rate"],
        home=history.home,
        abroad=history.countries.index(ABROAD),
        home_pools=np.array([pools().index(families()[label].pool) for label in MADE_AT_HOME]),
        dies=dies * values["die_yield"] * growth,
        foundry=np.where(years >= FOUNDRIES_FROM, values["foundry_dies"], 0.0),
        memory=np.where(
            years >= HOME_MEMORY_FROM,
            values["home_memory_stacks"]
            * values["home_memory_growth"] ** np.maximum(years - HOME_MEMORY_FROM, 0.0),
            0.0,
        ),
        memory_held=values["memory_held"],
        reference_multiple=np.ones(years.size),
        response_elasticity=values["response_elasticity"],
        response_lag=values["capacity_lag"],
        mineral_loss=values["mineral_loss"],
    )


def pool_of(calendar: Calendar) -> Integers:
    """Pool of each family by period: (period, family), ``NONE`` while it is not on sale."""
    return np.array(
        [
            [
                pools().index(family.pool_in(start.year))
                if family.on_sale(f"{start.year}Q{(start.month + 2) // 3}")
                else NONE
                for family in families().values()
            ]
            for start in calendar.starts
        ]
    )


def pool_draw(history: History, calendar: Calendar) -> Floats:
    """What a package takes of its pool: (year, family) [pool's units / package]."""
    return _extended(history.dies, len(calendar.years))


def open_market(
    calendar: Calendar, price: Floats, effective: Floats, h100e: Floats
) -> tuple[Integers, Floats]:
    """NVIDIA's best chip on free sale all year, and its least list price per effective chip.

    Parameters
    ----------
    price, h100e : (year, family)
    effective : (year, family, workload)

    Returns
    -------
    frontier : (year,) int, position of the family with most operations
    reference : (year, workload) [USD / effective chip]
    """
    frontier, reference = [], []
    for y, year in enumerate(calendar.years):
        free = [
            f
            for f, family in enumerate(families().values())
            if family.vendor == "NVIDIA"
            and family.sold_to == "all"
            and family.on_sale(f"{year}Q1")
            and family.on_sale(f"{year}Q4")
        ]
        frontier.append(free[int(np.argmax(h100e[y, free]))])
        reference.append((price[y, free, None] / effective[y, free]).min(axis=0))
    return np.array(frontier), np.array(reference)


def _extended(table: Floats, years: int) -> Floats:
    """Carry the first and last known value of each column to the years around them."""
    filled = table.copy()
    for column in filled.T:
        seen = np.flatnonzero(np.isfinite(column))
        column[:] = column[[seen[np.abs(seen - i).argmin()] for i in range(column.size)]]
    more = np.repeat(filled[-1:], max(years - len(filled), 0), axis=0)
    return np.vstack([filled, more])[:years]
