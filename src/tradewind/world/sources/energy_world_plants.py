"""Plants, output, prices, data centres, borders and round trips of the world network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tradewind.errors import SourceError
from tradewind.world.sources.indicators_reading import economy, read_table
from tradewind.world.sources.reading import FRESH_COPY, Row, require_file, to_number

CARRIERS = (
    *("solar", "wind", "hydro", "nuclear", "coal", "gas", "oil", "biomass", "geothermal"),
    "battery",
)
IRENA = "energy/osemosys/irena_capacity.csv"
IRENA_YEAR = 2022
IRENA_PLANTS = {
    "Coal and peat": "coal",
    "Oil": "oil",
    "Natural gas": "gas",
    "Nuclear": "nuclear",
    "Renewable hydropower": "hydro",
    "Mixed Hydro Plants": "hydro",
    "Geothermal energy": "geothermal",
    "Solid biofuels": "biomass",
    "Renewable municipal waste": "biomass",
    "Liquid biofuels": "biomass",
    "Biogas": "biomass",
    "Solar photovoltaic": "solar",
    "Onshore wind energy": "wind",
    "Offshore wind energy": "wind",
}
ZONES = "energy/emaps_capacity.csv"
ZONE_PLANTS = {
    **{name: name for name in CARRIERS if name not in ("battery",)},
    "battery storage": "battery",
}
MIX = "energy/codecarbon/global_energy_mix.json"
MIX_KEYS = {
    "coal": "coal_TWh",
    "gas": "gas_TWh",
    "oil": "oil_TWh",
    "nuclear": "nuclear_TWh",
    "hydro": "hydroelectricity_TWh",
    "solar": "solar_TWh",
    "wind": "wind_TWh",
    "biomass": "biofuel_TWh",
    "geothermal": "other_renewable_exc_biofuel_TWh",
}
FACTORS = "energy/derived/cf_annual_irena_2019_2022.csv"
PRICES = "energy/flops_export/country_electricity_prices.csv"
MORE_PRICES = "energy/flops_export/calibration_results_v3.csv"
STATE_PRICES = "energy/flops_export/us_state_electricity_prices.csv"
CENTRES = "energy/flops_export/dc_capacity_estimates.csv"
BORDERS = "energy/emaps_exchange_capacity.csv"
ROUND_TRIPS = "energy/flops_export/country_pair_latency.csv"
FILES = (IRENA, ZONES, MIX, FACTORS, PRICES, MORE_PRICES, STATE_PRICES, CENTRES, BORDERS, ROUND_TRIPS)
Plants = dict[str, float]


def irena_capacity(sources: Path) -> dict[str, Plants]:
    """Capacity by country and carrier at the end of 2022 [GW]; pumped storage left out."""
    found: dict[str, Plants] = {}
    columns = ["Country/area", "Technology", "Year", "Electricity statistics (MW/GWh)"]
    for row in read_table(sources / IRENA, columns, encoding="latin-1", skip=2):
        carrier = IRENA_PLANTS.get(row.text("Technology"))
        code = economy(row.text("Country/area"), row.where)
        if carrier is None or code is None or row.number("Year") != IRENA_YEAR:
            continue
        if row.text(columns[3]) == "-":
            continue
        plants = found.setdefault(code, {})
        plants[carrier] = plants.get(carrier, 0.0) + row.number(columns[3], low=0, high=5e6) / 1e3
    return found


def zone_capacity(sources: Path) -> dict[str, tuple[Plants, str]]:
    """Capacity by zone and carrier [GW], and what the list says of source and date."""
    found: dict[str, tuple[Plants, str]] = {}
    for row in read_table(sources / ZONES, ["", "_d", "_src", *ZONE_PLANTS]):
        plants = {
            carrier: row.number(column, low=0, high=5e6) / 1e3
            for column, carrier in ZONE_PLANTS.items()
            if not row.is_missing(column)
        }
        source = row.cells["_src"].strip() or "no source named"
        day = row.cells["_d"].strip() or "no date"
        found[row.cells[""]] = (plants, f"{source}, {day} (Electricity Maps' list)")
    return found


def mixes(sources: Path) -> dict[str, dict[str, float]]:
    """Output by country and carrier [TWh] with ``total``, ``carbon`` [g/kWh] and ``year``."""
    text = require_file(sources / MIX).read_text(encoding="utf-8")
    found = {}
    for code, mix in json.loads(text).items():
        where = f"{sources / MIX}, {code}"
        found[code] = {
            carrier: to_number(str(mix[key] or 0), f"{where}, {key}", low=0, high=5e4)
            for carrier, key in MIX_KEYS.items()
        }
        for name, key in (("total", "total_TWh"), ("carbon", "carbon_intensity"), ("year", "year")):
            found[code][name] = to_number(str(mix[key] or 0), f"{where}, {key}", low=0, high=5e4)
    return found


def capacity_factors(sources: Path) -> dict[str, Plants]:
    """Mean capacity factor of solar and onshore wind by country, IRENA 2019 to 2022.

    New plant and missing output make some impossible; the map says which range is believed.
    """
    columns = {"wind": "Onshore wind energy", "solar": "Solar photovoltaic"}
    found: dict[str, Plants] = {}
    for row in read_table(sources / FACTORS, ["country", *columns.values()]):
        code = economy(row.text("country"), row.where)
        if code is not None:
            found[code] = {
                carrier: row.number(column, low=0)
                for carrier, column in columns.items()
                if not row.is_missing(column)
            }
    return found


def industrial_prices(sources: Path) -> dict[str, float]:
    """Price to industry by country or state of the United States [USD / kWh]."""
    found: dict[str, float] = {}
    for row in read_table(sources / MORE_PRICES, ["iso3", "p_E_usd_kwh"]):
        found[row.text("iso3")] = row.number("p_E_usd_kwh", low=0, high=1)
    for row in read_table(sources / PRICES, ["iso3", "price_usd_kwh"]):
        found[row.text("iso3")] = row.number("price_usd_kwh", low=0, high=1)
    for row in read_table(sources / STATE_PRICES, ["state", "price_usd_kwh"]):
        found[row.text("state")] = row.number("price_usd_kwh", low=0, high=1)
    return found


def data_centres(sources: Path) -> dict[str, tuple[float, int]]:
    """Data centres by country [GW] and how well it is known: 1 reports, 2 and 3 estimates."""
    return {
        row.text("iso3"): (
            row.number("capacity_mw", low=0, high=2e5) / 1e3,
            int(row.number("source_tier", low=1, high=3)),
        )
        for row in read_table(sources / CENTRES, ["iso3", "capacity_mw", "source_tier"])
    }


def borders(sources: Path, facts: Mapping[str, Any]) -> list[tuple[str, str, float, float]]:
    """Neighbours with transfer capacity there and back [GW], from the map's first to its second."""
    listed: dict[str, Row] = {
        row.text("pair"): row
        for row in read_table(sources / BORDERS, ["pair", "back_MW", "fwd_MW"])
    }
    found = []
    for one, other, pairs in facts["borders"]:
        lines = [listed[pair] for pair in pairs]
        forward = sum(row.number("fwd_MW", low=0, high=1e5) for row in lines) / 1e3
        back = -sum(row.number("back_MW", low=-1e5, high=0) for row in lines) / 1e3
        found.append((one, other, forward, back))
    return found


def round_trips(sources: Path, countries: set[str]) -> dict[tuple[str, str], float]:
    """Least measured round trip between two countries, either way [ms]; never within one."""
    found: dict[tuple[str, str], float] = {}
    for row in read_table(sources / ROUND_TRIPS, ["iso3_from", "iso3_to", "min_ms"]):
        one, other = sorted((row.text("iso3_from"), row.text("iso3_to")))
        if one == other or not {one, other} <= countries:
            continue
        value = row.number("min_ms", low=0, high=5000)
        found[one, other] = min(value, found.get((one, other), value))
    if not found:
        raise SourceError(
            "the table of round trips has none of our countries",
            where=str(sources / ROUND_TRIPS),
            bound="ISO 3166 alpha-3 codes",
            remedy=FRESH_COPY,
        )
    return found
