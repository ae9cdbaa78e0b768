"""A ranking as tables: the ladder, what drives one economy, and every number behind it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

INTERVAL = ("rung", "rank_median", "rank_low", "rank_high", "surely_above", "surely_below")


def ladder_table(outputs: xr.Dataset, names: Mapping[str, str]) -> pd.DataFrame:
    """The ladder from the top.

    Columns are ``name``; ``rung``, ``rank_median``, ``rank_low``, ``rank_high``, ``surely_above``,
    ``surely_below`` if there were draws; ``rank`` and ``score`` by the index's own method;
    ``observed``, the share of indicators that are no guess; and the pillars' scores.
    """
    codes = [str(code) for code in outputs["economy"].values]
    columns: dict[str, object] = {"name": [names.get(code, code) for code in codes]}
    columns |= {name: outputs[name].values for name in INTERVAL if name in outputs}
    columns |= {name: outputs[name].values for name in ("rank", "score")}
    columns["observed"] = 1.0 - outputs["imputed"].mean("indicator").values
    scores = outputs["pillar_score"].transpose("economy", "pillar").values
    for at, pillar in enumerate(outputs["pillar"].values):
        columns[f"pillar_{pillar}"] = scores[:, at]
    return pd.DataFrame(columns, index=pd.Index(codes, name="economy"))


def drives_table(outputs: xr.Dataset, economy: str) -> pd.DataFrame:
    """What an economy's score is made of, the strongest drive first.

    One row an indicator: ``title``, ``pillar``, ``value`` and ``unit``, ``imputed``, ``year``,
    ``normalised``, ``weight``, ``contribution`` (weight times normalised value, the score if all is
    arithmetic), ``drive`` (what the score would lose at the median economy's value), ``source``,
    ``reason``, ``direction``.
    """
    one = outputs.sel(economy=economy)
    weight, normalised = one["weight"].values, one["normalised"].values
    table = pd.DataFrame(
        {
            "title": one["title_of"].values,
            "pillar": one["pillar_of"].values,
            "value": one["used"].values,
            "unit": one["unit_of"].values,
            "imputed": one["imputed"].values,
            "year": one["observed_year"].values,
            "normalised": normalised,
            "weight": weight,
            "contribution": weight * normalised,
            "drive": one["drive"].values,
            "source": one["source_of"].values,
            "reason": one["reason_of"].values,
            "direction": one["direction_of"].values,
        },
        index=pd.Index(one["indicator"].values, name="indicator"),
    )
    order = np.argsort(-np.abs(table["drive"].to_numpy()), kind="stable")
    return table.iloc[order]


def indicators_table(outputs: xr.Dataset) -> pd.DataFrame:
    """Every number behind the scores: one row an economy and indicator."""
    parts = [
        drives_table(outputs, str(code)).reset_index().assign(economy=str(code))
        for code in outputs["economy"].values
    ]
    whole = pd.concat(parts, ignore_index=True).drop(columns=["reason", "direction", "title"])
    return whole[["economy", *[c for c in whole.columns if c != "economy"]]]


def compared(outputs: xr.Dataset, ranks: pd.Series) -> tuple[float, pd.DataFrame]:
    """Set an index beside a published one, on the economies that both rank.

    Returns
    -------
    correlation : float
        Spearman's.
    table : DataFrame
        ``ours``, ``published`` (places among these economies) and ``gap``, ours less the published
        one, the largest disagreement first.
    """
    median = outputs["rank_median"].to_series()
    both = pd.DataFrame({"ours": median, "published": ranks}).dropna()
    places = both.rank(method="average")
    places["gap"] = places["ours"] - places["published"]
    order = np.argsort(-places["gap"].abs().to_numpy(), kind="stable")
    return float(places["ours"].corr(places["published"])), places.iloc[order]
