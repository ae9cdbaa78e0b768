"""The answer of ``tradewind chokepoints`` as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import xarray as xr

from tradewind.report import dated, figures
from tradewind.report.chokepoints_contract import check_chokepoints
from tradewind.report.chokepoints_rows import cut_table
from tradewind.report.chokepoints_story import (
    Cuts,
    base_year_note,
    codes_in,
    comparable,
    headline,
    prediction,
    rule,
    settings,
    solved,
)
from tradewind.report.chokepoints_tables import dependence
from tradewind.report.colours import DivergingScale
from tradewind.report.contract import Names
from tradewind.report.figures.heatmap import NO_EQUILIBRIUM, heat_styles
from tradewind.report.html import APART, sources
from tradewind.report.language import HTML_LANGUAGE, REST, Catalogue, Language
from tradewind.report.numbers import digits_for, plain
from tradewind.report.page import environment, flatten

TOP = 15
"""Rows of the tables at the head of the page."""

MOST_ROWS = 250
"""Rows of the full table; the rest is in the CSV file, and the page stays small."""

MOST_DOTS = 300
"""Links drawn in the comparison of prediction and exact loss, the costliest."""


def render_chokepoints(
    outputs: xr.Dataset,
    names: Names,
    provenance: Sequence[Mapping[str, Any]],
    manifest: Mapping[str, Any],
    language: Language = "en",
) -> str:
    """Write the report on an economy's chokepoints.

    Parameters
    ----------
    outputs : xarray.Dataset
        The outputs of ``tradewind chokepoints``; the page leaves out the figures whose optional
        variables are not there.
    names : Names
        English names of economies and sectors.
    provenance : sequence of mapping
        One entry a variable of the world: ``long_name``, ``source``, ``year``, ``units``,
        ``licence``.
    manifest : mapping
        The manifest; ``command`` is the command line, if the outputs do not have it.
    language : {"en", "zh"}
        Language of the report.

    Returns
    -------
    str
        HTML that refers to nothing outside itself.

    Raises
    ------
    OutputError
        The outputs are incomplete or lack a number that is due.
    """
    check_chokepoints(outputs)
    words = Catalogue(language, names)
    cuts = Cuts.of(outputs, words)
    drawn, asked = draw(outputs, cuts, words), str(outputs.attrs["economy"])
    context: dict[str, Any] = {
        "t": words.text,
        "language": HTML_LANGUAGE[language],
        "styles": heat_styles(),
        "run": outputs.attrs,
        "economy": words.economy_in_sentence(asked),
        "income": plain(float(outputs.attrs["real_income"]) / 1e3, 0),
        "headline": headline(outputs, cuts, words),
        "base_year": base_year_note(outputs, words),
        "title": words.text("chokepoints_title", economy=words.economy(asked)),
        "dated": dated.texts(outputs, words),
        "solved": solved(outputs, words),
        "settings": settings(outputs, words),
        "rule": rule(words),
        "prediction": prediction(outputs, cuts.main, words),
        "sources": sources(provenance, words, outline="network" in drawn),
        "rest": words.economy(REST) if REST in outputs["supplier"].to_numpy() else None,
        "command": outputs.attrs.get("command") or manifest.get("command", ""),
        "manifest": flatten({key: manifest[key] for key in manifest if key not in APART}),
    }
    return environment().get_template("chokepoints.html.j2").render(context | drawn)


def draw(outputs: xr.Dataset, cuts: Cuts, words: Catalogue) -> dict[str, Any]:
    """Draw the tables and figures that the outputs allow."""
    tables = {"suppliers": cuts.supplier, "links": cuts.link, "sectors": cuts.sector}
    bought = {key: table[table["status"] != "no trade"] for key, table in tables.items()}
    tops = {key: table.head(TOP) for key, table in bought.items() if len(table)}
    whole = cuts.main[cuts.main["status"] != "no trade"]
    every = whole.head(MOST_ROWS)
    drawn: dict[str, Any] = {
        "tables": [
            {"key": key, "count": len(bought[key]), "shown": len(top)} | cut_table(top, words)
            for key, top in tops.items()
        ],
        "codes": codes_in([*tops.values(), every], words),
        "every": cut_table(every, words) if len(every) > TOP else None,
        "every_shown": len(every),
        "every_count": len(whole),
    }
    points = comparable(cuts.main)
    if len(points) > 1:
        shown = points.head(MOST_DOTS)
        drawn["scatter"] = figures.prediction_scatter(shown, words)
        drawn |= {"scatter_count": len(points), "scatter_shown": len(shown)}
    if "horizon_loss" in outputs:
        moves = outputs.attrs.get("labour_moves_after_years")
        years = None if moves is None else float(moves)
        drawn["curves"] = figures.horizon_curves(outputs["horizon_loss"], years, words)
        drawn["labour_key"] = figures.labour_legend(words)
        drawn["moves"] = None if years is None else f"{years:g}"
    return drawn | _draw_dependence(outputs, words)


def _draw_dependence(outputs: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    """Draw who can hurt whom; a quick answer has no such figures."""
    loss = dependence(outputs)
    if loss is None or not loss.notna().any().any():
        return {}
    asked = str(outputs.attrs["economy"])
    scale = DivergingScale.over(float(loss.max().max()), ladder=(1, 3))
    others = []
    if (loss < 0).any().any():
        others.append(("hp1", words.text("chokepoints_legend_gain")))
    if loss.isna().to_numpy().sum() > len(loss):
        others.append((NO_EQUILIBRIUM, words.text("chokepoints_status_no_equilibrium")))
    imposed = dependence(outputs, "dependence_imposed")
    unit = words.text("chokepoints_legend_unit")
    largest = float(loss.max().max())
    return {
        "network": figures.dependence_network(loss, asked, words),
        "largest": plain(largest, digits_for([largest], 2)),
        "matrix": figures.dependence_map(loss, imposed, asked, scale, words),
        "matrix_legend": figures.loss_legend(scale, unit, others),
    }
