"""A ranking: one index on the shipped indicators or on a user's table, kept in one folder."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from tradewind.errors import InputError
from tradewind.json_text import to_json
from tradewind.pressure import Specification, history, index
from tradewind.pressure.block import as_specification
from tradewind.pressure.reading import read_table
from tradewind.pressure.uncertainty import Progress, silent
from tradewind.run_facts import software
from tradewind.run_folder import PRESSURE_FILES, REPORTS, check_free, write_folder, write_whole
from tradewind.scenario.near_misses import suggestion

if TYPE_CHECKING:
    import pandas as pd

    from tradewind.report.language import Language

DEFAULT = "strength"
DRAWS, BASE, PAST_DRAWS = 2000, 256, 300
"""Draws, design points of the variance shares, and draws of each year of the history: enough for
bounds that are whole ranks, in seconds."""
FIRST_YEAR = 2015


@dataclass(frozen=True, eq=False, repr=False)
class PressureRun:
    """Who stands where, how sure that is, and why.

    Attributes
    ----------
    outputs : Dataset
        See `tradewind.pressure.index`.
    past : Dataset or None
        See `tradewind.pressure.history`; None if there is no history, and the manifest says why.
    published : DataFrame or None
        Ranks of published indices by economy, for comparison only.
    economy_names : dict of str
        English names by code.
    manifest : dict
        Version, specification, hash of the data, timings [s].
    """

    outputs: xr.Dataset
    past: xr.Dataset | None
    published: pd.DataFrame | None
    economy_names: Mapping[str, str]
    manifest: dict[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        """Index, year and how many are ranked."""
        facts = self.outputs.attrs
        year = f" of {facts['year']}" if "year" in facts else ""
        return f"PressureRun({facts['index']!r}{year}, {self.outputs.sizes['economy']} economies)"

    def table(self) -> pd.DataFrame:
        """The ladder from the top: rung, ranks, score, pillars, and the share of data observed."""
        from tradewind.report.pressure_tables import ladder_table

        return ladder_table(self.outputs, self.economy_names)

    def why(self, economy: str) -> pd.DataFrame:
        """What an economy's score is made of: one row an indicator, the strongest drive first.

        Raises
        ------
        InputError
            If the economy is not ranked.
        """
        from tradewind.report.pressure_tables import drives_table

        return drives_table(self.outputs, self.require(economy))

    def require(self, economy: str) -> str:
        """Check that an economy is ranked, whatever the capitals of its code.

        Raises
        ------
        InputError
        """
        codes = [str(code) for code in self.outputs["economy"].values]
        for code in codes:
            if economy.upper() == code.upper():
                return code
        others = [str(code) for code in self.outputs["candidate"].values]
        if economy.upper() in (code.upper() for code in others):
            share = self.outputs["coverage"].values[
                [o.upper() for o in others].index(economy.upper())
            ]
            facts = self.outputs.attrs
            raise InputError(
                "this economy is not ranked: it has too little data",
                where="economy",
                value=f"{economy.upper()}, {100 * float(share):.0f} % of the indicators",
                bound=f"{100 * facts['coverage_overall']:.0f} % of all indicators and "
                f"{100 * facts['coverage_pillar']:.0f} % of every pillar's",
                remedy=f"see the specification's reason: {facts['coverage_reason']}",
            )
        raise InputError(
            "there is no such economy in this table",
            where="economy",
            value=economy,
            bound=f"one of the {len(codes)} ranked economies",
            remedy=suggestion(economy, codes, "`tradewind pressure --top 400` lists their codes"),
        )

    def answer(self) -> dict[str, Any]:
        """The whole answer as plain data."""
        found = self.outputs
        rows = self.table().reset_index().to_dict(orient="records")
        left = [
            {"economy": str(code), "coverage": float(share)}
            for code, share, ranked in zip(
                found["candidate"].values,
                found["coverage"].values,
                found["ranked"].values,
                strict=True,
            )
            if not ranked
        ]
        shares = []
        if "source" in found.coords:
            names = ("first_share", "total_share", "total_share_low", "total_share_high")
            shares = [
                {"source": str(source)} | {n: float(found[n].sel(source=source)) for n in names}
                for source in found["source"].values
            ]
        return {
            "index": dict(found.attrs),
            "economies": rows,
            "not_ranked": left,
            "what_moves_ranks": shares,
            "history": None if self.past is None else _past(self.past),
        }

    def report(self, path: str | Path, language: Language = "en") -> Path:
        """Write the report alone, as one HTML file.

        Raises
        ------
        OutputError
            If the file cannot be written; nothing is left behind.
        """
        return write_whole(Path(path), self._render(language), force=True)

    def save(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write a folder with report, tables, labelled outputs and manifest, whole or not at all.

        Raises
        ------
        OutputError
            If the folder exists and ``force`` is false, is not a run's, or cannot be written.
        """
        goal = check_free(folder, force=force)
        languages: Mapping[Language, str] = {"en": REPORTS["en"], "zh": REPORTS["zh"]}
        reports = {name: self._render(language) for language, name in languages.items()}
        write_folder(goal, lambda partial: self._write(partial, reports), force=force)
        return goal

    def _render(self, language: Language) -> str:
        from tradewind.report.pressure_html import render_pressure

        return render_pressure(
            self.outputs, self.past, self.published, self.economy_names, self.manifest, language
        )

    def _write(self, folder: Path, reports: dict[str, str]) -> None:
        from tradewind.report.pressure_tables import indicators_table

        for name, text in reports.items():
            (folder / name).write_text(text, encoding="utf-8")
        ladder, indicators, outputs, manifest = PRESSURE_FILES[len(REPORTS) :]
        self.table().to_csv(folder / ladder)
        indicators_table(self.outputs).to_csv(folder / indicators, index=False)
        (folder / manifest).write_text(to_json(self.manifest) + "\n", encoding="utf-8")
        whole = self.outputs
        if self.past is not None:
            past = self.past.rename(
                {name: f"past_{name}" for name in map(str, self.past.data_vars)}
            )
            past = past.rename(economy="past_economy")
            whole = whole.merge(past.drop_attrs())
        whole.to_netcdf(folder / outputs, engine="h5netcdf")


