"""From a table and a specification to scores, by the index's own method or by any other.

A draw is a point in the unit cube with one coordinate for each source of uncertainty. The same
point always gives the same scores: random numbers are keyed by the coordinate, so that neither the
size of a chunk nor the number of threads nor the neighbours of a draw change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import cast

import numpy as np

from tradewind.errors import InputError
from tradewind.pressure.aggregate import composite, pillar_scores
from tradewind.pressure.arrays import Array, Flags
from tradewind.pressure.missing import fill
from tradewind.pressure.normalise import BOUNDED, normalise
from tradewind.pressure.outliers import Treatment, treatment
from tradewind.pressure.scale import OFFSET, to_scale
from tradewind.pressure.spec import Aggregation, Missing, Normalisation, Outliers, Specification
from tradewind.pressure.weights import benefit_of_doubt, factors, given, hierarchy

SOURCES = (
    "missing",
    "outliers",
    "normalisation",
    "weights",
    "weight_spread",
    "aggregation",
    "left_out",
    "measurement",
    "imputation",
)
"""The coordinates of a draw, in order."""

AT = {name: place for place, name in enumerate(SOURCES)}


@dataclass(frozen=True)
class Method:
    """One choice of each kind."""

    missing: Missing
    outliers: Outliers
    normalisation: Normalisation
    weights: str
    aggregation: Aggregation


def together(normalisation: str, scheme: str, way: str) -> bool:
    """Whether a method's parts go together.

    Z-scores are negative for half of the economies, which neither a geometric mean nor the benefit
    of the doubt can bear; the latter is a score by weights of one's own, so nobody else's order.
    """
    if normalisation not in BOUNDED and (way == "geometric" or scheme == "doubt"):
        return False
    return scheme != "doubt" or way == "arithmetic"


@dataclass(frozen=True)
class Engine:
    """A table made ready for one specification.

    Attributes
    ----------
    spec : Specification
    values : (economy, indicator)
        On the transformed scale, NaN where nothing was observed; ranked economies only.
    """

    spec: Specification
    values: Array

    @cached_property
    def up(self) -> Flags:
        """(indicator) Whether more is better."""
        return np.array([i.direction == "up" for i in self.spec.indicators])

    @cached_property
    def logged(self) -> Flags:
        """(indicator) Whether the values are logarithms."""
        return np.array([i.transform != "none" for i in self.spec.indicators])

    @cached_property
    def offset(self) -> Array:
        """(indicator) What was added before the logarithm was taken; 0 where none was."""
        return np.array([OFFSET.get(i.transform, 0.0) for i in self.spec.indicators])

    @cached_property
    def noise(self) -> Array:
        """(indicator) Relative standard error."""
        return np.array([i.noise for i in self.spec.indicators])

    @cached_property
    def member(self) -> Array:
        """(indicator, pillar) 1 where the indicator belongs to the pillar."""
        home = [at for at, p in enumerate(self.spec.pillars) for _ in p.indicators]
        return np.eye(len(self.spec.pillars))[home]

    @cached_property
    def posts(self) -> Array:
        """(2, indicator) Goalposts on the transformed scale, NaN where there are none."""
        posts = np.full((2, len(self.spec.indicators)), np.nan)
        for at, indicator in enumerate(self.spec.indicators):
            if indicator.goalposts is not None:
                posts[:, at] = indicator.goalposts
        return to_scale(posts, self.spec.indicators)

    @cached_property
    def fills(self) -> dict[str, tuple[Array, Array]]:
        """Filled table and deviation, by way of filling."""
        choices = {*self.spec.choices("missing"), *self._fitted_on}
        return {name: fill(self.values, cast("Missing", name)) for name in choices}

    @cached_property
    def treatments(self) -> dict[str, Treatment]:
        """What is done to columns with long tails, by rule."""
        return {
            name: treatment(self.values, cast("Outliers", name), self.posts)
            for name in ("none", *self.spec.choices("outliers"))
        }

    @property
    def _fitted_on(self) -> tuple[str, ...]:
        """How the table is filled that weights are fitted to: without gaps, however they stay."""
        own = self.spec.missing
        return ("regression",) if own == "reweight" and np.isnan(self.values).any() else (own,)

    def normalised(self, values: Array, method: Normalisation, outliers: Outliers) -> Array:
        """Treat and normalise values (..., economy, indicator)."""
        # A ratio to the leader means nothing on a bent scale.
        rule = self.treatments["none" if method == "leader" else outliers]
        posts = rule.bent(self.posts) if method == "goalposts" else None
        return normalise(rule(values), method, self.up, posts, self.spec.floor)

    @cached_property
    def own(self) -> Method:
        """The index's own method.

        Raises
        ------
        InputError
            If its parts do not go together.
        """
        spec = self.spec
        if not together(spec.normalisation, spec.weights, spec.aggregation):
            raise InputError(
                "the method of this index does not go together",
                where="normalisation, weights, aggregation",
                value=f"{spec.normalisation}, {spec.weights}, {spec.aggregation}",
                bound="z-scores not with geometric means or the benefit of the doubt; the benefit "
                "of the doubt only with arithmetic means",
                remedy="change one of the three",
            )
        return Method(
            spec.missing, spec.outliers, spec.normalisation, spec.weights, spec.aggregation
        )

    @cached_property
    def reference(self) -> Array:
        """(economy, indicator) Normalised by the index's own method, NaN where a gap stays."""
        table = self.fills[self.own.missing][0]
        return self.normalised(table, self.own.normalisation, self.own.outliers)

    @cached_property
    def own_weights(self) -> Array:
        """(economy or 1, indicator) Weights by the index's own method."""
        return self.fitted(self.own.weights, self.own.normalisation)

    @cached_property
    def own_scores(self) -> Array:
        """(economy) Scores by the index's own method."""
        return composite(
            self.reference,
            self.own_weights,
            self.member,
            self.spec.within,
            self.own.aggregation,
        )

    @cached_property
    def pillar_scores(self) -> Array:
        """(economy, pillar) The pillars by the index's own method."""
        return pillar_scores(self.reference, self.own_weights, self.member, self.spec.within)

    @cached_property
    def drives(self) -> Array:
        """(economy, indicator) What the score would lose if the economy were at the median."""
        count = self.reference.shape[1]
        middle = np.nanmedian(self.reference, axis=0)
        moved = np.repeat(self.reference[None], count, axis=0)
        for at in range(count):
            moved[at, :, at] = np.where(np.isnan(moved[at, :, at]), np.nan, middle[at])
        if self.own.aggregation == "copeland":
            # An order has no partial values: each moves alone, against the others as they are.
            return self._order_drives(middle)
        scores = composite(
            moved, self.own_weights, self.member, self.spec.within, self.own.aggregation
        )
        return (self.own_scores - scores).T

    def _order_drives(self, middle: Array) -> Array:
        drives = np.zeros(self.reference.shape)
        for economy in range(self.reference.shape[0]):
            moved = np.repeat(self.reference[None], middle.size, axis=0)
            moved[np.arange(middle.size), economy, np.arange(middle.size)] = middle
            scores = composite(moved, self.own_weights, self.member, self.spec.within, "copeland")
            drives[economy] = self.own_scores[economy] - scores[:, economy]
        return drives

    def fitted(self, scheme: str, normalisation: Normalisation) -> Array:
        """Weights (economy or 1, indicator) of one scheme, fitted to the table as observed."""
        table = self.fills[self._fitted_on[0]][0]
        values = self.normalised(table, normalisation, self.own.outliers)
        # Correlations are of the values themselves: goalposts would cut what lies beyond them.
        whole = (
            self.normalised(table, "zscore", self.own.outliers) if scheme == "factors" else values
        )
        within = [self._level(scheme, whole[:, at], at) for at in self._columns]
        if len(within) == 1:
            return within[0]
        inner = np.zeros((within[0].shape[0], values.shape[1]))
        for at, weights in zip(self._columns, within, strict=True):
            inner[:, at] = weights
        pillars = pillar_scores(values, inner, self.member, "arithmetic")
        outer = self._level(scheme, pillars, None)
        return inner * (outer @ self.member.T)

    @cached_property
    def _columns(self) -> list[slice]:
        ends = np.cumsum([len(p.indicators) for p in self.spec.pillars])
        return [
            slice(int(end) - len(p.indicators), int(end))
            for end, p in zip(ends, self.spec.pillars, strict=True)
        ]

    def _level(self, scheme: str, values: Array, columns: slice | None) -> Array:
        """Weights of one pillar's indicators, or of the pillars (``columns`` is None)."""
        count = values.shape[1]
        top = columns is None or len(self.spec.pillars) == 1
        parts = self.spec.pillars if columns is None else self.spec.indicators[columns]
        if scheme == "given":
            names = [part.name for part in parts]
            return given([part.weight for part in parts], names)[None]
        if scheme == "factors":
            return factors(values).weights[None]
        if scheme == "doubt" and top:
            return benefit_of_doubt(values, self.spec.doubt)
        if scheme == "ahp" and top:
            return self._judged(count)
        return np.full((1, count), 1.0 / count)

    def _judged(self, count: int) -> Array:
        rows = self.spec.judgement or ()
        matrix = np.array(rows, dtype=np.float64) if len({len(r) for r in rows}) == 1 else None
        if matrix is None or matrix.shape != (count, count):
            raise InputError(
                "the judgement matrix does not fit the index",
                where="judgement",
                value=f"{len(rows)} rows",
                bound=f"{count} rows of {count} numbers",
                remedy="judge the pillars, or the indicators if there is one pillar",
            )
        return hierarchy(matrix).weights[None]

    @cached_property
    def methods(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """For each normalisation and scheme that go together, the aggregations that do as well."""
        choices, found = self.spec.choices, {}
        for normalisation, scheme in product(choices("normalisation"), choices("weights")):
            ways = tuple(
                way for way in choices("aggregation") if together(normalisation, scheme, way)
            )
            if ways:
                found[normalisation, scheme] = ways
        return found

    @cached_property
    def active(self) -> tuple[str, ...]:
        """The sources of uncertainty that are not fixed by the specification."""
        spec, gaps = self.spec.uncertainty, np.isnan(self.values).any()
        fills = [m for m in self.spec.choices("missing") if m != "none"]
        sets = {
            "missing": gaps and len(fills) > 1,
            "outliers": len(self.spec.choices("outliers")) > 1,
            "normalisation": len({n for n, _ in self.methods}) > 1,
            "weights": len({s for _, s in self.methods}) > 1,
            "weight_spread": spec.weight_spread > 0.0 and len(self.spec.indicators) > 1,
            "aggregation": len({w for ways in self.methods.values() for w in ways}) > 1,
            "left_out": spec.leave_out and len(self.spec.indicators) > 1,
            "measurement": spec.noise and bool((self.noise > 0.0).any()),
            "imputation": spec.noise and gaps and set(fills) != {"reweight"},
        }
        return tuple(name for name in SOURCES if sets[name])
