"""Guessing what was meant, so that a refusal can suggest it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_RANGE = re.compile(r"([a-z])([0-9]{1,2})-\1([0-9]{1,2})")


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
    parts = [key for key in by_lower if lower in _parts(key)]
    return [by_lower[key] for key in dict.fromkeys([*parts, *found])][:count]


def suggestion(value: str, choices: Iterable[str], otherwise: str) -> str:
    """A remedy: the near misses if there are any, or what to do otherwise."""
    found = near_misses(value, choices)
    if not found:
        return otherwise
    keep = " (keep the quotes)" if any("," in choice for choice in found) else ""
    return f"did you mean {' or '.join(map(quoted, found))}?{keep}"


def quoted(choice: str) -> str:
    """Write a word as YAML takes it inside ``[ ]``: a comma needs quotes.

    >>> quoted("C28,C33"), quoted("C29")
    ('"C28,C33"', 'C29')
    """
    return f'"{choice}"' if "," in choice else choice


def _parts(code: str) -> list[str]:
    """Codes inside a merged one, those inside a range too.

    >>> _parts("m71,m73-m75")
    ['m71', 'm73', 'm74', 'm75']
    """
    parts = []
    for part in code.replace("_", ",").split(","):
        ends = _RANGE.fullmatch(part)
        if ends is None:
            parts += part.split("-")
        else:
            letter, first, last = ends.groups()
            parts += [f"{letter}{n:0{len(first)}}" for n in range(int(first), int(last) + 1)]
    return parts
