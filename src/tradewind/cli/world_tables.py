"""Tables of ``tradewind world show``: what a world holds, and a corner of a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from tradewind.cli.shared import emit, new_console

if TYPE_CHECKING:
    import xarray as xr

    from tradewind.world import World

PIPE_WIDTH = 110
COLUMN_WIDTHS = (30, 31, 18, 12)
SAMPLE = 6
"""Labels shown along each of the last two dimensions of a variable."""


def facts(world: World) -> dict[str, Any]:
    """Name, size and years of a world."""
    return {
        "name": world.name,
        "base_year": world.base_year,
        "year": world.year,
        "years": world.years,
        "economies": len(world.economies),
        "sectors": len(world.sectors),
        "schedules": world.schedules,
    }


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
    # The 80 columns that a pipe is taken to have would break every row in two.
    new_console(width_of_pipe=PIPE_WIDTH).print(table)


def show_labels(world: World, kind: str, as_json: bool) -> None:
    """List the economies or the sectors: code and name."""
    economies = kind == "economies"
    names = world.economy_names if economies else world.sector_names
    codes = world.economies if economies else world.sectors
    rows = [{"code": code, "name": names.get(code, code).strip()} for code in codes]
    if as_json:
        emit(rows)
        return
    width = max(len(row["code"]) for row in rows)
    for row in rows:
        typer.echo(f"{row['code']:<{width}}  {row['name']}")


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
        f"base year {known['base_year']}{_rolled(world)}. `tradewind world show` VARIABLE, "
        "economies or sectors tells more."
    )


def _rolled(world: World) -> str:
    """Say to which year a world was rolled forward, or can be."""
    if world.year != world.base_year:
        return f", rolled forward to {world.year}, USD of {world.year}"
    later = [year for year in world.years if year != world.base_year]
    return f" (--year {later[0]} to {later[-1]} rolls it forward)" if later else ""
