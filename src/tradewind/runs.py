"""A run: one scenario on one world, solved, with its manifest; kept in one folder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import xarray as xr

from tradewind.errors import BaselineError, InputError, NoEquilibriumError, ScenarioError
from tradewind.run_facts import described, facts, manifest_of
from tradewind.run_folder import (
    MANIFEST,
    OUTPUTS,
    REPORTS,
    SUMMARY,
    check_free,
    write_folder,
    write_whole,
)
from tradewind.scenario import Scenario
from tradewind.scenario.years import LAST_YEAR
from tradewind.trade import Baseline, Equilibrium, Shock, shock_from_policy, solve
from tradewind.trade.outcomes import outcomes
from tradewind.world import World

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
BALANCING = 1e-13  # residual of a world brought to balanced trade before the shock


@dataclass(frozen=True, eq=False, repr=False)
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

    def __repr__(self) -> str:
        """Scenario, world and residual."""
        return (
            f"Run({self.scenario.name!r} on {self.world.name}, USD of {self.world.year}, "
            f"residual {self.trade.residual:.1e})"
        )

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
        goal = check_free(folder, force=force)
        started = time.perf_counter()
        reports = {REPORTS[language]: _render(self, language) for language in LANGUAGES}
        timings = {**self.manifest["timings_s"], "report": _since(started)}
        manifest = {**self.manifest, "timings_s": timings}
        write_folder(goal, lambda partial: self._write(partial, reports, manifest), force=force)
        return goal

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
    command: str | None = None,
) -> Run:
    """Solve a scenario on a world.

    Parameters
    ----------
    world : World, optional
        The scenario's own if left out. A scenario on ``wiod2014`` may be run on the same table
        rolled forward, ``World.at(2024)``.
    scenario : Scenario, optional
        ``us-tariffs-2026`` if left out.
    seed : int
        Kept in the manifest; nothing in this run is random.
    progress : callable, optional
        Told the name of each step.
    command : str, optional
        What to type to run it again, kept in the manifest.

    Raises
    ------
    ScenarioError
        If the scenario names what the world does not have, or another world.
    BaselineError
        If the world does not balance.
    ShockError, NoEquilibriumError
    """
    tell = progress or (lambda _: None)
    clock, timings = time.perf_counter(), {}
    tell("reading the world and the scenario")
    scenario = scenario or Scenario.from_yaml("us-tariffs-2026")
    world = world or scenario.load_world()
    _require_kinds(world, scenario)
    # One equilibrium has one year: of shocks with dates, those that hold at the end.
    scenario = _brought_to(world, scenario).in_force(LAST_YEAR)
    _require_same_world(world, scenario)
    baseline = _baseline(world, scenario)
    shock = shock_from_policy(scenario.policy(world))
    timings["read"] = _since(clock)
    tell("solving the trade equilibrium")
    clock = time.perf_counter()
    with _naming(scenario):
        equilibrium = _solve(baseline, shock, scenario)
    timings["solve"] = _since(clock)
    tell("splitting welfare along the path of the shock")
    clock = time.perf_counter()
    with _naming(scenario):
        outputs = outcomes(equilibrium)
    outputs = described(outputs, world).assign_attrs(facts(world, scenario))
    timings["outcomes"] = _since(clock)
    manifest = manifest_of(world, scenario, equilibrium)
    manifest |= {"command": command or "tradewind.run() in Python", "seed": seed}
    return Run(world, scenario, equilibrium, outputs, {**manifest, "timings_s": timings})


def _require_kinds(world: object, scenario: object) -> None:
    """Refuse anything but a world and a scenario, in this order."""
    for name, value, kind, remedy in (
        ("world", world, World, "World.default() or World.load(path)"),
        ("scenario", scenario, Scenario, "Scenario.from_yaml(name or path)"),
    ):
        if not isinstance(value, kind):
            raise InputError(
                f"{name} is not a {kind.__name__}",
                where=f"tradewind.run(), argument {name}",
                value=type(value).__name__,
                bound=f"a tradewind.{kind.__name__}",
                remedy=remedy,
            )


def _brought_to(world: World, scenario: Scenario) -> Scenario:
    """Bring a scenario on a shipped table to the year that the world was rolled to."""
    table = World.table_of(world.name)
    if table is not None and scenario.world in (table, f"{table}-at-{world.year}"):
        return scenario.model_copy(update={"world": world.name})
    return scenario


def _require_same_world(world: World, scenario: Scenario) -> None:
    """Refuse a world by another name than the scenario's; a path names no world."""
    is_path = Path(scenario.world).suffix or len(Path(scenario.world).parts) > 1
    if is_path or scenario.world == world.name:
        return
    raise ScenarioError(
        "the scenario is for another world than the one it is run on",
        where=scenario.origin.where("world"),
        value=f"{scenario.world}, but run on {world.name}",
        bound="the world that the scenario names",
        remedy=f"leave the world out of run(), or write `world: {world.name}` in the scenario",
    )


def _baseline(world: World, scenario: Scenario) -> Baseline:
    """The trade block's table; a table that does not balance is told with its world."""
    elasticity = scenario.trade_elasticity(world)
    try:
        return Baseline(world.data.assign(trade_elasticity=elasticity))
    except BaselineError as error:
        raise BaselineError(
            error.problem,
            where=f"world {scenario.world}: {error.where}",
            value=error.value,
            bound=error.bound,
            remedy="see `tradewind world check`, then build or import the world again",
        ) from error


def _solve(baseline: Baseline, shock: Shock, scenario: Scenario) -> Equilibrium:
    """Solve the shock; with balanced trade, from a world whose deficits are gone already.

    Otherwise the end of all deficits, which is far larger, would pass for the shock's effect.
    """
    if scenario.closure == "balanced":
        baseline = baseline.rebased(_solve_from(baseline, Shock(), scenario, BALANCING))
    return _solve_from(baseline, shock, scenario)


def _solve_from(
    baseline: Baseline, shock: Shock, scenario: Scenario, tolerance: float = 1e-10
) -> Equilibrium:
    return solve(
        baseline,
        shock,
        closure=scenario.closure,
        labour=scenario.labour,
        sigma_value_added=scenario.sigma_value_added,
        sigma_inputs=scenario.sigma_inputs,
        sigma_final=scenario.sigma_final,
        tolerance=tolerance,
    )


@contextmanager
def _naming(scenario: Scenario) -> Iterator[None]:
    """Tell a failure of the trade block, which knows no files, with the scenario's file."""
    try:
        yield
    except NoEquilibriumError as error:
        raise type(error)(f"{error}\n  where:  scenario {scenario.origin.name}") from error
    except InputError as error:
        raise type(error)(
            error.problem,
            where=scenario.origin.where(error.where or ""),
            value=error.value,
            bound=error.bound,
            remedy=error.remedy,
        ) from error


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


def _since(start: float) -> float:
    return round(time.perf_counter() - start, 4)
