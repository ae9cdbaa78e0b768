"""A run: one scenario on one world, solved, with its manifest; kept in one folder.

``outputs.nc``, ``summary.csv``, ``report.html`` and ``manifest.json`` are written to a hidden
folder beside the goal, which is then renamed: the goal holds all of them or does not exist.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr

from tradewind.errors import InputError, OutputError
from tradewind.scenario import Scenario
from tradewind.trade import Baseline, Equilibrium, shock_from_policy, solve
from tradewind.trade.outcomes import outcomes
from tradewind.world import World

Language = Literal["en", "zh"]
OUTPUTS, SUMMARY, REPORT, MANIFEST = "outputs.nc", "summary.csv", "report.html", "manifest.json"
REPORTS: dict[Language, str] = {"en": REPORT, "zh": "report.zh.html"}


@dataclass(frozen=True, eq=False)
class Run:
    """What a scenario did to a world.

    Attributes
    ----------
    world : World
    scenario : Scenario
    trade : Equilibrium
        The trade block's solution, with every outcome it offers.
    outputs : Dataset
        The outcomes by label, see `tradewind.trade.outcomes`.
    manifest : dict
        Version, scenario, hashes of data and configuration, seed, timings [s].
    """

    world: World
    scenario: Scenario
    trade: Equilibrium
    outputs: xr.Dataset
    manifest: dict[str, Any] = field(repr=False)

    def report(self, path: str | Path, language: Language = "en") -> Path:
        """Write the report alone, as one HTML file.

        Raises
        ------
        OutputError
            If the file cannot be written; nothing is left behind.
        """
        return write_whole(Path(path), _render(self, language), force=True)

    def save(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write the run's folder, whole or not at all.

        Parameters
        ----------
        folder : path
        force : bool
            Whether an existing run of that name is replaced.

        Raises
        ------
        OutputError
            If the folder exists and ``force`` is false, is not a run's, or cannot be written.
        """
        folder = check_free(folder, force=force)
        started = time.perf_counter()
        reports = {name: _render(self, language) for language, name in REPORTS.items()}
        timings = {**self.manifest["timings_s"], "report": _since(started)}
        manifest = {**self.manifest, "timings_s": timings}
        partial = folder.with_name(f".{folder.name}.partial")
        with _writing(folder):
            try:
                shutil.rmtree(partial, ignore_errors=True)
                partial.mkdir(parents=True)
                self._write(partial, reports, manifest)
                _swap(partial, folder)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
        return folder

    def _write(self, folder: Path, reports: dict[str, str], manifest: dict[str, Any]) -> None:
        from tradewind.report.tables import summary

        numbers = {
            name: {"zlib": True, "complevel": 4, "shuffle": True}
            for name, variable in self.outputs.data_vars.items()
            if variable.size > 1000
        }
        self.outputs.to_netcdf(folder / OUTPUTS, engine="h5netcdf", encoding=numbers)
        summary(self.outputs).to_csv(folder / SUMMARY, index=False)
        for name, text in reports.items():
            (folder / name).write_text(text, encoding="utf-8")
        written = json.dumps(manifest, indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(written + "\n", encoding="utf-8")


def run(
    world: World | None = None,
    scenario: Scenario | None = None,
    *,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Run:
    """Solve a scenario on a world.

    Parameters
    ----------
    world : World, optional
        The scenario's own if left out.
    scenario : Scenario, optional
        ``us-tariffs-2026`` if left out.
    seed : int
        Kept in the manifest; nothing in this run is random.
    progress : callable, optional
        Told the name of each step.

    Raises
    ------
    ScenarioError, ShockError, NoEquilibriumError
    """
    tell = progress or (lambda _: None)
    clock, timings = time.perf_counter(), {}
    tell("reading the world and the scenario")
    scenario = scenario or Scenario.from_yaml("us-tariffs-2026")
    world = world or scenario.load_world()
    baseline = Baseline(world.data.assign(trade_elasticity=scenario.trade_elasticity(world)))
    shock = shock_from_policy(scenario.policy(world))
    timings["read"] = _since(clock)
    tell("solving the trade equilibrium")
    clock = time.perf_counter()
    equilibrium = solve(
        baseline,
        shock,
        closure=scenario.closure,
        labour=scenario.labour,
        sigma_value_added=scenario.sigma_value_added,
        sigma_inputs=scenario.sigma_inputs,
        sigma_final=scenario.sigma_final,
    )
    timings["solve"] = _since(clock)
    tell("splitting welfare along the path of the shock")
    clock = time.perf_counter()
    outputs = outcomes(equilibrium)
    timings["outcomes"] = _since(clock)
    outputs = outputs.assign_attrs(_facts(world, scenario))
    manifest = _manifest(world, scenario, equilibrium, seed, timings)
    return Run(world, scenario, equilibrium, outputs, manifest)


def check_free(folder: str | Path, *, force: bool) -> Path:
    """Refuse a goal that exists, unless it is a run that may be replaced."""
    folder = Path(folder)
    if not folder.exists():
        return folder.absolute()
    if not force:
        raise OutputError(
            "the output folder exists already",
            where=str(folder),
            remedy="choose another --out, or say --force to replace it",
        )
    if not (folder / MANIFEST).is_file():
        raise OutputError(
            "the output folder holds something else than a run, so it is not replaced",
            where=str(folder),
            bound=f"a folder with a {MANIFEST}",
            remedy="choose another --out, or remove the folder yourself",
        )
    return folder.absolute()


def load_outputs(folder: str | Path) -> tuple[xr.Dataset, dict[str, Any]]:
    """Read a saved run's outputs and manifest.

    Raises
    ------
    InputError
        If the folder is not a run, or one of its files is damaged.
    """
    folder = Path(folder)
    for name in (MANIFEST, OUTPUTS):
        if not (folder / name).is_file():
            raise InputError(
                "this is not the folder of a run",
                where=str(folder / name),
                value="missing" if folder.is_dir() else "the folder does not exist",
                bound="a folder that `tradewind run --out` wrote",
                remedy="run the scenario first, or check the path",
            )
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        outputs = xr.load_dataset(folder / OUTPUTS, engine="h5netcdf")
    except Exception as error:  # HDF5 and JSON readers raise many kinds for a damaged file
        raise InputError(
            "a file of this run is damaged",
            where=str(folder),
            value=f"{type(error).__name__}: {error}",
            remedy="run the scenario again",
        ) from error
    return outputs, manifest


def write_whole(path: Path, text: str, *, force: bool) -> Path:
    """Write one text file whole or not at all.

    Raises
    ------
    OutputError
        If it exists and ``force`` is false, or cannot be written.
    """
    if path.exists() and not force:
        raise OutputError(
            "the file exists already",
            where=str(path),
            remedy="choose another name, or say --force to replace it",
        )
    partial = path.with_name(f".{path.name}.partial")
    with _writing(path):
        try:
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    return path


def _render(run: Run, language: Language) -> str:
    from tradewind.report.html import render
    from tradewind.world.provenance import as_dicts

    return render(
        run.outputs,
        run.world,
        run.scenario.describe(run.world, language),
        as_dicts(run.world.data),
        run.manifest,
        language,
    )


def _facts(world: World, scenario: Scenario) -> dict[str, Any]:
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "world": world.name,
        "base_year": world.base_year,
        "closure": scenario.closure,
        "labour": scenario.labour,
        "elasticity_set": scenario.elasticity_set,
        "sigma_value_added": scenario.sigma_value_added,
        "sigma_inputs": scenario.sigma_inputs,
        "sigma_final": scenario.sigma_final,
        "tradewind_version": version("tradewind"),
    }


def _manifest(
    world: World,
    scenario: Scenario,
    equilibrium: Equilibrium,
    seed: int,
    timings: dict[str, float],
) -> dict[str, Any]:
    written = scenario.to_yaml()
    return {
        "tradewind_version": version("tradewind"),
        "command": f"tradewind run {scenario.name}",
        "scenario": scenario.to_dict(),
        "scenario_sha256": hashlib.sha256(written.encode()).hexdigest(),
        "world": world.name,
        "base_year": world.base_year,
        "world_sha256": _world_hash(world.data),
        "seed": seed,
        "residual": equilibrium.residual,
        "iterations": equilibrium.iterations,
        "timings_s": timings,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def _world_hash(data: xr.Dataset) -> str:
    digest = hashlib.sha256()
    for name in sorted(str(key) for key in data.data_vars):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(data[name].values).tobytes())
    return digest.hexdigest()


def _since(start: float) -> float:
    return round(time.perf_counter() - start, 4)


def _swap(partial: Path, folder: Path) -> None:
    """Move the finished folder to its goal; an old run stays until the new one is in place."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        partial.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _writing(goal: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            "the output could not be written; nothing was left behind",
            where=str(goal),
            value=error.strerror or str(error),
            bound="a folder that you may write to, with room on the disk",
            remedy="choose another --out, or free some space",
        ) from error
