"""What is told of a chip run besides its numbers: which rules hold, versions, hashes."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tradewind.chip_run.effects import never_bound
from tradewind.chips.parameters import registry
from tradewind.controls import Regime
from tradewind.run_facts import software

if TYPE_CHECKING:
    from tradewind.chip_run.run import ChipRun
    from tradewind.scenario import Scenario


def regime_facts(scenario: Scenario) -> dict[str, Any]:
    """Say which rules hold, and how they differ from those as enacted.

    Returns
    -------
    dict
        ``start`` (enacted or none), ``rules`` (how many), ``added``, ``ended``, ``changed`` (ids;
        ended are those whose last day alone was brought forward), ``set_aside`` (how many of the
        rules as enacted are not there).
    """
    own, enacted = Regime.of(scenario.controls, scenario.origin, scenario.title), Regime.shipped()
    differing = [
        rule for rule in own.rules if rule.id in enacted.by_id and rule != enacted.by_id[rule.id]
    ]
    ended = [rule.id for rule in differing if rule.ends < enacted.by_id[rule.id].ends]
    controls = scenario.controls
    return {
        "start": controls.regime if controls is not None else "enacted",
        "rules": len(own.rules),
        "added": [rule.id for rule in own.rules if rule.id not in enacted.by_id],
        "ended": ended,
        "changed": [rule.id for rule in differing if rule.id not in ended],
        "set_aside": sum(rule.id not in own.by_id for rule in enacted.rules),
    }


def facts(run: ChipRun) -> dict[str, Any]:
    """Facts without which no number of a run may be shown."""
    years = run.central["year"].to_numpy()
    return {
        "scenario": run.scenario.name,
        "title": run.scenario.title,
        "description": run.scenario.description.strip(),
        "regime": regime_facts(run.scenario),
        "chip_parameters": dict(run.scenario.chip_parameters),
        "first_year": int(years[0]),
        "last_year": int(years[-1]),
        "members": run.members,
        "seed": run.seed,
        "residual": float(run.central.attrs["residual"]),
        "never_bound": never_bound(),
        "tradewind_version": version("tradewind"),
    }


def manifest_of(run: ChipRun, command: str | None = None) -> dict[str, Any]:
    """What it takes to make a run again and to see that nothing has changed since."""
    said = facts(run)
    regime = Regime.of(run.scenario.controls, run.scenario.origin, run.scenario.title)
    return {
        **software(),
        "scenario": run.scenario.to_dict(),
        "scenario_sha256": _sha256(run.scenario.to_yaml()),
        "regime": said["regime"],
        **hashes(regime),
        "last_year": said["last_year"],
        "members": run.members,
        "seed": run.seed,
        "residual": said["residual"],
        "command": command or "tradewind.chip_run.run_chips() in Python",
        "timings_s": dict(run.timings),
    }


def hashes(regime: Regime) -> dict[str, str]:
    """Hash rules, data and parameters, so that it shows if one has changed since."""
    return {
        "rules_sha256": _sha256("\n".join(rule.model_dump_json() for rule in regime.rules)),
        "data_sha256": data_hash(),
        "parameters_sha256": _sha256(
            "\n".join(f"{name} {each.model_dump_json()}" for name, each in registry().items())
        ),
    }


def data_hash() -> str:
    """Hash the tables of the market, each with its name, in the order of the names."""
    from tradewind.world.compute import ComputeData

    data = ComputeData.default()
    digest = hashlib.sha256()
    for name in sorted(vars(data)):
        table = getattr(data, name)
        if hasattr(table, "to_csv"):
            digest.update(f"{name}\n{table.to_csv()}".encode())
    for name in ("families.yaml", "economies.yaml"):
        digest.update((files("tradewind.chips") / "tables" / name).read_bytes())
    return digest.hexdigest()


def parameter_rows() -> list[dict[str, Any]]:
    """Every number that the market assumes, as the table has it."""
    return [{"name": name, **each.model_dump(mode="json")} for name, each in registry().items()]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
