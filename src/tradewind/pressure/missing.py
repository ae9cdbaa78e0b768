"""What stands in for a value that is not there, and how far off it may be.

Every method returns the table with the gaps filled and, for each filled cell, the standard
deviation of what it would have been: the Monte Carlo draws from it, so that a guess is never as
sure as an observation. Filled values stay inside the range of what was observed.

Source: OECD & JRC (2008), Handbook on Constructing Composite Indicators, part 1, section 3
(unconditional mean, regression, hot deck).
"""

from __future__ import annotations

import numpy as np

from tradewind.errors import InputError
from tradewind.pressure.arrays import Array
from tradewind.pressure.spec import Missing

NEIGHBOURS = 5
RIDGE = 1.0
"""Penalty on standardised coefficients [observations]: it keeps a short column from being fitted
exactly."""
ROUNDS = 20


def fill(values: Array, method: Missing) -> tuple[Array, Array]:
    """Fill the gaps of a table.

    Parameters
    ----------
    values : (economy, indicator)
        NaN where nothing was observed; every column has at least two values.
    method : str
        ``none`` refuses gaps; ``mean`` and ``median`` of the column; ``nearest``, the mean of the
        economies that are closest on the indicators both have; ``regression`` on all other
        indicators; ``reweight`` leaves the gap, and the aggregation spreads its weight over the
        rest of its pillar.

    Returns
    -------
    filled, deviation : (economy, indicator)
        ``deviation`` is 0 where a value was observed.

    Raises
    ------
    InputError
        With ``none``, if there is a gap.
    """
    gaps = np.isnan(values)
    nothing = np.zeros(values.shape)
    if method == "none" and gaps.any():
        raise InputError(
            "the table has gaps and the specification does not say how to fill them",
            where="missing",
            value=f"{int(gaps.sum())} of {gaps.size} cells are empty",
            bound="no empty cell with `missing: none`",
            remedy="choose mean, median, nearest, regression or reweight",
        )
    if method in ("none", "reweight") or not gaps.any():
        return values.copy(), nothing
    if method in ("mean", "median"):
        middle = np.nanmean(values, axis=0) if method == "mean" else np.nanmedian(values, axis=0)
        guess, spread = np.broadcast_to(middle, values.shape), np.nanstd(values, axis=0, ddof=1)
        deviation = np.broadcast_to(spread, values.shape)
    else:
        guess, deviation = (_nearest if method == "nearest" else _regression)(values)
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    filled = np.where(gaps, np.clip(guess, low, high), values)
    return filled, np.where(gaps, deviation, 0.0)


def _standard(values: Array) -> tuple[Array, Array, Array]:
    """Columns with mean 0 and deviation 1; a column that does not vary stays 0."""
    mean, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    spread = np.where(spread > 0.0, spread, 1.0)
    return (values - mean) / spread, mean, spread


def _nearest(values: Array) -> tuple[Array, Array]:
    """Mean and deviation of the closest economies that have the value (hot deck)."""
    standard, _, _ = _standard(values)
    seen = ~np.isnan(values)
    plain = np.where(seen, standard, 0.0)
    known = seen.astype(np.float64)
    # Squared distance over shared indicators: Σ s_a s_b (x_a − x_b)², written as products.
    square = (plain**2) @ known.T
    distance = square + square.T - 2.0 * plain @ plain.T
    shared = known @ known.T
    apart = np.full(distance.shape, np.inf)
    np.divide(np.maximum(distance, 0.0), shared, out=apart, where=shared > 0.0)
    np.fill_diagonal(apart, np.inf)
    guess, deviation = np.zeros(values.shape), np.zeros(values.shape)
    for column in np.flatnonzero(~seen.all(axis=0)):
        has = np.flatnonzero(seen[:, column])
        for row in np.flatnonzero(~seen[:, column]):
            order = has[np.argsort(apart[row, has], kind="stable")[:NEIGHBOURS]]
            near = values[order, column]
            guess[row, column] = near.mean()
            # With few neighbours their own spread is not known well: the column's bounds it.
            deviation[row, column] = (
                near.std(ddof=1) if near.size > 2 else values[has, column].std()
            )
    return guess, deviation


def _regression(values: Array) -> tuple[Array, Array]:
    """Ridge regression on all other indicators, repeated until the filled cells settle."""
    standard, mean, spread = _standard(values)
    gaps = np.isnan(values)
    filled = np.where(gaps, 0.0, standard)
    error = np.zeros(values.shape[1])
    columns = np.flatnonzero(gaps.any(axis=0))
    for _ in range(ROUNDS):
        for column in columns:
            seen = ~gaps[:, column]
            others = np.delete(filled, column, axis=1)
            design = others[seen]
            normal = design.T @ design + RIDGE * np.eye(design.shape[1])
            slope = np.linalg.solve(normal, design.T @ standard[seen, column])
            rest = standard[seen, column] - design @ slope
            # Effective parameters of a ridge: the trace of its hat matrix.
            used = float(np.trace(np.linalg.solve(normal, design.T @ design)))
            error[column] = np.sqrt(rest @ rest / max(seen.sum() - used, 1.0))
            filled[gaps[:, column], column] = others[~seen] @ slope
    return filled * spread + mean, np.broadcast_to(error * spread, values.shape)
