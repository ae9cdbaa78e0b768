"""The specification of an index: what is measured, how it is put together, and what else could be.

One YAML file is one index. Every choice of method stands in it, and so does every other choice that
would have been as good: the first gives the score, the second the interval around the rank.
"""

from __future__ import annotations

from collections.abc import Collection
from math import inf
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Direction = Literal["up", "down"]
Transform = Literal["none", "log", "log1p"]
Outliers = Literal["none", "winsorise", "boxcox"]
Missing = Literal["none", "mean", "median", "nearest", "regression", "reweight"]
Normalisation = Literal["minmax", "goalposts", "zscore", "rank", "leader"]
Weighting = Literal["equal", "given", "factors", "doubt", "ahp"]
Aggregation = Literal["arithmetic", "geometric", "copeland"]
Measure = Literal["scale", "per_head", "ratio"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")]
Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Frozen(BaseModel):
    """A part of a specification: fixed once read, and without fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Indicator(Frozen):
    """One column of the table."""

    name: Name
    """The column's name."""
    title: Text
    """What it is, in words."""
    unit: Text
    """The unit of the table's values."""
    source: Text
    """Who published it."""
    direction: Direction
    """`up`: more is better (for a pressure: more is more pressure). `down`: the other way."""
    reason: Text
    """Why it belongs into this index."""
    year: int | None = None
    """Year of the values; left out: the year that is asked for."""
    carry: Annotated[int, Field(ge=0, le=30)] = 0
    """For how many years after it was observed a value may stand in for a newer one."""
    measure: Measure = "ratio"
    """`scale` grows with the economy, `per_head` is divided by people or output, `ratio` is a
    share, a price or a score that does neither."""
    transform: Transform = "none"
    """`log`: the logarithm is what is compared, for what grows by factors; `log1p`: that of one
    plus the value, for counts that may be zero."""
    goalposts: tuple[Finite, Finite] | None = None
    """The worst and the best value, in the unit, whatever the year: 0 and 1 of the score."""
    noise: Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)] = 0.05
    """Relative standard error of an observed value; in standard deviations of the column, if it
    holds negative values."""
    weight: Weight | None = None
    """Share of its pillar, for `weights: given`."""

    @model_validator(mode="after")
    def _goalposts_apart(self) -> Indicator:
        if self.goalposts is not None:
            low, high = self.goalposts
            if not low < high:
                raise ValueError("goalposts must be two numbers, the smaller first")
            least = {"log": 0.0, "log1p": -1.0}.get(self.transform, -inf)
            if low <= least:
                raise ValueError(f"goalposts of {self.transform} must be above {least:g}")
        return self


class Pillar(Frozen):
    """Indicators that say the same thing in several ways."""

    name: Name
    """Short name."""
    title: Text
    """What it is, in words."""
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]
    """Its columns."""
    weight: Weight | None = None
    """Share of the index, for `weights: given`."""


class Coverage(Frozen):
    """How much of its data an economy must have to be ranked."""

    overall: Share = 0.6
    """Share of all indicators."""
    pillar: Share = 0.3
    """Share of the indicators of every pillar."""
    indicator: Share = 0.0
    """In a table of several years: share of the ranked economies that an indicator must have in the
    year asked for. One with less is left out of that year, and named."""
    reason: Text = "an economy that is mostly imputed is ranked by the imputation"
    """Why these shares."""


class Doubt(Frozen):
    """Bounds on the benefit of the doubt, which would else let one pillar be everything."""

    least: Share = 0.5
    """Smallest part of the score that one criterion may give, over an equal part."""
    most: Annotated[float, Field(ge=1.0, allow_inf_nan=False)] = 2.0
    """Largest part of the score that one criterion may give, over an equal part."""
    ratio: Annotated[float, Field(ge=1.0, allow_inf_nan=False)] | None = None
    """Largest weight over the smallest; unbounded if left out."""


class Alternatives(Frozen):
    """The choices that would have been as good; every draw takes one of each."""

    normalisation: tuple[Normalisation, ...] = ()
    """Left out: only the index's own."""
    outliers: tuple[Outliers, ...] = ()
    missing: tuple[Missing, ...] = ()
    weights: tuple[Weighting, ...] = ()
    aggregation: tuple[Aggregation, ...] = ()
    """Of the pillars (of the indicators, if there is one pillar)."""
    weight_spread: Annotated[float, Field(ge=0.0, lt=1.0, allow_inf_nan=False)] = 0.25
    """Every weight is multiplied by a number between 1 − this and 1 + this, then scaled to one."""
    leave_out: bool = True
    """Whether a draw may leave one indicator out."""
    noise: bool = True
    """Whether values are drawn around what was observed or imputed."""


