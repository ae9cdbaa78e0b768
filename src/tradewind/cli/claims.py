"""``tradewind claims``: statements from articles put to the test, each as an experiment."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradewind.cli import claims_read
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
from tradewind.errors import TradewindError

if TYPE_CHECKING:
    from tradewind.claims.runner import Progress

EXAMPLES = """
\b
Examples:
  tradewind claims list                                every claim, with its article
  tradewind claims show energy-industry                thresholds, experiment, parameters, sources
  tradewind claims run --quick                         a look at all of them: eight members each
  tradewind claims run                                 all of them, with a report
  tradewind claims run energy-industry quota-50k --members 256
  tradewind claims run --claims mine --out runs/mine   your own claim files (docs/claims.md)

\b
A claim's file says beforehand what would support and what would contradict it; the verdict is
computed. Finished members of a run that is cut short are kept beside its folder; the same command
goes on from there.
"""
CONTENTS: Contents = {
    "report.html": {"en": "the report, for any browser", "zh": "英文报告,用浏览器打开"},
    "report.zh.html": {"en": "the report in Chinese", "zh": "中文报告,用浏览器打开"},
    "claims.csv": {"en": "every metric of every claim", "zh": "各项论断的全部指标"},
    "members.nc": {"en": "every run, labelled, a group a claim", "zh": "全部运行,带标签"},
    "manifest.json": {"en": "version, seed, hashes, timings", "zh": "版本、种子与校验"},
}
WIDTH_OF_PIPE = 120

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Put statements from articles to the test.",
    epilog=EXAMPLES,
)
app.command("read", epilog=claims_read.EXAMPLES)(claims_read.read)
Folder = Annotated[
    Path | None,
    typer.Option("--claims", help="Folder of your own claim files; the shipped ones if left out."),
]


@app.command("list")
def list_claims(claims: Folder = None, language: Language = "en", as_json: AsJson = False) -> None:
    """List the claims: id, article and paragraph, statement, blocks, whether they can be tested."""
    chosen = require_language(language)
    with status(quiet=as_json):
        from tradewind.claims import load
        from tradewind.claims.answer import stated

        found = [stated(claim) for claim in load(claims)]
    if as_json:
        emit(found)
        return
    from tradewind.report.claims_terminal import print_list

    print_list(found, new_console(WIDTH_OF_PIPE), chosen)


@app.command("show")
def show(
    claim: Annotated[str, typer.Argument(help="Id of the claim (tradewind claims list).")],
    claims: Folder = None,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Show one claim: thresholds, experiment, null run, parameters with their sources."""
    chosen = require_language(language)
    with status(quiet=as_json):
        from tradewind.claims import load
        from tradewind.claims.answer import stated

        (found,) = load(claims, [claim])
        words = [
            "tradewind",
            "claims",
            "run",
            claim,
            *(["--claims", str(claims)] if claims else []),
        ]
        told = stated(found) | {"command": shlex.join(words)}
    if as_json:
        emit(told)
        return
    from tradewind.report.claims_terminal import print_claim

    print_claim(told, new_console(WIDTH_OF_PIPE), chosen)


@app.command("run", epilog=EXAMPLES)
def run(
    ids: Annotated[list[str] | None, typer.Argument(help="Claims to run; all if left out.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Eight members each and no ends of the ranges.")
    ] = False,
    members: Annotated[
        int | None, typer.Option(help="Members of each ensemble; as each file says if left out.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same members.")] = 1,
    claims: Folder = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/claims if left out.")
    ] = None,
    force: Force = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Run claims as experiments, print the board, and write a folder with the report."""
    clock = time.perf_counter()
    chosen = require_language(language)
    with status(quiet=as_json) as say:
        say("loading the libraries")
        from tradewind.claims import run as run_claims
        from tradewind.run_folder import check_free

        folder = out or Path("runs") / ("claims-quick" if quick else "claims")
        place = check_free(folder, force=force)
        keep = place.with_name(f"{place.name}.progress")
    with _progress(keep, quiet=as_json) as progress:
        board = run_claims(
            ids or None,
            members,
            quick,
            seed=seed,
            folder=claims,
            keep=keep,
            restart=force,
            progress=progress,
            command=_command(),
        )
    with status(quiet=as_json) as say:
        say("writing the report")
        goal = board.save(folder, force=force)
    keep.unlink(missing_ok=True)
    if as_json:
        files = {name: str(goal / name) for name in CONTENTS}
        emit({"folder": str(folder), "files": files, **board.answer()})
        return
    from tradewind.report.claims_terminal import print_board

    print_board(board.answer(), new_console(WIDTH_OF_PIPE), chosen)
    list_folder(folder, goal, CONTENTS, time.perf_counter() - clock, chosen)


def _command() -> str:
    """What to type to ask again."""
    arguments = [word for word in sys.argv[1:] if word not in ("--json", "--force")]
    return shlex.join(["tradewind", *arguments])


@contextmanager
def _progress(keep: Path, *, quiet: bool) -> Iterator[Progress]:
    """Show what is done on a terminal; tell what is kept if the run is cut short."""
    try:
        with status(quiet=quiet) as say:
            yield lambda claim, done, total, left: say(
                f"{claim}: {done} of {total} runs, {_left(left)}"
            )
    except TradewindError:
        # It has a message of its own, and the same command would meet it again.
        raise
    except BaseException:
        # The first line is the head, and a torn last one has no end.
        kept = keep.read_bytes().count(b"\n") - 1 if keep.exists() else 0
        if kept > 0:
            said = f"{kept} runs are kept in {keep}; the same command goes on from there"
            typer.echo(f"tradewind: {said}", err=True)
        raise


def _left(seconds: float) -> str:
    if seconds < 60.0:
        return "less than a minute left"
    return f"about {seconds / 60.0:.0f} min left"
