"""Numerals to numbers: by hand, by a second reader, and back from numbers."""

from __future__ import annotations

import warnings
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind.claims.articles.numbers import number_at
from tradewind.claims.articles.numerals import chinese, english

CHINESE = {
    "7000亿": (7e11, 7e11),
    "1.5万亿": (1.5e12, 1.5e12),
    "3万5千": (35_000, 35_000),
    "4兆1980亿": (4.198e12, 4.198e12),
    "两亿五千万": (2.5e8, 2.5e8),
    "一万五": (15_000, 15_000),
    "一万零五": (10_005, 10_005),
    "二百五": (250, 250),
    "十五": (15, 15),
    "廿五": (25, 25),
    "一点五亿": (1.5e8, 1.5e8),
    "二〇二五": (2025, 2025),
    "千亿": (1e11, 1e11),
    "数百亿": (2e10, 9e10),
    "几十": (20, 90),
    "十几": (11, 19),
    "两三千": (2000, 3000),
    "十五六": (15, 16),
    "七八百万": (7e6, 8e6),
}
ENGLISH = {
    "two hundred and fifty": (250, 250),
    "1.2 million": (1.2e6, 1.2e6),
    "7bn": (7e9, 7e9),
    "a dozen": (12, 12),
    "twenty-five": (25, 25),
    "tens of thousands": (20_000, 90_000),
    "hundreds of billions": (2e11, 9e11),
    "several million": (2e6, 9e6),
    "five hundred thousand": (500_000, 500_000),
}
DIGITS = "零一二三四五六七八九"


def spelled(value: int) -> str:
    """A whole number below 10^12 in Chinese characters, as a schoolbook writes it."""
    for size, sign in ((10**8, "亿"), (10**4, "万")):
        if value >= size:
            high, rest = divmod(value, size)
            gap = "零" if 0 < rest < size // 10 else ""
            return spelled(high) + sign + (gap + spelled(rest) if rest else "")
    text, started = "", False
    for size, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, size)
        if digit:
            text += DIGITS[digit] + sign
            started = True
        elif started and value and not text.endswith("零"):
            text += "零"
    return text


@pytest.mark.parametrize("text", CHINESE)
def test_chinese(text: str) -> None:
    assert chinese(text) == CHINESE[text]


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text: str) -> None:
    assert english(text) == ENGLISH[text]


@pytest.mark.parametrize("text", ["万一", "千百", "百一", "点五", "五点", "零万", "abc", ""])
def test_what_is_no_numeral(text: str) -> None:
    assert chinese(text) is None


@given(st.integers(1, 10**12 - 1))
@settings(max_examples=200, deadline=None)
def test_a_spelled_number_comes_back(value: int) -> None:
    assert chinese(spelled(value)) == (value, value)


@given(st.integers(1, 10**12 - 1))
@settings(max_examples=100, deadline=None)
def test_a_second_reader_agrees(value: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        second = pytest.importorskip("cn2an", reason="the second reader is not installed")
        read = import_module("cn2an").cn2an(spelled(value), "smart")
    assert second is not None
    assert chinese(spelled(value)) == (read, read)


@pytest.mark.parametrize(
    ("text", "end", "low"),
    [
        ("40千瓦", 2, 40.0),
        ("3兆瓦", 1, 3.0),
        ("500万千瓦", 4, 5e6),
        ("50,000个", 6, 50_000.0),
        ("2024,300家", 4, 2024.0),
        ("2.1×10^25次", 9, 2.1e25),
        ("30多万人", 4, 300_000.0),
    ],
)
def test_where_a_number_ends(text: str, end: int, low: float) -> None:
    found = number_at(text, 0)
    assert found is not None
    assert (found.end, found.low) == (end, low)


@pytest.mark.parametrize("text", ["9" * 400, "1" * 30 + "亿", "一" * 400, "百" * 200 + "个"])
def test_what_is_too_long_for_a_number_is_none(text: str) -> None:
    found = number_at(text, 0)
    assert found is None or found.high < 1e40
