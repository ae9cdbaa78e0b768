"""``tradewind run``: a scenario year by year."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradewind.cli.shared import (
    Contents,
    bar,
    emit,
    list_folder,
    new_console,
    require_language,
)
from tradewind.errors import InputError

if TYPE_CHECKING:
    from tradewind.coupling.run import CoupledRun

CONTENTS: Contents = {
    "report.html": {"en": "the report, for any browser", "zh": "英文报告,用浏览器打开"},
    "report.zh.html": {"en": "the report in Chinese", "zh": "中文报告,用浏览器打开"},
    "years.csv": {"en": "results by economy and year, one a line", "zh": "分国分年结果,每行一项"},
    "years.nc": {"en": "every variable by year, labelled", "zh": "全部变量,分年带标签"},
    "manifest.json": {"en": "version, scenario, hashes, timings", "zh": "版本、情景与校验"},
}


def run_over_years(
    scenario: str,
    out: Path | None,
    *,
    force: bool,
    until: int | None,
    start: Path | None,
    at: int | None,
    compare: bool,
    shapes: bool,
    language: str,
    as_json: bool,
) -> None:
    """Run a scenario over the years, write its folder and print what changed."""
    clock = time.perf_counter()
    chosen_language = require_language(language)
    if at is not None and start is None:
        raise InputError(
            "--at names a year of a run that is not named",
            where="option --at",
            value=at,
            bound="--from and a folder",
            remedy="add --from runs/<scenario>",
        )
    with bar(quiet=as_json) as tell:
        tell("loading the libraries", 0, 1)
        from tradewind.coupling.run import run_years
        from tradewind.coupling.start import read_start
        from tradewind.run_folder import check_free
        from tradewind.scenario import Scenario

        chosen = Scenario.from_yaml(scenario)
        begin = None if start is None else read_start(start, at)
        shown = out or Path("runs") / (chosen.name if begin is None else _left(chosen.name, begin))
        check_free(shown, force=force)
        result = run_years(
            chosen,
            until=until,
            start=begin,
            compare=compare,
            shapes=shapes,
            tell=tell,
            command=_command(scenario, until, start, at),
        )
        tell("writing the report", 0, 1)
        goal = result.save(shown, force=force)
    if as_json:
        emit(_summary(result, shown, goal))
        return
    from tradewind.report.years_terminal import print_years

    print_years(result, new_console(), chosen_language)
    list_folder(shown, goal, CONTENTS, time.perf_counter() - clock, chosen_language)


def _left(name: str, begin: Any) -> str:
    """Name of the folder of a run that left another."""
    return f"{name}-from-{begin.scenario}-{begin.year}"


def _command(scenario: str, until: int | None, start: Path | None, at: int | None) -> str:
    """What to type to run it again."""
    words = ["tradewind", "run", scenario]
    for option, value in (("--until", until), ("--from", start), ("--at", at)):
        words += [] if value is None else [option, str(value)]
    return shlex.join(words)


def _summary(result: CoupledRun, shown: Path, goal: Path) -> dict[str, Any]:
    """Headline numbers by economy in the last year, and the files."""
    from tradewind.report.years_compared import headline_table

    return {
        "scenario": result.scenario.name,
        "title": result.scenario.title,
        "folder": str(shown),
        "files": {name: str(goal / name) for name in CONTENTS if (goal / name).exists()},
        **{name: result.outputs.attrs[name] for name in ("shape", "base_year", "table_year")},
        "years": [int(year) for year in result.outputs["year"].values],
        "economies": headline_table(result).to_dict(orient="index"),
        "accounts": {
            str(name): float(result.accounts["miss"].sel(account=name).max())
            for name in result.accounts["account"].values
        },
        "timings_s": result.manifest["timings_s"],
    }
