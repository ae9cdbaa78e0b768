"""Chokepoints in the terminal: within 80 columns, nothing cut off, numbers as in the table."""

from __future__ import annotations

from typing import Literal

import pytest
import xarray as xr
from rich.cells import cell_len

from tests.unit.chokepoints_fixture import make_chokepoints
from tests.unit.report_fixture import FakeNames
from tests.unit.test_report_terminal import console, printed
from tradewind.report.chokepoints_rows import EXACT, PREDICTED, digits_of
from tradewind.report.chokepoints_tables import cuts_table
from tradewind.report.chokepoints_terminal import print_chokepoints
from tradewind.report.numbers import digits_for, plain

LANGUAGES: tuple[Literal["en"], Literal["zh"]] = ("en", "zh")


def print_it(
    outputs: xr.Dataset, language: Literal["en", "zh"] = "en", top: int = 8, width: int = 80
) -> str:
    target = console(width)
    print_chokepoints(outputs, FakeNames(), target, language, top)
    return printed(target)


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_and_cuts_nothing(language: Literal["en", "zh"], quick: bool, width: int) -> None:
    text = print_it(make_chokepoints(quick=quick), language, width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    assert str(2014 if quick else 2024) in text
    assert "4.2 × 10⁻¹³" in " ".join(text.split())


def test_rows_hold_the_numbers_of_the_table() -> None:
    text = print_it(make_chokepoints(), top=6)
    table = cuts_table(make_chokepoints(), "link", FakeNames()).head(6)
    losses = table[["severance_loss_percent", "predicted_loss_percent"]].to_numpy().ravel()
    digits = digits_for(losses, least=2)
    marks = {"mutual": "m", "one-sided": "o", "they lose more": "t", "": ""}
    lines = text.split("Links whose cut")[1].split("Sources whose loss")[0].splitlines()
    for place, row in table.iterrows():
        line = next(x for x in lines if x.lstrip().startswith(f"{place} {row['supplier']} "))
        words = line.split()
        assert plain(row["predicted_loss_percent"], digits) in words
        if row["status"] == "no equilibrium":
            assert "×" in words
            continue
        exact = words.index(plain(row["severance_loss_percent"], digits))
        assert words[exact + 2] == marks[row["mutual"]]
    assert not any(x.lstrip().startswith("7 ") for x in lines)


def test_prediction_and_exact_loss_are_written_alike() -> None:
    outputs = make_chokepoints()
    outputs["severance_loss"] *= 100.0
    table = cuts_table(outputs, "link", FakeNames()).head(6)
    digits = digits_of(table, [PREDICTED, EXACT])
    assert table["severance_loss_percent"].max() > 10 > 1 > table["predicted_loss_percent"].max()
    assert digits[PREDICTED.field] == digits[EXACT.field] == 3


def test_what_was_not_reckoned_has_no_column() -> None:
    full, quick = (print_it(make_chokepoints(quick=value)) for value in (False, True))
    for heading in ("Exact", "Theirs"):
        assert heading in full.split("Links whose cut")[1].split("─")[0]
        assert heading not in quick.split("Links whose cut")[1].split("─")[0]


def test_a_supplier_that_is_no_source_is_not_listed() -> None:
    outputs = make_chokepoints()
    sources = cuts_table(outputs, "sector", FakeNames())
    none = sources[sources["status"] == "no trade"]["supplier"]
    text = print_it(outputs, top=50).split("Sources whose loss")[1].split("USD bn: purchases")[0]
    assert len(none) == 1
    assert f" {none.iloc[0]} " not in text


def test_codes_are_spelt_out() -> None:
    text = " ".join(print_it(make_chokepoints(), top=3).split())
    for code in cuts_table(make_chokepoints(), "link", FakeNames()).head(3)["supplier"]:
        assert f"{code} Country {code}" in text


def test_names_are_printed_as_they_are() -> None:
    names = FakeNames()
    worst = cuts_table(make_chokepoints(), "supplier", names).iloc[0]["supplier"]
    names.economy_names[worst] = "Land [bold]"
    target = console(100)
    print_chokepoints(make_chokepoints(), names, target)
    assert "Land [bold]" in printed(target)
