"""The catalogue of accelerators: what each can do, who says so, and which figures are doubtful.

Total processing performance (TPP) is that of 15 CFR 774, ECCN 3A090, technical note 2:

    TPP = max over formats of (2 × MacTOPS × bit length), summed over the processing units,

where 2 × MacTOPS are the dense operations per second, in tera. The catalogue holds the dense
figure of every format; TPP is computed from them and never typed in. Only the csv module is
needed, so that a question about one chip is answered at once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from tradewind.errors import InputError

FORMAT_BITS: Mapping[str, float] = MappingProxyType(
    {
        "fp64": 64.0,
        "fp32": 32.0,
        "tf32": 19.0,
        "fp16": 16.0,
        "fp16_tensor": 16.0,
        "fp8": 8.0,
        "fp4": 4.0,
        "int16": 16.0,
        "int8": 8.0,
        "int4": 4.0,
    }
)
"""Bits per operand. TF32 keeps 19 of its 32; FP16 stands for BF16 too; ``_tensor`` is the matrix
unit's figure where vector and matrix units differ."""

NUMBERS = (
    *("memory_bandwidth_gb_s", "interconnect_gb_s", "die_area_mm2", "process_nm", "memory_gb"),
    *("hbm_stacks", "stack_area_mm2", "tdp_w", "transistors_million"),
)
COLUMNS = (
    *("key", "name", "aliases", "vendor", "kind", "market", "market_source", "release_date"),
    *FORMAT_BITS,
    *("tpp", "epoch_tpp", *NUMBERS[:4], "planar", *NUMBERS[4:], "sources"),
)
MARK_COLUMNS = ("key", "field", "mark", "why", "source", "seen")
MARKS = ("doubtful", "rounded", "from other public figures", "sparse", "missing")
PLANAR_ABOVE_NM = 20.0
"""Logic of 16 and 14 nm and below (TSMC's 12 nm too) has fins; 20 nm and above are planar."""

VENDOR_WORDS = (
    *("nvidia", "amd", "google", "huawei", "intel", "amazon", "aws", "meta", "microsoft"),
    *("cambricon", "baidu", "geforce", "instinct", "radeon", "tesla", "habana", "hgx", "gpu"),
)


@dataclass(frozen=True)
class Mark:
    """A remark on one figure: what is wrong with it or where else it comes from."""

    field: str
    mark: str
    why: str
    source: str
    seen: str  # seen, memory, computed or judgement


