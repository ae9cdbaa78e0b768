"""The folder of a run of plans, whole or not at all: manifest, plans, tables, reports."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from tradewind.json_text import to_json
from tradewind.plan_run.facts import facts, sources
from tradewind.report.plan_contract import PlanOutputs
from tradewind.run_folder import MANIFEST, PLAN_FILES, REPORTS, check_free, write_folder

if TYPE_CHECKING:
    from tradewind.plan_run.run import PlanRun
    from tradewind.report.language import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def outputs_of(run: PlanRun) -> PlanOutputs:
    """What a report is made from."""
    return PlanOutputs(run.plans, run.table, facts(run))


def render(run: PlanRun, language: Language) -> str:
    """Make the report in one language."""
    from tradewind.report.plan_html import render_plan

    return render_plan(outputs_of(run), sources(run), run.manifest, language)


def save(run: PlanRun, folder: str | Path, *, force: bool = False) -> Path:
    """Write the run's folder, whole or not at all.

    Parameters
    ----------
    run : PlanRun
    folder : path
    force : bool
        Whether an existing run of that name is replaced.

    Raises
    ------
    OutputError
        If the folder exists and ``force`` is false, is not a run's, or cannot be written.
    """
    goal = check_free(folder, force=force)
    started = time.perf_counter()
    reports = {REPORTS[language]: render(run, language) for language in LANGUAGES}
    timings = {**run.manifest["timings_s"], "report": round(time.perf_counter() - started, 2)}
    manifest = {**run.manifest, "timings_s": timings}
    write_folder(goal, lambda partial: _write(partial, run, manifest, reports), force=force)
    return goal


def _write(
    folder: Path, run: PlanRun, manifest: Mapping[str, Any], reports: Mapping[str, str]
) -> None:
    _, _, cases, sites, members, netcdf, _ = PLAN_FILES
    for name, text in reports.items():
        (folder / name).write_text(text, encoding="utf-8")
    flat = run.table.assign(
        title_zh=[title["zh"] for title in run.table["title"]],
        title=[title["en"] for title in run.table["title"]],
    )
    flat.to_csv(folder / cases, index=False)
    site_rows(run).to_csv(folder / sites, index=False)
    if run.members is not None:
        run.members.to_csv(folder / members)
    write_netcdf(run, folder / netcdf, manifest)
    (folder / MANIFEST).write_text(to_json(manifest) + "\n", encoding="utf-8")


def site_rows(run: PlanRun) -> pd.DataFrame:
    """Every site of every plan, one a row."""
    from tradewind.report.plan_tables import site_table

    tables = [site_table(plan).assign(case=name) for name, plan in run.plans.items()]
    whole = pd.concat(tables)
    if whole.index.name:
        whole = whole.reset_index()
    return whole[["case", *(column for column in whole.columns if column != "case")]]


def write_netcdf(run: PlanRun, path: Path, manifest: Mapping[str, Any]) -> None:
    """Write every plan as a group of its name, under a head that says where they are from."""
    head = xr.Dataset(
        attrs={
            "Conventions": "CF-1.10",
            "title": run.scenario.title,
            "source": f"Tradewind {manifest['tradewind_version']}, plan of compute and power",
            "history": f"{manifest['created_utc']} {manifest['command']}",
            "scenario_sha256": manifest["scenario_sha256"],
            "data_sha256": manifest["data_sha256"],
        }
    )
    head.to_netcdf(path, mode="w", engine="h5netcdf")
    for name, plan in run.plans.items():
        packed: Mapping[Any, Mapping[str, Any]] = {
            variable: {"zlib": True, "complevel": 4, "shuffle": True}
            for variable, values in plan.data_vars.items()
            if values.size > 1000
        }
        plan.to_netcdf(path, mode="a", group=name, engine="h5netcdf", encoding=packed)
