"""Chinese costs of plant, in the currency and units of the source turned into one set of units."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import xarray as xr

from tradewind.errors import SourceError
from tradewind.world.energy import describe
from tradewind.world.sources.reading import FRESH_COPY, read_text, to_number

PARTS = ("investment", "fixed_om", "variable_om", "fuel", "efficiency", "lifetime", "co2")
KEYS = {
    "investment": "investment",
    "FOM": "fixed_om",
    "VOM": "variable_om",
    "fuel": "fuel",
    "efficiency": "efficiency",
    "lifetime": "lifetime",
    "CO2 intensity": "co2",
}
TECHNOLOGIES = {
    "coal": ("coal",),
    "gas": ("CCGT", "gas"),
    "peak gas": ("OCGT", "gas"),
    "nuclear": ("nuclear",),
    "hydro": ("hydro",),
    "pumped storage": ("PHS",),
    "battery inverter": ("battery inverter",),
    "battery storage": ("battery storage",),
    "solar": ("solar-utility",),
    "onshore wind": ("onwind",),
    "offshore wind": ("offwind",),
}
"""Ours to the names of the source; a fuel's own rows complete those of the plant."""
USD_PER_EUR = 1.142
"""Mean of 2020 (European Central Bank, memory)."""


def read_costs(path: Path, source: tuple[str, str]) -> dict[str, xr.DataArray]:
    """Read the costs of the technologies that the network uses.

    Returns
    -------
    dict
        ``cost`` (technology, cost_part): investment in USD per kW (per kWh for battery storage),
        fixed_om as share of it a year, variable_om and fuel in USD per MWh (fuel: of heat), co2 in
        t per MWh of heat, lifetime in years; zero where the source has no such row.
    """
    wanted = {name for names in TECHNOLOGIES.values() for name in names}
    found: dict[tuple[str, str], float] = {}
    for number, row in enumerate(csv.DictReader(read_text(path).splitlines()), start=2):
        name, key = row["technology"], KEYS.get(row["parameter"])
        if name in wanted and key is not None:
            where = f"{path}, row {number}"
            value = to_number(row["value"], where, low=0.0, high=1e5)
            found[name, key] = value * factor(key, row["unit"], where)
    values = [
        [
            next((found[name, part] for name in names if (name, part) in found), 0.0)
            for part in PARTS
        ]
        for names in TECHNOLOGIES.values()
    ]
    table = xr.DataArray(
        np.array(values), coords={"technology": list(TECHNOLOGIES), "cost_part": list(PARTS)}
    )
    return {
        "cost": describe(
            table,
            "costs of plant",
            "USD/kW, 1/year, USD/MWh, USD/MWh of heat, 1, year, t/MWh of heat",
            "2025 costs in money of 2020",
            *source,
            note="USD of 2020 at 1.142 per EUR; battery storage per kWh; a zero is no row",
        )
    }


def factor(part: str, unit: str, where: str) -> float:
    """What turns a figure of the source into our unit.

    Raises
    ------
    SourceError
        If the unit is not known.
    """
    if part == "fixed_om":
        return 0.01
    if part in ("efficiency", "lifetime", "co2"):
        return 1.0
    known = {"EUR": USD_PER_EUR, "USD": 1.0}
    scales = ("kW", "kWh", "kW_e", "kWel", "MWh", "MWh_e", "MWh_th", "MWhth", "MWhel")
    currency, _, per = unit.split(",")[0].partition("/")
    if currency not in known or per not in scales:
        raise SourceError(
            "a cost has an unknown unit",
            where=where,
            value=unit,
            bound=f"EUR or USD per {', '.join(scales)}",
            remedy=FRESH_COPY,
        )
    return known[currency]
