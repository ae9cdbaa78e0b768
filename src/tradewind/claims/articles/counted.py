"""What a number counts, where no unit stands behind it: 5万个芯片, 50,000 H100 GPUs."""

from __future__ import annotations

import re
from functools import cache

from tradewind.claims.articles.numbers import Number
from tradewind.claims.articles.tables import alternation, read

SMALL = 10
LONGEST_THING = 20
YEARS = (1500, 2199)
_LINKING = r"in|over|to|by|from|on|at|of|for|and|or|with|per|that|than|a|the|is|was|are"
_BEFORE_NOUN = (
    r"new|more|other|of the|advanced|Chinese|American|US|foreign|open|large|small|"
    r"[A-Z][A-Za-z0-9-]*|[a-z]+-[a-z]+"
)
_NOUNS = r"[A-Za-rt-z]s|people|staff|aircraft|women|men|children"
_PLURAL = re.compile(
    rf"[ -](?!(?:{_LINKING})\b)((?:(?:{_BEFORE_NOUN})[ ]){{0,4}}"
    rf"(?:(?!(?:{_LINKING})\b)[a-z]+[ ]){{0,2}}?[A-Za-z]*?(?:{_NOUNS}))\b"
)
_LISTED = re.compile(r"\b(?:these|those|top|other|main|both) $", re.IGNORECASE)
"""Before a small number, a word that refers back to what was listed, or ranks."""
_NOT_PLURALS = ("is", "was", "has", "this", "its", "as", "us", "does", "less", "plus", "times", "s")


@cache
def _measure() -> re.Pattern[str]:
    return re.compile(f"({alternation(read('units.yaml')['measures'])})")


def counted_after(text: str, number: Number) -> tuple[str, int] | None:
    """Say what a number counts and where the measure word ends; None if it counts nothing."""
    measure = _measure().match(text, number.end)
    if measure:
        return _chinese(text, number, measure)
    noun = re.match("[A-Za-z]{0,12} ?[\u4e00-\u9fff]", text[number.end :].lstrip(" "))
    if number.scale >= 1e4 and not number.is_word and noun:
        return _bare(text, number)
    if number.is_chinese:
        return None
    return _english(text, number) or _nothing_named(text, number)


def _nothing_named(text: str, number: Number) -> tuple[str, int] | None:
    """A scaled number in figures counts something even where its sentence named it before."""
    scaled = number.has_figures and number.scale >= 1e4
    ends = re.match(
        r"[ ]?(?:[,.;:。!?)”\"]|$|至|到|以上|左右|(?:to|in|on|by|from|this|last|and)\b)",
        text[number.end :],
    )
    return ("", number.end) if scaled and ends else None


def _chinese(text: str, number: Number, measure: re.Match[str]) -> tuple[str, int] | None:
    lists = read("units.yaml")
    thing = _thing(text, measure.end())
    is_article = number.low == number.high == 1
    is_small = number.is_chinese and number.low < SMALL
    if is_article or (is_small and measure[1] not in lists["measures_small"]):
        return None
    if number.low < SMALL and any(word in thing[:8] for word in lists["points"]):
        return None
    if number.low < SMALL and not number.has_figures and not thing:
        return None
    return thing, measure.end()


def _bare(text: str, number: Number) -> tuple[str, int] | None:
    """A scaled number right before a noun counts it: 6710亿参数."""
    thing = _thing(text, number.end)
    if len(thing) < 2 or thing.startswith(tuple(read("units.yaml")["not_things"])):
        return None
    return thing, number.end


def _thing(text: str, start: int) -> str:
    rest = text[start : start + 40].removeprefix("的")
    found = re.match(r"[\w·\- ]+", rest)
    if found is None:
        return ""
    thing = re.split("[的和与是了在将为占从被至到]|宣布|表示|预计|今年|去年", found[0])[0]
    return thing.strip()[:LONGEST_THING]


def _english(text: str, number: Number) -> tuple[str, int] | None:
    rest = text[number.end :]
    found = _PLURAL.match(rest)
    if found is None:
        return None
    noun = found[1].split()[-1]
    is_year = YEARS[0] <= number.low <= YEARS[1] and "," not in text[number.start : number.end]
    if noun in _NOT_PLURALS or noun.lower() in read("units.yaml")["points_english"]:
        return None
    if (is_year and number.has_figures and number.scale == 1) or number.low == 1:
        return None
    if number.is_word and number.low < SMALL and _LISTED.search(text[: number.start]):
        return None
    return found[1], number.end + len(found[0])
