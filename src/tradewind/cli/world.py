"""``tradewind world``: show, check, build and import worlds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

    from tradewind.world import World

app = typer.Typer(no_args_is_help=True, help="Show, check, build and import worlds.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
WorldFile = Annotated[
    Path | None, typer.Option("--world", help="A world file; the shipped one if left out.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing file.")]
PIPE_WIDTH = 110
COLUMN_WIDTHS = (30, 31, 18, 12)
SAMPLE = 6
"""Labels shown along each of the last two dimensions of a variable."""


@app.command()
def show(
    variable: Annotated[str | None, typer.Argument(help="A variable; all if left out.")] = None,
    world: WorldFile = None,
    as_json: AsJson = False,
) -> None:
    """List the variables with units, years and sources, or show one."""
    from tradewind.world.provenance import as_dicts

    loaded = load(world)
    if variable is not None:
        show_variable(loaded, variable, as_json)
    elif as_json:
        emit({"world": facts(loaded), "variables": as_dicts(loaded.data)})
    else:
        print_variables(loaded)


@app.command()
def check(world: WorldFile = None, as_json: AsJson = False) -> None:
    """Check accounting identities, signs, units and provenance; exit code 2 if one fails."""
    from tradewind.errors import InputError
    from tradewind.world import check as run_checks

    loaded = load(world)
    results = run_checks(loaded)
    failed = [result for result in results if not result.passed]
    if as_json:
        emit({"world": facts(loaded), "checks": [result.as_dict() for result in results]})
    else:
        table = new_table("check", "what", ">value", ">bound", "passed")
        for result in results:
            verdict = "yes" if result.passed else "[bold red]NO[/]"
            table.add_row(
                result.name, result.what, f"{result.value:.3g}", f"{result.bound:.3g}", verdict
            )
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
    sources: Annotated[Path, typer.Option(help="Folder that holds trade/ and indicators/.")],
    out: Annotated[Path, typer.Option(help="World file to write.")],
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make the shipped world from the raw sources: read, check, balance, write."""
    from tradewind.trade import balanced_dataset
    from tradewind.world import build as build_world
    from tradewind.world.files import require_free

    require_free(out, force=force)
    with progress() as report:
        made = build_world(sources, balanced_dataset, report=report)
    written(made, made.save(out, force=force), as_json)


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
    from tradewind.trade import balanced_dataset
    from tradewind.world.files import require_free
    from tradewind.world.mrio import read_mrio, world_from_mrio

    require_free(out, force=force)
    given = read_elasticity(elasticity, elasticity_value)
    with progress() as report:
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


def load(path: Path | None) -> World:
    """Load a world file, or the shipped world."""
    from tradewind.world import World

    return World.default() if path is None else World.load(path)


def read_elasticity(path: Path | None, value: float | None) -> float | dict[str, float]:
    """Return the trade elasticities of exactly one of the two options."""
    import yaml

    from tradewind.errors import InputError

    if (path is None) == (value is None):
        raise InputError(
            "A table needs trade elasticities, given once.",
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
            "The file of trade elasticities cannot be read.",
            where=str(path),
            value=f"{type(e).__name__}: {e}",
            bound="a YAML mapping of sector to number",
        ) from e


def show_variable(world: World, name: str, as_json: bool) -> None:
    """Show one variable: provenance, summary, and a corner of its values."""
    variable = world.variable(name)
    summary = summarise(variable)
    if as_json:
        attributes = {str(key): value for key, value in variable.attrs.items()}
        emit({"variable": name, "dims": dict(variable.sizes), **attributes, "summary": summary})
        return
    table = new_table(name, "")
    table.add_row("dimensions", ", ".join(f"{dim} {size}" for dim, size in variable.sizes.items()))
    for key, value in variable.attrs.items():
        table.add_row(str(key).replace("_", " "), str(value))
    for key, value in summary.items():
        table.add_row(key, f"{value:.0f}" if value == int(value) else f"{value:.4g}")
    print_table(table)
    print_sample(variable)


