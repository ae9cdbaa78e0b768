"""``tradewind compare``: two saved runs side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from tradewind.cli.run import require_language


def compare(
    a: Annotated[Path, typer.Argument(help="Folder of the first run.")],
    b: Annotated[Path, typer.Argument(help="Folder of the second run.")],
    out: Annotated[Path | None, typer.Option(help="HTML file to write as well.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Show where two runs differ: real income by economy, and where industry goes."""
    require_language(language)
    from tradewind.report.compare import check_comparable, differences, render_compare
    from tradewind.runs import load_outputs, write_whole
    from tradewind.world import World

    chosen: Literal["en", "zh"] = "zh" if language == "zh" else "en"
    (first, first_manifest), (second, second_manifest) = load_outputs(a), load_outputs(b)
    check_comparable(first, second)
    names = World.default()
    if out is not None:
        text = render_compare(first, second, names, (first_manifest, second_manifest), chosen)
        write_whole(out, text, force=force)
    if as_json:
        table = differences(first, second, names)
        typer.echo(json.dumps(table.to_dict(orient="index"), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from tradewind.report.terminal import print_compare

    print_compare(first, second, names, Console(), chosen)
    if out is not None:
        typer.echo(f"\n{out} written")
