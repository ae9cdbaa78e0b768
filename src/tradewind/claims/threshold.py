"""Thresholds of metrics: what counts for a claim and what against it, as a file writes them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Literal

from tradewind.scenario.forms import refusal

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_OPPOSITE = {"<=": ">", ">=": "<", "<": ">=", ">": "<="}
_PART = re.compile(r"(<=|>=|<|>)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
FORM = '"<= -5", "> 2.5", ">= 0.16 and <= 0.25" or "< 0.1 or > 0.3"'
"""How a threshold may be written."""


@dataclass(frozen=True)
class Threshold:
    """A condition on one number.

    Attributes
    ----------
    parts : tuple of (str, float)
        Comparisons: a sign and a bound.
    word : {"and", "or"}
        Whether all of them must hold, or any.
    """

    parts: tuple[tuple[str, float], ...]
    word: Literal["and", "or"] = "and"

    @classmethod
    def parse(cls, text: object) -> Threshold:
        """Read a threshold.

        Raises
        ------
        PydanticCustomError
            If it cannot be read; told as a `ClaimError` where a file is read.

        Examples
        --------
        >>> Threshold.parse("<= -5").holds(-5.0), str(Threshold.parse(">0 and <1"))
        (True, '> 0 and < 1')
        """
        if not isinstance(text, str):
            raise _unreadable(text)
        words = set(re.findall(r"\b(and|or)\b", text))
        found = [
            _PART.fullmatch(part.strip()) for part in re.split(r"\s+(?:and|or)\s+", text.strip())
        ]
        parts = [(part[1], float(part[2])) for part in found if part is not None]
        if len(words) > 1 or len(parts) != len(found) or not all(isfinite(b) for _, b in parts):
            raise _unreadable(text)
        return cls(tuple(parts), "or" if "or" in words else "and")

    def holds(self, value: float) -> bool:
        """Whether a number meets it."""
        kept = (_SIGNS[sign](value, bound) for sign, bound in self.parts)
        return all(kept) if self.word == "and" else any(kept)

    def negation(self) -> Threshold:
        """The condition that holds exactly where this one does not.

        >>> str(Threshold.parse(">= 1 and < 2").negation())
        '< 1 or >= 2'
        """
        parts = tuple((_OPPOSITE[sign], bound) for sign, bound in self.parts)
        return Threshold(parts, "or" if self.word == "and" else "and")

    def intervals(self) -> list[tuple[float | None, float | None]]:
        """Where it holds, from the least upwards; None stands for no end.

        >>> Threshold.parse("< 1 or > 3").intervals()
        [(None, 1.0), (3.0, None)]
        """
        bounds = sorted({bound for _, bound in self.parts})
        found: list[tuple[float | None, float | None]] = []
        for low, high, x in zip([None, *bounds], [*bounds, None], _apart(bounds), strict=True):
            if not self.holds(x):
                continue
            if found and found[-1][1] == low:
                low = found.pop()[0]
            found.append((low, high))
        return found

    def __str__(self) -> str:
        """Write it as in a file."""
        return f" {self.word} ".join(f"{sign} {bound:.15g}" for sign, bound in self.parts)


def representatives(thresholds: Iterable[Threshold]) -> list[float]:
    """Numbers on which thresholds say all they can: every bound, between them, and beyond.

    >>> representatives([Threshold.parse("> 0 and < 2")])
    [-1.0, 0.0, 1.0, 2.0, 5.0]
    """
    bounds = sorted({bound for threshold in thresholds for _, bound in threshold.parts})
    return sorted([*bounds, *_apart(bounds)])


def _apart(bounds: Sequence[float]) -> list[float]:
    """A number below all bounds, one in each gap, and one above; bounds ascend."""
    # Beyond a large bound one more would be lost in rounding.
    below, above = bounds[0] - 1.0 - abs(bounds[0]), bounds[-1] + 1.0 + abs(bounds[-1])
    return [below, *(0.5 * (low + high) for low, high in pairwise(bounds)), above]


def _unreadable(text: object) -> Exception:
    return refusal(
        "the threshold cannot be read",
        value=text,
        bound=f"comparisons with numbers: {FORM}",
        remedy='write it in quotes, for example supports: "<= -5"',
    )
