"""``tradewind world``: show, check, build and import worlds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradewind.cli.shared import AsJson, Force, Year, emit, status
from tradewind.cli.world_tables import (
    facts,
    new_table,
    print_table,
    print_tables_of_chips,
    print_variables,
    show_labels,
    show_table_of_chips,
    show_variable,
    tables_of_chips,
)

if TYPE_CHECKING:
    from tradewind.world import Check, World
    from tradewind.world.compute import ComputeData

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Show, check, build and import worlds."
)

WorldFile = Annotated[
    Path | None, typer.Option("--world", help="A world file; the shipped one if left out.")
]


@app.command()
def show(
    variable: Annotated[
        str | None,
        typer.Argument(
            help="A variable, economies, sectors, indicators or a table of chips; all if left out."
        ),
    ] = None,
    world: WorldFile = None,
    year: Year = None,
    as_json: AsJson = False,
) -> None:
    """List the variables with units, years and sources, show one, or list codes or indicators."""
    from tradewind.world.provenance import as_dicts

    loaded, chips = load(world, year), chips_beside(world)
    if variable == "indicators":
        show_indicators(as_json)
    elif variable in ("economies", "sectors"):
        show_labels(loaded, variable, as_json)
    elif variable is not None and chips is not None and variable in chips.provenance.index:
        show_table_of_chips(chips, variable, as_json)
    elif variable is not None:
        show_variable(loaded, variable, as_json)
    elif as_json:
        known = {"world": facts(loaded), "variables": as_dicts(loaded.data)}
        emit(known if chips is None else {**known, "tables": tables_of_chips(chips)})
    else:
        if chips is not None:
            print_tables_of_chips(chips)
        print_variables(loaded)


@app.command()
def check(world: WorldFile = None, year: Year = None, as_json: AsJson = False) -> None:
    """Check accounting identities, signs, units and provenance; exit code 2 if one fails."""
    from tradewind.errors import InputError
    from tradewind.world import check as run_checks
    from tradewind.world.indicators_checks import check as check_indicators

    loaded = load(world, year)
    results = [*run_checks(loaded), *check_chips(world)]
    if world is None:
        results += check_indicators()
    failed = [result for result in results if not result.passed]
    if as_json:
        rows = [result.as_dict() for result in results]
        emit({"world": facts(loaded), "checks": rows, **loaded.record})
    else:
        table = new_table("check", "what", ">value", ">bound", "passed")
        for result in results:
            verdict = "yes" if result.passed else "[bold red]NO[/]"
            table.add_row(
                result.name, result.what, f"{result.value:.3g}", f"{result.bound:.3g}", verdict
            )
        print_record(loaded)
        print_table(table)
        typer.echo(f"{len(results) - len(failed)} of {len(results)} checks passed: {loaded.name}")
    if failed:
        raise InputError(
            f"{len(failed)} of {len(results)} checks failed.",
            where=f"world {loaded.name}, check {failed[0].name!r}",
            value=f"{failed[0].value:.3g}",
            bound=f"at most {failed[0].bound:.3g}",
            remedy="build or import the world again",
        )


@app.command()
def build(
    sources: Annotated[
        Path, typer.Option(help="Folder of trade/, indicators/, compute/, facts/ and energy/.")
    ],
    out: Annotated[
        Path, typer.Option(help="World file to write; tables of chips go into compute/ beside it.")
    ],
    indicators: Annotated[
        Path | None, typer.Option(help="Folder to write the tables of indicators to, as well.")
    ] = None,
    energy: Annotated[
        Path | None, typer.Option(help="Folder to write the tables of power systems to, as well.")
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make the shipped world and tables of chips from the raw sources: read, check, write."""
    from tradewind.run_folder import require_free_file
    from tradewind.trade import balanced_dataset, rolled_state
    from tradewind.world import build as build_world
    from tradewind.world.compute_build import FOLDER_NAME, build_compute, require_free_folder
    from tradewind.world.energy_build import build_energy
    from tradewind.world.indicators import build as build_indicators

    require_free_file(out, force=force)
    folder = out.parent / FOLDER_NAME
    require_free_folder(folder, force=force)
    with status(quiet=as_json) as report:
        chips = build_compute(sources, report=report)
        made = build_world(sources, balanced_dataset, rolled_state, report=report)
        if indicators is not None:
            build_indicators(sources, indicators, report=report)
        if energy is not None:
            build_energy(sources, energy, force=force, report=report)
    path = made.save(out, force=force)
    beside = {"compute": str(chips.write(folder, force=force))}
    if indicators is not None:
        beside["indicators"] = str(indicators)
    if energy is not None:
        beside["energy"] = str(energy)
    written(made, path, as_json, beside)


