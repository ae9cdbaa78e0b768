"""Values of different units made comparable, more always being better.

Source: OECD & JRC (2008), section 5 (ranking, standardisation, min–max, distance to a reference).
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from tradewind.errors import InputError
from tradewind.pressure.arrays import Array, Flags
from tradewind.pressure.spec import Normalisation

BOUNDED: tuple[Normalisation, ...] = ("minmax", "goalposts", "rank", "leader")
"""Methods whose results lie between 0 and 1."""


def normalise(
    values: Array,
    method: Normalisation,
    up: Flags,
    posts: Array | None = None,
    floor: float = 0.0,
) -> Array:
    """Normalise a table, or many.

    Parameters
    ----------
    values : (..., economy, indicator)
        NaN where nothing was observed; it stays NaN.
    method : str
        ``minmax`` (x − min)/(max − min); ``goalposts`` the same with fixed ends, and values beyond
        them at the ends; ``zscore`` (x − mean)/deviation; ``rank`` (rank − 1)/(n − 1), ties at
        their mean; ``leader`` x/max, or min/x if less is better.
    up : (indicator)
        Whether more is better.
    posts : (2, indicator), optional
        Goalposts, the smaller first.
    floor : float
        Bounded results are squeezed into [floor, 1].

    Raises
    ------
    InputError
        If a column does not vary (its values say nothing), if goalposts are missing, or if
        ``leader`` meets values that are not positive.
    """
    if method == "goalposts":
        if posts is None or np.isnan(posts).any():
            raise InputError(
                "an indicator has no goalposts",
                where="normalisation",
                value="goalposts",
                bound="two numbers for every indicator",
                remedy="give goalposts, or choose minmax",
            )
        share = np.clip((values - posts[0]) / (posts[1] - posts[0]), 0.0, 1.0)
        return _squeezed(np.where(up, share, 1.0 - share), floor)
    if method == "leader":
        return _squeezed(_to_leader(values, up), floor)
    if method == "rank":
        return _squeezed(_ranked(np.where(up, values, -values)), floor)
    if method == "zscore":
        mean, spread = _moments(values)
        _require_spread(spread)
        return np.where(up, 1.0, -1.0) * (values - mean) / spread
    low = np.fmin.reduce(values, axis=-2, keepdims=True)
    high = np.fmax.reduce(values, axis=-2, keepdims=True)
    _require_spread(high - low)
    share = (values - low) / (high - low)
    return _squeezed(np.where(up, share, 1.0 - share), floor)


def _squeezed(share: Array, floor: float) -> Array:
    return floor + (1.0 - floor) * share if floor else share


def _moments(values: Array) -> tuple[Array, Array]:
    """Mean and deviation of each column over what was observed."""
    seen = ~np.isnan(values)
    count = seen.sum(axis=-2, keepdims=True)
    plain = np.where(seen, values, 0.0)
    mean = plain.sum(axis=-2, keepdims=True) / count
    square = np.where(seen, (values - mean) ** 2, 0.0).sum(axis=-2, keepdims=True) / count
    return mean, np.sqrt(square)


def _ranked(values: Array) -> Array:
    """From 0, the smallest, to 1."""
    gaps = np.isnan(values)
    # Gaps are ranked behind all others, so that these keep ranks from 1 to their count.
    rank = stats.rankdata(np.where(gaps, np.inf, values), axis=-2)
    count = (~gaps).sum(axis=-2, keepdims=True)
    if (count < 2).any():
        _require_spread(np.zeros(1))
    return np.where(gaps, np.nan, (rank - 1.0) / (count - 1.0))


def _to_leader(values: Array, up: Flags) -> Array:
    smallest = np.fmin.reduce(values, axis=-2, keepdims=True)
    if (smallest <= 0.0).any():
        raise InputError(
            "the distance to the leader is a ratio, and a value is not positive",
            where="normalisation",
            value=f"smallest value {float(np.nanmin(values)):g}",
            bound="values above zero, and no logarithm of them",
            remedy="choose minmax, goalposts or rank",
        )
    largest = np.fmax.reduce(values, axis=-2, keepdims=True)
    return np.where(up, values / largest, smallest / values)


def _require_spread(spread: Array) -> None:
    if not (spread > 0.0).all():
        raise InputError(
            "a column has the same value everywhere, so it orders nobody",
            where="normalisation",
            value=f"{int((spread <= 0.0).sum())} constant columns",
            bound="at least two different values",
            remedy="leave the indicator out of the specification, or give it goalposts",
        )
