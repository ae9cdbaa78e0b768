"""One run of a plan section: every case planned, laid side by side, held against statements."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from tradewind.errors import InputError, NoEquilibriumError
from tradewind.plan_run.asked import asked_of
from tradewind.plan_run.assumed import assumed
from tradewind.plan_run.cases import Step, steps_of
from tradewind.plan_run.catalogue import open_catalogue
from tradewind.plan_run.expect import Finding, findings
from tradewind.plan_run.facts import fingerprint, manifest_of
from tradewind.plan_run.members import gains
from tradewind.plan_run.solve import Paired, Tell, more_solves, silent, solve_step
from tradewind.plan_run.store import PlanStore
from tradewind.plan_run.table import case_table
from tradewind.scenario import Scenario
from tradewind.scenario.plan_parts import PlanHours

if TYPE_CHECKING:
    from tradewind.report.language import Language


@dataclass(frozen=True, eq=False, repr=False)
class PlanRun:
    """Plans of compute and power, one a case.

    Attributes
    ----------
    scenario : Scenario
    steps : tuple of Step
        What was asked, in order.
    plans : dict of str to Dataset
        By the step's name, see ``capacity.fields``; those that have an answer.
    failed : dict of str to str
        By the step's name, why it has none.
    groups : dict of str to tuple of str
        Sites by group.
    table : DataFrame
        One row a step, see ``plan_run.table.case_table``.
    members : DataFrame or None
        Gains by country where a statement asks for them, see ``plan_run.members.gains``.
    findings : tuple of Finding
    assumed : dict of str to dict
        By case, what holds there and no number shows, see ``plan_run.assumed``.
    manifest : dict
    store : PlanStore
        Where finished plans are kept until `forget`.
    """

    scenario: Scenario
    steps: tuple[Step, ...]
    plans: Mapping[str, xr.Dataset]
    failed: Mapping[str, str]
    groups: Mapping[str, tuple[str, ...]]
    table: pd.DataFrame
    members: pd.DataFrame | None
    findings: tuple[Finding, ...]
    assumed: Mapping[str, Mapping[str, Any]]
    manifest: dict[str, Any] = field(repr=False)
    store: PlanStore = field(repr=False)

    def __repr__(self) -> str:
        """Scenario, network and cases."""
        network = self.scenario.plan.network if self.scenario.plan else ""
        return f"PlanRun({self.scenario.name!r} on {network}, {len(self.plans)} plans)"

    @property
    def shown(self) -> str:
        """The case that story, map and hours are about: the named or last one with an answer."""
        named = self.scenario.plan.shown if self.scenario.plan else None
        main = [step.name for step in self.steps if not step.axis and step.name in self.plans]
        if named in main:
            return str(named)
        return main[-1] if main else next(iter(self.plans))

    def forget(self) -> None:
        """Remove what was kept while the run lasted; call it once the run is saved."""
        self.store.remove()

    def report(self, path: str | Path, language: Language = "en") -> Path:
        """Write the report alone, as one HTML file.

        Raises
        ------
        OutputError
            If the file cannot be written; nothing is left behind.
        """
        from tradewind.plan_run.folder import render
        from tradewind.run_folder import write_whole

        return write_whole(Path(path), render(self, language), force=True)

    def save(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write a folder with reports, tables, labelled plans and manifest, whole or not at all.

        Raises
        ------
        OutputError
            If the folder exists and ``force`` is false, is not a run's, or cannot be written.
        """
        from tradewind.plan_run.folder import save

        return save(self, folder, force=force)


