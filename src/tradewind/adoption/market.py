"""Models and their list prices: what each stack costs and how good it is, and the price ratio.

A stack's price is the median of its models of the last twelve months, its quality that of its best
so far. Verified scores end in November 2025; after that the frontier grows and the others follow at
their lags, and prices stay, since only their ratios count.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from tradewind.adoption import equations
from tradewind.errors import InputError
from tradewind.scenario.door import read_rows

PACKAGE = "tradewind.adoption"
STACKS = ("us_closed", "us_open", "chinese_open", "chinese_closed", "other")
CHINESE = ("chinese_open", "chinese_closed")
OPENNESS = {"us_closed": 0.0, "us_open": 1.0, "chinese_open": 1.0, "chinese_closed": 0.0}
HALF_OPEN = 0.5
"""Openness of the stack *other*, whose makers do both (judgement)."""
INPUT_SHARE = 0.75
"""Share of tokens that are read and not written, by which prices are blended (judgement)."""
FIRST, LAST_PRICED, LAST_SCORED = 2024.5, 2026.4, 2025.917
"""First time at which each stack has a model; the last released model; the last verified score."""
RULES: Mapping[str, str] = {
    "median": "median of all models of the last twelve months",
    "flagships": "the best model of each side",
    "matched": "each Chinese model beside the US models within two points of it",
    "cheapest": "the cheapest model of each side within five points of the best Chinese one",
}
"""Ways to choose the models that a price ratio compares."""
NEAR, WITHIN = 2.0, 5.0


def models() -> pd.DataFrame:
    """Return the models with stack, day of release, quality (NaN if not scored) and list prices."""
    return _models().copy()


@cache
def _models() -> pd.DataFrame:
    table = read_rows("models.csv", PACKAGE)
    table["at"] = [decimal(day) for day in pd.to_datetime(table["released"])]
    table["quality"] = pd.to_numeric(table["quality"], errors="coerce")
    return table


def decimal(day: pd.Timestamp) -> float:
    """Return a day as years: 2025-07-02 is about 2025.5."""
    return float(day.year + (day.dayofyear - 1) / 365.25)


def on_sale(stacks: tuple[str, ...], at: float) -> pd.DataFrame:
    """Models of some stacks released in the year before a time, or else their last one."""
    table = _models()
    table = table[table["stack"].isin(stacks) & (table["at"] <= at)]
    recent = table[table["at"] > at - 1.0]
    return recent if len(recent) else table.nlargest(1, "at")


def prices(at: float) -> np.ndarray:
    """Price of each stack at a time: (stack,) [USD / million tokens]."""
    return _prices(round(min(at, LAST_PRICED), 4)).copy()


@cache
def _prices(at: float) -> np.ndarray:
    _since_first(at)
    chosen = [on_sale((stack,), at) for stack in STACKS]
    return np.array([float(np.median(_blend(rows, INPUT_SHARE))) for rows in chosen])


def qualities(at: float, values: Mapping[str, float]) -> np.ndarray:
    """Quality of each stack at a time: (stack,) [ECI points]."""
    observed = _best(round(min(at, LAST_SCORED), 4)).copy()
    if at <= LAST_SCORED:
        return observed
    behind = values["lag_chinese"] + values["lag_trend"] * (at - LAST_SCORED)
    lags = np.array([0.0, values["lag_us_open"], behind, behind, values["lag_other"]])
    growth = values["frontier_growth"]
    follow = equations.frontier(observed[0], growth, at - LAST_SCORED, lags)
    return np.asarray(np.maximum(observed, follow))


@cache
def _best(at: float) -> np.ndarray:
    _since_first(at)
    table = _models()
    known = table[table["at"] <= at]
    best = known.groupby("stack")["quality"].max()
    # Alibaba's closed models were first scored in January 2025: until then as its open ones.
    best = best.fillna({"chinese_closed": best["chinese_open"]})
    return np.asarray(best.reindex(list(STACKS)).fillna(best["chinese_open"]), dtype=float)


def openness() -> np.ndarray:
    """Openness of each stack: (stack,) [1]."""
    return np.array([OPENNESS.get(stack, HALF_OPEN) for stack in STACKS])


def _since_first(at: float) -> None:
    if at < FIRST:
        raise InputError(
            "not every stack had a model then",
            where="adoption.market, time",
            value=f"{at:.2f}",
            bound=f"{FIRST} or later",
            remedy="choose a later year",
        )


def _blend(rows: pd.DataFrame, input_share: float) -> np.ndarray:
    return equations.blended(
        rows["input"].to_numpy(float), rows["output"].to_numpy(float), input_share
    )


def price_ratio(
    at: float = 2025.67, rule: str = "median", input_share: float = INPUT_SHARE
) -> float:
    """Price of Chinese models over that of closed US ones, from list prices.

    Parameters
    ----------
    at : float [year]
        When; models of the twelve months before count.
    rule : str
        A key of ``RULES``: which models are compared.
    input_share : float [1]
        Share of tokens that are read.

    Returns
    -------
    float [1]

    Raises
    ------
    InputError
        If there is no such rule, or no pair of models that it could compare.
    """
    if rule not in RULES:
        raise InputError(
            "there is no rule of this name",
            where="adoption.price_ratio, rule",
            value=rule,
            bound=", ".join(RULES),
            remedy="choose one of tradewind.adoption.RULES",
        )
    _since_first(at)
    home, away = on_sale(CHINESE, at), on_sale(("us_closed",), at)
    if rule == "median":
        return float(np.median(_blend(home, input_share)) / np.median(_blend(away, input_share)))
    home, away = (side.dropna(subset=["quality"]) for side in (home, away))
    if home.empty or away.empty:
        raise _no_pair(rule, at)
    if rule == "flagships":
        best = [side.nlargest(1, "quality") for side in (home, away)]
        return float(_blend(best[0], input_share)[0] / _blend(best[1], input_share)[0])
    if rule == "cheapest":
        floor = home["quality"].max() - WITHIN
        near = [_blend(side[side["quality"] >= floor], input_share) for side in (home, away)]
        return float(near[0].min() / near[1].min())
    gap = np.abs(home["quality"].to_numpy()[:, None] - away["quality"].to_numpy()[None, :])
    logs = np.log(_blend(home, input_share))[:, None] - np.log(_blend(away, input_share))[None, :]
    pairs = [row[near] for row, near in zip(logs, gap <= NEAR, strict=True) if near.any()]
    if not pairs:
        raise _no_pair(rule, at)
    return float(np.exp(np.mean([pair.mean() for pair in pairs])))


def _no_pair(rule: str, at: float) -> InputError:
    return InputError(
        "no models can be compared by this rule then",
        where="adoption.price_ratio",
        value=f"{rule} at {at:.2f}",
        bound="a time at which both sides have scored models of the last year",
        remedy="choose the rule median, or an earlier time",
    )


def price_ratios(at: float = 2025.67) -> pd.DataFrame:
    """Price ratio under every rule and three mixes of tokens: how much the set of models decides.

    Returns
    -------
    pandas.DataFrame
        ``rule``, ``input_share``, ``ratio``.
    """
    rows = [
        (rule, mix, price_ratio(at, rule, mix)) for rule in RULES for mix in (0.5, INPUT_SHARE, 0.9)
    ]
    return pd.DataFrame(rows, columns=["rule", "input_share", "ratio"])
