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
MADE_UP = "made up"
"""What a network says of a series that is of no year."""
YEARS_ZH = {
    MADE_UP: "无实际年份（合成）",
    "United States": "美国",
    "China": "中国",
    " by country": "（因国家而异）",
    " cities": " 个城市",
    "else synthetic": "其余为合成",
    "annual; hours synthesised": "年值；逐小时为合成",
    "temperature": "气温",
    " or ": " 或 ",
}
"""Words in which networks tell years, and their Chinese."""
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
    """Name a case; one of a sensitivity also by the value it sets."""
    said = in_language(row["title"], words)
    if not row["axis"]:
        return said or str(row["case"])
    axis = named("axis", str(row["axis"]), words)
    varied = words.text("plan_case_varied", axis=axis, value=as_written(float(row["value"])))
    own = said not in ("", row["case"])
    return words.text("plan_case_of", case=said, varied=varied) if own else varied


def year_words(said: object, words: Catalogue) -> str:
    """Say of which years a series is: one year, or the words that a network has for several."""
    text = str(said)
    if words.language == "en":
        return {MADE_UP: f"no year ({MADE_UP})"}.get(text, text)
    for english, chinese in YEARS_ZH.items():
        text = text.replace(english, chinese)
    return f"{text} 年" if text.isdigit() else text


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
