"""The data of a claim's figure: what an experiment gives, checked before the page draws it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from tradewind.claims.statement import Claim, Text, Words
from tradewind.errors import ClaimError
from tradewind.scenario.forms import Frozen, Number, refusal

MOST_SERIES = 7
"""Colours that can be told apart."""
MOST_BARS = 44


class Along(Frozen):
    """What stands along the figure."""

    label: Words
    """What it is."""
    unit: str
    """Unit; empty for names."""
    values: tuple[Number, ...] | tuple[Text | Words, ...]
    """Numbers, or the names of bars."""
    names: tuple[Text | Words, ...] | None = None
    """For a scatter: what each point is."""
    scale: Literal["linear", "log"] = "linear"
    """Of numbers."""


class Series(Frozen):
    """One row of numbers."""

    label: Words
    """What it is."""
    values: tuple[Number | None, ...]
    """One for each place along the figure; None where there is none."""


class Figure(Frozen):
    """One figure."""

    kind: Literal["bars", "lines", "scatter"]
    """`bars`: names along, a bar a series. `lines` and `scatter`: numbers along."""
    title: Words
    """What is shown."""
    unit: str
    """Unit of the series."""
    scale: Literal["linear", "log"] = "linear"
    """Of the series; bars are linear."""
    x: Along
    """What stands along the figure."""
    series: Annotated[tuple[Series, ...], Field(min_length=1, max_length=MOST_SERIES)]
    """What is drawn."""
    note: Words
    """How to read it, and at which parameters it was made."""
    source: Text
    """Where its data come from."""

    @model_validator(mode="after")
    def _fits_together(self) -> Figure:
        count = len(self.x.values)
        lengths = {len(series.values) for series in self.series}
        lengths |= {len(self.x.names)} if self.x.names is not None else set()
        if not count or lengths != {count}:
            raise refusal(
                "the rows of a figure are not of one length",
                field="series",
                value=f"{count} places, {sorted(lengths)} values",
                bound="a value a place",
                remedy="give None where there is no value",
            )
        numbers = all(isinstance(value, float) for value in self.x.values)
        if numbers != (self.kind != "bars") or (self.kind == "bars" and count > MOST_BARS):
            raise refusal(
                "the places along a figure are not of its kind",
                field="x.values",
                value=f"{self.kind}, {count} places, the first {self.x.values[0]!r}",
                bound=f"at most {MOST_BARS} names for bars, numbers for lines and scatter",
                remedy="write years and numbers as numbers, names as text",
            )
        drawn = [value for series in self.series for value in series.values if value is not None]
        if any(set(series.values) == {None} for series in self.series):
            raise refusal(
                "a series of the figure is empty",
                field="series",
                value="None everywhere",
                bound="at least one number a series",
                remedy="leave the series out",
            )
        along = [value for value in self.x.values if isinstance(value, float)]
        for field, scale, values in (
            ("scale", self.scale, drawn),
            ("x.scale", self.x.scale, along),
        ):
            if scale == "log" and (self.kind == "bars" or min(values) <= 0.0):
                raise refusal(
                    "there is no logarithm to draw",
                    field=field,
                    value=f"{self.kind} from {min(values, default=0.0):g}",
                    bound="lines or a scatter of numbers above 0",
                    remedy="write scale: linear, or leave out what is zero",
                )
        return self


def check_figure(claim: Claim, found: Mapping[str, Any]) -> None:
    """Refuse a figure that cannot be drawn.

    Raises
    ------
    ClaimError
    """
    try:
        Figure.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        context = first.get("ctx", {})
        # Pydantic names the branch of a union that it tried last, which no author wrote.
        parts = [
            str(part) for part in first["loc"] if str(part).isidentifier() or isinstance(part, int)
        ]
        path = ".".join(parts) or context.get("field", "")
        raise ClaimError(
            str(context.get("problem", "the data of a figure are not as they are drawn")),
            where=f"claim {claim.id}, {claim.home}.figure(), field {path}",
            value=str(context.get("value") or repr(first["input"])[:80]),
            bound=str(context.get("bound", first["msg"])),
            remedy=str(context.get("remedy", "see docs/claims.md for the form of a figure")),
        ) from None
