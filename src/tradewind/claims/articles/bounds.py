"""The words around a quantity that say how it is meant: about, up to, 超过, 以上."""

from __future__ import annotations

import re
from functools import cache

from tradewind.claims.articles.tables import read

Span = tuple[int, int]
BETWEEN = r"(?:了|占|为|有|在|至|到|达|达到|高达| the| a| an)?[ ]?"
FAR = r"[\u4e00-\u9fff]{0,4}"
LEAST_MOST = ("至少", "至多", "最多", "最少", "不超过", "不少于", "不低于", "起码")
"""Words that a verb may part from their number: 至少要装机5GW."""


@cache
def _before() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = [
        (word, bound) for bound, words in read("words.yaml")["before"].items() for word in words
    ]
    rows.sort(key=lambda row: -len(row[0]))
    return tuple(
        (re.compile(rf"{_edge(word)}{FAR if word in LEAST_MOST else BETWEEN}$", re.I), bound)
        for word, bound in rows
    )


def _edge(word: str) -> str:
    return rf"\b{re.escape(word)}" if word[0].isascii() and word[0].isalpha() else re.escape(word)


@cache
def _after() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = [(word, bound) for bound, words in read("words.yaml")["after"].items() for word in words]
    rows.sort(key=lambda row: -len(row[0]))
    return tuple((re.compile(rf"[ ]?{re.escape(word)}"), bound) for word, bound in rows)


def bound_of(
    text: str, span: Span, kind: str, *, vague: bool = False, more: bool = False
) -> tuple[str, Span]:
    """Say how a quantity is meant, and where it begins and ends with its words.

    Parameters
    ----------
    text : str
    span : (int, int)
        Number and unit.
    kind : str
        What the unit measures: "over three years" is how long, not how long at least.
    vague : bool
        The numeral itself is vague.
    more : bool
        多 or 余 stands in the numeral.

    Returns
    -------
    str
        exact, approximate, near, at_least, at_most, or order (of magnitude).
    (int, int)
    """
    start, end = span
    bound = "at_least" if more else "approximate" if vague else "exact"
    head = text[max(0, start - 18) : start]
    for pattern, meaning in _before():
        found = pattern.search(head)
        if not found:
            continue
        if kind == "duration" and found[0].strip().lower() in (
            "over",
            "some",
            "within",
            "about the",
        ):
            break
        bound = meaning
        start -= len(head) - found.start()
        break
    for pattern, meaning in _after():
        found = pattern.match(text, end)
        if not found or (
            found[0].strip() in ("多", "余", "起", "内") and kind not in ("duration", "factor")
        ):
            continue
        bound, end = meaning, found.end()
        break
    return bound, (start, end)
