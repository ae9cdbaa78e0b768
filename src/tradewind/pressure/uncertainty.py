"""Ranks under every choice: their distribution, and which choice moves them most.

Sources: Saisana, Saltelli & Tarantola (2005), Uncertainty and Sensitivity Analysis Techniques as
Tools for the Quality Assessment of Composite Indicators, JRSS A 168; OECD & JRC (2008), part 2.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.stats import qmc

from tradewind.pressure.arrays import Array
from tradewind.pressure.draws import Sampler
from tradewind.pressure.engine import AT, SOURCES

CHUNK = 128
"""Draws worked on at once: the arrays then stay in the cache."""
LEVEL = 0.90
RESAMPLED = 200
Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Ranks:
    """What many draws say about ranks.

    Attributes
    ----------
    ranks : (draw, economy)
        1 is first; ties at their mean, so that ranks always sum to n(n + 1)/2.
    """

    ranks: Array

    def median(self) -> Array:
        """(economy) Median rank."""
        middle: Array = np.median(self.ranks, axis=0)
        return middle

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """Best and worst rank (economy) that leave at most (1 − level)/2 of the draws outside."""
        tail = (1.0 - level) / 2.0
        best = np.quantile(self.ranks, tail, axis=0, method="lower")
        worst = np.quantile(self.ranks, 1.0 - tail, axis=0, method="higher")
        return best, worst

    def shares(self) -> Array:
        """(economy, rank) Share of draws at each rank; a tie at the mean goes to both its ranks."""
        count = self.ranks.shape[1]
        found = np.zeros((count, count))
        for economy in range(count):
            column = self.ranks[:, economy]
            for ends in (np.floor(column), np.ceil(column)):
                places = ends.astype(np.intp) - 1
                found[economy] += 0.5 * np.bincount(places, minlength=count)
        shares: Array = found / float(len(self.ranks))
        return shares

    def above(self) -> Array:
        """(economy, other) Share of draws in which the economy is ranked better; ties half."""
        count = self.ranks.shape[1]
        found = np.zeros((count, count))
        for economy in range(count):
            lead = np.sign(self.ranks - self.ranks[:, economy, None])
            found[economy] = 0.5 * (1.0 + lead.mean(axis=0))
        np.fill_diagonal(found, np.nan)
        return found


def rank(scores: Array, better: str = "high") -> Array:
    """Rank scores (..., economy), 1 the best; ties at their mean."""
    ordered = -scores if better == "high" else scores
    return np.asarray(stats.rankdata(ordered, axis=-1), dtype=np.float64)


def monte_carlo(
    sampler: Sampler,
    draws: int,
    *,
    chunk: int = CHUNK,
    threads: int | None = None,
    progress: Progress = silent,
) -> Ranks:
    """Rank all economies under random choices.

    Parameters
    ----------
    sampler : Sampler
    draws : int
    chunk, threads : int, optional
        They change the time, not the result.
    progress : callable
        Told how many draws are done, and of how many.
    """
    points = np.random.default_rng(sampler.seed).random((draws, len(SOURCES)))
    return Ranks(_ranks(sampler, points, chunk, threads, progress))


def _ranks(
    sampler: Sampler, points: Array, chunk: int, threads: int | None, progress: Progress
) -> Array:
    """Ranks (draw, economy) at points, chunk by chunk on several threads."""
    better = sampler.engine.spec.better
    starts = range(0, len(points), chunk)
    # The lists that threads share are made before there are threads.
    found = [rank(sampler(points[:chunk]), better)] if len(points) else []
    progress(min(chunk, len(points)), len(points))

    def work(start: int) -> Array:
        return rank(sampler(points[start : start + chunk]), better)

    for done, part in enumerate(_mapped(work, starts[1:], threads), start=2):
        found.append(part)
        progress(min(done * chunk, len(points)), len(points))
    return np.concatenate(found)


def _mapped(work: Callable[[int], Array], starts: range, threads: int | None) -> Iterator[Array]:
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        yield from pool.map(work, starts)


@dataclass(frozen=True)
class Shares:
    """Which source of uncertainty moves ranks.

    Attributes
    ----------
    sources : tuple of str
    first, total : (source)
        Share of the variance of all ranks that the source explains alone, and together with others.
    first_bounds, total_bounds : (2, source)
        5 and 95 % of the same over resampled points.
    by_economy : (economy, source)
        Total share of the variance of each economy's own rank; NaN where its rank never moves.
    """

    sources: tuple[str, ...]
    first: Array
    total: Array
    first_bounds: Array
    total_bounds: Array
    by_economy: Array


def sobol(
    sampler: Sampler,
    base: int = 512,
    *,
    threads: int | None = None,
    progress: Progress = silent,
) -> Shares:
    """Variance shares of ranks, summed over economies.

    Parameters
    ----------
    sampler : Sampler
    base : int
        Points of the design, a power of two; ranks are evaluated base × (sources + 2) times.

    Notes
    -----
    The variance of a vector is shared out as the sum of its parts' (Gamboa, Janon, Klein & Lagnoux
    2014, Electronic Journal of Statistics 8).
    """
    sources = sampler.engine.active
    count = len(sources)
    engine = qmc.Sobol(2 * count, scramble=True, rng=np.random.default_rng(sampler.seed))
    cube = engine.random(base) if count else np.zeros((base, 0))
    points = np.full((count + 2, base, len(SOURCES)), 0.0)
    columns = [AT[name] for name in sources]
    points[:, :, columns] = cube[None, :, :count]
    points[1][:, columns] = cube[:, count:]
    for at, column in enumerate(columns):
        points[2 + at, :, column] = cube[:, count + at]
    flat = points.reshape(-1, len(SOURCES))
    ranks = _ranks(sampler, flat, CHUNK, threads, progress).reshape(count + 2, base, -1)
    return _shares(sources, ranks, sampler.seed)


def _shares(sources: tuple[str, ...], ranks: Array, seed: int) -> Shares:
    parts = partial_variances(ranks[0], ranks[1], ranks[2:])
    first, total, variance = (part.sum(axis=-1) for part in parts)
    # Points are resampled whole, so that the two shares and the variance stay together.
    picks = np.random.default_rng(seed).integers(0, variance.size, (RESAMPLED, variance.size))
    scale = variance[picks].mean(axis=1)
    scale[scale == 0.0] = np.inf
    bounds = [
        np.quantile(part[:, picks].mean(axis=-1) / scale, [0.05, 0.95], axis=1)
        for part in (first, total)
    ]
    overall = variance.mean() or np.inf
    own = parts[2].mean(axis=0)
    by_economy = np.full((own.size, len(sources)), np.nan)
    moves = np.broadcast_to(own[:, None] > 0.0, by_economy.shape)
    np.divide(parts[1].mean(axis=1).T, own[:, None], out=by_economy, where=moves)
    return Shares(
        sources,
        first.mean(axis=1) / overall,
        total.mean(axis=1) / overall,
        bounds[0],
        bounds[1],
        by_economy,
    )


def partial_variances(a: Array, b: Array, mixed: Array) -> tuple[Array, Array, Array]:
    """Terms whose means are the variances behind Sobol's indices.

    Parameters
    ----------
    a, b : (point, output)
        The model at two independent designs.
    mixed : (source, point, output)
        The model at the first design, with one coordinate of the second.

    Returns
    -------
    first, total : (source, point, output)
        First order: b (m − a) (Saltelli et al. 2010, table 2, b). Total: (a − m)²/2 (Jansen 1999).
    variance : (point, output)
        (a − b)²/2, whose mean is the variance of independent points.

    Notes
    -----
    Sources: Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola (2010), Computer Physics
    Communications 181; Jansen (1999), the same 117.
    """
    # Centred, since a large mean only adds noise to the product.
    middle = 0.5 * (a.mean(axis=0) + b.mean(axis=0))
    first = (b - middle) * (mixed - a)
    return first, 0.5 * (a - mixed) ** 2, 0.5 * (a - b) ** 2
