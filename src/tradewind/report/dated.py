"""Which year a run's world is of, in words, and how near to that year it is.

A world rolled forward has two years: that of its table, and that whose money and flows it has.
"""

from __future__ import annotations

import json
from typing import Any

import xarray as xr

from tradewind.report.language import Catalogue
from tradewind.report.numbers import plain


def money_year(outputs: xr.Dataset) -> int:
    """Year whose money the outputs are in."""
    return int(outputs.attrs.get("year", outputs.attrs["base_year"]))


def is_rolled(outputs: xr.Dataset) -> bool:
    """Whether the world of the run is a table rolled forward."""
    return money_year(outputs) != int(outputs.attrs["base_year"])


def base(outputs: xr.Dataset, words: Catalogue) -> str:
    """Name the world's year or years, as a sentence begins."""
    if not is_rolled(outputs):
        return words.text("base_label", year=outputs.attrs["base_year"])
    return words.text(
        "base_label_rolled", table=outputs.attrs["base_year"], year=money_year(outputs)
    )


def base_of_two(a: xr.Dataset, b: xr.Dataset, words: Catalogue) -> str:
    """Name the years of two runs, once if they are the same."""
    one, other = base(a, words), base(b, words)
    return one if one == other else words.text("base_label_two", a=one, b=other)


def texts(outputs: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    """What a report says of the year of its world."""
    table, year = outputs.attrs["base_year"], money_year(outputs)
    rolled = is_rolled(outputs)
    note = "base_year_note_rolled" if rolled else "base_year_note"
    limit = "limit_base_year_rolled" if rolled else "limit_base_year"
    return {
        "base": base(outputs, words),
        "year": year,
        "base_note": words.text(note, table=table, year=year),
        "base_limit": words.text(limit, table=table, year=year),
        "held_out": held_out(outputs, words),
        "held_out_note": _note(outputs, words),
    }


def _note(outputs: xr.Dataset, words: Catalogue) -> str:
    """Say of which world the errors are; nothing if there are none."""
    lines = recorded(outputs)
    if not lines:
        return ""
    fact = lines[0]["year"]
    return words.text("held_out_note", table=outputs.attrs["base_year"], fact=fact)


MEASURES = {
    "us_imports": "held_out_us_imports",
    "china_exports": "held_out_china_exports",
    "eu_exports": "held_out_eu_exports",
    "high_technology": "held_out_high_technology",
}


def held_out(outputs: xr.Dataset, words: Catalogue) -> list[dict[str, str]]:
    """Errors on facts the world was not fitted to, in points; none unless it was rolled."""
    return [
        {
            "measure": words.text(MEASURES[line["measure"]], year=line["year"]),
            "table": plain(100.0 * line["table"], 2),
            "rolled": plain(100.0 * line["rolled"], 2),
            "verdict": words.text(
                "held_out_better" if line["rolled"] < line["table"] else "held_out_worse"
            ),
        }
        for line in recorded(outputs)
    ]


def recorded(outputs: xr.Dataset) -> list[dict[str, Any]]:
    """The errors that the world of a run carries; none unless it was rolled forward."""
    kept = str(outputs.attrs.get("held_out", "")) if is_rolled(outputs) else ""
    lines: list[dict[str, Any]] = json.loads(kept or "[]")
    return lines