@app.command("import")
def import_table(
    path: Annotated[Path, typer.Argument(help="File or folder as the publisher gives it.")],
    out: Annotated[Path, typer.Option(help="World file to write.")],
    base_year: Annotated[int, typer.Option(help="Year of the table.")],
    elasticity: Annotated[
        Path | None, typer.Option(help="YAML file with a trade elasticity for each sector.")
    ] = None,
    elasticity_value: Annotated[
        float | None, typer.Option(help="One trade elasticity for all sectors.")
    ] = None,
    format: Annotated[
        str, typer.Option(help="oecd, wiod, exiobase, or test (pymrio's own example).")
    ] = "oecd",
    negatives: Annotated[
        str, typer.Option(help="Flows that stock changes make negative: refuse or zero.")
    ] = "refuse",
    name: Annotated[str | None, typer.Option(help="Name of the world.")] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make a world of your own input-output table (needs pymrio); tariffs start at zero."""
    from tradewind.run_folder import require_free_file
    from tradewind.trade import balanced_dataset
    from tradewind.world.mrio import read_mrio, world_from_mrio

    require_free_file(out, force=force)
    given = read_elasticity(elasticity, elasticity_value)
    with status(quiet=as_json) as report:
        report("reading the table")
        raw = read_mrio(path, format, negatives=negatives, year=base_year)
        made = world_from_mrio(
            raw,
            balanced_dataset,
            name=name or out.stem,
            base_year=base_year,
            trade_elasticity=given,
            report=report,
        )
    written(made, made.save(out, force=force), as_json)


def show_indicators(as_json: bool) -> None:
    """List the shipped indicators with their units, years, economies and licences."""
    from tradewind.world.indicators import load as load_indicators

    meta = load_indicators().meta
    if as_json:
        emit({"indicators": meta.reset_index().to_dict("records")})
        return
    table = new_table("indicator", "what", "unit", "years", ">economies", "licence")
    for name, row in meta.iterrows():
        years = f"{row['first_year']}-{row['last_year']}"
        counted = str(row["economies"])
        table.add_row(str(name), row["name"], row["unit"], years, counted, row["licence"])
    print_table(table)


def load(path: Path | None, year: int | None) -> World:
    """Load a world file, or the shipped world, at a year if one is given."""
    from tradewind.world import World

    loaded = World.default() if path is None else World.load(path)
    return loaded if year is None else loaded.rolled_to(year)


def chips_beside(path: Path | None) -> ComputeData | None:
    """Read the tables of chips beside a world file, or the shipped ones; None if there are none."""
    from tradewind.world.compute import ComputeData
    from tradewind.world.compute_build import FOLDER_NAME

    if path is None:
        return ComputeData.default()
    folder = path.parent / FOLDER_NAME
    return ComputeData.load(folder) if (folder / "provenance.csv").is_file() else None


def check_chips(path: Path | None) -> list[Check]:
    """Check the tables of chips beside a world file, or the shipped ones."""
    from tradewind.world.accelerators import catalogue, read_folder
    from tradewind.world.compute_build import FOLDER_NAME
    from tradewind.world.compute_checks import check_compute

    chips = chips_beside(path)
    if chips is None:
        return []
    items = catalogue() if path is None else read_folder(path.parent / FOLDER_NAME)
    return check_compute(chips, items)


def read_elasticity(path: Path | None, value: float | None) -> float | dict[str, float]:
    """Return the trade elasticities of exactly one of the two options."""
    import yaml

    from tradewind.errors import InputError

    if (path is None) == (value is None):
        raise InputError(
            "a table needs trade elasticities, given once",
            where="options --elasticity and --elasticity-value",
            bound="exactly one of them",
            remedy="--elasticity-value 5, or --elasticity file.yaml with one line a sector",
        )
    if path is None:
        assert value is not None
        return value
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {str(sector): float(number) for sector, number in table.items()}
    except (
        OSError,
        UnicodeDecodeError,
        yaml.YAMLError,
        AttributeError,
        TypeError,
        ValueError,
    ) as e:
        raise InputError(
            "the file of trade elasticities cannot be read",
            where=str(path),
            value=f"{type(e).__name__}: {e}",
            bound="a YAML mapping of sector to number",
            remedy="check the path, and write one line a sector, as in C29: 5.2",
        ) from e


def written(
    world: World, path: Path, as_json: bool, beside: Mapping[str, str] | None = None
) -> None:
    """Say what was written, what the sources held, and what balancing did."""
    if as_json:
        emit({"file": str(path), **(beside or {}), "world": facts(world), **world.record})
        return
    print_record(world)
    typer.echo(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB).")
    for place in (beside or {}).values():
        typer.echo(f"Wrote {place}.")


def print_record(world: World) -> None:
    """Print what building found in the sources and what balancing did."""
    table = new_table("found or done", "what", ">value")
    found = {**world.record["measured"], "balancing": world.record["balancing"]}
    for group, values in found.items():
        for name, value in values.items():
            shown = f"{value:.4g}" if isinstance(value, int | float) else str(value)
            table.add_row(group.replace("_", " "), name.replace("_", " "), shown)
    print_table(table)
