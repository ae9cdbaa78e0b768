"""The terminal: aligned, complete, within 80 columns."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.unit.report_fixture import FakeNames, make_outputs
from tradewind.report import tables
from tradewind.report.numbers import income_digits, signed
from tradewind.report.terminal import print_compare, print_run


def console(width: int) -> Console:
    return Console(width=width, file=io.StringIO(), color_system=None, legacy_windows=False)


def printed(target: Console) -> str:
    assert isinstance(target.file, io.StringIO)
    return target.file.getvalue()


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_run_fits_and_cuts_nothing(width: int, language: str) -> None:
    outputs, names = make_outputs(), FakeNames()
    target = console(width)
    print_run(outputs, names, target, language)  # type: ignore[arg-type]
    text = printed(target)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    gains, losses = tables.winners_and_losers(outputs, names, 8)
    digits = income_digits([*gains["real_income_percent"], *losses["real_income_percent"]])
    for part in (gains, losses):
        for value in part["real_income_percent"]:
            assert signed(value, digits) in text
    for row in tables.relocation_table(outputs, 10).itertuples():
        assert signed(row.relocation_points, 2) in text
    assert text.count("2014") >= 3
    assert "4.2 × 10⁻¹³" in text


def test_compare_fits_and_names_both_runs() -> None:
    a, b = make_outputs(1), make_outputs(2)
    b.attrs["title"] = "Another title [with brackets]"
    target = console(80)
    print_compare(a, b, FakeNames(), target)
    text = printed(target)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "Another title [with brackets]" in text
    assert "US tariffs of 2025–26" in text
    assert "B − A" in text
    assert text.count("10⁻¹³") == 2


def test_names_are_printed_as_they_are() -> None:
    """Rich reads [square brackets] as markup; a name must not vanish that way."""
    names = FakeNames()
    names.economy_names["USA"] = "United States [bold]"
    names.sector_names["C29"] = "Vehicles [/red]"
    target = console(100)
    print_run(make_outputs(), names, target)
    assert "United States [bold]" in printed(target)


def test_an_empty_line_stands_before_each_table_and_the_last_line() -> None:
    target = console(80)
    print_run(make_outputs(), FakeNames(), target)
    lines = printed(target).splitlines()
    heads = ("Winners and losers", "The largest shifts", "Bilateral flows", "Largest relative")
    for head in heads:
        place = next(number for number, line in enumerate(lines) if line.startswith(head))
        assert lines[place - 1].strip() == "", head
        assert lines[place - 2].strip() != "", head


def test_a_run_without_change_says_so_and_lists_nothing() -> None:
    outputs = make_outputs()
    outputs["real_income_hat"][:] = 1.0 + 1e-15
    outputs["relocation"][:] = -1e-15
    outputs["trade"] = outputs["trade_baseline"]
    target = console(80)
    print_run(outputs, FakeNames(), target)
    text = printed(target)
    assert "Nothing changes" in text
    assert "0.00" not in text
    assert "Country" not in text
    print_compare(outputs, outputs, FakeNames(), target)