@dataclass(frozen=True)
class Accelerator:
    """One accelerator, or one stack of high-bandwidth memory; None is unknown, never zero.

    Attributes
    ----------
    market : str or None
        What it is designed or marketed for: datacenter, workstation, consumer, edge or component.
    tflops : mapping of str to float
        Dense operations per second by format [10^12 / s], over all processing units in the package.
    tpp, epoch_tpp : float or None
        Own and Epoch's total processing performance [10^12 bit-operations / s].
    memory_bandwidth_gb_s, interconnect_gb_s : float or None
        To memory; to other chips, both directions together, without the host link where a chip has
        links of its own [GB / s].
    die_area_mm2 : float or None
        Logic dies together, memory left out [mm²].
    stack_area_mm2 : float or None
        Footprint of one stack of memory [mm²]; only for stacks.
    """

    key: str
    name: str
    aliases: tuple[str, ...]
    vendor: str
    kind: str
    market: str | None
    market_source: str
    release_date: date | None
    tflops: Mapping[str, float]
    tpp: float | None
    epoch_tpp: float | None
    memory_bandwidth_gb_s: float | None
    interconnect_gb_s: float | None
    die_area_mm2: float | None
    process_nm: float | None
    planar: bool | None
    memory_gb: float | None
    hbm_stacks: float | None
    stack_area_mm2: float | None
    tdp_w: float | None
    transistors_million: float | None
    sources: tuple[str, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def bandwidth_density(self) -> float | None:
        """Memory bandwidth per area of the stack [GB / s / mm²], as ECCN 3A090.c defines it."""
        if self.memory_bandwidth_gb_s is None or self.stack_area_mm2 is None:
            return None
        return self.memory_bandwidth_gb_s / self.stack_area_mm2

    def marks_of(self, field: str) -> tuple[Mark, ...]:
        """Remarks on one field."""
        return tuple(mark for mark in self.marks if mark.field == field)


def total_processing_performance(tflops: Mapping[str, float]) -> float | None:
    """Largest product of dense operations and bit length over the formats given.

    Parameters
    ----------
    tflops : mapping of format to float
        Dense operations per second [10^12 / s]; keys of ``FORMAT_BITS``.

    Returns
    -------
    float or None
        TPP [10^12 bit-operations / s]; None without a positive figure.

    Examples
    --------
    >>> total_processing_performance({"fp8": 1979.0, "fp16_tensor": 989.5})
    15832.0
    """
    products = [value * FORMAT_BITS[name] for name, value in tflops.items() if value > 0]
    return max(products, default=None)


def is_planar(process_nm: float | None) -> bool | None:
    """Whether logic of this node is planar; None if the node is unknown."""
    return None if process_nm is None else process_nm > PLANAR_ABOVE_NM


@lru_cache
def catalogue() -> Mapping[str, Accelerator]:
    """Every accelerator of the shipped catalogue by its key, in the order of Epoch's table."""
    return read_folder(files("tradewind.world").joinpath("data", "compute"))


def read_folder(folder: Traversable) -> Mapping[str, Accelerator]:
    """Read the catalogue that ``tradewind world build`` wrote into a folder."""
    texts = []
    for name in ("accelerators.csv", "accelerator_marks.csv"):
        try:
            texts.append(folder.joinpath(name).read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(
                "the catalogue of accelerators cannot be read",
                where=str(folder.joinpath(name)),
                value=str(error),
                bound="a table that `tradewind world build` wrote",
                remedy="make the tables again with `tradewind world build`",
            ) from error
    return read_catalogue(*texts)


def read_catalogue(items: str, marks: str) -> Mapping[str, Accelerator]:
    """Read a catalogue from the text of its two tables."""
    found: dict[str, list[Mark]] = {}
    for row in csv.DictReader(marks.splitlines()):
        found.setdefault(row.pop("key"), []).append(Mark(**row))
    return MappingProxyType(
        {
            row["key"]: accelerator_of(row, tuple(found.get(row["key"], ())))
            for row in csv.DictReader(items.splitlines())
        }
    )


def accelerator_of(row: Mapping[str, str], marks: tuple[Mark, ...]) -> Accelerator:
    """Make one accelerator from a row of the table."""
    return Accelerator(
        key=row["key"],
        name=row["name"],
        aliases=tuple(filter(None, row["aliases"].split("|"))),
        vendor=row["vendor"],
        kind=row["kind"],
        market=row["market"] or None,
        market_source=row["market_source"],
        release_date=date.fromisoformat(row["release_date"]) if row["release_date"] else None,
        tflops=MappingProxyType({name: float(row[name]) for name in FORMAT_BITS if row[name]}),
        tpp=number(row["tpp"]),
        epoch_tpp=number(row["epoch_tpp"]),
        planar={"": None, "yes": True, "no": False}[row["planar"]],
        sources=tuple(row["sources"].split()),
        marks=marks,
        **{name: number(row[name]) for name in NUMBERS},
    )


def number(text: str) -> float | None:
    """Read a cell that may be empty."""
    return float(text) if text else None


def plain(name: str) -> str:
    """Reduce a name to what tells chips apart: no case, no spaces, no vendor.

    Examples
    --------
    >>> plain("NVIDIA H100 SXM"), plain("h100-sxm"), plain("GeForce RTX4090")
    ('h100sxm', 'h100sxm', 'rtx4090')
    """
    words = re.findall(r"[a-z0-9]+", name.lower())
    kept = [word for word in words if word not in VENDOR_WORDS]
    return "".join(kept or words)


@lru_cache
def names() -> Mapping[str, str]:
    """Key of every plain name and alias of the shipped catalogue."""
    return names_of(catalogue())


def names_of(items: Mapping[str, Accelerator]) -> Mapping[str, str]:
    """Key of every plain name and alias; keys come before aliases, aliases before full names."""
    known = {plain(key): key for key in items}
    for item in items.values():
        for alias in item.aliases:
            known.setdefault(plain(alias), item.key)
    for item in items.values():
        known.setdefault(plain(item.name), item.key)
    return MappingProxyType(known)


def find(name: str) -> Accelerator:
    """Find an accelerator by key, name or alias; case, spaces, hyphens and vendor do not matter.

    Raises
    ------
    InputError
        If there is none; the message names near misses.

    Examples
    --------
    >>> find("NVIDIA H100 SXM5 80GB").key, find("h100 sxm").key, find("RTX4090").tpp
    ('h100', 'h100', 5284.8)
    """
    asked = plain(name)
    if asked in names():
        return catalogue()[names()[asked]]
    close = get_close_matches(asked, names(), n=5, cutoff=0.6)
    near = list(dict.fromkeys(catalogue()[names()[match]].name for match in close))
    raise InputError(
        "the accelerator is not in the catalogue",
        where="catalogue of accelerators",
        value=name,
        bound=f"one of {len(catalogue())} items",
        remedy=f"did you mean {', '.join(near)}?" if near else "look into docs/accelerators.md",
    )
