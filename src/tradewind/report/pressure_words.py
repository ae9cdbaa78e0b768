"""Names and short sentences of a ranking, shared by terminal and page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import xarray as xr

from tradewind.report.language import Catalogue
from tradewind.report.numbers import NOTHING, digits_for, plain

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class RankNames:
    """English names of a ranking's economies; it has no sectors."""

    economy_names: Mapping[str, str]
    sector_names: Mapping[str, str] = field(default_factory=dict)


def index_title(outputs: xr.Dataset, words: Catalogue) -> str:
    """Name the index: in the report's language if it ships with Tradewind, else as it is."""
    key = f"pressure_index_{outputs.attrs['index']}"
    return words.text(key) if words.has(key) else str(outputs.attrs["title"])


def pillar_title(title: str, words: Catalogue) -> str:
    """Name a pillar likewise; what has another title is another pillar."""
    key = f"pressure_pillar_{title.lower().replace(' ', '-')}"
    return words.text(key) if words.has(key) else title


def titles_of(outputs: xr.Dataset, words: Catalogue) -> list[str]:
    """Name the indicators, in Chinese where the shipped data have such names."""
    chinese = words.language == "zh" and "title_zh_of" in outputs
    return [str(title) for title in outputs["title_zh_of" if chinese else "title_of"].values]


def lost_titles(outputs: xr.Dataset, words: Catalogue) -> str:
    """Name what was left out."""
    key = "left_out_titles_zh" if words.language == "zh" else "left_out_titles"
    titles = outputs.attrs.get(key, outputs.attrs["left_out_titles"])
    return words.text("pressure_comma").join(titles)


def source_title(source: str, words: Catalogue) -> str:
    """Name a source of uncertainty."""
    return words.text(f"pressure_choice_{source}")


def interval(low: float, high: float) -> str:
    """Write bounds of a rank; a tie of two lies half-way.

    >>> interval(3.0, 5.0), interval(1.0, 1.0), interval(2.5, 4.0)
    ('3–5', '1', '2.5–4')
    """
    ends = [plain(end, 0 if float(end).is_integer() else 1) for end in (low, high)]
    return ends[0] if low == high else "–".join(ends)


def place(rank: float) -> str:
    """Write a median rank.

    >>> place(3.0), place(3.5)
    ('3', '3.5')
    """
    return plain(rank, 0 if float(rank).is_integer() else 1)


def amount(value: float) -> str:
    """Write a value of any size to three digits, powers of ten where it is large.

    >>> amount(0.0123), amount(84.23), amount(50_228_000_000.0)
    ('0.0123', '84.2', '50.2 × 10⁹')
    """
    if not math.isfinite(value):
        return NOTHING
    power = 3 * int(math.log10(abs(value)) // 3) if abs(value) >= 1e6 else 0
    scaled = value / 10.0**power
    text = plain(scaled, digits_for([scaled], 3))
    return f"{text} × 10{str(power).translate(RAISED)}" if power else text


def moves(outputs: xr.Dataset, words: Catalogue) -> list[tuple[str, float, float, float]]:
    """The sources that move ranks, the strongest first: name, total share and its bounds."""
    if "source" not in outputs.coords:
        return []
    found = []
    for source in outputs["source"].values:
        one = outputs.sel(source=source)
        found.append(
            (
                source_title(str(source), words),
                float(one["total_share"]),
                float(one["total_share_low"]),
                float(one["total_share_high"]),
            )
        )
    return sorted(found, key=lambda row: -row[1])


def said_of(outputs: xr.Dataset, words: Catalogue) -> list[str]:
    """The sentences that hold for the whole ranking."""
    attrs = outputs.attrs
    count, asked = outputs.sizes["economy"], outputs.sizes["candidate"]
    lines = []
    if "rung" in outputs:
        rungs = int(outputs["rung"].max())
        width = float((outputs["rank_high"] - outputs["rank_low"]).mean()) + 1.0
        key = "pressure_said_one_rung" if rungs == 1 else "pressure_said_rungs"
        lines.append(words.text(key, rungs=rungs, count=count, width=plain(width, 0)))
    strongest = moves(outputs, words)[:2]
    if len(strongest) == 2:
        (first, a, *_), (second, b, *_) = strongest
        lines.append(
            words.text(
                "pressure_said_moves",
                first=first,
                first_share=plain(100 * a, 0),
                second=second,
                second_share=plain(100 * b, 0),
            )
        )
    if asked > count:
        lines.append(words.text("pressure_said_unranked", count=asked - count))
    if attrs["left_out"]:
        lines.append(
            words.text(
                "pressure_said_left_out",
                names=lost_titles(outputs, words),
            )
        )
    return lines
