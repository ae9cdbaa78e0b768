"""Scores of many draws at once: arrays of draws × economies × indicators, in chunks.

A chunk is small enough to stay in the cache; nothing loops over economies. Draws that share a
choice are worked on together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tradewind.pressure.aggregate import composite
from tradewind.pressure.arrays import Array
from tradewind.pressure.engine import AT, Engine
from tradewind.pressure.spec import Aggregation, Normalisation, Outliers

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Sampler:
    """Scores at points of the unit cube.

    Parameters
    ----------
    engine : Engine
    seed : int
        Second half of the key of every random number, beside the draw's own coordinate.
    """

    engine: Engine
    seed: int

    def __call__(self, points: Array) -> Array:
        """Score every economy at every point.

        Parameters
        ----------
        points : (draw, source)
            Coordinates in [0, 1), in the order of `SOURCES`; those of sources that are not active
            are ignored.

        Returns
        -------
        (draw, economy)
        """
        normalisation, scheme, way = self.methods(points)
        outliers = _place(points[:, AT["outliers"]], len(self._outliers))
        values = self.values(points)
        table = np.empty(values.shape)
        pairs = normalisation * len(self._outliers) + outliers
        for pair in np.unique(pairs):
            chosen = pairs == pair
            first, second = divmod(int(pair), len(self._outliers))
            table[chosen] = self.engine.normalised(
                values[chosen],
                cast("Normalisation", self._normalisations[first]),
                cast("Outliers", self._outliers[second]),
            )
        weights = self.weights(points, normalisation, scheme)
        scores = np.empty(values.shape[:2])
        for place in np.unique(way):
            chosen = way == place
            method = cast("Aggregation", self._ways[place])
            # One row of weights serves all economies but under the benefit of the doubt.
            own = weights[chosen] if method == "arithmetic" else weights[chosen][:, :1]
            scores[chosen] = composite(
                table[chosen], own, self.engine.member, self.engine.spec.within, method
            )
        return scores

    def methods(self, points: Array) -> tuple[Places, Places, Places]:
        """Normalisation, scheme of weights and aggregation of every point, as places in lists.

        The normalisation is drawn first, then a scheme that goes with it, then an aggregation that
        goes with both.
        """
        allowed = self.engine.methods
        normalisation = _place(points[:, AT["normalisation"]], len(self._normalisations))
        scheme, way = np.zeros_like(normalisation), np.zeros_like(normalisation)
        for first, name in enumerate(self._normalisations):
            here = np.flatnonzero(normalisation == first)
            fitting = [s for s in self._schemes if (name, s) in allowed]
            picked = _place(points[here, AT["weights"]], len(fitting))
            for second, other in enumerate(fitting):
                there = here[picked == second]
                scheme[there] = self._schemes.index(other)
                ways = allowed[name, other]
                kept = np.array([self._ways.index(w) for w in ways])
                way[there] = kept[_place(points[there, AT["aggregation"]], len(ways))]
        return normalisation, scheme, way

    def values(self, points: Array) -> Array:
        """Values around what was observed or imputed, on the transformed scale.

        An observed value is multiplied by a lognormal error, which keeps its sign; an imputed one
        moves by its method's error, inside the range of what was observed.

        Returns
        -------
        (draw, economy, indicator)
        """
        engine, active = self.engine, self.engine.active
        method = _place(points[:, AT["missing"]], len(self._missing))
        values = self._filled[method]
        gaps = np.isnan(engine.values)
        if "measurement" in active:
            error = self._normal(points[:, AT["measurement"]], 1, gaps.size).reshape(values.shape)
            error *= np.where(gaps, 0.0, engine.noise)
            logged, offset = engine.logged, engine.offset
            # Of ln(c + x) a relative error of x moves x/(c + x) as much; a count of zero stays.
            share = 1.0 - offset * np.exp(np.where(logged, -values, 0.0))
            values = np.where(logged, values + error * share, values * np.exp(error))
        if "imputation" in active:
            error = self._normal(points[:, AT["imputation"]], 2, int(gaps.sum()))
            low = np.broadcast_to(np.nanmin(engine.values, axis=0), gaps.shape)[gaps]
            high = np.broadcast_to(np.nanmax(engine.values, axis=0), gaps.shape)[gaps]
            moved = values[:, gaps] + error * self._deviation[method][:, gaps]
            values[:, gaps] = np.clip(moved, low, high)
        return values

    def weights(self, points: Array, normalisation: Places, scheme: Places) -> Array:
        """Weights of every draw, spread and with one indicator left out.

        Returns
        -------
        (draw, economy or 1, indicator)
        """
        engine, active = self.engine, self.engine.active
        weights = self._weights[normalisation, scheme].copy()
        total = weights.sum(axis=-1, keepdims=True)
        indicators, pillars = engine.member.shape
        if "weight_spread" in active:
            spread = engine.spec.uncertainty.weight_spread
            drawn = self._uniform(points[:, AT["weight_spread"]], 3, indicators + pillars)
            factor = 1.0 + spread * (2.0 * drawn - 1.0)
            inner, outer = factor[:, :indicators], factor[:, indicators:]
            weights *= (inner * (outer @ engine.member.T))[:, None, :]
        if "left_out" in active:
            # Place 0 leaves none out.
            out = _place(points[:, AT["left_out"]], indicators + 1) - 1
            rows = np.flatnonzero(out >= 0)
            weights[rows, :, out[rows]] = 0.0
            # The benefit of the doubt may have put all weight on what is left out.
            bare = weights.sum(axis=-1) == 0.0
            weights[bare] = 1.0
            weights[rows, :, out[rows]] = 0.0
        return cast("Array", weights * (total / weights.sum(axis=-1, keepdims=True)))

    def _normal(self, keys: Array, stream: int, count: int) -> Array:
        drawn = np.empty((keys.size, count))
        for row, key in enumerate(keys):
            self._generator(float(key), stream).standard_normal(out=drawn[row])
        return drawn

    def _uniform(self, keys: Array, stream: int, count: int) -> Array:
        drawn = np.empty((keys.size, count))
        for row, key in enumerate(keys):
            self._generator(float(key), stream).random(out=drawn[row])
        return drawn

    def _generator(self, key: float, stream: int) -> np.random.Generator:
        # Philox is counter-based: its key alone says what comes, without any state before.
        words = np.array([int(key * 2.0**53), (self.seed << 8) + stream], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=words))

    @cached_property
    def _missing(self) -> tuple[str, ...]:
        choices = self.engine.spec.choices("missing")
        if np.isnan(self.engine.values).any():
            return tuple(c for c in choices if c != "none")
        return choices[:1]

    @cached_property
    def _filled(self) -> Array:
        return np.stack([self.engine.fills[name][0] for name in self._missing])

    @cached_property
    def _deviation(self) -> Array:
        return np.stack([self.engine.fills[name][1] for name in self._missing])

    @cached_property
    def _outliers(self) -> tuple[str, ...]:
        return self.engine.spec.choices("outliers")

    @cached_property
    def _normalisations(self) -> list[str]:
        return _unique([n for n, _ in self.engine.methods])

    @cached_property
    def _schemes(self) -> list[str]:
        return _unique([s for _, s in self.engine.methods])

    @cached_property
    def _ways(self) -> list[str]:
        return _unique([w for ways in self.engine.methods.values() for w in ways])

    @cached_property
    def _weights(self) -> Array:
        """(normalisation, scheme, economy or 1, indicator)"""
        engine = self.engine
        fitted = {(n, s): engine.fitted(s, cast("Normalisation", n)) for n, s in engine.methods}
        rows = max(weights.shape[0] for weights in fitted.values())
        table = np.full(
            (len(self._normalisations), len(self._schemes), rows, engine.member.shape[0]), np.nan
        )
        for (n, s), weights in fitted.items():
            table[self._normalisations.index(n), self._schemes.index(s)] = weights
        return table


def _place(coordinate: Array, count: int) -> Places:
    """Turn a coordinate in [0, 1) into a place in a list."""
    return cast("Places", np.minimum((coordinate * count).astype(np.intp), count - 1))


def _unique(items: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(items))
