"""``tradewind claims``: listed, shown, run, refused, killed and gone on with."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.integration.door import assert_refused, knock
from tests.integration.test_cli_interrupted import POLITE, names, start
from tests.support.claims import TOYS, own_claim
from tradewind.run_folder import CLAIM_FILES

SLOW = """
import time

COST = 0.5

def prepare():
    return None

def measure(shared, values, *, null=False):
    if null:
        time.sleep({sleep})
    return {{"output_change": -9.0, "compute_moved": 100 * values["growth"]}}

def figure(shared, values):
    words = {{"en": "a", "zh": "b"}}
    return {{
        "kind": "bars", "title": words, "unit": "1", "note": words, "source": "made up",
        "x": {{"label": words, "unit": "", "values": ["p"]}},
        "series": [{{"label": words, "values": [1.0]}}],
    }}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of the toys, and what it printed."""
    out = tmp_path_factory.mktemp("claims") / "out"
    answer = knock("claims", "run", "--claims", TOYS, "--out", out)
    assert (answer.code, answer.err) == (0, "")
    (out.parent / "said").write_text(answer.out, encoding="utf-8")
    return out


def test_the_list_names_every_claim_in_both_forms() -> None:
    answer = knock("claims", "list", "--claims", TOYS)
    found = knock("claims", "list", "--claims", TOYS, "--json").json()
    assert (answer.code, answer.err) == (0, "")
    assert [one["id"] for one in found] == [
        "closer-together",
        "dear-power",
        "count-of-chips",
        "who-moves",
    ]
    lines = [line.split() for line in answer.out.splitlines() if "toy:" in line]
    assert [line[0] for line in lines] == [one["id"] for one in found]
    assert [one["testable"] for one in found] == [True, True, True, False]
    assert found[0]["metrics"][0]["contradicts"] == ">= 0"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_claim_is_shown_whole(language: str) -> None:
    shown = ("claims", "show", "dear-power", "--claims", TOYS)
    found = knock(*shown, "--json").json()
    answer = knock(*shown, "--language", language)
    assert (answer.code, answer.err) == (0, "")
    text = " ".join(answer.out.split())
    for key in ("statement", "experiment", "null"):
        assert found[key][language][:12] in text
    for part in (*found["metrics"], *found["parameters"]):
        assert part["label"][language] in text
    assert "≤ −5" in text
    assert found["command"] == f"tradewind claims run dear-power --claims {TOYS}"
    assert found["command"].split()[-2] in text


def test_a_run_prints_the_board_and_writes_the_folder(folder: Path) -> None:
    assert names(folder) == sorted(CLAIM_FILES)
    assert not folder.with_name("out.progress").exists()
    said = (folder.parent / "said").read_text(encoding="utf-8")
    assert "4 claims: 1 supported, 1 contradicted, 1 mixed, 1 not testable here." in said
    for name in CLAIM_FILES:
        assert f"  {name:<15} " in said


def test_the_answer_as_json(tmp_path: Path) -> None:
    options = ("--claims", TOYS, "--out", tmp_path / "out", "--quick", "--seed", "3", "--json")
    answer = knock("claims", "run", "count-of-chips", *options)
    found = answer.json()
    assert (answer.code, answer.err) == (0, "")
    assert set(found["files"]) == set(CLAIM_FILES)
    (claim,) = found["claims"]
    assert (claim["verdict"], claim["members"], claim["by_construction"]) == ("supported", 8, None)
    assert "--quick --seed 3" in claim["command"]


def test_refusals(folder: Path, tmp_path: Path) -> None:
    toys = ("--claims", TOYS)
    assert_refused(knock("claims", "show", "dear-pwer", *toys), "did you mean dear-power?")
    run = ("claims", "run", *toys)
    assert_refused(knock(*run, "no-such", "--out", tmp_path / "a"), "there is no such claim")
    assert_refused(knock(*run, "--out", folder), "exists already", "--force")
    assert_refused(knock(*run, "--quick", "--members", "9", "--out", tmp_path / "a"), "given twice")
    assert_refused(knock(*run, "--members", "3", "--out", tmp_path / "a"), "8 to 4096")
    assert_refused(knock("compare", folder, folder), "holds a board of claims")
    own_claim(
        tmp_path / "own", "own", "own_odd", SLOW.format(sleep=0).replace("compute_moved", "moved")
    )
    own = ("--claims", tmp_path / "own", "--out", tmp_path / "a")
    assert_refused(knock("claims", "run", *own), "does not name", "moved", "own_odd.measure()")
    assert names(tmp_path) == ["own"]


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    own, out = tmp_path / "own", tmp_path / "out"
    own_claim(own, "own", "own_slow", SLOW.format(sleep=60))
    command = ("claims", "run", "--claims", own, "--out", out, "--quick")
    watch = """
from tradewind.claims import store
real = store.Store.add

def add(self, key, answer):
    real(self, key, answer)
    print(len(self._known), flush=True)

store.Store.add = add
"""
    process = start(*command, before=watch)
    assert process.stdout is not None
    # The central run and eight members; the null run is the one that sleeps.
    for place in range(9):
        assert process.stdout.readline() == f"{place + 1}\n"
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    keep = tmp_path / "out.progress"
    assert process.returncode == POLITE["SIGTERM"]
    assert names(tmp_path) == ["out.progress", "own"]
    kept = keep.read_bytes().count(b"\n") - 1
    assert kept in (9, 10)
    assert err == (
        "tradewind: interrupted; no output was left half-written\n"
        f"tradewind: {kept} runs are kept in {keep}; the same command goes on from there\n"
    )
    # The experiment is another one now, so nothing of what was kept is taken.
    (own / "own_slow.py").write_text(SLOW.format(sleep=0), encoding="utf-8")
    answer = knock(*command)
    assert (answer.code, answer.err) == (0, "")
    assert names(tmp_path) == ["out", "own"]
    assert names(out) == sorted(CLAIM_FILES)
