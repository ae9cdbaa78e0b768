"""Epoch AI's table of machine-learning hardware, with corrections and chips that it lacks.

Epoch gives dense operations per second by number format; sparse rates stay out, as in the rule.
What we correct, fill or add stands in ``maps/accelerators.yaml``, each figure with its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tradewind.errors import SourceError
from tradewind.world.accelerators import (
    COLUMNS,
    FORMAT_BITS,
    MARK_COLUMNS,
    MARKS,
    is_planar,
    plain,
    total_processing_performance,
)
from tradewind.world.names import read_map
from tradewind.world.sources.reading import (
    FRESH_COPY,
    Citation,
    Row,
    fingerprint,
    read_rows,
)
from tradewind.world.sources.tables import Table, iso_date, shown

FILE = "compute/epoch/ml_hardware_2026-07.csv"
CITATION = Citation("Epoch AI, Data on Machine Learning Hardware (July 2026)", "CC BY 4.0")
TPP_COLUMN = "Total processing performance (bit-OP/s)"
SOURCE_COLUMNS = [
    *("Hardware name", "Manufacturer", "Type", "Notes", "Release date", "Release price (USD)"),
    *("Tensor-FP16/BF16 performance (FLOP/s)", "FP8 performance (FLOP/s)"),
    *("FP4 performance (FLOP/s)", "Memory (bytes)", "Memory bandwidth (byte/s)"),
    *("Intranode bandwidth (byte/s)", "Internode bandwidth (bit/s)", "TDP (W)"),
    "FP64 (double precision) performance (FLOP/s)",
    "FP32 (single precision) performance (FLOP/s)",
    "TF32 (TensorFloat-32) performance (FLOP/s)",
    "FP16 (half precision) performance (FLOP/s)",
    *("INT16 performance (OP/s)", "INT8 performance (OP/s)", "INT4 performance (OP/s)"),
    *("Foundry", "Die Size (mm^2)", "Base clock (MHz)", "Boost clock (MHz)"),
    *("Memory clock (MHz)", "Memory bus (bit)", "Tensor cores", "Process size (nm)"),
    *("Transistors (millions)", "Link to datasheet", "Source for the price", "ML models"),
    *("Last modified", "Max performance", "Energy efficiency", TPP_COLUMN),
    *("Price-performance", "ML OP/s"),
]
TERA, GIGA = 1e12, 1e9
READ: Mapping[str, tuple[str, float, float]] = {
    "fp64": (SOURCE_COLUMNS[14], TERA, 1e6),
    "fp32": (SOURCE_COLUMNS[15], TERA, 1e6),
    "tf32": (SOURCE_COLUMNS[16], TERA, 1e6),
    "fp16": (SOURCE_COLUMNS[17], TERA, 1e6),
    "fp16_tensor": (SOURCE_COLUMNS[6], TERA, 1e6),
    "fp8": (SOURCE_COLUMNS[7], TERA, 1e6),
    "fp4": (SOURCE_COLUMNS[8], TERA, 1e6),
    "int16": (SOURCE_COLUMNS[18], TERA, 1e6),
    "int8": (SOURCE_COLUMNS[19], TERA, 1e6),
    "int4": (SOURCE_COLUMNS[20], TERA, 1e6),
    "epoch_tpp": (TPP_COLUMN, TERA, 1e6),
    "memory_bandwidth_gb_s": ("Memory bandwidth (byte/s)", GIGA, 1e6),
    "interconnect_gb_s": ("Intranode bandwidth (byte/s)", GIGA, 1e5),
    "die_area_mm2": ("Die Size (mm^2)", 1.0, 1e5),
    "process_nm": ("Process size (nm)", 1.0, 200.0),
    "memory_gb": ("Memory (bytes)", GIGA, 1e5),
    "tdp_w": ("TDP (W)", 1.0, 1e5),
    "transistors_million": ("Transistors (millions)", 1.0, 1e7),
}
"""Our column: Epoch's, what it is divided by, and the largest figure taken for possible."""
ADDRESS = re.compile(r"https?://(?:(?!https?://)[^\s,;)])+")
"""Epoch writes several addresses in one cell, one a line; the reader joins lines."""
AGREES = 0.01
"""Largest relative difference to Epoch's TPP that counts as the same."""
NEAR_ZERO = 1e-9

Item = dict[str, Any]


def read(sources: Path) -> tuple[dict[str, Table], dict[str, float], str]:
    """Read the catalogue and the remarks on its figures.

    Returns
    -------
    tables : dict of str to Table
        ``accelerators`` and ``accelerator_marks``.
    measured : dict[str, float]
        Items, figures known, and rows that meet Epoch's TPP, as it stands and after corrections.
    sha256 : str
    """
    path = sources / FILE
    rows = read_rows(path, SOURCE_COLUMNS)
    require_known(rows, path)
    given = [item_of(row) for row in rows]
    measured = {"rows_that_meet_epoch_uncorrected": float(count_agreeing(given))}
    items = {item["key"]: item for item in [*given, *added()]}
    marks = [*correct(items), *marks_of_added()]
    for item in items.values():
        complete(item)
    measured |= counts(items.values())
    tables = {
        "accelerators": Table(
            COLUMNS, [[shown(item.get(c)) for c in COLUMNS] for item in items.values()]
        ),
        "accelerator_marks": Table(
            MARK_COLUMNS, sorted(marks, key=lambda row: [*items].index(row[0]))
        ),
    }
    return tables, measured, fingerprint([path])


