"""A small made-up set of the sources of indicators, in the formats of the real ones, with traps.

Three economies and Taiwan in a few years, with a world, a union and a small territory that must not
be counted, a plant table in Latin-1 with a hole, and a list of clusters with line breaks in cells.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.support.world_sources import write_macro
from tradewind.world import World
from tradewind.world.sources import (
    indicators_capacity,
    indicators_compute,
    indicators_energy,
    indicators_facts,
    indicators_published,
    indicators_wdi,
    wdi,
)
from tradewind.world.sources.indicators_reading import YEARS, registry

DEVELOPMENT_YEARS = (2018, 2019, 2020, 2021)
FLAT = {"SL.GDP.PCAP.EM.KD": 90000.0, "TX.VAL.TECH.MF.ZS": 40.0}
SERVERS = {"USA": 2000.0, "WLD": 1000.0}
DEFAULT = {"USA": 8.0, "DEU": 4.0, "CHN": 2.0, "WLD": 3.0, "EUU": 5.0, "LIE": 6.0}


def write_all(folder: Path) -> Path:
    """Write every source of indicators under ``folder`` and return it."""
    write_development(folder / wdi.FOLDER)
    write_electricity(folder)
    write_plants(folder)
    write_compute(folder)
    write_facts(folder)
    write_published(folder)
    return folder


def write_table(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    before: str = "",
    encoding: str = "utf-8",
) -> None:
    """Write a comma-separated table, with lines before the header if asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes((before + text.getvalue()).encode(encoding))


def write_development(folder: Path) -> None:
    """Write the Bank's indicators: three as in the shipped world, the rest flat."""
    write_macro(folder, World.default())
    codes = {code for entry in registry().values() for code in indicators_wdi.codes_of(entry)}
    for code in sorted(codes):
        path = folder / indicators_wdi.file_of(code)
        if path.exists():
            continue
        values = DEFAULT
        if code == indicators_wdi.SERVERS:
            values = DEFAULT | SERVERS
        if code in FLAT:
            values = dict.fromkeys(DEFAULT, FLAT[code])
        rows = [
            ("some, name", economy, year, value)
            for economy, value in values.items()
            for year in DEVELOPMENT_YEARS
        ]
        write_table(path, indicators_wdi.COLUMNS, rows)


def write_electricity(folder: Path) -> None:
    """Write generation to 2021, the mix of 2023, and two files of prices."""
    columns = indicators_energy.TERAWATT_HOURS.values()
    rows = [
        (name, year, total, low_carbon, wind, solar)
        for name, total, low_carbon, wind, solar in (
            ("Germany", 600.0, 300.0, 100.0, 50.0),
            ("China", 7000.0, 2000.0, 500.0, 300.0),
            ("Taiwan", 280.0, 40.0, 2.0, 5.0),
            ("World", 27000.0, 10000.0, 1800.0, 1000.0),
            ("European Union (27)", 2800.0, 1700.0, 400.0, 150.0),
            ("Faeroe Islands", 0.4, 0.2, 0.1, 0.0),
        )
        for year in (2014, 2018, 2019, 2020, 2021)
    ]
    write_table(folder / indicators_energy.OWID, ["Entity", "Year", *columns], rows)
    keys = indicators_energy.MIX_KEYS.values()
    mix = {
        code: {"year": year, **dict(zip(keys, numbers, strict=True))}
        for code, year, numbers in (
            ("DEU", 2023, (500.0, 290.0, 120.0, 60.0)),
            ("CHN", 2021, (1.0, 1.0, 0.0, 0.0)),
            ("GIB", 2022, (0.2, 0.0, 0.0, 0.0)),
        )
    }
    path = folder / indicators_energy.MIX
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(mix))
    write_table(
        folder / indicators_energy.PRICES,
        ["iso3", "price_eur_kwh", "price_usd_kwh", "consumption_band", "source"],
        [("DEU", 0.14, 0.15, "MWH20000-69999", "Eurostat"), ("LIE", 0.2, 0.2, "x", "Eurostat")],
    )
    write_table(
        folder / indicators_energy.MORE_PRICES,
        ["rank", "iso3", "p_E_usd_kwh"],
        [(1, "DEU", 0.15), (2, "CHL", 0.13)],
    )


def write_plants(folder: Path) -> None:
    """Write capacity in Latin-1, lines before the header; Germany has no fossil plants there."""
    plants = {
        "Germany": {"Nuclear": 4000.0, "Solar photovoltaic": 60000.0},
        "China": {"Coal and peat": 1_000_000.0, "Nuclear": 50000.0, "Pumped storage": 40000.0},
        "Chinese Taipei": {"Natural gas": 40000.0, "Nuclear": 2000.0},
        "Türkiye": {"Natural gas": 25000.0},
        "Curaçao": {"Oil": 200.0},
    }
    known = (*indicators_capacity.DISPATCHABLE, *indicators_capacity.OTHER_PLANTS)
    rows = [
        (name, plant, "Electricity Installed Capacity (MW)", "All", year, own.get(plant, "-"))
        for name, own in plants.items()
        for plant in known
        for year in (2019, 2020)
    ]
    header = ["Country/area", "Technology", "Data Type", "Grid connection", "Year"]
    write_table(
        folder / indicators_capacity.IRENA,
        [*header, indicators_capacity.VALUE],
        rows,
        before='"Electricity statistics"\n\n',
        encoding="latin-1",
    )
    write_table(
        folder / indicators_capacity.ZONES,
        ["", "_d", "_src", *indicators_capacity.ZONE_PLANTS],
        [
            ("DE", "2026-01-01", "Fraunhofer ISE", 9000, 6000, 30000, 35000, 0, 4000, ""),
            ("CN", "2024-01-01", "Ember", 1, 1, 1, 1, 1, 1, ""),
            ("US-CAL-CISO", "", "EIA", 1, 1, 1, 1, 1, 1, ""),
        ],
    )


