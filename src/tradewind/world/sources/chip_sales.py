"""Chips sold by quarter, vendor, buyer: Epoch AI's estimates in units and H100 equivalents.

An H100 equivalent (H100e) is dense 8-bit operations over 1,979 TFLOP/s. Medians with 5 and 95 %
bounds come from Epoch's simulations; medians of parts do not quite add up to the median of a sum.
Epoch counts the H200 with the H100. Vendors' fiscal quarters are brought to calendar quarters by
Epoch; the first and last of a series can hold part of a quarter only, and are marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tradewind.errors import SourceError
from tradewind.world.names import read_map
from tradewind.world.sources.reading import (
    FRESH_COPY,
    Citation,
    Row,
    fingerprint,
    read_rows,
    require_identity,
)
from tradewind.world.sources.tables import Table, known, require_lines, require_once, shown

FOLDER = "compute/epoch/ai-chip-counts"
CHINA_FILE = "compute/epoch/epoch_chip_sales_china_relevant.csv"
COUNTS = Citation("Epoch AI, ai-chip-counts (commit d1b1bc3, March and April 2026)", "MIT")
CHINA = Citation("Epoch AI, chip sales relevant to China (2026)", "CC BY 4.0")
SPAN = ("Start date", "End date")
H100E = ("Compute estimate in H100e (median)", "H100e (5th percentile)", "H100e (95th percentile)")
UNITS = ("Number of Units", "Number of Units (5th percentile)", "Number of Units (95th percentile)")
TDP = ("Total TDP (W)", "Total TDP (W) (5th percentile)", "Total TDP (W) (95th percentile)")
POWER = ("Power in MW (median)", "Power in MW (5th percentile)", "Power in MW (95th percentile)")
BY_CHIP = ("Name", "Chip manufacturer", *SPAN, *H100E, *UNITS)
BY_OWNER = ("Name", "Chip manufacturer", "Owner", *SPAN)
SALES: Mapping[str, tuple[str, ...]] = {
    "nvidia_calendar_quarter_chip_timelines": (*BY_CHIP, "Source / Link", "Notes", "Chip type"),
    "amd_chip_timelines": (*BY_CHIP, "Chip type", "Notes", "Source / Link"),
    "tpu_calendar_quarter_chip_timelines": (*BY_CHIP, "Chip type", "Notes", "Source / Link"),
    "trainium_chip_timelines": (*BY_CHIP, *POWER, "Source / Link", "Notes", "Chip type"),
}
CUMULATIVE: Mapping[str, tuple[str, ...]] = {
    **{
        f"{vendor}_cumulative_by_chip": (
            *("Name", "Chip manufacturer", *SPAN, "Chip type"),
            *("Number of units (5th percentile)", "Number of units (median)"),
            "Number of units (95th percentile)",
            "Compute estimate in H100e (5th percentile)",
            "Compute estimate in H100e (median)",
            "Compute estimate in H100e (95th percentile)",
            *("Incomplete", "Notes"),
        )
        for vendor in ("nvidia", "amd", "tpu")
    },
    "trainium_cumulative_by_chip": (*BY_CHIP, *POWER, "Source / Link", "Notes", "Chip type"),
}
_PLAIN = (*BY_OWNER, *H100E, *UNITS, *TDP, "Chip type", "Incomplete", "Source / Link", "Notes")
OWNERS: Mapping[str, tuple[str, ...]] = {
    "nvidia_owners_quarters_by_chip": _PLAIN,
    "nvidia_owners_OTHER_quarters_by_chip": _PLAIN,
    "coreweave/coreweave_owners_quarters_by_chip": _PLAIN,
    "amd_owners_quarters_by_chip": (
        *(*BY_OWNER, "Chip type", *H100E),
        *("Number of Units (median)", *UNITS[1:], *TDP, "Notes", "Source / Link"),
    ),
    "tpu_owners_quarters_by_chip": (
        *(*BY_OWNER, *H100E, *UNITS, *TDP),
        *("Chip type", "Source / Link", "Notes"),
    ),
    "trainium_owners_quarters_by_chip": (
        *(*BY_OWNER, *H100E, *UNITS, *TDP, *POWER),
        *("Chip type", "Source / Link", "Notes"),
    ),
}
CHINA_COLUMNS = (
    *("quarter", "chip", "maker", "units_median", "units_p5", "units_p95"),
    *("h100e_median", "note"),
)
MOST_UNITS, MOST_H100E = 1e8, 1e9
LARGEST_MISS = 0.05
"""Medians of quarters miss the median of their sum by up to 1.1 %; more is a quarter lost."""
NUMBERS = ("units", "units_low", "units_high", "h100e", "h100e_low", "h100e_high")
SALES_COLUMNS = ("quarter", "chip", "vendor", *NUMBERS, "complete", "basis")
OWNER_COLUMNS = ("owner", "chip", "vendor", "year", *NUMBERS, "quarters", "complete")
QUARTERLY, ANNUAL = "quarter", "year / 4"
DOMESTIC_CHINESE = ("Huawei", "Cambricon")

Estimate = tuple[float, float, float]
"""Median, 5 % and 95 % bound."""


def read(sources: Path) -> tuple[dict[str, Table], dict[str, float], dict[str, str]]:
    """Read sales of the world, sales to China, and sales by owner and year.

    Returns
    -------
    tables : dict of str to Table
        ``chip_sales``, ``china_sales``, ``owner_sales``.
    measured : dict[str, float]
        How far quarters miss Epoch's own cumulative figures; sums.
    sha256 : dict[str, str]
        By table.
    """
    folder = sources / FOLDER
    world, china = read_sales(folder), read_china(sources / CHINA_FILE)
    owners = read_owners(folder)
    domestic = [line for line in china if line[2] in DOMESTIC_CHINESE]
    measured = {
        "largest_miss_of_cumulative_h100e": largest_miss(folder, world),
        "huawei_quarters_that_are_a_quarter_of_the_year": float(
            sum(line[-1] == ANNUAL for line in china)
        ),
    }
    files = {
        "chip_sales": [*paths(folder, SALES), *paths(folder, CUMULATIVE), sources / CHINA_FILE],
        "china_sales": [sources / CHINA_FILE],
        "owner_sales": paths(folder, OWNERS),
    }
    tables = {
        "chip_sales": Table(SALES_COLUMNS, sorted([*world, *domestic], key=lambda r: (r[0], r[2]))),
        "china_sales": Table(SALES_COLUMNS, china),
        "owner_sales": Table(OWNER_COLUMNS, owners),
    }
    return tables, measured, {name: fingerprint(found) for name, found in files.items()}


def paths(folder: Path, files: Iterable[str]) -> list[Path]:
    """Where the files of one group are."""
    return [folder / place(name) for name in files]


def place(name: str) -> str:
    """Path of a file inside the source's folder."""
    return f"{'owners_csv_export' if 'owners' in name else 'csv_export'}/{name}.csv"


