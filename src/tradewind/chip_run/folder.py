"""The folder of a chip run, whole or not at all: manifest, outputs, summary, reports."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

from tradewind.chip_run.effects import YEARS, rounds_table
from tradewind.chip_run.facts import facts, manifest_of
from tradewind.json_text import to_json
from tradewind.report.chips_contract import ChipOutputs
from tradewind.run_folder import CHIP_FILES, MANIFEST, REPORTS, check_free, write_folder

if TYPE_CHECKING:
    from tradewind.chip_run.run import ChipRun
    from tradewind.report.language import Language

GROUPS = ("central", "enacted", "bounds", "ends", "against", "rounds")
"""Groups of the netCDF file, one for each dataset of a run."""
UNITS_OF_LABELS = {"quantile": "1", "bandwidth_weight": "1", "year": "year"}


def outputs_of(run: ChipRun, years: Sequence[int] = YEARS) -> ChipOutputs:
    """What a report is made from; effects at the ends of those years that the rounds cover."""
    rounds = None if run.rounds is None else rounds_table(run.rounds, years)
    return ChipOutputs(run.central, run.bounds, run.ends, run.against, rounds, facts(run))


def save(
    run: ChipRun, folder: str | Path, *, force: bool = False, command: str | None = None
) -> Path:
    """Write the run's folder, whole or not at all.

    Parameters
    ----------
    run : ChipRun
    folder : path
    force : bool
        Whether an existing run of that name is replaced.
    command : str, optional
        What to type to run it again, kept in the manifest.

    Raises
    ------
    OutputError
        If the folder exists and ``force`` is false, is not a run's, or cannot be written.
    """
    goal = check_free(folder, force=force)
    started = time.perf_counter()
    outputs, manifest = outputs_of(run), manifest_of(run, command)
    reports = {REPORTS[language]: _render(outputs, manifest, language) for language in LANGUAGES}
    manifest["timings_s"]["report"] = round(time.perf_counter() - started, 3)
    write_folder(
        goal, lambda partial: _write(partial, run, outputs, manifest, reports), force=force
    )
    return goal


LANGUAGES: tuple[Language, ...] = ("en", "zh")


def _render(outputs: ChipOutputs, manifest: Mapping[str, Any], language: Language) -> str:
    from tradewind.chip_run.facts import parameter_rows
    from tradewind.report.chips_html import render_chips
    from tradewind.world.compute import ComputeData

    provenance = ComputeData.default().provenance.fillna("")
    sources = [{str(key): value for key, value in row.items()} for _, row in provenance.iterrows()]
    return render_chips(outputs, parameter_rows(), sources, manifest, language)


def _write(
    folder: Path,
    run: ChipRun,
    outputs: ChipOutputs,
    manifest: Mapping[str, Any],
    reports: Mapping[str, str],
) -> None:
    from tradewind.report.chips_tables import summary

    for name, text in reports.items():
        (folder / name).write_text(text, encoding="utf-8")
    _, _, table, rounds, netcdf, _ = CHIP_FILES
    summary(outputs).to_csv(folder / table, index=False)
    if outputs.rounds is not None:
        outputs.rounds.effects.to_csv(folder / rounds, index=False)
    write_netcdf(run, folder / netcdf, manifest)
    (folder / MANIFEST).write_text(to_json(manifest) + "\n", encoding="utf-8")


def write_netcdf(run: ChipRun, path: Path, manifest: Mapping[str, Any]) -> None:
    """Write the datasets of a run, one group each, with names, units and where they are from."""
    head = xr.Dataset(
        attrs={
            "Conventions": "CF-1.10",
            "title": run.scenario.title,
            "source": f"Tradewind {manifest['tradewind_version']}, chip market",
            "history": f"{manifest['created_utc']} {manifest['command']}",
            "scenario_sha256": manifest["scenario_sha256"],
            "rules_sha256": manifest["rules_sha256"],
            "data_sha256": manifest["data_sha256"],
        }
    )
    head.to_netcdf(path, mode="w", engine="h5netcdf")
    for group in GROUPS:
        data: xr.Dataset | None = getattr(run, group)
        if data is None:
            continue
        described = described_for_file(data, run)
        numbers: Mapping[Any, Mapping[str, Any]] = {
            name: {"zlib": True, "complevel": 4, "shuffle": True}
            for name, variable in described.data_vars.items()
            if variable.size > 1000
        }
        described.to_netcdf(path, mode="a", group=group, engine="h5netcdf", encoding=numbers)


def described_for_file(data: xr.Dataset, run: ChipRun) -> xr.Dataset:
    """Give every variable and label a long name and a unit."""
    named = data.copy()
    for name in map(str, named.data_vars):
        known = run.central[name].attrs if name in run.central else {}
        words = {"long_name": known.get("long_name", name.replace("_", " "))}
        named[name] = named[name].assign_attrs({**words, **data[name].attrs})
    for label in map(str, named.coords):
        unit = {"units": UNITS_OF_LABELS[label]} if label in UNITS_OF_LABELS else {}
        named[label] = named[label].assign_attrs({"long_name": label.replace("_", " "), **unit})
    return named
