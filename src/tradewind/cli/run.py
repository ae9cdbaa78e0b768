"""``tradewind run``: a scenario to a table, a report and a folder of outputs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tradewind.runs import Run

DEFAULT = "us-tariffs-2026"


def run(
    scenario: Annotated[
        str,
        typer.Argument(help="A scenario file, or a shipped one's name (tradewind scenario list)."),
    ] = DEFAULT,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/<scenario> if left out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing run.")] = False,
    seed: Annotated[int, typer.Option(help="Seed, kept in the manifest.")] = 0,
    language: Annotated[str, typer.Option(help="Language of the table: en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Solve a scenario: winners and losers, where industry goes, and a report."""
    require_language(language)
    with status(quiet=as_json) as tell:
        tell("starting")
        from tradewind.runs import check_free
        from tradewind.runs import run as solve_run
        from tradewind.scenario import Scenario

        clock = time.perf_counter()
        chosen = Scenario.from_yaml(scenario)
        goal = check_free(out or Path("runs") / chosen.name, force=force)
        result = solve_run(None, chosen, seed=seed, progress=tell)
        tell("writing the report")
        result.save(goal, force=force)
    shown = goal.relative_to(Path.cwd()) if goal.is_relative_to(Path.cwd()) else goal
    if as_json:
        typer.echo(json.dumps(_summary(result, shown), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from tradewind.report.terminal import print_run

    print_run(result.outputs, result.world, Console(), "zh" if language == "zh" else "en")
    typer.echo(f"\n{shown}/report.html written in {time.perf_counter() - clock:.1f} s")


def require_language(language: str) -> None:
    """Refuse a language there is no catalogue for."""
    if language not in ("en", "zh"):
        from tradewind.errors import InputError

        raise InputError(
            "there is no such language", where="--language", value=language, bound="en or zh"
        )


@contextmanager
def status(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the current step on a terminal; say nothing in a pipe."""
    import sys

    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as spinner:
        yield lambda step: spinner.update(step)


def _summary(result: Run, folder: Path) -> dict[str, Any]:
    """Headline numbers by economy, in percent and USD million."""
    outputs = result.outputs
    parts = outputs["welfare_decomposition"]
    economies = {
        str(code): {
            "real_income_percent": _percent(outputs["real_income_hat"].sel(economy=code) - 1.0),
            "real_wage_percent": _percent(outputs["real_wage_hat"].sel(economy=code) - 1.0),
            "exports_percent": _percent(
                outputs["exports"].sel(economy=code) / outputs["exports_baseline"].sel(economy=code)
                - 1.0
            ),
            "equivalent_variation_usd_million": float(
                outputs["equivalent_variation"].sel(economy=code)
            ),
            "decomposition_percent": {
                str(part): _percent(parts.sel(economy=code, component=part))
                for part in outputs["component"].values
            },
        }
        for code in outputs["economy"].values
    }
    return {
        "scenario": result.scenario.name,
        "folder": str(folder),
        "base_year": result.world.base_year,
        "residual": outputs.attrs["residual"],
        "iterations": outputs.attrs["iterations"],
        "economies": economies,
    }


def _percent(value: Any) -> float:
    return 100.0 * float(value)
