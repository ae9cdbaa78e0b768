"""Dates and years in a sentence: where they stand, and which day, month or year they mean.

A date is written as far as it is known (2026, 2026-02, 2026-02-16), a span of years with a slash
(2019/2023). Relative words (去年底, this year) count from the article's own date; without one, or
where the word is vague (近年, a few years ago), the date's value is None and only its place matters:
no quantity is looked for there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

CHINESE_DIGIT = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january,feb february,mar march,apr april,may,jun june,jul july,aug august,"
        "sep sept september,oct october,nov november,dec december".split(","),
        start=1,
    )
    for name in names.split()
}
_MONTH_NAMES = "|".join(name.capitalize() for name in sorted(MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<month_name>(?-i:{_MONTH_NAMES})\b\.?)"
_YEAR = r"(?:1[5-9]|20|21)\d\d"
_END = r"(?:年?(?P<part>底|末|尾|初|中)|(?P<half>[上下]半)年|第?(?P<quarter>[一二三四1-4])季度)"
YEARS_AWAY = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
MONTHS_AWAY = {"上": -1, "本": 0, "这": 0, "下": 1}
PART_MONTH = {"底": 12, "末": 12, "尾": 12, "初": 1, "中": 6}
CHINESE_NUMBER = r"[\d一二三四五六七八九十百两几数]+"


@dataclass(frozen=True)
class DateSpan:
    """A date in a sentence: from, to, what it means (None if unknown), and whether relative."""

    start: int
    end: int
    value: str | None
    relative: bool = False


Reading = Callable[[re.Match[str], date | None], str | None]


def find_dates(text: str, reference: date | None) -> list[DateSpan]:
    """Find dates, the longest reading where two overlap.

    Parameters
    ----------
    text : str
        A sentence.
    reference : datetime.date, optional
        Day from which relative words count.

    Examples
    --------
    >>> [span.value for span in find_dates("去年底到2027年,自20世纪90年代", date(2026, 3, 1))]
    ['2025-12', '2027', None]
    >>> [span.value for span in find_dates("on 13 January 2025 and in the 1990s", None)]
    ['2025-01-13', '1990/1999']
    """
    taken: list[DateSpan] = []
    for start, end, value, relative in _candidates(text, reference):
        if all(end <= span.start or start >= span.end for span in taken):
            taken.append(DateSpan(start, end, value, relative))
    return sorted(taken, key=lambda span: span.start)


def _candidates(
    text: str, reference: date | None
) -> Iterator[tuple[int, int, str | None, bool]]:
    for pattern, read, relative in PATTERNS:
        for found in pattern.finditer(text):
            yield found.start(), found.end(), read(found, reference), relative


def _iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12 or not 1 <= (day or 1) <= 31:
        return None
    return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day else "")


def _whole(found: re.Match[str], reference: date | None) -> str | None:
    groups = found.groupdict()
    text = groups["year"]
    if text.isdecimal():
        year = int(text)
    else:
        year = int("".join(str(CHINESE_DIGIT[sign]) for sign in text))
    if year < 100:
        year += 2000
    return _inside(year, groups)


def _inside(year: int, groups: dict[str, str | None]) -> str | None:
    """The month within a year that a match names, by number, name, part, half or quarter."""
    if name := groups.get("month_name"):
        day = groups.get("day")
        return _iso(year, MONTHS[name.lower().rstrip(".")], int(day) if day else None)
    if month := groups.get("month"):
        day = groups.get("day")
        return _iso(year, int(month), int(day) if day else None)
    if part := groups.get("part"):
        return _iso(year, PART_MONTH[part])
    if half := groups.get("half"):
        return f"{year}-01/{year}-06" if half.startswith("上") else f"{year}-07/{year}-12"
    if quarter := groups.get("quarter"):
        number = int(quarter) if quarter.isdecimal() else "一二三四".index(quarter) + 1
        return f"{year}-{3 * number - 2:02d}/{year}-{3 * number:02d}"
    return _iso(year)


def _span(found: re.Match[str], reference: date | None) -> str | None:
    return f"{found['first']}/{found['last']}"


def _decade(found: re.Match[str], reference: date | None) -> str | None:
    first = int(found["year"])
    return f"{first}/{int(found['last'] or first) + 9}"


def _relative_year(found: re.Match[str], reference: date | None) -> str | None:
    if reference is None:
        return None
    return _inside(reference.year + YEARS_AWAY[found["word"]], found.groupdict())


def _relative_month(found: re.Match[str], reference: date | None) -> str | None:
    if reference is None:
        return None
    months = 12 * reference.year + reference.month - 1 + MONTHS_AWAY[found["word"]]
    return _iso(months // 12, months % 12 + 1)


def _this_year(found: re.Match[str], reference: date | None) -> str | None:
    """A month without its year: the one nearest to the reference that is not after it."""
    if reference is None:
        return None
    groups = found.groupdict()
    name = groups.get("month_name")
    month = MONTHS[name.lower().rstrip(".")] if name else int(groups["month"] or 0)
    year = reference.year - (month > reference.month)
    return _iso(year, month, int(groups["day"]) if groups.get("day") else None)


def _english_relative(found: re.Match[str], reference: date | None) -> str | None:
    if reference is None:
        return None
    step = {"last": -1, "this": 0, "next": 1}[found["word"].lower()]
    if found["what"].lower() == "year":
        return _iso(reference.year + step)
    months = 12 * reference.year + reference.month - 1 + step
    return _iso(months // 12, months % 12 + 1)


def _english_part(found: re.Match[str], reference: date | None) -> str | None:
    words = found["when"].lower()
    month = 12 if "late" in words or "end" in words else 6 if "mid" in words else 1
    return _iso(int(found["year"]), month)


def _unknown(found: re.Match[str], reference: date | None) -> str | None:
    return None


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_CHINESE_YEAR = r"(?P<year>[一二][〇零一二三四五六七八九]{3})年"
_DAY_PART = r"(?:\s?(?:上午|下午|晚间|凌晨)?\s?\d{1,2}[::]\d\d(?:[::]\d\d)?)?"

PATTERNS: tuple[tuple[re.Pattern[str], Reading, bool], ...] = (
    (_p(rf"(?<!\d)(?P<year>{_YEAR})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)(?:T|\s)?{_DAY_PART}"), _whole, False),
    (_p(rf"(?<!\d)(?P<year>{_YEAR})年(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})[日号])?(?:份|[上中下]旬|底|初|末)?{_DAY_PART}"), _whole, False),
    (_p(rf"(?<!\d)(?P<first>{_YEAR})年?(?:至|到|[-~—–])(?P<last>{_YEAR})年(?!代)"), _span, False),
    (_p(rf"(?<!\d)(?P<year>{_YEAR})年代(?:(?:至|到|[-~—–])(?P<last>{_YEAR})年代)?"), _decade, False),
    (_p(rf"(?<!\d)(?P<year>{_YEAR})年{_END}"), _whole, False),
    (_p(rf"{_CHINESE_YEAR}(?:{_END})?"), _whole, False),
    (_p(rf"(?<!\d)(?P<year>{_YEAR})年(?:度|间|以来|以后|之后|以前|之前)?"), _whole, False),
    (_p(r"(?:上个?世纪|本世纪|(?:\d{1,2}|[一二]?十[一二三四五六七八九]?)世纪)(?:\d0|[二三四五六七八九]十)?(?:年代)?(?:初|中叶|末|中期|后期)?"), _unknown, False),
    (_p(r"(?<!\d)\d0年代|[二三四五六七八九]十年代"), _unknown, False),
    (_p(rf"(?<=[在自从到于至])\s?(?P<year>[0-3]\d)年(?:{_END}|以后|之后|以前|之前|以来|后|前)"), _whole, False),
    (_p(rf"(?<![\d.])(?P<year>[0-3]\d)年(?:{_END}|(?P<month>\d{{1,2}})月)"), _whole, False),
    (_p(rf"(?P<word>{'|'.join(YEARS_AWAY)})(?:(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})[日号])?|{_END})?(?:份|底|初)?"), _relative_year, True),
    (_p(r"(?P<word>[上本下])个?月(?:份|底|初|末)?|(?P<late>这个月)"), lambda found, day: _unknown(found, day) if found["late"] else _relative_month(found, day), True),
    (_p(r"(?<![几数\d])年(?:底|末|初|中)(?!\d)"), _unknown, True),
    (_p(rf"(?<![\d.])(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[日号]{_DAY_PART}"), _this_year, True),
    (_p(r"(?<![\d.])(?P<month>1[0-2]|[1-9])月(?!\d*个)(?:份|[上中下]旬|底|初|末)?"), _this_year, True),
    (_p(r"(?<![一二三四五六七八九十百])[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}[日号])?(?:份|底|初|末)?"), _unknown, True),
    (_p(r"(?<![\d.])(?:3[01]|[12]?\d)[日号](?!内|以内|元|线)"), _unknown, True),
    (_p(rf"(?:前|头|首)(?:{CHINESE_NUMBER})(?:个月|个季度|季度)"), _unknown, True),
    (_p(r"第?[一二三四1-4]季度|[上下]半年|全年"), _unknown, True),
    (_p(rf"(?:约|大约|近)?(?:{CHINESE_NUMBER})多?(?:个?年|个?多?月|个?星期|周|天|日|个?小时)(?:之?以?前(?!后))"), _unknown, True),
    (_p(r"(?:这|最近|近|过去|未来|接下来|前|此后|往后)(?:的)?(?:几|数)十?(?:个?年|个?月|天|周|个?季度)(?:里|中|间|内|来)?"), _unknown, True),
    (_p(r"近年来?|近些年|这些年|多年来?|[同当次翌隔]年|[同当次]月|每年|每月|每天|本周|上周|下周|今天|昨天|明天|今日|昨日"), _unknown, True),
    (_p(r"(?<!\d)\d{1,2}[::]\d\d(?:[::]\d\d)?(?!\d)"), _unknown, False),
    (_p(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? (?P<year>{_YEAR})\b"), _whole, False),
    (_p(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>{_YEAR})\b"), _whole, False),
    (_p(rf"\b{_MONTH},? (?:of )?(?P<year>{_YEAR})\b"), _whole, False),
    (_p(rf"\b(?:between|from) (?P<first>{_YEAR}) (?:and|to|until) (?P<last>{_YEAR})\b"), _span, False),
    (_p(rf"\b(?P<first>{_YEAR})[-–—](?P<last>{_YEAR})\b"), _span, False),
    (_p(rf"\b(?P<when>(?:the |by |at |in )*(?:end|beginning|start|middle) of|(?:in |by )?(?:late|early|mid)[- ]?) ?(?P<year>{_YEAR})\b(?!s)"), _english_part, False),
    (_p(rf"\b(?P<year>{_YEAR})s\b(?P<last>)?"), _decade, False),
    (_p(rf"\bQ(?P<quarter>[1-4])[ ,]+(?:of )?(?P<year>{_YEAR})\b"), _whole, False),
    (_p(rf"\b(?:in|by|since|until|before|after|during|of|for|from|to|fiscal|year|FY) ?(?P<year>{_YEAR})\b(?![-,.]?\d|%| ?(?:[A-Z]{{1,3}}W|[kMGT]Wh|percent|dollars|yuan))"), _whole, False),
    (_p(r"\b(?P<word>last|this|next) (?P<what>year|month)\b"), _english_relative, True),
    (_p(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?\d)"), _this_year, True),
    (_p(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}"), _this_year, True),
    (_p(rf"\b(?:in|since|until|by|last|this) {_MONTH}(?!\w)"), _this_year, True),
    (_p(r"\b(?:a few|several|some|recent|many|\w+|\d+) (?:years?|months?|weeks?|days?|decades?) (?:ago|earlier|later)\b"), _unknown, True),
    (_p(r"\b(?:past|last|recent|next|coming) (?:few|several) (?:years|months|weeks|decades)\b|\brecent years\b"), _unknown, True),
    (_p(r"\b(?:first|second|third|fourth) (?:half|quarter)\b"), _unknown, True),
)  # fmt: skip
"""What a date looks like, the more telling form first; each with its reading."""


def article_date(front_matter: str, paragraphs: list[str]) -> tuple[date | None, str]:
    """Find the day an article bears, and how it was found.

    A line that is nothing but a date, or says that something was published or edited then, comes
    first; else the front matter; else the first whole date of the text, which is a guess and is
    told as one.

    Examples
    --------
    >>> article_date("", ["2026-03-01 13:12:07", "..."])
    (datetime.date(2026, 3, 1), 'date line')
    """
    lines = [*front_matter.splitlines(), *paragraphs]
    told = re.compile("发布|编辑|更新|时间|日期|发表于|published|updated|posted|date", re.IGNORECASE)
    for line in lines:
        spans = [span for span in find_dates(line, None) if _day(span) is not None]
        if not spans:
            continue
        rest = line[: spans[0].start] + line[spans[0].end :]
        alone = len(re.sub(r"[\W\d_]", "", rest)) == 0
        if alone or (told.search(rest) and len(rest) < 40):
            return _day(spans[0]), "date line"
    for line in paragraphs:
        for span in find_dates(line, None):
            if _day(span) is not None:
                return _day(span), "first date in the text"
    return None, "none"


def _day(span: DateSpan) -> date | None:
    try:
        return date.fromisoformat(span.value or "")
    except ValueError:
        return None