def write_compute(folder: Path) -> None:
    """Write clusters (one with a successor, one outside the analysis), models and sites."""
    note = "two\nlines, and a comma"
    america = "United States of America"
    write_table(
        folder / indicators_compute.CLUSTERS,
        [
            *("Name", "Note", "Country", "H100 equivalents", "First Operational Date"),
            *("Superseded by", "Include in Standard Analysis"),
        ],
        [
            ("A1", note, america, 100, "2018-05-01", "A2", "True"),
            ("A2", note, america, 400, "2020-02-01", "", "True"),
            ("Planned", note, america, 9e6, "Planned 2030", "", ""),
            ("C1", note, "China", 50, "2019-01-01", "", "True"),
            ("Somewhere", note, "", 50, "2019-01-01", "", "True"),
            ("Unsized", note, "Thailand", "", "2019-01-01", "", "True"),
        ],
    )
    models = [
        (f"M{year}", f"{year}-03-01", america, "Confident", 1e20 * 4.0 ** (year - 2015))
        for year in YEARS
    ]
    write_table(
        folder / indicators_compute.MODELS,
        [
            *("Model", "Publication date", "Country (of organization)"),
            *("Confidence", "Training compute (FLOP)"),
        ],
        [
            *models,
            ("Both", "2020-01-01", f"{america},China,China", "Speculative", 1e30),
            ("Many", "2020-01-01", "Multinational", "Unknown", ""),
        ],
    )
    write_table(
        folder / indicators_compute.CAPACITY,
        ["iso3", "capacity_mw", "n_datacenters", "source_tier", "source"],
        [("USA", 50000, 5000, 1, "Synergy"), ("TWN", 750, 19, 2, "Mordor"), ("KGZ", 5, 1, 3, "x")],
    )
    write_table(
        folder / indicators_compute.EXCHANGES,
        ["Region", "Country", "IXP Name", "Participants"],
        [
            ("", "Taiwan", "TPIX", 40),
            ("", "United States ", "NYIIX", 200),
            ("", "United States", "Any2", 300),
            ("", "Germany", "closed", 0),
        ],
    )


def write_facts(folder: Path) -> None:
    """Write the gathered figures: decimal commas, old codes, aggregates, the robots' break."""
    facts = indicators_facts
    write_table(
        folder / facts.INTERNET,
        ["country", "iso3", "year", "value"],
        [("Germany", "DEU", 2021, 91.4), ("World", "OWID_WRL", 2021, 60.0)],
    )
    write_table(
        folder / facts.GOVERNANCE,
        ["iso3", "countryname", "year", "indicator", "value"],
        [
            *(("TWN", "Taiwan", 2023, name, "1,38") for name in facts.GOVERNANCE_NAMES),
            ("ROM", "Romania", 2023, "ge", "-0,12"),
            ("GUF", "French Guiana", 2023, "ge", ".."),
            ("DEU", "Germany", 2023, "cc", "1,8"),
        ],
    )
    write_table(folder / facts.CAPITAL, ["iso3", "wacc_usd"], [("DEU", 0.07), ("TWN", 0.076)])
    write_table(
        folder / facts.LABOUR,
        [
            *("iso3", "year", "labour_share", "labour_cost_usd_per_hour_whole_economy"),
            "hours_per_worker",
        ],
        [
            ("DEU", 2014, 0.63, 42.0, 1400),
            ("DEU", 2019, 0.64, 39.0, 1390),
            ("SAU", 2019, 0.28, 9.1, ""),
            ("VNM", 2019, "", "", ""),
        ],
    )
    write_table(
        folder / facts.ROBOTS,
        ["economy", "year", "value", "unit"],
        [
            ("CHN", 2023, 470, facts.ROBOT_UNIT),
            ("CHN", 2024, 166, facts.ROBOT_UNIT),
            ("CHN", 2024, 567, "same, older denominator"),
            ("EU27", 2023, 219, facts.ROBOT_UNIT),
            ("Western Europe", 2024, 267, facts.ROBOT_UNIT),
        ],
    )
    years = [year for year in YEARS if year <= 2021]
    write_table(
        folder / facts.COMPLEXITY,
        ["Country", "ECI Rank 2015", *(f"ECI {year}" for year in years)],
        [("Turkiye", 40, *(0.5 for _ in years)), ("Germany", 4, *(2.0 for _ in years[1:]), "")],
    )
    write_table(folder / facts.DATA_RULES, ["iso3", "C_data"], [("TWN", 0.12), ("EUR", 0.24)])


def write_published(folder: Path) -> None:
    """Write two published indices with a pillar's line among the overall ones."""
    write_table(
        folder / indicators_published.INNOVATION,
        ["ISO2", "Economy", "IndCode", "Rank", "Score"],
        [
            ("CH", "Switzerland", "Index", 1, 65.5),
            ("CH", "Switzerland", "P1", 13, 80.0),
            ("DE", "Germany", "Index", 10, 57.3),
        ],
    )
    write_table(
        folder / indicators_published.ARTIFICIAL,
        ["Country", "Talent", "Total score"],
        [("The Netherlands", 1, 36.0), ("United States of America", 1, 100.0), ("Taiwan", 1, 30.0)],
    )
