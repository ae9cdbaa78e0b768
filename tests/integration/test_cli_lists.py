"""What may be named in a scenario is listed, and odd tariffs are noted but run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.door import ECONOMIES, SCENARIO, SECTORS, knock, small_scenario, small_world
from tradewind.scenario.groups import groups


@pytest.mark.parametrize(("kind", "codes"), [("economies", ECONOMIES), ("sectors", SECTORS)])
def test_labels_of_a_world(tmp_path: Path, kind: str, codes: list[str]) -> None:
    world = small_world(tmp_path / "small.nc")
    lines = knock("world", "show", kind, "--world", world).out.splitlines()
    rows = knock("world", "show", kind, "--world", world, "--json").json()
    assert [row["code"] for row in rows] == [line.split()[0] for line in lines] == codes
    assert all(row["name"] and row["name"] in line for row, line in zip(rows, lines, strict=True))


def test_the_shipped_labels_have_names() -> None:
    assert "DEU  Germany" in knock("world", "show", "economies").out
    assert any(
        row["code"] == "C28,C33" for row in knock("world", "show", "sectors", "--json").json()
    )


def test_groups_with_members_and_sources() -> None:
    answer, found = knock("scenario", "groups"), knock("scenario", "groups", "--json").json()
    assert (answer.code, answer.err) == (0, "")
    for kind in ("economies", "sectors"):
        assert [row["name"] for row in found[kind]] == list(groups(kind))
        for row in found[kind]:
            group = groups(kind)[row["name"]]
            assert row["members"] == list(group.members)
            assert row["source"] == group.source
            assert group.source in answer.out
    assert "EU27 (or EU)" in answer.out
    assert '"C28,C33"' in answer.out


@pytest.mark.parametrize(
    ("percent", "said"),
    [("0.35", "0.35 is 0.35 percent, not 35"), ("250", "250 is 250 percent"), ("25", None)],
)
@pytest.mark.parametrize("command", ["check", "run"])
def test_an_odd_tariff_is_noted(
    tmp_path: Path, percent: str, said: str | None, command: str
) -> None:
    file = small_scenario(tmp_path, SCENARIO.replace("percent: 25", f"percent: {percent}"))
    words: list[str | Path] = ["scenario", "check", file]
    if command == "run":
        words = ["run", file, "--static", "--out", tmp_path / "out"]
    answer = knock(*words)
    assert answer.code == 0
    assert answer.out
    if said is None:
        assert answer.err == ""
    else:
        assert answer.err.startswith(f"note: {said} (")
        assert "shocks[0].percent" in answer.err
    assert knock(*words, "--json", *(["--force"] if command == "run" else [])).err == ""
