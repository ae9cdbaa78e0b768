"""What a report says of the year of its world, in both languages."""

from __future__ import annotations

import json
from typing import Literal

import pytest
import xarray as xr
from rich.cells import cell_len

from tests.unit.report_fixture import MANIFEST, PROVENANCE, WORDS, FakeNames, make_outputs
from tests.unit.test_report_html import Page, no_faults, nothing_loaded, rounded
from tests.unit.test_report_terminal import console, printed
from tradewind.errors import InputError
from tradewind.report.compare import check_comparable, render_compare
from tradewind.report.dated import MEASURES, base, held_out, is_rolled, money_year, texts
from tradewind.report.html import render
from tradewind.report.language import Catalogue
from tradewind.report.terminal import print_compare, print_run
from tradewind.world import held_out as facts

LANGUAGES: tuple[Literal["en", "zh"], ...] = ("en", "zh")


def rolled() -> xr.Dataset:
    """Outputs of a run on a world rolled forward to 2021."""
    outputs = make_outputs()
    lines = [facts.Comparison(name, 2024, 0.02, 0.01) for name in facts.MEASURES[:-1]]
    lines.append(facts.Comparison(facts.MEASURES[-1], 2024, 0.01, 0.02))
    outputs.attrs |= {"year": 2021, "held_out": facts.to_text(lines)}
    return outputs


def test_every_measure_has_words() -> None:
    assert tuple(MEASURES) == facts.MEASURES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_base_names_one_year_or_two(language: Literal["en", "zh"]) -> None:
    words = Catalogue(language, FakeNames())
    plain = make_outputs()
    assert not is_rolled(plain)
    assert money_year(plain) == 2014
    assert "2014" in base(plain, words)
    assert held_out(plain, words) == []
    assert texts(plain, words)["held_out_note"] == ""
    both = base(rolled(), words)
    assert "2014" in both
    assert both.count("2021") == 2
    lines = held_out(rolled(), words)
    assert [(line["table"], line["rolled"]) for line in lines] == [("2.00", "1.00")] * 3 + [
        ("1.00", "2.00")
    ]
    assert len({line["verdict"] for line in lines[:3]}) == 1
    assert lines[-1]["verdict"] != lines[0]["verdict"]
    assert all("2024" in line["measure"] for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_rolled_world_is_well_formed(language: Literal["en", "zh"]) -> None:
    text = render(rolled(), FakeNames(), WORDS, PROVENANCE, MANIFEST, language)
    page = Page(text)
    no_faults(text, page)
    nothing_loaded(text, page)
    rounded(page)
    assert 'id="held-out"' in text
    limits = text.split('id="limits"')[1].split("</section>")[0]
    assert "2021" in limits
    assert "2014" in limits


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_of_a_rolled_world_fits(language: Literal["en", "zh"]) -> None:
    target = console(80)
    print_run(rolled(), FakeNames(), target, language)
    text = printed(target)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert text.count("2021") >= 4


def test_two_years_of_one_table_can_be_compared_and_two_tables_cannot() -> None:
    a, b = make_outputs(), rolled()
    check_comparable(a, b)
    target = console(80)
    print_compare(a, b, FakeNames(), target)
    text = " ".join(printed(target).split())
    assert "Year of the world: 2014 in A; 2021 in B." in text
    page = render_compare(a, b, FakeNames(), (MANIFEST, MANIFEST))
    assert "A: Base year 2014; B: Table of 2014 rolled forward to 2021, USD of 2021." in page
    b.attrs["base_year"] = 2017
    with pytest.raises(InputError, match="different base years"):
        check_comparable(a, b)


def test_a_record_is_read_as_it_was_written() -> None:
    lines = [facts.Comparison("us_imports", 2024, 0.1, 0.2)]
    assert facts.from_text(facts.to_text(lines)) == lines
    assert facts.from_text("") == []
    assert json.loads(facts.to_text(lines))[0]["rolled"] == 0.2
