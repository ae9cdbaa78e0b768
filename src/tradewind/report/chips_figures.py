"""Figures of the report on the chip market."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from tradewind.report import chips_tables as tables
from tradewind.report import figures
from tradewind.report.chips_contract import ChipOutputs, RoundsTable
from tradewind.report.chips_story import family_name, round_name, unbound_name
from tradewind.report.colours import DivergingScale
from tradewind.report.figures.bands import MOST
from tradewind.report.language import REST, Catalogue
from tradewind.report.numbers import plain

PRICED_YEARS = (2025, 2027, 2030)
"""Years whose prices are drawn, with the last one of the run."""
FLOOR = 1e-3
"""Foot of logarithmic axes, in the unit drawn (million H100e, thousand H100e times a thousand)."""
LEAST_SHARE = 0.04
"""Share of China's stock that a family must have had at some time to be drawn."""


def draw(outputs: ChipOutputs, words: Catalogue) -> dict[str, Any]:
    """Draw every figure that the outputs allow."""
    found: dict[str, Any] = {
        "change": _change(outputs, words),
        "stock": _stock(outputs, words),
        "family": _families(outputs, words),
        **_at_home(outputs, words),
        **_map(outputs, words),
        **_prices(outputs, words),
        "steps": [],
    }
    if outputs.rounds is not None:
        found["steps"] = _steps(outputs.rounds, words)
    return found


def _change(outputs: ChipOutputs, words: Catalogue) -> Markup | None:
    """China's compute beside a world without rules; None if it is the same."""
    chosen = outputs.against["change_percent"].sel(reference="none", economy=tables.HOME)
    if not (abs(chosen) > 1e-6).any():
        return None
    found = {
        str(metric): tables.spread(chosen.sel(metric=metric))
        for metric in chosen["metric"].to_numpy()
    }
    names = {
        metric: (words.text(f"chips_by_{metric}"), words.text(f"chips_by_{metric}_short"))
        for metric in found
    }
    return figures.band_curves(found, names, words.text("chips_change_title"))


def _stock(outputs: ChipOutputs, words: Catalogue) -> Markup:
    chosen = tables.main_economies(outputs, MOST)
    found = {code: tables.stock_of(outputs, code) / 1e6 for code in chosen}
    names = {code: (words.economy(code), code) for code in chosen}
    title = words.text("chips_stock_title")
    return figures.band_curves(found, names, title, log=True, floor=FLOOR)


def _families(outputs: ChipOutputs, words: Catalogue) -> Markup:
    labels = tables.families_of(outputs, share=LEAST_SHARE)
    last = {label: tables.family_stock(outputs, label) for label in labels}
    largest = sorted(labels, key=lambda label: -float(last[label]["median"].max()))[:MOST]
    found = {label: last[label] / 1e6 for label in labels if label in largest}
    names = {label: (family_name(label, words), label) for label in found}
    title = words.text("chips_family_title_million")
    return figures.band_curves(found, names, title, log=True, floor=FLOOR)


def _at_home(outputs: ChipOutputs, words: Catalogue) -> dict[str, Any]:
    """Worth of one more chip in China and in the open market; the share that China makes."""
    names = {
        tables.HOME: (words.economy(tables.HOME), tables.HOME),
        tables.ABROAD: (words.text("chips_column_open"), tables.ABROAD),
    }
    values = []
    for workload in tables.workloads(outputs):
        chosen = outputs.bounds["marginal_value"].sel(workload=workload)
        worth = {code: tables.spread(chosen.sel(economy=code)) / 1e3 for code in names}
        title = words.text(f"chips_value_{workload}")
        values.append({"title": title, "drawing": figures.band_curves(worth, names, title)})
    share = {"domestic": 100.0 * tables.spread(outputs.bounds["domestic_share"])}
    own = (words.text("chips_domestic_name"), words.text("chips_domestic_short"))
    title = words.text("chips_domestic_title")
    return {"values": values, "share": figures.band_curves(share, {"domestic": own}, title)}


def _map(outputs: ChipOutputs, words: Catalogue) -> dict[str, Any]:
    """Compute by economy at the end of the last year; the rest of the world is left grey."""
    last = outputs.bounds["stock_by_economy"].sel(quantile=0.5).isel(year=-1)
    values = pd.Series(last.to_numpy() / 1e6, last["economy"].to_numpy()).drop(REST)
    scale = DivergingScale.over(float(values.max()), ladder=(1, 3))
    return {
        "map": figures.world_map(
            values,
            scale,
            words,
            write=lambda value: plain(value, 1),
            title=words.text("chips_map_world"),
        ),
        "map_legend": figures.loss_legend(scale, words.text("chips_map_unit"), (), side=1),
    }


def _prices(outputs: ChipOutputs, words: Catalogue) -> dict[str, Any]:
    """Prices taken apart, of the families bought in some years."""
    last = int(outputs.facts["last_year"])
    years = sorted({*(year for year in PRICED_YEARS if year <= last), last})
    found = {year: tables.prices(outputs, year) / 1e3 for year in years}
    families = {str(label) for table in found.values() for label in table.index}
    names = {label: family_name(label, words) for label in families}
    parts = {part: words.text(f"chips_part_{part}") for part in ("cost", "margin", "rent")}
    heads = [
        words.text(f"chips_column_{head}")
        for head in ("family", "parts", "list", "rent_bounds", "price")
    ]
    return {
        "prices": figures.price_bars(found, names, heads, parts),
        "parts_legend": figures.parts_legend(parts),
    }


def _steps(rounds: RoundsTable, words: Catalogue) -> list[dict[str, Any]]:
    """Staircase and Shapley values at the end of the last year shown, by both measures."""
    table = rounds.effects
    year = int(table["year"].max())
    found = []
    for metric in ("operations", "bandwidth"):
        for order in ("staircase", "shapley"):
            chosen = table[
                (table["order"] == order)
                & (table["measure"] == "h100")
                & (table["metric"] == metric)
                & (table["year"] == year)
            ].set_index("round")
            rows = [
                figures.Step(round_name(rounds, str(label), words), *_thousand(line))
                for label, line in chosen.drop(index="all").iterrows()
            ]
            rows += [
                figures.Step(unbound_name(each, words), 0.0, 0.0, 0.0)
                for each in rounds.never_bound
            ]
            cumulated = order == "staircase"
            if cumulated:
                levels = {
                    rules: figures.Step(
                        words.text(f"chips_level_{rules}"),
                        *_thousand(_held(rounds, rules, metric, year)),
                        level=True,
                    )
                    for rules in ("without", "enacted")
                }
                rows = [levels["without"], *rows, levels["enacted"]]
            heads = tuple(words.text(f"chips_column_{h}") for h in ("round", "effect", "mean"))
            title = words.text(
                f"chips_steps_{order}", metric=words.text(f"chips_by_{metric}"), year=year
            )
            drawing = figures.steps(rows, (heads[0], heads[1], heads[2]), cumulated=cumulated)
            found.append({"title": title, "drawing": drawing})
    return found


def _held(rounds: RoundsTable, rules: str, metric: str, year: int) -> pd.Series:
    table = rounds.held
    chosen = table["rules"].eq(rules) & table["metric"].eq(metric) & table["year"].eq(year)
    return table[chosen].iloc[0]


def _thousand(line: pd.Series) -> tuple[float, float, float]:
    return tuple(float(line[name]) / 1e3 for name in ("mean", "low", "high"))  # type: ignore[return-value]