def summarise(variable: xr.DataArray) -> dict[str, float]:
    """Count, smallest, mean and largest value, and how many are missing."""
    values = variable.to_numpy()
    known = values[values == values]
    return {
        "values": float(values.size),
        "missing": float(values.size - known.size),
        "smallest": float(known.min()),
        "mean": float(known.mean()),
        "largest": float(known.max()),
    }


def print_sample(variable: xr.DataArray) -> None:
    """Print a corner: the first label of leading dimensions, the largest of the last two."""
    lead = {dim: variable[dim].values[0] for dim in variable.dims[:-2]}
    corner = variable.sel(lead) if lead else variable
    size = abs(corner).fillna(0)
    picked = {}
    for dim in corner.dims:
        others = [other for other in corner.dims if other != dim]
        order = size.sum(others).argsort().to_numpy()[::-1][:SAMPLE]
        picked[dim] = sorted(order)
    corner = corner.isel(picked)
    title = ", ".join(f"{dim} {label}" for dim, label in lead.items())
    if corner.ndim == 1:
        table = new_table(str(corner.dims[0]), ">value", title=title)
        for label, value in zip(corner[corner.dims[0]].values, corner.values, strict=True):
            table.add_row(str(label), f"{value:,.4g}")
    else:
        rows, columns = corner.dims
        labels = [f">{label}" for label in corner[columns].values]
        table = new_table(f"{rows} \\ {columns}", *labels, title=title)
        for label, values in zip(corner[rows].values, corner.values, strict=True):
            table.add_row(str(label), *(f"{value:,.4g}" for value in values))
    print_table(table)


def print_variables(world: World) -> None:
    """Print the variables, one table for each source."""
    from itertools import groupby

    from tradewind.world.provenance import rows

    for (source, licence), group in groupby(
        rows(world.data), key=lambda row: (row.source, row.licence)
    ):
        table = new_table("variable", "dimensions", "unit", "year", title=f"{source} ({licence})")
        for column, width in zip(table.columns, COLUMN_WIDTHS, strict=True):
            column.min_width = width
        for row in group:
            table.add_row(row.variable, row.dims, row.units, row.year)
        print_table(table)
    known = facts(world)
    typer.echo(
        f"{known['name']}: {known['economies']} economies, {known['sectors']} sectors, "
        f"base year {known['base_year']}. `tradewind world show VARIABLE` tells more."
    )


def facts(world: World) -> dict[str, Any]:
    """Name, size and base year of a world."""
    return {
        "name": world.name,
        "base_year": world.base_year,
        "economies": len(world.economies),
        "sectors": len(world.sectors),
        "schedules": world.schedules,
    }


def written(world: World, path: Path, as_json: bool) -> None:
    """Say what was written, and what balancing did."""
    attributes = {str(key): value for key, value in world.data.attrs.items()}
    if as_json:
        emit({"file": str(path), "world": facts(world), "attributes": attributes})
        return
    typer.echo(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB).")
    record = json.loads(attributes.get("balancing", "{}"))
    for key, value in record.items():
        typer.echo(f"  balancing: {key.replace('_', ' ')} {value:.4g}")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show on the error stream which step is running."""
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda step: status.update(f"{step} ...")


def new_table(*headings: str, title: str = "") -> Any:
    """A plain table; a heading that starts with ``>`` has its column set right."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, title=title or None, title_justify="left")
    for heading in headings:
        right = heading.startswith(">")
        table.add_column(heading.lstrip(">"), justify="right" if right else "left", overflow="fold")
    return table


def print_table(table: Any) -> None:
    """Print a table to the terminal."""
    from rich.console import Console

    console = Console()
    # A pipe has no width of its own; the usual 80 columns would break every row in two.
    if not console.is_terminal:
        console = Console(width=PIPE_WIDTH)
    console.print(table)


def emit(value: object) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
