"""Bad scenarios at the door: exit code 2 or 3, one message, nothing written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.door import SCENARIO, assert_refused, knock, small_scenario

HEAD = "name: small\ntitle: A test\nworld: {world}\n"


def shock(line: str, head: str = HEAD) -> str:
    """A scenario with one shock."""
    return f"{head}shocks:\n  - {{{{{line}}}}}\n"


def tariff(change: str = "percent: 25", link: str = "importer: USA, exporter: CHN") -> str:
    """A scenario with one tariff on vehicles."""
    return shock(f"type: tariff, mode: set, {link}, sector: C29, {change}")


@dataclass(frozen=True)
class Case:
    """A scenario file that must be refused, and what the message must say."""

    text: str
    said: tuple[str, ...]
    code: int = 2


LINK = "importer: USA, exporter: CHN, sector: C29"
CASES = {
    "syntax": Case("name: [small\n", ("small.yaml, line 2", "not YAML")),
    "tab": Case("name: small\n\ttitle: A\n", ("small.yaml, line 2", "tabs")),
    "empty": Case("", ("holds no scenario", "nothing")),
    "list": Case("- a\n- b\n", ("holds no scenario", "list")),
    "duplicate key": Case(HEAD + "title: Twice\nshocks: []\n", ("small.yaml, line 4", "title")),
    "unknown key": Case(HEAD + "closing: fixed\nshocks: []\n", ("closing", "closure")),
    "missing shocks": Case(HEAD, ("field shocks", "not given")),
    "unknown economy": Case(
        tariff(link="importer: USB, exporter: CHN"), ("shocks[0].importer", "USB", "USA")
    ),
    "unknown sector": Case(
        shock("type: ban, importer: USA, exporter: CHN, sector: C92"), ("shocks[0].sector", "C92")
    ),
    "unknown shock": Case(shock(f"type: tarrif, {LINK}"), ("shocks[0].type", "tarrif", "tariff")),
    "tariff of -100": Case(tariff("percent: -100"), ("shocks[0].percent", "-100", "more than")),
    "tariff of -250": Case(tariff("percent: -250"), ("shocks[0].percent", "-250", "more than")),
    "nan": Case(tariff("percent: .nan"), ("shocks[0].percent", "nan", "number")),
    "infinite": Case(tariff("percent: .inf"), ("shocks[0].percent", "inf", "ban")),
    "percent as text": Case(tariff("percent: 25%"), ("shocks[0].percent", "25%", "% sign")),
    "percent as list": Case(tariff("percent: [25]"), ("shocks[0].percent", "[25]")),
    "elasticity of zero": Case(
        HEAD + "elasticity_overrides: [{{sector: C29, trade_elasticity: 0}}]\nshocks: []\n",
        ("elasticity_overrides[0].trade_elasticity", "more than 0"),
    ),
    "negative elasticity": Case(
        HEAD + "elasticity_overrides: [{{sector: C29, trade_elasticity: -4}}]\nshocks: []\n",
        ("elasticity_overrides[0].trade_elasticity", "-4"),
    ),
    "elasticity set": Case(HEAD + "elasticity_set: fontaine\nshocks: []\n", ("fontaine",)),
    "negative sigma": Case(HEAD + "sigma_inputs: -1\nshocks: []\n", ("sigma_inputs", "-1")),
    "huge sigma": Case(
        HEAD + "sigma_final: 1e9\nshocks: []\n", ("line 4, field sigma_final", "100")
    ),
    "closure": Case(HEAD + "closure: ballanced\nshocks: []\n", ("closure", "balanced")),
    "no world": Case("name: a\ntitle: b\nworld: nowhere.nc\nshocks: []\n", ("nowhere.nc",)),
    "schedule of another world": Case(
        shock("type: tariff, mode: add, schedule: us_2025, importer: USA, exporter: all"),
        ("shocks[0].schedule", "us_2025"),
    ),
    "productivity of -100": Case(
        shock("type: productivity, kind: output, economy: USA, sector: C29, percent: -100"),
        ("shocks[0].percent", "more than -100"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_bad_scenario_is_refused(case: Case, tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path, case.text)
    before = sorted(tmp_path.iterdir())
    answer = knock("run", scenario, "--static", "--out", tmp_path / "out")
    assert_refused(answer, *case.said, code=case.code)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("us-tarifs-2026", "did you mean us-tariffs-2026"),
        ("electronics", "electronics-decoupling"),
        ("nowhere/mine.yaml", "nowhere/mine.yaml"),
        ("", "''"),
        ("a" * 300, "aaa"),
    ],
    ids=["near miss", "part of a name", "missing file", "empty", "too long"],
)
def test_a_scenario_that_is_not_there(name: str, said: str, tmp_path: Path) -> None:
    answer = knock("run", name, "--static", "--out", tmp_path / "out")
    if name:
        assert_refused(answer, said)
    else:
        assert_refused(answer)
    assert not list(tmp_path.iterdir())


def test_a_folder_in_place_of_a_scenario(tmp_path: Path) -> None:
    assert_refused(
        knock("run", tmp_path, "--static", "--out", tmp_path / "out"), str(tmp_path), "folder"
    )


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_bytes(b"name: \xff\xfe\x00")
    assert_refused(knock("run", file, "--static", "--out", tmp_path / "out"), str(file), "UTF-8")


def test_a_ban_that_leaves_a_buyer_without_any_supplier(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path, shock("type: ban, importer: USA, exporter: all, sector: B"))
    answer = knock("run", scenario, "--static", "--out", tmp_path / "out")
    assert_refused(answer, "USA is left without any supplier of B", str(scenario), code=3)
    assert not (tmp_path / "out").exists()


def test_balanced_trade_of_an_economy_that_may_not_export(tmp_path: Path) -> None:
    # It needs B from abroad and has nothing to pay for it.
    text = shock(
        "type: ban, importer: all, exporter: USA, sector: all", HEAD + "closure: balanced\n"
    )
    answer = knock("run", small_scenario(tmp_path, text), "--static", "--out", tmp_path / "out")
    assert_refused(answer, "no equilibrium", "USA", code=3)
    assert not (tmp_path / "out").exists()


def test_errors_as_json_stand_on_stderr_alone(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path, tariff("percent: -120"))
    answer = knock("run", scenario, "--static", "--out", tmp_path / "out", "--json")
    assert (answer.code, answer.out) == (2, "")
    told = json.loads(answer.err)
    assert told["error"] == "ScenarioError"
    assert told["exit_code"] == 2
    assert "shocks[0].percent" in told["where"]
    assert told["value"] == "-120"
    assert all(told[part] for part in ("problem", "bound", "remedy", "message"))


WRONG_USE = {
    "no such command": (("rum",), "did you mean 'run'"),
    "no such option": (("run", "--forse"), "--force"),
    "no such subcommand": (("world", "sho"), "show"),
    "two scenarios": (("run", "a", "b"), "unexpected extra argument"),
    "option without value": (("run", "--out"), "--out"),
    "seed that is no number": (("run", "--seed", "one"), "--seed"),
    "language": (("run", "--language", "xx"), "en or zh"),
    "language of compare": (("compare", "a", "b", "--language", "fr"), "en or zh"),
    "language of check": (("scenario", "check", "china-vehicles", "--language", "de"), "en or zh"),
    "one run to compare": (("compare", "a"), "argument 'b'"),
    "build without sources": (("world", "build", "--out", "w.nc"), "--sources"),
}


@pytest.mark.parametrize("case", WRONG_USE.values(), ids=WRONG_USE.keys())
def test_a_wrong_command_line_is_one_message(case: tuple[tuple[str, ...], str]) -> None:
    arguments, said = case
    answer = knock(*arguments)
    assert_refused(answer)
    assert said.lower() in answer.err.lower()


def test_a_bare_command_shows_its_help() -> None:
    for bare in ((), ("world",), ("scenario",)):
        answer = knock(*bare)
        assert answer.code == 2
        assert "Usage:" in answer.out
        assert answer.err == ""


def test_the_scenario_of_these_tests_is_good(tmp_path: Path) -> None:
    answer = knock("scenario", "check", small_scenario(tmp_path, SCENARIO))
    assert (answer.code, answer.err) == (0, "")
