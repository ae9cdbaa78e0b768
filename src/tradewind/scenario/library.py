"""The scenarios that ship with Tradewind, and how a name or a path is told apart."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from tradewind.errors import ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.yaml_source import parse, read_text

DEFAULT = "baseline"
"""The scenario that `tradewind run` runs when none is named; others are compared with it."""


def shipped_paths() -> dict[str, Path]:
    """Name and file of every shipped scenario, the default first."""
    folder = Path(str(files("tradewind.scenario") / "data"))
    paths = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    return {DEFAULT: paths[DEFAULT]} | paths


@cache
def _titles() -> tuple[tuple[str, str], ...]:
    found = []
    for name, path in shipped_paths().items():
        data, _ = parse(read_text(path), path.name)
        found.append((name, str(data["title"])))
    return tuple(found)


def shipped_titles() -> dict[str, str]:
    """Name and title of every shipped scenario, the default first."""
    return dict(_titles())


def find(path_or_name: str | Path) -> tuple[Path, str]:
    """The file that is meant, and the name to use for it in errors."""
    shipped = shipped_paths()
    if isinstance(path_or_name, str) and path_or_name in shipped:
        path = shipped[path_or_name]
        return path, path.name
    path = Path(path_or_name).expanduser()
    if not path.exists() and _is_path(path_or_name):
        raise ScenarioError(
            "this file does not exist",
            where=str(path_or_name),
            value=str(path_or_name),
            bound="the path of a YAML file",
            remedy="check the path and the folder you are in"
            " (shipped scenarios have names, not paths: tradewind scenario list)",
        )
    if not path.exists():
        raise ScenarioError(
            "there is no such scenario",
            where=str(path_or_name),
            value=str(path_or_name),
            bound="the path of a YAML file, or the name of a shipped scenario",
            remedy=suggestion(path.stem, shipped, f"choose one of {', '.join(shipped)}"),
        )
    return path, str(path_or_name)


def _is_path(path_or_name: str | Path) -> bool:
    """Whether a file was meant, and not the name of a shipped scenario."""
    text = str(path_or_name)
    return isinstance(path_or_name, Path) or "/" in text or text.endswith((".yaml", ".yml"))
