"""Made-up sources of the chip market in the formats of the real ones.

The shipped tables serve as the pattern: written out the way the sources write theirs (plain SI
units, American dates, quarters by vendor), they must come back through the readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from tests.support.text_files import write_csv
from tradewind.world.accelerators import Accelerator, catalogue
from tradewind.world.compute import ComputeData
from tradewind.world.names import read_map
from tradewind.world.sources import accelerators, chip_facts, chip_sales, clusters

VENDOR_FILES = {
    "NVIDIA": "nvidia_calendar_quarter_chip_timelines",
    "AMD": "amd_chip_timelines",
    "Google": "tpu_calendar_quarter_chip_timelines",
    "Amazon AWS": "trainium_chip_timelines",
}
OWNER_FILES = {
    "AMD": "amd_owners_quarters_by_chip",
    "Google": "tpu_owners_quarters_by_chip",
    "Amazon AWS": "trainium_owners_quarters_by_chip",
}
MAKERS = {ours: theirs for theirs, ours in read_map("chip_market")["vendors"].items()}
Line = dict[str, object]


def write_chips(folder: Path) -> None:
    """Write every source of accelerators and the chip market under ``folder``."""
    data = ComputeData.default()
    write_hardware(folder / accelerators.FILE)
    counts = folder / chip_sales.FOLDER
    for vendor, name in VENDOR_FILES.items():
        sold = data.sales[data.sales["vendor"] == vendor]
        write_csv(
            counts / chip_sales.place(name),
            chip_sales.SALES[name],
            [sale(row) for row in records(sold)],
        )
        short = name.split("_")[0]
        totals = sold.groupby("chip", sort=False)["h100e"].sum()
        write_csv(
            counts / chip_sales.place(f"{short}_cumulative_by_chip"),
            chip_sales.CUMULATIVE[f"{short}_cumulative_by_chip"],
            [
                {
                    "Chip manufacturer": maker(vendor),
                    "Chip type": label("chips", str(chip)),
                    chip_sales.H100E[0]: total,
                }
                for chip, total in totals.items()
            ],
        )
    for name, columns in chip_sales.OWNERS.items():
        lines = [line for row in records(owned(data.owners, name)) for line in quarters(row, name)]
        write_csv(counts / chip_sales.place(name), columns, lines)
    write_csv(
        folder / chip_sales.CHINA_FILE,
        chip_sales.CHINA_COLUMNS,
        [china_sale(row) for row in records(data.china_sales)],
    )
    write_facts(folder / chip_facts.FOLDER, data)
    write_clusters(folder / clusters.FILE, data.clusters)


def records(table: pd.DataFrame) -> list[Line]:
    """Rows of a table."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def label(table: str, ours: str) -> str:
    """The first label of the source that stands for one of ours."""
    return next(
        str(name) for name, known in read_map("chip_market")[table].items() if known == ours
    )


def maker(vendor: str) -> str:
    """A vendor as Epoch writes it."""
    return str(MAKERS.get(vendor, vendor))


def write_hardware(path: Path) -> None:
    """Write Epoch's part of the catalogue, in operations, bytes and bits per second."""
    known = set(read_map("accelerators")["keys"])
    write_csv(
        path,
        accelerators.SOURCE_COLUMNS,
        [hardware(item) for item in catalogue().values() if item.name in known],
    )


def hardware(item: Accelerator) -> Line:
    """One chip as Epoch writes it."""
    line: Line = {
        "Hardware name": item.name,
        "Manufacturer": item.vendor,
        "Type": item.kind,
        "Notes": "a note,\nin two lines",
        "Release date": item.release_date or "",
        "Link to datasheet": "\n".join(item.sources),
    }
    for ours, (theirs, scale, _) in accelerators.READ.items():
        value = item.tflops.get(ours, getattr(item, ours, None))
        if value is not None:
            line[theirs] = value * scale
    return line


def span(quarter: str) -> Line:
    """First and last day of a quarter, the American way."""
    year, number = quarter.split("Q")
    last = 3 * int(number)
    return {
        chip_sales.SPAN[0]: f"{last - 2}/1/{year}",
        chip_sales.SPAN[1]: f"{last}/{ {3: 31, 6: 30, 9: 30, 12: 31}[last] }/{year}",
    }


