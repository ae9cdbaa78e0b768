"""Read text tables strictly: every refusal names the file, the line, the value and its bound.

The readers of single sources are built on these few functions, so that a truncated download,
a changed header, a NaN or a country list in another order ends in the same kind of message.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tradewind.errors import SourceError

FRESH_COPY = "download the file again, or run `tradewind world build` on an unchanged copy"


@dataclass(frozen=True)
class Citation:
    """Where figures come from: goes into the attributes of every variable made of them."""

    source: str
    licence: str


@dataclass(frozen=True)
class Row:
    """One line of a table with the place where it stands."""

    cells: Mapping[str, str]
    where: str

    def text(self, column: str) -> str:
        """Return a cell that must not be empty."""
        value = self.cells[column].strip()
        if not value:
            raise SourceError(
                "a cell is empty",
                where=f"{self.where}, column {column!r}",
                bound="a value",
                remedy=FRESH_COPY,
            )
        return value

    def number(self, column: str, *, low: float = -math.inf, high: float = math.inf) -> float:
        """Return a cell as a finite number between two bounds."""
        return to_number(self.text(column), f"{self.where}, column {column!r}", low=low, high=high)

    def is_missing(self, column: str) -> bool:
        """Whether the source leaves this cell empty or writes NaN."""
        return self.cells[column].strip().lower() in {"", "na", "nan"}


def to_number(token: str, where: str, *, low: float, high: float) -> float:
    """Turn one token into a finite number between ``low`` and ``high``, or refuse it."""
    try:
        value = float(token)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and low <= value <= high):
        raise SourceError(
            "a number is missing, not finite or out of bounds",
            where=where,
            value=token,
            bound=f"a finite number from {low:g} to {high:g}",
            remedy=FRESH_COPY,
        )
    return value


def require_file(path: Path) -> Path:
    """Return the path of a file that must exist and hold something."""
    if not path.is_file():
        raise SourceError(
            "a source file is missing",
            where=str(path),
            bound="the file to exist",
            remedy="let --sources be the folder of trade/, indicators/, compute/ and facts/",
        )
    if path.stat().st_size == 0:
        raise SourceError(
            "a source file is empty", where=str(path), value="0 bytes", remedy=FRESH_COPY
        )
    return path


def read_text(path: Path) -> str:
    """Read a text file as UTF-8, or refuse it."""
    try:
        return require_file(path).read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise SourceError(
            "a source file cannot be read as UTF-8 text",
            where=str(path),
            value=str(error),
            remedy=FRESH_COPY,
        ) from error


def read_matrix(
    path: Path,
    shape: tuple[int, int],
    *,
    low: float = -math.inf,
    high: float = math.inf,
) -> np.ndarray:
    """Read a matrix of numbers without labels, separated by commas or blanks.

    Parameters
    ----------
    path : Path
    shape : (rows, columns)
        What the description of the source promises.
    low, high : float
        Bounds on every entry.

    Returns
    -------
    numpy.ndarray : (rows, columns)

    Raises
    ------
    SourceError
        If lines, columns, or entries are not what was promised.
    """
    lines = [
        (number, line.replace(",", " ").split())
        for number, line in enumerate(read_text(path).splitlines(), start=1)
    ]
    lines = [(number, tokens) for number, tokens in lines if tokens]
    for number, tokens in lines:
        if len(tokens) != shape[1]:
            raise SourceError(
                "a line holds the wrong number of entries",
                where=f"{path}, line {number}",
                value=f"{len(tokens)} entries",
                bound=f"{shape[1]} entries",
                remedy=FRESH_COPY,
            )
    if len(lines) != shape[0]:
        raise SourceError(
            "a matrix has the wrong number of lines",
            where=str(path),
            value=f"{len(lines)} lines",
            bound=f"{shape[0]} lines",
            remedy=FRESH_COPY,
        )
    return np.array(
        [
            [
                to_number(token, f"{path}, line {number}, entry {position}", low=low, high=high)
                for position, token in enumerate(tokens, start=1)
            ]
            for number, tokens in lines
        ]
    )


def read_rows(path: Path, columns: Sequence[str]) -> list[Row]:
    """Read a comma-separated table whose header must hold the given columns in this order."""
    reader = csv.reader(read_text(path).splitlines())
    header = [name.strip() for name in next(reader, [])]
    if header != list(columns):
        raise SourceError(
            "a table's header is not the expected one",
            where=f"{path}, line 1",
            value=", ".join(header) or "nothing",
            bound=", ".join(columns),
            remedy=FRESH_COPY,
        )
    rows = []
    for cells in reader:
        if not cells:
            continue
        where = f"{path}, line {reader.line_num}"
        if len(cells) != len(header):
            raise SourceError(
                "a line holds the wrong number of cells",
                where=where,
                value=f"{len(cells)} cells",
                bound=f"{len(header)} cells",
                remedy=FRESH_COPY,
            )
        rows.append(Row(dict(zip(header, cells, strict=True)), where))
    return rows


def require_list(found: Sequence[str], expected: Sequence[str], where: str, what: str) -> None:
    """Refuse a list of labels that differs from the expected one, naming the first difference."""
    if list(found) == list(expected):
        return
    place = next(
        (i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b),
        min(len(found), len(expected)),
    )
    shown = found[place] if place < len(found) else "nothing"
    wanted = expected[place] if place < len(expected) else "nothing"
    raise SourceError(
        f"the list of {what} is not the one this reader knows",
        where=f"{where}, entry {place + 1}",
        value=f"{shown} ({len(found)} {what})",
        bound=f"{wanted} ({len(expected)} {what})",
        remedy=FRESH_COPY,
    )


def require_identity(error: float, bound: float, where: str, what: str) -> float:
    """Return the error of an accounting identity, or refuse the source if it is too large."""
    if not error <= bound:
        raise SourceError(
            f"an accounting identity of the source does not hold: {what}",
            where=where,
            value=f"{error:.3g}",
            bound=f"at most {bound:g}",
            remedy=FRESH_COPY,
        )
    return error


def fingerprint(paths: Iterable[Path]) -> str:
    """SHA-256 over the contents of files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda item: item.name):
        digest.update(require_file(path).read_bytes())
    return digest.hexdigest()
