"""Scores of many draws at once: arrays of draws × economies × indicators, in chunks.

A chunk is small enough to stay in the cache; nothing loops over economies. Draws that share a
choice are worked on together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from tradewind.pressure.aggregate import composite
from tradewind.pressure.arrays import Array, Flags
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

        An observed value is multiplied by a lognormal error. In a column that holds negative values
        zero is a place like any other, so the error is in standard deviations of the column. An
        imputed value moves by its method's error, inside the range of what was observed.

        Returns
        -------
        (draw, economy, indicator)
        """
        engine, active = self.engine, self.engine.active
        method = _place(points[:, AT["missing"]], len(self._missing))
        values = self._filled[method]
        gaps = np.isnan(engine.values)
        if "measurement" in active:
            error = self._drawn(points[:, AT["measurement"]], 1, gaps.size, "normal")
            error = error.reshape(values.shape)
            error *= np.where(gaps, 0.0, engine.noise)
            logged, offset = engine.logged, engine.offset
            # Of ln(c + x) a relative error of x moves x/(c + x) as much; a count of zero stays.
            scale = 1.0 - offset * np.exp(np.where(logged, -values, 0.0))
            additive = logged | self._signed
            scale = np.where(self._signed, self._spread, scale)
            values = np.where(additive, values + error * scale, values * np.exp(error))
        if "imputation" in active:
            error = self._drawn(points[:, AT["imputation"]], 2, int(gaps.sum()), "normal")
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
            drawn = self._drawn(points[:, AT["weight_spread"]], 3, indicators + pillars, "uniform")
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

    def _drawn(
        self, keys: Array, stream: int, count: int, kind: Literal["normal", "uniform"]
    ) -> Array:
        """Random numbers (key, number) that depend on key, stream and seed alone.

        Philox is counter-based: its key says what comes, without any state before. One generator
        is set to key after key, since making one takes longer than drawing from it.
        """
        drawn = np.empty((keys.size, count))
        source = np.random.Philox(key=0)
        generator, start = np.random.Generator(source), source.state
        fill = generator.standard_normal if kind == "normal" else generator.random
        words = np.array([0, (self.seed << 8) + stream], dtype=np.uint64)
        start["state"]["key"] = words
        for row, key in enumerate(keys):
            words[0] = int(key * 2.0**53)
            source.state = start
            fill(out=drawn[row])
        return drawn

    @cached_property
    def _signed(self) -> Flags:
        """(indicator) Columns that hold negative values and are no logarithms."""
        lowest = np.nanmin(self.engine.values, axis=0)
        return cast("Flags", (lowest < 0.0) & ~self.engine.logged)

    @cached_property
    def _spread(self) -> Array:
        """(indicator) Standard deviation of what was observed."""
        return cast("Array", np.nanstd(self.engine.values, axis=0))

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
