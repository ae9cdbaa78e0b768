"""Refusals read alike: the first line starts in lower case and has no full stop."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tradewind

PACKAGE = Path(tradewind.__file__).parent
ROOMS = ("world", "scenario", "report")
NAMES = ("GTAP", "UTF-8", "YAML")
"""Proper names that keep their capitals at the start of a message."""


def first_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of what is wrong, of each error that a file raises with a text of its own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        raised = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = 1 if raised == "refusal" and len(node.args) > 1 else 0
        if raised.endswith("Error") or raised == "refusal":
            said = node.args[place]
            if isinstance(said, ast.Constant | ast.JoinedStr):
                yield said.lineno, text(said).split("\n")[0]


def text(said: ast.Constant | ast.JoinedStr) -> str:
    """The text of a string, an ellipsis where a value will stand."""
    if isinstance(said, ast.Constant):
        return str(said.value)
    return "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in said.values)


@pytest.mark.parametrize("room", ROOMS)
def test_the_first_line_of_a_refusal(room: str) -> None:
    found = [
        (f"{path.relative_to(PACKAGE)}:{line}", said)
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for line, said in first_lines(path)
    ]
    assert len(found) >= 5
    odd = [
        f"{where}: {said}"
        for where, said in found
        if said.endswith(".") or (said[0].isupper() and not said.startswith(NAMES))
    ]
    assert odd == []
