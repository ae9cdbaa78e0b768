"""The table of closures and elasticities in docs/limits.md is what the model gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tradewind.runs import run
from tradewind.scenario import Scenario
from tradewind.world import World

PAGE = Path(__file__).resolve().parents[2] / "docs" / "limits.md"
ROW = re.compile(r"\| (fixed|proportional|balanced), `(\w+)`[^|]*\|(.+)\|")
ECONOMIES = ["USA", "CHN", "CAN", "IRL", "LUX"]


@pytest.mark.parametrize("row", ROW.findall(PAGE.read_text(encoding="utf-8")))
def test_row(row: tuple[str, str, str]) -> None:
    closure, elasticities, printed = row
    changed = {"closure": closure, "elasticity_set": elasticities}
    scenario = Scenario.from_yaml("us-tariffs-2026").model_copy(update=changed)
    percent = 100.0 * (run(World.default(), scenario).trade.real_income_hat - 1.0)
    figures = [float(cell.replace("−", "-")) for cell in printed.split("|")]
    assert len(figures) == len(ECONOMIES)
    for economy, figure in zip(ECONOMIES, figures, strict=True):
        assert percent.sel(economy=economy).item() == pytest.approx(figure, abs=0.005)


def test_all_four_rows_are_read() -> None:
    assert len(ROW.findall(PAGE.read_text(encoding="utf-8"))) == 4
