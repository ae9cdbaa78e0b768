"""The folder of a board, whole or not at all: reports, table, members, manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

from tradewind.json_text import to_json
from tradewind.run_folder import CLAIM_FILES, MANIFEST, REPORTS, check_free, write_folder

if TYPE_CHECKING:
    from tradewind.claims.board import Board, Outcome
    from tradewind.report.language import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def render(board: Board, manifest: Mapping[str, Any], language: Language) -> str:
    """Make the report in one language."""
    from tradewind.report.claims_html import render_claims

    return render_claims(board.answer(), manifest, language)


def save(board: Board, folder: str | Path, *, force: bool = False) -> Path:
    """Write the board's folder, whole or not at all.

    Parameters
    ----------
    board : Board
    folder : path
    force : bool
        Whether an existing run of that name is replaced.

    Raises
    ------
    OutputError
        If the folder exists and ``force`` is false, is not a run's, or cannot be written.
    """
    goal = check_free(folder, force=force)
    manifest = board.manifest()
    reports = {REPORTS[language]: render(board, manifest, language) for language in LANGUAGES}
    write_folder(goal, lambda partial: _write(partial, board, manifest, reports), force=force)
    return goal


def members(outcome: Outcome) -> xr.Dataset:
    """Every run of one claim, labelled."""
    claim = outcome.claim
    names = [parameter.name for parameter in claim.parameters]
    values = [[point.values[name] for name in names] for point in outcome.points]
    units = [metric.unit for metric in claim.metrics]
    return xr.Dataset(
        {
            "value": (("run", "parameter"), values, {"long_name": "parameter, in its unit"}),
            "metric_value": (
                ("run", "metric"),
                outcome.metrics,
                {"long_name": "metric, in its unit"},
            ),
            "side": ("run", list(outcome.sides), {"long_name": "side of the claim"}),
            "kind": ("run", [point.kind for point in outcome.points]),
        },
        coords={
            "run": [point.name for point in outcome.points],
            "parameter": names,
            "metric": [metric.name for metric in claim.metrics],
            "parameter_unit": ("parameter", [parameter.unit for parameter in claim.parameters]),
            "metric_unit": ("metric", units),
        },
        attrs={"claim": claim.id, "statement": claim.statement.en, "verdict": outcome.verdict},
    )


def _write(
    folder: Path, board: Board, manifest: Mapping[str, Any], reports: Mapping[str, str]
) -> None:
    _, _, csv, netcdf, _ = CLAIM_FILES
    for name, text in reports.items():
        (folder / name).write_text(text, encoding="utf-8")
    board.table().to_csv(folder / csv, index=False)
    head = xr.Dataset(
        attrs={
            "Conventions": "CF-1.10",
            "title": "Members of every claim",
            "source": f"Tradewind {manifest['tradewind_version']}, claims",
            "history": f"{manifest['created_utc']} {manifest['command']}",
        }
    )
    head.to_netcdf(folder / netcdf, mode="w", engine="h5netcdf")
    for outcome in board.outcomes:
        if outcome.points:
            group = outcome.claim.id
            members(outcome).to_netcdf(folder / netcdf, mode="a", group=group, engine="h5netcdf")
    (folder / MANIFEST).write_text(to_json(manifest) + "\n", encoding="utf-8")
