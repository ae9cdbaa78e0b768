"""``tradewind scenario``: list, show and check scenarios."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="List, show and check scenarios.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@app.command("list")
def list_scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that ship with Tradewind."""
    from tradewind.scenario import Scenario
    from tradewind.scenario.library import DEFAULT

    titles = Scenario.shipped()
    if as_json:
        typer.echo(
            json.dumps(
                [
                    {"name": name, "title": title, "default": name == DEFAULT}
                    for name, title in titles.items()
                ],
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    width = max(map(len, titles))
    for name, title in titles.items():
        typer.echo(f"{name:<{width}}  {title}{' (default)' if name == DEFAULT else ''}")


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
        typer.echo(json.dumps(scenario.to_dict(), ensure_ascii=False, indent=2))
        return
    path, _ = find(name)
    typer.echo(read_text(path), nl=False)


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")],
    language: Annotated[str, typer.Option(help="Language of the sentences: en or zh.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Check a scenario against its world, without running it, and tell it in words."""
    from tradewind.errors import ScenarioError
    from tradewind.scenario import Scenario

    if language not in ("en", "zh"):
        raise ScenarioError(
            "unknown language",
            where="option --language",
            value=language,
            bound="en or zh",
            remedy="choose one of these",
        )
    scenario = Scenario.from_yaml(file)
    world = scenario.load_world()
    policy = scenario.policy(world)
    scenario.trade_elasticity(world)
    sentences = scenario.describe(world, "zh" if language == "zh" else "en")
    changed = _changed_cells(policy, world)
    if as_json:
        found: dict[str, Any] = {
            "name": scenario.name,
            "title": scenario.title,
            "sentences": sentences,
            "changed": changed,
        }
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    typer.echo(f"{scenario.name}: {scenario.title}")
    for sentence in sentences:
        typer.echo(f"- {sentence}")
    for variable, count in changed.items():
        typer.echo(f"{variable}: {count} cells changed")


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
