"""One run as one self-contained HTML file: it loads nothing, prints, and fits a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xarray as xr

from tradewind.report import dated, figures, tables
from tradewind.report.colours import DivergingScale
from tradewind.report.contract import Names, check
from tradewind.report.figures.heatmap import heat_styles
from tradewind.report.language import HTML_LANGUAGE, REST, Catalogue, Language
from tradewind.report.markup import foreign
from tradewind.report.numbers import digits_for, plain, signed
from tradewind.report.page import environment, flatten
from tradewind.report.story import headline, settings, unexplained

LONGEST_RANKING = 60
"""Economies beyond which the ranking shows only the largest changes."""

APART = frozenset({"command", "scenario"})
"""Entries of the manifest that the report shows in a place of their own."""

LEVELS = frozenset({"labour_displaced_percent"})
"""Columns that are levels, not changes, and carry no plus sign."""

LARGEST_FLOWS = 20
LARGEST_SHIFTS = 15

OUTLINE_SOURCE = {
    "variables": "",
    "source": "Natural Earth 4.1.0, 1:50m Admin 0 countries (npm world-atlas 2.0.2)",
    "year": "2018",
    "licence": "public domain; ISC",
}


def render(
    outputs: xr.Dataset,
    names: Names,
    words: Sequence[str],
    provenance: Sequence[Mapping[str, Any]],
    manifest: Mapping[str, Any],
    language: Language = "en",
) -> str:
    """Write the report of a run.

    Parameters
    ----------
    outputs : xarray.Dataset
        The outputs of the run.
    names : Names
        English names of economies and sectors.
    words : sequence of str
        The scenario, one English sentence for each shock.
    provenance : sequence of mapping
        One entry a variable of the world: ``long_name``, ``source``, ``year``, ``units``,
        ``licence``.
    manifest : mapping
        The run's manifest; ``command`` is the command line that made it.
    language : {"en", "zh"}
        Language of the report.

    Returns
    -------
    str
        HTML that refers to nothing outside itself.

    Raises
    ------
    OutputError
        The outputs are incomplete or hold NaN.
    """
    check(outputs)
    catalogue = Catalogue(language, names)
    context: dict[str, Any] = {
        "t": catalogue.text,
        "foreign": foreign if language == "zh" else str,
        "language": HTML_LANGUAGE[language],
        "styles": heat_styles(),
        "run": outputs.attrs,
        "dated": dated.texts(outputs, catalogue),
        "headline": headline(outputs, catalogue),
        "scenario_words": [line.replace(" %", "\N{NO-BREAK SPACE}%") for line in words],
        "settings": settings(outputs, catalogue),
        "sources": sources(provenance, catalogue),
        "unexplained": unexplained(outputs, catalogue),
        "rest": catalogue.economy(REST) if REST in outputs["economy"] else None,
        "command": manifest.get("command") or f"tradewind run {outputs.attrs['scenario']}",
        "manifest": flatten({key: manifest[key] for key in manifest if key not in APART}),
        "scenario_rows": scenario_rows(manifest),
        "economies": outputs.sizes["economy"],
    }
    context |= draw(outputs, names, catalogue)
    context["all_rows"] = table_rows(tables.ranking(outputs, names), catalogue)
    return environment().get_template("report.html.j2").render(context)


def draw(outputs: xr.Dataset, names: Names, words: Catalogue) -> dict[str, Any]:
    """Draw the figures of one run."""
    ranked = tables.ranking(outputs, names)
    change = ranked["real_income_percent"]
    income = DivergingScale.over(float(change.abs().max()))
    causes = tables.decomposition(outputs)
    shift = tables.relocation(outputs)
    points = DivergingScale.over(float(shift.abs().to_numpy().max()), ladder=(1, 3))
    ends = (words.text("legend_loss"), words.text("legend_gain"))
    shown = longest(ranked, "real_income_percent", LONGEST_RANKING)
    return {
        "map": figures.world_map(change, income, words),
        "map_legend": figures.diverging_legend(income, words.text("legend_unit_percent"), ends),
        "ranking": figures.ranking_bars(shown, causes, words),
        "causes": figures.causes_legend([str(code) for code in causes.columns], words),
        "ranking_shown": len(shown),
        "heat": figures.relocation_map(shift, points, words),
        "heat_legend": figures.diverging_legend(points, words.text("legend_unit_points"), ends),
        "shifts": shift_rows(tables.relocation_table(outputs, LARGEST_SHIFTS), words),
        "flows": figures.flow_bars(tables.bilateral_changes(outputs, LARGEST_FLOWS), words),
    }


def table_rows(ranked: pd.DataFrame, words: Catalogue) -> list[dict[str, Any]]:
    """Round the full table; each cell keeps its full value for sorting."""
    columns = [column for column in ranked.columns if column != "name"]
    digits = {column: digits_for(ranked[column], significant=4) for column in columns}
    rows = []
    for code, line in ranked.iterrows():
        cells = []
        for column in columns:
            write = plain if column in LEVELS else signed
            text = write(float(line[column]), min(2, digits[column]))
            cells.append({"text": text, "key": f"{line[column]:.6g}"})
        rows.append({"code": str(code), "name": words.economy(str(code)), "cells": cells})
    return rows


def shift_rows(table: pd.DataFrame, words: Catalogue) -> list[dict[str, str]]:
    """Round the table of the largest relocations."""
    digits = digits_for(table["relocation_points"])
    money = digits_for(table["output_usd_billion"])
    return [
        {
            "sector": words.sector(str(line["sector"])),
            "economy": words.economy(str(line["economy"])),
            "code": str(line["economy"]),
            "points": signed(float(line["relocation_points"]), digits),
            "money": signed(float(line["output_usd_billion"]), money),
            "percent": signed(float(line["output_percent"]), 1),
        }
        for _, line in table.iterrows()
    ]


def sources(
    provenance: Sequence[Mapping[str, Any]], words: Catalogue, *, outline: bool = True
) -> list[dict[str, str]]:
    """Group the variables of the world by where they come from; name the map's if it is drawn."""
    grouped: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for entry in provenance:
        name, unit, year = (str(entry.get(field, "")) for field in ("long_name", "units", "year"))
        # A pure number has the unit 1, which helps nobody.
        label = f"{name} [{unit}]" if unit not in ("", "1") else name
        key = (str(entry.get("source", "")), str(entry.get("licence", "")))
        grouped.setdefault(key, []).append((label, year))
    rows = [
        {
            "variables": "; ".join(dict.fromkeys(label for label, _ in entries)),
            "source": source,
            "year": ", ".join(dict.fromkeys(year for _, year in entries)),
            "licence": licence,
        }
        for (source, licence), entries in grouped.items()
    ]
    drawn = [OUTLINE_SOURCE | {"variables": words.text("sources_map")}]
    return [*rows, *(drawn if outline else [])]


def scenario_rows(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the scenario as the manifest holds it, so that a report can be run again from itself."""
    scenario = manifest.get("scenario")
    return flatten(scenario) if isinstance(scenario, Mapping) else []


def longest(table: pd.DataFrame, column: str, most: int) -> pd.DataFrame:
    """Keep the rows with the largest absolute values, in the table's own order."""
    keep = table[column].abs().nlargest(most).index
    return table[table.index.isin(keep)]
