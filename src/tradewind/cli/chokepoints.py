"""``tradewind chokepoints``: which link, if cut, would hurt an economy most, and whom it hurts."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from tradewind.cli.shared import (
    AsJson,
    Contents,
    Force,
    Language,
    Year,
    bar,
    emit,
    list_folder,
    new_console,
    require_language,
    status,
)
from tradewind.errors import TradewindError

if TYPE_CHECKING:
    from tradewind.chokepoints import Kind
    from tradewind.chokepoints.job import Progress
    from tradewind.scenario.horizon import Horizon
    from tradewind.trade import Closure

EXAMPLES = """
\b
Examples:
  tradewind chokepoints --economy DEU                     its worst links, in seconds
  tradewind chokepoints --economy JPN --by supplier       whose embargo would cost it most
  tradewind chokepoints --economy USA --by sector         which industry abroad, lost to everybody
  tradewind chokepoints --economy DEU --horizon long      once everything has adapted
  tradewind chokepoints --economy DEU --horizon-years 3   three years on
  tradewind chokepoints --economy DEU --all               every cut exactly, and the report

\b
A cut is exact: the link is gone, the world finds a new equilibrium, and the loss is the change of
real income. The 100 worst cuts as predicted from the gradient are made; --all makes every one, cuts
every economy off from every supplier, and writes a folder with a report. A killed --all goes on
where it was when the same command is given again.
"""
TRIED = 100
"""Cuts of the answer in seconds: so many that what costs most is rarely foretold below them."""
CONTENTS: Contents = {
    "report.html": {"en": "the report, for any browser", "zh": "英文报告,用浏览器打开"},
    "report.zh.html": {"en": "the report in Chinese", "zh": "中文报告,用浏览器打开"},
    "chokepoints.csv": {"en": "every cut, one a line", "zh": "每个断链一行"},
    "chokepoints.json": {"en": "the same, with the matrix", "zh": "同上,含依赖矩阵"},
    "chokepoints.nc": {"en": "the same, labelled", "zh": "同上,带标签"},
    "manifest.json": {"en": "version, question, hash, timings", "zh": "版本、问题与校验"},
}


def chokepoints(
    economy: Annotated[
        str, typer.Option(help="Code of the economy (tradewind world show economies).")
    ],
    by: Annotated[
        str,
        typer.Option(
            help="link: one supplier's sales of one sector to the economy. supplier: all its "
            "sales to the economy. sector: its sales of one sector to everybody abroad."
        ),
    ] = "link",
    horizon: Annotated[
        str | None,
        typer.Option(help="short (the first year) or long.", show_default="short"),
    ] = None,
    horizon_years: Annotated[
        float | None, typer.Option(help="Years to adapt, in place of --horizon.")
    ] = None,
    top: Annotated[
        int, typer.Option(min=1, help="Cuts to show, of the 100 or more made exactly.")
    ] = 30,
    everything: Annotated[
        bool, typer.Option("--all", help="Make every cut and write a folder with the report.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write; with --all runs/chokepoints-ECONOMY-HORIZON."),
    ] = None,
    closure: Annotated[
        str, typer.Option(help="fixed, balanced or proportional deficits.")
    ] = "fixed",
    elasticity_set: Annotated[
        str | None, typer.Option(help="Long-run trade elasticities; the world's first if left out.")
    ] = None,
    world: Annotated[
        Path | None, typer.Option(help="A world file; the shipped one if left out.")
    ] = None,
    year: Year = None,
    force: Force = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Rank what an economy depends on by what losing it would cost, both sides.

    For each cut: the loss from a 1 % higher cost, the loss predicted from it, the exact loss, the
    supplier's own loss, and who is next best.
    """
    clock = time.perf_counter()
    chosen_language = require_language(language)
    with status(quiet=as_json) as tell:
        tell("loading the libraries")
        from tradewind.chokepoint_question import horizon_name
        from tradewind.chokepoint_run import find_chokepoints
        from tradewind.cli.world import load
        from tradewind.run_folder import check_free

        asked = _horizon(horizon, horizon_years)
        if out is not None:
            check_free(out, force=force)
        loaded = load(world, year)
        code = _code(economy, loaded.economies)
        folder = out
        if everything and out is None:
            words = [horizon_name(asked).replace(" ", "-")]
            words += [str(year)] if year else []
            words += [closure] if closure != "fixed" else []
            words += [elasticity_set.replace("_", "-")] if elasticity_set else []
            folder = Path("runs") / "-".join(["chokepoints", code, *words])
        keep = None
        if folder is not None:
            place = check_free(folder, force=force)
            keep = place.with_name(f"{place.name}.progress")
    with _progress(keep, quiet=as_json) as progress:
        result = find_chokepoints(
            loaded,
            code,
            by=cast("Kind", by),
            horizon=asked,
            exact=None if everything else max(top, TRIED),
            closure=cast("Closure", closure),
            elasticity_set=elasticity_set,
            keep=keep,
            restart=force,
            progress=progress,
            command=_command(),
        )
    goal = None
    if folder is not None and keep is not None:
        with status(quiet=as_json) as tell:
            tell("writing the report")
            goal = result.save(folder, force=force)
        keep.unlink(missing_ok=True)
    if as_json:
        emit({"folder": str(folder) if folder else None, **result.answer()})
        return
    from tradewind.report.chokepoints_terminal import print_chokepoints

    print_chokepoints(result.outputs, result.world, new_console(100), chosen_language, top)
    seconds = time.perf_counter() - clock
    if folder is not None and goal is not None:
        list_folder(folder, goal, CONTENTS, seconds, chosen_language)
    else:
        said = {
            "en": f"\n{seconds:.1f} s. --all makes every cut exactly and writes a report.",
            "zh": f"\n用时 {seconds:.1f} 秒。--all 精确计算所有断链并写出报告。",
        }
        typer.echo(said[chosen_language])