def rank_economies(
    spec: Specification | Mapping[str, Any] | str | Path = DEFAULT,
    table: xr.DataArray | pd.DataFrame | str | Path | None = None,
    *,
    year: int | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    with_history: bool = True,
    progress: Progress = silent,
    tell: Callable[[str], None] | None = None,
    command: str | None = None,
) -> PressureRun:
    """Rank economies by an index, with the interval of every rank.

    Parameters
    ----------
    spec : name, path, mapping or Specification
        A shipped index, such as ``"strength"`` or ``"pressure-energy"``, or one's own.
    table : DataArray, DataFrame or path, optional
        One's own table; the shipped indicators if left out.
    year : int, optional
        The newest if left out; a table of one's own may have none.
    draws : int
        Monte-Carlo draws.
    seed : int
    with_history : bool
        Whether the index is repeated for every year since 2015.
    progress : callable
        Told how many draws are done, and of how many.
    tell : callable, optional
        Told the name of each step.
    command : str, optional
        What to type to ask again, kept in the manifest.

    Raises
    ------
    InputError
        If the specification, the table or the year is refused.
    """
    say, clock = tell or (lambda _: None), time.perf_counter()
    chosen = as_specification(spec)
    say("reading the indicators")
    names: Mapping[str, str] = {}
    chinese: Mapping[str, str] = {}
    published = None
    if table is None:
        from tradewind.world.indicators import load

        shipped = load()
        table, names = shipped.values, shipped.names
        # Published indices rank strength; beside a pressure they would say nothing.
        published = None if chosen.name.startswith("pressure-") else shipped.published
        chinese = dict(zip(shipped.meta.index, shipped.meta["name_zh"], strict=True))
    elif isinstance(table, str | Path):
        table = read_table(table)
    dated = isinstance(table, xr.DataArray) and "year" in table.dims
    if dated and year is None:
        year = int(table["year"].to_numpy().max())
    say("drawing")
    outputs = index(table, chosen, year=year, draws=draws, seed=seed, base=BASE, progress=progress)
    past, why = None, "the table has no years"
    if dated and with_history and draws and isinstance(table, xr.DataArray) and year is not None:
        say("year by year")
        past, why = _history(table, chosen, year, seed, progress)
    codes = [str(code) for code in outputs["candidate"].values]
    manifest = {
        **software(),
        "specification": chosen.model_dump(mode="json", exclude_unset=True),
        "table_sha256": _hash(table),
        "command": command or "tradewind.rank_economies() in Python",
        "history": "every year since 2015" if past is not None else why,
        "timings_s": {"all": round(time.perf_counter() - clock, 2)},
    }
    if chinese:
        outputs = _with_chinese(outputs, chinese)
        past = None if past is None else _with_chinese(past, chinese)
    outputs = outputs.assign_attrs(tradewind_version=version("tradewind"))
    known = {code: names.get(code, code) for code in codes}
    return PressureRun(outputs, past, published, known, manifest)


def _history(
    table: xr.DataArray, spec: Specification, year: int, seed: int, progress: Progress
) -> tuple[xr.Dataset | None, str]:
    """The index year by year, or why there is none: what it measures may be new."""
    years = [int(y) for y in table["year"].values if FIRST_YEAR <= y <= year]
    try:
        found = history(table, spec, years, draws=PAST_DRAWS, seed=seed, progress=progress)
        return found, ""
    except InputError as refused:
        return None, f"{refused.problem} ({refused.value})"


def _with_chinese(found: xr.Dataset, names: Mapping[str, str]) -> xr.Dataset:
    """Add the Chinese names of shipped indicators."""
    lost = [names[str(name)] for name in found.attrs["left_out"]]
    found = found.assign_attrs(left_out_titles_zh=lost)
    if "indicator" not in found.coords:
        return found
    titles = [names[str(name)] for name in found["indicator"].values]
    return found.assign(title_zh_of=("indicator", titles))


def _past(past: xr.Dataset) -> dict[str, Any]:
    names = ("score", "rank_median", "rank_low", "rank_high")
    return {
        "years": past["year"].values.tolist(),
        "left_out": list(past.attrs["left_out"]),
        "dispersion": past["dispersion"].values.tolist(),
        "economies": {
            str(code): {name: past[name].sel(economy=code).values.tolist() for name in names}
            for code in past["economy"].values
        },
    }


def _hash(table: xr.DataArray | pd.DataFrame) -> str:
    """Hash labels and values."""
    digest = hashlib.sha256()
    array = table if isinstance(table, xr.DataArray) else xr.DataArray(table)
    for dim in array.dims:
        digest.update("\0".join(map(str, array[dim].values)).encode())
    digest.update(np.ascontiguousarray(array.values, dtype=np.float64).tobytes())
    return digest.hexdigest()
