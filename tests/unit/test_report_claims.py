"""The page on claims says the board's numbers in both languages, and draws what it is given."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.console import Console

from tests.support.claims import TOYS
from tradewind.claims import Board, run
from tradewind.report import claims_rows as rows
from tradewind.report.claims_html import render_claims
from tradewind.report.claims_terminal import print_board, print_claim, print_list
from tradewind.report.figures import threshold_strip
from tradewind.report.figures.plots import SHAPES, Scale, draw_plot, number
from tradewind.report.language import Catalogue, Language, messages

LANGUAGES: tuple[Language, ...] = ("en", "zh")
WORDS = Catalogue("en", rows.ClaimNames())


@pytest.fixture(scope="module")
def board() -> Board:
    return run(folder=TOYS, processes=1, command="tradewind claims run --claims toys")


@pytest.fixture(scope="module")
def answer(board: Board) -> dict[str, Any]:
    return board.answer()


@pytest.fixture(scope="module")
def pages(board: Board, answer: dict[str, Any]) -> dict[Language, str]:
    manifest = board.manifest()
    return {language: render_claims(answer, manifest, language) for language in LANGUAGES}


def visible(page: str) -> str:
    """The text of a page without its marks."""
    body = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def card(page: str, claim: str) -> str:
    found = re.search(rf'<article class="card" id="{claim}".*?</article>', page, re.DOTALL)
    assert found is not None
    return found.group()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_has_a_line_and_a_card(
    pages: dict[Language, str], answer: dict[str, Any], language: Language
) -> None:
    page = pages[language]
    board = page[page.index('class="plain board"') : page.index('id="cards-h"')]
    for claim in answer["claims"]:
        verdict = messages()[f"claims_verdict_{claim['verdict']}"][language]
        one = card(page, claim["id"])
        for place in (board, one):
            assert claim["statement"][language] in place
            assert f">{verdict}<" in place
        for key in ("supports_if", "contradicted_if", "limits"):
            assert claim[key][language] in one
        assert claim["command"] in one
        assert f'href="#{claim["id"]}"' in board


def test_the_numbers_of_a_card_are_those_of_the_board(
    pages: dict[Language, str], answer: dict[str, Any]
) -> None:
    claim = next(one for one in answer["claims"] if one["id"] == "dear-power")
    told = visible(card(pages["en"], "dear-power"))
    first, second = claim["metrics"]
    assert f"{first['central']:.1f}".replace("-", "−") in told
    low, high = (f"{first[end]:.1f}".replace("-", "−") for end in ("low", "high"))
    assert f"{low} … {high}" in told
    assert f"{second['central']:.1f}" in told
    shares = claim["shares"]
    assert (
        f"64 members: {100 * shares['for']:.0f} % for, {100 * shares['part']:.0f} % in part, "
        f"{100 * shares['against']:.0f} % against." in told
    )
    assert "It is for the claim in 0 of 9 runs, in part in 0, against it in 9." in told
    assert "It hinges on: trade elasticity (its low end alone turns the central run)" in told
    assert "The headline moves with: trade elasticity (rank correlation −0.9" in told
    assert "by construction" not in told.lower()


def test_what_is_by_construction_is_marked(pages: dict[Language, str]) -> None:
    for language, said in (("en", "by construction"), ("zh", "由设定决定")):
        assert said in card(pages[language], "count-of-chips")  # type: ignore[index]
    assert "No parameter alone turns the central run." in card(pages["en"], "count-of-chips")


def test_a_claim_that_was_not_run_says_why(pages: dict[Language, str]) -> None:
    told = visible(card(pages["en"], "who-moves"))
    assert "One of the two economies is not in the table." in told
    assert "members" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_loads_nothing_and_speaks_one_language(
    pages: dict[Language, str], language: Language
) -> None:
    page = pages[language]
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "url(" not in page
    other = "zh" if language == "en" else "en"
    for key in ("claims_how", "claims_board_note", "claims_numbers_title", "claims_limits"):
        assert messages()[key][other].split("{")[0] not in visible(page)
    assert page.count("<article") == page.count("</article>") == 4


def test_a_quick_board_says_so(answer: dict[str, Any], board: Board) -> None:
    quick = run(["count-of-chips"], quick=True, folder=TOYS, processes=1)
    page = visible(render_claims(quick.answer(), board.manifest()))
    assert "A quick run: 8 members a claim" in page
    assert "by construction: no member" not in page
    assert "No parameter alone turns" not in page


def test_shares_are_drawn_in_proportion(pages: dict[Language, str], answer: dict[str, Any]) -> None:
    claim = next(one for one in answer["claims"] if one["id"] == "dear-power")
    drawn = re.findall(r'<i class="(\w+)" style="flex:(\d+)">', card(pages["en"], "dear-power"))
    assert {side: int(flex) for side, flex in drawn} == {
        side: round(100 * share) for side, share in claim["shares"].items()
    }


def figure(kind: str, **changes: Any) -> dict[str, Any]:
    numbers = kind != "bars"
    return {
        "kind": kind,
        "title": {"en": "Title", "zh": "标题"},
        "unit": "GW",
        "x": {
            "label": {"en": "year", "zh": "年"},
            "unit": "",
            "values": [2024.0, 2025.0, 2026.0] if numbers else ["a", {"en": "b", "zh": "乙"}, "c"],
        },
        "series": [
            {"label": {"en": "first", "zh": "甲"}, "values": [0.0, 5.0, 10.0]},
            {"label": {"en": "second", "zh": "乙"}, "values": [2.0, None, 4.0]},
        ],
    } | changes


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = draw_plot(figure("bars"), WORDS)
    widths = [float(w) for w in re.findall(r'<rect x="[\d.]+%" y="3" width="([\d.]+)%"', drawn)]
    # The axis runs from 0 to 10 with a margin of a fiftieth on either side.
    expected = [100 * value / 10.4 for value in (0.0, 2.0, 5.0, 10.0, 4.0)]
    assert widths == pytest.approx(expected, abs=0.006)
    assert drawn.count("<tr") == 1 + 6
    assert drawn.count('rowspan="2"') == 3


def test_lines_break_where_there_is_no_value() -> None:
    drawn = draw_plot(figure("lines"), WORDS)
    first, second = re.findall(r'<path d="([^"]+)"', drawn)
    assert (first.count("M"), first.count("L")) == (1, 2)
    assert (second.count("M"), second.count("L")) == (2, 0)
    heights = [float(y) for _, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", first)]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.11)
    assert heights[0] > heights[1]
    # Years have no thousands, and the lines differ without their colours.
    assert ">2025<" in drawn
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', drawn))) == 1


def test_dots_stand_where_their_numbers_are_and_say_their_names() -> None:
    x = {
        "label": {"en": "x", "zh": "x"},
        "unit": "1",
        "values": [0.0, 50.0, 100.0],
        "names": ["DEU", "FRA", {"en": "Rest", "zh": "其他"}],
    }
    drawn = draw_plot(figure("scatter", x=x), WORDS)
    dots = re.findall(r'<text x="([\d.]+)%" y="([\d.]+)%" fill="[^"]+">(.)</text>', drawn)
    assert [shape for _, _, shape in dots] == [SHAPES[0]] * 3 + [SHAPES[1]] * 2
    across = [float(left) for left, _, _ in dots[:3]]
    assert across == pytest.approx([100 * (x + 2) / 104 for x in (0.0, 50.0, 100.0)], abs=0.006)
    assert "<title>Rest: 100, 10.0 GW</title>" in drawn
    assert "<title>其他" in draw_plot(figure("scatter", x=x), Catalogue("zh", rows.ClaimNames()))


def test_a_strip_shows_whose_ground_a_number_stands_on() -> None:
    metric = {
        **{"central": 4.0, "low": 2.0, "high": 6.0, "null_central": 0.0},
        "supporting": [(None, 1.0), (5.0, None)],
        "contradicting": [(2.0, 3.0)],
    }
    drawn = threshold_strip(metric, "said")
    # From 0 to 6 with a margin of 6 % on either side.
    at = [100 * (x + 0.36) / 6.72 for x in (1.0, 5.0, 2.0, 3.0)]
    rects = re.findall(
        r'<rect x="([\d.]+)%" y="0" width="([\d.]+)%" height="14" class="(\w+)"', drawn
    )
    assert [kind for _, _, kind in rects] == ["supports", "supports", "contradicts"]
    ends = [end for x, width, _ in rects for end in (float(x), float(x) + float(width))]
    assert ends == pytest.approx([0, at[0], at[1], 100, at[2], at[3]], abs=0.011)
    hollow, mark = re.findall(r'<circle cx="([\d.]+)%"[^>]* class="(\w+)"', drawn)
    assert (hollow[1], mark[1]) == ("hollow", "mark")
    assert float(mark[0]) == pytest.approx(100 * 4.36 / 6.72, abs=0.006)
    assert threshold_strip({**metric, **dict.fromkeys(("central", "low", "high"), 0.0)}, "said")


def test_an_axis_of_logarithms_has_round_ticks() -> None:
    scale = Scale.over([0.02, 3000.0], "log")
    assert [scale.write(tick) for tick in scale.ticks] == ["0.1", "1", "10", "100", "1,000"]
    steps = [scale.at(10.0 * tick) - scale.at(tick) for tick in scale.ticks]
    assert steps == pytest.approx([steps[0]] * len(steps))
    assert [Scale.over([1.0, 30.0], "log").write(t) for t in (1.0, 2.0, 5.0)] == ["1", "2", "5"]
    wide = Scale.over([1e9, 1e26], "log")
    assert 4 <= len(wide.ticks) <= 10
    assert wide.write(1e12) == "10¹²"


@pytest.mark.parametrize(
    ("values", "expected"),
    [([90.0, 100.0], False), ([40.0, 100.0], True), ([-1.0, 1.0], True), ([-9.0, -4.0], True)],
)
def test_an_axis_holds_zero_if_it_is_near(values: list[float], expected: bool) -> None:
    assert (0.0 in Scale.over(values, "linear").ticks) is expected


def test_a_single_value_has_an_axis() -> None:
    for value in (0.0, -3.0, 7.0):
        for scale in ("linear", "log") if value > 0 else ("linear",):
            found = Scale.over([value], scale)
            assert found.ticks
            assert 0.0 <= found.at(value) <= 1.0


@pytest.mark.parametrize(
    ("value", "beside", "expected"),
    [
        (49898.2, [49898.2, 21900.0], "49,898"),
        (-0.01234, [0.5], "−0.012"),
        (0.0, [0.0], "0.00"),
        (3.2e26, [3.2e26], "3.2 × 10²⁶"),
        (2.1e-7, [2.1e-7], "2.1 × 10⁻⁷"),
        (None, [1.0], "–"),
    ],
)
def test_numbers_are_rounded_to_what_is_meant(
    value: float | None, beside: list[float | None], expected: str
) -> None:
    assert number(value, beside) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_says_the_same(
    answer: dict[str, Any], board: Board, language: Language
) -> None:
    from tradewind.claims.answer import stated

    claims = [stated(outcome.claim) for outcome in board.outcomes]
    console = Console(width=140, record=True, file=io.StringIO())
    print_list(claims, console, language)
    print_board(answer, console, language)
    print_claim(claims[1] | {"command": "again"}, console, language)
    text = console.export_text()
    for claim in answer["claims"]:
        assert text.count(claim["id"]) >= 2
        assert messages()[f"claims_verdict_{claim['verdict']}"][language] in text
    assert "64 / 31 / 5" in text
    assert "−18.6 … −2.6" in text
    assert "made up for a test" in text
    assert "…" not in text.replace(" … ", "")
