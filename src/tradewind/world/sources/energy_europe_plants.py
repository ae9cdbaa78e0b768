"""Europe: plants of two years, annual capacity factors, and borders."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from tradewind.errors import SourceError
from tradewind.world.energy import describe
from tradewind.world.sources.energy_reading import zone_capacity
from tradewind.world.sources.energy_shapes import Floats, distance_km
from tradewind.world.sources.reading import FRESH_COPY, read_rows, require_file, to_number

FLEETS: Final = (2021, 2025)
CARRIERS: Final = (
    *("solar", "onshore wind", "offshore wind", "hydro", "pumped storage", "battery"),
    *("nuclear", "coal", "lignite", "gas", "oil", "other"),
)
FACTOR_YEARS: Final = ("2019", "2020", "2021", "2022")
FACTOR_FILE: Final = "energy/derived/cf_annual_irena_2019_2022.csv"
FACTOR_COLUMNS: Final = {
    "onshore wind": "Onshore wind energy",
    "offshore wind": "Offshore wind energy",
    "solar": "Solar photovoltaic",
}
IRENA_KINDS: Final = {
    "Solar photovoltaic": "solar",
    "Onshore wind energy": "onshore wind",
    "Offshore wind energy": "offshore wind",
    "Renewable hydropower": "hydro",
    "Mixed Hydro Plants": "mixed",
    "Pumped storage": "pumped storage",
    "Nuclear": "nuclear",
    "Coal and peat": "coal",
    "Natural gas": "gas",
    "Oil": "oil",
    "Solid biofuels": "other",
    "Biogas": "other",
    "Liquid biofuels": "other",
    "Renewable municipal waste": "other",
    "Geothermal energy": "other",
    "Marine energy": "other",
}
LIST_NAMES: Final = {
    "hydro storage": "pumped storage",
    "battery storage": "battery",
    "biomass": "other",
    "geothermal": "other",
    "unknown": "other",
}
IRENA_SOURCE: Final = "IRENA, electricity statistics"
Figures = dict[tuple[str, str, str], float]


def irena(sources: Path, file: str) -> Figures:
    """IRENA's figures by country, kind and year, kinds of one carrier added up.

    Some countries leave fossil and nuclear plant out: no entry then.
    """
    path = require_file(sources / f"energy/osemosys/{file}")
    totals: Figures = {}
    with path.open(encoding="latin-1", newline="") as lines:
        rows = csv.reader(lines)
        for country, kind, _, _, year, text in (row for row in rows if len(row) == 6):
            carrier = IRENA_KINDS.get(kind)
            if carrier is None or text in {"-", ".."} or year == "Year":
                continue
            value = to_number(text, f"{path}, {country}, {kind}, {year}", low=0, high=1e7)
            key = (country, carrier, year)
            totals[key] = totals.get(key, 0.0) + value
    if not totals:
        raise SourceError(
            "a table of IRENA holds no line that this reader knows",
            where=str(path),
            bound="country, kind, type, grid, year, figure",
            remedy=FRESH_COPY,
        )
    return totals


def annual_factors(sources: Path, chart: Mapping[str, Any]) -> dict[str, Floats]:
    """Annual capacity factors by carrier : (zone,), means of 2019 to 2022; nought where no plant.

    Sun and wind from the table of factors, its artefacts replaced; water, nuclear and other plant
    as generation over capacity.
    """
    rows = {
        row.text("country"): row
        for row in read_rows(
            sources / FACTOR_FILE,
            ("country", "Offshore wind energy", "Onshore wind energy", "Solar photovoltaic"),
        )
    }
    made = irena(sources, "irena_generation.csv")
    held = irena(sources, "irena_capacity.csv")
    factors: dict[str, list[float]] = {}
    for name, zone in chart["zones"].items():
        row = rows[zone["irena"]]
        for carrier, column in FACTOR_COLUMNS.items():
            replaced = chart["artefacts"].get(carrier, {})
            if name in replaced:
                value = float(replaced[name])
            else:
                value = 0.0 if row.is_missing(column) else row.number(column, low=0, high=0.6)
            factors.setdefault(carrier, []).append(value)
        for carrier in ("hydro", "nuclear", "other"):
            energy = sum(total(made, zone, carrier, year) for year in FACTOR_YEARS)
            power = sum(total(held, zone, carrier, year) for year in FACTOR_YEARS)
            share = energy / power / 8.76 if power > 0 else 0.0
            factors.setdefault(carrier, []).append(min(share, 0.95))
    return {carrier: np.array(values) for carrier, values in factors.items()}


def total(figures: Figures, zone: Mapping[str, Any], carrier: str, year: str) -> float:
    """Figure of a zone; of water with plants that have rivers and pumps both."""
    parts = ("hydro", "mixed") if carrier == "hydro" else (carrier,)
    return sum(figures.get((zone["irena"], part, year), 0.0) for part in parts)


def plants(sources: Path, chart: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Plants of 2021 and of about 2025 : (fleet, area, carrier).

    2025 is the newest list of transmission operators and Ember. 2021 has IRENA's renewable, pumped
    and nuclear plant of that year, and for coal, gas and oil IRENA's where it gives them and else
    the newest list.
    """
    held = irena(sources, "irena_capacity.csv")
    values = np.zeros((len(FLEETS), len(chart["zones"]), len(CARRIERS)))
    for row, zone in enumerate(chart["zones"].values()):
        newest = latest(sources, zone, held)
        older = dict(newest)
        for carrier in (
            "solar",
            "onshore wind",
            "offshore wind",
            "hydro",
            "pumped storage",
            "nuclear",
        ):
            older[carrier] = total(held, zone, carrier, "2021")
        for carrier in ("coal", "gas", "oil"):
            reported = total(held, zone, carrier, "2021")
            older[carrier] = reported if reported > 0 else newest.get(carrier, 0.0)
        older["battery"] = 0.0
        for place, fleet in enumerate((older, newest)):
            coal = fleet.get("coal", 0.0)
            brown = min(coal, float(zone["lignite"]) * 1e3)
            fleet = {**fleet, "lignite": brown, "coal": coal - brown}
            values[place, row] = [fleet.get(carrier, 0.0) / 1e3 for carrier in CARRIERS]
    return {
        "capacity": describe(
            xr.DataArray(values, dims=("fleet", "area", "carrier")),
            "installed capacity",
            "GW",
            "2021, 2025",
            f"{IRENA_SOURCE}; ENTSO-E, national operators and Ember, through Electricity Maps",
            "single figures",
            note="wind split by IRENA 2023; lignite after ENTSO-E, from memory; undated lists "
            "(Norway by zone is dated; Italy) no less than IRENA 2023",
        )
    }