def run_plan(
    scenario: Scenario,
    *,
    cases: Sequence[str] | None = None,
    hours: PlanHours | None = None,
    paired: Sequence[Paired] = (),
    sensitivity: bool = True,
    keep: Path | None = None,
    restart: bool = False,
    tell: Tell = silent,
    note: Tell = silent,
    command: str | None = None,
) -> PlanRun:
    """Plan every case of a scenario's plan section.

    Parameters
    ----------
    scenario : Scenario
        With a ``plan`` section.
    cases : sequence of str, optional
        Only these cases.
    hours : PlanHours, optional
        In place of the scenario's.
    paired : sequence of ``solve.Paired``
        What more is solved for each case, see ``capacity.paired``; not for sensitivities.
    sensitivity : bool
        Whether numbers are varied, too.
    keep : Path, optional
        Folder in which finished plans are kept while the run lasts, so that it goes on after a
        kill.
    restart : bool
        Whether plans of another question in that folder are thrown away.
    tell : callable, optional
        Told the step in words.
    note : callable, optional
        Told before the first solve how many more ``paired`` takes.
    command : str, optional
        What to type to ask again, kept in the manifest.

    Raises
    ------
    ScenarioError
        If the section names what the network has not.
    InputError
        If a case does not exist.
    OutputError
        If ``keep`` holds plans of another question and ``restart`` is false.
    InfeasibleError, ConvergenceError
        If no case has a plan; the first one's reason.
    """
    section = scenario.plan
    if section is None:
        raise InputError(
            "the scenario has no plan section",
            where=scenario.origin.where("plan"),
            value="not given",
            bound="a `plan:` with a network",
            remedy="add `plan: {network: world}`, or see `tradewind scenario show plan-pooling`",
        )
    clock = time.perf_counter()
    steps = steps_of(
        section, title=scenario.title, cases=cases, hours=hours, sensitivity=sensitivity
    )
    question = fingerprint(scenario, steps, paired)
    store = PlanStore(keep, question, restart=restart)
    tell(f"opening the network {section.network}")
    keys = dict.fromkeys(step.key for step in steps)
    catalogues = {key: open_catalogue(section.network, *key) for key in keys}
    # All that can be refused is refused before hours are spent on the first case.
    asked = asked_of(section, scenario.origin, steps, catalogues)
    groups, made = asked.groups, asked.inputs
    if paired:
        main = [inputs for step, inputs in zip(steps, made, strict=True) if not step.axis]
        note(more_solves(paired, main))
    plans: dict[str, xr.Dataset] = {}
    failed: dict[str, NoEquilibriumError] = {}
    seconds: dict[str, float] = {}
    for place, (step, inputs) in enumerate(zip(steps, made, strict=True), start=1):
        started = time.perf_counter()
        kept = store.get(step.name)
        if kept is None:
            say = _prefixed(tell, f"{step.name} ({place} of {len(steps)})")
            try:
                own = catalogues[step.key]
                kept = solve_step(own, inputs, step.hours, () if step.axis else paired, say)
            except NoEquilibriumError as error:
                failed[step.name] = error
                continue
            store.add(step.name, kept)
        plans[step.name] = kept
        seconds[step.name] = round(time.perf_counter() - started, 2)
    if not plans:
        raise next(iter(failed.values()))
    main_cases = [step.name for step in steps if not step.axis]
    seconds["all"] = round(time.perf_counter() - clock, 2)
    return PlanRun(
        scenario,
        steps,
        plans,
        {name: str(error) for name, error in failed.items()},
        groups,
        case_table(steps, plans, groups),
        _members(scenario, plans),
        findings(section.expect, plans, groups, main_cases),
        {
            step.name: assumed(step, inputs, asked.places, section.sensitivity)
            for step, inputs in zip(steps, made, strict=True)
            if not step.axis
        },
        manifest_of(scenario, steps, plans, paired, command, seconds),
        store,
    )


def _members(scenario: Scenario, plans: Mapping[str, xr.Dataset]) -> pd.DataFrame | None:
    """Gains by member of the first statement that asks for them."""
    expected = scenario.plan.expect if scenario.plan else ()
    for each in expected:
        apart, together = plans.get(each.against or ""), plans.get(each.case)
        if each.metric == "member_gain_percent" and apart is not None and together is not None:
            return gains(apart, together)
    return None


def _prefixed(tell: Tell, name: str) -> Tell:
    def say(what: str) -> None:
        tell(f"{name}: {what}")

    return say
