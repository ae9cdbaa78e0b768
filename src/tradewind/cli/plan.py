"""``tradewind plan``: where to build compute, on what power, with which chips, hour by hour."""

from __future__ import annotations

import logging
import math
import shlex
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradewind.cli.minutes import minutes
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
from tradewind.errors import InputError, TradewindError

if TYPE_CHECKING:
    from tradewind.plan_run import PlanRun
    from tradewind.plan_run.solve import Tell
    from tradewind.scenario import Scenario
    from tradewind.scenario.plan_parts import PlanHours

EXAMPLES = """
\b
Examples:
  tradewind plan --network china31                        31 provinces, two weeks hour by hour
  tradewind plan --network world --hours 96               economies and hubs, typical days
  tradewind plan --network us --full-year                 all 8,760 hours
  tradewind plan --scenario plan-east-data-west-compute   cases side by side, with sensitivities
  tradewind plan --scenario plan-pooling --no-sensitivity --json
  tradewind plan --network china31 --latency 10,20,40     where compute stands against the bound
  tradewind plan --network europe --paired latency,deferral   what lifting a limit would save

\b
Your own: tradewind scenario show plan-green-hourly > mine.yaml, change what stands under
`plan:`, and give --scenario mine.yaml. There `brownfield: false` plans china31 without today's
plants. Finished cases of a run that is cut short are kept beside its folder; the same command goes
on from there.
"""
CONTENTS: Contents = {
    "report.html": {"en": "the report, for any browser", "zh": "英文报告,用浏览器打开"},
    "report.zh.html": {"en": "the report in Chinese", "zh": "中文报告,用浏览器打开"},
    "cases.csv": {"en": "cost, green share, PUE, emissions by case", "zh": "各方案的成本与排放"},
    "sites.csv": {"en": "what stands where, one site a line", "zh": "各站点的建设结果"},
    "members.csv": {"en": "gains of a pool by country", "zh": "各国的收益"},
    "plan.nc": {"en": "every result, labelled, a group a case", "zh": "全部带标签的结果"},
    "manifest.json": {"en": "version, scenario, hashes, timings", "zh": "版本、情景与校验"},
}
WIDTH_OF_PIPE = 100


def plan(
    network: Annotated[
        str | None,
        typer.Option(help="china31, us, europe or world; a scenario names its own."),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(help="A scenario file with a plan, or a shipped one's name."),
    ] = None,
    weeks: Annotated[
        int | None, typer.Option(help="Chosen weeks, hour by hour. [default: 2; world: 48 hours]")
    ] = None,
    clusters: Annotated[int | None, typer.Option(help="Typical days, in place of weeks.")] = None,
    step_hours: Annotated[
        int | None, typer.Option(help="The whole year in steps of 2, 3, 4, 6, 8, 12 or 24 hours.")
    ] = None,
    hours: Annotated[
        int | None, typer.Option(help="Hours of typical days of the world: 24, 48, 96 or 192.")
    ] = None,
    full_year: Annotated[bool, typer.Option("--full-year", help="Every hour of the year.")] = False,
    case: Annotated[
        list[str] | None, typer.Option(help="Only this case of the scenario; again for more.")
    ] = None,
    paired: Annotated[
        str,
        typer.Option(
            help="More solves, after commas: latency, residency, deferral (what lifting the limit "
            "saves), siting (range near the optimum: two solves a site, 82 on china31), price "
            "(effect on other consumers), emissions (of one more MW: a solve a bus), hours (error "
            "of those chosen; solves the year). Their number is told before the first."
        ),
    ] = "",
    latency: Annotated[
        str,
        typer.Option(
            help="Longest round trips of interactive work in ms, after commas: a plan more for "
            "each, and a figure of siting against the bound."
        ),
    ] = "",
    sensitivity: Annotated[
        bool, typer.Option(help="Vary the numbers that the scenario names, too.")
    ] = True,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/<scenario> if left out.")
    ] = None,
    force: Force = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Plan compute and power together: sites, chips, plants, storage and lines, hour by hour.

    Least cost of serving a given demand for compute under the scenario's rules. Prints what is
    built where, the cost of an H100e-hour by site, and the cases side by side; writes a folder
    with reports, tables and every result, whole or not at all.
    """
    clock = time.perf_counter()
    chosen_language = require_language(language)
    with status(quiet=as_json) as say:
        say("loading the libraries")
        from tradewind.plan_run.cases import with_latency
        from tradewind.plan_run.folder import outputs_of
        from tradewind.plan_run.run import run_plan
        from tradewind.plan_run.solve import require_paired, silent
        from tradewind.run_folder import check_free

        chosen = _scenario(network, scenario)
        given = {"weeks": weeks, "clusters": clusters, "step_hours": step_hours, "hours": hours}
        planned = _hours(given, full_year)
        if bounds := _bounds(latency):
            chosen = with_latency(chosen, bounds, case)
        words = require_paired([word.strip() for word in paired.split(",") if word.strip()])
        folder = out or Path("runs") / chosen.name
        place = check_free(folder, force=force)
        keep = place.with_name(f"{place.name}.progress")
    # PyPSA and linopy report at INFO on standard error, which --json and the progress line need.
    for library in ("pypsa", "linopy"):
        logging.getLogger(library).setLevel(logging.WARNING)
    with _progress(keep, quiet=as_json) as tell:
        run = run_plan(
            chosen,
            cases=case or None,
            hours=planned,
            paired=words,
            sensitivity=sensitivity,
            keep=keep,
            restart=force,
            tell=tell,
            note=silent if as_json else _note,
            command=_command(),
        )
        tell("writing the report")
        goal = run.save(folder, force=force)
        run.forget()
    if as_json:
        emit({"folder": str(folder), "files": _written(goal), **_answer(run)})
        return
    from tradewind.report.plan_terminal import print_plan

    print_plan(outputs_of(run), new_console(WIDTH_OF_PIPE), chosen_language)
    list_folder(folder, goal, CONTENTS, time.perf_counter() - clock, chosen_language)


def _scenario(network: str | None, name: str | None) -> Scenario:
    """The scenario meant: a named one, or a network's own."""
    from tradewind.plan_run.cases import default_scenario, require_network
    from tradewind.scenario import Scenario

    if network is None and name is None:
        raise InputError(
            "nothing is named to plan",
            where="options --network and --scenario",
            bound="one of them",
            remedy="--network china31, or --scenario plan-east-data-west-compute",
        )
    if name is None:
        return default_scenario(require_network(str(network)))
    scenario = Scenario.from_yaml(name)
    if network is not None and scenario.plan and scenario.plan.network != require_network(network):
        raise InputError(
            "the scenario is on another network",
            where="options --network and --scenario",
            value=f"{network}, and {scenario.name} on {scenario.plan.network}",
            bound="the scenario's own network",
            remedy="leave --network out, or change `plan.network` in a copy of the scenario",
        )
    return scenario


