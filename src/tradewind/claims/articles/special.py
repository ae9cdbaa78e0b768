"""Forms of a quantity that are no number with a unit: 百分之三十, 四分之一, 1/6, 三成, doubled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tradewind.claims.articles.numerals import ARABIC, CHINESE, WORDS, chinese

Span = tuple[int, int]
_N = rf"(?:{ARABIC}|{CHINESE})"
_TO = r"(?:至|到|[-–—~])"
_PARTS = {
    **{"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6},
    **{"seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10},
}
_FOLDS = {"doubled": 2.0, "doubling": 2.0, "tripled": 3.0, "tripling": 3.0, "quadrupled": 4.0}
_FOLDS |= {"halved": 0.5, "halving": 0.5}
_ENGLISH_NUMBER = "|".join(sorted(WORDS, key=len, reverse=True))


@dataclass(frozen=True)
class Form:
    """A special form: where, its value, unit and kind."""

    span: Span
    low: float
    high: float
    unit: str
    kind: str
    vague: bool = False


Values = tuple[float, float] | None


def special_forms(text: str) -> Iterator[Form]:
    """Find them, each place once.

    Examples
    --------
    >>> [(form.low, form.high, form.unit) for form in special_forms("百分之二十到三十,约1/8至1/4")]
    [(20.0, 30.0, 'percent'), (0.125, 0.25, '1')]
    """
    taken: list[Span] = []
    for pattern, unit, kind, value in _FORMS:
        for found in pattern.finditer(text):
            span = found.span()
            read_as = value(found)
            if read_as is None or any(span[0] < end and start < span[1] for start, end in taken):
                continue
            taken.append(span)
            yield Form(span, *read_as, unit, kind)


def _number(text: str) -> float | None:
    read_as = chinese(text)
    return None if read_as is None or read_as[0] != read_as[1] else read_as[0]


def _pair(found: re.Match[str]) -> Values:
    first = _number(found["a"])
    last = _number(found["b"]) if found["b"] else first
    return None if first is None or last is None else (first, last)


def _per_mille(found: re.Match[str]) -> Values:
    both = _pair(found)
    return both and (both[0] / 10.0, both[1] / 10.0)


def _ratio(upper: str, lower: str) -> float | None:
    top, bottom = _number(upper), _number(lower)
    return None if top is None or not bottom or not 0 < top < bottom else top / bottom


def _fraction(found: re.Match[str]) -> Values:
    first = _ratio(found["u"], found["l"])
    last = _ratio(found["u2"], found["l2"]) if found["u2"] else first
    return None if first is None or last is None else (min(first, last), max(first, last))


def _tenths(found: re.Match[str]) -> Values:
    def tenths(text: str) -> float | None:
        whole, half, _ = text.partition("半")
        value = _number(whole)
        return None if value is None or value > 10 else 10.0 * value + (5.0 if half else 0.0)

    more = _number(found["h"]) or 0.0 if found["h"] else 0.0
    first = tenths(found["a"])
    last = tenths(found["b"]) if found["b"] else first
    return None if first is None or last is None else (first + more, last + more)


def _half(found: re.Match[str]) -> Values:
    return 50.0, 50.0


def _doublings(found: re.Match[str]) -> Values:
    times = _number(found["a"]) if found["a"] else 1.0
    return None if times is None else (2.0**times, 2.0**times)


def _english_fraction(found: re.Match[str]) -> Values:
    upper = found["u"].lower().strip()
    top = 1 if upper in ("a", "an", "one") else WORDS[upper]
    value = top / _PARTS[found["l"].lower().removesuffix("s") or "half"]
    return (value, value) if value < 1 else None


def _one_in(found: re.Match[str]) -> Values:
    bottom = WORDS.get(found["l"].lower()) or float(found["l"])
    return (1 / bottom, 1 / bottom) if bottom > 1 else None


def _fold(found: re.Match[str]) -> Values:
    word = found["a"].lower()
    value = float(WORDS[word]) if word in WORDS else float(word)
    return value, value


def _verb(found: re.Match[str]) -> Values:
    value = _FOLDS[found[0].lower()]
    return value, value


def _halved(found: re.Match[str]) -> Values:
    return 0.5, 0.5


_FORMS: tuple[tuple[re.Pattern[str], str, str, Callable[[re.Match[str]], Values]], ...] = (
    (
        re.compile(rf"百分之(?P<a>{_N})(?:{_TO}(?:百分之)?(?P<b>{_N}))?"),
        *("percent", "share", _pair),
    ),
    (
        re.compile(rf"千分之(?P<a>{_N})(?:{_TO}(?:千分之)?(?P<b>{_N}))?"),
        *("percent", "share", _per_mille),
    ),
    (
        re.compile(
            rf"(?P<l>{CHINESE})分之(?P<u>{CHINESE})(?:{_TO}(?P<l2>{CHINESE})分之(?P<u2>{CHINESE}))?"
        ),
        *("1", "factor", _fraction),
    ),
    (
        re.compile(
            r"(?<![\d./A-Za-z])(?P<u>\d{1,3})/(?P<l>\d{1,4})"
            r"(?: ?(?:至|到|[-–—~]|to|and) ?(?P<u2>\d{1,3})/(?P<l2>\d{1,4}))?(?![\d/]|\.\d)"
        ),
        *("1", "factor", _fraction),
    ),
    (
        re.compile(
            rf"(?<![\d一二三四五六七八九十])(?P<a>[一二两三四五六七八九]半?|\d)(?:{_TO}(?P<b>[二两三四五六七八九]半?|\d))?成"
            "(?P<h>[一二三四五六七八九](?![成名个家年天月倍百千万亿]))?(?![本为立果功员就长熟分交都品效型份见因语千事])"
        ),
        *("percent", "share", _tenths),
    ),
    (
        re.compile("(?<![另])一半|半数|(?<=[过超近])半(?=[^年天月个夜]|$)|一大半"),
        "percent",
        "share",
        _half,
    ),
    (
        re.compile("翻(?:了)?(?P<a>[一两二三四五])番|翻(?:了)?(?:一)?倍(?P<a2>)|翻番"),
        "1",
        "factor",
        lambda found: _doublings(found),
    ),
    (re.compile("减半"), "1", "factor", _halved),
    (
        re.compile(
            rf"\b(?P<u>an?|{_ENGLISH_NUMBER})[ -](?P<l>thirds?|quarters?|fourths?|fifths?|sixths?|"
            r"sevenths?|eighths?|ninths?|tenths?)\b(?= of|[ ,.;-]|$)(?! (?:of )?(?:19|20)\d\d)",
            re.IGNORECASE,
        ),
        *("1", "factor", _english_fraction),
    ),
    (
        re.compile(
            r"\b(?:one[ -])?half (?=of|the|its|their|a\b)|\bby half\b|\bin half\b", re.IGNORECASE
        ),
        *("percent", "share", _half),
    ),
    (
        re.compile(rf"\bone in (?P<l>{_ENGLISH_NUMBER}|\d{{1,3}})\b", re.IGNORECASE),
        *("1", "factor", _one_in),
    ),
    (
        re.compile(rf"\b(?P<a>{_ENGLISH_NUMBER}|\d+(?:\.\d+)?)-?fold\b", re.IGNORECASE),
        *("1", "factor", _fold),
    ),
    (re.compile(rf"\b(?:{'|'.join(_FOLDS)})\b", re.IGNORECASE), "1", "factor", _verb),
)
