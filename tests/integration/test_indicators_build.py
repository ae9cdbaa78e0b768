"""The shipped indicators are what the raw sources give, and the command makes them."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

import tradewind.world
from tests.integration.door import assert_refused, knock
from tests.support import indicator_sources
from tradewind.errors import OutputError
from tradewind.world import World, compute_build, indicators
from tradewind.world.indicators import GROUPS, PUBLISHED, RANGES, RECORD, VALUES

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "data"
SHIPPED = Path(str(files("tradewind.world").joinpath("data", "indicators")))
TABLES = (*(f"{VALUES}_{group}.csv" for group in GROUPS), RANGES, PUBLISHED)


@pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the raw sources are not beside the repository (../shared/data)"
)
def test_the_shipped_tables_are_what_the_sources_give(tmp_path: Path) -> None:
    steps: list[str] = []
    built = indicators.build(SOURCES, tmp_path, report=steps.append)
    assert len(steps) == len(GROUPS) + 1
    for name in TABLES:
        pd.testing.assert_frame_equal(
            pd.read_csv(tmp_path / name), pd.read_csv(SHIPPED / name), rtol=1e-4
        )
    shipped = json.loads((SHIPPED / RECORD).read_text(encoding="utf-8"))
    assert built.record["sources_sha256"] == shipped["sources_sha256"]
    for group, found in shipped["measured"].items():
        assert built.record["measured"][group] == pytest.approx(found, rel=1e-6)


class Unwritten:
    """Tables of chips that are not written: they have their own test."""

    def write(self, folder: Path, *, force: bool) -> Path:
        return folder


def test_the_command_builds_the_indicators_beside_a_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The trade table has its own test; balancing and rolling it would take a minute here.
    monkeypatch.setattr(tradewind.world, "build", lambda *_, **__: World.default())
    monkeypatch.setattr(compute_build, "build_compute", lambda *_, **__: Unwritten())
    sources = indicator_sources.write_all(tmp_path / "sources")
    answer = knock(
        *("world", "build", "--sources", sources, "--out", tmp_path / "w.nc"),
        *("--indicators", tmp_path / "tables", "--json"),
    )
    assert answer.code == 0, answer.err
    assert answer.json()["world"]["economies"] == 44
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {*TABLES, RECORD}
    assert indicators.read_folder(tmp_path / "tables").values.sizes["economy"] == 177


def test_tables_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    sources = indicator_sources.write_all(tmp_path / "sources")
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(OutputError, match="could not be written"):
        indicators.build(sources, tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_the_check_of_the_shipped_world_covers_its_indicators(tmp_path: Path) -> None:
    names = {row["name"] for row in knock("world", "check", "--json").json()["checks"]}
    assert {"indicator bounds", "robots", "indicators per head"} <= names
    World.default().save(tmp_path / "own.nc")
    own = knock("world", "check", "--world", tmp_path / "own.nc", "--json").json()["checks"]
    assert "indicator bounds" not in {row["name"] for row in own}


def test_the_indicators_are_listed(tmp_path: Path) -> None:
    listed = knock("world", "show", "indicators")
    assert listed.code == 0
    for word in ("rd_intensity", "percent", "CC BY 4.0", "2015-2024", "130"):
        assert word in listed.out
    rows = knock("world", "show", "indicators", "--json").json()["indicators"]
    assert len(rows) == 72
    assert all(row["source"] and row["licence"] for row in rows)
    assert_refused(knock("world", "show", "indicator"), "indicator")
