"""``tradewind chips``: who gets which accelerators under the rules, and what each round did."""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradewind.cli.shared import (
    AsJson,
    Contents,
    Force,
    Language,
    bar,
    emit,
    list_folder,
    new_console,
    require_language,
    status,
)

if TYPE_CHECKING:
    from tradewind.chip_run.run import ChipRun
    from tradewind.report.chips_contract import ChipOutputs

DEFAULT = "chips-as-enacted"
RUN = """
\b
Examples:
  tradewind chips run                                    the rules as enacted, to 2035
  tradewind chips run chips-h200-allowed --until 2030    another shipped scenario
  tradewind chips run my-rules.yaml --force              your own, again
  tradewind chips run --no-rounds --members 20 --json    a quick look, for a program

\b
Your own rules: tradewind scenario show chips-bandwidth-threshold > my-rules.yaml, change
what stands under `controls:` (add, end, change), and run it. `chip_parameters:` sets parameters of
the market (tradewind chips parameters).
"""
ROUNDS = """
\b
Examples:
  tradewind chips rounds                             500 draws, in about two minutes
  tradewind chips rounds --members 50 --json         a first look, for a program
  tradewind chips rounds --year 2024 --year 2026     at the ends of other years
  tradewind chips rounds --out runs/rounds           and keep every draw
"""
PARAMETERS = """
\b
Examples:
  tradewind chips parameters            every number that the market assumes
  tradewind chips parameters --json     the same for a program, with notes
"""
BACKTEST = """
\b
Examples:
  tradewind chips backtest                    the model beside naive forecasts of 2024 and 2025
  tradewind chips backtest --members 50 --json
"""
CONTENTS: Contents = {
    "report.html": {"en": "the report, for any browser", "zh": "英文报告,用浏览器打开"},
    "report.zh.html": {"en": "the report in Chinese", "zh": "中文报告,用浏览器打开"},
    "summary.csv": {"en": "stocks, prices, shares with bounds, one a line", "zh": "分年结果与区间"},
    "rounds.csv": {"en": "effect of each round with bounds, one a line", "zh": "各轮规则的影响"},
    "outputs.nc": {"en": "every result, labelled, in groups", "zh": "全部带标签的结果"},
    "manifest.json": {"en": "version, scenario, rules, hashes, timings", "zh": "版本、规则与校验"},
}
WIDTH_OF_PIPE = 100

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The chip market under export controls: stocks, prices, and what each round of rules did.",
)

Seed = Annotated[int, typer.Option(help="Seed of the draws of the parameters.")]