def _hours(asked: Mapping[str, int | None], full_year: bool) -> PlanHours | None:
    """The hours that options name; None leaves them to the scenario."""
    given = {name: value for name, value in asked.items() if value is not None}
    given |= {"full_year": True} if full_year else {}
    if not given:
        return None
    from pydantic import ValidationError

    from tradewind.scenario.plan_parts import PlanHours

    named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
    try:
        return PlanHours.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        context = first.get("ctx", {})
        raise InputError(
            str(context.get("problem", "these hours cannot be planned")),
            where=f"option {named}",
            value=", ".join(map(str, given.values())),
            bound=str(context.get("bound", first["msg"])),
            remedy="give one of --weeks, --clusters, --step-hours, --full-year, --hours",
        ) from None


def _bounds(words: str) -> list[float]:
    """Latency bounds that an option names [ms]."""
    found = []
    for word in filter(None, map(str.strip, words.split(","))):
        try:
            bound = float(word)
        except ValueError:
            bound = math.nan
        if not 0.0 < bound < math.inf:
            raise InputError(
                "this is no latency bound",
                where="option --latency",
                value=word,
                bound="numbers above 0 [ms]",
                remedy="write for example --latency 10,20,50",
            )
        found.append(bound)
    return list(dict.fromkeys(found))


def _written(goal: Path) -> dict[str, str]:
    return {name: str(goal / name) for name in CONTENTS if (goal / name).exists()}


def _answer(run: PlanRun) -> dict[str, Any]:
    """The answer of a run as plain data."""
    from dataclasses import asdict

    from tradewind.plan_run.folder import outputs_of
    from tradewind.report.plan_answer import answer

    found = answer(outputs_of(run))
    found["expectations"] = [asdict(finding) for finding in run.findings]
    return {**found, "timings_s": run.manifest["timings_s"]}


def _note(said: str) -> None:
    print(f"note: {said}", file=sys.stderr, flush=True)


def _command() -> str:
    """What to type to ask again."""
    arguments = [word for word in sys.argv[1:] if word not in ("--json", "--force")]
    return shlex.join(["tradewind", *arguments])


@contextmanager
def _progress(keep: Path, *, quiet: bool) -> Iterator[Tell]:
    """Show the step on a terminal, elsewhere once a minute; tell what is kept if cut short."""
    watched = quiet or sys.stderr.isatty()
    try:
        with status(quiet=quiet) if watched else minutes() as say:
            yield say
    except TradewindError:
        # It has a message of its own, and the same command would meet it again.
        raise
    except BaseException:
        kept = len(list(keep.glob("*.nc"))) if keep.is_dir() else 0
        if kept:
            plans = "1 plan is" if kept == 1 else f"{kept} plans are"
            said = f"{plans} kept in {keep}; the same command goes on from there"
            typer.echo(f"tradewind: {said}", err=True)
        raise
