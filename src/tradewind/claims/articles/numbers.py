"""The number that begins at a place of a sentence, with its scale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from tradewind.claims.articles.numerals import (
    ARABIC,
    CHINESE,
    POWER,
    SCALE_RUN,
    SYMBOL_SCALES,
    WORD_SCALES,
    WORDS,
    chinese,
    english,
    is_vague,
)
from tradewind.claims.articles.tables import Unit, read, units

_SCALE_WORDS = r"hundred|thousand|million|billion|trillion|dozen|mn|bn|trn|tn"
_WORD = rf"(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})"
_ARABIC = re.compile(
    rf"(?P<number>{ARABIC})(?:(?P<power>{POWER})|(?P<more>[多余])?(?P<chinese>{SCALE_RUN}(?:{ARABIC}(?=[千百万亿]){SCALE_RUN})?)"
    rf"|[ -]?(?P<english>{_SCALE_WORDS})\b(?:[ -](?P<second>million|billion|trillion)\b)?"
    rf"|(?P<symbol>[kKmMbBtT])(?![A-Za-z0-9]))?(?P<behind>[多余](?!次))?"
)
_CHINESE = re.compile(
    rf"(?P<number>{CHINESE})(?P<behind>[多余来](?![自到源])(?P<scale>{SCALE_RUN})?)?"
)
_MANY = "tens|dozens|hundreds|thousands|millions|billions|trillions"
_ENGLISH = re.compile(
    rf"\b(?:(?:a |several |a few |few )?(?:{_WORD}|{_SCALE_WORDS}|{_MANY})"
    rf"(?:[ -](?:and |of )?(?:{_WORD}|(?:{_SCALE_WORDS})s?|tens)(?![a-z]))*"
    r"|several|a few)\b(?: of(?= (?:dollars|yuan|euros|pounds|yen)\b))?",
    re.IGNORECASE,
)
NO_NUMERAL_ALONE = frozenset("百千万亿兆廿卅零〇")
"""Signs that are no number without another beside them, or a word of ``OPENING`` before."""
OPENING = "上过近逾超约"


@dataclass(frozen=True)
class Number:
    """A number in a sentence; ``scale`` is what its last scale word multiplies by."""

    start: int
    end: int
    low: float
    high: float
    scale: float = 1.0
    vague: bool = False
    more: bool = False  # 多, 余 behind it: at least
    is_chinese: bool = False  # in Chinese characters alone
    is_word: bool = False
    has_figures: bool = False


def number_at(text: str, place: int) -> Number | None:
    """Read the number that begins at a place, or say that none does."""
    sign = text[place : place + 1]
    if sign.isdecimal() and sign.isascii():
        return _arabic(text, place)
    if "\u3007" <= sign <= "\u9fff":
        return _chinese(text, place)
    if sign.isalpha():
        return _english(text, place)
    return None


def currency_before(text: str, place: int) -> tuple[Unit, int] | None:
    """Find the currency sign that stands right before a number, and where it begins."""
    signs = read("units.yaml")["signs"]
    head = text[:place].rstrip(" ")
    for sign in sorted(signs, key=len, reverse=True):
        if head.endswith(sign):
            begin = len(head) - len(sign)
            if (
                sign.isalpha()
                and text[begin - 1 : begin].isalpha()
                and text[begin - 1 : begin].isascii()
            ):
                continue
            return units()[signs[sign]], begin
    return None


def _arabic(text: str, place: int) -> Number | None:
    before = text[place - 1] if place else " "
    is_money = currency_before(text, place) is not None
    if not is_money and ((before.isascii() and before.isalnum()) or before in "./_^"):
        return None
    found = _ARABIC.match(text, place)
    if found is None:
        return None
    value, end = float(found["number"].replace(",", "")), found.end()
    scale = 1.0
    if found["symbol"] and not is_money:
        end = found.start("symbol")
        if re.match("B ?(?:参数|parameters)", text[end:]):
            end, scale = end + 1, 1e9
    elif found["symbol"]:
        scale = float(SYMBOL_SCALES[found["symbol"].lower()])
    if found["power"]:
        exponent = found["power"].rpartition("^")[2]
        value = float(Fraction(found["number"].replace(",", "")) * 10 ** int(exponent))
        return Number(place, end, value, value, 10.0 ** int(exponent))
    if not found["chinese"] and not found["english"]:
        return Number(place, end, value * scale, value * scale, scale, has_figures=True)
    return _scaled(found, place, value)


def _scaled(found: re.Match[str], place: int, value: float) -> Number | None:
    """Read figures with scale words behind them; 多 may stand between or behind."""
    if found["chinese"]:
        read_as = chinese(found["number"] + found["chinese"])
    else:
        read_as = english(f"{found['number']} {found['english']} {found['second'] or ''}")
    if read_as is None:
        return None
    scale = read_as[0] / value if value else 1.0
    more = bool(found["more"] or found["behind"])
    return Number(place, found.end(), *read_as, scale, more=more, has_figures=True)


def _chinese(text: str, place: int) -> Number | None:
    found = _CHINESE.match(text, place)
    if found is None:
        return None
    numeral = found["number"]
    whole = numeral + (found["scale"] or "")
    read_as = chinese(whole)
    alone = whole in NO_NUMERAL_ALONE
    opened = text[place - 1] if place else ""
    if read_as is None or (alone and (whole in "兆廿卅零〇" or opened not in OPENING)):
        return None
    sizes = {"万亿": 1e12, "兆": 1e12, "亿": 1e8, "万": 1e4}
    scale = next((size for sign, size in sizes.items() if whole.endswith(sign)), 1.0)
    return Number(
        *(place, found.end(), *read_as, scale),
        vague=is_vague(numeral),
        more=bool(found["behind"]) or (alone and opened in "上过"),
        is_chinese=True,
    )


def _english(text: str, place: int) -> Number | None:
    if place and (text[place - 1].isalnum() or text[place - 1] in "-_'"):
        return None
    found = _ENGLISH.match(text, place)
    if found is None:
        return None
    read_as = english(found[0])
    if read_as is None:
        return None
    words = found[0].lower()
    plural = bool(
        re.search(r"tens|hundreds|thousands|millions|billions|trillions|dozens|several|few", words)
    )
    scale = max([1, *(size for word, size in WORD_SCALES.items() if word in words)])
    return Number(place, found.end(), *read_as, float(scale), vague=plural, is_word=True)
