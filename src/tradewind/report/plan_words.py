"""Names and amounts of a plan, in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import cache

import pandas as pd

from tradewind.capacity.parameters import table
from tradewind.report.language import Catalogue, chinese_names
from tradewind.report.numbers import NOTHING, as_written, digits_for, plain
from tradewind.scenario.groups import territories

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "coal": ("coal", "lignite"),
    "gas": ("gas", "ccgt", "ocgt"),
    "oil": ("oil", "diesel"),
    "nuclear": ("nuclear",),
    "storage": ("battery", "phs", "pumped", "storage", "hydrogen", "h2"),
    "hydro": ("hydro", "ror", "reservoir", "run of river", "dam"),
    "wind": ("wind",),
    "solar": ("solar", "pv", "csp"),
    "biomass": ("bio", "waste"),
    "geothermal": ("geothermal",),
}
"""Families of carriers and the words in a carrier's name that put it there; the first wins."""
OTHER = "other"
JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where labels of networks join words, as in InnerMongolia."""
LIST_JOINT = {"en": ", ", "zh": "、"}


def in_language(said: str | Mapping[str, str], words: Catalogue) -> str:
    """Read a text that is given in one language or by language."""
    return said if isinstance(said, str) else said[words.language]


def family_of(carrier: str) -> str:
    """Put a carrier of any network into a family that has a colour and a name.

    >>> family_of("CHP coal"), family_of("offwind-ac"), family_of("PHS"), family_of("ambient")
    ('coal', 'wind', 'storage', 'other')
    """
    lowered = carrier.lower()
    for family, marks in FAMILIES.items():
        if any(mark in lowered for mark in marks):
            return family
    return OTHER


def place_name(label: str, words: Catalogue) -> str:
    """Name a site, bus or region; one without a name of its own keeps its label."""
    if label in territories():
        return territories()[label].names[words.language]
    if words.language == "en":
        return JOINED.sub(" ", label)
    own = chinese_names()["site"].get(label.replace(" ", ""))
    return own or _countries().get(label, label)


@cache
def _countries() -> Mapping[str, str]:
    """Chinese names of countries by their English names."""
    return {place.names["en"]: place.names["zh"] for place in territories().values()}


def named(kind: str, label: str, words: Catalogue) -> str:
    """Name a workload, a part or an item of cost, an axis; one unknown keeps its label."""
    key = f"plan_{kind}_{label}".replace(".", "_")
    return words.text(key) if words.has(key) else label.replace("_", " ")


def chip_name(label: str, words: Catalogue) -> str:
    """Name a chip family; one of a plan of somebody's own keeps its label."""
    known = table("chips")
    return str(known[label]["name"][words.language]) if label in known else label


def case_title(row: pd.Series, words: Catalogue) -> str:
    """Name a case; one of a sensitivity without a title by the value it sets."""
    said = in_language(row["title"], words)
    if said in ("", row["case"]) and row["axis"]:
        axis = named("axis", str(row["axis"]), words)
        return words.text("plan_case_varied", axis=axis, value=as_written(float(row["value"])))
    return said or str(row["case"])


def listed(parts: Iterable[str], words: Catalogue) -> str:
    """Put words in a row."""
    return LIST_JOINT[words.language].join(parts)


def number(value: float, significant: int = 3, *, most: int = 4) -> str:
    """Write a number with so many significant digits, a dash if there is none."""
    if not math.isfinite(value):
        return NOTHING
    return plain(value, digits_for([value], significant, most=most) if value else 0)


def common(values: Iterable[float], significant: int = 3, *, most: int = 3) -> int:
    """Choose the decimals of a column, so that its largest entry has so many digits."""
    return digits_for(values, significant, most=most)


def percent(share: float, digits: int = 0) -> str:
    """Write a share of one as a percentage, without its sign."""
    return plain(100.0 * share, digits)


def dollars(value: float) -> str:
    """Write the cost of an H100e-hour: sites differ by tenths of a cent."""
    return plain(value, 3)
