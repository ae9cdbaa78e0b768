"""With ``--json`` stdout is one JSON document, of every command; and what the help says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.door import knock, small_scenario, small_world

COMMANDS = (
    (),
    ("run",),
    ("backtest",),
    ("compare",),
    ("chokepoints",),
    ("claims", "list"),
    ("claims", "show"),
    ("claims", "run"),
    ("scenario", "list"),
    ("scenario", "show"),
    ("scenario", "check"),
    ("world", "show"),
    ("world", "check"),
    ("world", "build"),
    ("world", "import"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario on a small world, run once."""
    folder = tmp_path_factory.mktemp("json")
    assert knock("run", small_scenario(folder), "--static", "--out", folder / "out").code == 0
    return folder


def test_run(folder: Path, tmp_path: Path) -> None:
    answer = knock("run", folder / "small.yaml", "--static", "--out", tmp_path / "out", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json()
    assert set(found["economies"]) == {"CHN", "DEU", "ROW", "USA"}
    assert found["residual"] <= 1e-10
    assert found["base_year"] == 2014
    assert all(Path(path).is_file() for path in found["files"].values())
    for row in found["economies"].values():
        parts = sum(row["decomposition_percent"].values())
        assert parts == pytest.approx(row["real_income_percent"], abs=1e-4)


@pytest.mark.parametrize(
    "arguments",
    [
        ("scenario", "list"),
        ("scenario", "show", "small.yaml"),
        ("scenario", "check", "small.yaml"),
        ("scenario", "check", "small.yaml", "--language", "zh"),
        ("compare", "out", "out"),
        ("world", "show"),
        ("world", "show", "tariff"),
        ("world", "show", "gdp"),
        ("world", "show", "expenditure", "--world", "small.nc"),
        ("world", "check"),
    ],
    ids=" ".join,
)
def test_every_command(
    arguments: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    answer = knock(*arguments, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json()


def test_a_world_that_fails_its_checks_still_prints_them(tmp_path: Path) -> None:
    # It is made up: no added tariffs, elasticities may be below one, units without a meaning.
    world = small_world(tmp_path / "small.nc")
    answer = knock("world", "check", "--world", world, "--json")
    found = answer.json()
    failed = [check["name"] for check in found["checks"] if not check["passed"]]
    assert (answer.code == 2) == bool(failed)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_option_says_what_it_does(command: tuple[str, ...]) -> None:
    answer = knock(*command, "--help")
    assert (answer.code, answer.err) == (0, "")
    options = answer.out.split("Options:")[1].split("\n\n")[0].split("\n  --")[1:]
    assert options
    for option in options:
        said = option.split("  ", 1)
        assert len(said) == 2, option
        assert said[1].strip(), option
    assert command == () or "--json" in answer.out


def test_help_names_exit_codes_and_examples() -> None:
    assert "130" in knock("--help").out
    assert "no equilibrium" in knock("--help").out
    assert "tradewind run tariff-war-2018" in knock("run", "--help").out
    assert "tradewind compare runs/" in knock("compare", "--help").out


def test_the_version() -> None:
    answer = knock("--version")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("tradewind 0.")


def test_a_report_in_chinese(folder: Path, tmp_path: Path) -> None:
    answer = knock(
        "run", folder / "small.yaml", "--static", "--out", tmp_path / "out", "--language", "zh"
    )
    assert (answer.code, answer.err) == (0, "")
    assert "中国" in answer.out
    assert "已写入" in answer.out
