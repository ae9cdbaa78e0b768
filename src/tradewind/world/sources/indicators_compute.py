"""Compute and models by economy: Epoch AI's lists, and data centres as market reports count them.

Epoch's lists name what somebody announced or found: a tenth to a fifth of the world's accelerators.
So an economy that they do not name has zero *listed* clusters or models, which is a fact about the
list. Data centres are different: an economy without a line there is unknown.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tradewind.world.sources.indicators_reading import (
    YEARS,
    Figures,
    Series,
    country_names,
    economy,
    per,
    read_table,
)
from tradewind.world.sources.reading import Row, fingerprint

CLUSTERS = "compute/epoch/gpu_clusters_2026-08.csv"
MODELS = "compute/epoch/notable_ai_models_2026-07.csv"
CAPACITY = "energy/flops_export/dc_capacity_estimates.csv"
EXCHANGES = "indicators/undp/countries_ixp.csv"
FILES = (CLUSTERS, MODELS, CAPACITY, EXCHANGES)
LAST_CLUSTERS = 2025
LAST_MODELS = 2025
"""Whole years: both lists end within a year."""
WINDOW = 3
REPORTED_TIERS = ("1", "2")
"""Capacity from a market report; tier 3 is a count times a regional mean, and left aside."""
COUNTED, REPORTED, EXCHANGES_COUNTED = 2025, 2024, 2021
TRUSTED = ("Confident", "Likely")
LARGEST = 5


class Cluster(NamedTuple):
    """One line of the list of clusters."""

    name: str
    code: str | None
    year: int
    h100e: float
    successor: str


def read(sources: Path, population: Series) -> tuple[Figures, dict[str, float], str]:
    """Read clusters, models, data centres and exchange points.

    Returns
    -------
    figures : Figures
    measured : dict[str, float]
        Among them ``doublings_per_month``, how fast frontier training compute grew.
    sha256 : str
    """
    figures = Figures()
    measured = add_clusters(figures, sources / CLUSTERS)
    models = read_table(
        sources / MODELS,
        [
            *("Model", "Publication date", "Country (of organization)"),
            *("Confidence", "Training compute (FLOP)"),
        ],
    )
    add_models(figures, models)
    measured["doublings_per_month"] = doublings_per_month(models)
    add_data_centres(figures, sources / CAPACITY)
    add_exchanges(figures, sources / EXCHANGES)
    for scale, per_head, base in (
        ("ai_clusters", "ai_clusters_per_million", 1e6),
        ("notable_models", "notable_models_per_million", 1e6),
        ("data_centres", "data_centres_per_million", 1e6),
        ("data_centre_mw", "data_centre_watts_per_head", 1e6),
        ("internet_exchanges", "exchanges_per_ten_million", 1e7),
    ):
        figures.combine(per_head, figures.values[scale], population, per(base), str(sources))
    return figures, measured, fingerprint(sources / file for file in FILES)


def year_of(row: Row, column: str) -> int:
    """Year of a date written year first."""
    text = row.text(column)[:4]
    return int(text) if text.isdigit() else 0


def add_clusters(figures: Figures, path: Path) -> dict[str, float]:
    """Add up what stands at the end of each year; a cluster ends when its successor starts."""
    clusters = read_clusters(path)
    starts = {cluster.name: cluster.year for cluster in clusters}
    total = placed = 0.0
    sums = {(code, year): 0.0 for code in country_names() for year in YEARS}
    for cluster in clusters:
        end = starts.get(cluster.successor, LAST_CLUSTERS + 1)
        total += cluster.h100e
        if cluster.code is None:
            continue
        placed += cluster.h100e
        for year in range(max(cluster.year, YEARS[0]), min(end, LAST_CLUSTERS + 1)):
            sums[cluster.code, year] += cluster.h100e
    for (code, year), value in sums.items():
        if year <= LAST_CLUSTERS:
            figures.add("ai_clusters", code, year, value, str(path))
    return {
        "clusters_read": float(len(clusters)),
        "share_of_cluster_compute_without_country": 1 - placed / total,
    }


def read_clusters(path: Path) -> list[Cluster]:
    """Read the rows of the standard analysis that have a date and a size."""
    columns = {
        "h100e": "H100 equivalents",
        "start": "First Operational Date",
        "standard": "Include in Standard Analysis",
    }
    rows = read_table(path, ["Name", "Country", "Superseded by", *columns.values()])
    found = []
    for row in rows:
        if row.cells[columns["standard"]].strip() != "True" or any(
            row.is_missing(columns[name]) for name in ("h100e", "start")
        ):
            continue
        code = None if row.is_missing("Country") else economy(row.text("Country"), row.where)
        h100e = row.number(columns["h100e"], low=0, high=1e8)
        start, successor = year_of(row, columns["start"]), row.cells["Superseded by"].strip()
        found.append(Cluster(row.text("Name"), code, start, h100e, successor))
    return found


def add_models(figures: Figures, rows: list[Row]) -> None:
    """Count the notable models of three years; a model of two countries counts once for each."""
    counts = {(code, year): 0.0 for code in country_names() for year in YEARS}
    for row in rows:
        if row.is_missing("Country (of organization)") or row.is_missing("Publication date"):
            continue
        published = year_of(row, "Publication date")
        names = {name.strip() for name in row.text("Country (of organization)").split(",")}
        codes = {economy(name, row.where) for name in sorted(names)} - {None}
        for code in codes:
            assert code is not None
            for year in range(max(published, YEARS[0]), published + WINDOW):
                if year in YEARS:
                    counts[code, year] += 1
    for (code, year), value in counts.items():
        if year <= LAST_MODELS:
            figures.add("notable_models", code, year, value, MODELS)


def doublings_per_month(rows: list[Row]) -> float:
    """Slope of the logarithm of the mean compute of each year's five largest trainings.

    Returns
    -------
    float
        Doublings of frontier training compute per month, by least squares over the years.
    """
    compute: dict[int, list[float]] = {}
    for row in rows:
        if row.cells["Confidence"].strip() not in TRUSTED or row.is_missing("Publication date"):
            continue
        year = year_of(row, "Publication date")
        if year in YEARS and not row.is_missing("Training compute (FLOP)"):
            compute.setdefault(year, []).append(row.number("Training compute (FLOP)", low=1))
    years = sorted(compute)
    largest = [math.log2(np.mean(sorted(compute[year])[-LARGEST:])) for year in years]
    slope, _ = np.polyfit(years, largest, 1)
    return float(slope) / 12


def add_data_centres(figures: Figures, path: Path) -> None:
    """Add counts of data centres, and their capacity where a market report gives it."""
    for row in read_table(path, ["iso3", "capacity_mw", "n_datacenters", "source_tier", "source"]):
        code = economy(row.text("iso3"), row.where)
        figures.add("data_centres", code, COUNTED, row.number("n_datacenters"), row.where)
        if row.text("source_tier") in REPORTED_TIERS:
            row.text("source")
            figures.add("data_centre_mw", code, REPORTED, row.number("capacity_mw"), row.where)


def add_exchanges(figures: Figures, path: Path) -> None:
    """Count the exchange points at which somebody meets; the directory keeps closed ones, too."""
    counts = dict.fromkeys(country_names(), 0.0)
    for row in read_table(path, ["Country", "IXP Name", "Participants"]):
        code = economy(row.text("Country"), row.where)
        if code is not None and row.number("Participants", low=0) > 0:
            counts[code] += 1
    for code, value in counts.items():
        figures.add("internet_exchanges", code, EXCHANGES_COUNTED, value, str(path))
