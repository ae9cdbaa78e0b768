"""Single figures gathered with their sources: use of the internet, governance, capital, labour,
robots, complexity, rules on data; and how long named laws took.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tradewind.errors import SourceError
from tradewind.world.names import EUROPEAN_UNION, read_map
from tradewind.world.sources.indicators_reading import (
    YEARS,
    Figures,
    Series,
    economy,
    read_table,
    times,
)
from tradewind.world.sources.reading import FRESH_COPY, Row, fingerprint, to_number

INTERNET = "facts/internet_users_2015_2023.csv"
GOVERNANCE = "facts/governance_wgi2023.csv"
CAPITAL = "facts/capital_cost.csv"
LABOUR = "facts/labour_and_factor_shares_pwt.csv"
ROBOTS = "facts/robot_density.csv"
COMPLEXITY = "indicators/eci/Country_Complexity_Rankings_1995_2021.csv"
DATA_RULES = "indicators/deca/ecipe_dtri_2018.csv"
FILES = (INTERNET, GOVERNANCE, CAPITAL, LABOUR, ROBOTS, COMPLEXITY, DATA_RULES)
GOVERNANCE_NAMES = {
    "ge": "government_effectiveness",
    "rq": "regulatory_quality",
    "rl": "rule_of_law",
}
UNKNOWN = ".."
CAPITAL_YEAR = 2024
"""Premiums of January 2025 rest on ratings and spreads of the end of 2024."""
DATA_RULES_YEAR = 2018
ROBOT_UNIT = "robots per 10,000 manufacturing employees"
BROKEN = ("CHN", 2024)
"""The IFR changed the workers that it divides China's robots by: 470 in 2023, 166 in 2024."""
LAWS_KNOWN = 2025
DAYS_PER_MONTH = 365.25 / 12


def read(
    sources: Path, population: Series, doublings_per_month: float
) -> tuple[Figures, dict[str, float], str]:
    """Read the gathered figures.

    Parameters
    ----------
    sources : Path
    population : Series
        Persons by economy and year.
    doublings_per_month : float
        How fast frontier training compute grew.

    Returns
    -------
    figures : Figures
    measured : dict[str, float]
    sha256 : str
    """
    figures = Figures()
    add_internet(figures, sources / INTERNET, population)
    for row in read_table(sources / GOVERNANCE, ["iso3", "year", "indicator", "value"]):
        name = GOVERNANCE_NAMES.get(row.text("indicator"))
        if name is not None and row.text("value") != UNKNOWN:
            # The source writes decimals with a comma.
            value = to_number(row.text("value").replace(",", "."), row.where, low=-10, high=10)
            figures.add(name, economy(row.text("iso3"), row.where), year(row), value, row.where)
    for row in read_table(sources / CAPITAL, ["iso3", "wacc_usd"]):
        cost = 100 * row.number("wacc_usd")
        code = economy(row.text("iso3"), row.where)
        figures.add("cost_of_capital", code, CAPITAL_YEAR, cost, row.where)
    add_labour(figures, sources / LABOUR)
    add_robots(figures, sources / ROBOTS)
    add_complexity(figures, sources / COMPLEXITY)
    for row in read_table(sources / DATA_RULES, ["iso3", "C_data"]):
        code = economy(row.text("iso3"), row.where)
        figures.add("data_restrictions", code, DATA_RULES_YEAR, row.number("C_data"), row.where)
    add_laws(figures, read_map("technology_laws")["laws"], doublings_per_month)
    return figures, {}, fingerprint(sources / file for file in FILES)


def year(row: Row) -> int:
    """Year of a row."""
    return int(row.number("year", low=1900, high=2200))


def add_internet(figures: Figures, path: Path, population: Series) -> None:
    """Add users as a share of the people, and as people."""
    for row in read_table(path, ["iso3", "year", "value"]):
        code = economy(row.text("iso3"), row.where)
        figures.add("internet_use", code, year(row), row.number("value"), row.where)
    share = figures.values["internet_use"]
    figures.combine("internet_users", share, population, times(100), str(path))


def add_labour(figures: Figures, path: Path) -> None:
    """Add the labour share, and the labour cost of an hour where hours are known.

    Where they are not, the source assumes 2,000 a year: that figure is not taken over.
    """
    share, hours = "labour_share", "hours_per_worker"
    cost = "labour_cost_usd_per_hour_whole_economy"
    for row in read_table(path, ["iso3", "year", share, cost, hours]):
        code = economy(row.text("iso3"), row.where)
        if not row.is_missing(share):
            figures.add("labour_share", code, year(row), row.number(share), row.where)
        if not row.is_missing(cost) and not row.is_missing(hours):
            figures.add("labour_cost", code, year(row), row.number(cost), row.where)


def add_robots(figures: Figures, path: Path) -> None:
    """Add robot density, never across the break in China's denominator."""
    for row in read_table(path, ["economy", "year", "value", "unit"]):
        code = economy(row.text("economy"), row.where)
        if row.text("unit") == ROBOT_UNIT and (code, year(row)) != BROKEN:
            figures.add("robots", code, year(row), row.number("value"), row.where)


def add_complexity(figures: Figures, path: Path) -> None:
    """Add the complexity index of the years that the wide table has."""
    columns = {known: f"ECI {known}" for known in YEARS if known <= 2021}
    for row in read_table(path, ["Country", *columns.values()]):
        code = economy(row.text("Country"), row.where)
        for known, column in columns.items():
            if not row.is_missing(column):
                figures.add("complexity", code, known, row.number(column), row.where)


def add_laws(figures: Figures, laws: list[Mapping[str, Any]], doublings_per_month: float) -> None:
    """Add the mean time of an economy's named laws, and how far the frontier moves in it.

    The range runs from the shortest to the longest; a law that an earlier legislature began counts
    in it from the opening of the one that passed it, as well.
    """
    where = "maps/technology_laws.yaml"
    months: dict[str, list[float]] = {}
    shorter: dict[str, list[float]] = {}
    for law in laws:
        members = EUROPEAN_UNION if law.get("applies_to") == "european_union" else ()
        for code in members or (law["economy"],):
            months.setdefault(code, []).append(duration(law))
            if "reopened" in law:
                shorter.setdefault(code, []).append(duration({**law, "tabled": law["reopened"]}))
    for code, found in months.items():
        mean = sum(found) / len(found)
        low, high = min(found + shorter.get(code, [])), max(found)
        for name, factor in (
            ("policy_cycle", 1.0),
            ("growth_per_policy_cycle", doublings_per_month),
        ):
            figures.add(name, code, LAWS_KNOWN, mean * factor, where)
            bounds = (low * factor, high * factor)
            figures.ranges.setdefault(name, {})[code, LAWS_KNOWN] = bounds


def duration(law: Mapping[str, Any]) -> float:
    """Months from a law's first draft to its force.

    Examples
    --------
    >>> round(duration({"tabled": date(2022, 2, 8), "in_force": date(2023, 9, 21)}), 1)
    19.4
    """
    tabled, in_force = law["tabled"], law["in_force"]
    if not (isinstance(tabled, date) and isinstance(in_force, date) and tabled < in_force):
        raise SourceError(
            "a law is in force before it was tabled",
            where=f"maps/technology_laws.yaml, {law.get('law')}",
            value=f"{tabled} to {in_force}",
            bound="two dates, the earlier first",
            remedy=FRESH_COPY,
        )
    return (in_force - tabled).days / DAYS_PER_MONTH
