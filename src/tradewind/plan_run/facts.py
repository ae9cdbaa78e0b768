"""What is told of a run of plans besides its numbers: facts, versions, hashes, sources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import xarray as xr

from tradewind.plan_run.cases import Step
from tradewind.plan_run.catalogue import ABROAD
from tradewind.run_facts import software

if TYPE_CHECKING:
    from tradewind.plan_run.run import PlanRun
    from tradewind.scenario import Scenario
    from tradewind.scenario.plan_parts import PlanHours

DATA = (
    ("tradewind.world", ("data", "energy")),
    ("tradewind.capacity", ("tables",)),
    ("tradewind.plan_run", ("tables",)),
)
"""Packages and folders of the data that plans are made from."""
KEPT = 2
"""Raised when kept plans hold other fields, so that a run does not go on from older ones."""


def fingerprint(scenario: Scenario, steps: Sequence[Step], paired: Sequence[str]) -> str:
    """Everything that the plans of a run depend on."""
    assert scenario.plan is not None
    told = [
        version("tradewind"),
        KEPT,
        data_hash(),
        scenario.plan.network,
        {
            step.name: [step.fields.model_dump(mode="json"), step.hours.model_dump(mode="json")]
            for step in steps
        },
        list(paired),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def manifest_of(
    scenario: Scenario,
    steps: Sequence[Step],
    plans: Mapping[str, xr.Dataset],
    paired: Sequence[str],
    command: str | None,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """What it takes to make a run again and to see that nothing has changed since."""
    assert scenario.plan is not None
    return {
        **software(),
        "pypsa": version("pypsa"),
        "linopy": version("linopy"),
        "highspy": version("highspy"),
        "scenario": scenario.to_dict(),
        "scenario_sha256": hashlib.sha256(scenario.to_yaml().encode()).hexdigest(),
        "network": scenario.plan.network,
        "data_sha256": data_hash(),
        "cases": {step.name: _told(step, plans.get(step.name)) for step in steps},
        "paired": list(paired),
        "command": command or "tradewind.plan_run.run_plan() in Python",
        "timings_s": dict(seconds),
    }


def facts(run: PlanRun) -> dict[str, Any]:
    """Facts without which no number of a run may be shown; texts by language."""
    section = run.scenario.plan
    assert section is not None
    title, description = run.scenario.title, run.scenario.description.strip()
    return {
        "scenario": run.scenario.name,
        "title": {"en": title, "zh": section.title_zh or title},
        "description": {"en": description, "zh": section.description_zh or description},
        "network": section.network,
        "hours": hours_words(run.steps[0].hours),
        "groups": {name: list(sites) for name, sites in run.groups.items()},
        "members": run.members,
        "expectations": [finding.sentence() for finding in run.findings],
        "assumed": dict(run.assumed),
        "shown": run.shown,
        "failed": dict(run.failed),
        "tradewind_version": version("tradewind"),
    }


def hours_words(hours: PlanHours) -> dict[str, str]:
    """Which hours are planned, by language."""
    told = {
        "full_year": "全年逐小时",
        "step_hours": f"全年，每 {hours.step_hours} 小时一步",
        "hours": f"典型日共 {hours.hours} 小时",
        "weeks": f"{hours.weeks} 周",
        "clusters": f"{hours.clusters} 个典型日",
    }
    chosen = next(name for name in told if getattr(hours, name) is not None)
    return {"en": str(hours), "zh": told[chosen]}


def sources(run: PlanRun) -> list[dict[str, Any]]:
    """What each variable of the network's table is, and where it is from; one row a variable."""
    from tradewind.world.energy import open_energy

    assert run.scenario.plan is not None
    network = run.scenario.plan.network
    tables = [open_energy(network)]
    if network in ABROAD and network != "world":
        tables.append(open_energy("world")[["round_trip"]])
    return [
        {
            "title": values.attrs["long_name"],
            "unit": values.attrs["units"],
            "year": values.attrs["year"],
            "source": values.attrs["source"],
            "licence": values.attrs["licence"],
            "synthetic": values.attrs["synthetic"] == "yes",
        }
        for data in tables
        for values in data.data_vars.values()
    ]


def _told(step: Step, plan: xr.Dataset | None) -> dict[str, Any]:
    """Hours and objective of a plan [USD million / year]; none if it has no answer."""
    objective = None if plan is None else float(plan.attrs["objective"])
    return {"hours": str(step.hours), "objective": objective}


@cache
def data_hash() -> str:
    """Hash the data that plans are made from, each file with its name, in the order of names."""
    digest = hashlib.sha256()
    for package, folder in DATA:
        for name, file in _files(files(package).joinpath(*folder), ""):
            digest.update(name.encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()


def _files(folder: Traversable, above: str) -> list[tuple[str, Traversable]]:
    if not folder.is_dir():
        return []
    found = []
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        name = f"{above}{item.name}"
        found += _files(item, f"{name}/") if item.is_dir() else [(name, item)]
    return found
