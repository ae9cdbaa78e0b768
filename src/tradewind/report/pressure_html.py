"""A ranking as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup

from tradewind.report import figures
from tradewind.report.colours import DivergingScale
from tradewind.report.language import HTML_LANGUAGE, Catalogue, Language
from tradewind.report.numbers import plain, signed
from tradewind.report.page import environment, flatten
from tradewind.report.pressure_tables import compared, drives_table, ladder_table
from tradewind.report.pressure_terminal import standing
from tradewind.report.pressure_words import (
    RankNames,
    amount,
    index_title,
    interval,
    lost_titles,
    pillar_title,
    place,
    said_of,
    source_title,
    titles_of,
)

AT_ONCE = 60
"""Economies of the ladder that are seen without opening the rest."""
LINES = 8
"""Economies with a line of their own in the trajectory."""
DISAGREEMENTS = 8
MOST_NAMED = 4
"""Economies of the top rung that the headline names."""
APART = ("command", "specification")
"""Of the manifest, told elsewhere on the page."""


def render_pressure(
    outputs: xr.Dataset,
    past: xr.Dataset | None,
    published: pd.DataFrame | None,
    names: Mapping[str, str],
    manifest: Mapping[str, Any],
    language: Language = "en",
) -> str:
    """Write the report on a ranking.

    Parameters
    ----------
    outputs : xarray.Dataset
        See `tradewind.pressure.index`, with draws.
    past : xarray.Dataset, optional
        See `tradewind.pressure.history`.
    published : pandas.DataFrame, optional
        Ranks of published indices by economy; its attributes cite them.
    names : mapping
        English names by code.
    manifest : mapping
        What it takes to make the ranking again.
    language : {"en", "zh"}

    Returns
    -------
    str
        HTML that refers to nothing outside itself.
    """
    words = Catalogue(language, RankNames(names))
    table = ladder_table(outputs, names)
    title = index_title(outputs, words)
    year = outputs.attrs.get("year")
    count = outputs.sizes["economy"]
    rest = table.iloc[AT_ONCE:]
    context: dict[str, Any] = {
        "t": words.text,
        "language": HTML_LANGUAGE[language],
        "styles": Markup(environment().get_template("pressure.css").render()),
        "run": outputs.attrs,
        "title": title if year is None else f"{title}, {year}",
        "headline": headline(table, words),
        "said": said_of(outputs, words),
        "description": outputs.attrs["description"],
        "count": count,
        "ladder": figures.rank_ladder(table.head(AT_ONCE), count, words),
        "rest": figures.rank_ladder(rest, count, words) if len(rest) else None,
        "shown": min(AT_ONCE, count),
        "economies": [economy(outputs, past, table, str(code), words) for code in table.index],
        "indicators": indicators(outputs, words),
        "unranked": unranked(outputs, words),
        "missing": list(outputs.attrs["missing_data"]),
        "choices": choices(outputs, words),
        "command": manifest.get("command", ""),
        "manifest": flatten({key: manifest[key] for key in manifest if key not in APART}),
    }
    context |= _map(table, words)
    context |= _moves(outputs, words)
    context |= _trajectory(outputs, past, manifest, words)
    context["published"] = comparison(outputs, published, words)
    return environment().get_template("pressure.html.j2").render(context)


def headline(table: pd.DataFrame, words: Catalogue) -> str:
    """Say who stands apart at the top, if anybody does."""
    top = table[table["rung"] == 1]
    if len(top) > MOST_NAMED:
        first = words.economy_in_sentence(str(table.index[0]))
        between = interval(table["rank_low"].iloc[0], table["rank_high"].iloc[0])
        return words.text("pressure_headline_none", first=first, interval=between)
    named = [words.economy_in_sentence(str(code)) for code in top.index]
    joint = words.text("pressure_and")
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])}{joint}{named[-1]}"
    listed = listed[0].upper() + listed[1:]
    key = "pressure_headline_one" if len(named) == 1 else "pressure_headline_some"
    return words.text(key, listed=listed, count=len(table))


def economy(
    outputs: xr.Dataset,
    past: xr.Dataset | None,
    table: pd.DataFrame,
    code: str,
    words: Catalogue,
) -> dict[str, Any]:
    """Tell why one economy stands where it stands."""
    drives = _named(drives_table(outputs, code), outputs, words)
    largest = float(drives["drive"].abs().max()) or 1.0
    rows = [
        {
            "title": line["title"],
            "value": ("~" if line["imputed"] else "") + amount(line["value"]),
            "unit": line["unit"],
            "year": "" if pd.isna(line["year"]) else f"{line['year']:.0f}",
            "scaled": plain(line["normalised"], 2),
            "weight": plain(100 * line["weight"], 1),
            "part": plain(line["contribution"], 3),
            "drive": signed(line["drive"], 3),
            "side": "up" if line["drive"] >= 0 else "down",
            "width": f"{50 * abs(line['drive']) / largest:.1f}",
            "anchor": name,
        }
        for name, line in drives.iterrows()
    ]
    pillars = [name for name in table.columns if str(name).startswith("pillar_")]
    plot = None
    if len(pillars) > 1:
        titles = [pillar_title(str(title), words) for title in outputs["pillar_title"].values]
        plot = figures.parallel_plot(table[pillars], code, titles, words)
    return {
        "code": code,
        "name": words.economy(code),
        "stands": standing(outputs, code, words),
        "plot": plot,
        "rows": rows,
        "moves": _own_moves(outputs, code, words),
        "past": _own_past(past, code, words),
    }


def _named(drives: pd.DataFrame, outputs: xr.Dataset, words: Catalogue) -> pd.DataFrame:
    """Put the indicators' names in the report's language."""
    named = dict(zip(outputs["indicator"].values.tolist(), titles_of(outputs, words), strict=True))
    return drives.assign(title=[named[name] for name in drives.index])


def _own_moves(outputs: xr.Dataset, code: str, words: Catalogue) -> str | None:
    if "source" not in outputs.coords:
        return None
    parts = outputs["economy_share"].sel(economy=code).to_series().dropna()
    top = parts.sort_values(ascending=False).head(3)
    listed = words.text("pressure_comma").join(
        f"{source_title(str(name), words)} {100 * part:.0f} %" for name, part in top.items()
    )
    return words.text("pressure_why_moves", listed=listed) if len(top) else None


def _own_past(past: xr.Dataset | None, code: str, words: Catalogue) -> str | None:
    if past is None or code not in past["economy"].values:
        return None
    one = past.sel(economy=code)
    listed = words.text("pressure_comma").join(
        f"{int(year)}: {place(float(rank))} ({interval(float(low), float(high))})"
        for year, rank, low, high in zip(
            one["year"].values,
            one["rank_median"].values,
            one["rank_low"].values,
            one["rank_high"].values,
            strict=True,
        )
    )
    return words.text("pressure_why_past", listed=listed)


def indicators(outputs: xr.Dataset, words: Catalogue) -> list[dict[str, str]]:
    """Describe every indicator once: what, why, from whom, and how much of it was observed."""
    observed = 1.0 - outputs["imputed"].mean("economy")
    titles = dict(
        zip(outputs["pillar"].values.tolist(), outputs["pillar_title"].values.tolist(), strict=True)
    )
    found, named = [], titles_of(outputs, words)
    for name, called in zip(outputs["indicator"].values, named, strict=True):
        one = outputs.sel(indicator=name)
        years = one["observed_year"].values
        seen = years[np.isfinite(years)]
        ends = [f"{year:.0f}" for year in ((seen.min(), seen.max()) if seen.size else ())]
        pillar = str(one["pillar_of"].item())
        found.append(
            {
                "anchor": str(name),
                "title": called,
                "pillar": pillar_title(titles[pillar], words),
                "unit": str(one["unit_of"].item()),
                "direction": words.text(f"pressure_direction_{one['direction_of'].item()}"),
                "reason": str(one["reason_of"].item()),
                "source": str(one["source_of"].item()),
                "years": "–".join(dict.fromkeys(ends)),
                "observed": f"{100 * float(observed.sel(indicator=name)):.0f} %",
            }
        )
    return found


def unranked(outputs: xr.Dataset, words: Catalogue) -> str:
    """List who has too little data, with the share of the indicators each has."""
    pairs = zip(
        outputs["candidate"].values,
        outputs["coverage"].values,
        outputs["ranked"].values,
        strict=True,
    )
    listed = [
        f"{words.economy(str(c))} {100 * share:.0f} %" for c, share, there in pairs if not there
    ]
    return words.text("pressure_comma").join(listed)


def choices(outputs: xr.Dataset, words: Catalogue) -> list[tuple[str, str]]:
    """List the methods that a draw chooses from, the index's own first."""
    kinds = ("normalisation", "outliers", "missing", "weights", "aggregation")
    return [
        (
            source_title(kind, words),
            words.text("pressure_comma").join(
                words.text(f"pressure_way_{way}") for way in str(outputs.attrs[kind]).split(", ")
            ),
        )
        for kind in kinds
    ]


