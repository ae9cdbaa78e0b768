"""Numerals in Chinese and English, to numbers; vague ones to a range.

A Chinese numeral is read by its greatest unit: what stands before multiplies it, what stands after
is added, down to single digits (亿 before 万 before 千). Figures and characters may be mixed
(1.5万亿, 3万5千). 数 and 几 stand for 2 to 9 (after 十 for 1 to 9), two neighbouring digits for the
range between them (两三千). All arithmetic is exact until the last step.
"""

from __future__ import annotations

import re
from fractions import Fraction

DIGITS = {
    **{sign: value for value, sign in enumerate("零一二三四五六七八九")},
    **{"〇": 0, "两": 2},
}
SCALES = {
    **{"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12},
    **{"廿": 20, "卅": 30},
}
BY_SIZE = ("兆", "亿", "万", "千", "百", "十")
VAGUE = "数几"
FEW, MANY = 2, 9
"""What 几, 数 and "several" stand for: the least and the most of the unit named."""
LARGEST = 10**25
"""Nothing that is counted in characters is more; a longer run of them is no number."""

ARABIC = r"\d{1,3}(?:,\d{3}){1,9}(?!\d)(?:\.\d{1,20})?|\d{1,20}(?!\d)(?:\.\d{1,20})?"
SCALE_RUN = r"(?:百(?!帕)|千(?![瓦克米伏赫卡帕焦字])|万|亿|兆(?![瓦赫字比帕欧伏焦])|十){1,4}"
POWER = r"(?:\s?[×x*]\s?10\^\d{1,2}(?!\d))"
CHINESE = (
    r"(?:[零〇一二两三四五六七八九十百万亿廿卅数几]|千(?![瓦克米伏赫卡帕焦字])|兆(?![瓦赫字比帕欧伏焦])){1,30}"
    r"(?:点[零〇一二三四五六七八九]{1,9}(?:[十百万亿]|千(?![瓦克米伏赫卡帕焦字])|兆(?![瓦赫字比帕欧伏焦]))*)?"
)
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TEENS = (
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {
    **{word: value for value, word in enumerate(_UNITS + _TEENS, start=1)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
}
WORD_SCALES = {
    **{"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12},
    **{"dozen": 12, "mn": 10**6, "bn": 10**9, "tn": 10**12, "trn": 10**12},
}
SYMBOL_SCALES = {"k": 1000, "m": 10**6, "b": 10**9, "t": 10**12}
"""Letters that scale money only: elsewhere m is a metre and t a tonne."""

Range = tuple[float, float]


def chinese(text: str) -> Range | None:
    """Read a numeral in Chinese characters, figures, or both.

    Parameters
    ----------
    text : str
        Nothing but the numeral.

    Returns
    -------
    tuple of float or None
        Low and high, equal unless the numeral is vague; None if it is no numeral.

    Examples
    --------
    >>> chinese("7000亿"), chinese("一百二十万"), chinese("数百亿"), chinese("两三千")
    ((700000000000.0, 700000000000.0), (1200000.0, 1200000.0), (20000000000.0, 90000000000.0), \
(2000.0, 3000.0))
    >>> chinese("万一") is None
    True
    """
    low, high = _variants(text)
    least, most = _exact(low), _exact(high)
    if least is None or most is None or most > LARGEST:
        return None
    return float(least), float(most)


def english(text: str) -> Range | None:
    """Read a numeral in English words or figures with a scale.

    Examples
    --------
    >>> english("two hundred and fifty"), english("1.2 million"), english("tens of thousands")
    ((250.0, 250.0), (1200000.0, 1200000.0), (20000.0, 90000.0))
    """
    words = re.findall(r"[a-z]+|\d[\d,]*(?:\.\d+)?", text.lower())
    words = [word for word in words if word not in ("and", "a", "an", "of")]
    low = high = Fraction(0)
    part_low = part_high = Fraction(0)
    for word in words:
        single = word.removesuffix("s")
        if word[0].isdigit():
            part_low = part_high = Fraction(word.replace(",", ""))
        elif word in WORDS:
            part_low, part_high = part_low + WORDS[word], part_high + WORDS[word]
        elif word in ("several", "few"):
            part_low, part_high = Fraction(FEW), Fraction(MANY)
        elif word == "tens":
            part_low, part_high = Fraction(10 * FEW), Fraction(10 * MANY)
        elif single in WORD_SCALES:
            scale = WORD_SCALES[single]
            plural = word != single and not part_high
            part_low = (part_low or (FEW if plural else 1)) * Fraction(scale)
            part_high = (part_high or (MANY if plural else 1)) * Fraction(scale)
            if scale >= 1000:
                low, high, part_low, part_high = (
                    low + part_low,
                    high + part_high,
                    Fraction(0),
                    Fraction(0),
                )
        else:
            return None
    if not words:
        return None
    return float(low + part_low), float(high + part_high)


def is_vague(text: str) -> bool:
    """Whether a Chinese numeral says no more than an order (数百, 几十)."""
    return any(sign in text for sign in VAGUE)


def _variants(text: str) -> tuple[str, str]:
    """Spell the least and the most that a vague numeral may mean."""
    low = high = text
    low = re.sub("(?<=十)[数几]", "一", low)
    low, high = re.sub(f"[{VAGUE}]", "二", low), re.sub(f"[{VAGUE}]", "九", high)
    pair = re.search("([一二两三四五六七八])([二两三四五六七八九])(?=[十百千万亿]|$)", text)
    if pair and _neighbours(*pair.groups()) and not re.search("[零〇点]", text):
        low = text[: pair.start()] + pair[1] + text[pair.end() :]
        high = text[: pair.start()] + pair[2] + text[pair.end() :]
    return low, high


def _neighbours(first: str, second: str) -> bool:
    return DIGITS[second] - DIGITS[first] == 1


def _exact(text: str) -> Fraction | None:
    if not text:
        return None
    for unit in BY_SIZE:
        before, found, after = text.rpartition(unit)
        if found:
            return _by_unit(before, unit, after)
    return _leaf(text)


def _by_unit(before: str, unit: str, after: str) -> Fraction | None:
    scale = SCALES[unit]
    if not before and after and unit != "十":
        return None
    many = _exact(before) if before else Fraction(1)
    if many is None or many == 0:
        return None
    if not after:
        return many * scale
    rest = _exact(after.lstrip("零〇"))
    if rest is None or rest >= scale:
        return None
    # 一万五 is 15,000 but 一万零五 is 10,005.
    colloquial = len(after) == 1 and after in DIGITS and scale >= 100
    return many * scale + (rest * scale / 10 if colloquial else rest)


def _leaf(text: str) -> Fraction | None:
    if re.fullmatch(ARABIC, text):
        return Fraction(text.replace(",", ""))
    if text in SCALES:
        return Fraction(SCALES[text])
    if text[0] in "廿卅" and len(text) == 2 and text[1] in DIGITS:
        return Fraction(SCALES[text[0]] + DIGITS[text[1]])
    whole, point, decimals = text.partition("点")
    if (
        not whole
        or any(sign not in DIGITS for sign in whole + decimals)
        or (point and not decimals)
    ):
        return None
    figures = "".join(str(DIGITS[sign]) for sign in whole + decimals)
    return Fraction(int(figures), 10 ** len(decimals))
