"""Dates and years in a sentence: where they stand, and which day, month or year they mean.

A date is written as far as it is known (2026, 2026-02, 2026-02-16), a span of years with a slash
(2019/2023). Relative words (去年底, this year) count from the article's own date; without one, or
where the word is vague (近年, a few years ago), the date's value is None and only its place
matters: no quantity is looked for there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from tradewind.claims.articles.tables import read

CHINESE_DIGIT = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *(("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april")),
            *(("may",), ("jun", "june"), ("jul", "july"), ("aug", "august")),
            *(("sep", "sept", "september"), ("oct", "october"), ("nov", "november")),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_MONTH_NAMES = "|".join(name.capitalize() for name in sorted(MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<month_name>(?-i:{_MONTH_NAMES})\b\.?)"
_YEAR = r"(?:1[5-9]|20|21)\d\d"
_END = (
    r"(?:年?(?P<part>底|末|尾|初(?![步级创期])|中(?![国东西南北部央美日欧俄英法韩印小间亚非心]))|"
    r"(?P<half>[上下]半)年|第?(?P<quarter>[一二三四1-4])季度)"
)
YEARS_AWAY = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
MONTHS_AWAY = {"上": -1, "本": 0, "这": 0, "下": 1}
PART_MONTH = {"底": 12, "末": 12, "尾": 12, "初": 1, "中": 6}


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


def _candidates(text: str, reference: date | None) -> Iterator[tuple[int, int, str | None, bool]]:
    for pattern, reading, relative in _patterns():
        for found in pattern.finditer(text):
            yield found.start(), found.end(), reading(found, reference), relative


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


PLACES = {
    "CHINESEYEAR": r"(?P<year>[一二][〇零一二三四五六七八九]{3})年",
    "YEARWORD": "|".join(YEARS_AWAY),
    "YEAR": _YEAR,
    "MONTH": _MONTH,
    "END": _END,
    "CLOCK": r"(?:\s?(?:上午|下午|晚间|凌晨)?\s?\d{1,2}[::]\d\d(?:[::]\d\d)?)?",
    "NUMBER": r"[\d一二三四五六七八九十百两几数]+",
}
READINGS: Mapping[str, Reading] = {
    "whole": _whole,
    "span": _span,
    "decade": _decade,
    "relative_year": _relative_year,
    "relative_month": _relative_month,
    "this_year": _this_year,
    "english_relative": _english_relative,
    "english_part": _english_part,
    "unknown": _unknown,
}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Reading, bool], ...]:
    found = []
    for row in read("dates.yaml")["patterns"]:
        pattern = row["pattern"]
        for name, written in PLACES.items():
            pattern = pattern.replace(f"<{name}>", written)
        compiled = re.compile(pattern, re.IGNORECASE)
        found.append((compiled, READINGS[row["read"]], row["relative"]))
    return tuple(found)


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
    told = re.compile(
        "发布|编辑|更新|时间|日期|发表于|published|updated|posted|date", re.IGNORECASE
    )
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