def read_sales(folder: Path) -> list[list[str]]:
    """Read the quarterly sales of every vendor to the world."""
    found = []
    for name, columns in SALES.items():
        rows = read_rows(folder / place(name), columns)
        require_once(rows, [*SPAN, "Chip type"])
        found += [
            [
                *(quarter(row), chip(row, "Chip type"), vendor(row.text("Chip manufacturer"))),
                *estimates(row, UNITS),
                *complete_and_basis(row),
            ]
            for row in rows
        ]
        require_lines(rows, folder / place(name))
    return found


def read_china(path: Path) -> list[list[str]]:
    """Read sales to China and of Chinese makers; Huawei's quarters are a year divided by four."""
    rows = read_rows(path, CHINA_COLUMNS)
    require_lines(rows, path)
    require_once(rows, ["quarter", "chip"])
    found = []
    for row in rows:
        maker = vendor(row.text("maker").removesuffix("->China"))
        units = ordered(row, ("units_median", "units_p5", "units_p95"), MOST_UNITS)
        h100e = row.number("h100e_median", low=0, high=MOST_H100E)
        scaled = [h100e * bound / units[0] for bound in units]
        found.append(
            [
                *(written_quarter(row), chip(row, "chip"), maker),
                *(shown(round(value, 2)) for value in (*units, *scaled)),
                *("yes", ANNUAL if maker == "Huawei" else QUARTERLY),
            ]
        )
    require_even_years(found, path)
    return found


def require_even_years(found: Sequence[Sequence[str]], path: Path) -> None:
    """Refuse Huawei quarters that differ within a year: then they would be quarters after all."""
    years: dict[tuple[str, str], set[str]] = {}
    for line in found:
        if line[-1] == ANNUAL:
            years.setdefault((line[0][:4], line[1]), set()).add(line[3])
    for (year, name), values in years.items():
        if len(values) > 1:
            raise SourceError(
                "quarters differ that this reader takes for a year divided by four",
                where=f"{path}, chip {name}, year {year}",
                value=", ".join(sorted(values)),
                bound="one figure in all quarters of a year",
                remedy="read them as quarters: change ANNUAL in sources/chip_sales.py",
            )


