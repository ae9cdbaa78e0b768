"""An article without its noise: widths, runs of marks, links, repeats, paragraph numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind.claims.articles.cleaning import (
    clean,
    collapse_marks,
    letters,
    normalise_widths,
    sentences,
)

FACT = "去年全国新建数据中心四十二座。"
OTHER = "其中东部占去三成，西部占去一半以上。"
THIRD = "电价在各地相差很大，最低的只有三角钱。"
LAST = "机构预计明年还会再增加一倍左右的规模。"


@pytest.mark.parametrize(
    ("noisy", "plain"),
    [
        ("５０，０００个", "50,000个"),
        ("５0，00０个", "50,000个"),
        ("2024，300家", "2024, 300家"),
        ("８０％", "80%"),
        ("1½倍", "1.5倍"),
        ("⅓的人", "1/3的人"),
        ("10²⁵次", "10^25次"),
        ("5 m²", "5 m^2"),
        ("①首先", "①首先"),
        ("第　二　段", "第 二 段"),
        ("ＧＰＵ", "GPU"),
        ("2024 年 1 月", "2024年1月"),
    ],
)
def test_widths(noisy: str, plain: str) -> None:
    assert normalise_widths(noisy) == plain


@pytest.mark.parametrize(
    ("noisy", "plain"),
    [
        ("市场, , ,,,,,担心", "市场, 担心"),
        ("最先。。 。。。。 。这", "最先。这"),
        ("什么??????”", "什么?”"),
        ("升至1.2%, , ,,降", "升至1.2%, 降"),
        ("完了,。,", "完了。"),
        ("3.5和1,200", "3.5和1,200"),
        ("still... yes", "still… yes"),
        ("2024, , ,,300家", "2024, 300家"),
    ],
)
def test_runs_of_marks(noisy: str, plain: str) -> None:
    assert collapse_marks(noisy) == plain


def test_paragraphs_keep_the_numbers_of_the_file() -> None:
    read = clean(f"\n{FACT}\n\n   \n{OTHER}\n。。。\n{THIRD}\n")
    assert [item.number for item in read.paragraphs] == [1, 2, 4]
    assert read.lines == 4


def test_a_repeated_paragraph_is_kept_once_and_told() -> None:
    read = clean(f"{FACT}\n{OTHER}\n{FACT.replace('。', '。。 。')}\n")
    assert [item.number for item in read.paragraphs] == [1, 2]
    assert [(item.paragraph, item.reason) for item in read.dropped] == [
        (3, "marks"),
        (3, "repeated"),
    ]


def test_a_repeated_sentence_and_an_echo_are_dropped() -> None:
    read = clean(f"{FACT}{OTHER}\n{THIRD}{FACT}\n电价大幅上涨,电价大幅上涨,随后回落。")
    assert read.paragraphs[1].text == THIRD.replace("，", ", ")
    assert read.paragraphs[2].text == "电价大幅上涨, 随后回落。"


def test_the_run_on_copy_goes_and_its_parts_stay() -> None:
    own = "此外还有一句别处没有的话。"
    read = clean(f"题目\n{FACT} {OTHER} {THIRD} {LAST} {own}\n{FACT}\n{OTHER}\n{THIRD}\n{LAST}\n")
    assert {item.number: item.text for item in read.paragraphs}[2] == own
    assert [item.number for item in read.paragraphs] == [1, 2, 3, 4, 5, 6]


def test_short_phrases_may_stand_twice() -> None:
    assert len(clean("第一点。\n一些话。\n第一点。\n").paragraphs) == 3


def test_front_matter_and_links() -> None:
    matter = "---\nurl: https://a.b/c?q=12%E4\ntags: 84 条\n---\n"
    text = f"{matter}[产业](//a.b/c?d=5%E4)在 https://x.y/3 升级 30%\n"
    read = clean(text)
    assert [(item.number, item.text) for item in read.paragraphs] == [(5, "产业在 升级30%")]
    assert {item.reason for item in read.dropped} == {"front matter", "links"}
    assert "84" in read.front_matter


def test_a_rule_that_is_never_closed_is_no_front_matter() -> None:
    assert [item.number for item in clean(f"---\n{FACT}\n{OTHER}").paragraphs] == [2, 3]


def test_a_paragraph_without_an_end_is_read_in_parts() -> None:
    text = "这是一句没有句号的话," * 500
    bounds = sentences(text)
    assert max(end - start for start, end in bounds) <= 1000
    assert "".join(text[start:end] for start, end in bounds) == text


MARKED = st.text(alphabet="。，,.!? 电价上涨1２3%", max_size=60)


@given(MARKED)
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = "\n".join(item.text for item in clean(text).paragraphs)
    assert "\n".join(item.text for item in clean(once).paragraphs) == once


@given(st.lists(st.sampled_from((FACT, OTHER, THIRD, LAST)), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_every_passage_is_left_exactly_once(lines: list[str]) -> None:
    left = "".join(letters(item.text) for item in clean("\n".join(lines)).paragraphs)
    assert {line: left.count(letters(line)) for line in lines} == dict.fromkeys(lines, 1)
