"""What a choice of hours must reproduce: duration curves of load, wind, sun and what is left.

A choice of windows with weights w is a mixture: its distribution function is the weighted sum of
the windows' own. So, with windows given, the weights that come nearest to the year solve a small
quadratic problem on a simplex, and the error of the mean is the area between the two curves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

if TYPE_CHECKING:
    import pypsa

Floats = NDArray[np.float64]

THRESHOLDS = 50
"""Steps of a distribution function between a column's least and greatest value."""
MEAN_WEIGHT = 3.0
"""How much the mean, which is the year's energy, counts beside the curve's shape (judgement)."""
PEAK_PENALTY = 0.005
"""What a missed peak costs in the error, per squared share of the range (judgement): a peak missed
by a tenth of the range counts like distribution functions 0.007 apart everywhere."""
EXHAUSTIVE = 20_000
"""Up to so many sets of windows all are tried; beyond, the best is sought by exchange."""


@dataclass(frozen=True)
class Features:
    """Columns to reproduce: one total of the system each, and the same by bus.

    Attributes
    ----------
    values : (hour, column) [share of the column's range, 0 to 1]
    weight : (column,) [1], sums to one: half on the totals, half on the buses by size
    scale : (column,) [units of the column], its range
    names : (column,) "load", "left" (load less what wind and sun could give) or a carrier, and
        the bus after a colon
    peaks : (n,) positions of the totals "load" and "left"
    """

    values: Floats
    weight: Floats
    scale: Floats
    names: tuple[str, ...]
    peaks: NDArray[np.intp]


def features(network: pypsa.Network) -> Features:
    """Gather load and availability by bus and for the system.

    Availability is ``p_max_pu`` of every generator that has one by the hour, gathered by carrier
    and weighted by capacity (by possible capacity where nothing stands yet).
    """
    load = network.get_switchable_as_dense("Load", "p_set")
    by_bus = load.T.groupby(network.loads["bus"].reindex(load.columns)).sum().T
    columns = {f"load: {bus}": by_bus[bus].to_numpy(float) for bus in by_bus}
    size = {name: float(values.mean()) for name, values in columns.items()}
    total = sum(columns.values(), np.zeros(len(network.snapshots)))
    totals: dict[str, Floats] = {"load": total}
    series = network.generators_t["p_max_pu"]
    plants = network.generators.loc[series.columns]
    standing = plants["p_nom"].to_numpy(float)
    possible = plants["p_nom_max"].where(np.isfinite(plants["p_nom_max"]), 1.0).to_numpy(float)
    left = total - series.to_numpy(float) @ standing
    for carrier in sorted(plants["carrier"].unique()):
        of_it = (plants["carrier"] == carrier).to_numpy()
        share = standing[of_it] if standing[of_it].sum() > 0.0 else possible[of_it]
        share = share if share.sum() > 0.0 else np.ones(len(share))
        values = series.loc[:, of_it].to_numpy(float)
        totals[carrier] = values @ share / share.sum()
        for i, name in enumerate(plants.index[of_it]):
            columns[f"{carrier}: {name}"] = values[:, i]
            size[f"{carrier}: {name}"] = float(share[i] / share.sum())
    if np.ptp(left - total) > 0.0:
        totals["left"] = left
    return _scaled(totals, columns, size)


def _scaled(
    totals: dict[str, Floats], by_bus: dict[str, Floats], size: dict[str, float]
) -> Features:
    kinds = {name.split(": ")[0] for name in by_bus}
    of_kind = {k: sum(s for n, s in size.items() if n.split(": ")[0] == k) for k in kinds}
    weight = {name: 0.5 / len(totals) for name in totals}
    for name, amount in size.items():
        kind = name.split(": ")[0]
        weight[name] = 0.5 / len(kinds) * (amount / of_kind[kind] if of_kind[kind] else 0.0)
    columns = totals | by_bus
    names = tuple(n for n, v in columns.items() if np.ptp(v) > 0.0 and weight[n] > 0.0)
    raw = np.stack([columns[n] for n in names], axis=1) if names else np.zeros((0, 0))
    low, scale = raw.min(axis=0, initial=np.inf), np.ptp(raw, axis=0) if names else np.zeros(0)
    share = np.array([weight[n] for n in names])
    peaks = np.array([i for i, n in enumerate(names) if n in ("load", "left")], dtype=np.intp)
    return Features((raw - low) / scale, share / share.sum(), scale, names, peaks)


