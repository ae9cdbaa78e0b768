"""A run of the chip market as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tradewind.report import chips_figures as drawn
from tradewind.report.chips_contract import ChipNames, ChipOutputs, check_chips
from tradewind.report.chips_rows import (
    economy_rows,
    effect_rows,
    end_rows,
    home_rows,
    parameter_rows,
)
from tradewind.report.chips_story import headline, regime_sentence, story_year, zero_rounds
from tradewind.report.html import APART, sources
from tradewind.report.language import HTML_LANGUAGE, Catalogue, Language
from tradewind.report.markup import foreign
from tradewind.report.page import environment, flatten


def render_chips(
    outputs: ChipOutputs,
    parameters: Sequence[Mapping[str, Any]],
    tables: Sequence[Mapping[str, Any]],
    manifest: Mapping[str, Any],
    language: Language = "en",
) -> str:
    """Write the report of a run of the chip market.

    Parameters
    ----------
    outputs : ChipOutputs
        The numbers of the run.
    parameters : sequence of mapping
        Every number that the market assumes, with range, unit, source and how it is known.
    tables : sequence of mapping
        One entry a table of data: ``title``, ``unit``, ``year``, ``source``, ``licence``.
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
    check_chips(outputs)
    words = Catalogue(language, ChipNames(language))
    provenance = [
        {**table, "long_name": table["title"], "units": table["unit"]} for table in tables
    ]
    context: dict[str, Any] = {
        "t": words.text,
        "foreign": foreign if language == "zh" else str,
        "language": HTML_LANGUAGE[language],
        "styles": "",
        "run": outputs.facts,
        "headline": headline(outputs, words),
        "regime": regime_sentence(outputs, words),
        "year": story_year(outputs),
        "last": outputs.facts["last_year"],
        "zero": zero_rounds(outputs.rounds, words) if outputs.rounds is not None else [],
        "economies": economy_rows(outputs, words),
        "home": home_rows(outputs, words),
        "ends": end_rows(outputs, words),
        "effects": effect_rows(outputs.rounds, words) if outputs.rounds is not None else None,
        "parameters": parameter_rows(parameters, outputs.facts["chip_parameters"]),
        "sources": sources(provenance, words),
        "command": manifest["command"],
        "manifest": flatten({key: manifest[key] for key in manifest if key not in APART}),
    }
    context |= drawn.draw(outputs, words)
    return environment().get_template("chips.html.j2").render(context)
