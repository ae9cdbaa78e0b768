"""Quantities in a sentence: value, unit, bound, and what is counted.

A quantity is a number with a unit, a scale or something counted. Dates, names and ordinals are set
aside first; special forms (百分之, 分之, 1/6, 三成, doubled) are read next; the rest is a number,
a unit behind it or a currency before it, and the words of bound around them. Two numbers joined by
至, 到, a dash, "to" or "and" are one range, unless 从 or "from" tells that a thing changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tradewind.claims.articles.bounds import bound_of
from tradewind.claims.articles.counted import counted_after
from tradewind.claims.articles.dates import DateSpan
from tradewind.claims.articles.names import name_spans
from tradewind.claims.articles.numbers import Number, currency_before, number_at
from tradewind.claims.articles.special import special_forms
from tradewind.claims.articles.tables import Unit, read, unit_of, unit_pattern
from tradewind.claims.articles.words import odd_words

Span = tuple[int, int]
COUNT = Unit("count", "count")
BETWEEN_WORD = re.compile(
    r"[ -](?:consecutive|straight|successive|full|whole|more|additional|long|fiscal|calendar)(?= )"
)
"""What may part an English number from its unit: two consecutive years."""
SIGNED_KINDS = ("share", "temperature")
JOIN = re.compile(r"[ ]?(?:至|到|[-–—~]|to\b|and\b|or\b|或)[ ]?")


@dataclass(frozen=True)
class Quantity:
    """A quantity as an article states it.

    Parameters
    ----------
    paragraph : int
        Non-empty line of the file, counted from 1.
    start, end : int
        Where it stands in the paragraph's clean text.
    text : str
        As written there.
    low, high : float
        Its value in ``unit``; equal unless a range or a vague numeral.
    unit : str
        For pint where it knows it; a currency by its ISO code; "count" of ``thing``.
    kind : str
        money, share, factor, count, duration, energy, power and so on.
    bound : str
        exact, approximate, near (from below), at_least or at_most.
    thing : str
        What is counted, if anything.
    date : str or None
        What it refers to, or as of when it is said.
    date_relative : bool
    speaker, verb, via : str or None
        Who is said to have said it, with which word, and who tells that.
    sentence : str
        The sentence, for the reviewer.
    sentence_start, sentence_end : int
        Where the quantity stands in it.
    """

    paragraph: int
    start: int
    end: int
    text: str
    low: float
    high: float
    unit: str
    kind: str
    bound: str
    thing: str = ""
    date: str | None = None
    date_relative: bool = False
    speaker: str | None = None
    verb: str | None = None
    via: str | None = None
    sentence: str = ""
    sentence_start: int = 0
    sentence_end: int = 0


def find_quantities(text: str, paragraph: int, dates: list[DateSpan]) -> list[Quantity]:
    """Find the quantities of one sentence, in the order in which they stand.

    Parameters
    ----------
    text : str
        A clean sentence.
    paragraph : int
        Its paragraph's number.
    dates : list of DateSpan
        Its dates; nothing is looked for inside them.
    """
    blocked = [(span.start, span.end) for span in dates] + name_spans(text)
    blocked = _freed(text, blocked)
    found: list[Quantity] = []
    for form in special_forms(text):
        if not _overlaps(form.span, blocked):
            bound, span = bound_of(text, form.span, form.kind, vague=form.vague)
            written = text[slice(*span)].strip()
            measured = (form.unit, form.kind, bound)
            found.append(Quantity(paragraph, *span, written, form.low, form.high, *measured))
            blocked.append(form.span)
    odd = odd_words(text)
    found += _plain(text, paragraph, blocked, odd)
    told = [
        replace(item, sentence=text, sentence_start=item.start, sentence_end=item.end)
        for item in found
    ]
    return sorted(told, key=lambda item: item.start)


def _freed(text: str, blocked: list[Span]) -> list[Span]:
    """Take back a name that is a currency before a number (US$7bn, RMB7 billion)."""
    signs = tuple(read("units.yaml")["signs"])
    return [span for span in blocked if not text[slice(*span)].startswith(signs)]


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _plain(text: str, paragraph: int, blocked: list[Span], odd: list[Span]) -> Iterator[Quantity]:
    place = 0
    while place < len(text):
        number = number_at(text, place)
        if number is None:
            place += 1
            continue
        if _overlaps((number.start, number.end), blocked):
            place = max([place + 1, *(end for start, end in blocked if start <= place < end)])
            continue
        if number.is_chinese and _overlaps((number.start, number.end), odd):
            place = number.end
            continue
        quantity, place = _at(text, paragraph, number, blocked)
        if quantity:
            yield quantity


def _at(
    text: str, paragraph: int, number: Number, blocked: list[Span]
) -> tuple[Quantity | None, int]:
    """Read the quantity that a number begins, and say where to go on."""
    currency = currency_before(text, number.start)
    start = currency[1] if currency else number.start
    number, unit, end = _with_unit(text, number, currency[0] if currency else None, blocked)
    thing = ""
    if unit is None:
        counted = counted_after(text, number)
        if counted is None:
            return None, max(number.end, number.start + 1)
        thing, end = counted
        unit = COUNT
    if not _is_meant(text, number, unit, end):
        return None, end
    bound, span = bound_of(text, (start, end), unit.kind, vague=number.vague, more=number.more)
    low, high = number.low * unit.factor, number.high * unit.factor
    if _is_negative(text, number.start, unit):
        low, high, span = -high, -low, (min(span[0], number.start - 1), span[1])
    if bound == "order":
        bound, high = "approximate", 10.0 * high
    quantity = Quantity(
        *(paragraph, *span, text[slice(*span)].strip(), low, high, unit.name, unit.kind, bound),
        thing=thing,
    )
    return quantity, max(end, span[1])


def _with_unit(
    text: str, number: Number, currency: Unit | None, blocked: list[Span]
) -> tuple[Number, Unit | None, int]:
    """Read on to the unit, over a second number if the two are one range."""
    unit, end = _unit_at(text, number, currency)
    joined = JOIN.match(text, end)
    if not joined:
        return number, unit, end
    other_start = joined.end()
    signed = currency_after(text, other_start) if currency else None
    other_start = signed if signed is not None else other_start
    other = number_at(text, other_start)
    changed = re.search(r"(?:从|由|自|from)[^,。;]{0,14}$", text[: number.start]) is not None
    word = joined[0].strip()
    between = re.search(r"between[^,.]{0,6}$|[介在][^,。]{0,4}$", text[: number.start]) is not None
    if other is None or other.start != other_start or _overlaps((other.start, other.end), blocked):
        return number, unit, end
    if (changed and unit is not None) or (word == "and" and not between):
        return number, unit, end
    other_unit, other_end = _unit_at(text, other, currency)
    same = other_unit == unit or unit is None
    if not same or other_unit is None or (other.high <= number.low and other.scale == number.scale):
        return number, unit, end
    # The scale said once holds for both: 20至30亿, $175–$185 billion; not 5%至10% or 500到1万.
    once = number.scale == 1 and (unit is None or currency) and number.low < other.low / other.scale
    scaled = number.low * other.scale if once else number.low
    both = replace(number, low=scaled, high=other.high, end=other.end, scale=other.scale)
    return both, other_unit, other_end


def currency_after(text: str, place: int) -> int | None:
    """Step over a currency sign that is said again before the second number of a range."""
    for sign in sorted(read("units.yaml")["signs"], key=len, reverse=True):
        if text.startswith(sign, place):
            return place + len(sign)
    return None


def _unit_at(text: str, number: Number, currency: Unit | None) -> tuple[Unit | None, int]:
    if currency is not None:
        again = unit_pattern().match(text, number.end)
        if again and unit_of(again[1]).name == currency.name:
            return currency, again.end()
        return currency, number.end
    between = BETWEEN_WORD.match(text, number.end)
    match = unit_pattern().match(text, between.end() if between else number.end)
    if match is None:
        return _by_context(text, number)
    unit, end = unit_of(match[1]), match.end()
    if unit.name == "1" and match[1] in ("x", "times") and not _is_multiple(text, end):
        return None, number.end
    return unit, end


def _is_negative(text: str, start: int, unit: Unit) -> bool:
    """Whether a minus sign stands before a number, and no dash of a range or a name."""
    signed = text[start - 1 : start] in ("-", "−") and unit.kind in SIGNED_KINDS
    before = text[start - 2 : start - 1] if start > 1 else ""
    return signed and not (before.isascii() and before.isalnum()) and before not in "%)个年月天"


def _by_context(text: str, number: Number) -> tuple[Unit | None, int]:
    """Read 度 as a kilowatt-hour where electricity is spoken of, 月 as months behind 数."""
    if text.startswith("度", number.end) and "电" in text and number.scale > 1:
        return Unit("kWh", "energy"), number.end + 1
    if text.startswith("月", number.end) and number.vague:
        return Unit("month", "duration"), number.end + 1
    return None, number.end


def _is_multiple(text: str, end: int) -> bool:
    """Whether "x" or "times" counts a multiple and not occasions or a cross."""
    return not re.match(r" ?\d| (?:in|during|a|per)\b", text[end:])


def _is_meant(text: str, number: Number, unit: Unit, end: int) -> bool:
    """Whether a number with a unit is a quantity here: not an idiom, not a year, not an article."""
    before, after = text[: number.start], text[end:]
    if number.is_chinese and number.low == number.high == 1 and unit.kind in ("duration", "mass"):
        return bool(re.match("[之以]?内|多|以上", after))
    if number.low == number.high == 1 and unit.kind == "duration" and number.is_word:
        return False
    if unit.kind == "duration" and re.match(r"代|级|度(?!电)|纪|份|岁月|轻|华|薪", after):
        return False
    if unit.name == "CNY" and re.match("[素首旦件老宵]", after):
        return False
    return re.search(r"[每翌]$|\b(?:per|every|each) $", before) is None
