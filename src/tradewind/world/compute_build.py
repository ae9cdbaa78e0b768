"""Make the shipped tables of accelerators and the chip market from the raw sources."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tradewind.errors import OutputError, SourceError
from tradewind.world.sources import accelerators, chip_facts, chip_sales, clusters, national_gdp
from tradewind.world.sources.reading import Citation
from tradewind.world.sources.tables import Table, shown

Report = Callable[[str], None]
FOLDER_NAME = "compute"
PROVENANCE_COLUMNS = (
    *("table", "title", "year", "unit", "source", "licence", "sha256", "rows", "note"),
)
MEASURED_COLUMNS = ("source", "what", "value")
READERS = {
    "accelerators": accelerators,
    "chip sales": chip_sales,
    "prices, leakage, supply and parameters of chips": chip_facts,
    "clusters by country": clusters,
    "GDP by country": national_gdp,
}
ESTIMATES = "units and H100 equivalents, median with 5 and 95 % bounds"


@dataclass(frozen=True)
class Meaning:
    """What a table is and where it comes from."""

    title: str
    year: str
    unit: str
    citation: Citation
    note: str = ""


MEANINGS: Mapping[str, Meaning] = {
    "accelerators": Meaning(
        "accelerators and stacks of memory",
        "2008 to 2026",
        "TFLOP/s dense by format, TPP, GB/s, mm², nm, GB, W",
        accelerators.CITATION,
        "figures corrected, filled and added stand in accelerator_marks with their own sources",
    ),
    "accelerator_marks": Meaning(
        "remarks on figures of accelerators",
        "2026",
        "text",
        Citation("Tradewind, maps/accelerators.yaml; each line names its source", "Apache-2.0"),
    ),
    "chip_sales": Meaning(
        "chips sold in the world by quarter and chip",
        "2022Q1 to 2026Q1",
        ESTIMATES,
        chip_sales.COUNTS,
        "H100 holds the H200. A quarter that Epoch calls incomplete has complete = no. Huawei and "
        "Cambricon are from china_sales",
    ),
    "china_sales": Meaning(
        "chips sold to China and by Chinese makers by quarter",
        "2022Q1 to 2025Q4",
        ESTIMATES,
        chip_sales.CHINA,
        "Huawei's quarters are years divided by four: two annual points. Bounds of H100e are those "
        "of units, scaled; Epoch calls them rough",
    ),
    "owner_sales": Meaning(
        "chips by owner, chip and year",
        "2022 to 2026",
        ESTIMATES,
        chip_sales.COUNTS,
        "quarters added up, bounds by bounds. Owners have no place: not where chips stand. xAI has "
        "no quarters in the source and is left out; Other is without it",
    ),
    "clusters_by_country": Meaning(
        "existing clusters by country and first year of operation",
        "2010 to 2025",
        "H100 equivalents; number of clusters",
        clusters.CITATION,
        "what is publicly known, not national capacity; newest July 2025",
    ),
    "chip_prices": Meaning("prices of chips", "2022 to 2026", "USD each", chip_facts.CITATION),
    "leakage": Meaning(
        "chips that reach China past the rules", "2023 to 2026", "see column", chip_facts.CITATION
    ),
    "china_supply": Meaning(
        "supply of chips made in China", "2024 to 2027", "see column", chip_facts.CITATION
    ),
    "parameters": Meaning(
        "parameters of the block chips", "1994 to 2026", "see column", chip_facts.CITATION
    ),
    "gdp_by_country": Meaning(
        "nominal GDP by country",
        "2022 to 2025",
        "USD million / year",
        national_gdp.CITATION,
        "Taiwan from the Bank's aggregates; a country without a figure has no line",
    ),
}


@dataclass(frozen=True)
class ComputeTables:
    """The tables as they are written, with their provenance and what was measured."""

    tables: Mapping[str, Table]

    def write(self, folder: Path, *, force: bool = False) -> Path:
        """Write every table into a folder: all of them or none.

        Raises
        ------
        OutputError
            If the folder exists and ``force`` is false, or cannot be written.
        """
        require_free_folder(folder, force=force)
        try:
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".compute.") as name:
                made = Path(name) / FOLDER_NAME
                made.mkdir(mode=0o755)
                for table, content in self.tables.items():
                    (made / f"{table}.csv").write_text(content.to_csv(), encoding="utf-8")
                exchange(made, folder, Path(name) / "old")
        except OSError as error:
            raise OutputError(
                "the tables of chips could not be written; nothing was left behind",
                where=str(folder),
                value=str(error),
                remedy="choose a folder that exists, that you may write to, and that has room",
            ) from error
        return folder


def exchange(made: Path, folder: Path, old: Path) -> None:
    """Put one folder in the place of another, which comes back if that fails."""
    if not folder.exists():
        made.rename(folder)
        return
    folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        old.rename(folder)
        raise


def require_free_folder(folder: Path, *, force: bool) -> None:
    """Refuse a folder that stands already, unless it may be replaced."""
    if folder.exists() and not force:
        raise OutputError(
            "the folder of tables exists already",
            where=str(folder),
            remedy="write the world elsewhere, or say --force to replace both",
        )


def silent(step: str) -> None:
    """Report nothing."""


def build_compute(sources: str | Path, *, report: Report = silent) -> ComputeTables:
    """Read every source of chips and make the shipped tables.

    Parameters
    ----------
    sources : path
        Folder that holds ``compute``, ``facts`` and ``indicators``.
    report : callable, optional
        Told the name of each step.

    Raises
    ------
    SourceError
        If a source is missing, truncated or changed; the message names file, line and bound.
    """
    folder = Path(sources)
    if not folder.is_dir():
        raise SourceError(
            "the folder of sources does not exist",
            where=str(folder),
            remedy="point --sources at the folder that holds compute/, facts/ and indicators/",
        )
    tables: dict[str, Table] = {}
    sha256: dict[str, str] = {}
    measured: list[list[str]] = []
    for title, reader in READERS.items():
        report(title)
        made, found, digest = reader.read(folder)
        tables |= made
        sha256 |= digest if isinstance(digest, dict) else dict.fromkeys(made, digest)
        name = reader.__name__.rpartition(".")[2]
        measured += [[name, what, shown(value)] for what, value in found.items()]
    return ComputeTables(
        {
            **tables,
            "provenance": provenance(tables, sha256),
            "measured": Table(MEASURED_COLUMNS, measured),
        }
    )


def provenance(tables: Mapping[str, Table], sha256: Mapping[str, str]) -> Table:
    """One line a table: what it is, its year, unit, source, licence, and what was read."""
    lines = [
        [
            *(name, meaning.title, meaning.year, meaning.unit),
            *(meaning.citation.source, meaning.citation.licence, sha256[name]),
            *(str(len(tables[name].rows)), meaning.note),
        ]
        for name, meaning in MEANINGS.items()
    ]
    return Table(PROVENANCE_COLUMNS, lines)
