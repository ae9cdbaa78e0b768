"""Names and amounts of a run over the years, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from tradewind.report.language import Catalogue
from tradewind.report.numbers import digits_for, plain, rounded, signed
from tradewind.report.plan_words import LIST_JOINT, number
from tradewind.report.years_contract import YearsRun
from tradewind.report.years_tables import base_year, last_year

STILL = 0.005
"""Change of real income [%] below which an economy counts as not moved."""

MILLION = 1e6

CLAIMS: Mapping[str, tuple[str, ...]] = {
    "chips": (
        *("diminishing", "quota-50k", "market-80", "substitution"),
        *("build-apply", "cheap-power"),
    ),
    "power": ("energy-europe", "pooling", "slow-infrastructure", "east-west"),
    "automation": ("machines-energy", "cost-to-density", "compute-gravity"),
    "stacks": ("sphere", "open-share"),
    "trade": ("tariff-parts", "energy-industry", "hosts-gain", "vehicles"),
    "capital": ("capex-gdp", "capex-roi"),
    "strength": ("ladder", "sovereignty", "speed"),
}
"""Statements of the articles by the part of a run that they are about."""
BASELINE = "baseline"
"""Scenario that others are compared with unless they name another."""


def named(kind: str, label: str, words: Catalogue) -> str:
    """Name a stack, an asset, a shape, a measure, an account; one unknown keeps its label."""
    key = f"years_{kind}_{label}"
    return words.text(key) if words.has(key) else label.replace("_", " ")


def other_run(run: YearsRun, words: Catalogue) -> str:
    """Name what a run is compared with."""
    attrs = run.outputs.attrs
    if "left" in attrs:
        return words.text("years_other_left", name=attrs["left"], year=attrs["left_in"])
    if run.against is not None:
        name = attrs.get("against", BASELINE)
        if name == BASELINE:
            return words.text("years_other_baseline")
        return words.text("years_other_scenario", name=name)
    return words.text("years_other_base", year=base_year(run.outputs))


def frame(run: YearsRun, words: Catalogue) -> str:
    """Say of which year money and table are, and what kind of answer this is."""
    attrs = run.outputs.attrs
    return words.text(
        "years_frame",
        table=attrs["table_year"],
        base=attrs["base_year"],
        last=last_year(run.outputs),
    )


def change(value: float) -> str:
    """Write a change in per cent or points, with two digits of it at least.

    >>> change(-0.0123), change(12.34), change(0.0)
    ('−0.012', '+12', '0.0')
    """
    return signed(value, digits_for([value], 2, most=3) if abs(value) >= STILL / 10 else 1)


def column(values: Iterable[float], significant: int = 3, *, most: int = 2) -> int:
    """Choose the decimals of a column; none where all of it is zero."""
    found = list(values)
    return digits_for(found, significant, most=most) if any(found) else 0


def listed(parts: Iterable[str], words: Catalogue) -> str:
    """Put words in a row."""
    return LIST_JOINT[words.language].join(parts)


def shares(values: pd.Series, most: int, words: Catalogue) -> str:
    """Name the largest parts of a total with their shares."""
    part = (100.0 * values / values.sum()).sort_values(ascending=False, kind="stable")
    return listed(
        (
            words.text(
                "years_share_of",
                economy=words.economy_in_sentence(str(code)),
                value=plain(float(x), 0),
            )
            for code, x in part[:most].items()
        ),
        words,
    )


def compute(value: float, words: Catalogue) -> str:
    """Write an amount of compute [H100e] to three digits, in millions where it is large."""
    large = value >= MILLION
    key = "years_compute_million" if large else "years_compute_thousand"
    return words.text(key, value=number(rounded(value / (MILLION if large else 1e3)), most=2))


def capital_first(text: str) -> str:
    """Begin a sentence."""
    return text[0].upper() + text[1:]
