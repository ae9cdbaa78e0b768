"""Answers of a long run, kept line by line, so that a killed run goes on where it was.

Every line has a hash of all that the answer depends on: the claim's file, the code and data of
Tradewind and of the experiment, the parameters. An answer to another question is not found under a
question's hash, so the file never needs to be refused for one. A line that the kill tore is dropped
and run again; any other line that is none of ours means that somebody else wrote there. The file is
its owner's to remove once the answers stand elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

from tradewind.claims.statement import Claim
from tradewind.errors import OutputError

HEAD = {"kept by": "tradewind claims run", "form": 1}
FIELDS = {"key", "found", "seconds", "prepare_s"}


IDLE = ("cli/", "report/", "claims/statements/")
"""Rooms of the package that no number comes from; each claim's own file is hashed with it."""


@cache
def code_hash() -> str:
    """Hash what numbers come from in the package: code, tables, data."""
    folder = Path(str(files("tradewind")))
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix != ".pyc" and not name.startswith(IDLE):
            digest.update(name.encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def claim_hash(claim: Claim, source: Path) -> str:
    """Hash a claim's file and its experiment."""
    text = claim.model_dump_json().encode() + source.read_bytes()
    return hashlib.sha256(text).hexdigest()


def key_of(claim: str, values: Mapping[str, float], kind: str) -> str:
    """Hash one question.

    Parameters
    ----------
    claim : str
        The claim's hash.
    values : mapping of str to float
        Every parameter.
    kind : str
        What is asked: a measurement, a null run, a figure.
    """
    told = json.dumps([code_hash(), claim, kind, sorted(values.items())])
    return hashlib.sha256(told.encode()).hexdigest()


class Store:
    """Answers by the hash of their question.

    Parameters
    ----------
    path : Path, optional
        Where they are kept; nowhere if left out.
    restart : bool
        Whether what is there is thrown away.

    Raises
    ------
    OutputError
        If the file is no such store or damaged while ``restart`` is false, or cannot be read.
    """

    def __init__(self, path: Path | None, *, restart: bool = False) -> None:
        self.path = path
        self._known: dict[str, dict[str, Any]] = {}
        self._file: TextIO | None = None
        if path is not None and path.exists() and not restart:
            self._read(path)

    def get(self, key: str) -> Mapping[str, Any] | None:
        """An answer that was kept, or None."""
        return self._known.get(key)

    def add(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer.

        Raises
        ------
        OutputError
            If it cannot be written; those before stay.
        """
        self._known[key] = {"key": key, **answer}
        if self.path is None:
            return
        with _refusing(self.path):
            if self._file is None:
                self._open(self.path)
            assert self._file is not None
            self._file.write(json.dumps(self._known[key]) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file; it stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self, path: Path) -> None:
        """Begin the file anew with all that is known but the answer at hand."""
        kept = [json.dumps(HEAD), *(json.dumps(known) for known in [*self._known.values()][:-1])]
        # Beside it first: a kill in between must not lose what was there.
        beside = path.with_name(path.name + ".new")
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text("\n".join(kept) + "\n", encoding="utf-8")
        os.replace(beside, path)
        self._file = path.open("a", encoding="utf-8")

    def _read(self, path: Path) -> None:
        with _refusing(path):
            content = path.read_bytes()
        if not content:
            return
        # What follows the last line break is empty, or a line that was never finished.
        head, *whole = [_object(line) for line in content.split(b"\n")[:-1]] or [{}]
        if head != HEAD:
            raise OutputError(
                "the file for answers of an unfinished run holds something else",
                where=str(path),
                value=repr(content[:40].decode(errors="replace")),
                bound="a file that an unfinished `tradewind claims run` has left",
                remedy="--out for another place, or move the file away",
            )
        for place, found in enumerate(whole):
            if set(found) != FIELDS:
                raise OutputError(
                    "an answer of an unfinished run is damaged",
                    where=f"{path}, line {place + 2}",
                    value=repr(found)[:60],
                    bound="the line as the run wrote it",
                    remedy="--force to start afresh, --out for another place, or remove the line",
                )
            self._known[found["key"]] = found


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn the system's errors, which may not name the file, into one that says what to do."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            "the answers of an unfinished run cannot be kept",
            where=str(path),
            value=error.strerror or str(error),
            bound="a file that you may write to, with room on the disk",
            remedy="--out for another place, or free some space and give the command again",
        ) from error


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
