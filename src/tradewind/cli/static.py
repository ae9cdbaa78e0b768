"""``tradewind run --static``: one equilibrium, a table, a report and a folder of outputs."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from tradewind.cli.shared import (
    emit,
    list_folder,
    new_console,
    note_odd_tariffs,
    require_language,
    status,
)

if TYPE_CHECKING:
    from tradewind.runs import Run

CONTENTS: dict[str, dict[Literal["en", "zh"], str]] = {
    "report.html": {"en": "the report, for any browser", "zh": "英文报告,用浏览器打开"},
    "report.zh.html": {"en": "the report in Chinese", "zh": "中文报告,用浏览器打开"},
    "summary.csv": {"en": "results by economy and sector, one a line", "zh": "分国分部门结果"},
    "outputs.nc": {"en": "every result, labelled, bilateral flows too", "zh": "全部带标签的结果"},
    "manifest.json": {"en": "version, scenario, hashes, seed, timings", "zh": "版本、情景与校验"},
}


def run_static(
    scenario: str,
    out: Path | None,
    *,
    force: bool,
    year: int | None,
    seed: int,
    language: str,
    as_json: bool,
) -> None:
    """Solve the single equilibrium of a scenario, write its folder and print its table."""
    clock = time.perf_counter()
    chosen_language = require_language(language)
    with status(quiet=as_json) as tell:
        tell("loading the libraries")
        from tradewind.run_folder import check_free
        from tradewind.runs import run as solve_run
        from tradewind.scenario import Scenario

        chosen = Scenario.from_yaml(scenario)
        chosen = chosen if year is None else chosen.at(year)
        if not as_json:
            note_odd_tariffs(chosen)
        shown = out or Path("runs") / _folder(chosen.name, year)
        check_free(shown, force=force)
        command = _command(scenario, year, seed)
        result = solve_run(None, chosen, seed=seed, progress=tell, command=command)
        tell("writing the report")
        goal = result.save(shown, force=force)
    if as_json:
        emit(_summary(result, shown, goal))
        return
    from tradewind.report.terminal import print_run

    if result.world.year != result.world.base_year:
        # A later world may hold part of what the scenario adds: what is left to add is said first.
        for line in result.scenario.describe(result.world, chosen_language):
            typer.echo(line)
        typer.echo()
    print_run(result.outputs, result.world, new_console(), chosen_language)
    list_folder(shown, goal, CONTENTS, time.perf_counter() - clock, chosen_language)


def _folder(name: str, year: int | None) -> str:
    """Name of the run's folder: another year does not replace the scenario's own."""
    return name if year is None else f"{name}-at-{year}"


def _command(scenario: str, year: int | None, seed: int) -> str:
    """What to type to run it again."""
    dated = ["--year", str(year)] if year is not None else []
    seeded = ["--seed", str(seed)] if seed else []
    return shlex.join(["tradewind", "run", scenario, "--static", *dated, *seeded])


def _summary(result: Run, shown: Path, goal: Path) -> dict[str, Any]:
    """Headline numbers by economy, in percent and USD million."""
    from tradewind.report.tables import decomposition, ranking, relocation_table, world_effect

    outputs = result.outputs
    causes = decomposition(outputs).to_dict(orient="index")
    economies = {
        str(code): {
            "name": row["name"],
            "real_income_percent": row["real_income_percent"],
            "real_wage_percent": row["real_wage_percent"],
            "exports_percent": row["exports_percent"],
            "equivalent_variation_usd_million": 1e3 * row["equivalent_variation_usd_billion"],
            "decomposition_percent": causes[code],
        }
        for code, row in ranking(outputs, result.world).iterrows()
    }
    return {
        "scenario": result.scenario.name,
        "title": result.scenario.title,
        "folder": str(shown),
        "files": {name: str(goal / name) for name in CONTENTS},
        "world": result.world.name,
        "base_year": result.world.base_year,
        "year": result.world.year,
        "residual": outputs.attrs["residual"],
        "iterations": outputs.attrs["iterations"],
        "world_effect": world_effect(outputs),
        "economies": economies,
        "relocation": relocation_table(outputs).to_dict(orient="records"),
    }
