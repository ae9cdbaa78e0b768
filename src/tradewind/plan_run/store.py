"""Finished plans of a long run, kept in a folder, so that a killed run goes on where it was.

The folder holds a record, whose first line says which question the plans belong to and whose
others say which plan is whole, in which file, with its hash; and one netCDF file a plan. A file
gets its name when it is written whole, and its line after that: what a kill tears is made again.
Any other difference means that somebody else wrote there, which is refused. The folder is its
owner's to remove once the plans stand elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xarray as xr

from tradewind.errors import OutputError

RECORD = "finished.jsonl"
UNFINISHED = ".partial"
AFRESH = "--force to start afresh, --out for another place, or remove the folder"


class PlanStore:
    """Finished plans by name.

    Parameters
    ----------
    folder : Path, optional
        Where they are kept; nowhere if left out.
    question : str
        Fingerprint of everything that the plans depend on.
    restart : bool
        Whether plans of another question, or damaged ones, are thrown away.

    Raises
    ------
    OutputError
        If the folder is no such store, cannot be read, or holds damaged plans or those of another
        question while ``restart`` is false.
    """

    def __init__(self, folder: Path | None, question: str, *, restart: bool = False) -> None:
        self.folder, self.question = folder, question
        self._files: dict[str, str] = {}
        if folder is None or not os.path.lexists(folder):
            return
        with _refusing(folder):
            lines = self._lines(folder)
            asked = _question_of(lines[0]) if lines else None
            if asked == question:
                damaged = self._take(folder, lines[1:])
                if damaged is not None and not restart:
                    _refuse_damaged(folder, damaged)
                if damaged is None:
                    return
            elif asked is not None and not restart:
                raise OutputError(
                    "an unfinished run of another question is kept there",
                    where=str(folder),
                    value=f"{len(lines) - 1} plans",
                    bound="plans of this question: same scenario, cases, hours, data and version",
                    remedy=AFRESH,
                )
            self._files = {}
            shutil.rmtree(folder)

    def __len__(self) -> int:
        """How many plans are kept."""
        return len(self._files)

    def get(self, name: str) -> xr.Dataset | None:
        """A plan that was kept, or None."""
        if self.folder is None or name not in self._files:
            return None
        path = self.folder / self._files[name]
        with _refusing(path):
            return xr.load_dataset(path, engine="h5netcdf")

    def add(self, name: str, plan: xr.Dataset) -> None:
        """Keep a plan.

        Raises
        ------
        OutputError
            If it cannot be written; the plans before stay.
        """
        if self.folder is None:
            return
        with _refusing(self.folder):
            if not self.folder.exists():
                self.folder.mkdir(parents=True)
                self._append({"question": self.question})
            file = f"{len(self._files):03d}.nc"
            partial = self.folder / (file + UNFINISHED)
            plan.to_netcdf(partial, engine="h5netcdf")
            digest = _digest(partial)
            os.replace(partial, self.folder / file)
            self._append({"plan": name, "file": file, "sha256": digest})
        self._files[name] = file

    def remove(self) -> None:
        """Remove the folder, once the plans stand elsewhere."""
        if self.folder is not None and self.folder.exists():
            shutil.rmtree(self.folder)

    def _append(self, entry: dict[str, str]) -> None:
        assert self.folder is not None
        with (self.folder / RECORD).open("a", encoding="utf-8") as record:
            record.write(json.dumps(entry) + "\n")
            record.flush()
            os.fsync(record.fileno())

    def _lines(self, folder: Path) -> list[bytes]:
        """Whole lines of the record; refuse a place that is no store of ours."""
        record = folder / RECORD
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else [folder.name]
        # A kill may come between making the folder and its first whole line.
        content = record.read_bytes() if record.is_file() else b""
        *lines, torn = content.split(b"\n")
        if torn and lines:
            # What the kill tore must not run into the line that is written next.
            with record.open("r+b") as file:
                file.truncate(len(content) - len(torn))
        strange = [name for name in names if name != RECORD and not _is_ours(name)]
        if not folder.is_dir() or strange or (lines and _question_of(lines[0]) is None):
            raise OutputError(
                "the place for plans of an unfinished run holds something else",
                where=str(folder),
                value=", ".join(strange[:5]) or "a record that no run wrote",
                bound="what an unfinished run has left",
                remedy="--out for another place, or move it away",
            )
        return lines

    def _take(self, folder: Path, lines: list[bytes]) -> str | None:
        """Take the plans that are whole; name the first that is damaged."""
        for place, line in enumerate(lines):
            entry = _entry_of(line)
            if entry is None:
                return f"{RECORD}, line {place + 2}"
            path = folder / entry["file"]
            if not path.is_file() or _digest(path) != entry["sha256"]:
                return entry["file"]
            self._files[entry["plan"]] = entry["file"]
        return None


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn the system's errors, which may not name the file, into one that says what to do."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            "the plans of an unfinished run cannot be kept",
            where=str(path),
            value=error.strerror or str(error),
            bound="a folder that you may write to, with room on the disk",
            remedy="--out for another place, or free some space and give the command again",
        ) from error


def _refuse_damaged(folder: Path, what: str) -> None:
    raise OutputError(
        "a plan of an unfinished run is damaged",
        where=str(folder / what.split(",", 1)[0]),
        value=what,
        bound="the file as the run wrote it",
        remedy=AFRESH,
    )


def _is_ours(name: str) -> bool:
    stem = name.removesuffix(UNFINISHED)
    return stem.endswith(".nc") and stem[:-3].isdigit()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _question_of(line: bytes) -> str | None:
    found = _object(line).get("question")
    return found if isinstance(found, str) else None


def _entry_of(line: bytes) -> dict[str, str] | None:
    found = _object(line)
    whole = set(found) == {"plan", "file", "sha256"} and _is_ours(str(found["file"]))
    return {key: str(value) for key, value in found.items()} if whole else None


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
