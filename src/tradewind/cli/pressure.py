"""``tradewind pressure``: who stands where, how sure that is, and why."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradewind.cli.shared import (
    AsJson,
    Contents,
    Force,
    Language,
    emit,
    list_folder,
    new_console,
    require_language,
    status,
)

if TYPE_CHECKING:
    from tradewind.pressure.uncertainty import Progress
    from tradewind.pressure_run import PressureRun

EXAMPLES = """
\b
Examples:
  tradewind pressure                                      national strength, newest year
  tradewind pressure --index strength-per-head --year 2020
  tradewind pressure --index pressure-energy --out runs/energy
  tradewind pressure show DEU                             why Germany stands where it stands
  tradewind pressure list                                 the indices that ship with Tradewind
  tradewind pressure index my.csv --spec my.yaml          an index of your own

\b
The rank shown is the median over draws of every choice: methods, weights, gaps, errors, one
indicator left out. Beside it stand the 5 and 95 % of the draws. A rung ends only where these
intervals separate. --out writes a folder with a report.
"""
CONTENTS: Contents = {
    "report.html": {"en": "the report, for any browser", "zh": "英文报告,用浏览器打开"},
    "report.zh.html": {"en": "the report in Chinese", "zh": "中文报告,用浏览器打开"},
    "pressure.csv": {"en": "the ladder, one economy a line", "zh": "排名,每个经济体一行"},
    "indicators.csv": {"en": "every number behind it", "zh": "全部底层数据"},
    "pressure.nc": {"en": "the same, labelled", "zh": "同上,带标签"},
    "manifest.json": {"en": "version, specification, hash", "zh": "版本、设定与校验"},
}
DRAWS = 2000
TOP = 40
Tell = Callable[[str], None]

app = typer.Typer(
    rich_markup_mode=None,
    help="Rank economies by an index, with the interval of every rank.",
    epilog=EXAMPLES,
)
Index = Annotated[
    str, typer.Option(help="Name of a shipped index (tradewind pressure list), or a YAML file.")
]
AtYear = Annotated[int | None, typer.Option(help="Year; the newest if left out.")]
Draws = Annotated[
    int, typer.Option(min=100, help="Draws over every choice; more make bounds steadier.")
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same ranks.")]
Top = Annotated[int, typer.Option(min=1, help="Economies to show.")]
Out = Annotated[Path | None, typer.Option(help="Folder to write, with the report.")]


@app.callback(invoke_without_command=True)
def pressure(
    context: typer.Context,
    index: Index = "strength",
    year: AtYear = None,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    top: Top = TOP,
    out: Out = None,
    force: Force = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Print the ladder: rungs, ranks with their intervals, scores."""
    if context.invoked_subcommand is not None:
        return
    _ladder(index, None, year, draws, seed, top, out, force, language, as_json)


@app.command("index")
def own_index(
    table: Annotated[
        Path, typer.Argument(help="CSV file: economies in the first column, one a line.")
    ],
    spec: Annotated[Path, typer.Option(help="YAML file that says what is measured, and how.")],
    draws: Draws = 10_000,
    seed: Seed = 1,
    top: Top = TOP,
    out: Out = None,
    force: Force = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Rank the economies of a table of your own by an index of your own."""
    _ladder(str(spec), table, None, draws, seed, top, out, force, language, as_json)


@app.command("show")
def show(
    economy: Annotated[str, typer.Argument(help="Code of the economy, for instance DEU.")],
    index: Index = "strength",
    year: AtYear = None,
    draws: Draws = DRAWS,
    seed: Seed = 1,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Say why an economy stands where it stands: each indicator, and what it does."""
    chosen = require_language(language)
    result = _rank(index, None, year, draws, seed, quiet=as_json, with_history=False)
    code = result.require(economy)
    if as_json:
        line = result.table().loc[code].to_dict()
        drives = result.why(code).reset_index().to_dict(orient="records")
        emit({"economy": code, "index": dict(result.outputs.attrs), **line, "indicators": drives})
        return
    from tradewind.report.pressure_terminal import print_why

    print_why(result.outputs, result.economy_names, code, new_console(120), chosen)


@app.command("list")
def list_indices(as_json: AsJson = False) -> None:
    """List the indices that ship with Tradewind."""
    with status(quiet=as_json):
        from tradewind.pressure import shipped, specification

        found = [specification(name) for name in shipped()]
    if as_json:
        emit(
            [
                {
                    "name": spec.name,
                    "title": spec.title,
                    "measure": spec.measure,
                    "pillars": len(spec.pillars),
                    "indicators": [indicator.name for indicator in spec.indicators],
                    "missing_data": list(spec.missing_data),
                }
                for spec in found
            ]
        )
        return
    width = max(len(spec.name) for spec in found)
    for spec in found:
        typer.echo(f"{spec.name:<{width}}  {len(spec.indicators):>2} indicators  {spec.title}")


def _ladder(
    index: str,
    table: Path | None,
    year: int | None,
    draws: int,
    seed: int,
    top: int,
    out: Path | None,
    force: bool,
    language: str,
    as_json: bool,
) -> None:
    clock = time.perf_counter()
    chosen = require_language(language)
    if out is not None:
        from tradewind.run_folder import check_free

        check_free(out, force=force)
    result = _rank(index, table, year, draws, seed, quiet=as_json, with_history=out is not None)
    goal = None
    if out is not None:
        with status(quiet=as_json) as tell:
            tell("writing the report")
            goal = result.save(out, force=force)
    if as_json:
        emit({"folder": str(out) if out else None, **result.answer()})
        return
    from tradewind.report.pressure_terminal import print_ladder

    print_ladder(result.outputs, result.economy_names, new_console(100), chosen, top)
    if out is not None and goal is not None:
        list_folder(out, goal, CONTENTS, time.perf_counter() - clock, chosen)


def _rank(
    index: str,
    table: Path | None,
    year: int | None,
    draws: int,
    seed: int,
    *,
    quiet: bool,
    with_history: bool,
) -> PressureRun:
    with status(quiet=quiet) as tell:
        tell("loading the libraries")
        from tradewind.pressure_run import rank_economies
    with _progress(quiet=quiet) as (tell_step, progress):
        return rank_economies(
            index,
            table,
            year=year,
            draws=draws,
            seed=seed,
            with_history=with_history,
            progress=progress,
            tell=tell_step,
            command=_command(),
        )


def _command() -> str:
    """What to type to ask again."""
    arguments = [word for word in sys.argv[1:] if word not in ("--json", "--force")]
    return shlex.join(["tradewind", *arguments])


@contextmanager
def _progress(*, quiet: bool) -> Iterator[tuple[Tell, Progress]]:
    """Show a bar on a terminal, the current step before it."""
    if quiet or not sys.stderr.isatty():
        yield (lambda _: None), (lambda done, total: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield (
            lambda step: bar.update(task, description=step),
            lambda done, total: bar.update(task, completed=done, total=total),
        )
