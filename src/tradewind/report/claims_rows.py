"""A board of claims in words: what page and terminal both say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradewind.report.figures.plots import number, said
from tradewind.report.language import Catalogue
from tradewind.report.numbers import signed

Claim = Mapping[str, Any]
"""One entry of ``claims`` of a board's answer."""
VERDICTS = ("supported", "contradicted", "mixed", "untestable")
NAMED_HINGES = 3
"""Parameters that a sentence names at most."""


@dataclass(frozen=True)
class ClaimNames:
    """Claims name economies themselves, if they do."""

    economy_names: Mapping[str, str] = field(default_factory=dict)
    sector_names: Mapping[str, str] = field(default_factory=dict)


def lead(board: Mapping[str, Any], words: Catalogue) -> str:
    """Count the verdicts."""
    counts = board["verdicts"]
    told = [
        words.text("claims_count", count=counts[name], verdict=words.text(f"claims_verdict_{name}"))
        for name in VERDICTS
        if name in counts
    ]
    listed = words.text("claims_and").join(told)
    return words.text("claims_lead", count=len(board["claims"]), told=listed)


def place(claim: Claim, words: Catalogue) -> str:
    """Name article and paragraph."""
    return words.text("claims_place", article=claim["article"], paragraph=claim["paragraph"])


def blocks(claim: Claim, words: Catalogue) -> str:
    """Name the blocks that an experiment uses."""
    named = [words.text(f"claims_block_{block}") for block in claim["blocks"]]
    return words.text("claims_and").join(named)


def percent(claim: Claim) -> dict[str, str]:
    """Members on every side [%]."""
    return {side: f"{100.0 * share:.0f}" for side, share in claim["shares"].items()}


def sides(claim: Claim, words: Catalogue) -> str:
    """Say how many members are on which side."""
    shown = percent(claim)
    return words.text(
        "claims_said",
        members=claim["members"],
        yes=shown["for"],
        part=shown["part"],
        no=shown["against"],
    )


def spaced(parts: list[str], words: Catalogue) -> str:
    """Put sentences after each other; in Chinese no space stands between them."""
    return ("" if words.language == "zh" else " ").join(parts)


def nulls(claim: Claim, words: Catalogue) -> str:
    """Say what the null run is and on which side it ends."""
    count = claim["nulls"]
    null = sentence(said(claim["null"], words), words)
    if sum(count.values()) == 1:
        side = next(side for side, runs in count.items() if runs)
        return words.text("claims_null_said", null=null, side=words.text(f"claims_stands_{side}"))
    return words.text(
        "claims_nulls_said",
        null=null,
        yes=count["for"],
        part=count["part"],
        no=count["against"],
        count=sum(count.values()),
    )


def sentence(text: str, words: Catalogue) -> str:
    """End a text with a full stop, and in Chinese without a space after it."""
    stop = "。" if words.language == "zh" else "."
    return text if text.endswith((".", "。", "!", "?")) else text + stop


def first_sentence(text: str) -> str:
    """Take what a board has room for.

    >>> first_sentence("It is not there. Nobody knows."), first_sentence("没有。真的没有。")
    ('It is not there.', '没有。')
    """
    return re.split(r"(?<=[.!?])\s|(?<=[。！？])", text)[0]


def hinges(claim: Claim, words: Catalogue) -> str:
    """Say which parameters turn the verdict, and which move the headline."""
    turns = [
        words.text("claims_hinge_turns", name=said(one["label"], words), ends=ends(one, words))
        for one in claim["parameters"]
        if one["turned"]
    ]
    moves = [
        words.text(
            "claims_hinge_moves",
            name=said(one["label"], words),
            correlation=signed(one["correlation"], 2),
        )
        for one in sorted(claim["parameters"], key=lambda one: -abs(one["correlation"]))
        if matters(one, claim)
    ]
    told = []
    if turns:
        told.append(words.text("claims_hinges_said", listed=_listed(turns, words)))
    elif sum(claim["ends"].values()):
        told.append(words.text("claims_hinges_none"))
    if moves:
        told.append(words.text("claims_moves_said", listed=_listed(moves, words)))
    else:
        told.append(words.text("claims_moves_none", noise=f"{claim['noise']:.2f}"))
    return spaced(told, words)


def _listed(parts: list[str], words: Catalogue) -> str:
    # A label may begin with a capital, so that it stands after a colon or a semicolon.
    return words.text("claims_semicolon").join(parts[:NAMED_HINGES])


def matters(parameter: Mapping[str, Any], claim: Claim) -> bool:
    """Whether a parameter moves the headline beyond noise."""
    correlation = float(parameter["correlation"])
    return math.isfinite(correlation) and abs(correlation) > float(claim["noise"])


def ends(parameter: Mapping[str, Any], words: Catalogue) -> str:
    """Name the ends at which a parameter alone turns the central run."""
    if not parameter["turned"]:
        return ""
    both = len(parameter["turned"]) == 2
    return words.text("claims_end_" + ("both" if both else parameter["turned"][0]))


def metric_cells(metric: Mapping[str, Any]) -> dict[str, str]:
    """Round the numbers of one metric alike."""
    keys = ("central", "low", "high", "null_central", "null_least", "null_most")
    beside = [metric[key] for key in keys]
    shown = {key: number(metric[key], beside) for key in keys}
    return shown | {"share": f"{100.0 * metric['share_supporting']:.0f}"}


def metric_rows(claim: Claim, words: Catalogue) -> list[dict[str, str]]:
    """Every metric with thresholds, numbers, and the null run beside them."""
    return [
        {
            "label": said(metric["label"], words),
            "unit": "" if metric["unit"] == "1" else metric["unit"],
            "supports": signs(metric["supports"], words),
            "contradicts": signs(metric["contradicts"] or "", words),
            **metric_cells(metric),
        }
        for metric in claim["metrics"]
    ]


def signs(threshold: str, words: Catalogue) -> str:
    """Write a threshold with the signs of print.

    >>> signs("<= -5 and > -9", Catalogue("en", ClaimNames()))
    '≤ −5 and > −9'
    """
    shown = threshold.replace("<=", "≤").replace(">=", "≥").replace(" -", " −")
    if words.language == "zh":
        shown = shown.replace(" and ", " 且 ").replace(" or ", " 或 ")
    return shown


def parameter_rows(claim: Claim, words: Catalogue) -> list[dict[str, str]]:
    """Every parameter with its range, its source, and what it does to the verdict."""
    rows = []
    for parameter in claim["parameters"]:
        beside = [parameter[key] for key in ("low", "central", "high")]
        found = {key: number(parameter[key], beside) for key in ("low", "central", "high")}
        found |= {
            "label": said(parameter["label"], words),
            "unit": "" if parameter["unit"] == "1" else parameter["unit"],
            "source": parameter["source"],
            "seen": words.text(f"claims_seen_{parameter['seen']}"),
        }
        if "turned" in parameter:
            found["correlation"] = signed(parameter["correlation"], 2)
            found["turned"] = ends(parameter, words)
        rows.append(found)
    return rows
