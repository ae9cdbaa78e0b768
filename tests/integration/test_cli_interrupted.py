"""Killed at any moment, a run's folder is whole or not there; a reader who leaves is no failure."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.door import knock, small_scenario
from tradewind.run_folder import FILES, load_outputs

SLOW_WRITER = """
import sys, time, xarray

real = xarray.Dataset.to_netcdf

def slow(self, *arguments, **options):
    real(self, *arguments, **options)
    print("half", flush=True)
    time.sleep(60)

xarray.Dataset.to_netcdf = slow
"""
COMMAND = "from tradewind.cli import main; main()"
POLITE = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


def start(*arguments: str | Path, before: str = "") -> subprocess.Popen[str]:
    """Start the command line in another process."""
    return subprocess.Popen(
        [sys.executable, "-c", before + COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_listen,
    )


def _listen() -> None:
    """Hear the signals even where the tests themselves run without them."""
    for name in POLITE:
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", POLITE)
def test_a_polite_kill_leaves_nothing(name: str, tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    before = names(tmp_path)
    process = start("run", scenario, "--static", "--out", tmp_path / "out", before=SLOW_WRITER)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    assert ".out.partial" in names(tmp_path)
    process.send_signal(getattr(signal, name))
    out, err = process.communicate(timeout=30)
    assert process.returncode == POLITE[name]
    assert (out, err) == ("", "tradewind: interrupted; no output was left half-written\n")
    assert names(tmp_path) == before


def test_after_a_hard_kill_the_next_run_cleans_up(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    before = names(tmp_path)
    process = start("run", scenario, "--static", "--out", tmp_path / "out", before=SLOW_WRITER)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.kill()
    process.communicate(timeout=30)
    assert names(tmp_path) == sorted([*before, ".out.partial"])
    assert knock("run", scenario, "--static", "--out", tmp_path / "out").code == 0
    assert names(tmp_path) == sorted([*before, "out"])
    assert names(tmp_path / "out") == sorted(FILES)


def test_killed_at_any_moment_the_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    moments = random.Random(2)
    for _ in range(4):
        process = start("run", scenario, "--static", "--out", tmp_path / "out", "--force")
        time.sleep(moments.uniform(0.2, 3.5))
        process.kill()
        process.communicate(timeout=30)
        if (tmp_path / "out").exists():
            assert names(tmp_path / "out") == sorted(FILES)
            load_outputs(tmp_path / "out")
    assert knock("run", scenario, "--static", "--out", tmp_path / "out", "--force").code == 0
    assert [name for name in names(tmp_path) if name.startswith(".")] == []


def test_a_reader_who_has_seen_enough(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    process = start("run", scenario, "--static", "--out", tmp_path / "out")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) == 0
    assert said == ""
    assert names(tmp_path / "out") == sorted(FILES)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_answer_that_finds_no_room() -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-c", COMMAND, "scenario", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            check=False,
        )
    assert process.returncode == 2
    assert process.stderr.count("tradewind: ") == 1
    assert "No space left on device" in process.stderr
    assert "Traceback" not in process.stderr


def test_a_terminal_without_unicode(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    process = subprocess.run(
        [
            sys.executable,
            "-c",
            COMMAND,
            "run",
            str(scenario),
            "--static",
            "--out",
            str(tmp_path / "out"),
        ],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "NO_COLOR": "1"},
        timeout=60,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, b"")
    assert b"\x1b" not in process.stdout
