"""Epoch AI's clusters of accelerators, added up by country and first year.

The list is what Epoch could find in public, not national capacity: it sees the United States and
named Chinese sites best, and hardly any private cloud. Its newest entry is of July 2025.
"""

from __future__ import annotations

from pathlib import Path

from tradewind.world.sources.reading import Citation, Row, fingerprint, read_rows
from tradewind.world.sources.tables import Table, iso_date, known, require_lines, shown

FILE = "compute/epoch/gpu_clusters_2026-08.csv"
CITATION = Citation("Epoch AI, GPU clusters (August 2026)", "CC BY 4.0")
COLUMNS = [
    *("Name", "Status", "Certainty", "Single cluster?", "Max OP/s (log)", "H100 equivalents"),
    *("Chip type (primary)", "Chip quantity (primary)", "Country", "Owner"),
    *("First Operational Date", "Note", "Sector", "Power Capacity (MW)", "Hardware Cost"),
    *("Location", "Users", "Hardware note", "Quote", "First Operational Date Note"),
    *("Certainty Note", "Energy Efficiency (log)", "Builds Upon", "Superseded by"),
    *("Possible Duplicate", "Possible Duplicate Of", "Chip type (secondary)"),
    *("Chip quantity (secondary)", "Total number of AI chips", "GPU Supplier (primary)"),
    *("GPU supplier (secondary)", "Include in Standard Analysis", "Exclude"),
    *("Rank when first operational", "16-bit OP/s (log)", "Max OP/s", "8-bit OP/s"),
    *("16-bit OP/s", "32-bit OP/s", "Calculated Power Capacity (MW)"),
    *("Reported Power Capacity (MW)", "Energy Efficiency", "Calculated Cost", "Reported Cost"),
    *("Reported Cost (Inflation adjusted)", "Cost Quote", "Noteworthy"),
    "Decommissioned Date (if applicable)",
    "Largest existing cluster when first operational",
    "% of largest cluster when first operational",
    *("Source 1", "Source 2", "Source 3", "Source 4", "Source 5", "latitude", "longitude"),
]
TABLE_COLUMNS = ("country", "year", "clusters", "clusters_without_size", "h100e")
LARGEST_H100E = 1e8


def read(sources: Path) -> tuple[dict[str, Table], dict[str, float], str]:
    """Read existing clusters that Epoch counts in its standard analysis.

    Returns
    -------
    tables : dict of str to Table
        ``clusters_by_country``.
    measured : dict[str, float]
        Clusters kept, and those left out for want of a country or a date, with their H100e.
    sha256 : str
    """
    path = sources / FILE
    rows = read_rows(path, COLUMNS)
    counted = [row for row in rows if is_counted(row)]
    require_lines(counted, path)
    sums: dict[tuple[str, str], list[float]] = {}
    left_out = [0.0, 0.0]
    for row in counted:
        size = 0.0
        if sized := not row.is_missing("H100 equivalents"):
            size = row.number("H100 equivalents", low=0, high=LARGEST_H100E)
        day = iso_date(row, "First Operational Date")
        if not day or row.is_missing("Country"):
            left_out = [left_out[0] + 1, left_out[1] + size]
            continue
        line = sums.setdefault((known(row, "Country", "countries"), day[:4]), [0.0, 0.0, 0.0])
        line[0] += 1
        line[1] += not sized
        line[2] += size
    lines = [[*label, *(shown(round(v, 3)) for v in line)] for label, line in sorted(sums.items())]
    measured = {
        "clusters_in_standard_analysis": float(len(counted)),
        "clusters_without_country_or_date": left_out[0],
        "h100e_without_country_or_date": left_out[1],
    }
    return {"clusters_by_country": Table(TABLE_COLUMNS, lines)}, measured, fingerprint([path])


def is_counted(row: Row) -> bool:
    """Whether a cluster exists and belongs to Epoch's standard analysis."""
    included = row.cells["Include in Standard Analysis"].strip() == "True"
    return included and row.text("Status") == "Existing"