def _code(typed: str, known: Sequence[str]) -> str:
    """The economy meant, small letters or capitals; as typed if there is none."""
    if typed in known:
        return typed
    return next((code for code in known if code.upper() == typed.upper()), typed)


def _horizon(name: str | None, years: float | None) -> Horizon:
    """The one horizon that two options name."""
    from tradewind.errors import InputError
    from tradewind.scenario.horizon import years_of

    if name is not None and years is not None:
        raise InputError(
            "the horizon is given twice",
            where="options --horizon and --horizon-years",
            value=f"{name}, and {years:g} years",
            bound="one of them",
            remedy="leave one out",
        )
    if years is not None:
        years_of(years)
        return years
    if name in (None, "short"):
        return "short"
    if name == "long":
        return "long"
    raise InputError(
        "there is no such horizon",
        where="option --horizon",
        value=name,
        bound="short or long",
        remedy="choose one of these, or give --horizon-years",
    )


def _command() -> str:
    """What to type to ask again."""
    arguments = [word for word in sys.argv[1:] if word not in ("--json", "--force")]
    return shlex.join(["tradewind", *arguments])


@contextmanager
def _progress(keep: Path | None, *, quiet: bool) -> Iterator[Progress]:
    """Show a bar on a terminal; tell what is kept if the job is cut short."""
    try:
        with bar(quiet=quiet) as tell:
            yield lambda done, total: tell("cutting links" if done else "solving", done, total)
    except TradewindError:
        # It has a message of its own, and the same command would meet it again.
        raise
    except BaseException:
        kept = _kept(keep)
        if kept:
            said = f"{kept} cuts are kept in {keep}; the same command goes on from there"
            typer.echo(f"tradewind: {said}", err=True)
        raise


def _kept(keep: Path | None) -> int:
    """How many results an unfinished job has left in its file."""
    if keep is None or not keep.exists():
        return 0
    # The first line is the question, and a torn last one has no end.
    return max(0, keep.read_bytes().count(b"\n") - 1)