def read_owners(folder: Path) -> list[list[str]]:
    """Read sales by owner and add up the quarters of each year, bounds by bounds.

    Adding bounds takes a year's errors to move together: the wide end.
    """
    sums: dict[tuple[str, str, str, str], list[float]] = {}
    quarters: dict[tuple[str, str, str, str], list[bool]] = {}
    for name, columns in OWNERS.items():
        rows = read_rows(folder / place(name), columns)
        require_lines(rows, folder / place(name))
        require_once(rows, [*SPAN, "Owner", "Chip type"])
        units = ("Number of Units (median)", *UNITS[1:]) if name.startswith("amd") else UNITS
        for row in rows:
            maker = vendor(row.text("Chip manufacturer"))
            label = (row.text("Owner"), chip(row, "Chip type"), maker, quarter(row)[:4])
            values = [float(value) for value in estimates(row, units)]
            known = sums.setdefault(label, [0.0] * len(values))
            sums[label] = [a + b for a, b in zip(known, values, strict=True)]
            quarters.setdefault(label, []).append(complete_and_basis(row)[0] == "yes")
    return [
        [
            *(*label, *(shown(value) for value in values)),
            *(str(len(quarters[label])), "yes" if all(quarters[label]) else "no"),
        ]
        for label, values in sorted(sums.items())
    ]


def largest_miss(folder: Path, world: Sequence[Sequence[str]]) -> float:
    """Largest relative gap between the sum of a chip's quarters and Epoch's cumulative figure."""
    last: dict[tuple[str, str], float] = {}
    for name, columns in CUMULATIVE.items():
        rows = read_rows(folder / place(name), columns)
        for row in rows:  # in the order of time: the last line of a chip stands
            label = (chip(row, "Chip type"), vendor(row.text("Chip manufacturer")))
            last[label] = row.number(H100E[0], low=0, high=MOST_H100E)
    sums: dict[tuple[str, str], float] = dict.fromkeys(last, 0.0)
    for line in world:
        if (line[1], line[2]) not in sums:
            raise SourceError(
                "a chip has quarters but no cumulative figure",
                where=str(folder),
                value=f"{line[1]} of {line[2]}",
                bound="the same chips in both",
                remedy=FRESH_COPY,
            )
        sums[line[1], line[2]] += float(line[6])
    miss = max(abs(sums[label] / total - 1) for label, total in last.items())
    what = "a chip's quarters add up to its cumulative figure"
    return require_identity(miss, LARGEST_MISS, str(folder), what)


def estimates(row: Row, units: Sequence[str]) -> list[str]:
    """Units and H100 equivalents: median and bounds of each, as text."""
    both = (*ordered(row, units, MOST_UNITS), *ordered(row, H100E, MOST_H100E))
    return [shown(value) for value in both]


def ordered(row: Row, columns: Sequence[str], high: float) -> Estimate:
    """Read a median and its bounds, which must enclose it."""
    median, lower, upper = (row.number(column, low=0, high=high) for column in columns)
    if not lower <= median <= upper:
        raise SourceError(
            "a median lies outside its bounds",
            where=f"{row.where}, column {columns[0]!r}",
            value=f"{median:g}",
            bound=f"from {lower:g} to {upper:g}",
            remedy=FRESH_COPY,
        )
    return median, lower, upper


def complete_and_basis(row: Row) -> tuple[str, str]:
    """Whether a quarter is whole, and that it is one."""
    return "no" if row.cells["Notes"].startswith("Incomplete") else "yes", QUARTERLY


def quarter(row: Row) -> str:
    """Calendar quarter of a line, as 2024Q1; its dates must be a whole quarter."""
    try:
        start, end = (datetime.strptime(row.text(column), "%m/%d/%Y") for column in SPAN)
    except ValueError:
        start = end = datetime(1900, 1, 2)
    whole = start.day == 1 and start.month % 3 == 1 and end.month == start.month + 2
    if not (whole and end.year == start.year):
        raise SourceError(
            "two dates do not make a calendar quarter",
            where=row.where,
            value=f"{row.cells[SPAN[0]]} to {row.cells[SPAN[1]]}",
            bound="first and last day of a quarter, MM/DD/YYYY",
            remedy=FRESH_COPY,
        )
    return f"{start.year}Q{(start.month + 2) // 3}"


def written_quarter(row: Row) -> str:
    """Calendar quarter that is written as 2024Q1."""
    text = row.text("quarter")
    year, _, number = text.partition("Q")
    if not (len(year) == 4 and year.isdigit() and number in {"1", "2", "3", "4"}):
        raise SourceError(
            "a quarter is not a quarter",
            where=row.where,
            value=text,
            bound="as 2024Q1",
            remedy=FRESH_COPY,
        )
    return text


def chip(row: Row, column: str) -> str:
    """Key in the catalogue of the chip that a line is about."""
    return known(row, column, "chips")


def vendor(name: str) -> str:
    """A vendor's name as the catalogue writes it."""
    return str(read_map("chip_market")["vendors"].get(name, name))
