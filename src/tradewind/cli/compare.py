"""``tradewind compare``: two saved runs side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradewind.cli.shared import AsJson, Force, Language, emit, new_console, require_language

if TYPE_CHECKING:
    import xarray as xr

EXAMPLES = """
\b
Examples:
  tradewind compare runs/us-tariffs-2026 runs/tariff-war-2018
  tradewind compare before after --out difference.html
"""


def compare(
    a: Annotated[Path, typer.Argument(help="Folder of the first run.")],
    b: Annotated[Path, typer.Argument(help="Folder of the second run.")],
    out: Annotated[
        Path | None, typer.Option(help="HTML file to write as well; none if left out.")
    ] = None,
    force: Force = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Show where two runs differ: real income by economy, and where industry goes."""
    chosen = require_language(language)
    from tradewind.run_folder import load_outputs, require_free_file, write_whole

    if out is not None:
        require_free_file(out, force=force)
    (first, first_manifest), (second, second_manifest) = load_outputs(a), load_outputs(b)
    from tradewind.report.compare import check_comparable, render_compare

    check_comparable(first, second)
    names = _names(first)
    manifests, folders = (first_manifest, second_manifest), (str(a), str(b))
    if out is not None:
        text = render_compare(first, second, names, manifests, chosen, folders)
        write_whole(out, text, force=force)
    if as_json:
        emit(_summary((a, first), (b, second), names, out))
        return
    from tradewind.report.terminal import print_compare

    console = new_console()
    print_compare(first, second, names, console, chosen, folders=folders, manifests=manifests)
    if out is not None:
        typer.echo(f"\n{out} written")


@dataclass(frozen=True)
class _Names:
    """English names of a run's labels; a saved run holds codes alone."""

    economy_names: Mapping[str, str]
    sector_names: Mapping[str, str]


def _names(outputs: xr.Dataset) -> _Names:
    from tradewind.world.names import ECONOMY_NAMES, SECTOR_NAMES

    def named(dim: str, known: Mapping[str, str]) -> dict[str, str]:
        return {str(code): known.get(str(code), str(code)) for code in outputs[dim].values}

    return _Names(named("economy", ECONOMY_NAMES), named("sector", SECTOR_NAMES))


def _summary(
    a: tuple[Path, xr.Dataset], b: tuple[Path, xr.Dataset], names: _Names, out: Path | None
) -> dict[str, Any]:
    """Who differs: real income [%] by economy, largest gain of B over A first, and relocation."""
    from tradewind.report.compare import differences, relocation_differences

    sides = {
        side: {key: run.attrs[key] for key in ("scenario", "title", "world", "base_year", "year")}
        | {"folder": str(folder)}
        for side, (folder, run) in (("a", a), ("b", b))
    }
    income = differences(a[1], b[1], names).rename(
        columns={
            "a": "real_income_percent_a",
            "b": "real_income_percent_b",
            "difference": "difference_points",
        }
    )
    moved = relocation_differences(a[1], b[1]).rename(
        columns={"a": "points_a", "b": "points_b", "difference": "difference_points"}
    )
    return {
        **sides,
        "economies": income.to_dict(orient="index"),
        "relocation": moved.to_dict(orient="records"),
        "file": None if out is None else str(out),
    }