def require_known(rows: Iterable[Row], path: Path) -> None:
    """Refuse a table that names a chip twice or has lost one that it had."""
    seen: dict[str, str] = {}
    for row in rows:
        name = row.text("Hardware name")
        if name in seen:
            raise SourceError(
                "a chip stands in the table twice",
                where=row.where,
                value=name,
                bound=f"once, but it is also in {seen[name]}",
                remedy=FRESH_COPY,
            )
        seen[name] = row.where
    lost = [name for name in read_map("accelerators")["keys"] if name not in seen]
    if lost:
        raise SourceError(
            "a chip is missing from the table",
            where=str(path),
            value=f"{lost[0]} ({len(lost)} missing)",
            bound=f"all {len(read_map('accelerators')['keys'])} chips of July 2026",
            remedy=FRESH_COPY,
        )


def item_of(row: Row) -> Item:
    """Read one chip as Epoch gives it."""
    table, name = read_map("accelerators"), row.text("Hardware name")
    key = table["keys"].get(name) or "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    item: Item = {
        "key": key,
        "name": name,
        "vendor": table["vendors"].get(key) or row.text("Manufacturer"),
        "kind": table["kinds"].get(key) or row.cells["Type"].strip() or "unknown",
        "release_date": iso_date(row, "Release date"),
        "sources": " ".join(ADDRESS.findall(row.cells["Link to datasheet"])),
    }
    for column, (epoch, scale, high) in READ.items():
        if not row.is_missing(epoch):
            item[column] = row.number(epoch, low=NEAR_ZERO, high=high * scale) / scale
    return item


def tpp(item: Item) -> float | None:
    """Total processing performance of one item from its formats."""
    return total_processing_performance({name: item[name] for name in FORMAT_BITS if name in item})


def count_agreeing(items: Iterable[Item]) -> int:
    """Count the items whose own TPP meets Epoch's."""
    found = [(tpp(item), item["epoch_tpp"]) for item in items if "epoch_tpp" in item]
    return sum(own is not None and abs(own / epoch - 1) <= AGREES for own, epoch in found)


def added() -> list[Item]:
    """Chips and stacks that Epoch's table lacks."""
    found = []
    for line in read_map("accelerators")["added"]:
        item = {name: value for name, value in line.items() if name not in {"source", "seen"}}
        item["sources"] = ""
        item["release_date"] = str(item["release_date"])
        found.append(item)
    return found


def marks_of_added() -> list[list[str]]:
    """One remark on each added item: where all of it comes from."""
    return [
        [
            *(line["key"], "all", "from other public figures"),
            *("not in Epoch's table", line["source"], line["seen"]),
        ]
        for line in read_map("accelerators")["added"]
    ]


def correct(items: dict[str, Item]) -> list[list[str]]:
    """Put corrections into the items and return the remarks."""
    marks = []
    for line in read_map("accelerators")["corrections"]:
        assert line["mark"] in MARKS, line
        for key in line["keys"]:
            if "value" in line:
                items[key][line["field"]] = float(line["value"])
            elif line.get("drop"):
                items[key].pop(line["field"], None)
            marks.append([key, *(str(line[name]) for name in MARK_COLUMNS[1:])])
    return marks


def complete(item: Item) -> None:
    """Add what follows from other figures: TPP, planar or not, market and aliases."""
    table = read_map("accelerators")
    item["tpp"] = tpp(item)
    planar = is_planar(item.get("process_nm"))
    item["planar"] = None if planar is None else ("yes" if planar else "no")
    rule = next(line for line in table["markets"] if re.search(line["pattern"], item["key"]))
    item["market"], item["market_source"] = rule["market"], rule["source"]
    aliases = [*item.get("aliases", []), *table["aliases"].get(item["key"], [])]
    item["aliases"] = "|".join(dict.fromkeys(aliases))
    assert plain(item["key"]), item


def counts(items: Iterable[Item]) -> dict[str, float]:
    """How many items there are and how many have each figure of weight."""
    found = list(items)
    wanted = ("tpp", "epoch_tpp", "die_area_mm2", "interconnect_gb_s", "memory_bandwidth_gb_s")
    return {
        "items": float(len(found)),
        **{
            f"items_with_{name}": float(sum(i.get(name) is not None for i in found))
            for name in wanted
        },
        "rows_that_meet_epoch": float(count_agreeing(found)),
    }