def estimates(row: Line, units: tuple[str, ...] = chip_sales.UNITS) -> Line:
    """Units and H100 equivalents of a row under Epoch's headings."""
    theirs = (*units, *chip_sales.H100E)
    return {name: row[ours] for name, ours in zip(theirs, chip_sales.NUMBERS, strict=True)}


def note(row: Line) -> Line:
    """What Epoch says of a quarter."""
    return {"Notes": "" if row["complete"] else "Incomplete: based on fiscal quarters"}


def sale(row: Line) -> Line:
    """One quarter of one chip."""
    return {
        "Chip manufacturer": maker(str(row["vendor"])),
        "Chip type": label("chips", str(row["chip"])),
        **span(str(row["quarter"])),
        **estimates(row),
        **note(row),
    }


def owned(owners: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one file of owners."""
    for vendor, file in OWNER_FILES.items():
        if name == file:
            return owners[owners["vendor"] == vendor]
    own = owners[owners["vendor"] == "NVIDIA"]
    apart = {"nvidia_owners_OTHER_quarters_by_chip": "Other"}
    apart["coreweave/coreweave_owners_quarters_by_chip"] = "CoreWeave"
    if name in apart:
        return own[own["owner"] == apart[name]]
    return own[~own["owner"].isin(list(apart.values()))]


def quarters(row: Line, name: str) -> Iterator[Line]:
    """Quarters of a year that add up to it: all in the first, none in the others."""
    units = chip_sales.UNITS
    if name.startswith("amd"):
        units = ("Number of Units (median)", *units[1:])
    for number in range(1, int(str(row["quarters"])) + 1):
        part = {key: 0.0 if key.startswith(("units", "h100e")) else row[key] for key in row}
        yield {
            "Chip manufacturer": maker(str(row["vendor"])),
            "Owner": row["owner"],
            "Chip type": label("chips", str(row["chip"])),
            **span(f"{row['year']}Q{number}"),
            **estimates(row if number == 1 else part, units),
            **note(row),
        }


def china_sale(row: Line) -> Line:
    """One quarter of sales to China."""
    return {
        "quarter": row["quarter"],
        "chip": label("chips", str(row["chip"])),
        "maker": {"NVIDIA": "Nvidia->China"}.get(str(row["vendor"]), row["vendor"]),
        "units_median": row["units"],
        "units_p5": row["units_low"],
        "units_p95": row["units_high"],
        "h100e_median": row["h100e"],
    }


def write_facts(folder: Path, data: ComputeData) -> None:
    """Write the four files of facts, the parameters with one of another block."""
    tables = {
        "chip_prices": data.prices,
        "leakage": data.leakage,
        "china_supply": data.china_supply,
        "parameters": data.parameters.reset_index(),
    }
    for name, table in tables.items():
        facts = chip_facts.FACTS[name]
        rows: list[Line] = [
            {theirs: row[ours] for theirs, ours in facts.kept.items()}
            | {"seen_or_memory": f"{row['seen']} somewhere", "block": "chips"}
            for row in records(table.astype(object).where(table.notna(), ""))
        ]
        kept = [{key: row[key] for key in row if key in facts.columns} for row in rows]
        if name == "parameters":
            kept.append({"block": "automation", "parameter": "other", "default": "1e36.5"})
        write_csv(folder / facts.file, facts.columns, kept)


def write_clusters(path: Path, table: pd.DataFrame) -> None:
    """Write clusters that add up to the table, two that do not count, some without a country."""
    rows: list[Line] = []
    for line in records(table):
        count, empty = int(str(line["clusters"])), int(str(line["clusters_without_size"]))
        size = float(str(line["h100e"])) / max(count - empty, 1)
        for number in range(count):
            rows.append(
                {
                    "Name": "Anonymised, with a comma",
                    "Status": "Existing",
                    "Country": label("countries", str(line["country"])),
                    "First Operational Date": f"{line['year']}-05-06",
                    "H100 equivalents": size if number < count - empty else "",
                    "Include in Standard Analysis": "True",
                }
            )
    nowhere = rows[0] | {"Country": "", "H100 equivalents": 1000}
    rows += [nowhere] * (read_map("chip_market")["lines"][path.stem] - len(rows))
    rows.append(rows[0] | {"Status": "Planned", "H100 equivalents": 1e7})
    rows.append(rows[0] | {"Include in Standard Analysis": "", "H100 equivalents": 1e7})
    write_csv(path, clusters.COLUMNS, rows)
