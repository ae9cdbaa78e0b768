"""The effects of rounds as one long table, with intervals; and rounds that never bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tradewind.chip_run.rounds import INTERVAL, days, per_covered, share_of_enacted, shipped_rounds
from tradewind.controls import Regime
from tradewind.controls.reading import shipped_rounds as rounds_of_rules
from tradewind.report.chips_contract import RoundsTable

YEARS = (2025, 2027)
"""Ends of years at which effects are shown."""
ORDERS = ("staircase", "shapley")
MEASURES = {"h100": "H100", "percent": "% of what China holds", "per_covered": "H100 / H100"}
"""How large an effect is, and the unit."""
ALL = "all"
TOGETHER = {"en": "All rounds together", "zh": "全部轮次合计"}
LEAST_DEFINED = 0.5
"""Share of draws in which a round must cover some chip, or its effect per unit is left out."""


def rounds_table(effects: xr.Dataset, years: Sequence[int] = YEARS) -> RoundsTable:
    """Everything that is told of rounds, as tables."""
    return RoundsTable(
        effects_table(effects, years),
        held_table(effects, years),
        never_bound(),
        effects.sizes["member"],
    )


def effects_table(effects: xr.Dataset, years: Sequence[int] = YEARS) -> pd.DataFrame:
    """Lay the effects of rounds out, one number with its interval a line.

    Parameters
    ----------
    effects : xarray.Dataset
        Of ``find_round_effects``.
    years : sequence of int
        Ends of years.

    Returns
    -------
    (number) x round, title_en, title_zh, begins, order, metric, year, measure, unit, mean,
    median, low, high, defined
        Mean and quantiles 0.05, 0.5 and 0.95 over the draws in which the number is defined, and
        the share of these. NaN where it is in fewer than half.
    """
    titles = {each.id: each.title for each in shipped_rounds()} | {ALL: TOGETHER}
    begins = {name: day.isoformat() for name, day in days().items()} | {ALL: ""}
    rows = []
    for order in ORDERS:
        for measure, unit in MEASURES.items():
            values = with_total(effects, order, measure).sel(year=list(years))
            draws = values.transpose("round", "metric", "year", "member").to_numpy()
            for r, m, y in np.ndindex(*draws.shape[:3]):
                name = str(values["round"].to_numpy()[r])
                rows.append(
                    {
                        "round": name,
                        "title_en": titles[name]["en"],
                        "title_zh": titles[name]["zh"],
                        "begins": begins[name],
                        "order": order,
                        "metric": str(values["metric"].to_numpy()[m]),
                        "year": int(years[y]),
                        "measure": measure,
                        "unit": unit,
                        **_spread(draws[r, m, y]),
                    }
                )
    return pd.DataFrame(rows)


def with_total(effects: xr.Dataset, order: str, measure: str) -> xr.DataArray:
    """Effects by a measure, all rounds together last: (member, round, metric, year)."""
    if measure == "per_covered":
        return per_covered(effects, order)
    percent = measure == "percent"
    values = 100.0 * share_of_enacted(effects, order) if percent else effects[order]
    values = values.drop_vars("title", errors="ignore")
    total = values.sum("round").assign_coords(round=ALL).expand_dims("round")
    return xr.concat([values, total], "round")


def held_table(effects: xr.Dataset, years: Sequence[int] = YEARS) -> pd.DataFrame:
    """What China holds as enacted, and would hold if no round had come [H100], with intervals.

    Returns
    -------
    (number) x rules, metric, year, mean, median, low, high
    """
    rows = []
    for rules in ("enacted", "without"):
        for metric in effects["metric"].to_numpy():
            for year in years:
                chosen = effects[f"stock_{rules}"].sel(metric=metric, year=year).to_numpy()
                found = _spread(chosen)
                del found["defined"]
                rows.append({"rules": rules, "metric": str(metric), "year": int(year), **found})
    return pd.DataFrame(rows)


def never_bound() -> list[dict[str, Any]]:
    """Rounds of rules of which none binds on any day, so that their effect is exactly zero.

    Returns
    -------
    list of dict
        ``round``, ``rules`` (how many), ``compliance`` and ``ended`` (first days on which a rule
        was to be obeyed, and on which it was no longer enforced).
    """
    found = []
    for each in rounds_of_rules():
        rules = [Regime.shipped().by_id[rule.id] for rule in each.completed()]
        if all(rule.begins >= rule.ends for rule in rules):
            found.append(
                {
                    "round": rules[0].round,
                    "title": each.title,
                    "rules": len(rules),
                    "compliance": min(rule.begins for rule in rules).isoformat(),
                    "ended": min(rule.ends for rule in rules).isoformat(),
                }
            )
    return found


def _spread(values: np.ndarray) -> dict[str, float]:
    """Mean, median, bounds, and the share of draws that have a number."""
    known = values[np.isfinite(values)]
    defined = len(known) / len(values)
    if defined < LEAST_DEFINED:
        known = np.array([np.nan])
    low, median, high = np.quantile(known, [INTERVAL[0], 0.5, INTERVAL[1]])
    return {
        "mean": float(known.mean()),
        "median": float(median),
        "low": float(low),
        "high": float(high),
        "defined": round(defined, 4),
    }
