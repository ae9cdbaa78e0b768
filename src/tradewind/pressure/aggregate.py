"""Normalised indicators put together: pillars first, then the index.

- arithmetic: a shortfall in one is made up for by a surplus in another, at the rate of the weights;
- geometric: less so, the lower a value is; needs values above zero;
- Copeland: not at all. Two economies are compared on every criterion; who is ahead on criteria of
  more weight wins, a win counts 1, a tie ½. It uses only order, and lets cycles end in ties.
  Condorcet–Kemeny–Young–Levenglick, the Handbook's own, searches all n! orders and is not feasible
  for 60 economies; Copeland has the same Condorcet winner, where there is one.

Sources: OECD & JRC (2008), section 7; Copeland (1951), A reasonable social welfare function;
Munda & Nardo (2009), Applied Economics 41, on the non-compensatory comparison with weights.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numba import njit

from tradewind.errors import InputError
from tradewind.pressure.arrays import Array, Flags
from tradewind.pressure.spec import Aggregation

TIE = 1e-12
"""A lead of less weight than this is none."""


def together(values: Array, weights: Array, method: Aggregation) -> Array:
    """Put criteria together.

    Parameters
    ----------
    values : (..., economy, criterion)
        NaN where there is none: its weight goes to the other criteria.
    weights : (..., economy or 1, criterion)
        Their sum scales an arithmetic score and is of no consequence otherwise.
    method : {"arithmetic", "geometric", "copeland"}

    Returns
    -------
    (..., economy)

    Raises
    ------
    InputError
        If a geometric mean meets a value that is not above zero.
    """
    if method == "copeland":
        return copeland(values, weights)
    seen = ~np.isnan(values)
    if method == "geometric":
        _require_positive(values, seen)
        return cast("Array", np.exp(_mean(np.log(np.where(seen, values, 1.0)), weights, seen)))
    plain = np.where(seen, values, 0.0)
    return cast("Array", _mean(plain, weights, seen) * weights.sum(axis=-1))


def _mean(values: Array, weights: Array, seen: Flags) -> Array:
    cell = np.where(seen, weights, 0.0)
    total = cell.sum(axis=-1, keepdims=True)
    if not total.all():
        # All weight was on what is missing: what is there then counts equally.
        cell = np.where(total > 0.0, cell, seen)
        total = cell.sum(axis=-1, keepdims=True)
    return cast("Array", (cell * values).sum(axis=-1) / total[..., 0])


def _require_positive(values: Array, seen: Flags) -> None:
    smallest = float(np.min(values, where=seen, initial=np.inf))
    if smallest <= 0.0:
        raise InputError(
            "a geometric mean needs values above zero",
            where="aggregation",
            value=f"smallest normalised value {smallest:g}",
            bound="more than 0",
            remedy="give a `floor` such as 0.01, or choose the arithmetic mean",
        )


def copeland(values: Array, weights: Array) -> Array:
    """Share of the other economies that each beats, ties counted half.

    Parameters
    ----------
    values : (..., economy, criterion)
        A pair is compared on the criteria that both have.
    weights : (..., 1, criterion)
        The same for all economies.
    """
    flat = values.reshape(-1, *values.shape[-2:])
    rows = np.ascontiguousarray(np.broadcast_to(weights, (*values.shape[:-2], 1, values.shape[-1])))
    beaten = _beaten(np.ascontiguousarray(flat), rows.reshape(-1, values.shape[-1]))
    share: Array = beaten.reshape(values.shape[:-1]) / (values.shape[-2] - 1)
    return share


@njit(nogil=True, cache=True)
def _beaten(values: Array, weights: Array) -> Array:
    """Economies that each beats (draw, economy), a tie counted half."""
    draws, economies, criteria = values.shape
    wins = np.zeros((draws, economies))
    for draw in range(draws):
        for one in range(economies):
            for other in range(one):
                lead = 0.0
                for at in range(criteria):
                    gap = values[draw, one, at] - values[draw, other, at]
                    # A gap that is not a number is neither above nor below.
                    if gap > 0.0:
                        lead += weights[draw, at]
                    elif gap < 0.0:
                        lead -= weights[draw, at]
                # Sums of weights that cancel leave rounding behind, which must stay a tie.
                if lead > TIE:
                    wins[draw, one] += 1.0
                elif lead < -TIE:
                    wins[draw, other] += 1.0
                else:
                    wins[draw, one] += 0.5
                    wins[draw, other] += 0.5
    return wins


def pillar_scores(values: Array, weights: Array, member: Array, method: Aggregation) -> Array:
    """Put the indicators of each pillar together.

    Parameters
    ----------
    values : (..., economy, indicator)
    weights : (..., economy or 1, indicator)
    member : (indicator, pillar)
        1 where the indicator belongs to the pillar.
    method : {"arithmetic", "geometric"}

    Returns
    -------
    (..., economy, pillar)
        NaN where a pillar has no indicator with weight and value.
    """
    seen = ~np.isnan(values)
    if method == "geometric":
        _require_positive(values, seen)
        plain = np.log(np.where(seen, values, 1.0))
    else:
        plain = np.where(seen, values, 0.0)
    cell = np.where(seen, weights, 0.0)
    total, known = cell @ member, seen @ member
    bare = (total == 0.0) & (known > 0.0)
    if bare.any():
        # No weight on anything that is there: what is there counts equally.
        cell = np.where((bare @ member.T).astype(bool) & seen, 1.0, cell)
        total = cell @ member
    score = np.full(total.shape, np.nan)
    np.divide((cell * plain) @ member, total, out=score, where=total > 0.0)
    return np.exp(score) if method == "geometric" else score


def composite(
    values: Array,
    weights: Array,
    member: Array,
    within: Aggregation,
    across: Aggregation,
) -> Array:
    """Score of every economy, from normalised indicators.

    With one pillar ``across`` puts the indicators together and ``within`` has nothing to do.

    Parameters
    ----------
    values : (..., economy, indicator)
    weights : (..., economy or 1, indicator)
        Weights of the whole index: a pillar's weight is the sum of its indicators'.
    member : (indicator, pillar)
    within, across : str

    Returns
    -------
    (..., economy)
    """
    if member.shape[1] == 1:
        return together(values, weights, across)
    pillars = pillar_scores(values, weights, member, within)
    return together(pillars, weights @ member, across)
