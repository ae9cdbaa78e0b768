"""Results of a long job, kept line by line, so that a killed job goes on where it was.

The file's first line says which question it belongs to; then one line a result. A line that was
torn by the kill is dropped and solved again; any other line that is no result means that somebody
else wrote in the file, which is then refused. The file is its owner's to remove once the results
stand elsewhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, NoReturn, TextIO

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
        Whether results of another question, or damaged ones, are thrown away.

    Raises
    ------
    OutputError
        If the file is no such store, cannot be read, or holds damaged results or those of another
        question while ``restart`` is false.
    """

    def __init__(self, path: Path | None, question: str, *, restart: bool = False) -> None:
        self.path, self.question = path, question
        self.known: dict[str, Loss] = {}
        self._file: TextIO | None = None
        if path is not None and path.exists():
            self._read(path, restart)

    def _read(self, path: Path, restart: bool) -> None:
        with _refusing(path):
            content = path.read_bytes()
        if not content:
            return
        # What follows the last line break is empty, or a line that was never finished.
        head, *whole = content.split(b"\n")[:-1] or [b""]
        question = _question_of(head)
        if question is None:
            raise OutputError(
                "the file for results of an unfinished job holds something else",
                where=str(path),
                value=repr(content[:40].decode(errors="replace")),
                bound="a file that an unfinished job has left",
                remedy="--out for another place, or move the file away",
            )
        if question == self.question:
            found = [_loss_of(line) for line in whole]
            damaged = [place for place, pair in enumerate(found) if pair is None]
            if not damaged:
                self.known = dict(pair for pair in found if pair is not None)
            elif not restart:
                _refuse_damaged(path, damaged[0], whole)
        elif not restart:
            raise OutputError(
                "an unfinished job of another question is kept there",
                where=str(path),
                value=f"{len(whole)} results",
                bound="results of this question: same world, parameters and version",
                remedy="--force to start afresh, --out for another place, or remove the file",
            )

    def __enter__(self) -> Store:
        """Open the file to add to it; what was read stands, a torn end is cut off."""
        if self.path is None:
            return self
        kept = [json.dumps({"question": self.question})]
        kept += [_line(name, loss) for name, loss in self.known.items()]
        # Beside it first: a kill in between must not lose what was there.
        beside = self.path.with_name(self.path.name + ".new")
        with _refusing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
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
            # Every line has been flushed; what a full disk refused is refused again here.
            with suppress(OSError):
                self._file.close()
            self._file = None

    def add(self, name: str, loss: Loss) -> None:
        """Keep a result.

        Raises
        ------
        OutputError
            If the file cannot be written; the results before stay in it.
        """
        self.known[name] = loss
        if self.path is not None and self._file is not None:
            with _refusing(self.path):
                self._file.write(_line(name, loss) + "\n")
                self._file.flush()


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn the system's errors, which may not name the file, into one that says what to do."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            "the results of an unfinished job cannot be kept",
            where=str(path),
            value=error.strerror or str(error),
            bound="a file that you may write to, with room on the disk",
            remedy="--out for another place, or free some space and give the command again",
        ) from error


def _refuse_damaged(path: Path, place: int, lines: list[bytes]) -> NoReturn:
    raise OutputError(
        "a result of an unfinished job is damaged",
        where=f"{path}, line {place + 2}",
        value=repr(lines[place][:60].decode(errors="replace")),
        bound="the cut's name and three numbers, as the job wrote them",
        remedy="--force to start afresh, --out for another place, or remove the line",
    )


def _line(name: str, loss: Loss) -> str:
    return json.dumps([name, *(None if number != number else number for number in loss)])


def _loss_of(line: bytes) -> tuple[str, Loss] | None:
    """A result's name and numbers; None if the line is no result."""
    try:
        name, own, other, residual = json.loads(line)
        loss = Loss(*(float("nan") if x is None else float(x) for x in (own, other, residual)))
    except (ValueError, TypeError):
        return None
    return (name, loss) if isinstance(name, str) else None


def _question_of(line: bytes) -> str | None:
    try:
        head = json.loads(line)
    except ValueError:
        return None
    question = head.get("question") if isinstance(head, dict) else None
    return question if isinstance(question, str) else None
