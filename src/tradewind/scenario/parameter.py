"""One number of the model with all that is needed to judge it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tradewind.scenario.forms import Date, Frozen, Number

Text = Annotated[str, Field(min_length=1)]


class Parameter(Frozen):
    """A number with its range, unit, source, and how it is known."""

    what: Text
    """What it is."""
    value: Number
    """What the model takes."""
    low: Number
    """Lower end of the range."""
    high: Number
    """Upper end of the range."""
    unit: Text
    """Unit of value, low and high."""
    source: Text
    """Article, and where in it."""
    date: Date
    """Day on which the source was last looked up."""
    seen: Literal["seen", "abstract", "computed", "memory", "derived", "judgement"]
    """How the value is known; the head of the table says what the words mean."""
    note: Text
    """Where the range comes from, and what else there is to know."""

    @model_validator(mode="after")
    def _inside_its_range(self) -> Parameter:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.what}: {self.low} <= {self.value} <= {self.high} fails")
        return self
