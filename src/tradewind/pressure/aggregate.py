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

from tradewind.errors import InputError
from tradewind.pressure.arrays import Array
from tradewind.pressure.spec import Aggregation


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
        smallest = float(np.min(values, where=seen, initial=np.inf))
        if smallest <= 0.0:
            raise InputError(
                "a geometric mean needs values above zero",
                where="aggregation",
                value=f"smallest normalised value {smallest:g}",
                bound="more than 0",
                remedy="give a `floor` such as 0.01, or choose the arithmetic mean",
            )
        logarithm = np.log(np.where(seen, values, 1.0))
        return cast("Array", np.exp(_weighted(logarithm, weights, seen) / _total(weights, seen)))
    plain = np.where(seen, values, 0.0)
    if seen.all():
        return _weighted(plain, weights, seen)
    return cast(
        "Array",
        _weighted(plain, weights, seen) * weights.sum(axis=-1) / _total(weights, seen),
    )


def _weighted(values: Array, weights: Array, seen: Array) -> Array:
    return cast("Array", (np.where(seen, weights, 0.0) * values).sum(axis=-1))


def _total(weights: Array, seen: Array) -> Array:
    return cast("Array", np.where(seen, weights, 0.0).sum(axis=-1))


def copeland(values: Array, weights: Array) -> Array:
    """Share of the other economies that each beats, ties counted half.

    Parameters
    ----------
    values : (..., economy, criterion)
        A pair is compared on the criteria that both have.
    weights : (..., 1, criterion)
        The same for all economies.
    """
    lead = np.zeros((*values.shape[:-1], values.shape[-2]))
    for at in range(values.shape[-1]):
        column = values[..., at]
        ahead = np.sign(column[..., :, None] - column[..., None, :])
        lead += weights[..., at, None] * np.nan_to_num(ahead, nan=0.0, copy=False)
    # Sums of weights that cancel leave rounding behind, which must stay a tie.
    lead[np.abs(lead) < 1e-12] = 0.0
    others = values.shape[-2] - 1
    return cast("Array", (np.sign(lead).sum(axis=-1) / others + 1.0) / 2.0)


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
    cell = np.where(seen, weights, 0.0)
    total = cell @ member
    if method == "geometric":
        if float(np.min(values, where=seen, initial=np.inf)) <= 0.0:
            together(values, weights, "geometric")
        plain = np.log(np.where(seen, values, 1.0))
    else:
        plain = np.where(seen, values, 0.0)
    score = np.full(np.broadcast_shapes(total.shape, (*values.shape[:-1], member.shape[1])), np.nan)
    np.divide(
        (cell * plain) @ member, total, out=score, where=np.broadcast_to(total, score.shape) > 0.0
    )
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
