"""A board of claims as one self-contained HTML file: the board, then a card a claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from tradewind.report import claims_rows as rows
from tradewind.report.figures import draw_plot, threshold_strip
from tradewind.report.figures.plots import said
from tradewind.report.html import APART
from tradewind.report.language import HTML_LANGUAGE, Catalogue, Language
from tradewind.report.markup import foreign
from tradewind.report.page import environment, flatten


def render_claims(
    board: Mapping[str, Any], manifest: Mapping[str, Any], language: Language = "en"
) -> str:
    """Write the report of a board.

    Parameters
    ----------
    board : mapping
        `tradewind.claims.Board.answer`.
    manifest : mapping
        The run's manifest; ``command`` is the command line that made it.
    language : {"en", "zh"}
        Language of the report.

    Returns
    -------
    str
        HTML that refers to nothing outside itself.
    """
    words = Catalogue(language, rows.ClaimNames())
    context = {
        "t": words.text,
        "foreign": foreign if language == "zh" else str,
        "language": HTML_LANGUAGE[language],
        "styles": Markup(environment().get_template("claims.css").render()),
        "run": manifest,
        "lead": rows.lead(board, words),
        "share": f"{100 * board['decisive_share']:.0f}",
        "quick": board["quick"],
        "quick_members": min((one.get("members", 0) for one in board["claims"]), default=0),
        "claims": [card(claim, words) for claim in board["claims"]],
        "command": manifest["command"],
        "manifest": flatten({key: manifest[key] for key in manifest if key not in APART}),
    }
    return environment().get_template("claims.html.j2").render(context)


def card(claim: rows.Claim, words: Catalogue) -> dict[str, Any]:
    """Put what one card says."""
    told: dict[str, Any] = {
        "id": claim["id"],
        "place": rows.place(claim, words),
        "verdict": claim["verdict"],
        "verdict_text": words.text(f"claims_verdict_{claim['verdict']}"),
        "blocks": rows.blocks(claim, words),
        "command": claim["command"],
        "sources": claim["sources"],
        "run": "shares" in claim,
        "parameters": rows.parameter_rows(claim, words),
    }
    texts = ("statement", "supports_if", "contradicted_if", "experiment", "null")
    for key in (*texts, "reason", "limits"):
        told[key] = said(claim[key], words) if claim[key] is not None else None
    if not told["run"]:
        return told | {"brief": rows.first_sentence(told["reason"])}
    figure = claim["figure"]
    standing = [rows.sides(claim, words)]
    standing += [words.text("claims_construction_note")] if claim["by_construction"] else []
    return told | {
        "standing": rows.spaced(standing, words),
        "by_construction": claim["by_construction"],
        "percent": rows.percent(claim),
        "sides": rows.sides(claim, words),
        "nulls": rows.nulls(claim, words),
        "numbers_note": numbers_note(claim, words),
        "hinges": rows.hinges(claim, words),
        "noise": f"{claim['noise']:.2f}",
        "metrics": [
            row | {"strip": metric_strip(metric, row, words)}
            for metric, row in zip(claim["metrics"], rows.metric_rows(claim, words), strict=True)
        ],
        "figure": draw_plot(figure, words),
        "figure_readout": figure["kind"] == "scatter",
        "figure_title": said(figure["title"], words),
        "figure_note": said(figure["note"], words),
        "figure_source": figure["source"].rstrip("."),
    }


def numbers_note(claim: rows.Claim, words: Catalogue) -> str:
    """Say what the numbers and the strips of a card are."""
    nulls = sum(claim["nulls"].values())
    more = words.text("claims_numbers_more", nulls=nulls) if nulls > 1 else ""
    return words.text("claims_numbers_note", more=more)


def metric_strip(metric: Mapping[str, Any], row: Mapping[str, str], words: Catalogue) -> Markup:
    """Draw where a metric lies between its thresholds."""
    label = words.text(
        "claims_strip",
        label=row["label"],
        central=row["central"],
        low=row["low"],
        high=row["high"],
        null=row["null_central"],
    )
    return threshold_strip(metric, label)
