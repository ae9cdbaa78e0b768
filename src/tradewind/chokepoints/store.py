"""Results of a long job, kept line by line, so that a killed job goes on where it was.

The file's first line says which question it belongs to; then one line a result. A line that was
torn by the kill is dropped and solved again. The file is its owner's to remove once the results
stand elsewhere.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TextIO

from tradewind.errors import OutputError


class Loss(NamedTuple):
    """What a cut costs both sides, as log changes of real income; NaN without an equilibrium."""

    own: float
    other: float
    residual: float


class Store:
    """Results by the cut's name.

    Parameters
    ----------
    path : Path, optional
        Where they are kept; nowhere if left out.
    question : str
        Fingerprint of everything the results depend on.
    restart : bool
        Whether results of another question are thrown away.

    Raises
    ------
    OutputError
        If the file holds results of another question and ``restart`` is false.
    """

    def __init__(self, path: Path | None, question: str, *, restart: bool = False) -> None:
        self.path, self.question = path, question
        self.known: dict[str, Loss] = {}
        self._file: TextIO | None = None
        if path is not None and path.exists():
            self._read(path, restart)

    def _read(self, path: Path, restart: bool) -> None:
        lines = path.read_text(encoding="utf-8").split("\n")
        # What follows the last line break is empty, or a line that was never finished.
        whole = lines[:-1]
        if not whole:
            return
        if _question_of(whole[0]) != self.question:
            if restart:
                path.unlink()
                return
            raise OutputError(
                "an unfinished job of another question is kept there",
                where=str(path),
                value=f"{len(whole) - 1} results",
                bound="results of this question: same world, parameters and version",
                remedy="--force to start afresh, --out for another place, or remove the file",
            )
        for line in whole[1:]:
            name, *numbers = json.loads(line)
            self.known[name] = Loss(*(float("nan") if x is None else float(x) for x in numbers))

    def __enter__(self) -> Store:
        """Open the file to add to it; what was read stands, a torn end is cut off."""
        if self.path is None:
            return self
        self.path.parent.mkdir(parents=True, exist_ok=True)
        kept = [json.dumps({"question": self.question})]
        kept += [_line(name, loss) for name, loss in self.known.items()]
        # Beside it first: a kill in between must not lose what was there.
        beside = self.path.with_name(self.path.name + ".new")
        beside.write_text("\n".join(kept) + "\n", encoding="utf-8")
        os.replace(beside, self.path)
        self._file = self.path.open("a", encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close the file; it stays until `done`."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(self, name: str, loss: Loss) -> None:
        """Keep a result."""
        self.known[name] = loss
        if self._file is not None:
            self._file.write(_line(name, loss) + "\n")
            self._file.flush()


def _line(name: str, loss: Loss) -> str:
    return json.dumps([name, *(None if number != number else number for number in loss)])


def _question_of(line: str) -> object:
    try:
        head = json.loads(line)
    except json.JSONDecodeError:
        return None
    return head.get("question") if isinstance(head, dict) else None
