"""Finished plans are kept whole; what a kill tears is made again; what others wrote is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from tests.support.plan_sample import plan_sample
from tradewind.errors import OutputError
from tradewind.plan_run.store import RECORD, PlanStore

ONE, TWO = plan_sample(1), plan_sample(2)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with two plans."""
    store = PlanStore(tmp_path / "kept", "question")
    store.add("a", ONE)
    store.add("b@chips.price_percent=-30", TWO)
    return tmp_path / "kept"


def test_what_was_kept_comes_back(folder: Path) -> None:
    store = PlanStore(folder, "question")
    assert len(store) == 2
    for name, plan in (("a", ONE), ("b@chips.price_percent=-30", TWO)):
        found = store.get(name)
        assert found is not None
        xr.testing.assert_identical(found, plan)
    assert store.get("c") is None
    store.remove()
    assert not folder.exists()


def test_nothing_is_kept_without_a_folder() -> None:
    store = PlanStore(None, "question")
    store.add("a", ONE)
    assert (len(store), store.get("a")) == (0, None)
    store.remove()


def test_nothing_is_made_before_the_first_plan(tmp_path: Path) -> None:
    PlanStore(tmp_path / "kept", "question")
    assert names(tmp_path) == []


@pytest.mark.parametrize("torn", [b'{"plan": "c", "fi', b"{"])
def test_a_kill_tears_a_line_or_a_file(folder: Path, torn: bytes) -> None:
    with (folder / RECORD).open("ab") as file:
        file.write(torn)
    (folder / "002.nc.partial").write_bytes(b"half")
    (folder / "002.nc").write_bytes(b"whole, but its line was never written")
    store = PlanStore(folder, "question")
    assert len(store) == 2
    store.add("c", TWO)
    again = PlanStore(folder, "question")
    assert len(again) == 3
    found = again.get("c")
    assert found is not None
    xr.testing.assert_identical(found, TWO)


@pytest.mark.parametrize("content", [b"", b'{"questi'])
def test_a_kill_before_the_first_whole_line(tmp_path: Path, content: bytes) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / RECORD).write_bytes(content)
    store = PlanStore(kept, "question")
    store.add("a", ONE)
    assert len(PlanStore(kept, "question")) == 1


def test_another_question_is_refused_and_kept(folder: Path) -> None:
    before = names(folder)
    with pytest.raises(OutputError, match="another question"):
        PlanStore(folder, "other")
    assert names(folder) == before
    assert len(PlanStore(folder, "question")) == 2
    assert len(PlanStore(folder, "other", restart=True)) == 0
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("000.nc", b"short"), ("001.nc", None), (RECORD, b'{"plan": "a"}\n')],
)
def test_what_is_damaged_is_refused(folder: Path, name: str, content: bytes | None) -> None:
    path = folder / name
    if content is None:
        path.unlink()
    elif name == RECORD:
        path.write_bytes(path.read_bytes() + content)
    else:
        path.write_bytes(content)
    with pytest.raises(OutputError, match="damaged"):
        PlanStore(folder, "question")
    assert len(PlanStore(folder, "question", restart=True)) == 0


@pytest.mark.parametrize("restart", [False, True])
def test_a_place_that_holds_something_else_is_never_touched(tmp_path: Path, restart: bool) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.tex").write_text("mine")
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / RECORD).write_text('["no question"]\n')
    for place in (file, mine, strange):
        with pytest.raises(OutputError, match="something else"):
            PlanStore(place, "question", restart=restart)
    assert file.read_text() == "mine"
    assert names(mine) == ["thesis.tex"]
    assert names(strange) == [RECORD]


def test_a_full_disk_keeps_the_plans_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PlanStore(folder, "question")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(xr.Dataset, "to_netcdf", fail)
        with pytest.raises(OutputError, match="No space left"):
            store.add("c", ONE)
    assert len(PlanStore(folder, "question")) == 2
