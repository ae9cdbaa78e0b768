"""``tradewind scenario``: list, show and check scenarios."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tradewind.cli.shared import AsJson, Language, emit, require_language

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="List, show and check scenarios."
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
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Check a scenario against its world, without running it, and tell it in words."""
    chosen = require_language(language)
    from tradewind.scenario import Scenario

    scenario = Scenario.from_yaml(file)
    world = scenario.load_world()
    policy = scenario.policy(world)
    scenario.trade_elasticity(world)
    sentences = scenario.describe(world, chosen)
    changed = _changed_cells(policy, world)
    if as_json:
        emit(
            {
                "name": scenario.name,
                "title": scenario.title,
                "sentences": sentences,
                "changed": changed,
            }
        )
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
