"""Electricity: what is generated, what could run when called, and what large industry pays.

Generation is Ember's and BP's (2015 to 2020 for all, 2021 for some, and one of the years 2022 and
2023 for most); capacity is in ``indicators_capacity``. IRENA's own generation is not used: it stops
in 2022 and lacks fossil generation in some economies (Pakistan at half of what others report, Oman
at next to nothing until 2017).
"""

from __future__ import annotations

import json
import math
from pathlib import Path

from tradewind.errors import SourceError
from tradewind.world.sources import indicators_capacity
from tradewind.world.sources.indicators_reading import (
    YEARS,
    Figures,
    Series,
    economy,
    per,
    put,
    read_table,
)
from tradewind.world.sources.reading import FRESH_COPY, fingerprint, require_file, to_number

OWID = "energy/owid/electricity_mix_bp_ember_2022.csv"
MIX = "energy/codecarbon/global_energy_mix.json"
PRICES = "energy/flops_export/country_electricity_prices.csv"
MORE_PRICES = "energy/flops_export/calibration_results_v3.csv"
FILES = (OWID, MIX, indicators_capacity.IRENA, indicators_capacity.ZONES, PRICES, MORE_PRICES)
TERAWATT_HOURS = {
    "generation": "Electricity generation (TWh)",
    "low_carbon": "Low-carbon electricity (TWh)",
    "wind": "Electricity from wind (TWh)",
    "solar": "Electricity from solar (TWh)",
}
MIX_KEYS = {
    "generation": "total_TWh",
    "low_carbon": "low_carbon_TWh",
    "wind": "wind_TWh",
    "solar": "solar_TWh",
}
PRICE_YEAR = 2024
LEAST_GENERATION = 0.1
"""Terawatt-hours below which rounding to 0.01 TWh leaves no share to speak of."""
LEAST_GROWING = 1.0
"""Terawatt-hours below which one new plant is a growth of a hundred per cent."""


def read(sources: Path, population: Series) -> tuple[Figures, dict[str, float], str]:
    """Read electricity.

    Parameters
    ----------
    sources : Path
    population : Series
        Persons by economy and year.

    Returns
    -------
    figures : Figures
    measured : dict[str, float]
    sha256 : str
    """
    figures = Figures()
    power = generation(sources)
    add_generation(figures, power, population)
    holes = indicators_capacity.add(figures, sources, power, population)
    unsourced = add_prices(figures, sources)
    measured = {
        "economies_without_fossil_capacity_in_irena": float(holes),
        "power_prices_without_named_source": float(unsourced),
    }
    return figures, measured, fingerprint(sources / file for file in FILES)


def generation(sources: Path) -> dict[str, Series]:
    """Read terawatt-hours by kind; in a year of both sources the older source stands."""
    power: dict[str, Series] = {name: {} for name in TERAWATT_HOURS}
    for row in read_table(sources / OWID, ["Entity", "Year", *TERAWATT_HOURS.values()]):
        year = int(row.number("Year", low=1900, high=2200))
        code = economy(row.text("Entity"), row.where)
        if code is None or year not in YEARS:
            continue
        for name, column in TERAWATT_HOURS.items():
            if not row.is_missing(column):
                put(power[name], code, year, row.number(column, low=0, high=5e4), row.where)
    for code, mix, where in mixes(sources / MIX):
        for name, key in MIX_KEYS.items():
            value = to_number(str(mix.get(key, "")), f"{where}, {key}", low=0, high=5e4)
            power[name].setdefault((code, int(mix["year"])), value)
    return power


def mixes(path: Path) -> list[tuple[str, dict[str, float], str]]:
    """Read the energy mix by country: (code, mix, place) of the countries, in the years kept."""
    try:
        table = json.loads(require_file(path).read_text(encoding="utf-8"))
        found = [
            (code, mix, f"{path}, {label}")
            for label, mix in table.items()
            if mix["year"] in YEARS and (code := labelled(label, path)) is not None
        ]
    except (json.JSONDecodeError, AttributeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise SourceError(
            "the energy mix cannot be read",
            where=str(path),
            value=f"{type(error).__name__}: {error}",
            bound="a JSON object of country code to mix, each with its year",
            remedy=FRESH_COPY,
        ) from error
    return found


def labelled(label: str, path: Path) -> str | None:
    """Code of a country of the energy mix, which also lists territories under ISO 3166-1 codes."""
    return economy(label, f"{path}, {label}")


def add_generation(figures: Figures, power: dict[str, Series], population: Series) -> None:
    """Add what is generated, per head, low-carbon and steady shares, and growth."""
    total = power["generation"]
    for (code, year), value in total.items():
        figures.add("generation", code, year, value, OWID)
        before = total.get((code, year - 3), 0.0)
        if min(before, value) > LEAST_GROWING:
            growth = 100 * ((value / before) ** (1 / 3) - 1)
            figures.add("generation_growth", code, year, growth, OWID)
    figures.combine("generation_per_head", total, population, per(1e6), OWID)
    low_carbon = {place: value for place, value in power["low_carbon"].items() if total[place] > 0}
    for (code, year), value in low_carbon.items():
        figures.add("low_carbon_generation", code, year, value, OWID)
        share = min(100 * value / total[code, year], 100.0)
        figures.add("low_carbon_share", code, year, share, OWID)
    for code, year in sorted(total.keys() & power["wind"].keys() & power["solar"].keys()):
        if total[code, year] > LEAST_GENERATION:
            weather = power["wind"][code, year] + power["solar"][code, year]
            share = max(100 * (1 - weather / total[code, year]), 0.0)
            figures.add("steady_share", code, year, share, OWID)


def add_prices(figures: Figures, sources: Path) -> int:
    """Add prices to large industry; return how many have no named source."""
    for row in read_table(sources / PRICES, ["iso3", "price_usd_kwh", "source"]):
        code = economy(row.text("iso3"), row.where)
        row.text("source")
        figures.add("power_price", code, PRICE_YEAR, row.number("price_usd_kwh"), row.where)
    named = set(figures.values["power_price"])
    for row in read_table(sources / MORE_PRICES, ["iso3", "p_E_usd_kwh"]):
        code = economy(row.text("iso3"), row.where)
        price = row.number("p_E_usd_kwh")
        if code is None:
            continue
        if (code, PRICE_YEAR) not in named:
            figures.add("power_price", code, PRICE_YEAR, price, row.where)
        elif not math.isclose(price, figures.values["power_price"][code, PRICE_YEAR], rel_tol=0.02):
            raise SourceError(
                "two files of one source give different prices",
                where=row.where,
                value=price,
                bound=f"{figures.values['power_price'][code, PRICE_YEAR]:g}",
                remedy=FRESH_COPY,
            )
    return len(figures.values["power_price"]) - len(named)