def latest(sources: Path, zone: Mapping[str, Any], held: Figures) -> dict[str, float]:
    """Newest plants of a zone [MW]; sun, wind and water no less than IRENA's of 2023.

    Plants with rivers and pumps both count as water, not as pumped storage a second time.
    """
    listed: dict[str, float] = {}
    for name, figure in zone_capacity(sources, zone["zones"]).items():
        carrier = LIST_NAMES.get(name, name)
        listed[carrier] = listed.get(carrier, 0.0) + figure
    land, sea, sun, water, pure, mixed = (
        total(held, zone, carrier, "2023")
        for carrier in (
            "onshore wind",
            "offshore wind",
            "solar",
            "hydro",
            "pumped storage",
            "mixed",
        )
    )
    wind = max(listed.pop("wind", 0.0), land + sea)
    share = sea / (land + sea) if land + sea > 0 else 0.0
    listed |= {"onshore wind": wind * (1 - share), "offshore wind": wind * share}
    listed["solar"] = max(listed.get("solar", 0.0), sun)
    listed["hydro"] = max(listed.get("hydro", 0.0), water)
    listed["pumped storage"] = max(listed.get("pumped storage", 0.0) - mixed, pure)
    return listed


def borders(sources: Path, chart: Mapping[str, Any]) -> dict[str, xr.DataArray]:
    """Limits of trade between zones : (line,) [GW], from lists and from memory."""
    rows = {
        row.text("pair"): row
        for row in read_rows(
            sources / "energy/emaps_exchange_capacity.csv", ("pair", "back_MW", "fwd_MW")
        )
    }
    zones = chart["zones"]
    lines: list[tuple[str, str, float, float, bool]] = []
    for entry in chart["borders"]:
        found = [rows[name] for name in entry["border"]]
        there = sum(row.number("fwd_MW", low=0, high=2e4) for row in found)
        back = -sum(row.number("back_MW", low=-2e4, high=0) for row in found)
        lines.append((entry["from"], entry["to"], there, back, False))
    for name, (there, back) in chart["remembered"].items():
        one, other = name.split("_")
        lines.append((one, other, float(there), float(back), True))
    lines.sort()
    places = list(zones)
    latitude = np.array([float(zone["latitude"]) for zone in zones.values()])
    longitude = np.array([float(zone["longitude"]) for zone in zones.values()])
    apart = distance_km(latitude, longitude)
    coords = {
        "line": [f"{one} {other}" for one, other, *_ in lines],
        "line_from": ("line", [line[0] for line in lines]),
        "line_to": ("line", [line[1] for line in lines]),
        "line_remembered": ("line", np.array([line[4] for line in lines])),
    }

    def put(values: list[float], name: str, units: str) -> xr.DataArray:
        array = xr.DataArray(np.array(values), dims="line", coords=coords)
        return describe(
            array,
            name,
            units,
            "about 2025",
            "ENTSO-E, through Electricity Maps; core of the continent from memory (TYNDP 2020)",
            "single figures",
        )

    ends = [(places.index(line[0]), places.index(line[1])) for line in lines]
    return {
        "line_forward": put([line[2] / 1e3 for line in lines], "transfer limit", "GW"),
        "line_backward": put([line[3] / 1e3 for line in lines], "limit the other way", "GW"),
        "line_length": put([apart[a, b] for a, b in ends], "distance between cities", "km"),
    }