def comparison(
    outputs: xr.Dataset, published: pd.DataFrame | None, words: Catalogue
) -> list[dict[str, Any]]:
    """Set the ranking beside published ones, with the largest disagreements and what is behind."""
    if published is None:
        return []
    found = []
    for name, cited in published.attrs.items():
        if name not in published:
            continue
        correlation, places = compared(outputs, published[name])
        rows = []
        for code, line in places.head(DISAGREEMENTS).iterrows():
            drives = _named(drives_table(outputs, str(code)), outputs, words).sort_values("drive")
            rows.append(
                {
                    "code": code,
                    "name": words.economy(str(code)),
                    "ours": place(line["ours"]),
                    "published": place(line["published"]),
                    "gap": signed(-line["gap"], 0),
                    "lifts": drives["title"].iloc[-1],
                    "pulls": drives["title"].iloc[0],
                }
            )
        found.append(
            {
                "name": cited,
                "correlation": plain(correlation, 2),
                "count": len(places),
                "rows": rows,
            }
        )
    return found


def _map(table: pd.DataFrame, words: Catalogue) -> dict[str, Any]:
    """Colour countries by fifths of the ranking; a table without countries has no map."""
    scores = table["score"].astype(float)
    if not table.index.str.fullmatch("[A-Z]{3}").all() or len(table) < 5:
        return {"map": None}
    edges = np.quantile(scores, (0.0, 0.2, 0.4, 0.6, 0.8))
    scale = DivergingScale(tuple(float(edge) for edge in np.maximum(edges, 1e-9)))
    title = words.text("pressure_map_title")
    drawing = figures.world_map(scores, scale, words, write=lambda v: plain(v, 2), title=title)
    ends = [f"{plain(edge, 2)}" for edge in (*edges, float(scores.max()))]
    classes = [
        {"colour": scale.colour(float(low) + 1e-9), "said": f"{first}–{last}"}
        for low, first, last in zip(edges, ends, ends[1:], strict=False)
    ]
    return {"map": drawing, "map_classes": classes}


