"""Indicators of economies by year, as far as anybody counted them: no gap is filled here.

``load`` reads the tables that ship with the package; ``build`` makes them from the raw sources. A
value that is missing is NaN, and stays so: what may stand in for it is for the user of the table to
say, in the open.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.errors import InputError, OutputError, SourceError
from tradewind.world.names import read_map
from tradewind.world.sources import (
    indicators_compute,
    indicators_energy,
    indicators_facts,
    indicators_published,
    indicators_wdi,
)
from tradewind.world.sources.indicators_reading import YEARS, Figures, country_names, registry

VALUES, RANGES, PUBLISHED, RECORD = "values", "ranges.csv", "published_ranks.csv", "record.json"
GROUPS = ("development", "energy", "compute", "facts")
DIGITS = 5
"""Significant digits kept: more than any source means."""
REBUILD = "make the tables again with `tradewind world build --sources DIR --indicators FOLDER`"
Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Indicators:
    """Indicators with what they are and where they come from.

    Parameters
    ----------
    values : xarray.DataArray, (economy, indicator, year)
        In the unit of each indicator; NaN where nobody counted.
    meta : pandas.DataFrame
        One row an indicator: ``name``, ``name_zh``, ``unit``, ``measure``, ``direction``,
        ``reason``, ``source``, ``licence``, ``base_year``, ``zero``, ``first_year``, ``last_year``,
        ``economies``.
    ranges : pandas.DataFrame
        ``economy``, ``indicator``, ``year``, ``low``, ``high``, where a source gives a range.
    published : pandas.DataFrame
        Ranks of published indices by economy, for comparison only; scores in ``NAME_score``.
    names : dict of str
        English names by ISO 3166-1 code.
    record : dict
        What the tables were built from: SHA-256 by group of sources, and what was measured.
    """

    values: xr.DataArray
    meta: pd.DataFrame
    ranges: pd.DataFrame
    published: pd.DataFrame
    names: dict[str, str]
    record: dict[str, Any]

    def coverage(self, indicators: Iterable[str]) -> pd.DataFrame:
        """Count the economies with a value.

        Parameters
        ----------
        indicators : iterable of str

        Returns
        -------
        pandas.DataFrame
            One row an indicator, one column a year.
        """
        names = list(indicators)
        known = np.isfinite(self.values.sel(indicator=names).to_numpy())
        return pd.DataFrame(known.sum(axis=0), index=names, columns=list(YEARS))


@lru_cache
def load() -> Indicators:
    """Load the indicators that ship with the package.

    Returns
    -------
    Indicators
        Read once and then shared: change a copy, not the original.

    Examples
    --------
    >>> indicators = load()
    >>> round(float(indicators.values.sel(economy="DEU", indicator="rd_intensity", year=2021)), 2)
    3.08
    """
    return read_folder(Path(str(files("tradewind.world").joinpath("data", "indicators"))))


def read_folder(folder: Path) -> Indicators:
    """Read the tables of a folder.

    Raises
    ------
    InputError
        If a table is missing or damaged.
    """
    try:
        parts = [
            pd.read_csv(folder / f"{VALUES}_{group}.csv", keep_default_na=False) for group in GROUPS
        ]
        ranges = pd.read_csv(folder / RANGES, keep_default_na=False)
        standings = pd.read_csv(folder / PUBLISHED, keep_default_na=False)
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        values = labelled(pd.concat(parts, ignore_index=True))
        published = standings.pivot_table("rank", "economy", "published")
        scores = standings.pivot_table("score", "economy", "published")
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            "the tables of indicators cannot be read",
            where=str(folder),
            value=f"{type(error).__name__}: {error}",
            bound="the files that `tradewind world build --indicators` writes",
            remedy=REBUILD,
        ) from error
    published = published.join(scores.add_suffix("_score"))
    published.attrs.update(indicators_published.CITATIONS)
    return Indicators(values, described(values), ranges, published, country_names(), record)


def labelled(table: pd.DataFrame) -> xr.DataArray:
    """Put the long table on its axes: (economy, indicator, year)."""
    axes: dict[str, list[Any]] = {
        "economy": list(country_names()),
        "indicator": list(registry()),
        "year": list(YEARS),
    }
    places = [pd.Index(labels).get_indexer(table[name]) for name, labels in axes.items()]
    if any((place < 0).any() for place in places):
        raise ValueError("a row stands for an economy, indicator or year that is not known")
    values = np.full([len(labels) for labels in axes.values()], np.nan)
    values[tuple(places)] = table["value"].to_numpy(dtype=float)
    if np.isfinite(values).sum() != len(table):
        raise ValueError("a figure stands twice or is not finite")
    return xr.DataArray(values, coords=axes, dims=list(axes), name="indicators")


def described(values: xr.DataArray) -> pd.DataFrame:
    """What each indicator is, with the years and the number of economies that it has."""
    sources = read_map("indicators")["sources"]
    rows = {}
    for name, entry in registry().items():
        known = np.isfinite(values.sel(indicator=name).transpose("economy", "year").to_numpy())
        years = [year for year, some in zip(YEARS, known.any(axis=0), strict=True) if some]
        source = sources[entry["source"]]
        rows[name] = {
            "name": entry["name"][0],
            "name_zh": entry["name"][1],
            "unit": entry["unit"],
            "measure": entry["measure"],
            "direction": entry["direction"],
            "reason": entry["reason"],
            "source": source["citation"].format(codes=", ".join(entry.get("codes", ()))).strip(),
            "licence": source["licence"],
            "base_year": str(entry.get("base_year", "")),
            "zero": entry.get("zero", ""),
            "first_year": min(years, default=0),
            "last_year": max(years, default=0),
            "economies": int(known.any(axis=1).sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")


def silent(step: str) -> None:
    """Report nothing."""


def read_sources(
    sources: Path, report: Report = silent
) -> tuple[dict[str, Figures], list[indicators_published.Standing], dict[str, Any]]:
    """Read every source.

    Returns
    -------
    groups : dict of Figures
    standings : list of Standing
    record : dict
        ``sources_sha256`` and ``measured`` by group.

    Raises
    ------
    SourceError
        If a source is missing, cut or changed; the message names file, line and bound.
    """
    groups: dict[str, Figures] = {}
    measured: dict[str, dict[str, float]] = {}
    sha256: dict[str, str] = {}

    def keep(group: str, read: tuple[Figures, dict[str, float], str]) -> None:
        groups[group], measured[group], sha256[group] = read

    report("indicators: World Bank")
    keep("development", indicators_wdi.read(sources))
    people = groups["development"].values["population"]
    report("indicators: electricity")
    keep("energy", indicators_energy.read(sources, people))
    report("indicators: compute and models")
    keep("compute", indicators_compute.read(sources, people))
    speed = measured["compute"]["doublings_per_month"]
    report("indicators: single figures")
    keep("facts", indicators_facts.read(sources, people, speed))
    report("indicators: published indices")
    standings, sha256["published"] = indicators_published.read(sources)
    record = {
        "built_by": f"tradewind world build (tradewind {version('tradewind')})",
        "sources_sha256": sha256,
        "measured": {group: found for group, found in measured.items() if found},
    }
    require_every_indicator(groups)
    return groups, standings, record


def require_every_indicator(groups: dict[str, Figures]) -> None:
    """Refuse sources that leave an indicator of the registry without any figure."""
    made = {name for figures in groups.values() for name in figures.values}
    if absent := [name for name in registry() if name not in made]:
        raise SourceError(
            "an indicator has no figure at all",
            where=absent[0],
            bound="at least one figure for each indicator of maps/indicators.yaml",
            remedy="complete the sources, or take the indicator out of that file",
        )


def build(sources: str | Path, folder: str | Path, *, report: Report = silent) -> Indicators:
    """Make the tables of indicators from the raw sources, write them, and read them back.

    Parameters
    ----------
    sources : path
        Folder that holds ``indicators``, ``facts``, ``energy`` and ``compute``.
    folder : path
        Where the tables go; it is made if it does not exist, and its tables are replaced.
    report : callable, optional
        Told the name of each step.

    Returns
    -------
    Indicators
    """
    groups, standings, record = read_sources(Path(sources), report)
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for group, figures in groups.items():
            write_rows(
                target / f"{VALUES}_{group}.csv",
                ("economy", "indicator", "year", "value"),
                (
                    (code, name, year, f"{value:.{DIGITS}g}")
                    for name in registry()
                    for (code, year), value in sorted(figures.values.get(name, {}).items())
                ),
            )
        write_rows(
            target / RANGES,
            ("economy", "indicator", "year", "low", "high"),
            (
                (code, name, year, f"{low:.{DIGITS}g}", f"{high:.{DIGITS}g}")
                for figures in groups.values()
                for name, series in figures.ranges.items()
                for (code, year), (low, high) in sorted(series.items())
            ),
        )
        write_rows(target / PUBLISHED, indicators_published.Standing._fields, standings)
        text = json.dumps(record, indent=1, sort_keys=True)
        (target / RECORD).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(
            "the tables of indicators could not be written",
            where=str(target),
            value=str(error),
            remedy="choose a folder that you may write to and that has room",
        ) from error
    return read_folder(target)


def write_rows(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a comma-separated table with Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
