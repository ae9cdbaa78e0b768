"""How well quantities are found: precision and recall against labels made by hand.

A found quantity matches a label of its paragraph if value and unit agree; each serves once. Bound,
date and speaker are judged on the matched ones that the label tells of.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tradewind.claims.articles.quantities import Quantity

Label = Mapping[str, Any]
SIDES = ("bound", "date", "speaker")


@dataclass(frozen=True)
class Score:
    """Counts of one text or of several added up.

    Parameters
    ----------
    labelled, found, matched : int
    agreed, asked : dict
        For bound, date and speaker: on how many matched labels the reader agrees, of how many.
    missed, extra : tuple of str
        Labels not found, and what was found beside them.
    """

    labelled: int
    found: int
    matched: int
    agreed: Mapping[str, int]
    asked: Mapping[str, int]
    missed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def precision(self) -> float:
        """Share of what was found that is labelled; 1 if nothing was found."""
        return self.matched / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is labelled that was found; 1 if nothing is labelled."""
        return self.matched / self.labelled if self.labelled else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(
            *(self.labelled + other.labelled, self.found + other.found),
            self.matched + other.matched,
            {side: self.agreed[side] + other.agreed[side] for side in SIDES},
            {side: self.asked[side] + other.asked[side] for side in SIDES},
            self.missed + other.missed,
            self.extra + other.extra,
        )


NOTHING = Score(0, 0, 0, dict.fromkeys(SIDES, 0), dict.fromkeys(SIDES, 0))


def score(labels: Sequence[Label], found: Iterable[Quantity]) -> Score:
    """Compare what was found in a text with its labels.

    Parameters
    ----------
    labels : sequence of mapping
        ``low``, ``high``, ``unit``; ``paragraph``, ``bound``, ``date``, ``speaker`` where told.
    found : iterable of Quantity
    """
    left = list(found)
    total, matched, missed = len(left), 0, []
    agreed, asked = dict.fromkeys(SIDES, 0), dict.fromkeys(SIDES, 0)
    for label in labels:
        hit = next((item for item in left if matches(label, item)), None)
        if hit is None:
            missed.append(_shown(label))
            continue
        left.remove(hit)
        matched += 1
        for side in SIDES:
            if side in label:
                asked[side] += 1
                agreed[side] += agrees(label[side], getattr(hit, side))
    extra = tuple(f"{item.text} = {item.low:g} {item.unit}" for item in left)
    return Score(len(labels), total, matched, agreed, asked, tuple(missed), extra)


def matches(label: Label, item: Quantity) -> bool:
    """Whether paragraph, value and unit are the same."""
    return (
        label.get("paragraph", item.paragraph) == item.paragraph
        and label["unit"] == item.unit
        and math.isclose(label["low"], item.low, rel_tol=1e-9)
        and math.isclose(label["high"], item.high, rel_tol=1e-9)
    )


def agrees(told: str | None, read: str | None) -> bool:
    """Whether two words say the same; a speaker's name may be given with his office."""
    if told is None or read is None:
        return told is read
    return told == read or (not told[0].isdigit() and told in read)


def _shown(label: Label) -> str:
    return f"{label.get('text', '')} {label['low']:g}–{label['high']:g} {label['unit']}".strip()
