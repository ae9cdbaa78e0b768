"""Tables of ``tradewind world show``: what a world holds, and a corner of a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from tradewind.cli.shared import emit, new_console

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tradewind.world import World
    from tradewind.world.compute import ComputeData

PIPE_WIDTH = 110
COLUMN_WIDTHS = (30, 31, 18, 12)
SAMPLE = 6
"""Labels shown along each of the last two dimensions of a variable."""
WIDE = {
    "accelerators": [
        *("key", "vendor", "market", "tpp", "memory_bandwidth_gb_s"),
        *("interconnect_gb_s", "die_area_mm2", "process_nm"),
    ],
    "owner_sales": ["owner", "chip", "vendor", "year", "units", "h100e", "h100e_low", "h100e_high"],
    "parameters": ["parameter", "value", "low", "high", "unit", "seen"],
}
"""Columns shown of a table that is too wide for a terminal."""


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


def tables_of_chips(chips: ComputeData) -> list[dict[str, str]]:
    """Provenance of the tables of chips, one line a table."""
    lines = chips.provenance.reset_index().fillna("").astype(str).to_dict("records")
    return [{str(key): value for key, value in line.items()} for line in lines]


def print_tables_of_chips(chips: ComputeData) -> None:
    """Print the tables of chips with unit, year and source."""
    title = "Chips: accelerators and their market"
    table = new_table("table", ">rows", "unit", "year", "source", title=title)
    for line in tables_of_chips(chips):
        source = f"{line['source']} ({line['licence']})"
        table.add_row(line["table"], line["rows"], line["unit"], line["year"], source)
    print_table(table)


def show_table_of_chips(chips: ComputeData, name: str, as_json: bool) -> None:
    """Show one table of chips: provenance, and its first lines (all of them as JSON)."""
    from tradewind.world.compute import READ_AS

    about = {line["table"]: line for line in tables_of_chips(chips)}[name]
    attribute = {file: key for key, file in READ_AS.items()}[name]
    content: pd.DataFrame = getattr(chips, attribute)
    if content.index.name:
        content = content.reset_index()
    if as_json:
        lines = content.astype(object).where(content.notna(), None).to_dict("records")
        emit({**about, "lines": lines})
        return
    table = new_table(name, "")
    for key, value in about.items():
        table.add_row(key, value)
    print_table(table)
    picked = content[WIDE.get(name, list(content))].head(SAMPLE)
    headings = [heading(picked[column]) for column in picked]
    table = new_table(*headings, title=f"first {len(picked)} of {len(content)} lines")
    for _, line in picked.astype(object).iterrows():
        table.add_row(*(cell_text(cell) for cell in line))
    print_table(table)


def heading(column: pd.Series[Any]) -> str:
    """Heading of a column; numbers are set right, and words may break into lines."""
    return (">" if column.dtype.kind in "if" else "") + str(column.name).replace("_", " ")


def cell_text(cell: object) -> str:
    """A cell as text: quantities grouped by thousands, years as they are, nothing as nothing."""
    if isinstance(cell, float):
        return f"{cell:,.6g}" if cell == cell else ""
    return str(cell)


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