def _moves(outputs: xr.Dataset, words: Catalogue) -> dict[str, Any]:
    if "source" not in outputs.coords:
        return {"moves": None}
    names = ("first_share", "total_share", "total_share_low", "total_share_high")
    rows = []
    for source in outputs["source"].values:
        first, total, low, high = (float(outputs[n].sel(source=source)) for n in names)
        rows.append((source_title(str(source), words), first, total, low, high))
    return {"moves": figures.choice_bars(sorted(rows, key=lambda row: -row[2]), words)}


def _trajectory(
    outputs: xr.Dataset, past: xr.Dataset | None, manifest: Mapping[str, Any], words: Catalogue
) -> dict[str, Any]:
    if past is None or past.sizes["year"] < 2:
        return {"trajectory": None, "no_history": str(manifest.get("history", ""))}
    panel = [str(code) for code in past["economy"].values]
    shown = [str(code) for code in outputs["economy"].values if str(code) in panel][:LINES]
    spread = past["dispersion"].values
    note = words.text(
        "pressure_past_note",
        count=len(panel),
        first=int(past["year"][0]),
        last=int(past["year"][-1]),
        before=plain(float(spread[0]), 3),
        after=plain(float(spread[-1]), 3),
    )
    lost = lost_titles(past, words)
    if lost:
        note += " " + words.text("pressure_past_left_out", names=lost)
    return {"trajectory": figures.score_lines(past["score"], shown, words), "past_note": note}
