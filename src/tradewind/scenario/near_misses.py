"""Guessing what was meant, so that a refusal can suggest it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near_misses(value: str, choices: Iterable[str], count: int = 3) -> list[str]:
    """The choices spelt most like `value`, whatever the capitals.

    >>> near_misses("mannufacturing", ["manufacturing", "services"])
    ['manufacturing']
    """
    by_lower: dict[str, str] = {}
    for choice in choices:
        by_lower.setdefault(choice.lower(), choice)
    lower = value.lower()
    found = get_close_matches(lower, by_lower, n=count, cutoff=0.6)
    # A short code inside a longer one (C28 in "C28,C33") is closer than spelling says.
    parts = [key for key in by_lower if lower in key.replace("_", ",").replace("-", ",").split(",")]
    return [by_lower[key] for key in dict.fromkeys([*parts, *found])][:count]


def suggestion(value: str, choices: Iterable[str], otherwise: str) -> str:
    """A remedy: the near misses if there are any, or what to do otherwise."""
    found = near_misses(value, choices)
    return f"did you mean {' or '.join(found)}?" if found else otherwise