@app.command("run", epilog=RUN, short_help="Run the chip market under a scenario's rules.")
def run(
    scenario: Annotated[
        str,
        typer.Argument(help="A scenario file, or a shipped one's name (tradewind scenario list)."),
    ] = DEFAULT,
    until: Annotated[int, typer.Option(metavar="YEAR", help="Last year, 2025 to 2035.")] = 2035,
    members: Annotated[int, typer.Option(help="Draws of the parameters, for the bounds.")] = 100,
    seed: Seed = 0,
    rounds: Annotated[
        bool, typer.Option(help="Take the rounds of rules as enacted apart, too.")
    ] = True,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/<scenario> if left out.")
    ] = None,
    force: Force = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Run the chip market: stocks with bounds, prices and rents, domestic share, and a report.

    Writes a folder with report.html, report.zh.html, summary.csv, rounds.csv, outputs.nc and
    manifest.json, whole or not at all.
    """
    clock = time.perf_counter()
    chosen_language = require_language(language)
    with status(quiet=as_json) as say:
        say("loading the libraries")
        from tradewind.chip_run import run_chips
        from tradewind.chip_run.folder import outputs_of, save
        from tradewind.run_folder import check_free
        from tradewind.scenario import Scenario

        chosen = Scenario.from_yaml(scenario)
        folder = out or Path("runs") / chosen.name
        check_free(folder, force=force)
    with bar(quiet=as_json) as tell:
        result = run_chips(
            chosen, last_year=until, members=members, seed=seed, rounds=rounds, tell=tell
        )
    with status(quiet=as_json) as say:
        say("writing the report")
        goal = save(result, folder, force=force, command=_command())
    outputs = outputs_of(result)
    if as_json:
        written = {name: str(goal / name) for name in CONTENTS if (goal / name).exists()}
        emit({"folder": str(folder), "files": written, **_answer(result, outputs)})
        return
    from tradewind.report.chips_terminal import print_chips

    print_chips(outputs, new_console(WIDTH_OF_PIPE), chosen_language)
    list_folder(folder, goal, CONTENTS, time.perf_counter() - clock, chosen_language)


@app.command("rounds", epilog=ROUNDS, short_help="Measure what each round of rules did.")
def rounds(
    members: Annotated[int, typer.Option(help="Draws of the parameters.")] = 500,
    seed: Seed = 0,
    year: Annotated[
        list[int] | None,
        typer.Option(
            help="End of a year to show, 2022 to 2027; again for more.  [default: 2025, 2027]"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write: table, every draw, manifest.")
    ] = None,
    force: Force = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Measure the effect of each round of rules on China's compute.

    In the order the rounds came (staircase) and over all orders (Shapley value), by operations and
    by memory bandwidth, in H100, in % of what China holds, and per unit newly covered, each with a
    90 % interval over draws of all parameters.
    """
    clock = time.perf_counter()
    chosen_language = require_language(language)
    with status(quiet=as_json) as say:
        say("loading the libraries")
        from tradewind.chip_run.rounds_run import run_rounds, save_rounds
        from tradewind.run_folder import check_free

        if out is not None:
            check_free(out, force=force)
    with bar(quiet=as_json) as tell:
        found = run_rounds(
            members,
            seed,
            years=year or None,
            progress=lambda done, total: tell("taking rounds apart", done, total),
            command=_command(),
        )
    goal = save_rounds(found, out, force=force) if out is not None else None
    if as_json:
        emit({"folder": str(out) if out is not None else None, **found.answer()})
        return
    from tradewind.report.chips_terminal import print_rounds

    print_rounds(found.table, new_console(WIDTH_OF_PIPE), chosen_language)
    seconds = time.perf_counter() - clock
    if out is not None and goal is not None:
        list_folder(out, goal, CONTENTS, seconds, chosen_language)
    else:
        typer.echo({"en": f"\n{seconds:.1f} s", "zh": f"\n用时 {seconds:.1f} 秒"}[chosen_language])


@app.command("parameters", epilog=PARAMETERS, short_help="List every number the market assumes.")
def parameters(as_json: AsJson = False) -> None:
    """List every number that the market assumes: value, range, unit, source, how it is known."""
    from tradewind.chip_run.facts import parameter_rows

    rows = parameter_rows()
    if as_json:
        emit(rows)
        return
    from tradewind.report.chips_terminal import print_parameters

    print_parameters(rows, new_console(140))


@app.command("backtest", epilog=BACKTEST, short_help="Compare forecasts with what was counted.")
def backtest(
    members: Annotated[int, typer.Option(help="Draws of the parameters.")] = 200,
    seed: Seed = 0,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Forecast 2024 and 2025 from what came before, beside persistence and trend.

    Errors stand beside those of the naive forecasts, whichever is smaller.
    """
    clock = time.perf_counter()
    chosen_language = require_language(language)
    with bar(quiet=as_json) as tell:
        from tradewind.chip_run.backtest import backtest as forecast

        found = forecast(
            members, seed, lambda done, total: tell("forecasting 2024 and 2025", done, total)
        )
    from tradewind.report.chips_backtest import backtest_rows, print_backtest

    if as_json:
        emit({"members": members, "seed": seed, "forecasts": backtest_rows(found)})
        return
    print_backtest(found, new_console(WIDTH_OF_PIPE), chosen_language)
    seconds = time.perf_counter() - clock
    typer.echo({"en": f"\n{seconds:.1f} s", "zh": f"\n用时 {seconds:.1f} 秒"}[chosen_language])


def _answer(result: ChipRun, outputs: ChipOutputs) -> dict[str, Any]:
    """The answer of a run as plain data: all economies, China's families, prices, rounds."""
    from tradewind.report.chips_answer import answer

    return {**answer(outputs), "timings_s": result.timings}


def _command() -> str:
    """What to type to ask again."""
    arguments = [word for word in sys.argv[1:] if word not in ("--json", "--force")]
    return shlex.join(["tradewind", *arguments])
