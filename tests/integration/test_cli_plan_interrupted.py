"""A killed ``plan`` goes on where it was, to the same answer, and leaves nothing half-written."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.integration.door import assert_refused, knock
from tests.integration.test_cli_interrupted import POLITE, names, start
from tests.integration.test_cli_plan import SENSITIVE, scenario
from tests.support import fake_plans
from tradewind.plan_run import run as plan_run
from tradewind.run_folder import PLAN_FILES

SLOW_PLANS = """
import time
import pytest
from tests.support import fake_plans
from tradewind.plan_run import run

fake_plans.install(pytest.MonkeyPatch())
made = []

def slow(*arguments):
    made.append(arguments)
    if len(made) == {at}:
        print("half", flush=True)
        time.sleep(60)
    return fake_plans.made(*arguments)

run.solve_step = slow
"""


def run_to_the_end(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """Run in this process; how many plans were made."""
    made: list[object] = []

    def count(*given: object) -> object:
        made.append(given)
        return fake_plans.made(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        fake_plans.install(patch)
        patch.setattr(plan_run, "solve_step", count)
        answer = knock(*arguments)
    assert (answer.code, answer.err) == (0, "")
    return len(made)


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = scenario(tmp_path, SENSITIVE)
    out, keep = tmp_path / "out", tmp_path / "out.progress"
    command = ("plan", "--scenario", path, "--out", out)
    process = start(*command, before=SLOW_PLANS.format(at=3))
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGTERM)
    said, err = process.communicate(timeout=60)
    assert names(tmp_path) == ["out.progress", "small.yaml"]
    assert names(keep) == ["000.nc", "001.nc", "finished.jsonl"]
    assert (process.returncode, said) == (POLITE["SIGTERM"], "")
    assert err == (
        "tradewind: interrupted; no output was left half-written\n"
        f"tradewind: 2 plans are kept in {keep}; the same command goes on from there\n"
    )
    # A harder kill may tear a line, and leave a file that has no line yet.
    with (keep / "finished.jsonl").open("ab") as file:
        file.write(b'{"plan": "fre')
    (keep / "002.nc.partial").write_bytes(b"half")
    # Another question is refused, and what was kept stays.
    other = knock("plan", "--scenario", path, "--out", out, "--no-sensitivity", "--weeks", "1")
    assert_refused(other, "another question")
    assert run_to_the_end(monkeypatch, *command) == 1
    assert names(tmp_path) == ["out", "small.yaml"]
    assert names(out) == sorted(PLAN_FILES)
    straight = tmp_path / "straight"
    assert run_to_the_end(monkeypatch, *command[:-1], straight) == 3
    for file in ("cases.csv", "sites.csv", "members.csv"):
        assert (out / file).read_bytes() == (straight / file).read_bytes()


def test_one_long_plan_that_is_killed_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("plan", "--network", "europe", "--full-year", "--out", tmp_path / "out")
    process = start(*command, before=SLOW_PLANS.format(at=1))
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert err == "tradewind: interrupted; no output was left half-written\n"
    assert names(tmp_path) == []
    assert run_to_the_end(monkeypatch, *command) == 1
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["cases"]["plan"]["hours"] == "full year"


def test_force_starts_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = scenario(tmp_path, SENSITIVE)
    keep = tmp_path / "out.progress"
    keep.mkdir()
    (keep / "finished.jsonl").write_text('{"question": "another"}\n', encoding="utf-8")
    command = ("plan", "--scenario", path, "--out", tmp_path / "out")
    assert run_to_the_end(monkeypatch, *command, "--force") == 3
    assert names(tmp_path) == ["out", "small.yaml"]
