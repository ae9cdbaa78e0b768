"""Power plants that run when called, from IRENA, and from national lists where IRENA has a hole.

In this copy of IRENA's table a dash stands both for "no such plant" and for "not given": Germany,
like some forty economies, has coal and gas in no year. An economy whose fossil plants could not
have made the fossil power that Ember counts is such a hole. There, the newest national list that
Electricity Maps cites (Ember, ENTSO-E and grid operators, 2023 to 2026) gives one year, and the
years before stay unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tradewind.errors import SourceError
from tradewind.world.sources.indicators_reading import (
    YEARS,
    Figures,
    Series,
    economy,
    per,
    put,
    read_table,
)

IRENA = "energy/osemosys/irena_capacity.csv"
ZONES = "energy/emaps_capacity.csv"
FOSSIL = ("Coal and peat", "Oil", "Natural gas")
DISPATCHABLE = (
    *("Renewable hydropower", "Mixed Hydro Plants", "Solid biofuels", "Renewable municipal waste"),
    *("Liquid biofuels", "Biogas", "Geothermal energy", "Nuclear"),
    *FOSSIL,
)
OTHER_PLANTS = (
    *("Solar photovoltaic", "Onshore wind energy", "Offshore wind energy", "Marine energy"),
    "Pumped storage",
)
VALUE = "Electricity statistics (MW/GWh)"
SMALL_FOSSIL = 0.05
"""Part of generation below which a missing fossil plant changes little."""
TWH_PER_GW_YEAR = 8.766
ROUNDING = 0.1
"""Terawatt-hours that rounding alone may make."""
MOST_MARGIN = 20.0
"""Above this the economy imports its power, and its plants say nothing about head-room."""
ZONE_PLANTS = ("biomass", "hydro", "coal", "gas", "nuclear", "oil", "geothermal")
COUNTRIES: Mapping[str, str] = {
    **{"AT": "AUT", "AZ": "AZE", "BE": "BEL", "BG": "BGR", "BY": "BLR", "CH": "CHE", "CY": "CYP"},
    **{"CZ": "CZE", "DE": "DEU", "DK": "DNK", "EE": "EST", "ES": "ESP", "FI": "FIN", "FR": "FRA"},
    **{"GR": "GRC", "HR": "HRV", "HU": "HUN", "IE": "IRL", "IQ": "IRQ", "IT": "ITA", "JO": "JOR"},
    **{
        "KZ": "KAZ",
        "LT": "LTU",
        "LU": "LUX",
        "LV": "LVA",
        "MD": "MDA",
        "MN": "MNG",
        "NL": "NLD",
        "OM": "OMN",
        "PK": "PAK",
    },
    **{"PL": "POL", "PT": "PRT", "RO": "ROU", "RS": "SRB", "RU": "RUS", "SI": "SVN", "SK": "SVK"},
    **{"TN": "TUN", "TR": "TUR", "UA": "UKR", "UZ": "UZB"},
}
"""National zones of Electricity Maps that may stand in; those without a date are left out."""


def add(figures: Figures, sources: Path, power: Mapping[str, Series], population: Series) -> int:
    """Add dispatchable capacity and what it could run against mean generation.

    Parameters
    ----------
    figures : Figures
    sources : Path
    power : mapping
        Terawatt-hours: ``generation`` and ``low_carbon``.
    population : Series

    Returns
    -------
    int
        How many economies IRENA's table has no fossil plants of.
    """
    whole, fossil = irena(sources / IRENA)
    holes = without_fossil_plants(fossil, power, {year for _, year in whole})
    capacity = {
        place: megawatt / 1e3
        for place, megawatt in whole.items()
        if place[0] not in holes and megawatt > 0
    }
    generation = power["generation"]
    for place, gigawatt in capacity.items():
        figures.add("firm_capacity", *place, gigawatt, IRENA)
    figures.combine("firm_margin", capacity, generation, over_mean_power, IRENA)
    for (code, year), gigawatt in zones(sources / ZONES, holes).items():
        figures.add("firm_capacity", code, year, gigawatt, ZONES)
        newest = max((known for other, known in generation if other == code), default=None)
        if newest is not None:
            ratio = over_mean_power(gigawatt, generation[code, newest])
            if ratio is not None:
                figures.add("firm_margin", code, newest, ratio, ZONES)
    firm = figures.values["firm_capacity"]
    figures.combine("firm_capacity_per_head", firm, population, per(1e6), IRENA)
    return len(holes)


def irena(path: Path) -> tuple[Series, Series]:
    """Add up capacity [MW]: all plants that run when called, and the fossil ones among them."""
    whole: Series = {}
    fossil: Series = {}
    seen: dict[str, Series] = {}
    columns = ["Country/area", "Technology", "Year", VALUE]
    for row in read_table(path, columns, encoding="latin-1", skip=2):
        plant = row.text("Technology")
        if plant not in DISPATCHABLE and plant not in OTHER_PLANTS:
            raise SourceError(
                "a technology is not one that this reader knows",
                where=row.where,
                value=plant,
                bound=f"one of {', '.join((*DISPATCHABLE, *OTHER_PLANTS))}",
                remedy="say in the reader whether it runs when called",
            )
        code = economy(row.text("Country/area"), row.where)
        year = int(row.number("Year", low=1900, high=2200))
        if code is None or year not in YEARS or row.text(VALUE) == "-":
            continue
        megawatt = row.number(VALUE, low=0, high=5e6)
        put(seen.setdefault(plant, {}), code, year, megawatt, f"{row.where}, {plant}")
        if plant in DISPATCHABLE:
            whole[code, year] = whole.get((code, year), 0.0) + megawatt
        if plant in FOSSIL:
            fossil[code, year] = fossil.get((code, year), 0.0) + megawatt
    return whole, fossil


def without_fossil_plants(fossil: Series, power: Mapping[str, Series], years: set[int]) -> set[str]:
    """Economies whose fossil plants could not have made their fossil power in one of the years."""
    found = set()
    for (code, year), low_carbon in power["low_carbon"].items():
        total = power["generation"][code, year]
        made = total - low_carbon
        possible = fossil.get((code, year), 0.0) / 1e3 * TWH_PER_GW_YEAR
        if year in years and made > max(SMALL_FOSSIL * total, ROUNDING, possible):
            found.add(code)
    return found


def zones(path: Path, wanted: set[str]) -> Series:
    """Add up the dated capacity [GW] of the national zones of the economies asked for."""
    found: Series = {}
    with_blank_header = read_table(path, ["", "_d", *ZONE_PLANTS])
    for row in with_blank_header:
        code = COUNTRIES.get(row.cells[""])
        if code not in wanted or row.is_missing("_d"):
            continue
        megawatt = sum(
            row.number(plant, low=0, high=5e6) for plant in ZONE_PLANTS if not row.is_missing(plant)
        )
        # Lists dated within 2026 stand for the end of the table.
        year = min(int(row.text("_d")[:4]), YEARS[-1])
        put(found, code, year, megawatt / 1e3, row.where)
    return found


def over_mean_power(capacity_gw: float, generation_twh: float) -> float | None:
    """Dispatchable capacity over mean power; unknown where next to nothing is generated at home."""
    if generation_twh <= ROUNDING:
        return None
    ratio = capacity_gw * TWH_PER_GW_YEAR / generation_twh
    return ratio if ratio <= MOST_MARGIN else None
