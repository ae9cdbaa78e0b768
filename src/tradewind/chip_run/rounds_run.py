"""The effects of rounds alone: measured, told, and kept in a folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from tradewind.chip_run.effects import YEARS, rounds_table
from tradewind.chip_run.facts import hashes
from tradewind.chip_run.rounds import LAST_YEAR, find_round_effects
from tradewind.chips.history import FIRST_YEAR
from tradewind.chips.rounds import Progress, silent
from tradewind.controls import Regime
from tradewind.errors import InputError
from tradewind.json_text import to_json
from tradewind.report.chips_contract import RoundsTable
from tradewind.run_facts import software
from tradewind.run_folder import EFFECTS, MANIFEST, OUTPUTS, check_free, write_folder


@dataclass(frozen=True, eq=False)
class RoundsRun:
    """What each round of rules did.

    Attributes
    ----------
    effects : Dataset
        Every draw, see ``chip_run.rounds.find_round_effects``.
    table : RoundsTable
        Medians and bounds at the ends of some years.
    manifest : dict
    """

    effects: xr.Dataset
    table: RoundsTable
    manifest: dict[str, Any]

    def answer(self) -> dict[str, Any]:
        """The whole answer as plain data."""
        from tradewind.report.chips_answer import rounds_answer

        kept = ("members", "seed", "timings_s", "tradewind_version")
        return {
            **{key: self.manifest[key] for key in kept},
            "never_bound": self.table.never_bound,
            **rounds_answer(self.table),
        }


def run_rounds(
    members: int = 500,
    seed: int = 0,
    *,
    years: Sequence[int] | None = None,
    progress: Progress = silent,
    command: str | None = None,
) -> RoundsRun:
    """Measure the effect of each round, and lay it out.

    Raises
    ------
    InputError
        If there are no draws, or a year is not covered.
    """
    chosen = tuple(dict.fromkeys(years or YEARS))
    for year in chosen:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise InputError(
                "the effects of rounds are not measured at the end of this year",
                where="year",
                value=year,
                bound=f"{FIRST_YEAR} to {LAST_YEAR}",
                remedy="choose a year within",
            )
    clock = time.perf_counter()
    effects = find_round_effects(members, seed, progress=progress)
    manifest = {
        **software(),
        **hashes(Regime.shipped()),
        "members": members,
        "seed": seed,
        "command": command or "tradewind.chip_run.rounds_run.run_rounds() in Python",
        "timings_s": {"rounds": round(time.perf_counter() - clock, 2)},
    }
    return RoundsRun(effects, rounds_table(effects, chosen), manifest)


def save_rounds(run: RoundsRun, folder: str | Path, *, force: bool = False) -> Path:
    """Write table, every draw and manifest, whole or not at all.

    Raises
    ------
    OutputError
        If the folder exists and ``force`` is false, is not a run's, or cannot be written.
    """
    goal = check_free(folder, force=force)

    def write(partial: Path) -> None:
        run.table.effects.to_csv(partial / EFFECTS, index=False)
        run.effects.to_netcdf(partial / OUTPUTS, engine="h5netcdf")
        (partial / MANIFEST).write_text(to_json(run.manifest) + "\n", encoding="utf-8")

    write_folder(goal, write, force=force)
    return goal
