"""Figures, ranges and rules in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tradewind.controls.conditions import NUMBERS, PLACES, WORDS, Bounds, Condition
from tradewind.controls.countries import groups, name_of

NAMES: dict[str, tuple[str, str]] = {
    "total_processing_performance": ("total processing performance", "TPP"),
    "performance_density": ("performance density", "TPP/mm²"),
    "interconnect_gb_s": ("interconnect bandwidth", "GB/s"),
    "memory_bandwidth_gb_s": ("memory bandwidth", "GB/s"),
    "combined_bandwidth_gb_s": ("memory and interconnect bandwidth together", "GB/s"),
    "memory_density_gb_s_mm2": ("memory bandwidth density", "GB/s/mm²"),
    "process_nm": ("process node", "nm"),
    "transistors_billion": ("transistors", "billion"),
    "company_total": ("the company's total", "TPP"),
    "quantity": ("quantity", "units"),
    "die_area_mm2": ("die area", "mm²"),
    "planar": ("planar dies", ""),
    "market": ("market", ""),
}
"""Each figure in words, and its unit."""

PLACE_WORDS = {
    "destination": "going to",
    "headquarters": "end user with headquarters in",
    "exported_from": "leaving from",
}
POLICY_WORDS = {
    "none": "no licence required",
    "exception": "no licence required under an exception",
    "exception_with_notification": "no licence required under an exception, with notification",
    "presumption_of_approval": "licence required, presumption of approval",
    "case_by_case": "licence required, reviewed case by case",
    "presumption_of_denial": "licence required, presumption of denial",
    "denial": "licence required, policy of denial",
}


def number(value: float) -> str:
    """Write a number with as many digits as it means.

    >>> number(4800.0), number(5.92), number(676.3514)
    ('4,800', '5.92', '676.4')
    """
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 100.0 else f"{value:.4g}"


def amount(name: str, value: float) -> str:
    """Write a figure with its unit."""
    return f"{number(value)} {NAMES[name][1]}".strip()


def follows(value: float) -> float | None:
    """The threshold right below a value, if the value is the next float after a shorter one."""
    before = float(np.nextafter(value, -np.inf))
    return before if len(repr(before)) < len(repr(value)) else None


def interval(name: str, low: float, high: float | None) -> str:
    """Write the values from `low` up to, and without, `high`.

    >>> interval("total_processing_performance", 2400.0, 4800.0)
    'total processing performance from 2,400 to below 4,800 TPP'
    """
    said, unit = NAMES[name]
    below = "" if high is None else _upper(high)
    at = follows(low)
    above = "" if low <= 0.0 else f"above {number(at)}" if at is not None else f"from {number(low)}"
    if not above and not below:
        return f"any {said}"
    if not below and not above.startswith("above"):
        return f"{said} of {number(low)} {unit} or more".replace("  ", " ")
    joined = f"{above} to {below}" if above and below else above or below
    return f"{said} {joined} {unit}".strip()


def _upper(high: float) -> str:
    at = follows(high)
    return f"below {number(high)}" if at is None else f"at most {number(at)}"


def area_interval(tpp: float, low: float, high: float | None) -> str:
    """Write a range of densities of an item as a range of its die's area.

    A density of at least d is an area of at most TPP/d.
    """
    most = "" if low <= 0.0 else f"at or below {number(tpp / low)}"
    least = "" if high is None else f"above {number(tpp / high)}"
    joined = " and ".join(filter(None, (least, most)))
    return f"die area {joined} mm²" if joined else "any die area"


def bounds(name: str, asked: Bounds) -> str:
    """Write what a rule asks of a number."""
    words = {"at_least": "at least", "above": "above", "at_most": "at most", "below": "below"}
    parts = [
        f"{said} {number(value)}"
        for end, said in words.items()
        if (value := getattr(asked, end)) is not None
    ]
    said, unit = NAMES[name]
    return f"{said} {' and '.join(parts)} {unit}".strip()


def selection(words: Sequence[str]) -> str:
    """Write a selection of countries and groups.

    >>> selection(("D:1", "D:5", "-A:5"))
    'D:1 or D:5, but not A:5'
    """
    inside = [_place(word) for word in words if not word.startswith("-")] or ["any country"]
    outside = [_place(word.removeprefix("-")) for word in words if word.startswith("-")]
    said = " or ".join(inside)
    return f"{said}, but not {' or '.join(outside)}" if outside else said


def _place(word: str) -> str:
    if word == "all":
        return "any country"
    return word if word in groups() else name_of(word) if len(word) == 2 else word


def condition(when: Condition) -> str:
    """Write a condition as one clause."""
    parts = []
    for name in (*NUMBERS, *WORDS, *PLACES, "certifications"):
        asked = getattr(when, name)
        if asked is None:
            continue
        if isinstance(asked, Bounds):
            parts.append(bounds(name, asked))
        elif name in PLACES:
            parts.append(f"{PLACE_WORDS[name]} {selection(asked)}")
        elif name == "certifications":
            parts.append(f"certified: {', '.join(asked)}")
        else:
            parts.append(f"{name.replace('_', ' ')} {' or '.join(asked)}")
    parts += [condition(part) for part in when.all]
    if when.any is not None:
        parts.append("either " + " or ".join(f"({condition(part)})" for part in when.any))
    if when.not_ is not None:
        parts.append(f"not ({condition(when.not_)})")
    return "; ".join(parts) or "always"
