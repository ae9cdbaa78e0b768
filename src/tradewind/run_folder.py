"""The folder of a run: written whole or not at all, and read back with a clear refusal.

Everything is written to a hidden folder beside the goal, which is then renamed: the goal holds all
files of a run or does not exist. Writers in one parent folder wait for each other, and whatever a
killed writer left is put right by the next one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import xarray as xr

from tradewind.errors import InputError, OutputError

OUTPUTS, SUMMARY, MANIFEST = "outputs.nc", "summary.csv", "manifest.json"
REPORTS = {"en": "report.html", "zh": "report.zh.html"}
FILES = (*REPORTS.values(), SUMMARY, OUTPUTS, MANIFEST)
"""Every file of a run, what a reader opens first in front."""
CHOKEPOINT_OUTPUTS = "chokepoints.nc"
CHOKEPOINT_FILES = (
    *REPORTS.values(),
    *("chokepoints.csv", "chokepoints.json", CHOKEPOINT_OUTPUTS, MANIFEST),
)
"""Every file of an answer on chokepoints."""
EFFECTS = "rounds.csv"
CHIP_FILES = (*REPORTS.values(), SUMMARY, EFFECTS, OUTPUTS, MANIFEST)
"""Every file of a run of the chip market; that of the rounds only if they were taken apart."""
MARK_OF_CHIPS = "rules_sha256"
"""Entry of a manifest that only runs of the chip market have."""
PRESSURE_OUTPUTS = "pressure.nc"
PRESSURE_FILES = (*REPORTS.values(), "pressure.csv", "indicators.csv", PRESSURE_OUTPUTS, MANIFEST)
"""Every file of a ranking."""
PLAN_OUTPUTS = "plan.nc"
PLAN_FILES = (
    *REPORTS.values(),
    *("cases.csv", "sites.csv", "members.csv", PLAN_OUTPUTS, MANIFEST),
)
"""Every file of plans of compute and power; that of the members only of a pool."""
YEARS_OUTPUTS = "years.nc"
YEARS_FILES = (*REPORTS.values(), "years.csv", YEARS_OUTPUTS, MANIFEST)
"""Every file of a run over the years."""
CLAIM_OUTPUTS = "members.nc"
CLAIM_FILES = (*REPORTS.values(), "claims.csv", CLAIM_OUTPUTS, MANIFEST)
"""Every file of a board of claims."""
KNOWN = tuple(
    dict.fromkeys(
        (
            *(*FILES, *CHOKEPOINT_FILES, *PRESSURE_FILES),
            *(*CHIP_FILES, *PLAN_FILES, *CLAIM_FILES, *YEARS_FILES),
        )
    )
)
LEFT_BY_FILE_MANAGERS = (".DS_Store", "Thumbs.db", "desktop.ini")
ELSEWHERE = "choose another --out, or free some space"


def check_free(folder: str | Path, *, force: bool) -> Path:
    """Refuse a goal that cannot be made, or that exists and is not a run that may be replaced.

    Returns
    -------
    Path
        The goal, absolute and with symbolic links followed.

    Raises
    ------
    OutputError
    """
    with refusing(folder):
        goal = Path(folder).resolve()
        if _set_aside(goal):
            with _alone_in(goal.parent):
                _restore(goal)
        _require_free(goal, force=force)
    require_place(goal)
    return goal


def require_place(path: Path) -> None:
    """Refuse a path that nothing can be written to, before any work is done for it.

    Raises
    ------
    OutputError
        If what is above the path is a file, or a folder one may not write to.
    """
    with refusing(path):
        above = next(parent for parent in path.absolute().parents if parent.exists())
        if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
            return
        raise OutputError(
            "the output cannot be written there",
            where=str(path),
            value=f"{above} is " + ("not writable" if above.is_dir() else "not a folder"),
            bound="a place inside a folder that you may write to",
            remedy="choose another --out",
        )


def write_folder(goal: Path, write: Callable[[Path], None], *, force: bool) -> None:
    """Fill a folder through ``write``, whole or not at all.

    Raises
    ------
    OutputError
        If the goal exists and may not be replaced, or cannot be written; nothing is left behind.
    """
    partial = goal.with_name(f".{goal.name}.partial")
    with _made(goal.parent), _alone_in(goal.parent), refusing(goal):
        _restore(goal)
        _require_free(goal, force=force)
        try:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            write(partial)
            _swap(partial, goal)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def write_whole(path: Path, text: str, *, force: bool) -> Path:
    """Write one text file whole or not at all.

    Raises
    ------
    OutputError
        If it exists and ``force`` is false, or cannot be written.
    """
    require_free_file(path, force=force)
    partial = path.with_name(f".{path.name}.partial")
    with _made(path.parent), refusing(path):
        try:
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    return path


def require_free_file(path: Path, *, force: bool) -> None:
    """Refuse a file that exists unless it may be replaced, and a place that cannot be written."""
    with refusing(path):
        if path.is_dir():
            raise OutputError(
                "this is a folder, not a file to write",
                where=str(path),
                remedy="name a file inside it",
            )
        if path.exists() and not force:
            raise OutputError(
                "the file exists already",
                where=str(path),
                remedy="choose another name, or say --force to replace it",
            )
    require_place(path)


def load_outputs(folder: str | Path) -> tuple[xr.Dataset, dict[str, Any]]:
    """Read a saved run's outputs and manifest.

    Raises
    ------
    InputError
        If the folder is not a run's, or one of its files is damaged or incomplete.
    """
    folder = Path(folder)
    for name, held in (
        (CHOKEPOINT_OUTPUTS, "an answer on chokepoints"),
        (PRESSURE_OUTPUTS, "a ranking"),
        (PLAN_OUTPUTS, "plans of compute and power"),
        (YEARS_OUTPUTS, "a run over the years"),
        (CLAIM_OUTPUTS, "a board of claims"),
    ):
        if (folder / name).is_file():
            raise InputError(
                f"this folder holds {held}, not a run",
                where=str(folder / name),
                bound="a folder that `tradewind run --static --out` wrote",
                remedy="compare two runs; other answers are laid side by side by their tables",
            )
    for name in (MANIFEST, OUTPUTS):
        if not (folder / name).is_file():
            raise InputError(
                "this is not the folder of a run",
                where=str(folder / name),
                value="missing" if folder.is_dir() else "the folder does not exist",
                bound="a folder that `tradewind run --out` wrote",
                remedy="run the scenario first, or check the path",
            )
    manifest = _read(folder / MANIFEST, _manifest)
    if MARK_OF_CHIPS in manifest:
        raise InputError(
            "this folder holds a run of the chip market, not of a scenario on a world",
            where=str(folder),
            bound="a folder that `tradewind run --out` wrote",
            remedy="runs of the chip market are laid side by side by their summary.csv",
        )
    outputs: xr.Dataset = _read(folder / OUTPUTS, _outputs)
    return outputs, manifest


def load_years(folder: str | Path) -> xr.Dataset:
    """Read the outputs of a run over the years.

    Raises
    ------
    InputError
        If the folder is not that of such a run, or its file is damaged.
    """
    path = Path(folder) / YEARS_OUTPUTS
    if not path.is_file():
        raise InputError(
            "this is not the folder of a run over the years",
            where=str(path),
            value="missing" if Path(folder).is_dir() else "the folder does not exist",
            bound="a folder that `tradewind run` wrote, without --static",
            remedy="run the scenario first, or check the path",
        )
    found: xr.Dataset = _read(path, _years)
    return found


def _years(path: Path) -> xr.Dataset:
    outputs = xr.load_dataset(path, engine="h5netcdf")
    if "year" not in outputs.dims or "contract" not in outputs.attrs:
        raise ValueError("holds no years")
    return outputs


def _read(path: Path, reader: Callable[[Path], Any]) -> Any:
    try:
        return reader(path)
    except Exception as error:  # HDF5 and JSON readers raise many kinds for a damaged file
        said = f"{type(error).__name__}: {error}"
        if isinstance(error, InputError):
            said = f"{error.problem} ({error.where}: {error.value})"
        raise InputError(
            "a file of this run is damaged",
            where=str(path),
            value=" ".join(said.split()),
            bound="the file as `tradewind run` wrote it",
            remedy="run the scenario again",
        ) from error


def _manifest(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise TypeError(f"holds a {type(found).__name__} where an object is due")
    return found


def _outputs(path: Path) -> xr.Dataset:
    from tradewind.report.contract import check

    outputs = xr.load_dataset(path, engine="h5netcdf")
    check(outputs)
    return outputs


def _require_free(goal: Path, *, force: bool) -> None:
    """Refuse a goal that exists, unless it is a run, holds nothing else, and may be replaced."""
    if not os.path.lexists(goal):
        return
    if not force:
        raise OutputError(
            "the output folder exists already",
            where=str(goal),
            bound="a folder that does not exist yet",
            remedy="choose another --out, or say --force to replace it",
        )
    if not (goal / MANIFEST).is_file():
        raise OutputError(
            "the output folder holds something else than a run, so it is not replaced",
            where=str(goal),
            bound=f"a folder with a {MANIFEST}",
            remedy="choose another --out, or remove the folder yourself",
        )
    names = sorted(path.name for path in goal.iterdir())
    known = {*KNOWN, *LEFT_BY_FILE_MANAGERS}
    others = [name for name in names if name not in known]
    if others:
        raise OutputError(
            "the output folder holds files that no run wrote, so it is not replaced",
            where=str(goal),
            value=", ".join(others[:5]) + (", …" if len(others) > 5 else ""),
            bound=f"only {', '.join(KNOWN)}",
            remedy="move these files away, or choose another --out",
        )


def _old(goal: Path) -> Path:
    return goal.with_name(f".{goal.name}.old")


def _set_aside(goal: Path) -> bool:
    """Whether a writer was killed after it had set the old run aside."""
    return not os.path.lexists(goal) and _old(goal).is_dir()


def _restore(goal: Path) -> None:
    if _set_aside(goal):
        _old(goal).rename(goal)


def _swap(partial: Path, goal: Path) -> None:
    """Move the finished folder to its goal; an old run stays until the new one is in place."""
    old = _old(goal)
    shutil.rmtree(old, ignore_errors=True)
    if goal.exists():
        goal.rename(old)
    try:
        partial.rename(goal)
    except BaseException:
        _restore(goal)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder and those above it; take away again what was made if the work fails."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    with refusing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for path in missing:
            with suppress(OSError):
                path.rmdir()
        raise


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other writers out of a folder; the system lets go when a writer is killed."""
    try:
        from fcntl import LOCK_EX, flock
    except ImportError:  # no such locks on Windows
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems have no locks for folders; one writer needs none.
        with suppress(OSError):
            flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def refusing(goal: str | Path) -> Iterator[None]:
    """Turn the system's errors into one that says what to do."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            "the output could not be written; nothing was left behind",
            where=str(goal),
            value=error.strerror or str(error),
            bound="a folder that you may write to, with room on the disk",
            remedy=ELSEWHERE,
        ) from error
