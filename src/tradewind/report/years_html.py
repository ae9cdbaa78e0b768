"""A run over the years as one self-contained HTML file."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from tradewind.report import years_figures as drawn
from tradewind.report import years_rows as rows
from tradewind.report.figures.heatmap import heat_styles
from tradewind.report.html import sources
from tradewind.report.language import HTML_LANGUAGE, Catalogue, Language
from tradewind.report.markup import foreign
from tradewind.report.numbers import scientific
from tradewind.report.page import environment, flatten
from tradewind.report.years_compared import common_years
from tradewind.report.years_contract import YearsNames, YearsRun, check_years
from tradewind.report.years_paragraphs import blocks
from tradewind.report.years_settings import set_differently
from tradewind.report.years_story import headline, shapes
from tradewind.report.years_tables import last_year
from tradewind.report.years_words import frame, named, other_run

APART = frozenset({"command", "scenario", "parameters", "backtest", "exposed"})
"""Entries of the manifest that the page shows in a place of their own."""
LIMITS = ("forecast", "growth", "table", "shapes", "lags", "stacks", "power", "capital")
SOURCES = (
    {
        "title": "input-output table, rolled forward by size, tariffs and balances",
        "source": "WIOD 2016 release (Timmer et al. 2015), as prepared by Felbermayr, Gröschl & "
        "Heiland (2022); docs/today.md",
        "year": "{table}",
        "licence": "CC BY 4.0",
    },
    {
        "title": "chips, their makers, rules",
        "source": "Epoch AI; BIS and MOFCOM; docs/chips.md, docs/rules-sources.md",
        "year": "2022-2026",
        "licence": "MIT, CC BY 4.0",
    },
    {
        "title": "plants, areas and load of the world network",
        "source": "docs/capacity-world.md",
        "year": "2020-2024",
        "licence": "of every table, told there",
    },
    {
        "title": "exposure of sectors, shapes of automation",
        "source": "Felten et al. (2021); Erdil et al. (2025), GATE; Acemoglu (2024); "
        "Korinek & Suh (2024); docs/automation.md",
        "year": "2021-2025",
        "licence": "figures, cited",
    },
    {
        "title": "use of stacks; capital spending and AI revenue",
        "source": "docs/adoption.md, docs/capital.md",
        "year": "2024-2026",
        "licence": "figures, cited",
    },
)
"""Where the numbers begin; each block's page in the documentation has them one by one."""


def render_years(run: YearsRun, language: Language = "en") -> str:
    """Write the report of a run over the years.

    Parameters
    ----------
    run : YearsRun
        ``tradewind.coupling.run.CoupledRun``.
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
    check_years(run)
    words = Catalogue(language, YearsNames(run))
    attrs = run.outputs.attrs
    miss, account, year = rows.largest_miss(run)
    context: dict[str, Any] = {
        "t": words.text,
        "foreign": foreign if language == "zh" else str,
        "language": HTML_LANGUAGE[language],
        "styles": heat_styles() + Markup(environment().get_template("years.css").render()),
        "run": attrs,
        "title": attrs["title"],
        "description": run.scenario.description,
        "set_differently": set_differently(run),
        "headline": headline(run, words),
        "frame": frame(run, words),
        "text": blocks(run, words),
        "other": other_run(run, words),
        "compared": common_years(run)[-1],
        "base": attrs["base_year"],
        "table": attrs["table_year"],
        "last": last_year(run.outputs),
        "economies": rows.economy_rows(run, words),
        "yearly": {kind: rows.year_rows(run, kind, words) for kind in rows.YEARLY},
        "assets": rows.asset_rows(run, words),
        "shapes": rows.shape_rows(run, words),
        "no_shapes": shapes(run, words),
        "chinese": rows.stack_rows(run, words),
        "shifts": rows.shift_rows(run, words),
        "claims": rows.claim_rows(words),
        "changed": rows.changed_rows(run, words),
        "key": rows.key_rows(run, words),
        "accounts": rows.account_rows(run, words),
        "miss": words.text(
            "years_accounts_text",
            miss=scientific(miss),
            account=named("account", account, words),
            year=year,
        ),
        "backtest": rows.backtest_rows(run, words),
        "exposed": rows.exposed_rows(run, words),
        "limits": [
            words.text(f"years_limit_{key}", table=attrs["table_year"], base=attrs["base_year"])
            for key in LIMITS
        ],
        "sources": sources(
            [
                {
                    **{name: text.format(table=attrs["table_year"]) for name, text in row.items()},
                    "long_name": row["title"],
                }
                for row in SOURCES
            ],
            words,
        ),
        "command": run.manifest.get("command", ""),
        "manifest": flatten({key: run.manifest[key] for key in run.manifest if key not in APART}),
    }
    context |= drawn.draw(run, words)
    return environment().get_template("years.html.j2").render(context)
