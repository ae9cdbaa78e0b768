"""A plan of compute and power as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import xarray as xr
from markupsafe import Markup

from tradewind.report import plan_figures as drawn
from tradewind.report import plan_rows as rows
from tradewind.report.chips_contract import ChipNames
from tradewind.report.html import APART, sources
from tradewind.report.language import HTML_LANGUAGE, Catalogue, Language
from tradewind.report.markup import foreign
from tradewind.report.page import environment, flatten
from tradewind.report.plan_contract import PlanOutputs, check_plan
from tradewind.report.plan_story import (
    assumptions,
    carbon_cap,
    cases_note,
    expectations,
    frame,
    headline,
)
from tradewind.report.plan_words import case_title, in_language, named


def render_plan(
    outputs: PlanOutputs,
    tables: Sequence[Mapping[str, Any]],
    manifest: Mapping[str, Any],
    language: Language = "en",
) -> str:
    """Write the report of a plan.

    Parameters
    ----------
    outputs : PlanOutputs
        The numbers of the plan and its cases.
    tables : sequence of mapping
        One entry a table of data: ``title``, ``unit``, ``year``, ``source``, ``licence``,
        ``synthetic`` (whether it was computed in place of a measurement).
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
        The outputs are incomplete or hold NaN where a number is due.
    """
    check_plan(outputs)
    words = Catalogue(language, ChipNames(language))
    facts, data = outputs.facts, outputs.shown
    row = outputs.table[outputs.table["case"] == facts["shown"]].iloc[0]
    context: dict[str, Any] = {
        "t": words.text,
        "foreign": foreign if language == "zh" else str,
        "language": HTML_LANGUAGE[language],
        "styles": Markup(environment().get_template("plan.css").render()),
        "run": facts,
        "title": in_language(facts["title"], words),
        "description": in_language(facts["description"], words),
        "network": named("network", str(facts["network"]), words),
        "case": case_title(row, words),
        "several": len(outputs.table) > 1,
        "headline": headline(outputs, words),
        "frame": frame(data, facts["hours"], words),
        "assumptions": assumptions(outputs, words),
        "expectations": expectations(facts, words),
        "idle": rows.idle_note(data, words),
        "sites": rows.site_rows(data, words),
        "cases": rows.case_rows(outputs, words),
        "cases_note": cases_note(outputs, words),
        "members": rows.member_rows(outputs, words),
        "money": rows.money_rows(data, words),
        "chips": rows.chip_rows(data, words),
        "carbon_cap": carbon_cap(data, words),
        "served": rows.served_rows(data, words),
        "mix": rows.power_rows(data, words),
        "effects": rows.effect_rows(data, words),
        "sources": sources(rows.source_notes(tables, words), words),
        "limits": limits(data, tables),
        "hours": in_language(facts["hours"], words),
        "command": manifest["command"],
        "manifest": flatten({key: manifest[key] for key in manifest if key not in APART}),
    }
    context |= drawn.draw(outputs, words)
    return environment().get_template("plan.html.j2").render(context)


def limits(data: xr.Dataset, tables: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say what the plan cannot tell, as keys of the catalogue."""
    whole_year = bool((data["weight"] == data["step"]).all())
    synthetic = any(table.get("synthetic") for table in tables)
    return [
        *("foresight", "lumps", "network", "prices"),
        *(() if whole_year else ("hours",)),
        *("siting", "carbon", "water"),
        *(("synthetic",) if synthetic else ()),
    ]
