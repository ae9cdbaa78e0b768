"""A killed ``chokepoints --all`` goes on where it was, to the same answer."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.integration.door import Answer, knock, small_world
from tests.integration.test_cli_interrupted import POLITE, names, start
from tradewind.chokepoint_run import ChokepointRun
from tradewind.chokepoints import job
from tradewind.chokepoints.cuts import Cut
from tradewind.chokepoints.store import Loss
from tradewind.run_folder import CHOKEPOINT_FILES
from tradewind.trade.severance import Severance

SLOW_CUTS = """
import time
from tradewind.chokepoint_run import ChokepointRun
from tradewind.chokepoints import job

real, made = job._cut, []

def slow(engine, cut):
    made.append(cut)
    if len(made) == 25:
        print("half", flush=True)
    # From then on too slow to end by itself, but not for the cuts under way to be waited for.
    time.sleep(0.5 if len(made) >= 25 else 0.0)
    return real(engine, cut)

job._cut = slow
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_world(tmp_path_factory.mktemp("world") / "small.nc")


@pytest.fixture(scope="module")
def straight(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same question, answered without a break."""
    out = tmp_path_factory.mktemp("straight") / "out"
    assert knock(*command(world, out)).code == 0
    return out


def command(world: Path, out: Path, *more: str) -> list[str | Path]:
    asked = ["chokepoints", "--economy", "DEU", "--horizon", "long", "--all"]
    return [*asked, "--world", world, "--out", out, *more]


def counted(
    monkeypatch: pytest.MonkeyPatch, world: Path, out: Path, *more: str
) -> tuple[Answer, list[Cut]]:
    """Run to the end in this process; what was cut."""
    made, lock, real = [], threading.Lock(), job._cut

    def count(engine: Severance, cut: Cut) -> Loss:
        with lock:
            made.append(cut)
        return real(engine, cut)

    with monkeypatch.context() as patch:
        patch.setattr(job, "_cut", count)
        answer = knock(*command(world, out, *more))
    return answer, made


def told(folder: Path) -> Any:
    return json.loads((folder / "chokepoints.json").read_text(encoding="utf-8"))


def assert_same(one: object, two: object, at: str = "") -> None:
    """The same words, and the same numbers to 1e-12."""
    if isinstance(one, dict):
        assert isinstance(two, dict)
        assert list(one) == list(two), at
        for key, value in one.items():
            assert_same(value, two[key], f"{at}.{key}")
    elif isinstance(one, list):
        assert isinstance(two, list)
        assert len(one) == len(two), at
        for place, (a, b) in enumerate(zip(one, two, strict=True)):
            assert_same(a, b, f"{at}[{place}]")
    elif isinstance(one, float):
        assert two == pytest.approx(one, rel=1e-12, abs=1e-12), at
    else:
        assert one == two, at


@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_a_killed_job_goes_on_where_it_was(
    name: str, world: Path, straight: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, keep = tmp_path / "out", tmp_path / "out.progress"
    process = start(*command(world, out), before=SLOW_CUTS)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(getattr(signal, name))
    said, err = process.communicate(timeout=30)
    assert names(tmp_path) == ["out.progress"]
    kept = len(keep.read_text(encoding="utf-8").splitlines()) - 1
    assert kept >= 20
    assert said == ""
    if name == "SIGKILL":
        assert (process.returncode, err) == (-signal.SIGKILL, "")
    else:
        assert process.returncode == POLITE[name]
        assert err == (
            "tradewind: interrupted; no output was left half-written\n"
            f"tradewind: {kept} cuts are kept in {keep}; the same command goes on from there\n"
        )
    # A kill may tear the last line, and leave a copy that was not yet in its place.
    with keep.open("ab") as file:
        file.write(b'["main:link:DEU:CHN:')
    (tmp_path / "out.progress.new").write_text('{"quest')
    answer, made = counted(monkeypatch, world, out)
    assert (answer.code, answer.err) == (0, "")
    assert names(tmp_path) == ["out"]
    assert names(out) == sorted(CHOKEPOINT_FILES)
    one, two = told(straight), told(out)
    every = one["question"]["severances"]
    # What was kept is not solved again, and all the rest is.
    assert len(made) == every - kept
    assert every > kept
    assert_same(one, two)
    assert np.isfinite([cut["severance_loss_percent"] for cut in one["cuts"]]).any()


@pytest.mark.parametrize("stopped", [True, False])
def test_a_signal_that_meets_compiled_code(
    stopped: bool, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numba turns an exit in the middle of its work into a SystemError, with the exit as cause."""

    def compiled(*_: object) -> None:
        raise SystemError("returned a result with an exception set") from (
            SystemExit(143) if stopped else ValueError()
        )

    monkeypatch.setattr(job, "_cut", compiled)
    if stopped:
        assert knock(*command(world, tmp_path / "out")).code == 143
        return
    with pytest.raises(SystemError):
        knock(*command(world, tmp_path / "out"))


def test_killed_before_the_first_cut_nothing_is_left(world: Path, tmp_path: Path) -> None:
    before = """
import time
from tradewind.trade import gradient as real
from tradewind.chokepoints import analysis

def slow(*arguments):
    print("half", flush=True)
    time.sleep(60)

analysis.gradient = slow
"""
    process = start(*command(world, tmp_path / "out"), before=before)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 143
    assert err == "tradewind: interrupted; no output was left half-written\n"
    assert names(tmp_path) == []


def test_a_kept_job_of_another_horizon_is_not_taken_for_this_one(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that a result depends on makes it another question; the number of cuts does not."""
    out, keep = tmp_path / "out", tmp_path / "out.progress"

    asked = ["--world", str(world), "--economy", "DEU", "--out", str(out)]

    class Enough(Exception):
        pass

    def stop(*_: object, **__: object) -> None:
        raise Enough

    def interrupted(*more: str) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(ChokepointRun, "save", stop)
            with pytest.raises(Enough):
                knock("chokepoints", *asked, *more)

    def refused(*more: str) -> bool:
        answer = knock("chokepoints", *asked, *more)
        if answer.code == 0:
            for path in out.iterdir():
                path.unlink()
            out.rmdir()
        else:
            assert "another question" in answer.err
        return answer.code == 2

    interrupted("--top", "2")
    kept = keep.read_bytes()
    for more in (
        ("--horizon", "long"),
        ("--horizon-years", "1"),
        ("--closure", "balanced"),
        ("--closure", "proportional"),
        ("--all",),
    ):
        assert refused("--top", "2", *more), more
        assert keep.read_bytes() == kept
    assert not refused("--top", "3")
    assert not keep.exists()
    interrupted("--top", "2")
    assert not refused("--by", "supplier", "--horizon-years", "0")
