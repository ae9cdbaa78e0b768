"""Toy claims in a folder of their own, to be changed and run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

TOYS = Path(__file__).with_name("toy_claims")


def toy(name: str = "dear-power") -> dict[str, Any]:
    """The file of a toy claim as plain data."""
    found: dict[str, Any] = yaml.safe_load(
        (TOYS / f"{name}.yaml").read_text(encoding="utf-8").replace("\nnull:", '\n"null":')
    )
    return found


def own_claim(folder: Path, name: str, module: str, experiment: str, **changes: Any) -> Path:
    """Write a claim of another name, with an experiment of its own, into a folder."""
    folder.mkdir(exist_ok=True)
    data = toy() | {"id": name, "module": module, "members": 8} | changes
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (folder / f"{module}.py").write_text(experiment, encoding="utf-8")
    return path


def copied(folder: Path, *names: str) -> Path:
    """Copy toy claims and their experiments into a folder."""
    folder.mkdir()
    for name in names:
        for file in (f"{name}.yaml", f"toy_{name.replace('-', '_')}.py"):
            shutil.copy(TOYS / file, folder / file)
    return folder