class Specification(Frozen):
    """An index: indicators in pillars, the method, and the other methods."""

    name: Name
    """Short name."""
    title: Text
    """One line for tables and reports."""
    description: str = ""
    """What it says, what it rests on, and what it cannot say."""
    better: Literal["high", "low"] = "high"
    """`high`: rank 1 is the highest score. For a pressure, rank 1 is the most pressed as well."""
    measure: Literal["scale", "per_head", "mixed"] = "mixed"
    """`scale` and `per_head` indices hold no indicator of the other measure."""
    pillars: Annotated[tuple[Pillar, ...], Field(min_length=1)]
    """One is enough."""
    normalisation: Normalisation = "minmax"
    """How values of different units become comparable."""
    floor: Annotated[float, Field(ge=0.0, lt=1.0, allow_inf_nan=False)] = 0.0
    """The worst normalised value: scores between 0 and 1 are squeezed into [floor, 1], so that a
    geometric mean has no zeros."""
    outliers: Outliers = "none"
    """What is done to columns with skewness above 2 and kurtosis above 3.5."""
    missing: Missing = "none"
    """What stands in for a value that is not there; `none` refuses."""
    weights: Weighting = "equal"
    """Where the weights come from."""
    within: Literal["arithmetic", "geometric"] = "arithmetic"
    """How a pillar's indicators are put together."""
    aggregation: Aggregation = "arithmetic"
    """How pillars are put together (the indicators themselves, if there is one pillar)."""
    judgement: tuple[tuple[Finite, ...], ...] | None = None
    """For `weights: ahp`: how much more row matters than column, over all indicators (pillars, if
    there are several)."""
    doubt: Doubt = Doubt()
    """For `weights: doubt`."""
    coverage: Coverage = Coverage()
    """Who is ranked."""
    missing_data: tuple[Text, ...] = ()
    """What ought to be measured and is not, for want of data."""
    uncertainty: Alternatives = Alternatives()
    """The other choices."""

    @model_validator(mode="after")
    def _whole(self) -> Specification:
        for what, names in (
            ("indicator", [i.name for i in self.indicators]),
            ("pillar", [p.name for p in self.pillars]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"the {what} {twice[0]} stands twice")
        if "leader" in self.choices("normalisation"):
            for indicator in self.indicators:
                if indicator.transform != "none":
                    raise ValueError(
                        f"leader is a ratio of values, but {indicator.name} is a logarithm"
                    )
        if self.measure != "mixed":
            other = "per_head" if self.measure == "scale" else "scale"
            for indicator in self.indicators:
                if indicator.measure == other:
                    raise ValueError(
                        f"the indicator {indicator.name} is {other}, the index {self.measure}"
                    )
        return self

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators, pillar by pillar."""
        return tuple(i for pillar in self.pillars for i in pillar.indicators)

    def only(self, names: Collection[str]) -> Specification:
        """The same index with some of its indicators; a pillar that keeps none goes.

        Given weights are scaled to one again.

        >>> example().only(["x"]) == example()
        True
        """
        if {i.name for i in self.indicators} <= set(names):
            return self
        pillars = []
        for pillar in self.pillars:
            kept = tuple(i for i in pillar.indicators if i.name in names)
            if kept:
                pillars.append(pillar.model_copy(update={"indicators": _scaled(kept)}))
        return self.model_copy(update={"pillars": _scaled(tuple(pillars))})

    def choices(self, what: str) -> tuple[str, ...]:
        """The index's own choice first, then the alternatives.

        >>> choices = Alternatives(weights=("equal", "factors"))
        >>> example().model_copy(update={"uncertainty": choices}).choices("weights")
        ('equal', 'factors')
        """
        own = getattr(self, what)
        return tuple(dict.fromkeys((own, *getattr(self.uncertainty, what))))


Part = TypeVar("Part", Indicator, Pillar)


def _scaled(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts whose given weights sum to one; those without weights as they are."""
    total = sum(part.weight or 0.0 for part in parts)
    if total == 0.0:
        return parts
    return tuple(
        part.model_copy(update={"weight": part.weight / total}) if part.weight else part
        for part in parts
    )


def example() -> Specification:
    """The smallest specification: one pillar, one indicator."""
    one = Indicator(
        name="x", title="X", unit="1", source="example", direction="up", reason="an example"
    )
    return Specification(
        name="example",
        title="Example",
        pillars=(Pillar(name="all", title="All", indicators=(one,)),),
    )
