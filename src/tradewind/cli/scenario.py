"""``tradewind scenario``: list, show and check scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradewind.cli.shared import AsJson, Language, Year, emit, note_odd_tariffs, require_language

if TYPE_CHECKING:
    from tradewind.scenario import Scenario
    from tradewind.scenario.groups import Group
    from tradewind.world import World

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="List, show and check scenarios; list groups."
)


@app.command("list")
def list_scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that ship with Tradewind."""
    from tradewind.scenario import Scenario
    from tradewind.scenario.library import DEFAULT

    titles = Scenario.shipped()
    if as_json:
        emit(
            [
                {"name": name, "title": title, "default": name == DEFAULT}
                for name, title in titles.items()
            ]
        )
        return
    width = max(map(len, titles))
    for name, title in titles.items():
        typer.echo(f"{name:<{width}}  {title}{' (default)' if name == DEFAULT else ''}")


@app.command("groups")
def list_groups(as_json: AsJson = False) -> None:
    """List the groups of economies and sectors that a scenario may name."""
    from tradewind.scenario.groups import groups
    from tradewind.scenario.near_misses import quoted

    known = {kind: groups(kind).values() for kind in ("economies", "sectors")}
    if as_json:
        emit({kind: [_group(group) for group in found] for kind, found in known.items()})
        return
    for kind, found in known.items():
        typer.echo(f"Groups of {kind}")
        for group in found:
            also = f" (or {', '.join(group.aliases)})" if group.aliases else ""
            since = f"; as of {group.as_of}" if group.as_of else ""
            typer.echo(f"\n{group.name}{also}: {group.titles['en']}")
            typer.echo(f"  members: {', '.join(map(quoted, group.members))}")
            typer.echo(f"  source:  {group.source}{since}")
        typer.echo("")


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "aliases": group.aliases,
        "title": group.titles["en"],
        "members": group.members,
        "as_of": group.as_of,
        "source": group.source,
    }


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name of a shipped scenario, or a file.")],
    as_json: AsJson = False,
) -> None:
    """Print a scenario as it stands in its file, comments and all."""
    from tradewind.scenario import Scenario
    from tradewind.scenario.library import find
    from tradewind.scenario.yaml_source import read_text

    scenario = Scenario.from_yaml(name)
    if as_json:
        emit(scenario.to_dict())
        return
    path, _ = find(name)
    typer.echo(read_text(path), nl=False)


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")],
    year: Year = None,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Check a scenario against its world and networks, without a run, and tell it in words."""
    chosen = require_language(language)
    from tradewind.scenario import Scenario

    scenario = Scenario.from_yaml(file)
    scenario = scenario if year is None else scenario.at(year)
    if not as_json:
        note_odd_tariffs(scenario)
    world = scenario.load_world()
    changed = _most_changed(scenario, world)
    scenario.trade_elasticity(world)
    sentences = scenario.describe(world, chosen)
    _check_parameters(scenario)
    controls, plan = _controls(scenario), _plan(scenario)
    if as_json:
        emit(
            {
                "name": scenario.name,
                "title": scenario.title,
                "sentences": sentences,
                "changed": changed,
                "controls": controls,
                "plan": plan,
            }
        )
        return
    typer.echo(f"{scenario.name}: {scenario.title}")
    for sentence in sentences:
        typer.echo(f"- {sentence}")
    for variable, count in changed.items():
        typer.echo(f"{variable}: {count} cells changed")
    if controls:
        told = [f"{count} {what}" for what, count in controls.items() if what != "regime"]
        typer.echo(f"export controls: {controls['regime']}, {', '.join(told)}")
    if plan:
        typer.echo(f"plan on {plan['network']}: {', '.join(plan['plans'])}")


def _most_changed(scenario: Scenario, world: World) -> dict[str, int]:
    """Cells that the shocks of a year change, in the year in which they are most."""
    from tradewind.scenario.years import FIRST_YEAR, LAST_YEAR

    held = dict.fromkeys(scenario.in_force(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))
    found: dict[str, int] = {}
    for each in held:
        for name, count in _changed_cells(each.policy(world), world).items():
            found[name] = max(count, found.get(name, 0))
    return found


def _check_parameters(scenario: Scenario) -> None:
    """Refuse parameters of a run over the years that there are not, or that leave their range."""
    if scenario.years is None:
        return
    from tradewind import adoption, automation, capital
    from tradewind.coupling import parameters

    parameters.central(scenario.years.parameters)
    automation.central(scenario.years.automation_parameters)
    adoption.central(scenario.years.adoption_parameters)
    capital.central(scenario.years.capital_parameters)


def _controls(scenario: Scenario) -> dict[str, str | int] | None:
    """Check the export rules of a scenario, and count what it does to them."""
    asked = scenario.controls
    if asked is None:
        return None
    from tradewind.controls import Regime

    Regime.of(asked, scenario.origin, scenario.name)
    counts = {"added": len(asked.add), "ended": len(asked.end), "changed": len(asked.change)}
    return {"regime": asked.regime, **counts}


def _plan(scenario: Scenario) -> dict[str, Any] | None:
    """Check the plans of a scenario against their network, and list them."""
    if scenario.plan is None:
        return None
    from tradewind.plan_run.asked import check_plan

    steps = check_plan(scenario.plan, scenario.origin, scenario.title)
    return {"network": scenario.plan.network, "plans": [step.name for step in steps]}


def _changed_cells(policy: Any, world: Any) -> dict[str, int]:
    """Number of cells in which each variable differs from its baseline."""
    untouched = {"export_tax": 0.0}
    return {
        str(name): int(
            (
                table != (world.data["tariff"] if name == "tariff" else untouched.get(name, 1.0))
            ).sum()
        )
        for name, table in policy.items()
    }
