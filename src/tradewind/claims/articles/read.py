"""An article to a table: cleaned, its quantities found, dated, ascribed and linked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tradewind.claims.articles.cleaning import Cleaned, Paragraph, clean, sentences
from tradewind.claims.articles.dates import DateSpan, article_date, find_dates
from tradewind.claims.articles.quantities import Quantity, find_quantities
from tradewind.claims.articles.source import read_text
from tradewind.claims.articles.speakers import Speakers, Speech, said_of
from tradewind.claims.articles.traditional import to_simplified


@dataclass(frozen=True)
class Article:
    """What was read of an article.

    Parameters
    ----------
    name : str
        Of the file.
    date : datetime.date or None
        The day it bears, from which relative words were reckoned.
    date_how : str
        "date line", "first date in the text" (a guess), "given", or "none".
    cleaned : Cleaned
        Its paragraphs, and what was dropped.
    quantities : tuple of Quantity
        In the order in which they stand.
    """

    name: str
    date: date | None
    date_how: str
    cleaned: Cleaned
    quantities: tuple[Quantity, ...]


def read_article(path: str | Path, *, reference: date | None = None) -> Article:
    """Read an article's file.

    Parameters
    ----------
    path : str or pathlib.Path
        Text in UTF-8 or GB 18030, at most 5 MB.
    reference : datetime.date, optional
        Day from which "last year" counts; the article's own if left out.

    Raises
    ------
    tradewind.errors.InputError
        If the file is no article that can be read.
    """
    return read_string(read_text(path), name=Path(path).name, reference=reference)


def read_string(text: str, *, name: str = "", reference: date | None = None) -> Article:
    """Read an article that is in memory.

    Examples
    --------
    >>> [found.text for found in read_string("预计2027年前投入超过100亿元。").quantities]
    ['超过100亿元']
    """
    cleaned = clean(text)
    lines = [paragraph.text for paragraph in cleaned.paragraphs]
    day, how = (reference, "given") if reference else article_date(cleaned.front_matter, lines)
    speakers = Speakers()
    found: list[Quantity] = []
    for paragraph in cleaned.paragraphs:
        found += _of_paragraph(paragraph, day, speakers)
    return Article(name, day, how, cleaned, tuple(found))


def _of_paragraph(paragraph: Paragraph, day: date | None, speakers: Speakers) -> list[Quantity]:
    text = to_simplified(paragraph.text)
    bounds = sentences(text)
    speeches = speakers.of_paragraph(text, bounds)
    found = []
    for start, end in bounds:
        sentence = text[start:end]
        dates = find_dates(sentence, day)
        items = find_quantities(sentence, paragraph.number, dates)
        spoken = [_ascribed(item, start, speeches) for item in _dated(items, sentence, dates)]
        found += [
            replace(
                item,
                start=item.start + start,
                end=item.end + start,
                text=paragraph.text[item.start + start : item.end + start].strip(),
            )
            for item in spoken
        ]
    return found


def _ascribed(item: Quantity, offset: int, speeches: list[Speech]) -> Quantity:
    said = said_of(item.start + offset, speeches)
    return replace(item, speaker=said.speaker, verb=said.verb, via=said.via) if said else item


def _dated(items: list[Quantity], sentence: str, dates: list[DateSpan]) -> list[Quantity]:
    """Give every quantity its date: one that is tied to it, or the nearest before it left over."""
    known = [
        span
        for span in dates
        # "More than last year" tells of last year in passing.
        if span.value is not None
        and sentence[max(0, span.start - 1) : span.start] not in ("比", "较")
    ]
    tied = {index: _tied(item, items, sentence, known) for index, item in enumerate(items)}
    used = [span for span in tied.values() if span is not None]
    dated = []
    for index, item in enumerate(items):
        span = tied[index]
        if span is None:
            before = [date for date in known if date.end <= item.start and date not in used]
            span = before[-1] if before else None
        dated.append(replace(item, date=span.value, date_relative=span.relative) if span else item)
    return dated


def _tied(
    item: Quantity, items: list[Quantity], sentence: str, dates: list[DateSpan]
) -> DateSpan | None:
    """Find the date that stands at a quantity: 2024年的5%, 415 TWh in 2024, 5GW(2025年)."""
    for span in dates:
        if span.end <= item.start and sentence[span.end : item.start].strip() in ("的", "为", "是"):
            return span
    for span in dates:
        between = sentence[item.end : span.start]
        if span.start < item.end or any(mark in between for mark in ",;:。、,"):
            continue
        others = any(item.end <= other.start < span.start for other in items)
        latin = sentence[span.start].isascii() and sentence[span.start].isalpha()
        if not others and (latin or between.strip() == "("):
            return span
    return None
