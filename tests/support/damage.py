"""Damages to a source file, and what a refusal must say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.world_sources import with_change
from tradewind.errors import SourceError


def line(number: int, edit: Callable[[str], str]) -> Callable[[str], str]:
    """Edit one line, counted from one."""

    def change(text: str) -> str:
        lines = text.splitlines()
        lines[number - 1] = edit(lines[number - 1])
        return "\n".join(lines) + "\n"

    return change


def cell(number: int, place: int, value: str) -> Callable[[str], str]:
    """Replace one entry of one line, both counted from one."""

    def edit(text: str) -> str:
        separator = "," if "," in text else " "
        cells = text.split(separator)
        cells[place - 1] = value
        return separator.join(cells)

    return line(number, edit)


def drop(number: int) -> Callable[[str], str]:
    """Leave out one line, counted from one (or from the end if negative)."""

    def change(text: str) -> str:
        lines = text.splitlines()
        del lines[number - 1 if number > 0 else number]
        return "\n".join(lines) + "\n"

    return change


def half(text: str) -> str:
    """Cut a file in the middle of a line, as a broken download does."""
    return text[: len(text) // 2 - 3]


@dataclass(frozen=True)
class Bad:
    """One damage to one file, and what the message must say."""

    reader: Callable[[Path], object]
    file: str
    change: Callable[[str], str] | None
    says: tuple[str, ...]


def assert_refused(bad: Bad, pristine: Path, copy: Path) -> None:
    """Read a damaged copy of the sources: the message must name what is wrong, and where."""
    damaged = with_change(pristine, copy, bad.file, bad.change)
    with pytest.raises(SourceError) as caught:
        bad.reader(damaged)
    assert caught.value.exit_code == 2
    assert caught.value.where is not None
    for phrase in bad.says:
        assert phrase in str(caught.value)
