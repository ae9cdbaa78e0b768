"""A claim as a file states it, before anything is run: frozen, and refused if it cannot lose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from tradewind.claims.threshold import Threshold, representatives
from tradewind.scenario.forms import Frozen, Number, refusal

Block = Literal[
    "trade",
    "controls",
    "chips",
    "capacity",
    "automation",
    "adoption",
    "capital",
    "pressure",
    "coupling",
]
Side = Literal["for", "against", "part"]
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Condition = Annotated[
    Threshold,
    BeforeValidator(
        lambda given: given if isinstance(given, Threshold) else Threshold.parse(given)
    ),
    PlainSerializer(str),
]


class Words(Frozen):
    """A text in both languages."""

    en: Text
    """English."""
    zh: Text
    """Chinese."""


class Metric(Frozen):
    """A number that an experiment measures, and what it would have to be."""

    name: Name
    """Key under which the experiment returns it."""
    label: Words
    """What it is."""
    unit: Text
    """Unit; `1` for a pure number."""
    supports: Condition
    """What it must be for the claim to hold."""
    contradicts: Condition | None = None
    """What speaks against the claim. Left out: for the headline whatever does not support it; for
    any other metric nothing."""

    @model_validator(mode="after")
    def _can_go_either_way(self) -> Metric:
        for field, given in (("supports", self.supports), ("contradicts", self.contradicts)):
            if given is None:
                continue
            kept = [given.holds(value) for value in representatives([given])]
            if all(kept) or not any(kept):
                raise refusal(
                    "a threshold that " + ("always" if all(kept) else "never") + " holds",
                    field=field,
                    value=str(given),
                    bound="a condition that some numbers meet and others do not",
                    remedy="check signs and bounds, and `and` against `or`",
                )
        if self.contradicts is not None:
            both = representatives([self.supports, self.contradicts])
            if any(self.supports.holds(x) and self.contradicts.holds(x) for x in both):
                raise refusal(
                    "one number would support and contradict the claim",
                    field="contradicts",
                    value=str(self.contradicts),
                    bound=f"nothing that supports it: {self.supports}",
                    remedy="move one of the two thresholds",
                )
        return self


class Parameter(Frozen):
    """A number that the experiment depends on and nobody knows exactly."""

    name: Name
    """Key under which the experiment is given it."""
    label: Words
    """What it is."""
    unit: Text
    """Unit; `1` for a pure number."""
    low: Number
    """Lower end of the range."""
    central: Number
    """The value that the headline number is computed at."""
    high: Number
    """Upper end of the range."""
    scale: Literal["linear", "log"] = "linear"
    """How members spread over the range: evenly, or evenly in the logarithm."""
    source: Text
    """Where value and range come from."""
    seen: Literal["seen", "memory", "computed", "judgement"]
    """How they are known."""

    @model_validator(mode="after")
    def _is_a_range(self) -> Parameter:
        if not self.low < self.high or not self.low <= self.central <= self.high:
            raise refusal(
                "the range of a parameter is out of order",
                field="low",
                value=f"low {self.low:g}, central {self.central:g}, high {self.high:g}",
                bound="low < high, and central between them",
                remedy="leave out a parameter that does not vary",
            )
        if self.scale == "log" and self.low <= 0.0:
            raise refusal(
                "a logarithmic range must be above zero",
                field="low",
                value=self.low,
                bound="more than 0",
                remedy="raise it, or write scale: linear",
            )
        return self


class Claim(Frozen):
    """One claim: what is said, what would show it right or wrong, and how that is measured."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    """Short name: small letters, digits and hyphens; the file's name as well."""
    article: Text
    """Where the claim is made."""
    paragraph: Annotated[int, Field(ge=1)]
    """Its paragraph: lines that are not empty, counted from 1."""
    statement: Words
    """The claim in our own words."""
    blocks: tuple[Block, ...]
    """The blocks of the model that the experiment uses."""
    supports_if: Words
    """What result would support it, in words."""
    contradicted_if: Words
    """What result would contradict it, in words."""
    experiment: Words | None = None
    """What is compared with what."""
    null: Words | None = None
    """The run without the mechanism, or with its driver permuted."""
    metrics: tuple[Metric, ...] = ()
    """What is measured; the first is the headline."""
    parameters: tuple[Parameter, ...] = ()
    """What varies over the members."""
    members: Annotated[int, Field(ge=8, le=4096)] = 64
    """Size of the ensemble."""
    testable: bool = True
    """Whether the data at hand can decide it."""
    reason: Words | None = None
    """Why not."""
    limits: Words
    """What the experiment cannot say."""
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Where data and method come from."""
    module: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")] | None = None
    """Dotted path of the experiment's Python module; `tradewind.claims.experiments` and the id if
    left out."""

    @model_validator(mode="after")
    def _is_whole(self) -> Claim:
        if self.testable:
            self._require_experiment()
        elif self.reason is None:
            raise refusal(
                "a claim that cannot be tested needs a reason",
                field="reason",
                value="not given",
                bound="a sentence in English and Chinese",
                remedy="add `reason: {en: ..., zh: ...}`: which data or mechanism is missing",
            )
        for what, parts in (("metrics", self.metrics), ("parameters", self.parameters)):
            names = [part.name for part in parts]
            twice = [name for name in names if names.count(name) > 1]
            if twice:
                raise refusal(
                    f"two {what} have one name",
                    field=what,
                    value=twice[0],
                    bound="a name each",
                    remedy="rename one, here and in the experiment",
                )
        return self

    def _require_experiment(self) -> None:
        needs: Sequence[tuple[str, Any, str]] = (
            ("experiment", self.experiment, "the pair of runs in words"),
            ("null", self.null, "the null run in words"),
            ("metrics", len(self.metrics) >= 1 or None, "at least one metric"),
            ("parameters", len(self.parameters) >= 2 or None, "at least two parameters"),
        )
        for field, given, bound in needs:
            if given is None:
                raise _incomplete(field, bound)
        if self.reason is not None:
            raise refusal(
                "a claim that can be tested has no reason why not",
                field="reason",
                bound="only beside testable: false",
                remedy="remove it, or write testable: false",
            )

    @property
    def home(self) -> str:
        """Dotted path of the experiment's module."""
        return self.module or f"tradewind.claims.experiments.{self.id.replace('-', '_')}"

    def against(self, place: int) -> Threshold | None:
        """What speaks against the claim in one metric; for the headline always something."""
        metric = self.metrics[place]
        return metric.contradicts or (metric.supports.negation() if place == 0 else None)

    def central(self) -> dict[str, float]:
        """Every parameter at its central value."""
        return {parameter.name: parameter.central for parameter in self.parameters}


def _incomplete(field: str, bound: str) -> PydanticCustomError:
    return refusal(
        "a claim that is to be tested is not complete",
        field=field,
        bound=bound,
        remedy="add it, or write testable: false with a reason",
    )