def distribution(values: Floats) -> Floats:
    """Share of hours at or below each threshold: (hour, column) to (column, threshold)."""
    grid = (np.arange(THRESHOLDS) + 0.5) / THRESHOLDS
    return np.stack([(values <= x).mean(axis=0) for x in grid], axis=1)


def _moments(values: Floats, root: Floats) -> Floats:
    """What mixes linearly: distribution functions and means, times the root of their weight."""
    shape = distribution(values) * root[:, None] / np.sqrt(THRESHOLDS)
    return np.concatenate([shape.ravel(), MEAN_WEIGHT * root * values.mean(axis=0)])


@dataclass(frozen=True)
class Windows:
    """Candidate windows of equal length and the year that they are to stand for.

    ``own`` (window, m) and ``year`` (m,) are weighted distribution functions and means, ``missed``
    (window, peak) how far each window's greatest value falls short of the year's.
    """

    own: Floats
    year: Floats
    missed: Floats
    least: float

    @classmethod
    def of(cls, given: Features, length: int) -> Windows:
        """Cut the hours into windows of ``length``; a shorter rest is no candidate."""
        count = len(given.values) // length
        root = np.sqrt(given.weight)
        parts = [given.values[k * length : (k + 1) * length] for k in range(count)]
        own = np.stack([_moments(part, root) for part in parts])
        peak = np.stack([part[:, given.peaks].max(axis=0, initial=0.0) for part in parts])
        return cls(own, _moments(given.values, root), 1.0 - peak, 1.0 / count)

    def weights(self, chosen: tuple[int, ...]) -> tuple[Floats, float]:
        """Weights nearest to the year, each at least the window's own length; the error."""
        own = self.own[list(chosen)]
        free = 1.0 - len(chosen) * self.least
        target = self.year - self.least * own.sum(axis=0)
        # A heavy last row holds the sum; the division below makes it exact.
        rows = np.vstack([own.T, np.full(len(chosen), 1e3)])
        share, _ = nnls(rows, np.append(target, 1e3 * free))
        weight = self.least + share * (free / share.sum())
        gap = weight @ own - self.year
        missed = self.missed[list(chosen)].min(axis=0)
        return weight, float(gap @ gap + PEAK_PENALTY * missed @ missed)

    def best(self, count: int) -> tuple[tuple[int, ...], Floats, float]:
        """Find the windows that reproduce the year best, in order of time."""
        total = len(self.own)
        if comb(total, count) <= EXHAUSTIVE:
            chosen = min(combinations(range(total), count), key=lambda c: self.weights(c)[1])
        else:
            chosen = self._exchanged(count)
        return chosen, *self.weights(chosen)

    def _exchanged(self, count: int) -> tuple[int, ...]:
        """Start from windows spread over the year; swap one at a time while that helps."""
        total = len(self.own)
        chosen = tuple(int(k) for k in np.linspace(0, total - 1, count).round())
        error = self.weights(chosen)[1]
        while True:
            swaps = [
                tuple(sorted({*chosen[:i], *chosen[i + 1 :], k}))
                for i in range(count)
                for k in range(total)
                if k not in chosen
            ]
            best = min(swaps, key=lambda c: self.weights(c)[1])
            if self.weights(best)[1] >= error:
                return chosen
            chosen, error = best, self.weights(best)[1]


def duration_error(given: Features, positions: NDArray[np.intp], weight: Floats) -> Floats:
    """Root-mean-square distance of duration curves by column [share of its range]: (column,).

    Parameters
    ----------
    given : Features
    positions : (n, step) positions of the hours that each step of the choice averages
    weight : (n,) [any unit]
    """
    values = given.values[positions].mean(axis=1)
    ranks = (np.arange(2000) + 0.5) / 2000
    found = np.empty((len(ranks), len(given.names)))
    for j in range(len(given.names)):
        order = np.argsort(values[:, j], kind="stable")
        cumulative = np.cumsum(weight[order]) / weight.sum()
        at = np.searchsorted(cumulative, ranks).clip(max=len(order) - 1)
        found[:, j] = values[order[at], j]
    whole = np.sort(given.values, axis=0)[(ranks * len(given.values)).astype(int)]
    return np.asarray(np.sqrt(((found - whole) ** 2).mean(axis=0)))
