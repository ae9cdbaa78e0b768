"""``tradewind pressure`` at the door: a ladder, a reason, a folder, and what is refused."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from tests.integration.door import assert_refused, knock
from tradewind.pressure import shipped
from tradewind.run_folder import PRESSURE_FILES

SPEC = """\
name: mine
title: My index
pillars:
  - name: all
    title: All
    indicators:
      - {name: patents, title: Patents, unit: "1", source: me, direction: up, reason: inventions}
      - {name: price, title: Power price, unit: USD, source: me, direction: down, reason: costs}
missing: mean
floor: 0.01
uncertainty:
  normalisation: [minmax, rank, zscore]
  aggregation: [arithmetic, geometric]
"""


@pytest.fixture
def mine(tmp_path: Path) -> tuple[Path, Path]:
    """A table of ten economies, one of them with a gap and one with nothing, and its index."""
    table, spec = tmp_path / "my.csv", tmp_path / "my.yaml"
    rows = ["economy,patents,price"]
    rows += [f"E{at},{100 - 9 * at},{0.1 + 0.02 * at}" for at in range(9)]
    rows[5] = "E4,,0.18"
    rows += ["E9,,"]
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    spec.write_text(SPEC + "coverage: {overall: 0.5, pillar: 0.5}\n", encoding="utf-8")
    return table, spec


def lines_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_an_index_of_ones_own(mine: tuple[Path, Path]) -> None:
    table, spec = mine
    given = ("pressure", "index", table, "--spec", spec, "--draws", "200")
    answer = knock(*given)
    assert answer.code == 0, answer.err
    assert "My index" in answer.out
    assert re.search(r"^\s+1\s+1\s+1–2\s+E0\s+1\.00", answer.out, re.M), answer.out
    assert "Not ranked, for want of data: 1." in answer.out
    found = knock(*given, "--json").json()
    assert [row["economy"] for row in found["economies"]][:2] == ["E0", "E1"]
    assert found["not_ranked"] == [{"economy": "E9", "coverage": 0.0}]
    assert found["history"] is None
    assert {row["source"] for row in found["what_moves_ranks"]} >= {"normalisation", "left_out"}
    assert knock(*given, "--json").json() == found


def test_a_folder_is_written_whole_and_can_be_read_back(
    mine: tuple[Path, Path], tmp_path: Path
) -> None:
    table, spec = mine
    out = tmp_path / "runs" / "mine"
    given = ("pressure", "index", table, "--spec", spec, "--draws", "100", "--out", out)
    answer = knock(*given)
    assert answer.code == 0, answer.err
    assert sorted(path.name for path in out.iterdir()) == sorted(PRESSURE_FILES)
    assert all(name in answer.out for name in PRESSURE_FILES)
    rows = lines_of(out / "pressure.csv")
    assert len(rows) == 9
    numbers = lines_of(out / "indicators.csv")
    assert len(numbers) == 18
    assert [row["economy"] for row in numbers if row["imputed"] == "True"] == ["E4"]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["specification"]["name"] == "mine"
    assert len(manifest["table_sha256"]) == 64
    outputs = xr.load_dataset(out / "pressure.nc", engine="h5netcdf")
    np.testing.assert_allclose(outputs["score"], [float(row["score"]) for row in rows])
    assert_refused(knock(*given), "exists already")
    assert knock(*given, "--force").code == 0
    assert_refused(knock("compare", out, out), "a ranking, not a run")


def test_why_an_economy_stands_there() -> None:
    given = ("pressure", "show", "kor", "--index", "pressure-speed", "--draws", "100")
    answer = knock(*given)
    assert answer.code == 0, answer.err
    assert answer.out.startswith("South Korea: Speed pressure, 2025")
    assert "Doublings of frontier training compute" in answer.out
    assert "Surely above it" in answer.out
    found = knock(*given, "--json").json()
    assert found["economy"] == "KOR"
    assert {row["indicator"] for row in found["indicators"]} == {
        "growth_per_policy_cycle",
        "government_effectiveness",
        "regulatory_quality",
    }
    assert all(row["source"] and row["reason"] for row in found["indicators"])


def test_the_list_names_every_index() -> None:
    answer = knock("pressure", "list")
    assert answer.code == 0
    assert [line.split()[0] for line in answer.out.splitlines()] == list(shipped())
    listed = knock("pressure", "list", "--json").json()
    assert {row["name"] for row in listed} == set(shipped())
    for row in listed:
        assert len(row["indicators"]) >= 3, row["name"]
        assert row["missing_data"], row["name"]


def test_what_is_refused(mine: tuple[Path, Path], tmp_path: Path) -> None:
    table, spec = mine
    speed = ("pressure", "show", "--index", "pressure-speed", "--draws", "100")
    assert_refused(knock(*speed, "XYZ"), "no such economy", "31 ranked economies")
    assert_refused(knock(*speed, "BRA"), "too little data", "BRA")
    assert_refused(knock("pressure", "--index", "strenght"), "did you mean strength")
    assert_refused(knock("pressure", "--index", "pressure-speed", "--year", "1999"), "2015 to 2025")
    assert_refused(knock("pressure", "--language", "fr", "--index", "pressure-speed"), "en or zh")
    text = table.read_text(encoding="utf-8").replace("0.12", "0,12")
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    bad = knock("pressure", "index", tmp_path / "bad.csv", "--spec", spec)
    assert_refused(bad, "line 3", "more or fewer cells")
    none = knock("pressure", "index", tmp_path / "none.csv", "--spec", spec)
    assert_refused(none, "cannot be read")
    assert_refused(knock("pressure", "index", table, "--spec", table), "holds no specification")
